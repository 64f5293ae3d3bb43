//! `Shape`: what the values at one place of all records have in common.

use std::collections::HashMap;

use crate::crawler::classify::inferred_type::InferredType;

/// More distinct keys than this are data, and their object a map, unless most of the objects have most of them.
const STRUCT_KEYS_MAX: usize = 200;

/// As many keys that are all digits, dates or UUIDs are data.
const DATA_KEYS_MIN: usize = 20;

/// The most distinct keys that are told apart, so that no sample takes more than a multiple of itself.
const DISTINCT_KEYS_MAX: usize = 5_000;

/// What the values seen at one place are.
#[derive(Debug)]
pub(super) enum Shape {
    Scalar(InferredType),
    Array(Box<Shape>),
    Object(Box<ObjectShape>),
    /// Values of which no type but `string` reads all.
    Conflict,
}

impl Default for Shape {
    fn default() -> Self {
        Shape::Scalar(InferredType::Null)
    }
}

/// The members of all objects at one place.
#[derive(Debug, Default)]
pub(super) struct ObjectShape {
    objects: u64,
    members: u64,
    /// Positions of the fields by their names in lower case.
    positions: HashMap<String, usize>,
    fields: Vec<(String, Shape)>,
    /// The values of all keys after the most that are told apart.
    rest: Option<Shape>,
}

impl Shape {
    /// A scalar stands here.
    pub fn add_scalar(&mut self, seen: InferredType) {
        if seen == InferredType::Null {
            return;
        }
        *self = match std::mem::take(self) {
            Shape::Scalar(known) => Shape::Scalar(known.merge(seen).0),
            _ => Shape::Conflict,
        };
    }

    /// An array stands here: the shape of its elements, unless the place has values of another kind.
    pub fn add_array(&mut self) -> Option<&mut Shape> {
        if matches!(self, Shape::Scalar(InferredType::Null)) {
            *self = Shape::Array(Box::default());
        }
        match self {
            Shape::Array(elements) => Some(elements),
            other => {
                *other = Shape::Conflict;
                None
            }
        }
    }

    /// An object stands here: the shape of its members, unless the place has values of another kind.
    pub fn add_object(&mut self) -> Option<&mut ObjectShape> {
        if matches!(self, Shape::Scalar(InferredType::Null)) {
            *self = Shape::Object(Box::default());
        }
        match self {
            Shape::Object(object) => Some(object),
            other => {
                *other = Shape::Conflict;
                None
            }
        }
    }

    /// The type that reads all values seen.
    pub fn into_type(self) -> InferredType {
        match self {
            Shape::Scalar(scalar) => scalar,
            Shape::Array(elements) => InferredType::Array(Box::new(elements.into_type())),
            Shape::Object(object) => object.into_type(),
            Shape::Conflict => InferredType::String,
        }
    }
}

impl ObjectShape {
    /// Another object begins.
    pub fn begin(&mut self) {
        self.objects = self.objects.saturating_add(1);
    }

    /// The shape of the member with this key, and its position. `expected` is where it is tried first: objects mostly
    /// have their keys in the same order.
    pub fn member(&mut self, key: &str, expected: usize) -> (&mut Shape, usize) {
        self.members = self.members.saturating_add(1);
        let is_expected = self
            .fields
            .get(expected)
            .is_some_and(|(name, _)| name == key);
        let position = if is_expected {
            expected
        } else {
            let key_count = self.fields.len();
            let lower = key.to_lowercase();
            match self.positions.get(&lower) {
                Some(position) => *position,
                None if key_count >= DISTINCT_KEYS_MAX => {
                    return (self.rest.get_or_insert_default(), expected);
                }
                None => {
                    self.positions.insert(lower, key_count);
                    self.fields.push((key.to_owned(), Shape::default()));
                    key_count
                }
            }
        };
        match self.fields.get_mut(position) {
            Some((_, shape)) => (shape, position),
            None => (self.rest.get_or_insert_default(), position),
        }
    }

    /// The fields of a record, which are never a map.
    pub fn into_fields(self) -> Vec<(String, InferredType)> {
        let fields = self.fields.into_iter();
        fields
            .map(|(name, shape)| (name, shape.into_type()))
            .collect()
    }

