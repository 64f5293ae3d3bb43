//! Predicates as Glue's expressions, as far as Glue can be trusted with them: an expression may let through more than its
//! predicate, never less.
//!
//! Glue reads expressions with JSQLParser and compares values by the declared type of their key. What is left out, and why:
//! - `IS NULL` finds nothing in Glue, which keeps the NULL of text keys as [`HIVE_DEFAULT_PARTITION`];
//! - conditions that exclude values (`<>`, `NOT IN`, `NOT LIKE`) narrow little and keep Glue from using partition indexes;
//! - text with quotes, backslashes or control characters, whose escapes Glue does not document;
//! - bounds that are not ASCII, since Java orders UTF-16 units where this engine orders characters;
//! - negative numbers, which are signed expressions to the parser and not literals;
//! - timestamps and decimals, which are compared in forms that their stored text need not have;
//! - keys of other types, which Glue refuses, and keys whose names the parser reserves.

use chrono::{DateTime, Datelike, Days};
use prismlake_catalog::partition_expression::is_reserved;
use prismlake_catalog::partition_predicate::Comparison;
use prismlake_catalog::{Column, HIVE_DEFAULT_PARTITION, PartitionLiteral, PartitionPredicate};

/// Characters of an expression; Glue's bound.
const EXPRESSION_CHARACTERS_MAX: usize = 2048;
/// Values of a list that are named each; a longer list is read as the range between its least and its greatest value.
const LISTED_VALUES_MAX: usize = 100;

/// Words besides the reserved ones that some versions of JSQLParser do not take for the name of a column, in order.
const DOUBTFUL_NAMES: &[&str] = &[
    "connect",
    "cross",
    "current",
    "except",
    "fetch",
    "for",
    "if",
    "interval",
    "minus",
    "optimize",
    "procedure",
    "qualify",
    "start",
    "unique",
    "unpivot",
    "value",
];

/// The expression for Glue; `None` if it would narrow nothing.
pub(super) fn expression(keys: &[Column], predicate: &PartitionPredicate) -> Option<String> {
    let keys: Vec<Option<ExpressionKey>> = keys.iter().map(ExpressionKey::of).collect();
    translate(&keys, predicate, EXPRESSION_CHARACTERS_MAX)
}

/// A key that expressions may name.
struct ExpressionKey {
    name: String,
    kind: KeyKind,
}

enum KeyKind {
    Text,
    Date,
    /// Of whole numbers up to this one.
    Integer(i64),
}

impl ExpressionKey {
    fn of(key: &Column) -> Option<ExpressionKey> {
        let name = key.name.as_str();
        let is_plain = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_plain || is_reserved(name) || DOUBTFUL_NAMES.binary_search(&name).is_ok() {
            return None;
        }
        let kind = match key.type_text().trim().to_ascii_lowercase().as_str() {
            "string" => KeyKind::Text,
            "date" => KeyKind::Date,
            "tinyint" => KeyKind::Integer(i8::MAX.into()),
            "smallint" => KeyKind::Integer(i16::MAX.into()),
            "int" => KeyKind::Integer(i32::MAX.into()),
            "bigint" | "long" => KeyKind::Integer(i64::MAX),
            _ => return None,
        };
        Some(ExpressionKey {
            name: name.to_owned(),
            kind,
        })
    }

    /// The literal to compare with for equality.
    fn literal(&self, value: &PartitionLiteral) -> Option<String> {
        match (&self.kind, value) {
            (KeyKind::Text, PartitionLiteral::Text(text)) => quoted(text),
            (KeyKind::Date, PartitionLiteral::Date(days)) => date(*days),
            (KeyKind::Integer(greatest), PartitionLiteral::Integer(number)) => {
                (0..=*greatest).contains(number).then(|| number.to_string())
            }
            _ => None,
        }
    }

    /// The literal to compare with by order.
    fn bound(&self, value: &PartitionLiteral) -> Option<String> {
        match value {
            PartitionLiteral::Text(text) if !text.is_ascii() => None,
            _ => self.literal(value),
        }
    }

    /// The values that begin so, as a range.
    fn beginning(&self, prefix: &str) -> Option<String> {
        if !matches!(self.kind, KeyKind::Text) || !prefix.is_ascii() {
            return None;
        }
        let name = &self.name;
        let lower = format!("{name} >= {}", quoted(prefix)?);
        Some(match after_prefix(prefix) {
            Some(upper) => format!("({lower} AND {name} < '{upper}')"),
            None => lower,
        })
    }
}

