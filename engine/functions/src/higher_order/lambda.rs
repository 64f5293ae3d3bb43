//! A lambda that is closed over what it captures: its body reads nothing but numbered captures and parameters.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, exec_err, plan_err};
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::expr::Lambda;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};

use crate::call::as_column;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::Type;

/// A lambda whose body names what it captures `capture0`, `capture1`, … (shared by the lambdas of a call) and its parameters `parameter0`, ….
/// Two are equal if their bodies are.
#[derive(Debug, Clone)]
pub(super) struct ClosedLambda {
    parameter_count: usize,
    body: Expr,
    /// The captures that the body reads.
    captures: Vec<usize>,
    /// The parameters that the body reads.
    parameters: Vec<usize>,
    compiled: Arc<OnceLock<CompiledBody>>,
}

impl PartialEq for ClosedLambda {
    fn eq(&self, other: &Self) -> bool {
        (self.parameter_count, &self.body) == (other.parameter_count, &other.body)
    }
}

impl Eq for ClosedLambda {}

impl Hash for ClosedLambda {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.parameter_count, &self.body).hash(state);
    }
}

impl std::fmt::Display for ClosedLambda {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parameters: Vec<String> = (0..self.parameter_count).map(parameter_name).collect();
        write!(
            formatter,
            "({}) -> {}",
            parameters.join(", "),
            self.body.schema_name()
        )
    }
}

impl ClosedLambda {
    /// Closes a lambda. Columns, and variables of lambdas around it, become captures: they are added to `captures` unless they are there.
    pub(super) fn close(lambda: Lambda, captures: &mut Vec<Expr>) -> Result<ClosedLambda> {
        let mut used_captures = Vec::new();
        let mut used_parameters = Vec::new();
        let body = lambda.body.transform_down(|expr| {
            let parameter = match &expr {
                Expr::LambdaVariable(variable) => {
                    lambda.params.iter().position(|name| *name == variable.name)
                }
                Expr::Column(_)
                | Expr::OuterReferenceColumn(..)
                | Expr::ScalarVariable(..)
                | Expr::Placeholder(_)
                | Expr::ScalarSubquery(_)
                | Expr::Exists(_) => None,
                Expr::InSubquery(_) | Expr::SetComparison(_) if !has_variables(&expr)? => None,
                Expr::InSubquery(_) | Expr::SetComparison(_) => {
                    return Err(FunctionError::new(
                        FunctionErrorCode::NotSupported,
                        "Lambda expression cannot contain subqueries",
                    )
                    .into());
                }
                Expr::Lambda(_) | Expr::HigherOrderFunction(_) => {
                    return plan_err!("a lambda cannot have this in its body: {expr}");
                }
                _ => return Ok(Transformed::no(expr)),
            };
            let name = match parameter {
                Some(place) => {
                    insert(&mut used_parameters, place);
                    parameter_name(place)
                }
                None => {
                    let place = match captures.iter().position(|known| *known == expr) {
                        Some(place) => place,
                        None => {
                            captures.push(expr);
                            captures.len() - 1
                        }
                    };
                    insert(&mut used_captures, place);
                    capture_name(place)
                }
            };
            let column = Expr::Column(Column::new_unqualified(name));
            Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
        })?;
        Ok(ClosedLambda {
            parameter_count: lambda.params.len(),
            body: body.data,
            captures: used_captures,
            parameters: used_parameters,
            compiled: Arc::default(),
        })
    }

    /// Whether the same entries may give other values.
    pub(super) fn is_volatile(&self) -> bool {
        self.body.is_volatile()
    }

