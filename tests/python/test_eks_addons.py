"""EKS add-ons and updates, as boto3 and the AWS CLI meet them; the associations that add-ons own first."""

import json
import subprocess

import pytest

ACCOUNT = "111122223333"
CNI = {"clusterName": "my-cluster", "addonName": "vpc-cni"}
VERSIONS = ["v1.20.1-eksbuild.3", "v1.19.6-eksbuild.7"]


def owning(role: str, service_account: str = "aws-node") -> list[dict]:
    return [{"serviceAccount": service_account, "roleArn": role}]


@pytest.fixture
def other_role(iam, pod_role):
    trust = json.dumps(iam.get_role(RoleName="pod-role")["Role"]["AssumeRolePolicyDocument"])
    created = iam.create_role(RoleName="other-role", AssumeRolePolicyDocument=trust)
    return created["Role"]["Arn"]


@pytest.fixture
def associations(eks):
    """All associations of `my-cluster`, described."""

    def list_all() -> list[dict]:
        listed = eks.list_pod_identity_associations(clusterName="my-cluster")["associations"]
        return [
            eks.describe_pod_identity_association(
                clusterName="my-cluster", associationId=summary["associationId"]
            )["association"]
            for summary in listed
        ]

    return list_all


# --- life ----------------------------------------------------------------------------------------


def test_an_addon_is_creating_when_made_and_active_when_described(eks):
    created = eks.create_addon(**CNI)["addon"]
    assert created["status"] == "CREATING"
    assert created["addonVersion"] == VERSIONS[0]
    assert created["addonArn"].startswith(
        f"arn:aws:eks:us-west-2:{ACCOUNT}:addon/my-cluster/vpc-cni/"
    )
    assert "podIdentityAssociations" not in created

    eks.get_waiter("addon_active").wait(**CNI, WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    described = eks.describe_addon(**CNI)["addon"]
    assert described == {**created, "status": "ACTIVE"}
    assert eks.list_addons(clusterName="my-cluster")["addons"] == ["vpc-cni"]

    assert eks.delete_addon(**CNI)["addon"]["status"] == "DELETING"
    eks.get_waiter("addon_deleted").wait(**CNI, WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    assert eks.list_addons(clusterName="my-cluster")["addons"] == []


def test_addons_are_listed_by_pages_and_go_with_their_cluster(eks):
    for name in ("vpc-cni", "coredns", "eks-pod-identity-agent"):
        eks.create_addon(clusterName="my-cluster", addonName=name)
    pages = eks.get_paginator("list_addons").paginate(
        clusterName="my-cluster", PaginationConfig={"PageSize": 2}
    )
    assert [page["addons"] for page in pages] == [["coredns", "eks-pod-identity-agent"], ["vpc-cni"]]
    eks.delete_cluster(name="my-cluster")
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="No cluster found for name"):
        eks.describe_addon(**CNI)


def test_an_addon_is_tagged_by_its_arn(eks):
    arn = eks.create_addon(**CNI, tags={"team": "a"})["addon"]["addonArn"]
    eks.tag_resource(resourceArn=arn, tags={"stage": "dev"})
    eks.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "dev"}
    assert eks.describe_addon(**CNI)["addon"]["tags"] == {"stage": "dev"}


