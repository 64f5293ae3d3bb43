//! `relation MATCH_RECOGNIZE (…)`: its clauses checked, and the plan node that runs them.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::rc::Rc;

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, SortExpr};
use prismlake_functions::types::Type;
use sqlparser::ast;
use sqlparser::ast::{Ident, TableFactor, Visit, Visitor, visit_expressions};

use super::pattern::{PatternReader, row_pattern};
use crate::analyze::expression::{ExprContext, PatternVariables, canonical};
use crate::analyze::scope::{Scope, ScopeField};
use crate::analyze::sort::sort_by;
use crate::analyze::{Analyzer, Environment, PlannedRelation, error_at};
use crate::error::{ErrorCode, Result};
use crate::row_pattern::{
    AfterMatch, Anchor, Formula, MatchRecognize, Measure, Pattern, RowsPerMatch, Specification,
    VariableSet,
};

/// The clauses as they are written.
struct Clauses<'q> {
    partition_by: &'q [ast::Expr],
    order_by: &'q [ast::OrderByExpr],
    measures: &'q [ast::Measure],
    rows_per_match: RowsPerMatch,
    after_match: Option<&'q ast::AfterMatchSkip>,
    pattern: &'q ast::MatchRecognizePattern,
    definitions: Vec<&'q ast::SymbolDefinition>,
    /// The names of unions, and those of their variables.
    unions: Vec<(&'q Ident, Vec<&'q Ident>)>,
}

