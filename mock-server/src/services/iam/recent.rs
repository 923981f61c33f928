//! The documents that were compiled last. What a document compiles to depends on nothing else, so that all servers of
//! a process share them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use podpass_policy::{CompiledPolicy, DocumentKind};

/// How many documents are remembered.
const CAPACITY: usize = 256;
/// Longer documents are not, in bytes.
const MAX_LENGTH: usize = 8 * 1024;

/// Documents by what they are used as and by their texts.
#[derive(Default)]
pub(super) struct Recent(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    compiled: HashMap<DocumentKind, HashMap<Arc<str>, CompiledPolicy>>,
    /// The oldest first.
    order: VecDeque<(DocumentKind, Arc<str>)>,
}

impl Recent {
    /// What a document compiled to, if that was of late.
    pub(super) fn find(&self, text: &str, kind: DocumentKind) -> Option<CompiledPolicy> {
        self.lock().compiled.get(&kind)?.get(text).cloned()
    }

    /// Remembers what a valid document compiled to, in place of the oldest.
    pub(super) fn put(&self, text: &str, kind: DocumentKind, compiled: &CompiledPolicy) {
        if text.len() > MAX_LENGTH {
            return;
        }
        let text: Arc<str> = text.into();
        let mut inner = self.lock();
        let of_kind = inner.compiled.entry(kind).or_default();
        if of_kind
            .insert(Arc::clone(&text), compiled.clone())
            .is_some()
        {
            return;
        }
        inner.order.push_back((kind, text));
        if inner.order.len() > CAPACITY
            && let Some((kind, oldest)) = inner.order.pop_front()
            && let Some(of_kind) = inner.compiled.get_mut(&kind)
        {
            of_kind.remove(&oldest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use podpass_policy::validate;

    use super::*;

    #[test]
    fn the_newest_documents_are_remembered_for_what_they_are_used_as() {
        let recent = Recent::default();
        let text = |n: usize| {
            format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:Get{n}","Resource":"*"}}}}"#
            )
        };
        let kind = DocumentKind::InlineIdentity;
        for n in 0..=CAPACITY {
            let document = validate(&text(n), kind).unwrap();
            recent.put(&text(n), kind, &CompiledPolicy::compile(&document, kind));
        }
        let is_known = |n, kind| recent.find(&text(n), kind).is_some();
        assert!(!is_known(0, kind));
        assert!(is_known(1, kind) && is_known(CAPACITY, kind));
        assert!(!is_known(1, DocumentKind::ManagedIdentity));
    }
}
