//! WITH: common tables, which every reference puts into the plan anew, and recursive ones.

use std::rc::Rc;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema};
use datafusion::common::TableReference;
use datafusion::datasource::cte_worktable::CteWorkTable;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use sqlparser::ast;

use super::scope::{RelationName, Scope, ScopeField};
use super::set_operation::projected_as;
use super::{Analyzer, Environment, PlannedRelation, error_at, not_supported};
use crate::error::{ErrorCode, Result};

/// A common table in sight, and those that were in sight before it.
pub(super) struct CommonTable {
    /// In lower case.
    name: String,
    plan: LogicalPlan,
    fields: Vec<ScopeField>,
    before: Option<Rc<CommonTable>>,
}

impl CommonTable {
    /// The innermost common table of that name.
    pub(super) fn find<'t>(
        tables: Option<&'t Rc<CommonTable>>,
        name: &str,
    ) -> Option<&'t CommonTable> {
        let mut current = tables;
        while let Some(table) = current {
            if table.name == name {
                return Some(table);
            }
            current = table.before.as_ref();
        }
        None
    }
}

impl Analyzer<'_> {
    /// What is in sight of a query behind its WITH.
    pub(super) fn with_query(
        &self,
        with: &ast::With,
        outside: &Environment,
    ) -> Result<Environment> {
        let mut environment = outside.clone();
        let mut names: Vec<String> = Vec::new();
        for table in &with.cte_tables {
            let name = table.alias.name.value.to_lowercase();
            if names.contains(&name) {
                return Err(error_at(
                    &table.alias.name,
                    ErrorCode::DuplicateNamedQuery,
                    format!("WITH query name '{name}' specified more than once"),
                ));
            }
            let planned = if with.recursive && names_table(&table.query, &name) {
                self.recursive_table(table, &name, &environment)?
            } else {
                self.query(&table.query, &environment)?
            };
            let columns: Vec<ast::Ident> = table
                .alias
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect();
            let scope = planned.scope.renamed(&table.alias.name, &columns)?;
            environment.common_tables = Some(Rc::new(CommonTable {
                name: name.clone(),
                plan: planned.plan,
                fields: scope.fields,
                before: environment.common_tables.take(),
            }));
            names.push(name);
        }
        Ok(environment)
    }

    /// A reference to a common table: its plan again, with column names of its own.
    pub(super) fn common_table(&self, table: &CommonTable) -> Result<PlannedRelation> {
        self.planned_again(&table.plan)?;
        self.with_own_columns(
            table.plan.clone(),
            &table.fields,
            &RelationName(vec![table.name.clone()]),
        )
    }

    /// The plan's columns under fresh names, so that it can stand beside itself.
    pub(super) fn with_own_columns(
        &self,
        plan: LogicalPlan,
        fields: &[ScopeField],
        relation: &RelationName,
    ) -> Result<PlannedRelation> {
        let mut expressions = Vec::new();
        let mut own = Vec::new();
        for field in fields.iter().filter(|field| !field.hidden) {
            let column = self.symbol_column(field.name.as_deref().unwrap_or("column"));
            expressions.push(field.expr.clone().alias(&column.name));
            own.push(ScopeField::column(
                Some(relation.clone()),
                field.name.clone(),
                field.data_type.clone(),
                column,
            ));
        }
        Ok(PlannedRelation {
            plan: LogicalPlanBuilder::from(plan)
                .project(expressions)?
                .build()?,
            scope: Scope::new(own, None),
        })
    }

    /// `anchor UNION [ALL] step`, where the step names the table itself: what the step before it gave.
    fn recursive_table(
        &self,
        table: &ast::Cte,
        name: &str,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let ast::SetExpr::SetOperation {
            left,
            op: ast::SetOperator::Union,
            set_quantifier,
            right,
        } = table.query.body.as_ref()
        else {
            return Err(not_supported(
                &table.alias.name,
                "a recursive query must be a UNION of a query without recursion and a recursive one",
            ));
        };
        if table.alias.columns.is_empty() {
            return Err(error_at(
                &table.alias.name,
                ErrorCode::MissingColumnAliases,
                "missing column aliases in recursive WITH query",
            ));
        }
        let anchor = self.set_expression(left, environment)?;
        let types: Vec<_> = anchor
            .scope
            .visible_fields()
            .map(|field| field.data_type.clone())
            .collect();
        let work_table = self.symbol(name);
        let names: Vec<String> = (0..types.len())
            .map(|place| format!("column{place}"))
            .collect();
        let schema = Arc::new(Schema::new(
            names
                .iter()
                .zip(&types)
                .map(|(name, of)| Field::new(name, of.arrow(), true))
                .collect::<Vec<_>>(),
        ));
        let work = CteWorkTable::new(&work_table, Arc::clone(&schema));
        let scanned = LogicalPlanBuilder::scan(
            TableReference::bare(work_table.as_str()),
            provider_as_source(Arc::new(work)),
            None,
        )?
        .build()?;
        let fields = names
            .iter()
            .zip(&types)
            .zip(&table.alias.columns)
            .map(|((column, of), alias)| {
                ScopeField::column(
                    None,
                    Some(alias.name.value.clone()),
                    of.clone(),
                    datafusion::common::Column::new(
                        Some(TableReference::bare(work_table.as_str())),
                        column,
                    ),
                )
            })
            .collect();
        let mut inside = environment.clone();
        inside.common_tables = Some(Rc::new(CommonTable {
            name: name.to_owned(),
            plan: scanned,
            fields,
            before: inside.common_tables.take(),
        }));
        let step = self.set_expression(right, &inside)?;
        let distinct = !matches!(
            set_quantifier,
            ast::SetQuantifier::All | ast::SetQuantifier::AllByName
        );
        // Both sides and the work table have the same column names, for DataFusion matches them by name.
        let anchor = projected_as(self, anchor, &types, &names, &table.alias.name)?;
        let step = projected_as(self, step, &types, &names, &table.alias.name)?;
        let plan = LogicalPlanBuilder::from(anchor)
            .to_recursive_query(work_table, step, distinct)?
            .build()?;
        let own: Vec<_> = names
            .iter()
            .zip(&types)
            .map(|(column, of)| {
                ScopeField::column(
                    None,
                    None,
                    of.clone(),
                    datafusion::common::Column::new_unqualified(column.as_str()),
                )
            })
            .collect();
        let renamed = self.with_own_columns(plan, &own, &RelationName(vec![name.to_owned()]))?;
        Ok(renamed)
    }
}

fn names_table(query: &ast::Query, name: &str) -> bool {
    super::relation_names(query)
        .iter()
        .any(|relation| relation.to_string().replace('"', "").to_lowercase() == name)
}
