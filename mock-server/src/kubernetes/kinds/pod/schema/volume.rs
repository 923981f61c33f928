//! The volumes of a pod.

use super::storage::{
    AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE, AZURE_DISK_VOLUME_SOURCE, AZURE_FILE_VOLUME_SOURCE,
    CEPH_FS_VOLUME_SOURCE, CINDER_VOLUME_SOURCE, FC_VOLUME_SOURCE, FLEX_VOLUME_SOURCE,
    FLOCKER_VOLUME_SOURCE, GCE_PERSISTENT_DISK_VOLUME_SOURCE, GIT_REPO_VOLUME_SOURCE,
    GLUSTERFS_VOLUME_SOURCE, ISCSI_VOLUME_SOURCE, NFS_VOLUME_SOURCE,
    PHOTON_PERSISTENT_DISK_VOLUME_SOURCE, PORTWORX_VOLUME_SOURCE, QUOBYTE_VOLUME_SOURCE,
    RBD_VOLUME_SOURCE, SCALE_IO_VOLUME_SOURCE, STORAGE_OS_VOLUME_SOURCE,
    VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE,
};
use crate::kubernetes::kinds::service_account::LOCAL_OBJECT_REFERENCE;
use crate::kubernetes::schema::ListType::Atomic;
use crate::kubernetes::schema::Type::{Boolean, Int32, Int64, List, Map, Object, Quantity, Text};
use crate::kubernetes::schema::meta;
use crate::kubernetes::schema::structures;

