//! One state behind one lock, and the contexts through which operations see it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::account::{AccountId, Partition};
use crate::auth::caller::{Caller, SigningUser};
use crate::auth::encoded_message::MessageKey;
use crate::auth::keys::{AccessKey, AdminKey};
use crate::auth::mode::Auth;
use crate::clock::Clock;
use crate::delay::{EksDelay, EksDelays};
use crate::id::Ids;
use crate::kubernetes::KubernetesCluster;
use crate::oidc::{ExternalIssuer, Issuer, RotateError, SigningKey};
use crate::quota::{Quota, Quotas};
use crate::state::iam::aws_managed::AwsManaged;
use crate::state::iam::{ADMINISTRATOR, LastUse};
use crate::state::{State, eks, iam};
use crate::tls::Tls;

/// Who asks, and where: what authentication found out about a request.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) caller: Caller,
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) request_id: String,
}

/// What a server was started with: the state begins here and comes back to it at a reset.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) clusters: Vec<String>,
    pub(crate) quotas: Quotas,
    pub(crate) aws_managed: Arc<AwsManaged>,
    pub(crate) eks_delays: EksDelays,
    /// The real clusters that clusters of the default account and region stand for, by their names here.
    pub(crate) issuers: BTreeMap<String, ExternalIssuer>,
    /// The key of the other clusters' issuers, if each is not to make one of its own.
    pub(crate) issuer_key: Option<Arc<SigningKey>>,
    pub(crate) seed: Option<u64>,
    /// How strictly callers are asked who they are and what they may do.
    pub(crate) auth: Auth,
    /// The access key of the default account's administrator.
    pub(crate) admin_key: AdminKey,
    /// Whether other machines can reach the server.
    pub(crate) allow_remote: bool,
    /// The address that clients use, without a slash at the end.
    pub(crate) uri: String,
    /// Where TLS is spoken, if it is.
    pub(crate) tls: Option<Tls>,
    /// How many requests per second the agent takes at each address; 0 for any number.
    pub(crate) agent_rate: u32,
    /// Where the agent answers alone, if it does, and where its metrics are.
    pub(crate) agent_uri: Option<String>,
    pub(crate) agent_metrics_uri: Option<String>,
}

impl Settings {
    /// The scope of what the server does by itself: the administrator's, in the default account and region.
    pub(crate) fn scope(&self) -> Scope {
        Scope {
            caller: Caller::User(SigningUser::administrator(
                self.account,
                Partition::of_region(&self.region).name,
            )),
            account: self.account,
            region: self.region.clone(),
            request_id: String::new(),
        }
    }

    /// The address of the clusters' Kubernetes APIs: by TLS if it is spoken.
    pub(crate) fn kubernetes_uri(&self) -> &str {
        self.tls.as_ref().map_or(&self.uri, |tls| &tls.uri)
    }

    /// What follows `/k8s/` in a cluster's endpoint: its name alone in the default account and region, else
    /// `NAME.REGION.ACCOUNT`, as names hold no dots.
    pub(crate) fn cluster_address(&self, account: AccountId, region: &str, name: &str) -> String {
        match (account, region) == (self.account, self.region.as_str()) {
            true => name.to_owned(),
            false => format!("{name}.{region}.{account}"),
        }
    }
}

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

/// What an operation may do to the state: [`Read`] or [`Write`].
pub(crate) trait Access {
    /// The context that `call` takes.
    type Of<'c>;

    fn lend<'c>(cx: &'c mut Context<'c>) -> Self::Of<'c>;
}

/// `call` takes `&Context` and cannot change anything.
pub(crate) struct Read;

/// `call` takes `&mut Context`.
pub(crate) struct Write;

impl Access for Read {
    type Of<'c> = &'c Context<'c>;

    fn lend<'c>(cx: &'c mut Context<'c>) -> Self::Of<'c> {
        cx
    }
}

impl Access for Write {
    type Of<'c> = &'c mut Context<'c>;

    fn lend<'c>(cx: &'c mut Context<'c>) -> Self::Of<'c> {
        cx
    }
}

/// The world of one call: the caller's part of the state, the time, and new ids.
#[derive(Debug)]
pub(crate) struct Context<'s> {
    pub(crate) scope: &'s Scope,
    pub(crate) now: Timestamp,
    /// For what outlives the call.
    pub(crate) clock: &'s Clock,
    pub(crate) settings: &'s Settings,
    /// Seals and opens encoded authorization messages.
    pub(crate) message_key: &'s MessageKey,
    pub(crate) state: &'s mut State,
    pub(crate) ids: &'s mut Ids,
}

impl Context<'_> {
    pub(crate) fn account(&self) -> AccountId {
        self.scope.account
    }

    /// The name of the partition, as ARNs have it.
    pub(crate) fn partition(&self) -> &'static str {
        Partition::of_region(&self.scope.region).name
    }

    pub(crate) fn quota(&self, quota: Quota) -> usize {
        self.settings.quotas.limit(quota)
    }

    /// IAM in the caller's account.
    pub(crate) fn iam(&self) -> &iam::Account {
        self.state.iam(self.scope.account, self.partition())
    }

    /// The managed policy of an ARN, AWS's or an account's.
    pub(crate) fn managed_policy(&self, account: AccountId, arn: &str) -> Option<&iam::Policy> {
        let own = self.state.iam(account, self.partition()).policy(arn);
        own.or_else(|| self.settings.aws_managed.policy(arn))
    }

    /// IAM in the caller's account, to be changed.
    pub(crate) fn iam_mut(&mut self) -> &mut iam::Account {
        let partition = self.partition();
        self.state.iam_mut(self.scope.account, partition)
    }

    /// EKS in the caller's account and region.
    pub(crate) fn eks(&self) -> &eks::Region {
        self.state.eks(self.scope.account, &self.scope.region)
    }

    /// EKS in the caller's account and region, to be changed.
    pub(crate) fn eks_mut(&mut self) -> &mut eks::Region {
        self.state.eks_mut(self.scope.account, &self.scope.region)
    }

    /// When what EKS begins now is over.
    pub(crate) fn after(&self, delay: EksDelay) -> Timestamp {
        let over = self
            .now
            .saturating_add(self.settings.eks_delays.duration(delay));
        over.unwrap_or(Timestamp::MAX)
    }

    /// Has something of EKS in the caller's account and region gone from a time on.
    pub(crate) fn doom(&mut self, at: Timestamp, doomed: eks::Doomed) {
        let place = (self.scope.account, self.scope.region.as_str());
        self.state.doom(at, place, doomed);
    }

    /// The ARN of an IAM entity of the caller's account, such as `role/` with path and name.
    pub(crate) fn iam_arn(&self, kind: &str, path: &str, name: &str) -> String {
        format!(
            "arn:{}:iam::{}:{kind}{path}{name}",
            self.partition(),
            self.account()
        )
    }

    /// The time in whole seconds, as IAM keeps it.
    pub(crate) fn now_in_seconds(&self) -> Timestamp {
        Timestamp::from_second(self.now.as_second()).unwrap_or(self.now)
    }
}