def test_a_request_token_makes_create_addon_idempotent(eks, refusal):
    first, second = (eks.create_addon(**CNI, clientRequestToken="t")["addon"] for _ in range(2))
    assert first == second
    refused = refusal(eks.create_addon, **CNI, clientRequestToken="t", configurationValues="{}")
    assert refused.code == "InvalidParameterException"
    assert refusal(eks.create_addon, **CNI).message == "Addon already exists."


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        ({"addonName": "none"}, "InvalidParameterException", "Addon specified is not supported"),
        ({"addonVersion": "v0"}, "InvalidParameterException", "Addon version specified is not supported"),
        ({"clusterName": "none"}, "ResourceNotFoundException", "No cluster found for name: none."),
        (
            {"configurationValues": '{"replicaCount": 1', "clusterName": "none"},
            "InvalidParameterException",
            "The ConfigurationValues provided is not in valid YAML or JSON format.",
        ),
        (
            {"configurationValues": "null"},
            "InvalidParameterException",
            "ConfigurationValue provided in request is not supported: Json schema validation failed with "
            "error: [$: null found, object expected]",
        ),
        (
            {"namespaceConfig": {"namespace": "bad_ns"}},
            "InvalidParameterException",
            "Provided namespace value is not a valid RFC 1123 DNS label",
        ),
        (
            {"serviceAccountRoleArn": "arn:aws:iam::000122223333:role/r"},
            "AccessDeniedException",
            "Cross-account pass role is not allowed.",
        ),
        (
            {"addonName": "coredns", "podIdentityAssociations": owning("r")},
            "InvalidParameterException",
            "Pod Identity feature is not supported for addon version: v1.12.3-eksbuild.1",
        ),
        (
            {"podIdentityAssociations": owning("r", "someone")},
            "InvalidParameterException",
            "Service account someone in pod identity configuration is not supported for addon vpc-cni",
        ),
        (
            {"podIdentityAssociations": owning(f"arn:aws:iam::{ACCOUNT}:role/none")},
            "InvalidParameterException",
            "Role provided in the request does not exist.",
        ),
        (
            {"podIdentityAssociations": owning("arn:aws:iam::000122223333:role/r")},
            "AccessDeniedException",
            "Cross-account pass role is not allowed.",
        ),
    ],
)
def test_create_addon_refuses(eks, refusal, members, code, message):
    refused = refusal(eks.create_addon, **{**CNI, **members})
    assert (refused.code, refused.message) == (code, message)
    assert eks.list_addons(clusterName="my-cluster")["addons"] == []


def test_an_addon_that_is_not_there_is_named_with_its_cluster(eks):
    for operation in (eks.describe_addon, eks.update_addon, eks.delete_addon):
        with pytest.raises(eks.exceptions.ResourceNotFoundException) as caught:
            operation(**CNI)
        response = caught.value.response
        assert response["Error"]["Message"] == "No addon: vpc-cni found in cluster: my-cluster"
        assert (response["clusterName"], response["addonName"]) == ("my-cluster", "vpc-cni")


# --- associations that an add-on owns --------------------------------------------------------------


def test_an_addon_owns_the_associations_that_it_makes(eks, associations, pod_role):
    addon = eks.create_addon(**CNI, podIdentityAssociations=owning(pod_role))["addon"]
    (association,) = associations()
    assert association["ownerArn"] == addon["addonArn"]
    assert association["namespace"] == "kube-system"
    assert association["serviceAccount"] == "aws-node"
    assert association["roleArn"] == pod_role
    assert addon["podIdentityAssociations"] == [association["associationArn"]]
    (summary,) = eks.list_pod_identity_associations(clusterName="my-cluster")["associations"]
    assert summary["ownerArn"] == addon["addonArn"]


def test_an_addon_in_a_namespace_of_its_own_associates_there(eks, associations, pod_role):
    eks.create_addon(
        **CNI, podIdentityAssociations=owning(pod_role), namespaceConfig={"namespace": "cni"}
    )
    assert [association["namespace"] for association in associations()] == ["cni"]


def test_an_addon_does_not_take_over_an_association(eks, refusal, pod_role):
    existing = eks.create_pod_identity_association(
        clusterName="my-cluster", namespace="kube-system", serviceAccount="aws-node", roleArn=pod_role
    )["association"]
    message = f"Association already exists: {existing['associationId']}"
    assert refusal(eks.create_addon, **CNI, podIdentityAssociations=owning(pod_role)).message == message
    eks.create_addon(**CNI)
    refused = refusal(eks.update_addon, **CNI, podIdentityAssociations=owning(pod_role))
    assert (refused.code, refused.message) == ("ResourceInUseException", message)


