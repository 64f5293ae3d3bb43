//! Digests, keyed digests and hashes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryBuilder, Int64Array};
use datafusion::error::Result;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use twox_hash::XxHash64;

use super::murmur3::murmur3_x64_128;
use super::spooky_hash::spooky_hash_128;
use super::{each_row, map_bytes};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("md5", "Compute md5 hash")
            .strict("(varbinary) -> varbinary", digest::<Md5>),
        Definition::new("sha1", "Compute sha1 hash")
            .strict("(varbinary) -> varbinary", digest::<Sha1>),
        Definition::new("sha256", "Compute sha256 hash")
            .strict("(varbinary) -> varbinary", digest::<Sha256>),
        Definition::new("sha512", "Compute sha512 hash")
            .strict("(varbinary) -> varbinary", digest::<Sha512>),
        Definition::new("hmac_md5", "Compute HMAC with MD5")
            .strict("(varbinary, varbinary) -> varbinary", keyed::<Hmac<Md5>>),
        Definition::new("hmac_sha1", "Compute HMAC with SHA1")
            .strict("(varbinary, varbinary) -> varbinary", keyed::<Hmac<Sha1>>),
        Definition::new("hmac_sha256", "Compute HMAC with SHA256")
            .strict("(varbinary, varbinary) -> varbinary", keyed::<Hmac<Sha256>>),
        Definition::new("hmac_sha512", "Compute HMAC with SHA512")
            .strict("(varbinary, varbinary) -> varbinary", keyed::<Hmac<Sha512>>),
        Definition::new("crc32", "Compute CRC-32").strict("(varbinary) -> bigint", crc32),
        Definition::new("xxhash64", "Compute xxhash64 hash").strict(
            "(varbinary) -> varbinary",
            |call| {
                map_bytes(call, |bytes, hash| {
                    hash.extend(XxHash64::oneshot(0, bytes).to_be_bytes());
                    Ok(())
                })
            },
        ),
        Definition::new("murmur3", "Compute murmur3 hash of 128 bits").strict(
            "(varbinary) -> varbinary",
            |call| {
                map_bytes(call, |bytes, hash| {
                    for half in murmur3_x64_128(bytes) {
                        hash.extend(half.to_le_bytes());
                    }
                    Ok(())
                })
            },
        ),
        Definition::new("spooky_hash_v2_32", "Compute SpookyHashV2 32-bit hash").strict(
            "(varbinary) -> varbinary",
            |call| {
                map_bytes(call, |bytes, hash| {
                    let [low, _] = spooky_hash_128(bytes);
                    // The short hash is the lower half of the long one.
                    hash.extend(low.to_be_bytes().get(4..).unwrap_or_default());
                    Ok(())
                })
            },
        ),
        Definition::new("spooky_hash_v2_64", "Compute SpookyHashV2 64-bit hash").strict(
            "(varbinary) -> varbinary",
            |call| {
                map_bytes(call, |bytes, hash| {
                    let [low, _] = spooky_hash_128(bytes);
                    hash.extend(low.to_be_bytes());
                    Ok(())
                })
            },
        ),
    ]
}

fn digest<D: Digest>(call: &Call<'_>) -> Result<ArrayRef> {
    map_bytes(call, |bytes, hash| {
        hash.extend_from_slice(&D::digest(bytes));
        Ok(())
    })
}

fn keyed<M: Mac + KeyInit>(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, keys) = (call.binaries(0)?, call.binaries(1)?);
    let mut built = BinaryBuilder::with_capacity(values.len(), values.len() * 64);
    for row in 0..values.len() {
        if call.is_null(row) {
            built.append_value([]);
            continue;
        }
        let mut code = <M as KeyInit>::new_from_slice(keys.value(row))
            .map_err(|_| FunctionError::argument("a key of this length is not supported"))?;
        code.update(values.value(row));
        built.append_value(code.finalize().into_bytes());
    }
    Ok(Arc::new(built.finish()))
}

fn crc32(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.binaries(0)?;
    let sums = each_row(call, &values, |bytes| Ok(i64::from(crc32fast::hash(bytes))))?;
    Ok(Arc::new(Int64Array::from(sums)))
}
