//! What a caller may do in a cluster: the access policies of EKS, and `system:masters`.
//!
//! RBAC objects are not kept here: what a group is granted by them in a real cluster it is not granted here.

use super::kind::Kind;
use crate::glob;

/// The group that may do everything.
const MASTERS: &str = "system:masters";
/// The verbs that change nothing.
const READS: [&str; 3] = ["get", "list", "watch"];

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attributes<'a> {
    /// Such as `create`.
    pub(crate) verb: &'a str,
    /// The API group; empty for the core group.
    pub(crate) group: &'a str,
    /// The plural of the kind, and a part of its objects after a slash: `serviceaccounts/token`.
    pub(crate) resource: &'a str,
    /// The namespace; none for all of the cluster.
    pub(crate) namespace: Option<&'a str>,
    /// The object's name, if one is meant.
    pub(crate) name: &'a str,
}

/// An access policy of EKS that says something about the kinds here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Policy {
    ClusterAdmin,
    Admin,
    AdminView,
    Edit,
    View,
}

/// An access policy and where it holds.
#[derive(Debug, Clone)]
struct Grant {
    policy: Policy,
    /// None means the whole cluster; a `*` in one stands for any text, as in `dev-*`.
    namespaces: Vec<String>,
}

/// What a caller may do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rights {
    everything: bool,
    grants: Vec<Grant>,
}

impl Rights {
    /// The rights of those who are not told apart.
    pub(crate) fn everything() -> Rights {
        Rights {
            everything: true,
            grants: Vec::new(),
        }
    }

    /// The rights of a member of these groups.
    pub(crate) fn of_groups(groups: &[String]) -> Rights {
        Rights {
            everything: groups.iter().any(|group| group == MASTERS),
            grants: Vec::new(),
        }
    }

    /// Adds those of an access policy, by its ARN, in some namespaces or, without any, everywhere. Policies that are about
    /// nothing here are passed over.
    pub(crate) fn grant(&mut self, policy_arn: &str, namespaces: &[String]) {
        let name = policy_arn.rsplit('/').next().unwrap_or_default();
        let policy = match name {
            "AmazonEKSClusterAdminPolicy" => Policy::ClusterAdmin,
            "AmazonEKSAdminPolicy" => Policy::Admin,
            "AmazonEKSAdminViewPolicy" => Policy::AdminView,
            "AmazonEKSEditPolicy" => Policy::Edit,
            "AmazonEKSViewPolicy" => Policy::View,
            _ => return,
        };
        self.grants.push(Grant {
            policy,
            namespaces: namespaces.to_vec(),
        });
    }

    /// Whether nothing is withheld.
    pub(crate) fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whether that is allowed. Everyone may ask about themselves.
    pub(crate) fn allow(&self, asked: &Attributes<'_>) -> bool {
        self.everything
            || is_about_oneself(asked)
            || self.grants.iter().any(|grant| grant.allows(asked))
    }
}

fn is_about_oneself(asked: &Attributes<'_>) -> bool {
    asked.verb == "create"
        && matches!(
            (asked.group, asked.resource),
            ("authentication.k8s.io", "selfsubjectreviews")
                | (
                    "authorization.k8s.io",
                    "selfsubjectaccessreviews" | "selfsubjectrulesreviews"
                )
        )
}

impl Grant {
    fn allows(&self, asked: &Attributes<'_>) -> bool {
        self.reaches(asked) && self.policy.allows(asked)
    }

    fn reaches(&self, asked: &Attributes<'_>) -> bool {
        // A namespace itself is an object of the cluster, but lies within itself.
        let of_namespace = (asked.group, asked.resource) == ("", "namespaces");
        let within = asked
            .namespace
            .or(Some(asked.name).filter(|name| of_namespace && !name.is_empty()));
        self.namespaces.is_empty()
            || within.is_some_and(|within| {
                self.namespaces
                    .iter()
                    .any(|pattern| glob::matches(pattern, within))
            })
    }
}

