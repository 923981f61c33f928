//! Assuming a role: which actions STS asks for, with which context, and what the session then has.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Arn, ArnError, Context, Decision, Explanation, Layers, Outcome, Principal, Request};

/// A call of `sts:AssumeRole` or one of its kin.
///
/// STS decides up to four times: on assuming the role, on `sts:TagSession` when the session has tags,
/// passed now or inherited, on `sts:SetSourceIdentity` when it has a source identity, and on
/// `sts:SetContext` when contexts are passed.
///
/// ```
/// use podpass_policy::{AssumeRole, CompiledPolicy, DocumentKind, Layers, PolicyDocument, Principal};
///
/// let trust = PolicyDocument::parse(
///     r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
///         "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#,
/// )?;
/// let trust = CompiledPolicy::compile(&trust, DocumentKind::Trust);
/// let layers = Layers::new().trust(&trust);
///
/// let role = "arn:aws:iam::111122223333:role/my-role".parse()?;
/// let mut call = AssumeRole::new(Principal::service("pods.eks.amazonaws.com"), role, "eks-my-cluster");
/// assert!(call.authorize(&layers).is_allowed());
/// call.tags.push(("kubernetes-namespace".into(), "default".into()));
/// let message = call.authorize(&layers).message.unwrap();
/// assert!(message.contains("not authorized to perform: sts:TagSession"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssumeRole {
    /// Who assumes the role.
    pub principal: Principal,
    /// The role.
    pub role: Arn,
    /// The name of the session (`RoleSessionName`).
    pub session_name: String,
    /// The tags passed now, as they were passed.
    #[serde(default)]
    pub tags: Vec<(String, String)>,
    /// Those of the tags that further sessions inherit (`TransitiveTagKeys`).
    #[serde(default)]
    pub transitive_tag_keys: Vec<String>,
    /// The transitive tags of the calling session.
    #[serde(default)]
    pub inherited_tags: BTreeMap<String, String>,
    /// The tags of the role.
    #[serde(default)]
    pub role_tags: BTreeMap<String, String>,
    /// The external id.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The source identity, set now or inherited.
    #[serde(default)]
    pub source_identity: Option<String>,
    /// Whether the call passes contexts of other providers (`ProvidedContexts`).
    #[serde(default)]
    pub provides_contexts: bool,
    /// Context keys beyond those that follow from the call, such as `aws:SourceArn`.
    #[serde(default)]
    pub context: Context,
}

/// Session tags that STS refuses with `InvalidParameterValue`; the display is AWS's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionTagError {
    /// A key that begins with `aws:`, which AWS keeps for itself. The text is IAM's, as that of STS is not known.
    #[error("System tags, prefixed with aws:, cannot be added, modified or deleted.")]
    ReservedKey,
    /// Two keys differ only in case.
    #[error("Duplicate tag keys found. Please note that Tag keys are case insensitive.")]
    DuplicateKey,
    /// A transitive key that is no key of a tag.
    #[error("The specified transitive tag key must be included in the requested tags.")]
    TransitiveKeyWithoutTag,
    /// A tag that the calling session hands down already.
    #[error(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive \
         tag key from the calling session."
    )]
    ConflictsWithInherited,
}

/// Checks the keys of a session's tags by themselves.
///
/// # Errors
/// When a key is AWS's own, or is another's in all but case.
pub fn check_session_tag_keys<'k>(
    keys: impl IntoIterator<Item = &'k str>,
) -> Result<(), SessionTagError> {
    let mut seen = BTreeSet::new();
    for key in keys {
        let start = key.get(..4);
        if start.is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return Err(SessionTagError::ReservedKey);
        }
        if !seen.insert(key.to_ascii_lowercase()) {
            return Err(SessionTagError::DuplicateKey);
        }
    }
    Ok(())
}

impl AssumeRole {
    /// A call without tags.
    pub fn new(principal: Principal, role: Arn, session_name: impl Into<String>) -> Self {
        Self {
            principal,
            role,
            session_name: session_name.into(),
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            inherited_tags: BTreeMap::new(),
            role_tags: BTreeMap::new(),
            external_id: None,
            source_identity: None,
            provides_contexts: false,
            context: Context::new(),
        }
    }

