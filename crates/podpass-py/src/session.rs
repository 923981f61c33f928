//! `Session`: how AWS and the clusters are reached.

use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use podpass::Run;
use podpass_aws::World;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use tokio::sync::OnceCell;

use crate::{error, repr};

/// How AWS and the clusters are reached. What is not given comes from the environment and the
/// configuration files, as the AWS CLI and kubectl read them.
///
/// Clients and rates are shared by everything that is done with one session. Secrets are not shown:
///
/// >>> podpass.Session(access_key_id="AKIAIOSFODNN7EXAMPLE", secret_access_key="secret")
/// Session(profile=None, region=None, endpoint_url=None, access_key_id='AKIAIOSFODNN7EXAMPLE', ...)
#[pyclass(frozen, eq, hash, module = "podpass")]
#[derive(Default)]
pub(crate) struct Session {
    settings: Settings,
    run: OnceCell<Run<World>>,
}

#[derive(Default, PartialEq, Eq, Hash)]
struct Settings {
    profile: Option<String>,
    region: Option<String>,
    endpoint_url: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    kubeconfig: Option<PathBuf>,
    context: Option<String>,
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}

impl Hash for Session {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.settings.hash(state);
    }
}

impl Session {
    /// The session that a verb was given, or else the environment's.
    pub(crate) fn or_default(py: Python<'_>, given: Option<Py<Self>>) -> PyResult<Py<Self>> {
        match given {
            Some(session) => Ok(session),
            None => Py::new(py, Self::default()),
        }
    }

    /// The engine's run with these settings, made when it is first wanted.
    pub(crate) async fn run(&self) -> PyResult<&Run<World>> {
        let open = || async { Ok(Run::new(self.settings.world().await?)) };
        self.run.get_or_try_init(open).await
    }

    /// The session of an environment that a mock server told.
    pub(crate) fn of_mock(
        env: impl IntoIterator<Item = (&'static str, String)>,
        kubeconfig: PathBuf,
    ) -> Self {
        let mut settings = Settings {
            kubeconfig: Some(kubeconfig),
            ..Settings::default()
        };
        for (name, value) in env {
            match name {
                "AWS_ENDPOINT_URL" => settings.endpoint_url = Some(value),
                "AWS_REGION" => settings.region = Some(value),
                "AWS_ACCESS_KEY_ID" => settings.access_key_id = Some(value),
                "AWS_SECRET_ACCESS_KEY" => settings.secret_access_key = Some(value),
                _ => {}
            }
        }
        settings.into()
    }
}

impl From<Settings> for Session {
    fn from(settings: Settings) -> Self {
        Self {
            settings,
            run: OnceCell::new(),
        }
    }
}

impl Settings {
    async fn world(&self) -> PyResult<World> {
        let mut builder = World::builder();
        if let Some(profile) = &self.profile {
            builder = builder.profile(profile);
        }
        if let Some(region) = &self.region {
            builder = builder.region(region.parse().map_err(error::plain)?);
        }
        if let Some(url) = &self.endpoint_url {
            builder = builder.endpoint_url(url);
        }
        if let (Some(id), Some(secret)) = (&self.access_key_id, &self.secret_access_key) {
            builder = builder.credentials(id, secret, self.session_token.clone());
        }
        if let Some(path) = &self.kubeconfig {
            builder = builder.kubeconfig(path);
        }
        if let Some(name) = &self.context {
            builder = builder.context(name);
        }
        builder.build().await.map_err(error::plain)
    }
}

#[pymethods]
impl Session {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(
            py,
            [
                "profile",
                "region",
                "endpoint_url",
                "access_key_id",
                "kubeconfig",
                "context",
            ],
        )
    }

    #[new]
    #[pyo3(signature = (
        *,
        profile = None,
        region = None,
        endpoint_url = None,
        access_key_id = None,
        secret_access_key = None,
        session_token = None,
        kubeconfig = None,
        context = None,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        profile: Option<String>,
        region: Option<String>,
        endpoint_url: Option<String>,
        access_key_id: Option<String>,
        secret_access_key: Option<String>,
        session_token: Option<String>,
        kubeconfig: Option<PathBuf>,
        context: Option<String>,
    ) -> PyResult<Self> {
        if access_key_id.is_some() != secret_access_key.is_some() {
            return Err(error::with_hint(
                "`access_key_id` and `secret_access_key` are given together or not at all",
                None,
            ));
        }
        let settings = Settings {
            profile,
            region,
            endpoint_url,
            access_key_id,
            secret_access_key,
            session_token,
            kubeconfig,
            context,
        };
        Ok(settings.into())
    }

    /// The profile of the AWS configuration.
    #[getter]
    fn profile(&self) -> Option<&str> {
        self.settings.profile.as_deref()
    }

    /// The region of clusters whose manifest entry names none.
    #[getter]
    fn region(&self) -> Option<&str> {
        self.settings.region.as_deref()
    }

    /// Where AWS requests are sent.
    #[getter]
    fn endpoint_url(&self) -> Option<&str> {
        self.settings.endpoint_url.as_deref()
    }

    /// The access key's id; the secret is not told again.
    #[getter]
    fn access_key_id(&self) -> Option<&str> {
        self.settings.access_key_id.as_deref()
    }

    /// The kubeconfig.
    #[getter]
    fn kubeconfig(&self) -> Option<&Path> {
        self.settings.kubeconfig.as_deref()
    }

    /// The context of the kubeconfig, for the one cluster of the manifest.
    #[getter]
    fn context(&self) -> Option<&str> {
        self.settings.context.as_deref()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf)
    }
}
