//! Footers of writers that are known to have told less than the truth, put right before anyone relies on them.

use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, RowGroupMetaData,
};

/// The most bytes that a dictionary page's header takes.
const PAGE_HEADER_BYTES_MAX: i64 = 100;

/// The footer as it should be. `footer_start` is where it lies in the file, past all data.
pub(super) fn repaired(metadata: ParquetMetaData, footer_start: u64) -> ParquetMetaData {
    let file = metadata.file_metadata();
    let rows: i64 = metadata
        .row_groups()
        .iter()
        .map(RowGroupMetaData::num_rows)
        .fold(0, i64::saturating_add);
    let short_chunks = leaves_dictionary_headers_out(file.created_by());
    if file.num_rows() == rows && !short_chunks {
        return metadata;
    }
    // Some writers leave the file's count at 0; the row groups' are what readers go by.
    let file = FileMetaData::new(
        file.version(),
        rows,
        file.created_by().map(str::to_owned),
        file.key_value_metadata().cloned(),
        file.schema_descr_ptr(),
        file.column_orders().cloned(),
    );
    let mut starts: Vec<i64> = metadata
        .row_groups()
        .iter()
        .flat_map(RowGroupMetaData::columns)
        .map(chunk_start)
        .collect();
    starts.push(i64::try_from(footer_start).unwrap_or(i64::MAX));
    starts.sort_unstable();
    let row_groups = metadata
        .row_groups()
        .iter()
        .map(|row_group| {
            if !short_chunks {
                return row_group.clone();
            }
            let columns = row_group
                .columns()
                .iter()
                .map(|column| padded(column, &starts))
                .collect();
            let built = row_group
                .clone()
                .into_builder()
                .set_column_metadata(columns);
            built.build().unwrap_or_else(|_| row_group.clone())
        })
        .collect();
    ParquetMetaData::new(file, row_groups)
}

/// parquet-mr before 1.2.9 left the dictionary page's header out of a column chunk's size (PARQUET-816).
fn leaves_dictionary_headers_out(created_by: Option<&str>) -> bool {
    const FIRST_WHOLE: [u32; 3] = [1, 2, 9];
    let Some(rest) = created_by.and_then(|writer| writer.strip_prefix("parquet-mr")) else {
        return false;
    };
    let version = rest.trim().strip_prefix("version").unwrap_or("").trim();
    let mut numbers = version
        .split(|letter: char| !letter.is_ascii_digit())
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let version: [u32; 3] = std::array::from_fn(|_| numbers.next().unwrap_or(0));
    version < FIRST_WHOLE
}

fn chunk_start(column: &ColumnChunkMetaData) -> i64 {
    column
        .dictionary_page_offset()
        .filter(|offset| *offset > 0)
        .unwrap_or_else(|| column.data_page_offset())
}

/// The chunk up to the next one, if that leaves room for a header; `starts` are those of all chunks, in order.
fn padded(column: &ColumnChunkMetaData, starts: &[i64]) -> ColumnChunkMetaData {
    let end = chunk_start(column).saturating_add(column.compressed_size());
    let next = starts.iter().find(|start| **start >= end);
    let room = next.map_or(0, |next| (next - end).clamp(0, PAGE_HEADER_BYTES_MAX));
    let size = column.compressed_size().saturating_add(room);
    let built = column
        .clone()
        .into_builder()
        .set_total_compressed_size(size);
    built.build().unwrap_or_else(|_| column.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_early_writers_are_corrected() {
        for (created_by, expected) in [
            (Some("parquet-mr"), true),
            (Some("parquet-mr version 1.2.8 (build x)"), true),
            (Some("parquet-mr version 1.2.9"), false),
            (
                Some("parquet-mr version 1.13.1 (build db4183109d5b734ec5930d870cdae161e408ddba)"),
                false,
            ),
            (Some("parquet-cpp-arrow version 1.0.0"), false),
            (None, false),
        ] {
            assert_eq!(
                leaves_dictionary_headers_out(created_by),
                expected,
                "{created_by:?}"
            );
        }
    }
}
