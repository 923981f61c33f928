"""Every operation of the mock against AWS's service model.

Inputs by what the registry says of itself, answers and errors by what it really sends: each operation
is driven once here, and every other test's clients are watched as well (`service_model.watch`).
"""

import json
import re

import pytest

from service_model import answer_differences, input_differences, service_model, watch
from test_pod_identity import Pod

ACCOUNT = "111122223333"
# A marker of ours holds a key, path and name, which can outgrow the 320 characters of AWS's own.
DEPARTURE = ".Marker: "
# Members that have nothing to do with EKS and are not read.
IGNORED = {
    "CreateOpenIDConnectProvider": {"ContextProvider", "IdentityCenterInstanceArn"},
}


@pytest.fixture(scope="module")
def registry(shared_mock):
    return shared_mock.control("GET", "operations")["operations"]


# --- inputs --------------------------------------------------------------------------------------


def test_inputs_have_addresses_members_and_constraints_of_the_service_models(registry):
    differences = [d for operation in registry for d in input_differences(operation)]
    assert [difference for difference in differences if DEPARTURE not in difference] == []


def test_every_member_of_an_input_is_read(registry):
    for operation in registry:
        shape = service_model(operation["service"]).operation_model(operation["operation"]).input_shape
        members = shape.members.items() if shape else ()
        expected = {member.serialization.get("name", name) for name, member in members}
        read = {member["name"] for member in operation["input"]}
        assert expected - read == IGNORED.get(operation["operation"], set()), operation["operation"]


def test_an_operation_called_without_anything_misses_its_required_members(registry, mock, refusal):
    for operation in registry:
        required = [member["name"] for member in operation["input"] if member["required"]]
        if not required or "{" in operation["path"]:
            continue
        client = mock.client(operation["service"], parameter_validation=False)
        refused = refusal(client._make_api_call, operation_name=operation["operation"], api_params={})
        assert refused.status == 400
        missing = re.findall(r"at '(\w+)' failed to satisfy constraint: Member must not be null", refused.message)
        assert missing == [name[0].lower() + name[1:] for name in required]


def test_an_operation_that_is_not_built_says_so_by_name(registry, mock, refusal):
    built = {(operation["service"], operation["operation"]) for operation in registry}
    for service in ("iam", "sts", "eks"):
        client, model = mock.client(service), service_model(service)
        for name in model.operation_names:
            shape = model.operation_model(name).input_shape
            if (service, name) in built or (shape and shape.required_members):
                continue
            refused = refusal(client._make_api_call, operation_name=name, api_params={})
            assert (refused.code, refused.status) == ("NotImplemented", 501)
            assert f"{service}:{name}" in refused.message


# --- answers -------------------------------------------------------------------------------------


