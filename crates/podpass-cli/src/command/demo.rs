//! `podpass demo`: the AWS page's own workflow on a mock in this process.

use std::io::{self, Write};

use clap::Parser;
use podpass::Run;
use podpass_aws::World;
use podpass_mock::MockServer;
use tempfile::NamedTempFile;

use super::Verb;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::manifest_file::ManifestFile;
use crate::output::{Console, style};
use crate::session::Session;

const MANIFEST_NAME: &str = "examples/aws-user-guide.yaml";
const MANIFEST: &str = include_str!("../../examples/aws-user-guide.yaml");

/// What the page works on.
const CLUSTER: &str = "my-cluster";
const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-west-2";

/// The same ids on every run.
const SEED: u64 = 1;

/// What a user would type, with the exit status to expect and what it means.
const SCRIPT: [(&str, ExitCode, &str); 4] = [
    (
        "podpass plan --file examples/aws-user-guide.yaml",
        ExitCode::Changes,
        "there is something to do",
    ),
    (
        "podpass apply --yes --file examples/aws-user-guide.yaml",
        ExitCode::Success,
        "all of it is done",
    ),
    (
        "podpass verify --file examples/aws-user-guide.yaml",
        ExitCode::Success,
        "pods get credentials; the warning deserves a look",
    ),
    (
        "podpass plan --file examples/aws-user-guide.yaml",
        ExitCode::Success,
        "nothing is left to do",
    ),
];

/// A line of the script, as it is parsed.
#[derive(Parser)]
struct Typed {
    #[command(subcommand)]
    verb: Verb,
}

/// Starts the mock and runs the script against it.
pub(super) async fn run(console: &mut Console) -> Result<ExitCode, CliError> {
    let server = MockServer::builder()
        .region(REGION)
        .cluster(CLUSTER)
        .seed(SEED)
        .start()
        .await?;
    let kubeconfig = kubeconfig(&server).map_err(CliError::Demo)?;
    let region = REGION
        .parse()
        .map_err(|error| CliError::Demo(io::Error::other(error)))?;
    let world = World::builder()
        .region(region)
        .endpoint_url(server.uri())
        .credentials("test", "test", None)
        .kubeconfig(kubeconfig.path())
        .build()
        .await?;
    let session = Session {
        manifest: ManifestFile::parse(MANIFEST_NAME.to_owned(), MANIFEST.to_owned())?,
        // One step after another, so that every run tells the same.
        run: Run::new(world).with_concurrency(1),
    };

    let faint = style::FAINT;
    console.line(format_args!(
        "{faint}# An EKS cluster, {CLUSTER}, in account {ACCOUNT} and region {REGION}: a mock in this process.{faint:#}\n"
    ))?;
    prompt(console, &format!("cat {MANIFEST_NAME}"))?;
    console.line(MANIFEST)?;
    for (line, expected, meaning) in SCRIPT {
        prompt(console, line)?;
        let typed = Typed::try_parse_from(line.split(' '))
            .map_err(|error| CliError::Demo(io::Error::other(error)))?;
        let code = typed.verb.perform(&session, console).await?;
        let number = u8::from(code);
        console.line(format_args!(
            "{faint}# exit status {number}: {meaning}{faint:#}\n"
        ))?;
        if code != expected {
            return Ok(ExitCode::Failure);
        }
    }
    server.shutdown().await;
    Ok(ExitCode::Success)
}

fn prompt(console: &mut Console, line: &str) -> Result<(), CliError> {
    let strong = style::STRONG;
    console.line(format_args!("{strong}$ {line}{strong:#}"))
}

fn kubeconfig(server: &MockServer) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(server.kubeconfig().as_bytes())?;
    Ok(file)
}
