//! The units that `date_trunc`, `date_add` and `date_diff` name by text.

use crate::error::FunctionError;

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A unit of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClockUnit {
    Millisecond,
    Second,
    Minute,
    Hour,
}

/// A unit of timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimestampUnit {
    Clock(ClockUnit),
    Date(DateUnit),
}

impl DateUnit {
    fn find(name: &str) -> Option<DateUnit> {
        Some(match name {
            "day" => DateUnit::Day,
            "week" => DateUnit::Week,
            "month" => DateUnit::Month,
            "quarter" => DateUnit::Quarter,
            "year" => DateUnit::Year,
            _ => return None,
        })
    }

    /// The unit of a `date`.
    pub(crate) fn parse(name: &str) -> Result<DateUnit, FunctionError> {
        let name = name.to_lowercase();
        DateUnit::find(&name).ok_or_else(|| unknown(&name, "DATE"))
    }
}

impl ClockUnit {
    fn find(name: &str) -> Option<ClockUnit> {
        Some(match name {
            "millisecond" => ClockUnit::Millisecond,
            "second" => ClockUnit::Second,
            "minute" => ClockUnit::Minute,
            "hour" => ClockUnit::Hour,
            _ => return None,
        })
    }

    /// The unit of a `time`.
    pub(crate) fn parse(name: &str) -> Result<ClockUnit, FunctionError> {
        let name = name.to_lowercase();
        ClockUnit::find(&name).ok_or_else(|| unknown(&name, "Time"))
    }

    /// Its length in milliseconds.
    pub(crate) const fn millis(self) -> i64 {
        match self {
            ClockUnit::Millisecond => 1,
            ClockUnit::Second => 1_000,
            ClockUnit::Minute => 60_000,
            ClockUnit::Hour => 3_600_000,
        }
    }
}

impl TimestampUnit {
    /// The unit of a `timestamp`.
    pub(crate) fn parse(name: &str) -> Result<TimestampUnit, FunctionError> {
        let name = name.to_lowercase();
        ClockUnit::find(&name)
            .map(TimestampUnit::Clock)
            .or_else(|| DateUnit::find(&name).map(TimestampUnit::Date))
            .ok_or_else(|| unknown(&name, "Timestamp"))
    }
}

/// Runs an expression with a unit as a constant, so that its loop is compiled once for each unit.
macro_rules! with_constant_unit {
    ($value:expr, |$unit:ident| $body:expr) => {
        $crate::datetime::unit::with_constant_unit!(
            $value, |$unit| $body;
            Clock(Millisecond), Clock(Second), Clock(Minute), Clock(Hour),
            Date(Day), Date(Week), Date(Month), Date(Quarter), Date(Year)
        )
    };
    ($value:expr, |$unit:ident| $body:expr; $($kind:ident($name:ident)),+) => {{
        use $crate::datetime::unit::{ClockUnit::*, DateUnit::*, TimestampUnit::*};
        match $value {
            $($kind($name) => {
                let $unit = $kind($name);
                $body
            })+
        }
    }};
}
pub(crate) use with_constant_unit;

fn unknown(name: &str, of: &str) -> FunctionError {
    FunctionError::argument(format!("'{name}' is not a valid {of} field"))
}
