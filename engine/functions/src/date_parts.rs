//! `year(x)`, `month(x)`, … : the parts of a date or timestamp as bigint. Weeks are ISO's, and Monday is day 1.

use std::sync::Arc;

use arrow::compute::{DatePart, cast, date_part};
use arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};

/// Trino's name, its aliases, and the part.
const PARTS: &[(&str, &[&str], DatePart)] = &[
    ("year", &[], DatePart::Year),
    ("quarter", &[], DatePart::Quarter),
    ("month", &[], DatePart::Month),
    ("week", &["week_of_year"], DatePart::WeekISO),
    ("year_of_week", &["yow"], DatePart::YearISO),
    ("day", &["day_of_month"], DatePart::Day),
    ("day_of_week", &["dow"], DatePart::DayOfWeekMonday0),
    ("day_of_year", &["doy"], DatePart::DayOfYear),
    ("hour", &[], DatePart::Hour),
    ("minute", &[], DatePart::Minute),
    ("second", &[], DatePart::Second),
];

pub(crate) fn functions() -> Vec<Arc<ScalarUDF>> {
    PARTS
        .iter()
        .map(|(name, aliases, part)| {
            Arc::new(ScalarUDF::from(DatePartFunction {
                name,
                aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
                part: *part,
                signature: Signature::one_of(vec![TypeSignature::Any(1)], Volatility::Immutable),
            }))
        })
        .collect()
}

#[derive(Debug)]
struct DatePartFunction {
    name: &'static str,
    aliases: Vec<String>,
    part: DatePart,
    signature: Signature,
}

impl PartialEq for DatePartFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for DatePartFunction {}

impl std::hash::Hash for DatePartFunction {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for DatePartFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _) | DataType::Null] => {
                Ok(DataType::Int64)
            }
            [other] => datafusion::common::plan_err!(
                "Unexpected parameters ({other}) for function {}. Expected type: a date or timestamp",
                self.name
            ),
            _ => datafusion::common::plan_err!("{} takes one argument", self.name),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = arguments
            .args
            .iter()
            .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [values] = arrays.as_slice() else {
            return exec_err!("{} takes one argument", self.name);
        };
        if *values.data_type() == DataType::Null {
            return Ok(ColumnarValue::Scalar(
                datafusion::scalar::ScalarValue::Int64(None),
            ));
        }
        let parts = cast(&date_part(values, self.part)?, &DataType::Int64)?;
        let parts = match self.part {
            DatePart::DayOfWeekMonday0 => {
                let one = arrow::array::Int64Array::new_scalar(1);
                Arc::new(arrow::compute::kernels::numeric::add(&parts, &one)?)
            }
            _ => parts,
        };
        if scalar {
            let value = datafusion::scalar::ScalarValue::try_from_array(&parts, 0)?;
            return Ok(ColumnarValue::Scalar(value));
        }
        Ok(ColumnarValue::Array(parts))
    }
}
