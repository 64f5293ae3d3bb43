//! Statistics of a column over a table or a partition.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is known of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ColumnStatistics {
    /// The column.
    pub column_name: String,
    /// Its Hive type as text.
    pub column_type: String,
    /// When the data was looked at.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub analyzed_time: DateTime<Utc>,
    /// The figures.
    pub statistics_data: ColumnStatisticsData,
}

/// The figures of a column, by the kind of its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "Type")]
pub enum ColumnStatisticsData {
    /// For `boolean`.
    #[serde(rename = "BOOLEAN")]
    Boolean {
        /// The figures.
        #[serde(rename = "BooleanColumnStatisticsData")]
        data: BooleanStatistics,
    },
    /// For `date`; values are seconds since 1970-01-01.
    #[serde(rename = "DATE")]
    Date {
        /// The figures.
        #[serde(rename = "DateColumnStatisticsData")]
        data: RangeStatistics<i64>,
    },
    /// For `decimal`.
    #[serde(rename = "DECIMAL")]
    Decimal {
        /// The figures.
        #[serde(rename = "DecimalColumnStatisticsData")]
        data: RangeStatistics<DecimalNumber>,
    },
    /// For `float` and `double`.
    #[serde(rename = "DOUBLE")]
    Double {
        /// The figures.
        #[serde(rename = "DoubleColumnStatisticsData")]
        data: RangeStatistics<f64>,
    },
    /// For integers, and timestamps as seconds.
    #[serde(rename = "LONG")]
    Long {
        /// The figures.
        #[serde(rename = "LongColumnStatisticsData")]
        data: RangeStatistics<i64>,
    },
    /// For `string`, `varchar`, `char`.
    #[serde(rename = "STRING")]
    String {
        /// The figures.
        #[serde(rename = "StringColumnStatisticsData")]
        data: TextStatistics,
    },
    /// For `binary`.
    #[serde(rename = "BINARY")]
    Binary {
        /// The figures.
        #[serde(rename = "BinaryColumnStatisticsData")]
        data: BinaryStatistics,
    },
}

/// Figures of a boolean column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BooleanStatistics {
    /// Rows that are true.
    pub number_of_trues: u64,
    /// Rows that are false.
    pub number_of_falses: u64,
    /// Rows that are NULL.
    pub number_of_nulls: u64,
}

/// Figures of a column whose values have an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RangeStatistics<T> {
    /// The least value.
    #[serde(default = "no_value", skip_serializing_if = "Option::is_none")]
    pub minimum_value: Option<T>,
    /// The greatest value.
    #[serde(default = "no_value", skip_serializing_if = "Option::is_none")]
    pub maximum_value: Option<T>,
    /// Rows that are NULL.
    pub number_of_nulls: u64,
    /// About how many values there are.
    pub number_of_distinct_values: u64,
}

/// A default that asks nothing of `T`.
fn no_value<T>() -> Option<T> {
    None
}

/// Figures of a text column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TextStatistics {
    /// Bytes of the longest value.
    pub maximum_length: u64,
    /// Bytes of a value on average.
    pub average_length: f64,
    /// Rows that are NULL.
    pub number_of_nulls: u64,
    /// About how many values there are.
    pub number_of_distinct_values: u64,
}

/// Figures of a binary column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BinaryStatistics {
    /// Bytes of the longest value.
    pub maximum_length: u64,
    /// Bytes of a value on average.
    pub average_length: f64,
    /// Rows that are NULL.
    pub number_of_nulls: u64,
}

/// A decimal as Glue has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DecimalNumber {
    /// The digits as a big-endian two's complement integer, in base64.
    pub unscaled_value: String,
    /// Digits after the point.
    pub scale: i32,
}
