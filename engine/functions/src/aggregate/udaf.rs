//! An aggregate bound to the types of a call, as DataFusion plans and runs it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::stats::Precision;
use datafusion::error::Result;
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Expr, GroupsAccumulator, Signature,
    StatisticsArgs, Volatility,
};
use datafusion::physical_expr::expressions::Column;
use datafusion::scalar::ScalarValue;

use super::accumulators::{ManyGroups, MovingFrame, SingleGroup};
use super::buffered::Buffered;
use super::groups::{Groups, GroupsFactory, Rows};
use super::identity::is_plain;
use crate::signature::Bound;
use crate::types::Type;

/// Makes an aggregate's states for the types of a call.
pub(super) type BoundGroups = fn(&Bound) -> Result<Box<dyn Groups>>;

/// Makes an accumulator of a window frame that moves.
pub(super) type BoundFrame = fn(&Bound) -> Result<Box<dyn Accumulator>>;

/// An aggregate of a call. Two are equal if they are the same function, bound to the same types.
#[derive(Debug, Clone)]
pub(super) struct Aggregate {
    name: String,
    bound: Bound,
    groups: BoundGroups,
    /// How it follows a window frame that moves, if it has a better way than aggregating anew.
    frame: Option<BoundFrame>,
    /// Whether DISTINCT can change its results.
    heeds_distinct: bool,
    /// Whether it is DISTINCT by itself, whatever DataFusion says.
    distinct: bool,
    /// Whether ORDER BY can.
    heeds_order: bool,
    /// What it gives without rows, if that is not NULL.
    when_empty: Option<ScalarValue>,
    /// Whether it is the greatest value, or the least, of a type whose values DataFusion's own rules order as Trino does.
    greatest: Option<bool>,
    signature: Signature,
}

impl PartialEq for Aggregate {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.distinct, &self.bound) == (&other.name, other.distinct, &other.bound)
    }
}

impl Eq for Aggregate {}

impl Hash for Aggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, self.distinct, &self.bound).hash(state);
    }
}

impl Aggregate {
    /// An aggregate to which DISTINCT matters and ORDER BY does not.
    ///
    /// DataFusion rewrites aggregates that are called `sum`, `min` and `max`: it may apply them to their own results, and take the
    /// latter two for bounds of what to read. Those for which that would be wrong must have another name here.
    pub(super) fn new(name: &'static str, bound: &Bound, groups: BoundGroups) -> Aggregate {
        Aggregate {
            name: name.to_owned(),
            bound: bound.clone(),
            groups,
            frame: None,
            heeds_distinct: true,
            distinct: false,
            heeds_order: false,
            when_empty: None,
            greatest: None,
            // The analyzer has coerced the arguments; DataFusion must not.
            signature: Signature::any(bound.arguments.len(), Volatility::Immutable),
        }
    }

    /// An aggregate to which repeated values make no difference.
    pub(super) fn ignoring_repetition(mut self) -> Aggregate {
        self.heeds_distinct = false;
        self
    }

    /// An aggregate to which the order of rows matters.
    pub(super) fn heeding_order(mut self) -> Aggregate {
        self.heeds_order = true;
        self
    }

    /// An aggregate that is a number even without rows.
    pub(super) fn zero_when_empty(mut self) -> Aggregate {
        self.when_empty = Some(ScalarValue::Int64(Some(0)));
        self
    }

    /// An aggregate with a way of its own to follow a window frame.
    pub(super) fn with_frame(mut self, frame: BoundFrame) -> Aggregate {
        self.frame = Some(frame);
        self
    }

    /// The greatest value, or the least.
    pub(super) fn extremum(mut self, greatest: bool) -> Aggregate {
        self.greatest = Some(greatest);
        self
    }

    /// The function for DataFusion.
    pub(super) fn build(mut self) -> Result<Arc<AggregateUDF>> {
        if self.bound.returns == Type::Unknown {
            self.groups = |_| Ok(Box::new(AlwaysNull));
            self.frame = None;
        }
        Ok(Arc::new(AggregateUDF::from(self)))
    }

    fn plain(&self) -> GroupsFactory {
        let (groups, bound) = (self.groups, self.bound.clone());
        Arc::new(move || groups(&bound))
    }

    /// The states for a call with these columns: of the arguments, then of what it is ordered by.
    fn factory(
        &self,
        columns: Vec<DataType>,
        distinct: bool,
        order: Vec<arrow::compute::SortOptions>,
    ) -> GroupsFactory {
        let plain = self.plain();
        let distinct = ((distinct || self.distinct) && self.heeds_distinct)
            .then(|| self.bound.arguments.clone());
        if distinct.is_none() && order.is_empty() {
            return plain;
        }
        Arc::new(move || {
            Ok(Box::new(Buffered::new(
                Arc::clone(&plain),
                columns.clone(),
                distinct.clone(),
                order.clone(),
            )))
        })
    }

