//! What the catalog raises, as the codes that clients of Athena and Trino know.

use prismlake_catalog::CatalogError;
use prismlake_catalog::hive_type::HiveTypeError;

use super::{ErrorCode, QueryError};

impl From<CatalogError> for QueryError {
    fn from(error: CatalogError) -> Self {
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
            CatalogError::InvalidName { .. } => ErrorCode::InvalidArguments,
            CatalogError::InvalidUri { .. } | CatalogError::NewerSchema { .. } => {
                ErrorCode::InvalidConfiguration
            }
            CatalogError::ConcurrentModification(_)
            | CatalogError::WriteNotOpen(_)
            | CatalogError::Busy
            | CatalogError::Corrupt(_)
            | CatalogError::Storage(_) => ErrorCode::HiveMetastoreError,
        };
        QueryError::new(code, error.to_string())
    }
}

impl From<HiveTypeError> for QueryError {
    fn from(error: HiveTypeError) -> Self {
        QueryError::new(ErrorCode::SyntaxError, error.message)
    }
}
