//! One state behind one lock, and the contexts through which operations see it.

mod context;
mod settings;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use context::{Access, Context, Read, Scope, Write};
pub(crate) use settings::Settings;

use podpass_policy::Arn;

use crate::account::{AccountId, Partition};
use crate::auth::caller::{Caller, SigningUser};
use crate::auth::encoded_message::MessageKey;
use crate::auth::keys::AccessKey;
use crate::clock::Clock;
use crate::id::Ids;
use crate::kubernetes::KubernetesCluster;
use crate::oidc::{Issuer, RotateError};
use crate::state::iam::{ADMINISTRATOR, LastUse};
use crate::state::sts::Session;
use crate::state::{State, eks, iam};

/// The name of sessions that are only asked about.
const ASKED_ABOUT: &str = "podpass";

/// The state, the ids and the clock of a server.
#[derive(Debug)]
pub(crate) struct Store {
    inner: Mutex<Inner>,
    settings: Settings,
    clock: Clock,
    message_key: MessageKey,
}

#[derive(Debug)]
struct Inner {
    state: State,
    ids: Ids,
}

impl Store {
    pub(crate) fn new(settings: Settings, clock: Clock) -> Self {
        let inner = Inner {
            state: State::default(),
            ids: Ids::new(settings.seed),
        };
        let store = Self {
            inner: Mutex::new(inner),
            settings,
            clock,
            message_key: MessageKey::random(),
        };
        store.reset();
        store
    }

    /// Brings back the state as it was right after the start.
    pub(crate) fn reset(&self) {
        let mut inner = self.lock();
        *inner = Inner {
            state: State::default(),
            ids: Ids::new(self.settings.seed),
        };
        let scope = self.settings.scope();
        let partition = Partition::of_region(&scope.region).name;
        let now = self.clock.now();
        inner.state.begin(scope.account, partition, now);
        let mut cx = self.context(&mut inner, &scope);
        for name in &self.settings.clusters {
            eks::seed_cluster(&mut cx, name);
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
        inner.state.settle(now);
        Context {
            scope,
            now,
            clock: &self.clock,
            settings: &self.settings,
            message_key: &self.message_key,
            state: &mut inner.state,
            ids: &mut inner.ids,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic in a call is a bug; later requests are still better off with the state than without it.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Who has an access key: whoever this server issued it to, else the administrator of the account. One that
    /// was deleted stays the caller, and has no permissions.
    pub(crate) fn caller(
        &self,
        access_key: Option<&str>,
        account: AccountId,
        partition: &'static str,
    ) -> Caller {
        let inner = self.lock();
        let session = access_key.and_then(|key| inner.state.sessions.find(key));
        if let Some(session) = session {
            return Caller::Session(Arc::clone(session));
        }
        let owner = access_key.and_then(|key| inner.state.owner_of_key(key, partition));
        if let Some((account, user)) = owner {
            return Caller::User(SigningUser {
                access_key: access_key.map(str::to_owned),
                ..SigningUser::of(account, user)
            });
        }
        let administrator = inner.state.iam(account, partition).user(ADMINISTRATOR);
        Caller::User(match administrator {
            Some(user) => SigningUser::of(account, user),
            None => SigningUser::administrator(account, partition),
        })
    }

    /// Who has an ARN: a user, a session that was begun, or for a role, a session of it that was not.
    pub(crate) fn caller_of(&self, account: AccountId, arn: &Arn) -> Option<Caller> {
        let inner = self.lock();
        let iam = inner.state.iam(account, arn.partition());
        Some(match (arn.service(), arn.resource_type()) {
            ("iam", "user") => {
                let user = iam.user_by_arn(arn.as_str())?;
                Caller::User(SigningUser::of(account, user))
            }
            ("iam", "role") => {
                let role = iam.role_by_arn(arn.as_str())?;
                let now = self.clock.now();
                let session = Session::without_keys(account, role, ASKED_ABOUT, now).ok()?;
                Caller::Session(Arc::new(session))
            }
            ("sts", _) => {
                let session = inner.state.sessions.find_by_arn(arn.as_str())?;
                Caller::Session(Arc::clone(session))
            }
            _ => return None,
        })
    }

    /// The access key of an id that this server issued, of a session or a user.
    pub(crate) fn issued_key(&self, id: &str, partition: &str) -> Option<AccessKey> {
        let inner = self.lock();
        if let Some(session) = inner.state.sessions.find(id) {
            return Some(AccessKey {
                caller: Caller::Session(Arc::clone(session)),
                secret: session.secret.clone(),
                session_token: Some(session.token.clone()),
                is_active: true,
            });
        }
        let (account, user) = inner.state.owner_of_key(id, partition)?;
        let iam = inner.state.iam(account, partition);
        let key = iam.access_keys.find(iam::AccessKey::BY_ID, id)?;
        Some(AccessKey {
            caller: Caller::User(SigningUser {
                access_key: Some(id.to_owned()),
                ..SigningUser::of(account, user)
            }),
            secret: key.secret.clone(),
            session_token: None,
            is_active: key.active,
        })
    }

    /// Begins the account of a request, if it has not begun. Whether there is room for it.
    pub(crate) fn begin(&self, scope: &Scope) -> bool {
        let mut inner = self.lock();
        let partition = Partition::of_region(&scope.region).name;
        let now = self.clock.now();
        inner.state.begin(scope.account, partition, now)
    }

    /// Remembers that a key of this server's signed a request.
    pub(crate) fn remember_use(&self, scope: &Scope, service: &'static str) {
        let Caller::User(user) = &scope.caller else {
            return;
        };
        let Some(id) = &user.access_key else { return };
        let mut inner = self.lock();
        let mut cx = self.context(&mut inner, scope);
        let last_use = LastUse {
            at: cx.now_in_seconds(),
            service,
            region: scope.region.clone(),
        };
        cx.iam_mut().used_key(id, last_use);
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
