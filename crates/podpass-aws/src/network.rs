//! Requests to which no answer came: where they went, and what failed on the way.

use std::cell::RefCell;
use std::error::Error;
use std::io::ErrorKind;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use http::Uri;
use hyper_util::client::legacy;

use crate::error::causes;

tokio::task_local! {
    /// Where the request of this moment was sent last.
    static ADDRESS: RefCell<Option<String>>;
}

/// Notes where the SDK sends a request, which its errors do not tell.
#[derive(Debug)]
pub(crate) struct NoteAddress;

impl Intercept for NoteAddress {
    fn name(&self) -> &'static str {
        "note the address"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let uri = context.request().uri().parse().ok();
        let address = uri.as_ref().and_then(address_of);
        // Without a scope nobody asks.
        _ = ADDRESS.try_with(|noted| noted.replace(address));
        Ok(())
    }
}

/// Waits for an SDK's reply, and tells with it where the request was sent, if it was.
pub(crate) async fn addressed<T>(reply: impl Future<Output = T>) -> (T, Option<String>) {
    let noting = async {
        let reply = reply.await;
        (reply, ADDRESS.with(RefCell::take))
    };
    ADDRESS.scope(RefCell::default(), noting).await
}

/// The scheme, host and port of a URI that has them.
pub(crate) fn address_of(uri: &Uri) -> Option<String> {
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    // What stands before the `@` may be secret.
    let (host, port) = (authority.host(), authority.port());
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{scheme}://{host}{port}"))
}

/// What failed on the way to `address`.
pub(crate) fn told(address: &str, error: &(dyn Error + 'static)) -> String {
    let why = why(error);
    if is_unconnected(error) {
        format!("cannot connect to {address}: {why}")
    } else if is_lost(error) {
        format!("the connection to {address} ended before the answer came: {why}")
    } else {
        format!("{address} does not answer: {why}")
    }
}

/// The causes, without what HTTP clients say to tell their own phases apart.
pub(crate) fn why(error: &(dyn Error + 'static)) -> String {
    let phase = chain(error).find(|cause| cause.is::<legacy::Error>());
    match phase.and_then(Error::source) {
        Some(cause) => causes(cause),
        None => causes(error),
    }
}

/// Whether there was no connection, so that the request was not sent.
pub(crate) fn is_unconnected(error: &(dyn Error + 'static)) -> bool {
    chain(error)
        .filter_map(|cause| cause.downcast_ref::<legacy::Error>())
        .any(legacy::Error::is_connect)
}

/// Whether the connection ended once the request was sent, and before it was answered.
pub(crate) fn is_lost(error: &(dyn Error + 'static)) -> bool {
    if is_unconnected(error) {
        return false;
    }
    chain(error).any(|cause| {
        let of_http = cause.downcast_ref::<hyper::Error>();
        let of_system = cause.downcast_ref::<std::io::Error>();
        of_http.is_some_and(hyper::Error::is_incomplete_message)
            || of_system.is_some_and(|error| {
                matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof
                )
            })
    })
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause| (*cause).source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_neither_paths_nor_passwords() {
        for (uri, address) in [
            (
                "https://iam.amazonaws.com/?Action=X",
                Some("https://iam.amazonaws.com"),
            ),
            (
                "http://user:secret@127.0.0.1:4566/v1",
                Some("http://127.0.0.1:4566"),
            ),
            ("http://[::1]:80/", Some("http://[::1]:80")),
            ("/v1/credentials", None),
        ] {
            assert_eq!(address_of(&uri.parse().unwrap()).as_deref(), address);
        }
    }
}
