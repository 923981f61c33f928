//! The structures of `meta.k8s.io/v1` that every kind shares.

use super::ListType::{Atomic, Map as Keyed, Set};
use super::Type::{Boolean, FieldsV1, Int32, Int64, List, Map, Object, Text, Time};
use super::{Field, Schema, field};

/// The `metadata` field that every kind begins with.
pub(crate) const METADATA: Field = field(
    1,
    "metadata",
    Object(&OBJECT_META),
    "Standard object's metadata.",
);

/// `ObjectMeta`.
pub(crate) static OBJECT_META: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
    doc: "ObjectMeta is metadata that all persisted resources must have, which includes all objects users must create.",
    fields: &[
        field(1, "name", Text, "Name must be unique within a namespace. Cannot be updated."),
        field(2, "generateName", Text, "GenerateName is an optional prefix, used by the server, to generate a unique name ONLY IF the Name field has not been provided."),
        field(3, "namespace", Text, "Namespace defines the space within which each name must be unique. Must be a DNS_LABEL. Cannot be updated."),
        field(4, "selfLink", Text, "Deprecated: selfLink is a legacy read-only field that is no longer populated by the system."),
        field(5, "uid", Text, "UID is the unique in time and space value for this object. Populated by the system. Read-only."),
        field(6, "resourceVersion", Text, "An opaque value that represents the internal version of this object that can be used by clients to determine when objects have changed."),
        field(7, "generation", Int64, "A sequence number representing a specific generation of the desired state. Populated by the system. Read-only."),
        field(8, "creationTimestamp", Time, "CreationTimestamp is a timestamp representing the server time when this object was created. Populated by the system. Read-only."),
        field(9, "deletionTimestamp", Time, "DeletionTimestamp is RFC 3339 date and time at which this resource will be deleted. Populated by the system. Read-only.").pointer(),
        field(10, "deletionGracePeriodSeconds", Int64, "Number of seconds allowed for this object to gracefully terminate before it will be removed from the system. Read-only.").pointer(),
        field(11, "labels", Map(&Text), "Map of string keys and values that can be used to organize and categorize (scope and select) objects."),
        field(12, "annotations", Map(&Text), "Annotations is an unstructured key value map stored with a resource that may be set by external tools to store and retrieve arbitrary metadata."),
        field(13, "ownerReferences", List(&Object(&OWNER_REFERENCE), Keyed(&["uid"])), "List of objects depended by this object."),
        field(14, "finalizers", List(&Text, Set), "Must be empty before the object is deleted from the registry."),
        field(17, "managedFields", List(&Object(&MANAGED_FIELDS_ENTRY), Atomic), "ManagedFields maps workflow-id and version to the set of fields that are managed by that workflow."),
    ],
};

static OWNER_REFERENCE: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference",
    doc: "OwnerReference contains enough information to let you identify an owning object.",
    fields: &[
        field(5, "apiVersion", Text, "API version of the referent.").required(),
        field(1, "kind", Text, "Kind of the referent.").required(),
        field(3, "name", Text, "Name of the referent.").required(),
        field(4, "uid", Text, "UID of the referent.").required(),
        field(6, "controller", Boolean, "If true, this reference points to the managing controller.").pointer(),
        field(7, "blockOwnerDeletion", Boolean, "If true, and if the owner has the \"foregroundDeletion\" finalizer, then the owner cannot be deleted from the key-value store until this reference is removed.").pointer(),
    ],
};

static MANAGED_FIELDS_ENTRY: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry",
    doc: "ManagedFieldsEntry is a workflow-id, a FieldSet and the group version of the resource that the fieldset applies to.",
    fields: &[
        field(
            1,
            "manager",
            Text,
            "Manager is an identifier of the workflow managing these fields.",
        ),
        field(
            2,
            "operation",
            Text,
            "Operation is the type of operation which lead to this ManagedFieldsEntry being created: 'Apply' or 'Update'.",
        ),
        field(
            3,
            "apiVersion",
            Text,
            "APIVersion defines the version of this resource that this field set applies to.",
        ),
        field(
            4,
            "time",
            Time,
            "Time is the timestamp of when the ManagedFields entry was added.",
        )
        .pointer(),
        field(
            6,
            "fieldsType",
            Text,
            "FieldsType is the discriminator for the different fields format and version: \"FieldsV1\".",
        ),
        field(
            7,
            "fieldsV1",
            FieldsV1,
            "FieldsV1 holds the first JSON version format as described in the \"FieldsV1\" type.",
        )
        .pointer(),
        field(
            8,
            "subresource",
            Text,
            "Subresource is the name of the subresource used to update that object, or empty string.",
        ),
    ],
};

