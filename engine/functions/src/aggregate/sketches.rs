//! What aggregates over sketches share, and those that merge sketches: `merge` and `merge_set_digest`.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, Int64Array};
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::row_buffer::binary_column;
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::{AggregateFactory, Definition};
use crate::error::FunctionError;
use crate::sketch::{HyperLogLog, QuantileDigest, SetDigest, TDigest};

pub(super) fn definitions() -> Vec<Definition> {
    /// Merges sketches of a kind.
    macro_rules! merging {
        ($name:literal, $sketch:ty) => {
            |bound| {
                Aggregate::new($name, bound, |_| {
                    Ok(Box::new(PerGroup::new(Merged::<$sketch>(PhantomData))))
                })
                .build()
            }
        };
    }
    let quantile_digests: AggregateFactory = merging!("merge_qdigest", QuantileDigest);
    vec![
        Definition::new("merge", "Sketch of everything that sketches have seen")
            .aggregate(
                "(HyperLogLog) -> HyperLogLog",
                merging!("merge_approx_set", HyperLogLog),
            )
            .aggregate("(qdigest(bigint)) -> qdigest(bigint)", quantile_digests)
            .aggregate("(qdigest(real)) -> qdigest(real)", quantile_digests)
            .aggregate("(qdigest(double)) -> qdigest(double)", quantile_digests)
            .aggregate("(tdigest) -> tdigest", merging!("merge_tdigest", TDigest)),
        Definition::new(
            "merge_set_digest",
            "Set digest of everything that set digests have seen",
        )
        .aggregate(
            "(SetDigest) -> SetDigest",
            merging!("merge_set_digest", SetDigest),
        ),
    ]
}

/// A sketch that a group keeps.
pub(super) trait Sketch: Debug + Send + Sync + Sized + 'static {
    /// Adds everything that another has seen.
    fn merge_with(&mut self, other: Self) -> Result<(), FunctionError>;

    /// The bytes of the result.
    fn result(&mut self) -> Vec<u8>;

    /// The bytes of the state, from which it comes back as it is.
    fn state(&mut self) -> Vec<u8> {
        self.result()
    }

    /// Reads either bytes.
    fn read(bytes: &[u8]) -> Result<Self, FunctionError>;

    /// The bytes it holds beyond itself.
    fn heap_size(&self) -> usize;
}

impl Sketch for HyperLogLog {
    fn merge_with(&mut self, other: Self) -> Result<(), FunctionError> {
        self.merge(&other)
    }

    fn result(&mut self) -> Vec<u8> {
        self.serialize()
    }

    fn read(bytes: &[u8]) -> Result<Self, FunctionError> {
        HyperLogLog::deserialize(bytes)
    }

    fn heap_size(&self) -> usize {
        self.heap_size()
    }
}

impl Sketch for TDigest {
    fn merge_with(&mut self, other: Self) -> Result<(), FunctionError> {
        self.merge(&other);
        Ok(())
    }

    fn result(&mut self) -> Vec<u8> {
        self.serialize()
    }

    fn state(&mut self) -> Vec<u8> {
        self.serialize_unmerged()
    }

    fn read(bytes: &[u8]) -> Result<Self, FunctionError> {
        TDigest::deserialize(bytes)
    }

    fn heap_size(&self) -> usize {
        self.heap_size()
    }
}

impl Sketch for QuantileDigest {
    fn merge_with(&mut self, other: Self) -> Result<(), FunctionError> {
        self.merge(&other);
        Ok(())
    }

    fn result(&mut self) -> Vec<u8> {
        self.serialize()
    }

    fn state(&mut self) -> Vec<u8> {
        self.serialize_exact()
    }

    fn read(bytes: &[u8]) -> Result<Self, FunctionError> {
        QuantileDigest::deserialize(bytes)
    }

    fn heap_size(&self) -> usize {
        self.heap_size()
    }
}

impl Sketch for SetDigest {
    fn merge_with(&mut self, other: Self) -> Result<(), FunctionError> {
        self.merge(&other)
    }

    fn result(&mut self) -> Vec<u8> {
        self.serialize()
    }

    fn read(bytes: &[u8]) -> Result<Self, FunctionError> {
        SetDigest::deserialize(bytes)
    }

    fn heap_size(&self) -> usize {
        self.heap_size()
    }
}

/// Adds a group's sketch to another's.
pub(super) fn merge_sketches<S: Sketch>(state: &mut Option<S>, other: Option<S>) -> Result<()> {
    match (state, other) {
        (Some(sketch), Some(other)) => sketch.merge_with(other)?,
        (state, Some(other)) => *state = Some(other),
        (_, None) => {}
    }
    Ok(())
}

/// The results of groups' sketches.
pub(super) fn sketch_results<S: Sketch>(states: &mut [Option<S>]) -> Result<ArrayRef> {
    binary_column(states.iter_mut().map(|state| state.as_mut().map(S::result)))
}

