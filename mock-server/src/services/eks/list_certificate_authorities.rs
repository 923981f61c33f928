use serde::{Deserialize, Serialize};

use super::certificate_authority::Summary;
use super::paging::Paging;
use super::{Eks, EksError, cluster, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the certificate authorities of a cluster.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListCertificateAuthorities {
    name: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A page of authorities.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_authorities: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListCertificateAuthorities {
    const NAME: &'static str = "ListCertificateAuthorities";
    const ROUTE: Route = Route::get("/clusters/{name}/certificate-authorities");
    const INPUT: &'static [Member] = &[members::CLUSTER, members::MAX_RESULTS, members::NEXT_TOKEN];
    const ERRORS: &'static [&'static str] =
        &["InvalidParameterException", "ResourceNotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_cluster::<Self>(cx, &self.name)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.name)?;
        let page = self
            .paging
            .of(cluster, &cluster.certificate_authorities, |authority| {
                Summary::new(cluster, authority, cx.now)
            })?;
        Ok(Output {
            certificate_authorities: page.items,
            next_token: page.next,
        })
    }
}
