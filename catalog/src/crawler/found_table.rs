//! `FoundTable`: a table as the lake has it now, before it is compared with the catalog.

use std::collections::HashMap;

use super::configuration::CrawlSettings;
use super::grouping::TableGroup;
use super::include_path::IncludePath;
use super::key_types::{partition_keys, partition_values, without_key_names};
use super::listing::Listing;
use super::names::{table_name, table_name_with_suffix};
use super::schema::{FileSchema, TypeConflict};
use super::table_builder::{
    FileTotals, parameters, shared_parameters, storage_descriptor, table_columns, total_parameters,
};
use crate::error::Result;
use crate::model::{Column, Partition, StorageDescriptor, Table, TableName};

/// A folder of an include path, with what is known of its files.
#[derive(Debug, Clone)]
pub struct FoundFolder {
    /// The folder among those listed.
    pub listed: usize,
    /// An index into the schemas.
    pub schema: usize,
    /// Sums over its files.
    pub totals: FileTotals,
    /// Whether it is as it was when this crawler ran last.
    pub is_unchanged: bool,
}

/// A partition that the lake has.
#[derive(Debug, Clone)]
pub struct FoundPartition {
    /// One value for each key.
    pub values: Vec<String>,
    /// Its folder's URI.
    pub location: String,
    /// An index into the table's descriptors.
    pub descriptor: usize,
    /// Sums over its files.
    pub totals: FileTotals,
    /// Whether its folder is as it was when this crawler ran last.
    pub is_unchanged: bool,
}

/// A table that the lake has.
#[derive(Debug, Clone)]
pub struct FoundTable {
    /// The table as it would be written anew.
    pub table: Table,
    /// The descriptors of its partitions, their locations left out.
    pub descriptors: Vec<StorageDescriptor>,
    /// Its partitions.
    pub partitions: Vec<FoundPartition>,
    /// Types that only text reads.
    pub conflicts: Vec<TypeConflict>,
    /// Whether columns are told by their place.
    pub is_positional: bool,
}

impl FoundTable {
    /// A partition as the catalog holds it.
    pub fn partition(&self, found: &FoundPartition) -> Partition {
        let descriptor = self
            .descriptors
            .get(found.descriptor)
            .cloned()
            .unwrap_or_default();
        let mut parameters = descriptor.parameters.clone();
        parameters.extend(total_parameters(found.totals));
        Partition {
            values: found.values.clone(),
            storage_descriptor: StorageDescriptor {
                location: Some(found.location.clone()),
                ..descriptor
            },
            parameters,
            creation_time: None,
        }
    }
}

/// What tables are made with.
pub struct TableMaker<'a> {
    /// The crawler's name.
    pub crawler: &'a str,
    /// The database.
    pub database: &'a str,
    /// What tables' names begin with.
    pub prefix: &'a str,
    /// How the crawler works.
    pub settings: &'a CrawlSettings,
    /// The names that tables of this crawler have by their locations.
    pub known_names: &'a HashMap<String, String>,
}

