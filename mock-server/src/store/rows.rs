//! What is kept of the server itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::Inner;
use crate::auth::encoded_message::MessageKey;
use crate::clock::{Clock, Reading};
use crate::id::Position;
use crate::persist::{ImportError, Load, Out, Rows};
use crate::tls::{Authority, KeptAuthority};

/// The place of these rows.
const PLACE: &str = "server";

/// A row of the server's.
#[derive(Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", deny_unknown_fields)]
enum Row {
    /// Where the ids of a server with a seed go on.
    Ids { position: Position },
    /// A clock that was moved or is held.
    Clock { reading: Option<Reading> },
    /// What seals encoded authorization messages, in base64.
    MessageKey { key: String },
    /// What signs the server's certificate, so that clients who trust it still do after a restart.
    Authority { authority: KeptAuthority },
}

/// What was kept of a server.
#[derive(Debug, Default)]
pub(crate) struct KeptServer {
    pub(crate) ids: Option<Position>,
    pub(crate) clock: Option<Reading>,
    pub(crate) message_key: Option<MessageKey>,
    pub(crate) authority: Option<Authority>,
}

impl KeptServer {
    /// Takes the rows of the server out of all.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(crate) fn take(rows: &mut Rows) -> Result<Self, ImportError> {
        let of_server = rows.remove_entry(PLACE);
        let mut load = Load::new(of_server.into_iter().collect());
        let mut kept = Self::default();
        for row in load.take(PLACE) {
            match row {
                Row::Ids { position } => kept.ids = Some(position),
                Row::Clock { reading } => kept.clock = reading,
                Row::MessageKey { key } => {
                    let key = STANDARD.decode(key).ok();
                    kept.message_key = key.and_then(|key| MessageKey::of(&key));
                }
                Row::Authority { authority } => match Authority::of(authority) {
                    Ok(authority) => kept.authority = Some(authority),
                    Err(error) => {
                        load.refuse_place(PLACE, format!("the authority cannot be read: {error}"));
                    }
                },
            }
        }
        load.end()?;
        Ok(kept)
    }
}

/// What the rows of the server were when they were last kept.
#[derive(Debug, Default)]
pub(super) struct Last {
    ids: Option<Position>,
    clock: Option<Reading>,
}

impl Inner {
    /// Becomes another one, whose state takes the place of this one's. News take as long as before.
    pub(super) fn replace(&mut self, mut new: Self) {
        new.propagation = self.propagation;
        let former = std::mem::replace(self, new);
        self.state.replace(former.state);
    }

    /// Takes down what was written, or all rows.
    pub(super) fn write_out(&mut self, clock: &Clock, out: &mut Out<'_>) {
        self.state.write_out(out);
        let ids = self.ids.position();
        if let Some(position) = ids
            .clone()
            .filter(|_| out.is_of_all() || ids != self.last.ids)
        {
            out.put(PLACE, "ids", &Row::Ids { position });
        }
        let reading = clock.moved();
        match out.is_of_all() {
            true if reading.is_none() => {}
            false if reading == self.last.clock => {}
            _ => out.put(PLACE, "clock", &Row::Clock { reading }),
        }
        if !out.is_of_all() {
            self.last = Last {
                ids,
                clock: reading,
            };
        }
    }
}

/// Takes down what stays the same for as long as a server runs, and is no part of the state that others import.
pub(super) fn write_server_out(key: &MessageKey, authority: &Authority, out: &mut Out<'_>) {
    let key = STANDARD.encode(key.reveal());
    out.put(PLACE, "message-key", &Row::MessageKey { key });
    match authority.to_be_kept() {
        Ok(authority) => out.put(PLACE, "authority", &Row::Authority { authority }),
        Err(error) => tracing::warn!(%error, "there is no authority to keep"),
    }
}
