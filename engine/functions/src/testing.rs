//! How topics' tests call functions: through the registry and DataFusion, as queries do.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{
    AggregateFunction, HigherOrderFunction, Lambda, LambdaVariable,
};
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;

use crate::call::as_column;
use crate::higher_order::CloseLambdas;
use crate::registry::{BoundFunction, ResolveFailure, registry};
use crate::signature::CallArgument;
use crate::types::{Type, parse_type};

mod aggregates;
mod values;

pub(crate) use aggregates::{AggregateCall, calling};
pub(crate) use values::{Entry, lists, maps, rows, zoned};

/// An expression with its type.
#[derive(Clone)]
pub(crate) struct Typed {
    pub(crate) expr: Expr,
    pub(crate) data_type: Type,
}

/// Builds a lambda's body of its typed parameters.
type LambdaBody = Box<dyn Fn(&[Typed]) -> Typed>;

/// What a test passes to a function.
pub(crate) enum Argument {
    /// A column, whose rows the function is called for.
    Column(ArrayRef, Type),
    /// The same value in every row.
    Constant(ScalarValue, Type),
    /// A lambda of so many parameters.
    Lambda(usize, LambdaBody),
}

/// A column of that type.
pub(crate) fn column(data_type: &str, values: impl Array + 'static) -> Argument {
    let data_type = parse_type(data_type).expect("a type");
    let values = as_column(Arc::new(values), &data_type).expect("values of the type");
    Argument::Column(values, data_type)
}

/// A constant of that type.
pub(crate) fn constant(data_type: &str, value: ScalarValue) -> Argument {
    let data_type = parse_type(data_type).expect("a type");
    let values = value.to_array().expect("a value");
    let values = as_column(values, &data_type).expect("a value of the type");
    let value = ScalarValue::try_from_array(&values, 0).expect("one value");
    Argument::Constant(value, data_type)
}

/// Text that is the same in every row.
pub(crate) fn text(value: &str) -> Argument {
    constant("varchar", ScalarValue::from(value))
}

/// A bigint that is the same in every row.
pub(crate) fn bigint(value: i64) -> Argument {
    constant("bigint", ScalarValue::from(value))
}

/// A double that is the same in every row.
pub(crate) fn double(value: f64) -> Argument {
    constant("double", ScalarValue::from(value))
}

/// A lambda; its body is built of its typed parameters.
pub(crate) fn lambda(count: usize, body: impl Fn(&[Typed]) -> Typed + 'static) -> Argument {
    Argument::Lambda(count, Box::new(body))
}

/// Calls a scalar function of typed expressions, for bodies of lambdas.
pub(crate) fn apply(name: &str, arguments: Vec<Typed>) -> Typed {
    let types: Vec<Type> = arguments.iter().map(|of| of.data_type.clone()).collect();
    let resolved = registry()
        .resolve_values(name, &types)
        .expect("a signature");
    let data_type = resolved.bound.returns.clone();
    let BoundFunction::Scalar(function) = resolved.function().expect("a function") else {
        panic!("{name} is no scalar function");
    };
    Typed {
        expr: function.call(arguments.into_iter().map(|of| of.expr).collect()),
        data_type,
    }
}

/// A literal for bodies of lambdas.
pub(crate) fn literal(data_type: &str, value: ScalarValue) -> Typed {
    match constant(data_type, value) {
        Argument::Constant(value, data_type) => Typed {
            expr: lit(value),
            data_type,
        },
        _ => unreachable!("constants are constants"),
    }
}

