//! The sessions that STS has issued credentials for.

mod policies;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use podpass_policy::{ArnError, CompiledPolicy, Principal};
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::auth::secret::{self, Secret};
use crate::persist::Visit;
use crate::state::iam::Role;
use crate::state::table::{Row, Table};

/// Sessions by their access key ids.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_key: Table<Arc<Session>>,
    /// The newest session of each ARN.
    by_arn: HashMap<String, Arc<Session>>,
    by_expiration: BTreeSet<(Timestamp, String)>,
}

/// Temporary credentials and who they stand for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) access_key: String,
    #[serde(with = "secret::kept")]
    pub(crate) secret: Secret,
    /// What requests that the key signs have to bring along.
    #[serde(with = "secret::kept")]
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
    #[serde(with = "policies")]
    pub(crate) policies: Vec<Arc<CompiledPolicy>>,
    /// The tags by which policies know the session: its role's, those it inherited and those it was given.
    pub(crate) principal_tags: BTreeMap<String, String>,
    /// Those of them that the next session of a chain inherits.
    pub(crate) transitive_tags: BTreeMap<String, String>,
    pub(crate) source_identity: Option<String>,
    /// The identity provider that vouched for whoever began it, if one did.
    pub(crate) provider: Option<String>,
}

impl Session {
    /// A session of a role that nobody has credentials for: it acts within this process only.
    pub(crate) fn without_keys(
        account: AccountId,
        role: &Role,
        name: &str,
        now: Timestamp,
    ) -> Result<Self, ArnError> {
        let mut principal = Principal::role_session(role.arn.parse()?, name)?;
        if let Principal::RoleSession { role_id, .. } = &mut principal {
            *role_id = Some(role.id.clone());
        }
        let tags = role.tags.scan();
        let tags = tags.map(|(_, tag)| (tag.key.clone(), tag.value.clone()));
        let expires = now.saturating_add(SignedDuration::from_hours(6));
        Ok(Self {
            access_key: String::new(),
            secret: Secret::new(""),
            token: Secret::new(""),
            account,
            principal,
            user_id: format!("{}:{name}", role.id),
            user: None,
            issued: now,
            expires: expires.unwrap_or(Timestamp::MAX),
            policies: Vec::new(),
            principal_tags: tags.collect(),
            transitive_tags: BTreeMap::new(),
            source_identity: None,
            provider: None,
        })
    }
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
            if let Some(session) = self.by_key.remove(key) {
                self.forget_arn(&session);
            }
            self.by_expiration.pop_first();
        }
        let session = Arc::new(session);
        self.index(&session);
        self.by_key.put(session);
    }

    /// Makes a session known by its ARN and its end.
    fn index(&mut self, session: &Arc<Session>) {
        let expiration = (session.expires, session.access_key.clone());
        self.by_expiration.insert(expiration);
        let arn = session.principal.to_string();
        self.by_arn.insert(arn, Arc::clone(session));
    }

    /// Goes through the sessions.
    pub(super) fn visit(&mut self, visit: &mut impl Visit) {
        let Self {
            by_key,
            by_arn: _,
            by_expiration: _,
        } = self;
        visit.table("sessions", by_key);
    }

    /// Makes sessions known again that were read.
    pub(super) fn find_again(&mut self) {
        let sessions = self.by_key.scan("", None);
        let mut sessions: Vec<_> = sessions.map(|(_, session)| Arc::clone(session)).collect();
        sessions.sort_by_key(|session| session.issued);
        sessions.iter().for_each(|session| self.index(session));
    }

    fn forget_arn(&mut self, session: &Arc<Session>) {
        let arn = session.principal.to_string();
        if self
            .by_arn
            .get(&arn)
            .is_some_and(|newest| Arc::ptr_eq(newest, session))
        {
            self.by_arn.remove(&arn);
        }
    }

    /// The session of an access key id, expired or not.
    pub(crate) fn find(&self, access_key: &str) -> Option<&Arc<Session>> {
        self.by_key.row(access_key)
    }

    /// The newest session of an ARN, expired or not.
    pub(crate) fn find_by_arn(&self, arn: &str) -> Option<&Arc<Session>> {
        self.by_arn.get(arn)
    }
}

impl Row for Arc<Session> {
    type Indices = [String; 0];

    fn key(&self) -> String {
        self.access_key.clone()
    }

    fn indices(&self) -> Self::Indices {
        []
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(arn: &str, key: &str, expires: i64) -> Session {
        Session {
            access_key: key.to_owned(),
            secret: Secret::new(""),
            token: Secret::new(""),
            account: AccountId::EXAMPLE,
            principal: Principal::service(arn),
            user_id: String::new(),
            user: None,
            issued: Timestamp::UNIX_EPOCH,
            expires: Timestamp::from_second(expires).unwrap(),
            policies: Vec::new(),
            principal_tags: BTreeMap::new(),
            transitive_tags: BTreeMap::new(),
            source_identity: None,
            provider: None,
        }
    }

    #[test]
    fn a_session_is_found_after_it_expired_but_not_for_ever() {
        let mut sessions = Sessions::default();
        sessions.put(session("a", "old", 1_000), Timestamp::UNIX_EPOCH);
        sessions.put(
            session("b", "new", 90_000),
            Timestamp::from_second(2_000).unwrap(),
        );
        assert!(sessions.find("old").is_some());
        sessions.put(
            session("c", "newer", 99_000),
            Timestamp::from_second(88_000).unwrap(),
        );
        assert!(sessions.find("old").is_none());
        assert!(sessions.find("new").is_some());
    }
    #[test]
    fn the_newest_session_of_an_arn_is_found_by_it_for_as_long_as_it_is_remembered() {
        let mut sessions = Sessions::default();
        let key = |sessions: &Sessions| {
            let found = sessions.find_by_arn("a");
            found.map(|session| session.access_key.clone())
        };
        let at = |second| Timestamp::from_second(second).unwrap();
        sessions.put(session("a", "long", 90_000), at(0));
        sessions.put(session("a", "short", 1_000), at(0));
        assert_eq!(key(&sessions).as_deref(), Some("short"));
        sessions.put(session("b", "other", 99_000), at(88_000));
        assert_eq!(key(&sessions), None);
        sessions.put(session("a", "last", 99_000), at(88_000));
        sessions.put(session("b", "another", 200_000), at(177_000));
        assert_eq!(
            key(&sessions).as_deref(),
            Some("last"),
            "`long` is forgotten, not its successor"
        );
    }
}
