//! One state behind one lock, and the contexts through which operations see it.

mod callers;
mod context;
mod rows;
mod settings;

use std::collections::BTreeSet;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use context::{Access, Context, Read, Scope, Write};
pub(crate) use rows::KeptServer;
pub(crate) use settings::Settings;

use crate::auth::caller::Caller;
use crate::auth::encoded_message::MessageKey;
use crate::clock::Clock;
use crate::id::Ids;
use crate::kubernetes::KubernetesCluster;
use crate::oidc::{Issuer, RotateError};
use crate::persist::{self, ImportError, Keeper, Out, Rows};
use crate::propagation::{Propagation, Propagations};
use crate::state::table::Moment;
use crate::state::{Loading, State, eks};

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

/// What a store begins with, if not with nothing.
#[derive(Default)]
pub(crate) struct Beginning {
    /// The rows of the state but those of the server.
    pub(crate) rows: Rows,
    pub(crate) server: KeptServer,
    /// The file in which the state is kept, if it is, and whether the rows come from there.
    pub(crate) file: Option<(persist::File, bool)>,
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

    /// A store that begins with kept or exported state, and is kept if there is a file.
    ///
    /// # Errors
    /// When a row cannot be read, or the operating system has no thread for the file.
    pub(crate) fn begin_with(
        settings: Settings,
        clock: Clock,
        beginning: Beginning,
    ) -> Result<Self, BeginError> {
        let Beginning { rows, server, file } = beginning;
        let is_of_file = file.as_ref().is_some_and(|(_, is_of_file)| *is_of_file);
        // A clock that was given is as it was given.
        if let Some(reading) = server.clock.filter(|_| clock.is_system()) {
            clock.resume(reading);
        }
        let mut orphans = is_of_file.then(BTreeSet::new);
        let mut inner = read(&settings, &clock, rows, &server, orphans.as_mut())?;
        let keeper = file.map(|(file, _)| Keeper::new(file)).transpose()?;
        let keeper = keeper.map(Arc::new);
        let message_key = server.message_key.unwrap_or_else(MessageKey::random);
        let mut store = Self {
            inner: Mutex::new(Inner::new(&settings)),
            settings,
            clock,
            message_key,
            keeper,
        };
        if let Some(keeper) = store.keeper.as_ref().filter(|_| is_of_file) {
            keeper.pass_over(|out| store.write_out(&mut inner, out));
            keeper.forget(orphans.unwrap_or_default());
        }
        inner.state.resume();
        store.inner = Mutex::new(inner);
        store.fill_up(&mut store.lock());
        Ok(store)
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

    /// The state as JSON.
    pub(crate) fn export(&self) -> String {
        let mut out = Out::of_all();
        self.lock().write_out(&self.clock, &mut out);
        persist::write(&out.into_change())
    }

    /// Replaces the state by one that was exported.
    ///
    /// # Errors
    /// When it is none, or something in it cannot be read; the state stays as it is then.
    pub(crate) fn import(&self, text: &str) -> Result<(), ImportError> {
        let mut rows = persist::read(text)?;
        let server = KeptServer::take(&mut rows)?;
        let mut read = read(&self.settings, &self.clock, rows, &server, None)?;
        let (account, partition) = self.settings.own_account();
        if !read.state.begin(account, partition, || self.clock.now()) {
            let message = "it leaves no room for the account of this server";
            return Err(ImportError::Form(message.to_owned()));
        }
        let mut inner = self.lock();
        inner.replace(read);
        inner.state.resume();
        if let Some(reading) = server.clock {
            self.clock.resume(reading);
        }
        Ok(())
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

    /// The Kubernetes side of a cluster and who created it, by its [address](Settings::cluster_address).
    pub(crate) fn kubernetes(&self, address: &str) -> Option<(Arc<KubernetesCluster>, Caller)> {
        self.cluster(address, |cluster| {
            (Arc::clone(&cluster.kubernetes), cluster.creator.clone())
        })
    }

    /// Looks at a cluster, by its [address](Settings::cluster_address).
    pub(crate) fn cluster<T>(
        &self,
        address: &str,
        look: impl FnOnce(&eks::Cluster) -> T,
    ) -> Option<T> {
        let parts: Vec<&str> = address.split('.').collect();
        let (name, region, account) = match parts.as_slice() {
            [name] => (*name, self.settings.region.as_str(), self.settings.account),
            [name, region, account] => (*name, *region, account.parse().ok()?),
            _ => return None,
        };
        let mut inner = self.lock();
        inner.state.settle(self.clock.now());
        inner.state.eks(account, region).cluster(name).map(look)
    }

    /// The issuer of a URL, as tokens name it.
    pub(crate) fn issuer(&self, url: &str) -> Option<Arc<Issuer>> {
        let mut inner = self.lock();
        inner.state.settle(self.clock.now());
        inner.state.issuers.find(url)
    }

    /// Has the issuer of a cluster sign with a new key, whose id is answered.
    pub(crate) fn rotate_issuer_key(&self, address: &str) -> Result<String, RotateError> {
        let issuer = self.cluster(address, |cluster| Arc::clone(&cluster.issuer));
        let issuer = issuer.ok_or_else(|| RotateError::NoCluster(address.to_owned()))?;
        // A key takes a moment to find: the lock is not held meanwhile.
        issuer.rotate().map_err(RotateError::from)
    }

    /// The issuer of this server's whose URL ends with an id.
    pub(crate) fn issuer_with_id(&self, id: &str) -> Option<Arc<Issuer>> {
        let mut inner = self.lock();
        inner.state.settle(self.clock.now());
        inner.state.issuers.find_by_id(id)
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

/// Why a store does not begin.
#[derive(Debug)]
pub(crate) enum BeginError {
    Rows(ImportError),
    Thread(io::Error),
}

impl From<ImportError> for BeginError {
    fn from(error: ImportError) -> Self {
        Self::Rows(error)
    }
}

impl From<io::Error> for BeginError {
    fn from(error: io::Error) -> Self {
        Self::Thread(error)
    }
}

/// Reads a state.
fn read(
    settings: &Settings,
    clock: &Clock,
    rows: Rows,
    server: &KeptServer,
    orphans: Option<&mut BTreeSet<String>>,
) -> Result<Inner, ImportError> {
    let mut inner = Inner::new(settings);
    if let Some(position) = &server.ids {
        inner.ids.resume(position);
    }
    let mut loading = Loading {
        settings,
        clock,
        ids: &mut inner.ids,
    };
    inner.state = State::load(rows, &mut loading, orphans)?;
    Ok(inner)
}
