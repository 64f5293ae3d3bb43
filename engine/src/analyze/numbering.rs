//! Rows with a number or a rank of their own, by a window function without arguments.

use std::sync::Arc;

use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr, LogicalPlan, LogicalPlanBuilder, SortExpr, WindowFrame, WindowFunctionDefinition,
    WindowUDF,
};

/// The rows with what the function says of each in its partition, in a last column of that name.
pub(crate) fn numbered(
    plan: LogicalPlan,
    function: Arc<WindowUDF>,
    partition_by: Vec<Expr>,
    order_by: Vec<SortExpr>,
    name: &str,
) -> Result<LogicalPlan> {
    let is_ordered = (!order_by.is_empty()).then_some(true);
    let number = Expr::WindowFunction(Box::new(WindowFunction {
        fun: WindowFunctionDefinition::WindowUDF(function),
        params: WindowFunctionParams {
            args: Vec::new(),
            partition_by,
            order_by,
            window_frame: WindowFrame::new(is_ordered),
            filter: None,
            null_treatment: None,
            distinct: false,
        },
    }));
    let computed = Column::new_unqualified(number.schema_name().to_string());
    let columns = plan.schema().columns();
    let mut kept: Vec<Expr> = columns.into_iter().map(Expr::Column).collect();
    kept.push(Expr::Column(computed).alias(name));
    LogicalPlanBuilder::from(LogicalPlanBuilder::window_plan(plan, vec![number])?)
        .project(kept)?
        .build()
}
