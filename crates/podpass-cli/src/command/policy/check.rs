//! `podpass policy check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use podpass_policy::{Clause, DocumentKind, LintOptions, PolicyDocument, lint, validate};

use crate::args::OutputArgs;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::output::{CheckedFile, CheckedView, Console, Format};
use crate::policy_file::PolicyFile;

/// What can be typed after `podpass policy check`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status: 0 when nothing worse than a warning is found, 1 when a finding is an error, and for errors.

Findings stand at FILE:LINE:COLUMN. IAM's own refusals have the code `malformed-policy-document` and IAM's words.

The answer as json or yaml: `ok`, `totals` (`errors`, `warnings`, `notes`), `files` (each with its `file`, `kind` and \
`findings`, each with `code`, `severity`, `line`, `column`, `path`, `message` and perhaps a `remedy`).")]
pub(crate) struct CheckArgs {
    /// The documents, in JSON; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// What the documents are used as [default: `identity`; for one that names principals `trust` or `resource`,
    /// by its actions]
    #[arg(long, value_name = "KIND", value_enum)]
    kind: Option<Kind>,

    /// For trust policies: the associations that use the role disable session tags
    #[arg(long)]
    disable_session_tags: bool,

    #[command(flatten)]
    output: OutputArgs,
}

/// What a document is used as.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// A managed policy of a role, user or group
    Identity,
    /// A policy inside a role, user or group
    Inline,
    /// A role's trust policy
    Trust,
    /// A session policy, such as an association's
    Session,
    /// A permissions boundary
    Boundary,
    /// The policy of a resource, such as a bucket's
    Resource,
}

impl From<Kind> for DocumentKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Identity => Self::ManagedIdentity,
            Kind::Inline => Self::InlineIdentity,
            Kind::Trust => Self::Trust,
            Kind::Session => Self::Session,
            Kind::Boundary => Self::Boundary,
            Kind::Resource => Self::Resource,
        }
    }
}

/// Checks every file and tells what was found.
pub(super) fn run(args: &CheckArgs, console: &mut Console) -> Result<ExitCode, CliError> {
    let files = args.files.iter().map(|path| {
        let file = PolicyFile::read(path)?;
        Ok(check(args, file))
    });
    let view = CheckedView::new(files.collect::<Result<_, CliError>>()?);
    match args.output.output {
        Format::Table => console.line(&view)?,
        format => console.data(format, &view)?,
    }
    Ok(if view.is_ok() {
        ExitCode::Success
    } else {
        ExitCode::Failure
    })
}

fn check(args: &CheckArgs, file: PolicyFile) -> CheckedFile {
    let parsed = PolicyDocument::parse(&file.text);
    let kind = match (args.kind, &parsed) {
        (Some(kind), _) => kind.into(),
        (None, Ok(document)) => guess(document),
        (None, Err(_)) => DocumentKind::ManagedIdentity,
    };
    let refusal = validate(&file.text, kind).err();
    let mut checked = CheckedFile::new(file.name, kind);
    match parsed {
        Ok(document) => {
            let options = LintOptions {
                disable_session_tags: args.disable_session_tags,
                ..LintOptions::default()
            };
            checked.refused(refusal, None);
            checked.linted(lint(&document, kind, &options));
        }
        Err(error) => checked.refused(refusal, Some(error)),
    }
    checked
}

/// What a document is probably used as: those that name principals and no resource are trust policies.
fn guess(document: &PolicyDocument) -> DocumentKind {
    let statements = &document.statements;
    let is_trust = |action: &Clause<Vec<String>>| {
        let mut actions = action.listed().iter();
        actions.all(|action| action.to_ascii_lowercase().starts_with("sts:"))
    };
    if !statements
        .iter()
        .any(|statement| statement.principal.is_some())
    {
        DocumentKind::ManagedIdentity
    } else if statements.iter().all(|statement| {
        statement.resource.is_none() || statement.action.as_ref().is_some_and(is_trust)
    }) {
        DocumentKind::Trust
    } else {
        DocumentKind::Resource
    }
}
