//! Arguments of type `array(double)` as a slice of numbers a row. A constant array is not copied for each row.

use arrow::array::{Array, AsArray, Float64Array, ListArray};
use arrow::datatypes::Float64Type;
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::call::Call;

/// The numbers of each row's array.
pub(super) struct DoubleLists {
    /// One list a row, or a single one for all.
    lists: ListArray,
    constant: bool,
    values: Float64Array,
}

impl DoubleLists {
    pub(super) fn of(call: &Call<'_>, place: usize) -> Result<DoubleLists> {
        let (array, constant) = match call.constant(place) {
            Some(value) => (value.to_array()?, true),
            None => (call.array(place)?, false),
        };
        let Some(lists) = array.as_list_opt::<i32>() else {
            return exec_err!(
                "argument {place} is stored as {}, not as a list",
                array.data_type()
            );
        };
        let Some(values) = lists.values().as_primitive_opt::<Float64Type>() else {
            return exec_err!(
                "argument {place} is stored as {}, not as doubles",
                array.data_type()
            );
        };
        Ok(DoubleLists {
            lists: lists.clone(),
            constant,
            values: values.clone(),
        })
    }

    /// The numbers in a row, where NULL is whatever is stored for it.
    pub(super) fn numbers(&self, row: usize) -> &[f64] {
        let (start, length) = self.extent(row);
        self.values
            .values()
            .get(start..start + length)
            .unwrap_or(&[])
    }

    /// Whether NULL is among the numbers in a row.
    pub(super) fn has_null(&self, row: usize) -> bool {
        let (start, length) = self.extent(row);
        self.values
            .nulls()
            .is_some_and(|nulls| (start..start + length).any(|place| nulls.is_null(place)))
    }

    /// Where a row's numbers start, and how many they are.
    fn extent(&self, row: usize) -> (usize, usize) {
        let row = if self.constant { 0 } else { row };
        let offset = |place: usize| {
            let offset = self.lists.offsets().get(place).copied().unwrap_or_default();
            usize::try_from(offset).unwrap_or_default()
        };
        let (start, end) = (offset(row), offset(row + 1));
        (start, end.saturating_sub(start))
    }
}
