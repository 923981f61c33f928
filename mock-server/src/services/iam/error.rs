//! What can go wrong in IAM, and how IAM says it.

use http::StatusCode;
use podpass_policy::MalformedPolicy;

use crate::protocol::Fault;
use crate::quota::Quota;
use crate::state::iam::EntityKind;

/// The causes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum IamError {
    /// A role, user or group.
    NotFound(EntityKind, String),
    AlreadyExists(EntityKind, String),
    /// A change to a service-linked role.
    ProtectedRole(String),
    ReservedPath,
    /// A service that has no service-linked role, as far as this server knows.
    NotLinkedService(String),
    LinkedRoleExists(String),
    SuffixNotAllowed(String),
    DeletionTaskNotFound(String),
    InvalidDeletionTask(String),
    /// An ARN of no user, group or role that policies can be asked of.
    InvalidEntityArn(String),
    InvalidResourceOwner(String),
    NoBoundary(EntityKind, String),
    InlineNotFound(EntityKind, String),
    PolicyExists(String),
    PolicyNotFound(String),
    /// An operation that attaches, and an ARN of no policy.
    NotAttachable(String),
    /// The same for a permissions boundary.
    BoundaryNotAttachable(String),
    /// A policy reserved for service-linked roles.
    ServiceRolePolicy,
    VersionNotFound {
        arn: String,
        version_id: String,
    },
    InvalidArn(String),
    /// What AttachRolePolicy says of it.
    UnparsableArn,
    InvalidBoundary(String),
    /// A change to a policy that belongs to AWS.
    AwsManaged {
        caller: String,
        operation: &'static str,
        arn: String,
    },
    Malformed(String),
    QuotaExceeded(Quota, usize),
    InlinePoliciesTooLarge {
        limit: usize,
        kind: EntityKind,
        name: String,
    },
    TooManyVersions(usize),
    DefaultVersion,
    PolicyAttached,
    PolicyHasVersions,
    HasAttachedPolicies,
    /// A role in an instance profile, or an instance profile with a role.
    InInstanceProfile,
    HasInlinePolicies,
    /// A user in a group, or a group with a user.
    InGroup,
    HasAccessKeys,
    NotInGroup {
        user: String,
        group: String,
    },
    AccessKeyNotFound(String),
    /// A key of nobody in the account, and who asks about it.
    ForeignAccessKey {
        caller: String,
        id: String,
    },
    /// A request that means its caller, who is no user.
    CallerIsNoUser,
    InstanceProfileNotFound(String),
    InstanceProfileExists(String),
    /// An instance profile that has a role is given another.
    InstanceProfileFull,
    ProviderNotFound(String),
    /// As above, in the words of its deletion.
    DeletedProviderNotFound,
    ProviderExists(String),
    InvalidProviderUrl,
    TooManyThumbprints(usize),
    AliasExists(String),
    AliasNotFound(String),
    DuplicateTagKeys,
    TooManyTags,
    ReservedTagKey,
    InvalidMarker,
    /// What only one operation refuses, and why.
    InvalidInput(String),
}

impl From<MalformedPolicy> for IamError {
    fn from(error: MalformedPolicy) -> Self {
        Self::Malformed(error.message)
    }
}

