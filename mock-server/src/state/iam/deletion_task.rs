//! The deletions of service-linked roles that clients may still ask about.

use std::collections::VecDeque;

/// More tasks than this are not remembered: the oldest goes.
const CAPACITY: usize = 1_000;

/// Ids of tasks, in the order in which they were begun. All of them have succeeded.
#[derive(Debug, Default)]
pub(crate) struct DeletionTasks(VecDeque<String>);

impl DeletionTasks {
    pub(crate) fn put(&mut self, id: String) {
        if self.0.len() == CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(id);
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.0.iter().any(|known| known == id)
    }
}
