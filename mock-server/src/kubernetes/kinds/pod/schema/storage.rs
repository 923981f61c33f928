//! Volumes that one kind of storage backs.

use crate::kubernetes::kinds::service_account::LOCAL_OBJECT_REFERENCE;
use crate::kubernetes::schema::ListType::Atomic;
use crate::kubernetes::schema::Type::{Boolean, Int32, List, Map, Object, Text};
use crate::kubernetes::schema::structures;

structures! {
    GCE_PERSISTENT_DISK_VOLUME_SOURCE "io.k8s.api.core.v1.GCEPersistentDiskVolumeSource" "Represents a Persistent Disk resource in Google Compute Engine." {
        1 "pdName" required: Text => "pdName is unique name of the PD resource in GCE.";
        2 "fsType": Text => "fsType is filesystem type of the volume that you want to mount.";
        3 "partition": Int32 => "partition is the partition in the volume that you want to mount.";
        4 "readOnly": Boolean => "readOnly here will force the ReadOnly setting in VolumeMounts.";
    }

    AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE "io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource" "Represents a Persistent Disk resource in AWS." {
        1 "volumeID" required: Text => "volumeID is unique ID of the persistent disk resource in AWS (Amazon EBS volume).";
        2 "fsType": Text => "fsType is the filesystem type of the volume that you want to mount.";
        3 "partition": Int32 => "partition is the partition in the volume that you want to mount.";
        4 "readOnly": Boolean => "readOnly value true will force the readOnly setting in VolumeMounts.";
    }

    GIT_REPO_VOLUME_SOURCE "io.k8s.api.core.v1.GitRepoVolumeSource" "Represents a volume that is populated with the contents of a git repository." {
        1 "repository" required: Text => "repository is the URL";
        2 "revision": Text => "revision is the commit hash for the specified revision.";
        3 "directory": Text => "directory is the target directory name.";
    }

    NFS_VOLUME_SOURCE "io.k8s.api.core.v1.NFSVolumeSource" "Represents an NFS mount that lasts the lifetime of a pod." {
        1 "server" required: Text => "server is the hostname or IP address of the NFS server.";
        2 "path" required: Text => "path that is exported by the NFS server.";
        3 "readOnly": Boolean => "readOnly here will force the NFS export to be mounted with read-only permissions.";
    }

    ISCSI_VOLUME_SOURCE "io.k8s.api.core.v1.ISCSIVolumeSource" "Represents an ISCSI disk." {
        1 "targetPortal" required: Text => "targetPortal is iSCSI Target Portal.";
        2 "iqn" required: Text => "iqn is the target iSCSI Qualified Name.";
        3 "lun" required: Int32 => "lun represents iSCSI Target Lun number.";
        4 "iscsiInterface": Text => "iscsiInterface is the interface Name that uses an iSCSI transport.";
        5 "fsType": Text => "fsType is the filesystem type of the volume that you want to mount.";
        6 "readOnly": Boolean => "readOnly here will force the ReadOnly setting in VolumeMounts.";
        7 "portals": List(&Text, Atomic) => "portals is the iSCSI Target Portal List.";
        8 "chapAuthDiscovery": Boolean => "chapAuthDiscovery defines whether support iSCSI Discovery CHAP authentication";
        11 "chapAuthSession": Boolean => "chapAuthSession defines whether support iSCSI Session CHAP authentication";
        10 "secretRef" pointer: Object(&LOCAL_OBJECT_REFERENCE) => "secretRef is the CHAP Secret for iSCSI target and initiator authentication";
        12 "initiatorName" pointer: Text => "initiatorName is the custom iSCSI Initiator Name.";
    }

    GLUSTERFS_VOLUME_SOURCE "io.k8s.api.core.v1.GlusterfsVolumeSource" "Represents a Glusterfs mount that lasts the lifetime of a pod." {
        1 "endpoints" required: Text => "endpoints is the endpoint name that details Glusterfs topology.";
        2 "path" required: Text => "path is the Glusterfs volume path.";
        3 "readOnly": Boolean => "readOnly here will force the Glusterfs volume to be mounted with read-only permissions.";
    }

    RBD_VOLUME_SOURCE "io.k8s.api.core.v1.RBDVolumeSource" "Represents a Rados Block Device mount that lasts the lifetime of a pod." {
        1 "monitors" required: List(&Text, Atomic) => "monitors is a collection of Ceph monitors.";
        2 "image" required: Text => "image is the rados image name.";
        3 "fsType": Text => "fsType is the filesystem type of the volume that you want to mount.";
        4 "pool": Text => "pool is the rados pool name.";
        5 "user": Text => "user is the rados user name.";
        6 "keyring": Text => "keyring is the path to key ring for RBDUser.";
        7 "secretRef" pointer: Object(&LOCAL_OBJECT_REFERENCE) => "secretRef is name of the authentication secret for RBDUser.";
        8 "readOnly": Boolean => "readOnly here will force the ReadOnly setting in VolumeMounts.";
    }

    FLEX_VOLUME_SOURCE "io.k8s.api.core.v1.FlexVolumeSource" "FlexVolume represents a generic volume resource that is provisioned/attached using an exec based plugin." {
        1 "driver" required: Text => "driver is the name of the driver to use for this volume.";
        2 "fsType": Text => "fsType is the filesystem type to mount.";
        3 "secretRef" pointer: Object(&LOCAL_OBJECT_REFERENCE) => "secretRef is Optional: secretRef is reference to the secret object containing sensitive information to pass to the plugin scripts.";
        4 "readOnly": Boolean => "readOnly is Optional: defaults to false (read/write).";
        5 "options": Map(&Text) => "options is Optional: this field holds extra command options if any.";
    }

    CINDER_VOLUME_SOURCE "io.k8s.api.core.v1.CinderVolumeSource" "Represents a cinder volume resource in Openstack." {
        1 "volumeID" required: Text => "volumeID used to identify the volume in cinder.";
        2 "fsType": Text => "fsType is the filesystem type to mount.";
        3 "readOnly": Boolean => "readOnly defaults to false (read/write).";
        4 "secretRef" pointer: Object(&LOCAL_OBJECT_REFERENCE) => "secretRef is optional: points to a secret object containing parameters used to connect to OpenStack.";
    }

    CEPH_FS_VOLUME_SOURCE "io.k8s.api.core.v1.CephFSVolumeSource" "Represents a Ceph Filesystem mount that lasts the lifetime of a pod Cephfs volumes do not support ownership management or SELinux relabeling." {
        1 "monitors" required: List(&Text, Atomic) => "monitors is Required: Monitors is a collection of Ceph monitors More info: https://examples.k8s.io/volumes/cephfs/README.md#how-to-use-it";
        2 "path": Text => "path is Optional: Used as the mounted root, rather than the full Ceph tree, default is /";
        3 "user": Text => "user is optional: User is the rados user name, default is admin More info: https://examples.k8s.io/volumes/cephfs/README.md#how-to-use-it";
        4 "secretFile": Text => "secretFile is Optional: SecretFile is the path to key ring for User.";
        5 "secretRef" pointer: Object(&LOCAL_OBJECT_REFERENCE) => "secretRef is Optional: SecretRef is reference to the authentication secret for User, default is empty.";
        6 "readOnly": Boolean => "readOnly is Optional: Defaults to false (read/write).";
    }

    FLOCKER_VOLUME_SOURCE "io.k8s.api.core.v1.FlockerVolumeSource" "Represents a Flocker volume mounted by the Flocker agent." {
        1 "datasetName": Text => "datasetName is Name of the dataset stored as metadata - name on the dataset for Flocker should be considered as deprecated";
        2 "datasetUUID": Text => "datasetUUID is the UUID of the dataset.";
    }

    FC_VOLUME_SOURCE "io.k8s.api.core.v1.FCVolumeSource" "Represents a Fibre Channel volume." {
        1 "targetWWNs": List(&Text, Atomic) => "targetWWNs is Optional: FC target worldwide names (WWNs)";
        2 "lun": Int32 => "lun is Optional: FC target lun number";
        3 "fsType": Text => "fsType is the filesystem type to mount.";
        4 "readOnly": Boolean => "readOnly is Optional: Defaults to false (read/write).";
        5 "wwids": List(&Text, Atomic) => "wwids Optional: FC volume world wide identifiers (wwids) Either wwids or combination of targetWWNs and lun must be set, but not both simultaneously.";
    }

    AZURE_FILE_VOLUME_SOURCE "io.k8s.api.core.v1.AzureFileVolumeSource" "AzureFile represents an Azure File Service mount on the host and bind mount to the pod." {
        1 "secretName" required: Text => "secretName is the  name of secret that contains Azure Storage Account Name and Key";
        2 "shareName" required: Text => "shareName is the azure share Name";
        3 "readOnly": Boolean => "readOnly defaults to false (read/write).";
    }

    VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE "io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource" "Represents a vSphere volume resource." {
        1 "volumePath" required: Text => "volumePath is the path that identifies vSphere volume vmdk";
        2 "fsType": Text => "fsType is filesystem type to mount.";
        3 "storagePolicyName": Text => "storagePolicyName is the storage Policy Based Management (SPBM) profile name.";
        4 "storagePolicyID": Text => "storagePolicyID is the storage Policy Based Management (SPBM) profile ID associated with the StoragePolicyName.";
    }

    QUOBYTE_VOLUME_SOURCE "io.k8s.api.core.v1.QuobyteVolumeSource" "Represents a Quobyte mount that lasts the lifetime of a pod." {
        1 "registry" required: Text => "registry represents a single or multiple Quobyte Registry services specified as a string as host:port pair (multiple entries are separated with.";
        2 "volume" required: Text => "volume is a string that references an already created Quobyte volume by name.";
        3 "readOnly": Boolean => "readOnly here will force the Quobyte volume to be mounted with read-only permissions.";
        4 "user": Text => "user to map volume access to Defaults to serivceaccount user";
        5 "group": Text => "group to map volume access to Default is no group";
        6 "tenant": Text => "tenant owning the given Quobyte volume in the Backend Used with dynamically provisioned Quobyte volumes, value is set by the plugin";
    }

    AZURE_DISK_VOLUME_SOURCE "io.k8s.api.core.v1.AzureDiskVolumeSource" "AzureDisk represents an Azure Data Disk mount on the host and bind mount to the pod." {
        1 "diskName" required: Text => "diskName is the Name of the data disk in the blob storage";
        2 "diskURI" required: Text => "diskURI is the URI of data disk in the blob storage";
        3 "cachingMode" pointer: Text => "cachingMode is the Host Caching mode: None, Read Only, Read Write.";
        4 "fsType" pointer: Text => "fsType is Filesystem type to mount.";
        5 "readOnly" pointer: Boolean => "readOnly Defaults to false (read/write).";
        6 "kind" pointer: Text => "kind expected values are Shared: multiple blob disks per storage account  Dedicated: single blob disk per storage account  Managed: azure managed.";
    }

    PHOTON_PERSISTENT_DISK_VOLUME_SOURCE "io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource" "Represents a Photon Controller persistent disk resource." {
        1 "pdID" required: Text => "pdID is the ID that identifies Photon Controller persistent disk";
        2 "fsType" required: Text => "fsType is the filesystem type to mount.";
    }

    PORTWORX_VOLUME_SOURCE "io.k8s.api.core.v1.PortworxVolumeSource" "PortworxVolumeSource represents a Portworx volume resource." {
        1 "volumeID" required: Text => "volumeID uniquely identifies a Portworx volume";
        2 "fsType" required: Text => "fSType represents the filesystem type to mount Must be a filesystem type supported by the host operating system.";
        3 "readOnly": Boolean => "readOnly defaults to false (read/write).";
    }

    SCALE_IO_VOLUME_SOURCE "io.k8s.api.core.v1.ScaleIOVolumeSource" "ScaleIOVolumeSource represents a persistent ScaleIO volume" {
        1 "gateway" required: Text => "gateway is the host address of the ScaleIO API Gateway.";
        2 "system" required: Text => "system is the name of the storage system as configured in ScaleIO.";
        3 "secretRef" pointer: Object(&LOCAL_OBJECT_REFERENCE) => "secretRef references to the secret for ScaleIO user and other sensitive information.";
        4 "sslEnabled": Boolean => "sslEnabled Flag enable/disable SSL communication with Gateway, default false";
        5 "protectionDomain": Text => "protectionDomain is the name of the ScaleIO Protection Domain for the configured storage.";
        6 "storagePool": Text => "storagePool is the ScaleIO Storage Pool associated with the protection domain.";
        7 "storageMode": Text => "storageMode indicates whether the storage for a volume should be ThickProvisioned or ThinProvisioned.";
        8 "volumeName" required: Text => "volumeName is the name of a volume already created in the ScaleIO system that is associated with this volume source.";
        9 "fsType": Text => "fsType is the filesystem type to mount.";
        10 "readOnly": Boolean => "readOnly Defaults to false (read/write).";
    }

    STORAGE_OS_VOLUME_SOURCE "io.k8s.api.core.v1.StorageOSVolumeSource" "Represents a StorageOS persistent volume resource." {
        1 "volumeName" required: Text => "volumeName is the human-readable name of the StorageOS volume.";
        2 "volumeNamespace": Text => "volumeNamespace specifies the scope of the volume within StorageOS.";
        3 "fsType": Text => "fsType is the filesystem type to mount.";
        4 "readOnly": Boolean => "readOnly defaults to false (read/write).";
        5 "secretRef" pointer: Object(&LOCAL_OBJECT_REFERENCE) => "secretRef specifies the secret to use for obtaining the StorageOS API credentials.";
    }
}
