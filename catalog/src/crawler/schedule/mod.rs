//! When crawlers run: Glue's six-field `cron(…)` and `rate(…)`, and the moments that they name.

mod cron;
mod day_selection;
mod error;
mod expression;
mod field;
mod rate;
#[cfg(test)]
mod tests;

pub use error::ScheduleError;
pub use expression::ScheduleExpression;
