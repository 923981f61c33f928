//! The IAM policy language: read, validate, evaluate and explain, without IO.
