//! The service principals that IAM knows.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::tables::SERVICES;

/// Whether IAM takes a name as an AWS service principal, as far as this library knows: a known service, a
/// known service's part such as `pods.eks.amazonaws.com`, or either in a region such as
/// `states.us-west-2.amazonaws.com`. In China few services have a name of that partition's own, such as
/// `ec2.amazonaws.com.cn`. IAM keeps no public list.
///
/// ```
/// use podpass_policy::is_known_service_principal;
///
/// assert!(is_known_service_principal("pods.eks.amazonaws.com"));
/// assert!(is_known_service_principal("states.us-west-2.amazonaws.com"));
/// assert!(!is_known_service_principal("invalid.amazonaws.com"));
/// assert!(is_known_service_principal("ec2.amazonaws.com.cn"));
/// assert!(!is_known_service_principal("eks.amazonaws.com.cn"));
/// ```
pub fn is_known_service_principal(name: &str) -> bool {
    if let Some(service) = name.strip_suffix(".amazonaws.com.cn") {
        return CHINESE.contains(&service);
    }
    let Some(service) = name.strip_suffix(".amazonaws.com") else {
        return false;
    };
    let service = match service.rsplit_once('.') {
        Some((service, region)) if is_region(region) => service,
        _ => service,
    };
    let mut labels = service.rsplit('.');
    let known = labels.next().is_some_and(|label| KNOWN.contains(label));
    known && labels.all(is_label)
}

static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| SERVICES.lines().collect());

/// The services whose principals in `aws-cn` end with that partition's domain.
const CHINESE: [&str; 2] = ["ec2", "elasticmapreduce"];

/// Whether a label is a region's name: `us-west-2`, `us-gov-east-1`.
fn is_region(label: &str) -> bool {
    let words: Vec<&str> = label.split('-').collect();
    match words.as_slice() {
        [partition, .., number] if words.len() >= 3 => {
            partition.len() == 2 && number.bytes().all(|b| b.is_ascii_digit()) && is_label(label)
        }
        _ => false,
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::is_known_service_principal;

    #[test]
    fn services_parts_of_services_and_regions_are_known() {
        for name in [
            "ec2",
            "lambda",
            "ecs-tasks",
            "eks",
            "eks-fargate-pods",
            "eks-nodegroup",
            "edgelambda",
            "replicator.lambda",
            "delivery.logs",
            "member.org.stacksets.cloudformation",
            "build.apprunner",
            "codedeploy.us-east-1",
            "logs.us-gov-west-1",
            "credentials.iot",
            "vpc-flow-logs",
            "spotfleet",
            "monitoring.rds",
            "dynamodb.application-autoscaling",
            "pullthroughcache.ecr",
            "airflow-env",
        ] {
            assert!(
                is_known_service_principal(&format!("{name}.amazonaws.com")),
                "{name}"
            );
        }
        for name in [
            "nosuch",
            "us-west-2",
            "ec2..",
            "EC2",
            "-.no",
            "",
            "ec2.nosuch",
            "ec2/x.eks",
        ] {
            assert!(
                !is_known_service_principal(&format!("{name}.amazonaws.com")),
                "{name}"
            );
        }
    }
}
