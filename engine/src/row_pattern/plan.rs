//! MATCH_RECOGNIZE as a node of a logical plan.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::{Column, DFSchema, DFSchemaRef};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    Expr, Extension, LogicalPlan, SortExpr, UserDefinedLogicalNodeCore,
};

use super::navigation::{Anchor, Navigation, Processing, VariableSet};
use super::pattern::Pattern;

/// What a MATCH_RECOGNIZE clause asks for, typed and resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Specification {
    pub(crate) partition_by: Vec<Column>,
    /// Columns of the input, with their order.
    pub(crate) order_by: Vec<SortExpr>,
    /// The columns of the input that are put out, before the measures.
    pub(crate) columns: Vec<Column>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) rows_per_match: RowsPerMatch,
    pub(crate) after_match: AfterMatch,
    /// The names of the primary variables. Elsewhere variables are places in this list.
    pub(crate) variables: Vec<String>,
    pub(crate) pattern: Pattern,
    /// The condition of each variable; one without takes every row.
    pub(crate) definitions: Vec<Option<Formula>>,
}

/// A column that is computed from a match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Measure {
    pub(crate) name: String,
    pub(crate) data_type: DataType,
    pub(crate) formula: Formula,
}

/// Which rows are put out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RowsPerMatch {
    /// One for each match, the empty ones too.
    One,
    /// Those of matches, and one for each empty match.
    AllWithEmptyMatches,
    /// Those of matches that are not empty.
    All,
    /// Those of matches, one for each empty match, and those that are in none.
    AllWithUnmatchedRows,
}

/// Where matching goes on after a match that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum AfterMatch {
    PastLastRow,
    ToNextRow,
    /// To the first or last row that is mapped to these variables.
    ToVariable(Anchor, VariableSet),
}

/// An expression over a match: `expr` is over the columns that `inputs` name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Formula {
    /// The expression as the query has it.
    pub(crate) text: String,
    pub(crate) expr: Expr,
    pub(crate) inputs: Vec<FormulaInput>,
}

/// What an expression reads of a match, as a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FormulaInput {
    pub(crate) name: String,
    pub(crate) data_type: DataType,
    pub(crate) source: FormulaSource,
}

/// Where an input comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum FormulaSource {
    /// A column of the input, in the row that the navigation leads to.
    Column { column: Column, at: Navigation },
    /// `CLASSIFIER()` of the row that the navigation leads to.
    Classifier { at: Navigation },
    /// `MATCH_NUMBER()`
    MatchNumber,
    /// An aggregate function over rows of the match.
    Aggregate(Box<FormulaAggregate>),
}

/// An aggregate function over rows of the match. Its arguments are over `inputs`, which are of the aggregated rows themselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FormulaAggregate {
    pub(crate) call: datafusion::logical_expr::expr::AggregateFunction,
    pub(crate) variables: VariableSet,
    pub(crate) processing: Processing,
    pub(crate) inputs: Vec<FormulaInput>,
}

impl Specification {
    fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let measures = self.measures.iter().map(|measure| &measure.formula);
        measures.chain(self.definitions.iter().flatten())
    }

    /// The columns of the input that are read, other than to put them out.
    fn read(&self) -> Vec<Expr> {
        let mut read: Vec<Expr> = self
            .partition_by
            .iter()
            .cloned()
            .map(Expr::Column)
            .collect();
        read.extend(self.order_by.iter().map(|item| item.expr.clone()));
        let mut inputs: Vec<&FormulaInput> = self
            .formulas()
            .flat_map(|formula| &formula.inputs)
            .collect();
        while let Some(input) = inputs.pop() {
            match &input.source {
                FormulaSource::Column { column, .. } => {
                    let column = Expr::Column(column.clone());
                    if !read.contains(&column) {
                        read.push(column);
                    }
                }
                FormulaSource::Aggregate(aggregate) => inputs.extend(&aggregate.inputs),
                FormulaSource::Classifier { .. } | FormulaSource::MatchNumber => {}
            }
        }
        read
    }
}

/// The node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct MatchRecognize {
    pub(super) input: Arc<LogicalPlan>,
    pub(super) specification: Arc<Specification>,
    schema: DFSchemaRef,
}

