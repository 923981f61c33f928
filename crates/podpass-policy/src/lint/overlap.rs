//! Whether some text matches two patterns at once.

use crate::MAX_ARN_LENGTH;

/// One step of a pattern.
#[derive(Clone, Copy)]
enum Step {
    Char(u8),
    /// One character.
    One,
    /// Any run.
    Any,
    /// Any run without `/` and `:`.
    Name,
}

impl Step {
    fn repeats(self) -> bool {
        matches!(self, Self::Any | Self::Name)
    }

    /// Whether both can be the same character.
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Char(a), Self::Char(b)) => a == b,
            (Self::Char(b'/' | b':'), Self::Name) | (Self::Name, Self::Char(b'/' | b':')) => false,
            _ => true,
        }
    }
}

/// A resource as a policy writes it: `*`, `?`, and variables, which can be anything.
fn written(resource: &str) -> Vec<Step> {
    let mut steps = Vec::with_capacity(resource.len());
    let mut rest = resource;
    while let Some(first) = rest.bytes().next() {
        let mut length = 1;
        steps.push(match first {
            b'*' => Step::Any,
            b'?' => Step::One,
            b'$' if rest.starts_with("${") && rest.contains('}') => {
                length = rest.find('}').map_or(1, |end| end + 1);
                Step::Any
            }
            byte => Step::Char(byte),
        });
        rest = match rest.get(length..) {
            Some(rest) => rest,
            // Inside a character that is no ASCII: nothing in a template is.
            None => return vec![Step::Any],
        };
    }
    steps
}

/// A template of the tables: `*` and `~`.
fn template(text: &str) -> Vec<Step> {
    let step = |byte| match byte {
        b'*' => Step::Any,
        b'~' => Step::Name,
        byte => Step::Char(byte),
    };
    text.bytes().map(step).collect()
}

/// Whether an ARN of the template can match the resource, which is no ARN when it is too long.
pub(super) fn overlaps(resource: &str, of: &str) -> bool {
    if resource.len() > MAX_ARN_LENGTH {
        return false;
    }
    let (left, right) = (written(resource), template(of));
    let width = right.len() + 1;
    let mut seen = vec![false; (left.len() + 1) * width];
    let mut open = vec![(0, 0)];
    while let Some((i, j)) = open.pop() {
        if std::mem::replace(&mut seen[i * width + j], true) {
            continue;
        }
        let (a, b) = (left.get(i).copied(), right.get(j).copied());
        if a.is_none() && b.is_none() {
            return true;
        }
        if a.is_some_and(Step::repeats) {
            open.push((i + 1, j));
        }
        if b.is_some_and(Step::repeats) {
            open.push((i, j + 1));
        }
        if let (Some(a), Some(b)) = (a, b)
            && a.meets(b)
        {
            let past = |step: Step, at: usize| if step.repeats() { at } else { at + 1 };
            open.push((past(a, i), past(b, j)));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::overlaps;

    #[test]
    fn an_object_is_no_bucket() {
        let (bucket, object) = ("arn:~:s3:::~", "arn:~:s3:::~/*");
        assert!(overlaps("arn:aws:s3:::b", bucket));
        assert!(!overlaps("arn:aws:s3:::b", object));
        assert!(overlaps("arn:aws:s3:::b/*", object));
        assert!(!overlaps("arn:aws:s3:::b/*", bucket));
        assert!(overlaps("arn:aws:s3:::b*", object));
        assert!(overlaps("arn:aws:s3:::${aws:username}", object));
        assert!(overlaps("*", bucket));
    }
}
