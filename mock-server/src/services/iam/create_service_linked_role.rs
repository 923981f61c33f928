use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::document::Submitted;
use super::view::RoleView;
use super::{Iam, IamError, members, permission, service_linked, trust};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::quota::Quota;
use crate::state::iam::{EntityKind, Permissions, Role, SERVICE_LINKED_PATH, Tags};
use crate::store::{Context, Write};
use crate::validation::Member;

/// Creates the role that an AWS service acts with in the account, and that only the service changes.
///
/// The services are those that clusters and their add-ons make use of; others are refused. The policies of
/// services other than EKS are attached by name only, without their documents.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateServiceLinkedRole {
    #[serde(rename = "AWSServiceName")]
    service: String,
    description: Option<String>,
    custom_suffix: Option<String>,
}

/// The new role.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    role: RoleView,
}

impl Operation for CreateServiceLinkedRole {
    const NAME: &'static str = "CreateServiceLinkedRole";
    const INPUT: &'static [Member] = &[
        members::AWS_SERVICE_NAME,
        members::DESCRIPTION,
        members::CUSTOM_SUFFIX,
    ];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "LimitExceeded"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_linked_role::<Self>(
            cx,
            &self.service,
            self.custom_suffix.as_deref(),
        )]
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        let Some(service) = service_linked::service(&self.service) else {
            return Err(IamError::NotLinkedService(self.service));
        };
        let name = match self.custom_suffix {
            None => service.role.to_owned(),
            Some(suffix) if service.takes_suffix => format!("{}_{suffix}", service.role),
            Some(_) => return Err(IamError::SuffixNotAllowed(self.service)),
        };
        if cx.iam().role(&name).is_some() {
            return Err(IamError::LinkedRoleExists(name));
        }
        let limit = cx.quota(Quota::RolesPerAccount);
        if cx.iam().roles.len() >= limit {
            return Err(IamError::QuotaExceeded(Quota::RolesPerAccount, limit));
        }
        let path = format!("{SERVICE_LINKED_PATH}{}/", service.principal);
        let policy = service.policy;
        let policy_arn = format!(
            "arn:{}:iam::aws:policy{SERVICE_LINKED_PATH}{policy}",
            cx.partition()
        );
        let role = Role {
            trust: trust::bind(cx, Submitted::from(trusting(service.principal)))?,
            tags: Tags::default(),
            id: cx.ids.unique("AROA", cx.scope.account),
            arn: cx.iam_arn("role", &path, &name),
            created: cx.now_in_seconds(),
            name: name.clone(),
            path,
            description: self.description.filter(|text| !text.is_empty()),
            max_session_duration: 3_600,
            max_signin_session_duration: None,
            permissions: Permissions {
                attached: BTreeSet::from([(policy.to_owned(), policy_arn.clone())]),
                ..Permissions::default()
            },
            instance_profiles: BTreeSet::new(),
        };
        let view = RoleView::created(cx.state, &role);
        let iam = cx.iam_mut();
        iam.change_usage(&policy_arn, |usage| {
            _ = usage.attached.insert((EntityKind::Role, name))
        });
        iam.roles.put(role);
        Ok(Output { role: view })
    }
}

/// The trust policy, as AWS writes it.
fn trusting(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Action":["sts:AssumeRole"],"Principal":{{"Service":["{principal}"]}},"Effect":"Allow"}}]}}"#
    )
}
