//! The add-ons that EKS offers: names, namespaces and service accounts of the EKS User Guide's
//! "AWS add-ons" and "Community add-ons". Of their versions there are two of each, the default first.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Cause;

/// An add-on that can be had.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfferedAddon {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) versions: Vec<String>,
    /// The service accounts that an IAM role can be associated with, and the policies that AWS recommends.
    pub(super) service_accounts: BTreeMap<String, Vec<String>>,
}

/// All of them, by name.
pub(super) fn addons() -> &'static [OfferedAddon] {
    static ADDONS: LazyLock<Vec<OfferedAddon>> =
        LazyLock::new(|| serde_json::from_str(include_str!("addons.json")).unwrap_or_default());
    &ADDONS
}

/// The add-on of a name.
pub(super) fn addon(name: &str) -> Result<&'static OfferedAddon, Cause> {
    let found = addons().iter().find(|addon| addon.name == name);
    found.ok_or(Cause::UnsupportedAddon)
}

impl OfferedAddon {
    /// The version that a request asks for, or the default.
    pub(super) fn version(&self, asked: Option<&str>) -> Result<&str, Cause> {
        let mut versions = self.versions.iter().map(String::as_str);
        let found = versions.find(|version| asked.is_none_or(|asked| asked == *version));
        found.ok_or(Cause::UnsupportedAddonVersion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_read_and_in_order() {
        let names: Vec<_> = addons().iter().map(|addon| &addon.name).collect();
        assert!(names.is_sorted());
        assert!(names.iter().any(|name| *name == "eks-pod-identity-agent"));
        assert!(addons().iter().all(|addon| addon.version(None).is_ok()));
    }
}
