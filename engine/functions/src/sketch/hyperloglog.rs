//! HyperLogLog in Airlift's serialized forms (sparse v2, dense v1 and v2), so that stored sketches are read by Trino and the reverse.

use super::bytes::Reader;
use super::cardinality::{linear_counting, unbiased};
use super::round::round_half_up;
use crate::error::FunctionError;

/// Few values: each is kept by the first 26 bits of its hash.
const SPARSE_INDEX_BITS: u32 = 26;

/// The bits of a sparse entry that hold the zeros after those 26 bits.
const SPARSE_VALUE_BITS: u32 = 6;

/// The most index bits of a dense sketch: 65,536 buckets.
const INDEX_BITS_MAX: u8 = 16;

/// The greatest difference from the baseline that a dense bucket's four bits hold.
const DELTA_MAX: u8 = 15;

/// While more than this share of buckets is empty, counting the empty ones is the better estimate.
const EMPTY_SHARE_MIN: f64 = 0.4;

const TAG_DENSE_V1: u8 = 1;
const TAG_SPARSE: u8 = 2;
const TAG_DENSE: u8 = 3;

/// An estimate of how many distinct values were added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HyperLogLog {
    index_bits: u8,
    registers: Registers,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Registers {
    /// Entries sorted by their upper 26 bits. `reserved` is how many Airlift would have room for, for that decides when it becomes dense.
    Sparse { entries: Vec<u32>, reserved: usize },
    /// One greatest count of leading zeros, plus one, a bucket.
    Dense(Vec<u8>),
}

impl HyperLogLog {
    /// A sketch with this many buckets, which must be a power of two of at most 65,536.
    pub(crate) fn new(buckets: u32) -> HyperLogLog {
        let index_bits = u8::try_from(buckets.max(2).ilog2()).unwrap_or(INDEX_BITS_MAX);
        HyperLogLog {
            index_bits: index_bits.min(INDEX_BITS_MAX),
            registers: Registers::Sparse {
                entries: Vec::new(),
                reserved: 1,
            },
        }
    }

    /// Adds a value by its hash.
    pub(crate) fn add_hash(&mut self, hash: u64) {
        match &mut self.registers {
            Registers::Sparse { entries, reserved } => {
                let entry = sparse_entry(hash);
                match entries
                    .binary_search_by_key(&sparse_index(entry), |known| sparse_index(*known))
                {
                    Ok(place) => {
                        if let Some(known) = entries.get_mut(place) {
                            *known = (*known).max(entry);
                        }
                    }
                    Err(place) => {
                        if entries.len() == *reserved {
                            *reserved += 10;
                        }
                        entries.insert(place, entry);
                        self.become_dense_if_smaller();
                    }
                }
            }
            Registers::Dense(values) => {
                let bits = u32::from(self.index_bits);
                let index = hash >> (u64::BITS - bits);
                let value = zeros_after(hash, bits) + 1;
                raise(values, index, value);
            }
        }
    }

    /// Adds what another sketch has seen.
    pub(crate) fn merge(&mut self, other: &HyperLogLog) -> Result<(), FunctionError> {
        if self.index_bits != other.index_bits {
            return Err(FunctionError::argument(format!(
                "Cannot merge HLLs with different number of buckets: {} vs {}",
                1_u32 << self.index_bits,
                1_u32 << other.index_bits
            )));
        }
        if let (
            Registers::Sparse { entries, reserved },
            Registers::Sparse {
                entries: others, ..
            },
        ) = (&mut self.registers, &other.registers)
        {
            *entries = merged(entries, others);
            *reserved = entries.len();
            self.become_dense_if_smaller();
            return Ok(());
        }
        self.make_dense();
        let Registers::Dense(values) = &mut self.registers else {
            return Ok(());
        };
        match &other.registers {
            Registers::Sparse { entries, .. } => {
                for entry in entries {
                    let (index, value) = dense_register(*entry, self.index_bits);
                    raise(values, index, value);
                }
            }
            Registers::Dense(others) => {
                for (value, other) in values.iter_mut().zip(others) {
                    *value = (*value).max(*other);
                }
            }
        }
        Ok(())
    }

