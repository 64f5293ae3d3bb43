//! Calls within MEASURES and DEFINE: what navigates, classifies, counts and aggregates the rows of a match.

use std::rc::Rc;

use datafusion::logical_expr::expr::AggregateFunction;
use prismlake_functions::types::Type;
use prismlake_functions::{Implementation, registry};
use sqlparser::ast;
use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments, Ident};

use super::nesting::{refuse_nested_aggregates, refuse_nested_navigation};
use super::{PatternContext, Within, canonical};
use crate::analyze::expression::ExprContext;
use crate::analyze::expression::function_call::argument_expressions;
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Syntax, error_at, not_supported};
use crate::error::{ErrorCode, Result};
use crate::row_pattern::{Anchor, FormulaAggregate, FormulaSource, Processing};

/// The largest offset of a navigation function, as Trino has it.
const OFFSET_MAX: i64 = 2_147_483_647;

impl Analyzer<'_> {
    pub(super) fn pattern_call(
        &self,
        function: &ast::Function,
        syntax: &ast::Expr,
        pattern: &PatternContext,
        context: &ExprContext<'_>,
    ) -> Result<Option<Typed>> {
        let Some(name) = simple_name(function) else {
            return Ok(None);
        };
        let Some((processing, mode)) = processing_mode(&name) else {
            return self.pattern_function(&name, function, syntax, None, pattern, context);
        };
        let arguments = argument_expressions(function)?;
        let Some((_, called @ ast::Expr::Function(inner))) = arguments.first() else {
            return Ok(None);
        };
        let refused =
            |message: String| Err(error_at(syntax, ErrorCode::InvalidProcessingMode, message));
        if pattern.defining && processing == Processing::Final {
            return refused("FINAL semantics is not supported in DEFINE clause".to_owned());
        }
        let name = simple_name(inner).unwrap_or_default();
        match name.as_str() {
            "first" | "last" => {}
            "prev" | "next" | "classifier" | "match_number" => {
                return refused(format!(
                    "{mode} semantics is not supported with {name} pattern recognition function"
                ));
            }
            other if is_aggregate(other) => {}
            _ => {
                return refused(format!(
                    "{mode} semantics is supported only for FIRST(), LAST() and aggregation functions. Actual: {}",
                    inner.name.to_string().to_lowercase()
                ));
            }
        }
        self.pattern_function(&name, inner, called, Some(processing), pattern, context)
    }

    fn pattern_function(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        processing: Option<Processing>,
        pattern: &PatternContext,
        context: &ExprContext<'_>,
    ) -> Result<Option<Typed>> {
        let wildcard = qualified_wildcard(function);
        if let Some(label) = wildcard
            && !(name == "count" && arguments_count(function) == 1)
        {
            return Err(error_at(
                label,
                ErrorCode::InvalidFunctionArgument,
                "label.* syntax is only supported as the only argument of row pattern count function",
            ));
        }
        match name {
            "match_number" | "classifier" | "first" | "last" | "prev" | "next" => {
                for (used, clause) in clauses(function) {
                    if used {
                        return Err(error_at(
                            syntax,
                            ErrorCode::InvalidPatternRecognitionFunction,
                            format!("Cannot use {clause} with {name} pattern recognition function"),
                        ));
                    }
                }
            }
            _ => {}
        }
        match name {
            "match_number" => {
                if arguments_count(function) > 0 {
                    return Err(error_at(
                        syntax,
                        ErrorCode::InvalidFunctionArgument,
                        "MATCH_NUMBER pattern recognition function takes no arguments",
                    ));
                }
                let number = self.pattern_input(pattern, FormulaSource::MatchNumber, Type::Bigint);
                Ok(Some(number))
            }
            "classifier" => self.classifier(function, syntax, pattern).map(Some),
            "first" | "last" | "prev" | "next" => self
                .navigation(name, function, syntax, processing, pattern, context)
                .map(Some),
            _ if is_aggregate(name) => self
                .pattern_aggregate(name, function, syntax, processing, pattern, context)
                .map(Some),
            _ => {
                let arguments = argument_expressions(function)?;
                match arguments
                    .iter()
                    .find(|(_, argument)| matches!(argument, ast::Expr::Lambda(_)))
                {
                    Some((_, lambda)) => Err(not_supported(
                        *lambda,
                        "Lambda expression in pattern recognition context is not yet supported",
                    )),
                    None => Ok(None),
                }
            }
        }
    }

    /// `CLASSIFIER()`, `CLASSIFIER(A)`
    fn classifier(
        &self,
        function: &ast::Function,
        syntax: &ast::Expr,
        pattern: &PatternContext,
    ) -> Result<Typed> {
        let arguments = argument_expressions(function)?;
        let (label, variables) = match arguments.as_slice() {
            [] => (None, pattern.variables.universal()),
            [(_, ast::Expr::Identifier(name))] => {
                let label = canonical(name);
                let Some(variables) = pattern.variables.find(&label) else {
                    return Err(error_at(
                        name,
                        ErrorCode::InvalidFunctionArgument,
                        format!(
                            "{} is not a primary pattern variable or subset name",
                            name.value
                        ),
                    ));
                };
                (Some(label), variables)
            }
            [(_, other)] => {
                return Err(error_at(
                    *other,
                    ErrorCode::TypeMismatch,
                    format!(
                        "CLASSIFIER function argument should be primary pattern variable or subset name. Actual: {other}"
                    ),
                ));
            }
            _ => {
                return Err(error_at(
                    syntax,
                    ErrorCode::InvalidFunctionArgument,
                    "CLASSIFIER pattern recognition function takes no arguments or 1 argument",
                ));
            }
        };
        pattern.referred.borrow_mut().push(label);
        let source = FormulaSource::Classifier {
            at: pattern.to(variables),
        };
        Ok(self.pattern_input(pattern, source, Type::Varchar(None)))
    }

    /// `FIRST`, `LAST`, `PREV` and `NEXT`: where the columns of the first argument are looked up.
    fn navigation(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        processing: Option<Processing>,
        pattern: &PatternContext,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        if let Within::Aggregate(aggregate) = pattern.within {
            return Err(error_at(
                syntax,
                ErrorCode::InvalidNavigationNesting,
                format!(
                    "Cannot nest {name} pattern navigation function inside {aggregate} function"
                ),
            ));
        }
        let arguments = argument_expressions(function)?;
        let (value, offset) = match arguments.as_slice() {
            [(_, value)] => (*value, None),
            [(_, value), (_, offset)] => (*value, Some(navigation_offset(name, offset, syntax)?)),
            _ => {
                return Err(error_at(
                    syntax,
                    ErrorCode::InvalidFunctionArgument,
                    format!("{name} pattern recognition function requires 1 or 2 arguments"),
                ));
            }
        };
        refuse_nested_aggregates(name, value)?;
        refuse_nested_navigation(name, value)?;
        let mut inside = pattern.inside(Within::Navigation);
        let navigation = &mut inside.navigation;
        match name {
            "prev" => navigation.shift = -offset.unwrap_or(1),
            "next" => navigation.shift = offset.unwrap_or(1),
            _ => {
                navigation.anchor = match name {
                    "first" => Anchor::First,
                    _ => Anchor::Last,
                };
                navigation.passed = usize::try_from(offset.unwrap_or(0)).unwrap_or(usize::MAX);
                navigation.processing = processing.unwrap_or(Processing::Running);
            }
        }
        let mut within = context.clone();
        within.pattern = Some(inside.clone());
        let typed = self.expression(value, &within)?;
        let Some(label) = inside.only_reference(name, syntax)? else {
            return Err(error_at(
                syntax,
                ErrorCode::InvalidArguments,
                format!(
                    "Pattern navigation function '{}' must contain at least one column reference or CLASSIFIER()",
                    name.to_uppercase()
                ),
            ));
        };
        pattern.referred.borrow_mut().push(label);
        Ok(typed)
    }

    /// An aggregate over rows of the match.
    fn pattern_aggregate(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        processing: Option<Processing>,
        pattern: &PatternContext,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        if let Within::Aggregate(outer) = pattern.within {
            return Err(error_at(
                syntax,
                ErrorCode::NestedAggregation,
                format!("Cannot nest {name} aggregate function inside {outer} function"),
            ));
        }
        for (used, clause) in clauses(function) {
            if used {
                let message = format!(
                    "Cannot use {clause} with {name} aggregate function in pattern recognition context"
                );
                let code = match clause {
                    "OVER" => ErrorCode::NestedWindow,
                    _ => ErrorCode::NotSupported,
                };
                return Err(error_at(syntax, code, message));
            }
        }
        // The library's own name lives as long as the program.
        let known = registry()
            .function(name)
            .map_or("aggregate", |known| known.name);
        let mut inside = pattern.inside(Within::Aggregate(known));
        inside.inputs = Rc::default();
        inside.navigation.anchor = Anchor::Last;
        if let Some(label) = qualified_wildcard(function) {
            let variable = canonical(label);
            if pattern.variables.find(&variable).is_none() {
                return Err(error_at(
                    label,
                    ErrorCode::InvalidFunctionArgument,
                    format!("{variable} is not a primary pattern variable or subset name"),
                ));
            }
            inside.referred.borrow_mut().push(Some(variable));
        }
        let mut within = context.clone();
        within.pattern = Some(inside.clone());
        let call = self.aggregate(name, function, syntax, &within)?;
        let variables = match inside.only_reference(name, syntax)?.flatten() {
            Some(label) => pattern.variables.find(&label),
            None => None,
        };
        let source = FormulaSource::Aggregate(Box::new(FormulaAggregate {
            call: AggregateFunction::new_udf(
                call.function,
                call.arguments,
                false,
                None,
                Vec::new(),
                call.null_treatment,
            ),
            variables: variables.unwrap_or_else(|| pattern.variables.universal()),
            processing: processing.unwrap_or(Processing::Running),
            inputs: inside.inputs.take(),
        }));
        Ok(self.pattern_input(pattern, source, call.data_type))
    }
}