    /// Checks the tags as STS does before it decides anything.
    ///
    /// # Errors
    /// When keys are AWS's own or collide, or a transitive key has no tag.
    pub fn check_tags(&self) -> Result<(), SessionTagError> {
        let passed = |key: &str| {
            let keys = self.tags.iter().map(|(other, _)| other);
            keys.filter(|other| other.eq_ignore_ascii_case(key)).count()
        };
        let inherited = |key: &str| {
            self.inherited_tags
                .keys()
                .any(|other| other.eq_ignore_ascii_case(key))
        };
        check_session_tag_keys(self.tags.iter().map(|(key, _)| key.as_str()))?;
        if self.transitive_tag_keys.iter().any(|key| passed(key) == 0) {
            return Err(SessionTagError::TransitiveKeyWithoutTag);
        }
        if self.tags.iter().any(|(key, _)| inherited(key)) {
            return Err(SessionTagError::ConflictsWithInherited);
        }
        Ok(())
    }

    /// The requests that STS decides upon, in its order.
    pub fn requests(&self) -> Vec<Request> {
        let mut actions = vec![match &self.principal {
            Principal::WebIdentity { provider } if provider.contains(":saml-provider/") => {
                "sts:AssumeRoleWithSAML"
            }
            Principal::WebIdentity { .. } => "sts:AssumeRoleWithWebIdentity",
            _ => "sts:AssumeRole",
        }];
        if !self.tags.is_empty() || !self.inherited_tags.is_empty() {
            actions.push("sts:TagSession");
        }
        if self.source_identity.is_some() {
            actions.push("sts:SetSourceIdentity");
        }
        if self.provides_contexts {
            actions.push("sts:SetContext");
        }
        let context = self.request_context();
        actions
            .into_iter()
            .map(|action| Request {
                principal: self.principal.clone(),
                action: action.to_owned(),
                resource: self.role.as_str().to_owned(),
                context: context.clone(),
            })
            .collect()
    }

    fn request_context(&self) -> Context {
        let mut context = self.principal.context();
        context.insert("aws:ResourceAccount", self.role.account());
        context.insert("sts:RoleSessionName", self.session_name.as_str());
        if let Some(id) = &self.external_id {
            context.insert("sts:ExternalId", id.as_str());
        }
        if let Some(identity) = &self.source_identity {
            context.insert("sts:SourceIdentity", identity.as_str());
        }
        // What the calling session hands down shadows the role's own tags.
        for (key, value) in self.role_tags.iter().chain(&self.inherited_tags) {
            context.insert(&format!("aws:ResourceTag/{key}"), value.as_str());
            context.insert(&format!("iam:ResourceTag/{key}"), value.as_str());
        }
        let passed = self.tags.iter().map(|(key, value)| (key, value));
        let tags = || self.inherited_tags.iter().chain(passed.clone());
        for (key, value) in tags() {
            context.insert(&format!("aws:RequestTag/{key}"), value.as_str());
        }
        if tags().next().is_some() {
            context.insert_list("aws:TagKeys", tags().map(|(key, _)| key.as_str()));
        }
        if !self.transitive_tag_keys.is_empty() {
            let keys = self.transitive_tag_keys.iter().map(String::as_str);
            context.insert_list("sts:TransitiveTagKeys", keys);
        }
        for (key, value) in self.context.iter() {
            context.set(key, value.clone());
        }
        context
    }

    /// Decides as STS does: the first denial, else the decision on assuming the role.
    pub fn authorize(&self, layers: &Layers<'_>) -> Decision {
        let mut requests = self.requests();
        let allowed = |request: &Request| layers.decide(request).outcome == Outcome::Allowed;
        let deciding = requests
            .iter()
            .position(|request| !allowed(request))
            .unwrap_or(0);
        layers.authorize(&requests.swap_remove(deciding))
    }

