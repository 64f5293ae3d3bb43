//! Tests of HyperLogLog.

use super::super::murmur3::hash_i64;
use super::{HyperLogLog, Registers};

fn of(buckets: u32, values: std::ops::Range<i64>) -> HyperLogLog {
    let mut sketch = HyperLogLog::new(buckets);
    values.for_each(|value| sketch.add_hash(hash_i64(value)));
    sketch
}

#[test]
fn few_values_are_counted_exactly() {
    assert_eq!(of(2048, 0..0).cardinality(), 0);
    assert_eq!(of(2048, 0..251).cardinality(), 251);
    assert!(matches!(
        of(2048, 0..251).registers,
        Registers::Sparse { .. }
    ));
    assert!(matches!(of(2048, 0..252).registers, Registers::Dense(_)));
}

#[test]
fn estimates_stay_within_three_standard_errors() {
    for buckets in [16_u32, 256, 2048, 4096, 65_536] {
        let error = 1.04 / f64::from(buckets).sqrt();
        for count in [100, 1_000, 3_000, 10_000, 100_000, 500_000] {
            let estimate = of(buckets, 0..count).cardinality() as f64;
            let off = (estimate / count as f64 - 1.0).abs();
            assert!(
                off < 3.0 * error,
                "{buckets} buckets, {count} values: {estimate}"
            );
        }
    }
}

#[test]
fn merging_equals_adding_everything() {
    for (left, right) in [(100, 200), (100, 50_000), (50_000, 100), (30_000, 60_000)] {
        let mut merged = of(2048, 0..left);
        merged.merge(&of(2048, left / 2..right)).unwrap();
        let mut all = of(2048, 0..left.max(right));
        merged.make_dense();
        all.make_dense();
        assert_eq!(merged, all);
    }
    assert_eq!(
        of(16, 0..9).merge(&of(32, 0..9)).unwrap_err().message,
        "Cannot merge HLLs with different number of buckets: 16 vs 32"
    );
}

#[test]
fn both_forms_survive_their_bytes() {
    for count in [0, 1, 200, 1_000, 200_000] {
        let sketch = of(2048, 0..count);
        let bytes = sketch.serialize();
        let read = HyperLogLog::deserialize(&bytes).unwrap();
        assert_eq!(read.serialize(), bytes);
        assert_eq!(read.cardinality(), sketch.cardinality());
    }
    // Overflows: a bucket far above the others.
    let mut sketch = HyperLogLog::new(16);
    sketch.make_dense();
    sketch.add_hash(1);
    assert_eq!(
        sketch.serialize(),
        [3, 4, 0, 0xf0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 45]
    );
    assert_eq!(
        HyperLogLog::deserialize(&sketch.serialize()).unwrap(),
        sketch
    );
}

#[test]
fn bytes_are_airlifts() {
    assert_eq!(HyperLogLog::new(4096).serialize(), [2, 12, 0, 0]);
    let mut sketch = HyperLogLog::new(4096);
    sketch.add_hash(0x8000_0000_0000_0000);
    // Bucket 2^25, 38 zeros after the first 26 bits.
    assert_eq!(sketch.serialize(), [2, 12, 1, 0, 38, 0, 0, 0x80]);
}

#[test]
fn malformed_bytes_are_errors() {
    for bytes in [
        &[][..],
        &[0, 12, 0, 0],
        &[2, 12, 1, 0],
        &[2, 12, 0, 0, 9],
        &[2, 60, 0, 0],
        &[2, 12, 255, 255],
        &[3, 4, 0],
        &[9, 4],
    ] {
        let error = HyperLogLog::deserialize(bytes).unwrap_err();
        assert_eq!(error.message, "Cannot deserialize HyperLogLog");
    }
}
