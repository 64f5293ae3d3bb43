//! The tables and views that a query names, looked up before it is analyzed: the catalog answers in its own time.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::logical_expr::TableSource;
use prismlake_functions::types::Type;
use sqlparser::ast::{ObjectName, ObjectNamePart, Query, Visit, Visitor};

use crate::error::{ErrorCode, QueryError, Result};

/// The full name of a table, in lower case: catalog, database, table.
pub(crate) type FullName = [String; 3];

/// A table's column as queries see it.
#[derive(Debug, Clone)]
pub(crate) struct TableColumn {
    pub(crate) name: String,
    pub(crate) data_type: Type,
    /// Whether `*` leaves it out.
    pub(crate) hidden: bool,
}

/// What a name in FROM stands for.
#[derive(Clone)]
pub(crate) enum FoundRelation {
    /// Something to scan, with its columns.
    Table {
        source: Arc<dyn TableSource>,
        columns: Vec<TableColumn>,
    },
    /// A view: its query, where its names are looked up, and the columns that it was created with.
    View {
        query: Box<Query>,
        catalog: String,
        database: String,
        columns: Vec<(String, Type)>,
    },
}

/// Everything that a query names in FROM. A name that is not there may still be one of WITH's, so that it fails only where it is used.
#[derive(Default)]
pub(crate) struct Relations {
    found: HashMap<FullName, Result<FoundRelation>>,
}

impl Relations {
    pub(crate) fn insert(&mut self, name: FullName, found: Result<FoundRelation>) {
        self.found.insert(name, found);
    }

    pub(crate) fn contains(&self, name: &FullName) -> bool {
        self.found.contains_key(name)
    }

    pub(super) fn get(&self, name: &FullName) -> Result<&FoundRelation> {
        match self.found.get(name) {
            Some(Ok(found)) => Ok(found),
            Some(Err(error)) => Err(error.clone()),
            None => Err(QueryError::new(
                ErrorCode::TableNotFound,
                format!("Table '{}' does not exist", name.join(".")),
            )),
        }
    }
}

/// The full name that a written one means in a session.
pub(crate) fn full_name(
    name: &ObjectName,
    default_catalog: &str,
    default_database: &str,
) -> Result<FullName> {
    let mut parts: Vec<String> = name
        .0
        .iter()
        .filter_map(ObjectNamePart::as_ident)
        .map(|part| part.value.to_lowercase())
        .collect();
    // `"db.t"` and the like stay one name: Trino has no dots in names of its own.
    let (table, database, catalog) = (parts.pop(), parts.pop(), parts.pop());
    match (table, parts.is_empty()) {
        (Some(table), true) => Ok([
            catalog.unwrap_or_else(|| default_catalog.to_lowercase()),
            database.unwrap_or_else(|| default_database.to_lowercase()),
            table,
        ]),
        _ => Err(QueryError::new(
            ErrorCode::SyntaxError,
            format!("Too many dots in table name: {name}"),
        )),
    }
}

/// The names that a query has in FROM, those of its subqueries included.
pub(crate) fn relation_names(query: &Query) -> Vec<ObjectName> {
    struct Names(BTreeMap<String, ObjectName>);
    impl Visitor for Names {
        type Break = ();

        fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
            self.0
                .insert(relation.to_string().to_lowercase(), relation.clone());
            ControlFlow::Continue(())
        }
    }
    let mut names = Names(BTreeMap::new());
    let _ = query.visit(&mut names);
    names.0.into_values().collect()
}
