//! The columns in sight of an expression, by the names that the query uses.

use arrow::datatypes::Field;
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::Expr;
use prismlake_functions::types::Type;
use sqlparser::ast::Ident;
use std::rc::Rc;
use std::sync::Arc;

use super::typed::Typed;
use super::{error_at, placed};
use crate::error::{ErrorCode, QueryError, Result};

/// What a relation is called: its alias, or catalog, database and table. All in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RelationName(pub(super) Vec<String>);

impl RelationName {
    /// Whether a qualifier as written, `t` or `db.t`, means this relation.
    fn is_meant_by(&self, qualifier: &[String]) -> bool {
        self.0.ends_with(qualifier)
    }
}

/// A column in sight.
#[derive(Debug, Clone)]
pub(super) struct ScopeField {
    /// The relation that it belongs to, unless it has no name.
    pub(super) relation: Option<RelationName>,
    /// Its name, in the case in which it was given.
    pub(super) name: Option<String>,
    pub(super) data_type: Type,
    /// What computes it: a column of the plan, mostly.
    pub(super) expr: Expr,
    /// Whether `*` leaves it out.
    pub(super) hidden: bool,
}

impl ScopeField {
    /// A column of the plan.
    pub(super) fn column(
        relation: Option<RelationName>,
        name: Option<String>,
        data_type: Type,
        column: Column,
    ) -> ScopeField {
        ScopeField {
            relation,
            name,
            data_type,
            expr: Expr::Column(column),
            hidden: false,
        }
    }

    pub(super) fn typed(&self) -> Typed {
        Typed::new(self.expr.clone(), self.data_type.clone())
    }

    fn is_called(&self, name: &str) -> bool {
        self.name
            .as_deref()
            .is_some_and(|own| own.to_lowercase() == name)
    }
}

/// The columns in sight, and those of the queries around.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) fields: Vec<ScopeField>,
    pub(super) outer: Option<Rc<Scope>>,
}

/// What a name stands for.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) typed: Typed,
    /// How many parts of the name are used up; what follows names fields of rows.
    pub(super) parts: usize,
}

impl Scope {
    pub(super) fn new(fields: Vec<ScopeField>, outer: Option<Rc<Scope>>) -> Scope {
        Scope { fields, outer }
    }

    /// The columns that `*` means.
    pub(super) fn visible_fields(&self) -> impl Iterator<Item = &ScopeField> {
        self.fields.iter().filter(|field| !field.hidden)
    }

    /// Resolves `a`, `t.a`, `db.t.a`, `catalog.db.t.a`, each with fields of rows after it, here and then in the queries around.
    pub(super) fn resolve(&self, parts: &[Ident]) -> Result<Resolved> {
        let lower: Vec<String> = parts.iter().map(|part| part.value.to_lowercase()).collect();
        let mut scope = Some(self);
        let mut depth = 0_usize;
        while let Some(current) = scope {
            if let Some(mut resolved) = current.resolve_here(&lower, parts)? {
                if depth > 0 {
                    resolved.typed.expr =
                        outer_reference(resolved.typed.expr, &resolved.typed.data_type)?;
                }
                return Ok(resolved);
            }
            scope = current.outer.as_deref();
            depth += 1;
        }
        let written: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        let error = QueryError::new(
            ErrorCode::ColumnNotFound,
            format!("Column '{}' cannot be resolved", written.join(".")),
        );
        Err(match parts.first() {
            Some(first) => placed(error, first),
            None => error,
        })
    }

    /// The reading that takes a qualifier is tried first: the longest, as Trino does.
    fn resolve_here(&self, lower: &[String], parts: &[Ident]) -> Result<Option<Resolved>> {
        for qualifier in (0..lower.len().min(4)).rev() {
            let (Some(qualified), Some(name)) = (lower.get(..qualifier), lower.get(qualifier))
            else {
                continue;
            };
            let mut found = self.fields.iter().filter(|field| {
                field.is_called(name)
                    && (qualified.is_empty()
                        || field
                            .relation
                            .as_ref()
                            .is_some_and(|relation| relation.is_meant_by(qualified)))
            });
            let Some(field) = found.next() else { continue };
            // The same column under one name twice is no ambiguity.
            if found.any(|other| other.expr != field.expr) {
                let written: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
                let error = QueryError::new(
                    ErrorCode::AmbiguousName,
                    format!("Column '{}' is ambiguous", written.join(".")),
                );
                return Err(match parts.first() {
                    Some(first) => placed(error, first),
                    None => error,
                });
            }
            return Ok(Some(Resolved {
                typed: field.typed(),
                parts: qualifier + 1,
            }));
        }
        Ok(None)
    }

    /// The columns of the relation that a qualifier before `.*` means.
    pub(super) fn of_relation(&self, qualifier: &[String]) -> Vec<&ScopeField> {
        self.visible_fields()
            .filter(|field| {
                field
                    .relation
                    .as_ref()
                    .is_some_and(|relation| relation.is_meant_by(qualifier))
            })
            .collect()
    }

    /// The columns under other relation and column names.
    pub(super) fn renamed(mut self, alias: &Ident, columns: &[Ident]) -> Result<Scope> {
        let visible = self.visible_fields().count();
        if !columns.is_empty() && columns.len() != visible {
            return Err(error_at(
                alias,
                ErrorCode::MismatchedColumnAliases,
                format!(
                    "Column alias list has {} entries but '{}' has {visible} columns available",
                    columns.len(),
                    alias.value
                ),
            ));
        }
        let relation = RelationName(vec![alias.value.to_lowercase()]);
        let mut names = columns.iter();
        for field in &mut self.fields {
            field.relation = Some(relation.clone());
            if !field.hidden
                && let Some(name) = names.next()
            {
                field.name = Some(name.value.clone());
            }
        }
        Ok(self)
    }

    /// The columns as DataFusion describes them, for functions of its own.
    pub(super) fn df_schema(&self) -> Result<DFSchema> {
        let fields = self
            .fields
            .iter()
            .filter_map(|field| match &field.expr {
                Expr::Column(column) => Some((
                    column.relation.clone(),
                    Arc::new(Field::new(&column.name, field.data_type.arrow(), true)),
                )),
                _ => None,
            })
            .collect();
        Ok(DFSchema::new_with_metadata(fields, Default::default())?)
    }
}

/// A column of a query around, as DataFusion marks it.
fn outer_reference(expr: Expr, data_type: &Type) -> Result<Expr> {
    use datafusion::common::tree_node::{Transformed, TreeNode};
    let transformed = expr.transform(|inner| {
        Ok(match inner {
            Expr::Column(column) => {
                let field = Field::new(&column.name, data_type.arrow(), true);
                Transformed::yes(Expr::OuterReferenceColumn(Arc::new(field), column))
            }
            other => Transformed::no(other),
        })
    })?;
    Ok(transformed.data)
}
