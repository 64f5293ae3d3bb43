//! Expressions of MEASURES and DEFINE. What they read of a match becomes columns of their own; the rest is typed as everywhere.

mod calls;
mod nesting;

use std::cell::RefCell;
use std::rc::Rc;

use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use prismlake_functions::types::Type;
use sqlparser::ast;
use sqlparser::ast::Ident;

use super::ExprContext;
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Syntax, error_at, not_supported};
use crate::error::{ErrorCode, QueryError, Result};
use crate::row_pattern::{
    Anchor, Formula, FormulaInput, FormulaSource, Navigation, Processing, VariableSet,
};
use nesting::refuse_pattern_inputs;

pub(super) use calls::refuse_processing_mode;

/// A pattern's variables, and what their rows are read of.
#[derive(Debug, Default)]
pub(in crate::analyze) struct PatternVariables {
    /// The primary variables, by canonical names.
    pub(in crate::analyze) primary: Vec<String>,
    /// Those of SUBSET.
    pub(in crate::analyze) unions: Vec<(String, VariableSet)>,
    /// What is computed for the rows of the input before they are matched: subqueries.
    pub(in crate::analyze) computed: RefCell<Vec<(Expr, Column)>>,
}

impl PatternVariables {
    /// The primary variables that a name stands for.
    pub(in crate::analyze) fn find(&self, name: &str) -> Option<VariableSet> {
        let count = self.primary.len();
        match self.primary.iter().position(|known| known == name) {
            Some(place) => Some(VariableSet::new(count, &[place])),
            None => {
                let union = self.unions.iter().find(|(known, _)| known == name);
                union.map(|(_, variables)| variables.clone())
            }
        }
    }

    fn universal(&self) -> VariableSet {
        VariableSet::universal(self.primary.len())
    }
}

/// A name as Trino compares pattern variables: without quotes its case does not matter.
pub(in crate::analyze) fn canonical(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_uppercase(),
    }
}

/// What an expression stands within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Clause,
    Navigation,
    Aggregate(&'static str),
}

/// Where an expression of MEASURES or DEFINE stands.
#[derive(Debug, Clone)]
pub(super) struct PatternContext {
    variables: Rc<PatternVariables>,
    /// Whether it is a definition.
    defining: bool,
    within: Within,
    navigation: Navigation,
    inputs: Rc<RefCell<Vec<FormulaInput>>>,
    /// The variables that columns and classifiers refer to; `None` is all.
    referred: Rc<RefCell<Vec<Option<String>>>>,
}

impl PatternContext {
    /// Within a function, which looks at what its arguments refer to.
    fn inside(&self, within: Within) -> PatternContext {
        PatternContext {
            within,
            referred: Rc::default(),
            ..self.clone()
        }
    }

    /// The navigation to rows of those variables.
    fn to(&self, variables: VariableSet) -> Navigation {
        Navigation {
            variables,
            ..self.navigation.clone()
        }
    }

    /// The one variable that was referred to, if something was; `None` within is all.
    fn only_reference(
        &self,
        function: &str,
        syntax: &impl Syntax,
    ) -> Result<Option<Option<String>>> {
        let referred = self.referred.borrow();
        let Some(first) = referred.first() else {
            return Ok(None);
        };
        if referred.iter().any(|other| other != first) {
            return Err(error_at(
                syntax,
                ErrorCode::InvalidArguments,
                format!("All labels and classifiers inside the call to '{function}' must match"),
            ));
        }
        Ok(Some(first.clone()))
    }
}

