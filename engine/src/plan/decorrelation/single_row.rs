//! The check that a scalar subquery has one row at most for each row around it.

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray};
use arrow::datatypes::{DataType, UInt64Type};
use datafusion::common::{Column, Result};
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};

use super::domain::Domain;
use crate::analyze::numbered;
use crate::error::{ErrorCode, QueryError};

impl Domain<'_> {
    /// A plan over the domain that fails where it has more than one row for one of the domain's.
    pub(super) fn single_row(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let (mut columns, domain) = self.split(&plan);
        columns.extend(domain.iter().cloned());
        let number = self.symbol("row_number");
        let rows = numbered(plan, row_number_udwf(), domain, Vec::new(), &number)?;
        let number = Expr::Column(Column::new_unqualified(number));
        let check = ScalarUDF::new_from_impl(IsFirst::new()).call(vec![number]);
        LogicalPlanBuilder::from(rows)
            .filter(check)?
            .project(columns)?
            .build()
    }
}

/// Whether a plan has one row at most by what it is.
pub(super) fn is_single(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => is_single(&projection.input),
        LogicalPlan::Filter(filter) => is_single(&filter.input),
        LogicalPlan::Sort(sort) => is_single(&sort.input),
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        LogicalPlan::EmptyRelation(_) => true,
        LogicalPlan::Limit(limit) => {
            use datafusion::logical_expr::FetchType;
            matches!(limit.get_fetch_type(), Ok(FetchType::Literal(Some(0 | 1))))
                || is_single(&limit.input)
        }
        _ => false,
    }
}

/// True for the number 1, an error for every greater one.
#[derive(Debug, PartialEq, Eq, Hash)]
struct IsFirst {
    signature: Signature,
}

impl IsFirst {
    fn new() -> IsFirst {
        IsFirst {
            // Volatile, so that no other condition is moved below it and none of its rows is left out.
            signature: Signature::exact(vec![DataType::UInt64], Volatility::Volatile),
        }
    }
}

impl ScalarUDFImpl for IsFirst {
    fn name(&self) -> &str {
        "$single_row"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        for array in &arrays {
            if array
                .as_primitive::<UInt64Type>()
                .iter()
                .flatten()
                .any(|number| number > 1)
            {
                return Err(QueryError::new(
                    ErrorCode::SubqueryMultipleRows,
                    "Scalar sub-query has returned multiple rows",
                )
                .into());
            }
        }
        let all = BooleanArray::from(vec![true; args.number_rows]);
        Ok(ColumnarValue::Array(Arc::new(all)))
    }
}
