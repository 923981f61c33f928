//! Account ids and regions: where in the state a request belongs.

use std::fmt;
use std::str::FromStr;

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
        let half = number.checked_sub(1 << 39)?;
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
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The partition that a region lies in, which every ARN names.
pub(crate) fn partition(region: &str) -> &'static str {
    match region {
        r if r.starts_with("cn-") => "aws-cn",
        r if r.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Whether a text has the form of a region; others never become keys of the state.
pub(crate) fn is_region(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
