//! Names in FROM: common tables, tables and views.

use std::sync::Arc;

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, TableSource};
use prismlake_functions::types::Type;
use sqlparser::ast;
use sqlparser::ast::{ObjectName, ObjectNamePart};

use super::qualified;
use crate::analyze::relations::{FoundRelation, TableColumn, full_name};
use crate::analyze::scope::{Scope, ScopeField};
use crate::analyze::with_query::CommonTable;
use crate::analyze::{Analyzer, Environment, PlannedRelation, error_at, not_supported, placed};
use crate::error::{ErrorCode, Result};

/// How deep views may stand upon views.
const VIEW_DEPTH_MAX: usize = 64;

impl Analyzer<'_> {
    /// What a name in FROM stands for.
    pub(in crate::analyze) fn named_relation(
        &self,
        name: &ObjectName,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        if let [ObjectNamePart::Identifier(ident)] = name.0.as_slice()
            && let Some(table) = CommonTable::find(
                environment.common_tables.as_ref(),
                &ident.value.to_lowercase(),
            )
        {
            return self.common_table(table);
        }
        let full = {
            let names = self.names.borrow();
            full_name(name, &names.0, &names.1).map_err(|error| placed(error, name))?
        };
        let found = self
            .relations
            .get(&full)
            .map_err(|error| placed(error, name))?;
        let [catalog, database, table] = &full;
        let relation = qualified(catalog, database, table);
        match found {
            FoundRelation::Table { source, columns } => {
                let mut planned = self.scan(table, source, columns)?;
                for field in &mut planned.scope.fields {
                    field.relation = Some(relation.clone());
                }
                Ok(planned)
            }
            FoundRelation::View {
                query,
                catalog,
                database,
                columns,
            } => {
                let key = full.join(".");
                if self.views.borrow().contains(&key) {
                    return Err(error_at(
                        name,
                        ErrorCode::ViewIsRecursive,
                        format!("View is recursive: {key}"),
                    ));
                }
                if self.views.borrow().len() >= VIEW_DEPTH_MAX {
                    return Err(not_supported(
                        name,
                        format!("views nest more than {VIEW_DEPTH_MAX} deep"),
                    ));
                }
                self.views.borrow_mut().push(key.clone());
                let outside = self.names.replace((catalog.clone(), database.clone()));
                let planned = self.query(query, &Environment::default());
                self.names.replace(outside);
                self.views.borrow_mut().pop();
                let planned = planned.map_err(|mut error| {
                    error.message =
                        format!("Failed analyzing stored view '{key}': {}", error.message);
                    error.position = None;
                    placed(error, name)
                })?;
                self.planned_again(&planned.plan)?;
                self.view_columns(name, &key, planned, columns, &relation)
            }
        }
    }

    /// A view's columns as it was created with: its query may give others by now.
    fn view_columns(
        &self,
        syntax: &ObjectName,
        view: &str,
        planned: PlannedRelation,
        columns: &[(String, Type)],
        relation: &crate::analyze::scope::RelationName,
    ) -> Result<PlannedRelation> {
        let stale = |reason: String| {
            error_at(
                syntax,
                ErrorCode::ViewIsStale,
                format!(
                    "View '{view}' is stale or in invalid state: {reason}; it must be re-created"
                ),
            )
        };
        let fields: Vec<&ScopeField> = planned.scope.visible_fields().collect();
        if fields.len() != columns.len() {
            return Err(stale(format!(
                "stored view column count ({}) does not match column count derived from the view query analysis ({})",
                columns.len(),
                fields.len()
            )));
        }
        let mut expressions: Vec<Expr> = Vec::new();
        let mut own = Vec::new();
        for (place, (field, (column, data_type))) in fields.into_iter().zip(columns).enumerate() {
            if !prismlake_functions::types::can_coerce(&field.data_type, data_type) {
                return Err(stale(format!(
                    "column [{column}] of type {} projected from query view at position {place} cannot be coerced to column [{column}] of type {data_type} stored in view definition",
                    field.data_type
                )));
            }
            let symbol = self.symbol_column(column);
            expressions.push(
                self.coerce(field.typed(), data_type)?
                    .expr
                    .alias(&symbol.name),
            );
            own.push(ScopeField::column(
                Some(relation.clone()),
                Some(column.clone()),
                data_type.clone(),
                symbol,
            ));
        }
        Ok(PlannedRelation {
            plan: LogicalPlanBuilder::from(planned.plan)
                .project(expressions)?
                .build()?,
            scope: Scope::new(own, None),
        })
    }

    /// A table's rows. Columns that are stored otherwise than their types ask for are converted here.
    ///
    /// All columns get names of their own: DataFusion's physical plans know no qualifiers, and its rules take a column of a join's one side
    /// for one of the same name of the other.
    pub(super) fn scan(
        &self,
        table: &str,
        source: &Arc<dyn TableSource>,
        columns: &[TableColumn],
    ) -> Result<PlannedRelation> {
        let qualifier = self.scan_qualifier(table);
        let scan = LogicalPlanBuilder::scan(qualifier.clone(), Arc::clone(source), None)?;
        let stored = source.schema();
        let mut fields = Vec::with_capacity(columns.len());
        let mut named = Vec::with_capacity(columns.len());
        for column in columns {
            let stored_as = stored
                .field_with_name(&column.name)
                .map_err(|error| crate::error::QueryError::internal(error.to_string()))?
                .data_type();
            let own = self.symbol_column(&column.name);
            let read = Expr::Column(Column::new(Some(qualifier.clone()), column.name.as_str()));
            named.push(read.alias(&own.name));
            let typed = self.stored_column(Expr::Column(own), stored_as, &column.data_type)?;
            fields.push(ScopeField {
                relation: None,
                name: Some(column.name.clone()),
                data_type: typed.data_type,
                expr: typed.expr,
                hidden: column.hidden,
            });
        }
        Ok(PlannedRelation {
            plan: scan.project(named)?.build()?,
            scope: Scope::new(fields, None),
        })
    }

    /// `TABLE(function(...))`
    pub(super) fn table_function(
        &self,
        call: &ast::Expr,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let ast::Expr::Function(function) = call else {
            return Err(not_supported(
                call,
                "TABLE(...) takes a call of a table function",
            ));
        };
        let name = function.name.to_string().to_lowercase();
        let arguments = super::super::expression::argument_expressions(function)?;
        match name.as_str() {
            "sequence" => self.sequence_rows(call, &arguments, environment),
            "exclude_columns" => self.exclude_columns(call, &arguments, environment),
            _ => Err(error_at(
                call,
                ErrorCode::FunctionNotFound,
                format!("Table function '{name}' not registered"),
            )),
        }
    }

    /// `sequence(start, stop, step)`: numbers as rows.
    fn sequence_rows(
        &self,
        call: &ast::Expr,
        arguments: &[(Option<String>, &ast::Expr)],
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let context = crate::analyze::expression::ExprContext::new(
            Scope::default(),
            environment,
            "table function",
        );
        let mut bounds = [Some(0_i64), None, Some(1)];
        for (place, (name, argument)) in arguments.iter().enumerate() {
            let place = match name.as_deref() {
                None => place,
                Some("start") => 0,
                Some("stop") => 1,
                Some("step") => 2,
                Some(other) => {
                    return Err(error_at(
                        *argument,
                        ErrorCode::InvalidArguments,
                        format!("Unexpected argument name: {}", other.to_uppercase()),
                    ));
                }
            };
            let typed = self.expression(argument, &context)?;
            let typed = self
                .coerce(typed, &Type::Bigint)
                .map_err(|error| placed(error, *argument))?;
            let value = self.constant(&typed.expr)?;
            if let Some(bound) = bounds.get_mut(place) {
                *bound = match value {
                    datafusion::scalar::ScalarValue::Int64(value) => value,
                    _ => None,
                };
            }
        }
        let [Some(start), Some(stop), Some(step)] = bounds else {
            return Err(error_at(
                call,
                ErrorCode::InvalidArguments,
                "sequence needs the argument stop, and no argument may be NULL",
            ));
        };
        if step == 0 || (step > 0 && start > stop) || (step < 0 && start < stop) {
            return Err(error_at(
                call,
                ErrorCode::InvalidArguments,
                format!(
                    "Step must be positive for sequence [{start}, {stop}] if it ascends and negative if it descends, got {step}"
                ),
            ));
        }
        let function = datafusion::functions_table::generate_series::GenerateSeriesFunc {};
        let arguments = [start, stop, step].map(datafusion::logical_expr::lit);
        let provider = datafusion::catalog::TableFunctionImpl::call_with_args(
            &function,
            datafusion::catalog::TableFunctionArgs::new(&arguments, self.session),
        )?;
        let source = datafusion::datasource::provider_as_source(provider);
        let column = TableColumn {
            name: source.schema().field(0).name().clone(),
            data_type: Type::Bigint,
            hidden: false,
        };
        let mut planned = self.scan("sequence", &source, &[column])?;
        for field in &mut planned.scope.fields {
            field.name = Some("sequential_number".to_owned());
        }
        Ok(planned)
    }

    /// `exclude_columns(input => TABLE(t), columns => DESCRIPTOR(a, b))`
    fn exclude_columns(
        &self,
        call: &ast::Expr,
        arguments: &[(Option<String>, &ast::Expr)],
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let mut input = None;
        let mut excluded: Vec<(String, &ast::Expr)> = Vec::new();
        for (_, argument) in arguments {
            let ast::Expr::Function(function) = argument else {
                continue;
            };
            let parts = super::super::expression::argument_expressions(function)?;
            match function.name.to_string().to_lowercase().as_str() {
                "$table" => {
                    input = match parts.as_slice() {
                        [(_, ast::Expr::Subquery(query))] => Some(self.query(query, environment)?),
                        _ => None,
                    };
                }
                "$descriptor" => {
                    for (_, part) in parts {
                        if let ast::Expr::Value(value) = part {
                            let text = value.value.clone().into_string().unwrap_or_default();
                            excluded.push((text.to_lowercase(), argument));
                        }
                    }
                }
                _ => {}
            }
        }
        let Some(mut input) = input.filter(|_| !excluded.is_empty()) else {
            return Err(error_at(
                call,
                ErrorCode::InvalidArguments,
                "exclude_columns takes input => TABLE(...) and columns => DESCRIPTOR(...)",
            ));
        };
        for (name, syntax) in &excluded {
            let known = input.scope.visible_fields().any(|field| {
                field
                    .name
                    .as_deref()
                    .is_some_and(|own| own.to_lowercase() == *name)
            });
            if !known {
                return Err(error_at(
                    *syntax,
                    ErrorCode::InvalidArguments,
                    format!("Excluded columns: [{name}] not present in the table"),
                ));
            }
        }
        input.scope.fields.retain(|field| {
            let name = field.name.as_deref().map(str::to_lowercase);
            !excluded
                .iter()
                .any(|(excluded, _)| Some(excluded) == name.as_ref())
        });
        if input.scope.visible_fields().next().is_none() {
            return Err(error_at(
                call,
                ErrorCode::InvalidArguments,
                "All columns are excluded",
            ));
        }
        Ok(input)
    }
}
