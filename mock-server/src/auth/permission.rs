//! What a call has to be allowed: actions on resources, with the context keys that conditions can ask for, as
//! the Service Authorization Reference lists them.

use std::borrow::Cow;

use podpass_policy::Context as Keys;

use crate::operation::{Operation, Service};

/// The action of handing a role to a service.
pub(crate) const PASS_ROLE: &str = "iam:PassRole";

/// One action on one resource.
#[derive(Debug, Clone)]
pub(crate) struct Permission {
    pub(crate) action: Cow<'static, str>,
    /// An ARN, or `*` for actions that know no resources.
    pub(crate) resource: String,
    /// How a denial names the resource, if not by what stands above.
    pub(crate) name: Option<String>,
    pub(crate) keys: Keys,
}

impl Permission {
    /// An action other than the operation itself, such as `iam:PassRole`.
    pub(crate) fn new(action: impl Into<Cow<'static, str>>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            name: None,
            keys: Keys::new(),
        }
    }

    /// The operation on a resource: its action has its name.
    pub(crate) fn of<O: Operation>(resource: impl Into<String>) -> Self {
        Self::new([O::Service::NAME, ":", O::NAME].concat(), resource)
    }

    /// The operation, which knows no resources.
    pub(crate) fn on_anything<O: Operation>() -> Self {
        Self::of::<O>("*")
    }

    /// Handing a role to a service. Tags of the role do not count (IAM user guide, "Grant a user permissions
    /// to pass a role to an AWS service").
    pub(crate) fn pass_role(role_arn: &str, service: &str) -> Self {
        Self::new(PASS_ROLE, role_arn).with("iam:PassedToService", service)
    }

    /// With another name for the resource in denials.
    pub(crate) fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// With a context key.
    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.keys.insert(key, value);
        self
    }

    /// With a context key, if the request gives it.
    pub(crate) fn given(self, key: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// With a context key that is a list, unless that is empty.
    pub(crate) fn listing<V: Into<String>>(
        mut self,
        key: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.keys.insert_list(key, values);
        }
        self
    }

    /// With the tags that the request sets.
    pub(crate) fn setting_tags<'t>(
        mut self,
        tags: impl IntoIterator<Item = (&'t String, &'t String)>,
    ) -> Self {
        let mut names = Vec::new();
        for (name, value) in tags {
            self.keys
                .insert(&format!("aws:RequestTag/{name}"), value.as_str());
            names.push(name.as_str());
        }
        self.taking_tags(names)
    }

    /// With the keys of the tags that the request takes away.
    pub(crate) fn taking_tags(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.listing("aws:TagKeys", names)
    }

    /// With the tags of the resource under a prefix such as `aws:ResourceTag`.
    pub(crate) fn tagged<'t>(
        mut self,
        prefix: &str,
        tags: impl IntoIterator<Item = (&'t String, &'t String)>,
    ) -> Self {
        for (name, value) in tags {
            self.keys
                .insert(&format!("{prefix}/{name}"), value.as_str());
        }
        self
    }

    /// The same context for another action on the resource.
    pub(crate) fn also(&self, action: &'static str) -> Self {
        Self {
            action: action.into(),
            ..self.clone()
        }
    }
}
