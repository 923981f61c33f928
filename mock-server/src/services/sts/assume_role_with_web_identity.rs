use std::fmt;

use podpass_policy::{Arn, AssumeRole as Call, Principal};
use serde::{Deserialize, Serialize};

use super::assume::{self, AssumedRoleUser};
use super::credentials::{Credentials, Wanted};
use super::session_policy::SessionPolicies;
use super::{Sts, StsError, members};
use crate::auth::authorize::{self, CallerPolicies};
use crate::auth::permission::Permission;
use crate::oidc::{self, Claims, TokenError};
use crate::operation::{Operation, Service as _};
use crate::propagation::Propagation;
use crate::protocol::Fault;
use crate::state::iam::{OidcProvider, Role};
use crate::store::{Context, Read, Scope, Store, Write};
use crate::validation::{Member, Violations};

/// Begins a session of a role for whoever has a token of an OIDC issuer that the role's account knows as a provider.
/// The role's trust policy must allow it.
///
/// Requests need no signature, and signatures are not looked at. The keys of issuers are known of this server's
/// clusters and of those of `--issuer`; tokens of others are refused as if the provider could not be reached.
/// `ProviderId` is for other protocols than OIDC and not read. `IDPRejectedClaim` and `IDPCommunicationError` do not
/// happen.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssumeRoleWithWebIdentity {
    role_arn: String,
    role_session_name: String,
    web_identity_token: String,
    #[serde(flatten)]
    wanted: Wanted,
    #[serde(flatten)]
    policies: SessionPolicies,
    #[serde(skip)]
    verified: Option<Claims>,
}

/// The token is as good as a password.
impl fmt::Debug for AssumeRoleWithWebIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRoleWithWebIdentity")
            .field("role_arn", &self.role_arn)
            .field("role_session_name", &self.role_session_name)
            .finish_non_exhaustive()
    }
}

/// The session's credentials and name, and what the token said.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    credentials: Credentials,
    subject_from_web_identity_token: String,
    assumed_role_user: AssumedRoleUser,
    packed_policy_size: Option<usize>,
    provider: String,
    audience: String,
}

const DEFAULT_SECONDS: u32 = 3_600;

