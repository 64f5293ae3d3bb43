//! `ScalarRules`: where the SerDes differ in the notations that they accept.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::date_time::{Instant, Notation, parse_date, parse_timestamp};
use super::number::{IntegerRule, parse_integer};
use super::timestamp_format::TimestampFormat;
use super::{decimal, number};

/// Base64 whose padding may be missing, as Java's decoder allows.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Digits from which on a number that stands for a timestamp counts milliseconds: fewer count seconds.
const MILLISECOND_DIGITS_MIN: usize = 13;

/// Which texts are dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateRule {
    /// `yyyy-MM-dd`.
    Text,
    /// `yyyy-MM-dd`, or days since 1970-01-01.
    TextOrDays,
}

/// Which texts are timestamps, where none of the formats asked for fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimestampRule {
    /// Hive's notation; with formats ISO 8601 too.
    Hive,
    /// Hive's notation, ISO 8601, or milliseconds since 1970-01-01: OpenCSVSerde.
    TextOrMilliseconds,
    /// Hive's notation, ISO 8601, or a number: with a point seconds, with 13 digits or more milliseconds, with
    /// fewer seconds. OpenX's JsonSerDe.
    TextOrNumber,
}

/// Which texts are binary values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BinaryRule {
    /// Base64.
    Base64,
    /// Base64, or else the bytes themselves.
    Base64OrRaw,
}

/// How a SerDe reads scalars.
#[derive(Debug, Clone)]
pub(crate) struct ScalarRules {
    pub integers: number::IntegerRule,
    pub dates: DateRule,
    pub timestamps: TimestampRule,
    /// Tried in order, before `timestamps`.
    pub timestamp_formats: Vec<TimestampFormat>,
    pub binary: BinaryRule,
}

impl ScalarRules {
    /// Days since 1970-01-01.
    pub fn date(&self, text: &[u8]) -> Option<i32> {
        parse_date(text).or_else(|| match self.dates {
            DateRule::Text => None,
            DateRule::TextOrDays => i32::try_from(parse_integer(text, IntegerRule::Digits)?).ok(),
        })
    }

    pub fn timestamp(&self, text: &[u8]) -> Option<Instant> {
        let formatted = self
            .timestamp_formats
            .iter()
            .find_map(|format| format.parse(text));
        if formatted.is_some() {
            return formatted;
        }
        match self.timestamps {
            TimestampRule::Hive if self.timestamp_formats.is_empty() => {
                parse_timestamp(text, Notation::Hive)
            }
            TimestampRule::Hive => parse_timestamp(text, Notation::HiveOrIso),
            TimestampRule::TextOrMilliseconds => parse_timestamp(text, Notation::HiveOrIso)
                .or_else(|| Instant::from_milliseconds(parse_integer(text, IntegerRule::Digits)?)),
            TimestampRule::TextOrNumber => {
                parse_timestamp(text, Notation::HiveOrIso).or_else(|| epoch_number(text))
            }
        }
    }

    pub fn binary<'a>(&self, text: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        match (BASE64.decode(text), self.binary) {
            (Ok(bytes), _) => Some(Cow::Owned(bytes)),
            (Err(_), BinaryRule::Base64OrRaw) => Some(Cow::Borrowed(text)),
            (Err(_), BinaryRule::Base64) => None,
        }
    }
}

fn epoch_number(text: &[u8]) -> Option<Instant> {
    if let Some(count) = parse_integer(text, IntegerRule::Digits) {
        return if text.len() >= MILLISECOND_DIGITS_MIN {
            Instant::from_milliseconds(count)
        } else {
            Some(Instant {
                seconds: count,
                nanoseconds: 0,
            })
        };
    }
    Instant::from_nanoseconds(decimal::parse(text, 38, 9)?)
}
