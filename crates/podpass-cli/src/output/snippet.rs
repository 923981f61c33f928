//! Problems of a manifest, each under the line that it speaks of.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use podpass::{Position, Problem};

/// Paints every problem with the line it stands on.
pub(super) fn render(name: &str, text: &str, problems: &[Problem]) -> String {
    let groups: Vec<_> = problems
        .iter()
        .map(|problem| group(name, text, problem))
        .collect();
    let reports = groups
        .into_iter()
        .map(|group| Renderer::styled().render(&[group]))
        .collect::<Vec<_>>();
    reports.join("\n\n")
}

fn group<'a>(name: &'a str, text: &'a str, problem: &'a Problem) -> Group<'a> {
    let title = Level::ERROR.primary_title(problem.message.as_str());
    let group = match problem.position.and_then(|position| word(text, position)) {
        Some((line, text, span)) => title.element(
            Snippet::source(text)
                .path(name)
                .line_start(line)
                .annotation(AnnotationKind::Primary.span(span)),
        ),
        None => Group::with_title(title).element(annotate_snippets::Origin::path(name)),
    };
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// The line that a position names, and the bytes of the word that begins there. Only that line is given to the
/// renderer, so that a manifest of many megabytes costs nothing.
fn word(text: &str, position: Position) -> Option<(usize, &str, std::ops::Range<usize>)> {
    let number = usize::try_from(position.line).ok()?;
    let line = text.lines().nth(number.checked_sub(1)?)?;
    let column = usize::try_from(position.column).ok()?.checked_sub(1)?;
    let start = line
        .char_indices()
        .nth(column)
        .map_or(line.len(), |(index, _)| index);
    let rest = &line[start..];
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | '}' | ']'))
        .unwrap_or(rest.len());
    Some((number, line, start..start + end))
}
