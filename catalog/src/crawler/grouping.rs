//! Which folders are one table, and which of their names are its partitions' values.
//!
//! A folder is a table's root if nearly all folders with data below it are alike: names of the form `key=value` with the same
//! keys, and columns that go together; or plain names, at the same depth, with columns that are much the same. Where they are
//! not, each folder below is looked at by itself. Plain names above `key=value` ones are taken for the names of tables, unless
//! they look like values themselves: this keeps tables with equal columns apart, as their writers do.

use std::collections::{BTreeMap, HashSet};

use super::configuration::CrawlSettings;
use super::schema::{FileSchema, TypeConflict};
use crate::partition_path::unescape;

/// The share of folders that must go together for their parent to be a table: Glue's.
const SHARE_MIN: f64 = 0.7;
/// How alike the columns of folders with plain names must be: Glue's.
const SIMILARITY_MIN: f64 = 0.7;
/// The share of the columns of the one with fewer that folders with `key=value` names must have in common.
const COMMON_MIN: f64 = 0.3;

/// A folder with data.
#[derive(Debug, Clone)]
pub struct DataFolder {
    /// Its names below the include path.
    pub segments: Vec<String>,
    /// What its files are; an index into the schemas.
    pub schema: usize,
}

/// A name below a table's root that is a partition's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyName {
    /// `key=value`.
    Named(String),
    /// A plain name.
    Plain,
}

/// Folders that are one table.
#[derive(Debug, Clone)]
pub struct TableGroup {
    /// The root's names below the include path.
    pub root: Vec<String>,
    /// The keys of its partitions, none for a table that is not partitioned.
    pub keys: Vec<KeyName>,
    /// The folders, as indexes into those given.
    pub members: Vec<usize>,
    /// What all files have together.
    pub schema: FileSchema,
    /// Types that only text reads.
    pub conflicts: Vec<TypeConflict>,
}

/// The key and value of a folder's name.
pub fn key_and_value(segment: &str) -> Option<(String, String)> {
    let (key, value) = segment.split_once('=')?;
    (!key.is_empty()).then(|| (unescape(key).to_lowercase(), unescape(value)))
}

/// Folders in groups.
#[derive(Debug, Clone, Default)]
pub struct Grouped {
    /// The tables, in the order of their roots.
    pub tables: Vec<TableGroup>,
    /// Folders whose files lie beside folders that are tables, and go with none of them: a table of them would read those as
    /// well. Indexes into the folders given.
    pub left_out: Vec<usize>,
}

/// Groups folders into tables. `level` is how many names below the include path a table's root has, where that is given.
pub fn group_tables(
    folders: &[DataFolder],
    schemas: &[FileSchema],
    settings: &CrawlSettings,
    level: Option<usize>,
) -> Grouped {
    let grouping = Grouping {
        folders,
        schemas,
        combines: settings.combines_compatible_schemas,
        level,
    };
    let all: Vec<usize> = (0..folders.len()).collect();
    let mut grouped = Grouped::default();
    grouping.group(&[], &all, &mut grouped);
    grouped.tables.sort_by(|a, b| a.root.cmp(&b.root));
    grouped
}

struct Grouping<'a> {
    folders: &'a [DataFolder],
    schemas: &'a [FileSchema],
    combines: bool,
    level: Option<usize>,
}

/// Folders that go together.
struct Cluster {
    members: Vec<usize>,
    schema: FileSchema,
    conflicts: Vec<TypeConflict>,
    /// The schemas that are in it, so that each is compared once.
    known: Vec<usize>,
}

