"""EKS's operations on what is not there, and with what no operation takes: each says so by a listed code."""

import json

import pytest

from service_model import by_name, service_model, wire_name

ROLE = "arn:aws:iam::111122223333:role/role"
# Arguments by the names of members: the cluster that they are about does not exist.
NOTHING = {
    "name": "nothing",
    "clusterName": "nothing",
    "namespace": "default",
    "serviceAccount": "app",
    "roleArn": ROLE,
    "nodeRole": ROLE,
    "subnets": ["subnet-1"],
    "principalArn": ROLE,
    "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
    "accessScope": {"type": "cluster"},
    "addonName": "vpc-cni",
    "nodegroupName": "nodes",
    "associationId": "a-12345678901234567",
    "fargateProfileName": "profile",
    "podExecutionRoleArn": ROLE,
    "encryptionConfig": [{"resources": ["secrets"]}],
    "oidc": {
        "identityProviderConfigName": "provider",
        "issuerUrl": "https://issuer.example",
        "clientId": "client",
    },
    "identityProviderConfig": {"type": "oidc", "name": "provider"},
    "id": "00000000-0000-0000-0000-000000000000",
    "updateId": "00000000-0000-0000-0000-000000000000",
    "version": "1.34",
    "capabilityName": "capability",
    "certificateAuthorityId": "00000000-0000-0000-0000-000000000000",
    "autoRenew": True,
}


@pytest.fixture
def listing(shared_mock):
    """The operations of EKS that list an error."""
    operations = shared_mock.control("GET", "operations")["operations"]

    def of(code: str) -> list[dict]:
        return [o for o in operations if o["service"] == "eks" and code in o["errors"]]

    return of


def call(refusal, client, operation: dict, arguments: dict):
    return refusal(client._make_api_call, operation_name=operation["operation"], api_params=arguments)


def required(operation: dict) -> dict:
    """What the operation cannot do without, under the names that clients know."""
    shape = service_model("eks").operation_model(operation["operation"]).input_shape
    names = {wire_name(name, member): name for name, member in by_name(shape).items()}
    return {names[m["name"]]: NOTHING[m["name"]] for m in operation["input"] if m["required"]}


def test_an_operation_on_a_cluster_that_is_not_there_says_so(listing, eks, iam, refusal):
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=json.dumps(trust))
    for operation in listing("ResourceNotFoundException"):
        if not required(operation).keys() & {"name", "clusterName"}:
            continue
        arguments = required(operation)
        if operation["operation"] == "UpdatePodIdentityAssociation":
            # Nothing to update is refused before anything is looked up.
            arguments["roleArn"] = ROLE
        refused = call(refusal, eks, operation, arguments)
        assert (refused.code, refused.status) == ("ResourceNotFoundException", 404), operation["operation"]
        assert refused.message == "No cluster found for name: nothing.", operation["operation"]


def test_a_page_of_no_size_is_refused(listing, mock, refusal):
    eks = mock.client("eks", parameter_validation=False)
    for operation in listing("InvalidParameterException"):
        if "maxResults" in {member["name"] for member in operation["input"]}:
            refused = call(refusal, eks, operation, {**required(operation), "maxResults": 0})
            assert (refused.code, refused.status) == ("InvalidParameterException", 400), operation["operation"]
