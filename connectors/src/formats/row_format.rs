//! `RowFormat`: the registry of row-oriented formats. A new one is a folder, and a variant here.

use arrow::datatypes::SchemaRef;

use super::avro::{AvroOptions, avro_decoder};
use super::ion::{IonOptions, ion_decoder};
use super::json::{JsonDecoder, JsonOptions};
use super::regex::{GrokOptions, RegexOptions, grok_decoder, regex_decoder};
use super::rows::Charset;
use super::rows::decoder::{RowDecoder, RowError};
use super::text::{CsvDecoder, CsvOptions, DelimitedDecoder, DelimitedOptions};

/// How rows are written one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFormat {
    /// How a row is written.
    pub syntax: RowSyntax,
    /// The encoding of its text, where it is not UTF-8 (`serialization.encoding`).
    pub charset: Option<Charset>,
}

/// How a row is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowSyntax {
    /// Hive's LazySimpleSerDe.
    Delimited(DelimitedOptions),
    /// OpenCSVSerde.
    Csv(CsvOptions),
    /// The JSON SerDes.
    Json(JsonOptions),
    /// RegexSerDe.
    Regex(RegexOptions),
    /// GrokSerDe.
    Grok(GrokOptions),
    /// IonHiveSerDe.
    Ion(IonOptions),
    /// AvroSerDe.
    Avro(AvroOptions),
}

impl RowFormat {
    /// The format's name, for plans.
    pub fn name(&self) -> &'static str {
        match self.syntax {
            RowSyntax::Delimited(_) => "text",
            RowSyntax::Csv(_) => "csv",
            RowSyntax::Json(_) => "json",
            RowSyntax::Regex(_) => "regex",
            RowSyntax::Grok(_) => "grok",
            RowSyntax::Ion(_) => "ion",
            RowSyntax::Avro(_) => "avro",
        }
    }

    /// Whether any line break in a plain object is the border of two rows, so that several readers can share the object.
    pub(super) fn is_splittable(&self) -> bool {
        if self.charset.is_some_and(|charset| !charset.is_utf8()) {
            return false;
        }
        match &self.syntax {
            // Header lines beyond the first could reach into a second split.
            RowSyntax::Delimited(options) => options.header_lines <= 1 && options.footer_lines == 0,
            RowSyntax::Regex(options) => options.header_lines <= 1,
            RowSyntax::Grok(options) => options.header_lines <= 1,
            RowSyntax::Json(options) => !options.cloud_trail,
            // A line break may stand within quotes.
            RowSyntax::Csv(_) | RowSyntax::Ion(_) | RowSyntax::Avro(_) => false,
        }
    }

    /// Whether an object may be cut at line breaks and decoded in parts, given that a part says where a record is still open.
    pub(super) fn decodes_in_chunks(&self) -> bool {
        match &self.syntax {
            // A footer is known by the object's end alone.
            RowSyntax::Delimited(options) => options.footer_lines == 0,
            RowSyntax::Csv(_) | RowSyntax::Regex(_) | RowSyntax::Grok(_) => true,
            RowSyntax::Json(options) => !options.cloud_trail,
            RowSyntax::Ion(_) | RowSyntax::Avro(_) => false,
        }
    }

    /// Whether the format compresses by itself, so that names and heads say nothing about a compression around it.
    pub(super) fn is_container(&self) -> bool {
        matches!(self.syntax, RowSyntax::Avro(_))
    }

    /// A decoder of one object with the columns of `declared`, of which it gives those at `projection`; of a part of an object
    /// that has no header where it does not begin with its head.
    pub(super) fn decoder(
        &self,
        declared: &SchemaRef,
        projection: &[usize],
        batch_rows: usize,
        with_head: bool,
    ) -> Result<Box<dyn RowDecoder>, RowError> {
        let header = |lines: usize| if with_head { lines } else { 0 };
        Ok(match &self.syntax {
            RowSyntax::Delimited(options) => {
                let options = DelimitedOptions {
                    header_lines: header(options.header_lines),
                    ..options.clone()
                };
                Box::new(DelimitedDecoder::new(
                    declared, projection, batch_rows, &options,
                )?)
            }
            RowSyntax::Csv(options) => {
                let options = CsvOptions {
                    header_records: header(options.header_records),
                    ..options.clone()
                };
                Box::new(CsvDecoder::new(declared, projection, batch_rows, &options)?)
            }
            RowSyntax::Json(options) => {
                Box::new(JsonDecoder::new(declared, projection, batch_rows, options)?)
            }
            RowSyntax::Regex(options) => {
                let options = RegexOptions {
                    header_lines: header(options.header_lines),
                    ..options.clone()
                };
                regex_decoder(declared, projection, batch_rows, &options)?
            }
            RowSyntax::Grok(options) => {
                let options = GrokOptions {
                    header_lines: header(options.header_lines),
                    ..options.clone()
                };
                grok_decoder(declared, projection, batch_rows, &options)?
            }
            RowSyntax::Ion(options) => ion_decoder(declared, projection, batch_rows, options)?,
            RowSyntax::Avro(options) => avro_decoder(declared, projection, batch_rows, options)?,
        })
    }
}