impl TableMaker<'_> {
    /// The table of a group of folders.
    pub fn make(
        &self,
        group: &TableGroup,
        include: &IncludePath,
        listing: &Listing,
        folders: &[FoundFolder],
        schemas: &[FileSchema],
    ) -> Result<FoundTable> {
        let location = if listing.is_one_object {
            include.uri.to_string()
        } else {
            listing.uri_of(&group.root)
        };
        let depth = group.root.len();
        let members: Vec<&FoundFolder> = group
            .members
            .iter()
            .filter_map(|index| folders.get(*index))
            .collect();
        let rows: Vec<Vec<String>> = members
            .iter()
            .map(|folder| {
                let below = listing
                    .folders
                    .get(folder.listed)
                    .and_then(|listed| listed.segments.get(depth..))
                    .unwrap_or(&[]);
                partition_values(&group.keys, below)
            })
            .collect();
        let keys = partition_keys(&group.keys, rows.iter().map(Vec::as_slice));
        let is_positional = group.schema.format.is_positional();
        let columns = without_key_names(table_columns(&group.schema), &keys, is_positional);
        let mut totals = FileTotals::default();
        for folder in &members {
            totals.add(folder.totals);
        }
        let name = self.name(include, &group.root, &location);
        let exclusions = &include.exclusion_texts;
        let mut table = Table::external(&TableName::new(self.database, &name)?);
        table.owner = Some("owner".to_owned());
        table.parameters = parameters(&group.schema, totals, self.crawler, exclusions);
        if !keys.is_empty() {
            table
                .parameters
                .insert("partition_filtering.enabled".to_owned(), "true".to_owned());
        }
        table.storage_descriptor = StorageDescriptor {
            location: Some(location),
            parameters: table.parameters.clone(),
            ..storage_descriptor(&group.schema, columns.clone())
        };
        let mut found = FoundTable {
            descriptors: Vec::new(),
            partitions: Vec::new(),
            conflicts: group.conflicts.clone(),
            is_positional,
            table,
        };
        if !keys.is_empty() {
            self.add_partitions(
                &mut found, group, listing, &members, rows, schemas, &columns, &keys, exclusions,
            );
        }
        found.table.partition_keys = keys;
        Ok(found)
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "all of it is what partitions are made of"
    )]
    fn add_partitions(
        &self,
        found: &mut FoundTable,
        group: &TableGroup,
        listing: &Listing,
        members: &[&FoundFolder],
        rows: Vec<Vec<String>>,
        schemas: &[FileSchema],
        columns: &[Column],
        keys: &[Column],
        exclusions: &[String],
    ) {
        // Partitions of one schema share a descriptor.
        let mut descriptor_of: HashMap<usize, usize> = HashMap::new();
        for (folder, values) in members.iter().zip(rows) {
            let (Some(schema), Some(listed)) = (
                schemas.get(folder.schema),
                listing.folders.get(folder.listed),
            ) else {
                continue;
            };
            let inherits = self.settings.partitions_inherit || !schema.format.describes_itself();
            let shared = if inherits { usize::MAX } else { folder.schema };
            let descriptor = *descriptor_of.entry(shared).or_insert_with(|| {
                let own = if inherits { &group.schema } else { schema };
                let own_columns = if inherits {
                    columns.to_vec()
                } else {
                    without_key_names(table_columns(schema), keys, false)
                };
                found.descriptors.push(StorageDescriptor {
                    parameters: shared_parameters(own, self.crawler, exclusions),
                    ..storage_descriptor(own, own_columns)
                });
                found.descriptors.len() - 1
            });
            found.partitions.push(FoundPartition {
                values,
                location: listing.folder_uri(listed),
                descriptor,
                totals: folder.totals,
                is_unchanged: folder.is_unchanged,
            });
        }
    }

    fn name(&self, include: &IncludePath, root: &[String], location: &str) -> String {
        if let Some(known) = self.known_names.get(location) {
            return known.clone();
        }
        let own = include.uri.key().trim_end_matches('/');
        let folder = match root.last() {
            Some(folder) => folder.as_str(),
            None => match own.rsplit('/').next() {
                Some(name) if !name.is_empty() => name,
                _ => include.uri.bucket(),
            },
        };
        table_name(self.prefix, folder)
    }
}

/// Gives tables of one name names of their own.
pub fn make_names_unique(tables: &mut [FoundTable], known: &HashMap<String, String>) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    for found in tables.iter() {
        *taken.entry(found.table.name.clone()).or_default() += 1;
    }
    let mut kept: Vec<String> = Vec::new();
    for found in tables {
        let location = found
            .table
            .storage_descriptor
            .location
            .clone()
            .unwrap_or_default();
        let clashes = taken.get(&found.table.name).is_some_and(|count| *count > 1);
        let is_known = known.get(&location) == Some(&found.table.name);
        if clashes && !is_known && kept.contains(&found.table.name) {
            found.table.name = table_name_with_suffix(&found.table.name, &location);
        } else {
            kept.push(found.table.name.clone());
        }
    }
}
