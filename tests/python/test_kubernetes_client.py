"""The Kubernetes API, as the official Python client meets it."""

import kubernetes
import pytest
from kubernetes.client import ApiException


@pytest.fixture
def core(mock):
    configuration = kubernetes.client.Configuration(host=f"{mock.uri}/k8s/my-cluster")
    with kubernetes.client.ApiClient(configuration) as client:
        yield kubernetes.client.CoreV1Api(client)


def account(name: str, **labels: str) -> dict:
    return {"metadata": {"name": name, "labels": labels}}


def test_an_object_lives_its_life(core):
    created = core.create_namespaced_service_account("default", account("web", app="web"))
    assert created.metadata.creation_timestamp is not None
    created.automount_service_account_token = False
    replaced = core.replace_namespaced_service_account("web", "default", created)
    assert replaced.automount_service_account_token is False
    patched = core.patch_namespaced_service_account("web", "default", account("web", app="db"))
    assert patched.metadata.labels == {"app": "db"}
    with pytest.raises(ApiException) as stale:
        core.replace_namespaced_service_account("web", "default", created)
    assert (stale.value.status, stale.value.reason) == (409, "Conflict")
    assert core.delete_namespaced_service_account("web", "default").metadata.name in ("web", None)
    with pytest.raises(ApiException) as gone:
        core.read_namespaced_service_account("web", "default")
    assert gone.value.status == 404


def test_a_watch_picks_up_where_a_list_ended(core):
    listed = core.list_namespaced_service_account("default")
    core.create_namespaced_service_account("default", account("a"))
    core.create_namespaced_service_account("default", account("b", app="web"))
    core.delete_namespaced_service_account("a", "default")
    watch = kubernetes.watch.Watch()
    events = watch.stream(
        core.list_namespaced_service_account,
        "default",
        resource_version=listed.metadata.resource_version,
        timeout_seconds=1,
    )
    seen = [(event["type"], event["object"].metadata.name) for event in events]
    assert seen == [("ADDED", "a"), ("ADDED", "b"), ("DELETED", "a")]


def test_server_side_apply_by_the_dynamic_client(core):
    dynamic = kubernetes.dynamic.DynamicClient(core.api_client)
    accounts = dynamic.resources.get(api_version="v1", kind="ServiceAccount")
    body = {"apiVersion": "v1", "kind": "ServiceAccount", **account("web", app="web")}
    applied = accounts.server_side_apply(
        body=body, name="web", namespace="default", field_manager="test"
    )
    assert applied.metadata.managedFields[0].manager == "test"
    body["metadata"]["labels"] = {"app": "db"}
    with pytest.raises(ApiException) as conflict:
        accounts.server_side_apply(
            body=body, name="web", namespace="default", field_manager="other"
        )
    assert conflict.value.status == 409
    accounts.server_side_apply(
        body=body, name="web", namespace="default", field_manager="other", force_conflicts=True
    )
    assert core.read_namespaced_service_account("web", "default").metadata.labels == {"app": "db"}


def test_reset_brings_back_a_new_cluster_and_ends_watches(core, mock):
    before = {item.metadata.name for item in core.list_namespace().items}
    core.create_namespace({"metadata": {"name": "n"}})
    opened = core.list_namespace(watch=True, _preload_content=False, timeout_seconds=60)
    assert opened.readline()
    mock.reset()
    assert len(opened.read().splitlines()) == len(before), (
        "the rest of the first events, then the end"
    )
    assert {item.metadata.name for item in core.list_namespace().items} == before


def test_every_cluster_has_objects_of_its_own(core, eks):
    role = "arn:aws:iam::111122223333:role/cluster"
    eks.create_cluster(name="other", roleArn=role, resourcesVpcConfig={"subnetIds": ["subnet-1"]})
    endpoint = eks.describe_cluster(name="other")["cluster"]["endpoint"]
    other = kubernetes.client.ApiClient(kubernetes.client.Configuration(host=endpoint))
    kubernetes.client.CoreV1Api(other).create_namespace({"metadata": {"name": "n"}})
    assert "n" not in {item.metadata.name for item in core.list_namespace().items}