    /// How many distinct values it has seen, about.
    pub(crate) fn cardinality(&self) -> i64 {
        match &self.registers {
            Registers::Sparse { entries, .. } => {
                let total = 1_u32 << SPARSE_INDEX_BITS;
                let used = u32::try_from(entries.len()).unwrap_or(total - 1);
                round_half_up(linear_counting(total.saturating_sub(used), total))
            }
            Registers::Dense(values) => {
                let buckets = 1_u32 << self.index_bits;
                let empty = values.iter().filter(|value| **value == 0).count();
                let empty = u32::try_from(empty).unwrap_or(buckets);
                if f64::from(empty) > EMPTY_SHARE_MIN * f64::from(buckets) {
                    return round_half_up(linear_counting(empty, buckets));
                }
                let sum: f64 = values
                    .iter()
                    .map(|value| 0.5_f64.powi(i32::from(*value)))
                    .sum();
                round_half_up(unbiased(sum, buckets))
            }
        }
    }

    /// Gives every bucket a register of its own, as `P4HyperLogLog` has it.
    pub(crate) fn make_dense(&mut self) {
        let Registers::Sparse { entries, .. } = &self.registers else {
            return;
        };
        let mut values = vec![0; 1 << self.index_bits];
        for entry in entries {
            let (index, value) = dense_register(*entry, self.index_bits);
            raise(&mut values, index, value);
        }
        self.registers = Registers::Dense(values);
    }

    /// Airlift keeps whichever form takes less memory in Java: a sparse one takes 40 bytes and 4 an entry, a dense one 56 and half a
    /// byte a bucket. The same rule gives the same estimates.
    fn become_dense_if_smaller(&mut self) {
        if let Registers::Sparse { reserved, .. } = &self.registers
            && 40 + 4 * reserved > 56 + (1_usize << self.index_bits) / 2
        {
            self.make_dense();
        }
    }

    /// The bytes it holds beyond itself.
    pub(crate) fn heap_size(&self) -> usize {
        match &self.registers {
            Registers::Sparse { entries, .. } => entries.capacity() * size_of::<u32>(),
            Registers::Dense(values) => values.capacity(),
        }
    }

    /// Airlift's bytes.
    pub(crate) fn serialize(&self) -> Vec<u8> {
        match &self.registers {
            Registers::Sparse { entries, .. } => {
                let mut bytes = Vec::with_capacity(4 + 4 * entries.len());
                bytes.extend([TAG_SPARSE, self.index_bits]);
                // At most some 4,000 entries: then the dense form is smaller.
                bytes.extend(
                    i16::try_from(entries.len())
                        .unwrap_or(i16::MAX)
                        .to_le_bytes(),
                );
                bytes.extend(entries.iter().flat_map(|entry| entry.to_le_bytes()));
                bytes
            }
            Registers::Dense(values) => serialize_dense(self.index_bits, values),
        }
    }

    /// Reads any form but sparse v1, which Airlift no longer reads either.
    pub(crate) fn deserialize(bytes: &[u8]) -> Result<HyperLogLog, FunctionError> {
        let mut reader = Reader::new("HyperLogLog", bytes);
        let tag = reader.u8()?;
        let index_bits = reader.u8()?;
        if !(1..=INDEX_BITS_MAX).contains(&index_bits) {
            return Err(reader.malformed());
        }
        let registers = match tag {
            TAG_SPARSE => {
                let count = usize::try_from(reader.i16()?).map_err(|_| reader.malformed())?;
                let entries = (0..count)
                    .map(|_| reader.u32())
                    .collect::<Result<Vec<u32>, _>>()?;
                let sorted =
                    entries.is_sorted_by(|left, right| sparse_index(*left) < sparse_index(*right));
                if !sorted {
                    return Err(reader.malformed());
                }
                Registers::Sparse {
                    reserved: entries.len(),
                    entries,
                }
            }
            TAG_DENSE_V1 | TAG_DENSE => Registers::Dense(deserialize_dense(
                &mut reader,
                index_bits,
                tag == TAG_DENSE_V1,
            )?),
            _ => return Err(reader.malformed()),
        };
        reader.finish()?;
        Ok(HyperLogLog {
            index_bits,
            registers,
        })
    }
}

fn raise(values: &mut [u8], index: u64, value: u8) {
    let known = usize::try_from(index)
        .ok()
        .and_then(|index| values.get_mut(index));
    if let Some(known) = known {
        *known = (*known).max(value);
    }
}

