//! `ion_decoder`: the top-level structs of an Ion stream as rows.

use std::collections::BTreeMap;
use std::io::BufReader;

use arrow::datatypes::{DataType, SchemaRef};
use ion_rs::{Element, Value};

use super::path_extractor::PathExtractor;
use super::values::{Unfit, ValueWriter, ion_rules};
use crate::formats::rows::decoder::{RowDecoder, RowError};
use crate::formats::rows::pull_decoder::{PullDecoder, PulledRows, PushedBytes, RowPull};

/// Bytes that a row counts as for the size of batches; what it took in the object is not known.
const ROW_BYTES: usize = 256;

/// Options of `com.amazon.ionhiveserde.IonHiveSerDe`. The property of each stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IonOptions {
    /// Whether fields match columns in their own case alone: `ion.path_extractor.case_sensitive`.
    pub case_sensitive: bool,
    /// Where a column's value lies: `ion.<column>.path_extractor`.
    pub path_extractors: BTreeMap<String, String>,
    /// Whether a value that is no struct, or that breaks off, is left out rather than an error: `ion.ignore_malformed`.
    pub ignore_malformed: bool,
    /// Whether a value that its column cannot hold is NULL rather than an error: `ion.fail_on_overflow` is false.
    pub overflow_is_null: bool,
    /// The same for one column: `ion.<column>.fail_on_overflow`.
    pub column_overflow_is_null: BTreeMap<String, bool>,
}

/// A decoder of one object, text or binary as its first bytes tell.
pub(in crate::formats) fn ion_decoder(
    declared: &SchemaRef,
    projection: &[usize],
    batch_rows: usize,
    options: &IonOptions,
) -> Result<Box<dyn RowDecoder>, RowError> {
    let columns = projection
        .iter()
        .filter_map(|column| declared.fields().get(*column))
        .map(|field| {
            let path = match options.path_extractors.get(field.name()) {
                None => PathExtractor::field(field.name(), options.case_sensitive),
                Some(text) => {
                    PathExtractor::parse(text, options.case_sensitive).ok_or_else(|| {
                        RowError::InvalidOptions(format!(
                            "ion.{}.path_extractor is '{text}'; a path is written as (step step)",
                            field.name()
                        ))
                    })?
                }
            };
            let overflow_is_null = options.column_overflow_is_null.get(field.name());
            Ok(IonColumn {
                name: field.name().clone(),
                data_type: field.data_type().clone(),
                path,
                overflow_is_null: *overflow_is_null.unwrap_or(&options.overflow_is_null),
            })
        })
        .collect::<Result<_, RowError>>()?;
    let rows = IonRows {
        columns,
        writer: ValueWriter {
            rules: ion_rules(),
            case_sensitive: options.case_sensitive,
        },
        ignore_malformed: options.ignore_malformed,
    };
    Ok(Box::new(PullDecoder::new(
        declared, projection, batch_rows, rows,
    )?))
}

struct IonColumn {
    name: String,
    data_type: DataType,
    path: PathExtractor,
    overflow_is_null: bool,
}

struct IonRows {
    columns: Vec<IonColumn>,
    writer: ValueWriter,
    ignore_malformed: bool,
}

impl RowPull for IonRows {
    fn pull(self, input: BufReader<PushedBytes>, rows: &mut PulledRows) -> Result<(), RowError> {
        let malformed = |row: u64, reason: String| RowError::malformed(row, reason);
        let elements = Element::iter(input).map_err(|error| malformed(1, error.to_string()))?;
        let mut row = 0;
        for element in elements {
            row += 1;
            match element {
                Ok(element) if matches!(element.value(), Value::Struct(_)) => {
                    self.push_row(&element, row, rows)?;
                    rows.end_row(ROW_BYTES)?;
                }
                Ok(_) if self.ignore_malformed => {}
                Ok(element) => {
                    return Err(malformed(
                        row,
                        format!("a value of type {} is no struct", element.ion_type()),
                    ));
                }
                // Where the next value begins is not known after one that breaks off.
                Err(_) if self.ignore_malformed => return Ok(()),
                Err(error) => return Err(malformed(row, error.to_string())),
            }
        }
        Ok(())
    }
}

impl IonRows {
    fn push_row(&self, element: &Element, row: u64, rows: &mut PulledRows) -> Result<(), RowError> {
        let length = rows.batch.rows();
        for (target, column) in self.columns.iter().enumerate() {
            let Some((builder, _)) = rows.batch.column(target) else {
                continue;
            };
            let Some(value) = column.path.find(element) else {
                builder.push_null();
                continue;
            };
            if let Err(Unfit(text)) = self.writer.push(builder, &column.data_type, value) {
                if !column.overflow_is_null {
                    return Err(RowError::bad_value(
                        row,
                        &column.name,
                        text.as_bytes(),
                        column.data_type.clone(),
                    ));
                }
                builder.truncate(length);
                builder.push_null();
            }
        }
        Ok(())
    }
}
