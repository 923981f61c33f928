//! The environment of a process that runs as a container of a pod would: pure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::port::{Container, TokenMount};

/// Where containers ask for credentials. The webhook writes the address that nodes have the agent at.
const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// What a pod inherits from nobody, and what would win over its own way to credentials. (The credential provider chains
/// of the AWS SDKs.)
const FOREIGN: [&str; 16] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_FILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/// Files that hold a user's own credentials, by the variables that lead SDKs away from them.
const FILES: [&str; 3] = [
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "BOTO_CONFIG",
];

/// What to change in an environment so that a process in it finds what it would find in a container.
///
/// ```
/// use std::path::Path;
/// use std::time::Duration;
///
/// use podpass::PodEnvironment;
/// use podpass::port::{Container, TokenMount};
///
/// let path = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token";
/// let variable = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
/// let container = Container {
///     name: "main".to_owned(),
///     environment: [
///         variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
///         variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path),
///     ].into(),
///     tokens: vec![TokenMount {
///         path: path.to_owned(),
///         audience: Some("pods.eks.amazonaws.com".to_owned()),
///         lifetime: Duration::from_secs(86_400),
///     }],
/// };
/// let agent = "http://127.0.0.1:4566/v1/credentials";
/// let environment = PodEnvironment::of(&container, Path::new("/tmp/p"), agent);
/// assert_eq!(environment.set["AWS_CONTAINER_CREDENTIALS_FULL_URI"], agent);
/// assert_eq!(
///     environment.set["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
///     "/tmp/p/eks-pod-identity-token",
/// );
/// assert!(environment.removed.contains("AWS_ACCESS_KEY_ID"));
/// assert!(environment.has_credentials());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodEnvironment {
    /// Variables to set, in addition to or instead of what is there.
    pub set: BTreeMap<String, String>,
    /// Variables to take away.
    pub removed: BTreeSet<&'static str>,
    /// The tokens that variables lead to, and where each has to be written.
    pub tokens: Vec<TokenFile>,
    /// A file that has to be there, and empty: it stands for a user's own files.
    pub empty_file: PathBuf,
}

/// A token, and the file that it is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFile {
    /// The token, as the container has it.
    pub mount: TokenMount,
    /// The file outside of the container.
    pub file: PathBuf,
}

impl PodEnvironment {
    /// Of a container whose tokens are written into `folder` and whose agent is at `agent_url`. Variables whose value
    /// is a secret of the cluster's are left out.
    pub fn of(container: &Container, folder: &Path, agent_url: &str) -> Self {
        let empty_file = folder.join("empty");
        let empty = empty_file.to_string_lossy().into_owned();
        let mut environment = Self {
            set: FILES.map(|name| (name.to_owned(), empty.clone())).into(),
            removed: FOREIGN.into(),
            tokens: Vec::new(),
            empty_file,
        };
        for (name, value) in &container.environment {
            let Some(value) = value else { continue };
            let value = match container.tokens.iter().find(|mount| mount.path == *value) {
                _ if name == FULL_URI => agent_url.to_owned(),
                Some(mount) => environment.token(mount, folder),
                None => value.clone(),
            };
            environment.removed.remove(name.as_str());
            environment.set.insert(name.clone(), value);
        }
        environment
    }

    /// Whether it leads to credentials, by Pod Identity or by a web identity.
    pub fn has_credentials(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// Has a token written into the folder: its path there.
    fn token(&mut self, mount: &TokenMount, folder: &Path) -> String {
        let known = self.tokens.iter().find(|token| token.mount == *mount);
        let file = match known {
            Some(token) => token.file.clone(),
            None => {
                let name = Path::new(&mount.path).file_name();
                let name = name.map_or_else(|| "token".into(), |name| name.to_string_lossy());
                let is_taken = |file: &PathBuf| self.tokens.iter().any(|token| token.file == *file);
                let count = self.tokens.len();
                let file = Some(folder.join(&*name)).filter(|file| !is_taken(file));
                let file = file.unwrap_or_else(|| folder.join(format!("{name}-{count}")));
                self.tokens.push(TokenFile {
                    mount: mount.clone(),
                    file: file.clone(),
                });
                file
            }
        };
        file.to_string_lossy().into_owned()
    }
}
