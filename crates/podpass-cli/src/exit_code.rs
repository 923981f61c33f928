//! How the process ends.

/// The exit status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// 0: done; for `plan`: there is nothing to do.
    Success,
    /// 1: an error, wrong usage included; for `verify` also a finding of severity error,
    /// for `policy check` as well, for `can-i` a no, and for `explain` a broken link.
    Failure,
    /// 2, for `plan` only: there is something to do.
    Changes,
    /// For `pod run` only: what the program answered.
    Program(u8),
}

impl From<ExitCode> for u8 {
    fn from(code: ExitCode) -> Self {
        match code {
            ExitCode::Success => 0,
            ExitCode::Failure => 1,
            ExitCode::Changes => 2,
            ExitCode::Program(status) => status,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(u8::from(code))
    }
}