impl Analyzer<'_> {
    /// A relation with the matches of a pattern in it.
    pub(super) fn match_recognize(
        &self,
        factor: &TableFactor,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let TableFactor::MatchRecognize {
            table,
            partition_by,
            order_by,
            measures,
            rows_per_match,
            after_match_skip,
            pattern,
            symbols,
            ..
        } = factor
        else {
            return self.factor(factor, environment);
        };
        let (unions, definitions): (Vec<_>, Vec<_>) = symbols
            .iter()
            .partition(|symbol| union_members(&symbol.definition).is_some());
        let clauses = Clauses {
            partition_by,
            order_by,
            measures,
            rows_per_match: match rows_per_match {
                None | Some(ast::RowsPerMatch::OneRow) => RowsPerMatch::One,
                Some(ast::RowsPerMatch::AllRows(mode)) => match mode {
                    None | Some(ast::EmptyMatchesMode::Show) => RowsPerMatch::AllWithEmptyMatches,
                    Some(ast::EmptyMatchesMode::Omit) => RowsPerMatch::All,
                    Some(ast::EmptyMatchesMode::WithUnmatched) => {
                        RowsPerMatch::AllWithUnmatchedRows
                    }
                },
            },
            after_match: after_match_skip.as_ref(),
            pattern,
            definitions,
            unions: unions
                .into_iter()
                .map(|union| {
                    let members = union_members(&union.definition).unwrap_or_default();
                    (&union.symbol, members)
                })
                .collect(),
        };
        let input = self.factor(table, environment)?;
        let input = self.with_columns(input)?;
        self.recognized(factor, input, table, &clauses, environment)
    }

    /// The relation with a column for each of its fields.
    fn with_columns(&self, input: PlannedRelation) -> Result<PlannedRelation> {
        let mut scope = input.scope;
        let mut computed = Vec::new();
        for field in &mut scope.fields {
            if !matches!(field.expr, Expr::Column(_)) {
                let column = self.symbol_column(field.name.as_deref().unwrap_or("column"));
                let expr = std::mem::replace(&mut field.expr, Expr::Column(column.clone()));
                computed.push((expr, column));
            }
        }
        let plan = with_computed(input.plan, computed)?;
        Ok(PlannedRelation { plan, scope })
    }

    fn recognized(
        &self,
        factor: &TableFactor,
        input: PlannedRelation,
        table: &TableFactor,
        clauses: &Clauses<'_>,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let fields = &input.scope.fields;
        let mut names = HashSet::new();
        for name in fields.iter().filter_map(|field| field.name.as_deref()) {
            if !names.insert(name.to_uppercase()) {
                return Err(error_at(
                    table,
                    ErrorCode::AmbiguousName,
                    format!("ambiguous column: {name} in row pattern input relation"),
                ));
            }
        }
        let mut partition_by = Vec::new();
        for expr in clauses.partition_by {
            let field = input_field(expr, &input.scope)?;
            if !field.data_type.is_comparable() {
                return Err(error_at(
                    expr,
                    ErrorCode::TypeMismatch,
                    format!(
                        "{} is not comparable, and therefore cannot be used in PARTITION BY",
                        field.data_type
                    ),
                ));
            }
            partition_by.push(field);
        }
        let mut order_by: Vec<(&ScopeField, SortExpr)> = Vec::new();
        for item in clauses.order_by {
            let field = input_field(&item.expr, &input.scope)?;
            if !field.data_type.is_orderable() {
                return Err(error_at(
                    &item.expr,
                    ErrorCode::TypeMismatch,
                    format!(
                        "{} is not orderable, and therefore cannot be used in ORDER BY",
                        field.data_type
                    ),
                ));
            }
            order_by.push((field, sort_by(field.typed(), item)?));
        }

        let (pattern, variables) = pattern_variables(clauses)?;
        let after_match = after_match(clauses, &variables)?;
        check_expressions(clauses)?;
        let excludes = |part: &Pattern| matches!(part, Pattern::Exclusion(_));
        if clauses.rows_per_match == RowsPerMatch::AllWithUnmatchedRows
            && pattern.contains(&excludes)
        {
            return Err(error_at(
                factor,
                ErrorCode::InvalidRowPattern,
                "Pattern exclusion syntax is not allowed when ALL ROWS PER MATCH WITH UNMATCHED ROWS is specified",
            ));
        }

        let variables = Rc::new(variables);
        let mut seen = input.scope.clone();
        seen.outer.clone_from(&environment.outer);
        let context = ExprContext::new(seen, environment, "row pattern");
        let definitions = self.definitions(clauses, &context, &variables)?;
        let mut measures = Vec::new();
        let mut measured = Vec::new();
        for measure in clauses.measures {
            let (formula, data_type) =
                self.pattern_formula(&measure.expr, &context, &variables, false)?;
            let column = self.symbol_column(&measure.alias.value);
            measures.push(Measure {
                name: column.name.clone(),
                data_type: data_type.arrow(),
                formula,
            });
            let name = Some(measure.alias.value.clone());
            measured.push(ScopeField::column(None, name, data_type, column));
        }

        let visible = |field: &ScopeField| ScopeField {
            relation: None,
            hidden: false,
            ..field.clone()
        };
        let one_row = clauses.rows_per_match == RowsPerMatch::One;
        let mut output: Vec<ScopeField> = partition_by.iter().copied().map(visible).collect();
        if !one_row {
            output.extend(order_by.iter().map(|(field, _)| visible(field)));
        }
        let named: Vec<Expr> = output.iter().map(|field| field.expr.clone()).collect();
        output.extend(measured);
        if !one_row {
            let rest = fields.iter().filter(|field| !named.contains(&field.expr));
            output.extend(rest.map(|field| ScopeField {
                relation: None,
                ..field.clone()
            }));
        }
        if output.is_empty() {
            return Err(error_at(
                factor,
                ErrorCode::TableHasNoColumns,
                "pattern recognition output table has no columns",
            ));
        }
        let mut columns: Vec<Column> = Vec::new();
        for field in fields {
            if let Expr::Column(column) = &field.expr
                && output.iter().any(|put_out| put_out.expr == field.expr)
                && !columns.contains(column)
            {
                columns.push(column.clone());
            }
        }
        let specification = Specification {
            partition_by: columns_of(partition_by.iter().map(|field| &field.expr)),
            order_by: order_by.into_iter().map(|(_, item)| item).collect(),
            columns,
            measures,
            rows_per_match: clauses.rows_per_match,
            after_match,
            variables: variables.primary.clone(),
            pattern,
            definitions,
        };
        let computed = variables.computed.take();
        let plan = with_computed(input.plan, computed)?;
        Ok(PlannedRelation {
            plan: MatchRecognize::plan(plan, specification)?,
            scope: Scope::new(output, input.scope.outer.clone()),
        })
    }

    /// The condition of each primary variable.
    fn definitions(
        &self,
        clauses: &Clauses<'_>,
        context: &ExprContext<'_>,
        variables: &Rc<PatternVariables>,
    ) -> Result<Vec<Option<Formula>>> {
        let mut definitions = vec![None; variables.primary.len()];
        for definition in &clauses.definitions {
            let syntax = &definition.definition;
            let (formula, data_type) = self.pattern_formula(syntax, context, variables, true)?;
            if data_type != Type::Boolean {
                return Err(error_at(
                    syntax,
                    ErrorCode::TypeMismatch,
                    format!(
                        "Expression defining a label must be boolean (actual type: {data_type})"
                    ),
                ));
            }
            let name = canonical(&definition.symbol);
            for (known, slot) in variables.primary.iter().zip(&mut definitions) {
                if *known == name {
                    *slot = Some(formula.clone());
                }
            }
        }
        Ok(definitions)
    }
}

