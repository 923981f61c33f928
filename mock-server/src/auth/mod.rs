//! Who a request comes from.

pub(crate) mod caller;
