//! What is decided upon: who wants to do what, on which resource, in which context.

use std::{fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{Arn, ArnError, Context, ContextValue, key::Key};

/// A request to decide upon.
///
/// ```
/// use podpass_policy::{Principal, Request};
///
/// let request = Request::new(
///     Principal::service("pods.eks.amazonaws.com"),
///     "sts:AssumeRole",
///     "arn:aws:iam::111122223333:role/my-role",
/// );
/// assert_eq!(request.resource_account(), Some("111122223333"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// The IAM action, such as `s3:GetObject`.
    pub action: String,
    /// The ARN of the resource, or `*` for actions without one.
    pub resource: String,
    /// The context keys. The caller fills in all of them, those of the principal included: see
    /// [`Principal::context`].
    #[serde(default)]
    pub context: Context,
}

impl Request {
    /// A request whose context holds the keys that follow from the principal.
    pub fn new(
        principal: Principal,
        action: impl Into<String>,
        resource: impl Into<String>,
    ) -> Self {
        let context = principal.context();
        Self {
            principal,
            action: action.into(),
            resource: resource.into(),
            context,
        }
    }

    /// The same request with another context key.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.context.insert(key, value);
        self
    }

    /// The request that a service makes of the caller who hands it a role: `iam:PassRole`, with the two
    /// keys that it has.
    ///
    /// For a Pod Identity association the service is `pods.eks.amazonaws.com` and the resource is the
    /// cluster (IAM user guide, "Grant a user permissions to pass a role"; EKS user guide).
    pub fn pass_role(
        principal: Principal,
        role: &Arn,
        passed_to: &str,
        associated_with: Option<&Arn>,
    ) -> Self {
        let mut request = Self::new(principal, "iam:PassRole", role.as_str())
            .with("iam:PassedToService", passed_to);
        if let Some(resource) = associated_with {
            request
                .context
                .insert("iam:AssociatedResourceArn", resource.as_str());
        }
        request
    }

    /// The account that owns the resource: the ARN's, else `aws:ResourceAccount`; unknown for a
    /// bucket without that key.
    pub fn resource_account(&self) -> Option<&str> {
        static KEY: LazyLock<Key> = LazyLock::new(|| Key::new("aws:ResourceAccount"));
        let of_arn = self
            .resource
            .split(':')
            .nth(4)
            .filter(|account| !account.is_empty());
        of_arn.or_else(|| match self.context.lookup(&KEY)? {
            ContextValue::One(account) => Some(account.as_str()),
            ContextValue::List(_) => None,
        })
    }
}

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Principal {
    /// Nobody in particular: an unsigned request.
    Anonymous,
    /// An account's root user.
    #[serde(rename_all = "camelCase")]
    Root {
        /// `arn:aws:iam::ACCOUNT:root`.
        arn: Arn,
    },
    /// An IAM user.
    #[serde(rename_all = "camelCase")]
    User {
        /// The user's ARN, with its path.
        arn: Arn,
        /// The unique id (`AIDA…`), by which policies may name the user.
        #[serde(default)]
        id: Option<String>,
    },
    /// A session of a role.
    #[serde(rename_all = "camelCase")]
    RoleSession {
        /// The role's ARN, with its path.
        role: Arn,
        /// The session's ARN: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
        session: Arn,
        /// The role's unique id (`AROA…`), by which policies may name the role.
        #[serde(default)]
        role_id: Option<String>,
    },
    /// A session of `GetFederationToken`.
    #[serde(rename_all = "camelCase")]
    FederatedUser {
        /// `arn:aws:sts::ACCOUNT:federated-user/NAME`.
        arn: Arn,
    },
    /// A caller whom an OIDC or SAML provider vouches for, not yet in a role.
    #[serde(rename_all = "camelCase")]
    WebIdentity {
        /// The provider's ARN, or a name such as `cognito-identity.amazonaws.com`.
        provider: String,
    },
    /// An AWS service that acts for itself.
    #[serde(rename_all = "camelCase")]
    Service {
        /// The service principal, such as `pods.eks.amazonaws.com`.
        name: String,
    },
}

impl Principal {
    /// An AWS service.
    pub fn service(name: impl Into<String>) -> Self {
        Self::Service { name: name.into() }
    }

    /// An IAM user by its ARN.
    pub fn user(arn: Arn) -> Self {
        Self::User { arn, id: None }
    }

