//! `ListedValues`: candidates that are listed one by one: those of an `enum` key, or of an `injected` key's predicate.

use std::collections::HashMap;

use crate::{KeyType, PartitionLiteral};

use super::candidates::{Candidates, ProjectedValue};
use super::error::ProjectionError;
use super::properties::ColumnProperties;
use super::value_domain::ValueDomain;

/// Texts in the order of their list, each once: a partition that is listed twice would give its rows twice.
#[derive(Debug, Clone, Default)]
pub(super) struct ListedValues {
    texts: Vec<String>,
    indexes: HashMap<String, u64>,
}

impl ListedValues {
    pub(super) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut listed = ListedValues::default();
        let mut following = 0_u64;
        for text in texts {
            if !listed.indexes.contains_key(&text) {
                listed.indexes.insert(text.clone(), following);
                listed.texts.push(text);
                following = following.saturating_add(1);
            }
        }
        listed
    }

    /// Those of an `enum` key. Blanks are part of a value.
    pub(super) fn configured(properties: &ColumnProperties<'_>) -> Result<Self, ProjectionError> {
        let property = properties.required("values", "list the values with commas between them")?;
        Ok(ListedValues::new(
            property.value.split(',').map(str::to_owned),
        ))
    }

    /// Those that a predicate leaves for an `injected` key.
    pub(super) fn injected(literals: Vec<&PartitionLiteral>) -> Self {
        let texts = literals.into_iter().filter_map(|literal| match literal {
            PartitionLiteral::Text(text) if !climbs(text) => Some(text.clone()),
            _ => None,
        });
        ListedValues::new(texts)
    }

    fn text(&self, index: u64) -> Option<&String> {
        self.texts.get(usize::try_from(index).ok()?)
    }
}

/// Whether a text from a query would lead a location out of its folder. No partition has such a name, and a query
/// must not read where the table does not point to.
fn climbs(text: &str) -> bool {
    text.split('/')
        .any(|segment| segment == ".." || segment == ".")
}

impl Candidates for ListedValues {
    fn last_index(&self) -> Option<u64> {
        u64::try_from(self.texts.len()).ok()?.checked_sub(1)
    }

    fn value(&self, index: u64) -> Option<ProjectedValue> {
        let text = self.text(index)?;
        Some(ProjectedValue {
            stored: text.clone(),
            in_location: text.clone(),
        })
    }

    fn literal(&self, index: u64) -> Option<PartitionLiteral> {
        KeyType::Text.parse(self.text(index)?)
    }

    fn is_ordered(&self) -> bool {
        false
    }

    fn index_of(&self, literal: &PartitionLiteral) -> Option<u64> {
        match literal {
            PartitionLiteral::Text(text) => self.indexes.get(text).copied(),
            _ => None,
        }
    }

    fn domain(&self) -> ValueDomain {
        ValueDomain::union_of(
            self.texts
                .iter()
                .map(|text| ValueDomain::point(KeyType::Text.parse(text).as_ref())),
        )
    }
}