    /// The lambda over the captures of a call, which have those fields.
    pub(super) fn bind<'a>(
        &'a self,
        parameter_types: &'a [Type],
        captures: &[ArrayRef],
        fields: &[FieldRef],
        config: &Arc<ConfigOptions>,
    ) -> Result<BoundLambda<'a>> {
        if parameter_types.len() != self.parameter_count {
            return plan_err!(
                "a lambda of {} parameters has other types",
                self.parameter_count
            );
        }
        let mut inputs = Vec::with_capacity(self.captures.len() + self.parameters.len());
        let mut captured = Vec::with_capacity(self.captures.len());
        for place in &self.captures {
            let (Some(values), Some(field)) = (captures.get(*place), fields.get(*place)) else {
                return exec_err!("there is no capture {place}");
            };
            captured.push(Arc::clone(values));
            inputs.push(Field::new(
                capture_name(*place),
                field.data_type().clone(),
                true,
            ));
        }
        for place in &self.parameters {
            let data_type = parameter_types
                .get(*place)
                .map_or(Type::Unknown.arrow(), Type::arrow);
            inputs.push(Field::new(parameter_name(*place), data_type, true));
        }
        let schema = Schema::new(inputs);
        let body = match self.compiled.get() {
            Some(compiled) if *compiled.schema == schema => compiled.clone(),
            _ => {
                let compiled = CompiledBody::compile(&self.body, Arc::new(schema), config)?;
                // Another thread may have been first, with the same result.
                let _ = self.compiled.set(compiled.clone());
                compiled
            }
        };
        Ok(BoundLambda {
            closed: self,
            parameter_types,
            captures: captured,
            body,
        })
    }
}

/// A body that can be evaluated.
#[derive(Debug, Clone)]
struct CompiledBody {
    /// The captures and parameters that it reads.
    schema: SchemaRef,
    expression: Arc<dyn PhysicalExpr>,
}

impl CompiledBody {
    fn compile(
        body: &Expr,
        schema: SchemaRef,
        config: &Arc<ConfigOptions>,
    ) -> Result<CompiledBody> {
        let inputs = Arc::new(DFSchema::try_from(Arc::clone(&schema))?);
        // What the optimizer does to expressions of a plan, it cannot do to this one.
        let simplifier = ExprSimplifier::new(
            SimplifyContext::builder()
                .with_schema(Arc::clone(&inputs))
                .with_config_options(Arc::clone(config))
                .build(),
        );
        let body = simplifier.coerce(body.clone(), &inputs)?;
        let body = simplifier.simplify(body)?;
        let mut properties = ExecutionProps::new();
        properties.config_options = Some(Arc::clone(config));
        let expression = create_physical_expr(
            &body,
            &inputs,
            &properties,
            &PhysicalPlanningContext::default(),
        )?;
        Ok(CompiledBody { schema, expression })
    }
}

/// A closed lambda with the columns that it captures.
pub(super) struct BoundLambda<'a> {
    closed: &'a ClosedLambda,
    parameter_types: &'a [Type],
    captures: Vec<ArrayRef>,
    body: CompiledBody,
}

impl BoundLambda<'_> {
    /// The columns that the body reads, one value a row of the call.
    pub(super) fn captures(&self) -> &[ArrayRef] {
        &self.captures
    }

    /// Of the parameters' columns those that the body reads, as it reads them.
    pub(super) fn parameters_of(&self, columns: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let places = self.closed.parameters.iter();
        places
            .map(
                |place| match (columns.get(*place), self.parameter_types.get(*place)) {
                    (Some(column), Some(of)) => as_column(Arc::clone(column), of),
                    _ => exec_err!("there is no parameter {place}"),
                },
            )
            .collect()
    }

    /// The body's value for each entry of the inputs, first captures, then parameters.
    pub(super) fn evaluate(&self, inputs: Vec<ArrayRef>, entries: usize) -> Result<ArrayRef> {
        let options = RecordBatchOptions::new().with_row_count(Some(entries));
        let schema = Arc::clone(&self.body.schema);
        let batch = RecordBatch::try_new_with_options(schema, inputs, &options)?;
        self.body.expression.evaluate(&batch)?.into_array(entries)
    }
}

/// Whether an expression reads variables of lambdas.
fn has_variables(expr: &Expr) -> Result<bool> {
    expr.exists(|inner| Ok(matches!(inner, Expr::LambdaVariable(_))))
}

fn capture_name(place: usize) -> String {
    format!("capture{place}")
}

fn parameter_name(place: usize) -> String {
    format!("parameter{place}")
}

fn insert(places: &mut Vec<usize>, place: usize) {
    if !places.contains(&place) {
        places.push(place);
    }
}