def test_an_update_s_list_of_associations_replaces_those_that_are_owned(
    eks, associations, pod_role, other_role
):
    eks.create_addon(**CNI, podIdentityAssociations=owning(pod_role))
    (first,) = associations()

    eks.update_addon(**CNI, configurationValues="{}")
    assert associations() == [first]

    eks.update_addon(**CNI, podIdentityAssociations=owning(other_role))
    (changed,) = associations()
    assert changed["associationId"] == first["associationId"]
    assert changed["roleArn"] == other_role

    eks.update_addon(**CNI, podIdentityAssociations=[])
    assert associations() == []
    assert "podIdentityAssociations" not in eks.describe_addon(**CNI)["addon"]


def test_an_owned_association_can_be_changed_and_deleted_directly(eks, associations, pod_role):
    eks.create_addon(**CNI, podIdentityAssociations=owning(pod_role))
    one = {"clusterName": "my-cluster", "associationId": associations()[0]["associationId"]}
    updated = eks.update_pod_identity_association(**one, disableSessionTags=True)["association"]
    assert updated["disableSessionTags"] is True and "ownerArn" in updated
    eks.delete_pod_identity_association(**one)
    assert "podIdentityAssociations" not in eks.describe_addon(**CNI)["addon"]


@pytest.mark.parametrize("preserve", [False, True])
def test_a_deleted_addon_takes_its_associations_along_unless_they_are_preserved(
    eks, associations, pod_role, preserve
):
    eks.create_addon(**CNI, podIdentityAssociations=owning(pod_role))
    eks.delete_addon(**CNI, preserve=preserve)
    assert len(associations()) == (1 if preserve else 0)
    assert not any("ownerArn" in association for association in associations())


# --- what there is -------------------------------------------------------------------------------


def test_versions_are_listed_by_name_type_and_kubernetes_version(eks):
    (cni,) = eks.describe_addon_versions(addonName="vpc-cni", kubernetesVersion="1.33")["addons"]
    assert (cni["type"], cni["defaultNamespace"]) == ("networking", "kube-system")
    assert [version["addonVersion"] for version in cni["addonVersions"]] == VERSIONS
    compatibilities = [version["compatibilities"] for version in cni["addonVersions"]]
    assert [[c["clusterVersion"], c["defaultVersion"]] for [c] in compatibilities] == [
        ["1.33", True],
        ["1.33", False],
    ]
    assert all(version["requiresIamPermissions"] for version in cni["addonVersions"])

    pages = eks.get_paginator("describe_addon_versions").paginate(PaginationConfig={"PageSize": 3})
    names = [addon["addonName"] for page in pages for addon in page["addons"]]
    assert names == sorted(set(names)) and {"coredns", "eks-pod-identity-agent"} <= set(names)
    assert eks.describe_addon_versions(addonName="none")["addons"] == []
    assert eks.describe_addon_versions(owners=["aws-marketplace"])["addons"] == []


def test_a_configuration_names_service_accounts_and_recommended_policies(eks, refusal):
    configuration = eks.describe_addon_configuration(addonName="vpc-cni", addonVersion=VERSIONS[0])
    assert configuration["podIdentityConfiguration"] == [
        {
            "serviceAccount": "aws-node",
            "recommendedManagedPolicies": ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"],
        }
    ]
    refused = refusal(eks.describe_addon_configuration, addonName="vpc-cni", addonVersion="v0")
    assert refused.message == "Addon version specified is not supported"


# --- updates -------------------------------------------------------------------------------------


def test_an_update_of_an_addon_is_in_progress_and_then_successful(eks, refusal):
    eks.create_addon(**CNI)
    update = eks.update_addon(**CNI, addonVersion=VERSIONS[1], resolveConflicts="OVERWRITE")["update"]
    assert (update["type"], update["status"]) == ("AddonUpdate", "InProgress")
    assert update["params"] == [
        {"type": "AddonVersion", "value": VERSIONS[1]},
        {"type": "ResolveConflicts", "value": "OVERWRITE"},
    ]
    of_addon = {"name": "my-cluster", "addonName": "vpc-cni"}
    assert eks.list_updates(**of_addon)["updateIds"] == [update["id"]]
    assert eks.list_updates(name="my-cluster")["updateIds"] == []
    described = eks.describe_update(**of_addon, updateId=update["id"])["update"]
    assert described == {**update, "status": "Successful"}
    assert eks.describe_addon(**CNI)["addon"]["addonVersion"] == VERSIONS[1]
    refused = refusal(eks.describe_update, name="my-cluster", updateId=update["id"])
    assert (refused.code, refused.status) == ("ResourceNotFoundException", 404)


