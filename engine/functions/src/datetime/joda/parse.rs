//! Parsing of texts by formats.

use super::element::{Element, Formatter};
use super::field::Field;
use super::fields_to_time::time_of_fields;
use super::parse_zone::{parse_abbreviated_zone, parse_offset, parse_zone_id, zone_of_millis};
use super::print::names_of;
use crate::error::FunctionError;
use crate::types::time_zone::{LocalOffset, TimeZone};

/// How much of a wrong text an error shows after the place where it is wrong.
const SHOWN_AFTER_FAILURE: usize = 32;

/// An instant that a text tells, with its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ParsedTime {
    /// Milliseconds since the epoch.
    pub(crate) millis: i64,
    /// The text's zone, or the default one.
    pub(crate) zone: TimeZone,
}

/// Why a text does not fit a format.
pub(super) enum Failure {
    /// It is wrong at that byte.
    At(usize),
    /// It has a number that is too long.
    Number(String),
}

type Parsed = Result<usize, Failure>;

/// What has been parsed so far.
#[derive(Clone, Default)]
struct Bucket {
    fields: Vec<(Field, i64)>,
    offset_millis: Option<i64>,
    zone: Option<TimeZone>,
}

impl Formatter {
    /// Parses a whole text. Without a zone of its own it is of the default one.
    pub(crate) fn parse(
        &self,
        text: &str,
        default_zone: TimeZone,
    ) -> Result<ParsedTime, FunctionError> {
        if !self.can_parse() {
            return Err(FunctionError::argument("Parsing not supported"));
        }
        let mut bucket = Bucket::default();
        match parse_all(&self.elements, text, 0, &mut bucket) {
            Ok(end) if end >= text.len() => bucket.finish(text, default_zone),
            Ok(end) | Err(Failure::At(end)) => {
                Err(FunctionError::argument(invalid_format(text, end)))
            }
            Err(Failure::Number(number)) => Err(FunctionError::argument(format!(
                "For input string: \"{number}\""
            ))),
        }
    }

    fn can_parse(&self) -> bool {
        let printed_only = Element::ZoneName { short: false };
        !self.elements.contains(&printed_only)
    }
}

impl Bucket {
    fn finish(mut self, text: &str, default_zone: TimeZone) -> Result<ParsedTime, FunctionError> {
        let local = time_of_fields(&mut self.fields).map_err(|error| {
            FunctionError::argument(format!("Cannot parse \"{text}\": {error}"))
        })?;
        if let Some(offset) = self.offset_millis {
            return Ok(ParsedTime {
                millis: local.saturating_sub(offset),
                zone: zone_of_millis(offset)?,
            });
        }
        let zone = self.zone.unwrap_or(default_zone);
        let offset = match zone.local_offset(local.div_euclid(1_000)) {
            LocalOffset::Single(offset)
            | LocalOffset::Overlap {
                earlier: offset, ..
            } => offset,
            LocalOffset::Gap { .. } => {
                return Err(FunctionError::argument(format!(
                    "Cannot parse \"{text}\": Illegal instant due to time zone offset transition ({zone})"
                )));
            }
        };
        Ok(ParsedTime {
            millis: local.saturating_sub(i64::from(offset) * 1_000),
            zone,
        })
    }
}

/// Says what is wrong as Joda-Time does. Its lengths count UTF-16 units.
fn invalid_format(text: &str, failed_at: usize) -> String {
    let units = |text: &str| text.encode_utf16().count();
    let before = text.get(..failed_at).unwrap_or(text);
    let shown_units = units(before) + SHOWN_AFTER_FAILURE;
    let mut shown = text.to_owned();
    if units(text) > shown_units + 3 {
        let kept: Vec<u16> = text.encode_utf16().take(shown_units).collect();
        shown = String::from_utf16_lossy(&kept) + "...";
    }
    if failed_at == 0 {
        return format!("Invalid format: \"{shown}\"");
    }
    match shown.get(failed_at..) {
        Some(rest) if failed_at < text.len() => {
            format!("Invalid format: \"{shown}\" is malformed at \"{rest}\"")
        }
        _ => format!("Invalid format: \"{shown}\" is too short"),
    }
}

