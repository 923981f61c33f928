//! What the SDK may send again by itself.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// Leaves every answer to the engine, so that its rate limiter hears of throttling when it happens
/// and not after the SDK has backed off. Without an answer (a reset connection, a time out) this has
/// no opinion: the SDK's own verdict stands and the request is sent again.
#[derive(Debug)]
pub(crate) struct OnlyWhatTheNetworkLost;

impl ClassifyRetry for OnlyWhatTheNetworkLost {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.output_or_error() {
            Some(Err(error)) if error.is_operation_error() => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "only what the network lost"
    }
}
