//! Failures of the SDKs, as the engine's [`PortError`].

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::str::FromStr;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_iam::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use podpass::InvalidName;
use podpass::port::{PortError, Service};

use crate::network;
use crate::profile::NoCredentials;

/// One call of one operation: what its failures are told with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) operation: &'static str,
}

impl Call {
    /// Waits for an SDK's reply and translates its failure.
    pub(crate) async fn answer<T, E>(
        self,
        reply: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, PortError>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let (answer, address) = network::addressed(reply).await;
        answer.map_err(|error| self.failed(&error, address.as_deref()))
    }

    /// Like [`answer`](Self::answer), for operations that answer only that it is done.
    pub(crate) async fn done<T, E>(
        self,
        reply: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<(), PortError>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.answer(reply).await.map(drop)
    }

    /// `address` is where the request was sent, if it was.
    fn failed<E>(self, error: &SdkError<E, HttpResponse>, address: Option<&str>) -> PortError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let failure = match error {
            SdkError::ServiceError(answer) => {
                let metadata = answer.err().meta();
                let message = match metadata.message() {
                    Some(message) => message.to_owned(),
                    None => unexplained(answer.err()),
                };
                let code = metadata.code().unwrap_or_default();
                self.answered(answer.raw(), code, message)
            }
            SdkError::ResponseError(answer) => self.answered(answer.raw(), "", causes_below(error)),
            _ => PortError::unreachable(self.service, self.operation, unanswered(error, address)),
        };
        let failure = match error.request_id() {
            Some(id) => failure.with_request_id(id),
            None => failure,
        };
        match hint(&failure, error) {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }

    /// An error status is the service's word; a success whose body makes no sense is no answer.
    fn answered(self, raw: &HttpResponse, code: &str, message: String) -> PortError {
        let status = raw.status();
        if status.is_success() {
            self.unreadable(message)
        } else {
            PortError::answered(self.service, self.operation, status.as_u16(), code, message)
        }
    }

    /// The answer came but makes no sense.
    pub(crate) fn unreadable(self, why: impl Display) -> PortError {
        PortError::unreadable(self.service, self.operation, why).with_hint(match self.service {
            Service::Kubernetes => {
                "check that the context's server is an API server, as `kubectl version` would"
            }
            Service::Agent => {
                "check that it is an agent's URL, such as `http://127.0.0.1:4566/v1/credentials`"
            }
            _ => "check who answers: AWS_ENDPOINT_URL, if it is set, or a proxy in between",
        })
    }

    /// Reads a name, id or ARN out of an answer.
    pub(crate) fn read<T>(self, text: &str) -> Result<T, PortError>
    where
        T: FromStr<Err = InvalidName>,
    {
        text.parse().map_err(|error| self.unreadable(error))
    }

    /// Reads a member that the service's model calls optional and that every real answer has.
    pub(crate) fn member<T>(self, name: &str, value: Option<T>) -> Result<T, PortError> {
        value.ok_or_else(|| self.unreadable(format_args!("`{name}` is missing")))
    }
}

/// What there is to say of an answer without a message.
fn unexplained(error: &dyn Error) -> String {
    // The metadata is what held no message.
    let cause = error.source().filter(|cause| !cause.is::<ErrorMetadata>());
    cause.map_or_else(
        || "the answer holds neither a code nor a message".to_owned(),
        causes,
    )
}

/// An error and its sources in one line, without the repetitions that wrappers like to make.
pub(crate) fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = match cause.downcast_ref::<ErrorMetadata>() {
            // Its own display is that of a struct.
            Some(metadata) => metadata.message().unwrap_or_default().to_owned(),
            None => cause.to_string(),
        };
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// The causes of an SDK error, without its own "dispatch failure" and the like.
fn causes_below(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), causes)
}

/// Why a request was not answered.
fn unanswered(error: &(dyn Error + 'static), address: Option<&str>) -> String {
    match (credentials_error(error), address) {
        (Some(error), _) if are_missing(error) => no_credentials(error),
        (Some(error), _) => causes(error),
        (None, Some(address)) => network::told(address, error.source().unwrap_or(error)),
        (None, None) => causes_below(error),
    }
}

/// That there are no credentials, and where they were sought when a profile was named.
fn no_credentials(error: &CredentialsError) -> String {
    let of_profile = error
        .source()
        .and_then(<dyn Error>::downcast_ref::<NoCredentials>);
    match (of_profile, NoCredentials::of_environment()) {
        (Some(named), _) => named.to_string(),
        (None, Some(named)) => named.to_string(),
        (None, None) => "no credentials were found".to_owned(),
    }
}

/// Whether there are no credentials, rather than some that cannot be used.
fn are_missing(error: &CredentialsError) -> bool {
    matches!(error, CredentialsError::CredentialsNotLoaded(_)) || is_of_instance(error)
}

/// Whether the instance metadata service gave no credentials: the chain of providers asks it last, when nobody else
/// has any, and mostly in vain.
fn is_of_instance(error: &CredentialsError) -> bool {
    causes(error).contains("IMDS")
}

/// The credentials' own error, which the SDK buries among those of connections.
fn credentials_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CredentialsError> {
    std::iter::successors(error.source(), |cause| (*cause).source())
        .find_map(|cause| cause.downcast_ref())
}

/// What a person can do about it.
fn hint(failure: &PortError, error: &(dyn Error + 'static)) -> Option<&'static str> {
    match failure.code() {
        Some("ExpiredToken" | "ExpiredTokenException") => {
            return Some(
                "the credentials have expired: sign in again, for instance with `aws sso login`",
            );
        }
        Some("InvalidClientTokenId" | "UnrecognizedClientException") => {
            return Some(
                "AWS does not know the access key: check the profile, and AWS_ENDPOINT_URL if it is set",
            );
        }
        Some("SignatureDoesNotMatch") => {
            return Some("check the secret access key and this machine's clock");
        }
        Some(_) => return None,
        None => {}
    }
    match credentials_error(error) {
        Some(error) if are_missing(error) => Some(
            "choose a profile that holds some, sign in with `aws sso login`, \
             or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        ),
        Some(_) => Some(
            "check the profile in ~/.aws/config; a single sign-on session may need `aws sso login`",
        ),
        None if failure.status().is_none() && !failure.is_unreadable() => Some(
            "try again; if it stays, check the network and the region, and AWS_ENDPOINT_URL if it is set",
        ),
        None => None,
    }
}