fn parse_all(elements: &[Element], text: &str, start: usize, bucket: &mut Bucket) -> Parsed {
    let mut position = start;
    for element in elements {
        position = parse_one(element, text, position, bucket)?;
    }
    Ok(position)
}

fn parse_one(element: &Element, text: &str, position: usize, bucket: &mut Bucket) -> Parsed {
    match element {
        Element::Text(literal) => parse_text(literal, text, position),
        Element::Number {
            field,
            digits_max,
            signed,
            ..
        } => {
            let (value, end) = parse_number(text, position, *digits_max, *signed)?;
            bucket.fields.push((*field, value));
            Ok(end)
        }
        Element::TwoDigitYear {
            field,
            pivot,
            lenient,
        } => {
            let (value, end) = parse_year(text, position, *pivot, *lenient)?;
            bucket.fields.push((*field, value));
            Ok(end)
        }
        Element::Name { field, .. } => {
            let (value, end) = parse_name(*field, text, position)?;
            bucket.fields.push((*field, value));
            Ok(end)
        }
        Element::Fraction {
            of_millis,
            digits_max,
            ..
        } => {
            let (value, end) = parse_fraction(text, position, *of_millis, *digits_max)?;
            bucket.fields.push((Field::MillisOf(*of_millis), value));
            Ok(end)
        }
        Element::ZoneOffset { .. } => {
            let (offset, end) = parse_offset(text, position)?;
            bucket.offset_millis = Some(offset);
            Ok(end)
        }
        Element::ZoneId => {
            let (zone, end) = parse_zone_id(text, position)?;
            bucket.zone = Some(zone);
            Ok(end)
        }
        Element::ZoneName { .. } => {
            let (zone, end) = parse_abbreviated_zone(text, position)?;
            bucket.zone = Some(zone);
            Ok(end)
        }
        Element::OneOf {
            alternatives,
            optional,
        } => parse_one_of(alternatives, *optional, text, position, bucket),
    }
}

/// The alternative that parses the most; the last one only has to parse anything, and none has to where that is allowed.
fn parse_one_of(
    alternatives: &[Vec<Element>],
    optional: bool,
    text: &str,
    position: usize,
    bucket: &mut Bucket,
) -> Parsed {
    let mut best: Option<(usize, Bucket)> = None;
    let mut failed_at = position;
    let (before, offset_millis, zone) = (bucket.fields.len(), bucket.offset_millis, bucket.zone);
    for (place, alternative) in alternatives.iter().enumerate() {
        match parse_all(alternative, text, position, bucket) {
            Ok(end) if end > best.as_ref().map_or(position, |(end, _)| *end) => {
                if end >= text.len() || place + 1 >= alternatives.len() {
                    return Ok(end);
                }
                best = Some((end, bucket.clone()));
            }
            Ok(_) => {}
            Err(Failure::At(at)) => failed_at = failed_at.max(at),
            Err(too_long) => return Err(too_long),
        }
        bucket.fields.truncate(before);
        bucket.offset_millis = offset_millis;
        bucket.zone = zone;
    }
    match best {
        Some((end, parsed)) => {
            *bucket = parsed;
            Ok(end)
        }
        None if optional => Ok(position),
        None => Err(Failure::At(failed_at)),
    }
}

/// Compares without regard to case, a character at a time.
fn parse_text(literal: &str, text: &str, position: usize) -> Parsed {
    if bytes_from(text, position).starts_with(literal.as_bytes()) {
        return Ok(position + literal.len());
    }
    let rest = text.get(position..).unwrap_or("");
    let mut found = rest.char_indices();
    for wanted in literal.chars() {
        match found.next() {
            Some((_, c)) if same_letter(c, wanted) => {}
            _ => return Err(Failure::At(position)),
        }
    }
    Ok(position + found.next().map_or(rest.len(), |(length, _)| length))
}

