use serde::{Deserialize, Serialize};

use super::certificate_authority::{self, View};
use super::{Eks, EksError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Describes a certificate authority of a cluster. `scheduledEvents` are not answered: nothing happens by itself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeCertificateAuthority {
    name: String,
    certificate_authority_id: String,
}

/// The authority.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_authority: View,
}

impl Operation for DescribeCertificateAuthority {
    const NAME: &'static str = "DescribeCertificateAuthority";
    const ROUTE: Route =
        Route::get("/clusters/{name}/certificate-authorities/{certificateAuthorityId}");
    const INPUT: &'static [Member] = &[members::CLUSTER, certificate_authority::ID];
    const ERRORS: &'static [&'static str] = &["ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.name)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let id = &self.certificate_authority_id;
        let (cluster, authority) = certificate_authority::find(cx, &self.name, id)?;
        Ok(Output {
            certificate_authority: View::new(cluster, authority, cx.now),
        })
    }
}
