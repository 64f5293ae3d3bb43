//! Parameters: `$1` in a statement's text is replaced by the literal of its bound value.

use pgwire::api::Type;
use prismlake_engine::{ErrorCode, QueryError, Type as ColumnType};

use super::binary_parameters::binary_text;
use super::columns::postgres_type;

/// What a parameter is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ParameterType {
    /// What the client says.
    Given(Type),
    /// What its place in the statement tells.
    Inferred(ColumnType),
    /// Neither tells: text.
    Open,
}

impl ParameterType {
    /// The types of parameters from what the client says of each, and from what their places tell.
    pub(super) fn of(
        given: Vec<Option<Type>>,
        inferred: &[Option<ColumnType>],
    ) -> Vec<ParameterType> {
        given
            .into_iter()
            .enumerate()
            .map(|(place, given)| match (given, inferred.get(place)) {
                (Some(given), _) => ParameterType::Given(given),
                (None, Some(Some(told))) => ParameterType::Inferred(told.clone()),
                (None, _) => ParameterType::Open,
            })
            .collect()
    }

    /// The type in which its values are sent.
    pub(super) fn on_the_wire(&self) -> Type {
        match self {
            ParameterType::Given(given) => given.clone(),
            ParameterType::Inferred(told) => postgres_type(told),
            ParameterType::Open => Type::VARCHAR,
        }
    }
}

/// How many parameters a statement has: the highest number after a `$`.
pub(super) fn parameter_count(text: &str) -> usize {
    let mut highest = 0;
    replace(text, |number| {
        highest = highest.max(number);
        None
    });
    highest
}

/// The text with each parameter replaced by a literal, in the order bound.
pub(super) fn bind(text: &str, literals: &[String]) -> Result<String, QueryError> {
    let mut missing = None;
    let bound = replace(text, |number| {
        let literal = number.checked_sub(1).and_then(|place| literals.get(place));
        if literal.is_none() {
            missing = Some(number);
        }
        literal.cloned()
    });
    match missing {
        None => Ok(bound),
        Some(number) => Err(QueryError::new(
            ErrorCode::InvalidArguments,
            format!("parameter ${number} has no value"),
        )),
    }
}

