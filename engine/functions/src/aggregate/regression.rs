//! Statistics of two variables: correlation, covariance and linear regression. The first argument depends on the second.
//!
//! Counts are far below 2^53, so that doubles hold them.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float32Array, Float64Array};
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::moments::doubles;
use super::stored_numbers;
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::{AggregateFactory, Definition};
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    /// Declares a statistic of doubles and of reals.
    macro_rules! statistic {
        ($name:literal, $description:literal, $result:expr) => {{
            let factory: AggregateFactory = |bound| {
                Aggregate::new($name, bound, |bound| {
                    Ok(Box::new(PerGroup::new(Statistic {
                        result: $result,
                        returns: bound.returns.clone(),
                    })))
                })
                .build()
            };
            Definition::new($name, $description)
                .aggregate("(double, double) -> double", factory)
                .aggregate("(real, real) -> real", factory)
        }};
    }
    vec![
        statistic!("corr", "Correlation of two variables", Pairs::correlation),
        statistic!(
            "covar_pop",
            "Covariance of a population",
            Pairs::covariance_population
        ),
        statistic!(
            "covar_samp",
            "Covariance of a sample",
            Pairs::covariance_sample
        ),
        statistic!("regr_slope", "Slope of the regression line", Pairs::slope),
        statistic!(
            "regr_intercept",
            "Intercept of the regression line",
            Pairs::intercept
        ),
    ]
}

#[derive(Debug)]
struct Statistic {
    result: fn(&Pairs) -> Option<f64>,
    returns: Type,
}

/// What is known of some pairs. The order of operations is Trino's.
#[derive(Debug, Clone, Copy, Default)]
struct Pairs {
    count: i64,
    mean_x: f64,
    mean_y: f64,
    c2: f64,
    m2_x: f64,
    m2_y: f64,
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl Pairs {
    fn add(&mut self, x: f64, y: f64) {
        self.count += 1;
        let n = self.count as f64;
        let (from_x, from_y) = (x - self.mean_x, y - self.mean_y);
        self.mean_x += from_x / n;
        self.mean_y += from_y / n;
        self.c2 += from_x * (y - self.mean_y);
        self.m2_x += from_x * (x - self.mean_x);
        self.m2_y += from_y * (y - self.mean_y);
    }

    fn merge(&mut self, other: Pairs) {
        if other.count == 0 {
            return;
        }
        let (na, nb) = (self.count as f64, other.count as f64);
        let n = na + nb;
        let (delta_x, delta_y) = (other.mean_x - self.mean_x, other.mean_y - self.mean_y);
        self.m2_x = self.m2_x + other.m2_x + na * nb * (delta_x * delta_x) / n;
        self.m2_y = self.m2_y + other.m2_y + na * nb * (delta_y * delta_y) / n;
        self.c2 = self.c2 + other.c2 + delta_x * delta_y * na * nb / n;
        self.mean_x += delta_x * nb / n;
        self.mean_y += delta_y * nb / n;
        self.count += other.count;
    }

    fn correlation(&self) -> Option<f64> {
        finite(self.c2 / self.m2_x.sqrt() / self.m2_y.sqrt())
    }

    fn covariance_population(&self) -> Option<f64> {
        (self.count > 0).then(|| self.c2 / self.count as f64)
    }

    fn covariance_sample(&self) -> Option<f64> {
        (self.count > 1).then(|| self.c2 / (self.count - 1) as f64)
    }

    fn slope(&self) -> Option<f64> {
        finite(self.c2 / self.m2_x)
    }

    fn intercept(&self) -> Option<f64> {
        finite(self.mean_y - self.c2 / self.m2_x * self.mean_x)
    }
}

impl Summary for Statistic {
    type State = Pairs;
    /// The dependent values, then the others.
    type Input = (Float64Array, Float64Array);

    fn arguments(&self) -> usize {
        2
    }