fn translate(
    keys: &[Option<ExpressionKey>],
    predicate: &PartitionPredicate,
    characters_max: usize,
) -> Option<String> {
    use PartitionPredicate as P;
    let key = |ordinal: &usize| keys.get(*ordinal)?.as_ref();
    let text = match predicate {
        P::And(parts) => conjunction(keys, parts, characters_max)?,
        P::Or(parts) => disjunction(keys, parts, characters_max)?,
        P::Compare(ordinal, comparison, value) => {
            let key = key(ordinal)?;
            let (operator, literal) = match comparison {
                Comparison::Equal => ("=", key.literal(value)?),
                Comparison::Less => ("<", key.bound(value)?),
                Comparison::LessOrEqual => ("<=", key.bound(value)?),
                Comparison::Greater => (">", key.bound(value)?),
                Comparison::GreaterOrEqual => (">=", key.bound(value)?),
                Comparison::NotEqual => return None,
            };
            format!("{} {operator} {literal}", key.name)
        }
        P::In(ordinal, values) => any_of(key(ordinal)?, values, characters_max)?,
        P::Prefix(ordinal, prefix) => key(ordinal)?.beginning(prefix)?,
        P::Like(ordinal, pattern) => {
            let key = key(ordinal)?;
            match (&key.kind, pattern.only_match()) {
                (KeyKind::Text, Some(text)) => format!("{} = {}", key.name, quoted(&text)?),
                _ => key.beginning(&pattern.prefix())?,
            }
        }
        P::IsNull(ordinal) => {
            let key = key(ordinal)?;
            match key.kind {
                KeyKind::Text => format!("{} = '{HIVE_DEFAULT_PARTITION}'", key.name),
                KeyKind::Date | KeyKind::Integer(_) => return None,
            }
        }
        P::All | P::Nothing | P::NotIn(..) | P::NotLike(..) | P::IsNotNull(_) => return None,
    };
    (text.chars().count() <= characters_max).then_some(text)
}

/// Those conditions that can be said and find room; each of them narrows.
fn conjunction(
    keys: &[Option<ExpressionKey>],
    parts: &[PartitionPredicate],
    characters_max: usize,
) -> Option<String> {
    const AND: &str = " AND ";
    const BRACKETS: usize = "()".len();
    let mut said: Vec<String> = Vec::new();
    let mut room = characters_max.checked_sub(BRACKETS)?;
    for part in parts {
        let Some(available) = room.checked_sub(AND.len()) else {
            break;
        };
        if let Some(text) = translate(keys, part, available) {
            room = available.saturating_sub(text.chars().count());
            said.push(text);
        }
    }
    joined(said, AND)
}

/// All conditions, or nothing: to leave one out would leave out what it lets through.
fn disjunction(
    keys: &[Option<ExpressionKey>],
    parts: &[PartitionPredicate],
    characters_max: usize,
) -> Option<String> {
    // `Nothing` is no condition to leave out: it lets nothing through.
    let parts = parts
        .iter()
        .filter(|part| **part != PartitionPredicate::Nothing);
    let said: Option<Vec<String>> = parts
        .map(|part| translate(keys, part, characters_max))
        .collect();
    joined(said?, " OR ")
}

fn joined(mut parts: Vec<String>, by: &str) -> Option<String> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(format!("({})", parts.join(by))),
    }
}

fn any_of(
    key: &ExpressionKey,
    values: &[PartitionLiteral],
    characters_max: usize,
) -> Option<String> {
    let name = &key.name;
    if values.len() <= LISTED_VALUES_MAX {
        let literals: Option<Vec<String>> = values.iter().map(|value| key.literal(value)).collect();
        let list = format!("{name} IN ({})", literals?.join(", "));
        if !values.is_empty() && list.chars().count() <= characters_max {
            return Some(list);
        }
    }
    let least = key.bound(values.iter().min()?)?;
    let greatest = key.bound(values.iter().max()?)?;
    Some(format!("({name} >= {least} AND {name} <= {greatest})"))
}

fn quoted(text: &str) -> Option<String> {
    let is_plain =
        !text.is_empty() && !text.contains(|c: char| c == '\'' || c == '\\' || c.is_control());
    is_plain.then(|| format!("'{text}'"))
}

/// A text after all that begin so, if there is one without a quote or a backslash.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    let last = text.pop()?;
    let next = (last..='~').skip(1).find(|c| !matches!(c, '\'' | '\\'))?;
    text.push(next);
    Some(text)
}

/// Days since 1970-01-01 as `yyyy-mm-dd`; `None` for years that have not four digits.
fn date(days: i32) -> Option<String> {
    let epoch = DateTime::UNIX_EPOCH.date_naive();
    let distance = Days::new(days.unsigned_abs().into());
    let date = match days {
        0.. => epoch.checked_add_days(distance),
        _ => epoch.checked_sub_days(distance),
    }?;
    (1000..=9999)
        .contains(&date.year())
        .then(|| date.format("'%Y-%m-%d'").to_string())
}

#[cfg(test)]
mod tests {
    #[test]
    fn reserved_names_are_in_order_for_their_search() {
        assert!(super::DOUBTFUL_NAMES.is_sorted());
    }
}
