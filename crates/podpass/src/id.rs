//! Names and ids that AWS and Kubernetes hand out or accept, each checked where it enters.
//!
//! Every type is a string that once passed its check: `FromStr` is the only way in, so nothing
//! behind the edge has to ask again. Patterns and lengths are those of the EKS, IAM and Kubernetes
//! API references.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a name or id is not acceptable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {what}: {rule}")]
pub struct InvalidName {
    /// The text as it was given, cut at 80 characters.
    pub value: String,
    /// What it was meant to be, with its article: "a cluster name".
    pub what: &'static str,
    /// The rule that it breaks.
    pub rule: &'static str,
}

impl InvalidName {
    pub(crate) fn new(value: &str, what: &'static str, rule: &'static str) -> Self {
        Self {
            value: value.chars().take(80).collect(),
            what,
            rule,
        }
    }
}

/// Declares a checked string: its meaning, its article and noun, its rule in words and in code.
macro_rules! checked_name {
    ($(#[$meta:meta])* $name:ident, $what:literal, $rule:literal, $check:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidName::new(text, $what, $rule))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }
    };
}

checked_name! {
    /// An AWS account: twelve digits.
    AccountId, "an AWS account id", "it must be exactly 12 digits",
    |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

checked_name! {
    /// An AWS region such as `us-west-2`.
    Region, "an AWS region", "it looks like `us-west-2`: lower-case letters, digits and hyphens",
    |text| (2..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && text.contains('-')
}

checked_name! {
    /// The name of an EKS cluster, unique within account and region.
    ClusterName, "a cluster name",
    "it must be 1 to 100 letters, digits, `-` and `_`, and start with a letter or digit",
    |text| (1..=100).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

checked_name! {
    /// A Kubernetes namespace: a DNS-1123 label, matched exactly by EKS (no wildcards).
    Namespace, "a namespace",
    "it must be 1 to 63 lower-case letters, digits and hyphens, and start and end with a letter or digit",
    |text| text.len() <= 63 && is_dns_label(text)
}

checked_name! {
    /// The name of a Kubernetes service account: a DNS-1123 subdomain.
    ServiceAccountName, "a service account name",
    "it must be 1 to 253 lower-case letters, digits, hyphens and dots, \
     and each part between dots must start and end with a letter or digit",
    |text| text.len() <= 253 && text.split('.').all(is_dns_label)
}

checked_name! {
    /// The id of a Pod Identity association: `a-` and 17 characters.
    ///
    /// ```
    /// let id: podpass::AssociationId = "a-abcdefghijklmnop1".parse()?;
    /// assert_eq!(id.as_str().len(), 19);
    /// # Ok::<(), podpass::InvalidName>(())
    /// ```
    AssociationId, "an association id",
    "it must be `a-` followed by 17 lower-case letters and digits",
    |text| text.len() == 19
        && text.starts_with("a-")
        && text.bytes().skip(2).all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

checked_name! {
    /// The name of an IAM role, unique in its account whatever the case.
    RoleName, "a role name", "it must be 1 to 64 letters, digits and `+=,.@_-`",
    |text| (1..=64).contains(&text.len()) && is_iam_name(text)
}

checked_name! {
    /// The name of an IAM policy.
    PolicyName, "a policy name", "it must be 1 to 128 letters, digits and `+=,.@_-`",
    |text| (1..=128).contains(&text.len()) && is_iam_name(text)
}

checked_name! {
    /// The path of an IAM role or policy, `/` by default.
    IamPath, "an IAM path",
    "it must begin and end with `/`, be at most 512 characters, \
     and hold only letters, digits, `/` and `.,+@=_-`",
    |text| text.len() <= 512
        && text.starts_with('/')
        && text.ends_with('/')
        && !text.contains("//")
        && text.chars().all(|c| c == '/' || is_iam_character(c))
}

checked_name! {
    /// The id of a version of a managed policy: `v1`, `v2`, …, never used twice.
    PolicyVersionId, "a policy version", "it looks like `v1`",
    |text| text
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|first: char| ('1'..='9').contains(&first)))
}

impl PolicyVersionId {
    /// The number after `v`, by which versions are ordered in time.
    pub fn number(&self) -> u64 {
        let digits: String = self.0[1..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap_or(u64::MAX)
    }
}

impl Default for IamPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

fn is_dns_label(text: &str) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
        && bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
}

fn is_iam_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+=,.@_-".contains(c)
}

fn is_iam_name(text: &str) -> bool {
    text.chars().all(is_iam_character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespace_follows_the_dns_label_rule() {
        for good in ["default", "a", "team-1", &"x".repeat(63)] {
            assert!(good.parse::<Namespace>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "Default",
            "-a",
            "a-",
            "a.b",
            "tenant-*",
            &"x".repeat(64),
        ] {
            assert!(bad.parse::<Namespace>().is_err(), "{bad}");
        }
    }

    #[test]
    fn service_account_name_may_hold_dots_between_labels() {
        assert!("builder.v1".parse::<ServiceAccountName>().is_ok());
        assert!("builder..v1".parse::<ServiceAccountName>().is_err());
    }

    #[test]
    fn association_id_is_nineteen_characters() {
        assert!("a-kyevsbqhrnchy79jw".parse::<AssociationId>().is_ok());
        assert!("a-kyevsbqhrnchy79j".parse::<AssociationId>().is_err());
        assert!("b-kyevsbqhrnchy79jw".parse::<AssociationId>().is_err());
    }

    #[test]
    fn error_names_the_value_and_the_rule() {
        let error = "11122223333".parse::<AccountId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`11122223333` is not an AWS account id: it must be exactly 12 digits"
        );
    }

    #[test]
    fn policy_versions_order_by_their_number() {
        let nine: PolicyVersionId = "v9".parse().unwrap();
        let ten: PolicyVersionId = "v10".parse().unwrap();
        assert!(nine.number() < ten.number());
    }
}
