//! Makes the operator of a MATCH_RECOGNIZE node.

use std::sync::Arc;

use arrow::datatypes::{Field, Fields, Schema};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::expr::NullTreatment;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::aggregate::AggregateExprBuilder;
use datafusion::physical_expr::expressions::Column as PhysicalColumn;
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use super::evaluation::{Aggregation, Computation, Source, VariableNames};
use super::execution::{MatchRecognizeExec, Operation};
use super::plan::{Formula, FormulaAggregate, FormulaInput, FormulaSource, MatchRecognize};
use super::program::Program;

/// DataFusion's planner, and the operator that it does not have.
#[derive(Debug, Default)]
pub(crate) struct RowPatternPlanner;

#[async_trait]
impl QueryPlanner for RowPatternPlanner {
    async fn create_physical_plan(
        &self,
        logical_plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(MatchRecognizePlanner)])
            .create_physical_plan(logical_plan, session)
            .await
    }
}

struct MatchRecognizePlanner;

#[async_trait]
impl ExtensionPlanner for MatchRecognizePlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<MatchRecognize>() else {
            return Ok(None);
        };
        let [input] = physical_inputs else {
            return Ok(None);
        };
        let expressions = Expressions {
            planner,
            session,
            context,
            input: node.input.schema(),
        };
        let specification = &node.specification;
        let mut ordering = Vec::new();
        for column in &specification.partition_by {
            ordering.push(PhysicalSortExpr::new_default(expressions.column(column)?));
        }
        let mut order_by = Vec::new();
        for item in &specification.order_by {
            let expr = expressions.physical(&item.expr, node.input.schema())?;
            let options = arrow::compute::SortOptions::new(!item.asc, item.nulls_first);
            order_by.push(PhysicalSortExpr::new(expr, options));
        }
        let operation = Operation {
            partition_by: specification
                .partition_by
                .iter()
                .map(|column| expressions.place(column))
                .collect::<Result<_>>()?,
            columns: specification
                .columns
                .iter()
                .map(|column| expressions.place(column))
                .collect::<Result<_>>()?,
            measures: specification
                .measures
                .iter()
                .map(|measure| expressions.computation(&measure.formula).map(Arc::new))
                .collect::<Result<_>>()?,
            definitions: specification
                .definitions
                .iter()
                .map(|formula| match formula {
                    Some(formula) => expressions.conditions(formula),
                    None => Ok(Vec::new()),
                })
                .collect::<Result<_>>()?,
            names: Arc::new(VariableNames::new(specification.variables.clone())),
            program: Arc::new(Program::compile(&specification.pattern)?),
            rows_per_match: specification.rows_per_match,
            after_match: specification.after_match.clone(),
            text: specification.to_string(),
        };
        let schema = Arc::clone(UserDefinedLogicalNode::schema(node).inner());
        Ok(Some(Arc::new(MatchRecognizeExec::new(
            Arc::clone(input),
            Arc::new(operation),
            schema,
            ordering,
            order_by,
        ))))
    }
}

/// Makes the physical expressions of a node.
struct Expressions<'p> {
    planner: &'p dyn PhysicalPlanner,
    session: &'p dyn Session,
    context: &'p PhysicalPlanningContext,
    input: &'p DFSchema,
}

impl Expressions<'_> {
    fn physical(&self, expr: &Expr, schema: &DFSchema) -> Result<Arc<dyn PhysicalExpr>> {
        self.planner
            .create_physical_expr(expr, schema, self.session, self.context)
    }

    /// The place of a column in the input.
    fn place(&self, column: &Column) -> Result<usize> {
        self.input.index_of_column(column)
    }

    fn column(&self, column: &Column) -> Result<Arc<dyn PhysicalExpr>> {
        let place = self.place(column)?;
        Ok(Arc::new(PhysicalColumn::new(&column.name, place)))
    }

    fn computation(&self, formula: &Formula) -> Result<Computation> {
        let (schema, sources) = self.inputs(&formula.inputs)?;
        let expr = simplified(&formula.expr, &schema)?;
        Ok(Computation {
            expr: self.physical(&expr, &schema)?,
            schema: Arc::clone(schema.inner()),
            sources,
        })
    }

    /// The conditions that have to hold for a definition to hold: those between ANDs, of which some may be simpler than others.
    fn conditions(&self, formula: &Formula) -> Result<Vec<Arc<Computation>>> {
        let (schema, _) = self.inputs(&formula.inputs)?;
        let expr = simplified(&formula.expr, &schema)?;
        let always = Expr::Literal(ScalarValue::Boolean(Some(true)), None);
        split_conjunction(&expr)
            .into_iter()
            .filter(|condition| **condition != always)
            .map(|condition| {
                let read = condition.column_refs();
                let inputs = formula.inputs.iter();
                let part = Formula {
                    text: String::new(),
                    expr: condition.clone(),
                    inputs: inputs
                        .filter(|input| read.iter().any(|column| column.name == input.name))
                        .cloned()
                        .collect(),
                };
                self.computation(&part).map(Arc::new)
            })
            .collect()
    }

    /// The columns that an expression is over, and where they come from.
    fn inputs(&self, inputs: &[FormulaInput]) -> Result<(DFSchema, Vec<Source>)> {
        let fields: Fields = inputs
            .iter()
            .map(|input| Field::new(&input.name, input.data_type.clone(), true))
            .collect();
        let sources = inputs
            .iter()
            .map(|input| {
                Ok(match &input.source {
                    FormulaSource::Column { column, at } => Source::Column {
                        index: self.place(column)?,
                        at: at.clone(),
                    },
                    FormulaSource::Classifier { at } => Source::Classifier { at: at.clone() },
                    FormulaSource::MatchNumber => Source::MatchNumber,
                    FormulaSource::Aggregate(aggregate) => {
                        Source::Aggregate(Arc::new(self.aggregation(&input.name, aggregate)?))
                    }
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok((DFSchema::try_from(Schema::new(fields))?, sources))
    }

    fn aggregation(&self, name: &str, aggregate: &FormulaAggregate) -> Result<Aggregation> {
        let (schema, sources) = self.inputs(&aggregate.inputs)?;
        let params = &aggregate.call.params;
        let arguments = params
            .args
            .iter()
            .map(|argument| self.physical(&simplified(argument, &schema)?, &schema))
            .collect::<Result<Vec<_>>>()?;
        let ignores_nulls = params.null_treatment == Some(NullTreatment::IgnoreNulls);
        let function = AggregateExprBuilder::new(Arc::clone(&aggregate.call.func), arguments)
            .schema(Arc::clone(schema.inner()))
            .alias(name)
            .with_ignore_nulls(ignores_nulls)
            .build()?;
        Ok(Aggregation {
            function: Arc::new(function),
            variables: aggregate.variables.clone(),
            processing: aggregate.processing,
            schema: Arc::clone(schema.inner()),
            sources,
        })
    }
}

/// An expression over a match, which no rule of the optimizer saw. Some functions are there to be simplified alone.
fn simplified(expr: &Expr, schema: &DFSchema) -> Result<Expr> {
    let context = SimplifyContext::builder()
        .with_schema(Arc::new(schema.clone()))
        .build();
    ExprSimplifier::new(context).simplify(expr.clone())
}
