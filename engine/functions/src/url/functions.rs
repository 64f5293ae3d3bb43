//! The functions of URLs over columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use datafusion::error::Result;

use super::form;
use super::uri::{self, Uri};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::string::text::{TextArgument, TextWriter, type_length, varchar_of};
use crate::types::Type;

/// How many characters one character becomes at most when it is encoded.
const ENCODED_LENGTH: u64 = 12;

pub(super) fn definitions() -> Vec<Definition> {
    let part = |name, description, kernel| {
        Definition::new(name, description).strict("(varchar(x)) -> varchar(x)", kernel)
    };
    vec![
        part(
            "url_extract_protocol",
            "Extract protocol from url",
            |call| extract(call, |uri, text| text.push_str(uri.scheme.unwrap_or(""))),
        ),
        part("url_extract_host", "Extract host from url", |call| {
            extract(call, |uri, text| text.push_str(uri.host.unwrap_or("")))
        }),
        part("url_extract_path", "Extract part from url", |call| {
            extract(call, |uri, text| uri::decode(uri.path.unwrap_or(""), text))
        }),
        part("url_extract_query", "Extract query from url", |call| {
            extract(call, |uri, text| uri::decode(uri.query.unwrap_or(""), text))
        }),
        part(
            "url_extract_fragment",
            "Extract fragment from url",
            |call| {
                extract(call, |uri, text| {
                    uri::decode(uri.fragment.unwrap_or(""), text)
                })
            },
        ),
        Definition::new("url_extract_port", "Extract port from url")
            .strict("(varchar(x)) -> bigint", port),
        Definition::new("url_extract_parameter", "Extract query parameter from url")
            .strict("(varchar(x), varchar) -> varchar(x)", parameter),
        Definition::new(
            "url_encode",
            "Escape a string for use in URL query parameter names and values",
        )
        .strict_returning("(varchar(x)) -> varchar", encoded_length, encode),
        part("url_decode", "Unescape a URL-encoded string", decode),
    ]
}

/// A part of each URL. A part that is not there is empty; what is no URL gives NULL.
fn extract(call: &Call<'_>, part: fn(&Uri<'_>, &mut String)) -> Result<ArrayRef> {
    let urls = TextArgument::of(call, 0)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        match Uri::parse(urls.value(row)) {
            Some(uri) => {
                part(&uri, writer.text());
                writer.end()?;
            }
            None => writer.push_null(),
        }
    }
    Ok(Arc::new(writer.finish()?))
}

fn port(call: &Call<'_>) -> Result<ArrayRef> {
    let urls = TextArgument::of(call, 0)?;
    let ports: Int64Array = (0..call.rows)
        .map(|row| Uri::parse(urls.value(row))?.port)
        .collect();
    Ok(Arc::new(ports))
}

fn parameter(call: &Call<'_>) -> Result<ArrayRef> {
    let urls = TextArgument::of(call, 0)?;
    let names = TextArgument::of(call, 1)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        let value = if call.is_null(row) {
            None
        } else {
            parameter_value(urls.value(row), names.value(row))
        };
        match value {
            Some(value) => {
                form::decode(value, writer.text())?;
                writer.end()?;
            }
            None => writer.push_null(),
        }
    }
    Ok(Arc::new(writer.finish()?))
}

/// The value of the first parameter of that name, still encoded.
fn parameter_value<'u>(url: &'u str, name: &str) -> Option<&'u str> {
    Uri::parse(url)?
        .query?
        .split('&')
        .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

fn encoded_length(bound: &Bound) -> Result<Type, FunctionError> {
    let length = bound.arguments.first().map_or(u64::MAX, type_length);
    Ok(varchar_of(length.saturating_mul(ENCODED_LENGTH)))
}