impl MatchRecognize {
    /// The plan above an input.
    pub(crate) fn plan(input: LogicalPlan, specification: Specification) -> Result<LogicalPlan> {
        Ok(LogicalPlan::Extension(Extension {
            node: Arc::new(MatchRecognize::above(input, specification)?),
        }))
    }

    /// The node above an input, which puts out those of the columns that the input has.
    fn above(input: LogicalPlan, mut specification: Specification) -> Result<MatchRecognize> {
        specification
            .columns
            .retain(|column| input.schema().has_column(column));
        let mut fields = Vec::with_capacity(specification.columns.len());
        for column in &specification.columns {
            let (relation, field) = input.schema().qualified_field_from_column(column)?;
            fields.push((relation.cloned(), Arc::clone(field)));
        }
        for measure in &specification.measures {
            let field = Field::new(&measure.name, measure.data_type.clone(), true);
            fields.push((None, Arc::new(field)));
        }
        Ok(MatchRecognize {
            schema: Arc::new(DFSchema::new_with_metadata(fields, Default::default())?),
            input: Arc::new(input),
            specification: Arc::new(specification),
        })
    }
}

impl PartialOrd for MatchRecognize {
    /// Nodes have no order.
    fn partial_cmp(&self, _: &Self) -> Option<Ordering> {
        None
    }
}

impl UserDefinedLogicalNodeCore for MatchRecognize {
    fn name(&self) -> &str {
        "MatchRecognize"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    /// What is computed from a match is over columns that only the operator knows; rules see the columns of the input that it reads.
    fn expressions(&self) -> Vec<Expr> {
        self.specification.read()
    }

    /// Conditions on what rows are partitioned by leave partitions whole.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let keys = &self.specification.partition_by;
        self.schema
            .iter()
            .filter(|(relation, field)| {
                !keys
                    .iter()
                    .any(|key| key.relation.as_ref() == *relation && key.name == *field.name())
            })
            .map(|(_, field)| field.name().clone())
            .collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MatchRecognize: {}", self.specification)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let Ok([input]) = <[LogicalPlan; 1]>::try_from(inputs) else {
            return Err(DataFusionError::Internal(
                "MATCH_RECOGNIZE has one input".to_owned(),
            ));
        };
        MatchRecognize::above(input, self.specification.as_ref().clone())
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let columns = output_columns
            .iter()
            .filter_map(|place| self.specification.columns.get(*place))
            .map(|column| self.input.schema().maybe_index_of_column(column))
            .collect::<Option<Vec<_>>>()?;
        Some(vec![columns])
    }
}

impl fmt::Display for Specification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.partition_by.is_empty() {
            write!(f, "partition_by=[{}], ", joined(&self.partition_by))?;
        }
        if !self.order_by.is_empty() {
            write!(f, "order_by=[{}], ", joined(&self.order_by))?;
        }
        if !self.measures.is_empty() {
            let measures = self
                .measures
                .iter()
                .map(|measure| format!("{} AS {}", measure.formula.text, measure.name));
            write!(f, "measures=[{}], ", joined(measures))?;
        }
        let rows = match self.rows_per_match {
            RowsPerMatch::One => "one row per match",
            RowsPerMatch::AllWithEmptyMatches => "all rows per match",
            RowsPerMatch::All => "all rows per match omit empty matches",
            RowsPerMatch::AllWithUnmatchedRows => "all rows per match with unmatched rows",
        };
        let skip = match &self.after_match {
            AfterMatch::PastLastRow => "past last row".to_owned(),
            AfterMatch::ToNextRow => "to next row".to_owned(),
            AfterMatch::ToVariable(anchor, variables) => {
                let end = match anchor {
                    Anchor::First => "first",
                    Anchor::Last => "last",
                };
                let names = self.variables.iter().enumerate();
                let names = names
                    .filter(|(place, _)| variables.contains(*place))
                    .map(|(_, name)| name);
                format!("to {end} {}", joined(names))
            }
        };
        let pattern = self.pattern.display(&self.variables);
        write!(f, "output=[{rows}], skip=[{skip}], pattern=[{pattern}]")?;
        let definitions = self.variables.iter().zip(&self.definitions);
        let definitions: Vec<String> = definitions
            .filter_map(|(name, formula)| Some(format!("{name} AS {}", formula.as_ref()?.text)))
            .collect();
        write!(f, ", define=[{}]", joined(&definitions))
    }
}

fn joined(items: impl IntoIterator<Item = impl fmt::Display>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(", ")
}
