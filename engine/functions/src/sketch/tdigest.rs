//! The merging t-digest (Dunning and Ertl) with Airlift's parameters and serialized form.
//!
//! Values are collected up to a limit, then sorted and merged with their neighbours into centroids, small ones near both ends. Up to
//! some hundred values nothing is merged and quantiles are exact.

use super::bytes::Reader;
use crate::error::FunctionError;

/// How many centroids there are, about, when the digest is stored.
const COMPRESSION: f64 = 100.0;

/// Airlift refuses less.
const COMPRESSION_MIN: f64 = 10.0;

/// While values are collected, twice as many centroids are kept.
const COLLECTING_FACTOR: f64 = 2.0;

const TAG: u8 = 0;

/// A summary of numbers, from which quantiles are estimated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TDigest {
    compression: f64,
    min: f64,
    max: f64,
    total_weight: f64,
    centroids: Vec<Centroid>,
    /// How many centroids Airlift would have room for, for that decides when they are merged.
    reserved: usize,
    /// How many of the first centroids are in order.
    sorted: usize,
    /// Whether the next merge goes from the greatest to the smallest: directions alternate so that errors do.
    backwards: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Centroid {
    mean: f64,
    weight: f64,
}

impl Default for TDigest {
    fn default() -> Self {
        TDigest {
            compression: COMPRESSION,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            total_weight: 0.0,
            centroids: Vec::new(),
            reserved: 1,
            sorted: 0,
            backwards: false,
        }
    }
}

impl TDigest {
    /// Adds a finite value with a positive weight.
    pub(crate) fn add(&mut self, value: f64, weight: f64) -> Result<(), FunctionError> {
        let refused = |what: &str| Err(FunctionError::argument(what));
        if value.is_nan() {
            return refused("value is NaN");
        }
        if weight.is_nan() {
            return refused("weight is NaN");
        }
        if value.is_infinite() {
            return refused("value must be finite");
        }
        if weight.is_infinite() {
            return refused("weight must be finite");
        }
        if weight <= 0.0 {
            return Err(FunctionError::argument(format!(
                "weight must be positive: {weight:?}"
            )));
        }
        if self.centroids.len() >= self.reserved {
            let limit = self.collected_max();
            if self.reserved < limit {
                self.reserved = (self.reserved * 2).clamp(1, limit);
            } else {
                self.merge_centroids(self.compression * COLLECTING_FACTOR);
            }
        }
        self.centroids.push(Centroid {
            mean: value,
            weight,
        });
        self.total_weight += weight;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        Ok(())
    }