def test_the_configuration_of_an_addon_is_yaml_or_json(eks, refusal):
    eks.create_addon(**CNI, configurationValues="env:\n  WARM_IP_TARGET: '2'\n")
    for wrong in ("{", "[]", "3"):
        refused = refusal(eks.update_addon, **CNI, configurationValues=wrong)
        assert refused.code == "InvalidParameterException"
    eks.update_addon(**CNI, configurationValues='{"env": {}}')
    assert eks.describe_addon(**CNI)["addon"]["configurationValues"] == '{"env": {}}'
    eks.update_addon(**CNI, configurationValues="")
    assert "configurationValues" not in eks.describe_addon(**CNI)["addon"]


def test_the_same_update_with_the_same_token_is_one_update(eks, refusal):
    asked = {"name": "my-cluster", "version": "1.34", "clientRequestToken": "once"}
    first, second = (eks.update_cluster_version(**asked)["update"] for _ in range(2))
    assert first == second
    assert eks.list_updates(name="my-cluster")["updateIds"] == [first["id"]]
    refused = refusal(eks.update_cluster_version, **{**asked, "version": "1.35"})
    assert refused.code == "InvalidParameterException"


def test_a_cluster_goes_to_the_next_version_and_to_no_other(eks, refusal):
    for version in ("1.33", "1.35", "1.32", "next"):
        refused = refusal(eks.update_cluster_version, name="my-cluster", version=version)
        assert refused.code == "InvalidParameterException"
        assert refused.message == f"Unsupported Kubernetes minor version update from 1.33 to {version}"
    update = eks.update_cluster_version(name="my-cluster", version="1.34")["update"]
    assert update["type"] == "VersionUpdate"
    assert eks.describe_cluster(name="my-cluster")["cluster"]["version"] == "1.34"


def test_an_update_names_the_settings_that_it_changes(eks, refusal):
    """As the EKS User Guide shows it of access to the endpoint and of the authentication mode."""
    access = {"endpointPublicAccess": True, "endpointPrivateAccess": True, "publicAccessCidrs": ["203.0.113.5/32"]}
    update = eks.update_cluster_config(name="my-cluster", resourcesVpcConfig=access)["update"]
    assert update["params"] == [
        {"type": "EndpointPublicAccess", "value": "true"},
        {"type": "EndpointPrivateAccess", "value": "true"},
        {"type": "PublicAccessCidrs", "value": '["203.0.113.5/32"]'},
    ]
    mode = {"authenticationMode": "API"}
    update = eks.update_cluster_config(name="my-cluster", accessConfig=mode)["update"]
    assert update["params"] == [{"type": "AuthenticationMode", "value": '"API"'}]
    both = {"endpointPublicAccess": True, "subnetIds": ["subnet-1", "subnet-2"]}
    refused = refusal(eks.update_cluster_config, name="my-cluster", resourcesVpcConfig=both)
    assert (refused.code, refused.message) == (
        "InvalidParameterException",
        "Only one type of update can be allowed.",
    )


def test_add_ons_are_there_for_versions_of_kubernetes_that_are(eks):
    name = "eks-pod-identity-agent"
    [addon] = eks.describe_addon_versions(addonName=name, kubernetesVersion="1.33")["addons"]
    compatible = {c["clusterVersion"] for v in addon["addonVersions"] for c in v["compatibilities"]}
    assert compatible == {"1.33"}
    assert eks.describe_addon_versions(addonName=name, kubernetesVersion="1.15")["addons"] == []


