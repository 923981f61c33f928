//! What is known of a pod that runs.

use super::container::RESOURCE_REQUIREMENTS;
use crate::kubernetes::schema::ListType::{Atomic, Map as Keyed};
use crate::kubernetes::schema::Type::{
    Boolean, Int32, Int64, List, Map, Object, Quantity, Text, Time,
};
use crate::kubernetes::schema::structures;

structures! {
    POD_STATUS "io.k8s.api.core.v1.PodStatus" "PodStatus represents information about the status of a pod." {
        17 "observedGeneration": Int64 => "If set, this represents the .metadata.generation that the pod status was set based upon.";
        1 "phase": Text => "The phase of a Pod is a simple, high-level summary of where the Pod is in its lifecycle.";
        2 "conditions": List(&Object(&POD_CONDITION), Keyed(&["type"])) => "Current service state of pod.";
        3 "message": Text => "A human readable message indicating details about why the pod is in this condition.";
        4 "reason": Text => "A brief CamelCase message indicating details about why the pod is in this state.";
        11 "nominatedNodeName": Text => "nominatedNodeName is set only when this pod preempts other pods on the node.";
        5 "hostIP": Text => "hostIP holds the IP address of the host to which the pod is assigned.";
        16 "hostIPs": List(&Object(&HOST_IP), Keyed(&["ip"])) => "hostIPs holds the IP addresses allocated to the host.";
        6 "podIP": Text => "podIP address allocated to the pod.";
        12 "podIPs": List(&Object(&POD_IP), Keyed(&["ip"])) => "podIPs holds the IP addresses allocated to the pod.";
        7 "startTime" pointer: Time => "RFC 3339 date and time at which the object was acknowledged by the Kubelet.";
        10 "initContainerStatuses": List(&Object(&CONTAINER_STATUS), Atomic) => "Statuses of init containers in this pod.";
        8 "containerStatuses": List(&Object(&CONTAINER_STATUS), Atomic) => "Statuses of containers in this pod.";
        9 "qosClass": Text => "The Quality of Service (QOS) classification assigned to the pod based on resource requirements See PodQOSClass type for available QOS classes More.";
        13 "ephemeralContainerStatuses": List(&Object(&CONTAINER_STATUS), Atomic) => "Statuses for any ephemeral containers that have run in this pod.";
        14 "resize": Text => "Status of resources resize desired for pod's containers.";
        15 "resourceClaimStatuses": List(&Object(&POD_RESOURCE_CLAIM_STATUS), Keyed(&["name"])) => "Status of resource claims.";
        18 "extendedResourceClaimStatus" pointer: Object(&POD_EXTENDED_RESOURCE_CLAIM_STATUS) => "Status of extended resource claim backed by DRA.";
        19 "allocatedResources": Map(&Quantity) => "AllocatedResources is the total requests allocated for this pod by the node.";
        20 "resources" pointer: Object(&RESOURCE_REQUIREMENTS) => "Resources represents the compute resource requests and limits that have been applied at the pod level if pod-level requests or limits are set in.";
    }

    POD_CONDITION "io.k8s.api.core.v1.PodCondition" "PodCondition contains details for the current condition of this pod." {
        1 "type" required: Text => "Type is the type of the condition.";
        7 "observedGeneration": Int64 => "If set, this represents the .metadata.generation that the pod condition was set based upon.";
        2 "status" required: Text => "Status is the status of the condition.";
        3 "lastProbeTime": Time => "Last time we probed the condition.";
        4 "lastTransitionTime": Time => "Last time the condition transitioned from one status to another.";
        5 "reason": Text => "Unique, one-word, CamelCase reason for the condition's last transition.";
        6 "message": Text => "Human-readable message indicating details about last transition.";
    }

    HOST_IP "io.k8s.api.core.v1.HostIP" "HostIP represents a single IP address allocated to the host." {
        1 "ip" required: Text => "IP is the IP address assigned to the host";
    }

    POD_IP "io.k8s.api.core.v1.PodIP" "PodIP represents a single IP address allocated to the pod." {
        1 "ip" required: Text => "IP is the IP address assigned to the pod";
    }

    CONTAINER_STATUS "io.k8s.api.core.v1.ContainerStatus" "ContainerStatus contains details for the current status of this container." {
        1 "name" required: Text => "Name is a DNS_LABEL representing the unique name of the container.";
        2 "state": Object(&CONTAINER_STATE) => "State holds details about the container's current condition.";
        3 "lastState": Object(&CONTAINER_STATE) => "LastTerminationState holds the last termination state of the container to help debug container crashes and restarts.";
        4 "ready" required: Boolean => "Ready specifies whether the container is currently passing its readiness check.";
        5 "restartCount" required: Int32 => "RestartCount holds the number of times the container has been restarted.";
        6 "image" required: Text => "Image is the name of container image that the container is running.";
        7 "imageID" required: Text => "ImageID is the image ID of the container's image.";
        8 "containerID": Text => "ContainerID is the ID of the container in the format 'type://container_id'.";
        9 "started" pointer: Boolean => "Started indicates whether the container has finished its postStart lifecycle hook and passed its startup probe.";
        10 "allocatedResources": Map(&Quantity) => "AllocatedResources represents the compute resources allocated for this container by the node.";
        11 "resources" pointer: Object(&RESOURCE_REQUIREMENTS) => "Resources represents the compute resource requests and limits that have been successfully enacted on the running container after it has been started.";
        12 "volumeMounts": List(&Object(&VOLUME_MOUNT_STATUS), Keyed(&["mountPath"])) => "Status of volume mounts.";
        13 "user" pointer: Object(&CONTAINER_USER) => "User represents user identity information initially attached to the first process of the container";
        14 "allocatedResourcesStatus": List(&Object(&RESOURCE_STATUS), Keyed(&["name"])) => "AllocatedResourcesStatus represents the status of various resources allocated for this Pod.";
        15 "stopSignal" pointer: Text => "StopSignal reports the effective stop signal for this container";
    }

    CONTAINER_STATE "io.k8s.api.core.v1.ContainerState" "ContainerState holds a possible state of container." {
        1 "waiting" pointer: Object(&CONTAINER_STATE_WAITING) => "Details about a waiting container";
        2 "running" pointer: Object(&CONTAINER_STATE_RUNNING) => "Details about a running container";
        3 "terminated" pointer: Object(&CONTAINER_STATE_TERMINATED) => "Details about a terminated container";
    }

    CONTAINER_STATE_WAITING "io.k8s.api.core.v1.ContainerStateWaiting" "ContainerStateWaiting is a waiting state of a container." {
        1 "reason": Text => "(brief) reason the container is not yet running.";
        2 "message": Text => "Message regarding why the container is not yet running.";
    }

    CONTAINER_STATE_RUNNING "io.k8s.api.core.v1.ContainerStateRunning" "ContainerStateRunning is a running state of a container." {
        1 "startedAt": Time => "Time at which the container was last (re-)started";
    }

    CONTAINER_STATE_TERMINATED "io.k8s.api.core.v1.ContainerStateTerminated" "ContainerStateTerminated is a terminated state of a container." {
        1 "exitCode" required: Int32 => "Exit status from the last termination of the container";
        2 "signal": Int32 => "Signal from the last termination of the container";
        3 "reason": Text => "(brief) reason from the last termination of the container";
        4 "message": Text => "Message regarding the last termination of the container";
        5 "startedAt": Time => "Time at which previous execution of the container started";
        6 "finishedAt": Time => "Time at which the container last terminated";
        7 "containerID": Text => "Container's ID in the format 'type://container_id'";
    }

    VOLUME_MOUNT_STATUS "io.k8s.api.core.v1.VolumeMountStatus" "VolumeMountStatus shows status of volume mounts." {
        1 "name" required: Text => "Name corresponds to the name of the original VolumeMount.";
        2 "mountPath" required: Text => "MountPath corresponds to the original VolumeMount.";
        3 "readOnly": Boolean => "ReadOnly corresponds to the original VolumeMount.";
        4 "recursiveReadOnly" pointer: Text => "RecursiveReadOnly must be set to Disabled, Enabled, or unspecified (for non-readonly mounts).";
    }

    CONTAINER_USER "io.k8s.api.core.v1.ContainerUser" "ContainerUser represents user identity information" {
        1 "linux" pointer: Object(&LINUX_CONTAINER_USER) => "Linux holds user identity information initially attached to the first process of the containers in Linux.";
    }

    LINUX_CONTAINER_USER "io.k8s.api.core.v1.LinuxContainerUser" "LinuxContainerUser represents user identity information in Linux containers" {
        1 "uid" required: Int64 => "UID is the primary uid initially attached to the first process in the container";
        2 "gid" required: Int64 => "GID is the primary gid initially attached to the first process in the container";
        3 "supplementalGroups": List(&Int64, Atomic) => "SupplementalGroups are the supplemental groups initially attached to the first process in the container";
    }

    RESOURCE_STATUS "io.k8s.api.core.v1.ResourceStatus" "ResourceStatus represents the status of a single resource allocated to a Pod." {
        1 "name" required: Text => "Name of the resource.";
        2 "resources" required: List(&Object(&RESOURCE_HEALTH), Keyed(&["resourceID"])) => "List of unique resources health.";
    }

    RESOURCE_HEALTH "io.k8s.api.core.v1.ResourceHealth" "ResourceHealth represents the health of a resource." {
        1 "resourceID" required: Text => "ResourceID is the unique identifier of the resource.";
        2 "health" required: Text => "Health of the resource.";
    }

    POD_RESOURCE_CLAIM_STATUS "io.k8s.api.core.v1.PodResourceClaimStatus" "PodResourceClaimStatus is stored in the PodStatus for each PodResourceClaim which references a ResourceClaimTemplate." {
        1 "name" required: Text => "Name uniquely identifies this resource claim inside the pod.";
        2 "resourceClaimName" pointer: Text => "ResourceClaimName is the name of the ResourceClaim that was generated for the Pod in the namespace of the Pod.";
    }

    POD_EXTENDED_RESOURCE_CLAIM_STATUS "io.k8s.api.core.v1.PodExtendedResourceClaimStatus" "PodExtendedResourceClaimStatus is stored in the PodStatus for the extended resource requests backed by DRA." {
        1 "requestMappings" required: List(&Object(&CONTAINER_EXTENDED_RESOURCE_REQUEST), Atomic) => "RequestMappings identifies the mapping of container, extended resource backed by DRA to  device request in the generated ResourceClaim.";
        2 "resourceClaimName" required: Text => "ResourceClaimName is the name of the ResourceClaim that was generated for the Pod in the namespace of the Pod.";
    }

    CONTAINER_EXTENDED_RESOURCE_REQUEST "io.k8s.api.core.v1.ContainerExtendedResourceRequest" "ContainerExtendedResourceRequest has the mapping of container name, extended resource name to the device request name." {
        1 "containerName" required: Text => "The name of the container requesting resources.";
        2 "resourceName" required: Text => "The name of the extended resource in that container which gets backed by DRA.";
        3 "requestName" required: Text => "The name of the request in the special ResourceClaim which corresponds to the extended resource.";
    }
}