/// The members of a union: a definition by `$subset(variable, …)`.
fn union_members(definition: &ast::Expr) -> Option<Vec<&Ident>> {
    let ast::Expr::Function(function) = definition else {
        return None;
    };
    let name = function.name.0.first()?.as_ident()?;
    if name.value != "$subset" || name.quote_style.is_some() {
        return None;
    }
    let ast::FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let members = list.args.iter().filter_map(|argument| match argument {
        ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(ast::Expr::Identifier(name))) => {
            Some(name)
        }
        _ => None,
    });
    Some(members.collect())
}

/// A plan with further columns.
fn with_computed(
    plan: datafusion::logical_expr::LogicalPlan,
    computed: Vec<(Expr, Column)>,
) -> Result<datafusion::logical_expr::LogicalPlan> {
    if computed.is_empty() {
        return Ok(plan);
    }
    let own = plan.schema().columns().into_iter().map(Expr::Column);
    let further = computed
        .into_iter()
        .map(|(expr, column)| expr.alias(column.name));
    let projected: Vec<Expr> = own.chain(further).collect();
    Ok(LogicalPlanBuilder::from(plan).project(projected)?.build()?)
}

fn columns_of<'e>(exprs: impl Iterator<Item = &'e Expr>) -> Vec<Column> {
    exprs
        .filter_map(|expr| match expr {
            Expr::Column(column) => Some(column.clone()),
            _ => None,
        })
        .collect()
}

/// The column of the input that PARTITION BY or ORDER BY names.
fn input_field<'s>(expr: &ast::Expr, scope: &'s Scope) -> Result<&'s ScopeField> {
    let parts = match expr {
        ast::Expr::Identifier(name) => std::slice::from_ref(name),
        ast::Expr::CompoundIdentifier(parts) => parts.as_slice(),
        ast::Expr::Nested(inner) => return input_field(inner, scope),
        _ => {
            return Err(error_at(
                expr,
                ErrorCode::InvalidColumnReference,
                format!("Expected column reference. Actual: {expr}"),
            ));
        }
    };
    let found = match scope.resolve(parts) {
        Ok(found) if found.parts == parts.len() => Some(found.typed.expr),
        Ok(_) => None,
        Err(error) if error.code == ErrorCode::AmbiguousName => return Err(error),
        Err(_) => None,
    };
    found
        .and_then(|found| scope.fields.iter().find(|field| field.expr == found))
        .ok_or_else(|| {
            error_at(
                expr,
                ErrorCode::ColumnNotFound,
                format!("Column {expr} is not present in the input relation"),
            )
        })
}

