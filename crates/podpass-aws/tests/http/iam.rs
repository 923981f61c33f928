//! IAM on the wire: form in, XML out.

use std::collections::BTreeMap;

use podpass::port::Iam as _;
use podpass::{NewPolicy, NewRole, RoleUpdate};
use wiremock::MockServer;
use wiremock::matchers::body_string_contains;

use crate::support::{action, iam, last_form, the, xml};

const TRUST: &str = r#"{"Statement":[{"Principal":{"Service":"a+b%3A"}}]}"#;
const TRUST_ENCODED: &str = "%7B%22Statement%22%3A%5B%7B%22Principal%22%3A%7B%22Service%22%3A\
                             %22a%2Bb%253A%22%7D%7D%5D%7D";
const POLICY_ARN: &str = "arn:aws:iam::111122223333:policy/my-policy";

fn role_xml(more: &str) -> String {
    format!(
        "<Role><Path>/team/</Path><RoleName>my-role</RoleName><RoleId>AROAEXAMPLE</RoleId>\
         <Arn>arn:aws:iam::111122223333:role/team/my-role</Arn>\
         <CreateDate>2026-11-25T01:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>{TRUST_ENCODED}</AssumeRolePolicyDocument>{more}</Role>"
    )
}

fn form(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn role_is_read_whole_and_its_trust_policy_decoded() {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    let more = format!(
        "<Description>what for</Description><MaxSessionDuration>7200</MaxSessionDuration>\
         <PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>\
         <PermissionsBoundaryArn>{POLICY_ARN}</PermissionsBoundaryArn></PermissionsBoundary>\
         <Tags><member><Key>team</Key><Value>a &amp; b</Value></member></Tags>"
    );
    action("GetRole")
        .respond_with(xml("GetRole", &role_xml(&more)))
        .mount(&server)
        .await;

    let role = iam.role(&the("my-role")).await.unwrap();

    assert_eq!(role.arn.path().as_str(), "/team/");
    assert_eq!(role.description.as_deref(), Some("what for"));
    assert_eq!(role.max_session_duration, 7200);
    assert_eq!(role.permissions_boundary, Some(the(POLICY_ARN)));
    assert_eq!(role.trust_policy, TRUST);
    assert_eq!(role.tags, form(&[("team", "a & b")]));
    let sent = form(&[("Action", "GetRole"), ("RoleName", "my-role")]);
    assert_eq!(last_form(&server).await, sent);
}

#[tokio::test]
async fn new_role_goes_out_whole_and_keeps_the_session_length_that_iam_does_not_echo() {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    action("CreateRole")
        .respond_with(xml("CreateRole", &role_xml("")))
        .mount(&server)
        .await;

    let role = iam
        .create_role(&NewRole {
            name: the("my-role"),
            path: the("/team/"),
            description: Some("what for".to_owned()),
            max_session_duration: 7200,
            permissions_boundary: Some(the(POLICY_ARN)),
            trust_policy: TRUST.to_owned(),
            tags: form(&[("a", "1"), ("b", "")]),
        })
        .await
        .unwrap();

    assert_eq!(role.max_session_duration, 7200);
    let sent = form(&[
        ("Action", "CreateRole"),
        ("RoleName", "my-role"),
        ("Path", "/team/"),
        ("Description", "what for"),
        ("MaxSessionDuration", "7200"),
        ("PermissionsBoundary", POLICY_ARN),
        ("AssumeRolePolicyDocument", TRUST),
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", "1"),
        ("Tags.member.2.Key", "b"),
        ("Tags.member.2.Value", ""),
    ]);
    assert_eq!(last_form(&server).await, sent);
}

#[tokio::test]
async fn new_policy_goes_out_whole_and_keeps_the_description_that_iam_does_not_echo() {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    let answer = format!(
        "<Policy><PolicyName>my-policy</PolicyName><Arn>{POLICY_ARN}</Arn>\
         <DefaultVersionId>v1</DefaultVersionId><AttachmentCount>0</AttachmentCount></Policy>"
    );
    action("CreatePolicy")
        .respond_with(xml("CreatePolicy", &answer))
        .mount(&server)
        .await;

    let policy = iam
        .create_policy(&NewPolicy {
            name: the("my-policy"),
            path: the("/"),
            description: Some("what for".to_owned()),
            document: "{}".to_owned(),
            tags: form(&[]),
        })
        .await
        .unwrap();

    assert_eq!(policy.arn, the(POLICY_ARN));
    assert_eq!(policy.default_version.as_str(), "v1");
    assert_eq!(policy.description.as_deref(), Some("what for"));
    let sent = form(&[
        ("Action", "CreatePolicy"),
        ("PolicyName", "my-policy"),
        ("Path", "/"),
        ("Description", "what for"),
        ("PolicyDocument", "{}"),
    ]);
    assert_eq!(last_form(&server).await, sent);
}

#[tokio::test]
async fn new_version_is_put_in_force_at_once() {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    let answer = "<PolicyVersion><VersionId>v6</VersionId></PolicyVersion>";
    action("CreatePolicyVersion")
        .respond_with(xml("CreatePolicyVersion", answer))
        .mount(&server)
        .await;

    let version = iam.create_policy_version(&the(POLICY_ARN), "{}").await;

    assert_eq!(version.unwrap().as_str(), "v6");
    let sent = form(&[
        ("Action", "CreatePolicyVersion"),
        ("PolicyArn", POLICY_ARN),
        ("PolicyDocument", "{}"),
        ("SetAsDefault", "true"),
    ]);
    assert_eq!(last_form(&server).await, sent);
}

#[tokio::test]
async fn documents_of_policies_are_decoded() {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    let version = format!("<PolicyVersion><Document>{TRUST_ENCODED}</Document></PolicyVersion>");
    let inline = format!(
        "<RoleName>r</RoleName><PolicyName>p</PolicyName>\
         <PolicyDocument>{TRUST_ENCODED}</PolicyDocument>"
    );
    action("GetPolicyVersion")
        .respond_with(xml("GetPolicyVersion", &version))
        .mount(&server)
        .await;
    action("GetRolePolicy")
        .respond_with(xml("GetRolePolicy", &inline))
        .mount(&server)
        .await;

    let managed = iam.policy_document(&the(POLICY_ARN), &the("v1")).await;
    let inline = iam.inline_policy(&the("r"), &the("p")).await;

    assert_eq!(managed.unwrap(), TRUST);
    assert_eq!(inline.unwrap(), TRUST);
}

/// Two pages of a listing: the second one is given for the marker of the first one only.
async fn two_pages(server: &MockServer, operation: &str, member: [&str; 2], list: &str) {
    let page = |item: &str, rest: &str| {
        xml(
            operation,
            &format!("<{list}><member>{item}</member></{list}>{rest}"),
        )
    };
    action(operation)
        .and(body_string_contains("Marker=second"))
        .respond_with(page(member[1], "<IsTruncated>false</IsTruncated>"))
        .mount(server)
        .await;
    let more = "<IsTruncated>true</IsTruncated><Marker>second</Marker>";
    action(operation)
        .respond_with(page(member[0], more))
        .mount(server)
        .await;
}

#[tokio::test]
async fn listings_walk_every_page() {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    let arns = ["<PolicyArn>arn:aws:iam::aws:policy/A</PolicyArn>"; 2];
    two_pages(
        &server,
        "ListAttachedRolePolicies",
        arns,
        "AttachedPolicies",
    )
    .await;
    two_pages(&server, "ListRolePolicies", ["one", "two"], "PolicyNames").await;
    let versions = [
        "<VersionId>v2</VersionId><IsDefaultVersion>true</IsDefaultVersion>",
        "<VersionId>v1</VersionId><IsDefaultVersion>false</IsDefaultVersion>",
    ];
    two_pages(&server, "ListPolicyVersions", versions, "Versions").await;

    let attached = iam.attached_policies(&the("my-role")).await.unwrap();
    let inline = iam.inline_policies(&the("my-role")).await.unwrap();
    let versions = iam.policy_versions(&the(POLICY_ARN)).await.unwrap();

    assert_eq!(attached.len(), 2);
    let names: Vec<_> = inline.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    let versions: Vec<_> = versions
        .iter()
        .map(|version| (version.id.as_str(), version.is_default))
        .collect();
    assert_eq!(versions, [("v2", true), ("v1", false)]);
}

#[tokio::test]
async fn changes_without_an_answer_send_exactly_these_parameters() {
    let server = MockServer::start().await;
    let iam = iam(&server).await;
    let (role, inline) = (the("my-role"), the("inline"));
    let (arn, version) = (the(POLICY_ARN), the("v1"));
    let (tags, keys) = (form(&[("a", "1")]), ["a".to_owned(), "b".to_owned()]);
    let update = RoleUpdate {
        description: Some(String::new()),
        max_session_duration: Some(7200),
    };

    /// Calls, with every answer good, and compares what went out.
    macro_rules! sends {
        ($operation:literal, $call:expr, $($name:literal => $value:expr),+) => {
            action($operation).respond_with(xml($operation, "")).mount(&server).await;
            $call.await.unwrap();
            let sent = form(&[("Action", $operation), $(($name, $value)),+]);
            assert_eq!(last_form(&server).await, sent);
        };
    }
    sends!("UpdateRole", iam.update_role(&role, &update),
        "RoleName" => "my-role", "Description" => "", "MaxSessionDuration" => "7200");
    sends!("PutRolePermissionsBoundary", iam.set_permissions_boundary(&role, Some(&arn)),
        "RoleName" => "my-role", "PermissionsBoundary" => POLICY_ARN);
    sends!("DeleteRolePermissionsBoundary", iam.set_permissions_boundary(&role, None),
        "RoleName" => "my-role");
    sends!("UpdateAssumeRolePolicy", iam.update_trust_policy(&role, TRUST),
        "RoleName" => "my-role", "PolicyDocument" => TRUST);
    sends!("DeleteRole", iam.delete_role(&role), "RoleName" => "my-role");
    sends!("TagRole", iam.tag_role(&role, &tags),
        "RoleName" => "my-role", "Tags.member.1.Key" => "a", "Tags.member.1.Value" => "1");
    sends!("UntagRole", iam.untag_role(&role, &keys),
        "RoleName" => "my-role", "TagKeys.member.1" => "a", "TagKeys.member.2" => "b");
    sends!("AttachRolePolicy", iam.attach_policy(&role, &arn),
        "RoleName" => "my-role", "PolicyArn" => POLICY_ARN);
    sends!("DetachRolePolicy", iam.detach_policy(&role, &arn),
        "RoleName" => "my-role", "PolicyArn" => POLICY_ARN);
    sends!("PutRolePolicy", iam.put_inline_policy(&role, &inline, "{}"),
        "RoleName" => "my-role", "PolicyName" => "inline", "PolicyDocument" => "{}");
    sends!("DeleteRolePolicy", iam.delete_inline_policy(&role, &inline),
        "RoleName" => "my-role", "PolicyName" => "inline");
    sends!("DeletePolicy", iam.delete_policy(&arn), "PolicyArn" => POLICY_ARN);
    sends!("TagPolicy", iam.tag_policy(&arn, &tags),
        "PolicyArn" => POLICY_ARN, "Tags.member.1.Key" => "a", "Tags.member.1.Value" => "1");
    sends!("UntagPolicy", iam.untag_policy(&arn, &keys),
        "PolicyArn" => POLICY_ARN, "TagKeys.member.1" => "a", "TagKeys.member.2" => "b");
    sends!("DeletePolicyVersion", iam.delete_policy_version(&arn, &version),
        "PolicyArn" => POLICY_ARN, "VersionId" => "v1");
}