    /// The root user of an account in the partition `aws`.
    ///
    /// # Errors
    /// When the account makes the ARN too long.
    pub fn root(account: &str) -> Result<Self, ArnError> {
        let arn = format!("arn:aws:iam::{account}:root").parse()?;
        Ok(Self::Root { arn })
    }

    /// A session of a role, its ARN made from the role's.
    ///
    /// # Errors
    /// When the session's name makes the ARN too long.
    ///
    /// ```
    /// use podpass_policy::Principal;
    ///
    /// let role = "arn:aws:iam::111122223333:role/apps/my-role".parse()?;
    /// let principal = Principal::role_session(role, "my-session")?;
    /// assert_eq!(principal.to_string(), "arn:aws:sts::111122223333:assumed-role/my-role/my-session");
    /// # Ok::<(), podpass_policy::ArnError>(())
    /// ```
    pub fn role_session(role: Arn, session_name: &str) -> Result<Self, ArnError> {
        let session = format!(
            "arn:{}:sts::{}:assumed-role/{}/{session_name}",
            role.partition(),
            role.account(),
            role.resource_name(),
        )
        .parse()?;
        Ok(Self::RoleSession {
            role,
            session,
            role_id: None,
        })
    }

    /// The principal's account; none for services, providers and the anonymous.
    pub fn account(&self) -> Option<&str> {
        self.arn().map(Arn::account)
    }

    /// The ARN that AWS prints for the principal: the session's for roles.
    pub fn arn(&self) -> Option<&Arn> {
        match self {
            Self::Root { arn } | Self::User { arn, .. } | Self::FederatedUser { arn } => Some(arn),
            Self::RoleSession { session, .. } => Some(session),
            Self::Anonymous | Self::WebIdentity { .. } | Self::Service { .. } => None,
        }
    }

    /// The context keys that follow from the principal alone, as AWS sets them: `aws:PrincipalArn`,
    /// `aws:PrincipalType`, `aws:PrincipalAccount`, `aws:username`, `aws:PrincipalServiceName`,
    /// `aws:PrincipalIsAWSService`, and `aws:userid` where the ids are known.
    pub fn context(&self) -> Context {
        let mut context = Context::new();
        context.insert("aws:PrincipalType", self.kind());
        let is_service = matches!(self, Self::Service { .. });
        context.insert("aws:PrincipalIsAWSService", is_service.to_string());
        if let Some(account) = self.account() {
            context.insert("aws:PrincipalAccount", account);
        }
        match self {
            Self::Anonymous => {}
            Self::Root { arn } => {
                context.insert("aws:PrincipalArn", arn.as_str());
                context.insert("aws:userid", arn.account());
            }
            Self::User { arn, id } => {
                context.insert("aws:PrincipalArn", arn.as_str());
                context.insert("aws:username", arn.resource_name());
                if let Some(id) = id {
                    context.insert("aws:userid", id.as_str());
                }
            }
            Self::RoleSession {
                role,
                session,
                role_id,
            } => {
                context.insert("aws:PrincipalArn", role.as_str());
                if let Some(id) = role_id {
                    context.insert("aws:userid", format!("{id}:{}", session.resource_name()));
                }
            }
            Self::FederatedUser { arn } => {
                context.insert("aws:PrincipalArn", arn.as_str());
                let id = format!("{}:{}", arn.account(), arn.resource_name());
                context.insert("aws:userid", id);
            }
            Self::WebIdentity { provider } => {
                context.insert("aws:FederatedProvider", provider.as_str());
            }
            Self::Service { name } => {
                context.insert("aws:PrincipalServiceName", name.as_str());
                context.insert_list("aws:PrincipalServiceNamesList", [name.as_str()]);
            }
        }
        context
    }

    /// The value of `aws:PrincipalType`.
    fn kind(&self) -> &'static str {
        match self {
            Self::Anonymous => "Anonymous",
            Self::Root { .. } => "Account",
            Self::User { .. } => "User",
            Self::RoleSession { .. } => "AssumedRole",
            Self::FederatedUser { .. } | Self::WebIdentity { .. } => "FederatedUser",
            Self::Service { .. } => "Service",
        }
    }
}

/// The principal as AWS prints it in messages.
impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::WebIdentity { provider } => f.write_str(provider),
            Self::Service { name } => f.write_str(name),
            Self::Root { arn } | Self::User { arn, .. } | Self::FederatedUser { arn } => arn.fmt(f),
            Self::RoleSession { session, .. } => session.fmt(f),
        }
    }
}
