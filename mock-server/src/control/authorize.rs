//! `POST /_podpass/authorize`: may whoever has an access key do something?
//!
//! So tests of code that calls other services can ask what AWS would decide.

use http::StatusCode;
use podpass_policy::Context as Keys;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth::caller::Credential;
use crate::auth::{authenticate, authorize, encoded_message};
use crate::dispatch::Shared;
use crate::protocol::Response;

use super::json_response;

/// The question.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Question {
    access_key_id: String,
    /// Such as `s3:GetObject`.
    action: String,
    /// An ARN, or `*` for actions that know no resources.
    #[serde(default = "anything")]
    resource: String,
    /// The region of the request, the server's own unless said.
    region: Option<String>,
    /// Context keys beside those that follow from the caller.
    #[serde(default)]
    context: Keys,
}

fn anything() -> String {
    "*".to_owned()
}

/// Answers with the decision and its reasons; a denial comes with its encoded message as well.
pub(super) fn answer(shared: &Shared, body: &[u8]) -> Response {
    match decide(shared, body) {
        Ok(decision) => json_response(StatusCode::OK, &decision),
        Err(message) => json_response(StatusCode::BAD_REQUEST, &json!({ "message": message })),
    }
}

fn decide(shared: &Shared, body: &[u8]) -> Result<Value, String> {
    let question: Question = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let region = question.region.as_deref();
    let region = region.unwrap_or(&shared.store.settings().region).to_owned();
    let credential = Credential {
        access_key: question.access_key_id,
        region,
        service: String::new(),
    };
    let scope = authenticate::scope(shared, Some(&credential));
    authenticate::begin(shared, &scope).map_err(|unusable| unusable.to_string())?;
    let (action, resource) = (question.action, question.resource);
    let decided = authorize::decide(shared, &scope, action, resource, question.context);
    let (request, decision) = decided.map_err(|error| error.to_string())?;
    let mut answer = json!(decision);
    answer["principal"] = json!(request.principal.to_string());
    if !decision.is_allowed() {
        let text = encoded_message::text(&request, &scope.caller.user_id(), &decision);
        answer["encodedMessage"] = json!(shared.store.message_key().seal(scope.account, text));
    }
    Ok(answer)
}
