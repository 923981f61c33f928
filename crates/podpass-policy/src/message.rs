//! AWS's sentences for what it denies.

use crate::{Layer, MatchedStatement, Outcome, Principal, Request};

/// The message of `AccessDenied`, with its reason. Actions that know no resources do not name one.
pub(crate) fn access_denied(
    request: &Request,
    resource: Option<&str>,
    (outcome, layer): (Outcome, Layer),
    first: Option<&MatchedStatement>,
) -> String {
    let Request {
        principal, action, ..
    } = request;
    match principal {
        Principal::WebIdentity { .. } => return format!("Not authorized to perform {action}"),
        Principal::Root { .. } if layer == Layer::Trust => {
            return "Roles may not be assumed by root accounts.".to_owned();
        }
        _ => {}
    }
    let on_resource = resource.map_or_else(String::new, |name| format!(" on resource: {name}"));
    let reason = if outcome == Outcome::ExplicitDeny {
        let place = layer.with_article();
        format!(
            "with an explicit deny in {place}{}",
            policy_arn(layer, first)
        )
    } else {
        format!("because no {} allows the {action} action", layer.noun())
    };
    format!("User: {principal} is not authorized to perform: {action}{on_resource} {reason}")
}

/// Since January 2026 AWS names the denying policy by its ARN, except on resources.
fn policy_arn(layer: Layer, first: Option<&MatchedStatement>) -> String {
    match first {
        Some(statement)
            if statement.policy.starts_with("arn:")
                && !matches!(layer, Layer::Resource | Layer::Trust) =>
        {
            format!(": {}", statement.policy)
        }
        _ => String::new(),
    }
}
