//! The form encoding of query parameters, as Java's `URLDecoder` reads it and Guava writes it.

use crate::error::FunctionError;

const HEX_DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Writes text so that it can be a name or value: a blank is `+`, most other characters are their bytes as `%XX`.
pub(super) fn encode(value: &str, encoded: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            other => {
                encoded.push('%');
                for digit in [other >> 4, other & 0xF] {
                    let digit = HEX_DIGITS.get(usize::from(digit)).copied().unwrap_or(b'0');
                    encoded.push(char::from(digit));
                }
            }
        }
    }
}

/// Reads what [`encode`] writes. Bytes that are no text become replacement characters.
pub(super) fn decode(value: &str, decoded: &mut String) -> Result<(), FunctionError> {
    let mut rest = value;
    while let Some(place) = rest.find(['+', '%']) {
        decoded.push_str(rest.get(..place).unwrap_or(""));
        rest = rest.get(place..).unwrap_or("");
        if let Some(after) = rest.strip_prefix('+') {
            decoded.push(' ');
            rest = after;
        } else {
            let mut bytes = Vec::new();
            while let Some(escape) = rest.strip_prefix('%') {
                let (byte, after) = escaped_byte(escape)?;
                bytes.push(byte);
                rest = after;
            }
            decoded.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    decoded.push_str(rest);
    Ok(())
}

/// The byte of two digits, of which the first may be a plus sign.
fn escaped_byte(escape: &str) -> Result<(u8, &str), FunctionError> {
    let mut characters = escape.chars();
    let (Some(first), Some(second)) = (characters.next(), characters.next()) else {
        return Err(FunctionError::argument(
            "URLDecoder: Incomplete trailing escape (%) pattern",
        ));
    };
    let illegal = |reason: String| {
        FunctionError::argument(format!(
            "URLDecoder: Illegal hex characters in escape (%) pattern - {reason}"
        ))
    };
    let at = |place: u32| illegal(format!("Error at index {place} in: \"{first}{second}\""));
    let high = match first {
        '+' | '-' => 0,
        first => first.to_digit(16).ok_or_else(|| at(0))?,
    };
    let low = second.to_digit(16).ok_or_else(|| at(1))?;
    if first == '-' && low > 0 {
        return Err(illegal("negative value".to_owned()));
    }
    let byte = u8::try_from(high * 16 + low).map_err(|_| at(0))?;
    Ok((byte, characters.as_str()))
}
