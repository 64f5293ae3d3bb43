//! What the catalog knows of single files: how many rows they have and between which values their columns lie.
//!
//! An entry holds for one version of its file. Whoever uses it compares the version with that of a listing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The statistics of one version of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileStatistics {
    /// The URI of the folder that it lies in, with a slash at the end.
    pub folder: String,
    /// Its name in the folder.
    pub name: String,
    /// What tells this version from others, such as size and ETag.
    pub version: String,
    /// Its rows.
    pub row_count: u64,
    /// What is known of its columns, by their names in lower case.
    pub columns: BTreeMap<String, ColumnBounds>,
}

/// Between which values a column lies. A bound holds for every value that is neither NULL nor NaN.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnBounds {
    /// The Hive type that the file has the column in; a table may declare a wider one.
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    pub file_type: String,
    /// No value is less.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<BoundValue>,
    /// No value is greater.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<BoundValue>,
    /// Whether both bounds are values of the column, and it has no NaN.
    #[serde(rename = "e", default, skip_serializing_if = "std::ops::Not::not")]
    pub bounds_are_exact: bool,
    /// Rows that are NULL.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub null_count: Option<u64>,
    /// About how many values there are: at least so many.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub distinct_count: Option<u64>,
}

/// A bound of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BoundValue {
    /// Of a boolean column.
    #[serde(rename = "b")]
    Boolean(bool),
    /// Of integers; of dates as days, of timestamps as microseconds since 1970-01-01.
    #[serde(rename = "i")]
    Integer(i64),
    /// Of decimals, as text.
    #[serde(rename = "d")]
    Decimal(String),
    /// Of floats and doubles.
    #[serde(rename = "f", with = "digits")]
    Double(f64),
    /// Of text.
    #[serde(rename = "t")]
    Text(String),
}

/// Doubles as text with all their digits: JSON has no infinity, and a reader of its numbers may be off by the last bit.
mod digits {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:?}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_come_back_as_they_were_kept() {
        for value in [
            BoundValue::Double(f64::INFINITY),
            BoundValue::Double(f64::NEG_INFINITY),
            BoundValue::Double(0.1 + 0.2),
            BoundValue::Double(5e-324),
            BoundValue::Integer(i64::MIN),
            BoundValue::Decimal("-0.05".to_owned()),
            BoundValue::Text("\u{0}\"é".to_owned()),
        ] {
            let bounds = ColumnBounds {
                file_type: "double".to_owned(),
                lower: Some(value.clone()),
                upper: Some(value),
                bounds_are_exact: true,
                null_count: Some(u64::MAX),
                distinct_count: None,
            };
            let kept = serde_json::to_string(&bounds).unwrap();
            assert_eq!(serde_json::from_str::<ColumnBounds>(&kept).unwrap(), bounds);
        }
        let zero = serde_json::to_string(&BoundValue::Double(-0.0)).unwrap();
        let BoundValue::Double(zero) = serde_json::from_str(&zero).unwrap() else {
            panic!("a double stays one");
        };
        assert!(zero.is_sign_negative());
    }
}
