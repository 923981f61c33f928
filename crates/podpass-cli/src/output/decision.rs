//! A decision in words: what `can-i` and `policy explain` share.

use std::fmt::{self, Formatter};

use podpass_policy::{Decision, Effect, MatchedStatement, Outcome};

use super::style;

/// The outcome and the layer it comes from, coloured.
pub(super) fn outcome(f: &mut Formatter<'_>, decision: &Decision) -> fmt::Result {
    let color = match decision.outcome {
        Outcome::Allowed => style::GOOD,
        Outcome::ExplicitDeny | Outcome::ImplicitDeny => style::BAD,
    };
    let Decision { outcome, layer, .. } = decision;
    write!(f, "{color}{outcome}{color:#} by the {layer}")
}

/// The statements that match, the keys that were missing, and AWS's sentence: a line each.
pub(super) fn details(f: &mut Formatter<'_>, decision: &Decision) -> fmt::Result {
    for statement in &decision.matched {
        matched(f, statement)?;
    }
    if !decision.missing_keys.is_empty() {
        let keys = decision.missing_keys.join(", ");
        writeln!(f, "  context keys that were missing: {keys}")?;
    }
    match &decision.message {
        Some(message) => writeln!(f, "  AWS says: {message}"),
        None => Ok(()),
    }
}

fn matched(f: &mut Formatter<'_>, statement: &MatchedStatement) -> fmt::Result {
    let MatchedStatement {
        layer,
        policy,
        index,
        sid,
        effect,
        span,
    } = statement;
    let verb = match effect {
        Effect::Allow => "allows",
        Effect::Deny => "denies",
    };
    let (line, column) = (span.start.line, span.start.column);
    let number = index + 1;
    write!(f, "  {policy}:{line}:{column}: statement {number}")?;
    if let Some(sid) = sid {
        write!(f, " `{sid}`")?;
    }
    writeln!(f, " of the {layer} {verb} it")
}

/// One thing that stands in the way, and what to do about it.
pub(super) fn reason(f: &mut Formatter<'_>, message: &str, remedy: Option<&str>) -> fmt::Result {
    let (bad, help) = (style::ERROR, style::HELP);
    writeln!(f, "{bad}why:{bad:#} {message}")?;
    match remedy {
        Some(remedy) => writeln!(f, "  {help}help:{help:#} {remedy}"),
        None => Ok(()),
    }
}
