//! A cast between two types as DataFusion runs it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility, cast,
};

use super::failures::Failures;
use super::kernel::{Kernel, kernel};
use super::unchanged::{exact_in_arrow, stays_as_it_is};
use crate::call::{as_column, run, with_nulls};
use crate::error::{FunctionError, FunctionErrorCode};
use crate::signature::Bound;
use crate::types::Type;

/// What becomes of a value that the target type cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnFailure {
    /// The query fails: `CAST`.
    Error,
    /// The value is NULL: `TRY_CAST`.
    Null,
    /// The query fails, also where a text would lose more than blanks at its end: how values are written to columns.
    ErrorIfCut,
}

/// The function that casts from one type to another; `None` if Trino has no such cast.
pub fn cast_function(from: &Type, to: &Type, on_failure: OnFailure) -> Option<Arc<ScalarUDF>> {
    let kernel = kernel(from, to)?;
    // A time alone becomes a timestamp of the day of the query.
    let volatility = match (from, to) {
        (
            Type::Time(_) | Type::TimeWithTimeZone(_),
            Type::Timestamp(_) | Type::TimestampWithTimeZone(_),
        ) => Volatility::Stable,
        _ => Volatility::Immutable,
    };
    Some(Arc::new(ScalarUDF::from(BoundCast {
        on_failure,
        kernel: Arc::new(kernel),
        signature: Signature::exact(vec![from.arrow()], volatility),
        bound: Bound {
            arguments: vec![from.clone()],
            lambda_parameters: vec![Vec::new()],
            returns: to.clone(),
            coercions: 0,
        },
    })))
}

/// The function that an implicit coercion applies: a cast that fails where it cannot convert.
pub fn coercion(from: &Type, to: &Type) -> Option<Arc<ScalarUDF>> {
    cast_function(from, to, OnFailure::Error)
}

/// Casts a column of one type to another.
pub(crate) fn cast_values(
    values: &ArrayRef,
    from: &Type,
    to: &Type,
    on_failure: OnFailure,
) -> Result<ArrayRef> {
    match kernel(from, to) {
        Some(kernel) => cast_column(values, &kernel, to, on_failure),
        None => Err(FunctionError::new(
            FunctionErrorCode::TypeMismatch,
            format!("Cannot cast {from} to {to}"),
        )
        .into()),
    }
}

fn cast_column(
    values: &ArrayRef,
    kernel: &Kernel,
    to: &Type,
    on_failure: OnFailure,
) -> Result<ArrayRef> {
    let mut failures = Failures::new(on_failure);
    let converted = as_column(kernel(values, &mut failures)?, to)?;
    with_nulls(converted, failures.valid_rows(values.len()).as_ref())
}

#[derive(Clone)]
struct BoundCast {
    on_failure: OnFailure,
    kernel: Arc<Kernel>,
    signature: Signature,
    bound: Bound,
}

impl BoundCast {
    fn from(&self) -> &Type {
        self.bound.arguments.first().unwrap_or(&Type::Unknown)
    }

    fn to(&self) -> &Type {
        &self.bound.returns
    }

    /// Whether every value of the source has one of the target.
    fn never_fails(&self) -> bool {
        stays_as_it_is(self.from(), self.to()) || exact_in_arrow(self.from(), self.to())
    }
}

impl fmt::Debug for BoundCast {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}({} -> {})",
            self.name(),
            self.from(),
            self.to()
        )
    }
}

impl PartialEq for BoundCast {
    fn eq(&self, other: &Self) -> bool {
        (&self.bound, self.on_failure) == (&other.bound, other.on_failure)
    }
}

impl Eq for BoundCast {}

impl Hash for BoundCast {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.bound, self.on_failure).hash(state);
    }
}

impl ScalarUDFImpl for BoundCast {
    fn name(&self) -> &str {
        match self.on_failure {
            OnFailure::Error | OnFailure::ErrorIfCut => "cast",
            OnFailure::Null => "try_cast",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.to().arrow())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let nullable =
            !self.never_fails() || arguments.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(
            self.name(),
            self.to().arrow(),
            nullable,
        )))
    }

    /// Casts that leave values as they are vanish, and those that Arrow does exactly become DataFusion's own: both let comparisons with
    /// literals be turned into statistics and partitions to prune.
    fn simplify(
        &self,
        arguments: Vec<Expr>,
        _context: &SimplifyContext,
    ) -> Result<ExprSimplifyResult> {
        let mut arguments = arguments;
        if arguments.len() != 1 || !self.never_fails() {
            return Ok(ExprSimplifyResult::Original(arguments));
        }
        let Some(argument) = arguments.pop() else {
            return Ok(ExprSimplifyResult::Original(arguments));
        };
        Ok(ExprSimplifyResult::Simplified(
            if self.from().arrow() == self.to().arrow() {
                argument
            } else {
                cast(argument, self.to().arrow())
            },
        ))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let ScalarFunctionArgs {
            args, number_rows, ..
        } = arguments;
        run(
            &self.bound,
            &args,
            number_rows,
            true,
            |call| cast_column(&call.array(0)?, &self.kernel, self.to(), self.on_failure),
            false,
        )
    }
}