/// Replaces parameters outside of strings, quoted names and comments; one for which there is nothing is kept.
fn replace(text: &str, mut replacement: impl FnMut(usize) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' | '`' => rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == first)
                .map_or(rest.len(), |(end, _)| end + first.len_utf8()),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '$' => {
                let digits = rest
                    .chars()
                    .skip(1)
                    .take_while(char::is_ascii_digit)
                    .count();
                let number = rest.get(1..=digits).and_then(|digits| digits.parse().ok());
                if let Some(literal) = number.and_then(&mut replacement) {
                    replaced.push_str(&literal);
                    rest = rest.get(1 + digits..).unwrap_or("");
                    continue;
                }
                1 + digits
            }
            other => other.len_utf8(),
        };
        let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        replaced.push_str(taken);
        rest = after;
    }
    replaced
}

/// The text to be described before values are bound: parameters whose types are given are NULLs of these, the others `?`. With it
/// comes the place of the parameter that each `?` stands for.
pub(super) fn sampled(text: &str, given: &[Option<Type>]) -> (String, Vec<usize>) {
    let mut places = Vec::new();
    let sampled = replace(text, |number| {
        let place = number.checked_sub(1)?;
        Some(match given.get(place)? {
            Some(given) => sample(given),
            None => {
                places.push(place);
                "?".to_owned()
            }
        })
    });
    (sampled, places)
}

fn sample(kind: &Type) -> String {
    match *kind {
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID | Type::NUMERIC => "(1)",
        Type::FLOAT4 | Type::FLOAT8 => "CAST(NULL AS double)",
        Type::BOOL => "CAST(NULL AS boolean)",
        Type::DATE => "CAST(NULL AS date)",
        Type::TIME => "CAST(NULL AS time)",
        Type::TIMESTAMP => "CAST(NULL AS timestamp)",
        Type::TIMESTAMPTZ => "CAST(NULL AS timestamp with time zone)",
        Type::BYTEA => "CAST(NULL AS varbinary)",
        Type::UUID => "CAST(NULL AS uuid)",
        Type::JSON | Type::JSONB => "CAST(NULL AS json)",
        // Of no known type: NULL goes with every other.
        _ => "NULL",
    }
    .to_owned()
}

/// The literal of a bound value.
pub(super) fn literal(
    value: Option<&[u8]>,
    kind: &ParameterType,
    binary: bool,
) -> Result<String, QueryError> {
    let wire_type = kind.on_the_wire();
    let Some(bytes) = value else {
        return Ok(match kind {
            ParameterType::Inferred(told) => format!("CAST(NULL AS {told})"),
            _ => "NULL".to_owned(),
        });
    };
    let text = if binary {
        binary_text(bytes, &wire_type)?
    } else {
        std::str::from_utf8(bytes)
            .map_err(|_| invalid(&wire_type))?
            .to_owned()
    };
    match kind {
        ParameterType::Given(given) => given_literal(&text, given),
        ParameterType::Inferred(told) => inferred_literal(&text, told),
        ParameterType::Open => Ok(zoned_time(&text).unwrap_or_else(|| quoted(&text))),
    }
}

/// The literal of a value whose type the client gave.
fn given_literal(text: &str, kind: &Type) -> Result<String, QueryError> {
    Ok(match *kind {
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID | Type::NUMERIC => {
            let is_number = !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            if !is_number {
                return Err(invalid(kind));
            }
            format!("({text})")
        }
        Type::FLOAT4 | Type::FLOAT8 => format!("CAST({} AS double)", quoted(text)),
        Type::BOOL => boolean(text).ok_or_else(|| invalid(kind))?,
        Type::DATE => format!("DATE {}", quoted(text)),
        Type::TIME => format!("TIME {}", quoted(text)),
        Type::TIMESTAMP => format!("TIMESTAMP {}", quoted(text)),
        Type::TIMESTAMPTZ => format!("TIMESTAMP {}", quoted(&with_whole_zone(text))),
        Type::BYTEA => hexadecimal(text).ok_or_else(|| invalid(kind))?,
        Type::UUID => format!("UUID {}", quoted(text)),
        Type::JSON | Type::JSONB => format!("JSON {}", quoted(text)),
        _ => zoned_time(text).unwrap_or_else(|| quoted(text)),
    })
}

/// The literal of a value whose type its place tells.
fn inferred_literal(text: &str, told: &ColumnType) -> Result<String, QueryError> {
    let wrong = || invalid(&postgres_type(told));
    Ok(match told {
        ColumnType::Varchar(_) | ColumnType::Char(_) => quoted(text),
        ColumnType::Boolean => boolean(text).ok_or_else(wrong)?,
        ColumnType::Varbinary => hexadecimal(text).ok_or_else(wrong)?,
        ColumnType::Json => format!("JSON {}", quoted(text)),
        ColumnType::Date | ColumnType::Timestamp(_) => {
            zoned_time(text).unwrap_or_else(|| format!("CAST({} AS {told})", quoted(text)))
        }
        ColumnType::TimestampWithTimeZone(_) => {
            format!("CAST({} AS {told})", quoted(&with_whole_zone(text)))
        }
        told => format!("CAST({} AS {told})", quoted(text)),
    })
}

fn boolean(text: &str) -> Option<String> {
    match text.to_ascii_lowercase().as_str() {
        "t" | "true" | "1" | "y" | "yes" | "on" => Some("TRUE".to_owned()),
        "f" | "false" | "0" | "n" | "no" | "off" => Some("FALSE".to_owned()),
        _ => None,
    }
}

/// Bytes in PostgreSQL's text form, `\x0aff`.
fn hexadecimal(text: &str) -> Option<String> {
    let digits = text.strip_prefix("\\x")?;
    let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hexadecimal && digits.len().is_multiple_of(2)).then(|| format!("X'{digits}'"))
}

/// JDBC sends dates and timestamps without a type, as text with the zone behind: `2026-01-01 +00`. No other text is of that
/// form, and compared as text it would match nothing.
fn zoned_time(text: &str) -> Option<String> {
    let (time, _) = split_zone(text)?;
    let shape: String = time
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let time = time.trim_end();
    if shape == "0000-00-00 " {
        Some(format!("DATE {}", quoted(time)))
    } else if shape.starts_with("0000-00-00 00:00:00") {
        Some(format!("TIMESTAMP {}", quoted(time)))
    } else {
        None
    }
}

/// A time and the offset behind it.
fn split_zone(text: &str) -> Option<(&str, &str)> {
    let (time, zone) = text.split_at_checked(text.rfind(['+', '-'])?)?;
    let digits = zone.get(1..)?;
    let is_zone = (2..=8).contains(&digits.len())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':');
    is_zone.then_some((time, zone))
}

/// `2026-01-01 02:03:04+00` as Trino writes it, with minutes in the offset. A time without a zone is in UTC.
fn with_whole_zone(text: &str) -> String {
    match split_zone(text).filter(|(time, _)| time.contains(':')) {
        Some((time, zone)) if zone.len() == 3 => format!("{} {zone}:00", time.trim_end()),
        Some((time, zone)) => format!("{} {zone}", time.trim_end()),
        None if text.ends_with(|last: char| last.is_ascii_digit()) => format!("{text} UTC"),
        None => text.to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The error of a value that is none of its type.
pub(super) fn invalid(kind: &Type) -> QueryError {
    QueryError::new(
        ErrorCode::InvalidArguments,
        format!("a parameter's value is no {}", kind.name()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_within_quotes_and_comments_are_none() {
        let text = "SELECT '$1', \"$2\", $2, $1 -- $3\n/* $4 */";
        assert_eq!(parameter_count(text), 2);
        let bound = bind(text, &["1".to_owned(), "'x'".to_owned()]).unwrap();
        assert_eq!(bound, "SELECT '$1', \"$2\", 'x', 1 -- $3\n/* $4 */");
        assert!(bind("SELECT $2", &["1".to_owned()]).is_err());
    }

    #[test]
    fn values_cannot_break_out_of_their_literals() {
        let text = |value: &str, kind: ParameterType| literal(Some(value.as_bytes()), &kind, false);
        let given = ParameterType::Given;
        assert_eq!(text("a'b", given(Type::VARCHAR)).unwrap(), "'a''b'");
        assert!(text("1; DROP", given(Type::INT4)).is_err());
        assert!(text("\\x00'", given(Type::BYTEA)).is_err());
        assert_eq!(
            text("1'", ParameterType::Inferred(ColumnType::Bigint)).unwrap(),
            "CAST('1''' AS bigint)"
        );
        assert_eq!(literal(None, &given(Type::INT4), false).unwrap(), "NULL");
    }

    #[test]
    fn untyped_times_of_jdbc_are_times() {
        let text =
            |value: &str| literal(Some(value.as_bytes()), &ParameterType::Open, false).unwrap();
        assert_eq!(text("2026-01-01 +00"), "DATE '2026-01-01'");
        assert_eq!(
            text("2026-01-01 02:03:04.5+00"),
            "TIMESTAMP '2026-01-01 02:03:04.5'"
        );
        assert_eq!(text("2026-01-01"), "'2026-01-01'");
        assert_eq!(text("a-b+1"), "'a-b+1'");
    }

    #[test]
    fn offsets_have_minutes() {
        for (text, whole) in [
            ("2026-01-01 02:03:04.5+00", "2026-01-01 02:03:04.5 +00:00"),
            ("2026-01-01 02:03:04-05:30", "2026-01-01 02:03:04 -05:30"),
            ("2026-01-01 02:03:04", "2026-01-01 02:03:04 UTC"),
            ("2026-01-01", "2026-01-01 UTC"),
        ] {
            assert_eq!(with_whole_zone(text), whole);
        }
    }

    #[test]
    fn parameters_without_types_are_left_to_the_statement() {
        let given = [None, Some(Type::DATE)];
        assert_eq!(
            sampled("SELECT $2, $1, '$1', $1", &given),
            (
                "SELECT CAST(NULL AS date), ?, '$1', ?".to_owned(),
                vec![0, 0]
            )
        );
    }
}
