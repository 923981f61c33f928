//! AWS Identity and Access Management.

mod document;
mod error;
mod known;
mod members;
mod tag;
mod view;

use http::StatusCode;

pub(crate) use error::IamError;

use crate::operation::{Registered, Service, operations};
use crate::protocol::Fault;
use crate::protocol::aws_query::AwsQuery;
use crate::validation::{Constraint, Violations};

operations![create_role::CreateRole, get_role::GetRole];

pub(crate) static SERVICE: Registered = Registered::of::<Iam>(OPERATIONS, known::KNOWN);

/// The service.
pub(crate) struct Iam;

impl Service for Iam {
    const NAME: &'static str = "iam";
    const VERSION: &'static str = "2010-05-08";
    const XMLNS: &'static str = "https://iam.amazonaws.com/doc/2010-05-08/";
    type Protocol = AwsQuery;

    /// IAM hides values, and has texts of its own for names and paths when nothing else is wrong.
    fn refuse(violations: Violations) -> Fault {
        let own_text = violations
            .0
            .iter()
            .map(|violation| match violation.constraint {
                Constraint::Pattern(pattern) => pattern.instead.map(|hint| {
                    format!(
                        "The specified value for {} is invalid. {hint}",
                        violation.member
                    )
                }),
                _ => None,
            });
        let own_text: Option<Vec<String>> = own_text.collect();
        let message = own_text
            .and_then(|texts| texts.into_iter().next())
            .unwrap_or_else(|| violations.message(false));
        Fault::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }
}
