//! A mock of the AWS and Kubernetes interfaces that EKS Pod Identity needs.
