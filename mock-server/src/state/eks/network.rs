//! The network settings of a cluster.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a cluster's control plane meets the customer's network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Network {
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) security_group_ids: Vec<String>,
    pub(crate) public_access: bool,
    pub(crate) private_access: bool,
    pub(crate) public_access_cidrs: Vec<String>,
    pub(crate) egress_mode: Option<String>,
}

impl Network {
    /// What a `resourcesVpcConfig` says; access is public where it does not.
    pub(crate) fn new(config: &Value) -> Self {
        let mut network = Self {
            public_access: true,
            public_access_cidrs: vec!["0.0.0.0/0".to_owned()],
            ..Self::default()
        };
        network.change(config);
        network
    }

    /// Changes what a `resourcesVpcConfig` mentions.
    pub(crate) fn change(&mut self, config: &Value) {
        let texts = |name: &str| {
            let items = config.get(name)?.as_array()?.iter();
            Some(
                items
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
            )
        };
        let flag = |name: &str| config.get(name)?.as_bool();
        let lists = [
            ("subnetIds", &mut self.subnet_ids),
            ("securityGroupIds", &mut self.security_group_ids),
            ("publicAccessCidrs", &mut self.public_access_cidrs),
        ];
        for (name, list) in lists {
            if let Some(new) = texts(name) {
                *list = new;
            }
        }
        self.public_access = flag("endpointPublicAccess").unwrap_or(self.public_access);
        self.private_access = flag("endpointPrivateAccess").unwrap_or(self.private_access);
        if let Some(mode) = config.get("controlPlaneEgressMode").and_then(Value::as_str) {
            self.egress_mode = Some(mode.to_owned());
        }
    }
}
