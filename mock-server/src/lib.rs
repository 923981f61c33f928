//! A mock of the AWS and Kubernetes interfaces that EKS Pod Identity needs, in one process on one port.
//!
//! Stock clients (AWS CLI, boto3, the SDKs, kubectl) speak to it unchanged: point them at it with the
//! variables of [`MockServer::env`] and the file of [`MockServer::kubeconfig`].
//!
//! ```
//! use podpass_mock::MockServer;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let server = MockServer::builder().cluster("my-cluster").start().await?;
//! assert!(server.uri().starts_with("http://127.0.0.1:"));
//! for (name, value) in server.env() {
//!     // Hand these to the program under test.
//!     assert!(name.starts_with("AWS_") && !value.is_empty());
//! }
//! server.shutdown().await;
//! # Ok(())
//! # })
//! # }
//! ```

mod account;
mod agent;
mod auth;
mod clock;
pub mod command;
mod control;
mod delay;
mod dispatch;
mod fault;
#[doc(hidden)]
pub mod fuzzing;
mod glob;
mod id;
mod json_read;
mod json_size;
mod kubeconfig;
mod kubernetes;
pub mod ledger;
mod managed_policies;
mod mock_server;
mod oidc;
mod operation;
mod persist;
mod propagation;
mod protocol;
mod quota;
mod server;
mod services;
mod state;
mod store;
mod throttle;
mod tls;
mod validation;
mod webhook;

pub use account::{AccountId, InvalidAccountId};
pub use auth::gate::Decision;
pub use auth::mode::{Auth, UnknownAuth};
pub use auth::question::{Question, QuestionError};
pub use clock::Clock;
pub use delay::{EksDelay, UnknownEksDelay};
pub use fault::{Fault, FaultError, FaultReport};
pub use managed_policies::ManagedPolicyError;
pub use mock_server::{MockServer, MockServerBuilder, StartError};
pub use oidc::{IssuerFileError, RotateError, SignError};
pub use persist::{ImportError, StateFileError};
pub use propagation::{Propagation, PropagationArgument, Propagations, UnknownPropagation};
pub use quota::{Quota, UnknownQuota};
pub use throttle::{Rate, Rates, ThrottleClass, ThrottleError};
pub use tls::TlsError;
