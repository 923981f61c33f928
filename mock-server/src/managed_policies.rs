//! Policies of AWS that a user adds to those that are built in, from a folder of JSON files.
//!
//! A file is named by its policy, such as `AmazonBedrockReadOnly.json`, and holds the policy's document, or what
//! `aws iam get-policy-version` answers. Folders within the folder are paths of policies, such as `service-role`;
//! a policy that is built in keeps its path wherever its file lies.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use podpass_policy::{DocumentKind, PolicyDocument, validate};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::state::iam::aws_managed::{AwsManaged, Published};

/// Why a folder of managed policies cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ManagedPolicyError {
    /// The operating system refused.
    #[error("cannot read `{}`", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// The file's name, or its folder's, is not one that a policy can have.
    #[error(
        "`{}` does not name a policy: letters, digits and `+=,.@_-` are allowed, up to 128",
        .0.display()
    )]
    Name(PathBuf),
    /// Two files stand for one policy.
    #[error("`{}` is the second file for the policy `{name}`", file.display())]
    Twice {
        /// The second one.
        file: PathBuf,
        /// The policy's name.
        name: String,
    },
    /// The file holds no policy.
    #[error("`{}` is no managed policy: {position}: {message}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// Where it goes wrong, such as `line 3, column 7` or `PolicyVersion.Document.Statement[0]`.
        position: String,
        /// What is wrong there.
        message: String,
    },
}

/// What `aws iam get-policy-version` answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    policy_version: Version,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
    document: Value,
    version_id: Option<String>,
    create_date: Option<Timestamp>,
}

/// Reads the policies of a folder, in the order of their files. A file that does not say when its policy was made
/// has it made now.
pub(crate) fn read(folder: &Path, now: Timestamp) -> Result<Vec<Published>, ManagedPolicyError> {
    let mut files = Vec::new();
    collect(folder, "/", &mut files)?;
    files.sort();
    let mut read: Vec<Published> = Vec::new();
    for (file, path) in files {
        let published = published(&file, path, now)?;
        if read.iter().any(|other| other.name == published.name) {
            let name = published.name;
            return Err(ManagedPolicyError::Twice { file, name });
        }
        read.push(published);
    }
    Ok(read)
}

/// The JSON files of a folder and the folders in it, with the paths that these stand for.
fn collect(
    folder: &Path,
    path: &str,
    files: &mut Vec<(PathBuf, String)>,
) -> Result<(), ManagedPolicyError> {
    let refused = |error| ManagedPolicyError::Read(folder.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let file = entry.path();
        // Links to folders are not followed: they can lead in circles.
        if entry.file_type().map_err(refused)?.is_dir() {
            let name = name_of(entry.file_name().to_str(), &file)?;
            collect(&file, &format!("{path}{name}/"), files)?;
        } else if file
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push((file, path.to_owned()));
        }
    }
    Ok(())
}

/// A part of a file's path that is also part of a policy's name or path.
fn name_of(name: Option<&str>, file: &Path) -> Result<String, ManagedPolicyError> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
    let valid = name.filter(|name| (1..=128).contains(&name.len()) && name.bytes().all(is_plain));
    let valid = valid.ok_or_else(|| ManagedPolicyError::Name(file.to_owned()))?;
    Ok(valid.to_owned())
}

