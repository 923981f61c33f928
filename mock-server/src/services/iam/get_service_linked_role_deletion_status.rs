use serde::{Deserialize, Serialize};

use super::{Iam, IamError, members, permission};
use crate::auth::permission::Permission;
use crate::operation::Operation;
use crate::state::iam::DeletionTask;
use crate::store::{Context, Read};
use crate::validation::Member;

/// Tells how far the deletion of a service-linked role has come.
///
/// The last 1,000 tasks of an account are remembered. All of them have succeeded.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetServiceLinkedRoleDeletionStatus {
    deletion_task_id: String,
}

/// The state of the task.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    status: &'static str,
}

impl Operation for GetServiceLinkedRoleDeletionStatus {
    const NAME: &'static str = "GetServiceLinkedRoleDeletionStatus";
    const INPUT: &'static [Member] = &[members::DELETION_TASK_ID];
    const ERRORS: &'static [&'static str] = &["InvalidInput", "NoSuchEntity"];
    type Service = Iam;
    type Access = Read;
    type Output = Output;
    type Error = IamError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        // A task is called `task/aws-service-role/SERVICE/ROLE/ID`.
        let task = &self.deletion_task_id;
        let role = task.rsplit_once('/').map_or("", |(task, _)| task);
        let role = role.strip_prefix("task/").unwrap_or(role);
        vec![permission::on_new::<Self>(cx, "role", None, role)]
    }

    fn call(self, cx: &Context) -> Result<Output, IamError> {
        let tasks = &cx.iam().deletion_tasks;
        if tasks
            .find(DeletionTask::BY_ID, &self.deletion_task_id)
            .is_some()
        {
            return Ok(Output {
                status: "SUCCEEDED",
            });
        }
        let is_task = self.deletion_task_id.starts_with("task/aws-service-role/");
        Err(match is_task {
            true => IamError::DeletionTaskNotFound(self.deletion_task_id),
            false => IamError::InvalidDeletionTask(self.deletion_task_id),
        })
    }
}
