//! Statistics of columns, as Glue's SDK and as the model have them.

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::primitives::Blob;
use aws_sdk_glue::types as glue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::DateTime;
use prismlake_catalog::model::{
    BinaryStatistics, BooleanStatistics, ColumnStatistics, ColumnStatisticsData, DecimalNumber,
    RangeStatistics, TextStatistics,
};

use super::moment;

/// Statistics of the model; `None` if Glue tells nothing that the model knows.
pub(super) fn statistics_to_model(statistics: glue::ColumnStatistics) -> Option<ColumnStatistics> {
    Some(ColumnStatistics {
        column_name: statistics.column_name,
        column_type: statistics.column_type,
        analyzed_time: moment::to_model(statistics.analyzed_time)?,
        statistics_data: data_to_model(statistics.statistics_data?)?,
    })
}

fn data_to_model(data: glue::ColumnStatisticsData) -> Option<ColumnStatisticsData> {
    use ColumnStatisticsData as Model;
    Some(match data.r#type {
        glue::ColumnStatisticsType::Boolean => {
            let found = data.boolean_column_statistics_data?;
            let data = BooleanStatistics {
                number_of_trues: count(found.number_of_trues),
                number_of_falses: count(found.number_of_falses),
                number_of_nulls: count(found.number_of_nulls),
            };
            Model::Boolean { data }
        }
        glue::ColumnStatisticsType::Date => {
            let found = data.date_column_statistics_data?;
            let data = RangeStatistics {
                minimum_value: found.minimum_value.map(|moment| moment.secs()),
                maximum_value: found.maximum_value.map(|moment| moment.secs()),
                number_of_nulls: count(found.number_of_nulls),
                number_of_distinct_values: count(found.number_of_distinct_values),
            };
            Model::Date { data }
        }
        glue::ColumnStatisticsType::Decimal => {
            let found = data.decimal_column_statistics_data?;
            let data = RangeStatistics {
                minimum_value: found.minimum_value.map(decimal_to_model),
                maximum_value: found.maximum_value.map(decimal_to_model),
                number_of_nulls: count(found.number_of_nulls),
                number_of_distinct_values: count(found.number_of_distinct_values),
            };
            Model::Decimal { data }
        }
        glue::ColumnStatisticsType::Double => {
            let found = data.double_column_statistics_data?;
            let data = RangeStatistics {
                minimum_value: known(found.minimum_value),
                maximum_value: known(found.maximum_value),
                number_of_nulls: count(found.number_of_nulls),
                number_of_distinct_values: count(found.number_of_distinct_values),
            };
            Model::Double { data }
        }
        glue::ColumnStatisticsType::Long => {
            let found = data.long_column_statistics_data?;
            let data = RangeStatistics {
                minimum_value: known(found.minimum_value),
                maximum_value: known(found.maximum_value),
                number_of_nulls: count(found.number_of_nulls),
                number_of_distinct_values: count(found.number_of_distinct_values),
            };
            Model::Long { data }
        }
        glue::ColumnStatisticsType::String => {
            let found = data.string_column_statistics_data?;
            let data = TextStatistics {
                maximum_length: count(found.maximum_length),
                average_length: found.average_length,
                number_of_nulls: count(found.number_of_nulls),
                number_of_distinct_values: count(found.number_of_distinct_values),
            };
            Model::String { data }
        }
        glue::ColumnStatisticsType::Binary => {
            let found = data.binary_column_statistics_data?;
            let data = BinaryStatistics {
                maximum_length: count(found.maximum_length),
                average_length: found.average_length,
                number_of_nulls: count(found.number_of_nulls),
            };
            Model::Binary { data }
        }
        _ => return None,
    })
}

/// Statistics of Glue.
pub(super) fn statistics_to_glue(
    statistics: ColumnStatistics,
) -> Result<glue::ColumnStatistics, BuildError> {
    glue::ColumnStatistics::builder()
        .column_name(statistics.column_name.to_lowercase())
        .column_type(statistics.column_type)
        .analyzed_time(moment::to_glue(statistics.analyzed_time))
        .statistics_data(data_to_glue(statistics.statistics_data)?)
        .build()
}

