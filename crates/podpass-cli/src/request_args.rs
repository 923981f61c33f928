//! What is asked about: actions, resources, context keys and principals as they are typed.

use std::collections::BTreeMap;
use std::str::FromStr;

use clap::Args;
use podpass_policy::{Arn, Context, ContextValue, Principal};

/// Keys that are lists by nature, whatever number of values they have. (IAM user guide, "AWS global condition
/// context keys"; STS in the service authorization reference.)
const LISTS: [&str; 4] = [
    "aws:TagKeys",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceNamesList",
    "sts:TransitiveTagKeys",
];

/// The context of a request.
#[derive(Debug, Args)]
pub(crate) struct ContextArgs {
    /// A context key of the request, such as `aws:SourceIp=192.0.2.1`; again for more. A key given more than
    /// once is a list
    #[arg(long = "context", value_name = "KEY=VALUE")]
    pairs: Vec<ContextPair>,
}

impl ContextArgs {
    /// The keys with their values.
    pub(crate) fn to_context(&self) -> Context {
        let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ContextPair { key, value } in &self.pairs {
            values.entry(key).or_default().push(value.clone());
        }
        let mut context = Context::new();
        for (key, mut values) in values {
            let is_list =
                values.len() > 1 || LISTS.iter().any(|list| list.eq_ignore_ascii_case(key));
            match values.pop() {
                Some(value) if !is_list => context.set(key, ContextValue::One(value)),
                last => context.insert_list(key, values.into_iter().chain(last)),
            };
        }
        context
    }
}

#[derive(Clone, Debug)]
struct ContextPair {
    key: String,
    value: String,
}

impl FromStr for ContextPair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) if key.contains(':') => Ok(Self {
                key: key.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("it looks like `aws:SourceIp=192.0.2.1`".to_owned()),
        }
    }
}

/// Takes an action, without wildcards.
pub(crate) fn action(text: &str) -> Result<String, String> {
    let is_name = |name: &str, and: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || and.contains(c))
    };
    match text.split_once(':') {
        Some((service, name)) if is_name(service, "-") && is_name(name, "") => Ok(text.to_owned()),
        _ => Err("an action looks like `s3:GetObject`".to_owned()),
    }
}

/// Takes a resource: an ARN, or `*` for actions without one.
pub(crate) fn resource(text: &str) -> Result<String, String> {
    if text == "*" {
        return Ok(text.to_owned());
    }
    match text.parse::<Arn>() {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Takes a principal as AWS prints it. A role stands for a session of it.
pub(crate) fn principal(text: &str) -> Result<Principal, String> {
    let Ok(arn) = text.parse::<Arn>() else {
        return match text {
            "*" => Ok(Principal::Anonymous),
            name if name.contains('.') && !name.contains(':') => Ok(Principal::service(name)),
            _ => Err(
                "a principal is an ARN, a service such as `pods.eks.amazonaws.com`, or `*`"
                    .to_owned(),
            ),
        };
    };
    let principal = match (arn.service(), arn.resource_type()) {
        ("iam", "role") => Principal::role_session(arn, "session"),
        ("iam", "user") => Ok(Principal::user(arn)),
        ("iam", "oidc-provider" | "saml-provider") => Ok(Principal::WebIdentity {
            provider: arn.to_string(),
        }),
        ("iam", _) if arn.resource() == "root" => Ok(Principal::Root { arn }),
        ("sts", "federated-user") => Ok(Principal::FederatedUser { arn }),
        ("sts", "assumed-role") => role_of(&arn).map(|role| Principal::RoleSession {
            role,
            session: arn,
            role_id: None,
        }),
        _ => return Err(format!("`{}` is no kind of principal", arn.resource())),
    };
    principal.map_err(|error| error.to_string())
}

/// The role of a session, taken to have no path: a session's ARN does not tell it.
fn role_of(session: &Arn) -> Result<Arn, podpass_policy::ArnError> {
    let name = session.resource().split('/').nth(1).unwrap_or_default();
    format!(
        "arn:{}:iam::{}:role/{name}",
        session.partition(),
        session.account()
    )
    .parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_taken_as_aws_prints_them() {
        let session = "arn:aws:sts::111122223333:assumed-role/my-role/my-session";
        let Ok(Principal::RoleSession {
            role,
            session: found,
            ..
        }) = principal(session)
        else {
            panic!("a session is a session");
        };
        assert_eq!(role.as_str(), "arn:aws:iam::111122223333:role/my-role");
        assert_eq!(found.as_str(), session);
        assert!(matches!(principal("*"), Ok(Principal::Anonymous)));
        assert!(matches!(
            principal("pods.eks.amazonaws.com"),
            Ok(Principal::Service { .. })
        ));
        assert!(matches!(
            principal("arn:aws:iam::111122223333:root"),
            Ok(Principal::Root { .. })
        ));
        assert!(principal("alice").is_err());
        assert!(principal("arn:aws:s3:::bucket").is_err());
    }

    #[test]
    fn key_given_twice_is_a_list_and_so_is_one_that_always_is() {
        let pairs = [
            "aws:TagKeys=a",
            "s3:prefix=x",
            "s3:prefix=y",
            "aws:SourceIp=192.0.2.1",
        ];
        let pairs = pairs.map(|pair| pair.parse().unwrap()).to_vec();
        let context = ContextArgs { pairs }.to_context();
        let list = |values: &[&str]| {
            ContextValue::List(values.iter().map(|value| (*value).to_owned()).collect())
        };
        assert_eq!(context.find("aws:TagKeys"), Some(&list(&["a"])));
        assert_eq!(context.find("s3:prefix"), Some(&list(&["x", "y"])));
        assert_eq!(context.value("aws:SourceIp"), Some("192.0.2.1"));
        assert!("novalue".parse::<ContextPair>().is_err());
    }

    #[test]
    fn actions_and_resources_that_are_none_are_refused() {
        assert!(action("s3:GetObject").is_ok());
        assert!(resource("arn:aws:s3:::b/key").is_ok());
        for bad in ["GetObject", "s3:", "s3:Get*", ":x"] {
            assert!(action(bad).is_err(), "{bad}");
        }
        assert!(resource("my-bucket").is_err());
    }
}
