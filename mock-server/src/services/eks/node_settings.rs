//! The settings of a node group, as requests may have them.

use super::members::{ANY_INTEGER, TEXTS};
use crate::validation::{ANY_TEXT, Member, Shape};

const MAX: i64 = i32::MAX as i64;
const PERCENTAGE: Shape = Shape::Integer(1, 100);
const POSITIVE: Shape = Shape::Integer(1, MAX);
const NOT_NEGATIVE: Shape = Shape::Integer(0, MAX);

pub(super) const LABELS: Shape = Shape::Map((0, usize::MAX), (1, 63), (1, 63));
const TAINT: Shape = Shape::Structure(&[
    Member::text("key", 1, 63),
    Member::text("value", 0, 63),
    Member::new(
        "effect",
        Shape::Enum(&["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"]),
    ),
]);
pub(super) const TAINTS: Shape = Shape::List(0, usize::MAX, &TAINT);

pub(super) const SCALING_CONFIG: Member = Member::new(
    "scalingConfig",
    Shape::Structure(&[
        Member::new("minSize", NOT_NEGATIVE),
        Member::new("maxSize", POSITIVE),
        Member::new("desiredSize", NOT_NEGATIVE),
    ]),
);

pub(super) const UPDATE_CONFIG: Member = Member::new(
    "updateConfig",
    Shape::Structure(&[
        Member::new("maxUnavailable", POSITIVE),
        Member::new("maxUnavailablePercentage", PERCENTAGE),
        Member::new("updateStrategy", Shape::Enum(&["DEFAULT", "MINIMAL"])),
    ]),
);

const REPAIR_OVERRIDE: Shape = Shape::Structure(&[
    Member::new("nodeMonitoringCondition", ANY_TEXT),
    Member::new("nodeUnhealthyReason", ANY_TEXT),
    Member::new("minRepairWaitTimeMins", POSITIVE),
    Member::new(
        "repairAction",
        Shape::Enum(&["Replace", "Reboot", "NoAction"]),
    ),
]);
pub(super) const NODE_REPAIR_CONFIG: Member = Member::new(
    "nodeRepairConfig",
    Shape::Structure(&[
        Member::new("enabled", Shape::Boolean),
        Member::new("maxUnhealthyNodeThresholdCount", POSITIVE),
        Member::new("maxUnhealthyNodeThresholdPercentage", PERCENTAGE),
        Member::new("maxParallelNodesRepairedCount", POSITIVE),
        Member::new("maxParallelNodesRepairedPercentage", PERCENTAGE),
        Member::new(
            "nodeRepairConfigOverrides",
            Shape::List(0, usize::MAX, &REPAIR_OVERRIDE),
        ),
    ]),
);

pub(super) const WARM_POOL_CONFIG: Member = Member::new(
    "warmPoolConfig",
    Shape::Structure(&[
        Member::new("enabled", Shape::Boolean),
        Member::new("minSize", NOT_NEGATIVE),
        Member::new("maxGroupPreparedCapacity", ANY_INTEGER),
        Member::new(
            "poolState",
            Shape::Enum(&["STOPPED", "RUNNING", "HIBERNATED"]),
        ),
        Member::new("reuseOnScaleIn", Shape::Boolean),
    ]),
);

pub(super) const LAUNCH_TEMPLATE: Member = Member::new(
    "launchTemplate",
    Shape::Structure(&[
        Member::new("name", ANY_TEXT),
        Member::new("version", ANY_TEXT),
        Member::new("id", ANY_TEXT),
    ]),
);

pub(super) const REMOTE_ACCESS: Member = Member::new(
    "remoteAccess",
    Shape::Structure(&[
        Member::new("ec2SshKey", ANY_TEXT),
        Member::new("sourceSecurityGroups", TEXTS),
    ]),
);

pub(super) const AMI_TYPE: Member = Member::new(
    "amiType",
    Shape::Enum(&[
        "AL2_x86_64",
        "AL2_x86_64_GPU",
        "AL2_ARM_64",
        "CUSTOM",
        "BOTTLEROCKET_ARM_64",
        "BOTTLEROCKET_x86_64",
        "BOTTLEROCKET_ARM_64_FIPS",
        "BOTTLEROCKET_x86_64_FIPS",
        "BOTTLEROCKET_ARM_64_NVIDIA",
        "BOTTLEROCKET_x86_64_NVIDIA",
        "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
        "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
        "WINDOWS_CORE_2019_x86_64",
        "WINDOWS_FULL_2019_x86_64",
        "WINDOWS_CORE_2022_x86_64",
        "WINDOWS_FULL_2022_x86_64",
        "WINDOWS_CORE_2025_x86_64",
        "WINDOWS_FULL_2025_x86_64",
        "AL2023_x86_64_STANDARD",
        "AL2023_ARM_64_STANDARD",
        "AL2023_x86_64_NEURON",
        "AL2023_x86_64_NVIDIA",
        "AL2023_ARM_64_NVIDIA",
    ]),
);

pub(super) const CAPACITY_TYPE: Member = Member::new(
    "capacityType",
    Shape::Enum(&["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"]),
);
