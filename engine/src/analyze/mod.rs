//! The analyzer: a query's syntax tree becomes a typed plan under Trino's rules.
//!
//! DataFusion's own planner speaks PostgreSQL: its types, coercions, names and scopes are others. So names, types, functions and clauses
//! are resolved here, and DataFusion gets a plan in which every expression has the type it needs: no rule of its own has anything left to
//! coerce. The way of a query through this folder: [`relations`] looks its tables up, [`query`] and [`select`] take its clauses in
//! their order, `relation` makes plans of what stands in FROM, `expression` types expressions, [`aggregation`] and [`window`] put
//! plan nodes below those that need them.
//!
//! Every column of a plan has a name of its own (`name#7`), or the unique qualifier of its scan. So no scope can take one column for
//! another, however often tables and names repeat.

mod aggregation;
mod expression;
mod numbering;
mod query;
mod relation;
pub(crate) mod relations;
mod scope;
mod select;
mod session_facts;
mod set_operation;
mod sort;
mod typed;
mod window;
mod with_query;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Column, TableReference};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use prismlake_functions::types::Type;
use sqlparser::ast;
use sqlparser::ast::Spanned;

pub(crate) use numbering::numbered;
pub(crate) use relations::{FoundRelation, Relations, relation_names};
pub(crate) use session_facts::SessionFacts;

use crate::error::{ErrorCode, Position, QueryError, Result};
use scope::Scope;
use with_query::CommonTable;

/// A column of a query's result.
#[derive(Debug, Clone)]
pub(crate) struct OutputColumn {
    /// The name that the query gives it, as written; `None` where it gives none.
    pub(crate) name: Option<String>,
    /// Its type.
    pub(crate) data_type: Type,
}

/// A query as a typed plan.
#[derive(Debug)]
pub(crate) struct AnalyzedQuery {
    /// The plan. Its columns have names of their own; [`AnalyzedQuery::columns`] says what clients call them.
    pub(crate) plan: LogicalPlan,
    /// The result's columns, in order.
    pub(crate) columns: Vec<OutputColumn>,
    /// The types of the statement's parameters, as far as the query tells them.
    pub(crate) parameters: Vec<Option<Type>>,
}

/// How many plan nodes may repeat others: each reference to a common table or a view has a plan of its own, so that fifteen common
/// tables that name the one before twice are thirty thousand copies of the first.
const REPEATED_NODES_MAX: usize = 4_000;

/// Turns a query into a plan. `relations` holds the tables that it names.
pub(crate) fn analyze_query(
    query: &ast::Query,
    relations: &Relations,
    facts: &SessionFacts,
    session: &SessionState,
) -> Result<AnalyzedQuery> {
    let analyzer = Analyzer {
        relations,
        facts,
        session,
        symbols: Cell::new(0),
        repeated_nodes: Cell::new(0),
        scans: RefCell::default(),
        views: RefCell::default(),
        names: RefCell::new((facts.catalog.clone(), facts.database.clone())),
        parameters: RefCell::default(),
    };
    let analyzed = analyzer.query(query, &Environment::default())?;
    Ok(AnalyzedQuery {
        plan: analyzed.plan,
        columns: analyzed
            .scope
            .visible_fields()
            .map(|field| OutputColumn {
                name: field.name.clone(),
                data_type: field.data_type.clone(),
            })
            .collect(),
        parameters: analyzer.parameters.into_inner(),
    })
}

/// The query with its columns coerced, as the columns that they are written to ask for. The caller knows that they can be.
pub(crate) fn with_column_types(
    analyzed: AnalyzedQuery,
    types: &[Type],
    facts: &SessionFacts,
    session: &SessionState,
) -> Result<AnalyzedQuery> {
    let relations = Relations::default();
    let analyzer = Analyzer {
        relations: &relations,
        facts,
        session,
        symbols: Cell::new(0),
        repeated_nodes: Cell::new(0),
        scans: RefCell::default(),
        views: RefCell::default(),
        names: RefCell::default(),
        parameters: RefCell::default(),
    };
    let mut expressions = Vec::new();
    let mut columns = Vec::new();
    for ((column, output), to) in analyzed
        .plan
        .schema()
        .columns()
        .into_iter()
        .zip(analyzed.columns)
        .zip(types)
    {
        let typed = typed::Typed::new(Expr::Column(column.clone()), output.data_type);
        let typed = analyzer.written_as(typed, to)?;
        expressions.push(typed.expr.alias(column.name));
        columns.push(OutputColumn {
            name: output.name,
            data_type: typed.data_type,
        });
    }
    Ok(AnalyzedQuery {
        plan: LogicalPlanBuilder::from(analyzed.plan)
            .project(expressions)?
            .build()?,
        columns,
        parameters: analyzed.parameters,
    })
}