/// `ListMeta`.
pub(crate) static LIST_META: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta",
    doc: "ListMeta describes metadata that synthetic resources must have, including lists and various status objects.",
    fields: &[
        field(1, "selfLink", Text, "Deprecated: selfLink is a legacy read-only field that is no longer populated by the system."),
        field(2, "resourceVersion", Text, "String that identifies the server's internal version of this object."),
        field(3, "continue", Text, "continue may be set if the user set a limit on the number of items returned, and indicates that the server has more data available."),
        field(4, "remainingItemCount", Int64, "remainingItemCount is the number of subsequent items in the list which are not included in this list response.").pointer(),
    ],
};

/// `Status`: the answer to what failed, and to some deletions.
pub(crate) static STATUS: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.Status",
    doc: "Status is a return value for calls that don't return other objects.",
    fields: &[
        field(1, "metadata", Object(&LIST_META), "Standard list metadata."),
        field(
            2,
            "status",
            Text,
            "Status of the operation. One of: \"Success\" or \"Failure\".",
        ),
        field(
            3,
            "message",
            Text,
            "A human-readable description of the status of this operation.",
        ),
        field(
            4,
            "reason",
            Text,
            "A machine-readable description of why this operation is in the \"Failure\" status.",
        ),
        field(
            5,
            "details",
            Object(&STATUS_DETAILS),
            "Extended data associated with the reason.",
        )
        .pointer(),
        field(
            6,
            "code",
            Int32,
            "Suggested HTTP return code for this status, 0 if not set.",
        ),
    ],
};

static STATUS_DETAILS: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails",
    doc: "StatusDetails is a set of additional properties that MAY be set by the server to provide additional information about a response.",
    fields: &[
        field(
            1,
            "name",
            Text,
            "The name attribute of the resource associated with the status StatusReason.",
        ),
        field(
            2,
            "group",
            Text,
            "The group attribute of the resource associated with the status StatusReason.",
        ),
        field(
            3,
            "kind",
            Text,
            "The kind attribute of the resource associated with the status StatusReason.",
        ),
        field(6, "uid", Text, "UID of the resource."),
        field(
            4,
            "causes",
            List(&Object(&STATUS_CAUSE), Atomic),
            "The Causes array includes more details associated with the StatusReason failure.",
        ),
        field(
            5,
            "retryAfterSeconds",
            Int32,
            "If specified, the time in seconds before the operation should be retried.",
        ),
    ],
};

static STATUS_CAUSE: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause",
    doc: "StatusCause provides more information about an api.Status failure, including cases when multiple errors are encountered.",
    fields: &[
        field(
            1,
            "reason",
            Text,
            "A machine-readable description of the cause of the error.",
        ),
        field(
            2,
            "message",
            Text,
            "A human-readable description of the cause of the error.",
        ),
        field(
            3,
            "field",
            Text,
            "The field of the resource that has caused this error, as named by its JSON serialization.",
        ),
    ],
};

/// `DeleteOptions`: the body of a deletion.
pub(crate) static DELETE_OPTIONS: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
    doc: "DeleteOptions may be provided when deleting an API object.",
    fields: &[
        field(1, "gracePeriodSeconds", Int64, "The duration in seconds before the object should be deleted.").pointer(),
        field(2, "preconditions", Object(&PRECONDITIONS), "Must be fulfilled before a deletion is carried out.").pointer(),
        field(3, "orphanDependents", Boolean, "Deprecated: please use the PropagationPolicy.").pointer(),
        field(4, "propagationPolicy", Text, "Whether and how garbage collection will be performed.").pointer(),
        field(5, "dryRun", List(&Text, Atomic), "When present, indicates that modifications should not be persisted."),
        field(6, "ignoreStoreReadErrorWithClusterBreakingPotential", Boolean, "If set to true, it will trigger an unsafe deletion of the resource in case the normal deletion flow fails with a corrupt object error.").pointer(),
    ],
};

static PRECONDITIONS: Schema = Schema {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions",
    doc: "Preconditions must be fulfilled before an operation (update, delete, etc.) is carried out.",
    fields: &[
        field(1, "uid", Text, "Specifies the target UID.").pointer(),
        field(
            2,
            "resourceVersion",
            Text,
            "Specifies the target ResourceVersion.",
        )
        .pointer(),
    ],
};
