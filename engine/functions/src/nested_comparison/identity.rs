//! Keys of values: two values have the same key if neither `IS DISTINCT FROM` the other. NULLs are alike, and so are NaNs.

use arrow::array::{ArrayRef, new_empty_array};
use arrow_row::{RowConverter, Rows, SortField};
use datafusion::error::Result;

use super::canonical::canonical;
use super::ordering::SignOfZero;
use crate::call::as_nested;
use crate::types::Type;

/// The keys of an array's values, one a row. Keys of the same [`Identity`] can be compared and hashed.
pub(crate) type Keys = Rows;

/// Makes the keys of values of a type.
pub(crate) struct Identity<'a> {
    data_type: &'a Type,
    converter: RowConverter,
}

impl<'a> Identity<'a> {
    /// The keys of that type's values.
    pub(crate) fn of(data_type: &'a Type) -> Result<Identity<'a>> {
        let empty = new_empty_array(&data_type.nested_arrow());
        let stored = canonical(&empty, data_type, SignOfZero::Ignored)?;
        let field = SortField::new(stored.data_type().clone());
        Ok(Identity {
            data_type,
            converter: RowConverter::new(vec![field])?,
        })
    }

    /// The keys of those values.
    pub(crate) fn keys(&self, values: &ArrayRef) -> Result<Keys> {
        let values = as_nested(values.clone(), self.data_type)?;
        let values = canonical(&values, self.data_type, SignOfZero::Ignored)?;
        Ok(self.converter.convert_columns(&[values])?)
    }
}
