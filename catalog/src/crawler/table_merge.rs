//! How a table in the catalog takes on what a crawler found, without undoing what a person changed by hand.
//!
//! The crawler remembers each table as it wrote it. A column that is not as it was written is someone's decision and stays;
//! a column that was written and is not there any more was taken away and stays away. Columns only come to be more, and
//! wider; none is removed.

use std::collections::HashMap;

use super::configuration::CrawlSettings;
use super::found_table::FoundTable;
use super::plan::{DEPRECATED, is_total};
use crate::hive_type::HiveType;
use crate::model::{Column, Table, UpdateBehavior};

/// What a table comes to be.
#[derive(Debug)]
pub struct TableMerge {
    /// The table.
    pub table: Table,
    /// What changed of its schema.
    pub reasons: Vec<String>,
    /// What was not changed and why.
    pub notes: Vec<String>,
    /// Whether its partition keys change their types.
    pub rekeys: bool,
    /// The table as the crawler remembers to have written it.
    pub remembered: Option<Table>,
}

/// Merges what was found into a table that exists; `written` is the table as the crawler wrote it last.
pub fn merge_table(
    existing: &Table,
    written: Option<&Table>,
    found: &FoundTable,
    settings: &CrawlSettings,
) -> TableMerge {
    let mut merge = TableMerge {
        table: existing.clone(),
        reasons: Vec::new(),
        notes: Vec::new(),
        rekeys: false,
        remembered: None,
    };
    let Some(written) = written else {
        // No crawler made it: its schema is its owner's.
        return merge;
    };
    let is_of = |table: &Table| table.parameters.get("classification").cloned();
    let new = &found.table;
    if is_of(existing) == is_of(written) && is_of(new) != is_of(written) {
        let change = format!(
            "its files are {} and no longer {}",
            is_of(new).unwrap_or_default(),
            is_of(written).unwrap_or_default()
        );
        if settings.merges_new_columns
            || existing.storage_descriptor.columns != written.storage_descriptor.columns
        {
            merge
                .notes
                .push(format!("{change}; the table is left as it is"));
            return merge;
        }
        merge.reasons.push(change);
        merge.table = new.clone();
        merge.remembered = Some(new.clone());
        merge.rekeys = existing.partition_keys != new.partition_keys;
        return merge;
    }
    let columns = merged_columns(existing, written, found, settings, &mut merge);
    merge.table.storage_descriptor.columns = columns;
    merge_keys(existing, written, found, settings, &mut merge);
    merge_storage(existing, written, found, &mut merge);
    merge_parameters(existing, written, found, &mut merge);
    let mut remembered = new.clone();
    remembered.storage_descriptor.columns =
        remembered_columns(written, &new.storage_descriptor.columns, &merge.table);
    remembered
        .partition_keys
        .clone_from(&merge.table.partition_keys);
    merge.remembered = Some(remembered);
    merge
}

/// What was written before and is written now: what a person removed is still known to have been written.
fn remembered_columns(written: &Table, found: &[Column], merged: &Table) -> Vec<Column> {
    let mut columns = written.storage_descriptor.columns.clone();
    for column in found {
        let now = merged
            .storage_descriptor
            .columns
            .iter()
            .find(|known| known.name == column.name);
        match columns.iter_mut().find(|known| known.name == column.name) {
            Some(known) => {
                if let Some(now) = now
                    && now.type_text == column.type_text
                {
                    *known = now.clone();
                }
            }
            None => columns.push(column.clone()),
        }
    }
    columns
}

fn widened(ours: &Column, theirs: &Column) -> Option<String> {
    let (ours, theirs) = (
        HiveType::parse(ours.type_text()).ok()?,
        HiveType::parse(theirs.type_text()).ok()?,
    );
    let wider = ours.widened(&theirs).unwrap_or(HiveType::String);
    (wider != ours).then(|| wider.to_string())
}

