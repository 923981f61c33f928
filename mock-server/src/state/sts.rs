//! The sessions that STS has issued credentials for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use podpass_policy::{CompiledPolicy, Principal};

use crate::account::AccountId;
use crate::auth::secret::Secret;

/// Sessions by their access key ids.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_key: HashMap<String, Arc<Session>>,
    by_expiration: BTreeSet<(Timestamp, String)>,
}

/// Temporary credentials and who they stand for.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) access_key: String,
    pub(crate) secret: Secret,
    /// What requests that the key signs have to bring along.
    pub(crate) token: Secret,
    pub(crate) account: AccountId,
    pub(crate) principal: Principal,
    /// As GetCallerIdentity answers it, such as `AROA…:session`.
    pub(crate) user_id: String,
    /// The unique id of the IAM user whose permissions it has, unless it is a role's.
    pub(crate) user: Option<String>,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    /// The policies that limit the session, if any were given.
    pub(crate) policies: Vec<Arc<CompiledPolicy>>,
    /// The tags by which policies know the session: its role's, those it inherited and those it was given.
    pub(crate) principal_tags: BTreeMap<String, String>,
    /// Those of them that the next session of a chain inherits.
    pub(crate) transitive_tags: BTreeMap<String, String>,
    pub(crate) source_identity: Option<String>,
}

/// More sessions than this are not remembered: the one that would expire first goes.
const CAPACITY: usize = 100_000;

impl Sessions {
    /// Remembers a session, and forgets those that have expired for a day.
    pub(crate) fn put(&mut self, session: Session, now: Timestamp) {
        let forgotten = now.as_second() - 24 * 60 * 60;
        while let Some((expires, key)) = self.by_expiration.first()
            && (expires.as_second() < forgotten || self.by_key.len() >= CAPACITY)
        {
            self.by_key.remove(key);
            self.by_expiration.pop_first();
        }
        let key = session.access_key.clone();
        self.by_expiration.insert((session.expires, key.clone()));
        self.by_key.insert(key, Arc::new(session));
    }

    /// The session of an access key id, expired or not.
    pub(crate) fn find(&self, access_key: &str) -> Option<&Arc<Session>> {
        self.by_key.get(access_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(key: &str, expires: i64) -> Session {
        Session {
            access_key: key.to_owned(),
            secret: Secret::new(""),
            token: Secret::new(""),
            account: AccountId::EXAMPLE,
            principal: Principal::Anonymous,
            user_id: String::new(),
            user: None,
            issued: Timestamp::UNIX_EPOCH,
            expires: Timestamp::from_second(expires).unwrap(),
            policies: Vec::new(),
            principal_tags: BTreeMap::new(),
            transitive_tags: BTreeMap::new(),
            source_identity: None,
        }
    }

    #[test]
    fn a_session_is_found_after_it_expired_but_not_for_ever() {
        let mut sessions = Sessions::default();
        sessions.put(session("old", 1_000), Timestamp::UNIX_EPOCH);
        sessions.put(
            session("new", 90_000),
            Timestamp::from_second(2_000).unwrap(),
        );
        assert!(sessions.find("old").is_some());
        sessions.put(
            session("newer", 99_000),
            Timestamp::from_second(88_000).unwrap(),
        );
        assert!(sessions.find("old").is_none());
        assert!(sessions.find("new").is_some());
    }
}