impl Analyzer<'_> {
    /// An expression of MEASURES or, if it is `defining`, DEFINE.
    pub(in crate::analyze) fn pattern_formula(
        &self,
        expr: &ast::Expr,
        context: &ExprContext<'_>,
        variables: &Rc<PatternVariables>,
        defining: bool,
    ) -> Result<(Formula, Type)> {
        let inputs = Rc::new(RefCell::new(Vec::new()));
        let mut context = context.clone();
        context.pattern = Some(PatternContext {
            navigation: Navigation {
                variables: variables.universal(),
                anchor: Anchor::Last,
                passed: 0,
                processing: Processing::Running,
                shift: 0,
            },
            variables: Rc::clone(variables),
            defining,
            within: Within::Clause,
            inputs: Rc::clone(&inputs),
            referred: Rc::default(),
        });
        let typed = self.expression(expr, &context)?;
        let formula = Formula {
            text: expr
                .to_string()
                .replace("$final(", "FINAL (")
                .replace("$running(", "RUNNING ("),
            expr: typed.expr,
            inputs: inputs.take(),
        };
        Ok((formula, typed.data_type))
    }

    /// What is other within MEASURES and DEFINE; `None` for expressions that are as everywhere.
    pub(super) fn pattern_expression(
        &self,
        expr: &ast::Expr,
        pattern: &PatternContext,
        context: &ExprContext<'_>,
    ) -> Result<Option<Typed>> {
        match expr {
            ast::Expr::Identifier(name) => self
                .pattern_column(std::slice::from_ref(name), pattern, context)
                .map(Some),
            ast::Expr::CompoundIdentifier(parts) => {
                self.pattern_column(parts, pattern, context).map(Some)
            }
            ast::Expr::Function(function) => self.pattern_call(function, expr, pattern, context),
            ast::Expr::InSubquery { expr: value, .. }
            | ast::Expr::AnyOp { left: value, .. }
            | ast::Expr::AllOp { left: value, .. } => {
                refuse_pattern_inputs(value, &pattern.variables)?;
                self.pattern_subquery(expr, pattern, context).map(Some)
            }
            ast::Expr::Exists { .. } | ast::Expr::Subquery(_) => {
                self.pattern_subquery(expr, pattern, context).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A column, in the row that is navigated to.
    fn pattern_column(
        &self,
        parts: &[Ident],
        pattern: &PatternContext,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let (label, variables, column) = match parts {
            [column] => (None, pattern.variables.universal(), column),
            [first, rest @ ..] => {
                let label = canonical(first);
                let written: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
                let Some(variables) = pattern.variables.find(&label) else {
                    return Err(error_at(
                        first,
                        ErrorCode::ColumnNotFound,
                        format!("Column '{}' cannot be resolved", written.join(".")),
                    ));
                };
                match rest {
                    [column] if context.scope.resolve(rest).is_ok() => {
                        (Some(label), variables, column)
                    }
                    _ => {
                        let rest: Vec<String> =
                            rest.iter().map(|part| part.value.to_lowercase()).collect();
                        return Err(error_at(
                            first,
                            ErrorCode::ColumnNotFound,
                            format!(
                                "Column {} prefixed with label {label} cannot be resolved",
                                rest.join(".")
                            ),
                        ));
                    }
                }
            }
            [] => return Err(QueryError::internal("a name without parts")),
        };
        let found = context.scope.resolve(std::slice::from_ref(column))?.typed;
        let Expr::Column(source) = found.expr else {
            return Err(not_supported(
                column,
                format!(
                    "Reference to column '{}' from outer scope not allowed in this context",
                    column.value
                ),
            ));
        };
        pattern.referred.borrow_mut().push(label);
        let source = FormulaSource::Column {
            column: source,
            at: pattern.to(variables),
        };
        Ok(self.pattern_input(pattern, source, found.data_type))
    }

    /// Something that is read of a match, as a column.
    fn pattern_input(
        &self,
        pattern: &PatternContext,
        source: FormulaSource,
        data_type: Type,
    ) -> Typed {
        let mut inputs = pattern.inputs.borrow_mut();
        let name = match inputs.iter().find(|known| known.source == source) {
            Some(known) => known.name.clone(),
            None => {
                let name = self.symbol("matched");
                inputs.push(FormulaInput {
                    name: name.clone(),
                    data_type: data_type.arrow(),
                    source,
                });
                name
            }
        };
        Typed::new(Expr::Column(Column::new_unqualified(name)), data_type)
    }

    /// An expression with a subquery is computed for each row of the input, before rows are matched.
    fn pattern_subquery(
        &self,
        expr: &ast::Expr,
        pattern: &PatternContext,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let mut outside = context.clone();
        outside.pattern = None;
        let typed = self.expression(expr, &outside)?;
        let column = self.symbol_column("subquery");
        let mut computed = pattern.variables.computed.borrow_mut();
        computed.push((typed.expr, column.clone()));
        let source = FormulaSource::Column {
            column,
            at: pattern.to(pattern.variables.universal()),
        };
        Ok(self.pattern_input(pattern, source, typed.data_type))
    }
}
