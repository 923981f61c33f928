use serde::{Deserialize, Serialize};

use super::tag::{self, TagError, Tagged};
use super::{Eks, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::protocol::Fault;
use crate::store::{Context, Write};
use crate::validation::{Member, Shape, Violations};

/// Takes tags off a resource of EKS; keys that it does not have are passed over.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

/// Nothing.
#[derive(Debug, Serialize)]
pub(crate) struct Output {}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const ROUTE: Route = Route::delete("/tags/{resourceArn}");
    const INPUT: &'static [Member] = &[
        members::RESOURCE_ARN,
        Member::new("tagKeys", Shape::List(1, 50, &Shape::Text(1, 128, None))).required(),
    ];
    const ERRORS: &'static [&'static str] = &["BadRequestException", "NotFoundException"];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = TagError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_arn::<Self>(cx, &self.resource_arn).taking_tags(&self.tag_keys)]
    }

    fn refuse(violations: Violations) -> Fault {
        tag::refuse(violations)
    }

    fn call(self, cx: &mut Context) -> Result<Output, TagError> {
        let resource = Tagged::parse(cx, &self.resource_arn)?;
        resource
            .change(cx.eks_mut(), |tags| {
                tags.retain(|key, _| !self.tag_keys.contains(key));
            })
            .ok_or(TagError::NotFound(self.resource_arn))?;
        Ok(Output {})
    }
}
