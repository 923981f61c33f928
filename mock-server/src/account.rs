//! Account ids and regions: where in the state a request belongs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::id;

/// A twelve-digit AWS account id.
///
/// ```
/// use podpass_mock::AccountId;
///
/// let account: AccountId = "000122223333".parse()?;
/// assert_eq!(account.to_string(), "000122223333");
/// assert!("12".parse::<AccountId>().is_err());
/// # Ok::<(), podpass_mock::InvalidAccountId>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(u64);

/// The text is not twelve digits.
#[derive(Debug, Error)]
#[error("`{0}` is not an account id: twelve digits are needed")]
pub struct InvalidAccountId(String);

impl AccountId {
    /// The account of AWS's own examples, which is the default.
    pub const EXAMPLE: Self = Self(111_122_223_333);

    pub(crate) fn number(self) -> u64 {
        self.0
    }

    /// The account that an IAM unique id or access key id tells; see [`Ids::unique`](crate::id::Ids::unique).
    pub(crate) fn of_unique_id(id: &str) -> Option<Self> {
        let mut digits = id.bytes().skip(4).map(id::base32_value);
        let mut number = 0;
        for _ in 0..8 {
            number = number * 32 + digits.next()??;
        }
        // The highest bit is no part of the account; older ids, such as AWS's examples, do not set it.
        let half = number % (1 << 39);
        let odd = digits.next()?? / 16;
        Some(Self(half * 2 + odd)).filter(|account| account.0 < 1_000_000_000_000)
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidAccountId(text.to_owned());
        let digits = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .map(Self)
            .ok_or_else(invalid)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written into every ARN: by digits, which is quicker than by a format.
        let (mut digits, mut rest) = ([b'0'; 12], self.0);
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        f.pad(std::str::from_utf8(&digits).unwrap_or_default())
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A part of AWS that shares no account with the others (botocore's `partitions.json`).
#[derive(Debug)]
pub(crate) struct Partition {
    /// As every ARN names it, such as `aws-cn`.
    pub(crate) name: &'static str,
    /// What the names of its regions begin with.
    regions: &'static str,
    /// What the names of its hosts end with.
    pub(crate) dns_suffix: &'static str,
}

const fn partition(
    name: &'static str,
    regions: &'static str,
    dns_suffix: &'static str,
) -> Partition {
    Partition {
        name,
        regions,
        dns_suffix,
    }
}

impl Partition {
    /// Every partition; the last one takes the regions that no other does.
    pub(crate) const ALL: [Self; 8] = [
        partition("aws-cn", "cn-", "amazonaws.com.cn"),
        partition("aws-us-gov", "us-gov-", "amazonaws.com"),
        partition("aws-iso", "us-iso-", "c2s.ic.gov"),
        partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov"),
        partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk"),
        partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov"),
        partition("aws-eusc", "eusc-", "amazonaws.eu"),
        Self::COMMERCIAL,
    ];

    const COMMERCIAL: Self = partition("aws", "", "amazonaws.com");

    /// The partition that a region lies in.
    pub(crate) fn of_region(region: &str) -> &'static Self {
        const ALL: &[Partition] = &Partition::ALL;
        // Asked several times for each request: the first bytes decide, without a call of memcmp.
        let begins = |with: &str| {
            let mut bytes = region.bytes();
            with.bytes().all(|byte| bytes.next() == Some(byte))
        };
        let found = ALL.iter().find(|one| begins(one.regions));
        found.unwrap_or(&Self::COMMERCIAL)
    }
}

/// Whether a text has the form of a region; others never become keys of the state.
pub(crate) fn is_region(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_tells_its_partition() {
        for (region, partition) in [
            ("us-west-2", "aws"),
            ("eu-central-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            assert_eq!(Partition::of_region(region).name, partition, "{region}");
        }
    }
}
