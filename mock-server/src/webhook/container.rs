//! What containers get: variables that name the way to credentials, and the token's volume.

use serde_json::{Value, json};

use super::{Identity, annotation};

/// Pod Identity: where the agent listens.
const FULL_URI: &str = "http://169.254.170.23/v1/credentials";
const REGION_VARIABLES: [&str; 2] = ["AWS_DEFAULT_REGION", "AWS_REGION"];
const STS_VARIABLE: &str = "AWS_STS_REGIONAL_ENDPOINTS";

/// One way to credentials, as a pod is told of it.
#[derive(Debug)]
pub(super) struct Injection<'a> {
    /// The variable that says where credentials come from, and its value.
    source: (&'static str, &'a str),
    /// The variable that says where the token is.
    token_variable: &'static str,
    token_file: String,
    volume: &'static str,
    mount_path: &'static str,
    token_path: &'static str,
    audience: &'a str,
    region: &'a str,
    regional_sts: bool,
}

impl<'a> Injection<'a> {
    /// The way that a service account has: its association comes before its annotation.
    pub(super) fn of(identity: &Identity<'a>) -> Option<Injection<'a>> {
        let annotations = identity.annotations;
        let regional_sts = annotation(annotations, "sts-regional-endpoints");
        let regional_sts = regional_sts.is_none_or(|text| text == "true");
        let region = identity.region;
        if identity.has_association {
            return Some(Injection {
                source: ("AWS_CONTAINER_CREDENTIALS_FULL_URI", FULL_URI),
                token_variable: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                token_file: String::new(),
                volume: "eks-pod-identity-token",
                mount_path: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
                token_path: "eks-pod-identity-token",
                audience: "pods.eks.amazonaws.com",
                region,
                regional_sts,
            });
        }
        let role = annotation(annotations, "role-arn").filter(|role| !role.is_empty())?;
        Some(Injection {
            source: ("AWS_ROLE_ARN", role),
            token_variable: "AWS_WEB_IDENTITY_TOKEN_FILE",
            token_file: String::new(),
            volume: "aws-iam-token",
            mount_path: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
            token_path: "token",
            audience: annotation(annotations, "audience").unwrap_or("sts.amazonaws.com"),
            region,
            regional_sts,
        })
    }

    /// The same for a certain pod: on Windows the path of the token is another.
    pub(super) fn on(mut self, pod: &Value) -> Injection<'a> {
        let file = format!("{}/{}", self.mount_path, self.token_path);
        let selects = |label: &str| pod["spec"]["nodeSelector"][label] == "windows";
        let windows = selects("kubernetes.io/os") || selects("beta.kubernetes.io/os");
        self.token_file = match windows {
            true => format!("C:{}", file.replace('/', "\\")),
            false => file,
        };
        self
    }

    /// The volume with the token.
    pub(super) fn volume(&self, seconds: i64) -> Value {
        let token = json!({ "audience": self.audience, "expirationSeconds": seconds, "path": self.token_path });
        json!({ "name": self.volume, "projected": { "sources": [{ "serviceAccountToken": token }] } })
    }

    /// A container with what it lacks; variables that it sets itself are left as they are.
    pub(super) fn inject(&self, container: &Value) -> Value {
        let env = list(container, "env");
        let has = |name: &str| env.iter().any(|variable| variable["name"] == name);
        let has_region = REGION_VARIABLES.into_iter().any(has);
        let has_credentials = has(self.source.0) || has(self.token_variable);
        if has_credentials && has_region && has(STS_VARIABLE) {
            return container.clone();
        }
        let mut added = Vec::new();
        if self.regional_sts && !has(STS_VARIABLE) {
            added.push((STS_VARIABLE, "regional"));
        }
        if !has_region {
            added.extend(REGION_VARIABLES.map(|name| (name, self.region)));
        }
        if !has_credentials {
            added.extend([self.source, (self.token_variable, self.token_file.as_str())]);
        }
        let mut injected = container.clone();
        let added = added
            .into_iter()
            .map(|(name, value)| json!({ "name": name, "value": value }));
        let env: Vec<Value> = env.iter().cloned().chain(added).collect();
        if !env.is_empty() {
            injected["env"] = json!(env);
        }
        let mounts = list(container, "volumeMounts");
        if !mounts.iter().any(|mount| mount["name"] == self.volume) {
            let mount =
                json!({ "name": self.volume, "readOnly": true, "mountPath": self.mount_path });
            let mounts: Vec<Value> = mounts.iter().cloned().chain([mount]).collect();
            injected["volumeMounts"] = json!(mounts);
        }
        injected
    }
}

fn list<'a>(container: &'a Value, name: &str) -> &'a [Value] {
    container[name].as_array().map_or(&[], Vec::as_slice)
}
