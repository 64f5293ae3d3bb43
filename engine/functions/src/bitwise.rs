//! Bits of integers.

use arrow::array::ArrayRef;
use arrow::datatypes::{ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::operators::operand::{Operand, each, pairs, returned, try_pairs};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("bitwise_and", "Bitwise AND in 2's complement arithmetic")
            .strict("(bigint, bigint) -> bigint", |call| {
                pairwise(call, |a, b| a & b)
            }),
        Definition::new("bitwise_or", "Bitwise OR in 2's complement arithmetic")
            .strict("(bigint, bigint) -> bigint", |call| {
                pairwise(call, |a, b| a | b)
            }),
        Definition::new("bitwise_xor", "Bitwise XOR in 2's complement arithmetic")
            .strict("(bigint, bigint) -> bigint", |call| {
                pairwise(call, |a, b| a ^ b)
            }),
        Definition::new("bitwise_not", "Bitwise NOT in 2's complement arithmetic")
            .strict("(bigint) -> bigint", |call| {
                each::<Int64Type>(call, |value| !value)
            }),
        Definition::new(
            "bit_count",
            "Count number of set bits in 2's complement representation",
        )
        .strict("(bigint, bigint) -> bigint", bit_count),
        Definition::new(
            "bitwise_left_shift",
            "Shift bits to the left, dropping those that do not fit",
        )
        .strict("(tinyint, integer) -> tinyint", shift_left::<Int8Type>)
        .strict("(smallint, integer) -> smallint", shift_left::<Int16Type>)
        .strict("(integer, integer) -> integer", shift_left::<Int32Type>)
        .strict("(bigint, integer) -> bigint", shift_left::<Int64Type>),
        Definition::new(
            "bitwise_right_shift",
            "Shift bits to the right, filling in zeros",
        )
        .strict("(tinyint, integer) -> tinyint", shift_right::<Int8Type>)
        .strict("(smallint, integer) -> smallint", shift_right::<Int16Type>)
        .strict("(integer, integer) -> integer", shift_right::<Int32Type>)
        .strict("(bigint, integer) -> bigint", shift_right::<Int64Type>),
        Definition::new(
            "bitwise_right_shift_arithmetic",
            "Shift bits to the right, filling in the sign",
        )
        .strict(
            "(tinyint, integer) -> tinyint",
            shift_right_arithmetic::<Int8Type>,
        )
        .strict(
            "(smallint, integer) -> smallint",
            shift_right_arithmetic::<Int16Type>,
        )
        .strict(
            "(integer, integer) -> integer",
            shift_right_arithmetic::<Int32Type>,
        )
        .strict(
            "(bigint, integer) -> bigint",
            shift_right_arithmetic::<Int64Type>,
        ),
    ]
}

/// An integer as Trino shifts it: in a 64-bit register, where the shift's low six bits count unless it is 64 or more.
trait Shifted: Copy {
    /// The value with its sign.
    fn signed(self) -> i64;
    /// The value's own bits.
    fn unsigned(self) -> u64;
    /// The value of the low bits.
    fn of_low_bits(bits: u64) -> Self;
}

macro_rules! shifted {
    ($native:ty) => {
        impl Shifted for $native {
            fn signed(self) -> i64 {
                self.into()
            }

            fn unsigned(self) -> u64 {
                self.cast_unsigned().into()
            }

            fn of_low_bits(bits: u64) -> Self {
                // Dropping the high bits is what a shift does.
                bits as $native
            }
        }
    };
}

shifted!(i8);
shifted!(i16);
shifted!(i32);
shifted!(i64);

/// The least shift that leaves nothing of any value.
const SHIFT_ALL: i32 = 64;

fn shift_left<T: ArrowPrimitiveType<Native: Shifted>>(call: &Call<'_>) -> Result<ArrayRef> {
    shift::<T>(call, |value, shift| {
        if shift >= SHIFT_ALL {
            return T::Native::of_low_bits(0);
        }
        let bits = value.signed().cast_unsigned();
        T::Native::of_low_bits(bits.wrapping_shl(shift.cast_unsigned()))
    })
}

fn shift_right<T: ArrowPrimitiveType<Native: Shifted>>(call: &Call<'_>) -> Result<ArrayRef> {
    shift::<T>(call, |value, shift| {
        if shift >= SHIFT_ALL {
            return T::Native::of_low_bits(0);
        }
        T::Native::of_low_bits(value.unsigned().wrapping_shr(shift.cast_unsigned()))
    })
}

fn shift_right_arithmetic<T: ArrowPrimitiveType<Native: Shifted>>(
    call: &Call<'_>,
) -> Result<ArrayRef> {
    shift::<T>(call, |value, shift| {
        let shift = if shift >= SHIFT_ALL { 63 } else { shift };
        let shifted = value.signed().wrapping_shr(shift.cast_unsigned());
        T::Native::of_low_bits(shifted.cast_unsigned())
    })
}

#[inline(always)]
fn shift<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    operation: impl Fn(T::Native, i32) -> T::Native,
) -> Result<ArrayRef> {
    let values = Operand::<T>::of(call, 0)?;
    let shifts = Operand::<Int32Type>::of(call, 1)?;
    Ok(returned::<T>(
        call,
        pairs(&values, &shifts, call.rows, operation),
    ))
}

#[inline(always)]
fn pairwise(call: &Call<'_>, operation: impl Fn(i64, i64) -> i64) -> Result<ArrayRef> {
    let (left, right) = (
        Operand::<Int64Type>::of(call, 0)?,
        Operand::<Int64Type>::of(call, 1)?,
    );
    Ok(returned::<Int64Type>(
        call,
        pairs(&left, &right, call.rows, operation),
    ))
}