impl From<IamError> for Fault {
    fn from(error: IamError) -> Self {
        use IamError::*;
        let ((code, status), message) = match error {
            NotFound(kind, name) => {
                (NO_SUCH_ENTITY, format!("The {} with name {name} cannot be found.", kind.word()))
            }
            AlreadyExists(kind, name) => (
                ENTITY_ALREADY_EXISTS,
                format!("{} with name {name} already exists.", kind.capitalized()),
            ),
            ProtectedRole(name) => (
                UNMODIFIABLE_ENTITY,
                format!(
                    "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
                ),
            ),
            ReservedPath => (
                INVALID_INPUT,
                "The path /aws-service-role/ is reserved for service-linked roles.".to_owned(),
            ),
            NotLinkedService(principal) => (
                INVALID_INPUT,
                format!("Service principal {principal} does not have a service-linked role."),
            ),
            LinkedRoleExists(name) => (
                INVALID_INPUT,
                format!(
                    "Service role name {name} has been taken in this account, please try a different suffix."
                ),
            ),
            SuffixNotAllowed(principal) => {
                (INVALID_INPUT, format!("Custom suffix is not allowed for {principal}"))
            }
            DeletionTaskNotFound(id) => {
                (NO_SUCH_ENTITY, format!("Deletion task {id} cannot be found."))
            }
            InvalidDeletionTask(id) => (INVALID_INPUT, format!("Deletion task id {id} is not valid.")),
            InvalidEntityArn(arn) => (INVALID_INPUT, format!("Invalid Entity Arn: {arn}")),
            InvalidResourceOwner(owner) => {
                (INVALID_INPUT, format!("'{owner}' is not a valid as a Resource Owner."))
            }
            NoBoundary(kind, name) => (
                NO_SUCH_ENTITY,
                format!("The {} with name {name} has no permissions boundary.", kind.word()),
            ),
            InlineNotFound(kind, name) => (
                NO_SUCH_ENTITY,
                format!("The {} policy with name {name} cannot be found.", kind.word()),
            ),
            PolicyExists(name) => (
                ENTITY_ALREADY_EXISTS,
                format!("A policy called {name} already exists. Duplicate names are not allowed."),
            ),
            PolicyNotFound(arn) => (NO_SUCH_ENTITY, format!("Policy {arn} was not found.")),
            NotAttachable(arn) => {
                (NO_SUCH_ENTITY, format!("Policy {arn} does not exist or is not attachable."))
            }
            BoundaryNotAttachable(arn) => {
                (NO_SUCH_ENTITY, format!("Scope ARN: {arn} does not exist or is not attachable."))
            }
            ServiceRolePolicy => (
                POLICY_NOT_ATTACHABLE,
                "Cannot attach a Service Role Policy to a Customer Role.".to_owned(),
            ),
            VersionNotFound { arn, version_id } => (
                NO_SUCH_ENTITY,
                format!("Policy {arn} version {version_id} does not exist or is not attachable."),
            ),
            InvalidArn(arn) => (VALIDATION_ERROR, format!("ARN {arn} is not valid.")),
            UnparsableArn => (VALIDATION_ERROR, "Invalid ARN:  Could not be parsed!".to_owned()),
            InvalidBoundary(arn) => (
                VALIDATION_ERROR,
                format!("Value ({arn}) for parameter PermissionsBoundary is invalid."),
            ),
            AwsManaged { caller, operation, arn } => (
                ACCESS_DENIED,
                format!("User: {caller} is not authorized to perform: iam:{operation} on resource: policy {arn}"),
            ),
            Malformed(message) => (MALFORMED_POLICY_DOCUMENT, message),
            QuotaExceeded(quota, limit) => {
                (LIMIT_EXCEEDED, format!("Cannot exceed quota for {}: {limit}", quota.name()))
            }
            InlinePoliciesTooLarge { limit, kind, name } => (
                LIMIT_EXCEEDED,
                format!("Maximum policy size of {limit} bytes exceeded for {} {name}", kind.word()),
            ),
            TooManyVersions(limit) => (
                LIMIT_EXCEEDED,
                format!(
                    "A managed policy can have up to {limit} versions. Before you create a new version, you must delete an existing version."
                ),
            ),
            DefaultVersion => {
                (DELETE_CONFLICT, "Cannot delete the default version of a policy.".to_owned())
            }
            PolicyAttached => (DELETE_CONFLICT, "Cannot delete a policy attached to entities.".to_owned()),
            PolicyHasVersions => (
                DELETE_CONFLICT,
                "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.".to_owned(),
            ),
            HasAttachedPolicies => (
                DELETE_CONFLICT,
                "Cannot delete entity, must detach all policies first.".to_owned(),
            ),
            InInstanceProfile => (
                DELETE_CONFLICT,
                "Cannot delete entity, must remove roles from instance profile first.".to_owned(),
            ),
            HasInlinePolicies => {
                (DELETE_CONFLICT, "Cannot delete entity, must delete policies first.".to_owned())
            }
            InGroup => (
                DELETE_CONFLICT,
                "Cannot delete entity, must remove users from group first.".to_owned(),
            ),
            HasAccessKeys => (
                DELETE_CONFLICT,
                "Cannot delete entity, must delete access keys first.".to_owned(),
            ),
            NotInGroup { user, group } => {
                (NO_SUCH_ENTITY, format!("User {user} not in group {group}"))
            }
            AccessKeyNotFound(id) => {
                (NO_SUCH_ENTITY, format!("The Access Key with id {id} cannot be found."))
            }
            ForeignAccessKey { caller, id } => (
                ACCESS_DENIED,
                format!(
                    "User: {caller} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {id}"
                ),
            ),
            CallerIsNoUser => (
                VALIDATION_ERROR,
                "Must specify userName when calling with non-User credentials".to_owned(),
            ),
            InstanceProfileNotFound(name) => {
                (NO_SUCH_ENTITY, format!("Instance Profile {name} cannot be found."))
            }
            InstanceProfileExists(name) => {
                (ENTITY_ALREADY_EXISTS, format!("Instance Profile {name} already exists."))
            }
            InstanceProfileFull => (
                LIMIT_EXCEEDED,
                "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1".to_owned(),
            ),
            ProviderNotFound(arn) => {
                (NO_SUCH_ENTITY, format!("OpenIDConnect Provider not found for arn {arn}"))
            }
            DeletedProviderNotFound => {
                (NO_SUCH_ENTITY, "OpenId connect Provider ARN cannot be found.".to_owned())
            }
            ProviderExists(url) => {
                (ENTITY_ALREADY_EXISTS, format!("Provider with url https://{url} already exists."))
            }
            InvalidProviderUrl => (
                VALIDATION_ERROR,
                "Invalid Open ID Connect Provider URL. The URL must begin with https://.".to_owned(),
            ),
            TooManyThumbprints(limit) => (
                INVALID_INPUT,
                format!("Thumbprint list must contain fewer than {limit} entries."),
            ),
            AliasExists(alias) => {
                (ENTITY_ALREADY_EXISTS, format!("The account alias {alias} already exists."))
            }
            AliasNotFound(alias) => {
                (NO_SUCH_ENTITY, format!("The account alias {alias} cannot be found."))
            }
            DuplicateTagKeys => (
                INVALID_INPUT,
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.".to_owned(),
            ),
            TooManyTags => {
                (LIMIT_EXCEEDED, "The number of tags has reached the maximum limit.".to_owned())
            }
            ReservedTagKey => (
                INVALID_INPUT,
                "System tags, prefixed with aws:, cannot be added, modified or deleted.".to_owned(),
            ),
            InvalidInput(message) => (INVALID_INPUT, message),
            InvalidMarker => (VALIDATION_ERROR, "Invalid Marker.".to_owned()),
        };
        Fault::new(status, code, message)
    }
}

type Code = (&'static str, StatusCode);

const NO_SUCH_ENTITY: Code = ("NoSuchEntity", StatusCode::NOT_FOUND);
const ENTITY_ALREADY_EXISTS: Code = ("EntityAlreadyExists", StatusCode::CONFLICT);
const DELETE_CONFLICT: Code = ("DeleteConflict", StatusCode::CONFLICT);
const LIMIT_EXCEEDED: Code = ("LimitExceeded", StatusCode::CONFLICT);
const INVALID_INPUT: Code = ("InvalidInput", StatusCode::BAD_REQUEST);
const VALIDATION_ERROR: Code = ("ValidationError", StatusCode::BAD_REQUEST);
const MALFORMED_POLICY_DOCUMENT: Code = ("MalformedPolicyDocument", StatusCode::BAD_REQUEST);
const UNMODIFIABLE_ENTITY: Code = ("UnmodifiableEntity", StatusCode::BAD_REQUEST);
const POLICY_NOT_ATTACHABLE: Code = ("PolicyNotAttachable", StatusCode::BAD_REQUEST);
const ACCESS_DENIED: Code = ("AccessDenied", StatusCode::FORBIDDEN);
