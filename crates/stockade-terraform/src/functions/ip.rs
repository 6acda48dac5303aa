//! Functions over IP addresses and networks, after `go-cidr`.

use super::{Call, CallError, Function};
use crate::value::{Type, Value};
use num_bigint::BigInt;
use num_traits::{Signed as _, ToPrimitive as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    use Type::{Bool, Number, String};
    let list = || Type::List(Box::new(String));
    vec![
        Function::new("cidrhost", &[String, Number], String, host),
        Function::new("cidrnetmask", &[String], String, netmask),
        Function::new("cidrsubnet", &[String, Number, Number], String, subnet),
        Function::new("cidrsubnets", &[String], list(), subnets).and_more(Number),
        Function::new("cidrcontains", &[String, String], Bool, contains),
    ]
}

/// A network: its first address as a number, how many bits of it are fixed, and how many it has.
#[derive(Clone, Copy)]
struct Network {
    base: u128,
    prefix: u32,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Self, CallError> {
        let invalid = || CallError::refused(format!("`{text}` is not a network such as `10.0.0.0/16`"));
        let (address, prefix) = text.split_once('/').ok_or_else(invalid)?;
        let (value, bits) = parse_address(address, &invalid)?;
        let digits =
            !prefix.is_empty() && prefix.len() <= 3 && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 =
            prefix.parse().ok().filter(|prefix| digits && *prefix <= bits).ok_or_else(invalid)?;
        Ok(Self { base: value & mask(prefix, bits), prefix, bits })
    }

    fn spell(self) -> String {
        format!("{}/{}", address(self.base, self.bits), self.prefix)
    }

    fn last(self) -> u128 {
        self.base | !mask(self.prefix, self.bits) & mask(self.bits, self.bits)
    }
}

/// The address as a number, and its bits. Terraform reads parts with zeros in front, as decimals.
fn parse_address(text: &str, invalid: &dyn Fn() -> CallError) -> Result<(u128, u32), CallError> {
    let plain: Vec<&str> = text
        .split('.')
        .map(|part| match part.trim_start_matches('0') {
            "" if !part.is_empty() => "0",
            part => part,
        })
        .collect();
    let v4 = if text.contains(':') { text.to_owned() } else { plain.join(".") };
    match v4.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => Ok((u128::from(u32::from(address)), 32)),
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_some() => Err(CallError::NotKnown(
            "IPv4 addresses within IPv6 are not evaluated by this version".to_owned(),
        )),
        Ok(IpAddr::V6(address)) => Ok((u128::from(address), 128)),
        Err(_) => Err(invalid()),
    }
}

/// So many ones in front, of so many bits.
fn mask(prefix: u32, bits: u32) -> u128 {
    let all = if bits == 128 { u128::MAX } else { (1 << bits) - 1 };
    let free = bits - prefix;
    if free >= 128 { 0 } else { all >> free << free }
}

fn address(value: u128, bits: u32) -> String {
    match bits {
        32 => Ipv4Addr::from(u32::try_from(value & u128::from(u32::MAX)).unwrap_or_default()).to_string(),
        _ => Ipv6Addr::from(value).to_string(),
    }
}

fn whole(call: &Call<'_>, at: usize) -> Result<BigInt, CallError> {
    let number = call.number(at)?;
    if !number.is_whole() {
        return Err(CallError::refused(format!("argument {} must be a whole number", at + 1)));
    }
    Ok(number.ratio().to_integer())
}

/// The address of that place in the network; places below zero count from its end.
fn host(call: &Call<'_>) -> Result<Value, CallError> {
    let place = whole(call, 1)?;
    let network = Network::parse(call.str(0))?;
    let size = BigInt::from(1) << (network.bits - network.prefix);
    let offset = if place.is_negative() { &size + &place } else { place.clone() };
    let offset = if offset < size && !offset.is_negative() { offset.to_u128() } else { None };
    let offset =
        offset.ok_or_else(|| CallError::refused(format!("`{}` has no host {place}", network.spell())))?;
    call.string(address(network.base | offset, network.bits))
}

fn netmask(call: &Call<'_>) -> Result<Value, CallError> {
    let network = Network::parse(call.str(0))?;
    if network.bits != 32 {
        return Err(CallError::refused("only IPv4 networks have a netmask"));
    }
    call.string(address(mask(network.prefix, 32), 32))
}

fn subnet(call: &Call<'_>) -> Result<Value, CallError> {
    let (new_bits, number) = (call.int(1)?, whole(call, 2)?);
    let network = Network::parse(call.str(0))?;
    let prefix = i64::from(network.prefix) + new_bits;
    let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= network.bits).ok_or_else(|| {
        CallError::refused(format!("a prefix of {} bits cannot be extended by {new_bits}", network.prefix))
    })?;
    if prefix < network.prefix {
        return Err(CallError::NotKnown("a network larger than the given one is not evaluated".to_owned()));
    }
    let count = BigInt::from(1) << (prefix - network.prefix);
    if number.is_negative() {
        return Err(CallError::NotKnown("networks of negative numbers are not evaluated".to_owned()));
    }
    let place = if number < count { number.to_u128() } else { None };
    let place =
        place.ok_or_else(|| CallError::refused(format!("{new_bits} bits have no number {number}")))?;
    let free = network.bits - prefix;
    let base = if free >= 128 { network.base } else { network.base | place << free };
    call.string(Network { base, prefix, bits: network.bits }.spell())
}

/// Consecutive subnets, each aligned to its own size.
fn subnets(call: &Call<'_>) -> Result<Value, CallError> {
    let network = Network::parse(call.str(0))?;
    // Terraform steps back one subnet first, and so past the first address of all.
    if network.base == 0 && call.arguments.len() > 1 {
        return Err(CallError::refused(
            "subnets of a network that begins at the first address cannot be found",
        ));
    }
    let mut next = Some(network.base);
    let mut out = Vec::new();
    for at in 1..call.arguments.len() {
        let new_bits = call.int(at)?;
        if !(1..=32).contains(&new_bits) {
            return Err(CallError::refused("a prefix must be extended by at least 1 and at most 32 bits"));
        }
        let prefix = network.prefix + u32::try_from(new_bits).unwrap_or_default();
        if prefix > network.bits {
            return Err(CallError::refused(format!("{prefix} bits are more than an address has")));
        }
        let free = network.bits - prefix;
        let full = || CallError::refused("the network has no more room");
        let size = 1u128.checked_shl(free).unwrap_or(0);
        let start = next.ok_or_else(full)?;
        let over = start & (size - 1);
        let base = if over == 0 { Some(start) } else { (start - over).checked_add(size) };
        let base = base.filter(|base| *base <= network.last()).ok_or_else(full)?;
        next = base.checked_add(size).filter(|next| *next <= network.last());
        let subnet = Network { base, prefix, bits: network.bits };
        out.push(Value::string(subnet.spell(), call.origin.clone()));
    }
    Ok(Value::list(out, call.origin.clone()))
}

/// OpenTofu's: whether an address, or a whole network, lies in a network.
fn contains(call: &Call<'_>) -> Result<Value, CallError> {
    let network = Network::parse(call.str(0))?;
    let inner = call.str(1);
    let inner = if inner.contains('/') {
        Network::parse(inner)?
    } else {
        let invalid = || CallError::refused(format!("`{inner}` is not an address or network"));
        let (base, bits) = parse_address(inner, &invalid)?;
        Network { base, prefix: bits, bits }
    };
    if inner.bits != network.bits {
        return Err(CallError::refused("an IPv4 and an IPv6 network cannot be compared"));
    }
    call.bool(network.base <= inner.base && inner.last() <= network.last())
}
