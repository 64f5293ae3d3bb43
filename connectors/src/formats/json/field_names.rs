//! `FieldNames`: which column, or which field of a struct, a JSON key belongs to.

use std::borrow::Cow;
use std::collections::HashMap;

use arrow::datatypes::Fields;

use super::options::JsonOptions;

/// The keys of one object's fields.
#[derive(Debug)]
pub(super) struct FieldNames {
    /// By position, as they are looked for.
    names: Vec<String>,
    positions: HashMap<String, usize>,
    case_insensitive: bool,
    dots_in_keys: bool,
}

impl FieldNames {
    pub fn new(fields: &Fields, options: &JsonOptions) -> FieldNames {
        let names: Vec<String> = fields
            .iter()
            .map(|field| {
                let name = options.mappings.get(field.name()).unwrap_or(field.name());
                if options.case_insensitive {
                    name.to_lowercase()
                } else {
                    name.clone()
                }
            })
            .collect();
        let mut positions = HashMap::with_capacity(names.len());
        for (position, name) in names.iter().enumerate() {
            positions.entry(name.clone()).or_insert(position);
        }
        FieldNames {
            names,
            positions,
            case_insensitive: options.case_insensitive,
            dots_in_keys: options.dots_in_keys,
        }
    }

    /// The position of the field with this key. `expected` is tried first: objects mostly have their keys in the
    /// same order.
    pub fn find(&self, key: &str, expected: usize) -> Option<usize> {
        if let Some(name) = self.names.get(expected)
            && (name == key || (self.case_insensitive && name.eq_ignore_ascii_case(key)))
        {
            return Some(expected);
        }
        let key = if self.case_insensitive && !is_lower_case(key) {
            Cow::Owned(key.to_lowercase())
        } else {
            Cow::Borrowed(key)
        };
        if let Some(position) = self.positions.get(key.as_ref()) {
            return Some(*position);
        }
        if self.dots_in_keys && key.contains('.') {
            return self.positions.get(&key.replace('.', "_")).copied();
        }
        None
    }
}

fn is_lower_case(key: &str) -> bool {
    key.bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}
