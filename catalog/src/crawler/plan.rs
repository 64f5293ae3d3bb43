//! `CrawlPlan`: what a run will change in the catalog and why. Applying it does exactly that.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures::TryStreamExt;
use serde::Serialize;

use super::configuration::CrawlSettings;
use super::found_table::{FoundPartition, FoundTable};
use super::names::table_name_with_suffix;
use super::table_merge::{TableMerge, merge_table};
use crate::error::Result;
use crate::model::{DeleteBehavior, Partition, Table, TableName, UpdateBehavior};
use crate::partition_predicate::PartitionPredicate;
use crate::partition_value::KeyType;
use crate::store::CatalogStore;

/// The parameter by which what is gone is marked.
pub const DEPRECATED: &str = "DEPRECATED_BY_CRAWLER";
/// The parameters that change with every file; they alone are no reason to say that a schema changed.
const TOTALS: [&str; 4] = ["averageRecordSize", "objectCount", "recordCount", "sizeKey"];

/// What becomes of one table.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TableAction {
    /// It is made.
    Add,
    /// It is changed.
    Update,
    /// Only its partitions change, if anything.
    Keep,
    /// Its partition keys change: its partitions are removed and added again.
    Rekey,
    /// It is marked as gone.
    Deprecate,
    /// It is removed.
    Delete,
}

/// How a partition changes.
#[derive(Debug, Clone)]
pub enum PartitionUpdate {
    /// It becomes what was found; an index into the partitions found.
    Found(usize),
    /// It is marked as gone.
    Marked(Box<Partition>),
}

/// The changes of one table.
#[derive(Debug, Clone)]
pub struct TableChange {
    /// Its name.
    pub name: TableName,
    /// What becomes of it.
    pub action: TableAction,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
    /// The table as it will be.
    pub table: Table,
    /// Its version now, for a table that exists.
    pub expected_version: Option<String>,
    /// The table as this crawler will remember to have written it.
    pub remembered: Option<Table>,
    /// What was found, for a table that has partitions to add or to change. A hundred thousand of them are made of it when
    /// they are written, and not held.
    pub found: Option<Arc<FoundTable>>,
    /// Partitions to add; indexes into those found.
    pub added: Vec<usize>,
    /// Partitions to change.
    pub updated: Vec<PartitionUpdate>,
    /// Partitions to remove.
    pub deleted: Vec<Vec<String>>,
    /// Whether an index of its keys is made.
    pub adds_index: bool,
}

impl TableChange {
    fn new(name: TableName, action: TableAction, table: Table) -> Self {
        TableChange {
            name,
            action,
            reasons: Vec::new(),
            table,
            expected_version: None,
            remembered: None,
            found: None,
            added: Vec::new(),
            updated: Vec::new(),
            deleted: Vec::new(),
            adds_index: false,
        }
    }

    /// The partitions to add, as they were found.
    pub fn added_partitions(&self) -> impl Iterator<Item = (&FoundTable, &FoundPartition)> {
        let found = self.found.as_deref();
        self.added.iter().filter_map(move |index| {
            let found = found?;
            Some((found, found.partitions.get(*index)?))
        })
    }

    /// A partition as it will be.
    pub fn updated_partition(&self, update: &PartitionUpdate) -> Option<Partition> {
        match update {
            PartitionUpdate::Found(index) => {
                let found = self.found.as_deref()?;
                Some(found.partition(found.partitions.get(*index)?))
            }
            PartitionUpdate::Marked(partition) => Some(partition.as_ref().clone()),
        }
    }

    /// Whether anything changes.
    pub fn is_empty(&self) -> bool {
        matches!(self.action, TableAction::Keep)
            && self.added.is_empty()
            && self.updated.is_empty()
            && self.deleted.is_empty()
    }
}

/// What a run will change.
#[derive(Debug, Clone, Default)]
pub struct CrawlPlan {
    /// The changes, by table.
    pub changes: Vec<TableChange>,
    /// What else there is to say.
    pub notes: Vec<String>,
}

impl CrawlPlan {
    /// Whether anything changes.
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(TableChange::is_empty)
    }
}

/// What a plan is made with.
pub struct Planner<'a> {
    /// The catalog.
    pub catalog: &'a dyn CatalogStore,
    /// The crawler's name.
    pub crawler: &'a str,
    /// How it works.
    pub settings: &'a CrawlSettings,
    /// The tables that it has written before.
    pub known: &'a [Table],
    /// Prefixes that were looked at in whole: what is not found there is gone.
    pub complete: &'a [String],
    /// Now, in seconds since 1970-01-01, for marking what is gone.
    pub now: i64,
}

