//! The moments of schedules, and which schedules are refused.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::*;
use crate::mutation::for_each_mutation;

fn at(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
        .unwrap()
        .and_utc()
}

fn schedule(text: &str) -> ScheduleExpression {
    ScheduleExpression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The next moments after the start of 2026-03-01, a Sunday.
fn moments(text: &str, count: usize) -> Vec<String> {
    let schedule = schedule(text);
    let mut time = at("2026-02-28 23:59:59");
    let mut found = Vec::new();
    for _ in 0..count {
        let Some(next) = schedule.next_after(time) else {
            break;
        };
        assert!(next > time);
        found.push(next.format("%Y-%m-%d %H:%M").to_string());
        time = next;
    }
    found
}

fn message(text: &str) -> String {
    match ScheduleExpression::parse(text) {
        Ok(schedule) => panic!("{schedule} is read"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn schedules_name_their_moments() {
    for (text, expected) in [
        (
            "cron(0/15 * ? * MON-FRI *)",
            &["2026-03-02 00:00", "2026-03-02 00:15", "2026-03-02 00:30"][..],
        ),
        (
            "cron(15 12 * * ? *)",
            &["2026-03-01 12:15", "2026-03-02 12:15"],
        ),
        (
            "cron(0 18 ? * MON-FRI *)",
            &["2026-03-02 18:00", "2026-03-03 18:00"],
        ),
        (
            "cron(0 8 1 * ? *)",
            &["2026-03-01 08:00", "2026-04-01 08:00"],
        ),
        (
            "cron(0/5 8-17 ? * 2 *)",
            &["2026-03-02 08:00", "2026-03-02 08:05"],
        ),
        (
            "cron(5,35 1 ? JAN,jul SUN 2026-2027)",
            &["2026-07-05 01:05", "2026-07-05 01:35", "2026-07-12 01:05"],
        ),
        (
            "cron(0 0 L * ? *)",
            &["2026-03-31 00:00", "2026-04-30 00:00"],
        ),
        (
            "cron(0 0 L 2 ? *)",
            &["2027-02-28 00:00", "2028-02-29 00:00"],
        ),
        (
            "cron(0 0 LW * ? *)",
            &["2026-03-31 00:00", "2026-04-30 00:00", "2026-05-29 00:00"],
        ),
        // 2026-03-15 is a Sunday, 2026-08-01 a Saturday, 2026-05-31 a Sunday.
        ("cron(0 0 15W 3 ? *)", &["2026-03-16 00:00"]),
        ("cron(0 0 1W 8 ? *)", &["2026-08-03 00:00"]),
        ("cron(0 0 31W 5 ? 2026)", &["2026-05-29 00:00"]),
        (
            "cron(0 0 31W * ? 2026)",
            &["2026-03-31 00:00", "2026-05-29 00:00"],
        ),
        (
            "cron(0 0 ? * 6L *)",
            &["2026-03-27 00:00", "2026-04-24 00:00"],
        ),
        (
            "cron(0 0 ? * FRIL *)",
            &["2026-03-27 00:00", "2026-04-24 00:00"],
        ),
        (
            "cron(0 0 ? * L *)",
            &["2026-03-07 00:00", "2026-03-14 00:00"],
        ),
        (
            "cron(0 0 ? * 3#2 *)",
            &["2026-03-10 00:00", "2026-04-14 00:00"],
        ),
        (
            "cron(0 0 ? * SUN#5 *)",
            &["2026-03-29 00:00", "2026-05-31 00:00"],
        ),
        (
            "cron(0 0 ? * FRI-MON *)",
            &["2026-03-01 00:00", "2026-03-02 00:00", "2026-03-06 00:00"],
        ),
        (
            "cron(0 22-1 ? * MON *)",
            &["2026-03-02 00:00", "2026-03-02 01:00", "2026-03-02 22:00"],
        ),
        (
            "cron(10-40/15 0 1,L * ? *)",
            &[
                "2026-03-01 00:10",
                "2026-03-01 00:25",
                "2026-03-01 00:40",
                "2026-03-31 00:10",
            ],
        ),
        (
            "cron(0 0 29 2 ? *)",
            &["2028-02-29 00:00", "2032-02-29 00:00"],
        ),
        (
            "cron(0 0 1/10 * ? *)",
            &[
                "2026-03-01 00:00",
                "2026-03-11 00:00",
                "2026-03-21 00:00",
                "2026-03-31 00:00",
            ],
        ),
        (
            "cron(0 0 1 1 ? 2025-2199/4)",
            &["2029-01-01 00:00", "2033-01-01 00:00"],
        ),
        ("rate(5 minutes)", &["2026-03-01 00:00", "2026-03-01 00:05"]),
        ("rate(1 hour)", &["2026-03-01 00:00", "2026-03-01 01:00"]),
        ("rate(1 day)", &["2026-03-01 00:00", "2026-03-02 00:00"]),
    ] {
        assert_eq!(moments(text, expected.len()), expected, "{text}");
        assert_eq!(schedule(text).to_string(), text);
    }
}

#[test]
fn a_moment_is_not_after_itself() {
    let hourly = schedule("cron(0 * * * ? *)");
    assert_eq!(
        hourly.next_after(at("2026-12-31 23:00:00")),
        Some(at("2027-01-01 00:00:00"))
    );
    assert_eq!(
        hourly.next_after(at("2026-12-31 22:59:59")),
        Some(at("2026-12-31 23:00:00"))
    );
    let rate = schedule("rate(2 hours)");
    assert_eq!(
        rate.next_after(at("2026-01-01 02:00:00")),
        Some(at("2026-01-01 04:00:00"))
    );
}

#[test]
fn schedules_end() {
    assert_eq!(
        schedule("cron(0 0 1 1 ? 2020)").next_after(at("2026-01-01 00:00:00")),
        None
    );
    let yearly = schedule("cron(0 0 1 1 ? *)");
    assert_eq!(yearly.next_after(at("2199-01-01 00:00:00")), None);
    assert_eq!(yearly.next_after(DateTime::<Utc>::MAX_UTC), None);
    assert_eq!(
        yearly.next_after(DateTime::<Utc>::MIN_UTC),
        Some(at("1970-01-01 00:00:00"))
    );
    let rate = schedule("rate(4294967295 days)");
    assert_eq!(rate.next_after(at("2026-01-01 00:00:00")), None);
    assert_eq!(rate.next_after(DateTime::<Utc>::MAX_UTC), None);
}

#[test]
fn spaces_do_not_matter() {
    let spaced = schedule("  cron( 0  12 * *\t? * ) ");
    assert_eq!(spaced.to_string(), "cron(0 12 * * ? *)");
    assert_eq!(spaced, schedule("cron(0 12 * * ? *)"));
}

#[test]
fn refusals_name_the_field_its_text_and_what_it_takes() {
    for (text, parts) in [
        ("", &["no schedule"][..]),
        ("every day", &["no schedule", "`every day`"]),
        ("at(2026-01-01)", &["no schedule"]),
        ("cron(0 12 * * ?)", &["5 fields", "six"]),
        ("cron()", &["0 fields"]),
        (
            "cron(60 * * * ? *)",
            &["minutes", "`60`", "0-59", "out of range"],
        ),
        ("cron(0 24 * * ? *)", &["hours", "`24`", "0-23"]),
        ("cron(0 0 32 * ? *)", &["day-of-month", "`32`", "1-31"]),
        ("cron(0 0 0 * ? *)", &["day-of-month", "`0`"]),
        ("cron(0 0 1 13 ? *)", &["month", "`13`", "1-12"]),
        ("cron(0 0 1 FOO ? *)", &["month", "`FOO`", "not understood"]),
        ("cron(0 0 ? * 8 *)", &["day-of-week", "`8`", "1-7"]),
        (
            "cron(0 0 ? * MON#6 *)",
            &["day-of-week", "`MON#6`", "1 to 5"],
        ),
        ("cron(0 0 1 1 ? 1969)", &["year", "`1969`", "1970-2199"]),
        (
            "cron(0 0 1 1 ? 2030-2020)",
            &["year", "`2030-2020`", "before"],
        ),
        ("cron(0/0 * * * ? *)", &["minutes", "`0/0`", "step"]),
        ("cron(0/61 * * * ? *)", &["step"]),
        ("cron(? * * * ? *)", &["minutes", "`?`"]),
        ("cron(L * * * ? *)", &["minutes", "`L`"]),
        ("cron(1, * * * ? *)", &["minutes", "``"]),
        ("cron(+1 * * * ? *)", &["minutes", "`+1`"]),
        ("cron(0 0 ?,1 * ? *)", &["day-of-month", "`?`"]),
        ("cron(0 0 ? * ? *)", &["exactly one"]),
        ("cron(0 0 * * * *)", &["exactly one", "day-of-week (`*`)"]),
        ("cron(* * * * ? *)", &["every 5 minutes"]),
        ("cron(0/4 * * * ? *)", &["every 5 minutes"]),
        ("cron(0,58 * * * ? *)", &["every 5 minutes"]),
        ("cron(0,58 23,0 * * ? *)", &["every 5 minutes"]),
        ("cron(0 0 30 2 ? *)", &["no moment"]),
        ("cron(0 0 29 2 ? 2100)", &["no moment"]),
        ("rate(4 minutes)", &["every 5 minutes"]),
        ("rate(0 days)", &["`0 days`"]),
        ("rate(1 hours)", &["minute, hour, day after 1"]),
        ("rate(5 minute)", &["`5 minute`"]),
        ("rate(-5 minutes)", &["`-5 minutes`"]),
        ("rate(5 weeks)", &["`5 weeks`"]),
        ("rate(5)", &["`5`"]),
        ("rate(99999999999 days)", &["rate"]),
    ] {
        let message = message(text);
        for part in parts {
            assert!(message.contains(part), "{text}: {message} lacks {part}");
        }
    }
    assert!(message(&"x".repeat(5000)).contains("5000 bytes"));
}

#[test]
fn moments_across_midnight_are_close_only_on_days_in_a_row() {
    assert!(message("cron(0,58 0,23 ? * MON,TUE *)").contains("every 5"));
    schedule("cron(0,58 0,23 ? * MON,WED *)");
    schedule("cron(0,58 0,23 1 * ? *)");
    assert!(message("cron(0,58 0,23 1,L * ? *)").contains("every 5"));
    schedule("cron(0,58 0,12 * * ? *)");
}

#[test]
fn no_text_makes_it_panic_and_moments_keep_their_distance() {
    let samples = [
        "cron(0/15 * ? * MON-FRI *)",
        "cron(5,35 22-1/2 L,LW,15W JAN-DEC/3 ? 2026-2199/7)",
        "cron(0 8 ? 2,3 6L,3#2,TUE *)",
        "rate(10 minutes)",
    ];
    for_each_mutation(&samples, |text| match ScheduleExpression::parse(text) {
        Ok(schedule) => {
            let printed = schedule.to_string();
            assert_eq!(ScheduleExpression::parse(&printed).as_ref(), Ok(&schedule));
            let mut time = at("2026-02-27 22:10:00");
            for _ in 0..10 {
                let Some(next) = schedule.next_after(time) else {
                    break;
                };
                assert!(next > time);
                time = next;
                let after = schedule.next_after(next);
                assert!(
                    after.is_none_or(|after| after - next >= TimeDelta::minutes(5)),
                    "{text}"
                );
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    });
}
