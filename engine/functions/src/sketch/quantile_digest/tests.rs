//! Tests of quantile digests.

use super::QuantileDigest;

fn of(values: impl IntoIterator<Item = i64>) -> QuantileDigest {
    let mut digest = QuantileDigest::new(0.01);
    values.into_iter().for_each(|value| digest.add(value, 1.0));
    digest
}

#[test]
fn few_values_are_exact() {
    let digest = of([3, 1, 2]);
    assert_eq!(
        [0.0, 0.5, 1.0].map(|quantile| digest.value_at(quantile)),
        [1, 2, 3]
    );
    let digest = of([i64::MIN, -1, 0, i64::MAX]);
    let quantiles = [0.0, 0.25, 0.5, 0.75, 1.0];
    assert_eq!(
        quantiles.map(|quantile| digest.value_at(quantile)),
        [i64::MIN, -1, 0, i64::MAX, i64::MAX]
    );
}

#[test]
fn many_values_are_within_the_error_and_few_nodes_are_kept() {
    let count = 100_003_i64;
    let mut digest = of((0..count).map(|i| i * 7919 % count));
    for percent in 0..=100 {
        let quantile = f64::from(percent) / 100.0;
        let rank = digest.value_at(quantile) as f64 / count as f64;
        assert!(
            rank >= quantile - 1e-4 && rank <= quantile + 0.011,
            "{quantile}: {rank}"
        );
    }
    assert_eq!(digest.weight(), count as f64);
    digest.compress();
    assert!(digest.nodes < 3 * 18 * 100, "{}", digest.nodes);
}

#[test]
fn merging_adds_up() {
    let mut left = of(0..1_000);
    left.merge(&of(500..2_000));
    assert_eq!(left.weight(), 2_500.0);
    assert_eq!((left.value_at(0.0), left.value_at(1.0)), (0, 1_999));
    let median = left.value_at(0.5);
    assert!((875 - 30..=875 + 30).contains(&median), "{median}");
    let mut empty = QuantileDigest::new(0.01);
    empty.merge(&of([5]));
    empty.merge(&QuantileDigest::new(0.01));
    assert_eq!((empty.value_at(0.5), empty.nodes), (5, 1));
}

#[test]
fn quantiles_of_values_count_what_is_below() {
    let digest = of(0..10);
    assert_eq!(digest.quantile_at(0), Some(0.0));
    assert_eq!(digest.quantile_at(5), Some(0.5));
    assert_eq!(digest.quantile_at(10), None);
    assert_eq!(digest.quantile_at(-1), None);
    assert_eq!(QuantileDigest::new(0.01).quantile_at(1), None);
}

#[test]
fn bytes_are_airlifts() {
    let mut digest = of([1, 2]);
    let mut expected = vec![0];
    expected.extend(0.01_f64.to_le_bytes());
    expected.extend([0; 16]);
    expected.extend(1_i64.to_le_bytes());
    expected.extend(2_i64.to_le_bytes());
    expected.extend(3_i32.to_le_bytes());
    // Two leaves, then their parent on level 2, which is stored as 1, with both flags.
    for (structure, weight, low) in [(0, 1.0_f64, 1), (0, 1.0, 2), (1 << 2 | 3, 0.0, 1)] {
        expected.push(structure);
        expected.extend(weight.to_le_bytes());
        expected.extend([low, 0, 0, 0, 0, 0, 0, 0x80]);
    }
    assert_eq!(digest.serialize(), expected);
    let mut read = QuantileDigest::deserialize(&expected).unwrap();
    assert_eq!((read.value_at(0.0), read.value_at(1.0)), (1, 2));
    assert_eq!(read.serialize(), expected);
    let empty = QuantileDigest::new(0.5).serialize();
    assert_eq!(QuantileDigest::deserialize(&empty).unwrap().weight(), 0.0);
}

#[test]
fn exact_bytes_keep_everything() {
    let mut many = of((0..50_000).map(|i| i * i));
    many.compress();
    let read = QuantileDigest::deserialize(&many.serialize_exact()).unwrap();
    assert_eq!(read.serialize_exact(), many.serialize_exact());
    assert_eq!(
        (read.value_at(0.3), read.nodes),
        (many.value_at(0.3), many.nodes)
    );
    // Airlift's form keeps the nodes, though not how wide all of them are.
    let stored = QuantileDigest::deserialize(&many.serialize()).unwrap();
    assert_eq!((stored.nodes, stored.weight()), (many.nodes, 50_000.0));
    assert!(stored.value_at(0.3) <= many.value_at(0.3));
}

#[test]
fn malformed_bytes_are_errors() {
    let good = of([1, 2]).serialize();
    for cut in 0..good.len() {
        assert!(QuantileDigest::deserialize(&good[..cut]).is_err());
    }
    let mut two_roots = good.clone();
    // The parent no longer claims its children.
    let parent = two_roots.len() - super::NODE_BYTES;
    two_roots[parent] = 0;
    assert!(QuantileDigest::deserialize(&two_roots).is_err());
}
