//! `POST /_podpass/authorize`: may whoever has an access key or an ARN do something?
//!
//! So tests of code that calls other services can ask what AWS would decide.

use http::StatusCode;
use podpass_policy::Context as Keys;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth::encoded_message;
use crate::auth::question::{Question, QuestionError};
use crate::dispatch::Shared;
use crate::json_read;
use crate::protocol::Response;

use super::json_response;

/// The question.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    access_key_id: Option<String>,
    /// The ARN of a user, role or session, in place of an access key.
    principal: Option<String>,
    /// Such as `s3:GetObject`.
    action: String,
    /// An ARN, or `*` for actions that know no resources.
    resource: Option<String>,
    /// The region of the request, the server's own unless said.
    region: Option<String>,
    /// Context keys beside those that follow from the caller.
    #[serde(default)]
    context: Keys,
}

impl Asked {
    fn question(self) -> Result<Question, String> {
        let question = match (self.access_key_id, self.principal) {
            (Some(id), None) => Question::of_access_key(id, self.action),
            (None, Some(arn)) => Question::of_arn(arn, self.action),
            _ => return Err("one of `accessKeyId` and `principal` has to be given".to_owned()),
        };
        let question = match self.resource {
            Some(resource) => question.on(resource),
            None => question,
        };
        let question = match self.region {
            Some(region) => question.in_region(region),
            None => question,
        };
        Ok(question.with_context(self.context))
    }
}

/// Answers with the decision and its reasons; a denial comes with its encoded message as well.
pub(super) fn answer(shared: &Shared, body: &[u8]) -> Response {
    let question = json_read::read(body, "")
        .map_err(|error| error.to_string())
        .and_then(Asked::question);
    let (status, body) = match question {
        Err(message) => (StatusCode::BAD_REQUEST, json!({ "message": message })),
        Ok(question) => match decide(shared, question) {
            Ok(decision) => (StatusCode::OK, decision),
            Err(error) => {
                let status = match error {
                    QuestionError::NotFound(_) => StatusCode::NOT_FOUND,
                    _ => StatusCode::BAD_REQUEST,
                };
                (status, json!({ "message": error.to_string() }))
            }
        },
    };
    json_response(status, &body)
}

fn decide(shared: &Shared, question: Question) -> Result<Value, QuestionError> {
    let asked = question.answer(shared)?;
    let mut answer = json!(asked.decision);
    answer["principal"] = json!(asked.request.principal.to_string());
    if !asked.decision.is_allowed() {
        let (scope, store) = (&asked.scope, &shared.store);
        let text = encoded_message::text(&asked.request, &scope.caller.user_id(), &asked.decision);
        answer["encodedMessage"] = json!(store.message_key().seal(scope.account, text));
    }
    Ok(answer)
}
