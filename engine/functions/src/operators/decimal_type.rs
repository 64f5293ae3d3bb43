//! The precision and scale of what arithmetic of decimals gives.

use crate::error::FunctionError;
use crate::signature::Bound;
use crate::types::{DECIMAL_PRECISION_MAX, Type};

/// A decimal's precision and scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DecimalShape {
    /// All its digits.
    pub(crate) precision: u8,
    /// Those after the point.
    pub(crate) scale: u8,
}

impl DecimalShape {
    /// The shape of an argument, which is a decimal.
    pub(crate) fn of_argument(bound: &Bound, place: usize) -> DecimalShape {
        DecimalShape::of(bound.arguments.get(place).unwrap_or(&Type::Unknown))
    }

    fn of(data_type: &Type) -> DecimalShape {
        let (precision, scale) = data_type.as_decimal().unwrap_or((DECIMAL_PRECISION_MAX, 0));
        DecimalShape { precision, scale }
    }

    /// The digits before the point.
    pub(crate) fn whole(self) -> u8 {
        self.precision.saturating_sub(self.scale)
    }
}

/// The digits that every result of an operation fits into, and its scale. There may be more digits than a decimal has: then some results
/// overflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResultShape {
    /// The digits, of which a decimal has at most 38.
    pub(crate) digits: u8,
    /// The digits after the point.
    pub(crate) scale: u8,
}

impl ResultShape {
    /// Whether every result fits into a decimal.
    pub(crate) fn always_fits(self) -> bool {
        self.digits <= DECIMAL_PRECISION_MAX
    }

    fn data_type(self) -> Result<Type, FunctionError> {
        let precision = self.digits.min(DECIMAL_PRECISION_MAX);
        if self.scale > precision {
            return Err(FunctionError::argument(format!(
                "DECIMAL scale must be in range [0, precision ({precision})]: {}",
                self.scale
            )));
        }
        Ok(Type::decimal(precision, self.scale))
    }
}

/// The shape of sums and differences.
pub(crate) fn sum_shape(left: DecimalShape, right: DecimalShape) -> ResultShape {
    let scale = left.scale.max(right.scale);
    ResultShape {
        digits: left.whole().max(right.whole()) + scale + 1,
        scale,
    }
}

/// The shape of products.
pub(crate) fn product_shape(left: DecimalShape, right: DecimalShape) -> ResultShape {
    ResultShape {
        digits: left.precision + right.precision,
        scale: left.scale + right.scale,
    }
}

/// The shape of quotients: dividing by the least number of the divisor's scale adds that many digits.
pub(crate) fn quotient_shape(left: DecimalShape, right: DecimalShape) -> ResultShape {
    ResultShape {
        digits: left.precision + right.scale + right.scale.saturating_sub(left.scale),
        scale: left.scale.max(right.scale),
    }
}

/// The shape of remainders, which are less than either number.
pub(crate) fn remainder_shape(left: DecimalShape, right: DecimalShape) -> ResultShape {
    let scale = left.scale.max(right.scale);
    ResultShape {
        digits: left.whole().min(right.whole()) + scale,
        scale,
    }
}

pub(crate) fn sum_type(bound: &Bound) -> Result<Type, FunctionError> {
    of_arguments(bound, sum_shape)
}

pub(crate) fn product_type(bound: &Bound) -> Result<Type, FunctionError> {
    of_arguments(bound, product_shape)
}

pub(crate) fn quotient_type(bound: &Bound) -> Result<Type, FunctionError> {
    of_arguments(bound, quotient_shape)
}

pub(crate) fn remainder_type(bound: &Bound) -> Result<Type, FunctionError> {
    of_arguments(bound, remainder_shape)
}

fn of_arguments(
    bound: &Bound,
    shape: fn(DecimalShape, DecimalShape) -> ResultShape,
) -> Result<Type, FunctionError> {
    shape(
        DecimalShape::of_argument(bound, 0),
        DecimalShape::of_argument(bound, 1),
    )
    .data_type()
}
