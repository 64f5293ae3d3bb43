//! `RowParser`: one JSON object straight into the columns of a batch, in one pass led by their types.

use std::borrow::Cow;
use std::collections::HashMap;

use arrow::datatypes::{DataType, Fields, SchemaRef};

use super::field_names::FieldNames;
use super::options::{JsonFlavour, JsonOptions};
use super::tokens::{Malformed, Tokens, check_depth};
use crate::formats::rows::columns::{
    BatchBuilder, ColumnBuilder, ListColumn, MapColumn, StructColumn,
};
use crate::formats::rows::scalar_text::number::IntegerRule;
use crate::formats::rows::scalar_text::{BinaryRule, DateRule, ScalarRules, TimestampRule};

/// Why a line is no row.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is no JSON object.
    Malformed(Malformed),
    /// A value that its column's type cannot hold.
    BadValue {
        column: usize,
        text: String,
        data_type: DataType,
    },
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Failure::Malformed(malformed)
    }
}

/// What a column of some type looks like in JSON.
#[derive(Debug)]
struct Shape {
    data_type: DataType,
    nested: Nested,
}

#[derive(Debug)]
enum Nested {
    Scalar,
    List(Box<Shape>),
    /// The shapes of keys and values.
    Map(Box<(Shape, Shape)>),
    Struct(FieldNames, Vec<Shape>),
}

/// Parses the objects of one file by the columns that it should have.
#[derive(Debug)]
pub(super) struct RowParser {
    flavour: JsonFlavour,
    ignore_malformed: bool,
    rules: ScalarRules,
    names: FieldNames,
    /// For each column of the file its position in the projection.
    targets: Vec<Option<usize>>,
    /// For each column of the file the last row that had its key.
    seen: Vec<u64>,
    row: u64,
    /// By position in the projection.
    shapes: Vec<Shape>,
}

impl RowParser {
    pub fn new(file_schema: &SchemaRef, projection: &[usize], options: &JsonOptions) -> Self {
        let columns = file_schema.fields().len();
        RowParser {
            flavour: options.flavour,
            ignore_malformed: options.ignore_malformed,
            rules: ScalarRules {
                integers: IntegerRule::IntegralValue,
                dates: DateRule::TextOrDays,
                timestamps: TimestampRule::TextOrNumber,
                timestamp_formats: options.timestamp_formats.clone(),
                binary: BinaryRule::Base64,
            },
            names: FieldNames::new(file_schema.fields(), options),
            targets: (0..columns)
                .map(|column| projection.iter().position(|projected| *projected == column))
                .collect(),
            seen: vec![0; columns],
            row: 0,
            shapes: projection
                .iter()
                .filter_map(|column| file_schema.fields().get(*column))
                .map(|field| Shape::new(field.data_type(), options))
                .collect(),
        }
    }

    /// Whether a malformed line is a row of NULLs.
    pub fn ignores_malformed(&self) -> bool {
        self.ignore_malformed
    }

    /// Appends the members of the object in `line` to the columns of `batch`; the caller ends the row, or undoes it.
    /// As in the SerDes, text after the object is not looked at.
    pub fn push_row(&mut self, line: &str, batch: &mut BatchBuilder) -> Result<(), Failure> {
        self.row += 1;
        let rows = batch.rows();
        let mut tokens = Tokens::new(line);
        tokens.expect(b'{')?;
        if tokens.take(b'}') {
            return Ok(());
        }
        let mut expected = 0;
        loop {
            let key = tokens.key()?.decode()?;
            let column = self.names.find(&key, expected);
            expected = column.unwrap_or(expected) + usize::from(column.is_some());
            let repeated = column
                .and_then(|column| self.seen.get_mut(column))
                .is_some_and(|seen| std::mem::replace(seen, self.row) == self.row);
            if repeated {
                self.check_repeated(&key)?;
            }
            let target = column.and_then(|column| self.targets.get(column).copied().flatten());
            let builder = target.and_then(|target| batch.columns().get_mut(target));
            let shape = target.and_then(|target| self.shapes.get(target));
            match (target, builder, shape) {
                (Some(target), Some(builder), Some(shape)) => {
                    builder.truncate(rows);
                    self.push_value(&mut tokens, builder, shape, 1)
                        .map_err(|failure| failure.of_column(target))?;
                }
                _ => {
                    tokens.skip(1)?;
                }
            }
            if !tokens.another(b'}')? {
                return Ok(());
            }
        }
    }