/// Calls a function over its columns' rows: a scalar one gives a value a row, an aggregate one value.
pub(crate) async fn call(name: &str, arguments: Vec<Argument>) -> Result<(ArrayRef, Type)> {
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    let mut expressions = Vec::new();
    let mut types = Vec::new();
    for (place, argument) in arguments.iter().enumerate() {
        match argument {
            Argument::Column(values, data_type) => {
                fields.push(Field::new(
                    format!("c{place}"),
                    values.data_type().clone(),
                    true,
                ));
                columns.push(Arc::clone(values));
                expressions.push(col(format!("c{place}")));
                types.push(CallArgument::Value(data_type.clone()));
            }
            Argument::Constant(value, data_type) => {
                expressions.push(lit(value.clone()));
                types.push(CallArgument::Value(data_type.clone()));
            }
            Argument::Lambda(count, _) => {
                expressions.push(Expr::default());
                types.push(CallArgument::Lambda(*count));
            }
        }
    }
    if columns.is_empty() {
        fields.push(Field::new("row", arrow::datatypes::DataType::Int32, false));
        columns.push(Arc::new(arrow::array::Int32Array::from(vec![0])) as _);
    }
    let body = |place: usize, parameters: &[Type]| -> (Vec<String>, Typed) {
        let names: Vec<String> = (0..parameters.len())
            .map(|of| format!("l{place}_{of}"))
            .collect();
        let typed: Vec<Typed> = names
            .iter()
            .zip(parameters)
            .map(|(name, data_type)| Typed {
                expr: Expr::LambdaVariable(LambdaVariable::new(
                    name.clone(),
                    Some(Arc::new(Field::new(name, data_type.arrow(), true))),
                )),
                data_type: data_type.clone(),
            })
            .collect();
        let Some(Argument::Lambda(_, body)) = arguments.get(place) else {
            panic!("argument {place} is no lambda");
        };
        (names, body(&typed))
    };
    let resolved = registry()
        .resolve(name, &types, &mut |place, parameters| {
            Ok::<Type, ()>(body(place, parameters).1.data_type)
        })
        .map_err(|failure| match failure {
            ResolveFailure::Function(error) => error,
            ResolveFailure::Lambda(()) => unreachable!("bodies of lambdas are typed"),
        })?;
    for (place, argument) in arguments.iter().enumerate() {
        if let Argument::Lambda(..) = argument {
            let (names, typed) = body(place, &resolved.bound.lambda_parameters[place]);
            let expr = coerced(typed, &resolved.bound.arguments[place]);
            expressions[place] = Expr::Lambda(Lambda::new(names, expr));
        } else if let CallArgument::Value(from) = &types[place] {
            let typed = Typed {
                expr: expressions[place].clone(),
                data_type: from.clone(),
            };
            expressions[place] = coerced(typed, &resolved.bound.arguments[place]);
        }
    }
    let data_type = resolved.bound.returns.clone();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
    let context = SessionContext::new();
    context.add_analyzer_rule(Arc::new(CloseLambdas));
    let frame = context.read_batch(batch)?;
    let frame = match resolved.function()? {
        BoundFunction::Scalar(function) => frame.select(vec![function.call(expressions)])?,
        BoundFunction::HigherOrder(function) => frame.select(vec![Expr::HigherOrderFunction(
            HigherOrderFunction::new(function, expressions),
        )])?,
        BoundFunction::Aggregate(function) => {
            let aggregate = Expr::AggregateFunction(AggregateFunction::new_udf(
                function,
                expressions,
                false,
                None,
                vec![],
                None,
            ));
            frame.aggregate(vec![], vec![aggregate])?
        }
        other => panic!("{name} is called otherwise: {other:?}"),
    };
    let batches = frame.collect().await?;
    let schema = batches[0].schema();
    let values = Arc::clone(concat_batches(&schema, &batches)?.column(0));
    assert_eq!(
        *values.data_type(),
        data_type.arrow(),
        "{name} stores {data_type}"
    );
    Ok((values, data_type))
}

/// Numbers may be coerced by Arrow's cast, for where coercions apply it is exact.
pub(crate) fn coerced(typed: Typed, wanted: &Type) -> Expr {
    if typed.data_type.arrow() == wanted.arrow() {
        return typed.expr;
    }
    datafusion::logical_expr::cast(typed.expr, wanted.arrow())
}

/// What a call gives, as Arrow shows it, with `NULL` for NULL; rows are joined by `|`. A failure is `ERROR: ` and its message.
pub(crate) async fn shown(name: &str, arguments: Vec<Argument>) -> String {
    match call(name, arguments).await {
        Ok((values, _)) => shown_values(&values),
        Err(error) => match crate::error::FunctionError::find(&error) {
            Some(error) => format!("ERROR: {error}"),
            None => format!("ERROR: {error}"),
        },
    }
}

/// Values as Arrow shows them, with `NULL` for NULL; rows are joined by `|`.
fn shown_values(values: &dyn Array) -> String {
    let options = FormatOptions::default().with_null("NULL");
    let formatter = ArrayFormatter::try_new(values, &options).expect("values that show");
    (0..values.len())
        .map(|row| formatter.value(row).to_string())
        .collect::<Vec<_>>()
        .join("|")
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, ListArray};
    use arrow::datatypes::Int64Type;

    use super::{apply, bigint, column, lambda, shown};

    #[tokio::test]
    async fn a_strict_function_is_null_where_an_argument_is() {
        let values = Int64Array::from(vec![Some(7), None, Some(-1)]);
        assert_eq!(
            shown("bit_count", vec![column("bigint", values), bigint(64)]).await,
            "3|NULL|64"
        );
    }

    #[tokio::test]
    async fn lambdas_are_evaluated_over_elements() {
        let lists =
            ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1), Some(2)])]);
        let negated = lambda(1, |of| apply("bitwise_not", vec![of[0].clone()]));
        assert_eq!(
            shown("transform", vec![column("array(bigint)", lists), negated]).await,
            "[-2, -3]"
        );
    }
}
