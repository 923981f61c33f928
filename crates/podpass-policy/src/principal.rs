//! Matching the principals of a statement.

use crate::{
    Clause, Principal, PrincipalKind, Principals, document::account_of_root, truth::Truth,
};

/// How closely a policy names a principal: what an Allow is then worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grant {
    /// The whole account: its own policies must allow as well.
    Account,
    /// The role: in place of the identity policies, within boundary and session policy.
    Role,
    /// The user, the session, the service, or everyone.
    Direct,
}

/// The compiled `Principal` or `NotPrincipal` of a statement.
#[derive(Clone, Debug)]
pub(crate) struct PrincipalTest {
    named: Box<[Named]>,
    all_but: bool,
}

#[derive(Clone, Debug)]
enum Named {
    Everyone,
    Account(Box<str>),
    /// A user, role or session, by ARN or unique id.
    Identity(Box<str>),
    Service(Box<str>),
    Federated(Box<str>),
    /// A kind that is not understood.
    Unknown,
}

impl PrincipalTest {
    pub(crate) fn compile(clause: &Clause<Principals>) -> Self {
        let named = match clause.listed() {
            Principals::Everyone => [Named::Everyone].into(),
            Principals::Listed(entries) => entries
                .iter()
                .map(|entry| Named::compile(&entry.kind, &entry.value))
                .collect(),
        };
        Self {
            named,
            all_but: clause.is_not(),
        }
    }

    /// Whether the statement speaks of the principal, and how closely it names it.
    pub(crate) fn matches(&self, principal: &Principal, bounded: bool) -> (Truth, Option<Grant>) {
        if self.all_but {
            return (
                self.matches_all_but(principal, bounded),
                Some(Grant::Direct),
            );
        }
        let grant = self
            .named
            .iter()
            .filter_map(|named| named.grants(principal))
            .max();
        let truth = match grant {
            Some(_) => Truth::Yes,
            None if self.names_unknown() => Truth::Unsure,
            None => Truth::No,
        };
        (truth, grant)
    }

    fn names_unknown(&self) -> bool {
        self.named
            .iter()
            .any(|named| matches!(named, Named::Unknown))
    }

    /// `NotPrincipal` exempts a principal only when each of its faces is listed: account, role and
    /// session. A principal with a permissions boundary it never exempts.
    fn matches_all_but(&self, principal: &Principal, bounded: bool) -> Truth {
        if self.names_unknown() {
            return Truth::Unsure;
        }
        let listed = |text: &str| {
            self.named.iter().any(|named| match named {
                Named::Everyone => true,
                Named::Account(name)
                | Named::Identity(name)
                | Named::Service(name)
                | Named::Federated(name) => **name == *text,
                Named::Unknown => false,
            })
        };
        let exempt = match principal {
            Principal::Anonymous => listed("*"),
            Principal::Root { arn } => listed(arn.account()),
            Principal::User { arn, .. } | Principal::FederatedUser { arn } => {
                listed(arn.account()) && listed(arn.as_str())
            }
            Principal::RoleSession { role, session, .. } => {
                listed(role.account()) && listed(role.as_str()) && listed(session.as_str())
            }
            Principal::WebIdentity { provider } => listed(provider),
            Principal::Service { name } => listed(name),
        };
        Truth::from(bounded || !exempt)
    }
}

impl Named {
    fn compile(kind: &PrincipalKind, value: &str) -> Self {
        let account = account_of_root(value);
        match kind {
            PrincipalKind::Aws if value == "*" => Self::Everyone,
            PrincipalKind::Aws if is_account(account) => Self::Account(account.into()),
            PrincipalKind::Aws => Self::Identity(value.into()),
            PrincipalKind::Service => Self::Service(value.into()),
            PrincipalKind::Federated => Self::Federated(value.into()),
            PrincipalKind::CanonicalUser | PrincipalKind::Other(_) => Self::Unknown,
        }
    }

    fn grants(&self, principal: &Principal) -> Option<Grant> {
        match (self, principal) {
            (Self::Everyone, _) => Some(Grant::Direct),
            (Self::Account(account), principal) => {
                (principal.account() == Some(account)).then_some(Grant::Account)
            }
            (Self::Identity(name), Principal::User { arn, id }) => {
                (**name == *arn.as_str() || id.as_deref() == Some(name)).then_some(Grant::Direct)
            }
            (Self::Identity(name), Principal::FederatedUser { arn }) => {
                (**name == *arn.as_str()).then_some(Grant::Direct)
            }
            (
                Self::Identity(name),
                Principal::RoleSession {
                    role,
                    session,
                    role_id,
                },
            ) => {
                if **name == *session.as_str() {
                    Some(Grant::Direct)
                } else if **name == *role.as_str() || role_id.as_deref() == Some(name) {
                    Some(Grant::Role)
                } else {
                    None
                }
            }
            (Self::Service(service), Principal::Service { name }) => {
                (**service == **name).then_some(Grant::Direct)
            }
            (Self::Federated(wanted), Principal::WebIdentity { provider }) => {
                (**wanted == **provider).then_some(Grant::Direct)
            }
            _ => None,
        }
    }
}

/// Whether a text is an account id.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}