fn encode(call: &Call<'_>) -> Result<ArrayRef> {
    let values = TextArgument::of(call, 0)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        form::encode(values.value(row), writer.text());
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn decode(call: &Call<'_>) -> Result<ArrayRef> {
    let values = TextArgument::of(call, 0)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            form::decode(values.value(row), writer.text())?;
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;
    use datafusion::scalar::ScalarValue;

    use crate::testing::{call, column, constant, shown, text};

    #[tokio::test]
    async fn parts_are_extracted() {
        let urls = || {
            column(
                "varchar",
                StringArray::from(vec![
                    Some("http://example.com:8080/path1/p.php?k1=v1&k2=%20#Ref%31"),
                    Some("https://username:password@Example.com"),
                    Some("mailto:test@example.com"),
                    Some("foo"),
                    Some("http://example.com/^"),
                    None,
                ]),
            )
        };
        for (name, expected) in [
            ("url_extract_protocol", "http|https|mailto||NULL|NULL"),
            ("url_extract_host", "example.com|Example.com|||NULL|NULL"),
            ("url_extract_port", "8080|NULL|NULL|NULL|NULL|NULL"),
            ("url_extract_path", "/path1/p.php|||foo|NULL|NULL"),
            ("url_extract_query", "k1=v1&k2= ||||NULL|NULL"),
            ("url_extract_fragment", "Ref1||||NULL|NULL"),
        ] {
            assert_eq!(shown(name, vec![urls()]).await, expected, "{name}");
        }
    }

    #[tokio::test]
    async fn the_first_parameter_of_a_name_is_extracted() {
        for (url, name, expected) in [
            ("http://example.com/p?k1=v1&k2=v2&k3&k4#Ref1", "k2", "v2"),
            ("http://example.com/p?k1=v1&k2=v2&k3&k4#Ref1", "k3", ""),
            ("http://example.com/p?k1=v1&k2=v2&k3&k4#Ref1", "k5", "NULL"),
            ("http://example.com/p?k1&k1=v1&k1&k1#Ref1", "k1", ""),
            ("http://example.com/p?k=a=b=c&x=y#Ref1", "k", "a=b=c"),
            (
                "http://example.com/p?k1=a%26k2%3Db+c&k2=c#Ref1",
                "k1",
                "a&k2=b c",
            ),
            ("http://example.com/p?k1=a%26k2%3Db&k2=c#Ref1", "k2", "c"),
            ("foo", "k1", "NULL"),
            ("http://example.com/^?k=v", "k", "NULL"),
        ] {
            assert_eq!(
                shown("url_extract_parameter", vec![text(url), text(name)]).await,
                expected,
                "{url} {name}"
            );
        }
    }

    #[tokio::test]
    async fn parameters_are_encoded_and_decoded() {
        for (value, encoded) in [
            ("http://test?a=b&c=d", "http%3A%2F%2Ftest%3Fa%3Db%26c%3Dd"),
            ("~@:.-*_+ ☃", "%7E%40%3A.-*_%2B+%E2%98%83"),
            ("𩸽", "%F0%A9%B8%BD"),
            ("test", "test"),
        ] {
            assert_eq!(shown("url_encode", vec![text(value)]).await, encoded);
            assert_eq!(shown("url_decode", vec![text(encoded)]).await, value);
        }
        let short = constant("varchar(4)", ScalarValue::from("a b"));
        let (_, returns) = call("url_encode", vec![short]).await.unwrap();
        assert_eq!(returns.to_string(), "varchar(48)");
        assert_eq!(
            shown("url_decode", vec![text("%C3%A9%ff%+1x")]).await,
            "é\u{FFFD}\u{1}x"
        );
        let illegal = "ERROR: URLDecoder: Illegal hex characters in escape (%) pattern - ";
        for (value, expected) in [
            (
                "a%4",
                "ERROR: URLDecoder: Incomplete trailing escape (%) pattern".to_owned(),
            ),
            ("%zz", format!("{illegal}Error at index 0 in: \"zz\"")),
            ("%20%1z", format!("{illegal}Error at index 1 in: \"1z\"")),
            ("%-1", format!("{illegal}negative value")),
        ] {
            assert_eq!(shown("url_decode", vec![text(value)]).await, expected);
        }
    }
}
