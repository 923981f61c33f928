//! The association engine: manifest, plan, apply, verify.
