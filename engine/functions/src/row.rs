//! Rows: making them and reading their fields. The analyzer makes these functions itself, for their signatures are any row's.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StructArray};
use arrow::datatypes::{DataType, Fields};
use datafusion::common::{downcast_value, exec_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use crate::call::{as_column, as_nested, with_nulls};
pub use crate::nested_comparison::{ComparisonOperator, row_comparison};
use crate::types::{RowField, Type};

/// The function that makes rows with those fields, of arguments of the fields' types.
pub fn row_constructor(fields: &[RowField]) -> Arc<ScalarUDF> {
    let types = fields.iter().map(|field| field.data_type.arrow()).collect();
    Arc::new(ScalarUDF::from(RowConstructor {
        row: Type::Row(fields.to_vec()),
        signature: Signature::exact(types, Volatility::Immutable),
    }))
}

/// The function that reads the field at that place, counted from 0, of rows of that type; `None` if there is no such field. The field of a
/// row that is NULL is NULL.
pub fn row_field(row: &Type, place: usize) -> Option<Arc<ScalarUDF>> {
    let Type::Row(fields) = row else {
        return None;
    };
    let field = fields.get(place)?.data_type.clone();
    Some(Arc::new(ScalarUDF::from(FieldAccess {
        place,
        field,
        signature: Signature::exact(vec![row.arrow()], Volatility::Immutable),
        row: row.clone(),
    })))
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct RowConstructor {
    row: Type,
    signature: Signature,
}

impl RowConstructor {
    fn fields(&self) -> &[RowField] {
        match &self.row {
            Type::Row(fields) => fields,
            _ => &[],
        }
    }

    fn arrow_fields(&self) -> Fields {
        match self.row.nested_arrow() {
            DataType::Struct(fields) => fields,
            _ => Fields::empty(),
        }
    }
}

impl ScalarUDFImpl for RowConstructor {
    fn name(&self) -> &str {
        "$row_constructor"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.row.arrow())
    }

    /// Rows of the same values differ if their fields' names do.
    fn schema_name(&self, arguments: &[Expr]) -> Result<String> {
        let named = arguments
            .iter()
            .zip(self.fields())
            .map(|(argument, field)| {
                let value = argument.schema_name();
                match &field.name {
                    Some(name) => format!("{value} AS {name}"),
                    None => value.to_string(),
                }
            });
        Ok(format!("row({})", named.collect::<Vec<_>>().join(", ")))
    }

    fn display_name(&self, arguments: &[Expr]) -> Result<String> {
        self.schema_name(arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if arguments.args.len() != self.fields().len() {
            return exec_err!("a row of {} fields has other values", self.fields().len());
        }
        let constant = !arguments.args.is_empty()
            && arguments
                .args
                .iter()
                .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let count = if constant { 1 } else { arguments.number_rows };
        let columns = arguments
            .args
            .iter()
            .zip(self.fields())
            .map(|(argument, field)| as_nested(argument.to_array(count)?, &field.data_type))
            .collect::<Result<Vec<_>>>()?;
        let rows = StructArray::try_new_with_length(self.arrow_fields(), columns, None, count)?;
        returned(Arc::new(rows), constant)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct FieldAccess {
    row: Type,
    place: usize,
    field: Type,
    signature: Signature,
}

impl ScalarUDFImpl for FieldAccess {
    fn name(&self) -> &str {
        "$row_field"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.field.arrow())
    }

    fn schema_name(&self, arguments: &[Expr]) -> Result<String> {
        match arguments {
            [row] => Ok(format!("{}[{}]", row.schema_name(), self.place + 1)),
            _ => exec_err!("a field is read of one row"),
        }
    }

    fn display_name(&self, arguments: &[Expr]) -> Result<String> {
        self.schema_name(arguments)
    }

    /// A field of a row that is made right there is the value that it is made of.
    fn simplify(
        &self,
        arguments: Vec<Expr>,
        _info: &SimplifyContext,
    ) -> Result<ExprSimplifyResult> {
        if let [Expr::ScalarFunction(ScalarFunction { func, args })] = arguments.as_slice()
            && func.inner().is::<RowConstructor>()
            && let Some(value) = args.get(self.place)
        {
            return Ok(ExprSimplifyResult::Simplified(value.clone()));
        }
        Ok(ExprSimplifyResult::Original(arguments))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [row] = arguments.args.as_slice() else {
            return exec_err!("a field is read of one row");
        };
        let constant = matches!(row, ColumnarValue::Scalar(_));
        let rows = row.to_array(if constant { 1 } else { arguments.number_rows })?;
        let rows = downcast_value!(rows, StructArray);
        let Some(values) = rows.columns().get(self.place) else {
            return exec_err!("a row has no field {}", self.place);
        };
        let values = with_nulls(Arc::clone(values), rows.nulls())?;
        returned(as_column(values, &self.field)?, constant)
    }
}

fn returned(values: ArrayRef, constant: bool) -> Result<ColumnarValue> {
    Ok(if constant {
        ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?)
    } else {
        ColumnarValue::Array(values)
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, RecordBatch};
    use arrow::buffer::NullBuffer;
    use arrow::util::display::array_value_to_string;
    use datafusion::logical_expr::{Expr, lit};
    use datafusion::prelude::{SessionContext, col};

    use super::{row_constructor, row_field};
    use crate::testing::Argument;
    use crate::testing_collections::rows;
    use crate::types::{RowField, Type, parse_type};

    fn fields(row: &str) -> Vec<RowField> {
        match parse_type(row).unwrap() {
            Type::Row(fields) => fields,
            other => panic!("{other} is no row"),
        }
    }

    async fn shown(expressions: Vec<Expr>, columns: Vec<(&str, Argument)>) -> Vec<String> {
        let columns = columns.into_iter().map(|(name, argument)| match argument {
            Argument::Column(values, _) => (name, values, true),
            _ => panic!("{name} is no column"),
        });
        let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        let frame = SessionContext::new().read_batch(batch).unwrap();
        let batches = frame.select(expressions).unwrap().collect().await.unwrap();
        let columns = batches[0].columns().iter();
        columns
            .map(|column| {
                let rows = 0..column.len();
                rows.map(|row| array_value_to_string(column, row).unwrap())
                    .collect::<Vec<_>>()
                    .join("|")
            })
            .collect()
    }

    #[tokio::test]
    async fn rows_are_made_of_any_types() {
        let constructor = row_constructor(&fields("row(a bigint, varchar)"));
        let columns = vec![
            ("x", rows("bigint", "[1, null]")),
            ("y", rows("varchar", r#"["a", "b"]"#)),
        ];
        assert_eq!(
            shown(vec![constructor.call(vec![col("x"), col("y")])], columns).await,
            ["{a: 1, field1: a}|{a: , field1: b}"]
        );
    }

    #[tokio::test]
    async fn rows_of_the_same_values_are_different_columns_by_their_names() {
        let first = row_constructor(&fields("row(a bigint)")).call(vec![col("x")]);
        let second = row_constructor(&fields("row(b bigint)")).call(vec![col("x")]);
        let columns = vec![("x", rows("bigint", "[1]"))];
        assert_eq!(
            shown(vec![first, second], columns).await,
            ["{a: 1}", "{b: 1}"]
        );
    }

    #[tokio::test]
    async fn fields_of_null_rows_are_null_whatever_lies_there() {
        let row = parse_type("row(a bigint, b varchar)").unwrap();
        let Argument::Column(values, _) = rows(
            "row(a bigint, b varchar)",
            r#"[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]"#,
        ) else {
            unreachable!("rows are a column");
        };
        let nulls = NullBuffer::from(vec![true, false]);
        let hidden = crate::call::with_nulls(values, Some(&nulls)).unwrap();
        let columns = vec![("r", Argument::Column(hidden, row.clone()))];
        let access = |place| row_field(&row, place).unwrap().call(vec![col("r")]);
        assert_eq!(
            shown(vec![access(0), access(1)], columns).await,
            ["1|", "x|"]
        );
        assert!(row_field(&row, 2).is_none());
        assert!(row_field(&Type::Bigint, 0).is_none());
    }

    #[tokio::test]
    async fn constants_and_new_rows_are_read() {
        let row = parse_type("row(bigint, varchar)").unwrap();
        let made = row_constructor(&fields("row(bigint, varchar)")).call(vec![
            lit(1_i64),
            lit(datafusion::scalar::ScalarValue::Utf8View(None)),
        ]);
        let access = |place| row_field(&row, place).unwrap().call(vec![made.clone()]);
        let columns = vec![("x", rows("bigint", "[5, 6]"))];
        let of_column = row_constructor(&fields("row(bigint, varchar)")).call(vec![
            col("x"),
            lit(datafusion::scalar::ScalarValue::Utf8View(None)),
        ]);
        let of_column = row_field(&row, 0).unwrap().call(vec![of_column]);
        assert_eq!(
            shown(vec![access(0), access(1), of_column], columns).await,
            ["1|1", "|", "5|6"]
        );
    }
}
