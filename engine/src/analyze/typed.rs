//! Expressions with their Trino types.

use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, ExprSchemable};
use datafusion::scalar::ScalarValue;
use prismlake_functions::types::Type;

/// An expression and its type. The expression gives exactly the type's Arrow type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) expr: Expr,
    pub(super) data_type: Type,
}

impl Typed {
    pub(super) fn new(expr: Expr, data_type: Type) -> Typed {
        Typed { expr, data_type }
    }

    /// A literal.
    pub(super) fn literal(value: ScalarValue, data_type: Type) -> Typed {
        Typed::new(Expr::Literal(value, None), data_type)
    }

    /// NULL of a type.
    pub(super) fn null(data_type: Type) -> Typed {
        let value = ScalarValue::try_from(&data_type.arrow()).unwrap_or(ScalarValue::Null);
        Typed::literal(value, data_type)
    }

    pub(super) fn boolean(expr: Expr) -> Typed {
        Typed::new(expr, Type::Boolean)
    }

    pub(super) fn integer(value: i32) -> Typed {
        Typed::literal(ScalarValue::Int32(Some(value)), Type::Integer)
    }

    pub(super) fn bigint(value: i64) -> Typed {
        Typed::literal(ScalarValue::Int64(Some(value)), Type::Bigint)
    }

    /// Text, whose type says how long it is.
    pub(super) fn text(value: &str) -> Typed {
        let length = u32::try_from(value.chars().count()).ok();
        Typed::literal(
            ScalarValue::Utf8View(Some(value.to_owned())),
            Type::Varchar(length),
        )
    }

    /// Text as one of any length.
    pub(super) fn varchar(value: &str) -> Typed {
        Typed::literal(ScalarValue::Utf8View(Some(value.to_owned())), Type::VARCHAR)
    }

    /// The value of a literal.
    pub(super) fn as_literal(&self) -> Option<&ScalarValue> {
        match &self.expr {
            Expr::Literal(value, _) => Some(value),
            _ => None,
        }
    }

    /// The text of a literal.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self.as_literal()? {
            ScalarValue::Utf8View(text) | ScalarValue::Utf8(text) => text.as_deref(),
            _ => None,
        }
    }
}

/// What an expression of DataFusion's own gives, where its type is not known otherwise.
pub(super) fn arrow_type_of(
    expr: &Expr,
    schema: &datafusion::common::DFSchema,
) -> datafusion::error::Result<DataType> {
    expr.get_type(schema)
}