    fn new_state(&self) -> Pairs {
        Pairs::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<(Float64Array, Float64Array)> {
        Ok((
            doubles(super::column(arguments, 0)?),
            doubles(super::column(arguments, 1)?),
        ))
    }

    fn add(
        &self,
        state: &mut Pairs,
        (y, x): &(Float64Array, Float64Array),
        row: usize,
    ) -> Result<()> {
        state.add(x.value(row), y.value(row));
        Ok(())
    }

    fn merge(&self, state: &mut Pairs, other: Pairs) -> Result<()> {
        state.merge(other);
        Ok(())
    }

    fn finish(&self, states: &mut [Pairs]) -> Result<ArrayRef> {
        let results = states.iter().map(self.result);
        if self.returns == Type::Real {
            // A real is the double's nearest.
            let reals = results.map(|result| result.map(|result| result as f32));
            return Ok(Arc::new(reals.collect::<Float32Array>()));
        }
        Ok(Arc::new(results.collect::<Float64Array>()))
    }

    fn state_types(&self) -> Vec<DataType> {
        stored_numbers::types::<5>()
    }

    fn write(&self, states: &mut [Pairs]) -> Result<Vec<ArrayRef>> {
        let numbers = |of: &Pairs| (of.count, [of.mean_x, of.mean_y, of.c2, of.m2_x, of.m2_y]);
        let numbers: Vec<_> = states.iter().map(numbers).collect();
        Ok(stored_numbers::write(&numbers))
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Pairs>>> {
        let pairs = |(count, [mean_x, mean_y, c2, m2_x, m2_y]): stored_numbers::Numbers<5>| Pairs {
            count,
            mean_x,
            mean_y,
            c2,
            m2_x,
            m2_y,
        };
        Ok(stored_numbers::read(states)?
            .into_iter()
            .map(|of| of.map(pairs))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float32Array, Float64Array};

    use crate::testing::{Argument, calling, column};

    fn dependent() -> Argument {
        column(
            "double",
            Float64Array::from(vec![
                Some(3.0),
                Some(5.0),
                Some(7.0),
                None,
                Some(9.0),
                Some(4.0),
            ]),
        )
    }

    fn independent() -> Argument {
        column(
            "double",
            Float64Array::from(vec![
                Some(1.0),
                Some(2.0),
                Some(3.0),
                Some(8.0),
                Some(4.0),
                None,
            ]),
        )
    }

    #[tokio::test]
    async fn statistics_of_pairs_without_null() {
        for (name, result) in [
            ("corr", "1.0"),
            ("covar_pop", "2.5"),
            ("covar_samp", "3.3333333333333335"),
            ("regr_slope", "2.0"),
            ("regr_intercept", "1.0"),
        ] {
            assert_eq!(
                calling(name, vec![dependent(), independent()])
                    .shown()
                    .await,
                result,
                "{name}"
            );
        }
    }

    #[tokio::test]
    async fn few_pairs_have_no_statistics() {
        let groups = [1, 2, 2, 3, 4, 4];
        for (name, results) in [
            ("corr", "NULL|0.9999999999999999|NULL|NULL"),
            ("covar_pop", "0.0|0.5|NULL|0.0"),
            ("covar_samp", "NULL|1.0|NULL|NULL"),
            ("regr_slope", "NULL|2.0|NULL|NULL"),
            ("regr_intercept", "NULL|1.0|NULL|NULL"),
        ] {
            assert_eq!(
                calling(name, vec![dependent(), independent()])
                    .grouped_by(groups)
                    .shown()
                    .await,
                results,
                "{name}"
            );
        }
    }

    #[tokio::test]
    async fn statistics_of_reals_are_reals() {
        let (y, x) = (
            Float32Array::from(vec![1.0, 2.0, 4.0]),
            Float32Array::from(vec![1.0, 2.0, 3.0]),
        );
        assert_eq!(
            calling("regr_slope", vec![column("real", y), column("real", x)])
                .shown()
                .await,
            "1.5"
        );
    }

    #[tokio::test]
    async fn repeated_pairs() {
        let same = || column("double", Float64Array::from(vec![1.0, 1.0, 1.0, 2.0]));
        assert_eq!(
            calling("covar_pop", vec![same(), same()])
                .distinct()
                .shown()
                .await,
            "0.25"
        );
    }

    #[tokio::test]
    async fn infinities_have_no_line() {
        let y = column("double", Float64Array::from(vec![1.0, f64::INFINITY]));
        let x = column("double", Float64Array::from(vec![1.0, 2.0]));
        assert_eq!(calling("regr_slope", vec![y, x]).shown().await, "NULL");
    }
}
