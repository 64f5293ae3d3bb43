//! The JSON SerDes' rows: an object a line, whose keys are columns.
//!
//! A value is parsed in steps: each level yields the raw text of its parts, so that what is not projected is only passed
//! over, and numbers keep every digit.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use arrow::datatypes::Fields;
use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::column_builder::{ColumnBuilder, ProjectedColumn};
use super::decoder::RowParser;
use super::options::{JsonFlavor, JsonOptions};
use super::row::{RowError, shown};

pub(super) struct JsonRows {
    options: JsonOptions,
    /// The place among the projected columns of each key, folded as keys are.
    places: HashMap<String, usize>,
}

impl JsonRows {
    pub(super) fn new(options: JsonOptions, projected: &Fields) -> Self {
        let places = projected
            .iter()
            .enumerate()
            .map(|(place, field)| {
                let key = options
                    .mappings
                    .get(field.name())
                    .unwrap_or_else(|| field.name());
                (fold(&options, key), place)
            })
            .collect();
        JsonRows { options, places }
    }

    /// The raw values of the projected columns.
    fn members<'a>(
        &self,
        record: &'a str,
        width: usize,
    ) -> Result<Vec<Option<&'a RawValue>>, RowError> {
        let mut values = vec![None; width];
        let mut duplicate = None;
        let object = Object {
            member: |key: &str, value: &'a RawValue| {
                let folded = fold(&self.options, key);
                let Some(place) = self.places.get(&folded) else {
                    return;
                };
                if let Some(held) = values.get_mut(*place) {
                    if held.is_some() && self.options.flavor == JsonFlavor::OpenX {
                        duplicate.get_or_insert(folded);
                    }
                    *held = Some(value);
                }
            },
        };
        let mut parser = serde_json::Deserializer::from_str(record);
        parser
            .deserialize_map(object)
            .and_then(|()| parser.end())
            .map_err(|error| {
                RowError::Malformed(format!(
                    "JSONException: {error} in '{}'",
                    shown(record.as_bytes())
                ))
            })?;
        if let Some(key) = duplicate {
            return Err(RowError::Malformed(format!(
                "JSONException: Duplicate key '{key}'"
            )));
        }
        Ok(values)
    }

    /// Adds a value. What does not fit is NULL when malformed rows are ignored.
    fn append(&self, builder: &mut ColumnBuilder, raw: &str) -> Result<(), BadValue> {
        let raw = raw.trim();
        if raw == "null" {
            builder.append_null();
            return Ok(());
        }
        let fits = match builder {
            ColumnBuilder::List(_, item, _) if raw.starts_with('[') => {
                let mut items = 0;
                let mut failure = None;
                let list = List {
                    item: |value: &RawValue| {
                        items += 1;
                        if let Err(error) = self.append(item, value.get()) {
                            failure.get_or_insert(error);
                        }
                    },
                };
                parse_with(raw, |parser| parser.deserialize_seq(list))?;
                builder.end_collection(items);
                return failure.map_or(Ok(()), Err);
            }
            ColumnBuilder::Map(map) if raw.starts_with('{') => {
                let mut entries = 0;
                let mut failure = None;
                let object = Object {
                    member: |key: &str, value: &RawValue| {
                        if !map.key.append_text(key) {
                            failure.get_or_insert(BadValue(shown(key.as_bytes())));
                            return;
                        }
                        entries += 1;
                        if let Err(error) = self.append(&mut map.value, value.get()) {
                            failure.get_or_insert(error);
                        }
                    },
                };
                parse_with(raw, |parser| parser.deserialize_map(object))?;
                builder.end_collection(entries);
                return failure.map_or(Ok(()), Err);
            }
            ColumnBuilder::Struct(fields) if raw.starts_with('{') => {
                let mut values: Vec<Option<&RawValue>> = vec![None; fields.fields.len()];
                let object = Object {
                    member: |key: &str, value| {
                        let folded = fold(&self.options, key);
                        let place = fields
                            .fields
                            .iter()
                            .position(|field| fold(&self.options, field.name()) == folded);
                        if let Some(held) = place.and_then(|place| values.get_mut(place)) {
                            *held = Some(value);
                        }
                    },
                };
                parse_with(raw, |parser| parser.deserialize_map(object))?;
                let mut failure = None;
                for (child, value) in fields.children.iter_mut().zip(values) {
                    match value {
                        Some(value) => {
                            if let Err(error) = self.append(child, value.get()) {
                                failure.get_or_insert(error);
                            }
                        }
                        None => child.append_null(),
                    }
                }
                fields.end();
                return failure.map_or(Ok(()), Err);
            }
            _ => self.append_scalar(builder, raw)?,
        };
        if fits {
            return Ok(());
        }
        builder.append_null();
        Err(BadValue(shown(raw.as_bytes())))
    }

    fn append_scalar(&self, builder: &mut ColumnBuilder, raw: &str) -> Result<bool, BadValue> {
        if raw.starts_with('"') {
            let text: Cow<'_, str> = serde_json::from_str::<Text<'_>>(raw)
                .map(|text| text.0)
                .map_err(|_| BadValue(shown(raw.as_bytes())))?;
            return Ok(builder.append_text(&text));
        }
        Ok(match builder {
            // Anything has a text.
            ColumnBuilder::Text(_) | ColumnBuilder::TextView(_) => builder.append_text(raw),
            ColumnBuilder::Timestamp(times) => match epoch_micros(raw, self.options.flavor) {
                Some(micros) => {
                    times.append_value(micros);
                    true
                }
                None => false,
            },
            ColumnBuilder::Binary(_) => false,
            ColumnBuilder::Int8(_)
            | ColumnBuilder::Int16(_)
            | ColumnBuilder::Int32(_)
            | ColumnBuilder::Int64(_) => {
                // 7.0 is a whole number too.
                let whole = raw.split_once('.').map_or(raw, |(whole, fraction)| {
                    if fraction.bytes().all(|digit| digit == b'0') {
                        whole
                    } else {
                        raw
                    }
                });
                builder.append_text(whole)
            }
            scalar => scalar.append_text(raw),
        })
    }
}