/// What the analysis of one query shares.
struct Analyzer<'a> {
    relations: &'a Relations,
    facts: &'a SessionFacts,
    session: &'a SessionState,
    /// How many names were given.
    symbols: Cell<usize>,
    /// How many nodes of the plan repeat others.
    repeated_nodes: Cell<usize>,
    /// How often each table was scanned.
    scans: RefCell<HashMap<String, usize>>,
    /// The views that are being analyzed, outermost first.
    views: RefCell<Vec<String>>,
    /// The catalog and the database of names without one: the session's, and within a view the view's.
    names: RefCell<(String, String)>,
    /// The types that parameters turned out to have.
    parameters: RefCell<Vec<Option<Type>>>,
}

/// What a query sees of the queries around it.
#[derive(Clone, Default)]
struct Environment {
    /// The scope of the query that this one is a subquery of.
    outer: Option<Rc<Scope>>,
    /// The common tables in sight, innermost first.
    common_tables: Option<Rc<CommonTable>>,
}

/// A plan and the names of its columns.
struct PlannedRelation {
    plan: LogicalPlan,
    scope: Scope,
}

impl Analyzer<'_> {
    /// A column name that no other column of the plan has.
    fn symbol(&self, name: &str) -> String {
        let number = self.symbols.get() + 1;
        self.symbols.set(number);
        format!("{name}#{number}")
    }

    /// Counts a part of the plan that comes into it once more.
    fn planned_again(&self, plan: &LogicalPlan) -> Result<()> {
        let mut nodes = self.repeated_nodes.get();
        let counted = plan.apply_with_subqueries(|_| {
            nodes += 1;
            Ok(if nodes > REPEATED_NODES_MAX {
                TreeNodeRecursion::Stop
            } else {
                TreeNodeRecursion::Continue
            })
        });
        counted?;
        self.repeated_nodes.set(nodes);
        if nodes > REPEATED_NODES_MAX {
            return Err(QueryError::new(
                ErrorCode::QueryHasTooManyStages,
                format!(
                    "the query's plan has more than {REPEATED_NODES_MAX} nodes that repeat others: common tables and views are planned anew for each reference to them"
                ),
            ));
        }
        Ok(())
    }

    /// A column of that fresh name.
    fn symbol_column(&self, name: &str) -> Column {
        Column::new_unqualified(self.symbol(name))
    }

    /// The qualifier of one more scan of a table.
    fn scan_qualifier(&self, table: &str) -> TableReference {
        let mut scans = self.scans.borrow_mut();
        let count = scans.entry(table.to_owned()).or_insert(0);
        *count += 1;
        if *count == 1 {
            TableReference::bare(table)
        } else {
            TableReference::bare(format!("{table}#{count}"))
        }
    }

    /// Notes the type that a parameter turned out to have.
    fn parameter_type(&self, place: usize, data_type: &Type) {
        let mut parameters = self.parameters.borrow_mut();
        if parameters.len() <= place {
            parameters.resize(place + 1, None);
        }
        if let Some(known) = parameters.get_mut(place)
            && known.is_none()
        {
            *known = Some(data_type.clone());
        }
    }
}

/// A piece of syntax, as errors need it.
trait Syntax {
    /// Where it begins.
    fn position(&self) -> Option<Position>;
}

impl Syntax for ast::Ident {
    fn position(&self) -> Option<Position> {
        starting(self.span)
    }
}

macro_rules! spanned_syntax {
    ($($node:ty),*) => {
        $(impl Syntax for $node {
            fn position(&self) -> Option<Position> {
                starting(Spanned::span(self))
            }
        })*
    };
}

spanned_syntax!(
    ast::Expr,
    ast::ObjectName,
    ast::Query,
    ast::Select,
    ast::SelectItem,
    ast::SetExpr,
    ast::TableFactor,
    ast::ValueWithSpan
);

fn starting(span: sqlparser::tokenizer::Span) -> Option<Position> {
    Some(Position {
        line: u32::try_from(span.start.line)
            .ok()
            .filter(|line| *line > 0)?,
        column: u32::try_from(span.start.column)
            .ok()
            .filter(|column| *column > 0)?,
    })
}

/// An error at a piece of syntax.
fn error_at(syntax: &impl Syntax, code: ErrorCode, message: impl Into<String>) -> QueryError {
    placed(QueryError::new(code, message), syntax)
}

/// The error, at that place unless it has one.
fn placed(error: QueryError, syntax: &impl Syntax) -> QueryError {
    match (error.position, syntax.position()) {
        (None, Some(position)) => error.at(position),
        _ => error,
    }
}

/// A construct that is recognised and that Athena or this engine does not have.
fn not_supported(syntax: &impl Syntax, message: impl Into<String>) -> QueryError {
    error_at(syntax, ErrorCode::NotSupported, message)
}
