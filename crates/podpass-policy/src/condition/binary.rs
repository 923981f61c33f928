//! `BinaryEquals`: base64 compared as text, as IAM's simulator does.

use super::Hit;

#[derive(Clone, Debug)]
pub(super) struct Binaries(Box<[Box<str>]>);

impl Binaries {
    pub(super) fn compile(values: &[String]) -> Self {
        Self(values.iter().map(|value| value.as_str().into()).collect())
    }

    pub(super) fn hit(&self, value: &str) -> Hit {
        match self.0.iter().any(|wanted| **wanted == *value) {
            true => Hit::Yes,
            false => Hit::No,
        }
    }
}