    fn factory_of(&self, arguments: &AccumulatorArgs<'_>) -> Result<GroupsFactory> {
        let order_bys = if self.heeds_order {
            arguments.order_bys
        } else {
            &[]
        };
        let mut columns: Vec<DataType> = arguments
            .expr_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        for order_by in order_bys {
            columns.push(order_by.expr.data_type(arguments.schema)?);
        }
        let order = order_bys.iter().map(|order_by| order_by.options).collect();
        Ok(self.factory(columns, arguments.is_distinct, order))
    }
}

impl AggregateUDFImpl for Aggregate {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.bound.returns.arrow())
    }

    fn is_nullable(&self) -> bool {
        self.when_empty.is_none()
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        match &self.when_empty {
            Some(value) => Ok(value.clone()),
            None => ScalarValue::try_from(data_type),
        }
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let groups = self.factory_of(&arguments)?()?;
        Ok(Box::new(SingleGroup::new(groups)))
    }

    fn groups_accumulator_supported(&self, _arguments: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(ManyGroups::new(self.factory_of(&arguments)?)?))
    }

    fn create_sliding_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        let factory = self.factory_of(&arguments)?;
        if let Some(frame) = self.frame
            && !((arguments.is_distinct || self.distinct) && self.heeds_distinct)
        {
            return frame(&self.bound);
        }
        let groups = factory()?;
        if groups.retracts() {
            return Ok(Box::new(SingleGroup::new(groups)));
        }
        Ok(Box::new(MovingFrame::new(factory)))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let ordering = if self.heeds_order {
            arguments.ordering_fields
        } else {
            &[]
        };
        let columns = arguments.input_fields.iter().chain(ordering);
        let columns = columns.map(|field| field.data_type().clone()).collect();
        let order = vec![arrow::compute::SortOptions::default(); ordering.len()];
        let groups = self.factory(columns, arguments.is_distinct, order)()?;
        let field = |(place, data_type): (usize, DataType)| {
            let name = format_state_name(arguments.name, &format!("state {place}"));
            Arc::new(Field::new(name, data_type, true))
        };
        Ok(groups
            .state_types()
            .into_iter()
            .enumerate()
            .map(field)
            .collect())
    }

    /// DataFusion makes groups of the values of a DISTINCT aggregate, if that is all there is. But its groups tell values apart that are the
    /// same, and it counts only on a single argument. So there the function takes DISTINCT over.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let arguments = &self.bound.arguments;
        let takes_over = arguments.len() > 1 || !arguments.iter().all(is_plain);
        if !takes_over || !self.heeds_distinct || self.distinct {
            return None;
        }
        let distinct = Arc::new(AggregateUDF::from(Aggregate {
            name: format!("{}_distinct", self.name),
            distinct: true,
            ..self.clone()
        }));
        Some(Box::new(move |mut call, _| {
            if call.params.distinct {
                call.params.distinct = false;
                call.func = Arc::clone(&distinct);
            }
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        // Rows are sorted here if they must be: requirements of several aggregates can contradict each other.
        if self.heeds_order {
            AggregateOrderSensitivity::Beneficial
        } else {
            AggregateOrderSensitivity::Insensitive
        }
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        _beneficial_ordering: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        // Sorting what is in order already is cheap, so there is nothing to know.
        Ok(self
            .heeds_order
            .then_some(self as Arc<dyn AggregateUDFImpl>))
    }

    fn is_descending(&self) -> Option<bool> {
        self.greatest
    }

    fn value_from_stats(&self, arguments: &StatisticsArgs<'_>) -> Option<ScalarValue> {
        let greatest = self.greatest?;
        let [argument] = arguments.exprs else {
            return None;
        };
        let Precision::Exact(1..) = arguments.statistics.num_rows else {
            return None;
        };
        let column = argument.downcast_ref::<Column>()?;
        let statistics = arguments.statistics.column_statistics.get(column.index())?;
        let bound = if greatest {
            &statistics.max_value
        } else {
            &statistics.min_value
        };
        match bound {
            Precision::Exact(value)
                if !value.is_null() && value.data_type() == *arguments.return_type =>
            {
                Some(value.clone())
            }
            _ => None,
        }
    }
}

/// An aggregate of values without a type, which are all NULL.
#[derive(Debug)]
struct AlwaysNull;

impl Groups for AlwaysNull {
    fn resize(&mut self, _count: usize) {}

    fn update(&mut self, _arguments: &[ArrayRef], _rows: &Rows<'_>) -> Result<()> {
        Ok(())
    }

    fn merge(&mut self, _states: &[ArrayRef], _rows: &Rows<'_>) -> Result<()> {
        Ok(())
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        Ok(new_null_array(&DataType::Null, count))
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        Ok(vec![new_null_array(&DataType::Boolean, count)])
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Boolean]
    }

    fn forget(&mut self, _count: usize) -> Result<()> {
        Ok(())
    }

    fn size(&self) -> usize {
        0
    }
}
