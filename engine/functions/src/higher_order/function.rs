//! A function with lambdas among its arguments, bound to the types of a call, as plans have it before their lambdas are closed.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{Field, FieldRef};
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDF, HigherOrderUDFImpl, LambdaParametersProgress, ValueOrLambda, Volatility,
};

use crate::definition::{HigherOrderKernel, Implementation};
use crate::signature::Bound;

/// A higher-order function that knows the types it is called with.
#[derive(Debug, Clone)]
pub(super) struct BoundHigherOrder {
    pub(super) name: &'static str,
    overload: &'static str,
    pub(super) bound: Bound,
    pub(super) kernel: HigherOrderKernel,
    signature: HigherOrderSignature,
}

impl PartialEq for BoundHigherOrder {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.overload, &self.bound) == (other.name, other.overload, &other.bound)
    }
}

impl Eq for BoundHigherOrder {}

impl Hash for BoundHigherOrder {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, self.overload, &self.bound).hash(state);
    }
}

/// The function for DataFusion; `None` if the implementation takes no lambdas.
pub(crate) fn bound_higher_order(
    name: &'static str,
    overload: &'static str,
    bound: Bound,
    implementation: Implementation,
) -> Option<HigherOrderUDF> {
    let Implementation::HigherOrder(kernel) = implementation else {
        return None;
    };
    Some(HigherOrderUDF::new_from_impl(BoundHigherOrder {
        name,
        overload,
        bound,
        kernel,
        signature: HigherOrderSignature::variadic_any(Volatility::Immutable),
    }))
}

impl HigherOrderUDFImpl for BoundHigherOrder {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn lambda_parameters(
        &self,
        _step: usize,
        fields: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> Result<LambdaParametersProgress> {
        if fields.len() != self.bound.lambda_parameters.len() {
            return plan_err!("{} takes other arguments", self.name);
        }
        let parameters = fields
            .iter()
            .zip(&self.bound.lambda_parameters)
            .filter(|(field, _)| matches!(field, ValueOrLambda::Lambda(_)))
            .map(|(_, types)| {
                types
                    .iter()
                    .map(|of| Arc::new(Field::new("parameter", of.arrow(), true)))
                    .collect()
            })
            .collect();
        Ok(LambdaParametersProgress::Complete(parameters))
    }

    fn return_field_from_args(&self, _arguments: HigherOrderReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(
            self.name,
            self.bound.returns.arrow(),
            true,
        )))
    }

    /// A lambda may fail where it is not evaluated, so nothing in it may be evaluated before.
    fn short_circuits(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, _arguments: HigherOrderFunctionArgs) -> Result<ColumnarValue> {
        internal_err!(
            "the lambdas of {} are not closed: the session lacks the analyzer rule CloseLambdas",
            self.name
        )
    }
}
