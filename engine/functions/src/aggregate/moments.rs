//! Statistics of one variable: variance, standard deviation, skewness, kurtosis and the geometric mean.
//!
//! Sums of powers of the distance from the mean are updated with each value (Welford) and merged between groups (Chan et al.), in the
//! order of operations that Trino uses, so that results agree to the last digit.
//! Counts are far below 2^53, so that doubles hold them.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float32Array, Float64Array};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};
use datafusion::error::Result;

use super::stored_numbers;
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::{AggregateFactory, Definition};

pub(super) fn definitions() -> Vec<Definition> {
    /// Declares a statistic of integers and doubles.
    macro_rules! statistic {
        ($name:literal, $description:literal, $kind:ty, $result:expr) => {{
            let factory: AggregateFactory = |bound| {
                Aggregate::new($name, bound, |_| {
                    Ok(Box::new(PerGroup::new(Statistic::<$kind> {
                        result: $result,
                    })))
                })
                .build()
            };
            Definition::new($name, $description)
                .aggregate("(bigint) -> double", factory)
                .aggregate("(double) -> double", factory)
        }};
    }
    let variance = statistic!("variance", "Variance of a sample", Variance, |of| of
        .sample());
    let stddev = statistic!("stddev", "Standard deviation of a sample", Variance, |of| {
        of.sample().map(f64::sqrt)
    });
    let geometric_mean = statistic!(
        "geometric_mean",
        "Geometric mean of all values",
        Logarithms,
        Logarithms::mean
    );
    vec![
        variance.alias("var_samp"),
        variance,
        statistic!("var_pop", "Variance of a population", Variance, |of| of
            .population()),
        stddev.alias("stddev_samp"),
        stddev,
        statistic!(
            "stddev_pop",
            "Standard deviation of a population",
            Variance,
            |of| { of.population().map(f64::sqrt) }
        ),
        statistic!(
            "skewness",
            "Skewness of all values",
            Moments,
            Moments::skewness
        ),
        statistic!(
            "kurtosis",
            "Excess kurtosis of all values",
            Moments,
            Moments::kurtosis
        ),
        geometric_mean.aggregate("(real) -> real", |bound| {
            Aggregate::new("geometric_mean_real", bound, |_| {
                Ok(Box::new(PerGroup::new(RealMean(Statistic {
                    result: Logarithms::mean,
                }))))
            })
            .build()
        }),
    ]
}

/// What is known of some numbers.
trait Knowledge<const N: usize>: Copy + Default + std::fmt::Debug + Send + Sync + 'static {
    fn add(&mut self, value: f64);
    fn merge(&mut self, other: Self);
    fn numbers(&self) -> stored_numbers::Numbers<N>;
    fn of(numbers: stored_numbers::Numbers<N>) -> Self;
}

#[derive(Debug)]
struct Statistic<K> {
    result: fn(&K) -> Option<f64>,
}

/// The doubles of a column of integers, reals or doubles.
pub(super) fn doubles(column: &ArrayRef) -> Float64Array {
    match column.data_type() {
        // An integer beyond 2^53 is rounded, as Java rounds it.
        DataType::Int64 => column
            .as_primitive::<Int64Type>()
            .unary(|value| value as f64),
        DataType::Float32 => column.as_primitive::<Float32Type>().unary(f64::from),
        _ => column.as_primitive::<Float64Type>().clone(),
    }
}

macro_rules! summary_of {
    ($kind:ty, $numbers:literal) => {
        impl Summary for Statistic<$kind> {
            type State = $kind;
            type Input = Float64Array;

            fn new_state(&self) -> $kind {
                <$kind>::default()
            }

            fn input(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
                super::column(arguments, 0).map(doubles)
            }

            fn add(&self, state: &mut $kind, input: &Float64Array, row: usize) -> Result<()> {
                state.add(input.value(row));
                Ok(())
            }

            fn merge(&self, state: &mut $kind, other: $kind) -> Result<()> {
                state.merge(other);
                Ok(())
            }

            fn finish(&self, states: &mut [$kind]) -> Result<ArrayRef> {
                let results = states.iter().map(self.result);
                Ok(Arc::new(results.collect::<Float64Array>()))
            }

            fn state_types(&self) -> Vec<DataType> {
                stored_numbers::types::<$numbers>()
            }

            fn write(&self, states: &mut [$kind]) -> Result<Vec<ArrayRef>> {
                let numbers: Vec<_> = states.iter().map(Knowledge::<$numbers>::numbers).collect();
                Ok(stored_numbers::write(&numbers))
            }

            fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<$kind>>> {
                let read = stored_numbers::read::<$numbers>(states)?;
                Ok(read
                    .into_iter()
                    .map(|of| of.map(Knowledge::<$numbers>::of))
                    .collect())
            }
        }
    };
}

summary_of!(Variance, 2);
summary_of!(Moments, 4);
summary_of!(Logarithms, 1);

#[derive(Debug, Clone, Copy, Default)]
struct Variance {
    count: i64,
    mean: f64,
    m2: f64,
}

impl Variance {
    fn sample(&self) -> Option<f64> {
        (self.count > 1).then(|| self.m2 / (self.count - 1) as f64)
    }

    fn population(&self) -> Option<f64> {
        (self.count > 0).then(|| self.m2 / self.count as f64)
    }
}

