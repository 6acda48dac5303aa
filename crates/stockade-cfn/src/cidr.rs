//! `Fn::Cidr`: address blocks cut from a larger one (Template Reference, "`Fn::Cidr`").

use crate::evaluate::{known, positional};
use smol_str::{SmolStr, format_smolstr};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use stockade_model::{Kind, List, Origin, Text, Value};

/// The blocks, if the arguments are known and make sense.
pub(crate) fn cidr(arguments: &Value, origin: &Origin) -> Option<Value> {
    let [block, count, bits] = positional(arguments)? else { return None };
    let blocks = blocks(&known(block)?, known(count)?.parse().ok()?, known(bits)?.parse().ok()?)?;
    let items = blocks.into_iter().map(|block| Value::text(Text::literal(block), origin.clone())).collect();
    Some(Value::new(Kind::List(List { items, open: None }), origin.clone()))
}

/// `count` blocks of `bits` host bits each, from the start of `block`; `None` if that is none that AWS would make.
fn blocks(block: &str, count: u32, bits: u32) -> Option<Vec<SmolStr>> {
    let (address, length) = block.trim().split_once('/')?;
    let length: u32 = length.parse().ok()?;
    let (width, start) = match address.parse().ok()? {
        IpAddr::V4(address) => (u32::BITS, u128::from(u32::from(address))),
        IpAddr::V6(address) => (u128::BITS, u128::from(address)),
    };
    let hosts = width.checked_sub(length)?;
    if !(1..=256).contains(&count) || bits == 0 || bits > hosts {
        return None;
    }
    let fits = hosts - bits >= 8 || u64::from(count) <= 1 << (hosts - bits);
    let start = start.checked_shr(hosts).unwrap_or(0).checked_shl(hosts).unwrap_or(0);
    let block = |at: u32| {
        let address = start.checked_add(u128::from(at).checked_shl(bits).unwrap_or(0))?;
        let address = if width == u32::BITS {
            IpAddr::V4(Ipv4Addr::from(u32::try_from(address).ok()?))
        } else {
            IpAddr::V6(Ipv6Addr::from(address))
        };
        Some(format_smolstr!("{address}/{}", width - bits))
    };
    if fits { (0..count).map(block).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn blocks_follow_each_other_from_the_start_of_the_larger_one() {
        let expected = ["192.168.0.0/27", "192.168.0.32/27", "192.168.0.64/27"];
        assert_eq!(blocks("192.168.0.0/24", 3, 5).unwrap(), expected);
        assert_eq!(blocks("10.1.2.3/16", 2, 8).unwrap(), ["10.1.0.0/24", "10.1.1.0/24"]);
        assert_eq!(blocks("2001:db8::/56", 2, 64).unwrap(), ["2001:db8::/64", "2001:db8:0:1::/64"]);
        assert_eq!(blocks("0.0.0.0/0", 2, 31).unwrap(), ["0.0.0.0/1", "128.0.0.0/1"]);
        assert_eq!(blocks("::/0", 1, 128).unwrap(), ["::/0"]);
    }

    #[test]
    fn what_aws_refuses_has_no_blocks() {
        assert_eq!(blocks("10.0.0.0/24", 5, 6), None, "only four fit");
        assert_eq!(blocks("10.0.0.0/24", 257, 1), None);
        assert_eq!(blocks("10.0.0.0/24", 0, 1), None);
        assert_eq!(blocks("10.0.0.0/33", 1, 1), None);
        assert_eq!(blocks("10.0.0.0/24", 1, 9), None);
        assert_eq!(blocks("here/24", 1, 4), None);
    }
}
