//! `JsonPath`: where in a JSON document the records are.

use std::fmt;

use crate::crawler::classify::error::ClassifierError;

/// The most steps of a path: each is a level of recursion.
const STEPS_MAX: usize = 64;

/// The path of a custom JSON classifier: `$`, and steps of the forms `.name`, `.*`, `['name']`, `[*]` and `[0]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath {
    text: String,
    steps: Vec<Step>,
}

/// From values to values within them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    AnyMember,
    Element(usize),
    /// Every element; of an object every member, as in JSONPath.
    Any,
}

impl JsonPath {
    /// The path `$`: the values at the top.
    pub fn root() -> JsonPath {
        JsonPath {
            text: "$".to_owned(),
            steps: Vec::new(),
        }
    }

    /// The path that `text` is.
    pub fn parse(text: &str) -> Result<JsonPath, ClassifierError> {
        let invalid = |reason| ClassifierError::InvalidJsonPath {
            path: text.to_owned(),
            reason,
        };
        let trimmed = text.trim();
        let mut rest = trimmed
            .strip_prefix('$')
            .ok_or_else(|| invalid("it does not begin with '$'"))?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if steps.len() == STEPS_MAX {
                return Err(invalid("it has more than 64 steps"));
            }
            let (step, after) = next_step(rest).map_err(invalid)?;
            steps.push(step);
            rest = after;
        }
        Ok(JsonPath {
            text: trimmed.to_owned(),
            steps,
        })
    }

    /// The path as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The first step of a path, and the steps after it.
fn next_step(text: &str) -> Result<(Step, &str), &'static str> {
    if let Some(name) = text.strip_prefix('.') {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        return match name.split_at_checked(end) {
            Some(("*", rest)) => Ok((Step::AnyMember, rest)),
            Some((name, rest)) if !name.is_empty() => Ok((Step::Member(name.to_owned()), rest)),
            _ => Err("a name is missing after '.'"),
        };
    }
    let inner = text
        .strip_prefix('[')
        .ok_or("a step begins with neither '.' nor '['")?;
    for quote in ['\'', '"'] {
        if let Some(name) = inner.strip_prefix(quote) {
            let (name, rest) = name.split_once(quote).ok_or("a quote is not closed")?;
            let rest = rest.strip_prefix(']').ok_or("']' is missing")?;
            return Ok((Step::Member(name.to_owned()), rest));
        }
    }
    let (index, rest) = inner.split_once(']').ok_or("']' is missing")?;
    if index.trim() == "*" {
        return Ok((Step::Any, rest));
    }
    let index = index.trim().parse().map_err(
        |_| "between '[' and ']' stands neither a number, nor '*', nor a name in quotes",
    )?;
    Ok((Step::Element(index), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart_into_steps() {
        let path = JsonPath::parse("$.a['b.c'][*].*[2][\"d\"]").unwrap();
        let member = |name: &str| Step::Member(name.to_owned());
        assert_eq!(
            path.steps(),
            [
                member("a"),
                member("b.c"),
                Step::Any,
                Step::AnyMember,
                Step::Element(2),
                member("d")
            ]
        );
        assert_eq!(JsonPath::parse(" $ ").unwrap(), JsonPath::root());
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [
            "", "a", "$a", "$.", "$..a", "$[", "$[x]", "$['a]", "$['a'", "$[-1]", "$.a]",
        ] {
            let parsed = JsonPath::parse(text);
            if text == "$.a]" {
                assert!(parsed.is_ok(), "a name may have a bracket that closes");
            } else {
                assert!(parsed.is_err(), "{text}");
            }
        }
        assert!(JsonPath::parse(&format!("${}", "[*]".repeat(65))).is_err());
    }
}