impl Planner<'_> {
    /// Compares what was found with the catalog.
    pub async fn plan(&self, found: Vec<FoundTable>) -> Result<CrawlPlan> {
        let mut plan = CrawlPlan::default();
        let mut present: HashSet<TableName> = HashSet::new();
        for mut found in found {
            let mut name = found.table.full_name()?;
            let location = found
                .table
                .storage_descriptor
                .location
                .clone()
                .unwrap_or_default();
            let mut existing = self.catalog.table(&name).await?;
            let mut written = self.catalog.crawled_table(&name).await?;
            let is_elsewhere = existing.as_ref().is_some_and(|table| {
                let place = table.storage_descriptor.location.as_deref().unwrap_or("");
                place.trim_end_matches('/') != location.trim_end_matches('/')
            });
            if is_elsewhere {
                let other = name.clone();
                found.table.name = table_name_with_suffix(&found.table.name, &location);
                name = found.table.full_name()?;
                plan.notes.push(format!(
                    "the name {other} belongs to a table elsewhere; the one at {location} is called {}",
                    name.table()
                ));
                existing = self.catalog.table(&name).await?;
                written = self.catalog.crawled_table(&name).await?;
            }
            for conflict in &found.conflicts {
                plan.notes.push(format!(
                    "{name}: column {} is {} in some files and {} in others; it is read as string",
                    conflict.column, conflict.first, conflict.second
                ));
            }
            present.insert(name.clone());
            let written = written.map(|(_, table)| table);
            let found = Arc::new(found);
            let change = match existing {
                None => self.addition(name, &found),
                Some(existing) => {
                    self.change(name, existing, written, &found, &mut plan.notes)
                        .await?
                }
            };
            plan.changes.push(change);
        }
        self.plan_deletions(&present, &mut plan).await?;
        plan.changes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(plan)
    }

    fn addition(&self, name: TableName, found: &Arc<FoundTable>) -> TableChange {
        let mut change = TableChange::new(name, TableAction::Add, found.table.clone());
        change.reasons.push(format!(
            "{} of {} objects at {}",
            found
                .table
                .parameters
                .get("classification")
                .map_or("files", String::as_str),
            found
                .table
                .parameters
                .get("objectCount")
                .map_or("0", String::as_str),
            found
                .table
                .storage_descriptor
                .location
                .as_deref()
                .unwrap_or(""),
        ));
        change.remembered = Some(found.table.clone());
        change.added = (0..found.partitions.len()).collect();
        change.found = Some(Arc::clone(found));
        change.adds_index =
            self.settings.creates_partition_index && !found.table.partition_keys.is_empty();
        change
    }

    async fn change(
        &self,
        name: TableName,
        existing: Table,
        written: Option<Table>,
        found: &Arc<FoundTable>,
        notes: &mut Vec<String>,
    ) -> Result<TableChange> {
        let merged = merge_table(&existing, written.as_ref(), found, self.settings);
        let TableMerge {
            table,
            reasons,
            notes: own_notes,
            rekeys,
            remembered,
        } = merged;
        notes.extend(own_notes.into_iter().map(|note| format!("{name}: {note}")));
        let mut change = TableChange::new(name.clone(), TableAction::Keep, table);
        change.expected_version = Some(existing.version_id.clone());
        change.reasons = reasons;
        change.remembered = remembered;
        if change.table.partition_keys.len() != found.table.partition_keys.len() {
            notes.push(format!(
                "{name} has {} partition keys and its folders {}; its partitions are left alone",
                change.table.partition_keys.len(),
                found.table.partition_keys.len()
            ));
        } else if rekeys {
            change.action = TableAction::Rekey;
            change.added = (0..found.partitions.len()).collect();
            change.found = Some(Arc::clone(found));
            return Ok(change);
        } else {
            self.plan_partitions(&name, found, &mut change, notes)
                .await?;
        }
        let is_changed = self.settings.update == UpdateBehavior::UpdateInDatabase
            && !is_same(&change.table, &existing);
        if is_changed {
            change.action = TableAction::Update;
            if change.reasons.is_empty() {
                change.reasons.push("its files changed".to_owned());
            }
        } else {
            if !change.reasons.is_empty() && self.settings.update == UpdateBehavior::Log {
                let reasons = std::mem::take(&mut change.reasons).join("; ");
                notes.push(format!(
                    "{name} is left as it is by the crawler's policy: {reasons}"
                ));
            }
            change.table = existing;
            change.remembered = None;
        }
        Ok(change)
    }

    async fn plan_partitions(
        &self,
        name: &TableName,
        found: &Arc<FoundTable>,
        change: &mut TableChange,
        notes: &mut Vec<String>,
    ) -> Result<()> {
        let types: Vec<KeyType> = change
            .table
            .partition_keys
            .iter()
            .map(|key| KeyType::of(key.type_text()))
            .collect();
        let mut wanted: HashMap<&[String], usize> = HashMap::with_capacity(found.partitions.len());
        for (index, partition) in found.partitions.iter().enumerate() {
            let fits = partition
                .values
                .iter()
                .zip(&types)
                .all(|(value, key_type)| {
                    value == crate::HIVE_DEFAULT_PARTITION || key_type.parse(value).is_some()
                });
            if fits {
                wanted.insert(&partition.values, index);
            } else {
                notes.push(format!(
                    "{name}: {} is no partition, for its values do not fit the keys' types",
                    partition.location
                ));
            }
        }
        let root = change
            .table
            .storage_descriptor
            .location
            .clone()
            .unwrap_or_default();
        let mut existing = self.catalog.partitions(name, PartitionPredicate::All);
        while let Some(partition) = existing.try_next().await? {
            let place = partition
                .storage_descriptor
                .location
                .clone()
                .unwrap_or_default();
            let Some(index) = wanted.remove(partition.values.as_slice()) else {
                let was_looked_at = self
                    .complete
                    .iter()
                    .any(|prefix| place.starts_with(prefix.as_str()));
                let is_gone = was_looked_at && place.starts_with(&root);
                if is_gone {
                    self.plan_gone_partition(partition, change);
                }
                continue;
            };
            let Some(now) = found.partitions.get(index) else {
                continue;
            };
            let was_deprecated = partition.parameters.contains_key(DEPRECATED);
            // What lies elsewhere was put there by someone; what did not change needs no look.
            if place.trim_end_matches('/') != now.location.trim_end_matches('/')
                || (now.is_unchanged && !was_deprecated)
                || self.settings.update == UpdateBehavior::Log
                || !partition.parameters.contains_key("UPDATED_BY_CRAWLER")
            {
                continue;
            }
            let new = found.partition(now);
            let is_same = new.parameters == partition.parameters
                && new.storage_descriptor == partition.storage_descriptor;
            if !is_same {
                change.updated.push(PartitionUpdate::Found(index));
            }
        }
        let mut added: Vec<usize> = wanted.into_values().collect();
        added.sort_unstable();
        change.added = added;
        change.found = Some(Arc::clone(found));
        Ok(())
    }

    fn plan_gone_partition(&self, partition: Partition, change: &mut TableChange) {
        match self.settings.delete {
            DeleteBehavior::Log => {}
            DeleteBehavior::DeleteFromDatabase => change.deleted.push(partition.values),
            DeleteBehavior::DeprecateInDatabase => {
                if !partition.parameters.contains_key(DEPRECATED) {
                    let mut marked = partition;
                    marked
                        .parameters
                        .insert(DEPRECATED.to_owned(), self.now.to_string());
                    change
                        .updated
                        .push(PartitionUpdate::Marked(Box::new(marked)));
                }
            }
        }
    }

    /// Tables that this crawler wrote and that are gone from where it looked.
    async fn plan_deletions(
        &self,
        present: &HashSet<TableName>,
        plan: &mut CrawlPlan,
    ) -> Result<()> {
        for written in self.known {
            let name = written.full_name()?;
            let location = written.storage_descriptor.location.as_deref().unwrap_or("");
            let was_looked_at = self
                .complete
                .iter()
                .any(|prefix| location.starts_with(prefix.as_str()));
            if present.contains(&name) || !was_looked_at {
                continue;
            }
            let Some(existing) = self.catalog.table(&name).await? else {
                continue;
            };
            let reason = format!("nothing is left at {location}");
            let mut change = match self.settings.delete {
                DeleteBehavior::Log => {
                    plan.notes
                        .push(format!("{name} is kept by the crawler's policy: {reason}"));
                    continue;
                }
                DeleteBehavior::DeleteFromDatabase => {
                    TableChange::new(name, TableAction::Delete, existing)
                }
                DeleteBehavior::DeprecateInDatabase => {
                    if existing.parameters.contains_key(DEPRECATED) {
                        continue;
                    }
                    let version = existing.version_id.clone();
                    let mut marked = existing;
                    marked
                        .parameters
                        .insert(DEPRECATED.to_owned(), self.now.to_string());
                    let mut change = TableChange::new(name, TableAction::Deprecate, marked);
                    change.expected_version = Some(version);
                    change
                }
            };
            change.reasons.push(reason);
            plan.changes.push(change);
        }
        Ok(())
    }
}

/// Whether two tables are the same but for what the catalog itself sets.
fn is_same(a: &Table, b: &Table) -> bool {
    a.storage_descriptor == b.storage_descriptor
        && a.parameters == b.parameters
        && a.partition_keys == b.partition_keys
        && a.description == b.description
}

/// Whether a parameter is one of the sums over files.
pub fn is_total(key: &str) -> bool {
    TOTALS.contains(&key)
}
