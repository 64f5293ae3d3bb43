//! EXPLAIN (TYPE IO): the tables that a statement reads and writes, and what it asks of their columns, as Trino's JSON.

use std::collections::BTreeMap;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::{Expr, Operator, TableScan};
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use prismlake_functions::types::Type;
use serde_json::{Value, json};

use super::target;
use crate::error::{QueryError, Result};
use crate::plan::{CATALOG_NAME, LakeTable, PlannedQuery};
use crate::query::QueryContext;
use crate::sql::Statement;

pub(super) fn text(
    planned: &PlannedQuery,
    statement: &Statement,
    context: &QueryContext,
) -> Result<String> {
    let mut inputs = Vec::new();
    planned.logical.apply_with_subqueries(|plan| {
        if let LogicalPlan::TableScan(scan) = plan
            && let Some(input) = input(scan)
            && !inputs.contains(&input)
        {
            inputs.push(input);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let rows = StatisticsContext::new()
        .compute(planned.physical.as_ref(), &StatisticsArgs::new())
        .ok()
        .and_then(|statistics| statistics.num_rows.get_value().copied());
    let mut shown = json!({
        "inputTableColumnInfos": inputs,
        "estimate": {"outputRowCount": rows},
    });
    if let (Some(name), Some(object)) = (target(statement), shown.as_object_mut()) {
        let mut parts: Vec<&str> = name.rsplit('.').collect();
        parts.truncate(2);
        let database = parts
            .get(1)
            .copied()
            .unwrap_or(&context.query.request.database);
        object.insert(
            "outputTable".to_owned(),
            table_value(database, parts.first().copied().unwrap_or("")),
        );
    }
    serde_json::to_string_pretty(&shown).map_err(|error| QueryError::internal(error.to_string()))
}

fn table_value(database: &str, table: &str) -> Value {
    json!({
        "catalog": CATALOG_NAME,
        "schemaTable": {"schema": database, "table": table},
    })
}

/// A table that is read, with what the scan's filters ask of its columns.
fn input(scan: &TableScan) -> Option<Value> {
    let provider = source_as_provider(&scan.source).ok()?;
    let table = provider.downcast_ref::<LakeTable>()?;
    let mut constraints: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for filter in &scan.filters {
        for (column, range) in ranges(filter) {
            constraints.entry(column).or_default().push(range);
        }
    }
    let schema = scan.source.schema();
    let constraints: Vec<Value> = constraints
        .into_iter()
        .map(|(column, ranges)| {
            let data_type = schema
                .field_with_name(&column)
                .ok()
                .and_then(|field| Type::of_arrow(field.data_type()))
                .map(|data_type| data_type.to_string());
            json!({
                "columnName": column,
                "type": data_type,
                "domain": {"nullsAllowed": false, "ranges": ranges},
            })
        })
        .collect();
    let name = table.name();
    Some(json!({
        "table": table_value(&name.database.to_string(), name.table()),
        "columnConstraints": constraints,
    }))
}

/// The ranges that a filter on one column allows it.
fn ranges(filter: &Expr) -> Vec<(String, Value)> {
    let bound = |value: &Expr, kind: &str| json!({"value": value.to_string(), "bound": kind});
    match filter {
        Expr::BinaryExpr(binary) => {
            let (Expr::Column(column), value @ Expr::Literal(..)) =
                (binary.left.as_ref(), binary.right.as_ref())
            else {
                return Vec::new();
            };
            let range = match binary.op {
                Operator::Eq => {
                    json!({"low": bound(value, "EXACTLY"), "high": bound(value, "EXACTLY")})
                }
                Operator::Lt => json!({"high": bound(value, "BELOW")}),
                Operator::LtEq => json!({"high": bound(value, "EXACTLY")}),
                Operator::Gt => json!({"low": bound(value, "ABOVE")}),
                Operator::GtEq => json!({"low": bound(value, "EXACTLY")}),
                _ => return Vec::new(),
            };
            vec![(column.name.clone(), range)]
        }
        Expr::InList(list) if !list.negated => {
            let Expr::Column(column) = list.expr.as_ref() else {
                return Vec::new();
            };
            list.list
                .iter()
                .map(|value| {
                    let range =
                        json!({"low": bound(value, "EXACTLY"), "high": bound(value, "EXACTLY")});
                    (column.name.clone(), range)
                })
                .collect()
        }
        _ => Vec::new(),
    }
}