/// What the parser makes of RUNNING and FINAL.
fn processing_mode(name: &str) -> Option<(Processing, &'static str)> {
    match name {
        "$running" => Some((Processing::Running, "RUNNING")),
        "$final" => Some((Processing::Final, "FINAL")),
        _ => None,
    }
}

/// RUNNING and FINAL stand in MEASURES and DEFINE alone.
pub(in crate::analyze::expression) fn refuse_processing_mode(
    name: &str,
    syntax: &impl Syntax,
) -> Result<()> {
    match processing_mode(name) {
        None => Ok(()),
        Some((_, mode)) => Err(error_at(
            syntax,
            ErrorCode::InvalidProcessingMode,
            format!("{mode} semantics is not supported out of pattern recognition context"),
        )),
    }
}

/// The name of a function that is called by its name alone, in lower case.
pub(super) fn simple_name(function: &ast::Function) -> Option<String> {
    match function.name.0.as_slice() {
        [part] => part.as_ident().map(|name| name.value.to_lowercase()),
        _ => None,
    }
}

pub(super) fn is_aggregate(name: &str) -> bool {
    let known = registry().function(name).filter(|known| !known.hidden);
    known
        .and_then(|known| known.overloads.first())
        .is_some_and(|overload| matches!(overload.implementation, Implementation::Aggregate(_)))
}

