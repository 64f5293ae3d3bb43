//! Reads a table's projection properties, case of their names aside.

use std::collections::BTreeMap;
use std::fmt;

use crate::Table;

use super::error::ProjectionError;

/// A table property, as messages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its value as it is set.
    pub value: String,
}

impl fmt::Display for Property {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "'{}' = '{}'", self.name, self.value)
    }
}

/// The properties of a table by their names in lower case: column names have no case, so neither has what holds them.
#[derive(Debug)]
pub(super) struct Properties<'a> {
    by_name: BTreeMap<String, &'a str>,
}

impl<'a> Properties<'a> {
    pub(super) fn of(table: &'a Table) -> Self {
        // Capitals sort first, so that of names that differ in case only, the one in lower case stays.
        let by_name = table
            .parameters
            .iter()
            .map(|(name, value)| (name.to_lowercase(), value.as_str()))
            .collect();
        Properties { by_name }
    }

    pub(super) fn get(&self, name: &str) -> Option<Property> {
        self.by_name.get(name).map(|value| Property {
            name: name.to_owned(),
            value: (*value).to_owned(),
        })
    }

    /// Whether the table asks for projection.
    pub(super) fn are_enabled(&self) -> bool {
        self.by_name
            .get("projection.enabled")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    /// Those of one partition key.
    pub(super) fn of_column(&'a self, column: &str) -> ColumnProperties<'a> {
        ColumnProperties {
            properties: self,
            prefix: format!("projection.{}.", column.to_lowercase()),
        }
    }
}

/// The properties of one partition key.
#[derive(Debug)]
pub(super) struct ColumnProperties<'a> {
    properties: &'a Properties<'a>,
    prefix: String,
}

impl ColumnProperties<'_> {
    pub(super) fn get(&self, name: &str) -> Option<Property> {
        self.properties.get(&self.name_of(name))
    }

    pub(super) fn required(
        &self,
        name: &str,
        advice: &'static str,
    ) -> Result<Property, ProjectionError> {
        self.get(name)
            .filter(|property| !property.value.is_empty())
            .ok_or_else(|| self.missing(name, advice))
    }

    pub(super) fn missing(&self, name: &str, advice: &'static str) -> ProjectionError {
        ProjectionError::MissingProperty {
            name: self.name_of(name),
            advice,
        }
    }

    /// The interval, if it is set.
    pub(super) fn interval(&self) -> Result<Option<u64>, ProjectionError> {
        let Some(property) = self.get("interval") else {
            return Ok(None);
        };
        match property.value.trim().parse::<u64>() {
            Ok(interval) if interval > 0 => Ok(Some(interval)),
            _ => Err(ProjectionError::InvalidInterval(property)),
        }
    }

    fn name_of(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}
