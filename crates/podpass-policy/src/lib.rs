//! The IAM policy language: read, validate, evaluate and explain, without IO.
//!
//! Three stations, kept apart:
//!
//! - *Reading* ([`PolicyDocument::parse`]) turns whatever IAM may store into a typed document, with
//!   JSON paths and positions, and keeps what it does not understand as such.
//! - *Validation* ([`validate`]), per [`DocumentKind`], says what IAM refuses, in IAM's words.
//! - *Evaluation* ([`CompiledPolicy`], [`Layers`]) never lets what is not understood allow: where a match
//!   is uncertain, an Allow does not match and a Deny does.
//!
//! What a denied request lacks is told by [`Layers::explain`]; what a policy's author probably did not mean
//! by [`lint`].
//!
//! ```
//! use podpass_policy::{CompiledPolicy, DocumentKind, Layers, Principal, Request, validate};
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": [
//!     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-pod-secrets-bucket"}]}"#;
//! let document = validate(text, DocumentKind::ManagedIdentity)?;
//! let policy = CompiledPolicy::compile(&document, DocumentKind::ManagedIdentity).named("my-policy");
//!
//! let role = "arn:aws:iam::111122223333:role/my-role".parse()?;
//! let pod = Principal::role_session(role, "eks-my-cluster-my-pod")?;
//! let object = "arn:aws:s3:::my-pod-secrets-bucket/password";
//! let decision = Layers::new().identity(&policy).authorize(&Request::new(pod, "s3:GetObject", object));
//! assert!(!decision.is_allowed(), "the policy names the bucket, not its objects");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What AWS leaves open
//!
//! AWS does not say how these are decided. Here an Allow does not match and a Deny does:
//!
//! - a list such as `aws:TagKeys` under an operator without `ForAllValues` or `ForAnyValue`, or as the value
//!   of a policy variable;
//! - `ForAnyValue:…IfExists` when the key is missing;
//! - a value of a policy that its operator cannot read, such as a number that is none;
//! - a negated operator when the value of the request cannot be read;
//! - a policy variable before the fifth colon of a resource;
//! - operators and kinds of principals that IAM does not know.

mod arn;
mod assume;
mod authorize;
mod condition;
mod context;
mod decision;
mod document;
mod error;
mod evaluate;
mod explain;
mod json;
mod key;
mod kind;
mod layers;
mod lint;
mod message;
mod parse;
mod path;
mod pattern;
mod policy_set;
mod position;
mod principal;
mod request;
mod tables;
mod truth;
mod validate;

pub use arn::{Arn, ArnError, MAX_ARN_LENGTH};
pub use assume::{AssumeRole, SessionTagError, check_session_tag_keys};
pub use condition::is_known_operator;
pub use context::{Context, ContextValue};
pub use decision::{Decision, Layer, MatchedStatement, Outcome, Verdict};
pub use document::{
    Clause, Condition, Effect, PolicyDocument, PrincipalEntry, PrincipalKind, Principals,
    Statement, Version,
};
pub use error::ParseError;
pub use evaluate::CompiledPolicy;
pub use explain::{Cause, Explanation, Reason, Requirement, StatementPlace};
pub use json::MAX_DOCUMENT_LENGTH;
pub use kind::DocumentKind;
pub use layers::Layers;
pub use lint::{Lint, LintCode, LintOptions, Severity, lint};
pub use policy_set::{CompiledPolicySet, NamedPolicy, PolicySet};
pub use position::{Position, Span};
pub use request::{Principal, Request};
pub use validate::{
    MalformedPolicy, is_known_service_principal, size_without_whitespace, validate,
};

/// The README's example, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
