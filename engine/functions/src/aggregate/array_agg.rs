//! `array_agg`, and `reduce_agg`, which is made of it.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::groups::{Groups, Rows};
use super::row_buffer::{RowBuffer, flattened};
use super::udaf::Aggregate;
use crate::call::as_nested;
use crate::definition::Definition;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("array_agg", "Array of all values, NULLs among them").aggregate(
            "(T) -> array(T)",
            |bound| {
                Aggregate::new("array_agg", bound, |bound| Ok(Box::new(Arrays::of(bound))))
                    .heeding_order()
                    .build()
            },
        ),
        // The analyzer makes it reduce(array_agg(x), initial, input, state -> state): aggregates take no lambdas.
        Definition::new(
            "reduce_agg",
            "Values combined one after another into a state",
        )
        .analyzed("(T, S, function(S, T, S), function(S, S, S)) -> S"),
    ]
}

/// The elements of each group's array.
#[derive(Debug)]
struct Arrays {
    element: Type,
    elements: RowBuffer,
}

impl Arrays {
    fn of(bound: &Bound) -> Arrays {
        let element = bound.arguments.first().cloned().unwrap_or(Type::Unknown);
        Arrays {
            elements: RowBuffer::new(vec![element.nested_arrow()]),
            element,
        }
    }
}

impl Groups for Arrays {
    fn resize(&mut self, _count: usize) {}

    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        // Text is stored otherwise within arrays.
        let elements = as_nested(super::column(arguments, 0)?.clone(), &self.element)?;
        self.elements.push(&[elements], rows, None)
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let (elements, places) = flattened(super::column(states, 0)?)?;
        let groups: Vec<usize> = places.into_iter().map(|row| rows.group(row)).collect();
        self.elements
            .push(&[elements], &Rows::of_groups(&groups, None), None)
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        self.elements.lists(0, self.element.element_field(), count)
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.values(count)?])
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![Type::array(self.element.clone()).arrow()]
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        self.elements.forget(count)
    }

    fn size(&self) -> usize {
        self.elements.size()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int64Array, StringArray};

    use crate::definition::Implementation;
    use crate::registry::registry;
    use crate::testing::{Argument, calling, column, maps, zoned};

    fn words() -> Argument {
        column(
            "varchar",
            StringArray::from(vec![Some("b"), None, Some("a"), Some("b")]),
        )
    }

    #[tokio::test]
    async fn null_is_an_element() {
        assert_eq!(
            calling("array_agg", vec![words()])
                .in_one_stage()
                .shown()
                .await,
            "[b, NULL, a, b]"
        );
        assert_eq!(
            calling("array_agg", vec![words()])
                .grouped_by([1, 2, 3, 4])
                .shown()
                .await,
            "[b]|[NULL]|[a]|[b]"
        );
        let none = StringArray::from(Vec::<String>::new());
        assert_eq!(
            calling("array_agg", vec![column("varchar", none)])
                .shown()
                .await,
            "NULL"
        );
        assert_eq!(
            calling("array_agg", vec![words()])
                .filtered(vec![false, false, true, true])
                .grouped_by([1, 1, 2, 2])
                .in_one_stage()
                .shown()
                .await,
            "NULL|[a, b]"
        );
    }

    #[tokio::test]
    async fn elements_have_the_order_asked_for() {
        let keys = || Int64Array::from(vec![Some(2), Some(1), None, Some(3)]);
        assert_eq!(
            calling("array_agg", vec![words()])
                .ordered_by(keys())
                .shown()
                .await,
            "[NULL, b, b, a]"
        );
        assert_eq!(
            calling("array_agg", vec![words()])
                .ordered_by_descending(keys())
                .shown()
                .await,
            "[b, b, NULL, a]"
        );
        assert_eq!(
            calling("array_agg", vec![words()])
                .ordered_by(keys())
                .grouped_by([1, 1, 2, 2])
                .shown()
                .await,
            "[NULL, b]|[b, a]"
        );
    }

    #[tokio::test]
    async fn distinct_elements() {
        assert_eq!(
            calling("array_agg", vec![words()])
                .distinct()
                .ordered_by(StringArray::from(vec![
                    Some("b"),
                    None,
                    Some("a"),
                    Some("b")
                ]))
                .shown()
                .await,
            "[a, b, NULL]"
        );
        let doubles = Float64Array::from(vec![f64::NAN, -0.0, 0.0, -f64::NAN]);
        assert_eq!(
            calling("array_agg", vec![column("double", doubles)])
                .distinct()
                .in_one_stage()
                .shown()
                .await,
            "[NaN, -0.0]"
        );
        let instants = zoned(&[Some((0, "UTC")), Some((0, "+01:00"))]);
        assert_eq!(
            calling("array_agg", vec![instants])
                .distinct()
                .in_one_stage()
                .shown()
                .await,
            "[{instant: 1970-01-01T00:00:00Z, zone: 0}]"
        );
        let same = maps(&[
            Some(&[("x", Some(1)), ("y", None)]),
            Some(&[("y", None), ("x", Some(1))]),
        ]);
        assert_eq!(
            calling("array_agg", vec![same])
                .distinct()
                .in_one_stage()
                .shown()
                .await,
            "[{x: 1, y: NULL}]"
        );
    }

    #[tokio::test]
    async fn frames() {
        assert_eq!(
            calling("array_agg", vec![words()])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "[b]|[b, NULL]|[NULL, a]|[a, b]"
        );
        assert_eq!(
            calling("array_agg", vec![words()])
                .over_rows(Some(-3), Some(-1))
                .shown()
                .await,
            "NULL|[b]|[b, NULL]|[b, NULL, a]"
        );
    }

    #[test]
    fn reduce_agg_is_left_to_the_analyzer() {
        let definition = registry().function("reduce_agg").unwrap();
        assert!(matches!(
            definition.overloads[0].implementation,
            Implementation::Analyzed
        ));
    }
}
