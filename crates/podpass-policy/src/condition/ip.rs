//! `IpAddress`: IPv4 and IPv6 networks; an address alone is a network of one.

use std::net::IpAddr;

use super::{Hit, first_hit};

#[derive(Clone, Debug)]
pub(super) struct Networks(Box<[Option<Network>]>);

/// A network: the address's first `bits` bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Networks {
    pub(super) fn compile(values: &[String]) -> Self {
        Self(values.iter().map(|value| Network::parse(value)).collect())
    }

    pub(super) fn hit(&self, value: &str) -> Hit {
        match value.trim().parse() {
            Err(_) => Hit::Malformed,
            Ok(address) => first_hit(&self.0, |network| network.contains(address)),
        }
    }
}

impl Network {
    /// Reads `203.0.113.0/24`, `2001:db8::/32`, or an address alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.trim().split_once('/') {
            None => (text.trim(), None),
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    fn contains(self, other: IpAddr) -> bool {
        match (self.address, other) {
            (IpAddr::V4(network), IpAddr::V4(other)) => {
                let differing = u32::from(network) ^ u32::from(other);
                differing.leading_zeros() >= self.bits
            }
            (IpAddr::V6(network), IpAddr::V6(other)) => {
                let differing = u128::from(network) ^ u128::from(other);
                differing.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}
