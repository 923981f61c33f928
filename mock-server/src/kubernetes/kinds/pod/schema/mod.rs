//! The fields of pods: all that Kubernetes has, so that none is taken for a mistake.

mod container;
mod spec;
mod status;
mod storage;
mod volume;

use crate::kubernetes::schema::Type::Object;
use crate::kubernetes::schema::{meta, structures};

structures! {
    POD "io.k8s.api.core.v1.Pod" "Pod is a collection of containers that can run on a host." {
        1 "metadata": Object(&meta::OBJECT_META) => "Standard object's metadata.";
        2 "spec": Object(&spec::POD_SPEC) => "Specification of the desired behavior of the pod.";
        3 "status": Object(&status::POD_STATUS) => "Most recently observed status of the pod.";
    }
}
