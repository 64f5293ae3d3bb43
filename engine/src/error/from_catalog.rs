//! What the catalog raises, as the codes that clients of Athena and Trino know.

use prismlake_catalog::CatalogError;
use prismlake_catalog::hive_type::HiveTypeError;
use prismlake_catalog::projection::ProjectionError;

use super::{ErrorCode, QueryError};

impl From<CatalogError> for QueryError {
    fn from(error: CatalogError) -> Self {
        if let CatalogError::Store(error) = error {
            return error.into();
        }
        let code = match &error {
            CatalogError::DatabaseNotFound(_) => ErrorCode::SchemaNotFound,
            CatalogError::DatabaseExists(_) => ErrorCode::SchemaAlreadyExists,
            CatalogError::DatabaseNotEmpty(_) => ErrorCode::SchemaNotEmpty,
            CatalogError::TableNotFound(name) => {
                return QueryError::new(
                    ErrorCode::TableNotFound,
                    format!(
                        "Table '{}.{name}' does not exist",
                        crate::plan::CATALOG_NAME
                    ),
                );
            }
            CatalogError::TableExists(_) => ErrorCode::TableAlreadyExists,
            CatalogError::PartitionNotFound { .. } => ErrorCode::PartitionNotFound,
            CatalogError::PartitionValues { .. } => ErrorCode::HiveInvalidPartitionValue,
            CatalogError::PartitionExists { .. } => ErrorCode::PartitionAlreadyExists,
            CatalogError::PartitionKeysChanged(_)
            | CatalogError::NoSuchPartitionKey { .. }
            | CatalogError::PartitionIndexExists { .. }
            | CatalogError::CrawlerNotFound(_)
            | CatalogError::InvalidCrawler { .. }
            | CatalogError::CrawlStopped(_)
            | CatalogError::CrawlerRunning(_)
            | CatalogError::CrawlTakenOver(_)
            | CatalogError::InvalidName { .. } => ErrorCode::InvalidArguments,
            CatalogError::InvalidUri { .. } | CatalogError::NewerSchema { .. } => {
                ErrorCode::InvalidConfiguration
            }
            CatalogError::ConcurrentModification(_)
            | CatalogError::WriteNotOpen(_)
            | CatalogError::Busy
            | CatalogError::Corrupt(_)
            | CatalogError::Storage(_)
            | CatalogError::Store(_) => ErrorCode::HiveMetastoreError,
        };
        QueryError::new(code, error.to_string())
    }
}

impl From<HiveTypeError> for QueryError {
    fn from(error: HiveTypeError) -> Self {
        QueryError::new(ErrorCode::SyntaxError, error.message)
    }
}

impl From<ProjectionError> for QueryError {
    fn from(error: ProjectionError) -> Self {
        let code = match &error {
            ProjectionError::InjectedWithoutFilter { .. } => ErrorCode::ConstraintViolation,
            _ => ErrorCode::HiveMetastoreError,
        };
        QueryError::new(code, error.to_string())
    }
}
