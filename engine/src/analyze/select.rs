//! SELECT: its clauses in the order of their meaning, from FROM to ORDER BY.

use std::rc::Rc;

use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, SortExpr};
use prismlake_functions::types::Type;
use sqlparser::ast;
use sqlparser::ast::{ObjectNamePart, SelectItem, SelectItemQualifiedWildcardKind};

use super::aggregation::{GroupBy, has_aggregates};
use super::expression::ExprContext;
use super::scope::{RelationName, Scope, ScopeField};
use super::sort::{ordinal, sort_by};
use super::typed::Typed;
use super::{Analyzer, Environment, PlannedRelation, Syntax, error_at, not_supported};
use crate::error::{ErrorCode, QueryError, Result};

/// One column of a SELECT list.
struct SelectedColumn<'q> {
    name: Option<String>,
    relation: Option<RelationName>,
    typed: Typed,
    /// What was written, for errors.
    syntax: &'q SelectItem,
}

impl Analyzer<'_> {
    /// A SELECT with the ORDER BY of its query.
    pub(super) fn select(
        &self,
        select: &ast::Select,
        order_by: &[ast::OrderByExpr],
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let PlannedRelation { mut plan, scope } = self.from(&select.from, environment)?;
        let scope = Rc::new(scope);
        if let Some(condition) = &select.selection {
            let context = ExprContext::shared(Rc::clone(&scope), environment, "WHERE clause");
            let condition = self.condition(condition, &context, "WHERE clause")?;
            plan = self.filtered(plan, condition)?;
        }
        let context = ExprContext::shared(Rc::clone(&scope), environment, "SELECT")
            .with_aggregates()
            .with_windows(&select.named_window);
        let mut columns = self.select_list(select, &context)?;
        if columns.is_empty() {
            return Err(not_supported(
                select,
                "SELECT list is empty: the relation has no columns",
            ));
        }
        let group_by = {
            let items: Vec<(&Typed, &SelectItem)> = columns
                .iter()
                .map(|column| (&column.typed, column.syntax))
                .collect();
            self.group_by(&select.group_by, &items, &scope, environment)?
        };
        let having = match &select.having {
            Some(having) => {
                let context = ExprContext::shared(Rc::clone(&scope), environment, "HAVING clause")
                    .with_aggregates();
                Some(self.condition(having, &context, "HAVING clause")?)
            }
            None => None,
        };
        let distinct = match &select.distinct {
            None | Some(ast::Distinct::All) => false,
            Some(ast::Distinct::Distinct) => true,
            Some(ast::Distinct::On(_)) => {
                return Err(not_supported(select, "DISTINCT ON is not supported"));
            }
        };
        let mut sorts = self.sort_keys(order_by, &columns, &context)?;

        let aggregated = group_by.is_some()
            || having.is_some()
            || columns
                .iter()
                .any(|column| has_aggregates(&column.typed.expr))
            || sorts.iter().any(|sort| has_aggregates(&sort.expr));
        let mut having = having;
        if aggregated {
            let group_by = group_by.unwrap_or_else(GroupBy::global);
            let mut rewritten = self.aggregated(plan, group_by, {
                let mut exprs: Vec<(Expr, String, Option<crate::error::Position>)> = Vec::new();
                for column in &columns {
                    exprs.push((
                        column.typed.expr.clone(),
                        expression_text(column.syntax),
                        column.syntax.position(),
                    ));
                }
                for (sort, item) in sorts.iter().zip(order_by) {
                    exprs.push((
                        sort.expr.clone(),
                        item.expr.to_string(),
                        item.expr.position(),
                    ));
                }
                if let (Some(condition), Some(syntax)) = (&having, &select.having) {
                    exprs.push((condition.clone(), syntax.to_string(), syntax.position()));
                }
                exprs
            })?;
            plan = rewritten.plan;
            if having.is_some() {
                having = rewritten.exprs.pop();
            }
            let sort_exprs = rewritten.exprs.split_off(columns.len());
            for (column, expr) in columns.iter_mut().zip(rewritten.exprs) {
                column.typed.expr = expr;
            }
            for (sort, expr) in sorts.iter_mut().zip(sort_exprs) {
                sort.expr = expr;
            }
            if let Some(condition) = having {
                plan = self.filtered(plan, condition)?;
            }
        }
        let mut exprs: Vec<&mut Expr> = columns
            .iter_mut()
            .map(|column| &mut column.typed.expr)
            .chain(sorts.iter_mut().map(|sort| &mut sort.expr))
            .collect();
        plan = super::window::with_windows(plan, &mut exprs)?;
        self.projected(plan, columns, sorts, distinct, order_by, environment)
    }

    /// The SELECT list as columns, DISTINCT, and the sort.
    fn projected(
        &self,
        plan: LogicalPlan,
        columns: Vec<SelectedColumn<'_>>,
        mut sorts: Vec<SortExpr>,
        distinct: bool,
        order_by: &[ast::OrderByExpr],
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let mut projection: Vec<Expr> = Vec::with_capacity(columns.len());
        let mut known: Vec<(Expr, Column)> = Vec::new();
        let mut fields = Vec::with_capacity(columns.len());
        for column in columns {
            if distinct && !column.typed.data_type.is_comparable() {
                return Err(error_at(
                    column.syntax,
                    ErrorCode::TypeMismatch,
                    format!(
                        "DISTINCT can only be applied to comparable types (actual: {})",
                        column.typed.data_type
                    ),
                ));
            }
            let symbol = self.symbol_column(column.name.as_deref().unwrap_or("column"));
            projection.push(column.typed.expr.clone().alias(&symbol.name));
            known.push((column.typed.expr, symbol.clone()));
            fields.push(ScopeField::column(
                column.relation,
                column.name,
                column.typed.data_type,
                symbol,
            ));
        }
        let width = projection.len();
        for (sort, item) in sorts.iter_mut().zip(order_by) {
            let column = match known.iter().find(|(expr, _)| *expr == sort.expr) {
                Some((_, column)) => column.clone(),
                None if distinct => {
                    return Err(error_at(
                        &item.expr,
                        ErrorCode::ExpressionNotInDistinct,
                        "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
                    ));
                }
                None => {
                    let symbol = self.symbol_column("sort");
                    projection.push(sort.expr.clone().alias(&symbol.name));
                    known.push((sort.expr.clone(), symbol.clone()));
                    symbol
                }
            };
            sort.expr = Expr::Column(column);
        }
        let with_keys = projection.len() > width;
        let mut builder = LogicalPlanBuilder::from(plan).project(projection)?;
        if distinct {
            builder = builder.distinct()?;
        }
        if !sorts.is_empty() {
            builder = builder.sort(sorts)?;
        }
        if with_keys {
            let kept: Vec<Expr> = fields.iter().map(|field| field.expr.clone()).collect();
            builder = builder.project(kept)?;
        }
        Ok(PlannedRelation {
            plan: builder.build()?,
            scope: Scope::new(fields, environment.outer.clone()),
        })
    }

    fn select_list<'q>(
        &self,
        select: &'q ast::Select,
        context: &ExprContext<'_>,
    ) -> Result<Vec<SelectedColumn<'q>>> {
        let scope = context.scope();
        let mut columns = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => columns.push(SelectedColumn {
                    name: implied_name(expr),
                    relation: implied_relation(expr, scope),
                    typed: self.expression(expr, context)?,
                    syntax: item,
                }),
                SelectItem::ExprWithAlias { expr, alias } => columns.push(SelectedColumn {
                    name: Some(alias.value.clone()),
                    relation: None,
                    typed: self.expression(expr, context)?,
                    syntax: item,
                }),
                SelectItem::Wildcard(_) => {
                    if select.from.is_empty() {
                        return Err(error_at(
                            item,
                            ErrorCode::ColumnNotFound,
                            "SELECT * not allowed in queries without FROM clause",
                        ));
                    }
                    columns.extend(scope.visible_fields().map(|field| of_field(field, item)));
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    _,
                ) => {
                    let parts: Vec<ast::Ident> = name
                        .0
                        .iter()
                        .filter_map(ObjectNamePart::as_ident)
                        .cloned()
                        .collect();
                    let qualifier: Vec<String> =
                        parts.iter().map(|part| part.value.to_lowercase()).collect();
                    let mut found = scope.of_relation(&qualifier);
                    let mut around = scope.outer.as_deref();
                    while let (true, Some(outer)) = (found.is_empty(), around) {
                        if !outer.of_relation(&qualifier).is_empty() {
                            return Err(not_supported(
                                item,
                                "Reference to outer scope relation is not allowed with *",
                            ));
                        }
                        found = Vec::new();
                        around = outer.outer.as_deref();
                    }
                    if !found.is_empty() {
                        columns.extend(found.into_iter().map(|field| of_field(field, item)));
                        continue;
                    }
                    // A column that is a row, perhaps.
                    let row = scope
                        .resolve(&parts)
                        .ok()
                        .filter(|resolved| resolved.parts == parts.len());
                    match row {
                        Some(resolved) => {
                            columns.extend(self.row_columns(resolved.typed, &[], item)?);
                        }
                        None => {
                            return Err(error_at(
                                item,
                                ErrorCode::TableNotFound,
                                format!("Unable to resolve reference {name}"),
                            ));
                        }
                    }
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), _) => {
                    let typed = self.expression(expr, context)?;
                    columns.extend(self.row_columns(typed, &[], item)?);
                }
                SelectItem::ExprWithAliases { expr, aliases } => {
                    let typed = self.expression(expr, context)?;
                    columns.extend(self.row_columns(typed, aliases, item)?);
                }
            }
        }
        Ok(columns)
    }

    /// The fields of a row as columns: `(row).* AS (a, b)`.
    fn row_columns<'q>(
        &self,
        row: Typed,
        aliases: &[ast::Ident],
        item: &'q SelectItem,
    ) -> Result<Vec<SelectedColumn<'q>>> {
        let Type::Row(fields) = row.data_type.clone() else {
            return Err(error_at(
                item,
                ErrorCode::TypeMismatch,
                format!("expected expression of type Row, found {}", row.data_type),
            ));
        };
        if !aliases.is_empty() && aliases.len() != fields.len() {
            return Err(error_at(
                item,
                ErrorCode::MismatchedColumnAliases,
                format!(
                    "Column alias list has {} entries but relation has {} columns",
                    aliases.len(),
                    fields.len()
                ),
            ));
        }
        fields
            .iter()
            .enumerate()
            .map(|(place, field)| {
                Ok(SelectedColumn {
                    name: aliases
                        .get(place)
                        .map(|alias| alias.value.clone())
                        .or_else(|| field.name.clone()),
                    relation: None,
                    typed: self.row_field(row.clone(), place)?,
                    syntax: item,
                })
            })
            .collect()
    }

    /// ORDER BY sees the columns of the result first, and those of FROM behind them.
    fn sort_keys(
        &self,
        order_by: &[ast::OrderByExpr],
        columns: &[SelectedColumn<'_>],
        context: &ExprContext<'_>,
    ) -> Result<Vec<SortExpr>> {
        if order_by.is_empty() {
            return Ok(Vec::new());
        }
        let results: Vec<ScopeField> = columns
            .iter()
            .map(|column| ScopeField {
                relation: column.relation.clone(),
                name: column.name.clone(),
                data_type: column.typed.data_type.clone(),
                expr: column.typed.expr.clone(),
                hidden: false,
            })
            .collect();
        let context = context.with_results(results);
        order_by
            .iter()
            .map(|item| {
                let place = ordinal(&item.expr, "ORDER BY", columns.len())?;
                let typed = match place.and_then(|place| columns.get(place)) {
                    Some(column) => column.typed.clone(),
                    None => self.expression(&item.expr, &context)?,
                };
                sort_by(typed, item)
            })
            .collect()
    }

    pub(super) fn filtered(&self, plan: LogicalPlan, condition: Expr) -> Result<LogicalPlan> {
        Ok(LogicalPlanBuilder::from(plan).filter(condition)?.build()?)
    }

    /// The items of FROM, one after the other: later ones may refer to earlier ones (UNNEST, LATERAL).
    fn from(
        &self,
        items: &[ast::TableWithJoins],
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let mut all: Option<PlannedRelation> = None;
        for item in items {
            all = Some(match all {
                None => self.table_with_joins(item, environment)?,
                Some(left) => self.comma_join(left, item, environment)?,
            });
        }
        match all {
            Some(mut relation) => {
                relation.scope.outer.clone_from(&environment.outer);
                Ok(relation)
            }
            None => Ok(PlannedRelation {
                plan: LogicalPlanBuilder::empty(true).build()?,
                scope: Scope::new(Vec::new(), environment.outer.clone()),
            }),
        }
    }
}

