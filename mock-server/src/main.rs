//! The `podpass-mock` server.

fn main() {}
