//! How the process ends.

/// The exit status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done; for `plan`: there is nothing to do.
    Success = 0,
    /// An error, wrong usage included; for `verify` also a finding of severity error,
    /// for `policy check` as well, and for `can-i` a no.
    Failure = 1,
    /// For `plan` only: there is something to do.
    Changes = 2,
}

impl From<ExitCode> for u8 {
    fn from(code: ExitCode) -> Self {
        code as Self
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(u8::from(code))
    }
}
