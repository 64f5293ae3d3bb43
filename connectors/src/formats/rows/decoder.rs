//! `RowDecoder`: the bytes of one row-oriented object in, Arrow batches of the projected columns out.

use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

/// The most bytes that one record may take, so that a quote that is never closed cannot eat the memory.
pub const RECORD_BYTES_MAX: usize = 128 << 20;

/// The most characters of a bad value that a message quotes.
const QUOTED_VALUE_CHARACTERS_MAX: usize = 100;

/// Turns the decompressed bytes of one object into batches of the projected columns.
///
/// Bytes are pushed in as they come, in pieces of any size:
///
/// ```text
/// loop {
///     consumed = decoder.decode(input)        // until all of it is consumed
///     if consumed < input.len() { emit(decoder.flush()) }
/// }
/// decoder.finish(); emit(decoder.flush())
/// ```
pub trait RowDecoder: Send {
    /// Consumes a prefix of `input` and returns its length; less than all of it only when a batch is full, which
    /// `flush` then takes.
    fn decode(&mut self, input: &[u8]) -> Result<usize, RowError>;

    /// Ends the object: a last line without a line break becomes a row, which a call of `flush` takes.
    fn finish(&mut self) -> Result<(), RowError>;

    /// The rows decoded since the last call; `None` when there are none.
    fn flush(&mut self) -> Result<Option<RecordBatch>, RowError>;

    /// How far the decoder is in what was pushed, for formats whose bytes may be cut at line breaks.
    fn place(&self) -> Place {
        Place::default()
    }
}

/// How far a decoder is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Lines of the records that have ended, headers and blank lines included.
    pub lines: u64,
    /// Bytes of the record that is under way.
    pub open_bytes: usize,
}

/// What is wrong with a row, or with what was asked of a decoder or an encoder.
///
/// `row` is the number of the line in its object at which the row begins, the first being 1; headers and blank lines
/// count. The object's name is added by who knows it.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// A value that its column's type cannot hold.
    #[error(
        "row {row}: error parsing field value '{value}' for column '{column}' as {data_type}; correct the file or declare the column as string"
    )]
    BadValue {
        /// Line at which the row begins.
        row: u64,
        /// The top-level column.
        column: String,
        /// The value's text, shortened.
        value: String,
        /// The type that it should have.
        data_type: DataType,
    },
    /// A row that does not follow its format.
    #[error("row {row}: row is malformed: {reason}")]
    MalformedRow {
        /// Line at which the row begins.
        row: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that does not follow its format as a whole.
    #[error("the file is malformed: {0}")]
    MalformedFile(String),
    /// A file whose columns have types that those declared cannot read.
    #[error("{0}")]
    Contradiction(String),
    /// A record longer than any that is decoded.
    #[error(
        "row {row}: the record is longer than {limit} bytes; look for a missing line break or an unclosed quote"
    )]
    RecordTooLong {
        /// Line at which the row begins.
        row: u64,
        /// The most bytes a record may have.
        limit: usize,
    },
    /// A column type that the format cannot hold.
    #[error("column '{column}': type {data_type} is not supported by this format")]
    UnsupportedType {
        /// The top-level column.
        column: String,
        /// The type, or the nested type, that is not supported.
        data_type: DataType,
    },
    /// A value that the format cannot express with the given options.
    #[error("column '{column}': {reason}")]
    UnwritableValue {
        /// The top-level column.
        column: String,
        /// Why it cannot be written, and what to choose instead.
        reason: String,
    },
    /// Options or a projection that make no sense.
    #[error("{0}")]
    InvalidOptions(String),
    /// Arrow refused the columns.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

impl RowError {
    /// The error of rows that so many lines come before.
    pub(super) fn after_lines(mut self, lines: u64) -> RowError {
        if let RowError::BadValue { row, .. }
        | RowError::MalformedRow { row, .. }
        | RowError::RecordTooLong { row, .. } = &mut self
        {
            *row += lines;
        }
        self
    }

    /// A `BadValue` that quotes the beginning of `value`.
    pub(in crate::formats) fn bad_value(
        row: u64,
        column: &str,
        value: &[u8],
        data_type: DataType,
    ) -> RowError {
        RowError::BadValue {
            row,
            column: column.to_owned(),
            value: shorten(value),
            data_type,
        }
    }

    /// A `MalformedFile` with its reason.
    pub(in crate::formats) fn malformed_file(reason: String) -> RowError {
        RowError::MalformedFile(reason)
    }

    /// A `MalformedRow` with its reason.
    pub(in crate::formats) fn malformed(row: u64, reason: impl Into<String>) -> RowError {
        RowError::MalformedRow {
            row,
            reason: reason.into(),
        }
    }
}

fn shorten(value: &[u8]) -> String {
    // A character takes at most four bytes, so this prefix holds every character that is shown.
    let prefix = value
        .get(..4 * (QUOTED_VALUE_CHARACTERS_MAX + 1))
        .unwrap_or(value);
    let text = String::from_utf8_lossy(prefix);
    match text.char_indices().nth(QUOTED_VALUE_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}
