//! The DataFusion session that every query starts from: repeatable scans, and memory that is bounded.

use std::sync::Arc;

use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::optimizer::Optimizer;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::operator_statistics::StatisticsRegistry;
use datafusion::prelude::SessionConfig;

use super::CATALOG_NAME;
use super::aggregate_filters::AggregateFilters;
use super::cooperative_joins::CooperativeJoins;
use super::cross_joins::CrossJoins;
use super::grouping_set_keys::GroupingSetKeys;
use super::join_sizes::JoinSizes;
use super::key_aggregates::KeyAggregates;
use super::missing_sorts::MissingSorts;
use super::outer_join_constants::OuterJoinConstants;
use super::subquery_predicates::SubqueryPredicates;
use crate::error::Result;
use crate::query::QueryContext;
use crate::row_pattern::RowPatternPlanner;
use crate::settings::LimitSettings;

/// The session without any query's catalogs and stores.
pub(crate) fn base_session(limits: &LimitSettings, runtime: Arc<RuntimeEnv>) -> SessionState {
    let mut config = SessionConfig::new()
        .with_default_catalog_and_schema(CATALOG_NAME, "default")
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false);
    if limits.parallelism > 0 {
        config = config.with_target_partitions(limits.parallelism);
    }
    let options = config.options_mut();
    // These filters arise while a scan runs, so how much they prune depends on timing, and with it what a query is charged.
    options.optimizer.enable_topk_dynamic_filter_pushdown = false;
    options.optimizer.enable_aggregate_dynamic_filter_pushdown = false;
    options.optimizer.use_statistics_registry = true;
    let sizes = StatisticsRegistry::with_providers(vec![Arc::new(JoinSizes)]);
    // First, while partial and final aggregations are apart.
    let mut rules = PhysicalOptimizer::new().rules;
    rules.insert(0, Arc::new(KeyAggregates));
    rules.insert(1, Arc::new(GroupingSetKeys));
    rules.insert(2, Arc::new(OuterJoinConstants));
    let check = rules
        .iter()
        .position(|rule| rule.name() == "SanityCheckPlan");
    rules.insert(check.unwrap_or(rules.len()), Arc::new(MissingSorts));
    rules.push(Arc::new(CooperativeJoins));
    let mut logical_rules = Optimizer::new().rules;
    for rule in &mut logical_rules {
        match rule.name() {
            "push_down_filter" => *rule = Arc::new(AggregateFilters::new()),
            "eliminate_cross_join" => *rule = Arc::new(CrossJoins::new()),
            _ => {}
        }
    }
    let decorrelation = logical_rules
        .iter()
        .position(|rule| rule.name() == "decorrelate_predicate_subquery");
    logical_rules.insert(decorrelation.unwrap_or(0), Arc::new(SubqueryPredicates));
    SessionStateBuilder::new()
        .with_default_features()
        .with_optimizer_rules(logical_rules)
        .with_physical_optimizer_rules(rules)
        .with_query_planner(Arc::new(RowPatternPlanner))
        .with_statistics_registry(sizes)
        .with_config(config)
        .with_runtime_env(runtime)
        .build()
}

/// The session of one query.
pub(super) fn query_session(context: &QueryContext) -> Result<SessionState> {
    let runtime = RuntimeEnvBuilder::from_runtime_env(&context.parts.runtime)
        .with_object_store_registry(Arc::clone(&context.stores) as _)
        .build_arc()?;
    let base = context.parts.session.clone();
    let mut config = base.config().clone();
    config.options_mut().catalog.default_schema = context.query.request.database.to_lowercase();
    Ok(SessionStateBuilder::new_from_existing(base)
        .with_config(config)
        .with_runtime_env(runtime)
        .build())
}
