//! The engine's ports over the AWS SDKs and kube.
