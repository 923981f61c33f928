use serde::{Deserialize, Serialize};

use super::addon::{OWNER, PUBLISHER};
use super::catalogue::{self, OfferedAddon};
use super::members::{self, TEXTS};
use super::paging::Paging;
use super::version::KUBERNETES;
use super::{Eks, EksError, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::state::page::Page;
use crate::store::{Context, Read};
use crate::validation::{ANY_TEXT, Member};

/// Lists the add-ons that can be had, and their versions, which go with every version of Kubernetes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeAddonVersions {
    kubernetes_version: Option<String>,
    #[serde(flatten)]
    paging: Paging,
    addon_name: Option<String>,
    types: Option<Vec<String>>,
    publishers: Option<Vec<String>>,
    owners: Option<Vec<String>>,
}

/// A page of add-ons.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    addons: Vec<AddonInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AddonInfo {
    addon_name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    addon_versions: Vec<Version>,
    publisher: &'static str,
    owner: &'static str,
    default_namespace: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    addon_version: &'static str,
    architecture: [&'static str; 2],
    compute_types: [&'static str; 2],
    compatibilities: Vec<Compatibility>,
    requires_configuration: bool,
    requires_iam_permissions: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Compatibility {
    cluster_version: String,
    platform_versions: [&'static str; 1],
    default_version: bool,
}

impl Operation for DescribeAddonVersions {
    const NAME: &'static str = "DescribeAddonVersions";
    const ROUTE: Route = Route::get("/addons/supported-versions");
    const INPUT: &'static [Member] = &[
        Member::new("kubernetesVersion", ANY_TEXT),
        members::MAX_RESULTS,
        members::NEXT_TOKEN,
        Member::new("addonName", ANY_TEXT),
        Member::new("types", TEXTS),
        Member::new("publishers", TEXTS),
        Member::new("owners", TEXTS),
    ];
    const ERRORS: &'static [&'static str] = &["InvalidParameterException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_anything::<Self>(cx)]
    }

    fn call(self, _: &Context) -> Result<Output, EksError> {
        let after = self.paging.after()?;
        let has = |list: &Option<Vec<String>>, word: &str| {
            list.as_ref()
                .is_none_or(|list| list.iter().any(|item| item == word))
        };
        let wanted = self.kubernetes_version.as_deref();
        // All add-ons are there for all versions of Kubernetes that there are.
        let is_there =
            wanted.is_none_or(|wanted| KUBERNETES.iter().any(|release| release.version == wanted));
        let rows = catalogue::addons().iter().filter(|addon| {
            is_there
                && self
                    .addon_name
                    .as_ref()
                    .is_none_or(|name| *name == addon.name)
                && has(&self.types, &addon.kind)
                && has(&self.publishers, PUBLISHER)
                && has(&self.owners, OWNER)
                && after.as_ref().is_none_or(|after| addon.name > *after)
        });
        let page = Page::of(
            rows.map(|addon| (&addon.name, addon)),
            self.paging.limit(),
            |addon| AddonInfo::new(addon, wanted),
        );
        Ok(Output {
            addons: page.items,
            next_token: page.next,
        })
    }
}

impl AddonInfo {
    fn new(addon: &'static OfferedAddon, kubernetes: Option<&str>) -> Self {
        let versions = addon.versions.iter().enumerate().map(|(n, version)| {
            let compatibility = |cluster_version: &str| Compatibility {
                cluster_version: cluster_version.to_owned(),
                platform_versions: ["*"],
                default_version: n == 0,
            };
            Version {
                addon_version: version,
                architecture: ["amd64", "arm64"],
                compute_types: ["ec2", "auto"],
                compatibilities: match kubernetes {
                    Some(version) => vec![compatibility(version)],
                    None => {
                        let all = KUBERNETES.iter().map(|release| release.version);
                        all.map(compatibility).collect()
                    }
                },
                requires_configuration: false,
                requires_iam_permissions: !addon.service_accounts.is_empty(),
            }
        });
        Self {
            addon_name: &addon.name,
            kind: &addon.kind,
            addon_versions: versions.collect(),
            publisher: PUBLISHER,
            owner: OWNER,
            default_namespace: &addon.namespace,
        }
    }
}
