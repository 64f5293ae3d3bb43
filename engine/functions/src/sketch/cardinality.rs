//! The estimates of HyperLogLog: how many values its buckets tell of.
//!
//! Between the range where empty buckets are counted and some five values a bucket, the raw estimate is too high (HyperLogLog++,
//! Heule et al. 2013). Trino takes the bias from tables of experiments; here it is computed: if n values fall into m buckets, a
//! bucket's value M has P(M ≤ k) = exp(-(n/m)·2^-k), so the raw estimate that n values give on average is known, and the n that gives
//! the raw estimate found is the unbiased one. Both correct the same bias, and differ by far less than the standard error.

/// Beyond so many values a bucket the raw estimate has no bias worth correcting.
const BIASED_PER_BUCKET_MAX: f64 = 5.0;

/// A bucket's value exceeds this with a probability below 2^-40 in the biased range.
const VALUE_MAX: i32 = 44;

/// Steps after which the search has long converged: each at least halves what is left.
const STEPS_MAX: usize = 40;

/// The values that leave so many of all buckets empty.
pub(super) fn linear_counting(empty: u32, total: u32) -> f64 {
    f64::from(total) * (f64::from(total) / f64::from(empty.max(1))).ln()
}

/// The values that give this sum of 2^-value over the buckets.
pub(super) fn unbiased(sum: f64, buckets: u32) -> f64 {
    let total = f64::from(buckets);
    let raw_per_bucket = alpha(buckets) * total / sum;
    if raw_per_bucket > BIASED_PER_BUCKET_MAX {
        return raw_per_bucket * total;
    }
    let mut per_bucket = raw_per_bucket;
    for _ in 0..STEPS_MAX {
        let step = expected_raw(per_bucket, buckets) - raw_per_bucket;
        per_bucket = (per_bucket - step).max(0.0);
        if step.abs() < 1e-9 {
            break;
        }
    }
    per_bucket * total
}

/// The constant that makes the raw estimate right for many values.
fn alpha(buckets: u32) -> f64 {
    match buckets {
        16 => 0.673,
        32 => 0.697,
        64 => 0.709,
        _ => 0.7213 / (1.0 + 1.079 / f64::from(buckets)),
    }
}

/// The raw estimate, a bucket, that so many values a bucket give on average.
fn expected_raw(per_bucket: f64, buckets: u32) -> f64 {
    let (mut mean, mut square) = (0.0, 0.0);
    let mut below = 0.0;
    for value in 0..=VALUE_MAX {
        let weight = 0.5_f64.powi(value);
        let at_most = (-per_bucket * weight).exp();
        mean += weight * (at_most - below);
        square += weight * weight * (at_most - below);
        below = at_most;
    }
    // The mean of an inverse exceeds the inverse of the mean by the relative variance of the average over the buckets.
    let variance = (square / (mean * mean) - 1.0).max(0.0) / f64::from(buckets);
    alpha(buckets) * (1.0 + variance) / mean
}

#[cfg(test)]
mod tests {
    use super::{expected_raw, unbiased};

    #[test]
    fn correcting_the_expected_estimate_gives_the_values_back() {
        for buckets in [16, 2048, 65_536] {
            for per_bucket in [1.0, 2.0, 3.5, 4.9] {
                let raw = expected_raw(per_bucket, buckets);
                let sum = super::alpha(buckets) * f64::from(buckets) / raw;
                let found = unbiased(sum, buckets) / f64::from(buckets);
                assert!(
                    (found / per_bucket - 1.0).abs() < 0.02,
                    "{buckets} {per_bucket} {found}"
                );
            }
        }
    }
}
