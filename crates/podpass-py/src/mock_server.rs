//! `MockServer`: the mock, running in the Python process. `podpass.mock` completes it.
//!
//! PyO3 takes the methods of a class in one block: they stand here with their signatures and docstrings, and what lies
//! behind them in rooms of its own, such as `running` and `propagation`.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use podpass_mock::ledger::Expectation;
use podpass_mock::{Auth, Clock, EksDelay, MockServerBuilder, Question, Quota, StartError};
use podpass_policy::Context;
use pyo3::exceptions::PyAssertionError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};
use tempfile::NamedTempFile;

use crate::clock as mock_clock;
use crate::error;
use crate::fault::{self, FaultReport};
use crate::filter;
use crate::json;
use crate::policy::{Decision, given};
use crate::propagation;
use crate::request::Request;
use crate::running::Running;
use crate::runtime;
use crate::session::Session;
use crate::throttle;

/// A mock of AWS and Kubernetes.
#[pyclass(frozen, subclass, module = "podpass.mock")]
pub(crate) struct MockServer {
    builder: MockServerBuilder,
    clock: Clock,
    running: Mutex<Option<Running>>,
}

#[pymethods]
impl MockServer {
    #[new]
    #[pyo3(signature = (
        *,
        clusters = Vec::new(),
        account = "111122223333",
        region = "us-west-2",
        port = 0,
        tls_port = None,
        agent_port = None,
        agent_metrics_port = None,
        agent_rate = None,
        auth = "off",
        admin_key = None,
        quotas = BTreeMap::new(),
        eks_delays = BTreeMap::new(),
        managed_policies = None,
        issuer_key = None,
        issuers = BTreeMap::new(),
        seed = None,
        clock = None,
        state = None,
        load = None,
        propagation = None,
        faults = Vec::new(),
        throttle = None,
    ))]
    #[expect(
        clippy::too_many_arguments,
        reason = "Python gives them by their names"
    )]
    fn new(
        clusters: Vec<String>,
        account: &str,
        region: &str,
        port: u16,
        tls_port: Option<u16>,
        agent_port: Option<u16>,
        agent_metrics_port: Option<u16>,
        agent_rate: Option<u32>,
        auth: &str,
        admin_key: Option<(String, String)>,
        quotas: BTreeMap<String, usize>,
        eks_delays: BTreeMap<String, Duration>,
        managed_policies: Option<PathBuf>,
        issuer_key: Option<PathBuf>,
        issuers: BTreeMap<String, (String, PathBuf)>,
        seed: Option<u64>,
        clock: Option<Timestamp>,
        state: Option<PathBuf>,
        load: Option<PathBuf>,
        propagation: Option<&Bound<'_, PyAny>>,
        faults: Vec<Bound<'_, PyAny>>,
        throttle: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let clock = clock.map_or_else(Clock::system, Clock::stopped_at);
        let account = account.parse().map_err(error::plain)?;
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut builder = podpass_mock::MockServer::builder()
            .listen(local(port))
            .clock(clock.clone())
            .account(account)
            .region(region)
            .auth(auth.parse::<Auth>().map_err(error::plain)?);
        builder = builder.faults(fault::given(faults)?);
        if let Some(rates) = throttle {
            builder = builder.throttle(throttle::given(rates)?);
        }
        if let Some(port) = tls_port {
            builder = builder.tls_listen(local(port));
        }
        if let Some(port) = agent_port {
            builder = builder.agent_listen(local(port));
        }
        if let Some(port) = agent_metrics_port {
            builder = builder.agent_metrics_listen(local(port));
        }
        if let Some(rate) = agent_rate {
            builder = builder.agent_rate(rate);
        }
        if let Some((id, secret)) = admin_key {
            builder = builder.admin_key(id, secret);
        }
        for name in clusters {
            builder = builder.cluster(name);
        }
        for (name, limit) in quotas {
            builder = builder.quota(name.parse::<Quota>().map_err(error::plain)?, limit);
        }
        for (name, duration) in eks_delays {
            let delay = name.parse::<EksDelay>().map_err(error::plain)?;
            builder = builder.eks_delay(delay, duration);
        }
        if let Some(folder) = managed_policies {
            builder = builder.managed_policies(folder);
        }
        if let Some(file) = issuer_key {
            builder = builder.issuer_key(file);
        }
        for (cluster, (url, key_set)) in issuers {
            builder = builder.issuer(cluster, url, key_set);
        }
        if let Some(seed) = seed {
            builder = builder.seed(seed);
        }
        if let Some(file) = state {
            builder = builder.state(file);
        }
        if let Some(file) = load {
            builder = builder.load(file);
        }
        if let Some(delays) = propagation {
            builder = builder.propagation(propagation::read(delays)?);
        }
        Ok(Self {
            builder,
            clock,
            running: Mutex::new(None),
        })
    }

    /// Starts the server; it answers as soon as this returns.
    fn start(&self, py: Python<'_>) -> PyResult<()> {
        if self.lock().is_some() {
            return Err(error::with_hint("the mock server runs already", None));
        }
        let builder = self.builder.clone();
        let server = runtime::wait(py, async {
            builder.start().await.map_err(|error| {
                let hint = match error {
                    StartError::PortInUse(_) => Some(
                        "another podpass-mock, LocalStack or moto may hold it: stop that, or leave \
                         `port` away to take a free one",
                    ),
                    _ => error.help(),
                };
                error::with_hint(&error::chain(&error), hint)
            })
        })?;
        let kubeconfig = NamedTempFile::with_prefix("podpass-kubeconfig-")?.into_temp_path();
        *self.lock() = Some(Running { server, kubeconfig });
        Ok(())
    }

    /// Stops the server and waits until it has. Does nothing when it does not run.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        let running = self.lock().take();
        match running {
            Some(running) => runtime::wait(py, async {
                running.server.shutdown().await;
                Ok(())
            }),
            None => Ok(()),
        }
    }

    /// The address to give to clients as their endpoint, such as `http://127.0.0.1:4566`.
    #[getter]
    fn uri(&self) -> PyResult<String> {
        self.with(|running| Ok(running.server.uri().to_owned()))
    }

    /// The address of the Kubernetes APIs by TLS, such as `https://127.0.0.1:6443`; `None` without `tls_port`.
    #[getter]
    fn tls_uri(&self) -> PyResult<Option<String>> {
        self.with(|running| Ok(running.server.tls_uri().map(str::to_owned)))
    }

    /// The address of the agent's metrics and probes; `None` without `agent_metrics_port`.
    #[getter]
    fn agent_metrics_uri(&self) -> PyResult<Option<String>> {
        self.with(|running| Ok(running.server.agent_metrics_uri().map(str::to_owned)))
    }

    /// The address at which pods ask for credentials, for `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    #[getter]
    fn credentials_uri(&self) -> PyResult<String> {
        self.with(|running| Ok(running.server.credentials_uri()))
    }

    /// The environment in which AWS and Kubernetes clients find this server.
    #[getter]
    fn env(&self) -> PyResult<BTreeMap<&'static str, String>> {
        self.with(|running| {
            let mut env: BTreeMap<_, _> = running.server.env().into_iter().collect();
            let kubeconfig = running.kubeconfig()?.to_string_lossy().into_owned();
            env.insert("KUBECONFIG", kubeconfig);
            Ok(env)
        })
    }

    /// The session that leads to this server.
    fn session(&self) -> PyResult<Session> {
        self.with(|running| {
            let kubeconfig = running.kubeconfig()?;
            Ok(Session::of_mock(running.server.env(), kubeconfig))
        })
    }

    /// Writes a kubeconfig with a context for each cluster, readable by its owner only.
    fn kubeconfig(&self, path: PathBuf) -> PyResult<()> {
        self.with(|running| Ok(running.write_kubeconfig(&path)?))
    }

    /// Everything that the server holds, as JSON: what `import_state` and the argument `load` take. It holds secrets.
    fn export_state(&self) -> PyResult<String> {
        self.with(|running| Ok(running.server.export_state()))
    }

    /// Replaces everything that the server holds by what `export_state` returned, here or elsewhere. When anything in it
    /// cannot be read, the server stays as it is.
    fn import_state(&self, state: &str) -> PyResult<()> {
        self.with(|running| running.server.import_state(state).map_err(error::plain))
    }

    /// Brings back the state as it was right after the start, and forgets the recorded requests.
    fn reset(&self) -> PyResult<()> {
        self.with(|running| {
            running.server.reset();
            Ok(())
        })
    }

    /// The calls that were answered since the start or the last reset, oldest first: at most the newest ten
    /// thousand, and of them those that meet the filters, such as `service="iam", operation="Create*"`.
    ///
    /// Filters are `service`, `operation`, `account`, `region`, `caller`, `access_key_id`, `resource`, `error_code`,
    /// `user_agent` and `fault`, in which `*` stands for anything; `status`, such as 404 or `"4xx"`; `decision`;
    /// `source`; `read_only`; `since` and `until`, by the server's clock; `after`, a sequence number; and `limit`.
    #[pyo3(signature = (**filters))]
    fn requests(&self, filters: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<Request>> {
        let filter = filter::of(filters)?;
        self.with(|running| {
            let entries = running.server.requests_where(&filter);
            Ok(entries.into_iter().map(Request::from).collect())
        })
    }

    /// How many calls were answered since the start or the last reset, exactly: `total`, `forgotten` and `counts`,
    /// in which each has `service`, `operation`, `status`, `errorCode` and `count`.
    fn request_summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let summary = self.with(|running| Ok(running.server.request_summary()))?;
        json::to_python(py, &summary)
    }

    /// Raises `AssertionError` unless there were so many calls, of those that meet the filters of `requests()`: exactly
    /// `calls`, `at_least`, `at_most`. With `none_twice`, no call may ask for the same as an earlier one. Returns how
    /// many there were.
    #[pyo3(signature = (calls = None, *, at_least = None, at_most = None, none_twice = false, **filters))]
    fn assert_requests(
        &self,
        calls: Option<u64>,
        at_least: Option<u64>,
        at_most: Option<u64>,
        none_twice: bool,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<u64> {
        let mut expected = Expectation::new().of(filter::of(filters)?);
        if let Some(calls) = calls {
            expected = expected.calls(calls);
        }
        if let Some(calls) = at_least {
            expected = expected.at_least(calls);
        }
        if let Some(calls) = at_most {
            expected = expected.at_most(calls);
        }
        if none_twice {
            expected = expected.none_twice();
        }
        self.with(|running| {
            let checked = running.server.check_requests(&expected);
            checked.map_err(|unmet| PyAssertionError::new_err(unmet.message))
        })
    }

    /// The calls to AWS that meet the filters of `requests()`, as CloudTrail records them: `{"Records": […]}`.
    #[pyo3(signature = (**filters))]
    fn cloudtrail<'py>(
        &self,
        py: Python<'py>,
        filters: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let filter = filter::of(filters)?;
        let records = self.with(|running| Ok(running.server.cloudtrail(&filter)))?;
        json::to_python(py, &records)
    }

    /// Forgets the recorded requests; the state stays as it is.
    fn clear_requests(&self) -> PyResult<()> {
        self.with(|running| {
            running.server.clear_requests();
            Ok(())
        })
    }

    /// Has calls go wrong on purpose from now on, all of the faults or none, and tells their ids. They stand behind those
    /// that are there.
    #[pyo3(signature = (*faults))]
    fn add_faults(&self, faults: Vec<Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
        let faults = fault::given(faults)?;
        self.with(|running| running.server.add_faults(faults).map_err(error::plain))
    }

    /// The faults in the order in which calls are held against them, and what they have done so far.
    fn faults(&self) -> PyResult<Vec<FaultReport>> {
        self.with(|running| {
            let reports = running.server.faults().into_iter();
            Ok(reports.map(FaultReport::from).collect())
        })
    }

    /// Removes the fault of an id and tells what it has done; `None` if there is none.
    fn remove_fault(&self, id: &str) -> PyResult<Option<FaultReport>> {
        self.with(|running| Ok(running.server.remove_fault(id).map(FaultReport::from)))
    }

    /// Removes all faults, also those that the server was started with, until a reset.
    fn clear_faults(&self) -> PyResult<()> {
        self.with(|running| {
            running.server.clear_faults();
            Ok(())
        })
    }

    /// The classes of operations that are throttled: their calls per second, and how many at once. Set to `"aws"` for about
    /// what AWS takes, or to a mapping such as `{"iam-write": (5, 20)}`, of which the other classes take any number of calls.
    #[getter(throttle)]
    fn get_throttle(&self) -> PyResult<BTreeMap<String, (f64, u32)>> {
        self.with(|running| Ok(throttle::told(&running.server.throttle())))
    }

    #[setter(throttle)]
    fn set_throttle(&self, rates: &Bound<'_, PyAny>) -> PyResult<()> {
        let rates = throttle::given(rates)?;
        self.with(|running| {
            running.server.set_throttle(rates);
            Ok(())
        })
    }

    /// Decides whether somebody may do something, in any service, by the policies that the server holds.
    ///
    /// `principal` is the ARN of a user, of a session or of a role, whose sessions are then taken to have
    /// no session tags; or the id of an access key. `resource` is an ARN, or `*` for actions that know none. Policies
    /// of the resource, such as a bucket's, take no part.
    #[pyo3(signature = (principal, action, resource = "*", *, region = None, context = None))]
    fn authorize(
        &self,
        principal: &str,
        action: &str,
        resource: &str,
        region: Option<&str>,
        context: Option<&Bound<'_, PyMapping>>,
    ) -> PyResult<Decision> {
        let mut keys = Context::new();
        given::extend(&mut keys, context)?;
        // No access key has a colon.
        let question = match principal.starts_with("arn:") {
            true => Question::of_arn(principal, action),
            false => Question::of_access_key(principal, action),
        };
        let question = question.on(resource).with_context(keys);
        let question = match region {
            Some(region) => question.in_region(region),
            None => question,
        };
        self.with(|running| {
            let decided = running.server.authorize(question);
            decided.map(Decision::from).map_err(error::plain)
        })
    }

    /// Has the issuer of a cluster sign with a new key from now on, whose id is answered; tokens that
    /// are signed already stay good.
    fn rotate_issuer_key(&self, py: Python<'_>, cluster: &str) -> PyResult<String> {
        // A key takes a moment to find.
        py.detach(|| {
            self.with(|running| {
                let rotated = running.server.rotate_issuer_key(cluster);
                rotated.map_err(error::plain)
            })
        })
    }

    /// The server's clock.
    #[getter]
    fn clock(&self) -> mock_clock::Clock {
        self.clock.clone().into()
    }

    /// How long news take through AWS: a `timedelta` for each way. Set to `"aws"`, or to a mapping such as
    /// `{"iam-eks": timedelta(seconds=10)}`, of which the other ways take no time.
    #[getter(propagation)]
    fn get_propagation(&self) -> PyResult<BTreeMap<&'static str, Duration>> {
        self.with(|running| Ok(running.server.propagation().delays().collect()))
    }

    #[setter(propagation)]
    fn set_propagation(&self, delays: &Bound<'_, PyAny>) -> PyResult<()> {
        let delays = propagation::read(delays)?;
        self.with(|running| {
            running.server.set_propagation(delays);
            Ok(())
        })
    }

    /// Moves the server's time forward by a `timedelta`, as `clock.advance` does.
    fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    fn __repr__(&self) -> String {
        match &*self.lock() {
            Some(running) => format!("MockServer(uri='{}')", running.server.uri()),
            None => "MockServer(stopped)".to_owned(),
        }
    }
}

impl MockServer {
    fn with<T>(&self, read: impl FnOnce(&Running) -> PyResult<T>) -> PyResult<T> {
        match &*self.lock() {
            Some(running) => read(running),
            None => Err(error::with_hint(
                "the mock server does not run",
                Some("use it in a `with` block, or call `start()` first"),
            )),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
