//! The deletions of service-linked roles that clients may still ask about.

use serde::{Deserialize, Serialize};

use crate::state::table::{Row, Table};

/// More tasks than this are not remembered: the oldest goes.
const CAPACITY: usize = 1_000;

/// A task. All of them have succeeded.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeletionTask {
    pub(crate) id: String,
    /// Which one it is, in the order in which they were begun.
    number: u64,
}

impl DeletionTask {
    pub(crate) const BY_ID: usize = 0;

    /// Remembers a task of an account's.
    pub(crate) fn begin(tasks: &mut Table<Self>, id: String) {
        let number = tasks.last().map_or(0, |task| task.number + 1);
        if tasks.len() >= CAPACITY {
            let oldest = tasks.scan("", None).next();
            if let Some(key) = oldest.map(|(key, _)| key.to_owned()) {
                tasks.remove(&key);
            }
        }
        tasks.put(Self { id, number });
    }
}

impl Row for DeletionTask {
    type Indices = [String; 1];

    fn key(&self) -> String {
        format!("{:020}", self.number)
    }

    fn indices(&self) -> Self::Indices {
        [self.id.clone()]
    }
}
