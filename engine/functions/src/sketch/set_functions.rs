//! Functions of sketches of sets: `cardinality`, `empty_approx_set`, `intersection_cardinality`, `jaccard_index`, `hash_counts`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Float64Array, Int16Builder, Int64Array, Int64Builder, MapArray,
    StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::{APPROX_SET_BUCKETS, HyperLogLog, SetDigest};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "cardinality",
            "Number of distinct values that a sketch has seen, about",
        )
        .strict("(HyperLogLog) -> bigint", |call| {
            counts(call, |bytes| {
                Ok(HyperLogLog::deserialize(bytes)?.cardinality())
            })
        })
        .strict("(SetDigest) -> bigint", |call| {
            counts(call, |bytes| {
                Ok(SetDigest::deserialize(bytes)?.cardinality())
            })
        }),
        Definition::new("empty_approx_set", "HyperLogLog that has seen no values").nullable(
            "() -> HyperLogLog",
            |call| {
                let empty = HyperLogLog::new(APPROX_SET_BUCKETS).serialize();
                Ok(Arc::new(BinaryArray::from_iter_values(
                    std::iter::repeat_n(empty, call.rows),
                )))
            },
        ),
        Definition::new(
            "intersection_cardinality",
            "Number of distinct values that both set digests have seen, about",
        )
        .strict("(SetDigest, SetDigest) -> bigint", |call| {
            let counts = pairwise(call, |left, right| left.intersection_cardinality(right))?;
            Ok(Arc::new(Int64Array::from(counts)))
        }),
        Definition::new(
            "jaccard_index",
            "Likeness of two set digests, from 0 to 1, about",
        )
        .strict("(SetDigest, SetDigest) -> double", |call| {
            let indices = pairwise(call, |left, right| Ok(left.jaccard_index(right)))?;
            Ok(Arc::new(Float64Array::from(indices)))
        }),
        Definition::new(
            "hash_counts",
            "Hashes that a set digest keeps, and how often each occurred",
        )
        .strict("(SetDigest) -> map(bigint, smallint)", hash_counts),
    ]
}

fn counts(
    call: &Call<'_>,
    count: impl Fn(&[u8]) -> Result<i64, FunctionError>,
) -> Result<ArrayRef> {
    let sketches = call.binaries(0)?;
    let counts = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                Ok(0)
            } else {
                count(sketches.value(row))
            }
        })
        .collect::<Result<Vec<i64>, FunctionError>>()?;
    Ok(Arc::new(Int64Array::from(counts)))
}

fn pairwise<T: Default>(
    call: &Call<'_>,
    operation: impl Fn(&SetDigest, &SetDigest) -> Result<T, FunctionError>,
) -> Result<Vec<T>> {
    let (lefts, rights) = (call.binaries(0)?, call.binaries(1)?);
    let mut results = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        results.push(if call.is_null(row) {
            T::default()
        } else {
            let left = SetDigest::deserialize(lefts.value(row))?;
            operation(&left, &SetDigest::deserialize(rights.value(row))?)?
        });
    }
    Ok(results)
}

fn hash_counts(call: &Call<'_>) -> Result<ArrayRef> {
    let digests = call.binaries(0)?;
    let mut hashes = Int64Builder::new();
    let mut counts = Int16Builder::new();
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let before = hashes.values_slice().len();
        if !call.is_null(row) {
            for (hash, count) in SetDigest::deserialize(digests.value(row))?.hash_counts() {
                hashes.append_value(hash);
                counts.append_value(count);
            }
        }
        lengths.push(hashes.values_slice().len() - before);
    }
    let DataType::Map(entries, _) = call.returns().arrow() else {
        return exec_err!("hash_counts returns a map");
    };
    let DataType::Struct(fields) = entries.data_type() else {
        return exec_err!("a map has entries");
    };
    let columns: Vec<ArrayRef> = vec![Arc::new(hashes.finish()), Arc::new(counts.finish())];
    let values = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(MapArray::try_new(
        entries, offsets, values, None, false,
    )?))
}

#[cfg(test)]
mod tests {
    use arrow::array::BinaryArray;

    use super::{HyperLogLog, SetDigest};
    use crate::testing::{column, shown};

    fn digest(values: &[i64]) -> Vec<u8> {
        let mut digest = SetDigest::default();
        values.iter().for_each(|value| digest.add_i64(*value));
        digest.serialize()
    }

    fn digests(data_type: &str, values: &[Option<Vec<u8>>]) -> crate::testing::Argument {
        let values: Vec<Option<&[u8]>> = values.iter().map(|of| of.as_deref()).collect();
        column(data_type, BinaryArray::from(values))
    }

    #[tokio::test]
    async fn sketches_are_counted() {
        let mut sketch = HyperLogLog::new(4096);
        (0..9).for_each(|value| sketch.add_hash(super::super::murmur3_i64(value)));
        let sketches = digests("HyperLogLog", &[Some(sketch.serialize()), None]);
        assert_eq!(shown("cardinality", vec![sketches]).await, "9|NULL");
        assert_eq!(shown("empty_approx_set", vec![]).await, "020c0000");
        let wrong = digests("HyperLogLog", &[Some(vec![0, 1])]);
        assert_eq!(
            shown("cardinality", vec![wrong]).await,
            "ERROR: Cannot deserialize HyperLogLog"
        );
    }

    #[tokio::test]
    async fn set_digests_are_compared() {
        let left = || digests("SetDigest", &[Some(digest(&[1, 2])), None]);
        let right = || {
            digests(
                "SetDigest",
                &[Some(digest(&[1, 2, 3, 4])), Some(digest(&[1]))],
            )
        };
        assert_eq!(shown("cardinality", vec![right()]).await, "4|1");
        assert_eq!(
            shown("intersection_cardinality", vec![left(), right()]).await,
            "2|NULL"
        );
        // Of the two smallest hashes of the union, only one belongs to both: Trino's documented example.
        assert_eq!(
            shown("jaccard_index", vec![left(), right()]).await,
            "0.5|NULL"
        );
    }

    #[tokio::test]
    async fn hashes_are_counted_in_order() {
        let digests = digests("SetDigest", &[Some(digest(&[1, 1, 1, 2, 2])), None]);
        assert_eq!(
            shown("hash_counts", vec![digests]).await,
            "{-2447670524089286488: 2, 19144387141682250: 3}|NULL"
        );
    }
}
