//! `LocationTemplate`: where the folder of a partition is.

use crate::partition_path::escape;
use crate::{HIVE_DEFAULT_PARTITION, Table};

use super::error::ProjectionError;
use super::properties::{Properties, Property};

const TEMPLATE: &str = "storage.location.template";

/// A piece of a location.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// The text of the key of that ordinal, as it is: a template's owner may want its slashes.
    Key(usize),
    /// The text of the key of that ordinal, escaped as in the folders that Hive writes.
    FolderName(usize),
}

/// The location of a table's partitions, with places for the keys' values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocationTemplate {
    pieces: Vec<Piece>,
}

impl LocationTemplate {
    pub(super) fn of(table: &Table, properties: &Properties<'_>) -> Result<Self, ProjectionError> {
        match properties.get(TEMPLATE) {
            Some(property) => LocationTemplate::parse(table, property),
            None => LocationTemplate::in_hive_style(table),
        }
    }

    /// `<location>/key=value/key=value/`.
    fn in_hive_style(table: &Table) -> Result<Self, ProjectionError> {
        let location = table.storage_descriptor.location.as_deref().map(str::trim);
        let Some(location) = location.filter(|location| !location.is_empty()) else {
            return Err(ProjectionError::MissingLocation {
                table: format!("{}.{}", table.database_name, table.name),
            });
        };
        let root = location.trim_end_matches('/');
        let mut pieces = vec![Piece::Literal(format!("{root}/"))];
        for (ordinal, key) in table.partition_keys.iter().enumerate() {
            pieces.push(Piece::Literal(format!("{}=", escape(&key.name))));
            pieces.push(Piece::FolderName(ordinal));
            pieces.push(Piece::Literal("/".to_owned()));
        }
        Ok(LocationTemplate { pieces })
    }

    fn parse(table: &Table, property: Property) -> Result<Self, ProjectionError> {
        let mut pieces = Vec::new();
        let mut rest = property.value.trim();
        while let Some((literal, after)) = rest.split_once("${") {
            pieces.push(Piece::Literal(literal.to_owned()));
            let placeholder = after.split_once('}');
            let ordinal = placeholder.and_then(|(name, _)| {
                let name = name.trim().to_lowercase();
                table
                    .partition_keys
                    .iter()
                    .position(|key| key.name.to_lowercase() == name)
            });
            let (Some((_, following)), Some(ordinal)) = (placeholder, ordinal) else {
                let end = placeholder.map_or(after, |(name, _)| name);
                let close = if placeholder.is_some() { "}" } else { "" };
                return Err(ProjectionError::TemplateWithUnknownPlaceholder {
                    placeholder: format!("${{{end}{close}"),
                    property,
                });
            };
            pieces.push(Piece::Key(ordinal));
            rest = following;
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        for (ordinal, key) in table.partition_keys.iter().enumerate() {
            if !pieces.contains(&Piece::Key(ordinal)) {
                return Err(ProjectionError::TemplateWithoutPlaceholder {
                    property,
                    column: key.name.clone(),
                });
            }
        }
        if !rest.ends_with('/') {
            return Err(ProjectionError::TemplateWithoutSlash(property));
        }
        Ok(LocationTemplate { pieces })
    }

    /// The location of the partition of these texts, one a key.
    pub(super) fn render(&self, texts: &[&str]) -> String {
        let text = |ordinal: &usize| texts.get(*ordinal).copied().unwrap_or_default();
        let mut location = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => location.push_str(literal),
                Piece::Key(ordinal) => location.push_str(text(ordinal)),
                // Hive has no folder for the empty text.
                Piece::FolderName(ordinal) if text(ordinal).is_empty() => {
                    location.push_str(HIVE_DEFAULT_PARTITION);
                }
                Piece::FolderName(ordinal) => location.push_str(&escape(text(ordinal))),
            }
        }
        location
    }
}
