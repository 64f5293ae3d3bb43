//! The rules that keys of a map obey: none is NULL, and no two are the same.

use arrow::array::ArrayRef;
use datafusion::common::HashSet;
use datafusion::error::Result;

use crate::error::FunctionError;
use crate::nested::{Places, is_null_at, usize_of};
use crate::nested_comparison::{Identity, indeterminate};
use crate::nested_text::shown;
use crate::types::Type;

/// How a function says that a key occurs twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duplicates {
    /// As `map` does.
    MapKeys,
    /// As functions do that change or unnest entries.
    Keys,
}

/// Fails for a key that is NULL.
pub(super) fn check_present(
    keys: &ArrayRef,
    places: impl IntoIterator<Item = u32>,
) -> Result<(), FunctionError> {
    if places.into_iter().any(|place| is_null_at(keys, place)) {
        return Err(FunctionError::argument("map key cannot be null"));
    }
    Ok(())
}

/// Fails for a key that has a NULL in it.
pub(super) fn check_determinate(keys: &ArrayRef, key: &Type, places: &[Places]) -> Result<()> {
    if !matches!(key, Type::Array(_) | Type::Map(..) | Type::Row(_)) {
        return Ok(());
    }
    let unknown = indeterminate(keys, key)?;
    let places = places.iter().cloned().flatten();
    match places
        .into_iter()
        .find(|place| unknown.value(usize_of(*place)))
    {
        Some(place) => Err(FunctionError::argument(format!(
            "map key cannot be indeterminate: {}",
            shown(keys, place, key)?
        ))
        .into()),
        None => Ok(()),
    }
}

/// Fails for a key that occurs twice in a row.
pub(super) fn check_unique(
    keys: &ArrayRef,
    key: &Type,
    places: &[Places],
    duplicates: Duplicates,
) -> Result<()> {
    let identities = Identity::of(key)?.keys(keys)?;
    let mut seen = HashSet::new();
    for places in places {
        seen.clear();
        for place in places.clone() {
            if seen.insert(identities.row(usize_of(place))) {
                continue;
            }
            let key = shown(keys, place, key)?;
            return Err(FunctionError::argument(match duplicates {
                Duplicates::MapKeys => format!("Duplicate map keys ({key}) are not allowed"),
                Duplicates::Keys => format!("Duplicate keys ({key}) are not allowed"),
            })
            .into());
        }
    }
    Ok(())
}
