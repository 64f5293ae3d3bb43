//! Calls with OVER.

use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr, SortExpr, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition, cast,
};
use datafusion::scalar::ScalarValue;
use prismlake_functions::types::Type;
use prismlake_functions::{BoundFunction, Implementation, registry};
use sqlparser::ast;

use super::function_call::null_treatment;
use super::{AGGREGATE_ARGUMENTS, ExprContext};
use crate::analyze::sort::sort_by;
use crate::analyze::typed::Typed;
use crate::analyze::window::has_windows;
use crate::analyze::{Analyzer, error_at, not_supported};
use crate::error::{ErrorCode, QueryError, Result};

/// How deep windows may be named after windows.
const NAMED_WINDOWS_MAX: usize = 32;

/// What OVER says, with named windows put in.
struct Over {
    partition_by: Vec<Expr>,
    order_by: Vec<SortExpr>,
    /// The types of what rows are ordered by.
    order_types: Vec<Type>,
    frame: Option<ast::WindowFrame>,
}

impl Analyzer<'_> {
    pub(super) fn window_call(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        if context.windows.is_none() {
            return Err(match context.clause {
                AGGREGATE_ARGUMENTS => error_at(
                    syntax,
                    ErrorCode::NestedWindow,
                    format!("Cannot nest window functions inside aggregation: [{syntax}]"),
                ),
                _ => context.not_scalar(syntax),
            });
        }
        // Within the call there may be aggregates of the groups, and no further windows.
        let mut inside = context.clone();
        inside.results = None;
        let over = match &function.over {
            Some(ast::WindowType::WindowSpec(spec)) => self.over(spec, &inside, 0)?,
            Some(ast::WindowType::NamedWindow(name)) => {
                let spec = ast::WindowSpec {
                    window_name: Some(name.clone()),
                    partition_by: Vec::new(),
                    order_by: Vec::new(),
                    window_frame: None,
                };
                self.over(&spec, &inside, 0)?
            }
            None => return Err(QueryError::internal("a window call without OVER")),
        };
        let definition = registry().function(name).filter(|known| !known.hidden);
        let (fun, args, filter, distinct, data_type) = match definition
            .and_then(|known| known.overloads.first())
            .map(|of| of.implementation)
        {
            Some(Implementation::Aggregate(_)) => {
                let mut within = inside.clone();
                within.windows = None;
                let call = self.aggregate(name, function, syntax, &within)?;
                if !call.order_by.is_empty() {
                    return Err(not_supported(
                        syntax,
                        "Window function with ORDER BY is not supported",
                    ));
                }
                (
                    WindowFunctionDefinition::AggregateUDF(call.function),
                    call.arguments,
                    call.filter.map(Box::new),
                    call.distinct,
                    call.data_type,
                )
            }
            Some(Implementation::Window(_)) => {
                let arguments = self.arguments(function, &inside)?;
                let bound = self.bind(name, arguments, syntax, &inside)?;
                let data_type = bound.resolved.bound.returns.clone();
                let BoundFunction::Window(fun) = bound.resolved.function()? else {
                    return Err(QueryError::internal(format!(
                        "{name} is no window function"
                    )));
                };
                (fun, bound.arguments, None, false, data_type)
            }
            Some(_) => {
                return Err(error_at(
                    syntax,
                    ErrorCode::FunctionNotWindow,
                    format!("Function '{name}' is neither an aggregate nor a window function"),
                ));
            }
            None => {
                return Err(error_at(
                    syntax,
                    ErrorCode::FunctionNotFound,
                    format!("Function '{name}' not registered"),
                ));
            }
        };
        if args.iter().any(has_windows) {
            return Err(error_at(
                syntax,
                ErrorCode::NestedWindow,
                format!(
                    "Cannot nest window functions or row pattern measures inside window function '{name}': [{syntax}]"
                ),
            ));
        }
        let frame = self.frame(&over, name, syntax, &inside)?;
        let expr = Expr::WindowFunction(Box::new(WindowFunction {
            fun,
            params: WindowFunctionParams {
                args,
                partition_by: over.partition_by,
                order_by: over.order_by,
                window_frame: frame,
                filter,
                null_treatment: null_treatment(function),
                distinct,
            },
        }));
        // DataFusion counts ranks without signs.
        let unsigned = matches!(name, "row_number" | "rank" | "dense_rank" | "ntile");
        Ok(Typed::new(
            if unsigned {
                cast(expr, data_type.arrow())
            } else {
                expr
            },
            data_type,
        ))
    }

    fn over(
        &self,
        spec: &ast::WindowSpec,
        context: &ExprContext<'_>,
        depth: usize,
    ) -> Result<Over> {
        let base = match &spec.window_name {
            None => None,
            Some(name) => {
                let named = context
                    .windows
                    .into_iter()
                    .flatten()
                    .find(|known| known.0.value.eq_ignore_ascii_case(&name.value));
                let Some(known) = named.filter(|_| depth < NAMED_WINDOWS_MAX) else {
                    return Err(error_at(
                        name,
                        ErrorCode::InvalidWindowReference,
                        format!("Cannot resolve WINDOW name {}", name.value),
                    ));
                };
                let referred = match &known.1 {
                    ast::NamedWindowExpr::WindowSpec(inner) => {
                        self.over(inner, context, depth + 1)?
                    }
                    ast::NamedWindowExpr::NamedWindow(other) => {
                        let inner = ast::WindowSpec {
                            window_name: Some(other.clone()),
                            partition_by: Vec::new(),
                            order_by: Vec::new(),
                            window_frame: None,
                        };
                        self.over(&inner, context, depth + 1)?
                    }
                };
                if !spec.partition_by.is_empty() {
                    return Err(error_at(
                        name,
                        ErrorCode::InvalidPartitionBy,
                        "WINDOW specification with named WINDOW reference cannot specify PARTITION BY",
                    ));
                }
                if !spec.order_by.is_empty() && !referred.order_by.is_empty() {
                    return Err(error_at(
                        name,
                        ErrorCode::InvalidOrderBy,
                        "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY",
                    ));
                }
                Some(referred)
            }
        };
        let mut over = base.unwrap_or(Over {
            partition_by: Vec::new(),
            order_by: Vec::new(),
            order_types: Vec::new(),
            frame: None,
        });
        let mut inside = context.clone();
        inside.windows = None;
        for expr in &spec.partition_by {
            let typed = self.expression(expr, &inside)?;
            if !typed.data_type.is_comparable() {
                return Err(error_at(
                    expr,
                    ErrorCode::TypeMismatch,
                    format!(
                        "{} is not comparable, and therefore cannot be used in window function PARTITION BY",
                        typed.data_type
                    ),
                ));
            }
            over.partition_by.push(typed.expr);
        }
        for item in &spec.order_by {
            let typed = self.expression(&item.expr, &inside)?;
            over.order_types.push(typed.data_type.clone());
            over.order_by.push(sort_by(typed, item)?);
        }
        if let Some(frame) = &spec.window_frame {
            over.frame = Some(frame.clone());
        }
        Ok(over)
    }

    fn frame(
        &self,
        over: &Over,
        name: &str,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<WindowFrame> {
        // Ranks and neighbours are counted over the whole partition.
        let ignores_frames = matches!(
            name,
            "row_number"
                | "rank"
                | "dense_rank"
                | "percent_rank"
                | "cume_dist"
                | "ntile"
                | "lag"
                | "lead"
        );
        let Some(frame) = over.frame.as_ref().filter(|_| !ignores_frames) else {
            let ordered = !over.order_by.is_empty();
            return Ok(WindowFrame::new(ordered.then_some(false)));
        };
        let units = match frame.units {
            ast::WindowFrameUnits::Rows => WindowFrameUnits::Rows,
            ast::WindowFrameUnits::Range => WindowFrameUnits::Range,
            ast::WindowFrameUnits::Groups => WindowFrameUnits::Groups,
        };
        if units == WindowFrameUnits::Groups && over.order_by.is_empty() {
            return Err(error_at(
                syntax,
                ErrorCode::MissingOrderBy,
                "Window frame of type GROUPS requires ORDER BY",
            ));
        }
        let start = self.bound(&frame.start_bound, units, over, syntax, context)?;
        let end = match &frame.end_bound {
            Some(bound) => self.bound(bound, units, over, syntax, context)?,
            None => WindowFrameBound::CurrentRow,
        };
        let invalid =
            |message: &str| error_at(syntax, ErrorCode::InvalidWindowFrame, message.to_owned());
        match (&start, &end) {
            (WindowFrameBound::Following(value), _) if value.is_null() => {
                return Err(invalid("Window frame start cannot be UNBOUNDED FOLLOWING"));
            }
            (_, WindowFrameBound::Preceding(value)) if value.is_null() => {
                return Err(invalid("Window frame end cannot be UNBOUNDED PRECEDING"));
            }
            (WindowFrameBound::CurrentRow, WindowFrameBound::Preceding(_)) => {
                return Err(invalid(
                    "Window frame starting from CURRENT ROW cannot end with PRECEDING",
                ));
            }
            (WindowFrameBound::Following(_), WindowFrameBound::Preceding(_)) => {
                return Err(invalid(
                    "Window frame starting from FOLLOWING cannot end with PRECEDING",
                ));
            }
            (WindowFrameBound::Following(_), WindowFrameBound::CurrentRow) => {
                return Err(invalid(
                    "Window frame starting from FOLLOWING cannot end with CURRENT ROW",
                ));
            }
            _ => {}
        }
        Ok(WindowFrame::new_bounds(units, start, end))
    }

    fn bound(
        &self,
        bound: &ast::WindowFrameBound,
        units: WindowFrameUnits,
        over: &Over,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<WindowFrameBound> {
        let offset = |value: &Option<Box<ast::Expr>>| -> Result<ScalarValue> {
            match value {
                // NULL stands for UNBOUNDED.
                None => Ok(match units {
                    WindowFrameUnits::Range => ScalarValue::Null,
                    _ => ScalarValue::UInt64(None),
                }),
                Some(expr) => self.offset(expr, units, over, syntax, context),
            }
        };
        Ok(match bound {
            ast::WindowFrameBound::CurrentRow => WindowFrameBound::CurrentRow,
            ast::WindowFrameBound::Preceding(value) => WindowFrameBound::Preceding(offset(value)?),
            ast::WindowFrameBound::Following(value) => WindowFrameBound::Following(offset(value)?),
        })
    }

    /// How far a frame reaches: a constant, of rows or groups, or of what rows are ordered by.
    fn offset(
        &self,
        expr: &ast::Expr,
        units: WindowFrameUnits,
        over: &Over,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<ScalarValue> {
        let typed = self.expression(expr, context)?;
        let value = self.constant(&typed.expr).map_err(|_| {
            not_supported(
                expr,
                "the offset of a window frame must be a constant: offsets that differ by row are not supported",
            )
        })?;
        let negative = || {
            error_at(
                expr,
                ErrorCode::InvalidWindowFrame,
                "Window frame offset value must not be negative or null",
            )
        };
        if units != WindowFrameUnits::Range {
            let count = match value {
                ScalarValue::Int32(Some(count)) => u64::try_from(count).ok(),
                ScalarValue::Int64(Some(count)) => u64::try_from(count).ok(),
                ScalarValue::Int16(Some(count)) => u64::try_from(count).ok(),
                ScalarValue::Int8(Some(count)) => u64::try_from(count).ok(),
                ScalarValue::Decimal128(..)
                | ScalarValue::Float64(_)
                | ScalarValue::Utf8View(_) => {
                    return Err(error_at(
                        expr,
                        ErrorCode::TypeMismatch,
                        format!(
                            "Window frame of type {units} start and end values must be of exact numeric type with scale 0, got {}",
                            typed.data_type
                        ),
                    ));
                }
                _ => None,
            };
            return count
                .map(|count| ScalarValue::UInt64(Some(count)))
                .ok_or_else(negative);
        }
        let [order_type] = over.order_types.as_slice() else {
            return Err(error_at(
                syntax,
                if over.order_types.is_empty() {
                    ErrorCode::MissingOrderBy
                } else {
                    ErrorCode::InvalidOrderBy
                },
                "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY",
            ));
        };
        if value.is_null() {
            return Err(negative());
        }
        match (order_type, &typed.data_type) {
            (order, offset) if order.is_numeric() && offset.is_numeric() => {
                let value = value.cast_to(&order.arrow())?;
                let zero = ScalarValue::new_zero(&order.arrow())?;
                if value.partial_cmp(&zero) == Some(std::cmp::Ordering::Less) || is_nan(&value) {
                    return Err(negative());
                }
                Ok(value)
            }
            (
                Type::Date | Type::Timestamp(_),
                Type::IntervalDayToSecond | Type::IntervalYearToMonth,
            ) => Ok(match value {
                ScalarValue::DurationMillisecond(Some(millis)) => {
                    let days = i32::try_from(millis / 86_400_000).map_err(|_| negative())?;
                    ScalarValue::new_interval_mdn(0, days, (millis % 86_400_000) * 1_000_000)
                }
                ScalarValue::IntervalYearMonth(Some(months)) => {
                    ScalarValue::new_interval_mdn(months, 0, 0)
                }
                _ => return Err(negative()),
            }),
            (order, offset) => Err(error_at(
                expr,
                ErrorCode::TypeMismatch,
                format!(
                    "Window frame RANGE value type ({offset}) not compatible with sort item type ({order})"
                ),
            )),
        }
    }
}

/// A frame that reaches as far as NaN has no end to look for.
fn is_nan(value: &ScalarValue) -> bool {
    match value {
        ScalarValue::Float32(Some(number)) => number.is_nan(),
        ScalarValue::Float64(Some(number)) => number.is_nan(),
        _ => false,
    }
}
