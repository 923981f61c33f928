//! Steps on associations, their service accounts, and tags.

use super::StepError;
use super::step::{Worker, gone_is_done};
use crate::association::{Association, AssociationUpdate, NewAssociation, Tags};
use crate::id::AssociationId;
use crate::later::Later;
use crate::observed::ObservedServiceAccount;
use crate::plan::{Change, TagChanges, Tagged, tag_changes};
use crate::port::{AssociationFilter, Eks, Kubernetes, World};
use crate::spec::{AssociationSpec, FIELD_MANAGER, MANAGED_BY, is_owned};
use crate::subject::Subject;

impl<W: World> Worker<'_, W> {
    /// Creates an association. When EKS says that the subject has one, that one is brought in line if it is
    /// podpass's or may be adopted: a request whose answer was lost ends here as well.
    pub(super) async fn create_association(
        &self,
        subject: &Subject,
        spec: &AssociationSpec,
        tags: &Tags,
    ) -> Result<AssociationId, StepError> {
        let eks = self.run.eks(&subject.cluster).await?;
        let association = &NewAssociation {
            cluster_name: subject.cluster.name.clone(),
            namespace: subject.namespace.clone(),
            service_account: subject.service_account.clone(),
            role_arn: spec.role_arn.clone(),
            target_role_arn: spec.target_role_arn.clone(),
            disable_session_tags: spec.disable_session_tags,
            policy: spec.policy.as_ref().map(ToString::to_string),
            tags: tags.clone(),
        };
        let error = match eks.write(|eks| eks.create_association(association)).await {
            Ok(created) => return Ok(created.id),
            Err(error) => error,
        };
        let Some(id) = error.existing_association() else {
            return Err(error.into());
        };
        let cluster = &subject.cluster.name;
        let found = match eks.read(|eks| eks.describe_association(cluster, &id)).await {
            Err(gone) if gone.is_not_found() => return Err(error.into()),
            found => found?,
        };
        if found.owner_arn.is_some() || !self.adopt && !is_owned(&found.tags) {
            return Err(StepError::AssociationTaken {
                subject: Box::new(subject.clone()),
                id,
                role_arn: Box::new(found.role_arn),
            });
        }
        let changes = tag_changes(&found.tags, tags);
        if !changes.is_empty() {
            let on = Tagged::Association {
                subject: subject.clone(),
                arn: Later::Known(found.arn.clone()),
            };
            self.retag(&on, &changes).await?;
        }
        let change = Change {
            from: AssociationSpec::from(found),
            to: spec.clone(),
        };
        if !change.from.same_meaning(&change.to) {
            self.update_association(subject, &id, &change).await?;
        }
        Ok(id)
    }

    pub(super) async fn update_association(
        &self,
        subject: &Subject,
        id: &AssociationId,
        change: &Change<AssociationSpec>,
    ) -> Result<(), StepError> {
        let eks = self.run.eks(&subject.cluster).await?;
        let cluster = &subject.cluster.name;
        let update = &update(change);
        if !update.is_empty() {
            eks.write(|eks| eks.update_association(cluster, id, update))
                .await?;
        }
        Ok(())
    }

    pub(super) async fn delete_association(
        &self,
        subject: &Subject,
        id: &Later<AssociationId>,
    ) -> Result<(), StepError> {
        let id = match self.association_id(subject, id).await {
            Err(StepError::AssociationGone(_)) => return Ok(()),
            id => id?,
        };
        let eks = self.run.eks(&subject.cluster).await?;
        let cluster = &subject.cluster.name;
        let deleted = eks.write(|eks| eks.delete_association(cluster, &id)).await;
        Ok(gone_is_done(deleted)?)
    }

    /// The association's id, looked up by its subject if the plan could not know it.
    pub(super) async fn association_id(
        &self,
        subject: &Subject,
        id: &Later<AssociationId>,
    ) -> Result<AssociationId, StepError> {
        if let Later::Known(id) = id {
            return Ok(id.clone());
        }
        let eks = self.run.eks(&subject.cluster).await?;
        let filter = &AssociationFilter {
            namespace: Some(subject.namespace.clone()),
            service_account: Some(subject.service_account.clone()),
        };
        let cluster = &subject.cluster.name;
        let page = eks
            .read(|eks| eks.list_associations(cluster, filter, None))
            .await?;
        let found = page.items.into_iter().next();
        found
            .map(|association| association.id)
            .ok_or_else(|| StepError::AssociationGone(Box::new(subject.clone())))
    }

    async fn association_arn(
        &self,
        subject: &Subject,
        arn: &Later<String>,
    ) -> Result<String, StepError> {
        if let Later::Known(arn) = arn {
            return Ok(arn.clone());
        }
        let id = &self.association_id(subject, &Later::AfterApply).await?;
        let eks = self.run.eks(&subject.cluster).await?;
        let cluster = &subject.cluster.name;
        Ok(eks
            .read(|eks| eks.describe_association(cluster, id))
            .await?
            .arn)
    }

    pub(super) async fn retag(&self, on: &Tagged, changes: &TagChanges) -> Result<(), StepError> {
        let set: &Tags = &changes
            .iter()
            .filter_map(|(key, change)| Some((key.clone(), change.to.clone()?)))
            .collect();
        let remove: Vec<_> = changes
            .iter()
            .filter(|(_, change)| change.to.is_none())
            .map(|(key, _)| key.clone())
            .collect();
        match on {
            Tagged::Role(arn) => self.tag_role(arn, set, &remove).await?,
            Tagged::Policy(arn) => self.tag_policy(arn, set, &remove).await?,
            Tagged::Association { subject, arn } => {
                let arn = &self.association_arn(subject, arn).await?;
                let eks = self.run.eks(&subject.cluster).await?;
                if !set.is_empty() {
                    eks.write(|eks| eks.tag_resource(arn, set)).await?;
                }
                if !remove.is_empty() {
                    eks.write(|eks| eks.untag_resource(arn, &remove)).await?;
                }
            }
        }
        Ok(())
    }

    pub(super) async fn create_service_account(&self, subject: &Subject) -> Result<(), StepError> {
        let kubernetes = self.run.kubernetes(&subject.cluster).await?;
        let (label, value) = MANAGED_BY;
        let labels = &[(label.to_owned(), value.to_owned())].into();
        let (namespace, name) = (&subject.namespace, &subject.service_account);
        kubernetes
            .write(|kubernetes| {
                kubernetes.apply_service_account(namespace, name, labels, FIELD_MANAGER)
            })
            .await?;
        Ok(())
    }

    /// Looks once more before it deletes: others may have written to the service account since.
    pub(super) async fn delete_service_account(&self, subject: &Subject) -> Result<(), StepError> {
        let kubernetes = self.run.kubernetes(&subject.cluster).await?;
        let (namespace, name) = (&subject.namespace, &subject.service_account);
        let found = kubernetes
            .read(|kubernetes| kubernetes.service_account(namespace, name))
            .await?;
        let Some(found) = found else { return Ok(()) };
        let judged = ObservedServiceAccount::of(&found);
        if !judged.ours || judged.modified_by_others {
            return Err(StepError::ServiceAccountChanged(Box::new(subject.clone())));
        }
        let uid = found.uid.as_str();
        let deleted = kubernetes
            .write(|kubernetes| kubernetes.delete_service_account(namespace, name, uid))
            .await;
        Ok(gone_is_done(deleted)?)
    }
}

impl From<Association> for AssociationSpec {
    fn from(association: Association) -> Self {
        Self {
            role_arn: association.role_arn,
            target_role_arn: association.target_role_arn,
            disable_session_tags: association.disable_session_tags,
            policy: association.policy.map(crate::document::Document::new),
        }
    }
}

/// Only what differs; what is to go is cleared, because EKS leaves alone what it is not told.
fn update(change: &Change<AssociationSpec>) -> AssociationUpdate {
    let Change { from, to } = change;
    let same_policy = crate::spec::same_session_policy(from.policy.as_ref(), to.policy.as_ref());
    AssociationUpdate {
        role_arn: (from.role_arn != to.role_arn).then(|| to.role_arn.clone()),
        target_role_arn: (from.target_role_arn != to.target_role_arn)
            .then(|| to.target_role_arn.clone()),
        disable_session_tags: (from.disable_session_tags != to.disable_session_tags)
            .then_some(to.disable_session_tags),
        policy: (!same_policy).then(|| to.policy.as_ref().map(ToString::to_string)),
    }
}
