//! How tests call aggregate and window functions: over groups, DISTINCT, ordered, filtered, and over windows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch};
use arrow::compute::{
    SortColumn, SortOptions, concat_batches, lexsort_to_indices, take_record_batch,
};
use arrow::datatypes::{Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment, Sort, WindowFunction};
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, WindowFrame, WindowFrameBound, WindowFrameUnits,
    WindowFunctionDefinition, col, lit,
};
use datafusion::physical_plan::{ExecutionPlan, collect};
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

    /// A number of rows, for a function of constants or of nothing.
    pub(crate) fn with_rows(mut self, rows: usize) -> AggregateCall {
        self.column(
            "rows".to_string(),
            Arc::new(BooleanArray::from(vec![true; rows])),
        );
        self
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
    /// must agree: in one stage, from sorted groups, in two stages from several partitions, and in two where the first passes its rows on.
    pub(crate) async fn shown(self) -> String {
        let result = self.result(Stages::One).await;
        let others: &[Stages] = match (&self.frame, self.stages, self.groups) {
            (None, true, true) => &[Stages::Sorted, Stages::Two, Stages::PassedOn],
            (None, true, false) => &[Stages::Two],
            (None, false, true) => &[Stages::Sorted],
            _ => &[],
        };
        for stages in others {
            let other = self.result(*stages).await;
            assert_eq!(other, result, "{} in {stages:?}", self.name);
        }
        result
    }

    /// What the call gives in two stages, for results that are only about the same then.
    pub(crate) async fn in_stages(self) -> String {
        self.result(Stages::Two).await
    }

    /// What the call gives when its groups do not fit into memory, so that they are written to disk on the way.
    pub(crate) async fn spilled(self) -> String {
        let mut memory = 3_000_000;
        loop {
            let (result, spills) = self.within(memory).await.expect("a result");
            if spills > 0 {
                return result;
            }
            memory = memory * 3 / 4;
        }
    }

    /// What the call gives with so much memory, and how often it was not enough.
    async fn within(&self, memory: usize) -> Result<(String, usize)> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(memory)))
            .build_arc()?;
        let config = SessionConfig::new()
            .with_target_partitions(1)
            .with_batch_size(512)
            .with_sort_spill_reservation_bytes(10_000);
        let context = SessionContext::new_with_config_rt(config, runtime);
        let (batch, _) = self.batch(Stages::One)?;
        let parts = (0..batch.num_rows()).step_by(512);
        let parts = parts.map(|start| batch.slice(start, 512.min(batch.num_rows() - start)));
        let table = MemTable::try_new(batch.schema(), vec![parts.collect()])?;
        let (frame, _) = self.frame(context.read_table(Arc::new(table))?)?;
        let plan = frame.create_physical_plan().await?;
        let batches = collect(Arc::clone(&plan), context.task_ctx()).await?;
        let values = concat_batches(&plan.schema(), &batches)?;
        Ok((shown_values(values.column(0)), spills(&plan)))
    }

    /// What the call gives, to be an argument of another.
    pub(crate) async fn argument(self) -> Argument {
        let (values, data_type) = self.values(Stages::One).await.expect("a result");
        Argument::Column(values, data_type)
    }

    async fn result(&self, stages: Stages) -> String {
        match self.values(stages).await {
            Ok((values, _)) => shown_values(&values),
            Err(error) => match crate::error::FunctionError::find(&error) {
                Some(error) => format!("ERROR: {error}"),
                None => format!("ERROR: {error}"),
            },
        }
    }

    async fn values(&self, stages: Stages) -> Result<(ArrayRef, Type)> {
        let (frame, returns) = self.frame(self.table(stages)?)?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let batches = frame.collect().await?;
        let values = Arc::clone(concat_batches(&schema, &batches)?.column(0));
        // DataFusion's own window functions count in other integers, which the analyzer casts.
        assert!(
            *values.data_type() == returns.arrow() || values.data_type().is_unsigned_integer(),
            "{} gives {} for {returns}",
            self.name,
            values.data_type(),
        );
        Ok((values, returns))
    }

    /// The call over a table, and the type of what it gives.
    fn frame(&self, table: DataFrame) -> Result<(DataFrame, Type)> {
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
                let aggregate = vec![aggregate];
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
                table,
                frame,
            )?,
            (BoundFunction::Window(function), Some(frame)) => {
                self.windowed(function, arguments, table, frame)?
            }
            (other, _) => panic!("{} is called otherwise: {other:?}", self.name),
        };
        // The result is not named earlier, for DataFusion rewrites some aggregates only if they have no alias.
        let result = frame
            .schema()
            .columns()
            .pop()
            .map(Expr::Column)
            .expect("a column");
        let frame = frame.select(vec![result.alias("result")])?;
        Ok((frame, resolved.bound.returns))
    }

    fn windowed(
        &self,
        function: WindowFunctionDefinition,
        arguments: Vec<Expr>,
        table: DataFrame,
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
        table
            .window(vec![window.build()?])?
            .sort(vec![col("row").sort(true, false)])
    }

    /// The rows, and the order that they are in.
    fn batch(&self, stages: Stages) -> Result<(RecordBatch, Vec<Vec<Sort>>)> {
        let (mut fields, mut columns) = (self.fields.clone(), self.columns.clone());
        let rows = columns.first().map_or(1, |column| column.len());
        let numbers: Int64Array = (0..rows).map(|row| i64::try_from(row).ok()).collect();
        fields.push(Field::new("row", numbers.data_type().clone(), true));
        columns.push(Arc::new(numbers));
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        if stages != Stages::Sorted {
            return Ok((batch, vec![]));
        }
        let sorted = |name| SortColumn {
            values: Arc::clone(batch.column_by_name(name).expect("the column")),
            options: Some(SortOptions::new(false, false)),
        };
        let places = lexsort_to_indices(&[sorted("groups"), sorted("row")], None)?;
        let order = vec![vec![col("groups").sort(true, false)]];
        Ok((take_record_batch(&batch, &places)?, order))
    }

    /// The table of the rows, a few in each partition when there are to be several stages.
    fn table(&self, stages: Stages) -> Result<DataFrame> {
        let (batch, order) = self.batch(stages)?;
        let (schema, rows) = (batch.schema(), batch.num_rows());
        let parts = match stages {
            Stages::One | Stages::Sorted => 1,
            Stages::Two | Stages::PassedOn => 3,
        };
        let mut partitions = vec![vec![]; parts];
        for start in (0..rows).step_by(2) {
            partitions[start / 2 % parts].push(batch.slice(start, 2.min(rows - start)));
        }
        if stages == Stages::One {
            partitions = vec![vec![batch]];
        }
        let mut config = SessionConfig::new().with_target_partitions(parts);
        if stages == Stages::PassedOn {
            let options = &mut config.options_mut().execution;
            options.skip_partial_aggregation_probe_rows_threshold = 0;
            options.skip_partial_aggregation_probe_ratio_threshold = 0.0;
        }
        let table = MemTable::try_new(schema, partitions)?.with_sort_order(order);
        SessionContext::new_with_config(config).read_table(Arc::new(table))
    }
}

/// How often parts of a plan wrote to disk.
fn spills(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let own = plan
        .metrics()
        .and_then(|metrics| metrics.spill_count())
        .unwrap_or_default();
    own + plan.children().into_iter().map(spills).sum::<usize>()
}

/// How an aggregate is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stages {
    One,
    /// Over rows that are sorted by their groups, so that groups are emitted one after another.
    Sorted,
    Two,
    PassedOn,
}
