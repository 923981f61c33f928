//! The two ARNs that the engine takes apart: roles and managed policies.
//!
//! Everything else (cluster and association ARNs) is handed on as AWS wrote it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, IamPath, InvalidName, PolicyName, RoleName};

/// An AWS partition: `aws`, `aws-cn`, `aws-us-gov`, …
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Partition(String);

impl Partition {
    /// The text as it stands in ARNs.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Partition {
    fn default() -> Self {
        Self("aws".to_owned())
    }
}

impl FromStr for Partition {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let suffix = text.strip_prefix("aws");
        let known = suffix.is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with('-')
                    && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        });
        if known {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidName::new(
                text,
                "an AWS partition",
                "it looks like `aws` or `aws-cn`",
            ))
        }
    }
}

impl TryFrom<String> for Partition {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<Partition> for String {
    fn from(partition: Partition) -> String {
        partition.0
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares an IAM ARN `arn:PARTITION:iam::ACCOUNT:KIND{path}{name}`.
macro_rules! iam_arn {
    ($(#[$meta:meta])* $arn:ident, $owner:ty, $name:ty, $kind:literal, $what:literal, $rule:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $arn {
            partition: Partition,
            owner: $owner,
            path: IamPath,
            name: $name,
        }

        impl $arn {
            /// The ARN that IAM gives to this name and path in `account`.
            pub fn new(partition: Partition, account: &AccountId, path: IamPath, name: $name) -> Self {
                Self { partition, owner: account.clone().into(), path, name }
            }

            /// The partition, `aws` for most.
            pub fn partition(&self) -> &Partition {
                &self.partition
            }

            /// The path, `/` for most.
            pub fn path(&self) -> &IamPath {
                &self.path
            }

            /// The name, without the path.
            pub fn name(&self) -> &$name {
                &self.name
            }
        }

        impl FromStr for $arn {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                let invalid = || InvalidName::new(text, $what, $rule);
                let mut fields = text.splitn(6, ':');
                let mut next = || fields.next().ok_or_else(invalid);
                let (arn, partition, service, region) = (next()?, next()?, next()?, next()?);
                let (owner, resource) = (next()?, next()?);
                let full_path = resource
                    .strip_prefix($kind)
                    .filter(|rest| rest.starts_with('/'))
                    .ok_or_else(invalid)?;
                let cut = full_path.rfind('/').map_or(0, |slash| slash + 1);
                if arn != "arn" || service != "iam" || !region.is_empty() {
                    return Err(invalid());
                }
                Ok(Self {
                    partition: partition.parse().map_err(|_| invalid())?,
                    owner: owner.parse().map_err(|_| invalid())?,
                    path: full_path[..cut].parse().map_err(|_| invalid())?,
                    name: full_path[cut..].parse().map_err(|_| invalid())?,
                })
            }
        }

        impl TryFrom<String> for $arn {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl From<$arn> for String {
            fn from(arn: $arn) -> String {
                arn.to_string()
            }
        }

        impl fmt::Display for $arn {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Self { partition, owner, path, name } = self;
                write!(f, "arn:{partition}:iam::{owner}:{}{path}{name}", $kind)
            }
        }

        impl fmt::Debug for $arn {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "\"{self}\"")
            }
        }
    };
}

/// Who owns a managed policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum PolicyOwner {
    Aws,
    Account(AccountId),
}

impl From<AccountId> for PolicyOwner {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}

impl FromStr for PolicyOwner {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match text {
            "aws" => Ok(Self::Aws),
            account => account.parse().map(Self::Account),
        }
    }
}

impl fmt::Display for PolicyOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws => f.write_str("aws"),
            Self::Account(account) => account.fmt(f),
        }
    }
}

iam_arn! {
    /// The ARN of an IAM role.
    ///
    /// ```
    /// let arn: podpass::RoleArn = "arn:aws:iam::111122223333:role/my-role".parse()?;
    /// assert_eq!(arn.name().as_str(), "my-role");
    /// assert_eq!(arn.path().as_str(), "/");
    /// # Ok::<(), podpass::InvalidName>(())
    /// ```
    RoleArn, AccountId, RoleName, "role", "the ARN of an IAM role",
    "it looks like `arn:aws:iam::111122223333:role/my-role`"
}

iam_arn! {
    /// The ARN of a managed policy, either the account's own or one of AWS's (`arn:aws:iam::aws:policy/…`).
    PolicyArn, PolicyOwner, PolicyName, "policy", "the ARN of a managed policy",
    "it looks like `arn:aws:iam::111122223333:policy/my-policy`"
}

impl RoleArn {
    /// The account that the role lives in.
    pub fn account(&self) -> &AccountId {
        &self.owner
    }
}

impl PolicyArn {
    /// The account that owns the policy; `None` for those that AWS manages, which no account can
    /// change.
    pub fn account(&self) -> Option<&AccountId> {
        match &self.owner {
            PolicyOwner::Aws => None,
            PolicyOwner::Account(account) => Some(account),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_name_are_told_apart() {
        let arn: RoleArn = "arn:aws-cn:iam::111122223333:role/a/b/c".parse().unwrap();
        assert_eq!((arn.path().as_str(), arn.name().as_str()), ("/a/b/", "c"));
        assert_eq!(arn.to_string(), "arn:aws-cn:iam::111122223333:role/a/b/c");
    }

    #[test]
    fn aws_managed_policies_have_no_account() {
        let arn: PolicyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
            .parse()
            .unwrap();
        assert_eq!(arn.account(), None);
    }

    #[test]
    fn what_is_not_a_role_is_refused() {
        for bad in [
            "",
            "my-role",
            "arn:aws:iam::111122223333:user/me",
            "arn:aws:iam::111122223333:role",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:iam:us-west-2:111122223333:role/x",
            "arn:aws:iam::aws:role/x",
        ] {
            assert!(bad.parse::<RoleArn>().is_err(), "{bad}");
        }
    }
}
