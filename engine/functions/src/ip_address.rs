//! Networks of IP addresses: whether they contain an address, and what their first and last addresses are.
//!
//! A network is text like `10.0.0.0/8`. Addresses are 16 bytes, those of IPv4 as IPv6 maps them.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, FixedSizeBinaryArray, FixedSizeBinaryBuilder, ListArray,
};
use arrow::buffer::OffsetBuffer;
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::string::text::{TextArgument, TextWriter};
use crate::types::Type;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "contains",
            "Determines whether given IP address exists in the CIDR",
        )
        .strict("(varchar, ipaddress) -> boolean", contains),
        Definition::new(
            "ip_prefix",
            "IP prefix for a given IP address and subnet size",
        )
        .strict("(ipaddress, bigint) -> varchar", |call| {
            let addresses = Addresses::of(call, 0)?;
            prefixes(call, |row| Ok(addresses.value(row)))
        })
        .strict("(varchar, bigint) -> varchar", |call| {
            let texts = TextArgument::of(call, 0)?;
            prefixes(call, |row| {
                parse_address(texts.value(row)).ok_or_else(|| {
                    FunctionError::cast(format!(
                        "Cannot cast value to IPADDRESS: {}",
                        texts.value(row)
                    ))
                })
            })
        }),
        Definition::new("ip_subnet_min", "Smallest IP address for a given IP prefix")
            .strict("(varchar) -> ipaddress", |call| {
                subnet_bounds(call, |network| vec![network.first()])
            }),
        Definition::new("ip_subnet_max", "Largest IP address for a given IP prefix")
            .strict("(varchar) -> ipaddress", |call| {
                subnet_bounds(call, |network| vec![network.last()])
            }),
        Definition::new(
            "ip_subnet_range",
            "Array of smallest and largest IP address in the subnet of the given IP prefix",
        )
        .strict("(varchar) -> array(ipaddress)", subnet_range),
        Definition::new(
            "is_subnet_of",
            "Whether an IP address or prefix is in an IP prefix",
        )
        .strict("(varchar, ipaddress) -> boolean", |call| {
            let addresses = Addresses::of(call, 1)?;
            in_subnet(call, |row| Ok((addresses.value(row), addresses.value(row))))
        })
        .strict("(varchar, varchar) -> boolean", |call| {
            let networks = TextArgument::of(call, 1)?;
            in_subnet(call, |row| {
                let network = Network::cast(networks.value(row))?;
                Ok((network.first(), network.last()))
            })
        }),
    ]
}

/// A column of addresses.
struct Addresses(FixedSizeBinaryArray);

impl Addresses {
    fn of(call: &Call<'_>, place: usize) -> Result<Addresses> {
        let array = call.array(place)?;
        match array.as_fixed_size_binary_opt() {
            Some(values) => Ok(Addresses(values.clone())),
            None => exec_err!("addresses are stored as {}", array.data_type()),
        }
    }

    fn value(&self, row: usize) -> Ipv6Addr {
        let bytes: [u8; 16] = self.0.value(row).try_into().unwrap_or_default();
        Ipv6Addr::from(bytes)
    }
}

/// An address of either version.
fn parse_address(text: &str) -> Option<Ipv6Addr> {
    match text.parse::<Ipv4Addr>() {
        Ok(address) => Some(address.to_ipv6_mapped()),
        Err(_) => text.parse::<Ipv6Addr>().ok(),
    }
}

fn is_ipv4(address: Ipv6Addr) -> bool {
    address.to_ipv4_mapped().is_some()
}

/// The bits of an address that its version counts.
fn bits(address: Ipv6Addr) -> u32 {
    if is_ipv4(address) { 32 } else { 128 }
}

/// An address of a network with the number of its leading bits that all of them share.
struct Network {
    address: Ipv6Addr,
    prefix: u32,
}

impl Network {
    /// Reads a network whose address is within itself, as `contains` wants it.
    fn parse(text: &str) -> Result<Network, FunctionError> {
        let (address, prefix) = text
            .split_once('/')
            .ok_or_else(|| FunctionError::argument("Invalid CIDR"))?;
        let address = parse_address(address)
            .ok_or_else(|| FunctionError::argument("Invalid network IP address"))?;
        let prefix: i32 = prefix
            .parse()
            .map_err(|_| FunctionError::argument(format!("For input string: \"{prefix}\"")))?;
        let prefix =
            u32::try_from(prefix).map_err(|_| FunctionError::argument("Invalid prefix length"))?;
        if prefix > bits(address) {
            return Err(FunctionError::argument(
                "Prefix length exceeds address length",
            ));
        }
        let network = Network { address, prefix };
        if is_ipv4(address) && network.first() != address {
            return Err(FunctionError::argument("Invalid CIDR"));
        }
        Ok(network)
    }