    /// Appends the value that comes next, which stands `depth` levels deep.
    fn push_value(
        &self,
        tokens: &mut Tokens<'_>,
        column: &mut ColumnBuilder,
        shape: &Shape,
        depth: usize,
    ) -> Result<(), Failure> {
        let first = tokens.peek();
        if first == Some(b'n') {
            // Only `null` begins like this.
            tokens.literal()?;
            column.push_null();
            return Ok(());
        }
        match (column, &shape.nested, first) {
            (ColumnBuilder::List(list), Nested::List(element), Some(b'[')) => {
                self.push_list(tokens, list, element, depth)
            }
            (ColumnBuilder::Map(map), Nested::Map(entry), Some(b'{')) => {
                self.push_map(tokens, map, entry, depth)
            }
            (ColumnBuilder::Struct(fields), Nested::Struct(names, shapes), Some(b'{')) => {
                self.push_struct(tokens, fields, names, shapes, depth)
            }
            (column, Nested::Scalar, _) => self.push_scalar(tokens, column, shape, depth),
            (column, nested, _) => self.push_unlike(tokens, column, (shape, nested), depth),
        }
    }

    fn push_list(
        &self,
        tokens: &mut Tokens<'_>,
        list: &mut ListColumn,
        element: &Shape,
        depth: usize,
    ) -> Result<(), Failure> {
        check_depth(depth + 1)?;
        tokens.expect(b'[')?;
        if !tokens.take(b']') {
            loop {
                self.push_value(tokens, &mut list.elements, element, depth + 1)?;
                if !tokens.another(b']')? {
                    break;
                }
            }
        }
        list.end_row();
        Ok(())
    }

    /// The values are skipped first: which of several with the same key counts is known at the end only.
    fn push_map(
        &self,
        tokens: &mut Tokens<'_>,
        map: &mut MapColumn,
        entry: &(Shape, Shape),
        depth: usize,
    ) -> Result<(), Failure> {
        check_depth(depth + 1)?;
        let mut positions: HashMap<Cow<'_, str>, usize> = HashMap::new();
        let mut values: Vec<Tokens<'_>> = Vec::new();
        tokens.expect(b'{')?;
        if !tokens.take(b'}') {
            loop {
                let key = tokens.key()?.decode()?;
                let value = *tokens;
                tokens.skip(depth + 1)?;
                match positions
                    .get(&key)
                    .and_then(|position| values.get_mut(*position))
                {
                    Some(earlier) => {
                        self.check_repeated(&key)?;
                        *earlier = value;
                    }
                    None => {
                        positions.insert(key, values.len());
                        values.push(value);
                    }
                }
                if !tokens.another(b'}')? {
                    break;
                }
            }
        }
        let mut keys: Vec<(usize, Cow<'_, str>)> = positions
            .into_iter()
            .map(|(key, position)| (position, key))
            .collect();
        keys.sort_unstable_by_key(|(position, _)| *position);
        let (key_shape, value_shape) = entry;
        for ((_, key), mut value) in keys.into_iter().zip(values) {
            if map.keys.push_scalar(key.as_bytes(), &self.rules).is_err() {
                if self.ignore_malformed {
                    continue;
                }
                return Err(Failure::bad_value(&key, key_shape));
            }
            self.push_value(&mut value, &mut map.values, value_shape, depth + 1)?;
        }
        map.end_row();
        Ok(())
    }

    fn push_struct(
        &self,
        tokens: &mut Tokens<'_>,
        fields: &mut StructColumn,
        names: &FieldNames,
        shapes: &[Shape],
        depth: usize,
    ) -> Result<(), Failure> {
        check_depth(depth + 1)?;
        let rows = fields.len();
        tokens.expect(b'{')?;
        if !tokens.take(b'}') {
            let mut expected = 0;
            loop {
                let key = tokens.key()?.decode()?;
                let found = names.find(&key, expected);
                let column = found.and_then(|field| fields.columns().get_mut(field));
                match (column, found.and_then(|field| shapes.get(field))) {
                    (Some(column), Some(shape)) => {
                        if column.len() > rows {
                            self.check_repeated(&key)?;
                            column.truncate(rows);
                        }
                        self.push_value(tokens, column, shape, depth + 1)?;
                        expected = found.map_or(expected, |field| field + 1);
                    }
                    _ => {
                        tokens.skip(depth + 1)?;
                    }
                }
                if !tokens.another(b'}')? {
                    break;
                }
            }
        }
        fields.end_row();
        Ok(())
    }

    fn push_scalar(
        &self,
        tokens: &mut Tokens<'_>,
        column: &mut ColumnBuilder,
        shape: &Shape,
        depth: usize,
    ) -> Result<(), Failure> {
        let (text, is_value) = match tokens.peek() {
            Some(b'"') => (tokens.string()?.decode()?, true),
            Some(b'{' | b'[') => {
                let text = tokens.skip(depth)?;
                (compact(text), matches!(column, ColumnBuilder::Text(_)))
            }
            _ => {
                let literal = tokens.literal()?;
                // Base64 stands in quotes.
                let is_value = !matches!(column, ColumnBuilder::Binary(_));
                (Cow::Borrowed(literal), is_value)
            }
        };
        if let ColumnBuilder::Text(strings) = column {
            strings.push(text.as_bytes());
            return Ok(());
        }
        if is_value && column.push_scalar(text.as_bytes(), &self.rules).is_ok() {
            return Ok(());
        }
        self.refuse(column, &text, shape)
    }

    /// A nested column's value of another kind. OpenX takes a lone value as a list of it, and a blank string as NULL.
    fn push_unlike(
        &self,
        tokens: &mut Tokens<'_>,
        column: &mut ColumnBuilder,
        (shape, nested): (&Shape, &Nested),
        depth: usize,
    ) -> Result<(), Failure> {
        let value = *tokens;
        let text = tokens.skip(depth)?;
        if self.flavour == JsonFlavour::OpenX {
            if text.trim_matches('"').trim().is_empty() {
                column.push_null();
                return Ok(());
            }
            if let (ColumnBuilder::List(list), Nested::List(element)) = (&mut *column, nested) {
                check_depth(depth + 1)?;
                self.push_value(&mut value.clone(), &mut list.elements, element, depth + 1)?;
                list.end_row();
                return Ok(());
            }
        }
        self.refuse(column, text, shape)
    }

    fn refuse(&self, column: &mut ColumnBuilder, text: &str, shape: &Shape) -> Result<(), Failure> {
        if self.ignore_malformed {
            column.push_null();
            return Ok(());
        }
        Err(Failure::bad_value(text, shape))
    }

    fn check_repeated(&self, key: &str) -> Result<(), Malformed> {
        match self.flavour {
            JsonFlavour::Hive => Ok(()),
            JsonFlavour::OpenX => Err(Malformed(Cow::Owned(format!(
                "row is not a valid JSON object: Duplicate key \"{key}\""
            )))),
        }
    }
}

impl Failure {
    fn bad_value(text: &str, shape: &Shape) -> Failure {
        Failure::BadValue {
            column: 0,
            text: text.to_owned(),
            data_type: shape.data_type.clone(),
        }
    }

