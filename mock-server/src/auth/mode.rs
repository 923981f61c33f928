//! How strictly a server asks who calls it and what the caller may do.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// What a server does about signatures and permissions.
///
/// ```
/// use podpass_mock::Auth;
///
/// assert_eq!("enforce".parse(), Ok(Auth::Enforce));
/// assert_eq!(Auth::default().to_string(), "off");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// Any credentials do, and all callers may do everything.
    #[default]
    Off,
    /// Every call is checked as with [`Auth::Enforce`], but none is refused: the ledger tells which ones
    /// would have been, and why.
    Simulate,
    /// Signatures have to be right, and callers may do what their policies allow.
    Enforce,
}

/// The text names no mode.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a mode of authorization: off, simulate and enforce are")]
pub struct UnknownAuth(String);

impl Auth {
    const ALL: [(&'static str, Self); 3] = [
        ("off", Self::Off),
        ("simulate", Self::Simulate),
        ("enforce", Self::Enforce),
    ];
}

impl FromStr for Auth {
    type Err = UnknownAuth;

    fn from_str(text: &str) -> Result<Self, UnknownAuth> {
        let found = Self::ALL.into_iter().find(|(name, _)| *name == text);
        found
            .map(|(_, mode)| mode)
            .ok_or_else(|| UnknownAuth(text.to_owned()))
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::ALL.into_iter().find(|(_, mode)| mode == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}
