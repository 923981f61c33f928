"""The Kubernetes API, as real `kubectl` meets it: every one on the PATH, maybe of several versions."""

import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

KUBECTLS = sorted(
    {
        str(path.resolve())
        for folder in os.environ["PATH"].split(os.pathsep)
        if os.access(path := Path(folder) / "kubectl", os.X_OK)
    }
)

ACCOUNT_YAML = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  labels:
    app: web
secrets:
- name: first
"""


@dataclass
class Kubectl:
    """One kubectl, pointed at one cluster."""

    program: str
    environment: dict[str, str]

    def __call__(self, command: str, stdin: str = "", code: int = 0, **environment: str) -> str:
        """Runs a command line; answers what it prints on both streams."""
        done = subprocess.run(
            ["bash", "-c", f'"$KUBECTL" {command}'],
            input=stdin,
            env={**self.environment, "KUBECTL": self.program, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, f"$ kubectl {command}\n{done.stdout}"
        return done.stdout

    def json(self, command: str) -> dict:
        return json.loads(self(f"{command} -o json"))


# Without any, the tests fail rather than being left out.
@pytest.fixture(params=KUBECTLS or ["kubectl"])
def kubectl(request, mock, tmp_path):
    kubeconfig = tmp_path / "kubeconfig"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "my-cluster",
        "clusters": [{"name": "my-cluster", "cluster": {"server": f"{mock.uri}/k8s/my-cluster"}}],
        "contexts": [
            {"name": "my-cluster", "context": {"cluster": "my-cluster", "user": "nobody"}}
        ],
        "users": [{"name": "nobody", "user": {}}],
    }
    kubeconfig.write_text(json.dumps(config))
    # A home of its own: kubectl caches discovery there, by host and port.
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "HOME": str(tmp_path)}
    return Kubectl(request.param, environment)


def managers(account: dict) -> dict[str, dict]:
    return {
        f"{entry['manager']} {entry['operation']}": entry["fieldsV1"]
        for entry in account["metadata"].get("managedFields", [])
    }


def test_a_new_cluster_looks_like_one(kubectl):
    assert re.search(r"^Server Version: v1\.\d+\.", kubectl("version"), re.MULTILINE)
    assert re.findall(r"^(\S+) +Active +\d+s$", kubectl("get namespaces"), re.MULTILINE) == [
        "default",
        "kube-node-lease",
        "kube-public",
        "kube-system",
    ]
    table = kubectl("get serviceaccounts --all-namespaces").splitlines()
    assert table[0].split() == ["NAMESPACE", "NAME", "SECRETS", "AGE"]
    assert table[1].split()[:3] == ["default", "default", "0"]
    assert kubectl("get events") == "No resources found in default namespace.\n"


def test_api_resources_names_kinds_and_short_names(kubectl):
    lines = {line.split()[0]: line.split()[1:] for line in kubectl("api-resources").splitlines()}
    assert lines["serviceaccounts"] == ["sa", "v1", "true", "ServiceAccount"]
    assert lines["namespaces"] == ["ns", "v1", "false", "Namespace"]


def test_pods_are_among_all(kubectl):
    assert kubectl("get all") == "No resources found in default namespace.\n"
    kubectl("run web --image=nginx")
    assert re.search(r"^web ", kubectl("get all"), re.MULTILINE)


def test_whoever_may_do_everything_may_be_somebody_else(kubectl):
    me = kubectl.json("auth whoami --as=jane --as-group=team")["status"]["userInfo"]
    assert (me["username"], me["groups"]) == ("jane", ["team", "system:authenticated"])
    assert kubectl("auth can-i list pods --as=jane", code=1) == "no\n"
    assert kubectl("auth can-i list pods --as=jane --as-group=system:masters") == "yes\n"
    refused = kubectl("get pods --as=system:serviceaccount:default:web", code=1)
    assert 'User "system:serviceaccount:default:web" cannot list resource "pods"' in refused
    account = kubectl.json("auth whoami --as=system:serviceaccount:default:web")["status"]["userInfo"]
    assert account["groups"] == [
        "system:serviceaccounts",
        "system:serviceaccounts:default",
        "system:authenticated",
    ]


def test_explain_knows_the_fields(kubectl):
    assert "automountServiceAccountToken\t<boolean>" in kubectl("explain serviceaccount")


def test_the_caller_is_the_clusters_creator(kubectl):
    review = kubectl.json("auth whoami")
    assert review["status"]["userInfo"]["username"] == "arn:aws:iam::111122223333:user/admin"


def test_apply_creates_configures_and_prunes(kubectl):
    apply = "apply -f -"
    assert kubectl(apply, ACCOUNT_YAML) == "serviceaccount/web created\n"
    assert kubectl(apply, ACCOUNT_YAML) == "serviceaccount/web unchanged\n"
    changed = ACCOUNT_YAML.replace("app: web", "tier: front").replace("first", "second")
    assert kubectl(apply, changed) == "serviceaccount/web configured\n"
    account = kubectl.json("get serviceaccount web")
    assert account["metadata"]["labels"] == {"tier": "front"}
    assert account["secrets"] == [{"name": "second"}]


def test_diff_shows_what_apply_would_do(kubectl):
    kubectl("apply -f -", ACCOUNT_YAML)
    assert kubectl("diff -f -", ACCOUNT_YAML) == ""
    difference = kubectl("diff -f -", ACCOUNT_YAML.replace("app: web", "app: db"), code=1)
    assert re.search(r"^-    app: web$", difference, re.MULTILINE)
    assert re.search(r"^\+    app: db$", difference, re.MULTILINE)
    assert kubectl.json("get serviceaccount web")["metadata"]["labels"] == {"app": "web"}


def test_server_side_apply_owns_fields_and_refuses_anothers(kubectl):
    apply = "apply --server-side -f -"
    assert kubectl(apply, ACCOUNT_YAML) == "serviceaccount/web serverside-applied\n"
    owned = {
        "f:metadata": {"f:labels": {"f:app": {}}},
        "f:secrets": {'k:{"name":"first"}': {".": {}, "f:name": {}}},
    }
    shown = kubectl.json("get serviceaccount web --show-managed-fields")
    assert managers(shown) == {"kubectl Apply": owned}

    kubectl("label serviceaccount web app=db --overwrite")
    conflict = kubectl(apply, ACCOUNT_YAML, code=1)
    assert (
        'Apply failed with 1 conflict: conflict with "kubectl-label" using v1: .metadata.labels.app'
        in conflict
    )
    kubectl(f"{apply} --force-conflicts", ACCOUNT_YAML)
    assert kubectl.json("get serviceaccount web")["metadata"]["labels"] == {"app": "web"}


def test_client_side_apply_can_be_followed_by_server_side_apply(kubectl):
    kubectl("apply -f -", ACCOUNT_YAML)
    kubectl("apply --server-side -f -", ACCOUNT_YAML)
    without_label = ACCOUNT_YAML.replace("  labels:\n    app: web\n", "")
    kubectl("apply --server-side -f -", without_label)
    assert "labels" not in kubectl.json("get serviceaccount web")["metadata"]


def test_two_managers_share_an_object(kubectl):
    kubectl("apply --server-side --field-manager one -f -", ACCOUNT_YAML)
    other = ACCOUNT_YAML.replace("app: web", "tier: front").replace("first", "second")
    kubectl("apply --server-side --field-manager two -f -", other)
    account = kubectl.json("get serviceaccount web")
    assert account["metadata"]["labels"] == {"app": "web", "tier": "front"}
    assert account["secrets"] == [{"name": "first"}, {"name": "second"}]


def test_create_says_what_is_wrong(kubectl):
    assert kubectl("create namespace n") == "namespace/n created\n"
    assert kubectl("create serviceaccount a -n n") == "serviceaccount/a created\n"
    refusals = {
        "create serviceaccount a -n n": 'serviceaccounts "a" already exists',
        "create serviceaccount a -n x": 'namespaces "x" not found',
        "create namespace n": 'namespaces "n" already exists',
        "create namespace N": 'Namespace "N" is invalid: metadata.name: Invalid value: "N": a lowercase RFC 1123 label must',
        "create serviceaccount A_B": 'ServiceAccount "A_B" is invalid: metadata.name: Invalid value: "A_B": a lowercase RFC 1123 subdomain must',
        "get serviceaccount gone": 'Error from server (NotFound): serviceaccounts "gone" not found',
        "delete namespace default": 'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted',
    }
    for command, text in refusals.items():
        assert text in kubectl(command, code=1)


def test_a_typo_is_refused_before_anything_is_stored(kubectl):
    typo = ACCOUNT_YAML.replace("secrets", "secret")
    refused = kubectl("create -f -", typo, code=1)
    assert 'strict decoding error: unknown field "secret"' in refused
    assert 'unknown field "secret"' in kubectl("create --validate=warn -f -", typo)


def test_created_fields_belong_to_their_creator(kubectl):
    kubectl("create namespace n")
    shown = kubectl.json("get namespace n --show-managed-fields")
    labels = {".": {}, "f:kubernetes.io/metadata.name": {}}
    assert managers(shown) == {"kubectl-create Update": {"f:metadata": {"f:labels": labels}}}


def test_labels_annotations_and_selectors(kubectl):
    for name in "abc":
        kubectl(f"create serviceaccount {name}")
    assert kubectl("label serviceaccount a app=web tier=front") == "serviceaccount/a labeled\n"
    kubectl("label serviceaccount b app=db")
    kubectl("annotate serviceaccount c example.com/note='all is well'")
    names = "get serviceaccounts -o name -l"
    assert kubectl(f"{names} app=web") == "serviceaccount/a\n"
    assert kubectl(f"{names} 'app in (web, db),!tier'") == "serviceaccount/b\n"
    assert kubectl(f"{names} 'app notin (db)'").split() == [
        f"serviceaccount/{name}" for name in ("a", "c", "default")
    ]
    assert kubectl(
        "get serviceaccounts -o name --field-selector metadata.name!=default"
    ).split() == [f"serviceaccount/{name}" for name in "abc"]
    assert "LABELS" in kubectl("get serviceaccounts -o wide --show-labels")
    kubectl("label serviceaccount a app-")
    assert kubectl.json("get serviceaccount a")["metadata"]["labels"] == {"tier": "front"}
    assert "example.com/note: all is well" in kubectl("describe serviceaccount c")


def test_lists_come_in_pages(kubectl):
    for name in "abcde":
        kubectl(f"create serviceaccount {name}")
    assert len(kubectl("get serviceaccounts -o name --chunk-size=2").splitlines()) == 6


def test_describe_and_its_events(kubectl):
    kubectl("create serviceaccount web")
    uid = kubectl.json("get serviceaccount web")["metadata"]["uid"]
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "web.1", "namespace": "default"},
        "involvedObject": {
            "kind": "ServiceAccount",
            "namespace": "default",
            "name": "web",
            "uid": uid,
        },
        "type": "Normal",
        "reason": "Noted",
        "message": "somebody looked",
        "source": {"component": "test"},
    }
    kubectl("create -f -", json.dumps(event))
    described = kubectl("describe serviceaccount web")
    assert re.search(r"^Name: +web$", described, re.MULTILINE)
    assert re.search(r"Normal +Noted +\S+ +test +somebody looked", described)
    assert "serviceaccount/web" in kubectl("get events")
    assert re.search(r"^Status: +Active$", kubectl("describe namespace default"), re.MULTILINE)


def test_patches_of_every_type(kubectl):
    kubectl("apply -f -", ACCOUNT_YAML)
    kubectl("""patch serviceaccount web -p '{"secrets":[{"name":"second"}]}'""")
    assert [secret["name"] for secret in kubectl.json("get serviceaccount web")["secrets"]] == [
        "second",
        "first",
    ]
    kubectl("""patch serviceaccount web --type merge -p '{"secrets":[{"name":"third"}]}'""")
    kubectl(
        """patch serviceaccount web --type json -p '[{"op":"test","path":"/secrets/0/name","value":"third"},{"op":"add","path":"/automountServiceAccountToken","value":false}]'"""
    )
    account = kubectl.json("get serviceaccount web")
    assert (account["secrets"], account["automountServiceAccountToken"]) == (
        [{"name": "third"}],
        False,
    )
    failed = kubectl(
        """patch serviceaccount web --type json -p '[{"op":"remove","path":"/nothing"}]'""", code=1
    )
    assert "the server rejected our request due to an error in our request" in failed
    unchanged = kubectl("""patch serviceaccount web -p '{"automountServiceAccountToken":false}'""")
    assert unchanged == "serviceaccount/web patched (no change)\n"


def test_edit_and_replace(kubectl):
    kubectl("apply -f -", ACCOUNT_YAML)
    edited = kubectl("edit serviceaccount web", KUBE_EDITOR="sed -i 's/app: web/app: db/'")
    assert edited == "serviceaccount/web edited\n"
    account = kubectl.json("get serviceaccount web")
    account["automountServiceAccountToken"] = True
    assert kubectl("replace -f -", json.dumps(account)) == "serviceaccount/web replaced\n"
    assert "the object has been modified" in kubectl("replace -f -", json.dumps(account), code=1)
    assert kubectl.json("get serviceaccount web")["automountServiceAccountToken"] is True


def test_a_dry_run_changes_nothing(kubectl):
    assert (
        kubectl("create serviceaccount web --dry-run=server")
        == "serviceaccount/web created (server dry run)\n"
    )
    kubectl("apply --dry-run=server --server-side -f -", ACCOUNT_YAML)
    kubectl("get serviceaccount web", code=1)
    kubectl("apply -f -", ACCOUNT_YAML)
    kubectl("delete serviceaccount web --dry-run=server")
    kubectl("get serviceaccount web")


def test_deletion_waits_for_finalizers(kubectl):
    kubectl("create namespace n")
    kubectl("create serviceaccount a -n n")
    kubectl(
        """patch serviceaccount a -n n --type merge -p '{"metadata":{"finalizers":["example.com/hold"]}}'"""
    )
    kubectl("delete namespace n --wait=false")
    assert "Terminating" in kubectl("get namespace n")
    refused = kubectl("create serviceaccount b -n n", code=1)
    assert "unable to create new content in namespace n because it is being terminated" in refused
    waiting = subprocess.Popen(
        [kubectl.program, "wait", "--for=delete", "namespace/n", "--timeout=30s"],
        env=kubectl.environment,
    )
    kubectl("""patch serviceaccount a -n n --type merge -p '{"metadata":{"finalizers":null}}'""")
    assert waiting.wait(timeout=30) == 0
    kubectl("get namespace n", code=1)


def test_a_file_with_a_namespace_and_its_content_goes_as_it_came(kubectl):
    documents = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}},
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "a", "namespace": "team"},
        },
    ]
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})
    assert kubectl("apply -f -", listed) == "namespace/team created\nserviceaccount/a created\n"
    assert kubectl("delete -f -", listed).count("deleted") == 2
    kubectl("get namespace team", code=1)


def test_delete_by_label_and_all(kubectl):
    for name in "abc":
        kubectl(f"create serviceaccount {name}")
    kubectl("label serviceaccount a b app=web")
    assert kubectl("delete serviceaccount -l app=web").count("deleted") == 2
    assert kubectl("delete serviceaccount --all").count("deleted") == 2
    assert kubectl("get serviceaccounts -o name") == "serviceaccount/default\n", "it comes back"


def test_wait_sees_a_change(kubectl):
    kubectl("create serviceaccount web")
    condition = "--for=jsonpath='{.metadata.labels.ready}'=yes"
    waiting = subprocess.Popen(
        ["bash", "-c", f'"$KUBECTL" wait {condition} serviceaccount/web --timeout=30s'],
        env={**kubectl.environment, "KUBECTL": kubectl.program},
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(0.3)
    kubectl("label serviceaccount web ready=yes")
    assert waiting.communicate(timeout=30)[0] == "serviceaccount/web condition met\n"


def test_get_watch_prints_each_change(kubectl):
    watching = subprocess.Popen(
        [kubectl.program, "get", "serviceaccounts", "--watch", "--output-watch-events"],
        env=kubectl.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert watching.stdout.readline().split() == ["EVENT", "NAME", "SECRETS", "AGE"]
        assert watching.stdout.readline().split()[:2] == ["ADDED", "default"]
        kubectl("create serviceaccount web")
        assert watching.stdout.readline().split()[:2] == ["ADDED", "web"]
        kubectl("label serviceaccount web app=web")
        assert watching.stdout.readline().split()[:2] == ["MODIFIED", "web"]
        kubectl("delete serviceaccount web")
        assert watching.stdout.readline().split()[:2] == ["DELETED", "web"]
    finally:
        watching.kill()
        watching.wait()


def test_a_cluster_that_does_not_exist_says_so(kubectl, mock):
    refused = kubectl(f"get namespaces --server {mock.uri}/k8s/other", code=1)
    assert "could not find the requested resource" in refused


def test_what_the_caller_may_do_is_listed(kubectl):
    listed = kubectl("auth can-i --list")
    assert re.search(r"^\*\.\*\s+\[\]\s+\[\]\s+\[\*\]$", listed, re.MULTILINE), listed
    assert re.search(r"^\s+\[/version\]\s+\[\]\s+\[get\]$", listed, re.MULTILINE), listed
