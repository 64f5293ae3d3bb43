//! A plan of operators as JSON: its nodes with their details, estimates and, once it ran, their metrics.

use std::sync::Arc;

use datafusion::common::stats::Precision;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::displayable;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use serde_json::{Map, Value, json};

use crate::error::{QueryError, Result};

/// The plan's text. Metrics are shown if `metrics` is there, each partition's own if it is true.
pub(super) fn text(plan: &dyn ExecutionPlan, metrics: Option<bool>) -> Result<String> {
    let mut next = 0;
    serde_json::to_string_pretty(&node(plan, metrics, &mut next))
        .map_err(|error| QueryError::internal(error.to_string()))
}

fn node(plan: &dyn ExecutionPlan, metrics: Option<bool>, next: &mut usize) -> Value {
    let id = *next;
    *next += 1;
    let outputs: Vec<Value> = plan
        .schema()
        .fields()
        .iter()
        .map(|field| json!({"symbol": field.name(), "type": field.data_type().to_string()}))
        .collect();
    let mut found = Map::new();
    found.insert("id".to_owned(), json!(id.to_string()));
    found.insert("name".to_owned(), json!(plan.name()));
    found.insert(
        "details".to_owned(),
        json!([displayable(plan).one_line().to_string().trim_end()]),
    );
    found.insert("outputs".to_owned(), Value::Array(outputs));
    if let Ok(statistics) = StatisticsContext::new().compute(plan, &StatisticsArgs::new()) {
        found.insert(
            "estimates".to_owned(),
            json!([{
                "outputRowCount": number(&statistics.num_rows),
                "outputSizeInBytes": number(&statistics.total_byte_size),
            }]),
        );
    }
    if let (Some(verbose), Some(set)) = (metrics, plan.metrics()) {
        let set = if verbose {
            set
        } else {
            set.aggregate_by_name().sorted_for_display()
        };
        let shown: Vec<Value> = set
            .iter()
            .map(|metric| {
                let mut entry = Map::new();
                entry.insert("name".to_owned(), json!(metric.value().name()));
                entry.insert("value".to_owned(), json!(metric.value().to_string()));
                if let Some(partition) = metric.partition() {
                    entry.insert("partition".to_owned(), json!(partition));
                }
                Value::Object(entry)
            })
            .collect();
        found.insert("metrics".to_owned(), Value::Array(shown));
    }
    let children: Vec<Value> = plan
        .children()
        .into_iter()
        .map(|child: &Arc<dyn ExecutionPlan>| node(child.as_ref(), metrics, next))
        .collect();
    found.insert("children".to_owned(), Value::Array(children));
    Value::Object(found)
}

/// A number that is not known is null.
fn number(precision: &Precision<usize>) -> Value {
    match precision.get_value() {
        Some(value) => json!(value),
        None => Value::Null,
    }
}
