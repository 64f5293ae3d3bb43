//! Aggregate functions.
//!
//! Each is written once, against [`groups::Groups`] (most by way of [`summary::Summary`]), and runs as DataFusion wants it: over whole
//! tables, over groups in one stage or two, over window frames that grow or move ([`accumulators`], [`udaf`]), with DISTINCT and with
//! ORDER BY ([`buffered`]).

mod accumulators;
mod buffered;
mod groups;
mod summary;
mod udaf;

mod bounded_heap;
mod distinct_rows;
mod identity;
mod map_entries;
mod natives;
mod order_key;
mod row_buffer;
mod stored_numbers;
mod value_order;

mod approximate_sets;
mod arbitrary;
mod array_agg;
mod bitwise_aggregates;
mod boolean;
mod checksum;
mod count;
mod decimal_total;
mod digests;
mod extremes;
mod extremes_by;
mod extremum;
mod extremum_by;
mod float_total;
mod histogram;
mod list_agg;
mod maps;
mod moments;
mod most_frequent;
mod multimap;
mod numeric_histogram;
mod percentiles;
mod regression;
mod sketches;
mod sum;
#[cfg(test)]
mod tests;

use arrow::array::ArrayRef;
use datafusion::common::internal_err;
use datafusion::error::Result;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        approximate_sets::definitions(),
        arbitrary::definitions(),
        array_agg::definitions(),
        bitwise_aggregates::definitions(),
        boolean::definitions(),
        checksum::definitions(),
        count::definitions(),
        digests::definitions(),
        extremes::definitions(),
        extremes_by::definitions(),
        extremum::definitions(),
        extremum_by::definitions(),
        float_total::definitions(),
        histogram::definitions(),
        list_agg::definitions(),
        maps::definitions(),
        moments::definitions(),
        most_frequent::definitions(),
        multimap::definitions(),
        numeric_histogram::definitions(),
        percentiles::definitions(),
        regression::definitions(),
        sketches::definitions(),
        sum::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// One of the columns of a batch.
fn column(columns: &[ArrayRef], place: usize) -> Result<&ArrayRef> {
    match columns.get(place) {
        Some(column) => Ok(column),
        None => internal_err!("there is no column {place}"),
    }
}
