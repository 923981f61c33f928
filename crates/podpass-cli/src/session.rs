//! From a manifest to what is there: the part that all verbs share.

use podpass::{ClusterId, Depth, Desired, Observed, Run, Subject, observe};
use podpass_aws::World;

use crate::args::{AwsArgs, KubernetesArgs, SubjectArgs, TargetArgs};
use crate::error::CliError;
use crate::manifest_file::ManifestFile;

/// A manifest and the world that it speaks of.
pub(crate) struct Session {
    pub(crate) manifest: ManifestFile,
    pub(crate) run: Run<World>,
}

impl Session {
    /// Reads the manifest and finds credentials, region and kubeconfig. Nothing is sent yet.
    pub(crate) async fn open(target: &TargetArgs) -> Result<Self, CliError> {
        let manifest = ManifestFile::read(&target.file)?;
        let world = world(&target.aws, Some(&target.kubernetes)).await?;
        Ok(Self {
            manifest,
            run: Run::new(world),
        })
    }

    /// Who the caller is, what the manifest asks for in the caller's account, and what is there.
    pub(crate) async fn look(&self, depth: Depth) -> Result<(Desired, Observed), CliError> {
        let caller = self.run.caller_identity().await?;
        let region = self.run.world().region();
        let desired = Desired::resolve(&self.manifest.manifest, &caller, region)
            .map_err(|error| self.manifest.refuse(error))?;
        let observed = observe(&self.run, &desired, depth).await?;
        Ok((desired, observed))
    }
}

/// Where AWS is, and the clusters where they are asked for.
pub(crate) async fn world(
    aws: &AwsArgs,
    kubernetes: Option<&KubernetesArgs>,
) -> Result<World, CliError> {
    let mut builder = World::builder();
    if let Some(profile) = &aws.profile {
        builder = builder.profile(profile);
    }
    if let Some(region) = &aws.region {
        builder = builder.region(region.clone());
    }
    if let Some(url) = &aws.endpoint_url {
        builder = builder.endpoint_url(url);
    }
    if let Some(path) = kubernetes.and_then(|args| args.kubeconfig.as_ref()) {
        builder = builder.kubeconfig(path);
    }
    if let Some(context) = kubernetes.and_then(|args| args.context.as_ref()) {
        builder = builder.context(context);
    }
    Ok(builder.build().await?)
}

/// The service account that is meant, in the caller's account and region.
pub(crate) async fn subject(run: &Run<World>, args: &SubjectArgs) -> Result<Subject, CliError> {
    let caller = run.caller_identity().await?;
    let region = run.world().region().ok_or(CliError::NoRegion)?;
    Ok(Subject {
        cluster: ClusterId {
            account: caller.account,
            region: region.clone(),
            name: args.cluster.clone(),
        },
        namespace: args.namespace.clone(),
        service_account: args.service_account.clone(),
    })
}
