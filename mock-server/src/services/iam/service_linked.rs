//! Service-linked roles: which services have one, and what it is called.

/// A service and its role.
#[derive(Debug)]
pub(super) struct LinkedService {
    pub(super) principal: &'static str,
    /// The role's name, before a suffix.
    pub(super) role: &'static str,
    /// The AWS managed policy under `/aws-service-role/` that the role has.
    pub(super) policy: &'static str,
    /// Whether there can be more roles, told apart by a suffix.
    pub(super) takes_suffix: bool,
}

/// The service of a principal such as `eks.amazonaws.com`.
pub(super) fn service(principal: &str) -> Option<&'static LinkedService> {
    SERVICES
        .iter()
        .find(|service| service.principal == principal)
}

const fn one(principal: &'static str, role: &'static str, policy: &'static str) -> LinkedService {
    LinkedService {
        principal,
        role,
        policy,
        takes_suffix: false,
    }
}

const fn many(principal: &'static str, role: &'static str, policy: &'static str) -> LinkedService {
    LinkedService {
        takes_suffix: true,
        ..one(principal, role, policy)
    }
}

/// Services that clusters and their add-ons make use of (AWS's documentation of each service).
#[rustfmt::skip]
static SERVICES: &[LinkedService] = &[
    one("eks.amazonaws.com", "AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy"),
    one("eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
    one("eks-fargate.amazonaws.com", "AWSServiceRoleForAmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
    one("eks-connector.amazonaws.com", "AWSServiceRoleForAmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"),
    many("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy"),
    one("elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
    one("spot.amazonaws.com", "AWSServiceRoleForEC2Spot", "AWSEC2SpotServiceRolePolicy"),
    one("spotfleet.amazonaws.com", "AWSServiceRoleForEC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
    one("batch.amazonaws.com", "AWSServiceRoleForBatch", "BatchServiceRolePolicy"),
    one("ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"),
    one("rds.amazonaws.com", "AWSServiceRoleForRDS", "AmazonRDSServiceRolePolicy"),
    one("elasticache.amazonaws.com", "AWSServiceRoleForElastiCache", "ElastiCacheServiceRolePolicy"),
    one("opensearchservice.amazonaws.com", "AWSServiceRoleForAmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"),
    one("guardduty.amazonaws.com", "AWSServiceRoleForAmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    one("organizations.amazonaws.com", "AWSServiceRoleForOrganizations", "AWSOrganizationsServiceTrustPolicy"),
    one("support.amazonaws.com", "AWSServiceRoleForSupport", "AWSSupportServiceRolePolicy"),
    one("trustedadvisor.amazonaws.com", "AWSServiceRoleForTrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"),
    one("transitgateway.amazonaws.com", "AWSServiceRoleForVPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"),
    one("vpc-lattice.amazonaws.com", "AWSServiceRoleForVpcLattice", "AWSVpcLatticeServiceRolePolicy"),
    many("connect.amazonaws.com", "AWSServiceRoleForAmazonConnect", "AmazonConnectServiceLinkedRolePolicy"),
    many("lexv2.amazonaws.com", "AWSServiceRoleForLexV2Bots", "AmazonLexV2BotPolicy"),
];
