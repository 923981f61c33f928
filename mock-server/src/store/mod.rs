//! One state behind one lock, and the contexts through which operations see it.

mod begin;
mod callers;
mod clusters;
mod context;
mod rows;
mod settings;

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use begin::{BeginError, Beginning};
pub(crate) use context::{Access, Context, Read, Scope, Write};
pub(crate) use rows::KeptServer;
pub(crate) use settings::Settings;

use crate::auth::encoded_message::MessageKey;
use crate::clock::Clock;
use crate::id::Ids;
use crate::persist::{Keeper, Out};
use crate::propagation::{Propagation, Propagations};
use crate::state::table::Moment;
use crate::state::{State, eks};

/// The state, the ids and the clock of a server.
#[derive(Debug)]
pub(crate) struct Store {
    inner: Mutex<Inner>,
    settings: Settings,
    clock: Clock,
    message_key: MessageKey,
    /// Who keeps the state, if it is kept.
    keeper: Option<Arc<Keeper>>,
}

#[derive(Debug)]
struct Inner {
    state: State,
    ids: Ids,
    last: rows::Last,
    propagation: Propagations,
}

impl Inner {
    fn new(settings: &Settings) -> Self {
        Self {
            state: State::default(),
            ids: Ids::new(settings.seed),
            last: rows::Last::default(),
            propagation: settings.propagation,
        }
    }

    fn moment(&self, way: Propagation, clock: &Clock) -> Option<Moment> {
        match self.propagation.delay(way).is_zero() {
            true => None,
            false => self.propagation.moment(way, clock.now()),
        }
    }
}

/// The lock. What was written while it was held is one change, which goes to who keeps the state when it is let go.
struct Locked<'s> {
    inner: MutexGuard<'s, Inner>,
    store: &'s Store,
}

impl Deref for Locked<'_> {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Inner {
        &mut self.inner
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if let Some(keeper) = &self.store.keeper {
            keeper.keep(|out| self.store.write_out(&mut self.inner, out));
        }
    }
}

impl Store {
    pub(crate) fn new(settings: Settings, clock: Clock) -> Self {
        let store = Self {
            inner: Mutex::new(Inner::new(&settings)),
            settings,
            clock,
            message_key: MessageKey::random(),
            keeper: None,
        };
        store.reset();
        store
    }

    /// Brings back the state as it was right after the start.
    pub(crate) fn reset(&self) {
        let mut inner = self.lock();
        inner.propagation = self.settings.propagation;
        inner.replace(Inner::new(&self.settings));
        self.fill_up(&mut inner);
    }

    /// Makes what the server was told to begin with and what is not there.
    fn fill_up(&self, inner: &mut Inner) {
        let scope = self.settings.scope();
        let (account, partition) = self.settings.own_account();
        let now = self.clock.now();
        inner.state.begin(account, partition, || now);
        let mut cx = self.context(inner, &scope);
        for name in &self.settings.clusters {
            if cx.eks().cluster(name).is_none() {
                eks::seed_cluster(&mut cx, name);
            }
        }
    }

    /// Has the clock kept, which moves without a call.
    pub(crate) fn keep_clock(&self) {
        drop(self.lock());
    }

    /// Who keeps the state, if it is kept.
    pub(crate) fn keeper(&self) -> Option<Arc<Keeper>> {
        self.keeper.clone()
    }

    /// Keeps what is not yet kept, and closes the file. Nothing is kept from then on.
    pub(crate) fn close(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.stop();
        }
    }

    fn write_out(&self, inner: &mut Inner, out: &mut Out<'_>) {
        let is_new = inner.state.is_new();
        inner.write_out(&self.clock, out);
        if is_new {
            rows::write_server_out(&self.message_key, &self.settings.authority, out);
        }
    }

    /// Runs a call with the context that its access allows. The lock is held for this long and no longer.
    pub(crate) fn enter<A: Access, T>(
        &self,
        scope: &Scope,
        call: impl FnOnce(A::Of<'_>) -> T,
    ) -> T {
        let mut inner = self.lock();
        let mut cx = self.context(&mut inner, scope);
        call(A::lend(&mut cx))
    }

    fn context<'s>(&'s self, inner: &'s mut Inner, scope: &'s Scope) -> Context<'s> {
        let now = self.clock.now();
        let propagation = inner.propagation;
        inner.state.settle(now);
        inner.state.write_at(now, propagation.of_iam());
        Context {
            scope,
            now,
            propagation,
            clock: &self.clock,
            settings: &self.settings,
            message_key: &self.message_key,
            state: &mut inner.state,
            ids: &mut inner.ids,
        }
    }

    fn lock(&self) -> Locked<'_> {
        Locked {
            // A panic in a call is a bug; later requests are still better off with the state than without it.
            inner: self.inner.lock().unwrap_or_else(PoisonError::into_inner),
            store: self,
        }
    }

    /// How long news take through AWS.
    pub(crate) fn propagation(&self) -> Propagations {
        self.lock().propagation
    }

    /// Changes how long news take, for what is done from now on.
    pub(crate) fn set_propagation(&self, delays: Propagations) {
        self.lock().propagation = delays;
    }

    /// What is known at the end of a way by now.
    pub(crate) fn moment(&self, way: Propagation) -> Option<Moment> {
        self.lock().moment(way, &self.clock)
    }

    pub(crate) fn message_key(&self) -> &MessageKey {
        &self.message_key
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }
}
