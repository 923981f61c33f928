//! The pod's token.

use super::{PodPath, Verdict};
use crate::explain::claims::Claims;
use crate::explain::look::AUDIENCE;
use crate::port::{PortError, Service};

pub(super) fn judge(path: &PodPath) -> Verdict {
    if matches!(path.pod, Ok(None)) {
        return Verdict::broken(
            "there is no such pod, and tokens of pods that are gone are no good",
        )
        .remedy("`kubectl get pods` lists those there are");
    }
    let text = match &path.token {
        None => return Verdict::not_reached("there is no pod that has a token for the agent"),
        Some(Err(error)) => return Verdict::unasked(error),
        Some(Ok(text)) => text,
    };
    claims(path, text)
        .and_then(|claims| match &path.session {
            Some(Err(error)) if is_about(error) => Err(refused(error)),
            _ => Ok(claims),
        })
        .map_or_else(
            |verdict| verdict,
            |claims| {
                let pod = claims.pod();
                let bound = pod.map_or_else(String::new, |pod| format!(", bound to pod `{pod}`"));
                Verdict::holds(format!(
                    "it is of `{}`, for `{AUDIENCE}`{bound}",
                    claims.sub
                ))
            },
        )
}

/// What the token says, as far as that is right.
fn claims(path: &PodPath, text: &str) -> Result<Claims, Verdict> {
    if text.chars().any(char::is_whitespace) {
        return Err(Verdict::broken(
            "there are blanks or line breaks in the token, which SDKs or the agent refuse",
        )
        .remedy(
            "write the token into its file as it is, without `Bearer` and without a line break",
        ));
    }
    if text.is_empty() {
        return Err(Verdict::broken("the file of the token is empty"));
    }
    let Some(claims) = Claims::read(text) else {
        return Err(Verdict::broken("it is no service account token"));
    };
    if let (Some(found), Some(wanted)) = (&claims.iss, &path.issuer)
        && found != wanted
    {
        return Err(Verdict::broken(format!(
            "it was issued by `{found}`, and the cluster's tokens are by `{wanted}`"
        ))
        .remedy("use a token of this cluster"));
    }
    let subject = path.subject();
    let wanted = format!(
        "system:serviceaccount:{}:{}",
        subject.namespace, subject.service_account
    );
    if claims.sub != wanted {
        return Err(Verdict::broken(format!(
            "it is of `{}`, not of `{wanted}`",
            claims.sub
        )));
    }
    if !claims.aud.iter().any(|audience| audience == AUDIENCE) {
        return Err(Verdict::broken(format!(
            "it is for `{}`, not for `{AUDIENCE}`",
            claims.aud.join("`, `")
        ))
        .remedy(format!("request one with the audience `{AUDIENCE}`")));
    }
    Ok(claims)
}

fn refused(error: &PortError) -> Verdict {
    let verdict = Verdict::broken(super::session::told(error));
    match error.code() {
        Some("ExpiredTokenException") => {
            verdict.remedy("read the token from its file every time: it is replaced before it expires")
        }
        Some("InvalidTokenException") => verdict.remedy(
            "request a new one: it is another cluster's, not signed by this one, or its pod or service account is gone",
        ),
        _ => verdict,
    }
}

/// Whether an error says that the token is not good.
pub(super) fn is_about(error: &PortError) -> bool {
    error.service() == Service::Agent
        && match error.code() {
            Some(code) => matches!(code, "ExpiredTokenException" | "InvalidTokenException"),
            None => {
                let is_header =
                    error.status().is_none() && error.message().starts_with("the token ");
                is_header || error.message().starts_with("Service account token ")
            }
        }
}
