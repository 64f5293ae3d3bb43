//! How tests of collections write values, as JSON, and lambdas within lambdas.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{Array, new_empty_array};
use arrow::datatypes::{Field, Schema};
use arrow::json::ReaderBuilder;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::{HigherOrderFunction, Lambda, LambdaVariable};
use datafusion::scalar::ScalarValue;

use crate::call::as_column;
use crate::registry::{BoundFunction, registry};
use crate::signature::CallArgument;
use crate::testing::{Argument, Typed, shown};
use crate::types::{Type, parse_type};

/// A column of that type, whose rows are the elements of a JSON array.
pub(crate) fn rows(data_type: &str, json: &str) -> Argument {
    let data_type = parse_type(data_type).expect("a type");
    let rows: Vec<serde_json::Value> = serde_json::from_str(json).expect("an array of rows");
    let lines: String = rows
        .iter()
        .map(|row| format!("{{\"row\":{row}}}\n"))
        .collect();
    let field = Field::new("row", data_type.nested_arrow(), true);
    let mut decoder = ReaderBuilder::new(Arc::new(Schema::new(vec![field])))
        .build_decoder()
        .expect("a type that JSON has");
    decoder.decode(lines.as_bytes()).expect("rows of the type");
    let values = match decoder.flush().expect("rows of the type") {
        Some(batch) => Arc::clone(batch.column(0)),
        None => new_empty_array(&data_type.nested_arrow()),
    };
    let values = as_column(values, &data_type).expect("values of the type");
    Argument::Column(values, data_type)
}

/// A constant of that type, as JSON.
pub(crate) fn constant_row(data_type: &str, json: &str) -> Argument {
    let Argument::Column(values, data_type) = rows(data_type, &format!("[{json}]")) else {
        unreachable!("rows are a column");
    };
    Argument::Constant(
        ScalarValue::try_from_array(&values, 0).expect("a row"),
        data_type,
    )
}

/// Asserts what a call gives, as [`shown`] shows it.
macro_rules! assert_shown {
    ($name:expr, [$($argument:expr),* $(,)?], $expected:expr $(,)?) => {
        assert_eq!(crate::testing::shown($name, vec![$($argument),*]).await, $expected)
    };
}
pub(crate) use assert_shown;

/// Asserts that each row gives alone what it gives among the others, from slices of the columns.
pub(crate) async fn assert_rows_alone(name: &str, arguments: impl Fn() -> Vec<Argument>) {
    let whole = shown(name, arguments()).await;
    for (row, expected) in whole.split('|').enumerate() {
        let alone = arguments()
            .into_iter()
            .map(|argument| match argument {
                Argument::Column(values, data_type) => {
                    Argument::Column(values.slice(row, 1), data_type)
                }
                other => other,
            })
            .collect();
        assert_eq!(shown(name, alone).await, expected, "row {row} of {name}");
    }
}

/// Makes the body of a lambda of its typed parameters.
type Body = Box<dyn Fn(&[Typed]) -> Typed>;

/// What is passed to a function with lambdas, for bodies of lambdas.
pub(crate) enum Operand {
    Value(Typed),
    Lambda(usize, Body),
}

/// A lambda of so many parameters within a body.
pub(crate) fn inner_lambda(count: usize, body: impl Fn(&[Typed]) -> Typed + 'static) -> Operand {
    Operand::Lambda(count, Box::new(body))
}

/// Calls a function with lambdas of typed expressions.
pub(crate) fn apply_higher_order(name: &str, operands: Vec<Operand>) -> Typed {
    let arguments: Vec<CallArgument> = operands
        .iter()
        .map(|operand| match operand {
            Operand::Value(value) => CallArgument::Value(value.data_type.clone()),
            Operand::Lambda(count, _) => CallArgument::Lambda(*count),
        })
        .collect();
    let body = |place: usize, parameters: &[Type]| match &operands[place] {
        Operand::Lambda(_, body) => named_body(parameters, body),
        Operand::Value(_) => panic!("argument {place} is no lambda"),
    };
    let resolved = registry()
        .resolve(name, &arguments, &mut |place, parameters| {
            Ok::<Type, ()>(body(place, parameters).1.data_type)
        })
        .unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
    let BoundFunction::HigherOrder(function) = resolved.function().expect("a function") else {
        panic!("{name} takes no lambdas");
    };
    let expressions = operands
        .iter()
        .enumerate()
        .map(|(place, operand)| match operand {
            Operand::Value(value) => {
                crate::testing::coerced(value.clone(), &resolved.bound.arguments[place])
            }
            Operand::Lambda(..) => {
                let (names, typed) = body(place, &resolved.bound.lambda_parameters[place]);
                let expr = crate::testing::coerced(typed, &resolved.bound.arguments[place]);
                Expr::Lambda(Lambda::new(names, expr))
            }
        })
        .collect();
    Typed {
        expr: Expr::HigherOrderFunction(HigherOrderFunction::new(function, expressions)),
        data_type: resolved.bound.returns,
    }
}

/// The body over parameters of those types, and their names, which no other lambda has.
fn named_body(parameters: &[Type], body: &dyn Fn(&[Typed]) -> Typed) -> (Vec<String>, Typed) {
    static NAMED: AtomicUsize = AtomicUsize::new(0);
    let names: Vec<String> = parameters
        .iter()
        .map(|_| format!("l{}", NAMED.fetch_add(1, Ordering::Relaxed)))
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
    (names, body(&typed))
}
