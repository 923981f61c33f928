//! Amazon Resource Names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The longest ARN that IAM and STS accept, in bytes.
pub const MAX_ARN_LENGTH: usize = 2048;

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
///
/// Region and account may be empty; the resource may hold further colons.
///
/// ```
/// use podpass_policy::Arn;
///
/// let role: Arn = "arn:aws:iam::111122223333:role/apps/my-role".parse()?;
/// assert_eq!(role.service(), "iam");
/// assert_eq!(role.account(), "111122223333");
/// assert_eq!(role.resource(), "role/apps/my-role");
/// assert_eq!(role.resource_type(), "role");
/// assert_eq!(role.resource_name(), "my-role");
/// # Ok::<(), podpass_policy::ArnError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    text: Box<str>,
    /// Offsets of the second to the fifth colon.
    colons: [u16; 4],
}

/// Why a text is not an ARN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    /// The text does not begin with `arn:`.
    #[error("`{0}` does not start with `arn:`")]
    NoPrefix(String),
    /// Fewer than six fields, or an empty partition, service or resource.
    #[error(
        "`{0}` lacks a field of `arn:partition:service:region:account:resource` that must not be empty"
    )]
    MissingField(String),
    /// The text is longer than [`MAX_ARN_LENGTH`].
    #[error("an ARN has at most {MAX_ARN_LENGTH} bytes, this one has {0}")]
    TooLong(usize),
}

impl Arn {
    fn field(&self, index: usize) -> &str {
        let start = match index {
            0 => 3,
            later => usize::from(self.colons[later - 1]),
        };
        let end = self
            .colons
            .get(index)
            .map_or(self.text.len(), |end| usize::from(*end));
        &self.text[start + 1..end]
    }

    /// The whole ARN as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `aws`, `aws-cn`, `aws-us-gov` and so on.
    pub fn partition(&self) -> &str {
        self.field(0)
    }

    /// The service's namespace, such as `iam` or `eks`.
    pub fn service(&self) -> &str {
        self.field(1)
    }

    /// The region; empty for global resources.
    pub fn region(&self) -> &str {
        self.field(2)
    }

    /// The account that owns the resource; empty for some (buckets), `aws` for AWS's own policies.
    pub fn account(&self) -> &str {
        self.field(3)
    }

    /// All that follows the fifth colon.
    pub fn resource(&self) -> &str {
        self.field(4)
    }

    /// The resource up to its first `/` or `:`, such as `role`.
    pub fn resource_type(&self) -> &str {
        let resource = self.resource();
        resource
            .split_once(['/', ':'])
            .map_or(resource, |(kind, _)| kind)
    }

    /// The resource after its last `/`: a role's name without its path.
    pub fn resource_name(&self) -> &str {
        let resource = self.resource();
        resource.rsplit_once('/').map_or(resource, |(_, name)| name)
    }

    /// Whether this is the ARN of an IAM role.
    pub fn is_role(&self) -> bool {
        self.service() == "iam" && self.resource().starts_with("role/")
    }
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        if text.len() > MAX_ARN_LENGTH {
            return Err(ArnError::TooLong(text.len()));
        }
        if !text.starts_with("arn:") {
            return Err(ArnError::NoPrefix(text.to_owned()));
        }
        let missing = || ArnError::MissingField(text.to_owned());
        let mut colons = [0_u16; 4];
        let mut found = text.bytes().enumerate().skip(4).filter(|(_, b)| *b == b':');
        for colon in &mut colons {
            let (offset, _) = found.next().ok_or_else(missing)?;
            *colon = u16::try_from(offset).map_err(|_| missing())?;
        }
        let arn = Self {
            text: text.into(),
            colons,
        };
        if arn.partition().is_empty() || arn.service().is_empty() || arn.resource().is_empty() {
            return Err(missing());
        }
        Ok(arn)
    }
}

impl TryFrom<String> for Arn {
    type Error = ArnError;

    fn try_from(text: String) -> Result<Self, ArnError> {
        text.parse()
    }
}

impl AsRef<str> for Arn {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl Serialize for Arn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Arn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_may_be_empty_where_aws_leaves_them_empty() {
        let bucket: Arn = "arn:aws:s3:::bucket/a:b".parse().unwrap();
        assert_eq!((bucket.region(), bucket.account()), ("", ""));
        assert_eq!(bucket.resource(), "bucket/a:b");
    }

    #[test]
    fn an_arn_without_resource_is_refused() {
        assert!("arn:aws:s3:::".parse::<Arn>().is_err());
        assert!("arn:aws:iam::111122223333".parse::<Arn>().is_err());
        assert!("role/my-role".parse::<Arn>().is_err());
    }
}
