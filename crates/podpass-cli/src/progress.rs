//! What is seen while a plan is carried out: a bar on a terminal, a line per step everywhere.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use podpass::{Event, Progress};

use crate::interrupt::Stop;
use crate::output::style;

/// Tells on standard error how far an apply has come, and stops it when asked to.
pub(crate) struct StepProgress {
    stop: Stop,
    view: View,
}

enum View {
    Quiet,
    Lines,
    Bar(ProgressBar),
}

impl StepProgress {
    /// For so many steps; a quiet one tells nothing.
    pub(crate) fn new(steps: usize, stop: Stop, quiet: bool) -> Self {
        let view = if quiet {
            View::Quiet
        } else if std::io::stderr().is_terminal() {
            View::Bar(bar(steps))
        } else {
            View::Lines
        };
        Self { stop, view }
    }

    /// Tells that the work will stop before its next step.
    pub(crate) fn stopping(&self) {
        self.line("stopping once the steps under way are done; interrupt again to stop at once");
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        if let View::Bar(bar) = &self.view {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: &str) {
        match &self.view {
            View::Quiet => {}
            // Nobody is left to tell when standard error is gone.
            View::Lines => _ = writeln!(anstream::stderr(), "{text}"),
            View::Bar(bar) => bar.suspend(|| _ = writeln!(anstream::stderr(), "{text}")),
        }
    }
}

impl Progress for StepProgress {
    fn event(&self, event: &Event<'_>) {
        let (good, bad) = (style::GOOD, style::BAD);
        match event {
            Event::Started { step, .. } => {
                if let View::Bar(bar) = &self.view {
                    bar.set_message(step.summary());
                }
            }
            Event::Waiting { step, reason, .. } => {
                self.line(&format!("  … {}: {reason}", step.summary()));
            }
            Event::Finished { step, .. } => {
                self.line(&format!("  {good}✓{good:#} {}", step.summary()));
                if let View::Bar(bar) = &self.view {
                    bar.inc(1);
                }
            }
            Event::Failed { step, .. } => {
                self.line(&format!("  {bad}✗{bad:#} {}", step.summary()));
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_asked()
    }
}

fn bar(steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("  {spinner} [{bar:30}] {pos}/{len} {wide_msg}")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
