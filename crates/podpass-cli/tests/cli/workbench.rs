//! A mock, a directory with the manifest, and the program to run in it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use podpass::port::World as _;
use podpass::{AccountId, ClusterId};
use podpass_aws::{Kubernetes, World};
use podpass_mock::{MockServer, MockServerBuilder};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The manifest of the AWS page.
pub(crate) const MANIFEST: &str = include_str!("../../examples/aws-user-guide.yaml");

/// Everything that a test of the command line needs.
pub(crate) struct Workbench {
    runtime: Runtime,
    server: MockServer,
    directory: TempDir,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Workbench {
    /// With the page's manifest as `podpass.yaml`, its cluster, and a kubeconfig that leads there.
    pub(crate) fn new() -> Self {
        Self::on(MockServer::builder())
    }

    /// The same on a mock with other settings.
    pub(crate) fn on(mock: MockServerBuilder) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime
            .block_on(mock.cluster("my-cluster").start())
            .unwrap();
        let bench = Self {
            runtime,
            directory: TempDir::new().unwrap(),
            server,
        };
        bench.write("podpass.yaml", MANIFEST);
        bench.write("kubeconfig", &bench.server.kubeconfig());
        bench
    }

    /// Writes a file into the directory that commands run in.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// A file in that directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The mock.
    pub(crate) fn server(&self) -> &MockServer {
        &self.server
    }

    /// What the mock runs on.
    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The mock's account.
    pub(crate) fn account(&self) -> AccountId {
        "111122223333".parse().unwrap()
    }

    /// The mock, as the engine sees it.
    pub(crate) async fn world(&self) -> World {
        World::builder()
            .endpoint_url(self.server.uri())
            .credentials("test", "test", None)
            .region("us-west-2".parse().unwrap())
            .kubeconfig(self.path("kubeconfig"))
            .build()
            .await
            .unwrap()
    }

    /// Its cluster.
    pub(crate) fn kubernetes(&self) -> Kubernetes {
        let cluster = ClusterId {
            account: self.account(),
            region: "us-west-2".parse().unwrap(),
            name: "my-cluster".parse().unwrap(),
        };
        self.runtime
            .block_on(async { self.world().await.kubernetes(&cluster).await.unwrap() })
    }

    /// The program with the mock's environment and no other.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_podpass"));
        command
            .args(arguments.split_whitespace())
            .env_clear()
            .envs(self.server.env())
            .env("HOME", self.directory.path())
            .env("KUBECONFIG", self.path("kubeconfig"))
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &str) -> Answer {
        answer(self.command(arguments).output().unwrap())
    }
}

/// What a process answered.
pub(crate) fn answer(output: Output) -> Answer {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Answer {
        status: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// The answer as one text, for snapshots.
impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "exit status {}\n----- stdout\n{}----- stderr\n{}",
            self.status, self.stdout, self.stderr
        )
    }
}

/// Compares an answer with its snapshot; what differs between equal runs is replaced first.
#[macro_export]
macro_rules! assert_answer {
    ($answer:expr) => {
        insta::with_settings!({
            filters => [
                (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
                (r"\ba-[a-z0-9]{17}\b", "a-[ID]"),
                (r"\(request id [^)]+\)", "(request id [ID])"),
                (r"\(os error \d+\)", "(os error [N])"),
                (r"/\S+/kubeconfig", "[DIRECTORY]/kubeconfig"),
                (r"eks-my-cluster-podpass-[0-9a-z-]+", "eks-my-cluster-podpass-[SESSION]"),
                (r"\bpodpass-[a-z0-9]{5}\b", "podpass-[ID]"),
                (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "[TIME]"),
            ],
            omit_expression => true,
        }, { insta::assert_snapshot!($answer) })
    };
}
