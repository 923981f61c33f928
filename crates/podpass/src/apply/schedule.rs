//! Which steps may run now.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::plan::{Resource, Step};

/// Hands out steps once everything that they wait for is done, earlier steps first.
///
/// A step waits for the last earlier step that writes what it reads or writes, and for all earlier steps that
/// read what it writes.
pub(super) struct Schedule {
    /// How many steps each step still waits for.
    waits_for: Vec<usize>,
    /// Which steps wait for each step.
    needed_by: Vec<Vec<usize>>,
    ready: VecDeque<usize>,
    finished: Vec<bool>,
}

#[derive(Default)]
struct Touched {
    writer: Option<usize>,
    readers: Vec<usize>,
}

impl Schedule {
    pub(super) fn new(steps: &[Step]) -> Self {
        let mut touched: BTreeMap<Resource<'_>, Touched> = BTreeMap::new();
        let mut needs: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); steps.len()];
        for (index, step) in steps.iter().enumerate() {
            for resource in step.reads() {
                let touched = touched.entry(resource).or_default();
                needs[index].extend(touched.writer);
                touched.readers.push(index);
            }
            let touched = touched.entry(step.writes()).or_default();
            needs[index].extend(touched.writer);
            needs[index].extend(touched.readers.drain(..));
            needs[index].remove(&index);
            touched.writer = Some(index);
        }
        let mut needed_by = vec![Vec::new(); steps.len()];
        for (index, needs) in needs.iter().enumerate() {
            for need in needs {
                needed_by[*need].push(index);
            }
        }
        let waits_for: Vec<_> = needs.iter().map(BTreeSet::len).collect();
        let ready = (0..steps.len())
            .filter(|index| waits_for[*index] == 0)
            .collect();
        Self {
            waits_for,
            needed_by,
            ready,
            finished: vec![false; steps.len()],
        }
    }

    /// A step that may run now.
    pub(super) fn next(&mut self) -> Option<usize> {
        self.ready.pop_front()
    }

    /// Notes that a step is done, which may set others free.
    pub(super) fn finish(&mut self, index: usize) {
        self.finished[index] = true;
        for &waiting in &self.needed_by[index] {
            self.waits_for[waiting] -= 1;
            if self.waits_for[waiting] == 0 {
                self.ready.push_back(waiting);
            }
        }
    }

    /// The steps that are not done, in the plan's order.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = usize> {
        (0..self.finished.len()).filter(|index| !self.finished[*index])
    }
}
