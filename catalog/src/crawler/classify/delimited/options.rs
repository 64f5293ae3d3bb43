//! `CsvOptions`: what a custom CSV classifier says about its files.

use std::str::FromStr;

use crate::crawler::classify::error::ClassifierError;
use crate::crawler::classify::inferred_type::InferredType;

/// The options of a custom CSV classifier. The field of Glue's API stands beside each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvOptions {
    /// Between fields; found out where it is `None`: `Delimiter`.
    pub delimiter: Option<char>,
    /// Around fields; the double quote where it is `None`: `QuoteSymbol`.
    pub quote: Option<char>,
    /// `ContainsHeader`.
    pub contains_header: HeaderRule,
    /// The names of the columns; a file with another number of columns does not match: `Header`.
    pub header: Vec<String>,
    /// Whether blanks around a value count: `DisableValueTrimming`.
    pub disable_value_trimming: bool,
    /// Whether a file may have one column only: `AllowSingleColumn`.
    pub allow_single_column: bool,
    /// The types of the first columns, whatever their values: `CustomDatatypes`.
    pub custom_datatypes: Vec<CsvDatatype>,
}

/// Whether the first record is a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeaderRule {
    /// It is found out.
    #[default]
    Unknown,
    /// It is one.
    Present,
    /// It is none.
    Absent,
}

/// The type that integers of delimited files have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IntegerWidth {
    /// `bigint`, as Glue's crawler has it.
    #[default]
    BigInt,
    /// `int` where all values of the sample fit.
    Narrowest,
}

/// A type that a custom CSV classifier gives to a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvDatatype {
    /// `binary`.
    Binary,
    /// `boolean`.
    Boolean,
    /// `date`.
    Date,
    /// `decimal`, whose scale the sample tells.
    Decimal,
    /// `double`.
    Double,
    /// `float`.
    Float,
    /// `int`.
    Int,
    /// `bigint`.
    Long,
    /// `smallint`.
    Short,
    /// `string`.
    String,
    /// `timestamp`.
    Timestamp,
}

impl CsvDatatype {
    /// The column's type. `scale` is the longest fraction seen in it.
    pub(super) fn inferred(self, scale: u8) -> InferredType {
        match self {
            CsvDatatype::Binary => InferredType::Binary,
            CsvDatatype::Boolean => InferredType::Boolean,
            CsvDatatype::Date => InferredType::Date,
            CsvDatatype::Decimal => InferredType::Decimal(38, scale),
            CsvDatatype::Double => InferredType::Double,
            CsvDatatype::Float => InferredType::Float,
            CsvDatatype::Int => InferredType::Int,
            CsvDatatype::Long => InferredType::BigInt,
            CsvDatatype::Short => InferredType::SmallInt,
            CsvDatatype::String => InferredType::String,
            CsvDatatype::Timestamp => InferredType::Timestamp,
        }
    }
}

impl FromStr for CsvDatatype {
    type Err = ClassifierError;

    fn from_str(name: &str) -> Result<Self, ClassifierError> {
        match name.trim().to_ascii_uppercase().as_str() {
            "BINARY" => Ok(CsvDatatype::Binary),
            "BOOLEAN" => Ok(CsvDatatype::Boolean),
            "DATE" => Ok(CsvDatatype::Date),
            "DECIMAL" => Ok(CsvDatatype::Decimal),
            "DOUBLE" => Ok(CsvDatatype::Double),
            "FLOAT" => Ok(CsvDatatype::Float),
            "INT" => Ok(CsvDatatype::Int),
            "LONG" => Ok(CsvDatatype::Long),
            "SHORT" => Ok(CsvDatatype::Short),
            "STRING" => Ok(CsvDatatype::String),
            "TIMESTAMP" => Ok(CsvDatatype::Timestamp),
            _ => Err(ClassifierError::UnknownDatatype {
                name: name.to_owned(),
            }),
        }
    }
}
