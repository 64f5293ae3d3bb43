//! Row pattern recognition (MATCH_RECOGNIZE): an operator that finds sequences of rows and computes measures over them.
//!
//! DataFusion has none, and window functions cannot say it: where a match ends and which variable a row is mapped to decides what later
//! rows are compared with. [`plan`] is what the analyzer builds, [`planner`] makes [`execution`] of it. There a pattern is a [`program`]
//! that the [`matcher`] runs over the rows of a partition in one pass; [`definitions`] and [`measures`] compute the expressions.

mod blocks;
mod definitions;
mod evaluation;
mod execution;
mod matcher;
mod measures;
mod navigation;
mod pattern;
mod plan;
mod planner;
mod program;
mod row_lists;
mod tracking;

pub(crate) use navigation::{Anchor, Navigation, Processing, VariableSet};
pub(crate) use pattern::{Pattern, Quantifier};
pub(crate) use plan::{
    AfterMatch, Formula, FormulaAggregate, FormulaInput, FormulaSource, MatchRecognize, Measure,
    RowsPerMatch, Specification,
};
pub(crate) use planner::RowPatternPlanner;