fn bit_count(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, bits) = (
        Operand::<Int64Type>::of(call, 0)?,
        Operand::<Int64Type>::of(call, 1)?,
    );
    let counts = try_pairs(
        call,
        &values,
        &bits,
        |value, bits| count_bits(value, bits).ok(),
        |value, bits| match count_bits(value, bits) {
            Err(failure) => failure,
            Ok(_) => FunctionError::argument("bit_count has a result"),
        },
    )?;
    Ok(returned::<Int64Type>(call, counts))
}

/// The set bits of a number that must fit into so many bits.
fn count_bits(value: i64, bits: i64) -> Result<i64, FunctionError> {
    if !(2..=64).contains(&bits) {
        return Err(FunctionError::argument(format!(
            "Bits specified in bit_count must be between 2 and 64, got {bits}"
        )));
    }
    if bits == 64 {
        return Ok(i64::from(value.count_ones()));
    }
    let bound = 1_i64 << (bits - 1);
    if value < -bound || value >= bound {
        return Err(FunctionError::argument(format!(
            "Number must be representable with the bits specified. {value} cannot be represented with {bits} bits"
        )));
    }
    let mask = (1_i64 << bits) - 1;
    Ok(i64::from((value & mask).count_ones()))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int8Array, Int16Array, Int32Array, Int64Array};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, bigint, column, constant, shown};

    fn integer(value: i32) -> Argument {
        constant("integer", ScalarValue::from(value))
    }

    fn tinyints() -> Argument {
        column(
            "tinyint",
            Int8Array::from(vec![Some(1), Some(-1), Some(127), Some(-128), None]),
        )
    }

    #[tokio::test]
    async fn bits_are_combined() {
        assert_eq!(
            shown("bitwise_and", vec![bigint(19), bigint(25)]).await,
            "17"
        );
        assert_eq!(
            shown("bitwise_or", vec![bigint(19), bigint(25)]).await,
            "27"
        );
        assert_eq!(
            shown("bitwise_xor", vec![bigint(19), bigint(25)]).await,
            "10"
        );
        let values = column(
            "bigint",
            Int64Array::from(vec![Some(-12), None, Some(i64::MAX)]),
        );
        assert_eq!(
            shown("bitwise_not", vec![values]).await,
            format!("11|NULL|{}", i64::MIN)
        );
    }

    #[tokio::test]
    async fn bits_are_counted_within_a_width_that_holds_the_number() {
        assert_eq!(shown("bit_count", vec![bigint(-7), bigint(8)]).await, "6");
        assert_eq!(
            shown("bit_count", vec![bigint(i64::MIN), bigint(64)]).await,
            "1"
        );
        assert_eq!(
            shown("bit_count", vec![bigint(7), bigint(1)]).await,
            "ERROR: Bits specified in bit_count must be between 2 and 64, got 1"
        );
        assert_eq!(
            shown("bit_count", vec![bigint(2), bigint(2)]).await,
            "ERROR: Number must be representable with the bits specified. 2 cannot be represented with 2 bits"
        );
    }

    #[tokio::test]
    async fn a_failure_in_a_row_with_null_is_none() {
        let values = column("bigint", Int64Array::from(vec![Some(2), Some(1)]));
        let bits = Int64Array::new(vec![1, 2].into(), Some(vec![false, true].into()));
        assert_eq!(
            shown("bit_count", vec![values, column("bigint", bits)]).await,
            "NULL|1"
        );
    }

    #[tokio::test]
    async fn shifts_keep_the_type_and_drop_what_does_not_fit() {
        assert_eq!(
            shown("bitwise_left_shift", vec![tinyints(), integer(1)]).await,
            "2|-2|-2|0|NULL"
        );
        assert_eq!(
            shown("bitwise_left_shift", vec![tinyints(), integer(7)]).await,
            "-128|-128|-128|0|NULL"
        );
        assert_eq!(
            shown("bitwise_left_shift", vec![tinyints(), integer(64)]).await,
            "0|0|0|0|NULL"
        );
        assert_eq!(
            shown("bitwise_right_shift", vec![tinyints(), integer(0)]).await,
            "1|-1|127|-128|NULL"
        );
        assert_eq!(
            shown("bitwise_right_shift", vec![tinyints(), integer(1)]).await,
            "0|127|63|64|NULL"
        );
        assert_eq!(
            shown(
                "bitwise_right_shift_arithmetic",
                vec![tinyints(), integer(2)]
            )
            .await,
            "0|-1|31|-32|NULL"
        );
        assert_eq!(
            shown(
                "bitwise_right_shift_arithmetic",
                vec![tinyints(), integer(70)]
            )
            .await,
            "0|-1|0|-1|NULL"
        );
    }

    #[tokio::test]
    async fn wider_integers_shift_likewise() {
        let smallints = || column("smallint", Int16Array::from(vec![-1, 1]));
        let integers = || column("integer", Int32Array::from(vec![-45, i32::MIN]));
        let shifts = || column("integer", Int32Array::from(vec![15, 31]));
        assert_eq!(
            shown("bitwise_right_shift", vec![smallints(), integer(1)]).await,
            "32767|0"
        );
        assert_eq!(
            shown("bitwise_left_shift", vec![smallints(), shifts()]).await,
            "-32768|0"
        );
        assert_eq!(
            shown("bitwise_right_shift", vec![integers(), shifts()]).await,
            "131071|1"
        );
        assert_eq!(
            shown("bitwise_right_shift", vec![bigint(-1), integer(63)]).await,
            "1"
        );
        assert_eq!(
            shown("bitwise_left_shift", vec![bigint(1), integer(-1)]).await,
            i64::MIN.to_string()
        );
        assert_eq!(
            shown(
                "bitwise_right_shift_arithmetic",
                vec![bigint(-45), integer(64)]
            )
            .await,
            "-1"
        );
    }
}
