//! How tests call aggregate and window functions: over groups, DISTINCT, ordered, filtered, and over windows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment, Sort, WindowFunction};
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, WindowFrame, WindowFrameBound, WindowFrameUnits,
    WindowFunctionDefinition, col, lit,
};
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use datafusion::scalar::ScalarValue;

use super::{Argument, Typed, coerced, shown_values};
use crate::registry::{BoundFunction, registry};
use crate::types::Type;

/// A call of an aggregate or window function.
pub(crate) struct AggregateCall {
    name: &'static str,
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    arguments: Vec<Typed>,
    groups: bool,
    distinct: bool,
    order: Vec<Sort>,
    filter: Option<Expr>,
    ignore_nulls: bool,
    frame: Option<WindowFrame>,
    stages: bool,
}

/// Calls a function of columns and constants.
pub(crate) fn calling(name: &'static str, arguments: Vec<Argument>) -> AggregateCall {
    let mut call = AggregateCall {
        name,
        fields: vec![],
        columns: vec![],
        arguments: vec![],
        groups: false,
        distinct: false,
        order: vec![],
        filter: None,
        ignore_nulls: false,
        frame: None,
        stages: true,
    };
    for (place, argument) in arguments.into_iter().enumerate() {
        let typed = match argument {
            Argument::Column(values, data_type) => Typed {
                expr: call.column(format!("argument{place}"), values),
                data_type,
            },
            Argument::Constant(value, data_type) => Typed {
                expr: lit(value),
                data_type,
            },
            Argument::Lambda(..) => panic!("aggregates take no lambdas"),
        };
        call.arguments.push(typed);
    }
    call
}

impl AggregateCall {
    fn column(&mut self, name: String, values: ArrayRef) -> Expr {
        self.fields
            .push(Field::new(&name, values.data_type().clone(), true));
        self.columns.push(values);
        col(name)
    }

    /// A result for each group of rows, or a window over its partition.
    pub(crate) fn grouped_by(mut self, groups: impl Into<Vec<i64>>) -> AggregateCall {
        self.column(
            "groups".to_string(),
            Arc::new(Int64Array::from(groups.into())),
        );
        self.groups = true;
        self
    }

    pub(crate) fn distinct(mut self) -> AggregateCall {
        self.distinct = true;
        self
    }

    /// ORDER BY, of the arguments or of the window; NULL comes last.
    pub(crate) fn ordered_by(self, keys: impl Array + 'static) -> AggregateCall {
        self.ordered(keys, true)
    }

    pub(crate) fn ordered_by_descending(self, keys: impl Array + 'static) -> AggregateCall {
        self.ordered(keys, false)
    }

    fn ordered(mut self, keys: impl Array + 'static, ascending: bool) -> AggregateCall {
        let key = self.column(format!("order{}", self.order.len()), Arc::new(keys));
        self.order.push(key.sort(ascending, false));
        self
    }

    /// FILTER.
    pub(crate) fn filtered(mut self, rows: impl Into<BooleanArray>) -> AggregateCall {
        self.filter = Some(self.column("filter".to_string(), Arc::new(rows.into())));
        self
    }

    pub(crate) fn ignoring_nulls(mut self) -> AggregateCall {
        self.ignore_nulls = true;
        self
    }

    /// Says that the result depends on the order that rows come in, so that it can only be tested in a single stage.
    pub(crate) fn in_one_stage(mut self) -> AggregateCall {
        self.stages = false;
        self
    }

    /// A window of the rows from so many before (or after, if positive) each row to so many, where nothing means the partition's end.
    pub(crate) fn over_rows(self, from: Option<i64>, to: Option<i64>) -> AggregateCall {
        self.over(WindowFrameUnits::Rows, from, to)
    }

    pub(crate) fn over(
        mut self,
        units: WindowFrameUnits,
        from: Option<i64>,
        to: Option<i64>,
    ) -> AggregateCall {
        let unbounded = ScalarValue::UInt64(None);
        let bound = |offset: i64| match offset {
            0 => WindowFrameBound::CurrentRow,
            ..0 => WindowFrameBound::Preceding(ScalarValue::UInt64(Some(offset.unsigned_abs()))),
            _ => WindowFrameBound::Following(ScalarValue::UInt64(Some(offset.unsigned_abs()))),
        };
        self.frame = Some(WindowFrame::new_bounds(
            units,
            from.map_or(WindowFrameBound::Preceding(unbounded.clone()), bound),
            to.map_or(WindowFrameBound::Following(unbounded), bound),
        ));
        self
    }

    /// What the call gives: of groups in their order, of windows in the order of the rows. Aggregates are computed in several ways that
    /// must agree: in one stage, in two from several partitions, and in two where the first passes its rows on.
    pub(crate) async fn shown(self) -> String {
        let result = self.result(Stages::One).await;
        if self.stages && self.frame.is_none() {
            for stages in [Stages::Two, Stages::PassedOn] {
                assert_eq!(
                    self.result(stages).await,
                    result,
                    "{} in {stages:?}",
                    self.name
                );
            }
        }
        result
    }

