//! The placeholders of a grok pattern, followed into the patterns that they name.

use std::collections::HashMap;

use ::grok::parser::{GrokComponent, grok_split};

/// How deep patterns may name each other.
const DEPTH_MAX: usize = 64;

/// The most components of a pattern with all that it names. Patterns that name each other twice grow beyond all
/// bounds with a few lines of text.
const COMPONENTS_MAX: usize = 20_000;

/// The most bytes of the regular expression that a pattern stands for.
const EXPANDED_BYTES_MAX: usize = 1_000_000;

/// What a placeholder captures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Capture<'a> {
    pub name: &'a str,
    /// The data type after the name, or nothing.
    pub data_type: &'a str,
}

/// The captures of `pattern` from left to right, those of its placeholders before those within them; a name counts
/// once. Fails with the reason where the pattern cannot be expanded.
pub(super) fn captures<'a>(
    pattern: &'a str,
    definitions: &HashMap<&'a str, &'a str>,
) -> Result<Vec<Capture<'a>>, String> {
    let mut captures: Vec<Capture<'a>> = Vec::new();
    let mut components: usize = 0;
    let mut bytes: usize = 0;
    let mut open = vec![grok_split(pattern)];
    while let Some(pattern) = open.last_mut() {
        let Some(component) = pattern.next() else {
            open.pop();
            continue;
        };
        components = components.saturating_add(1);
        match component {
            GrokComponent::RegularExpression { string, .. } => {
                bytes = bytes.saturating_add(string.len());
            }
            GrokComponent::PatternError(error) => {
                return Err(format!("a placeholder is malformed ({error:?})"));
            }
            GrokComponent::GrokPattern {
                name,
                alias,
                extract,
                definition,
                ..
            } => {
                if !alias.is_empty() && !captures.iter().any(|known| known.name == alias) {
                    captures.push(Capture {
                        name: alias,
                        data_type: extract,
                    });
                }
                let expanded = match definitions.get(name) {
                    _ if !definition.is_empty() => definition,
                    Some(expanded) => expanded,
                    None => return Err(format!("there is no pattern '{name}'")),
                };
                open.push(grok_split(expanded));
            }
        }
        if open.len() > DEPTH_MAX {
            return Err("its patterns name each other, or nest too deeply".to_owned());
        }
        if components > COMPONENTS_MAX || bytes > EXPANDED_BYTES_MAX {
            return Err("it is too large with the patterns that it names".to_owned());
        }
    }
    Ok(captures)
}
