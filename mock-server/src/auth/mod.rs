//! Who a request comes from, and what its caller may do.

pub(crate) mod authenticate;
pub(crate) mod authorize;
pub(crate) mod caller;
pub(crate) mod cluster;
pub(crate) mod encoded_message;
pub(crate) mod gate;
pub(crate) mod keys;
pub(crate) mod mode;
pub(crate) mod origin;
pub(crate) mod permission;
pub(crate) mod question;
pub(crate) mod secret;
pub(crate) mod sigv4;
