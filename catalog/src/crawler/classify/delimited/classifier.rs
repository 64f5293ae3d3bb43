//! Whether a sample is delimited text, and its columns.

use super::column_names::column_names;
use super::dialect::{DialectFound, find_dialect, measure_delimiter};
use super::fields::{Field, Record, Records};
use super::header::is_header;
use super::options::{CsvDatatype, CsvOptions, HeaderRule, IntegerWidth};
use crate::crawler::classify::inferred_type::InferredType;
use crate::crawler::classify::sample::SampleText;
use crate::crawler::classify::scalar_text::field_type;

/// How many records tell whether there is a header.
const HEADER_RECORDS_MAX: usize = 1_000;

/// The quote where nothing else is said.
const QUOTE: char = '"';

/// How a delimited file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelimitedDetail {
    /// Between fields.
    pub delimiter: char,
    /// Around fields; `None` where no field of the sample is quoted.
    pub quote: Option<char>,
    /// Before a quote within a quoted field; `None` where quotes are doubled, or there are none.
    pub escape: Option<char>,
    /// Whether the first record is a header.
    pub has_header: bool,
    /// The columns' names as the header, or the classifier, spells them; none where there is neither.
    pub header: Vec<String>,
}

/// What was found in a delimited file.
#[derive(Debug)]
pub(in crate::crawler::classify) struct DelimitedFindings {
    pub detail: DelimitedDetail,
    pub columns: Vec<(String, InferredType)>,
    pub records: u64,
}

/// The built-in classifier: two columns and two records at least.
pub(in crate::crawler::classify) fn classify_delimited(
    sample: SampleText<'_>,
    width: IntegerWidth,
) -> Option<DelimitedFindings> {
    let found = find_dialect(sample, QUOTE)?;
    describe(sample, found, &CsvOptions::default(), width)
}

/// A custom classifier.
pub(in crate::crawler::classify) fn classify_custom(
    sample: SampleText<'_>,
    options: &CsvOptions,
    width: IntegerWidth,
) -> Option<DelimitedFindings> {
    let quote = options.quote.unwrap_or(QUOTE);
    if options.delimiter == Some(quote) {
        return None;
    }
    let found = match options.delimiter {
        Some(delimiter) => measure_delimiter(sample, delimiter, quote),
        None => find_dialect(sample, quote).or_else(|| {
            let single = measure_delimiter(sample, ',', quote)?;
            (options.allow_single_column && single.columns == 1).then_some(single)
        }),
    }?;
    let columns_min = if options.allow_single_column { 1 } else { 2 };
    // Who says where the header is, or what it is, knows the file: one record is enough.
    let is_known = options.contains_header != HeaderRule::Unknown || !options.header.is_empty();
    let records_min = if is_known || options.allow_single_column {
        1
    } else {
        2
    };
    if found.columns < columns_min || found.records < records_min || !found.is_consistent() {
        return None;
    }
    if !options.header.is_empty() && options.header.len() != found.columns {
        return None;
    }
    describe(sample, found, options, width)
}

fn describe(
    sample: SampleText<'_>,
    found: DialectFound,
    options: &CsvOptions,
    width: IntegerWidth,
) -> Option<DelimitedFindings> {
    let mut records = Records::new(sample, found.dialect);
    let head: Vec<Record<'_>> = records.clone().take(HEADER_RECORDS_MAX).collect();
    let (first, body) = head.split_first()?;
    let has_header = match options.contains_header {
        HeaderRule::Present => true,
        HeaderRule::Absent => false,
        HeaderRule::Unknown if !options.header.is_empty() => spells(first, &options.header),
        HeaderRule::Unknown => is_header(first, body, found.columns),
    };
    let header: Vec<String> = if !options.header.is_empty() {
        options.header.clone()
    } else if has_header {
        let fields = first.fields.iter();
        fields.map(|field| field.text.trim().to_owned()).collect()
    } else {
        Vec::new()
    };
    drop(head);
    let mut count = found.columns.max(header.len());
    if has_header {
        records.next();
    }
    let (mut columns, records) = read_columns(records, count, options.disable_value_trimming);
    let ends_with_delimiter = header.last().is_some_and(String::is_empty);
    if ends_with_delimiter && columns.last().is_some_and(Column::is_empty) && count > 1 {
        columns.pop();
        count = columns.len();
    }
    let types = columns.into_iter().enumerate().map(|(position, column)| {
        let given = options.custom_datatypes.get(position);
        column.into_type(given.copied(), width)
    });
    Some(DelimitedFindings {
        detail: DelimitedDetail {
            delimiter: found.dialect.delimiter,
            quote: found.dialect.quote.filter(|_| found.has_quotes),
            escape: found.dialect.escape.filter(|_| found.has_quotes),
            has_header,
            header: header.iter().take(count).cloned().collect(),
        },
        columns: column_names(&header, count)
            .into_iter()
            .zip(types)
            .collect(),
        records,
    })
}

/// Whether the record is this header, whatever the letters' case.
fn spells(record: &Record<'_>, header: &[String]) -> bool {
    record.fields.len() == header.len()
        && record
            .fields
            .iter()
            .zip(header)
            .all(|(field, name)| field.text.trim().to_lowercase() == name.trim().to_lowercase())
}

/// What is known about a column.
#[derive(Debug, Clone, Default)]
struct Column {
    inferred: InferredType,
    /// The longest fraction of a number.
    scale: u8,
}

fn read_columns(records: Records<'_>, count: usize, keep_blanks: bool) -> (Vec<Column>, u64) {
    let mut columns = vec![Column::default(); count];
    let mut rows: u64 = 0;
    for record in records {
        rows = rows.saturating_add(1);
        for (column, field) in columns.iter_mut().zip(&record.fields) {
            column.add(field, keep_blanks);
        }
    }
    (columns, rows)
}

impl Column {
    fn is_empty(&self) -> bool {
        self.inferred == InferredType::Null
    }

    fn add(&mut self, field: &Field<'_>, keep_blanks: bool) {
        let trimmed = field.text.trim();
        let has_blanks = trimmed.len() != field.text.len();
        let seen = match field_type(trimmed) {
            _ if has_blanks && keep_blanks => InferredType::String,
            // The SerDes read blanks around the other types, but not around these: they would be NULL.
            InferredType::Boolean
            | InferredType::Int
            | InferredType::BigInt
            | InferredType::Decimal(..)
                if has_blanks =>
            {
                InferredType::String
            }
            InferredType::FixedPoint { .. } if has_blanks => InferredType::Double,
            seen => seen,
        };
        if matches!(
            seen,
            InferredType::Double | InferredType::Decimal(..) | InferredType::FixedPoint { .. }
        ) {
            let fraction = trimmed
                .split_once('.')
                .map_or(0, |(_, digits)| digits.len());
            self.scale = self.scale.max(u8::try_from(fraction).unwrap_or(u8::MAX));
        }
        self.inferred = std::mem::take(&mut self.inferred).merge(seen).0;
    }

    fn into_type(self, given: Option<CsvDatatype>, width: IntegerWidth) -> InferredType {
        match (given, self.inferred) {
            (Some(given), _) => given.inferred(self.scale.min(18)),
            (None, InferredType::Int) if width == IntegerWidth::BigInt => InferredType::BigInt,
            (None, inferred) => inferred,
        }
    }
}

#[cfg(test)]
#[path = "classifier_tests.rs"]
mod tests;
