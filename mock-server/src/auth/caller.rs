//! The caller that a request's signature names.

use std::borrow::Cow;
use std::sync::Arc;

use http::Request;
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;
use podpass_policy::{ArnError, Principal};
use serde::{Deserialize, Serialize};

use crate::account::{self, AccountId};
use crate::state::iam::{User, administrator_arn, administrator_id};
use crate::state::sts::Session;

/// Who signed a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Caller {
    /// An IAM user with an access key.
    User(SigningUser),
    /// Whoever got temporary credentials from STS.
    Session(Arc<Session>),
}

/// An IAM user as it was when the request came in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SigningUser {
    pub(crate) account: AccountId,
    pub(crate) id: String,
    pub(crate) arn: String,
    /// The id of the access key, if this server issued it.
    pub(crate) access_key: Option<String>,
}

impl SigningUser {
    /// A user of an account.
    pub(crate) fn of(account: AccountId, user: &User) -> Self {
        Self {
            account,
            id: user.id.clone(),
            arn: user.arn.clone(),
            access_key: None,
        }
    }

    /// The administrator that an account begins with, whether the account has begun or not.
    pub(crate) fn administrator(account: AccountId, partition: &str) -> Self {
        Self {
            account,
            id: administrator_id(account),
            arn: administrator_arn(account, partition),
            access_key: None,
        }
    }
}

impl Caller {
    pub(crate) fn arn(&self) -> String {
        match self {
            Caller::User(user) => user.arn.clone(),
            Caller::Session(session) => session.principal.to_string(),
        }
    }

    pub(crate) fn account(&self) -> AccountId {
        match self {
            Caller::User(user) => user.account,
            Caller::Session(session) => session.account,
        }
    }

    /// The unique id of the caller, as GetCallerIdentity answers it.
    pub(crate) fn user_id(&self) -> String {
        match self {
            Caller::User(user) => user.id.clone(),
            Caller::Session(session) => session.user_id.clone(),
        }
    }

    /// The unique id of the IAM user that the caller is, by a key of its own or by one of GetSessionToken.
    pub(crate) fn iam_user(&self) -> Option<&str> {
        match self {
            Caller::User(user) => Some(&user.id),
            Caller::Session(session) => match &session.principal {
                Principal::User { id, .. } => id.as_deref(),
                _ => None,
            },
        }
    }

    /// The caller as policies speak of it.
    pub(crate) fn principal(&self) -> Result<Principal, ArnError> {
        Ok(match self {
            Caller::User(user) => Principal::User {
                arn: user.arn.parse()?,
                id: Some(user.id.clone()),
            },
            Caller::Session(session) => session.principal.clone(),
        })
    }

    /// The session, if the caller has temporary credentials.
    pub(crate) fn session(&self) -> Option<&Session> {
        match self {
            Caller::User(_) => None,
            Caller::Session(session) => Some(session),
        }
    }
}

/// What the credential of a signature says: `AKID/20260101/us-west-2/iam/aws4_request`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Credential<'r> {
    pub(crate) access_key: Cow<'r, str>,
    pub(crate) region: Cow<'r, str>,
    pub(crate) service: Cow<'r, str>,
}

impl<'r> Credential<'r> {
    /// The credential of a signed request, whether the header or a presigned query carries it.
    pub(crate) fn of<B>(request: &'r Request<B>) -> Option<Self> {
        let header = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        if let Some(header) = header {
            let (_, signed) = header
                .strip_prefix("AWS4-")
                .and_then(|header| header.split_once("Credential="))?;
            return Self::parse(signed.split([',', ' ']).next()?);
        }
        let mut parameters = request.uri().query()?.split('&');
        let presigned =
            parameters.find_map(|parameter| parameter.strip_prefix("X-Amz-Credential="))?;
        match percent_decode_str(presigned).decode_utf8().ok()? {
            Cow::Borrowed(text) => Self::parse(text),
            Cow::Owned(text) => Credential::parse(&text).map(Credential::into_owned),
        }
    }

    fn parse(text: &'r str) -> Option<Self> {
        // From the right: an access key may itself hold slashes, the scope never does.
        let mut parts = text.rsplitn(5, '/');
        let (_terminator, service, region) = (parts.next()?, parts.next()?, parts.next()?);
        let (_date, access_key) = (parts.next()?, parts.next()?);
        Some(Self {
            access_key: access_key.into(),
            region: region.into(),
            service: service.into(),
        })
    }

    fn into_owned<'o>(self) -> Credential<'o> {
        let owned = |text: Cow<str>| Cow::Owned(text.into_owned());
        Credential {
            access_key: owned(self.access_key),
            region: owned(self.region),
            service: owned(self.service),
        }
    }

    /// The account that a twelve-digit access key id selects.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.access_key.parse().ok()
    }

    /// The region of the scope, if it has the form of one.
    pub(crate) fn region(&self) -> Option<&str> {
        Some(self.region.as_ref()).filter(|region| account::is_region(region))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_and_presigned_query_name_the_same_credential() -> Result<(), http::Error> {
        let header = Request::get("/")
            .header(AUTHORIZATION, "AWS4-HMAC-SHA256 Credential=000122223333/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0")
            .body(())?;
        let presigned = Request::get(
            "/?Action=GetCallerIdentity&X-Amz-Credential=000122223333%2F20260101%2Feu-west-1%2Fsts%2Faws4_request",
        )
        .body(())?;
        let credential = Credential::of(&header);
        assert_eq!(credential, Credential::of(&presigned));
        let account = credential.and_then(|credential| credential.account());
        assert_eq!(
            account.map(|account| account.to_string()).as_deref(),
            Some("000122223333")
        );
        Ok(())
    }

    #[test]
    fn an_administrator_keeps_one_id() {
        let admin = || SigningUser::administrator(AccountId::EXAMPLE, "aws-cn");
        assert_eq!(admin().id, admin().id);
        assert!(admin().id.starts_with("AIDA"));
        assert_eq!(admin().arn, "arn:aws-cn:iam::111122223333:user/admin");
    }
}
