//! Policies in files.

use std::path::Path;

use podpass_policy::{CompiledPolicy, DocumentKind, PolicyDocument};

use crate::error::CliError;
use crate::text_file;

/// A file that may hold a policy.
#[derive(Debug)]
pub(crate) struct PolicyFile {
    /// What it is called in messages.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

impl PolicyFile {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn read(path: &Path) -> Result<Self, CliError> {
        let (name, outcome) = text_file::read(path);
        match outcome {
            Ok(text) => Ok(Self { name, text }),
            Err(source) => Err(CliError::ReadPolicy { name, source }),
        }
    }

    /// The policy, which decisions then report by the file's name.
    pub(crate) fn compile(&self, kind: DocumentKind) -> Result<CompiledPolicy, CliError> {
        let document = PolicyDocument::parse(&self.text).map_err(|error| CliError::Policy {
            name: self.name.clone(),
            error: Box::new(error),
        })?;
        Ok(CompiledPolicy::compile(&document, kind).named(self.name.as_str()))
    }
}
