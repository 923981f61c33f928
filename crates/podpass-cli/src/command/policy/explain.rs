//! `podpass policy explain`.

use std::path::{Path, PathBuf};

use clap::Args;
use podpass_policy::{
    AssumeRole, CompiledPolicy, DocumentKind, Layers, PolicySet, Principal, Request,
};
use serde::Deserialize;
use serde_json::Value;

use crate::args::OutputArgs;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{Console, Explained, ExplainedView, Format};
use crate::policy_file::PolicyFile;
use crate::request_args::{self, ContextArgs};

/// What can be typed after `podpass policy explain`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status: 0 when the decision is explained, whatever it is; 1 for errors.

A case is an object with `policies` (by layer: `identity`, `session`, `trust`, `resource`, `boundary`, \
`serviceControl`, `resourceControl`) and a `request` (`principal`, `action`, `resource`, `context`) or an \
`assumeRole`; a file holds one case, or many as `cases`. The test vectors of the policy language are such files.

The answer as json or yaml: `explanations`, each with `principal`, `action`, `resource`, `decision` (`outcome`, \
`layer`, `matched`, `missingKeys`, AWS's own `message`), `reasons` (as data) and `sentences` (the same in words).")]
pub(crate) struct ExplainArgs {
    /// A file of cases, in JSON; `-` reads standard input
    #[arg(value_name = "CASES", conflicts_with_all = ["principal", "action", "identity", "session", "trust", "resource", "boundary"])]
    cases: Option<PathBuf>,

    /// Who asks: an ARN, a service such as `pods.eks.amazonaws.com`, or `*`. A role stands for a session of it
    #[arg(long, value_name = "PRINCIPAL", required_unless_present = "cases", value_parser = request_args::principal)]
    principal: Option<Principal>,

    /// What for, such as `s3:GetObject`
    #[arg(long, value_name = "ACTION", required_unless_present = "cases", value_parser = request_args::action)]
    action: Option<String>,

    /// On what: an ARN, or `*` for actions without a resource
    #[arg(long, value_name = "ARN", default_value = "*", value_parser = request_args::resource)]
    resource_arn: String,

    #[command(flatten)]
    context: ContextArgs,

    /// Policies of the principal, managed or inline
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "Policies")]
    identity: Vec<PathBuf>,

    /// Policies given when the session began
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "Policies")]
    session: Vec<PathBuf>,

    /// The trust policy of the role that the request is about
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    trust: Option<PathBuf>,

    /// The policy of the resource, when it is no role
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "trust",
        help_heading = "Policies"
    )]
    resource: Option<PathBuf>,

    /// The principal's permissions boundary
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    boundary: Option<PathBuf>,

    #[command(flatten)]
    output: OutputArgs,
}

/// Decides and tells why.
pub(super) fn run(args: &ExplainArgs, console: &mut Console) -> Result<ExitCode, CliError> {
    let explanations = match (&args.cases, &args.principal, &args.action) {
        (Some(path), ..) => of_cases(path)?,
        (None, Some(principal), Some(action)) => {
            let mut request = Request::new(principal.clone(), action, &args.resource_arn);
            for (key, value) in args.context.to_context().iter() {
                request.context.set(key, value.clone());
            }
            vec![of_files(args, &request)?]
        }
        // clap demands both where there is no file of cases.
        (None, ..) => Vec::new(),
    };
    let view = ExplainedView { explanations };
    match args.output.output {
        Format::Table => console.line(view)?,
        format => console.data(format, &view)?,
    }
    Ok(ExitCode::Success)
}

fn of_files(args: &ExplainArgs, request: &Request) -> Result<Explained, CliError> {
    let all = |paths: &[PathBuf], kind| {
        let compiled = paths
            .iter()
            .map(|path| PolicyFile::read(path)?.compile(kind));
        compiled.collect::<Result<Vec<CompiledPolicy>, CliError>>()
    };
    let one = |path: &Option<PathBuf>, kind| all(path.as_slice(), kind);
    let identity = all(&args.identity, DocumentKind::ManagedIdentity)?;
    let session = all(&args.session, DocumentKind::Session)?;
    let trust = one(&args.trust, DocumentKind::Trust)?;
    let resource = one(&args.resource, DocumentKind::Resource)?;
    let boundary = one(&args.boundary, DocumentKind::Boundary)?;

    let mut layers = identity.iter().fold(Layers::new(), Layers::identity);
    layers = session.iter().fold(layers, Layers::session);
    layers = trust.iter().fold(layers, Layers::trust);
    layers = resource.iter().fold(layers, Layers::resource);
    layers = boundary.iter().fold(layers, Layers::boundary);
    Ok(Explained::of_request(request, layers.explain(request)))
}

/// A case as the test vectors have it; what they expect is of no matter here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    #[serde(default)]
    description: String,
    #[serde(default)]
    policies: PolicySet,
    #[serde(flatten)]
    question: Question,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Question {
    Request(Request),
    AssumeRole(AssumeRole),
}

fn of_cases(path: &Path) -> Result<Vec<Explained>, CliError> {
    let file = PolicyFile::read(path)?;
    let refuse = |source| CliError::Cases {
        name: file.name.clone(),
        source,
    };
    let mut value: Value = serde_json::from_str(&file.text).map_err(refuse)?;
    let cases = match value.get_mut("cases").map(Value::take) {
        Some(Value::Array(cases)) => cases,
        _ => vec![value],
    };
    let explain = |case: Value| serde_json::from_value::<Case>(case).map(explain);
    cases
        .into_iter()
        .map(|case| explain(case).map_err(refuse))
        .collect()
}

fn explain(case: Case) -> Explained {
    let policies = case.policies.compile();
    let layers = policies.layers();
    let explained = match &case.question {
        Question::Request(request) => Explained::of_request(request, layers.explain(request)),
        Question::AssumeRole(call) => Explained::of_call(call, call.explain(&layers)),
    };
    explained.described(case.description)
}
