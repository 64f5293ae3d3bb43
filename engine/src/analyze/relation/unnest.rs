//! UNNEST: arrays and maps as rows, beside the rows that they belong to.

use std::rc::Rc;

use datafusion::common::{Column, NullHandling, UnnestOptions};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast};
use prismlake_functions::types::Type;
use sqlparser::ast;
use sqlparser::ast::TableFactor;

use super::side_by_side;
use crate::analyze::expression::ExprContext;
use crate::analyze::scope::{Scope, ScopeField};
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Environment, PlannedRelation, error_at, not_supported};
use crate::error::{ErrorCode, Result};

impl Analyzer<'_> {
    /// `left CROSS JOIN UNNEST(a, b) WITH ORDINALITY`, or LEFT JOIN, where rows without elements stay.
    pub(super) fn unnest(
        &self,
        left: PlannedRelation,
        factor: &TableFactor,
        outer: bool,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let TableFactor::UNNEST {
            alias,
            array_exprs,
            with_ordinality,
            ..
        } = factor
        else {
            return Err(not_supported(factor, "UNNEST is expected"));
        };
        let mut seen = left.scope.clone();
        seen.outer.clone_from(&environment.outer);
        let context = ExprContext::shared(Rc::new(seen), environment, "UNNEST");
        // What is unnested, and the numbers of the rows that come of it. These lead: a list that is shorter is filled with NULLs.
        let mut projection: Vec<Expr> = left
            .plan
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        let mut lists: Vec<(Column, Type)> = Vec::new();
        let mut unnested: Vec<Typed> = Vec::new();
        for array in array_exprs {
            let typed = self.expression(array, &context)?;
            let typed = match &typed.data_type {
                Type::Array(_) => typed,
                Type::Map(..) => self.call("map_entries", vec![typed], array)?,
                other => {
                    return Err(error_at(
                        array,
                        ErrorCode::InvalidFunctionArgument,
                        format!("Cannot unnest type: {other}"),
                    ));
                }
            };
            unnested.push(typed);
        }
        let lengths = unnested
            .iter()
            .map(|array| self.call("cardinality", vec![array.clone()], factor))
            .collect::<Result<Vec<_>>>()?;
        let numbers = self.call("$ordinality", lengths, factor)?;
        let ordinality = self.symbol_column("ordinality");
        projection.push(numbers.expr.alias(&ordinality.name));
        for typed in unnested {
            let column = self.symbol_column("unnest");
            projection.push(typed.expr.alias(&column.name));
            let element = match typed.data_type {
                Type::Array(element) => *element,
                other => other,
            };
            lists.push((column, element));
        }
        let mut columns = vec![ordinality.clone()];
        columns.extend(lists.iter().map(|(column, _)| column.clone()));
        let plan = LogicalPlanBuilder::from(left.plan)
            .project(projection)?
            .unnest_columns_with_options(
                columns,
                UnnestOptions {
                    null_handling: if outer {
                        NullHandling::PreserveAndExpandEmpty
                    } else {
                        NullHandling::Drop
                    },
                    recursions: Vec::new(),
                },
            )?
            .build()?;
        let mut fields = Vec::new();
        for (column, element) in lists {
            // Elements are stored as nested values are; a column's text is stored otherwise.
            let stored = element.nested_arrow();
            let read = Expr::Column(column);
            let typed = if stored == element.arrow() {
                Typed::new(read, element)
            } else {
                Typed::new(cast(read, element.arrow()), element)
            };
            match typed.data_type.clone() {
                Type::Row(row) => {
                    for (place, field) in row.iter().enumerate() {
                        let value = self.row_field(typed.clone(), place)?;
                        fields.push(field_of(field.name.clone(), value));
                    }
                }
                _ => fields.push(field_of(None, typed)),
            }
        }
        if *with_ordinality {
            fields.push(field_of(
                None,
                Typed::new(Expr::Column(ordinality), Type::Bigint),
            ));
        }
        let mut right = Scope::new(fields, None);
        if let Some(alias) = alias {
            let names: Vec<ast::Ident> = alias
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect();
            right = right.renamed(&alias.name, &names)?;
        }
        Ok(PlannedRelation {
            plan,
            scope: side_by_side(left.scope, right),
        })
    }
}

fn field_of(name: Option<String>, typed: Typed) -> ScopeField {
    ScopeField {
        relation: None,
        name,
        data_type: typed.data_type,
        expr: typed.expr,
        hidden: false,
    }
}
