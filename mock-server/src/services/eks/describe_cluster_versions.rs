use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::cluster::PLATFORM_VERSION;
use super::members::{self, TEXTS};
use super::paging::Paging;
use super::version::{self, KUBERNETES, Release};
use super::{Eks, EksError, permission};
use crate::auth::permission::Permission;
use crate::clock::epoch_seconds;
use crate::operation::{Operation, Route};
use crate::state::eks::DEFAULT_VERSION;
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::{ANY_TEXT, Member, Shape};

/// Lists the versions of Kubernetes that clusters can have, the newest first. Their support ends by the
/// server's clock.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeClusterVersions {
    cluster_type: Option<String>,
    #[serde(flatten)]
    paging: Paging,
    #[serde(default)]
    default_only: bool,
    #[serde(default)]
    include_all: bool,
    #[serde(default)]
    cluster_versions: Vec<String>,
    status: Option<String>,
    version_status: Option<String>,
}

/// A page of versions.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    cluster_versions: Vec<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    cluster_version: &'static str,
    cluster_type: &'static str,
    default_platform_version: &'static str,
    default_version: bool,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    release_date: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    end_of_standard_support_date: Timestamp,
    #[serde(serialize_with = "epoch_seconds::serialize")]
    end_of_extended_support_date: Timestamp,
    status: &'static str,
    version_status: &'static str,
    kubernetes_patch_version: String,
}

/// The one type of cluster.
const CLUSTER_TYPE: &str = "eks";
/// The two spellings of each status, from the first to the last.
const STATUSES: [(&str, &str); 3] = [
    ("standard-support", "STANDARD_SUPPORT"),
    ("extended-support", "EXTENDED_SUPPORT"),
    ("unsupported", "UNSUPPORTED"),
];

impl Operation for DescribeClusterVersions {
    const NAME: &'static str = "DescribeClusterVersions";
    const ROUTE: Route = Route::get("/cluster-versions");
    const INPUT: &'static [Member] = &[
        Member::new("clusterType", ANY_TEXT),
        members::MAX_RESULTS,
        members::NEXT_TOKEN,
        Member::new("defaultOnly", Shape::Boolean),
        Member::new("includeAll", Shape::Boolean),
        Member::new("clusterVersions", TEXTS),
        Member::new(
            "status",
            Shape::Enum(&["unsupported", "standard-support", "extended-support"]),
        ),
        Member::new(
            "versionStatus",
            Shape::Enum(&["UNSUPPORTED", "STANDARD_SUPPORT", "EXTENDED_SUPPORT"]),
        ),
    ];
    const ERRORS: &'static [&'static str] = &["InvalidParameterException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;
    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>(cx)]
    }

    fn call(self, cx: &Context) -> Result<Output, EksError> {
        let after = self.paging.after()?;
        let after = after.as_deref().and_then(version::minor);
        let rows = KUBERNETES.iter().map(|release| View::new(release, cx.now));
        let rows = rows.filter(|view| {
            let is_later = || version::minor(view.cluster_version) < after;
            (after.is_none() || is_later()) && self.wants(view)
        });
        let rows = rows.map(|view| (view.cluster_version, view));
        let page = Page::of(rows, self.paging.limit(), |view| view);
        Ok(Output {
            cluster_versions: page.items,
            next_token: page.next,
        })
    }
}

impl DescribeClusterVersions {
    /// Versions without support are shown to who asks for all, for them, or for their status.
    fn wants(&self, view: &View) -> bool {
        let asked = &self.cluster_versions;
        let is_asked = asked.iter().any(|version| version == view.cluster_version);
        let status = self.status.as_deref();
        let version_status = self.version_status.as_deref();
        let by_status = status.is_some() || version_status.is_some();
        let is_supported = view.status != STATUSES[2].0;
        let cluster_type = self.cluster_type.as_deref();
        cluster_type.is_none_or(|asked| asked == CLUSTER_TYPE)
            && (asked.is_empty() || is_asked)
            && (!self.default_only || view.default_version)
            && status.is_none_or(|status| status == view.status)
            && version_status.is_none_or(|status| status == view.version_status)
            && (is_supported || is_asked || by_status || self.include_all)
    }
}

impl View {
    fn new(release: &'static Release, now: Timestamp) -> Self {
        let [released, standard, extended] = release.dates.map(|(year, month, day)| {
            let start = date(year, month, day).to_zoned(TimeZone::UTC);
            start.map_or(Timestamp::UNIX_EPOCH, |start| start.timestamp())
        });
        let [supported, extended_only, unsupported] = STATUSES;
        let (status, version_status) = match now {
            now if now < standard => supported,
            now if now < extended => extended_only,
            _ => unsupported,
        };
        Self {
            cluster_version: release.version,
            cluster_type: CLUSTER_TYPE,
            default_platform_version: PLATFORM_VERSION,
            default_version: release.version == DEFAULT_VERSION,
            release_date: released,
            end_of_standard_support_date: standard,
            end_of_extended_support_date: extended,
            status,
            version_status,
            kubernetes_patch_version: format!("{}.0", release.version),
        }
    }
}
