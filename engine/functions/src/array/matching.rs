//! Predicates over the elements of arrays: whether all, any or none match, and which is the first that does.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt32Array};
use datafusion::common::downcast_value;
use datafusion::error::Result;

use crate::definition::Definition;
use crate::higher_order::HigherOrderCall;
use crate::nested::{Places, elements_by_row, gather, list_argument, usize_of};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "all_match",
            "Determine whether all elements of an array match a predicate",
        )
        .higher_order("(array(T), function(T, boolean)) -> boolean", |call| {
            decided(call, false, |found| !found)
        }),
        Definition::new(
            "any_match",
            "Determine whether any element of an array matches a predicate",
        )
        .higher_order("(array(T), function(T, boolean)) -> boolean", |call| {
            decided(call, true, |found| found)
        }),
        Definition::new(
            "none_match",
            "Determine whether no element of an array matches a predicate",
        )
        .higher_order("(array(T), function(T, boolean)) -> boolean", |call| {
            decided(call, true, |found| !found)
        }),
        Definition::new(
            "array_first",
            "Get the first element of an array that matches a predicate",
        )
        .higher_order("(array(T), function(T, boolean)) -> T", first),
    ]
}

/// What a predicate says of a row's elements.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    /// The first element for which it is what decides.
    deciding: Option<u32>,
    /// Whether it is NULL for an element before.
    unknown: bool,
}

impl Found {
    fn note(&mut self, place: u32, outcome: Option<bool>, decisive: bool) {
        match outcome {
            Some(outcome) if outcome == decisive => self.deciding = Some(place),
            Some(_) => {}
            None => self.unknown = true,
        }
    }
}

/// NULL where nothing decides, and the predicate is NULL for an element.
fn decided(
    call: &HigherOrderCall<'_>,
    decisive: bool,
    outcome: fn(bool) -> bool,
) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call.call, 0)?;
    let found = search(call, lists.values(), &places, decisive)?;
    let values = found.iter().enumerate().map(|(row, found)| {
        let known = found.deciding.is_some() || !found.unknown;
        let present = !call.call.is_null(row);
        (known && present).then(|| outcome(found.deciding.is_some()))
    });
    Ok(Arc::new(values.collect::<BooleanArray>()))
}

fn first(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call.call, 0)?;
    let found = search(call, lists.values(), &places, true)?;
    let chosen = found.iter().map(|found| found.deciding);
    gather(lists.values(), &chosen.collect::<UInt32Array>())
}

fn search(
    call: &HigherOrderCall<'_>,
    values: &ArrayRef,
    places: &[Places],
    decisive: bool,
) -> Result<Vec<Found>> {
    match at_once(call, values, places, decisive) {
        Ok(found) => Ok(found),
        // Trino does not look at the elements behind the one that decides, of which one may have failed.
        Err(_) => step_by_step(call, values, places, decisive),
    }
}

fn at_once(
    call: &HigherOrderCall<'_>,
    values: &ArrayRef,
    places: &[Places],
    decisive: bool,
) -> Result<Vec<Found>> {
    let (elements, rows) = elements_by_row(values, places)?;
    let outcomes = call.evaluate(1, &[elements], &rows)?;
    let mut outcomes = downcast_value!(outcomes, BooleanArray).iter();
    let found = places.iter().map(|places| {
        let mut found = Found::default();
        for (place, outcome) in places.clone().zip(&mut outcomes) {
            if found.deciding.is_none() {
                found.note(place, outcome, decisive);
            }
        }
        found
    });
    Ok(found.collect())
}

fn step_by_step(
    call: &HigherOrderCall<'_>,
    values: &ArrayRef,
    places: &[Places],
    decisive: bool,
) -> Result<Vec<Found>> {
    let mut found = vec![Found::default(); places.len()];
    let mut undecided: Vec<u32> = (0..).take(places.len()).collect();
    for step in 0_u32.. {
        let element = |row: u32| {
            let places = places.get(usize_of(row))?;
            let place = places.start.checked_add(step)?;
            places.contains(&place).then_some(place)
        };
        undecided.retain(|row| {
            let decided = found
                .get(usize_of(*row))
                .is_none_or(|found| found.deciding.is_some());
            !decided && element(*row).is_some()
        });
        if undecided.is_empty() {
            break;
        }
        let chosen: Vec<u32> = undecided.iter().filter_map(|row| element(*row)).collect();
        let elements = gather(values, &UInt32Array::from(chosen.clone()))?;
        let rows = UInt32Array::from(undecided.clone());
        let outcomes = call.evaluate(1, &[elements], &rows)?;
        let outcomes = downcast_value!(outcomes, BooleanArray).iter();
        for ((row, place), outcome) in undecided.iter().zip(chosen).zip(outcomes) {
            if let Some(found) = found.get_mut(usize_of(*row)) {
                found.note(place, outcome, decisive);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::lit;

    use crate::testing::{Argument, Typed, lambda};
    use crate::testing_collections::{assert_shown, constant_row, rows};
    use crate::types::Type;

    fn predicate(
        body: fn(datafusion::logical_expr::Expr) -> datafusion::logical_expr::Expr,
    ) -> Argument {
        lambda(1, move |of| Typed {
            expr: body(of[0].expr.clone()),
            data_type: Type::Boolean,
        })
    }

    #[tokio::test]
    async fn matches_are_unknown_beside_nulls() {
        let arrays = || {
            rows(
                "array(bigint)",
                "[[2, 4], [1, 4], [1, 3], [2, null], [1, null], [], null]",
            )
        };
        let even = || predicate(|x| (x % lit(2_i64)).eq(lit(0_i64)));
        assert_shown!(
            "all_match",
            [arrays(), even()],
            "true|false|false|NULL|false|true|NULL"
        );
        assert_shown!(
            "any_match",
            [arrays(), even()],
            "true|true|false|true|NULL|false|NULL"
        );
        assert_shown!(
            "none_match",
            [arrays(), even()],
            "false|false|true|false|NULL|true|NULL"
        );
        assert_shown!(
            "array_first",
            [arrays(), even()],
            "2|4|NULL|2|NULL|NULL|NULL"
        );
    }

    #[tokio::test]
    async fn elements_behind_the_deciding_one_may_fail() {
        let divides = || predicate(|x| (lit(10_i64) / x).gt(lit(1_i64)));
        let arrays = || rows("array(bigint)", "[[5, 0], [20, 2, 0], [null, 5, 0]]");
        assert_shown!("any_match", [arrays(), divides()], "true|true|true");
        assert_shown!("array_first", [arrays(), divides()], "5|2|5");
        let failing = constant_row("array(bigint)", "[20, 0]");
        let shown = crate::testing::shown("any_match", vec![failing, divides()]).await;
        assert!(shown.starts_with("ERROR"), "{shown}");
    }
}
