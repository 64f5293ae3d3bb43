//! Ion values as the values of columns.

use std::fmt::Write;

use arrow::datatypes::{DataType, FieldRef};
use ion_rs::{Element, Sequence, Timestamp, Value};

use super::path_extractor::same_name;
use crate::formats::rows::columns::ColumnBuilder;
use crate::formats::rows::scalar_text::number::IntegerRule;
use crate::formats::rows::scalar_text::{BinaryRule, DateRule, ScalarRules, TimestampRule};

/// A value that its column's type cannot hold: its text.
#[derive(Debug)]
pub(super) struct Unfit(pub String);

/// How the scalars' texts are read.
pub(super) fn ion_rules() -> ScalarRules {
    ScalarRules {
        integers: IntegerRule::IntegralValue,
        dates: DateRule::Text,
        timestamps: TimestampRule::Hive,
        timestamp_formats: Vec::new(),
        binary: BinaryRule::Base64OrRaw,
    }
}

/// Appends values to columns.
pub(super) struct ValueWriter {
    pub rules: ScalarRules,
    pub case_sensitive: bool,
}

impl ValueWriter {
    /// Appends a value to a column of that type. After an error the column may hold part of it.
    pub fn push(
        &self,
        column: &mut ColumnBuilder,
        data_type: &DataType,
        element: &Element,
    ) -> Result<(), Unfit> {
        let value = element.value();
        let unfit = || Unfit(value.to_string());
        match (column, data_type, value) {
            (column, _, Value::Null(_)) => column.push_null(),
            (
                ColumnBuilder::List(list),
                DataType::List(item),
                Value::List(items) | Value::SExp(items),
            ) => {
                self.push_items(&mut list.elements, item, items)?;
                list.end_row();
            }
            (ColumnBuilder::Struct(columns), DataType::Struct(fields), Value::Struct(values)) => {
                for (column, field) in columns.columns().iter_mut().zip(fields) {
                    let found = values.fields().find(|(name, _)| {
                        name.text()
                            .is_some_and(|name| same_name(name, field.name(), self.case_sensitive))
                    });
                    match found {
                        Some((_, value)) => self.push(column, field.data_type(), value)?,
                        None => column.push_null(),
                    }
                }
                columns.end_row();
            }
            (ColumnBuilder::Map(map), DataType::Map(entries, _), Value::Struct(values)) => {
                let DataType::Struct(entry) = entries.data_type() else {
                    return Err(unfit());
                };
                let [_, value_field] = entry.as_ref() else {
                    return Err(unfit());
                };
                for (name, value) in values.fields() {
                    let name = name.text().ok_or_else(unfit)?;
                    map.keys
                        .push_scalar(name.as_bytes(), &self.rules)
                        .map_err(|_| unfit())?;
                    self.push(&mut map.values, value_field.data_type(), value)?;
                }
                map.end_row();
            }
            (ColumnBuilder::Binary(bytes), _, Value::Blob(blob) | Value::Clob(blob)) => {
                bytes.push(blob.as_ref());
            }
            (column, _, value) => {
                let mut text = scalar_text(value).ok_or_else(unfit)?;
                if let (ColumnBuilder::Date(_), Value::Timestamp(_)) = (&*column, value) {
                    text.truncate("yyyy-mm-dd".len());
                }
                column
                    .push_scalar(text.as_bytes(), &self.rules)
                    .map_err(|_| unfit())?;
            }
        }
        Ok(())
    }

    fn push_items(
        &self,
        elements: &mut ColumnBuilder,
        item: &FieldRef,
        items: &Sequence,
    ) -> Result<(), Unfit> {
        items
            .iter()
            .try_for_each(|element| self.push(elements, item.data_type(), element))
    }
}

/// A scalar's text in the notations of Hive's text formats; `None` for what is none.
fn scalar_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        // Ion marks a decimal's exponent by a `d`.
        Value::Decimal(value) => value.to_string().replace(['d', 'D'], "e"),
        Value::Timestamp(value) => timestamp_text(value),
        Value::Symbol(symbol) => symbol.text()?.to_owned(),
        Value::String(text) => text.text().to_owned(),
        Value::Clob(bytes) => String::from_utf8_lossy(bytes.as_ref()).into_owned(),
        Value::Null(_) | Value::Blob(_) | Value::List(_) | Value::SExp(_) | Value::Struct(_) => {
            return None;
        }
    })
}

/// `yyyy-mm-dd hh:mm:ss.fffffffff` in UTC; parts that the timestamp lacks are the first of theirs.
fn timestamp_text(time: &Timestamp) -> String {
    let time = match time.offset() {
        Some(offset) if offset != 0 => time.to_utc(),
        _ => time.clone(),
    };
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09}",
        time.year(),
        time.month().max(1),
        time.day().max(1),
        time.hour(),
        time.minute(),
        time.second(),
        time.nanoseconds()
    );
    text
}
