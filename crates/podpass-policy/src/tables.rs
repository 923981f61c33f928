//! The tables that `tables/generate.py` makes, and the one beside them that is written by hand.

/// Names of services, one a line: prefixes of actions, and the labels of service principals that stand
/// before `.amazonaws.com`.
pub(crate) const SERVICES: &str = include_str!("../tables/services.txt");

/// Actions, resources and condition keys of the services that are known in detail.
pub(crate) const ACTIONS: &str = include_str!("../tables/actions.txt");

/// The condition keys that all services have, with their types; by hand, from the IAM user guide's
/// "Global condition context keys".
pub(crate) const GLOBAL_KEYS: &str = include_str!("../tables/global_keys.txt");
