//! The service principals that IAM knows.

/// Names of services, one a line: the last label before `.amazonaws.com`.
const SERVICES: &str = include_str!("../../tables/services.txt");

/// Whether IAM takes a name as an AWS service principal, as far as this library knows: a known service,
/// or a known service's part such as `pods.eks.amazonaws.com`. IAM keeps no public list.
///
/// ```
/// use podpass_policy::is_known_service_principal;
///
/// assert!(is_known_service_principal("pods.eks.amazonaws.com"));
/// assert!(is_known_service_principal("ec2.amazonaws.com"));
/// assert!(!is_known_service_principal("invalid.amazonaws.com"));
/// assert!(!is_known_service_principal("eks.amazonaws.com.cn"));
/// ```
pub fn is_known_service_principal(name: &str) -> bool {
    let Some(service) = name.strip_suffix(".amazonaws.com") else {
        return false;
    };
    let mut labels = service.rsplit('.');
    let known = labels
        .next()
        .is_some_and(|label| SERVICES.lines().any(|line| line == label));
    known && labels.all(is_label)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