/// A number as a time: OpenX reads milliseconds, or seconds if it has a point; Hive reads milliseconds.
fn epoch_micros(raw: &str, flavor: JsonFlavor) -> Option<i64> {
    if flavor == JsonFlavor::OpenX && raw.contains('.') {
        let micros = super::scalar::decimal(raw, 19, 6)?;
        return i64::try_from(micros).ok();
    }
    raw.parse::<i64>().ok()?.checked_mul(1000)
}

/// The form in which keys and names are compared.
fn fold(options: &JsonOptions, key: &str) -> String {
    let key = if options.dots_in_keys {
        key.replace('.', "_")
    } else {
        key.to_owned()
    };
    if options.case_sensitive {
        key
    } else {
        key.to_lowercase()
    }
}

impl RowParser for JsonRows {
    fn is_row(&self, record: &[u8]) -> bool {
        !record.iter().all(u8::is_ascii_whitespace)
    }

    fn parse(&mut self, record: &[u8], columns: &mut [ProjectedColumn]) -> Result<(), RowError> {
        let members = std::str::from_utf8(record)
            .map_err(|_| RowError::Malformed("it is not UTF-8".to_owned()))
            .and_then(|record| self.members(record, columns.len()));
        let members = match members {
            Ok(members) => members,
            Err(_) if self.options.ignore_malformed => vec![None; columns.len()],
            Err(error) => return Err(error),
        };
        for (column, value) in columns.iter_mut().zip(members) {
            let Some(value) = value else {
                column.builder.append_null();
                continue;
            };
            if let Err(BadValue(value)) = self.append(&mut column.builder, value.get())
                && !self.options.ignore_malformed
            {
                return Err(RowError::BadValue {
                    column: column.field.name().clone(),
                    value,
                    data_type: column.field.data_type().to_string(),
                });
            }
        }
        Ok(())
    }
}

/// The start of a value that does not fit. NULL stands in its place, so that columns stay even.
struct BadValue(String);

fn parse_with<'a>(
    raw: &'a str,
    parse: impl FnOnce(
        &mut serde_json::Deserializer<serde_json::de::StrRead<'a>>,
    ) -> serde_json::Result<()>,
) -> Result<(), BadValue> {
    parse(&mut serde_json::Deserializer::from_str(raw)).map_err(|_| BadValue(shown(raw.as_bytes())))
}

/// A JSON string, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Visits the members of an object in order.
struct Object<F> {
    member: F,
}

impl<'de, F: FnMut(&str, &'de RawValue)> Visitor<'de> for Object<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text<'de>>()? {
            (self.member)(&key.0, map.next_value()?);
        }
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Err(E::custom("a row is an object"))
    }
}

/// Visits the items of an array in order.
struct List<F> {
    item: F,
}

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for List<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            (self.item)(item);
        }
        Ok(())
    }
}
