//! Running a program in place of this one: signals go on to it, and its exit status comes back.

use std::ffi::OsString;
use std::io;
use std::process::ExitStatus;

use podpass::PodEnvironment;
use tokio::process::Command;

/// The exit statuses that shells have for a program that cannot be started.
const NOT_EXECUTABLE: u8 = 126;
const NOT_FOUND: u8 = 127;
/// A program that a signal ended has this much more than the signal's number.
#[cfg(unix)]
const SIGNALLED: i32 = 128;

/// A program and its arguments.
#[derive(Debug)]
pub(crate) struct Program {
    words: Vec<OsString>,
}

impl Program {
    /// Of what was typed.
    pub(crate) fn new(words: Vec<OsString>) -> Self {
        Self { words }
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        let name = self.words.first();
        name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Runs it to its end, and answers its exit status.
    pub(crate) async fn run(
        &self,
        environment: &PodEnvironment,
        signals: &mut Signals,
    ) -> io::Result<u8> {
        let mut words = self.words.iter();
        let mut command = Command::new(words.next().map_or("".as_ref(), OsString::as_os_str));
        command.args(words);
        for name in &environment.removed {
            command.env_remove(name);
        }
        let mut child = command.envs(&environment.set).spawn()?;
        loop {
            tokio::select! {
                ended = child.wait() => return ended.map(status),
                signal = signals.next() => signal.forward(&child),
            }
        }
    }
}

/// The exit status that shells have for a program that did not start.
pub(crate) fn status_of_failure(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::NotFound => NOT_FOUND,
        _ => NOT_EXECUTABLE,
    }
}

fn status(ended: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signalled = std::os::unix::process::ExitStatusExt::signal(&ended).map(|it| SIGNALLED + it);
    #[cfg(not(unix))]
    let signalled = None;
    let code = ended.code().or(signalled);
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX)
}

#[cfg(unix)]
pub(crate) use unix::Signals;

#[cfg(unix)]
mod unix {
    use std::io::{self, IsTerminal};

    use rustix::process::{Pid, kill_process};
    use tokio::process::Child;
    use tokio::signal::unix::{SignalKind, signal};
    use tokio::sync::mpsc;

    use super::SIGNALLED;

    /// The signals that go on to the program.
    const FORWARDED: [rustix::process::Signal; 6] = [
        rustix::process::Signal::HUP,
        rustix::process::Signal::INT,
        rustix::process::Signal::QUIT,
        rustix::process::Signal::TERM,
        rustix::process::Signal::USR1,
        rustix::process::Signal::USR2,
    ];

    /// The signals that this process gets from now on; none of them ends it any more.
    #[derive(Debug)]
    pub(crate) struct Signals(mpsc::UnboundedReceiver<Signal>);

    /// One of them.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Signal(rustix::process::Signal);

    impl Signals {
        /// Begins to listen.
        pub(crate) fn listen() -> io::Result<Self> {
            let (sender, receiver) = mpsc::unbounded_channel();
            for kind in FORWARDED {
                let mut stream = signal(SignalKind::from_raw(kind.as_raw()))?;
                let sender = sender.clone();
                tokio::spawn(async move {
                    while stream.recv().await.is_some() && sender.send(Signal(kind)).is_ok() {}
                });
            }
            Ok(Self(receiver))
        }

        /// The next one.
        pub(crate) async fn next(&mut self) -> Signal {
            match self.0.recv().await {
                Some(signal) => signal,
                None => std::future::pending().await,
            }
        }
    }

    impl Signal {
        /// The exit status of a program that this signal ends.
        pub(crate) fn status(self) -> u8 {
            u8::try_from(SIGNALLED + self.0.as_raw()).unwrap_or(u8::MAX)
        }

        /// Sends it on. What is typed on a terminal goes to the program by itself.
        pub(super) fn forward(self, child: &Child) {
            use rustix::process::Signal;
            let is_typed = matches!(self.0, Signal::INT | Signal::QUIT);
            if is_typed && io::stdin().is_terminal() {
                return;
            }
            let pid = child.id().and_then(|id| i32::try_from(id).ok());
            if let Some(pid) = pid.and_then(Pid::from_raw) {
                // A program that has just ended gets no signal any more.
                _ = kill_process(pid, self.0);
            }
        }
    }
}

#[cfg(not(unix))]
pub(crate) use other::Signals;

#[cfg(not(unix))]
mod other {
    use std::io;

    use tokio::process::Child;

    /// Ctrl-C, which does not end this process any more.
    #[derive(Debug)]
    pub(crate) struct Signals;

    /// Ctrl-C: the program gets it by itself.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Signal;

    impl Signals {
        pub(crate) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) async fn next(&mut self) -> Signal {
            match tokio::signal::ctrl_c().await {
                Ok(()) => Signal,
                Err(_) => std::future::pending().await,
            }
        }
    }

    impl Signal {
        pub(crate) fn status(self) -> u8 {
            u8::MAX
        }

        pub(super) fn forward(self, _: &Child) {}
    }
}
