//! What partitions `date` keys give.

use crate::PartitionPredicate;

use super::fixture::{date, equal, from_until, locations, partitions, table, text, values};
use super::{ProjectionError, Property};

const ALL: PartitionPredicate = PartitionPredicate::All;

/// The values of a string key by its format, range, interval and unit.
fn dates(format: &str, range: &str, interval: &str, unit: &str) -> Vec<String> {
    let events = table(
        &[("k", "string")],
        &[
            ("projection.k.type", "date"),
            ("projection.k.format", format),
            ("projection.k.range", range),
            ("projection.k.interval", interval),
            ("projection.k.interval.unit", unit),
        ],
    );
    values(&events, &ALL)
}

/// Those with the implied interval.
fn implied(format: &str, range: &str) -> Vec<String> {
    let events = table(
        &[("k", "string")],
        &[
            ("projection.k.type", "date"),
            ("projection.k.format", format),
            ("projection.k.range", range),
        ],
    );
    values(&events, &ALL)
}

#[test]
fn each_unit_steps_by_its_length() {
    assert_eq!(
        dates("yyyy", "2020,2024", "2", "YEARS"),
        ["2020", "2022", "2024"]
    );
    assert_eq!(
        dates("yyyy-MM", "2023-11,2024-02", "1", "month"),
        ["2023-11", "2023-12", "2024-01", "2024-02"]
    );
    assert_eq!(
        dates("dd-MM-yyyy", "20-02-2024,10-03-2024", "1", "Weeks"),
        ["20-02-2024", "27-02-2024", "05-03-2024"]
    );
    assert_eq!(
        dates("yyyyMMdd", "20240227,20240302", "2", "DAY"),
        ["20240227", "20240229", "20240302"]
    );
    assert_eq!(
        dates("yyyy/MM/dd/HH", "2024/02/29/22,2024/03/01/01", "1", "HOURS"),
        [
            "2024/02/29/22",
            "2024/02/29/23",
            "2024/03/01/00",
            "2024/03/01/01"
        ]
    );
    assert_eq!(
        dates(
            "yyyy-MM-dd'T'HH:mm",
            "2024-02-29T23:50,2024-03-01T00:10",
            "10",
            "MINUTES"
        ),
        ["2024-02-29T23:50", "2024-03-01T00:00", "2024-03-01T00:10"]
    );
    assert_eq!(
        dates(
            "yyyyMMddHHmmss",
            "20231231235959,20240101000001",
            "1",
            "SECONDS"
        ),
        ["20231231235959", "20240101000000", "20240101000001"]
    );
    assert_eq!(
        dates(
            "yyyyMMddHHmmssSSS",
            "20231231235959998,20240101000000002",
            "2",
            "MILLISECONDS"
        ),
        [
            "20231231235959998",
            "20240101000000000",
            "20240101000000002"
        ]
    );
}

#[test]
fn days_and_months_imply_their_interval() {
    assert_eq!(
        implied("d/M/yyyy", "29/2/2024,1/3/2024"),
        ["29/2/2024", "1/3/2024"]
    );
    assert_eq!(implied("MMM yy", "Dec 23,Jan 24"), ["Dec 23", "Jan 24"]);
}

#[test]
fn relative_ranges_are_of_the_time_of_the_query() {
    assert_eq!(
        implied("yyyy-MM-dd", "NOW-2DAYS,NOW"),
        ["2024-02-27", "2024-02-28", "2024-02-29"]
    );
    assert_eq!(
        implied("yyyy-MM", "2024-01, now + 1 MONTH "),
        ["2024-01", "2024-02", "2024-03"]
    );
    assert_eq!(
        dates("yyyy", "NOW-3YEARS,NOW", "1", "YEARS"),
        ["2021", "2022", "2023", "2024"]
    );
    assert_eq!(
        dates("yyyy-MM-dd-HH", "NOW-2HOURS,NOW", "1", "HOURS"),
        ["2024-02-29-13", "2024-02-29-14", "2024-02-29-15"]
    );
    assert!(implied("yyyy-MM-dd", "2024-03-01,NOW").is_empty());
}

#[test]
fn months_end_where_the_month_does() {
    assert_eq!(
        dates("yyyy-MM-dd", "2024-01-31,2024-05-30", "1", "MONTHS"),
        ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]
    );
    assert_eq!(
        dates("yyyy-MM-dd", "2024-02-29,2028-02-29", "1", "YEARS"),
        [
            "2024-02-29",
            "2025-02-28",
            "2026-02-28",
            "2027-02-28",
            "2028-02-29"
        ]
    );
}