/// The pattern, and the variables of PATTERN and SUBSET; DEFINE names some of them.
fn pattern_variables(clauses: &Clauses<'_>) -> Result<(Pattern, PatternVariables)> {
    let mut reader = PatternReader::default();
    let pattern = row_pattern(clauses.pattern, &mut reader)?;
    let mut variables = PatternVariables {
        primary: reader.variables,
        ..PatternVariables::default()
    };
    let invalid =
        |name: &Ident, message: String| Err(error_at(name, ErrorCode::InvalidLabel, message));
    for (name, members) in &clauses.unions {
        let union = canonical(name);
        if variables.primary.contains(&union) {
            return invalid(
                name,
                format!(
                    "union pattern variable name: {name} is a duplicate of primary pattern variable name"
                ),
            );
        }
        if variables.unions.iter().any(|(known, _)| *known == union) {
            return invalid(
                name,
                format!("union pattern variable name: {name} is declared twice"),
            );
        }
        let mut places = Vec::new();
        for member in members {
            let wanted = canonical(member);
            match variables.primary.iter().position(|known| *known == wanted) {
                Some(place) => places.push(place),
                None => {
                    return invalid(
                        member,
                        format!("subset element: {member} is not a primary pattern variable"),
                    );
                }
            }
        }
        let members = VariableSet::new(variables.primary.len(), &places);
        variables.unions.push((union, members));
    }
    let mut defined = HashSet::new();
    for definition in &clauses.definitions {
        let name = &definition.symbol;
        let variable = canonical(name);
        if !variables.primary.contains(&variable) {
            return invalid(
                name,
                format!("defined variable: {name} is not a primary pattern variable"),
            );
        }
        if !defined.insert(variable) {
            return invalid(
                name,
                format!("pattern variable with name: {name} is defined twice"),
            );
        }
    }
    Ok((pattern, variables))
}

fn after_match(clauses: &Clauses<'_>, variables: &PatternVariables) -> Result<AfterMatch> {
    let (anchor, name) = match clauses.after_match {
        None | Some(ast::AfterMatchSkip::PastLastRow) => return Ok(AfterMatch::PastLastRow),
        Some(ast::AfterMatchSkip::ToNextRow) => return Ok(AfterMatch::ToNextRow),
        Some(ast::AfterMatchSkip::ToFirst(name)) => (Anchor::First, name),
        Some(ast::AfterMatchSkip::ToLast(name)) => (Anchor::Last, name),
    };
    match variables.find(&canonical(name)) {
        Some(found) => Ok(AfterMatch::ToVariable(anchor, found)),
        None => Err(error_at(
            name,
            ErrorCode::InvalidLabel,
            format!("{name} is not a primary or union pattern variable"),
        )),
    }
}

/// Neither pattern recognition nor windows stand within MEASURES and DEFINE.
fn check_expressions(clauses: &Clauses<'_>) -> Result<()> {
    let measures = clauses.measures.iter().map(|measure| &measure.expr);
    let definitions = clauses
        .definitions
        .iter()
        .map(|definition| &definition.definition);
    for expr in measures.chain(definitions) {
        if let ControlFlow::Break(nested) = expr.visit(&mut NestedRecognition) {
            return Err(error_at(
                &nested,
                ErrorCode::NestedRowPatternRecognition,
                "nested row pattern recognition in row pattern recognition",
            ));
        }
        let window = visit_expressions(expr, |inner| match inner {
            ast::Expr::Function(function) if function.over.is_some() => {
                ControlFlow::Break(inner.clone())
            }
            _ => ControlFlow::Continue(()),
        });
        if let ControlFlow::Break(window) = window {
            return Err(error_at(
                &window,
                ErrorCode::NestedWindow,
                "Cannot nest window functions or row pattern measures inside pattern recognition expressions",
            ));
        }
    }
    Ok(())
}

/// Finds a MATCH_RECOGNIZE within a subquery.
struct NestedRecognition;

impl Visitor for NestedRecognition {
    type Break = TableFactor;

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<TableFactor> {
        match factor {
            TableFactor::MatchRecognize { .. } => ControlFlow::Break(factor.clone()),
            _ => ControlFlow::Continue(()),
        }
    }
}
