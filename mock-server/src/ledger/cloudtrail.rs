//! Calls to AWS in the form in which CloudTrail records them (CloudTrail user guide, "CloudTrail record contents").
//!
//! What the server does not keep is left out or null: `responseElements` always, and `requestParameters` of requests of more
//! than 16 KiB, for which a note stands. Calls to clusters and of pods to the agent are none of CloudTrail's.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use podpass_policy::{Arn, Principal};
use serde_json::{Map, Value, json};

use super::entry::NOT_DONE;
use super::record::Record;
use super::{Entry, Held};
use crate::account::Partition;
use crate::auth::caller::Caller;
use crate::services;
use crate::state::sts::Session;

const VERSION: &str = "1.11";

/// What a trail's file holds, of the calls that it would.
pub(super) fn records(calls: &[Record<'_>]) -> Value {
    json!({ "Records": calls.iter().filter_map(event).collect::<Vec<Value>>() })
}

fn event(record: &Record<'_>) -> Option<Value> {
    let Record { entry, trail } = record;
    if entry.status == NOT_DONE {
        // It got lost on the way: AWS knows nothing of it.
        return None;
    }
    let service = services::service(entry.service)?;
    let operation = entry.operation.as_deref()?;
    let mut event = json!({
        "eventVersion": VERSION,
        "userIdentity": identity(entry, trail.caller.as_ref()),
        "eventTime": written(entry.time),
        "eventSource": format!("{}.amazonaws.com", service.name),
        "eventName": operation,
        "awsRegion": region(entry),
        "sourceIPAddress": "127.0.0.1",
        "userAgent": entry.user_agent,
        "requestParameters": parameters(&trail.held, matches!(service.name, "iam" | "sts")),
        "responseElements": null,
        "requestID": entry.request_id,
        "eventID": event_id(entry),
        "readOnly": entry.is_read_only(),
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": entry.account,
        "eventCategory": "Management",
    });
    if let Some(code) = &entry.error_code {
        let declared = service
            .operations
            .iter()
            .find(|known| known.name == operation);
        let is_declared = declared.is_some_and(|known| known.errors.contains(&code.as_ref()));
        // CloudTrail has the names of the model's shapes, of which IAM's and STS's codes leave out the end.
        event["errorCode"] = match is_declared && !code.ends_with("Exception") {
            true => format!("{code}Exception").into(),
            false => code.as_ref().into(),
        };
    }
    if let Some(message) = &trail.message {
        event["errorMessage"] = message.as_str().into();
    }
    let resources = entry.resource.iter().chain(&entry.other_resources);
    let resources: Vec<Value> = resources.filter_map(|arn| resource(arn)).collect();
    if !resources.is_empty() {
        event["resources"] = resources.into();
    }
    Some(event)
}

/// Who called.
fn identity(entry: &Entry, caller: Option<&Caller>) -> Value {
    let key = entry.access_key_id.as_deref();
    let account = entry.account.as_str();
    match caller {
        None if entry.operation.as_deref() == Some("AssumeRoleWithWebIdentity") => {
            json!({ "type": "WebIdentityUser" })
        }
        None => json!({
            "type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL",
        }),
        Some(Caller::User(user)) => json!({
            "type": "IAMUser", "principalId": user.id, "arn": user.arn, "accountId": account,
            "accessKeyId": key, "userName": name(&user.arn),
        }),
        Some(Caller::Session(session)) => of_session(session, account, key),
    }
}

fn of_session(session: &Session, account: &str, key: Option<&str>) -> Value {
    let mut context = json!({
        "attributes": { "creationDate": written(session.issued), "mfaAuthenticated": "false" },
    });
    let (kind, arn) = match &session.principal {
        Principal::RoleSession {
            role,
            session,
            role_id,
        } => {
            context["sessionIssuer"] = json!({
                "type": "Role", "principalId": role_id, "arn": role.as_str(), "accountId": account,
                "userName": name(role.as_str()),
            });
            ("AssumedRole", session.to_string())
        }
        Principal::FederatedUser { arn } => {
            context["sessionIssuer"] = json!({
                "type": "IAMUser", "principalId": session.user, "accountId": account,
            });
            ("FederatedUser", arn.to_string())
        }
        principal => ("IAMUser", principal.to_string()),
    };
    let mut identity = json!({
        "type": kind, "principalId": session.user_id, "arn": arn, "accountId": account,
        "accessKeyId": key, "sessionContext": context,
    });
    if kind == "IAMUser" {
        identity["userName"] = name(&arn).into();
    }
    identity
}

/// The last part of an ARN's path.
fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

/// IAM has one place in each partition.
fn region(entry: &Entry) -> &str {
    match (entry.service, Partition::of_region(&entry.region).name) {
        ("iam", "aws") => "us-east-1",
        ("iam", "aws-cn") => "cn-north-1",
        ("iam", "aws-us-gov") => "us-gov-west-1",
        _ => &entry.region,
    }
}

fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn parameters(held: &Held<'_>, has_capitals: bool) -> Value {
    match held.parameters() {
        Some(members) if members.is_empty() => Value::Null,
        Some(members) if has_capitals => lower(Value::Object(members)),
        Some(members) => Value::Object(members),
        None => match held {
            Held::Fingerprint(_) => {
                json!({ "omitted": true, "reason": "the request is longer than what is kept" })
            }
            _ => Value::Null,
        },
    }
}

/// Members with small first letters, as CloudTrail has them.
fn lower(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let is_member = !name.is_empty() && name.is_ascii();
                let name = match is_member && name.starts_with(|c: char| c.is_ascii_uppercase()) {
                    true => format!("{}{}", name[..1].to_ascii_lowercase(), &name[1..]),
                    false => name,
                };
                (name, lower(value))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(lower).collect(),
        other => other,
    }
}

/// An id of its own for each event: the same whenever it is exported.
fn event_id(entry: &Entry) -> String {
    let text = format!("{}:{}", entry.sequence, entry.request_id);
    let hash = digest(&SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}

fn resource(text: &str) -> Option<Value> {
    let arn = text.parse::<Arn>().ok()?;
    let mut resource = json!({ "ARN": text, "accountId": arn.account() });
    let kind = match (arn.service(), arn.resource_type()) {
        ("iam", "role") => "AWS::IAM::Role",
        ("iam", "user") => "AWS::IAM::User",
        ("iam", "group") => "AWS::IAM::Group",
        ("iam", "policy") => "AWS::IAM::Policy",
        ("iam", "instance-profile") => "AWS::IAM::InstanceProfile",
        ("iam", "oidc-provider") => "AWS::IAM::OIDCProvider",
        ("eks", "cluster") => "AWS::EKS::Cluster",
        ("eks", "nodegroup") => "AWS::EKS::Nodegroup",
        ("eks", "addon") => "AWS::EKS::Addon",
        ("eks", "fargateprofile") => "AWS::EKS::FargateProfile",
        ("eks", "access-entry") => "AWS::EKS::AccessEntry",
        ("eks", "podidentityassociation") => "AWS::EKS::PodIdentityAssociation",
        _ => return Some(resource),
    };
    resource["type"] = kind.into();
    Some(resource)
}