    /// Decides as [`AssumeRole::authorize`] does, and says what stands in the way: all of it, over all
    /// the actions.
    pub fn explain(&self, layers: &Layers<'_>) -> Explanation {
        let decision = self.authorize(layers);
        let all = self
            .requests()
            .into_iter()
            .flat_map(|request| layers.explain(&request).reasons);
        let mut reasons: Vec<_> = Vec::new();
        for reason in all {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        Explanation { decision, reasons }
    }

    /// The tags that the session has, read as `aws:PrincipalTag`: the role's, overlaid by those
    /// inherited and those passed now. Keys are equal when they differ only in case.
    pub fn principal_tags(&self) -> BTreeMap<String, String> {
        let passed = self.tags.iter().map(|(key, value)| (key, value));
        let mut tags: BTreeMap<String, String> = BTreeMap::new();
        for (key, value) in self
            .role_tags
            .iter()
            .chain(&self.inherited_tags)
            .chain(passed)
        {
            tags.retain(|other, _| !other.eq_ignore_ascii_case(key));
            tags.insert(key.clone(), value.clone());
        }
        tags
    }

    /// The tags that the session hands down to sessions begun from it.
    pub fn transitive_tags(&self) -> BTreeMap<String, String> {
        let is_transitive = |key: &str| {
            self.transitive_tag_keys
                .iter()
                .any(|other| other.eq_ignore_ascii_case(key))
        };
        let mut tags = self.inherited_tags.clone();
        let own = self.tags.iter().filter(|(key, _)| is_transitive(key));
        tags.extend(own.cloned());
        tags
    }

    /// The session as a principal.
    ///
    /// # Errors
    /// When the session's name makes its ARN too long.
    pub fn session(&self) -> Result<Principal, ArnError> {
        Principal::role_session(self.role.clone(), &self.session_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> AssumeRole {
        let role = "arn:aws:iam::111122223333:role/my-role".parse().unwrap();
        let mut call = AssumeRole::new(
            Principal::service("pods.eks.amazonaws.com"),
            role,
            "session",
        );
        call.tags.push(("Team".into(), "new".into()));
        call.role_tags.insert("team".into(), "old".into());
        call.role_tags.insert("cost".into(), "1".into());
        call
    }

    #[test]
    fn session_tags_override_role_tags_whatever_their_case() {
        let tags = call().principal_tags();
        assert_eq!(
            tags.into_iter().collect::<Vec<_>>(),
            [("Team".into(), "new".into()), ("cost".into(), "1".into())]
        );
    }

    #[test]
    fn inherited_tags_arrive_as_request_tags_and_shadow_the_roles_own() {
        let mut call = call();
        call.inherited_tags.insert("cost".into(), "2".into());
        let requests = call.requests();
        let actions: Vec<_> = requests
            .iter()
            .map(|request| request.action.as_str())
            .collect();
        assert_eq!(actions, ["sts:AssumeRole", "sts:TagSession"]);
        let context = &requests[0].context;
        assert_eq!(context.value("aws:RequestTag/cost"), Some("2"));
        assert_eq!(context.value("aws:ResourceTag/cost"), Some("2"));
        assert_eq!(
            context.find("aws:TagKeys").unwrap().values(),
            ["cost", "Team"]
        );
    }

    #[test]
    fn tags_that_sts_refuses_are_refused_in_its_words() {
        let mut transitive = call();
        transitive.transitive_tag_keys.push("cost".into());
        assert_eq!(
            transitive.check_tags(),
            Err(SessionTagError::TransitiveKeyWithoutTag)
        );
        let mut inherited = call();
        inherited.inherited_tags.insert("TEAM".into(), "x".into());
        assert_eq!(
            inherited.check_tags(),
            Err(SessionTagError::ConflictsWithInherited)
        );
        let mut duplicate = call();
        duplicate.tags.push(("TEAM".into(), "x".into()));
        assert_eq!(duplicate.check_tags(), Err(SessionTagError::DuplicateKey));
        let mut reserved = call();
        reserved.tags.push(("AWS:team".into(), "x".into()));
        assert_eq!(reserved.check_tags(), Err(SessionTagError::ReservedKey));
    }

    #[test]
    fn only_transitive_tags_are_handed_down() {
        let mut call = call();
        call.tags.push(("stays".into(), "x".into()));
        call.transitive_tag_keys.push("team".into());
        assert_eq!(
            call.transitive_tags().into_keys().collect::<Vec<_>>(),
            ["Team"]
        );
        assert_eq!(call.check_tags(), Ok(()));
    }
}
