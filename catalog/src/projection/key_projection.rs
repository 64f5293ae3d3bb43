//! `KeyProjection`: the rule of one partition key, whichever of the four types it is.

use std::sync::Arc;

use crate::{Column, KeyType};
use chrono::{DateTime, Utc};

use super::candidates::Candidates;
use super::date_projection::DateProjection;
use super::date_sequence::StoredDate;
use super::error::ProjectionError;
use super::integer_sequence::IntegerSequence;
use super::listed_values::ListedValues;
use super::properties::{Properties, Property};
use super::value_domain::ValueDomain;

/// The rule of one partition key.
#[derive(Debug, Clone)]
pub(super) struct KeyProjection {
    pub(super) name: String,
    pub(super) key_type: KeyType,
    rule: Rule,
}

#[derive(Debug, Clone)]
enum Rule {
    Enum(Arc<ListedValues>),
    Integer(Arc<IntegerSequence>),
    Date(DateProjection),
    Injected,
}

impl KeyProjection {
    /// The rule of a key. `None` if none is configured.
    pub(super) fn of(
        column: &Column,
        properties: &Properties<'_>,
    ) -> Result<Option<Self>, ProjectionError> {
        let own = properties.of_column(&column.name);
        let Some(property) = own.get("type") else {
            return Ok(None);
        };
        let key_type = KeyType::of(column.type_text());
        let mismatch =
            |property: Property, accepted: &'static str| ProjectionError::UnsupportedColumnType {
                property,
                column: column.name.clone(),
                column_type: column.type_text().to_owned(),
                accepted,
            };
        let rule = match property.value.trim().to_ascii_lowercase().as_str() {
            "enum" if is_string(column) => Rule::Enum(Arc::new(ListedValues::configured(&own)?)),
            "enum" => return Err(mismatch(property, "string, varchar or char")),
            "integer" if is_string(column) || key_type == KeyType::Integer => {
                Rule::Integer(Arc::new(IntegerSequence::configured(&own, key_type)?))
            }
            "integer" => {
                return Err(mismatch(
                    property,
                    "tinyint, smallint, int, bigint, string, varchar or char",
                ));
            }
            "date" => match stored_date(column) {
                Some(stored) => Rule::Date(DateProjection::configured(&own, stored)?),
                None => {
                    return Err(mismatch(
                        property,
                        "string, varchar, char, date or timestamp",
                    ));
                }
            },
            "injected" if is_string(column) => Rule::Injected,
            "injected" => return Err(mismatch(property, "string, varchar or char")),
            _ => return Err(ProjectionError::UnknownType(property)),
        };
        Ok(Some(KeyProjection {
            name: column.name.clone(),
            key_type,
            rule,
        }))
    }

    /// The values of the key at a time. `None` if only the query can tell them.
    pub(super) fn candidates(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<dyn Candidates>>, ProjectionError> {
        let candidates: Arc<dyn Candidates> = match &self.rule {
            Rule::Enum(listed) => Arc::<ListedValues>::clone(listed),
            Rule::Integer(sequence) => Arc::<IntegerSequence>::clone(sequence),
            Rule::Date(projection) => Arc::new(projection.at(now)?),
            Rule::Injected => return Ok(None),
        };
        Ok(Some(candidates))
    }

    /// The values that the query tells.
    pub(super) fn injected(
        &self,
        domain: &ValueDomain,
    ) -> Result<Arc<dyn Candidates>, ProjectionError> {
        match domain.points() {
            Some(literals) => Ok(Arc::new(ListedValues::injected(literals))),
            None => Err(ProjectionError::InjectedWithoutFilter {
                column: self.name.clone(),
            }),
        }
    }
}

/// The name of a Hive type without its parameters.
fn base_type(column: &Column) -> String {
    let name = column.type_text().split('(').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

fn is_string(column: &Column) -> bool {
    matches!(base_type(column).as_str(), "string" | "varchar" | "char")
}

fn stored_date(column: &Column) -> Option<StoredDate> {
    match base_type(column).as_str() {
        "date" => Some(StoredDate::Date),
        "timestamp" => Some(StoredDate::Timestamp),
        _ => is_string(column).then_some(StoredDate::Formatted),
    }
}
