//! Bytes as text and back: base 16, 32 and 64.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryBuilder, StringBuilder};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// As Java decodes: padding may be left out, and bits that the last character has too many are passed over.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

const BASE32_DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX_DIGITS: &[u8; 16] = b"0123456789ABCDEF";

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("to_base64", "Encode binary data as base64")
            .strict("(varbinary) -> varchar", |call| {
                encoded(call, |bytes, text| BASE64.encode_string(bytes, text))
            }),
        Definition::new("from_base64", "Decode base64 encoded binary data")
            .strict("(varchar) -> varbinary", |call| {
                decoded(call, |text| base64(&BASE64, text))
            })
            .strict("(varbinary) -> varbinary", |call| {
                decoded_bytes(call, |text| base64(&BASE64, text))
            }),
        Definition::new(
            "to_base64url",
            "Encode binary data as base64 using the URL safe alphabet",
        )
        .strict("(varbinary) -> varchar", |call| {
            encoded(call, |bytes, text| BASE64_URL.encode_string(bytes, text))
        }),
        Definition::new(
            "from_base64url",
            "Decode URL safe base64 encoded binary data",
        )
        .strict("(varchar) -> varbinary", |call| {
            decoded(call, |text| base64(&BASE64_URL, text))
        })
        .strict("(varbinary) -> varbinary", |call| {
            decoded_bytes(call, |text| base64(&BASE64_URL, text))
        }),
        Definition::new("to_base32", "Encode binary data as base32")
            .strict("(varbinary) -> varchar", |call| encoded(call, to_base32)),
        Definition::new("from_base32", "Decode base32 encoded binary data")
            .strict("(varchar) -> varbinary", |call| decoded(call, from_base32))
            .strict("(varbinary) -> varbinary", |call| {
                decoded_bytes(call, from_base32)
            }),
        Definition::new("to_hex", "Encode binary data as hex")
            .strict("(varbinary) -> varchar", |call| encoded(call, to_hex)),
        Definition::new("from_hex", "Decode hex encoded binary data")
            .strict("(varchar) -> varbinary", |call| decoded(call, from_hex))
            .strict("(varbinary) -> varbinary", |call| {
                decoded_bytes(call, from_hex)
            }),
    ]
}

fn encoded(call: &Call<'_>, each: impl Fn(&[u8], &mut String)) -> Result<ArrayRef> {
    let values = call.binaries(0)?;
    let mut built = StringBuilder::with_capacity(values.len(), values.value_data().len() * 2);
    let mut text = String::new();
    for row in 0..values.len() {
        text.clear();
        if !call.is_null(row) {
            each(values.value(row), &mut text);
        }
        built.append_value(&text);
    }
    Ok(Arc::new(built.finish()))
}

fn decoded(
    call: &Call<'_>,
    each: impl Fn(&[u8]) -> Result<Vec<u8>, FunctionError>,
) -> Result<ArrayRef> {
    let values = call.strings(0)?;
    let mut built = BinaryBuilder::with_capacity(values.len(), values.len() * 16);
    for row in 0..values.len() {
        if call.is_null(row) {
            built.append_value([]);
        } else {
            built.append_value(each(values.value(row).as_bytes())?);
        }
    }
    Ok(Arc::new(built.finish()))
}

fn decoded_bytes(
    call: &Call<'_>,
    each: impl Fn(&[u8]) -> Result<Vec<u8>, FunctionError>,
) -> Result<ArrayRef> {
    super::map_bytes(call, |bytes, into| {
        into.extend(each(bytes)?);
        Ok(())
    })
}

fn base64(engine: &GeneralPurpose, text: &[u8]) -> Result<Vec<u8>, FunctionError> {
    engine
        .decode(text)
        .map_err(|error| FunctionError::argument(format!("Illegal base64 text: {error}")))
}

fn to_base32(bytes: &[u8], text: &mut String) {
    for chunk in bytes.chunks(5) {
        let mut word = 0_u64;
        for place in 0..5 {
            word = (word << 8) | chunk.get(place).copied().map_or(0, u64::from);
        }
        let digits = (chunk.len() * 8).div_ceil(5);
        for place in 0..8_usize {
            let digit = usize::try_from((word >> (35 - 5 * place)) & 31).unwrap_or(0);
            let shown = match BASE32_DIGITS.get(digit) {
                Some(shown) if place < digits => char::from(*shown),
                _ => '=',
            };
            text.push(shown);
        }
    }
}

fn from_base32(text: &[u8]) -> Result<Vec<u8>, FunctionError> {
    let end = text
        .iter()
        .rposition(|byte| *byte != b'=')
        .map_or(0, |place| place + 1);
    let digits = text.get(..end).unwrap_or_default();
    if !matches!(digits.len() % 8, 0 | 2 | 4 | 5 | 7) {
        return Err(FunctionError::argument(format!(
            "Invalid input length {}",
            digits.len()
        )));
    }
    let (mut word, mut bits) = (0_u32, 0_u32);
    let mut bytes = Vec::with_capacity(digits.len() * 5 / 8);
    for digit in digits {
        let value = BASE32_DIGITS
            .iter()
            .position(|known| known == digit)
            .and_then(|value| u32::try_from(value).ok())
            .ok_or_else(|| {
                FunctionError::argument(format!("Unrecognized character: {}", char::from(*digit)))
            })?;
        word = (word << 5) | value;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((word >> bits) & 255).unwrap_or(0));
        }
        word &= (1 << bits) - 1;
    }
    Ok(bytes)
}

fn to_hex(bytes: &[u8], text: &mut String) {
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            if let Some(digit) = HEX_DIGITS.get(usize::from(half)) {
                text.push(char::from(*digit));
            }
        }
    }
}

fn from_hex(text: &[u8]) -> Result<Vec<u8>, FunctionError> {
    let (pairs, odd) = text.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(FunctionError::argument(format!(
            "string to decode must contain an even number of bytes, got {}",
            text.len()
        )));
    }
    pairs
        .iter()
        .map(|[high, low]| {
            let value = |digit: u8| {
                char::from(digit)
                    .to_digit(16)
                    .and_then(|value| u8::try_from(value).ok())
                    .ok_or_else(|| {
                        FunctionError::argument(format!(
                            "invalid hex character: {}",
                            char::from(digit)
                        ))
                    })
            };
            Ok(value(*high)? * 16 + value(*low)?)
        })
        .collect()
}
