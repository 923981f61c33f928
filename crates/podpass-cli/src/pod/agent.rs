//! Where the agent is.

use clap::Args;
use http::Uri;

/// Where nodes of EKS have it.
const ON_NODES: &str = "http://169.254.170.23";
const PATH: &str = "/v1/credentials";

/// Which agent to ask.
#[derive(Debug, Args)]
pub(crate) struct AgentArgs {
    /// The EKS Pod Identity Agent [default: the one of the mock that --endpoint-url or AWS_ENDPOINT_URL leads to, else
    /// http://169.254.170.23/v1/credentials, which is there on nodes of EKS only]
    #[arg(long, value_name = "URL", value_parser = parse)]
    agent: Option<String>,
}

impl AgentArgs {
    /// The agent's URL, where `endpoint` is the one that requests to AWS go to instead of to AWS.
    pub(crate) fn url(&self, endpoint: Option<&str>) -> String {
        match (&self.agent, endpoint) {
            (Some(url), _) => url.clone(),
            (None, Some(endpoint)) => of_mock(endpoint),
            (None, None) => format!("{ON_NODES}{PATH}"),
        }
    }

    /// Whether an agent can be expected at that URL, rather than only on nodes.
    pub(crate) fn is_expected(&self, endpoint: Option<&str>) -> bool {
        self.agent.is_some() || endpoint.is_some()
    }
}

fn of_mock(endpoint: &str) -> String {
    format!("{}{PATH}", endpoint.trim_end_matches('/'))
}

/// Reads the URL of an agent, or of the server whose agent is meant.
fn parse(text: &str) -> Result<String, String> {
    let uri: Option<Uri> = text.parse().ok();
    let is_http = |uri: &Uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    };
    let uri = uri.filter(is_http).ok_or_else(|| {
        "an agent's URL looks like `http://127.0.0.1:4566/v1/credentials`".to_owned()
    })?;
    Ok(match uri.path() {
        "/" | "" => of_mock(text),
        _ => text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agent_is_the_mocks_where_there_is_a_mock() {
        let args = AgentArgs { agent: None };
        let mock = "http://127.0.0.1:4566/v1/credentials";
        for endpoint in ["http://127.0.0.1:4566", "http://127.0.0.1:4566/"] {
            assert_eq!(args.url(Some(endpoint)), mock);
        }
        assert_eq!(args.url(None), "http://169.254.170.23/v1/credentials");
    }

    #[test]
    fn agent_that_is_named_is_the_one_to_ask() {
        let elsewhere = parse("http://127.0.0.1:8080").unwrap();
        assert_eq!(elsewhere, "http://127.0.0.1:8080/v1/credentials");
        let whole = "https://[::1]:8080/other";
        assert_eq!(parse(whole).unwrap(), whole);
        for wrong in ["", "127.0.0.1:8080", "ftp://127.0.0.1", "http://"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let args = AgentArgs {
            agent: Some(elsewhere.clone()),
        };
        assert_eq!(args.url(Some("http://127.0.0.1:4566")), elsewhere);
    }
}
