//! Literals: numbers, texts, dates and times, intervals, and parameters.

use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::Placeholder;
use datafusion::scalar::ScalarValue;
use prismlake_functions::types::{DECIMAL_PRECISION_MAX, Type};
use prismlake_functions::{OnFailure, literal};
use sqlparser::ast;

use super::{ExprContext, type_of_text};
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, error_at, placed};
use crate::error::{ErrorCode, QueryError, Result};

impl Analyzer<'_> {
    pub(super) fn literal(&self, value: &ast::ValueWithSpan) -> Result<Typed> {
        match &value.value {
            ast::Value::Number(text, _) => number(text).map_err(|error| placed(error, value)),
            ast::Value::SingleQuotedString(text) => Ok(Typed::text(text)),
            ast::Value::Boolean(value) => Ok(Typed::literal(
                ScalarValue::Boolean(Some(*value)),
                Type::Boolean,
            )),
            ast::Value::Null => Ok(Typed::literal(ScalarValue::Null, Type::Unknown)),
            ast::Value::HexStringLiteral(text) => match bytes(text) {
                Some(bytes) => Ok(Typed::literal(
                    ScalarValue::Binary(Some(bytes)),
                    Type::Varbinary,
                )),
                None => Err(error_at(
                    value,
                    ErrorCode::InvalidLiteral,
                    format!(
                        "Binary literal must contain an even number of hexadecimal digits: {text}"
                    ),
                )),
            },
            ast::Value::Placeholder(name) => Ok(parameter(name)),
            other => Err(error_at(
                value,
                ErrorCode::SyntaxError,
                format!("this literal is not supported: {other}"),
            )),
        }
    }

    /// `DATE '2020-01-01'`, `DECIMAL '1.20'`, `BIGINT '1'`, …
    pub(super) fn typed_string(
        &self,
        typed: &ast::TypedString,
        syntax: &ast::Expr,
    ) -> Result<Typed> {
        let ast::Value::SingleQuotedString(text) = &typed.value.value else {
            return Err(error_at(
                syntax,
                ErrorCode::SyntaxError,
                "a typed literal is a type and a text in single quotes",
            ));
        };
        let data_type = type_of_text(&typed.data_type.to_string(), syntax)?;
        let invalid = |error: prismlake_functions::FunctionError| {
            error_at(syntax, ErrorCode::InvalidLiteral, error.to_string())
        };
        match data_type {
            Type::Date => {
                let days = literal::parse_date(text).map_err(invalid)?;
                Ok(Typed::literal(ScalarValue::Date32(Some(days)), Type::Date))
            }
            Type::Timestamp(_) | Type::TimestampWithTimeZone(_) => {
                let parsed = literal::parse_timestamp(text).map_err(invalid)?;
                Ok(Typed::literal(parsed.value, parsed.data_type))
            }
            Type::Time(_) | Type::TimeWithTimeZone(_) => {
                let parsed = literal::parse_time(text).map_err(invalid)?;
                Ok(Typed::literal(parsed.value, parsed.data_type))
            }
            Type::Decimal { .. } => decimal(text).ok_or_else(|| {
                error_at(
                    syntax,
                    ErrorCode::InvalidLiteral,
                    format!("'{text}' is not a valid DECIMAL literal"),
                )
            }),
            Type::Json => {
                let text = Typed::text(text);
                let parsed = self.call("json_parse", vec![text], syntax)?;
                let value = self
                    .constant(&parsed.expr)
                    .map_err(|error| error_at(syntax, ErrorCode::InvalidLiteral, error.message))?;
                Ok(Typed::literal(value, Type::Json))
            }
            other => {
                let cast = self.cast_to(Typed::text(text), &other, OnFailure::Error, syntax)?;
                let value = self.constant(&cast.expr).map_err(|error| {
                    error_at(
                        syntax,
                        ErrorCode::InvalidLiteral,
                        format!("'{text}' is not a valid {other} literal: {}", error.message),
                    )
                })?;
                Ok(Typed::literal(value, other))
            }
        }
    }

    /// `INTERVAL '2' DAY`
    pub(super) fn interval(&self, interval: &ast::Interval, syntax: &ast::Expr) -> Result<Typed> {
        let text = match interval.value.as_ref() {
            ast::Expr::Value(value) => match &value.value {
                ast::Value::SingleQuotedString(text) => text,
                _ => {
                    return Err(error_at(
                        syntax,
                        ErrorCode::SyntaxError,
                        "an interval's value stands in single quotes, such as INTERVAL '2' DAY",
                    ));
                }
            },
            _ => {
                return Err(error_at(
                    syntax,
                    ErrorCode::SyntaxError,
                    "an interval's value is a text in single quotes, such as INTERVAL '2' DAY",
                ));
            }
        };
        let Some(leading) = &interval.leading_field else {
            return Err(error_at(
                syntax,
                ErrorCode::SyntaxError,
                "an interval needs a unit, such as INTERVAL '2' DAY",
            ));
        };
        let last = interval.last_field.as_ref().map(ToString::to_string);
        let (data_type, value) =
            literal::parse_interval(text, &leading.to_string(), last.as_deref())
                .map_err(|error| error_at(syntax, ErrorCode::InvalidLiteral, error.to_string()))?;
        Ok(Typed::literal(value, data_type))
    }

    /// A parameter whose place tells its type.
    pub(super) fn typed_parameter(&self, placeholder: Placeholder, to: &Type) -> Result<Typed> {
        if let Some(place) = parameter_place(&placeholder.id) {
            self.parameter_type(place, to);
        }
        // A plan with parameters is only described, never run: NULL of the type stands for any value.
        Ok(Typed::null(to.clone()))
    }

    /// EXTRACT(field FROM x)
    pub(super) fn extract(
        &self,
        syntax: &ast::Expr,
        field: &ast::DateTimeField,
        value: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let typed = self.expression(value, context)?;
        let field = field.to_string().to_lowercase();
        let function = match field.as_str() {
            "year" | "quarter" | "month" | "week" | "day" | "day_of_month" | "day_of_week"
            | "dow" | "day_of_year" | "doy" | "year_of_week" | "yow" | "hour" | "minute"
            | "second" | "timezone_hour" | "timezone_minute" => field.as_str(),
            "dayofmonth" => "day_of_month",
            "dayofweek" => "day_of_week",
            "dayofyear" => "day_of_year",
            _ => {
                return Err(error_at(
                    syntax,
                    ErrorCode::SyntaxError,
                    format!("Invalid EXTRACT field: {}", field.to_uppercase()),
                ));
            }
        };
        self.call(function, vec![typed], syntax)
    }
}

