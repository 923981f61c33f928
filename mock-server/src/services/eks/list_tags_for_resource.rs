use serde::{Deserialize, Serialize};

use super::tag::{self, TagError, Tagged};
use super::{Eks, members, permission};
use crate::auth::permission::Permission;
use crate::operation::{Operation, Route};
use crate::protocol::Fault;
use crate::state::eks::Tags;
use crate::store::{Context, Read};
use crate::validation::{Member, Violations};

/// Lists the tags of a resource of EKS.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListTagsForResource {
    resource_arn: String,
}

/// The tags; empty when there are none.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    tags: Tags,
}

impl Operation for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";
    const ROUTE: Route = Route::get("/tags/{resourceArn}");
    const INPUT: &'static [Member] = &[members::RESOURCE_ARN];
    const ERRORS: &'static [&'static str] = &["BadRequestException", "NotFoundException"];
    type Service = Eks;
    type Access = Read;
    type Output = Output;
    type Error = TagError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        vec![permission::on_arn::<Self>(cx, &self.resource_arn)]
    }

    fn refuse(violations: Violations) -> Fault {
        tag::refuse(violations)
    }

    fn call(self, cx: &Context) -> Result<Output, TagError> {
        let resource = Tagged::parse(cx, &self.resource_arn)?;
        let tags = resource.tags(cx.eks());
        let tags = tags.ok_or(TagError::NotFound(self.resource_arn))?;
        Ok(Output { tags: tags.clone() })
    }
}
