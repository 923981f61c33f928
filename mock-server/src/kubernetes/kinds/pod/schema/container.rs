//! The containers of a pod.

use super::volume::{OBJECT_FIELD_SELECTOR, RESOURCE_FIELD_SELECTOR};
use crate::kubernetes::schema::ListType::{Atomic, Map as Keyed, Set};
use crate::kubernetes::schema::Type::{
    Boolean, Int32, Int64, IntOrString, List, Map, Object, Quantity, Text,
};
use crate::kubernetes::schema::structures;

structures! {
    CONTAINER "io.k8s.api.core.v1.Container" "A single application container that you want to run within a pod." {
        1 "name" required: Text => "Name of the container specified as a DNS_LABEL.";
        2 "image": Text => "Container image name.";
        3 "command": List(&Text, Atomic) => "Entrypoint array.";
        4 "args": List(&Text, Atomic) => "Arguments to the entrypoint.";
        5 "workingDir": Text => "Container's working directory.";
        6 "ports": List(&Object(&CONTAINER_PORT), Keyed(&["containerPort", "protocol"])) => "List of ports to expose from the container.";
        19 "envFrom": List(&Object(&ENV_FROM_SOURCE), Atomic) => "List of sources to populate environment variables in the container.";
        7 "env": List(&Object(&ENV_VAR), Keyed(&["name"])) => "List of environment variables to set in the container.";
        8 "resources": Object(&RESOURCE_REQUIREMENTS) => "Compute Resources required by this container.";
        23 "resizePolicy": List(&Object(&CONTAINER_RESIZE_POLICY), Atomic) => "Resources resize policy for the container.";
        24 "restartPolicy" pointer: Text => "RestartPolicy defines the restart behavior of individual containers in a pod.";
        25 "restartPolicyRules": List(&Object(&CONTAINER_RESTART_RULE), Atomic) => "Represents a list of rules to be checked to determine if the container should be restarted on exit.";
        9 "volumeMounts": List(&Object(&VOLUME_MOUNT), Keyed(&["mountPath"])) => "Pod volumes to mount into the container's filesystem.";
        21 "volumeDevices": List(&Object(&VOLUME_DEVICE), Keyed(&["devicePath"])) => "volumeDevices is the list of block devices to be used by the container.";
        10 "livenessProbe" pointer: Object(&PROBE) => "Periodic probe of container liveness.";
        11 "readinessProbe" pointer: Object(&PROBE) => "Periodic probe of container service readiness.";
        22 "startupProbe" pointer: Object(&PROBE) => "StartupProbe indicates that the Pod has successfully initialized.";
        12 "lifecycle" pointer: Object(&LIFECYCLE) => "Actions that the management system should take in response to container lifecycle events.";
        13 "terminationMessagePath": Text => "Optional: Path at which the file to which the container's termination message will be written is mounted into the container's filesystem.";
        20 "terminationMessagePolicy": Text => "Indicate how the termination message should be populated.";
        14 "imagePullPolicy": Text => "Image pull policy.";
        15 "securityContext" pointer: Object(&SECURITY_CONTEXT) => "SecurityContext defines the security options the container should be run with.";
        16 "stdin": Boolean => "Whether this container should allocate a buffer for stdin in the container runtime.";
        17 "stdinOnce": Boolean => "Whether the container runtime should close the stdin channel after it has been opened by a single attach.";
        18 "tty": Boolean => "Whether this container should allocate a TTY for itself, also requires 'stdin' to be true.";
    }

    EPHEMERAL_CONTAINER "io.k8s.api.core.v1.EphemeralContainer" "An EphemeralContainer is a temporary container that you may add to an existing Pod for user-initiated activities such as debugging." {
        1 "name" within(1) required: Text => "Name of the ephemeral container specified as a DNS_LABEL.";
        2 "image" within(1) required: Text => "Container image name.";
        3 "command" within(1): List(&Text, Atomic) => "Entrypoint array.";
        4 "args" within(1): List(&Text, Atomic) => "Arguments to the entrypoint.";
        5 "workingDir" within(1): Text => "Container's working directory.";
        6 "ports" within(1): List(&Object(&CONTAINER_PORT), Keyed(&["containerPort", "protocol"])) => "Ports are not allowed for ephemeral containers.";
        19 "envFrom" within(1): List(&Object(&ENV_FROM_SOURCE), Atomic) => "List of sources to populate environment variables in the container.";
        7 "env" within(1): List(&Object(&ENV_VAR), Keyed(&["name"])) => "List of environment variables to set in the container.";
        8 "resources" within(1): Object(&RESOURCE_REQUIREMENTS) => "Resources are not allowed for ephemeral containers.";
        23 "resizePolicy" within(1): List(&Object(&CONTAINER_RESIZE_POLICY), Atomic) => "Resources resize policy for the container.";
        24 "restartPolicy" within(1) pointer: Text => "Restart policy for the container to manage the restart behavior of each container within a pod.";
        25 "restartPolicyRules" within(1): List(&Object(&CONTAINER_RESTART_RULE), Atomic) => "Represents a list of rules to be checked to determine if the container should be restarted on exit.";
        9 "volumeMounts" within(1): List(&Object(&VOLUME_MOUNT), Keyed(&["mountPath"])) => "Pod volumes to mount into the container's filesystem.";
        21 "volumeDevices" within(1): List(&Object(&VOLUME_DEVICE), Keyed(&["devicePath"])) => "volumeDevices is the list of block devices to be used by the container.";
        10 "livenessProbe" within(1) pointer: Object(&PROBE) => "Probes are not allowed for ephemeral containers.";
        11 "readinessProbe" within(1) pointer: Object(&PROBE) => "Probes are not allowed for ephemeral containers.";
        22 "startupProbe" within(1) pointer: Object(&PROBE) => "Probes are not allowed for ephemeral containers.";
        12 "lifecycle" within(1) pointer: Object(&LIFECYCLE) => "Lifecycle is not allowed for ephemeral containers.";
        13 "terminationMessagePath" within(1): Text => "Optional: Path at which the file to which the container's termination message will be written is mounted into the container's filesystem.";
        20 "terminationMessagePolicy" within(1): Text => "Indicate how the termination message should be populated.";
        14 "imagePullPolicy" within(1): Text => "Image pull policy.";
        15 "securityContext" within(1) pointer: Object(&SECURITY_CONTEXT) => "Optional: SecurityContext defines the security options the ephemeral container should be run with.";
        16 "stdin" within(1): Boolean => "Whether this container should allocate a buffer for stdin in the container runtime.";
        17 "stdinOnce" within(1): Boolean => "Whether the container runtime should close the stdin channel after it has been opened by a single attach.";
        18 "tty" within(1): Boolean => "Whether this container should allocate a TTY for itself, also requires 'stdin' to be true.";
        2 "targetContainerName": Text => "If set, the name of the container from PodSpec that this ephemeral container targets.";
    }

    CONTAINER_PORT "io.k8s.api.core.v1.ContainerPort" "ContainerPort represents a network port in a single container." {
        1 "name": Text => "If specified, this must be an IANA_SVC_NAME and unique within the pod.";
        2 "hostPort": Int32 => "Number of port to expose on the host.";
        3 "containerPort" required: Int32 => "Number of port to expose on the pod's IP address.";
        4 "protocol": Text => "Protocol for port.";
        5 "hostIP": Text => "What host IP to bind the external port to.";
    }

    ENV_VAR "io.k8s.api.core.v1.EnvVar" "EnvVar represents an environment variable present in a Container." {
        1 "name" required: Text => "Name of the environment variable.";
        2 "value": Text => "Variable references $(VAR_NAME) are expanded using the previously defined environment variables in the container and any service environment.";
        3 "valueFrom" pointer: Object(&ENV_VAR_SOURCE) => "Source for the environment variable's value.";
    }

    ENV_VAR_SOURCE "io.k8s.api.core.v1.EnvVarSource" "EnvVarSource represents a source for the value of an EnvVar." {
        1 "fieldRef" pointer: Object(&OBJECT_FIELD_SELECTOR) => "Selects a field of the pod: supports metadata.name, metadata.namespace, metadata.labels['KEY'], metadata.annotations['KEY'], spec.nodeName.";
        2 "resourceFieldRef" pointer: Object(&RESOURCE_FIELD_SELECTOR) => "Selects a resource of the container: only resources limits and requests (limits.cpu, limits.memory, limits.ephemeral-storage, requests.cpu.";
        3 "configMapKeyRef" pointer: Object(&CONFIG_MAP_KEY_SELECTOR) => "Selects a key of a ConfigMap.";
        4 "secretKeyRef" pointer: Object(&SECRET_KEY_SELECTOR) => "Selects a key of a secret in the pod's namespace";
        5 "fileKeyRef" pointer: Object(&FILE_KEY_SELECTOR) => "FileKeyRef selects a key of the env file.";
    }

    ENV_FROM_SOURCE "io.k8s.api.core.v1.EnvFromSource" "EnvFromSource represents the source of a set of ConfigMaps or Secrets" {
        1 "prefix": Text => "Optional text to prepend to the name of each environment variable.";
        2 "configMapRef" pointer: Object(&CONFIG_MAP_ENV_SOURCE) => "The ConfigMap to select from";
        3 "secretRef" pointer: Object(&SECRET_ENV_SOURCE) => "The Secret to select from";
    }

    CONFIG_MAP_ENV_SOURCE "io.k8s.api.core.v1.ConfigMapEnvSource" "ConfigMapEnvSource selects a ConfigMap to populate the environment variables with." {
        1 "name" within(1): Text => "Name of the referent.";
        2 "optional" pointer: Boolean => "Specify whether the ConfigMap must be defined";
    }

    SECRET_ENV_SOURCE "io.k8s.api.core.v1.SecretEnvSource" "SecretEnvSource selects a Secret to populate the environment variables with." {
        1 "name" within(1): Text => "Name of the referent.";
        2 "optional" pointer: Boolean => "Specify whether the Secret must be defined";
    }

    CONFIG_MAP_KEY_SELECTOR "io.k8s.api.core.v1.ConfigMapKeySelector" "Selects a key from a ConfigMap." {
        1 "name" within(1): Text => "Name of the referent.";
        2 "key" required: Text => "The key to select.";
        3 "optional" pointer: Boolean => "Specify whether the ConfigMap or its key must be defined";
    }

    SECRET_KEY_SELECTOR "io.k8s.api.core.v1.SecretKeySelector" "SecretKeySelector selects a key of a Secret." {
        1 "name" within(1): Text => "Name of the referent.";
        2 "key" required: Text => "The key of the secret to select from.";
        3 "optional" pointer: Boolean => "Specify whether the Secret or its key must be defined";
    }

    FILE_KEY_SELECTOR "io.k8s.api.core.v1.FileKeySelector" "FileKeySelector selects a key of the env file." {
        1 "volumeName" required: Text => "The name of the volume mount containing the env file.";
        2 "path" required: Text => "The path within the volume from which to select the file.";
        3 "key" required: Text => "The key within the env file.";
        4 "optional" pointer: Boolean => "Specify whether the file or its key must be defined.";
    }

    RESOURCE_REQUIREMENTS "io.k8s.api.core.v1.ResourceRequirements" "ResourceRequirements describes the compute resource requirements." {
        1 "limits": Map(&Quantity) => "Limits describes the maximum amount of compute resources allowed.";
        2 "requests": Map(&Quantity) => "Requests describes the minimum amount of compute resources required.";
        3 "claims": List(&Object(&RESOURCE_CLAIM), Keyed(&["name"])) => "Claims lists the names of resources, defined in spec.resourceClaims, that are used by this container.";
    }

    RESOURCE_CLAIM "io.k8s.api.core.v1.ResourceClaim" "ResourceClaim references one entry in PodSpec.ResourceClaims." {
        1 "name" required: Text => "Name must match the name of one entry in pod.spec.resourceClaims of the Pod where this field is used.";
        2 "request": Text => "Request is the name chosen for a request in the referenced claim.";
    }

    CONTAINER_RESIZE_POLICY "io.k8s.api.core.v1.ContainerResizePolicy" "ContainerResizePolicy represents resource resize policy for the container." {
        1 "resourceName" required: Text => "Name of the resource to which this resource resize policy applies.";
        2 "restartPolicy" required: Text => "Restart policy to apply when specified resource is resized.";
    }

    CONTAINER_RESTART_RULE "io.k8s.api.core.v1.ContainerRestartRule" "ContainerRestartRule describes how a container exit is handled." {
        1 "action" required: Text => "Specifies the action taken on a container exit if the requirements are satisfied.";
        2 "exitCodes" pointer: Object(&CONTAINER_RESTART_RULE_ON_EXIT_CODES) => "Represents the exit codes to check on container exits.";
    }

    CONTAINER_RESTART_RULE_ON_EXIT_CODES "io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes" "ContainerRestartRuleOnExitCodes describes the condition for handling an exited container based on its exit codes." {
        1 "operator" required: Text => "Represents the relationship between the container exit code(s) and the specified values.";
        2 "values": List(&Int32, Set) => "Specifies the set of values to check for container exit codes.";
    }

    VOLUME_MOUNT "io.k8s.api.core.v1.VolumeMount" "VolumeMount describes a mounting of a Volume within a container." {
        1 "name" required: Text => "This must match the Name of a Volume.";
        2 "readOnly": Boolean => "Mounted read-only if true, read-write otherwise (false or unspecified).";
        7 "recursiveReadOnly" pointer: Text => "RecursiveReadOnly specifies whether read-only mounts should be handled recursively.";
        3 "mountPath" required: Text => "Path within the container at which the volume should be mounted.";
        4 "subPath": Text => "Path within the volume from which the container's volume should be mounted.";
        5 "mountPropagation" pointer: Text => "mountPropagation determines how mounts are propagated from the host to container and the other way around.";
        6 "subPathExpr": Text => "Expanded path within the volume from which the container's volume should be mounted.";
    }

    VOLUME_DEVICE "io.k8s.api.core.v1.VolumeDevice" "volumeDevice describes a mapping of a raw block device within a container." {
        1 "name" required: Text => "name must match the name of a persistentVolumeClaim in the pod";
        2 "devicePath" required: Text => "devicePath is the path inside of the container that the device will be mapped to.";
    }

    PROBE "io.k8s.api.core.v1.Probe" "Probe describes a health check to be performed against a container to determine whether it is alive or ready to receive traffic." {
        1 "exec" within(1) pointer: Object(&EXEC_ACTION) => "Exec specifies a command to execute in the container.";
        2 "httpGet" within(1) pointer: Object(&HTTP_GET_ACTION) => "HTTPGet specifies an HTTP GET request to perform.";
        3 "tcpSocket" within(1) pointer: Object(&TCP_SOCKET_ACTION) => "TCPSocket specifies a connection to a TCP port.";
        4 "grpc" within(1) pointer: Object(&GRPC_ACTION) => "GRPC specifies a GRPC HealthCheckRequest.";
        2 "initialDelaySeconds": Int32 => "Number of seconds after the container has started before liveness probes are initiated.";
        3 "timeoutSeconds": Int32 => "Number of seconds after which the probe times out.";
        4 "periodSeconds": Int32 => "How often (in seconds) to perform the probe.";
        5 "successThreshold": Int32 => "Minimum consecutive successes for the probe to be considered successful after having failed.";
        6 "failureThreshold": Int32 => "Minimum consecutive failures for the probe to be considered failed after having succeeded.";
        7 "terminationGracePeriodSeconds" pointer: Int64 => "Optional duration in seconds the pod needs to terminate gracefully upon probe failure.";
    }

    EXEC_ACTION "io.k8s.api.core.v1.ExecAction" "ExecAction describes a 'run in container' action." {
        1 "command": List(&Text, Atomic) => "Command is the command line to execute inside the container, the working directory for the command  is root ('/') in the container's filesystem.";
    }

    HTTP_GET_ACTION "io.k8s.api.core.v1.HTTPGetAction" "HTTPGetAction describes an action based on HTTP Get requests." {
        1 "path": Text => "Path to access on the HTTP server.";
        2 "port" required: IntOrString => "Name or number of the port to access on the container.";
        3 "host": Text => "Host name to connect to, defaults to the pod IP.";
        4 "scheme": Text => "Scheme to use for connecting to the host.";
        5 "httpHeaders": List(&Object(&HTTP_HEADER), Atomic) => "Custom headers to set in the request.";
    }

    HTTP_HEADER "io.k8s.api.core.v1.HTTPHeader" "HTTPHeader describes a custom header to be used in HTTP probes" {
        1 "name" required: Text => "The header field name.";
        2 "value" required: Text => "The header field value";
    }

    TCP_SOCKET_ACTION "io.k8s.api.core.v1.TCPSocketAction" "TCPSocketAction describes an action based on opening a socket" {
        1 "port" required: IntOrString => "Number or name of the port to access on the container.";
        2 "host": Text => "Optional: Host name to connect to, defaults to the pod IP.";
    }

    GRPC_ACTION "io.k8s.api.core.v1.GRPCAction" "GRPCAction specifies an action involving a GRPC service." {
        1 "port" required: Int32 => "Port number of the gRPC service.";
        2 "service" pointer: Text => "Service is the name of the service to place in the gRPC HealthCheckRequest (see https://github.com/grpc/grpc/blob/master/doc/health-checking.md).";
    }

    SLEEP_ACTION "io.k8s.api.core.v1.SleepAction" "SleepAction describes a 'sleep' action." {
        1 "seconds" required: Int64 => "Seconds is the number of seconds to sleep.";
    }

    LIFECYCLE_HANDLER "io.k8s.api.core.v1.LifecycleHandler" "LifecycleHandler defines a specific action that should be taken in a lifecycle hook." {
        1 "exec" pointer: Object(&EXEC_ACTION) => "Exec specifies a command to execute in the container.";
        2 "httpGet" pointer: Object(&HTTP_GET_ACTION) => "HTTPGet specifies an HTTP GET request to perform.";
        3 "tcpSocket" pointer: Object(&TCP_SOCKET_ACTION) => "Deprecated.";
        4 "sleep" pointer: Object(&SLEEP_ACTION) => "Sleep represents a duration that the container should sleep.";
    }

    LIFECYCLE "io.k8s.api.core.v1.Lifecycle" "Lifecycle describes actions that the management system should take in response to container lifecycle events." {
        1 "postStart" pointer: Object(&LIFECYCLE_HANDLER) => "PostStart is called immediately after a container is created.";
        2 "preStop" pointer: Object(&LIFECYCLE_HANDLER) => "PreStop is called immediately before a container is terminated due to an API request or management event such as liveness/startup probe failure.";
        3 "stopSignal" pointer: Text => "StopSignal defines which signal will be sent to a container when it is being stopped.";
    }

    SECURITY_CONTEXT "io.k8s.api.core.v1.SecurityContext" "SecurityContext holds security configuration that will be applied to a container." {
        1 "capabilities" pointer: Object(&CAPABILITIES) => "The capabilities to add/drop when running containers.";
        2 "privileged" pointer: Boolean => "Run container in privileged mode.";
        3 "seLinuxOptions" pointer: Object(&SE_LINUX_OPTIONS) => "The SELinux context to be applied to the container.";
        10 "windowsOptions" pointer: Object(&WINDOWS_SECURITY_CONTEXT_OPTIONS) => "The Windows specific settings applied to all containers.";
        4 "runAsUser" pointer: Int64 => "The UID to run the entrypoint of the container process.";
        8 "runAsGroup" pointer: Int64 => "The GID to run the entrypoint of the container process.";
        5 "runAsNonRoot" pointer: Boolean => "Indicates that the container must run as a non-root user.";
        6 "readOnlyRootFilesystem" pointer: Boolean => "Whether this container has a read-only root filesystem.";
        7 "allowPrivilegeEscalation" pointer: Boolean => "AllowPrivilegeEscalation controls whether a process can gain more privileges than its parent process.";
        9 "procMount" pointer: Text => "procMount denotes the type of proc mount to use for the containers.";
        11 "seccompProfile" pointer: Object(&SECCOMP_PROFILE) => "The seccomp options to use by this container.";
        12 "appArmorProfile" pointer: Object(&APP_ARMOR_PROFILE) => "appArmorProfile is the AppArmor options to use by this container.";
    }

    CAPABILITIES "io.k8s.api.core.v1.Capabilities" "Adds and removes POSIX capabilities from running containers." {
        1 "add": List(&Text, Atomic) => "Added capabilities";
        2 "drop": List(&Text, Atomic) => "Removed capabilities";
    }

    SE_LINUX_OPTIONS "io.k8s.api.core.v1.SELinuxOptions" "SELinuxOptions are the labels to be applied to the container" {
        1 "user": Text => "User is a SELinux user label that applies to the container.";
        2 "role": Text => "Role is a SELinux role label that applies to the container.";
        3 "type": Text => "Type is a SELinux type label that applies to the container.";
        4 "level": Text => "Level is SELinux level label that applies to the container.";
    }

    WINDOWS_SECURITY_CONTEXT_OPTIONS "io.k8s.api.core.v1.WindowsSecurityContextOptions" "WindowsSecurityContextOptions contain Windows-specific options and credentials." {
        1 "gmsaCredentialSpecName" pointer: Text => "GMSACredentialSpecName is the name of the GMSA credential spec to use.";
        2 "gmsaCredentialSpec" pointer: Text => "GMSACredentialSpec is where the GMSA admission webhook (https://github.com/kubernetes-sigs/windows-gmsa) inlines the contents of the GMSA credential.";
        3 "runAsUserName" pointer: Text => "The UserName in Windows to run the entrypoint of the container process.";
        4 "hostProcess" pointer: Boolean => "HostProcess determines if a container should be run as a 'Host Process' container.";
    }

    SECCOMP_PROFILE "io.k8s.api.core.v1.SeccompProfile" "SeccompProfile defines a pod/container's seccomp profile settings." {
        1 "type" required: Text => "type indicates which kind of seccomp profile will be applied.";
        2 "localhostProfile" pointer: Text => "localhostProfile indicates a profile defined in a file on the node should be used.";
    }

    APP_ARMOR_PROFILE "io.k8s.api.core.v1.AppArmorProfile" "AppArmorProfile defines a pod or container's AppArmor settings." {
        1 "type" required: Text => "type indicates which kind of AppArmor profile will be applied.";
        2 "localhostProfile" pointer: Text => "localhostProfile indicates a profile loaded on the node that should be used.";
    }
}
