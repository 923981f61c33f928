"""The registry of operations, held against AWS's service models as botocore ships them."""

import re

import botocore.session
import pytest

SERVICES = ("iam", "sts", "eks", "eks-auth")

# Members of IAM's and STS's operations that have nothing to do with EKS and are not read.
IGNORED = {"CreateOpenIDConnectProvider": {"ContextProvider", "IdentityCenterInstanceArn"}}


@pytest.fixture(scope="module")
def registry(shared_mock):
    return shared_mock.control("GET", "operations")["operations"]


@pytest.fixture(scope="module")
def models():
    session = botocore.session.get_session()
    return {name: session.get_service_model(name) for name in SERVICES}


def test_every_operation_is_one_of_aws_at_its_method_and_path(registry, models):
    for operation in registry:
        model = models[operation["service"]].operation_model(operation["operation"])
        path = re.sub(r"\{\w+\}", "{}", model.http["requestUri"].split("?")[0])
        assert operation["method"] == model.http["method"], operation
        assert re.sub(r"\{\w+\}", "{}", operation["path"]) == path, operation


def test_every_operation_reads_the_members_of_its_input(registry, models):
    for operation in registry:
        model = models[operation["service"]].operation_model(operation["operation"])
        members = model.input_shape.members if model.input_shape else {}
        # On the wire, a member of a REST operation may have another name than in the model.
        names = {member.serialization.get("name", name) for name, member in members.items()} | set(members)
        assert set(operation["input"]) <= names, operation
        left_out = set(members) - set(operation["input"]) - IGNORED.get(operation["operation"], set())
        assert operation["service"] == "eks" or not left_out, (operation, left_out)


def test_required_members_are_required(registry, models, mock):
    """Each operation, called without anything, refuses with the service's own 4xx."""
    for operation in registry:
        model = models[operation["service"]].operation_model(operation["operation"])
        required = model.input_shape.required_members if model.input_shape else []
        in_path = re.findall(r"\{(\w+)\}", model.http["requestUri"])
        if not set(required) - set(in_path) or in_path:
            continue
        client = mock.client(operation["service"], parameter_validation=False)
        with pytest.raises(client.exceptions.ClientError) as caught:
            client._make_api_call(operation["operation"], {})
        response = caught.value.response
        assert 400 <= response["ResponseMetadata"]["HTTPStatusCode"] < 500, operation
        assert "Member must not be null" in response["Error"]["Message"], operation


def test_an_operation_that_is_not_built_says_so_by_name(registry, models, mock):
    """All of AWS's operations that take no required input and are not in the registry."""
    built = {(operation["service"], operation["operation"]) for operation in registry}
    for service in ("iam", "sts", "eks"):
        client = mock.client(service)
        for name in models[service].operation_names:
            shape = models[service].operation_model(name).input_shape
            if (service, name) in built or (shape and shape.required_members):
                continue
            with pytest.raises(client.exceptions.ClientError) as caught:
                client._make_api_call(name, {})
            response = caught.value.response
            assert response["ResponseMetadata"]["HTTPStatusCode"] == 501, name
            assert response["Error"]["Code"] == "NotImplemented", name
            assert f"{service}:{name}" in response["Error"]["Message"]
