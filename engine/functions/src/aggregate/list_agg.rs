//! `listagg`: texts joined by a separator, with a bound on the length of the result.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringViewArray, StringViewBuilder,
};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;

use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::signature::Bound;

/// The bytes of a result, as in Trino.
const RESULT_BYTES_MAX: usize = 1_048_576;

/// The bytes of what stands for the values that are left out.
const FILLER_BYTES_MAX: usize = 65_536;

pub(super) fn definitions() -> Vec<Definition> {
    let joined = |bound: &Bound| {
        Aggregate::new("listagg", bound, |bound| {
            Ok(Box::new(PerGroup::new(Joined {
                arguments: bound.arguments.len(),
            })))
        })
        .heeding_order()
        .build()
    };
    vec![
        Definition::new("listagg", "Texts joined by a separator")
            .aggregate("(varchar, varchar) -> varchar", joined),
        // What the parser's ON OVERFLOW clause says follows the separator: whether it is an error, the filler, and whether the number
        // of values that are left out is shown.
        Definition::new(
            "$listagg",
            "Texts joined by a separator, with what to do if they are too long",
        )
        .aggregate(
            "(varchar, varchar, boolean, varchar, boolean) -> varchar",
            joined,
        )
        .hidden(),
    ]
}

#[derive(Debug)]
struct Joined {
    arguments: usize,
}

/// The texts of a group. Once they are longer than the result may be, further ones are only counted.
#[derive(Debug, Default)]
struct Texts {
    clauses: Option<Clauses>,
    joined: String,
    /// How many texts the result has, and how many it has not.
    kept: i64,
    omitted: i64,
}

/// The further arguments, which are the same in every row; those of the first row count.
#[derive(Debug, Clone)]
struct Clauses {
    separator: String,
    overflow_is_error: bool,
    filler: String,
    with_count: bool,
}

struct Columns {
    texts: StringViewArray,
    separators: StringViewArray,
    overflow: Option<(BooleanArray, StringViewArray, BooleanArray)>,
}

impl Columns {
    fn clauses(&self, row: usize) -> Result<Clauses, FunctionError> {
        let separator = self.separators.value(row).to_owned();
        let Some((is_error, filler, with_count)) = &self.overflow else {
            return Ok(Clauses {
                separator,
                overflow_is_error: true,
                filler: String::new(),
                with_count: false,
            });
        };
        let filler = filler.value(row).to_owned();
        if filler.len() > FILLER_BYTES_MAX {
            return Err(FunctionError::argument(format!(
                "Overflow filler length {} exceeds maximum length {FILLER_BYTES_MAX}",
                filler.len()
            )));
        }
        Ok(Clauses {
            separator,
            overflow_is_error: is_error.value(row),
            filler,
            with_count: with_count.value(row),
        })
    }
}

impl Texts {
    /// Adds some texts that are joined already, or the first of them if they do not fit.
    fn add(&mut self, clauses: &Clauses, text: &str) -> Result<(), FunctionError> {
        let separator = if self.kept > 0 {
            clauses.separator.as_str()
        } else {
            ""
        };
        let length = self.joined.len() + separator.len() + text.len();
        if self.omitted == 0 && length <= RESULT_BYTES_MAX {
            self.joined.push_str(separator);
            self.joined.push_str(text);
            self.kept += 1;
            return Ok(());
        }
        self.omitted += 1;
        if clauses.overflow_is_error {
            return Err(FunctionError::new(
                FunctionErrorCode::ExceededFunctionMemoryLimit,
                format!(
                    "Concatenated string has the length in bytes larger than the maximum output length {RESULT_BYTES_MAX}"
                ),
            ));
        }
        Ok(())
    }

    fn result(&self) -> Option<String> {
        let clauses = self.clauses.as_ref()?;
        let mut result = self.joined.clone();
        if self.omitted > 0 {
            if self.kept > 0 {
                result.push_str(&clauses.separator);
            }
            result.push_str(&clauses.filler);
            if clauses.with_count {
                result.push_str(&format!("({})", self.omitted));
            }
        }
        Some(result)
    }
}

fn texts(arguments: &[ArrayRef], place: usize) -> Result<StringViewArray> {
    super::column(arguments, place).map(|column| column.as_string_view().clone())
}

fn booleans(arguments: &[ArrayRef], place: usize) -> Result<BooleanArray> {
    super::column(arguments, place).map(|column| column.as_boolean().clone())
}

impl Summary for Joined {
    type State = Texts;
    type Input = Columns;