fn of_field<'q>(field: &ScopeField, syntax: &'q SelectItem) -> SelectedColumn<'q> {
    SelectedColumn {
        name: field.name.clone(),
        relation: field.relation.clone(),
        typed: field.typed(),
        syntax,
    }
}

/// The name that a column has without an alias: its own, if it is a column or a field of a row.
fn implied_name(expr: &ast::Expr) -> Option<String> {
    match expr {
        ast::Expr::Identifier(name) => Some(name.value.clone()),
        ast::Expr::CompoundIdentifier(parts) => parts.last().map(|part| part.value.clone()),
        ast::Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(ast::AccessExpr::Dot(ast::Expr::Identifier(name))) => Some(name.value.clone()),
            _ => None,
        },
        ast::Expr::Nested(inner) => implied_name(inner),
        _ => None,
    }
}

fn implied_relation(expr: &ast::Expr, scope: &Scope) -> Option<RelationName> {
    let parts: &[ast::Ident] = match expr {
        ast::Expr::Identifier(name) => std::slice::from_ref(name),
        ast::Expr::CompoundIdentifier(parts) => parts,
        _ => return None,
    };
    let resolved = scope.resolve(parts).ok()?;
    scope
        .fields
        .iter()
        .find(|field| field.expr == resolved.typed.expr && resolved.parts == parts.len())?
        .relation
        .clone()
}

/// An item's expression as written, without its alias.
fn expression_text(item: &SelectItem) -> String {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => expr.to_string(),
        other => other.to_string(),
    }
}

/// The expression with every occurrence of the given ones replaced by their columns.
pub(super) fn replaced(expr: Expr, replacements: &[(Expr, Expr)]) -> Result<Expr> {
    let transformed = expr
        .transform_down(|inner| {
            Ok(
                match replacements.iter().find(|(found, _)| *found == inner) {
                    Some((_, replacement)) => Transformed::new(
                        replacement.clone(),
                        true,
                        datafusion::common::tree_node::TreeNodeRecursion::Jump,
                    ),
                    None => Transformed::no(inner),
                },
            )
        })
        .map_err(QueryError::from)?;
    Ok(transformed.data)
}
