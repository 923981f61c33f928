//! The settings of a cluster, as requests may have them.

use super::members::{ANY_INTEGER, TEXTS};
use crate::validation::{ANY_TEXT, Member, Shape};

const fn flag(name: &'static str) -> Member {
    Member::new(name, Shape::Boolean)
}

const fn texts(name: &'static str) -> Member {
    Member::new(name, TEXTS)
}

const fn words(name: &'static str, words: &'static [&'static str]) -> Member {
    Member::new(name, Shape::Enum(words))
}

const fn structure(name: &'static str, members: &'static [Member]) -> Member {
    Member::new(name, Shape::Structure(members))
}

const ENABLED: &[Member] = &[flag("enabled")];

pub(super) const RESOURCES_VPC_CONFIG: Member = structure(
    "resourcesVpcConfig",
    &[
        texts("subnetIds"),
        texts("securityGroupIds"),
        flag("endpointPublicAccess"),
        flag("endpointPrivateAccess"),
        texts("publicAccessCidrs"),
        words(
            "controlPlaneEgressMode",
            &["AWS_MANAGED", "CUSTOMER_ROUTED", "CUSTOMER_ISOLATED"],
        ),
    ],
);

pub(super) const KUBERNETES_NETWORK_CONFIG: Member = structure(
    "kubernetesNetworkConfig",
    &[
        Member::new("serviceIpv4Cidr", ANY_TEXT),
        words("ipFamily", &["ipv4", "ipv6"]),
        structure(
            "elasticLoadBalancing",
            &[
                flag("enabled"),
                structure("gatewayApi", &[structure("crds", &[flag("managed")])]),
            ],
        ),
    ],
);

const LOG_TYPE: Shape = Shape::Enum(&[
    "api",
    "audit",
    "authenticator",
    "controllerManager",
    "scheduler",
]);
const LOG_SETUP: Shape = Shape::Structure(&[
    Member::new("types", Shape::List(0, usize::MAX, &LOG_TYPE)),
    flag("enabled"),
]);
pub(super) const LOGGING: Member = structure(
    "logging",
    &[Member::new(
        "clusterLogging",
        Shape::List(0, usize::MAX, &LOG_SETUP),
    )],
);

const ENCRYPTION: Shape = Shape::Structure(&[
    texts("resources"),
    structure("provider", &[Member::new("keyArn", ANY_TEXT)]),
]);
pub(super) const ENCRYPTION_CONFIG: Member =
    Member::new("encryptionConfig", Shape::List(0, 1, &ENCRYPTION));

pub(super) const OUTPOST_CONFIG: Member = structure(
    "outpostConfig",
    &[
        texts("outpostArns").required(),
        Member::new("controlPlaneInstanceType", ANY_TEXT).required(),
        structure(
            "controlPlanePlacement",
            &[Member::new("groupName", ANY_TEXT), SPREAD_LEVEL],
        ),
        Member::new("etcdInstanceType", ANY_TEXT),
        structure("etcdPlacement", &[SPREAD_LEVEL]),
    ],
);
const SPREAD_LEVEL: Member = words("spreadLevel", &["host", "rack"]);

const AUTHENTICATION_MODE: Member = words(
    "authenticationMode",
    &["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"],
);
pub(super) const ACCESS_CONFIG: Member = structure(
    "accessConfig",
    &[
        flag("bootstrapClusterCreatorAdminPermissions"),
        AUTHENTICATION_MODE,
    ],
);
pub(super) const UPDATED_ACCESS_CONFIG: Member = structure("accessConfig", &[AUTHENTICATION_MODE]);

pub(super) const UPGRADE_POLICY: Member = structure(
    "upgradePolicy",
    &[words("supportType", &["STANDARD", "EXTENDED"])],
);

pub(super) const ZONAL_SHIFT_CONFIG: Member = structure("zonalShiftConfig", ENABLED);

const REMOTE_NETWORKS: Shape = Shape::List(0, 1, &Shape::Structure(&[texts("cidrs")]));
pub(super) const REMOTE_NETWORK_CONFIG: Member = structure(
    "remoteNetworkConfig",
    &[
        Member::new("remoteNodeNetworks", REMOTE_NETWORKS),
        Member::new("remotePodNetworks", REMOTE_NETWORKS),
    ],
);

pub(super) const COMPUTE_CONFIG: Member = structure(
    "computeConfig",
    &[
        flag("enabled"),
        texts("nodePools"),
        Member::new("nodeRoleArn", ANY_TEXT),
    ],
);

pub(super) const STORAGE_CONFIG: Member =
    structure("storageConfig", &[structure("blockStorage", ENABLED)]);

pub(super) const DELETION_PROTECTION: Member = flag("deletionProtection");

pub(super) const CONTROL_PLANE_SCALING_CONFIG: Member = structure(
    "controlPlaneScalingConfig",
    &[words(
        "tier",
        &["standard", "tier-xl", "tier-2xl", "tier-4xl", "tier-8xl"],
    )],
);

pub(super) const KUBE_API_SERVER_CONFIG: Member = structure(
    "kubeApiServerConfig",
    &[
        Member::new("eventTtl", ANY_TEXT),
        structure(
            "serviceNodePortRange",
            &[
                Member::new("minPort", ANY_INTEGER),
                Member::new("maxPort", ANY_INTEGER),
            ],
        ),
    ],
);

const RESOURCE_WEIGHT: Shape = Shape::Structure(&[
    Member::text("name", 1, 253),
    Member::new("weight", Shape::Integer(1, 100)),
]);
pub(super) const KUBE_SCHEDULER_CONFIG: Member = structure(
    "kubeSchedulerConfig",
    &[structure(
        "nodeResourcesFit",
        &[structure(
            "scoringStrategy",
            &[
                words("type", &["LeastAllocated", "MostAllocated"]),
                Member::new("resources", Shape::List(0, 100, &RESOURCE_WEIGHT)),
            ],
        )],
    )],
);

pub(super) const KUBE_CONTROLLER_MANAGER_CONFIG: Member = structure(
    "kubeControllerManagerConfig",
    &[
        structure(
            "podGcControllerConfig",
            &[Member::new(
                "terminatedPodGcThreshold",
                Shape::Integer(1, 1_000_000),
            )],
        ),
        structure(
            "horizontalPodAutoscalerControllerConfig",
            &[Member::new("horizontalPodAutoscalerSyncPeriod", ANY_TEXT)],
        ),
    ],
);