fn published(file: &Path, path: String, now: Timestamp) -> Result<Published, ManagedPolicyError> {
    let name = name_of(file.file_stem().and_then(|stem| stem.to_str()), file)?;
    let text = fs::read_to_string(file);
    let text = text.map_err(|error| ManagedPolicyError::Read(file.to_owned(), error))?;
    let invalid = |position: String, message: String| ManagedPolicyError::Invalid {
        file: file.to_owned(),
        position,
        message,
    };
    let at_line = |error: serde_json::Error| {
        let position = format!("line {}, column {}", error.line(), error.column());
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        invalid(position, message.to_owned())
    };
    let value: Value = serde_json::from_str(&text).map_err(at_line)?;
    let is_answer = value.get("PolicyVersion").is_some();
    let (version, text) = match is_answer {
        true => {
            let answer: Answer = serde_json::from_str(&text).map_err(at_line)?;
            let text = answer.policy_version.document.to_string();
            (answer.policy_version, text)
        }
        false => {
            let version = Version {
                document: value,
                version_id: None,
                create_date: None,
            };
            (version, text)
        }
    };
    // What an answer holds was written anew: only its path tells where it is in the file.
    if let Err(error) = PolicyDocument::parse(&text) {
        let position = match is_answer {
            true => format!("PolicyVersion.Document.{}", error.path),
            false => format!("line {}, column {}", error.line, error.column),
        };
        return Err(invalid(position, error.message));
    }
    validate(&text, DocumentKind::ManagedIdentity)
        .map_err(|error| invalid("the document".to_owned(), error.message))?;
    let id = version.version_id.as_deref().unwrap_or("v1");
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    let number = number.filter(|number| *number > 0).ok_or_else(|| {
        let message = format!("`{id}` is no version of a policy");
        invalid("PolicyVersion.VersionId".to_owned(), message)
    })?;
    let created = version.create_date.unwrap_or(now);
    let known = AwsManaged::built_in();
    Ok(Published {
        path: known.path_of(&name).map_or(path, str::to_owned),
        name,
        version: number,
        created,
        updated: created,
        document: version.document,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;

    /// What is read of a folder with these files.
    fn folder(files: &[(&str, &str)]) -> Result<Vec<Published>, ManagedPolicyError> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        read(folder.path(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn documents_and_answers_are_read_and_folders_are_paths() {
        let answer = format!(
            r#"{{"PolicyVersion": {{"Document": {DOCUMENT}, "VersionId": "v7", "IsDefaultVersion": true, "CreateDate": "2026-01-02T03:04:05+00:00"}}}}"#
        );
        let read = folder(&[
            ("service-role/Mine.json", &answer),
            ("Plain.json", DOCUMENT),
            ("AmazonEBSCSIDriverPolicy.json", DOCUMENT),
            ("notes.txt", "no policy"),
        ]);
        let read = read.unwrap();
        let told: Vec<_> = read
            .iter()
            .map(|one| (one.path.as_str(), one.name.as_str(), one.version))
            .collect();
        let expected = [
            ("/service-role/", "AmazonEBSCSIDriverPolicy", 1),
            ("/", "Plain", 1),
            ("/service-role/", "Mine", 7),
        ];
        assert_eq!(told, expected);
        assert_eq!(read[2].created.to_string(), "2026-01-02T03:04:05Z");
        assert_eq!(read[1].created, Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn an_error_names_the_file_and_the_place() {
        for (name, text, told) in [
            (
                "A.json",
                "{\n  oops",
                "line 2, column 3: key must be a string",
            ),
            (
                "B.json",
                r#"{"PolicyVersion": {}}"#,
                "missing field `Document`",
            ),
            (
                "C.json",
                r#"{"Statement": [{"Effect": "Perhaps"}]}"#,
                "line 1, column ",
            ),
            (
                "D.json",
                r#"{"PolicyVersion": {"Document": {"Statement": [{"Effect": 1}]}}}"#,
                "PolicyVersion.Document.Statement[0]",
            ),
            (
                "E.json",
                r#"{"Statement": []}"#,
                "E.json` is no managed policy",
            ),
            ("not a name.json", DOCUMENT, "does not name a policy"),
        ] {
            let error = folder(&[(name, text)]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(told), "{error}");
        }
        let twice = folder(&[("a/Mine.json", DOCUMENT), ("b/Mine.json", DOCUMENT)]);
        assert!(matches!(twice, Err(ManagedPolicyError::Twice { name, .. }) if name == "Mine"));
    }
}
