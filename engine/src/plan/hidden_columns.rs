//! The hidden columns `$path`, `$file_size` and `$file_modified_time`: named in a query they are there, and `*` leaves them out.
//!
//! A query that names none of them never sees them. In one that does, every table has them as further columns, and each `*`
//! over tables is rewritten to exclude them.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::scalar::ScalarValue;
use prismlake_connectors::store::DataObject;
use sqlparser::ast::{
    ExcludeSelectItem, Expr, Ident, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableFactor, Visit, VisitMut, Visitor, VisitorMut,
};

/// A file's URI.
pub(crate) const PATH: &str = "$path";
/// A file's size in bytes.
pub(crate) const FILE_SIZE: &str = "$file_size";
/// When a file was modified.
pub(crate) const FILE_MODIFIED_TIME: &str = "$file_modified_time";

const NAMES: [&str; 3] = [PATH, FILE_SIZE, FILE_MODIFIED_TIME];

/// The columns' fields, in the order of [`values`].
pub(crate) fn fields() -> Vec<FieldRef> {
    let modified = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    vec![
        Arc::new(Field::new(PATH, DataType::Utf8View, false)),
        Arc::new(Field::new(FILE_SIZE, DataType::Int64, false)),
        Arc::new(Field::new(FILE_MODIFIED_TIME, modified, false)),
    ]
}

/// One file's values.
pub(crate) fn values(object: &DataObject) -> Vec<ScalarValue> {
    vec![
        ScalarValue::Utf8View(Some(object.uri.to_string())),
        ScalarValue::Int64(i64::try_from(object.meta.size).ok()),
        ScalarValue::TimestampMillisecond(
            Some(object.meta.last_modified.timestamp_millis()),
            Some("UTC".into()),
        ),
    ]
}

/// Whether the query names a hidden column; its wildcards are then rewritten to leave them out.
pub(crate) fn expose(query: &mut Query) -> bool {
    let mut finder = Finder::default();
    let _ = Visit::visit(query, &mut finder);
    if finder.named {
        let mut rewriter = Rewriter { ctes: finder.ctes };
        let _ = VisitMut::visit(query, &mut rewriter);
    }
    finder.named
}

#[derive(Default)]
struct Finder {
    named: bool,
    ctes: HashSet<String>,
}

impl Visitor for Finder {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if let Some(with) = &query.with {
            for cte in &with.cte_tables {
                self.ctes.insert(cte.alias.name.value.to_lowercase());
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let hidden = |name: &Ident| NAMES.contains(&name.value.as_str());
        self.named |= match expr {
            Expr::Identifier(name) => hidden(name),
            Expr::CompoundIdentifier(parts) => parts.last().is_some_and(hidden),
            _ => false,
        };
        ControlFlow::Continue(())
    }
}

struct Rewriter {
    ctes: HashSet<String>,
}

impl Rewriter {
    /// Whether the relation is a table of the catalog, and not a CTE, a subquery or a table function.
    fn is_table(&self, relation: &TableFactor) -> bool {
        match relation {
            TableFactor::Table { name, args, .. } => {
                args.is_none() && !self.is_cte(name) && !is_metadata(name)
            }
            _ => false,
        }
    }

    fn is_cte(&self, name: &ObjectName) -> bool {
        name.0.len() == 1
            && name
                .0
                .first()
                .and_then(|part| part.as_ident())
                .is_some_and(|name| self.ctes.contains(&name.value.to_lowercase()))
    }

    fn rewrite_select(&self, select: &mut Select) {
        let relations: Vec<&TableFactor> = select
            .from
            .iter()
            .flat_map(|from| {
                std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation))
            })
            .collect();
        let tables: Vec<String> = relations
            .iter()
            .filter(|relation| self.is_table(relation))
            .filter_map(|relation| match relation {
                TableFactor::Table { name, alias, .. } => Some(match alias {
                    Some(alias) => alias.name.value.to_lowercase(),
                    None => name.0.last()?.as_ident()?.value.to_lowercase(),
                }),
                _ => None,
            })
            .collect();
        if tables.is_empty() {
            return;
        }
        let exclude = || {
            ExcludeSelectItem::Multiple(
                NAMES
                    .iter()
                    .map(|name| ObjectName::from(vec![Ident::with_quote('"', *name)]))
                    .collect(),
            )
        };
        for item in &mut select.projection {
            match item {
                SelectItem::Wildcard(options) => options.opt_exclude = Some(exclude()),
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    options,
                ) => {
                    let qualifier = name.0.last().and_then(|part| part.as_ident());
                    if qualifier.is_some_and(|name| tables.contains(&name.value.to_lowercase())) {
                        options.opt_exclude = Some(exclude());
                    }
                }
                _ => {}
            }
        }
    }

    fn rewrite_body(&self, body: &mut SetExpr) {
        match body {
            SetExpr::Select(select) => self.rewrite_select(select),
            SetExpr::SetOperation { left, right, .. } => {
                self.rewrite_body(left);
                self.rewrite_body(right);
            }
            // A query in parentheses is visited as one.
            _ => {}
        }
    }
}

/// `"t$partitions"` and the like have columns of their own.
fn is_metadata(name: &ObjectName) -> bool {
    name.0
        .last()
        .and_then(|part| part.as_ident())
        .is_some_and(|name| name.value.contains('$'))
}

impl VisitorMut for Rewriter {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.rewrite_body(&mut query.body);
        ControlFlow::Continue(())
    }
}
