//! The association, which gives the service account its role.

use super::{PodPath, Verdict};
use crate::can_i::AccessReason;

pub(super) fn judge(path: &PodPath) -> Verdict {
    let observed = match &path.association {
        Ok(observed) => observed,
        Err(error) => return Verdict::unasked(error),
    };
    let subject = path.subject();
    if path.has_no_cluster() {
        let cluster = subject.cluster.clone();
        return Verdict::denied(&[AccessReason::ClusterMissing { cluster }])
            .remedy("check the name, `--region` and the account of the credentials");
    }
    let Some(association) = observed.associations.get(subject) else {
        let subject = subject.clone();
        return Verdict::denied(&[AccessReason::AssociationMissing { subject }]);
    };
    let id = association.id.known();
    let id = id.map_or_else(String::new, |id| format!("`{id}` "));
    let spec = &association.spec;
    let role = spec.role_arn.name();
    let target = spec.target_role_arn.as_ref();
    let target = target.map_or_else(String::new, |target| {
        format!(", and through it target role `{target}`")
    });
    Verdict::holds(format!("{id}gives its pods role `{role}`{target}"))
}
