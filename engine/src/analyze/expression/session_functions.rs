//! Functions that tell of the session: the time at which the query started, the user, the current names.

use arrow::datatypes::TimeUnit;
use chrono::{Datelike, Timelike};
use datafusion::scalar::ScalarValue;
use prismlake_functions::types::Type;
use sqlparser::ast;

use super::comparison::utc_literal;
use super::function_call::argument_expressions;
use crate::analyze::Analyzer;
use crate::analyze::error_at;
use crate::analyze::typed::Typed;
use crate::error::{ErrorCode, QueryError, Result};

/// The days from the beginning of the common era to that of Unix.
const DAYS_TO_EPOCH: i32 = 719_163;

impl Analyzer<'_> {
    /// The function's value, if it is one of these.
    pub(super) fn session_function(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
    ) -> Result<Option<Typed>> {
        let takes_precision = matches!(
            name,
            "current_time" | "current_timestamp" | "localtime" | "localtimestamp"
        );
        let known = takes_precision
            || matches!(
                name,
                "now"
                    | "current_date"
                    | "current_timezone"
                    | "current_user"
                    | "current_catalog"
                    | "current_schema"
                    | "current_path"
                    | "current_groups"
                    | "version"
            );
        if !known {
            return Ok(None);
        }
        let arguments = argument_expressions(function)?;
        let precision = match arguments.as_slice() {
            [] => 3,
            [(None, ast::Expr::Value(value))] if takes_precision => match &value.value {
                ast::Value::Number(text, _) => text
                    .parse::<u8>()
                    .ok()
                    .filter(|precision| *precision <= 9)
                    .ok_or_else(|| {
                        error_at(
                            syntax,
                            ErrorCode::NotSupported,
                            format!("the precision {text} is not supported; up to 9 digits of a second are"),
                        )
                    })?,
                _ => return Ok(None),
            },
            _ => {
                return Err(error_at(
                    syntax,
                    ErrorCode::FunctionNotFound,
                    format!("Unexpected parameters for function {name}. Expected: {name}()"),
                ));
            }
        };
        let started = self.facts.started;
        let step = 10_i64.pow(u32::from(9 - precision.min(9)));
        let nanos = i64::from(started.nanosecond() % 1_000_000_000) / step * step;
        let micros = started
            .timestamp()
            .checked_mul(1_000_000)
            .and_then(|micros| micros.checked_add(nanos / 1000))
            .ok_or_else(|| QueryError::internal("the clock is out of range"))?;
        let nanos_of_day = i64::from(started.num_seconds_from_midnight()) * 1_000_000_000 + nanos;
        Ok(Some(match name {
            "now" | "current_timestamp" => {
                if precision > 6 {
                    let instant = Typed::literal(
                        ScalarValue::TimestampNanosecond(
                            micros.checked_mul(1000).map(|of| of + nanos % 1000),
                            None,
                        ),
                        Type::Timestamp(precision),
                    );
                    self.coerce(instant, &Type::TimestampWithTimeZone(precision))?
                } else {
                    Typed::literal(utc_literal(micros)?, Type::TimestampWithTimeZone(precision))
                }
            }
            "localtimestamp" => {
                let value = if precision > 6 {
                    ScalarValue::TimestampNanosecond(
                        micros.checked_mul(1000).map(|of| of + nanos % 1000),
                        None,
                    )
                } else {
                    ScalarValue::TimestampMicrosecond(Some(micros), None)
                };
                Typed::literal(value, Type::Timestamp(precision))
            }
            "current_date" => Typed::literal(
                ScalarValue::Date32(Some(started.num_days_from_ce() - DAYS_TO_EPOCH)),
                Type::Date,
            ),
            "localtime" | "current_time" => {
                let value = match Type::Time(precision).arrow() {
                    arrow::datatypes::DataType::Time64(TimeUnit::Microsecond) => {
                        ScalarValue::Time64Microsecond(Some(nanos_of_day / 1000))
                    }
                    _ => ScalarValue::Time64Nanosecond(Some(nanos_of_day)),
                };
                let local = Typed::literal(value, Type::Time(precision));
                if name == "localtime" {
                    local
                } else {
                    self.coerce(local, &Type::TimeWithTimeZone(precision))?
                }
            }
            "current_timezone" => Typed::varchar("UTC"),
            "current_user" => Typed::varchar(&self.facts.user),
            "current_catalog" => Typed::varchar(&self.facts.catalog),
            "current_schema" => Typed::varchar(&self.facts.database),
            "current_path" => Typed::varchar(""),
            "version" => Typed::varchar(concat!("Prismlake ", env!("CARGO_PKG_VERSION"))),
            _ => self.call("$array_constructor", Vec::new(), syntax)?,
        }))
    }
}
