use serde::Deserialize;

use super::certificate_authority::{self, Distribution, Output};
use super::{Cause, Eks, EksError, cluster, idempotency, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{DoomedPart, SigningStatus};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Removes a certificate authority from a cluster, which must not be the one that signs. It is gone after the answer,
/// or after the delay of deletions that the server was started with.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteCertificateAuthority {
    name: String,
    certificate_authority_id: String,
    client_request_token: Option<String>,
}

impl Operation for DeleteCertificateAuthority {
    const NAME: &'static str = "DeleteCertificateAuthority";
    const ROUTE: Route =
        Route::delete("/clusters/{name}/certificate-authorities/{certificateAuthorityId}");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        certificate_authority::ID,
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "ResourceInUseException",
        "ResourceNotFoundException",
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
            (SigningStatus::NotUsed, Distribution::Deleting);
        let cluster = cluster::find(cx, &self.name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cluster.updates, request).map_err(refuse)?;
        if let Some(update) = made {
            return Ok(Output::new(cluster, update, STATUS.0, STATUS.1));
        }
        let id = &self.certificate_authority_id;
        let (cluster, _) = certificate_authority::find(cx, &self.name, id)?;
        certificate_authority::check_idle(cx, cluster).map_err(refuse)?;
        if cluster.signing.id == *id {
            return Err(refuse(Cause::CertificateAuthorityInUse(id.clone())));
        }
        let update = certificate_authority::update(cx, id, request);
        let part = DoomedPart::CertificateAuthority(id.clone());
        cluster::delete(cx, &self.name, part)?;
        cluster::change(cx, &self.name, |cluster| {
            let output = Output::new(cluster, &update, STATUS.0, STATUS.1);
            cluster.record(update);
            output
        })
    }
}
