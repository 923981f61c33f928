//! A plan on the screen and as data.

use std::fmt::{self, Display, Formatter};

use anstyle::Style;
use podpass::{Plan, Step, Totals};
use serde::Serialize;

use super::style;

/// A plan with its totals; `Display` paints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanView<'a> {
    totals: Totals,
    #[serde(flatten)]
    plan: &'a Plan,
    #[serde(skip)]
    nothing: &'static str,
    #[serde(skip)]
    brief: bool,
}

impl<'a> PlanView<'a> {
    /// A plan to bring about what the manifest says.
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self {
            totals: plan.totals(),
            plan,
            nothing: "Nothing to do: everything is as the manifest says.",
            brief: false,
        }
    }

    /// A plan to remove it.
    pub(crate) fn removal(plan: &'a Plan) -> Self {
        Self {
            nothing: "Nothing to do: podpass owns nothing that the manifest speaks of.",
            ..Self::new(plan)
        }
    }

    /// Without the steps on the screen.
    pub(crate) fn brief(self) -> Self {
        Self {
            brief: true,
            ..self
        }
    }
}

impl Display for PlanView<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.brief {
            for step in &self.plan.steps {
                paint_step(f, step)?;
            }
        }
        let faint = style::FAINT;
        for kept in &self.plan.kept {
            writeln!(f, "{faint}  {kept}{faint:#}")?;
        }
        if self.plan.is_empty() {
            return f.write_str(self.nothing);
        }
        let Totals {
            create,
            change,
            delete,
        } = self.totals;
        let strong = style::STRONG;
        write!(
            f,
            "{strong}Plan:{strong:#} {create} to create, {change} to change, {delete} to delete."
        )
    }
}

/// The step's own text, its first line as a heading, then what changes by the sign before it.
fn paint_step(f: &mut Formatter<'_>, step: &Step) -> fmt::Result {
    let text = step.to_string();
    let mut lines = text.lines();
    let heading = lines.next().unwrap_or_default();
    let strong = style::STRONG;
    let (sign, summary) = heading.split_at(heading.find(' ').unwrap_or(0));
    match style_of(sign) {
        Some(color) => writeln!(f, "{color}{sign}{color:#}{strong}{summary}{strong:#}")?,
        None => writeln!(f, "{heading}")?,
    }
    for line in lines {
        let sign = line.trim_start().split(' ').next().unwrap_or_default();
        match style_of(sign) {
            Some(color) => writeln!(f, "{color}{line}{color:#}")?,
            None => writeln!(f, "{line}")?,
        }
    }
    writeln!(f)
}

fn style_of(sign: &str) -> Option<Style> {
    match sign {
        "+" => Some(style::GOOD),
        "~" => Some(style::CHANGE),
        "-" => Some(style::BAD),
        _ => None,
    }
}
