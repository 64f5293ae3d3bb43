//! `PathExtractor`: where in a row's struct a column's value lies (`ion.<column>.path_extractor`).

use ion_rs::{Element, Sequence, Value};

/// The steps from the outer struct to a value, such as those of `(identification name)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathExtractor {
    steps: Vec<Step>,
    case_sensitive: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Index(usize),
    /// The first that there is.
    Any,
}

impl PathExtractor {
    /// The field of a name.
    pub fn field(name: &str, case_sensitive: bool) -> Self {
        PathExtractor {
            steps: vec![Step::Field(name.to_owned())],
            case_sensitive,
        }
    }

    /// Parses `(step step …)`; `None` where it is not that.
    pub fn parse(text: &str, case_sensitive: bool) -> Option<Self> {
        // A path is written in Ion itself.
        let path = Element::read_one(text).ok()?;
        let (Value::SExp(steps) | Value::List(steps)) = path.value() else {
            return None;
        };
        let steps = steps
            .iter()
            .map(|step| match step.value() {
                Value::Symbol(symbol) if symbol.text() == Some("*") => Some(Step::Any),
                Value::Symbol(symbol) => Some(Step::Field(symbol.text()?.to_owned())),
                Value::String(text) => Some(Step::Field(text.text().to_owned())),
                Value::Int(index) => Some(Step::Index(usize::try_from(index.as_i64()?).ok()?)),
                _ => None,
            })
            .collect::<Option<_>>()?;
        Some(PathExtractor {
            steps,
            case_sensitive,
        })
    }

    /// The value in a row, if it is there.
    pub fn find<'a>(&self, row: &'a Element) -> Option<&'a Element> {
        self.steps
            .iter()
            .try_fold(row, |element, step| match (element.value(), step) {
                (Value::Struct(fields), Step::Field(name)) => fields
                    .fields()
                    .find(|(field, _)| {
                        field
                            .text()
                            .is_some_and(|field| same_name(field, name, self.case_sensitive))
                    })
                    .map(|(_, value)| value),
                (Value::Struct(fields), Step::Any) => {
                    fields.fields().next().map(|(_, value)| value)
                }
                (Value::List(items) | Value::SExp(items), Step::Index(index)) => {
                    item(items, *index)
                }
                (Value::List(items) | Value::SExp(items), Step::Any) => item(items, 0),
                _ => None,
            })
    }
}

fn item(items: &Sequence, index: usize) -> Option<&Element> {
    items.iter().nth(index)
}

/// Whether two fields' names are the same.
pub(super) fn same_name(left: &str, right: &str, case_sensitive: bool) -> bool {
    left == right || (!case_sensitive && left.to_lowercase() == right.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_value() {
        let row = Element::read_one(r#"{id: {Name: "x", tags: [a, b]}, n: 1}"#).unwrap();
        let found = |path: &str, case_sensitive| {
            let path = PathExtractor::parse(path, case_sensitive).unwrap();
            path.find(&row).map(ToString::to_string)
        };
        assert_eq!(found("(id name)", false).as_deref(), Some("\"x\""));
        assert_eq!(found("(id name)", true), None);
        assert_eq!(found("(id tags 1)", false).as_deref(), Some("b"));
        assert_eq!(found("(id 'tags' *)", false).as_deref(), Some("a"));
        assert_eq!(found("(n x)", false), None);
        assert_eq!(PathExtractor::parse("id name", false), None);
    }
}
