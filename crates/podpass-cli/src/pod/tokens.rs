//! The tokens of a pod, in their files.

use std::convert::Infallible;
use std::io;
use std::path::Path;

use futures::future::select_all;
use podpass::port::{PortError, ServiceAccountToken};
use podpass::{PodEnvironment, PodIdentity, TokenFile};
use podpass_aws::World;

use super::folder;
use crate::error::CliError;

/// A token that is in its file.
#[derive(Debug)]
pub(crate) struct Written<'e> {
    place: &'e TokenFile,
    token: ServiceAccountToken,
}

/// Requests the tokens that an environment leads to, and writes them.
pub(crate) async fn request<'e>(
    identity: &PodIdentity<'_, World>,
    environment: &'e PodEnvironment,
) -> Result<Vec<Written<'e>>, CliError> {
    let mut written = Vec::new();
    for place in &environment.tokens {
        let token = identity.token(&place.mount).await?;
        folder::write(&place.file, &token).map_err(CliError::PodFolder)?;
        written.push(Written { place, token });
    }
    Ok(written)
}

/// Replaces tokens by new ones in time, for as long as it is waited for.
pub(crate) async fn keep_fresh(
    identity: &PodIdentity<'_, World>,
    tokens: Vec<Written<'_>>,
) -> Infallible {
    let kept = tokens.iter().map(|Written { place, token }| {
        Box::pin(identity.keep_fresh(&place.mount, token, |token| replace(&place.file, token)))
    });
    let kept: Vec<_> = kept.collect();
    match kept.is_empty() {
        true => std::future::pending().await,
        false => select_all(kept).await.0,
    }
}

fn replace(file: &Path, token: Result<&ServiceAccountToken, &PortError>) {
    let written = match token {
        Ok(token) => folder::write(file, token),
        Err(error) => Err(io::Error::other(error.to_string())),
    };
    if let Err(error) = written {
        tracing::warn!(%error, "the token could not be replaced: trying again");
    }
}
