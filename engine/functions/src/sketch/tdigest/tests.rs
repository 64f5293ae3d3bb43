//! Tests of t-digests.

use super::TDigest;

fn of(values: impl IntoIterator<Item = f64>) -> TDigest {
    let mut digest = TDigest::default();
    for value in values {
        digest.add(value, 1.0).unwrap();
    }
    digest
}

fn at(digest: &mut TDigest, quantile: f64) -> f64 {
    digest.values_at(&[quantile]).unwrap()[0]
}

#[test]
fn few_values_are_exact() {
    let mut digest = of((0..20).map(f64::from));
    for thousandth in 0..1000 {
        let quantile = f64::from(thousandth) * 1e-3;
        assert_eq!(at(&mut digest, quantile), (quantile * 20.0).floor());
    }
    assert!(at(&mut TDigest::default(), 0.5).is_nan());
    assert_eq!(
        of([7.0]).values_at(&[0.0, 0.5, 1.0]).unwrap(),
        [7.0, 7.0, 7.0]
    );
    let mut four = of([1.0, 2.0, 3.0, 4.0]);
    assert_eq!(four.values_at(&[0.0, 0.6, 1.0]).unwrap(), [1.0, 3.0, 4.0]);
}

#[test]
fn a_jump_at_the_end_is_not_smoothed() {
    let mut few = of((1..20).map(f64::from).chain([1e6]));
    let quantiles = [0.899_999_99, 0.9, 0.949_999_999, 0.95];
    assert_eq!(few.values_at(&quantiles).unwrap(), [18.0, 19.0, 19.0, 1e6]);
    let mut many = of((1..1000).map(f64::from).chain([1e6]));
    assert_eq!(many.values_at(&[0.998, 0.999]).unwrap(), [999.0, 1e6]);
}

#[test]
fn weights_stand_for_repeated_values() {
    let mut digest = TDigest::default();
    digest.add(1.0, 80.0).unwrap();
    digest.add(2.0, 20.0).unwrap();
    assert_eq!(
        digest.values_at(&[0.0, 0.3, 0.9, 1.0]).unwrap(),
        [1.0, 1.0, 2.0, 2.0]
    );
}

#[test]
fn many_values_are_close() {
    // A permutation of 0..100,003, for 7919 and the count share no factor.
    let count = 100_003_u32;
    let mut digest = of((0..count)
        .map(|i| f64::from(u32::try_from(u64::from(i) * 7919 % u64::from(count)).unwrap())));
    for percent in [0.1, 1.0, 10.0, 50.0, 90.0, 99.0, 99.9] {
        let quantile = percent / 100.0;
        let found = at(&mut digest, quantile) / f64::from(count);
        let allowed = 0.02 * (quantile * (1.0 - quantile)).sqrt() + 1e-5;
        assert!((found - quantile).abs() < allowed, "{quantile}: {found}");
    }
    assert!(digest.heap_size() < 30_000);
}

#[test]
fn merging_is_close_to_adding_everything() {
    let mut left = of((0..5_000).map(f64::from));
    left.merge(&of((5_000..10_000).map(f64::from)));
    assert_eq!(left.total_weight(), 10_000.0);
    assert_eq!(left.values_at(&[0.0, 1.0]).unwrap(), [0.0, 9_999.0]);
    assert!((at(&mut left, 0.5) - 5_000.0).abs() < 50.0);
    let mut small = of([1.0, 3.0]);
    small.merge(&of([2.0]));
    assert_eq!(small.values_at(&[0.0, 0.5, 1.0]).unwrap(), [1.0, 2.0, 3.0]);
    small.merge(&TDigest::default());
    assert_eq!(small.total_weight(), 3.0);
}

#[test]
fn bytes_are_airlifts() {
    let mut digest = of([2.0, 1.0]);
    let bytes = digest.serialize();
    let mut expected = vec![0];
    for number in [1.0_f64, 2.0, 100.0, 2.0] {
        expected.extend(number.to_le_bytes());
    }
    expected.extend(2_i32.to_le_bytes());
    for number in [1.0_f64, 2.0, 1.0, 1.0] {
        expected.extend(number.to_le_bytes());
    }
    assert_eq!(bytes, expected);
    let mut many = of((0..9_000).map(f64::from));
    let mut read = TDigest::deserialize(&many.serialize()).unwrap();
    for tenth in 0..=10 {
        let quantile = f64::from(tenth) / 10.0;
        assert_eq!(at(&mut read, quantile), at(&mut many, quantile));
    }
}

#[test]
fn wrong_values_and_bytes_are_errors() {
    let mut digest = TDigest::default();
    assert_eq!(
        digest.add(f64::NAN, 1.0).unwrap_err().message,
        "value is NaN"
    );
    assert_eq!(
        digest.add(f64::INFINITY, 1.0).unwrap_err().message,
        "value must be finite"
    );
    assert_eq!(
        digest.add(1.0, 0.0).unwrap_err().message,
        "weight must be positive: 0.0"
    );
    assert_eq!(
        digest.values_at(&[0.5, 0.1]).unwrap_err().message,
        "quantiles must be sorted in increasing order"
    );
    assert_eq!(
        digest.values_at(&[1.5]).unwrap_err().message,
        "quantiles should be in [0, 1] range"
    );
    let mut bytes = digest.serialize();
    bytes.push(0);
    assert!(TDigest::deserialize(&bytes).is_err());
    assert!(TDigest::deserialize(&[1, 2, 3]).is_err());
    assert!(TDigest::deserialize(&[]).is_err());
}