impl Policy {
    fn allows(self, asked: &Attributes<'_>) -> bool {
        let reads = READS.contains(&asked.verb);
        match (self, asked.group, asked.resource) {
            (Policy::ClusterAdmin, ..) => true,
            (Policy::AdminView, ..) => reads,
            // What these may read of namespaces they may not change; others watch over events.
            (_, "", "namespaces" | "events" | "pods/status" | "namespaces/status") => reads,
            (Policy::View, "", "pods" | "pods/log" | "serviceaccounts") => reads,
            (Policy::Admin | Policy::Edit, "", resource) => {
                resource.starts_with("pods") || resource.starts_with("serviceaccounts")
            }
            _ => false,
        }
    }
}

/// The words in which the API server refuses.
pub(crate) fn refusal(username: &str, asked: &Attributes<'_>) -> String {
    let Attributes {
        verb,
        group,
        resource,
        namespace,
        ..
    } = asked;
    let place = match namespace {
        Some(namespace) => format!("in the namespace \"{namespace}\""),
        None => "at the cluster scope".to_owned(),
    };
    format!(
        "User \"{username}\" cannot {verb} resource \"{resource}\" in API group \"{group}\" {place}"
    )
}

/// How a kind, or a part of its objects, is named in [`Attributes`].
pub(crate) fn resource(kind: &Kind, part: Option<&str>) -> String {
    match part {
        Some(part) => format!("{}/{part}", kind.plural),
        None => kind.plural.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(policy: &str, namespaces: &[&str]) -> Rights {
        let namespaces: Vec<String> = namespaces.iter().map(|name| (*name).to_owned()).collect();
        let mut rights = Rights::default();
        let arn = format!("arn:aws:eks::aws:cluster-access-policy/{policy}");
        rights.grant(&arn, &namespaces);
        rights
    }

    fn may(rights: &Rights, verb: &str, resource: &str, namespace: Option<&str>) -> bool {
        rights.allow(&Attributes {
            verb,
            group: "",
            resource,
            namespace,
            name: "",
        })
    }

    #[test]
    fn policies_reach_as_far_as_their_namespaces() {
        let one = rights("AmazonEKSEditPolicy", &["team"]);
        assert!(may(&one, "create", "pods", Some("team")));
        assert!(!may(&one, "create", "pods", Some("other")));
        assert!(!may(&one, "list", "pods", None));
        let some = rights("AmazonEKSEditPolicy", &["dev-*"]);
        assert!(may(&some, "create", "pods", Some("dev-a")));
        assert!(!may(&some, "create", "pods", Some("prod-a")));
        let all = rights("AmazonEKSEditPolicy", &[]);
        assert!(may(&all, "list", "pods", None));
    }

    #[test]
    fn viewers_read_and_editors_leave_namespaces_alone() {
        let view = rights("AmazonEKSViewPolicy", &[]);
        assert!(may(&view, "watch", "pods", Some("a")));
        assert!(!may(&view, "delete", "pods", Some("a")));
        assert!(!may(&view, "create", "serviceaccounts/token", Some("a")));
        let edit = rights("AmazonEKSEditPolicy", &[]);
        assert!(may(&edit, "create", "serviceaccounts/token", Some("a")));
        assert!(may(&edit, "get", "namespaces", None));
        assert!(!may(&edit, "delete", "namespaces", None));
        assert!(may(
            &rights("AmazonEKSClusterAdminPolicy", &[]),
            "delete",
            "namespaces",
            None
        ));
    }

    #[test]
    fn whoever_has_no_rights_may_ask_about_themselves() {
        let none = Rights::default();
        assert!(!may(&none, "list", "pods", None));
        assert!(none.allow(&Attributes {
            verb: "create",
            group: "authentication.k8s.io",
            resource: "selfsubjectreviews",
            namespace: None,
            name: "",
        }));
        assert!(may(
            &Rights::of_groups(&["system:masters".to_owned()]),
            "list",
            "pods",
            None
        ));
    }
}