structures! {
    VOLUME "io.k8s.api.core.v1.Volume" "Volume represents a named volume in a pod that may be accessed by any container in the pod." {
        1 "name" required: Text => "name of the volume.";
        1 "hostPath" within(2) pointer: Object(&HOST_PATH_VOLUME_SOURCE) => "hostPath represents a pre-existing file or directory on the host machine that is directly exposed to the container.";
        2 "emptyDir" within(2) pointer: Object(&EMPTY_DIR_VOLUME_SOURCE) => "emptyDir represents a temporary directory that shares a pod's lifetime.";
        3 "gcePersistentDisk" within(2) pointer: Object(&GCE_PERSISTENT_DISK_VOLUME_SOURCE) => "gcePersistentDisk represents a GCE Disk resource that is attached to a kubelet's host machine and then exposed to the pod.";
        4 "awsElasticBlockStore" within(2) pointer: Object(&AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE) => "awsElasticBlockStore represents an AWS Disk resource that is attached to a kubelet's host machine and then exposed to the pod.";
        5 "gitRepo" within(2) pointer: Object(&GIT_REPO_VOLUME_SOURCE) => "gitRepo represents a git repository at a particular revision.";
        6 "secret" within(2) pointer: Object(&SECRET_VOLUME_SOURCE) => "secret represents a secret that should populate this volume.";
        7 "nfs" within(2) pointer: Object(&NFS_VOLUME_SOURCE) => "nfs represents an NFS mount on the host that shares a pod's lifetime More info: https://kubernetes.io/docs/concepts/storage/volumes#nfs";
        8 "iscsi" within(2) pointer: Object(&ISCSI_VOLUME_SOURCE) => "iscsi represents an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod.";
        9 "glusterfs" within(2) pointer: Object(&GLUSTERFS_VOLUME_SOURCE) => "glusterfs represents a Glusterfs mount on the host that shares a pod's lifetime.";
        10 "persistentVolumeClaim" within(2) pointer: Object(&PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE) => "persistentVolumeClaimVolumeSource represents a reference to a PersistentVolumeClaim in the same namespace.";
        11 "rbd" within(2) pointer: Object(&RBD_VOLUME_SOURCE) => "rbd represents a Rados Block Device mount on the host that shares a pod's lifetime.";
        12 "flexVolume" within(2) pointer: Object(&FLEX_VOLUME_SOURCE) => "flexVolume represents a generic volume resource that is provisioned/attached using an exec based plugin.";
        13 "cinder" within(2) pointer: Object(&CINDER_VOLUME_SOURCE) => "cinder represents a cinder volume attached and mounted on kubelets host machine.";
        14 "cephfs" within(2) pointer: Object(&CEPH_FS_VOLUME_SOURCE) => "cephFS represents a Ceph FS mount on the host that shares a pod's lifetime.";
        15 "flocker" within(2) pointer: Object(&FLOCKER_VOLUME_SOURCE) => "flocker represents a Flocker volume attached to a kubelet's host machine.";
        16 "downwardAPI" within(2) pointer: Object(&DOWNWARD_API_VOLUME_SOURCE) => "downwardAPI represents downward API about the pod that should populate this volume";
        17 "fc" within(2) pointer: Object(&FC_VOLUME_SOURCE) => "fc represents a Fibre Channel resource that is attached to a kubelet's host machine and then exposed to the pod.";
        18 "azureFile" within(2) pointer: Object(&AZURE_FILE_VOLUME_SOURCE) => "azureFile represents an Azure File Service mount on the host and bind mount to the pod.";
        19 "configMap" within(2) pointer: Object(&CONFIG_MAP_VOLUME_SOURCE) => "configMap represents a configMap that should populate this volume";
        20 "vsphereVolume" within(2) pointer: Object(&VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE) => "vsphereVolume represents a vSphere volume attached and mounted on kubelets host machine.";
        21 "quobyte" within(2) pointer: Object(&QUOBYTE_VOLUME_SOURCE) => "quobyte represents a Quobyte mount on the host that shares a pod's lifetime.";
        22 "azureDisk" within(2) pointer: Object(&AZURE_DISK_VOLUME_SOURCE) => "azureDisk represents an Azure Data Disk mount on the host and bind mount to the pod.";
        23 "photonPersistentDisk" within(2) pointer: Object(&PHOTON_PERSISTENT_DISK_VOLUME_SOURCE) => "photonPersistentDisk represents a PhotonController persistent disk attached and mounted on kubelets host machine.";
        26 "projected" within(2) pointer: Object(&PROJECTED_VOLUME_SOURCE) => "projected items for all in one resources secrets, configmaps, and downward API";
        24 "portworxVolume" within(2) pointer: Object(&PORTWORX_VOLUME_SOURCE) => "portworxVolume represents a portworx volume attached and mounted on kubelets host machine.";
        25 "scaleIO" within(2) pointer: Object(&SCALE_IO_VOLUME_SOURCE) => "scaleIO represents a ScaleIO persistent volume attached and mounted on Kubernetes nodes.";
        27 "storageos" within(2) pointer: Object(&STORAGE_OS_VOLUME_SOURCE) => "storageOS represents a StorageOS volume attached and mounted on Kubernetes nodes.";
        28 "csi" within(2) pointer: Object(&CSI_VOLUME_SOURCE) => "csi (Container Storage Interface) represents ephemeral storage that is handled by certain external CSI drivers.";
        29 "ephemeral" within(2) pointer: Object(&EPHEMERAL_VOLUME_SOURCE) => "ephemeral represents a volume that is handled by a cluster storage driver.";
        30 "image" within(2) pointer: Object(&IMAGE_VOLUME_SOURCE) => "image represents an OCI object (a container image or artifact) pulled and mounted on the kubelet's host machine.";
    }

    EMPTY_DIR_VOLUME_SOURCE "io.k8s.api.core.v1.EmptyDirVolumeSource" "Represents an empty directory for a pod." {
        1 "medium": Text => "medium represents what type of storage medium should back this directory.";
        2 "sizeLimit" pointer: Quantity => "sizeLimit is the total amount of local storage required for this EmptyDir volume.";
    }

    HOST_PATH_VOLUME_SOURCE "io.k8s.api.core.v1.HostPathVolumeSource" "Represents a host path mapped into a pod." {
        1 "path" required: Text => "path of the directory on the host.";
        2 "type" pointer: Text => "type for HostPath Volume Defaults to '' More info: https://kubernetes.io/docs/concepts/storage/volumes#hostpath";
    }

    KEY_TO_PATH "io.k8s.api.core.v1.KeyToPath" "Maps a string key to a path within a volume." {
        1 "key" required: Text => "key is the key to project.";
        2 "path" required: Text => "path is the relative path of the file to map the key to.";
        3 "mode" pointer: Int32 => "mode is Optional: mode bits used to set permissions on this file.";
    }

    SECRET_VOLUME_SOURCE "io.k8s.api.core.v1.SecretVolumeSource" "Adapts a Secret into a volume." {
        1 "secretName": Text => "secretName is the name of the secret in the pod's namespace to use.";
        2 "items": List(&Object(&KEY_TO_PATH), Atomic) => "items If unspecified, each key-value pair in the Data field of the referenced Secret will be projected into the volume as a file whose name is the.";
        3 "defaultMode" pointer: Int32 => "defaultMode is Optional: mode bits used to set permissions on created files by default.";
        4 "optional" pointer: Boolean => "optional field specify whether the Secret or its keys must be defined";
    }

    CONFIG_MAP_VOLUME_SOURCE "io.k8s.api.core.v1.ConfigMapVolumeSource" "Adapts a ConfigMap into a volume." {
        1 "name" within(1): Text => "Name of the referent.";
        2 "items": List(&Object(&KEY_TO_PATH), Atomic) => "items if unspecified, each key-value pair in the Data field of the referenced ConfigMap will be projected into the volume as a file whose name is the.";
        3 "defaultMode" pointer: Int32 => "defaultMode is optional: mode bits used to set permissions on created files by default.";
        4 "optional" pointer: Boolean => "optional specify whether the ConfigMap or its keys must be defined";
    }

    PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE "io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource" "PersistentVolumeClaimVolumeSource references the user's PVC in the same namespace." {
        1 "claimName" required: Text => "claimName is the name of a PersistentVolumeClaim in the same namespace as the pod using this volume.";
        2 "readOnly": Boolean => "readOnly Will force the ReadOnly setting in VolumeMounts.";
    }

    OBJECT_FIELD_SELECTOR "io.k8s.api.core.v1.ObjectFieldSelector" "ObjectFieldSelector selects an APIVersioned field of an object." {
        1 "apiVersion": Text => "Version of the schema the FieldPath is written in terms of, defaults to 'v1'.";
        2 "fieldPath" required: Text => "Path of the field to select in the specified API version.";
    }

    RESOURCE_FIELD_SELECTOR "io.k8s.api.core.v1.ResourceFieldSelector" "ResourceFieldSelector represents container resources (cpu, memory) and their output format +structType=atomic" {
        1 "containerName": Text => "Container name: required for volumes, optional for env vars";
        2 "resource" required: Text => "Required: resource to select";
        3 "divisor": Quantity => "Specifies the output format of the exposed resources, defaults to '1'";
    }

    DOWNWARD_API_VOLUME_FILE "io.k8s.api.core.v1.DownwardAPIVolumeFile" "DownwardAPIVolumeFile represents information to create the file containing the pod field" {
        1 "path" required: Text => "Required: Path is  the relative path name of the file to be created.";
        2 "fieldRef" pointer: Object(&OBJECT_FIELD_SELECTOR) => "Required: Selects a field of the pod: only annotations, labels, name, namespace and uid are supported.";
        3 "resourceFieldRef" pointer: Object(&RESOURCE_FIELD_SELECTOR) => "Selects a resource of the container: only resources limits and requests (limits.cpu, limits.memory.";
        4 "mode" pointer: Int32 => "Optional: mode bits used to set permissions on this file, must be an octal value between 0000 and 0777 or a decimal value between 0 and 511.";
    }

    DOWNWARD_API_VOLUME_SOURCE "io.k8s.api.core.v1.DownwardAPIVolumeSource" "DownwardAPIVolumeSource represents a volume containing downward API info." {
        1 "items": List(&Object(&DOWNWARD_API_VOLUME_FILE), Atomic) => "Items is a list of downward API volume file";
        2 "defaultMode" pointer: Int32 => "Optional: mode bits to use on created files by default.";
    }

    SECRET_PROJECTION "io.k8s.api.core.v1.SecretProjection" "Adapts a secret into a projected volume." {
        1 "name" within(1): Text => "Name of the referent.";
        2 "items": List(&Object(&KEY_TO_PATH), Atomic) => "items if unspecified, each key-value pair in the Data field of the referenced Secret will be projected into the volume as a file whose name is the.";
        4 "optional" pointer: Boolean => "optional field specify whether the Secret or its key must be defined";
    }

    DOWNWARD_API_PROJECTION "io.k8s.api.core.v1.DownwardAPIProjection" "Represents downward API info for projecting into a projected volume." {
        1 "items": List(&Object(&DOWNWARD_API_VOLUME_FILE), Atomic) => "Items is a list of DownwardAPIVolume file";
    }

    CONFIG_MAP_PROJECTION "io.k8s.api.core.v1.ConfigMapProjection" "Adapts a ConfigMap into a projected volume." {
        1 "name" within(1): Text => "Name of the referent.";
        2 "items": List(&Object(&KEY_TO_PATH), Atomic) => "items if unspecified, each key-value pair in the Data field of the referenced ConfigMap will be projected into the volume as a file whose name is the.";
        4 "optional" pointer: Boolean => "optional specify whether the ConfigMap or its keys must be defined";
    }

    SERVICE_ACCOUNT_TOKEN_PROJECTION "io.k8s.api.core.v1.ServiceAccountTokenProjection" "ServiceAccountTokenProjection represents a projected service account token volume." {
        1 "audience": Text => "audience is the intended audience of the token.";
        2 "expirationSeconds" pointer: Int64 => "expirationSeconds is the requested duration of validity of the service account token.";
        3 "path" required: Text => "path is the path relative to the mount point of the file to project the token into.";
    }

    CLUSTER_TRUST_BUNDLE_PROJECTION "io.k8s.api.core.v1.ClusterTrustBundleProjection" "ClusterTrustBundleProjection describes how to select a set of ClusterTrustBundle objects and project their contents into the pod filesystem." {
        1 "name" pointer: Text => "Select a single ClusterTrustBundle by object name.";
        2 "signerName" pointer: Text => "Select all ClusterTrustBundles that match this signer name.";
        3 "labelSelector" pointer: Object(&LABEL_SELECTOR) => "Select all ClusterTrustBundles that match this label selector.";
        5 "optional" pointer: Boolean => "If true, don't block pod startup if the referenced ClusterTrustBundle(s) aren't available.";
        4 "path" required: Text => "Relative path from the volume root to write the bundle.";
    }

    POD_CERTIFICATE_PROJECTION "io.k8s.api.core.v1.PodCertificateProjection" "PodCertificateProjection provides a private key and X.509 certificate in the pod filesystem." {
        1 "signerName" required: Text => "Kubelet's generated CSRs will be addressed to this signer.";
        2 "keyType" required: Text => "The type of keypair Kubelet will generate for the pod.";
        3 "maxExpirationSeconds" pointer: Int32 => "maxExpirationSeconds is the maximum lifetime permitted for the certificate.";
        4 "credentialBundlePath": Text => "Write the credential bundle at this path in the projected volume.";
        5 "keyPath": Text => "Write the key at this path in the projected volume.";
        6 "certificateChainPath": Text => "Write the certificate chain at this path in the projected volume.";
        7 "userAnnotations": Map(&Text) => "userAnnotations allow pod authors to pass additional information to the signer implementation.";
    }

    VOLUME_PROJECTION "io.k8s.api.core.v1.VolumeProjection" "Projection that may be projected along with other supported volume types." {
        1 "secret" pointer: Object(&SECRET_PROJECTION) => "secret information about the secret data to project";
        2 "downwardAPI" pointer: Object(&DOWNWARD_API_PROJECTION) => "downwardAPI information about the downwardAPI data to project";
        3 "configMap" pointer: Object(&CONFIG_MAP_PROJECTION) => "configMap information about the configMap data to project";
        4 "serviceAccountToken" pointer: Object(&SERVICE_ACCOUNT_TOKEN_PROJECTION) => "serviceAccountToken is information about the serviceAccountToken data to project";
        5 "clusterTrustBundle" pointer: Object(&CLUSTER_TRUST_BUNDLE_PROJECTION) => "ClusterTrustBundle allows a pod to access the .spec.trustBundle field of ClusterTrustBundle objects in an auto-updating file.";
        6 "podCertificate" pointer: Object(&POD_CERTIFICATE_PROJECTION) => "Projects an auto-rotating credential bundle (private key and certificate chain) that the pod can use either as a TLS client or server.";
    }

    PROJECTED_VOLUME_SOURCE "io.k8s.api.core.v1.ProjectedVolumeSource" "Represents a projected volume source" {
        1 "sources": List(&Object(&VOLUME_PROJECTION), Atomic) => "sources is the list of volume projections.";
        2 "defaultMode" pointer: Int32 => "defaultMode are the mode bits used to set permissions on created files by default.";
    }

    CSI_VOLUME_SOURCE "io.k8s.api.core.v1.CSIVolumeSource" "Represents a source location of a volume to mount, managed by an external CSI driver" {
        1 "driver" required: Text => "driver is the name of the CSI driver that handles this volume.";
        2 "readOnly" pointer: Boolean => "readOnly specifies a read-only configuration for the volume.";
        3 "fsType" pointer: Text => "fsType to mount.";
        4 "volumeAttributes": Map(&Text) => "volumeAttributes stores driver-specific properties that are passed to the CSI driver.";
        5 "nodePublishSecretRef" pointer: Object(&LOCAL_OBJECT_REFERENCE) => "nodePublishSecretRef is a reference to the secret object containing sensitive information to pass to the CSI driver to complete the CSI.";
    }

    VOLUME_RESOURCE_REQUIREMENTS "io.k8s.api.core.v1.VolumeResourceRequirements" "VolumeResourceRequirements describes the storage resource requirements for a volume." {
        1 "limits": Map(&Quantity) => "Limits describes the maximum amount of compute resources allowed.";
        2 "requests": Map(&Quantity) => "Requests describes the minimum amount of compute resources required.";
    }

    TYPED_LOCAL_OBJECT_REFERENCE "io.k8s.api.core.v1.TypedLocalObjectReference" "TypedLocalObjectReference contains enough information to let you locate the typed referenced object inside the same namespace." {
        1 "apiGroup" pointer: Text => "APIGroup is the group for the resource being referenced.";
        2 "kind" required: Text => "Kind is the type of resource being referenced";
        3 "name" required: Text => "Name is the name of resource being referenced";
    }

    TYPED_OBJECT_REFERENCE "io.k8s.api.core.v1.TypedObjectReference" "TypedObjectReference contains enough information to let you locate the typed referenced object" {
        1 "apiGroup" pointer: Text => "APIGroup is the group for the resource being referenced.";
        2 "kind" required: Text => "Kind is the type of resource being referenced";
        3 "name" required: Text => "Name is the name of resource being referenced";
        4 "namespace" pointer: Text => "Namespace is the namespace of resource being referenced Note that when a namespace is specified.";
    }

    PERSISTENT_VOLUME_CLAIM_SPEC "io.k8s.api.core.v1.PersistentVolumeClaimSpec" "PersistentVolumeClaimSpec describes the common attributes of storage devices and allows a Source for provider-specific attributes" {
        1 "accessModes": List(&Text, Atomic) => "accessModes contains the desired access modes the volume should have.";
        4 "selector" pointer: Object(&LABEL_SELECTOR) => "selector is a label query over volumes to consider for binding.";
        2 "resources": Object(&VOLUME_RESOURCE_REQUIREMENTS) => "resources represents the minimum resources the volume should have.";
        3 "volumeName": Text => "volumeName is the binding reference to the PersistentVolume backing this claim.";
        5 "storageClassName" pointer: Text => "storageClassName is the name of the StorageClass required by the claim.";
        6 "volumeMode" pointer: Text => "volumeMode defines what type of volume is required by the claim.";
        7 "dataSource" pointer: Object(&TYPED_LOCAL_OBJECT_REFERENCE) => "dataSource field can be used to specify either: * An existing VolumeSnapshot object (snapshot.storage.k8s.io/VolumeSnapshot) * An existing PVC.";
        8 "dataSourceRef" pointer: Object(&TYPED_OBJECT_REFERENCE) => "dataSourceRef specifies the object from which to populate the volume with data, if a non-empty volume is desired.";
        9 "volumeAttributesClassName" pointer: Text => "volumeAttributesClassName may be used to set the VolumeAttributesClass used by this claim.";
    }

    PERSISTENT_VOLUME_CLAIM_TEMPLATE "io.k8s.api.core.v1.PersistentVolumeClaimTemplate" "PersistentVolumeClaimTemplate is used to produce PersistentVolumeClaim objects as part of an EphemeralVolumeSource." {
        1 "metadata": Object(&meta::OBJECT_META) => "May contain labels and annotations that will be copied into the PVC when creating it.";
        2 "spec": Object(&PERSISTENT_VOLUME_CLAIM_SPEC) => "The specification for the PersistentVolumeClaim.";
    }

    EPHEMERAL_VOLUME_SOURCE "io.k8s.api.core.v1.EphemeralVolumeSource" "Represents an ephemeral volume that is handled by a normal storage driver." {
        1 "volumeClaimTemplate" pointer: Object(&PERSISTENT_VOLUME_CLAIM_TEMPLATE) => "Will be used to create a stand-alone PVC to provision the volume.";
    }

    IMAGE_VOLUME_SOURCE "io.k8s.api.core.v1.ImageVolumeSource" "ImageVolumeSource represents a image volume resource." {
        1 "reference": Text => "Required: Image or artifact reference to be used.";
        2 "pullPolicy": Text => "Policy for pulling OCI objects.";
    }

    LABEL_SELECTOR "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector" "A label selector is a label query over a set of resources." {
        1 "matchLabels": Map(&Text) => "matchLabels is a map of {key,value} pairs.";
        2 "matchExpressions": List(&Object(&LABEL_SELECTOR_REQUIREMENT), Atomic) => "matchExpressions is a list of label selector requirements.";
    }

    LABEL_SELECTOR_REQUIREMENT "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement" "A label selector requirement is a selector that contains values, a key, and an operator that relates the key and values." {
        1 "key": Text => "key is the label key that the selector applies to.";
        2 "operator": Text => "operator represents a key's relationship to a set of values.";
        3 "values": List(&Text, Atomic) => "values is an array of string values.";
    }
}
