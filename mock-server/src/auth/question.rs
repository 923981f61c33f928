//! Whether somebody may do something, in any service: what tests of code that calls other services ask.

use podpass_policy::{Arn, Context as Keys, ContextValue, Decision, Request};
use thiserror::Error;

use crate::account::{AccountId, Partition};
use crate::auth::authenticate::{self, Unusable};
use crate::auth::authorize;
use crate::auth::caller::Credential;
use crate::auth::origin::Origin;
use crate::dispatch::Shared;
use crate::store::Scope;

/// A question to [`MockServer::authorize`](crate::MockServer::authorize): may somebody do something?
///
/// Who that is, is known by an ARN or by an access key: a user; a session, with its tags and its session policies; or a
/// role, whose sessions are asked about as they are without tags and session policies.
#[derive(Debug, Clone)]
pub struct Question {
    who: Who,
    action: String,
    resource: String,
    region: Option<String>,
    context: Keys,
}

#[derive(Debug, Clone)]
enum Who {
    Arn(String),
    AccessKey(String),
}

impl Question {
    /// May the user, role or session of an ARN do this, such as `s3:GetObject`?
    pub fn of_arn(arn: impl Into<String>, action: impl Into<String>) -> Self {
        Self::new(Who::Arn(arn.into()), action)
    }

    /// May whoever has the access key of this id do this? Keys that the server did not issue are the administrator's.
    pub fn of_access_key(id: impl Into<String>, action: impl Into<String>) -> Self {
        Self::new(Who::AccessKey(id.into()), action)
    }

    fn new(who: Who, action: impl Into<String>) -> Self {
        Self {
            who,
            action: action.into(),
            resource: "*".to_owned(),
            region: None,
            context: Keys::new(),
        }
    }

    /// The resource's ARN. Without this it is `*`, for actions that know no resources.
    pub fn on(mut self, resource: impl Into<String>) -> Self {
        self.resource = resource.into();
        self
    }

    /// The region of the request, the server's own unless said.
    pub fn in_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// A context key beside those that follow from the caller, or in their place.
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        let value = ContextValue::One(value.into());
        self.context.set(key, value);
        self
    }

    /// Further context keys, as [`Question::with`] adds one.
    pub fn with_context(mut self, keys: Keys) -> Self {
        self.context.merge(keys);
        self
    }

    /// Decides by the policies of whoever is asked about; there is no policy of the resource.
    pub(crate) fn answer(self, shared: &Shared) -> Result<Answer, QuestionError> {
        let region = self
            .region
            .unwrap_or_else(|| shared.store.settings().region.clone());
        let scope = match self.who {
            Who::AccessKey(access_key) => {
                let credential = Credential {
                    access_key: access_key.into(),
                    region: region.into(),
                    service: "".into(),
                };
                authenticate::scope(shared, Some(&credential))
            }
            Who::Arn(arn) => scope_of(shared, &arn, region)?,
        };
        authenticate::begin(shared, &scope)?;
        let (action, resource) = (self.action, self.resource);
        if !is_action(&action) {
            return Err(QuestionError::NoAction(action));
        }
        let decided = authorize::decide(shared, &scope, action, resource, self.context);
        // Callers whose ARNs are none do not exist.
        let (request, decision) =
            decided.map_err(|_| QuestionError::NotFound(scope.caller.arn()))?;
        Ok(Answer {
            scope,
            request,
            decision,
        })
    }
}

/// One action, such as `s3:GetObject`: patterns are what policies have.
fn is_action(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.split_once(':')
        .is_some_and(|(service, name)| is_word(service) && is_word(name))
}

/// Who was asked about, what, and what was decided.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) scope: Scope,
    pub(crate) request: Request,
    pub(crate) decision: Decision,
}

/// The caller whom an ARN names, in a region.
fn scope_of(shared: &Shared, text: &str, region: String) -> Result<Scope, QuestionError> {
    let unknown = || QuestionError::NotFound(text.to_owned());
    let arn = text.parse::<Arn>().map_err(|_| unknown())?;
    let account = arn.account().parse::<AccountId>().map_err(|_| unknown())?;
    if Partition::of_region(&region).name != arn.partition() {
        return Err(QuestionError::OtherPartition {
            arn: text.to_owned(),
            region,
        });
    }
    let caller = shared.store.caller_of(account, &arn).ok_or_else(unknown)?;
    Ok(Scope {
        caller,
        account,
        region,
        request_id: shared.request_id(),
        origin: Origin::default(),
    })
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QuestionError {
    /// Nobody has the ARN.
    #[error("no user, role or session has the ARN `{0}`")]
    NotFound(String),
    /// What was asked about is not one action of a service.
    #[error("`{0}` is no action, such as `s3:GetObject`")]
    NoAction(String),
    /// The region is of another partition of AWS than the ARN.
    #[error("`{arn}` is of another partition than the region `{region}`")]
    OtherPartition {
        /// The ARN.
        arn: String,
        /// The region.
        region: String,
    },
    /// The caller's credentials have expired, or the server has no room for its account.
    #[error("{0}")]
    Unusable(String),
}

impl From<Unusable> for QuestionError {
    fn from(error: Unusable) -> Self {
        Self::Unusable(error.to_string())
    }
}
