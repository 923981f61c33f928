//! How long EKS takes for what it does in the background: no time at all, unless a user says otherwise.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// What EKS does after it has answered. It is over so long after the call by the server's clock.
///
/// ```
/// use podpass_mock::EksDelay;
///
/// let delay: EksDelay = "nodegroup".parse()?;
/// assert_eq!(delay, EksDelay::Nodegroup);
/// assert!("pod".parse::<EksDelay>().is_err());
/// # Ok::<(), podpass_mock::UnknownEksDelay>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EksDelay {
    /// A cluster is CREATING.
    Cluster,
    /// A node group is CREATING.
    Nodegroup,
    /// A Fargate profile is CREATING.
    FargateProfile,
    /// An add-on is CREATING.
    Addon,
    /// A capability is CREATING.
    Capability,
    /// An update is InProgress, and what it changes UPDATING.
    Update,
    /// Any of these is DELETING.
    Deletion,
}

const DELAYS: [(EksDelay, &str); 7] = [
    (EksDelay::Cluster, "cluster"),
    (EksDelay::Nodegroup, "nodegroup"),
    (EksDelay::FargateProfile, "fargate-profile"),
    (EksDelay::Addon, "addon"),
    (EksDelay::Capability, "capability"),
    (EksDelay::Update, "update"),
    (EksDelay::Deletion, "deletion"),
];

/// EKS does nothing of that name.
#[derive(Debug, Error)]
#[error("unknown delay `{0}`; there are: {names}", names = DELAYS.map(|(_, name)| name).join(", "))]
pub struct UnknownEksDelay(String);

impl FromStr for EksDelay {
    type Err = UnknownEksDelay;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = DELAYS.iter().find(|(_, known)| *known == name);
        found
            .map(|(delay, _)| *delay)
            .ok_or_else(|| UnknownEksDelay(name.to_owned()))
    }
}

/// The delays of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct EksDelays(BTreeMap<EksDelay, Duration>);

impl EksDelays {
    pub(crate) fn set(&mut self, delay: EksDelay, duration: Duration) {
        self.0.insert(delay, duration);
    }

    pub(crate) fn duration(&self, delay: EksDelay) -> Duration {
        self.0.get(&delay).copied().unwrap_or_default()
    }
}
