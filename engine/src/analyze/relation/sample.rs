//! TABLESAMPLE.

use datafusion::logical_expr::{LogicalPlanBuilder, lit};
use sqlparser::ast;
use sqlparser::ast::TableSampleKind;

use crate::analyze::{Analyzer, PlannedRelation};
use crate::error::{ErrorCode, QueryError, Result};

impl Analyzer<'_> {
    /// Each row with a chance. SYSTEM, which takes whole splits in Trino, is taken row by row as well: the share is the same.
    pub(super) fn sampled(
        &self,
        planned: PlannedRelation,
        sample: Option<&TableSampleKind>,
    ) -> Result<PlannedRelation> {
        let Some(
            TableSampleKind::BeforeTableAlias(sample) | TableSampleKind::AfterTableAlias(sample),
        ) = sample
        else {
            return Ok(planned);
        };
        let percentage = sample
            .quantity
            .as_ref()
            .and_then(|quantity| match &quantity.value {
                ast::Expr::Value(value) => match &value.value {
                    ast::Value::Number(text, _) => text.parse::<f64>().ok(),
                    _ => None,
                },
                _ => None,
            })
            .filter(|percentage| (0.0..=100.0).contains(percentage));
        let Some(percentage) = percentage else {
            return Err(QueryError::new(
                ErrorCode::InvalidArguments,
                "Sample percentage must be between 0 and 100",
            ));
        };
        let chance = datafusion::functions::expr_fn::random().lt(lit(percentage / 100.0));
        Ok(PlannedRelation {
            plan: LogicalPlanBuilder::from(planned.plan)
                .filter(chance)?
                .build()?,
            scope: planned.scope,
        })
    }
}
