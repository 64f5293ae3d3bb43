//! The rows that a cast cannot convert.

use arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::error::Result;

use super::OnFailure;
use crate::error::FunctionError;

/// Collects the rows of a batch that fail.
#[derive(Debug)]
pub(super) struct Failures {
    on_failure: OnFailure,
    rows: Vec<usize>,
}

impl Failures {
    pub(super) fn new(on_failure: OnFailure) -> Failures {
        Failures {
            on_failure,
            rows: Vec::new(),
        }
    }

    /// What failing rows lead to.
    pub(super) fn on_failure(&self) -> OnFailure {
        self.on_failure
    }

    /// Notes that a row fails; an error if that ends the query. The error is made only then.
    pub(super) fn add(&mut self, row: usize, error: impl FnOnce() -> FunctionError) -> Result<()> {
        match self.on_failure {
            OnFailure::Error | OnFailure::ErrorIfCut => Err(error().into()),
            OnFailure::Null => {
                self.rows.push(row);
                Ok(())
            }
        }
    }

    /// Failures of the elements of these rows, to be added to their rows later.
    pub(super) fn of_elements(&self) -> Failures {
        Failures::new(self.on_failure)
    }

    /// Adds the rows of failed elements, given where each row's elements begin, and at last where they end.
    pub(super) fn add_rows_of(&mut self, elements: Failures, offsets: &[i32]) {
        for element in elements.rows {
            let after = offsets
                .partition_point(|offset| usize::try_from(*offset).is_ok_and(|at| at <= element));
            self.rows.extend(after.checked_sub(1));
        }
    }

    /// The rows that did not fail, if any did.
    pub(super) fn valid_rows(&self, count: usize) -> Option<NullBuffer> {
        if self.rows.is_empty() {
            return None;
        }
        let mut valid = vec![true; count];
        for row in &self.rows {
            if let Some(valid) = valid.get_mut(*row) {
                *valid = false;
            }
        }
        Some(NullBuffer::new(BooleanBuffer::from(valid)))
    }
}
