//! Reading the manifest, and keeping its text to point into.

use std::path::Path;

use podpass::{Manifest, ManifestError};

use crate::error::CliError;
use crate::text_file;

/// A manifest with the text that it was read from.
#[derive(Debug)]
pub(crate) struct ManifestFile {
    /// What it is called in messages.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
    /// What it says.
    pub(crate) manifest: Manifest,
}

impl ManifestFile {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn read(path: &Path) -> Result<Self, CliError> {
        let (name, outcome) = text_file::read(path);
        match outcome {
            Ok(text) => Self::parse(name, text),
            Err(source) => Err(CliError::ReadManifest { name, source }),
        }
    }

    /// Takes a text that was read already.
    pub(crate) fn parse(name: String, text: String) -> Result<Self, CliError> {
        match Manifest::parse(&text) {
            Ok(manifest) => Ok(Self {
                name,
                text,
                manifest,
            }),
            Err(error) => Err(CliError::Manifest { name, text, error }),
        }
    }

    /// The error that shows where in this text the problems stand.
    pub(crate) fn refuse(&self, error: ManifestError) -> CliError {
        CliError::Manifest {
            name: self.name.clone(),
            text: self.text.clone(),
            error,
        }
    }
}
