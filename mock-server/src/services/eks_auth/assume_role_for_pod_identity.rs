use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use super::{EksAuth, EksAuthError};
use crate::auth::permission::Permission;
use crate::clock::epoch_seconds;
use crate::oidc::TokenError;
use crate::operation::{Operation, Route};
use crate::services::eks;
use crate::store::{Context, Read, Scope, Store, Write};
use crate::validation::{ANY_TEXT, Member, Pattern, Shape};

/// Exchanges the service account token of a pod for the credentials of the role that its service account is
/// associated with.
///
/// The token has to be the cluster's, for the audience `pods.eks.amazonaws.com`, and of a pod and a service account
/// that are still there; clusters of `--issuer` take the token's word for these. The ledger tells why a token or a
/// role is refused, where AWS does not. Sessions last six hours whatever the role's maximum is, and 59 minutes with a
/// target role. A target role always gets the external id. `eksNodeName`, `instanceId` and `zone` are not looked at,
/// and `workloadIdentityProviderArn` is never answered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssumeRoleForPodIdentity {
    cluster_name: String,
    token: String,
    #[serde(skip)]
    exchange: Option<Exchange>,
}

/// The token is as good as a password.
impl fmt::Debug for AssumeRoleForPodIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumeRoleForPodIdentity")
            .field("cluster_name", &self.cluster_name)
            .finish_non_exhaustive()
    }
}

/// Who the token stands for, and the session that it got.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    subject: Subject,
    audience: &'static str,
    pod_identity_association: PodIdentityAssociation,
    pub(crate) assumed_role_user: AssumedRoleUser,
    pub(crate) credentials: Credentials,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject {
    namespace: String,
    service_account: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodIdentityAssociation {
    association_arn: String,
    association_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssumedRoleUser {
    pub(crate) arn: String,
    /// So spelled by EKS Auth.
    assume_role_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credentials {
    pub(crate) session_token: String,
    pub(crate) secret_access_key: String,
    pub(crate) access_key_id: String,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    pub(crate) expiration: Timestamp,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

/// Whom the tokens are for.
const AUDIENCE: &str = "pods.eks.amazonaws.com";

const CLUSTER_NAME_TEXT: Pattern = Pattern {
    text: r"[0-9A-Za-z][A-Za-z0-9\-_]*",
    ..eks::CLUSTER_NAME_TEXT
};

const TOKEN_TEXT: Pattern = Pattern {
    text: r"[A-Za-z0-9-_=]+\.[A-Za-z0-9-_=]+\.[A-Za-z0-9-_=]+",
    accepts: |text| {
        let is_part = |part: &str| {
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_=".contains(&b);
            !part.is_empty() && part.bytes().all(is_plain)
        };
        text.split('.').count() == 3 && text.split('.').all(is_part)
    },
    instead: None,
};

impl Operation for AssumeRoleForPodIdentity {
    const NAME: &'static str = "AssumeRoleForPodIdentity";
    const ROUTE: Route = Route::post("/clusters/{clusterName}/assume-role-for-pod-identity");
    const INPUT: &'static [Member] = &[
        Member::new("clusterName", Shape::Text(1, 100, Some(CLUSTER_NAME_TEXT))).required(),
        Member::new("token", Shape::Text(1, usize::MAX, Some(TOKEN_TEXT))).required(),
        Member::new("eksNodeName", ANY_TEXT),
        Member::new("instanceId", ANY_TEXT),
        Member::new("zone", ANY_TEXT),
    ];
    const ERRORS: &'static [&'static str] = &[
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidParameterException",
        "InvalidTokenException",
        "ResourceNotFoundException",
    ];
    type Service = EksAuth;
    type Access = Write;
    type Output = Output;
    type Error = EksAuthError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![eks::on_cluster::<Self>(cx, &self.cluster_name)]
    }

    fn identify(&mut self, store: &Store, scope: &Scope) -> Result<(), EksAuthError> {
        let cluster = store.enter::<Read, _>(scope, |cx| {
            let cluster = cx.eks().cluster(&self.cluster_name)?;
            Some((cluster.issuer.clone(), cluster.kubernetes.clone()))
        });
        let missing = || EksAuthError::ClusterNotFound(self.cluster_name.clone());
        let (issuer, kubernetes) = cluster.ok_or_else(missing)?;
        let now = store.clock().now();
        let claims = issuer.verify(&self.token, &[AUDIENCE], now);
        let claims = claims.map_err(|error| match error {
            TokenError::Expired(expired) => EksAuthError::TokenExpired { expired, now },
            error => EksAuthError::TokenInvalid(error),
        })?;
        let claims = claims.kubernetes.ok_or(EksAuthError::NotOfAPod)?;
        let pod = claims.pod.as_ref().ok_or(EksAuthError::NotOfAPod)?;
        if !issuer.is_external() {
            kubernetes
                .check_bound(&claims)
                .map_err(EksAuthError::Gone)?;
        }
        let exchange = store.enter::<Read, _>(scope, |cx| {
            let cluster = cx.eks().cluster(&self.cluster_name);
            let cluster = cluster.ok_or_else(missing)?;
            Exchange::of(cx, cluster, &claims, pod).ok_or(EksAuthError::NoAssociation)
        });
        let mut exchange = exchange?;
        exchange.prepare();
        self.exchange = Some(exchange);
        Ok(())
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksAuthError> {
        let exchange = self.exchange.ok_or(EksAuthError::NoAssociation)?;
        let (credentials, user) = exchange.begin(cx)?;
        Ok(Output {
            subject: Subject {
                namespace: exchange.association.namespace,
                service_account: exchange.association.service_account,
            },
            audience: AUDIENCE,
            pod_identity_association: PodIdentityAssociation {
                association_arn: exchange.association_arn,
                association_id: exchange.association.id,
            },
            assumed_role_user: AssumedRoleUser {
                arn: user.arn,
                assume_role_id: user.assumed_role_id,
            },
            credentials: Credentials {
                session_token: credentials.session_token,
                secret_access_key: credentials.secret_access_key,
                access_key_id: credentials.access_key_id,
                expiration: credentials.expiration,
            },
        })
    }
}
