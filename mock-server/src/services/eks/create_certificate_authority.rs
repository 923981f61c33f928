use serde::Deserialize;

use super::certificate_authority::{self, Distribution, Output};
use super::{Cause, Eks, EksError, cluster, idempotency, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{
    Actor, CertificateAuthority, Lifecycle, MAX_CERTIFICATE_AUTHORITIES, SigningStatus,
};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Adds a second certificate authority to a cluster, which trusts both from then on. It is distributed the next time
/// it is described, or after the delay of updates that the server was started with.
///
/// Its certificate is a new one for the key of the server's own authority, so that clients that trust either reach the
/// cluster. EKS's own rotation before an authority expires is not there.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateCertificateAuthority {
    name: String,
    client_request_token: Option<String>,
}

impl Operation for CreateCertificateAuthority {
    const NAME: &'static str = "CreateCertificateAuthority";
    const ROUTE: Route = Route::post("/clusters/{name}/certificate-authorities");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::CLIENT_REQUEST_TOKEN];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "ResourceInUseException",
        "ResourceLimitExceededException",
        "ResourceNotFoundException",
        "ServerException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.name)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let refuse = |cause: Cause| cause.in_cluster(&self.name);
        const STATUS: (SigningStatus, Distribution) =
            (SigningStatus::NotUsed, Distribution::InProgress);
        let cluster = cluster::find(cx, &self.name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cluster.updates, request).map_err(refuse)?;
        if let Some(update) = made {
            return Ok(Output::new(cluster, update, STATUS.0, STATUS.1));
        }
        certificate_authority::check_idle(cx, cluster).map_err(refuse)?;
        if cluster.certificate_authorities.len() >= MAX_CERTIFICATE_AUTHORITIES {
            return Err(refuse(Cause::CertificateAuthorityQuota));
        }
        let certificate = cluster.authority.another_certificate();
        let certificate = certificate.map_err(|_| refuse(Cause::NoCertificate))?;
        let id = cx.ids.uuid();
        let update = certificate_authority::update(cx, &id, request);
        let authority = CertificateAuthority {
            id,
            created: cx.now,
            created_by: Actor::Customer,
            activated: None,
            life: Lifecycle::creating(update.done),
            certificate: Some(certificate),
        };
        cluster::change(cx, &self.name, |cluster| {
            cluster.certificate_authorities.put(authority);
            let output = Output::new(cluster, &update, STATUS.0, STATUS.1);
            cluster.record(update);
            output
        })
    }
}
