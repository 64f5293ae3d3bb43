//! Aggregates that keep a geometry: the union of all, or the convex hull around all.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::hull::convex_hull;
use super::overlay::union;
use super::rows::list_of_shapes;
use super::shape::Shape;
use super::wkb;
use crate::definition::Definition;
use crate::error::FunctionError;

/// How the geometry that is kept and those of a batch make the next.
type Combine = fn(&[Shape]) -> Result<Shape, FunctionError>;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "convex_hull_agg",
            "Smallest convex geometry around all geometries",
        )
        .aggregate("(Geometry) -> Geometry", |_| {
            Ok(aggregate("convex_hull_agg", hull_of_all))
        }),
        Definition::new("geometry_union_agg", "Union of all geometries")
            .aggregate("(Geometry) -> Geometry", |_| {
                Ok(aggregate("geometry_union_agg", |shapes| union(shapes)))
            }),
    ]
}

fn hull_of_all(shapes: &[Shape]) -> Result<Shape, FunctionError> {
    let mut filled = shapes.iter().filter(|shape| !shape.is_empty());
    match (filled.next(), filled.next()) {
        (Some(only), None) => convex_hull(only),
        (None, _) => convex_hull(shapes.first().unwrap_or(&Shape::Collection(vec![]))),
        _ => convex_hull(&Shape::Collection(shapes.to_vec())),
    }
}

fn aggregate(name: &'static str, combine: Combine) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(GeometryAggregate {
        name,
        combine,
        signature: Signature::exact(vec![DataType::Binary], Volatility::Immutable),
    }))
}

/// Two are equal if they have the same name.
#[derive(Debug)]
struct GeometryAggregate {
    name: &'static str,
    combine: Combine,
    signature: Signature,
}

impl PartialEq for GeometryAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for GeometryAggregate {}

impl Hash for GeometryAggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl AggregateUDFImpl for GeometryAggregate {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn accumulator(&self, _arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Running {
            combine: self.combine,
            kept: None,
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = format_state_name(arguments.name, "geometry");
        Ok(vec![Arc::new(Field::new(name, DataType::Binary, true))])
    }
}

/// The geometry of the rows so far; `None` before the first that is not NULL.
#[derive(Debug)]
struct Running {
    combine: Combine,
    kept: Option<Shape>,
}

impl Accumulator for Running {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let [column] = values else {
            return exec_err!("an aggregate of geometries takes one column");
        };
        let mut shapes: Vec<Shape> = self.kept.take().into_iter().collect();
        shapes.extend(list_of_shapes(column)?.into_iter().flatten());
        if !shapes.is_empty() {
            self.kept = Some((self.combine)(&shapes)?);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(self.kept.as_ref().map(wkb::write)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn size(&self) -> usize {
        let vertices = self.kept.as_ref().map_or(0, |shape| shape.vertices().len());
        size_of_val(self) + vertices * size_of::<geo::Coord>()
    }
}