/// A parameter that has no type yet.
fn parameter(name: &str) -> Typed {
    Typed::new(
        Expr::Placeholder(Placeholder::new_with_field(name.to_owned(), None)),
        Type::Unknown,
    )
}

/// The place of the parameter `?3`, counted from 0.
fn parameter_place(name: &str) -> Option<usize> {
    name.trim_start_matches('?')
        .parse::<usize>()
        .ok()?
        .checked_sub(1)
}

/// A number without a type before it: an integer, a decimal, or with an exponent a double.
fn number(text: &str) -> Result<Typed> {
    if text.contains(['e', 'E']) {
        return match text.parse::<f64>() {
            Ok(number) => Ok(Typed::literal(
                ScalarValue::Float64(Some(number)),
                Type::Double,
            )),
            Err(_) => Err(invalid_number(text)),
        };
    }
    if text.contains('.') {
        return decimal(text).ok_or_else(|| invalid_number(text));
    }
    match text.parse::<i64>() {
        Ok(number) => Ok(match i32::try_from(number) {
            Ok(small) => Typed::integer(small),
            Err(_) => Typed::bigint(number),
        }),
        Err(_) => Err(QueryError::new(
            ErrorCode::InvalidLiteral,
            format!("Invalid numeric literal: {text}"),
        )),
    }
}

fn invalid_number(text: &str) -> QueryError {
    QueryError::new(
        ErrorCode::InvalidLiteral,
        format!("Invalid numeric literal: {text}"),
    )
}

/// A decimal of as many digits as are written.
fn decimal(text: &str) -> Option<Typed> {
    let trimmed = text.trim();
    let (negative, digits) = match trimmed.as_bytes().first()? {
        b'-' => (true, trimmed.get(1..)?),
        b'+' => (false, trimmed.get(1..)?),
        _ => (false, trimmed),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = char::from(digit).to_digit(10)?;
        value = value.checked_mul(10)?.checked_add(digit.into())?;
    }
    let scale = u8::try_from(fraction.len()).ok()?;
    let precision = u8::try_from(whole.len() + fraction.len()).ok()?.max(1);
    if precision > DECIMAL_PRECISION_MAX {
        return None;
    }
    let value = if negative { -value } else { value };
    Some(Typed::literal(
        ScalarValue::Decimal128(Some(value), precision, i8::try_from(scale).ok()?),
        Type::Decimal { precision, scale },
    ))
}

/// The bytes of pairs of hexadecimal digits.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| {
            char::from(byte)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()?;
    let mut pairs = digits.chunks_exact(2);
    let bytes = pairs
        .by_ref()
        .filter_map(|pair| Some(pair.first()? * 16 + pair.get(1)?))
        .collect();
    pairs.remainder().is_empty().then_some(bytes)
}