impl Grouping<'_> {
    fn below(&self, index: usize, depth: usize) -> &[String] {
        self.folders
            .get(index)
            .and_then(|folder| folder.segments.get(depth..))
            .unwrap_or(&[])
    }

    fn group(&self, root: &[String], members: &[usize], grouped: &mut Grouped) {
        if members.is_empty() {
            return;
        }
        let may_be_table = self.level.is_none_or(|level| root.len() >= level);
        let rest = if may_be_table {
            self.take_table(root, members, &mut grouped.tables)
        } else {
            None
        };
        match rest {
            Some(rest) => self.descend(root, &rest, grouped),
            None => self.descend(root, members, grouped),
        }
    }

    /// Each folder directly below by itself.
    fn descend(&self, root: &[String], members: &[usize], grouped: &mut Grouped) {
        let depth = root.len();
        let mut children: BTreeMap<&String, Vec<usize>> = BTreeMap::new();
        for index in members {
            match self.below(*index, depth).first() {
                Some(name) => children.entry(name).or_default().push(*index),
                None => grouped.left_out.push(*index),
            }
        }
        for (name, members) in children {
            let mut below = root.to_vec();
            below.push(name.clone());
            self.group(&below, &members, grouped);
        }
    }

    /// Makes the folder a table if it is one, and returns the members that are no part of it; `None` if it is none.
    fn take_table(
        &self,
        root: &[String],
        members: &[usize],
        tables: &mut Vec<TableGroup>,
    ) -> Option<Vec<usize>> {
        let depth = root.len();
        // The shape that most folders have: the keys of their names.
        let mut shapes: BTreeMap<Vec<Option<String>>, Vec<usize>> = BTreeMap::new();
        for index in members {
            let shape = self
                .below(*index, depth)
                .iter()
                .map(|segment| key_and_value(segment).map(|(key, _)| key))
                .collect();
            shapes.entry(shape).or_default().push(*index);
        }
        let shape_count = shapes.len();
        let (shape, of_shape) = shapes
            .into_iter()
            .max_by_key(|(shape, indexes)| (indexes.len(), std::cmp::Reverse(shape.len())))?;
        let forced = self.combines || self.level == Some(depth);
        if share(of_shape.len(), members.len()) <= SHARE_MIN {
            // Files at different depths, all alike: one table that is read through all its folders.
            let any_key = shape_count > 0
                && members.iter().any(|index| {
                    self.below(*index, depth)
                        .iter()
                        .any(|segment| key_and_value(segment).is_some())
                });
            let has_direct = members
                .iter()
                .any(|index| self.below(*index, depth).is_empty());
            if any_key || !(forced || has_direct || self.names_are_values(members, depth)) {
                return None;
            }
            let cluster = self.largest_cluster(members, true, forced)?;
            if cluster.members.len() < members.len() {
                return None;
            }
            tables.push(self.table(root, Vec::new(), cluster));
            return Some(Vec::new());
        }
        let has_named = shape.iter().any(Option::is_some);
        let has_plain = shape.iter().any(Option::is_none);
        if !shape.is_empty() && has_plain && !forced {
            let plain_are_values = self.plain_names_are_values(&of_shape, depth, &shape);
            // Plain folders above partitions are tables; plain folders of unlike columns are, too.
            if has_named && !plain_are_values {
                return None;
            }
        }
        let strict = has_plain;
        let cluster = self.largest_cluster(&of_shape, strict, forced)?;
        if share(cluster.members.len(), of_shape.len()) <= SHARE_MIN {
            return None;
        }
        if shape.is_empty() && of_shape.len() < members.len() {
            return None;
        }
        let keys = shape
            .into_iter()
            .map(|key| key.map_or(KeyName::Plain, KeyName::Named))
            .collect();
        let taken: HashSet<usize> = cluster.members.iter().copied().collect();
        let rest = members
            .iter()
            .filter(|index| !taken.contains(index))
            .copied()
            .collect();
        tables.push(self.table(root, keys, cluster));
        Some(rest)
    }

    fn table(&self, root: &[String], keys: Vec<KeyName>, cluster: Cluster) -> TableGroup {
        TableGroup {
            root: root.to_vec(),
            keys,
            members: cluster.members,
            schema: cluster.schema,
            conflicts: cluster.conflicts,
        }
    }

    fn names_are_values(&self, members: &[usize], depth: usize) -> bool {
        members.iter().all(|index| {
            self.below(*index, depth)
                .iter()
                .all(|segment| looks_like_value(segment))
        })
    }

    fn plain_names_are_values(
        &self,
        members: &[usize],
        depth: usize,
        shape: &[Option<String>],
    ) -> bool {
        members.iter().all(|index| {
            self.below(*index, depth)
                .iter()
                .zip(shape)
                .all(|(segment, key)| key.is_some() || looks_like_value(segment))
        })
    }

    /// The folders that go together, as many as there are: with `strict` those whose columns are much the same.
    fn largest_cluster(&self, members: &[usize], strict: bool, forced: bool) -> Option<Cluster> {
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut cluster_of: BTreeMap<usize, usize> = BTreeMap::new();
        for index in members {
            let folder = self.folders.get(*index)?;
            let schema = self.schemas.get(folder.schema)?;
            let place = match cluster_of.get(&folder.schema) {
                Some(place) => Some(*place),
                None => clusters
                    .iter()
                    .position(|cluster| self.joins(cluster, schema, strict, forced)),
            };
            let place = match place {
                Some(place) => place,
                None => {
                    clusters.push(Cluster {
                        members: Vec::new(),
                        schema: schema.clone(),
                        conflicts: Vec::new(),
                        known: vec![folder.schema],
                    });
                    clusters.len() - 1
                }
            };
            cluster_of.insert(folder.schema, place);
            let cluster = clusters.get_mut(place)?;
            cluster.members.push(*index);
            if !cluster.known.contains(&folder.schema) {
                cluster.known.push(folder.schema);
                cluster.conflicts.extend(cluster.schema.merge(schema));
            }
        }
        let mut best = clusters
            .into_iter()
            .max_by_key(|cluster| cluster.members.len())?;
        best.conflicts.sort();
        best.conflicts.dedup();
        Some(best)
    }

    fn joins(&self, cluster: &Cluster, schema: &FileSchema, strict: bool, forced: bool) -> bool {
        if !cluster.schema.format.goes_with(&schema.format) {
            return false;
        }
        if forced {
            return true;
        }
        if !strict {
            return cluster.schema.overlap(schema) >= COMMON_MIN;
        }
        cluster.schema.compression == schema.compression
            && cluster
                .known
                .iter()
                .filter_map(|known| self.schemas.get(*known))
                .any(|known| known.similarity(schema) > SIMILARITY_MIN)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let as_float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    as_float(part) / as_float(whole.max(1))
}

/// Whether a folder's name is more likely a value than a name: a number, a date, or begins with a digit.
fn looks_like_value(segment: &str) -> bool {
    segment.chars().next().is_some_and(|c| c.is_ascii_digit())
}

#[cfg(test)]
#[path = "grouping_tests.rs"]
mod tests;
