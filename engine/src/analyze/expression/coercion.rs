//! Casts and coercions: an expression of one type as an expression of another.

use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, cast};
use prismlake_functions::types::{Type, can_coerce, common_type};
use prismlake_functions::{OnFailure, cast_function};
use sqlparser::ast;

use super::{ExprContext, type_of_text};
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Syntax, error_at};
use crate::error::{ErrorCode, QueryError, Result};

impl Analyzer<'_> {
    /// The expression as one of a type that it can be coerced to.
    pub(in crate::analyze) fn coerce(&self, typed: Typed, to: &Type) -> Result<Typed> {
        if typed.data_type == *to {
            return Ok(typed);
        }
        if let Expr::Placeholder(placeholder) = &typed.expr {
            return self.typed_parameter(placeholder.clone(), to);
        }
        if typed.data_type == Type::Unknown {
            return Ok(match typed.expr {
                Expr::Literal(..) => Typed::null(to.clone()),
                expr => Typed::new(cast(expr, to.arrow()), to.clone()),
            });
        }
        // The common type of decimals may have no room for all of both; values that do not fit fail when they come.
        let decimals = matches!(to, Type::Decimal { .. }) && typed.data_type.as_decimal().is_some();
        if !decimals && !can_coerce(&typed.data_type, to) {
            return Err(QueryError::new(
                ErrorCode::TypeMismatch,
                format!("{} cannot be coerced to {to}", typed.data_type),
            ));
        }
        self.converted(typed, to, OnFailure::Error)
    }

    /// The expression as a column of that type takes it: coerced, or text as text of another length, of which nothing may be cut.
    pub(in crate::analyze) fn written_as(&self, typed: Typed, to: &Type) -> Result<Typed> {
        if can_coerce(&typed.data_type, to) {
            return self.coerce(typed, to);
        }
        self.converted(typed, to, OnFailure::ErrorIfCut)
    }

    /// The expression as one of another type; the caller knows that there is a cast.
    fn converted(&self, typed: Typed, to: &Type, on_failure: OnFailure) -> Result<Typed> {
        let from = &typed.data_type;
        // Text as longer text: nothing changes.
        let longer = match (from, to) {
            (Type::Varchar(_), Type::Varchar(None)) => true,
            (Type::Varchar(Some(from)), Type::Varchar(Some(to))) => from <= to,
            _ => false,
        };
        if longer || from == to {
            return Ok(Typed::new(typed.expr, to.clone()));
        }
        if is_exact_widening(from, to) {
            if let Some(value) = typed.as_literal()
                && let Ok(value) = value.cast_to(&to.arrow())
            {
                return Ok(Typed::literal(value, to.clone()));
            }
            return Ok(Typed::new(cast(typed.expr, to.arrow()), to.clone()));
        }
        match cast_function(from, to, on_failure) {
            Some(function) => {
                let is_literal = typed.as_literal().is_some();
                let expr = function.call(vec![typed.expr]);
                // Constants become literals here, so that they prune.
                if is_literal && let Ok(value) = self.constant(&expr) {
                    return Ok(Typed::literal(value, to.clone()));
                }
                Ok(Typed::new(expr, to.clone()))
            }
            None => Err(QueryError::new(
                ErrorCode::TypeMismatch,
                format!("Cannot cast {from} to {to}"),
            )),
        }
    }

    /// `CAST(x AS type)` and `TRY_CAST`.
    pub(super) fn cast_expression(
        &self,
        syntax: &ast::Expr,
        kind: &ast::CastKind,
        value: &ast::Expr,
        data_type: &ast::DataType,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let to = type_of_text(&data_type.to_string(), syntax)?;
        let typed = self.expression(value, context)?;
        let on_failure = match kind {
            ast::CastKind::TryCast => OnFailure::Null,
            _ => OnFailure::Error,
        };
        self.cast_to(typed, &to, on_failure, syntax)
    }

    /// A cast that the query asks for.
    pub(super) fn cast_to(
        &self,
        typed: Typed,
        to: &Type,
        on_failure: OnFailure,
        syntax: &impl Syntax,
    ) -> Result<Typed> {
        if typed.data_type == *to {
            return Ok(typed);
        }
        if typed.data_type == Type::Unknown {
            return self.coerce(typed, to);
        }
        self.converted(typed, to, on_failure).map_err(|error| {
            if error.code == ErrorCode::TypeMismatch {
                error_at(syntax, ErrorCode::TypeMismatch, error.message)
            } else {
                error
            }
        })
    }

    /// Two expressions as ones of their common type.
    pub(in crate::analyze) fn to_common_type(
        &self,
        left: Typed,
        right: Typed,
        failure: impl Fn(&Type, &Type) -> QueryError,
    ) -> Result<(Typed, Typed, Type)> {
        let common = common_type(&left.data_type, &right.data_type)
            .ok_or_else(|| failure(&left.data_type, &right.data_type))?;
        Ok((
            self.coerce(left, &common)?,
            self.coerce(right, &common)?,
            common,
        ))
    }

    /// A column of a table as one of its type: stored values may have another form.
    pub(in crate::analyze) fn stored_column(
        &self,
        read: Expr,
        stored: &DataType,
        data_type: &Type,
    ) -> Result<Typed> {
        if *stored == data_type.arrow() && !matches!(data_type, Type::Char(_)) {
            return Ok(Typed::new(read, data_type.clone()));
        }
        if let (DataType::Timestamp(unit, Some(_)), Type::TimestampWithTimeZone(_)) =
            (stored, data_type)
        {
            let utc = DataType::Timestamp(*unit, Some("UTC".into()));
            let read = if *stored == utc {
                read
            } else {
                cast(read, utc)
            };
            let instant = match unit {
                arrow::datatypes::TimeUnit::Microsecond => read,
                _ => cast(
                    read,
                    DataType::Timestamp(
                        arrow::datatypes::TimeUnit::Microsecond,
                        Some("UTC".into()),
                    ),
                ),
            };
            return Ok(Typed::new(
                super::comparison::in_utc(instant),
                data_type.clone(),
            ));
        }
        if let Type::Char(_) = data_type {
            let text = if *stored == DataType::Utf8View {
                read
            } else {
                cast(read, DataType::Utf8View)
            };
            return self.converted(Typed::new(text, Type::VARCHAR), data_type, OnFailure::Error);
        }
        Ok(Typed::new(cast(read, data_type.arrow()), data_type.clone()))
    }
}

/// Conversions that Arrow's casts do exactly as Trino's, and that DataFusion sees through when it prunes.
fn is_exact_widening(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (from, to) if from.is_integer() && to.is_integer() => can_coerce(from, to),
        (from, Type::Double) => from.is_integer() || *from == Type::Real,
        (from, Type::Real) => from.is_integer(),
        (from, Type::Decimal { .. })
            if from.is_integer() || matches!(from, Type::Decimal { .. }) =>
        {
            can_coerce(from, to)
        }
        (Type::Date, Type::Timestamp(_)) => true,
        (Type::Timestamp(from), Type::Timestamp(to)) => from <= to,
        _ => false,
    }
}
