//! The parts that texts of dates and times are read from.

use super::calendar::{self, YEARS};

/// The time of a day, as it is written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock<'a> {
    hour: i64,
    minute: i64,
    second: i64,
    /// The digits after the point.
    pub(super) fraction: &'a str,
}

impl Clock<'_> {
    pub(super) fn seconds(&self) -> Option<i64> {
        let valid = self.hour < 24 && self.minute < 60 && self.second < 60;
        valid.then_some(self.hour * 3_600 + self.minute * 60 + self.second)
    }
}

/// Reads a text from its start.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, symbol: char) -> bool {
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Whether there is a minus; a plus is passed over.
    pub(super) fn sign(&mut self) -> bool {
        self.take('-') || {
            self.take('+');
            false
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        self.rest = self
            .rest
            .trim_start_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    }

    fn digits(&mut self, most: usize) -> &'a str {
        let count = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (digits, rest) = self.rest.split_at_checked(count).unwrap_or(("", self.rest));
        self.rest = rest;
        digits
    }

    /// A number of so many digits.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let digits = self.digits(most);
        if digits.len() < least {
            None
        } else {
            digits.parse().ok()
        }
    }

    /// The days of a date whose year has been read.
    pub(super) fn days_after_year(&mut self, year: i64) -> Option<i64> {
        self.take('-').then_some(())?;
        let month = self.number(1, 2)?;
        self.take('-').then_some(())?;
        let day = self.number(1, 2)?;
        let valid = YEARS.contains(&year)
            && (1..=12).contains(&month)
            && (1..=calendar::days_in_month(year, month)).contains(&day);
        valid.then(|| calendar::days_from_civil(year, month, day))
    }

    /// Hours and minutes, with or without seconds and their fraction.
    pub(super) fn clock(&mut self) -> Option<Clock<'a>> {
        let hour = self.number(1, 2)?;
        self.take(':').then_some(())?;
        let minute = self.number(1, 2)?;
        let mut clock = Clock {
            hour,
            minute,
            ..Clock::default()
        };
        let before_seconds = self.rest;
        if !self.take(':') {
            return Some(clock);
        }
        let Some(second) = self.number(1, 2) else {
            self.rest = before_seconds;
            return Some(clock);
        };
        clock.second = second;
        let before_fraction = self.rest;
        if self.take('.') {
            clock.fraction = self.digits(usize::MAX);
            if clock.fraction.is_empty() {
                self.rest = before_fraction;
            }
        }
        Some(clock)
    }
}