def document(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


TRUST = document(
    Principal={"Service": "pods.eks.amazonaws.com"}, Action=["sts:AssumeRole", "sts:TagSession"]
)
PERMISSIONS = document(Action="s3:GetObject", Resource="arn:aws:s3:::bucket/*")
TAGS = [{"Key": "a", "Value": "b"}]


def test_every_operation_answers_as_its_service_model_says(registry, mock):
    answered = set()
    clients = {service: mock.client(service) for service in ("iam", "sts", "eks", "eks-auth")}
    for client in clients.values():
        watch(client, answered)
    iam, sts, eks, eks_auth = clients.values()

    drive_pods(mock, eks_auth, sts, iam, eks)
    drive_sessions(sts, iam)
    drive_messages(mock, sts)
    drive_roles(iam)
    drive_users(iam)
    drive_user_permissions(iam)
    drive_groups(iam)
    drive_policies(iam)
    drive_instance_profiles(iam)
    drive_identity_providers(iam)
    drive_account(iam)
    drive_linked_roles(iam)
    drive_simulations(iam)
    drive_clusters(eks)
    drive_associations(eks, iam)
    drive_addons(eks)
    drive_updates(eks, answered)
    drive_certificate_authorities(eks)
    drive_nodegroups(eks)
    drive_access(eks)
    drive_fargate_profiles(eks)
    drive_identity_providers_of_clusters(eks)
    drive_capabilities(eks)
    drive_clusters_of_elsewhere(eks)
    drive_subscriptions(eks, answered)
    drive_insights(eks, answered)
    assert answered == {(operation["service"], operation["operation"]) for operation in registry}


def drive_sessions(sts, iam):
    sts.get_caller_identity()
    trust = document(
        Principal={"AWS": ACCOUNT}, Action=["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    )
    role = iam.create_role(RoleName="session", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    begun = sts.assume_role(RoleArn=role, RoleSessionName="me", Tags=TAGS, SourceIdentity="somebody")
    sts.get_access_key_info(AccessKeyId=begun["Credentials"]["AccessKeyId"])
    sts.get_session_token()
    sts.get_federation_token(Name="bob", Policy=PERMISSIONS)


def drive_pods(mock, eks_auth, sts, iam, eks):
    pod = Pod(mock, f"{mock.uri}/k8s/my-cluster/api/v1/namespaces/default").create()
    named = {"clusterName": "my-cluster", "namespace": "default", "serviceAccount": "web"}
    role = iam.create_role(RoleName="pods", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    made = eks.create_pod_identity_association(**named, roleArn=role)["association"]
    eks_auth.assume_role_for_pod_identity(clusterName="my-cluster", token=pod.token())
    eks.delete_pod_identity_association(clusterName="my-cluster", associationId=made["associationId"])

    url = eks.describe_cluster(name="my-cluster")["cluster"]["identity"]["oidc"]["issuer"]
    provider = iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"])
    federated = {"Federated": provider["OpenIDConnectProviderArn"]}
    trust = document(Principal=federated, Action="sts:AssumeRoleWithWebIdentity")
    role = iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    token = pod.token("sts.amazonaws.com")
    sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="me", WebIdentityToken=token)
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=federated["Federated"])


def drive_messages(mock, sts):
    key = sts.get_federation_token(Name="bob")["Credentials"]["AccessKeyId"]
    decision = mock.control("POST", "authorize", body={"accessKeyId": key, "action": "s3:GetObject"})
    sts.decode_authorization_message(EncodedMessage=decision["encodedMessage"])


def drive_roles(iam):
    role = {"RoleName": "driven"}
    iam.create_role(
        **role, AssumeRolePolicyDocument=TRUST, Description="A role", Path="/team/", Tags=TAGS
    )
    iam.update_assume_role_policy(**role, PolicyDocument=TRUST)
    iam.update_role(**role, MaxSessionDuration=7200)
    iam.update_role_description(**role, Description="The role")
    iam.tag_role(**role, Tags=TAGS)
    iam.list_role_tags(**role)
    iam.untag_role(**role, TagKeys=["a"])
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=PERMISSIONS)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(**role, PermissionsBoundary=boundary)
    iam.get_role(**role)
    iam.list_roles()
    iam.delete_role_permissions_boundary(**role)
    inline = {**role, "PolicyName": "inline"}
    iam.put_role_policy(**inline, PolicyDocument=PERMISSIONS)
    iam.get_role_policy(**inline)
    iam.list_role_policies(**role)
    iam.delete_role_policy(**inline)
    iam.delete_role(**role)


def drive_users(iam):
    user = {"UserName": "driven"}
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    iam.create_user(**user, Path="/team/", Tags=TAGS, PermissionsBoundary=boundary)
    iam.get_user(**user)
    iam.get_user()
    iam.list_users()
    iam.tag_user(**user, Tags=TAGS)
    iam.list_user_tags(**user)
    iam.untag_user(**user, TagKeys=["a"])
    key = iam.create_access_key(**user)["AccessKey"]["AccessKeyId"]
    iam.list_access_keys(**user)
    iam.update_access_key(**user, AccessKeyId=key, Status="Inactive")
    iam.get_access_key_last_used(AccessKeyId=key)
    iam.delete_access_key(**user, AccessKeyId=key)
    iam.update_user(**user, NewUserName="renamed", NewPath="/")
    iam.delete_user(UserName="renamed")


def drive_user_permissions(iam):
    user = {"UserName": "permitted"}
    arn = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    iam.create_user(**user)
    iam.put_user_permissions_boundary(**user, PermissionsBoundary=arn)
    iam.delete_user_permissions_boundary(**user)
    iam.attach_user_policy(**user, PolicyArn=arn)
    iam.list_attached_user_policies(**user)
    iam.detach_user_policy(**user, PolicyArn=arn)
    iam.put_user_policy(**user, PolicyName="inline", PolicyDocument=PERMISSIONS)
    iam.get_user_policy(**user, PolicyName="inline")
    iam.list_user_policies(**user)
    iam.delete_user_policy(**user, PolicyName="inline")


def drive_groups(iam):
    group = {"GroupName": "driven"}
    arn = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    iam.create_group(**group, Path="/team/")
    iam.list_groups()
    iam.add_user_to_group(**group, UserName="permitted")
    iam.get_group(**group)
    iam.list_groups_for_user(UserName="permitted")
    iam.attach_group_policy(**group, PolicyArn=arn)
    iam.list_attached_group_policies(**group)
    iam.put_group_policy(**group, PolicyName="inline", PolicyDocument=PERMISSIONS)
    iam.get_group_policy(**group, PolicyName="inline")
    iam.list_group_policies(**group)
    iam.get_account_authorization_details()
    iam.delete_group_policy(**group, PolicyName="inline")
    iam.detach_group_policy(**group, PolicyArn=arn)
    iam.remove_user_from_group(**group, UserName="permitted")
    iam.update_group(**group, NewGroupName="renamed", NewPath="/")
    iam.delete_group(GroupName="renamed")


def drive_policies(iam):
    policy = {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/driven"}
    iam.create_policy(PolicyName="driven", PolicyDocument=PERMISSIONS, Description="A policy", Tags=TAGS)
    iam.tag_policy(**policy, Tags=TAGS)
    iam.list_policy_tags(**policy)
    iam.untag_policy(**policy, TagKeys=["a"])
    iam.create_policy_version(**policy, PolicyDocument=PERMISSIONS)
    iam.set_default_policy_version(**policy, VersionId="v2")
    iam.get_policy_version(**policy, VersionId="v1")
    iam.list_policy_versions(**policy)
    iam.delete_policy_version(**policy, VersionId="v1")
    iam.get_policy(**policy)
    iam.list_policies()
    iam.create_role(RoleName="attached", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="attached", **policy)
    iam.list_attached_role_policies(RoleName="attached")
    iam.list_entities_for_policy(**policy)
    iam.detach_role_policy(RoleName="attached", **policy)
    iam.delete_policy(**policy)


def drive_instance_profiles(iam):
    profile = {"InstanceProfileName": "driven"}
    iam.create_instance_profile(**profile, Tags=TAGS)
    iam.tag_instance_profile(**profile, Tags=TAGS)
    iam.list_instance_profile_tags(**profile)
    iam.untag_instance_profile(**profile, TagKeys=["a"])
    iam.create_role(RoleName="node", AssumeRolePolicyDocument=TRUST)
    iam.add_role_to_instance_profile(**profile, RoleName="node")
    iam.get_instance_profile(**profile)
    iam.list_instance_profiles()
    iam.list_instance_profiles_for_role(RoleName="node")
    iam.remove_role_from_instance_profile(**profile, RoleName="node")
    iam.delete_instance_profile(**profile)


def drive_identity_providers(iam):
    created = iam.create_open_id_connect_provider(
        Url="https://issuer.example/id/1", ClientIDList=["a"], ThumbprintList=["0" * 40], Tags=TAGS
    )
    provider = {"OpenIDConnectProviderArn": created["OpenIDConnectProviderArn"]}
    iam.tag_open_id_connect_provider(**provider, Tags=TAGS)
    iam.list_open_id_connect_provider_tags(**provider)
    iam.untag_open_id_connect_provider(**provider, TagKeys=["a"])
    iam.add_client_id_to_open_id_connect_provider(**provider, ClientID="b")
    iam.remove_client_id_from_open_id_connect_provider(**provider, ClientID="b")
    iam.update_open_id_connect_provider_thumbprint(**provider, ThumbprintList=["1" * 40])
    iam.get_open_id_connect_provider(**provider)
    iam.list_open_id_connect_providers()
    iam.delete_open_id_connect_provider(**provider)


def drive_account(iam):
    iam.create_account_alias(AccountAlias="driven")
    iam.list_account_aliases()
    iam.get_account_summary()
    iam.create_role(RoleName="described", AssumeRolePolicyDocument=TRUST)
    iam.get_account_authorization_details()
    iam.delete_account_alias(AccountAlias="driven")


def drive_linked_roles(iam):
    role = iam.create_service_linked_role(AWSServiceName="eks.amazonaws.com", Description="A role")["Role"]
    task = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    iam.get_service_linked_role_deletion_status(DeletionTaskId=task)


def drive_simulations(iam):
    role = iam.create_role(RoleName="simulated", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    bucket_policy = document(Action="s3:GetObject", Resource="*", Principal={"AWS": role})
    scenario = {
        "PolicyInputList": [PERMISSIONS],
        "PermissionsBoundaryPolicyInputList": [PERMISSIONS],
        "ActionNames": ["s3:GetObject"],
        "ResourceArns": ["arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket/b"],
        "ResourcePolicy": bucket_policy,
        "ResourceOwner": "arn:aws:iam::444455556666:root",
        "CallerArn": role,
        "ContextEntries": [
            {"ContextKeyName": "aws:username", "ContextKeyValues": ["a"], "ContextKeyType": "string"}
        ],
    }
    levels = [{"ServiceControlPolicyInputList": [PERMISSIONS]}]
    iam.simulate_custom_policy(**scenario, OrderedOrganizationPolicyInputList=levels)
    iam.simulate_principal_policy(
        **scenario, PolicySourceArn=role, PolicyExclusionList=[{"PolicyType": "inline"}]
    )
    iam.get_context_keys_for_custom_policy(PolicyInputList=[PERMISSIONS])
    iam.get_context_keys_for_principal_policy(PolicySourceArn=role)


def drive_clusters(eks):
    role = f"arn:aws:iam::{ACCOUNT}:role/cluster-role"
    created = eks.create_cluster(
        name="driven",
        version="1.34",
        roleArn=role,
        resourcesVpcConfig={
            "subnetIds": ["subnet-1", "subnet-2"],
            "securityGroupIds": ["sg-1"],
            "endpointPublicAccess": True,
            "endpointPrivateAccess": True,
            "publicAccessCidrs": ["10.0.0.0/8"],
            "controlPlaneEgressMode": "AWS_MANAGED",
        },
        kubernetesNetworkConfig={
            "serviceIpv4Cidr": "172.20.0.0/16",
            "elasticLoadBalancing": {"enabled": True},
        },
        logging={"clusterLogging": [{"types": ["api"], "enabled": True}]},
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:::key/k"}}],
        outpostConfig={"outpostArns": ["arn:aws:outposts:::o"], "controlPlaneInstanceType": "m5.large"},
        accessConfig={"authenticationMode": "API"},
        upgradePolicy={"supportType": "STANDARD"},
        zonalShiftConfig={"enabled": True},
        remoteNetworkConfig={"remoteNodeNetworks": [{"cidrs": ["10.1.0.0/16"]}]},
        computeConfig={"enabled": True, "nodePools": ["system"], "nodeRoleArn": role},
        storageConfig={"blockStorage": {"enabled": True}},
        controlPlaneScalingConfig={"tier": "tier-xl"},
        kubeApiServerConfig={"serviceNodePortRange": {"minPort": 30000, "maxPort": 32000}},
        bootstrapSelfManagedAddons=False,
        deletionProtection=False,
        tags={"a": "b"},
    )["cluster"]
    resource = {"resourceArn": created["arn"]}
    eks.describe_cluster(name="driven")
    eks.list_clusters(include=["all"])
    eks.tag_resource(**resource, tags={"c": "d"})
    eks.list_tags_for_resource(**resource)
    eks.untag_resource(**resource, tagKeys=["c"])
    eks.delete_cluster(name="driven")


def drive_associations(eks, iam):
    role = iam.create_role(RoleName="pod-role", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    created = eks.create_pod_identity_association(
        clusterName="my-cluster",
        namespace="default",
        serviceAccount="driven",
        roleArn=role,
        targetRoleArn="arn:aws:iam::000122223333:role/target",
        disableSessionTags=True,
        policy=PERMISSIONS,
        tags={"a": "b"},
    )["association"]
    association = {"clusterName": "my-cluster", "associationId": created["associationId"]}
    eks.describe_pod_identity_association(**association)
    eks.list_pod_identity_associations(clusterName="my-cluster")
    eks.update_pod_identity_association(**association, roleArn=role)
    eks.delete_pod_identity_association(**association)


def drive_addons(eks):
    addon = {"clusterName": "my-cluster", "addonName": "vpc-cni"}
    role = f"arn:aws:iam::{ACCOUNT}:role/pod-role"
    eks.describe_addon_versions(addonName="vpc-cni")
    eks.create_addon(
        **addon,
        addonVersion="v1.20.1-eksbuild.3",
        serviceAccountRoleArn=role,
        resolveConflicts="OVERWRITE",
        configurationValues="{}",
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": role}],
        namespaceConfig={"namespace": "cni"},
        tags={"a": "b"},
    )
    eks.describe_addon_configuration(addonName="vpc-cni", addonVersion="v1.20.1-eksbuild.3")
    eks.describe_addon(**addon)
    eks.list_addons(clusterName="my-cluster")
    eks.update_addon(**addon, resolveConflicts="PRESERVE", podIdentityAssociations=[])
    eks.delete_addon(**addon, preserve=True)


def drive_updates(eks, answered):
    update = eks.update_cluster_version(name="my-cluster", version="1.34")["update"]
    eks.update_cluster_config(name="my-cluster", deletionProtection=True)
    eks.describe_update(name="my-cluster", updateId=update["id"])
    eks.list_updates(name="my-cluster")
    with pytest.raises(eks.exceptions.InvalidRequestException):
        eks.cancel_update(name="my-cluster", updateId=update["id"])
    # It never succeeds: nothing that can be cancelled can begin.
    answered.add(("eks", "CancelUpdate"))


def drive_certificate_authorities(eks):
    cluster = {"clusterName": "my-cluster"}
    [first] = eks.list_certificate_authorities(**cluster)["certificateAuthorities"]
    second = eks.create_certificate_authority(**cluster)["certificateAuthority"]["id"]
    eks.describe_certificate_authority(**cluster, certificateAuthorityId=second)
    eks.activate_certificate_authority(**cluster, certificateAuthorityId=second)
    eks.delete_certificate_authority(**cluster, certificateAuthorityId=first["id"])


def drive_nodegroups(eks):
    nodegroup = {"clusterName": "my-cluster", "nodegroupName": "driven"}
    taint = {"key": "k", "value": "v", "effect": "NO_SCHEDULE"}
    eks.create_nodegroup(
        **nodegroup,
        subnets=["subnet-1"],
        nodeRole=f"arn:aws:iam::{ACCOUNT}:role/node",
        scalingConfig={"minSize": 0, "maxSize": 3, "desiredSize": 1},
        instanceTypes=["m7g.large"],
        amiType="AL2023_ARM_64_STANDARD",
        diskSize=50,
        remoteAccess={"ec2SshKey": "key"},
        labels={"a": "b"},
        taints=[taint],
        updateConfig={"maxUnavailablePercentage": 50},
        nodeRepairConfig={"enabled": True},
        capacityType="SPOT",
        tags={"a": "b"},
    )
    eks.describe_nodegroup(**nodegroup)
    eks.list_nodegroups(clusterName="my-cluster")
    eks.update_nodegroup_config(
        **nodegroup,
        labels={"addOrUpdateLabels": {"c": "d"}, "removeLabels": ["a"]},
        taints={"removeTaints": [taint]},
        scalingConfig={"desiredSize": 2},
        warmPoolConfig={"enabled": True},
    )
    eks.update_nodegroup_version(**nodegroup, version="1.34")
    eks.delete_nodegroup(**nodegroup)
    template = {"name": "t", "version": "1"}
    role = f"arn:aws:iam::{ACCOUNT}:role/node"
    eks.create_nodegroup(**nodegroup, subnets=["subnet-1"], nodeRole=role, launchTemplate=template)
    eks.update_nodegroup_version(**nodegroup, launchTemplate={**template, "version": "2"})
    eks.delete_nodegroup(**nodegroup)


def drive_access(eks):
    entry = {"clusterName": "my-cluster", "principalArn": f"arn:aws:iam::{ACCOUNT}:role/pod-role"}
    eks.create_access_entry(**entry, kubernetesGroups=["viewers"], tags={"a": "b"})
    policy = eks.list_access_policies()["accessPolicies"][0]["arn"]
    scope = {"type": "namespace", "namespaces": ["default"]}
    eks.associate_access_policy(**entry, policyArn=policy, accessScope=scope)
    eks.list_associated_access_policies(**entry)
    eks.disassociate_access_policy(**entry, policyArn=policy)
    eks.update_access_entry(**entry, kubernetesGroups=["editors"], username="someone")
    eks.describe_access_entry(**entry)
    eks.list_access_entries(clusterName="my-cluster")
    eks.delete_access_entry(**entry)


def drive_capabilities(eks):
    capability = {"clusterName": "my-cluster", "capabilityName": "argo"}
    identity = {"id": "someone", "type": "SSO_USER"}
    mapping = [{"role": "ADMIN", "identities": [identity]}]
    role = f"arn:aws:iam::{ACCOUNT}:role/capability"
    eks.create_capability(
        **capability,
        type="ARGOCD",
        roleArn=role,
        deletePropagationPolicy="RETAIN",
        tags={"a": "b"},
        configuration={
            "argoCd": {
                "namespace": "argocd",
                "awsIdc": {"idcInstanceArn": "arn:aws:sso:::instance/i", "idcRegion": "us-west-2"},
                "rbacRoleMappings": mapping,
                "networkAccess": {"vpceIds": ["vpce-1"]},
                "endpointPrefix": "argo",
            }
        },
    )
    eks.describe_capability(**capability)
    eks.list_capabilities(clusterName="my-cluster")
    update = eks.update_capability(
        **capability,
        roleArn=role,
        configuration={"argoCd": {"rbacRoleMappings": {"addOrUpdateRoleMappings": mapping}}},
    )["update"]
    eks.describe_update(name="my-cluster", capabilityName="argo", updateId=update["id"])
    eks.delete_capability(**capability)


def drive_clusters_of_elsewhere(eks):
    connector = {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/connector", "provider": "GKE"}
    eks.register_cluster(name="elsewhere", connectorConfig=connector, tags={"a": "b"})
    eks.describe_cluster(name="elsewhere")
    eks.deregister_cluster(name="elsewhere")
    eks.describe_cluster_versions(includeAll=True)


def drive_subscriptions(eks, answered):
    created = eks.create_eks_anywhere_subscription(
        name="subscription", term={"duration": 12, "unit": "MONTHS"}, licenseQuantity=2, tags={"a": "b"}
    )["subscription"]
    eks.describe_eks_anywhere_subscription(id=created["id"])
    eks.list_eks_anywhere_subscriptions(includeStatus=["ACTIVE"])
    eks.update_eks_anywhere_subscription(id=created["id"], autoRenew=True)
    with pytest.raises(eks.exceptions.InvalidRequestException):
        eks.delete_eks_anywhere_subscription(id=created["id"])
    # It succeeds a year from now.
    answered.add(("eks", "DeleteEksAnywhereSubscription"))


def drive_fargate_profiles(eks):
    profile = {"clusterName": "my-cluster", "fargateProfileName": "driven"}
    eks.create_fargate_profile(
        **profile,
        podExecutionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/fargate",
        subnets=["subnet-1"],
        selectors=[{"namespace": "default", "labels": {"a": "b"}}],
        tags={"a": "b"},
    )
    eks.describe_fargate_profile(**profile)
    eks.list_fargate_profiles(clusterName="my-cluster")
    eks.delete_fargate_profile(**profile)


def drive_identity_providers_of_clusters(eks):
    named = {"type": "oidc", "name": "driven"}
    oidc = {
        "identityProviderConfigName": "driven",
        "issuerUrl": "https://issuer.example",
        "clientId": "kubernetes",
        "usernameClaim": "email",
        "requiredClaims": {"a": "b"},
    }
    eks.associate_identity_provider_config(clusterName="my-cluster", oidc=oidc, tags={"a": "b"})
    eks.describe_identity_provider_config(clusterName="my-cluster", identityProviderConfig=named)
    eks.list_identity_provider_configs(clusterName="my-cluster")
    eks.disassociate_identity_provider_config(clusterName="my-cluster", identityProviderConfig=named)
    key = {"keyArn": f"arn:aws:kms:us-west-2:{ACCOUNT}:key/k"}
    config = [{"resources": ["secrets"], "provider": key}]
    eks.associate_encryption_config(clusterName="my-cluster", encryptionConfig=config)


def drive_insights(eks, answered):
    eks.start_insights_refresh(clusterName="my-cluster")
    eks.describe_insights_refresh(clusterName="my-cluster")
    assert eks.list_insights(clusterName="my-cluster")["insights"] == []
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_insight(clusterName="my-cluster", id="none")
    # It never succeeds: there are no insights.
    answered.add(("eks", "DescribeInsight"))


# --- the walk itself -----------------------------------------------------------------------------


def iam_answer(result: str) -> str:
    namespace = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"'
    return f"<GetRoleResponse {namespace}>{result}<ResponseMetadata/></GetRoleResponse>"


@pytest.mark.parametrize(
    ("service", "operation", "status", "body", "difference"),
    [
        ("eks", "ListClusters", 200, '{"clusters": [], "count": 0}', "ListClusters.count: the model has no"),
        ("eks", "ListClusters", 200, '{"clusters": ["a", 1]}', "ListClusters.clusters[]: 1 is not a string"),
        ("eks", "DescribeCluster", 200, '{"cluster": {"status": "FINE"}}', "'FINE' is none of"),
        ("eks", "DescribeCluster", 404, "{}", "undeclared error NotFoundException"),
        ("iam", "GetRole", 200, iam_answer(""), "answers"),
        ("iam", "GetRole", 200, iam_answer("<GetRoleResult/>"), "GetRole.Role: the model requires it"),
        ("iam", "GetRole", 404, "<r><Error><Code>NoSuchRole</Code></Error></r>", "undeclared error NoSuchRole"),
    ],
)
def test_an_answer_that_the_model_does_not_know_is_noticed(service, operation, status, body, difference):
    headers = {"x-amzn-errortype": "NotFoundException"}
    found = answer_differences(service, operation, status, headers, body.encode())
    assert len(found) == 1 and difference in found[0]
