//! The credentials of a profile that was asked for by name, and what is said where it has none.

use std::env;
use std::error::Error;
use std::fmt;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};

/// A profile's credentials, named where there are none.
#[derive(Debug)]
pub(crate) struct OfProfile {
    pub(crate) name: String,
    pub(crate) provider: ProfileFileCredentialsProvider,
}

impl OfProfile {
    async fn credentials(&self) -> provider::Result {
        match self.provider.provide_credentials().await {
            Err(error @ CredentialsError::CredentialsNotLoaded(_)) => {
                Err(CredentialsError::not_loaded(NoCredentials {
                    profile: self.name.clone(),
                    why: error.source().map(ToString::to_string),
                }))
            }
            answer => answer,
        }
    }
}

impl ProvideCredentials for OfProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// A profile that holds no credentials, or is not there.
#[derive(Debug)]
pub(crate) struct NoCredentials {
    profile: String,
    why: Option<String>,
}

impl NoCredentials {
    /// The profile that the environment names, if it does.
    pub(crate) fn of_environment() -> Option<Self> {
        let profile = env::var("AWS_PROFILE").ok()?;
        Some(Self { profile, why: None })
    }
}

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, why } = self;
        let file = |variable, usual: &str| env::var(variable).unwrap_or_else(|_| usual.to_owned());
        write!(
            f,
            "no credentials were found for profile `{profile}`, neither in `{}` nor in `{}`",
            file("AWS_CONFIG_FILE", "~/.aws/config"),
            file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        )?;
        match why {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}

impl Error for NoCredentials {}
