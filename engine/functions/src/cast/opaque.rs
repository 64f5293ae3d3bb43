//! Casts of values that are bytes to Trino: `varbinary`, UUIDs, IP addresses and sketches.

use std::net::Ipv4Addr;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, BinaryBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::failures::Failures;
use super::kernel::Kernel;
use super::rows::{sixteen_bytes, stored_as};
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::Type;

pub(super) fn kernel(from: &Type, to: &Type) -> Option<Kernel> {
    match (from, to) {
        (Type::Uuid | Type::IpAddress, Type::Varbinary) => {
            Some(Box::new(|values, _| Ok(cast(values, &DataType::Binary)?)))
        }
        (Type::Varbinary, Type::Uuid) => Some(Box::new(|values, failures| {
            from_bytes(values, failures, "UUID", |bytes| bytes.try_into().ok())
        })),
        (Type::Varbinary, Type::IpAddress) => Some(Box::new(|values, failures| {
            from_bytes(
                values,
                failures,
                "IP address",
                |bytes| match <[u8; 4]>::try_from(bytes) {
                    Ok(octets) => Some(Ipv4Addr::from(octets).to_ipv6_mapped().octets()),
                    Err(_) => bytes.try_into().ok(),
                },
            )
        })),
        (Type::SetDigest, Type::HyperLogLog) => Some(Box::new(set_digest_to_hyper_log_log)),
        _ => None,
    }
}

fn from_bytes(
    values: &ArrayRef,
    failures: &mut Failures,
    name: &str,
    convert: impl Fn(&[u8]) -> Option<[u8; 16]>,
) -> Result<ArrayRef> {
    let values = stored_as::<BinaryArray>(values)?;
    let mut converted = Vec::with_capacity(values.len());
    for (row, bytes) in values.iter().enumerate() {
        let bytes = bytes.map(|bytes| (bytes.len(), convert(bytes)));
        if let Some((length, None)) = bytes {
            failures.add(row, || {
                FunctionError::cast(format!("Invalid {name} binary length: {length}"))
            })?;
        }
        converted.push(bytes.and_then(|(_, bytes)| bytes).unwrap_or_default());
    }
    sixteen_bytes(&converted, values.nulls())
}

/// A set digest begins with its format, the length of its HyperLogLog and the HyperLogLog itself.
fn set_digest_to_hyper_log_log(values: &ArrayRef, failures: &mut Failures) -> Result<ArrayRef> {
    let values = stored_as::<BinaryArray>(values)?;
    let mut converted = BinaryBuilder::new();
    for (row, bytes) in values.iter().enumerate() {
        match bytes.map(hyper_log_log_within) {
            None => converted.append_null(),
            Some(Some(bytes)) => converted.append_value(bytes),
            Some(None) => {
                failures.add(row, || {
                    FunctionError::new(
                        FunctionErrorCode::NotSupported,
                        "Legacy version of SetDigest cannot cast to HyperLogLog",
                    )
                })?;
                converted.append_value([]);
            }
        }
    }
    Ok(Arc::new(converted.finish()))
}

fn hyper_log_log_within(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(&[1])?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    rest.get(..usize::try_from(i32::from_le_bytes(*length)).ok()?)
}