    /// Reads any network, as a cast would.
    fn cast(text: &str) -> Result<Network, FunctionError> {
        let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
        parse_address(address)
            .zip(prefix.parse().ok())
            .filter(|(address, prefix)| *prefix <= bits(*address))
            .map(|(address, prefix)| Network { address, prefix })
            .ok_or_else(|| FunctionError::cast(format!("Cannot cast value to IPPREFIX: {text}")))
    }

    /// The bits in which addresses of the network differ.
    fn host_mask(&self) -> u128 {
        match bits(self.address).saturating_sub(self.prefix) {
            0 => 0,
            differing => u128::MAX >> (128 - differing.min(128)),
        }
    }

    fn first(&self) -> Ipv6Addr {
        Ipv6Addr::from(u128::from(self.address) & !self.host_mask())
    }

    fn last(&self) -> Ipv6Addr {
        Ipv6Addr::from(u128::from(self.address) | self.host_mask())
    }

    fn contains(&self, address: Ipv6Addr) -> bool {
        (self.first()..=self.last()).contains(&address)
    }
}

fn booleans(
    call: &Call<'_>,
    holds: impl Fn(usize) -> Result<bool, FunctionError>,
) -> Result<ArrayRef> {
    let values = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                Ok(false)
            } else {
                holds(row)
            }
        })
        .collect::<Result<Vec<bool>, FunctionError>>()?;
    Ok(Arc::new(BooleanArray::from(values)))
}

fn contains(call: &Call<'_>) -> Result<ArrayRef> {
    let networks = TextArgument::of(call, 0)?;
    let addresses = Addresses::of(call, 1)?;
    let constant = networks.constant().map(Network::parse).transpose()?;
    booleans(call, |row| {
        let varying;
        let network = match &constant {
            Some(network) => network,
            None => {
                varying = Network::parse(networks.value(row))?;
                &varying
            }
        };
        let address = addresses.value(row);
        if is_ipv4(network.address) != is_ipv4(address) {
            return Err(FunctionError::argument(
                "IP address version should be the same",
            ));
        }
        Ok(network.contains(address))
    })
}

fn in_subnet(
    call: &Call<'_>,
    bounds: impl Fn(usize) -> Result<(Ipv6Addr, Ipv6Addr), FunctionError>,
) -> Result<ArrayRef> {
    let networks = TextArgument::of(call, 0)?;
    booleans(call, |row| {
        let network = Network::cast(networks.value(row))?;
        let (first, last) = bounds(row)?;
        Ok(network.contains(first) && network.contains(last))
    })
}

