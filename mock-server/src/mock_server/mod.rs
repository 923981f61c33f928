//! Starting and stopping a server.

mod builder;
mod start_error;

use std::sync::Arc;

use podpass_policy::Decision;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use builder::MockServerBuilder;
pub use start_error::StartError;

use crate::auth::question::{Question, QuestionError};
use crate::dispatch::Shared;
use crate::fault::{Fault, FaultError, FaultReport};
use crate::kubeconfig;
use crate::ledger::{self, Expectation, Filter, Summary, Unmet};
use crate::oidc::RotateError;
use crate::persist::ImportError;
use crate::propagation::Propagations;
use crate::store::Settings;
use crate::throttle::Rates;

/// A running mock of AWS and Kubernetes. It stops when dropped.
///
/// ```
/// use podpass_mock::{MockServer, Quota};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let server = MockServer::builder()
///     .account("111122223333".parse()?)
///     .region("us-west-2")
///     .cluster("my-cluster")
///     .quota(Quota::RolesPerAccount, 5)
///     .start()
///     .await?;
/// assert!(server.kubeconfig().contains("/k8s/my-cluster"));
/// server.reset();
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Debug)]
pub struct MockServer {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    /// `None` once it was awaited.
    task: Option<JoinHandle<()>>,
}
impl MockServer {
    /// A server with AWS's example account in `us-west-2`, without clusters, on a free port of 127.0.0.1.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder::new()
    }

    /// The address to give to clients as their endpoint, such as `http://127.0.0.1:4566`.
    pub fn uri(&self) -> &str {
        &self.shared.store.settings().uri
    }

    /// The address of the Kubernetes APIs by TLS, if the server was [told](MockServerBuilder::tls_listen) to listen
    /// for it, such as `https://127.0.0.1:6443`.
    pub fn tls_uri(&self) -> Option<&str> {
        let tls = self.shared.store.settings().tls.as_ref();
        tls.map(|tls| tls.uri.as_str())
    }

    /// The address at which pods ask for credentials, for `AWS_CONTAINER_CREDENTIALS_FULL_URI`: the agent's own, if
    /// the server was [told](MockServerBuilder::agent_listen) one.
    pub fn credentials_uri(&self) -> String {
        let settings = self.shared.store.settings();
        let uri = settings.agent_uri.as_ref().unwrap_or(&settings.uri);
        format!("{uri}{}", crate::agent::PATH)
    }

    /// The address of the agent's metrics and probes, if the server was
    /// [told](MockServerBuilder::agent_metrics_listen) one.
    pub fn agent_metrics_uri(&self) -> Option<&str> {
        self.shared.store.settings().agent_metrics_uri.as_deref()
    }

    /// The environment in which AWS clients find this server: endpoint, credentials, region.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        let settings = self.shared.store.settings();
        environment(self.uri(), settings)
    }

    /// A kubeconfig with a context for each of the default account's clusters; the first one is current.
    pub fn kubeconfig(&self) -> String {
        kubeconfig::write(&self.shared.store)
    }

    /// The calls that were answered since the start or the last reset, oldest first: at most the
    /// newest ten thousand.
    pub fn requests(&self) -> Vec<ledger::Entry> {
        self.shared.ledger.calls(&Filter::new())
    }

    /// The same, of those that a filter picks.
    pub fn requests_where(&self, filter: &Filter) -> Vec<ledger::Entry> {
        self.shared.ledger.calls(filter)
    }

    /// How many calls were answered since the start or the last reset: exact, however many.
    pub fn request_summary(&self) -> Summary {
        self.shared.ledger.summary()
    }

    /// Checks that the calls that were answered are as expected, and tells how many were meant.
    ///
    /// # Errors
    ///
    /// When they are not: the error tells what differs.
    pub fn check_requests(&self, expectation: &Expectation) -> Result<u64, Unmet> {
        self.shared.ledger.check(expectation)
    }

    /// The calls to AWS that a filter picks, as CloudTrail records them: `{"Records": […]}`.
    pub fn cloudtrail(&self, filter: &Filter) -> serde_json::Value {
        self.shared.ledger.cloudtrail(filter)
    }

    /// Forgets the recorded requests; the state stays as it is.
    pub fn clear_requests(&self) {
        self.shared.ledger.clear();
    }

    /// Decides whether somebody may do something, in any service: so tests of code that calls S3, say, ask what AWS
    /// would decide by the policies that the server holds.
    ///
    /// ```
    /// use podpass_mock::{MockServer, Question};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let server = MockServer::builder().start().await?;
    /// let admin = "arn:aws:iam::111122223333:user/admin";
    /// let question = Question::of_arn(admin, "s3:GetObject").on("arn:aws:s3:::bucket/key");
    /// assert!(server.authorize(question)?.is_allowed());
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When nobody has the ARN that the question names, or the credentials have expired.
    pub fn authorize(&self, question: Question) -> Result<Decision, QuestionError> {
        let answer = question.answer(&self.shared)?;
        Ok(answer.decision)
    }

    /// Has calls go wrong on purpose from now on, all of the faults or none, and tells their ids. They stand behind
    /// those that are there.
    ///
    /// ```
    /// use podpass_mock::{Fault, MockServer};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let server = MockServer::builder().start().await?;
    /// let ids = server.add_faults([Fault::on("CreateRole").first(2).answer("Throttling")])?;
    /// // … the program under test, which has to cope …
    /// assert!(server.faults().iter().all(|fault| fault.fired <= 2));
    /// assert!(server.remove_fault(&ids[0]).is_some());
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When one cannot be taken.
    pub fn add_faults(
        &self,
        faults: impl IntoIterator<Item = Fault>,
    ) -> Result<Vec<String>, FaultError> {
        self.shared.faults.add(faults.into_iter().collect())
    }

    /// The faults in the order in which calls are held against them, and what they have done so far.
    pub fn faults(&self) -> Vec<FaultReport> {
        self.shared.faults.list()
    }

    /// Removes the fault of an id and tells what it has done; nothing if there is none.
    pub fn remove_fault(&self, id: &str) -> Option<FaultReport> {
        self.shared.faults.remove(id)
    }

    /// Removes all faults, also those that the server was started with, until a reset.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// The rates to which calls are throttled.
    pub fn throttle(&self) -> Rates {
        self.shared.throttle.rates()
    }

    /// Throttles calls to these rates from now on, and to no others.
    pub fn set_throttle(&self, rates: Rates) {
        self.shared.throttle.set(rates);
    }

    /// Has the issuer of a cluster sign with a new key from now on, whose id is answered; tokens that are signed
    /// already stay good. The cluster is named as in its Kubernetes endpoint: by its name, or `NAME.REGION.ACCOUNT`
    /// outside the server's own region and account.
    ///
    /// # Errors
    ///
    /// When there is no such cluster, or it stands for a real one.
    pub fn rotate_issuer_key(&self, cluster: &str) -> Result<String, RotateError> {
        self.shared.store.rotate_issuer_key(cluster)
    }

    /// How long news take through AWS.
    pub fn propagation(&self) -> Propagations {
        self.shared.store.propagation()
    }

    /// Changes how long news take through AWS, for what is done from now on. A reset changes it back.
    ///
    /// ```
    /// use podpass_mock::{MockServer, Propagations};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let server = MockServer::builder().start().await?;
    /// server.set_propagation(Propagations::aws());
    /// // … a program under test, which has to wait until EKS knows the roles that it made …
    /// server.reset();
    /// assert_eq!(server.propagation(), Propagations::none());
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    pub fn set_propagation(&self, delays: Propagations) {
        self.shared.store.set_propagation(delays);
    }

    /// Everything that the server holds, as JSON: what [`import_state`](Self::import_state) and
    /// [`MockServerBuilder::load`] take. It holds secrets.
    ///
    /// ```
    /// use podpass_mock::MockServer;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let server = MockServer::builder().cluster("my-cluster").start().await?;
    /// let prepared = server.export_state();
    /// let other = MockServer::builder().start().await?;
    /// other.import_state(&prepared)?;
    /// assert_eq!(other.export_state(), prepared);
    /// # Ok(())
    /// # })
    /// # }
    /// ```
    pub fn export_state(&self) -> String {
        self.shared.store.export()
    }

    /// Replaces everything that the server holds by what [`export_state`](Self::export_state) answered, here or
    /// elsewhere.
    ///
    /// # Errors
    ///
    /// When the text is no export, or anything in it cannot be read; the server stays as it is then.
    pub fn import_state(&self, text: &str) -> Result<(), ImportError> {
        self.shared.import(text)
    }

    /// Brings back the state as it was right after the start, and forgets the recorded requests.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Stops the server and waits until it has: no new connections, open requests get a moment to finish.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::warn!(%error, "the server did not stop cleanly");
        }
        let shared = Arc::clone(&self.shared);
        let closed = tokio::task::spawn_blocking(move || shared.store.close());
        if let Err(error) = closed.await {
            tracing::warn!(%error, "the state file was not closed");
        }
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

fn environment(uri: &str, settings: &Settings) -> Vec<(&'static str, String)> {
    let (key, region) = (&settings.admin_key, &settings.region);
    vec![
        ("AWS_ENDPOINT_URL", uri.to_owned()),
        ("AWS_ACCESS_KEY_ID", key.id.clone()),
        ("AWS_SECRET_ACCESS_KEY", key.secret.reveal().to_owned()),
        ("AWS_REGION", region.to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        // Without this, clients that miss something ask the network for it, slowly.
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}
