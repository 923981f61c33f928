//! Who calls: what the store knows of access keys and ARNs, and of the accounts that they belong to.

use std::borrow::Cow;
use std::sync::Arc;

use podpass_policy::Arn;

use super::{Scope, Store};
use crate::account::{AccountId, Partition};
use crate::auth::caller::{Caller, SigningUser};
use crate::auth::keys::{self, AccessKey};
use crate::propagation::Propagation;
use crate::state::iam::{ADMINISTRATOR, LastUse};
use crate::state::sts::Session;

/// The name of sessions that are only asked about.
const ASKED_ABOUT: &str = "podpass";

impl Store {
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
        let moment = inner.moment(Propagation::IamToSts, &self.clock);
        let issued = |moment| inner.state.issued_key(access_key?, partition, moment);
        // A key that was deleted of late may still be known.
        if let Some((account, user, _)) = issued(None).or_else(|| issued(moment)) {
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
    pub(crate) fn issued_key(&self, id: &str, partition: &str) -> Option<AccessKey<'static>> {
        let inner = self.lock();
        if let Some(session) = inner.state.sessions.find(id) {
            return Some(AccessKey {
                signer: Cow::Owned(keys::signer(&session.secret)),
                session_token: Some(session.token.clone()),
                expires: Some(session.expires),
                is_active: true,
            });
        }
        let moment = inner.moment(Propagation::IamToSts, &self.clock);
        let (_, _, key) = inner.state.issued_key(id, partition, moment)?;
        Some(AccessKey {
            signer: Cow::Owned(keys::signer(&key.secret)),
            session_token: None,
            expires: None,
            is_active: key.active,
        })
    }

    /// Begins the account of a request, if it has not begun. Whether there is room for it.
    pub(crate) fn begin(&self, scope: &Scope) -> bool {
        let partition = Partition::of_region(&scope.region).name;
        // The server's own account has begun with it.
        if (scope.account, partition) == self.settings.own_account() {
            return true;
        }
        let mut inner = self.lock();
        inner
            .state
            .begin(scope.account, partition, || self.clock.now())
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
            service: service.into(),
            region: scope.region.clone(),
        };
        cx.iam_mut().used_key(id, last_use);
    }
}