impl Operation for AssumeRoleWithWebIdentity {
    const NAME: &'static str = "AssumeRoleWithWebIdentity";
    const INPUT: &'static [Member] = &[
        members::ROLE_ARN,
        members::ROLE_SESSION_NAME,
        members::WEB_IDENTITY_TOKEN,
        members::PROVIDER_ID,
        members::POLICY_ARNS,
        members::SHORT_POLICY,
        members::duration_seconds(43_200),
        members::MINIMUM_SESSION_TOKEN_SIZE,
    ];
    const ERRORS: &'static [&'static str] = &[
        "ExpiredTokenException",
        "InvalidIdentityToken",
        "MalformedPolicyDocument",
        "PackedPolicyTooLarge",
    ];
    const SIGNED: bool = false;
    type Service = Sts;
    type Access = Write;
    type Output = Output;
    type Error = StsError;

    fn refuse(violations: Violations) -> Fault {
        Sts::refuse(violations.hiding("webIdentityToken"))
    }

    fn requires(&self, _cx: &Context) -> Vec<Permission> {
        // The role's trust policy alone decides: `call` asks it, whatever the mode.
        Vec::new()
    }

    fn prepare(&mut self) -> Result<(), StsError> {
        self.policies.prepare()
    }

    fn identify(&mut self, store: &Store, scope: &Scope) -> Result<(), StsError> {
        let arn = assume::role_arn(&self.role_arn)?;
        let token = self.web_identity_token.as_str();
        let url = oidc::issuer_of(token).map_err(|error| named(&error, store))?;
        // Whether the account has such a provider comes before what its keys say.
        let has_provider = store.enter::<Read, _>(scope, |cx| provider(cx, &arn, &url).is_some());
        if !has_provider {
            return Err(StsError::NoProvider(url));
        }
        let issuer = store.issuer(&url).ok_or(StsError::NoVerificationKey)?;
        let claims = issuer.verify_for_any(token, store.clock().now());
        self.verified = Some(claims.map_err(|error| named(&error, store))?);
        Ok(())
    }

    fn call(self, cx: &mut Context) -> Result<Output, StsError> {
        let arn = assume::role_arn(&self.role_arn)?;
        let Some(claims) = self.verified else {
            return Err(StsError::TokenMalformed);
        };
        let provider = provider(cx, &arn, &claims.iss)
            .ok_or_else(|| StsError::NoProvider(claims.iss.clone()))?;
        let listed = |audience: &&String| provider.client_ids.contains(audience);
        let audience = claims.aud.iter().find(listed);
        let audience = audience.ok_or(StsError::TokenAudience)?.clone();
        let Some((account, role)) = assume::role(cx, &arn) else {
            let reason = format!("the role `{arn}` does not exist");
            return Err(StsError::WebIdentityDenied(reason));
        };
        let identity = Identity {
            provider,
            subject: &claims.sub,
            audience: &audience,
        };
        let call = identity.decided(cx, arn, role, &self.role_session_name)?;
        let seconds = self.wanted.duration_seconds.unwrap_or(DEFAULT_SECONDS);
        if seconds > role.max_session_duration {
            return Err(StsError::ExceedsRoleMaximum);
        }
        let packed = self.policies.packed_size(&[], &[])?;
        let packed_policy_size = (!self.policies.is_empty()).then_some(packed);
        let policies = self.policies.compiled(cx, account)?;
        let (role_id, provider) = (role.id.clone(), provider.arn.clone());
        let lasts = (&self.wanted, DEFAULT_SECONDS);
        let (credentials, assumed_role_user) =
            assume::begin(cx, &call, (account, &role_id), policies, lasts)?;
        Ok(Output {
            credentials,
            subject_from_web_identity_token: claims.sub,
            assumed_role_user,
            packed_policy_size,
            provider,
            audience,
        })
    }
}

/// What a verified token says.
struct Identity<'c> {
    provider: &'c OidcProvider,
    subject: &'c str,
    audience: &'c str,
}

impl Identity<'_> {
    /// The call as the policy language knows it, once it is allowed.
    fn decided(
        &self,
        cx: &Context,
        arn: Arn,
        role: &Role,
        session_name: &str,
    ) -> Result<Call, StsError> {
        let principal = Principal::WebIdentity {
            provider: self.provider.arn.clone(),
        };
        let mut call = assume::call(principal, arn, role, session_name);
        call.context = authorize::request_keys(cx);
        cx.scope.origin.add_to(&mut call.context);
        call.context
            .insert(&format!("{}:aud", self.provider.url), self.audience)
            .insert(&format!("{}:sub", self.provider.url), self.subject);
        match assume::decide(cx, &call, role, &CallerPolicies::default()) {
            Ok(()) => Ok(call),
            Err(message) => Err(StsError::WebIdentityDenied(message.unwrap_or_default())),
        }
    }
}

/// The provider of an issuer in the account of a role.
fn provider<'c>(cx: &'c Context, role: &Arn, issuer: &str) -> Option<&'c OidcProvider> {
    let account = role.account().parse().ok()?;
    let url = issuer.strip_prefix("https://")?.trim_end_matches('/');
    let (partition, id) = (role.partition(), role.account());
    let arn = format!("arn:{partition}:iam::{id}:oidc-provider/{url}");
    let iam = cx.state.iam(account, partition);
    iam.seen(cx.moment(Propagation::IamToSts))
        .oidc_provider(&arn)
}

/// How STS says what is wrong with a token.
fn named(error: &TokenError, store: &Store) -> StsError {
    match error {
        TokenError::Malformed(_) | TokenError::Oversized(_) => StsError::TokenMalformed,
        TokenError::UnknownKey => StsError::NoVerificationKey,
        TokenError::Expired(at) => StsError::TokenExpired {
            expired: at.as_second(),
            now: store.clock().now().as_second(),
        },
        error => StsError::TokenInvalid(error.to_string()),
    }
}
