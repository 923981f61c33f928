//! What all work of one run shares: the world, the clock, the rates, the bound on concurrency.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::clock::{Clock, SystemClock};
use crate::id::AccountId;
use crate::port::{CallerIdentity, PortError, Sts, World};
use crate::rate::{ApiClass, Limiter};
use crate::subject::ClusterId;

/// How often a throttled or failing call is made at most.
const ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Calls in flight at most, unless told otherwise.
const CONCURRENCY: usize = 16;

/// One run of the engine against a world.
#[derive(Debug)]
pub struct Run<W> {
    world: W,
    clock: Arc<dyn Clock>,
    limiter: Limiter,
    concurrency: usize,
    /// One permit for each call that may be in flight.
    permits: Semaphore,
}

impl<W: World> Run<W> {
    /// A run on the machine's clock, with at most 16 calls in flight.
    pub fn new(world: W) -> Self {
        Self::with_clock(world, Arc::new(SystemClock::default()))
    }

    /// A run on another clock.
    pub fn with_clock(world: W, clock: Arc<dyn Clock>) -> Self {
        Self {
            world,
            limiter: Limiter::new(Arc::clone(&clock)),
            clock,
            concurrency: CONCURRENCY,
            permits: Semaphore::new(CONCURRENCY),
        }
    }

    /// The same run with another bound on calls in flight, at least one.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.clamp(1, Semaphore::MAX_PERMITS);
        self.permits = Semaphore::new(self.concurrency);
        self
    }

    /// The world.
    pub fn world(&self) -> &W {
        &self.world
    }

    /// Calls in flight at most, of all kinds together.
    pub fn concurrency(&self) -> usize {
        self.concurrency
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Who the run is: one call of STS, and again when STS is throttled or fails.
    ///
    /// # Errors
    /// [`PortError`] when the credentials are missing or refused.
    pub async fn caller_identity(&self) -> Result<CallerIdentity, PortError> {
        let sts = self.world.sts().await?;
        self.patiently(|| self.in_flight(sts.caller_identity()))
            .await
    }

    /// IAM of an account, at the run's rate.
    pub(crate) async fn iam(
        &self,
        account: &AccountId,
    ) -> Result<Handle<'_, W, W::Iam>, PortError> {
        Ok(Handle {
            run: self,
            account: account.clone(),
            port: self.world.iam(account).await?,
            read: ApiClass::IamRead,
            write: ApiClass::IamWrite,
        })
    }

    /// EKS of a cluster's account and region, at the run's rate.
    pub(crate) async fn eks(
        &self,
        cluster: &ClusterId,
    ) -> Result<Handle<'_, W, W::Eks>, PortError> {
        Ok(Handle {
            run: self,
            account: cluster.account.clone(),
            port: self.world.eks(&cluster.account, &cluster.region).await?,
            read: ApiClass::EksRead,
            write: ApiClass::EksWrite,
        })
    }

    /// The API server of a cluster, at the run's rate.
    pub(crate) async fn kubernetes(
        &self,
        cluster: &ClusterId,
    ) -> Result<Handle<'_, W, W::Kubernetes>, PortError> {
        Ok(Handle {
            run: self,
            account: cluster.account.clone(),
            port: self.world.kubernetes(cluster).await?,
            read: ApiClass::Kubernetes,
            write: ApiClass::Kubernetes,
        })
    }

    /// Makes a call at the run's rate, and again when it is throttled or the service fails.
    async fn call<T, F>(
        &self,
        account: &AccountId,
        class: ApiClass,
        mut request: impl FnMut() -> F + Send,
    ) -> Result<T, PortError>
    where
        F: Future<Output = Result<T, PortError>> + Send,
        T: Send,
    {
        self.patiently(|| {
            let request = request();
            async move {
                self.limiter.acquire(account, class).await;
                let answer = self.in_flight(request).await;
                match &answer {
                    Err(error) if error.is_throttled() => self.limiter.throttled(account, class),
                    _ => self.limiter.answered(account, class),
                }
                answer
            }
        })
        .await
    }

    /// Makes a request once the run has room for one more.
    async fn in_flight<T>(&self, request: impl Future<Output = T>) -> T {
        // Nobody closes the semaphore.
        let _permit = self.permits.acquire().await;
        request.await
    }

    /// Tries again, after growing pauses, when a service is throttled or fails.
    pub(crate) async fn patiently<T, F>(
        &self,
        mut attempt: impl FnMut() -> F + Send,
    ) -> Result<T, PortError>
    where
        F: Future<Output = Result<T, PortError>> + Send,
        T: Send,
    {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match attempt().await {
                Err(error) if error.is_transient() => {
                    tracing::debug!(%error, ?pause, "trying again");
                }
                answer => return answer,
            }
            self.clock.sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        attempt().await
    }
}

/// A port whose calls keep to the run's rate.
pub(crate) struct Handle<'r, W, P> {
    run: &'r Run<W>,
    account: AccountId,
    port: P,
    read: ApiClass,
    write: ApiClass,
}

impl<W: World, P: Sync> Handle<'_, W, P> {
    /// Makes a call that only reads.
    pub(crate) async fn read<'s, T, F>(
        &'s self,
        mut request: impl FnMut(&'s P) -> F + Send,
    ) -> Result<T, PortError>
    where
        F: Future<Output = Result<T, PortError>> + Send,
        T: Send,
    {
        self.run
            .call(&self.account, self.read, || request(&self.port))
            .await
    }

    /// Makes a call that changes something.
    pub(crate) async fn write<'s, T, F>(
        &'s self,
        mut request: impl FnMut(&'s P) -> F + Send,
    ) -> Result<T, PortError>
    where
        F: Future<Output = Result<T, PortError>> + Send,
        T: Send,
    {
        self.run
            .call(&self.account, self.write, || request(&self.port))
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::try_join_all;

    use super::*;
    use crate::testing::{Memory, run};

    #[tokio::test]
    async fn calls_of_all_kinds_share_one_bound() {
        let run = run(&Memory::with_cluster("my-cluster")).with_concurrency(3);
        let account = "111122223333".parse().unwrap();
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let request = || async {
            most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        };
        let classes = [ApiClass::IamRead, ApiClass::EksRead, ApiClass::Kubernetes];
        let calls = classes.iter().cycle().take(30);
        try_join_all(calls.map(|class| run.call(&account, *class, request)))
            .await
            .unwrap();
        assert_eq!(most.load(Ordering::Relaxed), 3);
    }
}
