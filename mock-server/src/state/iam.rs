//! IAM in one account: roles and managed policies, and who uses which policy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use podpass_policy::PolicyDocument;
use serde::{Deserialize, Serialize};

use super::table::{Row, SEPARATOR, Table};

/// The IAM entities of an account.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) roles: Table<Role>,
    /// The customer managed policies.
    pub(crate) policies: Table<Policy>,
    /// Who uses a managed policy, AWS's own among them. A policy that nobody uses has no row.
    pub(crate) usages: Table<Usage>,
    pub(crate) instance_profiles: Table<InstanceProfile>,
    pub(crate) oidc_providers: Table<OidcProvider>,
    /// The account's alias, of which there can be one.
    pub(crate) alias: Option<String>,
}

impl Account {
    /// The role of a name; IAM compares names without regard to case.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.find(Role::BY_NAME, &name.to_lowercase())
    }

    /// The role of an ARN, which names it exactly.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        let (_, name) = arn.rsplit_once('/')?;
        self.role(name).filter(|role| role.arn == arn)
    }

    /// The customer managed policy of an ARN.
    pub(crate) fn policy(&self, arn: &str) -> Option<&Policy> {
        self.policies.find(Policy::BY_ARN, arn)
    }

    /// The instance profile of a name.
    pub(crate) fn instance_profile(&self, name: &str) -> Option<&InstanceProfile> {
        self.instance_profiles
            .find(InstanceProfile::BY_NAME, &name.to_lowercase())
    }

    /// Changes who uses a policy.
    pub(crate) fn change_usage(&mut self, policy_arn: &str, change: impl FnOnce(&mut Usage)) {
        let mut usage = self
            .usages
            .remove(policy_arn)
            .unwrap_or_else(|| Usage::none(policy_arn));
        change(&mut usage);
        if !usage.roles.is_empty() || !usage.bounded_roles.is_empty() {
            self.usages.put(usage);
        }
    }
}

/// A role, with all that lives and dies with it.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) trust: TrustPolicy,
    pub(crate) description: Option<String>,
    /// In seconds.
    pub(crate) max_session_duration: u32,
    /// Of AWS Sign-In, in seconds.
    pub(crate) max_signin_session_duration: Option<u32>,
    pub(crate) permissions_boundary: Option<String>,
    pub(crate) tags: Tags,
    /// Inline policies by name, as they were submitted.
    pub(crate) inline: BTreeMap<String, String>,
    /// The attached managed policies, by name and ARN.
    pub(crate) attached: BTreeSet<(String, String)>,
    /// Keys of the instance profiles that hold it.
    pub(crate) instance_profiles: BTreeSet<String>,
}

impl Role {
    pub(crate) const BY_NAME: usize = 0;
    pub(crate) const BY_ID: usize = 1;

    /// Whether the role belongs to an AWS service, and customers can hardly change it.
    pub(crate) fn is_service_linked(&self) -> bool {
        self.path.starts_with(SERVICE_LINKED_PATH)
    }
}

/// The path that is reserved for service-linked roles.
pub(crate) const SERVICE_LINKED_PATH: &str = "/aws-service-role/";

impl Row for Role {
    type Indices = [String; 2];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase(), self.id.clone()]
    }
}

/// A role's trust policy.
#[derive(Debug, Clone)]
pub(crate) struct TrustPolicy {
    /// The text as it was submitted.
    pub(crate) text: String,
    pub(crate) document: Arc<PolicyDocument>,
    /// The users and roles that it names, as it names them.
    pub(crate) principals: Vec<BoundPrincipal>,
}

/// A principal of a trust policy, bound to the entity that had its name when the policy was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BoundPrincipal {
    /// An ARN or a unique id, as the text has it.
    pub(crate) written: String,
    /// The ARN of the entity.
    pub(crate) arn: String,
    /// Its unique id, which is what IAM keeps.
    pub(crate) id: String,
}

/// A managed policy with its versions.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) default_version: u32,
    /// The number of the newest version there ever was: numbers are not used again.
    pub(crate) last_version: u32,
    pub(crate) versions: BTreeMap<u32, PolicyVersion>,
}

/// One version of a managed policy.
#[derive(Debug, Clone)]
pub(crate) struct PolicyVersion {
    /// The text as it was submitted.
    pub(crate) document: String,
    pub(crate) created: Timestamp,
}

impl Policy {
    pub(crate) const BY_NAME: usize = 0;
    pub(crate) const BY_ARN: usize = 1;

    /// Whether AWS owns the policy, and no customer can change it.
    pub(crate) fn is_aws_managed(&self) -> bool {
        self.arn.contains("::aws:")
    }
}

impl Row for Policy {
    type Indices = [String; 2];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase(), self.arn.clone()]
    }
}

/// Who uses a managed policy: names of roles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Usage {
    policy_arn: String,
    /// Roles that it is attached to.
    pub(crate) roles: BTreeSet<String>,
    /// Roles whose permissions boundary it is.
    pub(crate) bounded_roles: BTreeSet<String>,
}

impl Usage {
    fn none(policy_arn: &str) -> Self {
        Self {
            policy_arn: policy_arn.to_owned(),
            ..Self::default()
        }
    }
}

impl Row for Usage {
    type Indices = [String; 0];

    fn key(&self) -> String {
        self.policy_arn.clone()
    }

    fn indices(&self) -> Self::Indices {
        []
    }
}

/// An instance profile, which holds one role at most.
#[derive(Debug, Clone)]
pub(crate) struct InstanceProfile {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    /// The name of the role.
    pub(crate) role: Option<String>,
}

impl InstanceProfile {
    pub(crate) const BY_NAME: usize = 0;
}

impl Row for InstanceProfile {
    type Indices = [String; 1];

    fn key(&self) -> String {
        format!("{}{SEPARATOR}{}", self.path, self.name.to_lowercase())
    }

    fn indices(&self) -> Self::Indices {
        [self.name.to_lowercase()]
    }
}

/// An OIDC identity provider.
#[derive(Debug, Clone)]
pub(crate) struct OidcProvider {
    pub(crate) arn: String,
    /// Without `https://`.
    pub(crate) url: String,
    pub(crate) client_ids: Vec<String>,
    pub(crate) thumbprints: Vec<String>,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
}

impl Row for OidcProvider {
    type Indices = [String; 0];

    fn key(&self) -> String {
        self.arn.clone()
    }

    fn indices(&self) -> Self::Indices {
        []
    }
}

/// The tags of an IAM resource. Keys are unique without regard to case, and keep their case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tags(BTreeMap<String, Tag>);

/// One tag, as on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl Tags {
    /// Adds a tag; one whose key differs in case only is replaced, key included.
    pub(crate) fn put(&mut self, tag: Tag) {
        self.0.insert(tag.key.to_lowercase(), tag);
    }

    /// Takes a tag away, if it is there.
    pub(crate) fn remove(&mut self, key: &str) {
        self.0.remove(&key.to_lowercase());
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The tags in the order of their keys, with the text that they are ordered by.
    pub(crate) fn scan(&self) -> impl Iterator<Item = (&str, &Tag)> {
        self.0.iter().map(|(key, tag)| (key.as_str(), tag))
    }

    /// The tags in the order of their keys.
    pub(crate) fn to_vec(&self) -> Vec<Tag> {
        self.0.values().cloned().collect()
    }
}