    async fn result(&self, stages: Stages) -> String {
        match self.values(stages).await {
            Ok(values) => shown_values(&values),
            Err(error) => match crate::error::FunctionError::find(&error) {
                Some(error) => format!("ERROR: {error}"),
                None => format!("ERROR: {error}"),
            },
        }
    }

    async fn values(&self, stages: Stages) -> Result<ArrayRef> {
        let types: Vec<Type> = self
            .arguments
            .iter()
            .map(|of| of.data_type.clone())
            .collect();
        let resolved = registry().resolve_values(self.name, &types)?;
        let arguments: Vec<Expr> = self
            .arguments
            .iter()
            .zip(&resolved.bound.arguments)
            .map(|(argument, wanted)| coerced(argument.clone(), wanted))
            .collect();
        let frame = match (resolved.function()?, &self.frame) {
            (BoundFunction::Aggregate(function), None) => {
                let aggregate = Expr::AggregateFunction(AggregateFunction::new_udf(
                    function,
                    arguments,
                    self.distinct,
                    self.filter.clone().map(Box::new),
                    self.order.clone(),
                    None,
                ));
                let aggregate = vec![aggregate.alias("result")];
                let table = self.table(stages)?;
                if self.groups {
                    let group = col("groups");
                    table
                        .aggregate(vec![group.clone()], aggregate)?
                        .sort(vec![group.sort(true, false)])?
                } else {
                    table.aggregate(vec![], aggregate)?
                }
            }
            (BoundFunction::Aggregate(function), Some(frame)) => self.windowed(
                WindowFunctionDefinition::AggregateUDF(function),
                arguments,
                frame,
            )?,
            (BoundFunction::Window(function), Some(frame)) => {
                self.windowed(function, arguments, frame)?
            }
            (other, _) => panic!("{} is called otherwise: {other:?}", self.name),
        };
        let frame = frame.select(vec![col("result")])?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let batches = frame.collect().await?;
        let values = Arc::clone(concat_batches(&schema, &batches)?.column(0));
        let whole = resolved.bound.returns.arrow();
        // DataFusion's own window functions count in other integers, which the analyzer casts.
        assert!(
            *values.data_type() == whole || values.data_type().is_unsigned_integer(),
            "{} gives {} for {}",
            self.name,
            values.data_type(),
            whole
        );
        Ok(values)
    }

    fn windowed(
        &self,
        function: WindowFunctionDefinition,
        arguments: Vec<Expr>,
        frame: &WindowFrame,
    ) -> Result<DataFrame> {
        let treatment = match self.ignore_nulls {
            true => NullTreatment::IgnoreNulls,
            false => NullTreatment::RespectNulls,
        };
        let groups = if self.groups {
            vec![col("groups")]
        } else {
            vec![]
        };
        let mut window = Expr::from(WindowFunction::new(function, arguments))
            .partition_by(groups)
            .order_by(self.order.clone())
            .window_frame(frame.clone())
            .null_treatment(treatment);
        if self.distinct {
            window = window.distinct();
        }
        if let Some(filter) = &self.filter {
            window = window.filter(filter.clone());
        }
        let frame = self
            .table(Stages::One)?
            .window(vec![window.build()?.alias("result")])?;
        frame.sort(vec![col("row").sort(true, false)])
    }

    /// The rows, a few in each partition when there are to be several stages.
    fn table(&self, stages: Stages) -> Result<DataFrame> {
        let (mut fields, mut columns) = (self.fields.clone(), self.columns.clone());
        let rows = columns.first().map_or(1, |column| column.len());
        let numbers: Int64Array = (0..rows).map(|row| i64::try_from(row).ok()).collect();
        fields.push(Field::new("row", numbers.data_type().clone(), true));
        columns.push(Arc::new(numbers));
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
        let mut config = SessionConfig::new().with_target_partitions(1);
        let mut partitions = vec![vec![batch.clone()]];
        if stages != Stages::One {
            config = config.with_target_partitions(3);
            partitions = vec![vec![], vec![], vec![]];
            for start in (0..rows).step_by(2) {
                let part = batch.slice(start, 2.min(rows - start));
                partitions[start / 2 % 3].push(part);
            }
        }
        if stages == Stages::PassedOn {
            let options = &mut config.options_mut().execution;
            options.skip_partial_aggregation_probe_rows_threshold = 0;
            options.skip_partial_aggregation_probe_ratio_threshold = 0.0;
        }
        let table = MemTable::try_new(schema, partitions)?;
        SessionContext::new_with_config(config).read_table(Arc::new(table))
    }
}

/// How an aggregate is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stages {
    One,
    Two,
    PassedOn,
}
