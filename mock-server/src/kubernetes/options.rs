//! The query parameters of a request, read once.

use http::header;

use super::Request;
use super::failure::{Cause, Failure};
use super::table::Include;

/// The longest name of a field manager, in characters.
const MAX_MANAGER: usize = 128;

/// What happens to fields that the kind does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldValidation {
    /// Dropped silently.
    Ignore,
    /// Dropped with a warning; what the API server does unless told otherwise.
    Warn,
    /// Refused.
    Strict,
}

/// The parameters that verbs look at.
#[derive(Debug)]
pub(crate) struct Options {
    /// Nothing is stored.
    pub(crate) dry_run: bool,
    /// `fieldManager`, when given.
    pub(crate) field_manager: Option<String>,
    /// What happens to unknown fields.
    pub(crate) field_validation: FieldValidation,
    /// Takes fields from other managers.
    pub(crate) force: Option<bool>,
    /// `labelSelector`.
    pub(crate) label_selector: String,
    /// `fieldSelector`.
    pub(crate) field_selector: String,
    /// The list is watched.
    pub(crate) watch: bool,
    /// `resourceVersion`, as a number; nothing when absent.
    pub(crate) resource_version: Option<u64>,
    /// `resourceVersionMatch`.
    pub(crate) resource_version_match: Option<String>,
    /// `limit`; nothing when absent or 0.
    pub(crate) limit: Option<usize>,
    /// `continue`.
    pub(crate) continues: Option<String>,
    /// How long a watch lasts, in seconds.
    pub(crate) timeout_seconds: Option<u64>,
    /// `sendInitialEvents`.
    pub(crate) send_initial_events: Option<bool>,
    /// A watch may carry bookmarks.
    pub(crate) allow_watch_bookmarks: bool,
    /// What goes with the rows of a table.
    pub(crate) include_object: Include,
    /// `propagationPolicy` of a deletion.
    pub(crate) propagation_policy: Option<String>,
    /// `gracePeriodSeconds` of a deletion.
    pub(crate) grace_period_seconds: Option<i64>,
}

impl Options {
    /// Reads the query; `options` is the name under which Kubernetes refuses wrong values, e.g. `CreateOptions`.
    ///
    /// # Errors
    /// [`Failure::InvalidOptions`] and [`Failure::BadRequest`] for values that are not what the parameter takes.
    pub(crate) fn read(request: &Request, options: &'static str) -> Result<Options, Failure> {
        let query: Vec<(String, String)> = form_urlencoded::parse(request.query.as_bytes())
            .into_owned()
            .collect();
        let text = |name: &str| {
            query
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
                .filter(|value| !value.is_empty())
        };
        let mut causes = Vec::new();
        let dry_run = text("dryRun");
        if let Some(value) = dry_run.as_deref().filter(|value| *value != "All") {
            causes.push(Cause::unsupported("dryRun", value, &["All"]));
        }
        let field_validation = match text("fieldValidation").as_deref() {
            None | Some("Warn") => FieldValidation::Warn,
            Some("Ignore") => FieldValidation::Ignore,
            Some("Strict") => FieldValidation::Strict,
            Some(other) => {
                causes.push(Cause::unsupported(
                    "fieldValidation",
                    other,
                    &["Ignore", "Strict", "Warn"],
                ));
                FieldValidation::Warn
            }
        };
        let field_manager = text("fieldManager");
        if field_manager
            .as_ref()
            .is_some_and(|name| name.chars().count() > MAX_MANAGER)
        {
            causes.push(Cause::too_long("fieldManager", MAX_MANAGER));
        }
        if !causes.is_empty() {
            return Err(Failure::InvalidOptions(options, causes));
        }
        let include_object = match text("includeObject").as_deref() {
            None | Some("Metadata") => Include::Metadata,
            Some("None") => Include::Nothing,
            Some("Object") => Include::Object,
            Some(other) => {
                return Err(Failure::BadRequest(format!(
                    "unrecognized includeObject value: {other:?}"
                )));
            }
        };
        Ok(Options {
            dry_run: dry_run.is_some(),
            field_manager,
            field_validation,
            force: text("force").map(|value| truthy(&value)),
            label_selector: text("labelSelector").unwrap_or_default(),
            field_selector: text("fieldSelector").unwrap_or_default(),
            watch: text("watch").is_some_and(|value| truthy(&value)),
            resource_version: number(text("resourceVersion"), "resourceVersion")?,
            resource_version_match: text("resourceVersionMatch"),
            limit: number(text("limit"), "limit")?.filter(|limit| *limit > 0),
            continues: text("continue"),
            timeout_seconds: number(text("timeoutSeconds"), "timeoutSeconds")?,
            send_initial_events: text("sendInitialEvents").map(|value| truthy(&value)),
            allow_watch_bookmarks: text("allowWatchBookmarks").is_some_and(|value| truthy(&value)),
            include_object,
            propagation_policy: text("propagationPolicy"),
            grace_period_seconds: number(text("gracePeriodSeconds"), "gracePeriodSeconds")?,
        })
    }

    /// The name under which a write is recorded: the parameter, or the first word of the client's name.
    pub(crate) fn manager(&self, request: &Request) -> String {
        self.field_manager.clone().unwrap_or_else(|| {
            let agent = request
                .headers
                .get(header::USER_AGENT)
                .and_then(|value| value.to_str().ok())
                .unwrap_or("unknown");
            agent
                .split('/')
                .next()
                .unwrap_or(agent)
                .chars()
                .take(MAX_MANAGER)
                .collect()
        })
    }
}

/// Go's reading of a boolean parameter: anything but `0` and `false`.
fn truthy(value: &str) -> bool {
    !matches!(value, "0" | "false")
}

fn number<T: std::str::FromStr>(text: Option<String>, name: &str) -> Result<Option<T>, Failure> {
    text.map(|text| {
        text.parse().map_err(|_| {
            Failure::BadRequest(format!("{name}: Invalid value: \"{text}\": invalid number"))
        })
    })
    .transpose()
}
