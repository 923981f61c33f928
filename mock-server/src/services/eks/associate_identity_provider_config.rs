use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::identity_provider::{self, Named};
use super::tag_resource::TagResource;
use super::update::{self, Status};
use super::{Cause, Eks, EksError, cluster, idempotency, members, permission, tag};
use crate::auth::permission::Permission;
use crate::delay::EksDelay;
use crate::operation::{Operation, Route};
use crate::state::eks::{Attachment, Lifecycle, Tags, Updated};
use crate::state::request_token::RequestToken;
use crate::store::{Context, Write};
use crate::validation::{self, ANY_TEXT, Member, Shape};

/// Lets a cluster know users by an OIDC provider. Kubernetes here does not ask it.
#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssociateIdentityProviderConfig {
    #[serde(rename = "name")]
    cluster_name: String,
    oidc: Oidc,
    #[serde(default)]
    tags: Tags,
    client_request_token: Option<String>,
}

#[derive(Debug, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Oidc {
    identity_provider_config_name: String,
    /// The members that answers repeat as they are.
    #[serde(flatten)]
    settings: Map<String, Value>,
}

/// The update that associates it, and the tags it gets.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    #[serde(flatten)]
    update: update::Output,
    tags: Tags,
}

const KIND: &str = "AssociateIdentityProviderConfig";

const OIDC: &[Member] = &[
    Member::new("identityProviderConfigName", ANY_TEXT).required(),
    Member::new("issuerUrl", ANY_TEXT).required(),
    Member::new("clientId", ANY_TEXT).required(),
    Member::new("usernameClaim", ANY_TEXT),
    Member::new("usernamePrefix", ANY_TEXT),
    Member::new("groupsClaim", ANY_TEXT),
    Member::new("groupsPrefix", ANY_TEXT),
    Member::new(
        "requiredClaims",
        Shape::Map((0, usize::MAX), (1, 63), (1, 253)),
    ),
];

impl Operation for AssociateIdentityProviderConfig {
    const NAME: &'static str = "AssociateIdentityProviderConfig";
    const ROUTE: Route = Route::post("/clusters/{name}/identity-provider-configs/associate");
    const INPUT: &'static [Member] = &[
        members::CLUSTER,
        Member::new("oidc", Shape::Structure(OIDC)).required(),
        members::TAGS,
        members::CLIENT_REQUEST_TOKEN,
    ];
    const ERRORS: &'static [&'static str] = &[
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceInUseException",
        "ResourceNotFoundException",
    ];
    type Service = Eks;
    type Access = Write;
    type Output = Output;
    type Error = EksError;

    fn requires(&self, cx: &Context) -> Vec<Permission> {
        let setting = |name| self.oidc.settings.get(name).and_then(Value::as_str);
        let associate = permission::on_cluster::<Self>(cx, &self.cluster_name)
            .given("eks:clientId", setting("clientId"))
            .given("eks:issuerUrl", setting("issuerUrl"));
        let name = &self.oidc.identity_provider_config_name;
        permission::with_tags(associate, &self.tags, || {
            permission::on_identity_provider::<TagResource>(cx, &self.cluster_name, name)
        })
    }

    fn prepare(&mut self) -> Result<(), EksError> {
        validation::keep_known(OIDC, &mut self.oidc.settings);
        tag::check(&self.tags).map_err(|rule| Cause::from(rule).in_cluster(&self.cluster_name))
    }

    fn call(self, cx: &mut Context) -> Result<Output, EksError> {
        let cluster = cluster::find(cx, &self.cluster_name)?;
        let request = RequestToken::of(self.client_request_token.as_deref(), &self);
        let refuse = |cause: Cause| cause.in_cluster(&self.cluster_name);
        if let Some(made) = idempotency::made_before(&cluster.updates, request).map_err(refuse)? {
            return Ok(Output {
                update: update::Output::new(made, Status::InProgress),
                tags: self.tags,
            });
        }
        let Oidc {
            identity_provider_config_name: name,
            settings,
        } = &self.oidc;
        identity_provider::check_new(name, settings).map_err(|rule| refuse(rule.into()))?;
        update::check_idle(cx, cluster, &Updated::Cluster, KIND).map_err(refuse)?;
        if cluster.identity_providers.len() > 0 {
            return Err(refuse(Cause::IdentityProviderExists));
        }
        let issuer = settings.get("issuerUrl").and_then(Value::as_str);
        if issuer == Some(cluster.issuer.url()) {
            return Err(refuse(Cause::OwnIssuer));
        }
        let named = Named::oidc(name);
        let params = update::json_param("IdentityProviderConfig", &named);
        let update = update::new(cx, Updated::Cluster, KIND, params, request);
        let output = update::Output::new(&update, Status::InProgress);
        let provider = Attachment {
            name: named.name,
            id: cx.ids.uuid(),
            settings: self.oidc.settings,
            tags: self.tags.clone(),
            life: Lifecycle::creating(cx.after(EksDelay::Update)),
            created: cx.now,
            modified: cx.now,
            request: None,
        };
        cluster::change(cx, &self.cluster_name, |cluster| {
            cluster.identity_providers.put(provider);
            cluster.record(update);
        })?;
        Ok(Output {
            update: output,
            tags: self.tags,
        })
    }
}
