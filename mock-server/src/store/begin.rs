//! How a store begins with what was kept or exported, and how it is exported.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};

use super::{Inner, KeptServer, Settings, Store};
use crate::auth::encoded_message::MessageKey;
use crate::clock::Clock;
use crate::persist::{self, ImportError, Keeper, Out, Rows};
use crate::state::{Loading, State};

/// What a store begins with, if not with nothing.
#[derive(Default)]
pub(crate) struct Beginning {
    /// The rows of the state but those of the server.
    pub(crate) rows: Rows,
    pub(crate) server: KeptServer,
    /// The file in which the state is kept, if it is, and whether the rows come from there.
    pub(crate) file: Option<(persist::File, bool)>,
}

impl Store {
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