#[test]
fn steps_finer_than_the_format_give_each_text_once() {
    assert_eq!(
        dates("yyyy-MM", "2024-01,2024-03", "1", "MILLISECONDS"),
        ["2024-01", "2024-02", "2024-03"]
    );
    let events = table(
        &[("k", "string")],
        &[
            ("projection.k.type", "date"),
            ("projection.k.format", "MM.yyyy"),
            ("projection.k.range", "01.2000,NOW"),
            ("projection.k.interval", "5"),
            ("projection.k.interval.unit", "DAYS"),
        ],
    );
    assert_eq!(values(&events, &equal(0, text("02.2001"))), ["02.2001"]);
    assert_eq!(values(&events, &ALL).len(), 24 * 12 + 2);
}

#[test]
fn date_keys_hold_dates_and_their_locations_the_format() {
    let events = table(
        &[("day", "date")],
        &[
            ("projection.day.type", "date"),
            ("projection.day.format", "d.M.yyyy"),
            ("projection.day.range", "28.2.2024,NOW"),
        ],
    );
    assert_eq!(values(&events, &ALL), ["2024-02-28", "2024-02-29"]);
    assert_eq!(
        locations(&events, &equal(0, date("2024-02-29"))),
        ["events/day=29.2.2024/"]
    );
    let february = from_until(0, date("2024-02-01"), date("2024-02-29"));
    assert_eq!(values(&events, &february), ["2024-02-28"]);
}

#[test]
fn a_date_key_may_have_a_folder_an_hour() {
    let events = table(
        &[("day", "date")],
        &[
            ("projection.day.type", "date"),
            ("projection.day.format", "yyyy/MM/dd/HH"),
            ("projection.day.range", "2024/01/01/00,NOW"),
            ("projection.day.interval", "12"),
            ("projection.day.interval.unit", "HOURS"),
            ("storage.location.template", "s3://lake/${day}/"),
        ],
    );
    assert_eq!(
        locations(&events, &equal(0, date("2024-02-03"))),
        ["2024/02/03/00/", "2024/02/03/12/"]
    );
}

#[test]
fn timestamp_keys_hold_timestamps() {
    let moment = |text| crate::KeyType::Timestamp.parse(text).unwrap();
    let events = table(
        &[("hour", "timestamp")],
        &[
            ("projection.hour.type", "date"),
            ("projection.hour.format", "dd.MM.yyyy HH"),
            ("projection.hour.range", "31.01.2024 23,NOW"),
            ("projection.hour.interval", "1"),
            ("projection.hour.interval.unit", "HOURS"),
        ],
    );
    let night = from_until(
        0,
        moment("2024-01-31 23:00:00"),
        moment("2024-02-01 01:00:00"),
    );
    assert_eq!(
        values(&events, &night),
        ["2024-01-31 23:00:00", "2024-02-01 00:00:00"]
    );
    assert_eq!(
        locations(&events, &equal(0, moment("2024-02-01 00:00:00"))),
        ["events/hour=01.02.2024 00/"]
    );
}

#[test]
fn relative_bounds_beyond_the_format_are_an_error_of_the_query() {
    for (format, range) in [
        ("yyyy-MM-dd", "NOW-3000YEARS,NOW"),
        ("yyyy-MM-dd", "2024-01-01,NOW+9000YEARS"),
        ("yyyy-MM-dd", "NOW-18446744073709551615DAYS,NOW"),
        ("yyyy-MM-dd", "NOW-18446744073709551615YEARS,NOW"),
        ("yy-MM-dd", "NOW-30YEARS,NOW"),
    ] {
        let events = table(
            &[("k", "string")],
            &[
                ("projection.k.type", "date"),
                ("projection.k.format", format),
                ("projection.k.range", range),
            ],
        );
        let error = partitions(&events, &ALL).unwrap_err();
        let property = Property {
            name: "projection.k.range".to_owned(),
            value: range.to_owned(),
        };
        let format = format.to_owned();
        assert_eq!(error, ProjectionError::DateOutOfRange { property, format });
    }
}

#[test]
fn relative_bounds_in_the_wrong_order_are_an_error_of_the_query() {
    let events = table(
        &[("k", "string")],
        &[
            ("projection.k.type", "date"),
            ("projection.k.format", "yyyy-MM-dd"),
            ("projection.k.range", "NOW,NOW-3DAYS"),
        ],
    );
    let error = partitions(&events, &ALL).unwrap_err();
    assert!(matches!(error, ProjectionError::ReversedRange(_)));
}