/// `A` of `count(A.*)`
fn qualified_wildcard(function: &ast::Function) -> Option<&Ident> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    list.args.iter().find_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) => {
            name.0.first()?.as_ident()
        }
        _ => None,
    })
}

fn arguments_count(function: &ast::Function) -> usize {
    match &function.args {
        FunctionArguments::List(list) => list.args.len(),
        FunctionArguments::None => 0,
        FunctionArguments::Subquery(_) => 1,
    }
}

/// The clauses that calls cannot have here, and whether this one has them.
fn clauses(function: &ast::Function) -> [(bool, &'static str); 4] {
    let list = match &function.args {
        FunctionArguments::List(list) => Some(list),
        _ => None,
    };
    let ordered = list.is_some_and(|list| {
        list.clauses
            .iter()
            .any(|clause| matches!(clause, ast::FunctionArgumentClause::OrderBy(_)))
    });
    let distinct = list
        .is_some_and(|list| list.duplicate_treatment == Some(ast::DuplicateTreatment::Distinct));
    [
        (function.over.is_some(), "OVER"),
        (function.filter.is_some(), "FILTER"),
        (ordered || !function.within_group.is_empty(), "ORDER BY"),
        (distinct, "DISTINCT"),
    ]
}

/// The second argument of a navigation function.
fn navigation_offset(name: &str, offset: &ast::Expr, syntax: &ast::Expr) -> Result<i64> {
    let number = match offset {
        ast::Expr::Value(value) => match &value.value {
            ast::Value::Number(digits, _) => digits.parse::<i64>().ok(),
            _ => None,
        },
        _ => None,
    };
    let Some(number) = number else {
        return Err(error_at(
            syntax,
            ErrorCode::InvalidFunctionArgument,
            format!(
                "{name} pattern recognition navigation function requires a number as the second argument"
            ),
        ));
    };
    if number > OFFSET_MAX {
        return Err(error_at(
            syntax,
            ErrorCode::NumericValueOutOfRange,
            format!(
                "The second argument of {name} pattern recognition navigation function must not exceed {OFFSET_MAX} (actual: {number})"
            ),
        ));
    }
    Ok(number)
}
