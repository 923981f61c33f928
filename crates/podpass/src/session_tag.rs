//! The six session tags that EKS Auth sends when it assumes a role for a pod.
//!
//! Source: EKS user guide, "Grant Pods access to AWS resources based on tags".

use crate::subject::Subject;

/// `eks-cluster-arn`: the cluster's ARN.
pub const EKS_CLUSTER_ARN: &str = "eks-cluster-arn";
/// `eks-cluster-name`: the cluster's name.
pub const EKS_CLUSTER_NAME: &str = "eks-cluster-name";
/// `kubernetes-namespace`: the pod's namespace.
pub const KUBERNETES_NAMESPACE: &str = "kubernetes-namespace";
/// `kubernetes-service-account`: the pod's service account.
pub const KUBERNETES_SERVICE_ACCOUNT: &str = "kubernetes-service-account";
/// `kubernetes-pod-name`: the pod's name.
pub const KUBERNETES_POD_NAME: &str = "kubernetes-pod-name";
/// `kubernetes-pod-uid`: the pod's uid.
pub const KUBERNETES_POD_UID: &str = "kubernetes-pod-uid";

/// The pod that asks for credentials, as far as the session tags tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pod<'a> {
    /// The pod's name.
    pub name: &'a str,
    /// The pod's uid.
    pub uid: &'a str,
}

/// Any pod, where it is not known which: no pod has this uid.
pub(crate) const UNKNOWN_POD: Pod<'static> = Pod {
    name: "pod",
    uid: "00000000-0000-4000-8000-000000000000",
};

/// The session tags for a pod of `subject`, in the order of the user guide. All six are transitive.
///
/// ```
/// use podpass::session_tag::{Pod, session_tags};
/// use podpass::{ClusterId, Subject};
///
/// let subject = Subject {
///     cluster: ClusterId {
///         account: "111122223333".parse()?,
///         region: "us-west-2".parse()?,
///         name: "my-cluster".parse()?,
///     },
///     namespace: "default".parse()?,
///     service_account: "my-service-account".parse()?,
/// };
/// let arn = "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster";
/// let tags = session_tags(&subject, arn, Pod { name: "web-0", uid: "f00" });
/// assert_eq!(tags[0], ("eks-cluster-arn", arn.to_owned()));
/// assert_eq!(tags.len(), 6);
/// # Ok::<(), podpass::InvalidName>(())
/// ```
pub fn session_tags(
    subject: &Subject,
    cluster_arn: &str,
    pod: Pod<'_>,
) -> [(&'static str, String); 6] {
    [
        (EKS_CLUSTER_ARN, cluster_arn.to_owned()),
        (EKS_CLUSTER_NAME, subject.cluster.name.to_string()),
        (KUBERNETES_NAMESPACE, subject.namespace.to_string()),
        (
            KUBERNETES_SERVICE_ACCOUNT,
            subject.service_account.to_string(),
        ),
        (KUBERNETES_POD_NAME, pod.name.to_owned()),
        (KUBERNETES_POD_UID, pod.uid.to_owned()),
    ]
}