/// The zeros that follow the first bits of a hash; if all that follow are zero, as many as follow.
fn zeros_after(hash: u64, bits: u32) -> u8 {
    let rest = (hash << bits) | (1 << (bits - 1));
    u8::try_from(rest.leading_zeros()).unwrap_or(u8::MAX)
}

fn sparse_entry(hash: u64) -> u32 {
    let index = u32::try_from(hash >> (u64::BITS - SPARSE_INDEX_BITS)).unwrap_or(0);
    (index << SPARSE_VALUE_BITS) | u32::from(zeros_after(hash, SPARSE_INDEX_BITS))
}

fn sparse_index(entry: u32) -> u32 {
    entry >> SPARSE_VALUE_BITS
}

/// The bucket and the value that a sparse entry stands for in a dense sketch.
fn dense_register(entry: u32, index_bits: u8) -> (u64, u8) {
    let bits = u32::from(index_bits);
    let index = u64::from(entry >> (u32::BITS - bits));
    let between = SPARSE_INDEX_BITS - bits;
    let mut zeros = (entry << bits).leading_zeros();
    if zeros >= between {
        zeros = between + (entry & ((1 << SPARSE_VALUE_BITS) - 1));
    }
    (index, u8::try_from(zeros + 1).unwrap_or(u8::MAX))
}

/// Both lists' entries in order; of one bucket's, the greater.
fn merged(left: &[u32], right: &[u32]) -> Vec<u32> {
    let mut all: Vec<u32> = left.iter().chain(right).copied().collect();
    all.sort_unstable_by(|left, right| right.cmp(left));
    all.dedup_by_key(|entry| sparse_index(*entry));
    all.reverse();
    all
}

fn serialize_dense(index_bits: u8, values: &[u8]) -> Vec<u8> {
    let baseline = values.iter().copied().min().unwrap_or(0);
    let mut bytes = vec![TAG_DENSE, index_bits, baseline];
    let delta = |value: u8| value.saturating_sub(baseline);
    for pair in values.chunks(2) {
        let mut nibbles = pair.iter().map(|value| delta(*value).min(DELTA_MAX));
        let high = nibbles.next().unwrap_or(0);
        bytes.push((high << 4) | nibbles.next().unwrap_or(0));
    }
    let overflows: Vec<(u16, u8)> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| delta(**value) > DELTA_MAX)
        .map(|(bucket, value)| {
            (
                u16::try_from(bucket).unwrap_or(u16::MAX),
                delta(*value) - DELTA_MAX,
            )
        })
        .collect();
    let count = u16::try_from(overflows.len()).unwrap_or(u16::MAX);
    bytes.extend(count.to_le_bytes());
    bytes.extend(
        overflows
            .iter()
            .flat_map(|(bucket, _)| bucket.to_le_bytes()),
    );
    bytes.extend(overflows.iter().map(|(_, value)| *value));
    bytes
}

fn deserialize_dense(
    reader: &mut Reader<'_>,
    index_bits: u8,
    first_version: bool,
) -> Result<Vec<u8>, FunctionError> {
    let baseline = reader.u8()?;
    let buckets = 1_usize << index_bits;
    let mut values: Vec<u8> = reader
        .bytes(buckets / 2)?
        .iter()
        .flat_map(|byte| [byte >> 4, byte & DELTA_MAX])
        .map(|delta| baseline.saturating_add(delta))
        .collect();
    let mut overflow = |bucket: usize, value: u8| match values.get_mut(bucket) {
        Some(known) => {
            *known = known.saturating_add(value);
            true
        }
        None => false,
    };
    if first_version {
        // At most one overflow, marked as absent by a negative bucket.
        let bucket = reader.i16()?;
        let value = reader.u8()?;
        if let Ok(bucket) = usize::try_from(bucket)
            && !overflow(bucket, value)
        {
            return Err(reader.malformed());
        }
        return Ok(values);
    }
    let count = reader.u16()?;
    let places = (0..count)
        .map(|_| reader.u16())
        .collect::<Result<Vec<u16>, _>>()?;
    for place in places {
        let value = reader.u8()?;
        if value == 0 || !overflow(usize::from(place), value) {
            return Err(reader.malformed());
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests;
