//! The names of a query's columns: those that it gives, and Trino's `_colN` for those that it does not.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use sqlparser::ast::{
    Expr, Ident, Query, SelectItem, SetExpr, Statement, TableAlias, TableAliasColumnDef,
    TableFactor, VisitMut, VisitorMut,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// What unnamed columns are called until the plan is known; no user writes a control character.
const UNNAMED: &str = "\u{1}unnamed";

/// Gives every column that has no name one that is recognised again in the plan; DataFusion's own would look like a user's.
pub(super) fn mark_unnamed(query: &mut Query) {
    let mut marker = Marker { next: 0 };
    if let SetExpr::Values(_) = query.body.as_ref() {
        wrap_values(query);
    }
    marker.mark(&mut query.body);
    let _ = VisitMut::visit(query, &mut marker);
}

struct Marker {
    next: usize,
}

impl Marker {
    fn name(&mut self) -> Ident {
        self.next += 1;
        Ident::with_quote('"', format!("{UNNAMED}{}", self.next))
    }

    /// The first SELECT of a query names its columns.
    fn mark(&mut self, body: &mut SetExpr) {
        match body {
            SetExpr::Select(select) => {
                for item in &mut select.projection {
                    let SelectItem::UnnamedExpr(expr) = item else {
                        continue;
                    };
                    if matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
                        continue;
                    }
                    *item = SelectItem::ExprWithAlias {
                        expr: expr.clone(),
                        alias: self.name(),
                    };
                }
            }
            SetExpr::Query(query) => self.mark(&mut query.body),
            SetExpr::SetOperation { left, .. } => self.mark(left),
            _ => {}
        }
    }
}

impl VisitorMut for Marker {
    type Break = ();

    /// VALUES as a table, whose columns the query may not name either.
    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let TableFactor::Derived {
            subquery, alias, ..
        } = factor
        else {
            return ControlFlow::Continue(());
        };
        let SetExpr::Values(values) = subquery.body.as_ref() else {
            return ControlFlow::Continue(());
        };
        let width = values.rows.first().map_or(0, |row| row.content.len());
        let columns = (0..width).map(|_| TableAliasColumnDef {
            name: self.name(),
            data_type: None,
        });
        match alias {
            Some(alias) if !alias.columns.is_empty() => {}
            Some(alias) => alias.columns = columns.collect(),
            None => {
                let columns = columns.collect();
                *alias = Some(TableAlias {
                    explicit: true,
                    name: self.name(),
                    columns,
                    at: None,
                });
            }
        }
        ControlFlow::Continue(())
    }
}

/// `VALUES …` as `SELECT * FROM (VALUES …)`, where its columns can be named.
fn wrap_values(query: &mut Query) {
    let template = Parser::parse_sql(&GenericDialect {}, "SELECT * FROM (VALUES (0))");
    let Some(Statement::Query(mut outer)) =
        template.ok().and_then(|parsed| parsed.into_iter().next())
    else {
        return;
    };
    if let SetExpr::Select(select) = outer.body.as_mut()
        && let Some(table) = select.from.first_mut()
        && let TableFactor::Derived { subquery, .. } = &mut table.relation
    {
        std::mem::swap(&mut subquery.body, &mut query.body);
        query.body = outer.body;
    }
}

/// The columns as clients see them, and for each whether the query named it.
pub(super) fn output_schema(schema: &Schema) -> (SchemaRef, Vec<bool>) {
    let mut named = Vec::new();
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let has_name = !field.name().starts_with(UNNAMED);
            named.push(has_name);
            let name = if has_name {
                field.name().clone()
            } else {
                format!("_col{place}")
            };
            Field::new(name, field.data_type().clone(), field.is_nullable())
        })
        .collect();
    (Arc::new(Schema::new(fields)), named)
}
