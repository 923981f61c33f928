use serde::{Deserialize, Serialize};

use super::tag::{self, TagError, Tagged};
use super::{Eks, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::protocol::Fault;
use crate::state::eks::Tags;
use crate::store::{Context, Write};
use crate::validation::{Member, Violations};

/// Adds tags to a resource of EKS; tags that it has and that are not mentioned stay.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagResource {
    resource_arn: String,
    tags: Tags,
}

/// Nothing.
#[derive(Debug, Serialize)]
pub(crate) struct Output {}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const ROUTE: Route = Route::post("/tags/{resourceArn}");
    const INPUT: &'static [Member] = &[members::RESOURCE_ARN, members::TAGS.required()];
    const ERRORS: &'static [&'static str] = &["BadRequestException", "NotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = TagError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_arn::<Self>(cx, &self.resource_arn).setting_tags(&self.tags)]
    }

    fn refuse(violations: Violations) -> Fault {
        tag::refuse(violations)
    }

    fn prepare(&mut self) -> Result<(), TagError> {
        Ok(tag::check(&self.tags)?)
    }

    fn call(self, cx: &mut Context) -> Result<Output, TagError> {
        let resource = Tagged::parse(cx, &self.resource_arn)?;
        resource
            .change(cx.eks_mut(), |tags| tag::put(tags, self.tags))
            .ok_or(TagError::NotFound(self.resource_arn))??;
        Ok(Output {})
    }
}