fn same_letter(left: char, right: char) -> bool {
    left == right
        || left.to_uppercase().eq(right.to_uppercase())
        || left.to_lowercase().eq(right.to_lowercase())
}

pub(super) fn bytes_from(text: &str, position: usize) -> &[u8] {
    text.as_bytes().get(position..).unwrap_or(&[])
}

pub(super) fn count_digits(bytes: &[u8], most: usize) -> usize {
    bytes
        .iter()
        .take(most)
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

/// The number of so many digits. Those that 32 bits do not hold are errors of their own.
fn integer(digits: &str) -> Result<i64, Failure> {
    match digits.parse::<i32>() {
        Ok(number) => Ok(number.into()),
        Err(_) => Err(Failure::Number(digits.to_owned())),
    }
}

fn parse_number(
    text: &str,
    position: usize,
    digits_max: usize,
    signed: bool,
) -> Result<(i64, usize), Failure> {
    let bytes = bytes_from(text, position);
    let signed = signed && digits_max > 1 && matches!(bytes, [b'-' | b'+', b'0'..=b'9', ..]);
    let sign = usize::from(signed);
    let digits = count_digits(bytes.get(sign..).unwrap_or(&[]), digits_max);
    if digits == 0 {
        return Err(Failure::At(position));
    }
    let end = position + sign + digits;
    let number = text.get(position..end).unwrap_or("");
    Ok((integer(number.strip_prefix('+').unwrap_or(number))?, end))
}

fn parse_year(
    text: &str,
    position: usize,
    pivot: i64,
    lenient: bool,
) -> Result<(i64, usize), Failure> {
    let bytes = bytes_from(text, position);
    if lenient {
        let sign = usize::from(matches!(bytes, [b'-' | b'+', ..]));
        let digits = count_digits(bytes.get(sign..).unwrap_or(&[]), usize::MAX);
        if sign + digits == 0 || digits == 0 {
            return Err(Failure::At(position));
        }
        if sign > 0 || digits != 2 {
            let end = position + sign + digits;
            let number = text.get(position..end).unwrap_or("");
            return Ok((integer(number.strip_prefix('+').unwrap_or(number))?, end));
        }
    }
    if count_digits(bytes, 2) < 2 {
        return Err(Failure::At(position));
    }
    let end = position + 2;
    let of_century = integer(text.get(position..end).unwrap_or(""))?;
    let first = pivot - 50;
    Ok((first + (of_century - first).rem_euclid(100), end))
}

/// The longest name of the field that stands here: as it is written, or all in small or in capital letters.
fn parse_name(field: Field, text: &str, position: usize) -> Result<(i64, usize), Failure> {
    let rest = text.get(position..).unwrap_or("");
    let mut best: Option<(i64, usize)> = None;
    for (name, value) in names_of(field) {
        let matches = rest.get(..name.len()).is_some_and(|found| {
            found == *name
                || found.eq_ignore_ascii_case(name)
                    && (found.bytes().all(|byte| byte.is_ascii_lowercase())
                        || found.bytes().all(|byte| byte.is_ascii_uppercase()))
        });
        if matches && best.is_none_or(|(_, length)| name.len() > length) {
            best = Some((*value, name.len()));
        }
    }
    match best {
        Some((value, length)) => Ok((value, position + length)),
        None => Err(Failure::At(position)),
    }
}

/// Milliseconds of a fraction; digits beyond them are dropped.
pub(super) fn parse_fraction(
    text: &str,
    position: usize,
    of_millis: i64,
    digits_max: usize,
) -> Result<(i64, usize), Failure> {
    let bytes = bytes_from(text, position);
    let digits = count_digits(bytes, digits_max.min(18));
    if digits == 0 {
        return Err(Failure::At(position));
    }
    let mut weight = of_millis;
    let mut tenths = 0;
    for digit in bytes.iter().take(digits) {
        tenths += i64::from(digit - b'0') * weight;
        weight /= 10;
    }
    Ok((tenths / 10, position + digits))
}
