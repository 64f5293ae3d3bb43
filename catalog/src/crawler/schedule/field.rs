//! `Field`: one field of cron, and the numbers that its text names.

use std::collections::BTreeSet;

use super::error::ScheduleError;

/// The numbers that a field takes and how they may be spelled.
#[derive(Debug)]
pub(super) struct Field {
    pub name: &'static str,
    /// What the field takes, for messages.
    allowed: &'static str,
    first: u32,
    last: u32,
    /// Names of the numbers from `first` on.
    names: &'static [&'static str],
    /// Whether `10-3` goes on at `first` after `last`.
    wraps: bool,
}

pub(super) const MINUTES: Field = Field {
    name: "minutes",
    allowed: "0-59 and , - * /",
    first: 0,
    last: 59,
    names: &[],
    wraps: true,
};
pub(super) const HOURS: Field = Field {
    name: "hours",
    allowed: "0-23 and , - * /",
    first: 0,
    last: 23,
    names: &[],
    wraps: true,
};
pub(super) const DAYS_OF_MONTH: Field = Field {
    name: "day-of-month",
    allowed: "1-31, L, LW, such as 15W, and , - * / ?",
    first: 1,
    last: 31,
    names: &[],
    wraps: true,
};
pub(super) const MONTHS: Field = Field {
    name: "month",
    allowed: "1-12 or JAN-DEC and , - * /",
    first: 1,
    last: 12,
    names: &[
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ],
    wraps: true,
};
pub(super) const DAYS_OF_WEEK: Field = Field {
    name: "day-of-week",
    allowed: "1-7 or SUN-SAT, L, such as 6L and 3#2, and , - * / ?",
    first: 1,
    last: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    wraps: true,
};
pub(super) const YEARS: Field = Field {
    name: "year",
    allowed: "1970-2199 and , - * /",
    first: 1970,
    last: 2199,
    names: &[],
    wraps: false,
};

impl Field {
    /// The numbers that a list names.
    pub fn numbers(&self, text: &str) -> Result<BTreeSet<u32>, ScheduleError> {
        let mut numbers = BTreeSet::new();
        for part in text.split(',') {
            self.add_part(part, &mut numbers)?;
        }
        Ok(numbers)
    }

    /// Adds what one part of a list names: `*`, `n`, `n-m`, each with `/step` or without.
    pub fn add_part(&self, part: &str, numbers: &mut BTreeSet<u32>) -> Result<(), ScheduleError> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(self.step(part, step)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.first, self.last),
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            None => {
                let from = self.number(range)?;
                // `5/15` runs to the end of the field, `5` is itself alone.
                (from, if step.is_some() { self.last } else { from })
            }
        };
        if from > to && !self.wraps {
            return Err(self.error(part, "ends before it begins"));
        }
        let count = self.last - self.first + 1;
        let length = if from <= to {
            to - from
        } else {
            to + count - from
        };
        for distance in (0..=length).step_by(usize::try_from(step.unwrap_or(1)).unwrap_or(1)) {
            numbers.insert((from - self.first + distance) % count + self.first);
        }
        Ok(())
    }

    /// A number within the field's range, or its name in any case.
    pub fn number(&self, text: &str) -> Result<u32, ScheduleError> {
        let named = self
            .names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        if let Some(place) = named.and_then(|place| u32::try_from(place).ok()) {
            return Ok(self.first + place);
        }
        match digits(text) {
            Some(number) if (self.first..=self.last).contains(&number) => Ok(number),
            Some(_) => Err(self.error(text, "is out of range")),
            None => Err(self.error(text, "is not understood")),
        }
    }

    fn step(&self, part: &str, text: &str) -> Result<u32, ScheduleError> {
        let count = self.last - self.first + 1;
        match digits(text) {
            Some(step) if (1..=count).contains(&step) => Ok(step),
            _ => Err(self.error(part, "has a step that is zero, too large or no number")),
        }
    }

    pub fn error(&self, text: &str, problem: &'static str) -> ScheduleError {
        ScheduleError::Field {
            field: self.name,
            text: text.to_owned(),
            problem,
            allowed: self.allowed,
        }
    }
}

/// The number that digits alone make: no sign, no space.
pub(super) fn digits(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}
