//! STS: who the run is.

use aws_config::SdkConfig;
use aws_sdk_sts::Client;
use podpass::port::{self, CallerIdentity, PortError, Service};

use crate::error::Call;
use crate::network::NoteAddress;
use crate::retry::OnlyWhatTheNetworkLost;

/// [`port::Sts`] over the AWS SDK.
#[derive(Clone, Debug)]
pub struct Sts {
    client: Client,
}

impl Sts {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        let config = aws_sdk_sts::config::Builder::from(config)
            .retry_classifier(OnlyWhatTheNetworkLost)
            .interceptor(NoteAddress)
            .build();
        Self {
            client: Client::from_conf(config),
        }
    }
}

impl port::Sts for Sts {
    async fn caller_identity(&self) -> Result<CallerIdentity, PortError> {
        let call = Call {
            service: Service::Sts,
            operation: "GetCallerIdentity",
        };
        let caller = call
            .answer(self.client.get_caller_identity().send())
            .await?;
        let arn = call.member("Arn", caller.arn)?;
        Ok(CallerIdentity {
            account: call.read(&call.member("Account", caller.account)?)?,
            partition: call.read(arn.split(':').nth(1).unwrap_or_default())?,
            arn,
        })
    }
}
