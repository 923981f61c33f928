use serde::{Deserialize, Serialize};

use super::paging::{More, Paging};
use super::view::PolicyView;
use super::{Iam, IamError, lookup, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{Policy, Usage};
use crate::state::page::{Page, part};
use crate::store::{Context, Read};
use crate::validation::{Member, Shape};

/// Lists managed policies: the customer's first, then those of AWS.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListPolicies {
    #[serde(default)]
    scope: Scope,
    #[serde(default)]
    only_attached: bool,
    path_prefix: Option<String>,
    policy_usage_filter: Option<UsageFilter>,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Deserialize)]
enum Scope {
    #[default]
    All,
    #[serde(rename = "AWS")]
    Aws,
    Local,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
enum UsageFilter {
    PermissionsPolicy,
    PermissionsBoundary,
}

/// A page of policies.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policies: Vec<PolicyView>,
    #[serde(flatten)]
    more: More,
}

impl Operation for ListPolicies {
    const NAME: &'static str = "ListPolicies";
    const INPUT: &'static [Member] = &[
        Member::new("Scope", Shape::Enum(&["All", "AWS", "Local"])),
        Member::new("OnlyAttached", Shape::Boolean),
        members::POLICY_PATH_PREFIX,
        members::POLICY_USAGE_FILTER,
        members::MARKER,
        members::MAX_ITEMS,
    ];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let prefix = self.path_prefix.as_deref();
        let list = permission::on_path::<Self>(cx, "policy", prefix);
        vec![list.named(format!("policy path {}", prefix.unwrap_or("/")))]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let after = self.paging.after()?;
        let page = match self.only_attached || self.policy_usage_filter.is_some() {
            true => self.used(cx, after.as_deref()),
            false => self.stored(cx, after.as_deref()),
        };
        let (policies, more) = More::after(page);
        Ok(Output { policies, more })
    }
}

impl ListPolicies {
    fn prefix(&self) -> &str {
        self.path_prefix.as_deref().unwrap_or_default()
    }

    fn takes(&self, scope: Scope) -> bool {
        self.scope == Scope::All || self.scope == scope
    }

    /// All policies of the scope, by path and name.
    fn stored(&self, cx: &Context, after: Option<&str>) -> Page<PolicyView> {
        let parts = [
            (Scope::Local, 'a', &cx.iam().policies),
            (
                Scope::Aws,
                'b',
                cx.settings.aws_managed.policies(cx.partition()),
            ),
        ];
        let rows = parts
            .into_iter()
            .filter(|(scope, ..)| self.takes(*scope))
            .flat_map(|(_, mark, table)| part(mark, table, self.prefix(), after));
        Page::of(rows, self.paging.limit(), |policy| {
            PolicyView::listed(policy, lookup::usage(cx, &policy.arn))
        })
    }

    /// The policies of the scope that somebody uses, by ARN.
    fn used(&self, cx: &Context, after: Option<&str>) -> Page<PolicyView> {
        let (partition, prefix) = (cx.partition(), self.prefix());
        let own = format!("arn:{partition}:iam::{}:policy{prefix}", cx.account());
        let aws = format!("arn:{partition}:iam::aws:policy{prefix}");
        let usages = &cx.iam().usages;
        let rows = [(Scope::Local, &own), (Scope::Aws, &aws)]
            .into_iter()
            .filter(|(scope, _)| self.takes(*scope))
            .flat_map(|(_, prefix)| usages.scan(prefix, after))
            .filter(|(_, usage)| self.wants(usage))
            .filter_map(|(arn, usage)| Some((arn, (cx.managed_policy(cx.account(), arn)?, usage))));
        Page::of(
            rows,
            self.paging.limit(),
            |(policy, usage): (&Policy, &Usage)| PolicyView::listed(policy, usage),
        )
    }

    fn wants(&self, usage: &Usage) -> bool {
        let attached = !usage.attached.is_empty();
        let wanted = match self.policy_usage_filter {
            None => true,
            Some(UsageFilter::PermissionsPolicy) => attached,
            Some(UsageFilter::PermissionsBoundary) => !usage.bounded.is_empty(),
        };
        wanted && (attached || !self.only_attached)
    }
}