@pytest.mark.parametrize(
    ("change", "kind", "shown"),
    [
        (
            {"logging": {"clusterLogging": [{"types": ["api"], "enabled": True}]}},
            "LoggingUpdate",
            lambda cluster: cluster["logging"]["clusterLogging"] == [{"types": ["api"], "enabled": True}],
        ),
        (
            {"resourcesVpcConfig": {"endpointPrivateAccess": True}},
            "EndpointAccessUpdate",
            lambda cluster: cluster["resourcesVpcConfig"]["endpointPrivateAccess"]
            and cluster["resourcesVpcConfig"]["subnetIds"],
        ),
        (
            {"resourcesVpcConfig": {"securityGroupIds": ["sg-1"]}},
            "VpcConfigUpdate",
            lambda cluster: cluster["resourcesVpcConfig"]["securityGroupIds"] == ["sg-1"]
            and cluster["resourcesVpcConfig"]["endpointPublicAccess"],
        ),
        (
            {"accessConfig": {"authenticationMode": "API"}},
            "AccessConfigUpdate",
            lambda cluster: cluster["accessConfig"]
            == {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True},
        ),
        (
            {
                "computeConfig": {"enabled": True},
                "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
                "storageConfig": {"blockStorage": {"enabled": True}},
            },
            "AutoModeUpdate",
            lambda cluster: cluster["computeConfig"]["enabled"]
            and cluster["storageConfig"]["blockStorage"]["enabled"],
        ),
    ],
)
def test_settings_of_one_kind_change_and_the_others_stay(eks, change, kind, shown):
    before = eks.describe_cluster(name="my-cluster")["cluster"]
    assert eks.update_cluster_config(name="my-cluster", **change)["update"]["type"] == kind
    after = eks.describe_cluster(name="my-cluster")["cluster"]
    assert shown(after)
    assert {key: value for key, value in after.items() if key not in change} == {
        key: value for key, value in before.items() if key not in change
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "Only one type of update can be allowed."),
        (
            {"deletionProtection": True, "upgradePolicy": {"supportType": "STANDARD"}},
            "Only one type of update can be allowed.",
        ),
        (
            {"accessConfig": {"authenticationMode": "CONFIG_MAP"}},
            "Unsupported authentication mode update from API_AND_CONFIG_MAP to CONFIG_MAP",
        ),
        (
            {"resourcesVpcConfig": {"endpointPublicAccess": False}},
            "Private and public endpoint access cannot be false",
        ),
        (
            {"resourcesVpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]}},
            "Cluster is already at the desired configuration with endpointPrivateAccess: false , "
            "endpointPublicAccess: true, and Public Endpoint Restrictions: [0.0.0.0/0]",
        ),
        (
            {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.99.0.0/16"}},
            "The parameter serviceIpv4Cidr cannot be changed once the cluster is created.",
        ),
        (
            {"computeConfig": {"enabled": True}},
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
        ),
    ],
)
def test_update_cluster_config_refuses(eks, refusal, change, message):
    refused = refusal(eks.update_cluster_config, name="my-cluster", **change)
    assert (refused.code, refused.message) == ("InvalidParameterException", message)


# --- the AWS CLI ---------------------------------------------------------------------------------


def test_the_aws_cli_installs_the_agent_and_waits_for_it(mock):
    def aws(*arguments: str) -> str:
        done = subprocess.run(
            ["aws", "eks", *arguments, "--cluster-name", "my-cluster", "--output", "text"],
            env=mock.env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    agent = ["--addon-name", "eks-pod-identity-agent"]
    assert aws("create-addon", *agent, "--query", "addon.status") == "CREATING"
    aws("wait", "addon-active", *agent)
    assert aws("describe-addon", *agent, "--query", "addon.status") == "ACTIVE"
    aws("delete-addon", *agent)
    aws("wait", "addon-deleted", *agent)


def test_an_addon_that_names_a_service_account_twice_is_refused(eks, pod_role, refusal, associations):
    refused = refusal(eks.create_addon, **CNI, podIdentityAssociations=owning(pod_role) * 2)
    assert refused.code == "InvalidParameterException"
    assert associations() == []