    /// Adds everything that another digest has seen.
    pub(crate) fn merge(&mut self, other: &TDigest) {
        let collecting = self.compression * COLLECTING_FACTOR;
        if self.centroids.len() + other.centroids.len() > self.reserved {
            self.merge_pending(collecting);
            let mut other = other.clone();
            other.merge_pending(collecting);
            self.reserved = self
                .reserved
                .max(self.centroids.len() + other.centroids.len());
            self.centroids.extend_from_slice(&other.centroids);
        } else {
            self.centroids.extend_from_slice(&other.centroids);
        }
        self.total_weight += other.total_weight;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// The sum of all weights.
    #[cfg(test)]
    pub(crate) fn total_weight(&self) -> f64 {
        self.total_weight
    }

    /// The values at quantiles, which must be in order and within 0 and 1; NaN for each if there are no values.
    pub(crate) fn values_at(&mut self, quantiles: &[f64]) -> Result<Vec<f64>, FunctionError> {
        if !quantiles.is_sorted() {
            return Err(FunctionError::argument(
                "quantiles must be sorted in increasing order",
            ));
        }
        if !quantiles
            .iter()
            .all(|quantile| (0.0..=1.0).contains(quantile))
        {
            return Err(FunctionError::argument(
                "quantiles should be in [0, 1] range",
            ));
        }
        self.merge_pending(self.compression * COLLECTING_FACTOR);
        Ok(quantiles
            .iter()
            .map(|quantile| self.value_at(*quantile))
            .collect())
    }

    /// Centroids lie in the middle of the weight they stand for; between two middles values are interpolated, except that a centroid
    /// of one value stands for that value alone.
    fn value_at(&self, quantile: f64) -> f64 {
        let (first, last) = match self.centroids.as_slice() {
            [] => return f64::NAN,
            [single] => return single.mean,
            [first, .., last] => (first, last),
        };
        let offset = quantile * self.total_weight;
        let from_end = self.total_weight - offset;
        let near_max =
            || self.max + interpolated(from_end, (1.0, self.max), (last.weight / 2.0, last.mean));
        if offset < 1.0 {
            return self.min;
        }
        if offset < first.weight / 2.0 {
            return self.min
                + interpolated(offset, (1.0, self.min), (first.weight / 2.0, first.mean));
        }
        let last_has_several = last.weight / 2.0 > 1.0;
        if from_end >= 1.0 && from_end <= last.weight / 2.0 && last_has_several {
            return near_max();
        }
        if offset >= self.total_weight - 1.0 {
            return self.max;
        }
        let mut middle = first.weight / 2.0;
        for pair in self.centroids.windows(2) {
            let &[left, right] = pair else { continue };
            let distance = (left.weight + right.weight) / 2.0;
            if middle + distance <= offset {
                middle += distance;
                continue;
            }
            let into = offset - middle;
            if left.weight == 1.0 && into < left.weight / 2.0 {
                return left.mean;
            }
            if right.weight == 1.0 && into >= left.weight / 2.0 {
                return right.mean;
            }
            let (into, distance) = if left.weight == 1.0 {
                (into - left.weight / 2.0, right.weight / 2.0)
            } else if right.weight == 1.0 {
                (into, left.weight / 2.0)
            } else {
                (into, distance)
            };
            return left.mean + interpolated(into, (0.0, left.mean), (distance, right.mean));
        }
        if last_has_several {
            near_max()
        } else {
            self.max
        }
    }

    /// How many centroids are collected before they are merged.
    fn collected_max(&self) -> usize {
        // Compressions are at most that of a stored digest, which is checked when it is read.
        (6.0 * (self.compression * COLLECTING_FACTOR + 10.0)) as usize
    }

    fn merge_pending(&mut self, compression: f64) {
        if self.sorted < self.centroids.len() {
            self.merge_centroids(compression);
        }
    }

    fn merge_centroids(&mut self, compression: f64) {
        self.sort();
        if self.backwards {
            self.centroids.reverse();
        }
        let mut pending = std::mem::take(&mut self.centroids).into_iter();
        let Some(mut current) = pending.next() else {
            return;
        };
        let total = self.total_weight;
        let normalizer = compression / (4.0 * (total / compression).ln() + 24.0);
        let share_max = |quantile: f64| quantile * (1.0 - quantile) / normalizer;
        let mut merged = Vec::new();
        let mut before = 0.0;
        let mut share_at_start = share_max(0.0);
        for next in pending {
            let weight = current.weight + next.weight;
            let quantile = ((before + weight) / total).min(1.0);
            if weight <= total * share_at_start.min(share_max(quantile)) {
                current.mean += (next.mean - current.mean) * next.weight / weight;
                current.weight = weight;
            } else {
                before += current.weight;
                share_at_start = share_max(before / total);
                merged.push(current);
                current = next;
            }
        }
        merged.push(current);
        if self.backwards {
            merged.reverse();
        }
        self.backwards = !self.backwards;
        self.sorted = merged.len();
        self.centroids = merged;
    }

    /// The sort is stable and finds the part that is in order already.
    fn sort(&mut self) {
        self.centroids
            .sort_by(|left, right| left.mean.total_cmp(&right.mean));
        self.sorted = self.centroids.len();
    }

    /// The bytes it holds beyond itself.
    pub(crate) fn heap_size(&self) -> usize {
        self.centroids.capacity() * size_of::<Centroid>()
    }

    /// Airlift's bytes. Centroids are merged to the size at which digests are stored.
    pub(crate) fn serialize(&mut self) -> Vec<u8> {
        self.merge_centroids(self.compression);
        self.bytes()
    }

    /// Airlift's bytes with the centroids as they are, which a later merge loses nothing by.
    pub(crate) fn serialize_unmerged(&mut self) -> Vec<u8> {
        self.sort();
        self.bytes()
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(37 + 16 * self.centroids.len());
        bytes.push(TAG);
        for number in [self.min, self.max, self.compression, self.total_weight] {
            bytes.extend(number.to_le_bytes());
        }
        let count = i32::try_from(self.centroids.len()).unwrap_or(i32::MAX);
        bytes.extend(count.to_le_bytes());
        bytes.extend(self.centroids.iter().flat_map(|of| of.mean.to_le_bytes()));
        bytes.extend(self.centroids.iter().flat_map(|of| of.weight.to_le_bytes()));
        bytes
    }

    /// Reads Airlift's bytes.
    pub(crate) fn deserialize(bytes: &[u8]) -> Result<TDigest, FunctionError> {
        let mut reader = Reader::new("TDigest", bytes);
        if reader.u8()? != TAG {
            return Err(reader.malformed());
        }
        let (min, max) = (reader.f64()?, reader.f64()?);
        let compression = reader.f64()?;
        // A greater compression would ask for unbounded memory.
        if !(COMPRESSION_MIN..=1e6).contains(&compression) {
            return Err(reader.malformed());
        }
        let total_weight = reader.f64()?;
        let count = reader.count(16)?;
        let means = (0..count)
            .map(|_| reader.f64())
            .collect::<Result<Vec<f64>, _>>()?;
        let weights = (0..count)
            .map(|_| reader.f64())
            .collect::<Result<Vec<f64>, _>>()?;
        let centroids: Vec<Centroid> = means
            .into_iter()
            .zip(weights)
            .map(|(mean, weight)| Centroid { mean, weight })
            .collect();
        let usable = |of: &Centroid| of.mean.is_finite() && of.weight > 0.0;
        if !centroids.iter().all(usable) || !centroids.is_sorted_by_key(|of| of.mean) {
            return Err(reader.malformed());
        }
        reader.finish()?;
        Ok(TDigest {
            compression,
            min,
            max,
            total_weight,
            sorted: centroids.len(),
            reserved: centroids.len(),
            centroids,
            backwards: false,
        })
    }
}

/// What must be added to the first point's value at `at`, on the line to the second point.
fn interpolated(at: f64, (start, from): (f64, f64), (end, to): (f64, f64)) -> f64 {
    (at - start) / (end - start) * (to - from)
}

#[cfg(test)]
mod tests;
