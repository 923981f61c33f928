"""The AWS CLI as its users type it: commands, queries, pages, waiters and exit codes."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

ACCOUNT = "111122223333"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/p"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
BUILT_IN = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
NAMES = [f"n{index}" for index in range(7)]

# Exit codes of version 1 of the CLI.
USAGE, REFUSED = 2, 255


def document(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


READ = document(Action="s3:GetObject", Resource="arn:aws:s3:::a+b %3A/*")
POD_TRUST = document(
    Principal={"Service": "pods.eks.amazonaws.com"}, Action=["sts:AssumeRole", "sts:TagSession"]
)
ACCOUNT_TRUST = document(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="sts:AssumeRole")


@pytest.fixture
def run(mock, tmp_path):
    """Runs `aws`; answers what came of it."""

    def run(command: str, *values: str, **env: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["aws", *command.split(), *values],
            cwd=tmp_path,
            env={**mock.env, "HOME": str(tmp_path), **env},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


@pytest.fixture
def aws(run):
    """Runs `aws`, which has to succeed; answers its JSON, or its text if it is none."""

    def aws(command: str, *values: str, **env: str):
        done = run(command, *values, **env)
        assert done.returncode == 0, f"$ aws {command}\n{done.stdout}{done.stderr}"
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout

    return aws


@pytest.fixture
def refused(run):
    """Runs `aws`, which has to fail; answers its exit code and its message."""

    def refused(command: str, *values: str) -> tuple[int, str]:
        done = run(command, *values)
        assert done.stdout == ""
        return done.returncode, done.stderr.strip()

    return refused


@pytest.fixture
def role(iam) -> str:
    return iam.create_role(RoleName="r", AssumeRolePolicyDocument=POD_TRUST)["Role"]["Arn"]


# --- IAM -----------------------------------------------------------------------------------------


def test_a_policy_goes_through_its_versions(aws, tmp_path):
    (tmp_path / "policy.json").write_text(READ)
    created = aws(
        "iam create-policy --policy-name p --policy-document file://policy.json"
        " --description d --tags Key=team,Value=a Key=empty,Value="
    )["Policy"]
    assert created["Arn"] == POLICY
    assert created["Tags"] == [{"Key": "empty", "Value": ""}, {"Key": "team", "Value": "a"}]
    aws(
        f"iam create-policy-version --policy-arn {POLICY} --set-as-default --policy-document",
        document(Action="s3:*", Resource="*"),
    )
    versions = f"iam list-policy-versions --policy-arn {POLICY} --output text --query"
    assert aws(versions, "Versions[?IsDefaultVersion].VersionId") == "v2\n"
    assert aws(f"iam set-default-policy-version --policy-arn {POLICY} --version-id v1") == ""
    assert aws(f"iam delete-policy-version --policy-arn {POLICY} --version-id v2") == ""
    read = aws(f"iam get-policy-version --policy-arn {POLICY} --version-id v1")["PolicyVersion"]
    assert read["Document"] == json.loads(READ)
    assert aws(f"iam get-policy --policy-arn {POLICY}")["Policy"]["Description"] == "d"
    assert aws(f"iam delete-policy --policy-arn {POLICY}") == ""


def test_a_role_is_made_changed_and_deleted(aws):
    created = aws("iam create-role --role-name r --assume-role-policy-document", POD_TRUST)["Role"]
    assert created["AssumeRolePolicyDocument"] == json.loads(POD_TRUST)
    aws("iam update-role --role-name r --max-session-duration 7200 --description", "new words")
    aws("iam update-assume-role-policy --role-name r --policy-document", ACCOUNT_TRUST)
    aws(f"iam put-role-permissions-boundary --role-name r --permissions-boundary {BUILT_IN}")
    aws("iam tag-role --role-name r --tags Key=team,Value=a")
    role = aws("iam get-role --role-name r")["Role"]
    assert role["Description"] == "new words"
    assert role["MaxSessionDuration"] == 7200
    assert role["AssumeRolePolicyDocument"] == json.loads(ACCOUNT_TRUST)
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == BUILT_IN
    assert role["Tags"] == aws("iam list-role-tags --role-name r")["Tags"] == [{"Key": "team", "Value": "a"}]

    aws("iam put-role-policy --role-name r --policy-name i --policy-document", READ)
    assert aws("iam get-role-policy --role-name r --policy-name i")["PolicyDocument"] == json.loads(READ)
    aws(f"iam attach-role-policy --role-name r --policy-arn {BUILT_IN}")
    entities = aws(f"iam list-entities-for-policy --policy-arn {BUILT_IN} --entity-filter Role")
    assert [one["RoleName"] for one in entities["PolicyRoles"]] == ["r"]

    for command in (
        "iam untag-role --role-name r --tag-keys team",
        "iam delete-role-permissions-boundary --role-name r",
        "iam delete-role-policy --role-name r --policy-name i",
        f"iam detach-role-policy --role-name r --policy-arn {BUILT_IN}",
        "iam delete-role --role-name r",
    ):
        assert aws(command) == "", command
    assert aws("iam list-roles --query length(Roles)") == 0


def test_profiles_providers_and_the_account(aws, role):
    aws("iam create-instance-profile --instance-profile-name ip")
    aws("iam add-role-to-instance-profile --instance-profile-name ip --role-name r")
    profiles = aws("iam list-instance-profiles-for-role --role-name r")["InstanceProfiles"]
    assert [profile["Roles"][0]["Arn"] for profile in profiles] == [role]

    provider = aws(
        "iam create-open-id-connect-provider --client-id-list sts.amazonaws.com"
        " --url https://oidc.eks.us-west-2.amazonaws.com/id/ABC --thumbprint-list " + "a" * 40
    )["OpenIDConnectProviderArn"]
    read = aws(f"iam get-open-id-connect-provider --open-id-connect-provider-arn {provider}")
    assert read["ClientIDList"] == ["sts.amazonaws.com"]

    aws("iam create-account-alias --account-alias podpass")
    assert aws("iam list-account-aliases --output text --query AccountAliases[]") == "podpass\n"
    summary = aws("iam get-account-summary")["SummaryMap"]
    assert (summary["Roles"], summary["InstanceProfiles"], summary["Providers"]) == (1, 1, 1)
    details = aws("iam get-account-authorization-details --filter Role")["RoleDetailList"]
    assert details[0]["AssumeRolePolicyDocument"] == json.loads(POD_TRUST)
    assert details[0]["InstanceProfileList"][0]["InstanceProfileName"] == "ip"


# --- STS -----------------------------------------------------------------------------------------


def test_a_session_begun_on_the_command_line_calls_on_the_command_line(aws, iam):
    assert aws("sts get-caller-identity --query Account") == ACCOUNT
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=ACCOUNT_TRUST)
    session = aws(f"sts assume-role --role-arn {ROLE} --role-session-name me --duration-seconds 900")
    keys = session["Credentials"]
    caller = aws(
        "sts get-caller-identity",
        AWS_ACCESS_KEY_ID=keys["AccessKeyId"],
        AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"],
        AWS_SESSION_TOKEN=keys["SessionToken"],
    )
    assert caller["Arn"] == session["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/r/me"
    info = aws(f"sts get-access-key-info --access-key-id {keys['AccessKeyId']}")
    assert info == {"Account": ACCOUNT}
    assert aws("sts get-session-token")["Credentials"]["AccessKeyId"].startswith("ASIA")


def test_a_profile_that_names_a_role_assumes_it(aws, iam, tmp_path):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=ACCOUNT_TRUST)
    config = tmp_path / "config"
    config.write_text(
        f"[profile r]\nrole_arn = {ROLE}\ncredential_source = Environment\nrole_session_name = profile\n"
    )
    caller = aws("sts get-caller-identity --profile r", AWS_CONFIG_FILE=str(config))
    assert caller["Arn"].endswith(":assumed-role/r/profile")


# --- EKS -----------------------------------------------------------------------------------------


def test_an_association_goes_its_way(aws, role):
    create = f"eks create-pod-identity-association --cluster-name my-cluster --namespace default --role-arn {role}"
    created = aws(f"{create} --service-account s --tags team=a,empty=")["association"]
    the_one = f"--cluster-name my-cluster --association-id {created['associationId']}"
    assert aws(f"eks describe-pod-identity-association {the_one}")["association"] == created
    updated = aws(f"eks update-pod-identity-association {the_one} --disable-session-tags")["association"]
    assert updated["disableSessionTags"] is True
    tags = aws(f"eks list-tags-for-resource --resource-arn {created['associationArn']}")["tags"]
    assert tags == {"team": "a", "empty": ""}
    listed = aws("eks list-pod-identity-associations --cluster-name my-cluster --service-account s")
    assert [one["associationId"] for one in listed["associations"]] == [created["associationId"]]
    assert aws(f"eks delete-pod-identity-association {the_one}")["association"]["associationId"]
    assert aws("eks list-pod-identity-associations --cluster-name my-cluster") == {"associations": []}


def test_a_cluster_and_its_addon_are_waited_for(aws):
    created = aws(
        "eks create-cluster --name new --role-arn arn:aws:iam::111122223333:role/c"
        " --resources-vpc-config subnetIds=subnet-1,subnet-2,endpointPrivateAccess=true"
    )["cluster"]
    assert created["status"] == "CREATING"
    assert aws("eks wait cluster-active --name new") == ""
    status = "cluster.[status,resourcesVpcConfig.endpointPrivateAccess]"
    assert aws("eks describe-cluster --name new --output text --query", status) == "ACTIVE\tTrue\n"
    aws("eks create-addon --cluster-name new --addon-name eks-pod-identity-agent")
    assert aws("eks wait addon-active --cluster-name new --addon-name eks-pod-identity-agent") == ""
    assert aws("eks list-addons --cluster-name new") == {"addons": ["eks-pod-identity-agent"]}
    aws("eks delete-addon --cluster-name new --addon-name eks-pod-identity-agent")
    assert aws("eks wait addon-deleted --cluster-name new --addon-name eks-pod-identity-agent") == ""
    aws("eks delete-cluster --name new")
    assert aws("eks wait cluster-deleted --name new") == ""


def test_node_groups_and_fargate_profiles_are_waited_for(aws):
    group = "--cluster-name my-cluster --nodegroup-name workers"
    profile = "--cluster-name my-cluster --fargate-profile-name profile"
    role = "arn:aws:iam::111122223333:role/r"
    created = aws(f"eks create-nodegroup {group} --subnets subnet-1 --node-role {role}")["nodegroup"]
    assert created["status"] == "CREATING"
    assert aws(f"eks wait nodegroup-active {group}") == ""
    created = aws(
        f"eks create-fargate-profile {profile} --pod-execution-role-arn {role} --selectors namespace=a"
    )["fargateProfile"]
    assert created["status"] == "CREATING"
    assert aws(f"eks wait fargate-profile-active {profile}") == ""
    aws(f"eks delete-nodegroup {group}")
    assert aws(f"eks wait nodegroup-deleted {group}") == ""
    aws(f"eks delete-fargate-profile {profile}")
    assert aws(f"eks wait fargate-profile-deleted {profile}") == ""


def test_update_kubeconfig_leads_to_the_cluster(mock, aws, tmp_path):
    aws("eks update-kubeconfig --name my-cluster --kubeconfig kubeconfig")
    listed = subprocess.run(
        ["kubectl", "--kubeconfig", "kubeconfig", "get", "namespaces", "-o", "name"],
        cwd=tmp_path,
        env={**mock.env, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert listed.returncode == 0, listed.stderr
    assert "namespace/kube-system" in listed.stdout.splitlines()
    text = (tmp_path / "kubeconfig").read_text()
    assert f"arn:aws:eks:us-west-2:{ACCOUNT}:cluster/my-cluster" in text
    token = aws("eks get-token --cluster-name my-cluster")
    assert token["status"]["token"].startswith("k8s-aws-v1.")


# --- waiters -------------------------------------------------------------------------------------


def test_waiters_of_iam_end_when_the_entity_comes(mock, run, iam):
    waiters = [
        "role-exists --role-name r",
        f"policy-exists --policy-arn {POLICY}",
        "instance-profile-exists --instance-profile-name ip",
    ]
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(run, f"iam wait {waiter}") for waiter in waiters]
        # None may find its entity at the first look.
        deadline = time.monotonic() + 60
        while len(mock.control("GET", "requests")["requests"]) < len(waiters):
            assert time.monotonic() < deadline, "the waiters do not ask"
            time.sleep(0.1)
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=POD_TRUST)
        iam.create_policy(PolicyName="p", PolicyDocument=READ)
        iam.create_instance_profile(InstanceProfileName="ip")
        for waiter, done in zip(waiters, waiting):
            assert done.result().returncode == 0, f"{waiter}: {done.result().stderr}"


def test_a_waiter_fails_where_there_is_nothing_to_wait_for(refused):
    code, message = refused("eks wait cluster-active --name nowhere")
    assert code == REFUSED
    assert message == (
        "Waiter ClusterActive failed: An error occurred (ResourceNotFoundException): "
        "No cluster found for name: nowhere."
    )


# --- queries and pages ---------------------------------------------------------------------------


def test_lists_are_taken_up_where_they_were_left(aws, iam):
    for name in NAMES:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=POD_TRUST)
    names, token = [], ()
    for size in (3, 3, 1):
        page = aws("iam list-roles --max-items 3", *token)
        assert len(page["Roles"]) == size
        names += [role["RoleName"] for role in page["Roles"]]
        token = ("--starting-token", page.get("NextToken"))
    assert names == NAMES
    assert token == ("--starting-token", None)


def test_small_pages_make_one_list(mock, aws, eks, role):
    for name in NAMES:
        eks.create_pod_identity_association(
            clusterName="my-cluster", namespace="default", serviceAccount=name, roleArn=role
        )
    before = len(mock.control("GET", "requests")["requests"])
    listed = aws(
        "eks list-pod-identity-associations --cluster-name my-cluster --page-size 3"
        " --query sort(associations[].serviceAccount)"
    )
    assert listed == NAMES
    assert len(mock.control("GET", "requests")["requests"]) - before == 3


def test_a_query_on_pages_is_asked_of_the_whole(aws, iam):
    for name in NAMES:
        iam.create_policy(PolicyName=name, PolicyDocument=READ)
    command = "iam list-policies --scope Local --page-size 2 --query"
    assert aws(command, "length(Policies)") == 7
    assert aws(command, "Policies[?PolicyName=='n5'] | [0].Arn") == f"arn:aws:iam::{ACCOUNT}:policy/n5"


def test_output_comes_as_text_and_table(aws, role):
    query = ("--query", "Roles[].[RoleName,Path,MaxSessionDuration]")
    assert aws("iam list-roles --output text", *query) == "r\t/\t3600\n"
    assert "|  r|  /  |  3600  |" in aws("iam list-roles --output table", *query)


# --- refusals ------------------------------------------------------------------------------------

WRONG = {
    "iam get-role --role-name x": (
        "An error occurred (NoSuchEntity) when calling the GetRole operation: The role with name x cannot be found."
    ),
    "iam delete-policy --policy-arn arn:aws:iam::111122223333:policy/x": (
        "An error occurred (NoSuchEntity) when calling the DeletePolicy operation: "
        "Policy arn:aws:iam::111122223333:policy/x was not found."
    ),
    "iam create-role --role-name x --assume-role-policy-document {": (
        "An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: "
        "This policy contains invalid Json"
    ),
    "iam list-roles --path-prefix nowhere": (
        "An error occurred (ValidationError) when calling the ListRoles operation: "
        "The specified value for pathPrefix is invalid. It must begin with the / character and contain only "
        "alphanumeric characters and/or / characters."
    ),
    "eks describe-cluster --name nowhere": (
        "An error occurred (ResourceNotFoundException) when calling the DescribeCluster operation: "
        "No cluster found for name: nowhere."
    ),
    "eks describe-pod-identity-association --cluster-name my-cluster --association-id a-1": (
        "An error occurred (InvalidParameterException) when calling the DescribePodIdentityAssociation operation: "
        "The parameter associationId should be 19 characters long."
    ),
    "sts get-access-key-info --access-key-id AKIAIOSFODNN7EXAMPL!": (
        "An error occurred (ValidationError) when calling the GetAccessKeyInfo operation: "
        "1 validation error detected: Value 'AKIAIOSFODNN7EXAMPL!' at 'accessKeyId' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [\\w]*"
    ),
}


@pytest.mark.parametrize("command", WRONG)
def test_a_refusal_is_printed_in_the_services_words(refused, command):
    code, message = refused(command)
    assert (code, message) == (REFUSED, WRONG[command])


def test_wrong_usage_does_not_reach_the_server(mock, refused):
    before = len(mock.control("GET", "requests")["requests"])
    assert refused("iam get-role")[0] == USAGE
    assert len(mock.control("GET", "requests")["requests"]) == before


def test_a_role_in_use_stays(aws, refused, role):
    aws(f"iam attach-role-policy --role-name r --policy-arn {BUILT_IN}")
    code, message = refused("iam delete-role --role-name r")
    assert code == REFUSED
    assert "(DeleteConflict)" in message and "must detach all policies first." in message
