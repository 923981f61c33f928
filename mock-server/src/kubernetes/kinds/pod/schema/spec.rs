//! What is asked of a pod, and where it may run.

use super::container::{
    APP_ARMOR_PROFILE, CONTAINER, EPHEMERAL_CONTAINER, RESOURCE_REQUIREMENTS, SE_LINUX_OPTIONS,
    SECCOMP_PROFILE, WINDOWS_SECURITY_CONTEXT_OPTIONS,
};
use super::volume::{LABEL_SELECTOR, VOLUME};
use crate::kubernetes::kinds::service_account::LOCAL_OBJECT_REFERENCE;
use crate::kubernetes::schema::ListType::{Atomic, Map as Keyed};
use crate::kubernetes::schema::Type::{Boolean, Int32, Int64, List, Map, Object, Quantity, Text};
use crate::kubernetes::schema::structures;

structures! {
    POD_SPEC "io.k8s.api.core.v1.PodSpec" "PodSpec is a description of a pod." {
        1 "volumes": List(&Object(&VOLUME), Keyed(&["name"])) => "List of volumes that can be mounted by containers belonging to the pod.";
        20 "initContainers": List(&Object(&CONTAINER), Keyed(&["name"])) => "List of initialization containers belonging to the pod.";
        2 "containers" required: List(&Object(&CONTAINER), Keyed(&["name"])) => "List of containers belonging to the pod.";
        34 "ephemeralContainers": List(&Object(&EPHEMERAL_CONTAINER), Keyed(&["name"])) => "List of ephemeral containers run in this pod.";
        3 "restartPolicy": Text => "Restart policy for all containers within the pod.";
        4 "terminationGracePeriodSeconds" pointer: Int64 => "Optional duration in seconds the pod needs to terminate gracefully.";
        5 "activeDeadlineSeconds" pointer: Int64 => "Optional duration in seconds the pod may be active on the node relative to StartTime before the system will actively try to mark it failed and kill.";
        6 "dnsPolicy": Text => "Set DNS policy for the pod.";
        7 "nodeSelector": Map(&Text) => "NodeSelector is a selector which must be true for the pod to fit on a node.";
        8 "serviceAccountName": Text => "ServiceAccountName is the name of the ServiceAccount to use to run this pod.";
        9 "serviceAccount": Text => "DeprecatedServiceAccount is a deprecated alias for ServiceAccountName.";
        21 "automountServiceAccountToken" pointer: Boolean => "AutomountServiceAccountToken indicates whether a service account token should be automatically mounted.";
        10 "nodeName": Text => "NodeName indicates in which node this pod is scheduled.";
        11 "hostNetwork": Boolean => "Host networking requested for this pod.";
        12 "hostPID": Boolean => "Use the host's pid namespace.";
        13 "hostIPC": Boolean => "Use the host's ipc namespace.";
        27 "shareProcessNamespace" pointer: Boolean => "Share a single process namespace between all of the containers in a pod.";
        14 "securityContext" pointer: Object(&POD_SECURITY_CONTEXT) => "SecurityContext holds pod-level security attributes and common container settings.";
        15 "imagePullSecrets": List(&Object(&LOCAL_OBJECT_REFERENCE), Keyed(&["name"])) => "ImagePullSecrets is an optional list of references to secrets in the same namespace to use for pulling any of the images used by this PodSpec.";
        16 "hostname": Text => "Specifies the hostname of the Pod If not specified, the pod's hostname will be set to a system-defined value.";
        17 "subdomain": Text => "If specified, the fully qualified Pod hostname will be 'hostname.subdomain.pod namespace.svc.cluster domain'.";
        18 "affinity" pointer: Object(&AFFINITY) => "If specified, the pod's scheduling constraints";
        19 "schedulerName": Text => "If specified, the pod will be dispatched by specified scheduler.";
        22 "tolerations": List(&Object(&TOLERATION), Atomic) => "If specified, the pod's tolerations.";
        23 "hostAliases": List(&Object(&HOST_ALIAS), Keyed(&["ip"])) => "HostAliases is an optional list of hosts and IPs that will be injected into the pod's hosts file if specified.";
        24 "priorityClassName": Text => "If specified, indicates the pod's priority.";
        25 "priority" pointer: Int32 => "The priority value.";
        26 "dnsConfig" pointer: Object(&POD_DNS_CONFIG) => "Specifies the DNS parameters of a pod.";
        28 "readinessGates": List(&Object(&POD_READINESS_GATE), Atomic) => "If specified, all readiness gates will be evaluated for pod readiness.";
        29 "runtimeClassName" pointer: Text => "RuntimeClassName refers to a RuntimeClass object in the node.k8s.io group, which should be used to run this pod.";
        30 "enableServiceLinks" pointer: Boolean => "EnableServiceLinks indicates whether information about services should be injected into pod's environment variables.";
        31 "preemptionPolicy" pointer: Text => "PreemptionPolicy is the Policy for preempting pods with lower priority.";
        32 "overhead": Map(&Quantity) => "Overhead represents the resource overhead associated with running a pod for a given RuntimeClass.";
        33 "topologySpreadConstraints": List(&Object(&TOPOLOGY_SPREAD_CONSTRAINT), Keyed(&["topologyKey", "whenUnsatisfiable"])) => "TopologySpreadConstraints describes how a group of pods ought to spread across topology domains.";
        35 "setHostnameAsFQDN" pointer: Boolean => "If true the pod's hostname will be configured as the pod's FQDN, rather than the leaf name (the default).";
        36 "os" pointer: Object(&POD_OS) => "Specifies the OS of the containers in the pod.";
        37 "hostUsers" pointer: Boolean => "Use the host's user namespace.";
        38 "schedulingGates": List(&Object(&POD_SCHEDULING_GATE), Keyed(&["name"])) => "SchedulingGates is an opaque list of values that if specified will block scheduling the pod.";
        39 "resourceClaims": List(&Object(&POD_RESOURCE_CLAIM), Keyed(&["name"])) => "ResourceClaims defines which ResourceClaims must be allocated and reserved before the Pod is allowed to start.";
        40 "resources" pointer: Object(&RESOURCE_REQUIREMENTS) => "Resources is the total amount of CPU and Memory resources required by all containers in the pod.";
        41 "hostnameOverride" pointer: Text => "HostnameOverride specifies an explicit override for the pod's hostname as perceived by the pod.";
        42 "workloadRef" pointer: Object(&WORKLOAD_REFERENCE) => "WorkloadRef provides a reference to the Workload object that this Pod belongs to.";
    }

    POD_SECURITY_CONTEXT "io.k8s.api.core.v1.PodSecurityContext" "PodSecurityContext holds pod-level security attributes and common container settings." {
        1 "seLinuxOptions" pointer: Object(&SE_LINUX_OPTIONS) => "The SELinux context to be applied to all containers.";
        8 "windowsOptions" pointer: Object(&WINDOWS_SECURITY_CONTEXT_OPTIONS) => "The Windows specific settings applied to all containers.";
        2 "runAsUser" pointer: Int64 => "The UID to run the entrypoint of the container process.";
        6 "runAsGroup" pointer: Int64 => "The GID to run the entrypoint of the container process.";
        3 "runAsNonRoot" pointer: Boolean => "Indicates that the container must run as a non-root user.";
        4 "supplementalGroups": List(&Int64, Atomic) => "A list of groups applied to the first process run in each container, in addition to the container's primary GID and fsGroup (if specified).";
        12 "supplementalGroupsPolicy" pointer: Text => "Defines how supplemental groups of the first container processes are calculated.";
        5 "fsGroup" pointer: Int64 => "A special supplemental group that applies to all containers in a pod.";
        7 "sysctls": List(&Object(&SYSCTL), Atomic) => "Sysctls hold a list of namespaced sysctls used for the pod.";
        9 "fsGroupChangePolicy" pointer: Text => "fsGroupChangePolicy defines behavior of changing ownership and permission of the volume before being exposed inside Pod.";
        10 "seccompProfile" pointer: Object(&SECCOMP_PROFILE) => "The seccomp options to use by the containers in this pod.";
        11 "appArmorProfile" pointer: Object(&APP_ARMOR_PROFILE) => "appArmorProfile is the AppArmor options to use by the containers in this pod.";
        13 "seLinuxChangePolicy" pointer: Text => "seLinuxChangePolicy defines how the container's SELinux label is applied to all volumes used by the Pod.";
    }

    SYSCTL "io.k8s.api.core.v1.Sysctl" "Sysctl defines a kernel parameter to be set" {
        1 "name" required: Text => "Name of a property to set";
        2 "value" required: Text => "Value of a property to set";
    }

    HOST_ALIAS "io.k8s.api.core.v1.HostAlias" "HostAlias holds the mapping between IP and hostnames that will be injected as an entry in the pod's hosts file." {
        1 "ip" required: Text => "IP address of the host file entry.";
        2 "hostnames" required: List(&Text, Atomic) => "Hostnames for the above IP address.";
    }

    POD_DNS_CONFIG "io.k8s.api.core.v1.PodDNSConfig" "PodDNSConfig defines the DNS parameters of a pod in addition to those generated from DNSPolicy." {
        1 "nameservers": List(&Text, Atomic) => "A list of DNS name server IP addresses.";
        2 "searches": List(&Text, Atomic) => "A list of DNS search domains for host-name lookup.";
        3 "options": List(&Object(&POD_DNS_CONFIG_OPTION), Atomic) => "A list of DNS resolver options.";
    }

    POD_DNS_CONFIG_OPTION "io.k8s.api.core.v1.PodDNSConfigOption" "PodDNSConfigOption defines DNS resolver options of a pod." {
        1 "name" required: Text => "Name is this DNS resolver option's name.";
        2 "value" pointer: Text => "Value is this DNS resolver option's value.";
    }

    POD_READINESS_GATE "io.k8s.api.core.v1.PodReadinessGate" "PodReadinessGate contains the reference to a pod condition" {
        1 "conditionType" required: Text => "ConditionType refers to a condition in the pod's condition list with matching type.";
    }

    POD_OS "io.k8s.api.core.v1.PodOS" "PodOS defines the OS parameters of a pod." {
        1 "name" required: Text => "Name is the name of the operating system.";
    }

    POD_SCHEDULING_GATE "io.k8s.api.core.v1.PodSchedulingGate" "PodSchedulingGate is associated to a Pod to guard its scheduling." {
        1 "name" required: Text => "Name of the scheduling gate.";
    }

    POD_RESOURCE_CLAIM "io.k8s.api.core.v1.PodResourceClaim" "PodResourceClaim references exactly one ResourceClaim, either directly or by naming a ResourceClaimTemplate which is then turned into a ResourceClaim." {
        1 "name" required: Text => "Name uniquely identifies this resource claim inside the pod.";
        3 "resourceClaimName" pointer: Text => "ResourceClaimName is the name of a ResourceClaim object in the same namespace as this pod.";
        4 "resourceClaimTemplateName" pointer: Text => "ResourceClaimTemplateName is the name of a ResourceClaimTemplate object in the same namespace as this pod.";
    }

    WORKLOAD_REFERENCE "io.k8s.api.core.v1.WorkloadReference" "WorkloadReference identifies the Workload object and PodGroup membership that a Pod belongs to." {
        1 "name" required: Text => "Name defines the name of the Workload object this Pod belongs to.";
        2 "podGroup" required: Text => "PodGroup is the name of the PodGroup within the Workload that this Pod belongs to.";
        3 "podGroupReplicaKey": Text => "PodGroupReplicaKey specifies the replica key of the PodGroup to which this Pod belongs.";
    }

    AFFINITY "io.k8s.api.core.v1.Affinity" "Affinity is a group of affinity scheduling rules." {
        1 "nodeAffinity" pointer: Object(&NODE_AFFINITY) => "Describes node affinity scheduling rules for the pod.";
        2 "podAffinity" pointer: Object(&POD_AFFINITY) => "Describes pod affinity scheduling rules (e.g.";
        3 "podAntiAffinity" pointer: Object(&POD_ANTI_AFFINITY) => "Describes pod anti-affinity scheduling rules (e.g.";
    }

    NODE_AFFINITY "io.k8s.api.core.v1.NodeAffinity" "Node affinity is a group of node affinity scheduling rules." {
        1 "requiredDuringSchedulingIgnoredDuringExecution" pointer: Object(&NODE_SELECTOR) => "If the affinity requirements specified by this field are not met at scheduling time, the pod will not be scheduled onto the node.";
        2 "preferredDuringSchedulingIgnoredDuringExecution": List(&Object(&PREFERRED_SCHEDULING_TERM), Atomic) => "The scheduler will prefer to schedule pods to nodes that satisfy the affinity expressions specified by this field.";
    }

    NODE_SELECTOR "io.k8s.api.core.v1.NodeSelector" "A node selector represents the union of the results of one or more label queries over a set of nodes; that is." {
        1 "nodeSelectorTerms" required: List(&Object(&NODE_SELECTOR_TERM), Atomic) => "Required.";
    }

    NODE_SELECTOR_TERM "io.k8s.api.core.v1.NodeSelectorTerm" "A null or empty node selector term matches no objects." {
        1 "matchExpressions": List(&Object(&NODE_SELECTOR_REQUIREMENT), Atomic) => "A list of node selector requirements by node's labels.";
        2 "matchFields": List(&Object(&NODE_SELECTOR_REQUIREMENT), Atomic) => "A list of node selector requirements by node's fields.";
    }

    NODE_SELECTOR_REQUIREMENT "io.k8s.api.core.v1.NodeSelectorRequirement" "A node selector requirement is a selector that contains values, a key, and an operator that relates the key and values." {
        1 "key" required: Text => "The label key that the selector applies to.";
        2 "operator" required: Text => "Represents a key's relationship to a set of values.";
        3 "values": List(&Text, Atomic) => "An array of string values.";
    }

    PREFERRED_SCHEDULING_TERM "io.k8s.api.core.v1.PreferredSchedulingTerm" "An empty preferred scheduling term matches all objects with implicit weight 0 (i.e." {
        1 "weight" required: Int32 => "Weight associated with matching the corresponding nodeSelectorTerm, in the range 1-100.";
        2 "preference": Object(&NODE_SELECTOR_TERM) => "A node selector term, associated with the corresponding weight.";
    }

    POD_AFFINITY "io.k8s.api.core.v1.PodAffinity" "Pod affinity is a group of inter pod affinity scheduling rules." {
        1 "requiredDuringSchedulingIgnoredDuringExecution": List(&Object(&POD_AFFINITY_TERM), Atomic) => "If the affinity requirements specified by this field are not met at scheduling time, the pod will not be scheduled onto the node.";
        2 "preferredDuringSchedulingIgnoredDuringExecution": List(&Object(&WEIGHTED_POD_AFFINITY_TERM), Atomic) => "The scheduler will prefer to schedule pods to nodes that satisfy the affinity expressions specified by this field.";
    }

    POD_ANTI_AFFINITY "io.k8s.api.core.v1.PodAntiAffinity" "Pod anti affinity is a group of inter pod anti affinity scheduling rules." {
        1 "requiredDuringSchedulingIgnoredDuringExecution": List(&Object(&POD_AFFINITY_TERM), Atomic) => "If the anti-affinity requirements specified by this field are not met at scheduling time, the pod will not be scheduled onto the node.";
        2 "preferredDuringSchedulingIgnoredDuringExecution": List(&Object(&WEIGHTED_POD_AFFINITY_TERM), Atomic) => "The scheduler will prefer to schedule pods to nodes that satisfy the anti-affinity expressions specified by this field.";
    }

    POD_AFFINITY_TERM "io.k8s.api.core.v1.PodAffinityTerm" "Defines a set of pods (namely those matching the labelSelector relative to the given namespace(s)) that this pod should be co-located (affinity) or." {
        1 "labelSelector" pointer: Object(&LABEL_SELECTOR) => "A label query over a set of resources, in this case pods.";
        2 "namespaces": List(&Text, Atomic) => "namespaces specifies a static list of namespace names that the term applies to.";
        3 "topologyKey" required: Text => "This pod should be co-located (affinity) or not co-located (anti-affinity) with the pods matching the labelSelector in the specified namespaces.";
        4 "namespaceSelector" pointer: Object(&LABEL_SELECTOR) => "A label query over the set of namespaces that the term applies to.";
        5 "matchLabelKeys": List(&Text, Atomic) => "MatchLabelKeys is a set of pod label keys to select which pods will be taken into consideration.";
        6 "mismatchLabelKeys": List(&Text, Atomic) => "MismatchLabelKeys is a set of pod label keys to select which pods will be taken into consideration.";
    }

    WEIGHTED_POD_AFFINITY_TERM "io.k8s.api.core.v1.WeightedPodAffinityTerm" "The weights of all of the matched WeightedPodAffinityTerm fields are added per-node to find the most preferred node(s)" {
        1 "weight" required: Int32 => "weight associated with matching the corresponding podAffinityTerm, in the range 1-100.";
        2 "podAffinityTerm": Object(&POD_AFFINITY_TERM) => "Required.";
    }

    TOLERATION "io.k8s.api.core.v1.Toleration" "The pod this Toleration is attached to tolerates any taint that matches the triple key,value,effect using the matching operator operator." {
        1 "key": Text => "Key is the taint key that the toleration applies to.";
        2 "operator": Text => "Operator represents a key's relationship to the value.";
        3 "value": Text => "Value is the taint value the toleration matches to.";
        4 "effect": Text => "Effect indicates the taint effect to match.";
        5 "tolerationSeconds" pointer: Int64 => "TolerationSeconds represents the period of time the toleration (which must be of effect NoExecute.";
    }

    TOPOLOGY_SPREAD_CONSTRAINT "io.k8s.api.core.v1.TopologySpreadConstraint" "TopologySpreadConstraint specifies how to spread matching pods among the given topology." {
        1 "maxSkew" required: Int32 => "MaxSkew describes the degree to which pods may be unevenly distributed.";
        2 "topologyKey" required: Text => "TopologyKey is the key of node labels.";
        3 "whenUnsatisfiable" required: Text => "WhenUnsatisfiable indicates how to deal with a pod if it doesn't satisfy the spread constraint.";
        4 "labelSelector" pointer: Object(&LABEL_SELECTOR) => "LabelSelector is used to find matching pods.";
        5 "minDomains" pointer: Int32 => "MinDomains indicates a minimum number of eligible domains.";
        6 "nodeAffinityPolicy" pointer: Text => "NodeAffinityPolicy indicates how we will treat Pod's nodeAffinity/nodeSelector when calculating pod topology spread skew.";
        7 "nodeTaintsPolicy" pointer: Text => "NodeTaintsPolicy indicates how we will treat node taints when calculating pod topology spread skew.";
        8 "matchLabelKeys": List(&Text, Atomic) => "MatchLabelKeys is a set of pod label keys to select the pods over which spreading will be calculated.";
    }
}