    /// Says in which projected column the failure lies.
    fn of_column(mut self, target: usize) -> Failure {
        if let Failure::BadValue { column, .. } = &mut self {
            *column = target;
        }
        self
    }
}

impl Shape {
    fn new(data_type: &DataType, options: &JsonOptions) -> Shape {
        let nested = match data_type {
            DataType::List(element) => {
                Nested::List(Box::new(Shape::new(element.data_type(), options)))
            }
            DataType::Struct(fields) => {
                Nested::Struct(FieldNames::new(fields, options), shapes(fields, options))
            }
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(fields) => match fields.as_ref() {
                    [key, value] => Nested::Map(Box::new((
                        Shape::new(key.data_type(), options),
                        Shape::new(value.data_type(), options),
                    ))),
                    _ => Nested::Scalar,
                },
                _ => Nested::Scalar,
            },
            _ => Nested::Scalar,
        };
        Shape {
            data_type: data_type.clone(),
            nested,
        }
    }
}

fn shapes(fields: &Fields, options: &JsonOptions) -> Vec<Shape> {
    fields
        .iter()
        .map(|field| Shape::new(field.data_type(), options))
        .collect()
}

/// The JSON text without the blanks between its tokens.
fn compact(text: &str) -> Cow<'_, str> {
    let mut in_string = false;
    let mut after_escape = false;
    let kept = text.chars().filter(move |character| {
        if in_string {
            if after_escape {
                after_escape = false;
            } else if *character == '\\' {
                after_escape = true;
            } else if *character == '"' {
                in_string = false;
            }
            return true;
        }
        in_string = *character == '"';
        !character.is_ascii_whitespace()
    });
    Cow::Owned(kept.collect())
}