fn data_to_glue(data: ColumnStatisticsData) -> Result<glue::ColumnStatisticsData, BuildError> {
    use glue::ColumnStatisticsType as Type;
    let built = glue::ColumnStatisticsData::builder();
    let built = match data {
        ColumnStatisticsData::Boolean { data } => {
            let figures = glue::BooleanColumnStatisticsData::builder()
                .number_of_trues(figure(data.number_of_trues))
                .number_of_falses(figure(data.number_of_falses))
                .number_of_nulls(figure(data.number_of_nulls))
                .build();
            built
                .r#type(Type::Boolean)
                .boolean_column_statistics_data(figures)
        }
        ColumnStatisticsData::Date { data } => {
            let day = |seconds: i64| DateTime::from_timestamp(seconds, 0).map(moment::to_glue);
            let figures = glue::DateColumnStatisticsData::builder()
                .set_minimum_value(data.minimum_value.and_then(day))
                .set_maximum_value(data.maximum_value.and_then(day))
                .number_of_nulls(figure(data.number_of_nulls))
                .number_of_distinct_values(figure(data.number_of_distinct_values))
                .build();
            built
                .r#type(Type::Date)
                .date_column_statistics_data(figures)
        }
        ColumnStatisticsData::Decimal { data } => {
            let number = |number: Option<DecimalNumber>| number.and_then(decimal_to_glue);
            let figures = glue::DecimalColumnStatisticsData::builder()
                .set_minimum_value(number(data.minimum_value).transpose()?)
                .set_maximum_value(number(data.maximum_value).transpose()?)
                .number_of_nulls(figure(data.number_of_nulls))
                .number_of_distinct_values(figure(data.number_of_distinct_values))
                .build();
            built
                .r#type(Type::Decimal)
                .decimal_column_statistics_data(figures)
        }
        ColumnStatisticsData::Double { data } => {
            let figures = glue::DoubleColumnStatisticsData::builder()
                .set_minimum_value(data.minimum_value)
                .set_maximum_value(data.maximum_value)
                .number_of_nulls(figure(data.number_of_nulls))
                .number_of_distinct_values(figure(data.number_of_distinct_values))
                .build();
            built
                .r#type(Type::Double)
                .double_column_statistics_data(figures)
        }
        ColumnStatisticsData::Long { data } => {
            let figures = glue::LongColumnStatisticsData::builder()
                .set_minimum_value(data.minimum_value)
                .set_maximum_value(data.maximum_value)
                .number_of_nulls(figure(data.number_of_nulls))
                .number_of_distinct_values(figure(data.number_of_distinct_values))
                .build();
            built
                .r#type(Type::Long)
                .long_column_statistics_data(figures)
        }
        ColumnStatisticsData::String { data } => {
            let figures = glue::StringColumnStatisticsData::builder()
                .maximum_length(figure(data.maximum_length))
                .average_length(data.average_length)
                .number_of_nulls(figure(data.number_of_nulls))
                .number_of_distinct_values(figure(data.number_of_distinct_values))
                .build();
            built
                .r#type(Type::String)
                .string_column_statistics_data(figures)
        }
        ColumnStatisticsData::Binary { data } => {
            let figures = glue::BinaryColumnStatisticsData::builder()
                .maximum_length(figure(data.maximum_length))
                .average_length(data.average_length)
                .number_of_nulls(figure(data.number_of_nulls))
                .build();
            built
                .r#type(Type::Binary)
                .binary_column_statistics_data(figures)
        }
    };
    built.build()
}

/// The SDK has 0 for a bound that Glue does not tell, and sends none for 0. Taken as unknown, 0 misleads nobody.
fn known<T: Default + PartialEq>(bound: T) -> Option<T> {
    (bound != T::default()).then_some(bound)
}

fn count(figure: i64) -> u64 {
    u64::try_from(figure).unwrap_or(0)
}

fn figure(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn decimal_to_model(number: glue::DecimalNumber) -> DecimalNumber {
    DecimalNumber {
        unscaled_value: BASE64.encode(number.unscaled_value.into_inner()),
        scale: number.scale,
    }
}

/// `None` for digits that are not the bytes of a number: a bound that cannot be said is left out.
fn decimal_to_glue(number: DecimalNumber) -> Option<Result<glue::DecimalNumber, BuildError>> {
    let digits = BASE64.decode(&number.unscaled_value).ok()?;
    Some(
        glue::DecimalNumber::builder()
            .unscaled_value(Blob::new(digits))
            .scale(number.scale)
            .build(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_figures_survives_the_way_to_glue_and_back() {
        fn range<T>(minimum: T, maximum: T) -> RangeStatistics<T> {
            RangeStatistics {
                minimum_value: Some(minimum),
                maximum_value: Some(maximum),
                number_of_nulls: 1,
                number_of_distinct_values: 2,
            }
        }
        let decimal = |digits: &str| DecimalNumber {
            unscaled_value: digits.to_owned(),
            scale: 2,
        };
        for data in [
            ColumnStatisticsData::Boolean {
                data: BooleanStatistics {
                    number_of_trues: 1,
                    number_of_falses: 2,
                    number_of_nulls: 3,
                },
            },
            ColumnStatisticsData::Date {
                data: range(0, 86_400),
            },
            ColumnStatisticsData::Decimal {
                data: range(decimal("AQI="), decimal("fwA=")),
            },
            ColumnStatisticsData::Double {
                data: range(-0.5, 1.5),
            },
            ColumnStatisticsData::Long { data: range(-5, 7) },
            ColumnStatisticsData::String {
                data: TextStatistics {
                    maximum_length: 9,
                    average_length: 4.5,
                    number_of_nulls: 0,
                    number_of_distinct_values: 3,
                },
            },
            ColumnStatisticsData::Binary {
                data: BinaryStatistics {
                    maximum_length: 9,
                    average_length: 4.5,
                    number_of_nulls: 0,
                },
            },
        ] {
            let statistics = ColumnStatistics {
                column_name: "c".to_owned(),
                column_type: "any".to_owned(),
                analyzed_time: DateTime::UNIX_EPOCH,
                statistics_data: data,
            };
            let back = statistics_to_model(statistics_to_glue(statistics.clone()).unwrap());
            assert_eq!(back, Some(statistics));
        }
    }

    #[test]
    fn a_bound_of_zero_is_unknown_since_the_sdk_cannot_tell() {
        let figures = glue::LongColumnStatisticsData::builder()
            .maximum_value(9)
            .build();
        let data = glue::ColumnStatisticsData::builder()
            .r#type(glue::ColumnStatisticsType::Long)
            .long_column_statistics_data(figures)
            .build()
            .unwrap();
        let Some(ColumnStatisticsData::Long { data }) = data_to_model(data) else {
            panic!("no figures");
        };
        assert_eq!((data.minimum_value, data.maximum_value), (None, Some(9)));
    }
}
