use serde::{Deserialize, Serialize};

use super::certificate_authority::Summary;
use super::{Eks, EksError, cluster, members, paging, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::eks::CertificateAuthority;
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Lists the certificate authorities of a cluster.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListCertificateAuthorities {
    name: String,
    max_results: Option<usize>,
    next_token: Option<String>,
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
        let after = paging::after(self.next_token.as_deref())
            .map_err(|cause| cause.in_cluster(&self.name))?;
        let rows = cluster.certificate_authorities.scan("", after.as_deref());
        let summary = |authority: &CertificateAuthority| Summary::new(cluster, authority, cx.now);
        let page = Page::of(rows, paging::limit(self.max_results), summary);
        Ok(Output {
            certificate_authorities: page.items,
            next_token: page.next,
        })
    }
}