/// Groups' sketches as they are stored.
pub(super) fn write_sketches<S: Sketch>(states: &mut [Option<S>]) -> Result<Vec<ArrayRef>> {
    Ok(vec![binary_column(
        states.iter_mut().map(|state| state.as_mut().map(S::state)),
    )?])
}

/// Stored sketches.
pub(super) fn read_sketches<S: Sketch>(states: &[ArrayRef]) -> Result<Vec<Option<Option<S>>>> {
    let sketches: &BinaryArray = super::column(states, 0)?.as_binary();
    sketches
        .iter()
        .map(|bytes| Ok(bytes.map(S::read).transpose()?.map(Some)))
        .collect()
}

/// Sketches that are merged.
#[derive(Debug)]
struct Merged<S>(PhantomData<fn() -> S>);

impl<S: Sketch> Summary for Merged<S> {
    type State = Option<S>;
    type Input = BinaryArray;

    const HEAP: bool = true;

    fn new_state(&self) -> Option<S> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<BinaryArray> {
        super::column(arguments, 0).map(|column| column.as_binary().clone())
    }

    fn add(&self, state: &mut Option<S>, input: &BinaryArray, row: usize) -> Result<()> {
        merge_sketches(state, Some(S::read(input.value(row))?))
    }

    fn merge(&self, state: &mut Option<S>, other: Option<S>) -> Result<()> {
        merge_sketches(state, other)
    }

    fn finish(&self, states: &mut [Option<S>]) -> Result<ArrayRef> {
        sketch_results(states)
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Binary]
    }

    fn write(&self, states: &mut [Option<S>]) -> Result<Vec<ArrayRef>> {
        write_sketches(states)
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<S>>>> {
        read_sketches(states)
    }

    fn heap_size(&self, state: &Option<S>) -> usize {
        state.as_ref().map_or(0, Sketch::heap_size)
    }
}

/// Counts of sketches; 0 for a group without one.
pub(super) fn cardinalities(states: &[Option<HyperLogLog>]) -> ArrayRef {
    let cardinality = |of: &Option<HyperLogLog>| of.as_ref().map_or(0, HyperLogLog::cardinality);
    Arc::new(Int64Array::from_iter_values(states.iter().map(cardinality)))
}

#[cfg(test)]
mod tests {
    use arrow::array::{BinaryArray, Float64Array, Int64Array, StringArray};

    use crate::testing::{Argument, calling, column, double, shown};

    #[tokio::test]
    async fn sets_are_merged() {
        let numbers = column("bigint", Int64Array::from(vec![1, 2, 2, 3, 4, 4]));
        let sets = calling("approx_set", vec![numbers])
            .grouped_by([1, 1, 2, 2, 3, 3])
            .argument()
            .await;
        let merged = calling("merge", vec![sets]).argument().await;
        assert_eq!(shown("cardinality", vec![merged]).await, "4");
        let digests = column("varchar", StringArray::from(vec!["a", "b", "b", "c"]));
        let digests = calling("make_set_digest", vec![digests])
            .grouped_by([1, 1, 2, 2])
            .argument()
            .await;
        let merged = calling("merge_set_digest", vec![digests]).argument().await;
        assert_eq!(shown("cardinality", vec![merged]).await, "3");
    }

    #[tokio::test]
    async fn digests_are_merged() {
        let values = || column("double", Float64Array::from(vec![1.0, 2.0, 3.0, 4.0, 5.0]));
        for name in ["tdigest_agg", "qdigest_agg"] {
            let digests = calling(name, vec![values()])
                .grouped_by([1, 1, 2, 2, 3])
                .argument()
                .await;
            let merged = calling("merge", vec![digests]).argument().await;
            assert_eq!(
                shown("value_at_quantile", vec![merged, double(0.5)]).await,
                "3.0",
                "{name}"
            );
        }
    }

    #[tokio::test]
    async fn nothing_is_null_and_other_bytes_are_refused() {
        let none = column("HyperLogLog", BinaryArray::from(vec![None, None]));
        assert_eq!(calling("merge", vec![none]).shown().await, "NULL");
        let broken = |data_type: &str| -> Argument {
            column(data_type, BinaryArray::from(vec![Some(&[0x7f, 1, 2][..])]))
        };
        for data_type in ["HyperLogLog", "tdigest", "qdigest(bigint)"] {
            let shown = calling("merge", vec![broken(data_type)]).shown().await;
            assert!(shown.starts_with("ERROR: "), "{data_type}: {shown}");
        }
        let shown = calling("merge_set_digest", vec![broken("SetDigest")])
            .shown()
            .await;
        assert!(shown.starts_with("ERROR: "), "{shown}");
    }
}
