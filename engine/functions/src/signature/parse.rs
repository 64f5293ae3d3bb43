//! Signatures from their text.

use super::{NumberPattern, Signature, TypeBound, TypePattern};
use crate::types::parse_type;

/// Reads `(parameters) -> type where T: comparable`. The texts are the library's own, so a wrong one is a defect of the library, which
/// the test over the whole registry finds.
pub fn parse_signature(text: &'static str) -> Result<Signature, String> {
    let (signature, bounds) = match text.split_once(" where ") {
        Some((signature, bounds)) => (signature, parse_bounds(bounds)?),
        None => (text, Vec::new()),
    };
    let (parameters, returns) = signature
        .rsplit_once("->")
        .ok_or_else(|| format!("no '->' in '{text}'"))?;
    let parameters = parameters
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or_else(|| format!("no parentheses around the parameters of '{text}'"))?;
    let mut parts = split_top_level(parameters);
    let mut variadic = false;
    if let Some(last) = parts.last_mut()
        && let Some(stem) = last.strip_suffix("...")
    {
        variadic = true;
        *last = stem;
    }
    Ok(Signature {
        text,
        parameters: parts
            .into_iter()
            .map(parse_pattern)
            .collect::<Result<_, _>>()?,
        variadic,
        returns: parse_pattern(returns)?,
        bounds,
    })
}

fn parse_bounds(text: &str) -> Result<Vec<(String, TypeBound)>, String> {
    text.split(',')
        .map(|bound| {
            let (variable, kind) = bound
                .split_once(':')
                .ok_or_else(|| format!("no ':' in the bound '{bound}'"))?;
            let kind = match kind.trim() {
                "comparable" => TypeBound::Comparable,
                "orderable" => TypeBound::Orderable,
                other => return Err(format!("'{other}' is no bound")),
            };
            Ok((variable.trim().to_owned(), kind))
        })
        .collect()
}

/// The parts between the commas that stand within no parentheses.
fn split_top_level(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (place, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text.get(start..place).unwrap_or("").trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    let last = text.get(start..).unwrap_or("").trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

fn parse_pattern(text: &str) -> Result<TypePattern, String> {
    let text = text.trim();
    if is_type_variable(text) {
        return Ok(TypePattern::Variable(text.to_owned()));
    }
    if text == "any" {
        return Ok(TypePattern::Any);
    }
    if let Some((name, inner, suffix)) = parameterized(text) {
        let parts = split_top_level(inner);
        let one = || -> Result<NumberPattern, String> {
            parts
                .first()
                .map(|part| number(part))
                .ok_or_else(|| format!("no number in '{text}'"))
        };
        match (name, suffix, parts.as_slice()) {
            ("decimal", "", [precision, scale]) => {
                return Ok(TypePattern::Decimal(number(precision), number(scale)));
            }
            ("varchar", "", [_]) => return Ok(TypePattern::Varchar(one()?)),
            ("char", "", [_]) => return Ok(TypePattern::Char(one()?)),
            ("time", "", [_]) => return Ok(TypePattern::Time(one()?)),
            ("time", "with time zone", [_]) => return Ok(TypePattern::TimeWithTimeZone(one()?)),
            ("timestamp", "", [_]) => return Ok(TypePattern::Timestamp(one()?)),
            ("timestamp", "with time zone", [_]) => {
                return Ok(TypePattern::TimestampWithTimeZone(one()?));
            }
            ("array", "", [element]) => {
                return Ok(TypePattern::Array(Box::new(parse_pattern(element)?)));
            }
            ("qdigest", "", [element]) => {
                return Ok(TypePattern::QDigest(Box::new(parse_pattern(element)?)));
            }
            ("map", "", [key, value]) => {
                return Ok(TypePattern::Map(
                    Box::new(parse_pattern(key)?),
                    Box::new(parse_pattern(value)?),
                ));
            }
            ("row", "", fields) => {
                return Ok(TypePattern::Row(
                    fields
                        .iter()
                        .map(|field| row_field(field))
                        .collect::<Result<_, _>>()?,
                ));
            }
            ("function", "", [parameters @ .., returns]) => {
                return Ok(TypePattern::Function(
                    parameters
                        .iter()
                        .map(|part| parse_pattern(part))
                        .collect::<Result<_, _>>()?,
                    Box::new(parse_pattern(returns)?),
                ));
            }
            _ => {}
        }
    }
    parse_type(text)
        .map(TypePattern::Exact)
        .map_err(|error| error.to_string())
}

/// `name type` or a type alone.
fn row_field(text: &str) -> Result<(Option<String>, TypePattern), String> {
    if let Some((name, rest)) = text.split_once(' ')
        && !name.contains('(')
        && let Ok(pattern) = parse_pattern(rest)
    {
        return Ok((Some(name.to_owned()), pattern));
    }
    Ok((None, parse_pattern(text)?))
}

fn parameterized(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('(')?;
    let close = text.rfind(')')?;
    Some((
        text.get(..open)?.trim(),
        text.get(open + 1..close)?,
        text.get(close + 1..)?.trim(),
    ))
}

fn number(text: &str) -> NumberPattern {
    match text.parse() {
        Ok(number) => NumberPattern::Given(number),
        Err(_) => NumberPattern::Variable(text.to_owned()),
    }
}

/// One capital letter, or one with a digit.
fn is_type_variable(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_ascii_uppercase())
        && text.len() <= 2
        && characters.all(|c| c.is_ascii_digit())
}
