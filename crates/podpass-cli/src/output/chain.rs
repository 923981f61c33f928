//! What `explain` answers: every link of the chain, and where it breaks.

use std::fmt::{self, Display, Formatter};

use podpass::{AccessQuestion, Chain, Link, LinkName, LinkState, Subject};
use serde::Serialize;

use super::style;

/// A chain beside what was asked.
#[derive(Serialize)]
pub(crate) struct ChainView<'a> {
    ok: bool,
    subject: &'a Subject,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    broken: Option<LinkName>,
    links: &'a [Link],
}

/// Where the text about a link begins: after its mark and its name.
const INDENT: &str = "                   ";

impl<'a> ChainView<'a> {
    /// Of an answer.
    pub(crate) fn new(
        subject: &'a Subject,
        question: Option<&'a AccessQuestion>,
        chain: &'a Chain,
    ) -> Self {
        let broken = chain.broken().map(|link| link.link);
        Self {
            ok: broken.is_none(),
            subject,
            action: question.map(|question| question.action.as_str()),
            resource: question.map(|question| question.resource.as_str()),
            broken,
            links: &chain.links,
        }
    }

    /// The answer in one sentence.
    fn summary(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let strong = style::STRONG;
        write!(f, "{strong}Pods of {}{strong:#} ", self.subject)?;
        let is_seen = self
            .links
            .iter()
            .all(|link| matches!(link.state, LinkState::Holds | LinkState::Broken));
        match (self.broken, self.action.zip(self.resource)) {
            (Some(LinkName::Policies), Some((action, resource))) => {
                write!(f, "cannot {action} on {resource}.")
            }
            (Some(link), _) => write!(f, "get no credentials: look at the {link} first."),
            (None, Some((action, resource))) if is_seen => {
                write!(f, "can {action} on {resource}.")
            }
            (None, None) if self.holds(LinkName::Session) => f.write_str("get credentials."),
            (None, _) => {
                f.write_str("may get credentials: no link is broken that can be seen from here.")
            }
        }
    }

    fn holds(&self, name: LinkName) -> bool {
        let mut links = self.links.iter();
        links.any(|link| link.link == name && link.state == LinkState::Holds)
    }
}

impl Display for ChainView<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for link in self.links {
            let (color, mark) = match link.state {
                LinkState::Holds => (style::GOOD, "✓"),
                LinkState::Broken => (style::BAD, "✗"),
                LinkState::Unseen => (style::CHANGE, "?"),
                LinkState::NotReached => (style::FAINT, "-"),
            };
            let Link {
                link: name,
                message,
                remedy,
                ..
            } = link;
            writeln!(f, "{color}{mark} {name:<15}{color:#}  {message}")?;
            if let Some(remedy) = remedy {
                let help = style::HELP;
                writeln!(f, "{INDENT}{help}help:{help:#} {remedy}")?;
            }
        }
        self.summary(f)
    }
}