fn prefixes(
    call: &Call<'_>,
    address: impl Fn(usize) -> Result<Ipv6Addr, FunctionError>,
) -> Result<ArrayRef> {
    let sizes = call.bigints(1)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if call.is_null(row) {
            writer.push_null();
            continue;
        }
        let address = address(row)?;
        let (version, most) = if is_ipv4(address) { (4, 32) } else { (6, 128) };
        let prefix = u32::try_from(sizes.value(row))
            .ok()
            .filter(|prefix| *prefix <= most);
        let Some(prefix) = prefix else {
            return Err(FunctionError::argument(format!(
                "IPv{version} subnet size must be in range [0, {most}]"
            ))
            .into());
        };
        let first = Network { address, prefix }.first();
        let first = match first.to_ipv4_mapped() {
            Some(first) => first.to_string(),
            None => first.to_string(),
        };
        writer.push(&format!("{first}/{prefix}"))?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// The addresses of each row's network, as many a row.
fn subnet_bounds(call: &Call<'_>, bounds: impl Fn(&Network) -> Vec<Ipv6Addr>) -> Result<ArrayRef> {
    let networks = TextArgument::of(call, 0)?;
    let none = Network {
        address: Ipv6Addr::UNSPECIFIED,
        prefix: 0,
    };
    let mut builder = FixedSizeBinaryBuilder::with_capacity(call.rows, 16);
    for row in 0..call.rows {
        let addresses = if call.is_null(row) {
            bounds(&none)
        } else {
            bounds(&Network::cast(networks.value(row))?)
        };
        for address in addresses {
            builder.append_value(address.octets())?;
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn subnet_range(call: &Call<'_>) -> Result<ArrayRef> {
    let addresses = subnet_bounds(call, |network| vec![network.first(), network.last()])?;
    Ok(Arc::new(ListArray::try_new(
        Type::IpAddress.element_field(),
        OffsetBuffer::from_repeated_length(2, call.rows),
        addresses,
        None,
    )?))
}

#[cfg(test)]
mod tests {
    use arrow::array::{FixedSizeBinaryArray, StringArray};

    use super::parse_address;
    use crate::testing::{Argument, bigint, column, shown, text};

    fn address(text: &str) -> Argument {
        let octets = parse_address(text).unwrap().octets();
        column(
            "ipaddress",
            FixedSizeBinaryArray::try_from(vec![octets.as_slice()]).unwrap(),
        )
    }

    #[tokio::test]
    async fn networks_contain_addresses_of_their_version() {
        for (network, of, expected) in [
            ("10.0.0.0/8", "10.255.255.255", "true"),
            ("10.0.0.0/8", "11.255.255.255", "false"),
            ("0.0.0.0/0", "255.255.255.255", "true"),
            ("0.0.0.255/32", "0.0.0.255", "true"),
            ("::ffff:7f00:0001/32", "127.0.0.1", "true"),
            ("127.0.0.1/32", "::ffff:7f00:0002", "false"),
            ("64:ff9b::10.0.0.0/64", "64:ff9b:0:0:f:f:f:f", "true"),
            ("64:ff9b::10.0.0.0/64", "64:ff9b:0:1:0:0:0:0", "false"),
            (
                "2001:db8::ff00:42:8329/128",
                "2001:db8::ff00:42:8328",
                "false",
            ),
            ("::/0", "2001::", "true"),
            ("10.0.0.1", "10.0.0.1", "ERROR: Invalid CIDR"),
            ("10.0.0.1/8", "10.0.0.1", "ERROR: Invalid CIDR"),
            ("x.x.x.x/1", "10.0.0.1", "ERROR: Invalid network IP address"),
            ("10.0.0.0/-1", "10.0.0.1", "ERROR: Invalid prefix length"),
            (
                "10.0.0.1/33",
                "10.0.0.1",
                "ERROR: Prefix length exceeds address length",
            ),
            (
                "::/0",
                "0.0.0.0",
                "ERROR: IP address version should be the same",
            ),
        ] {
            assert_eq!(
                shown("contains", vec![text(network), address(of)]).await,
                expected,
                "{network} {of}"
            );
        }
    }

    #[tokio::test]
    async fn prefixes_are_the_first_address_and_the_size() {
        assert_eq!(
            shown("ip_prefix", vec![text("192.168.255.255"), bigint(9)]).await,
            "192.128.0.0/9"
        );
        assert_eq!(
            shown(
                "ip_prefix",
                vec![address("2001:db8:85a3:1:1:8a2e:370:7334"), bigint(48)]
            )
            .await,
            "2001:db8:85a3::/48"
        );
        assert_eq!(
            shown("ip_prefix", vec![text("10.0.0.1"), bigint(33)]).await,
            "ERROR: IPv4 subnet size must be in range [0, 32]"
        );
        assert_eq!(
            shown("ip_prefix", vec![text("x"), bigint(3)]).await,
            "ERROR: Cannot cast value to IPADDRESS: x"
        );
    }

    #[tokio::test]
    async fn subnets_have_bounds() {
        let networks = || StringArray::from(vec![Some("192.64.1.1/9"), None, Some("::1/128")]);
        let argument = || vec![column("varchar", networks())];
        let first = "00000000000000000000ffffc0000000";
        let last = "00000000000000000000ffffc07fffff";
        let one = "00000000000000000000000000000001";
        assert_eq!(
            shown("ip_subnet_min", argument()).await,
            format!("{first}|NULL|{one}")
        );
        assert_eq!(
            shown("ip_subnet_max", argument()).await,
            format!("{last}|NULL|{one}")
        );
        assert_eq!(
            shown("ip_subnet_range", argument()).await,
            format!("[{first}, {last}]|NULL|[{one}, {one}]")
        );
    }

    #[tokio::test]
    async fn addresses_and_networks_are_in_networks() {
        let network = || text("192.168.3.131/26");
        assert_eq!(
            shown("is_subnet_of", vec![network(), address("192.168.3.144")]).await,
            "true"
        );
        assert_eq!(
            shown("is_subnet_of", vec![network(), address("192.168.3.1")]).await,
            "false"
        );
        assert_eq!(
            shown("is_subnet_of", vec![network(), text("192.168.3.144/30")]).await,
            "true"
        );
        assert_eq!(
            shown("is_subnet_of", vec![network(), text("192.168.3.144/20")]).await,
            "false"
        );
        assert_eq!(
            shown("is_subnet_of", vec![network(), text("192.168.3.144")]).await,
            "ERROR: Cannot cast value to IPPREFIX: 192.168.3.144"
        );
    }
}