fn merged_columns(
    existing: &Table,
    written: &Table,
    found: &FoundTable,
    settings: &CrawlSettings,
    merge: &mut TableMerge,
) -> Vec<Column> {
    let mut columns = existing.storage_descriptor.columns.clone();
    let written_columns = &written.storage_descriptor.columns;
    let new_columns = &found.table.storage_descriptor.columns;
    let is_renamed = found.is_positional
        && !columns
            .iter()
            .zip(written_columns)
            .all(|(ours, theirs)| ours.name == theirs.name);
    let by_name: HashMap<String, usize> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| (column.name.clone(), place))
        .collect();
    for (place, new) in new_columns.iter().enumerate() {
        let known = if found.is_positional {
            (place < columns.len()).then_some(place)
        } else {
            by_name.get(&new.name).copied()
        };
        let as_written = if found.is_positional {
            written_columns.get(place)
        } else {
            written_columns
                .iter()
                .find(|column| column.name == new.name)
        };
        let Some(ours) = known.and_then(|place| columns.get_mut(place)) else {
            if as_written.is_some() {
                // Someone took it away.
                continue;
            }
            merge
                .reasons
                .push(format!("new column {} {}", new.name, new.type_text()));
            columns.push(new.clone());
            continue;
        };
        let by_hand = as_written.is_none_or(|written| written.type_text != ours.type_text)
            || (found.is_positional && is_renamed);
        let Some(wider) = widened(ours, new) else {
            continue;
        };
        if by_hand {
            if as_written.is_some_and(|written| written.type_text != new.type_text) {
                merge.notes.push(format!(
                    "column {} was set to {} by hand and its files have {}; it is left as it is",
                    ours.name,
                    ours.type_text(),
                    new.type_text()
                ));
            }
        } else if settings.merges_new_columns {
            merge.notes.push(format!(
                "column {} is {} and its files have {}; the crawler only adds columns",
                ours.name,
                ours.type_text(),
                new.type_text()
            ));
        } else {
            merge.reasons.push(format!(
                "column {} {} becomes {wider}",
                ours.name,
                ours.type_text()
            ));
            ours.type_text = Some(wider);
        }
    }
    columns
}

fn merge_keys(
    existing: &Table,
    written: &Table,
    found: &FoundTable,
    settings: &CrawlSettings,
    merge: &mut TableMerge,
) {
    let new = &found.table.partition_keys;
    if existing.partition_keys != written.partition_keys
        || existing.partition_keys.len() != new.len()
    {
        return;
    }
    let mut keys = existing.partition_keys.clone();
    for (ours, theirs) in keys.iter_mut().zip(new) {
        let type_text = match (ours.type_text(), theirs.type_text()) {
            (a, b) if a == b => continue,
            // What was text stays text: other folders may come again.
            ("string", _) => continue,
            ("bigint", "int") => continue,
            ("int", "bigint") => "bigint",
            _ => "string",
        };
        merge.reasons.push(format!(
            "partition key {} {} becomes {type_text}",
            ours.name,
            ours.type_text()
        ));
        ours.type_text = Some(type_text.to_owned());
    }
    if keys != existing.partition_keys && settings.update == UpdateBehavior::UpdateInDatabase {
        merge.rekeys = true;
        merge.table.partition_keys = keys;
    }
}

/// Reading classes and their settings, where nobody changed them.
fn merge_storage(existing: &Table, written: &Table, found: &FoundTable, merge: &mut TableMerge) {
    let (ours, theirs, new) = (
        &existing.storage_descriptor,
        &written.storage_descriptor,
        &found.table.storage_descriptor,
    );
    if ours.serde_info == theirs.serde_info && ours.serde_info != new.serde_info {
        merge
            .reasons
            .push("its files are read in another way".to_owned());
        merge.table.storage_descriptor.serde_info = new.serde_info.clone();
        merge
            .table
            .storage_descriptor
            .input_format
            .clone_from(&new.input_format);
        merge
            .table
            .storage_descriptor
            .output_format
            .clone_from(&new.output_format);
    }
}

/// Parameters that the crawler writes, where nobody changed them.
fn merge_parameters(existing: &Table, written: &Table, found: &FoundTable, merge: &mut TableMerge) {
    let new = &found.table.parameters;
    for (key, value) in new {
        let ours = existing.parameters.get(key);
        if is_total(key) || ours == written.parameters.get(key) {
            merge.table.parameters.insert(key.clone(), value.clone());
            merge
                .table
                .storage_descriptor
                .parameters
                .insert(key.clone(), value.clone());
        }
    }
    if merge.table.parameters.remove(DEPRECATED).is_some() {
        merge.reasons.push("its files are back".to_owned());
    }
}