    const HEAP: bool = true;

    fn arguments(&self) -> usize {
        self.arguments
    }

    fn new_state(&self) -> Texts {
        Texts::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let overflow = if self.arguments > 2 {
            Some((
                booleans(arguments, 2)?,
                texts(arguments, 3)?,
                booleans(arguments, 4)?,
            ))
        } else {
            None
        };
        Ok(Columns {
            texts: texts(arguments, 0)?,
            separators: texts(arguments, 1)?,
            overflow,
        })
    }

    fn add(&self, state: &mut Texts, input: &Columns, row: usize) -> Result<()> {
        let clauses = match state.clauses.take() {
            Some(clauses) => clauses,
            None => input.clauses(row)?,
        };
        let added = state.add(&clauses, input.texts.value(row));
        state.clauses = Some(clauses);
        Ok(added?)
    }

    /// Without ORDER BY the order of texts is anyone's; with it, all rows are added to one state in order. So the texts of the other
    /// state can be added as one.
    fn merge(&self, state: &mut Texts, other: Texts) -> Result<()> {
        let Some(clauses) = &other.clauses else {
            return Ok(());
        };
        if state.clauses.is_none() {
            *state = other;
            return Ok(());
        }
        let omitted_before = state.omitted;
        state.add(clauses, &other.joined)?;
        if state.omitted > omitted_before {
            state.omitted += other.kept - 1;
        } else {
            state.kept += other.kept - 1;
        }
        state.omitted += other.omitted;
        Ok(())
    }

    fn finish(&self, states: &mut [Texts]) -> Result<ArrayRef> {
        let mut results = StringViewBuilder::new();
        for state in states.iter() {
            results.append_option(state.result());
        }
        Ok(Arc::new(results.finish()))
    }

    fn state_types(&self) -> Vec<DataType> {
        let mut types = vec![DataType::Utf8View; 3];
        types.extend([
            DataType::Boolean,
            DataType::Boolean,
            DataType::Int64,
            DataType::Int64,
        ]);
        types
    }

    fn write(&self, states: &mut [Texts]) -> Result<Vec<ArrayRef>> {
        fn text<'a>(
            states: &'a [Texts],
            part: impl Fn(&'a Texts, &'a Clauses) -> &'a str,
        ) -> ArrayRef {
            let part =
                |state: &'a Texts| state.clauses.as_ref().map(|clauses| part(state, clauses));
            Arc::new(states.iter().map(part).collect::<StringViewArray>())
        }
        fn flag(states: &[Texts], part: impl Fn(&Clauses) -> bool) -> ArrayRef {
            let part = |state: &Texts| state.clauses.as_ref().map(&part);
            Arc::new(states.iter().map(part).collect::<BooleanArray>())
        }
        Ok(vec![
            text(states, |state, _| &state.joined),
            text(states, |_, clauses| &clauses.separator),
            text(states, |_, clauses| &clauses.filler),
            flag(states, |clauses| clauses.overflow_is_error),
            flag(states, |clauses| clauses.with_count),
            Arc::new(Int64Array::from_iter_values(
                states.iter().map(|state| state.kept),
            )),
            Arc::new(Int64Array::from_iter_values(
                states.iter().map(|state| state.omitted),
            )),
        ])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Texts>>> {
        let (joined, separators) = (texts(states, 0)?, texts(states, 1)?);
        let fillers = texts(states, 2)?;
        let (are_errors, with_counts) = (booleans(states, 3)?, booleans(states, 4)?);
        let kept = super::column(states, 5)?.as_primitive::<Int64Type>();
        let omitted = super::column(states, 6)?.as_primitive::<Int64Type>();
        let read = |row: usize| {
            separators.is_valid(row).then(|| Texts {
                clauses: Some(Clauses {
                    separator: separators.value(row).to_owned(),
                    overflow_is_error: are_errors.value(row),
                    filler: fillers.value(row).to_owned(),
                    with_count: with_counts.value(row),
                }),
                joined: joined.value(row).to_owned(),
                kept: kept.value(row),
                omitted: omitted.value(row),
            })
        };
        Ok((0..joined.len()).map(read).collect())
    }

    fn heap_size(&self, state: &Texts) -> usize {
        let clauses = state.clauses.as_ref();
        state.joined.capacity()
            + clauses.map_or(0, |clauses| {
                clauses.separator.capacity() + clauses.filler.capacity()
            })
    }
}

#[cfg(test)]
mod tests;