    fn into_type(self) -> InferredType {
        let keys_are_data = self.keys_are_data();
        let mut rest = self.rest.map(Shape::into_type);
        let fields = self.fields.into_iter();
        let fields: Vec<(String, InferredType)> = fields
            .map(|(name, shape)| (name, shape.into_type()))
            .collect();
        if !keys_are_data {
            return InferredType::Struct(fields);
        }
        let value = fields
            .into_iter()
            .map(|(_, field)| field)
            .chain(rest.take())
            .fold(InferredType::Null, |merged, field| merged.merge(field).0);
        InferredType::Map(Box::new(value))
    }

    fn keys_are_data(&self) -> bool {
        if self.rest.is_some() {
            return true;
        }
        let keys = self.fields.len();
        if keys >= DATA_KEYS_MIN && self.fields.iter().all(|(key, _)| is_data(key)) {
            return true;
        }
        // A wide struct has most of its fields each time. Of a lone object that cannot be told.
        let distinct = u64::try_from(keys).unwrap_or(u64::MAX);
        let is_dense = self.objects > 1
            && self.members.saturating_mul(2) > self.objects.saturating_mul(distinct);
        keys > STRUCT_KEYS_MAX && !is_dense
    }
}

/// Whether a key is digits, a date, a time or a UUID rather than a name.
fn is_data(key: &str) -> bool {
    let is_digits = key.bytes().any(|byte| byte.is_ascii_digit())
        && key.bytes().all(|byte| {
            byte.is_ascii_digit()
                || matches!(byte, b'-' | b'/' | b':' | b'.' | b'T' | b'Z' | b' ' | b'+')
        });
    let is_uuid = key.len() == 36
        && key
            .bytes()
            .enumerate()
            .all(|(position, byte)| match position {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
    is_digits || is_uuid
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(keys: impl Iterator<Item = String>) -> ObjectShape {
        let mut object = ObjectShape::default();
        object.begin();
        for key in keys {
            object.member(&key, 0).0.add_scalar(InferredType::Int);
        }
        object
    }

    #[test]
    fn objects_whose_keys_are_data_are_maps() {
        let of_ints = InferredType::Map(Box::new(InferredType::Int));
        for (keys, is_map) in [
            (object((0..20).map(|day| format!("2024-01-{day:02}"))), true),
            (
                object((0..19).map(|day| format!("2024-01-{day:02}"))),
                false,
            ),
            (object((0..20).map(|id| id.to_string())), true),
            (
                object((10..30).map(|id| format!("00000a{id}-0000-0000-0000-0000000000ff"))),
                true,
            ),
            (object((0..200).map(|id| format!("user{id}"))), false),
            (object((0..201).map(|id| format!("user{id}"))), true),
            (object((0..6000).map(|id| format!("user{id}"))), true),
        ] {
            let inferred = keys.into_type();
            assert_eq!(
                inferred == of_ints,
                is_map,
                "{}",
                inferred.hive_text().len()
            );
        }
    }

    #[test]
    fn a_wide_object_that_recurs_is_a_struct() {
        let mut wide = object((0..300).map(|id| format!("field{id}")));
        wide.begin();
        for id in 0..290 {
            wide.member(&format!("field{id}"), id);
        }
        assert!(matches!(wide.into_type(), InferredType::Struct(fields) if fields.len() == 300));
    }

    #[test]
    fn keys_are_the_same_whatever_their_case() {
        let object = object(["Id", "ID", "name"].into_iter().map(str::to_owned));
        let names: Vec<String> = object
            .into_fields()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["Id", "name"]);
    }

    #[test]
    fn values_of_other_kinds_conflict_and_nulls_do_not() {
        let mut shape = Shape::default();
        assert!(shape.add_object().is_some());
        shape.add_scalar(InferredType::Null);
        assert!(shape.add_object().is_some());
        assert!(shape.add_array().is_none());
        assert!(shape.add_object().is_none());
        assert_eq!(shape.into_type(), InferredType::String);
    }
}