impl Knowledge<2> for Variance {
    fn add(&mut self, value: f64) {
        self.count += 1;
        let delta = value - self.mean;
        self.mean += delta / self.count as f64;
        self.m2 += delta * (value - self.mean);
    }

    fn merge(&mut self, other: Variance) {
        if other.count == 0 {
            return;
        }
        let (count, other_count) = (self.count as f64, other.count as f64);
        let total = count + other_count;
        let delta = other.mean - self.mean;
        self.m2 = self.m2 + other.m2 + delta * delta * other_count * count / total;
        self.mean = (other_count * other.mean + count * self.mean) / total;
        self.count += other.count;
    }

    fn numbers(&self) -> (i64, [f64; 2]) {
        (self.count, [self.mean, self.m2])
    }

    fn of((count, [mean, m2]): (i64, [f64; 2])) -> Variance {
        Variance { count, mean, m2 }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    count: i64,
    m1: f64,
    m2: f64,
    m3: f64,
    m4: f64,
}

impl Moments {
    fn skewness(&self) -> Option<f64> {
        (self.count >= 3).then(|| (self.count as f64).sqrt() * self.m3 / self.m2.powf(1.5))
    }

    fn kurtosis(&self) -> Option<f64> {
        let n = self.count as f64;
        (self.count >= 4).then(|| {
            ((n - 1.0) * n * (n + 1.0)) / ((n - 2.0) * (n - 3.0)) * self.m4 / (self.m2 * self.m2)
                - 3.0 * ((n - 1.0) * (n - 1.0)) / ((n - 2.0) * (n - 3.0))
        })
    }
}

impl Knowledge<4> for Moments {
    fn add(&mut self, value: f64) {
        let before = self.count as f64;
        self.count += 1;
        let n = self.count as f64;
        let delta = value - self.m1;
        let delta_n = delta / n;
        let delta_n2 = delta_n * delta_n;
        let change = delta * delta_n * before;
        self.m4 = self.m4 + change * delta_n2 * (n * n - 3.0 * n + 3.0) + 6.0 * delta_n2 * self.m2
            - 4.0 * delta_n * self.m3;
        self.m3 = self.m3 + change * delta_n * (n - 2.0) - 3.0 * delta_n * self.m2;
        self.m2 += change;
        self.m1 += delta_n;
    }

    fn merge(&mut self, other: Moments) {
        if other.count == 0 {
            return;
        }
        let (na, nb) = (self.count as f64, other.count as f64);
        let n = na + nb;
        let delta = other.m1 - self.m1;
        let delta2 = delta * delta;
        let (delta3, delta4) = (delta * delta2, delta2 * delta2);
        self.m4 = self.m4
            + other.m4
            + delta4 * na * nb * (na * na - na * nb + nb * nb) / (n * n * n)
            + 6.0 * delta2 * (na * na * other.m2 + nb * nb * self.m2) / (n * n)
            + 4.0 * delta * (na * other.m3 - nb * self.m3) / n;
        self.m3 = self.m3
            + other.m3
            + delta3 * na * nb * (na - nb) / (n * n)
            + 3.0 * delta * (na * other.m2 - nb * self.m2) / n;
        self.m2 = self.m2 + other.m2 + delta2 * na * nb / n;
        self.m1 = (na * self.m1 + nb * other.m1) / n;
        self.count += other.count;
    }

    fn numbers(&self) -> (i64, [f64; 4]) {
        (self.count, [self.m1, self.m2, self.m3, self.m4])
    }

    fn of((count, [m1, m2, m3, m4]): (i64, [f64; 4])) -> Moments {
        Moments {
            count,
            m1,
            m2,
            m3,
            m4,
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Logarithms {
    count: i64,
    sum: f64,
}

impl Logarithms {
    fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| (self.sum / self.count as f64).exp())
    }
}

impl Knowledge<1> for Logarithms {
    fn add(&mut self, value: f64) {
        self.count += 1;
        self.sum += value.ln();
    }

    fn merge(&mut self, other: Logarithms) {
        self.count += other.count;
        self.sum += other.sum;
    }

    fn numbers(&self) -> (i64, [f64; 1]) {
        (self.count, [self.sum])
    }

    fn of((count, [sum]): (i64, [f64; 1])) -> Logarithms {
        Logarithms { count, sum }
    }
}

/// The geometric mean of reals, which is a real.
#[derive(Debug)]
struct RealMean(Statistic<Logarithms>);

impl Summary for RealMean {
    type State = Logarithms;
    type Input = Float64Array;

    fn new_state(&self) -> Logarithms {
        self.0.new_state()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        self.0.input(arguments)
    }

    fn add(&self, state: &mut Logarithms, input: &Float64Array, row: usize) -> Result<()> {
        self.0.add(state, input, row)
    }

    fn merge(&self, state: &mut Logarithms, other: Logarithms) -> Result<()> {
        self.0.merge(state, other)
    }

    fn finish(&self, states: &mut [Logarithms]) -> Result<ArrayRef> {
        // A real is the double's nearest.
        let results = states
            .iter()
            .map(|state| state.mean().map(|mean| mean as f32));
        Ok(Arc::new(results.collect::<Float32Array>()))
    }

    fn state_types(&self) -> Vec<DataType> {
        self.0.state_types()
    }

    fn write(&self, states: &mut [Logarithms]) -> Result<Vec<ArrayRef>> {
        self.0.write(states)
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Logarithms>>> {
        self.0.read(states)
    }
}

#[cfg(test)]
mod tests;
