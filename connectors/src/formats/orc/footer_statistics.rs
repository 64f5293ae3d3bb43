//! What an ORC footer tells of a file's rows.

use arrow::datatypes::DataType;
use datafusion::scalar::ScalarValue;
use orc_rust::proto::ColumnStatistics as OrcColumnStatistics;

use super::file::OrcFile;
use super::prune::column_id;
use super::statistics;
use crate::error::Result;
use crate::formats::column_mapping::is_positional;
use crate::formats::footer_statistics::{Bounds, ColumnStatistics, FooterStatistics};
use crate::formats::object_reader::ObjectReader;

/// The first version of Hive's writer whose bounds of stripes and files can be believed (HIVE-8732).
const FIRST_SOUND_WRITER: u32 = 1;

/// Reads a file's tail.
pub async fn read_orc_statistics(reader: ObjectReader) -> Result<FooterStatistics> {
    let file = OrcFile::open(reader).await?;
    let rows = file.metadata().number_of_rows();
    let told = file.column_statistics();
    let is_sound = file.tail.postscript.writer_version.unwrap_or(0) >= FIRST_SOUND_WRITER;
    let columns = file
        .physical
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, field)| !field.data_type().is_nested())
        .filter_map(|(root, field)| {
            let told = told.get(column_id(&file, root)?)?;
            let column = of_column(field.name(), field.data_type(), rows, told);
            Some(ColumnStatistics {
                bounds: column.bounds.filter(|_| is_sound),
                ..column
            })
        })
        .collect();
    Ok(FooterStatistics::new(
        rows,
        columns,
        is_positional(&file.physical),
    ))
}

/// What is told of one root column of a file with so many rows.
pub(super) fn of_column(
    name: &str,
    data_type: &DataType,
    rows: u64,
    told: &OrcColumnStatistics,
) -> ColumnStatistics {
    ColumnStatistics {
        name: name.to_lowercase(),
        data_type: data_type.clone(),
        bounds: bounds(data_type, told),
        null_count: told
            .number_of_values
            .and_then(|values| rows.checked_sub(values)),
        distinct_count: None,
    }
}

fn bounds(data_type: &DataType, told: &OrcColumnStatistics) -> Option<Bounds> {
    let (lower, upper) = statistics::bounds(told, data_type)?;
    let are_exact = match data_type {
        // A column with a NaN has no sum that is a number. Zeros may have either sign.
        DataType::Float32 | DataType::Float64 => {
            told.double_statistics
                .as_ref()?
                .sum
                .filter(|sum| !sum.is_nan())?;
            false
        }
        // Long texts are cut.
        DataType::Utf8 => {
            let texts = told.string_statistics.as_ref()?;
            texts.minimum.is_some() && texts.maximum.is_some()
        }
        // Milliseconds.
        DataType::Timestamp(_, _) => false,
        _ => true,
    };
    let typed = |value: ScalarValue| {
        value
            .cast_to(data_type)
            .ok()
            .filter(|value| !value.is_null())
    };
    Bounds::new(typed(lower)?, typed(upper)?, are_exact)
}
