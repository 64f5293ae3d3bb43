//! A call of a function with lambdas as an ordinary function of DataFusion, whose further arguments are what the lambdas capture.

use std::hash::{Hash, Hasher};

use arrow::datatypes::DataType;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::HigherOrderCall;
use super::function::BoundHigherOrder;
use super::lambda::ClosedLambda;
use crate::call::run;

/// The call with its lambdas closed. Among the arguments, lambdas are `Expr::Lambda`; calls within their bodies must be closed before.
pub(super) fn closed_call(function: &BoundHigherOrder, arguments: Vec<Expr>) -> Result<Expr> {
    if arguments.len() != function.bound.arguments.len() {
        return plan_err!("{} takes other arguments", function.name);
    }
    let mut values = Vec::new();
    let mut captures = Vec::new();
    let mut lambdas = Vec::new();
    for argument in arguments {
        lambdas.push(match argument {
            Expr::Lambda(lambda) => Some(ClosedLambda::close(lambda, &mut captures)?),
            value => {
                values.push(value);
                None
            }
        });
    }
    values.extend(captures);
    let volatile = lambdas.iter().flatten().any(ClosedLambda::is_volatile);
    let volatility = if volatile {
        Volatility::Volatile
    } else {
        Volatility::Immutable
    };
    let closed = ScalarUDF::from(ClosedCall {
        function: function.clone(),
        lambdas,
        signature: match values.len() {
            0 => Signature::nullary(volatility),
            count => Signature::any(count, volatility),
        },
    });
    Ok(closed.call(values))
}

/// The function with its lambdas. It takes the arguments that are values, then what the lambdas capture.
#[derive(Debug, Clone)]
struct ClosedCall {
    function: BoundHigherOrder,
    /// The lambdas by the places of the call's arguments.
    lambdas: Vec<Option<ClosedLambda>>,
    signature: Signature,
}

impl PartialEq for ClosedCall {
    fn eq(&self, other: &Self) -> bool {
        (&self.function, &self.lambdas) == (&other.function, &other.lambdas)
    }
}

impl Eq for ClosedCall {}

impl Hash for ClosedCall {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.function, &self.lambdas).hash(state);
    }
}

impl ScalarUDFImpl for ClosedCall {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.function.bound.returns.arrow())
    }

    /// Columns are told apart by these names, so they must have all that tells calls apart: the lambdas as well as the arguments.
    fn schema_name(&self, arguments: &[Expr]) -> Result<String> {
        let lambdas = self.lambdas.iter().flatten().map(ToString::to_string);
        let values = arguments
            .iter()
            .map(|argument| argument.schema_name().to_string());
        let parts: Vec<String> = lambdas.chain(values).collect();
        Ok(format!("{}({})", self.function.name, parts.join(", ")))
    }

    fn display_name(&self, arguments: &[Expr]) -> Result<String> {
        self.schema_name(arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let BoundHigherOrder { bound, kernel, .. } = &self.function;
        let value_count = self.lambdas.iter().filter(|of| of.is_none()).count();
        let Some((values, captures)) = arguments.args.split_at_checked(value_count) else {
            return plan_err!("{} has too few arguments", self.function.name);
        };
        let fields = arguments.arg_fields.get(value_count..).unwrap_or(&[]);
        let constant = captures
            .iter()
            .all(|capture| matches!(capture, ColumnarValue::Scalar(_)));
        let fold = constant && self.signature.volatility != Volatility::Volatile;
        let mut values = values.iter().cloned();
        let values: Vec<ColumnarValue> = self
            .lambdas
            .iter()
            .map(|lambda| match lambda {
                Some(_) => None,
                None => values.next(),
            })
            .map(|value| value.unwrap_or(ColumnarValue::Scalar(ScalarValue::Boolean(Some(false)))))
            .collect();
        run(
            bound,
            &values,
            arguments.number_rows,
            fold,
            |call| {
                let captures = captures
                    .iter()
                    .map(|capture| capture.to_array(call.rows))
                    .collect::<Result<Vec<_>>>()?;
                let lambdas = self
                    .lambdas
                    .iter()
                    .zip(&bound.lambda_parameters)
                    .map(|(lambda, types)| {
                        lambda
                            .as_ref()
                            .map(|of| of.bind(types, &captures, fields, &arguments.config_options))
                            .transpose()
                    })
                    .collect::<Result<Vec<_>>>()?;
                kernel(&HigherOrderCall {
                    call,
                    lambdas: &lambdas,
                })
            },
            false,
        )
    }
}
