//! Keeping tokens fresh, as the kubelet does.

use std::convert::Infallible;
use std::time::Duration;

use super::PodIdentity;
use crate::port::{PortError, ServiceAccountToken, TokenMount, World};

/// However long a token lasts, it is replaced after this time.
const LONGEST_USE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long to wait after a request that failed.
const RETRY: Duration = Duration::from_secs(30);

impl ServiceAccountToken {
    /// How long the token is used before a new one is requested: four fifths of its life, and a day at most.
    /// (Kubernetes, "Configure Service Accounts for Pods".)
    pub fn refresh_after(&self) -> Duration {
        (self.lifetime * 4 / 5).min(LONGEST_USE)
    }
}

impl<W: World> PodIdentity<'_, W> {
    /// Requests the token of a mount anew whenever it is time, and hands on what comes of it. `first` is the token that
    /// is in use by now. It never ends: drop it when nobody reads the token any more.
    pub async fn keep_fresh(
        &self,
        mount: &TokenMount,
        first: &ServiceAccountToken,
        mut hand_on: impl FnMut(Result<&ServiceAccountToken, &PortError>) + Send,
    ) -> Infallible {
        let mut pause = first.refresh_after();
        loop {
            self.run().clock().sleep(pause).await;
            let token = self.token(mount).await;
            hand_on(token.as_ref());
            pause = token.map_or(RETRY, |token| token.refresh_after());
        }
    }
}
