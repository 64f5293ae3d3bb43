//! `ProjectionError`: why a table's partitions cannot be projected.

use super::properties::Property;

/// Why a table's partitions cannot be projected. All but [`InjectedWithoutFilter`](Self::InjectedWithoutFilter) and
/// the two of dates that depend on the time of the query are found before any query's predicate is looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// Partition keys without a projection type. Athena: `HIVE_METASTORE_ERROR`.
    #[error(
        "Table {table} is configured for partition projection, but the following partition columns are missing projection configuration: [{columns}]; set projection.<column>.type for each"
    )]
    MissingConfiguration {
        /// The table's full name.
        table: String,
        /// The names of the keys, with commas between.
        columns: String,
    },
    /// A property that the projection type needs.
    #[error("The table property '{name}' is missing; {advice}")]
    MissingProperty {
        /// The property's name.
        name: String,
        /// What to set it to.
        advice: &'static str,
    },
    /// A type that is none of the four.
    #[error("The table property {0} is no projection type; use enum, integer, date or injected")]
    UnknownType(Property),
    /// A projection type that cannot give the values of the key's type.
    #[error(
        "The table property {property} does not fit the partition column '{column}' of type {column_type}; the column must be of type {accepted}"
    )]
    UnsupportedColumnType {
        /// The projection type's property.
        property: Property,
        /// The partition key.
        column: String,
        /// The key's Hive type.
        column_type: String,
        /// The types that fit.
        accepted: &'static str,
    },
    /// A range that cannot be read.
    #[error("The table property {property} is no range; {advice}")]
    InvalidRange {
        /// The range.
        property: Property,
        /// How a range is written.
        advice: String,
    },
    /// A range whose minimum is greater than its maximum.
    #[error(
        "The table property {0} has a minimum greater than its maximum; write the smaller bound first"
    )]
    ReversedRange(Property),
    /// An interval that is no positive whole number.
    #[error("The table property {0} is no interval; use a whole number of at least 1")]
    InvalidInterval(Property),
    /// An interval unit that is not known.
    #[error(
        "The table property {0} is no unit; use YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES, SECONDS or MILLISECONDS"
    )]
    InvalidIntervalUnit(Property),
    /// A number of digits that cannot be used.
    #[error("The table property {property} is no number of digits; use 1 to {most}")]
    InvalidDigits {
        /// The number of digits.
        property: Property,
        /// The most that is possible.
        most: usize,
    },
    /// A date format that cannot be used.
    #[error("The table property {property} is no usable date format: {reason}")]
    InvalidFormat {
        /// The format.
        property: Property,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// A relative bound that lies, at the time of the query, where the format has no text for it.
    #[error(
        "The table property {property} has a bound that the format '{format}' cannot write at this time; use a bound nearer to NOW"
    )]
    DateOutOfRange {
        /// The range.
        property: Property,
        /// The date format.
        format: String,
    },
    /// A location template that does not tell partitions apart.
    #[error(
        "Partition projection location template: {property} is missing partition column: '{column}' placeholder; add ${{{column}}} to it"
    )]
    TemplateWithoutPlaceholder {
        /// The template.
        property: Property,
        /// The partition key.
        column: String,
    },
    /// A location template with a placeholder for something that is no partition key, or one that is not closed.
    #[error(
        "Partition projection location template: {property} has the placeholder '{placeholder}', which names no partition column; write ${{column}} with the name of a partition column"
    )]
    TemplateWithUnknownPlaceholder {
        /// The template.
        property: Property,
        /// The placeholder.
        placeholder: String,
    },
    /// A location template that is no folder.
    #[error("Partition projection location template: {0} does not end with '/'; add one")]
    TemplateWithoutSlash(Property),
    /// Neither a template nor a location that the partitions' folders could lie in.
    #[error(
        "Table {table} is configured for partition projection, but has no location; set its LOCATION or the table property 'storage.location.template'"
    )]
    MissingLocation {
        /// The table's full name.
        table: String,
    },
    /// A query that does not say which values an injected key takes. Athena: `CONSTRAINT_VIOLATION`.
    #[error(
        "Injected projection requires single predicate for it's column in where clause; add a condition {column} = '...' or {column} IN ('...', ...)"
    )]
    InjectedWithoutFilter {
        /// The partition key.
        column: String,
    },
}
