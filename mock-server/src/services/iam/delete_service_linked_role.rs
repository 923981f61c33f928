use serde::{Deserialize, Serialize};

use super::{Iam, IamError, lookup, members, permission, policies};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::{DeletionTask, EntityKind, SERVICE_LINKED_PATH};
use crate::state::table::Row;
use crate::store::{Context, Write};
use crate::validation::Member;

/// Deletes a service-linked role.
///
/// It is deleted at once, whether its service uses it or not.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteServiceLinkedRole {
    role_name: String,
}

/// The task, which GetServiceLinkedRoleDeletionStatus tells about.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    deletion_task_id: String,
}

impl Operation for DeleteServiceLinkedRole {
    const NAME: &'static str = "DeleteServiceLinkedRole";
    const INPUT: &'static [Member] = &[members::ROLE_NAME];
    const ERRORS: &'static [&'static str] = &["NoSuchEntity"];
    type Service = Iam;
    type Access = Write;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_role::<Self>(cx, &self.role_name)]
    }

    fn call(self, cx: &mut Context) -> Result<Output, IamError> {
        let role = lookup::role(cx, &self.role_name)?;
        let Some(service) = role.path.strip_prefix(SERVICE_LINKED_PATH) else {
            return Err(IamError::NotFound(EntityKind::Role, self.role_name));
        };
        let (key, name) = (role.key(), &role.name);
        let tasks = format!("task{SERVICE_LINKED_PATH}{service}{name}");
        let task = format!("{tasks}/{}", cx.ids.uuid());
        if let Some(role) = cx.iam_mut().roles.remove(&key) {
            policies::forget(cx, &(EntityKind::Role, role.name), &role.permissions);
        }
        DeletionTask::begin(&mut cx.iam_mut().deletion_tasks, task.clone());
        Ok(Output {
            deletion_task_id: task,
        })
    }
}
