"""What IAM says about an account: summary, alias, OIDC identity providers."""

import json

import pytest

URL = "https://oidc.eks.us-west-2.amazonaws.com/id/ABCDEF"
ARN = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/ABCDEF"

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
PERMISSIONS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


@pytest.fixture
def provider(iam):
    created = iam.create_open_id_connect_provider(
        Url=URL, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40], Tags=[{"Key": "k", "Value": "v"}]
    )
    assert created["OpenIDConnectProviderArn"] == ARN
    assert created["Tags"] == [{"Key": "k", "Value": "v"}]
    return created


def test_a_provider_is_read_without_its_scheme(iam, provider, refusal):
    read = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)
    assert read["Url"] == URL.removeprefix("https://")
    assert read["ClientIDList"] == ["sts.amazonaws.com"] and read["ThumbprintList"] == ["a" * 40]
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": ARN}]
    refused = refusal(iam.create_open_id_connect_provider, Url=URL)
    assert (refused.code, refused.message) == (
        "EntityAlreadyExists",
        f"Provider with url {URL} already exists.",
    )


def test_a_provider_is_changed_and_deleted(iam, provider, refusal):
    arn = {"OpenIDConnectProviderArn": ARN}
    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(**arn, ClientID="other")
    iam.remove_client_id_from_open_id_connect_provider(**arn, ClientID="sts.amazonaws.com")
    iam.update_open_id_connect_provider_thumbprint(**arn, ThumbprintList=["b" * 40])
    iam.tag_open_id_connect_provider(**arn, Tags=[{"Key": "l", "Value": ""}])
    iam.untag_open_id_connect_provider(**arn, TagKeys=["k"])
    read = iam.get_open_id_connect_provider(**arn)
    assert read["ClientIDList"] == ["other"] and read["ThumbprintList"] == ["b" * 40]
    assert iam.list_open_id_connect_provider_tags(**arn)["Tags"] == [{"Key": "l", "Value": ""}]
    iam.delete_open_id_connect_provider(**arn)
    refused = refusal(iam.get_open_id_connect_provider, **arn)
    assert (refused.code, refused.message) == (
        "NoSuchEntity",
        f"OpenIDConnect Provider not found for arn {ARN}",
    )
    refused = refusal(iam.delete_open_id_connect_provider, **arn)
    assert (refused.code, refused.message) == (
        "NoSuchEntity",
        "OpenId connect Provider ARN cannot be found.",
    )


@pytest.mark.parametrize("url", ["http://issuer.example", "issuer.example", "https://", "https:///x"])
def test_a_provider_without_https_is_refused(iam, refusal, url):
    refused = refusal(iam.create_open_id_connect_provider, Url=url)
    assert refused.code == "ValidationError"
    assert refused.message.startswith("Invalid Open ID Connect Provider URL.")


def test_thumbprints_are_limited_and_looked_up_when_left_out(iam, refusal):
    refused = refusal(iam.create_open_id_connect_provider, Url=URL, ThumbprintList=["a" * 40] * 6)
    assert (refused.code, refused.message) == (
        "InvalidInput",
        "Thumbprint list must contain fewer than 5 entries.",
    )
    iam.create_open_id_connect_provider(Url=URL)
    [thumbprint] = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)["ThumbprintList"]
    assert len(thumbprint) == 40


def test_the_summary_counts_what_there_is(iam, provider, make_mock):
    summary = iam.get_account_summary()["SummaryMap"]
    assert (summary["Providers"], summary["Roles"], summary["RolesQuota"]) == (1, 0, 1000)
    small = make_mock("--quota", "RolesPerAccount=3").client("iam")
    assert small.get_account_summary()["SummaryMap"]["RolesQuota"] == 3


def test_an_account_has_one_alias(iam, mock, refusal):
    assert iam.list_account_aliases()["AccountAliases"] == []
    for alias in ("first", "second"):
        iam.create_account_alias(AccountAlias=alias)
        assert iam.list_account_aliases()["AccountAliases"] == [alias]
    other = mock.client("iam", account="444455556666")
    assert refusal(other.create_account_alias, AccountAlias="second").code == "EntityAlreadyExists"
    assert refusal(iam.delete_account_alias, AccountAlias="first").code == "NoSuchEntity"
    iam.delete_account_alias(AccountAlias="second")
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_the_account_is_described_at_once_and_by_kind(iam):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="r", PolicyName="inline", PolicyDocument=json.dumps(PERMISSIONS))
    policy = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(PERMISSIONS), Description="d")["Policy"]
    iam.attach_role_policy(RoleName="r", PolicyArn=policy["Arn"])
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")

    details = iam.get_account_authorization_details(Filter=["Role", "LocalManagedPolicy"])
    [described] = details["RoleDetailList"]
    assert described["AssumeRolePolicyDocument"] == TRUST
    [inline] = described["RolePolicyList"]
    assert inline["PolicyName"] == "inline" and inline["PolicyDocument"] == PERMISSIONS
    assert described["AttachedManagedPolicies"] == [{"PolicyName": "p", "PolicyArn": policy["Arn"]}]
    assert [profile["InstanceProfileName"] for profile in described["InstanceProfileList"]] == ["i"]
    [managed] = details["Policies"]
    assert (managed["AttachmentCount"], managed["Description"]) == (1, "d")
    assert managed["PolicyVersionList"][0]["Document"] == PERMISSIONS

    pages = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 7})
    names = [policy["PolicyName"] for page in pages for policy in page["Policies"]]
    assert names[0] == "p" and len(names) == len(set(names)) and "AdministratorAccess" in names
