//! The operators of expressions on numbers, as hidden functions that the analyzer calls: `$add`, `$subtract`, `$multiply`, `$divide`,
//! `$modulus`, `$negate`, and comparisons of `real` and `double`.
//!
//! They are the kernels that queries run most. So they go over columns in a single pass without branches where they can, and neither
//! spread constants over rows nor look at NULLs: a failure is noted on the way, and only then looked for among the rows without NULL.

mod decimal;
mod decimal_type;
mod float;
mod float_comparison;
mod integer;
pub(crate) mod operand;
#[cfg(test)]
mod tests;

use arrow::datatypes::{Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type};

use crate::definition::{Definition, ReturnType, ScalarKernel};

pub(crate) use decimal::{power_of_ten, within};
pub(crate) use decimal_type::DecimalShape;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Numbers {
            tinyint: integer::add::<Int8Type>,
            smallint: integer::add::<Int16Type>,
            integer: integer::add::<Int32Type>,
            bigint: integer::add::<Int64Type>,
            decimal_type: decimal_type::sum_type,
            decimal: decimal::add,
            real: float::add::<Float32Type>,
            double: float::add::<Float64Type>,
        }
        .over_two(Definition::new("$add", "The sum of two numbers").hidden()),
        Numbers {
            tinyint: integer::subtract::<Int8Type>,
            smallint: integer::subtract::<Int16Type>,
            integer: integer::subtract::<Int32Type>,
            bigint: integer::subtract::<Int64Type>,
            decimal_type: decimal_type::sum_type,
            decimal: decimal::subtract,
            real: float::subtract::<Float32Type>,
            double: float::subtract::<Float64Type>,
        }
        .over_two(Definition::new("$subtract", "The difference of two numbers").hidden()),
        Numbers {
            tinyint: integer::multiply::<Int8Type>,
            smallint: integer::multiply::<Int16Type>,
            integer: integer::multiply::<Int32Type>,
            bigint: integer::multiply::<Int64Type>,
            decimal_type: decimal_type::product_type,
            decimal: decimal::multiply,
            real: float::multiply::<Float32Type>,
            double: float::multiply::<Float64Type>,
        }
        .over_two(Definition::new("$multiply", "The product of two numbers").hidden()),
        Numbers {
            tinyint: integer::divide::<Int8Type>,
            smallint: integer::divide::<Int16Type>,
            integer: integer::divide::<Int32Type>,
            bigint: integer::divide::<Int64Type>,
            decimal_type: decimal_type::quotient_type,
            decimal: decimal::divide,
            real: float::divide::<Float32Type>,
            double: float::divide::<Float64Type>,
        }
        .over_two(Definition::new("$divide", "The quotient of two numbers").hidden()),
        remainder(Definition::new("$modulus", "The remainder of a division").hidden()),
        Definition::new("$negate", "A number with the other sign")
            .hidden()
            .strict("(tinyint) -> tinyint", integer::negate::<Int8Type>)
            .strict("(smallint) -> smallint", integer::negate::<Int16Type>)
            .strict("(integer) -> integer", integer::negate::<Int32Type>)
            .strict("(bigint) -> bigint", integer::negate::<Int64Type>)
            .strict("(decimal(p, s)) -> decimal(p, s)", decimal::negate)
            .strict("(real) -> real", float::negate::<Float32Type>)
            .strict("(double) -> double", float::negate::<Float64Type>),
    ]
    .into_iter()
    .chain(float_comparison::definitions())
    .collect()
}

/// A function with the signatures of `%`.
pub(crate) fn remainder(definition: Definition) -> Definition {
    Numbers {
        tinyint: integer::modulus::<Int8Type>,
        smallint: integer::modulus::<Int16Type>,
        integer: integer::modulus::<Int32Type>,
        bigint: integer::modulus::<Int64Type>,
        decimal_type: decimal_type::remainder_type,
        decimal: decimal::modulus,
        real: float::modulus::<Float32Type>,
        double: float::modulus::<Float64Type>,
    }
    .over_two(definition)
}

/// What runs for two numbers of each type.
struct Numbers {
    tinyint: ScalarKernel,
    smallint: ScalarKernel,
    integer: ScalarKernel,
    bigint: ScalarKernel,
    decimal_type: ReturnType,
    decimal: ScalarKernel,
    real: ScalarKernel,
    double: ScalarKernel,
}

impl Numbers {
    /// Adds the signatures, from narrow types to wide ones: where several take a call's arguments, the first is meant.
    fn over_two(self, definition: Definition) -> Definition {
        definition
            .strict("(tinyint, tinyint) -> tinyint", self.tinyint)
            .strict("(smallint, smallint) -> smallint", self.smallint)
            .strict("(integer, integer) -> integer", self.integer)
            .strict("(bigint, bigint) -> bigint", self.bigint)
            .strict_returning(
                "(decimal(p, s), decimal(q, t)) -> decimal(p, s)",
                self.decimal_type,
                self.decimal,
            )
            .strict("(real, real) -> real", self.real)
            .strict("(double, double) -> double", self.double)
    }
}
