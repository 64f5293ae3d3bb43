//! Bytes, UUIDs and IP addresses as text.

use std::fmt::{Result, Write};
use std::net::Ipv6Addr;

const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The two digits of a byte.
fn write_hex_byte(out: &mut (impl Write + ?Sized), byte: u8) -> Result {
    for digit in [byte >> 4, byte & 15] {
        let digit = HEX_DIGITS.get(usize::from(digit)).copied().unwrap_or(b'0');
        out.write_char(char::from(digit))?;
    }
    Ok(())
}

/// `48 65 6c`
pub(crate) fn write_hex_pairs(out: &mut (impl Write + ?Sized), bytes: &[u8]) -> Result {
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 {
            out.write_char(' ')?;
        }
        write_hex_byte(out, *byte)?;
    }
    Ok(())
}

/// `12151fd2-7586-11e9-8f9e-2a86e4085a59`
pub(crate) fn write_uuid(out: &mut (impl Write + ?Sized), bytes: &[u8]) -> Result {
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            out.write_char('-')?;
        }
        write_hex_byte(out, *byte)?;
    }
    Ok(())
}

/// `1.2.3.4` or `2001:db8::ff00:42:8329`; IPv4 addresses are those mapped into IPv6.
pub(crate) fn write_ip_address(out: &mut (impl Write + ?Sized), bytes: &[u8]) -> Result {
    let Ok(octets) = <[u8; 16]>::try_from(bytes) else {
        return write_hex_pairs(out, bytes);
    };
    let address = Ipv6Addr::from(octets);
    match address.to_ipv4_mapped() {
        Some(address) => write!(out, "{address}"),
        None => write!(out, "{address}"),
    }
}
