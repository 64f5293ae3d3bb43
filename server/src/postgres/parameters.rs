//! Parameters: `$1` in a statement's text is replaced by the literal of its bound value.

use pgwire::api::Type;

use prismlake_engine::{ErrorCode, QueryError};

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

/// The literal of a bound value.
pub(super) fn literal(
    value: Option<&[u8]>,
    kind: &Type,
    binary: bool,
) -> Result<String, QueryError> {
    let Some(bytes) = value else {
        return Ok("NULL".to_owned());
    };
    let text = if binary {
        binary_text(bytes, kind)?
    } else {
        std::str::from_utf8(bytes)
            .map_err(|_| invalid(kind))?
            .to_owned()
    };
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
        Type::FLOAT4 | Type::FLOAT8 => format!("CAST({} AS double)", quoted(&text)),
        Type::BOOL => match text.to_ascii_lowercase().as_str() {
            "t" | "true" | "1" => "TRUE".to_owned(),
            "f" | "false" | "0" => "FALSE".to_owned(),
            _ => return Err(invalid(kind)),
        },
        Type::DATE => format!("DATE {}", quoted(&text)),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => format!("TIMESTAMP {}", quoted(&text)),
        _ => match zoned_time(&text) {
            Some(literal) => literal,
            None => quoted(&text),
        },
    })
}

/// JDBC sends dates and timestamps without a type, as text with the zone behind: `2026-01-01 +00`. No other text is of that
/// form, and compared as text it would match nothing.
fn zoned_time(text: &str) -> Option<String> {
    let (time, zone) = text.rsplit_once(['+', '-'])?;
    let is_zone = (2..=8).contains(&zone.len())
        && zone
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':');
    let shape: String = time
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let time = time.trim_end();
    if !is_zone {
        None
    } else if shape == "0000-00-00 " {
        Some(format!("DATE {}", quoted(time)))
    } else if shape.starts_with("0000-00-00 00:00:00") {
        Some(format!("TIMESTAMP {}", quoted(time)))
    } else {
        None
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn invalid(kind: &Type) -> QueryError {
    QueryError::new(
        ErrorCode::InvalidArguments,
        format!("a parameter's value is no {}", kind.name()),
    )
}

/// The text of a value in PostgreSQL's binary form.
fn binary_text(bytes: &[u8], kind: &Type) -> Result<String, QueryError> {
    let wrong = || invalid(kind);
    Ok(match *kind {
        Type::INT2 => i16::from_be_bytes(bytes.try_into().map_err(|_| wrong())?).to_string(),
        Type::INT4 | Type::OID => {
            i32::from_be_bytes(bytes.try_into().map_err(|_| wrong())?).to_string()
        }
        Type::INT8 => i64::from_be_bytes(bytes.try_into().map_err(|_| wrong())?).to_string(),
        Type::FLOAT4 => f32::from_be_bytes(bytes.try_into().map_err(|_| wrong())?).to_string(),
        Type::FLOAT8 => f64::from_be_bytes(bytes.try_into().map_err(|_| wrong())?).to_string(),
        Type::BOOL => (bytes != [0]).to_string(),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::UNKNOWN => {
            std::str::from_utf8(bytes).map_err(|_| wrong())?.to_owned()
        }
        _ => {
            return Err(QueryError::not_supported(format!(
                "parameters of type {} are not read in binary form; send them as text",
                kind.name()
            )));
        }
    })
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
        assert_eq!(
            literal(Some(b"a'b"), &Type::VARCHAR, false).unwrap(),
            "'a''b'"
        );
        assert!(literal(Some(b"1; DROP"), &Type::INT4, false).is_err());
        assert_eq!(literal(None, &Type::INT4, false).unwrap(), "NULL");
    }

    #[test]
    fn untyped_times_of_jdbc_are_times() {
        let text = |value: &str| literal(Some(value.as_bytes()), &Type::VARCHAR, false).unwrap();
        assert_eq!(text("2026-01-01 +00"), "DATE '2026-01-01'");
        assert_eq!(
            text("2026-01-01 02:03:04.5+00"),
            "TIMESTAMP '2026-01-01 02:03:04.5'"
        );
        assert_eq!(text("2026-01-01"), "'2026-01-01'");
        assert_eq!(text("a-b+1"), "'a-b+1'");
    }
}
