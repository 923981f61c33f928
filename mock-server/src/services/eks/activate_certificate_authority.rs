use serde::Deserialize;

use super::certificate_authority::{self, Distribution, Output};
use super::{Cause, Eks, EksError, cluster, idempotency, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::{Actor, CertificateAuthority, Cluster, Phase, Signing, SigningStatus};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Has the second certificate authority of a cluster sign from now on, or after the delay of updates that the server
/// was started with. Within seven days after that, the one that signed before can be activated again.
///
/// How long EKS leaves for that is not documented. The server's own certificate stays the same: it is good under both.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActivateCertificateAuthority {
    name: String,
    certificate_authority_id: String,
    client_request_token: Option<String>,
}

impl Operation for ActivateCertificateAuthority {
    const NAME: &'static str = "ActivateCertificateAuthority";
    const ROUTE: Route =
        Route::post("/clusters/{name}/certificate-authorities/{certificateAuthorityId}/activate");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        certificate_authority::ID,
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceNotFoundException"];
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
            (SigningStatus::Activating, Distribution::Complete);
        let cluster = cluster::find(cx, &self.name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let made = idempotency::made_before(&cluster.updates, request).map_err(refuse)?;
        if let Some(update) = made {
            return Ok(Output::new(cluster, update, STATUS.0, STATUS.1));
        }
        let id = &self.certificate_authority_id;
        let (cluster, authority) = certificate_authority::find(cx, &self.name, id)?;
        admit(cx, cluster, authority).map_err(refuse)?;
        let mut update = certificate_authority::update(cx, id, request);
        update
            .params
            .push(("SigningStatus".into(), "IN_USE".to_owned()));
        let now = cx.now;
        cluster::change(cx, &self.name, |cluster| {
            cluster.signing = Signing {
                id: id.clone(),
                since: update.done.max(now),
                before: Some(std::mem::take(&mut cluster.signing.id)),
            };
            cluster.certificate_authorities.update(id, |authority| {
                authority.activated = Some((now, Actor::Customer));
            });
            let output = Output::new(cluster, &update, STATUS.0, STATUS.1);
            cluster.record(update);
            output
        })
    }
}

/// Whether the authority can sign. The service model has no error but one for all that is in the way.
fn admit(cx: &Context, cluster: &Cluster, authority: &CertificateAuthority) -> Result<(), Cause> {
    let id = || authority.id.clone();
    if cluster.life.phase(cx.now) != Phase::Active {
        return Err(Cause::ClusterNotReady(cluster.name.clone()));
    }
    if cluster.signing.id == authority.id {
        return Err(Cause::CertificateAuthoritySigns(id()));
    }
    if Distribution::of(authority, cx.now) != Distribution::Complete {
        return Err(Cause::CertificateAuthorityNotDistributed(id()));
    }
    let is_new = authority.activated.is_none();
    match is_new || cluster.signing.can_roll_back_to(&authority.id, cx.now) {
        true => Ok(()),
        false => Err(Cause::NoRollback(id())),
    }
}
