//! The codes by which clients know an error: Trino's and Athena's own names, each in one category.

use std::fmt;

/// Who has to act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCategory {
    /// The statement or its settings are wrong.
    User,
    /// A limit of memory, disk or time was met.
    Resource,
    /// Stored data, its metadata or the store itself is at fault.
    External,
    /// A defect of the engine.
    System,
}

macro_rules! error_codes {
    ($($variant:ident => $name:literal, $category:ident;)*) => {
        /// Trino's and Athena's error codes that this engine raises.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each variant is named by its code")]
        pub enum ErrorCode {
            $($variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of declaration.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The code's name as clients match on it, such as `TABLE_NOT_FOUND`.
            pub fn name(self) -> &'static str {
                match self {
                    $(ErrorCode::$variant => $name,)*
                }
            }

            /// Who has to act on it.
            pub fn category(self) -> ErrorCategory {
                match self {
                    $(ErrorCode::$variant => ErrorCategory::$category,)*
                }
            }

            /// The code of that name.
            pub fn from_name(name: &str) -> Option<ErrorCode> {
                ErrorCode::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

error_codes! {
    SyntaxError => "SYNTAX_ERROR", User;
    NotSupported => "NOT_SUPPORTED", User;
    TableNotFound => "TABLE_NOT_FOUND", User;
    TableAlreadyExists => "TABLE_ALREADY_EXISTS", User;
    SchemaNotFound => "SCHEMA_NOT_FOUND", User;
    SchemaAlreadyExists => "SCHEMA_ALREADY_EXISTS", User;
    SchemaNotEmpty => "SCHEMA_NOT_EMPTY", User;
    CatalogNotFound => "CATALOG_NOT_FOUND", User;
    ColumnNotFound => "COLUMN_NOT_FOUND", User;
    FunctionNotFound => "FUNCTION_NOT_FOUND", User;
    DuplicateNamedQuery => "DUPLICATE_NAMED_QUERY", User;
    MissingColumnAliases => "MISSING_COLUMN_ALIASES", User;
    InvalidColumnReference => "INVALID_COLUMN_REFERENCE", User;
    InvalidLimitClause => "INVALID_LIMIT_CLAUSE", User;
    InvalidLiteral => "INVALID_LITERAL", User;
    InvalidWindowFrame => "INVALID_WINDOW_FRAME", User;
    InvalidWindowReference => "INVALID_WINDOW_REFERENCE", User;
    InvalidPartitionBy => "INVALID_PARTITION_BY", User;
    InvalidOrderBy => "INVALID_ORDER_BY", User;
    InvalidView => "INVALID_VIEW", User;
    InvalidParameterUsage => "INVALID_PARAMETER_USAGE", User;
    ColumnTypeUnknown => "COLUMN_TYPE_UNKNOWN", User;
    MissingOrderBy => "MISSING_ORDER_BY", User;
    MissingOver => "MISSING_OVER", User;
    ExpressionNotInDistinct => "EXPRESSION_NOT_IN_DISTINCT", User;
    ExpressionNotScalar => "EXPRESSION_NOT_SCALAR", User;
    ExpressionNotConstant => "EXPRESSION_NOT_CONSTANT", User;
    TooManyGroupingSets => "TOO_MANY_GROUPING_SETS", User;
    NestedAggregation => "NESTED_AGGREGATION", User;
    NestedWindow => "NESTED_WINDOW", User;
    FunctionNotAggregate => "FUNCTION_NOT_AGGREGATE", User;
    FunctionNotWindow => "FUNCTION_NOT_WINDOW", User;
    QueryHasTooManyStages => "QUERY_HAS_TOO_MANY_STAGES", User;
    AmbiguousFunctionCall => "AMBIGUOUS_FUNCTION_CALL", User;
    TypeNotFound => "TYPE_NOT_FOUND", User;
    ViewIsStale => "VIEW_IS_STALE", User;
    ViewIsRecursive => "VIEW_IS_RECURSIVE", User;
    JsonInputConversionError => "JSON_INPUT_CONVERSION_ERROR", User;
    JsonOutputConversionError => "JSON_OUTPUT_CONVERSION_ERROR", User;
    JsonValueResultError => "JSON_VALUE_RESULT_ERROR", User;
    InvalidPath => "INVALID_PATH", User;
    PathEvaluationError => "PATH_EVALUATION_ERROR", User;
    ExceededFunctionMemoryLimit => "EXCEEDED_FUNCTION_MEMORY_LIMIT", Resource;
    PartitionNotFound => "NOT_FOUND", User;
    PartitionAlreadyExists => "ALREADY_EXISTS", User;
    TypeMismatch => "TYPE_MISMATCH", User;
    AmbiguousName => "AMBIGUOUS_NAME", User;
    MissingColumnName => "MISSING_COLUMN_NAME", User;
    DuplicateColumnName => "DUPLICATE_COLUMN_NAME", User;
    MismatchedColumnAliases => "MISMATCHED_COLUMN_ALIASES", User;
    ExpressionNotAggregate => "EXPRESSION_NOT_AGGREGATE", User;
    DivisionByZero => "DIVISION_BY_ZERO", User;
    NumericValueOutOfRange => "NUMERIC_VALUE_OUT_OF_RANGE", User;
    InvalidCastArgument => "INVALID_CAST_ARGUMENT", User;
    InvalidFunctionArgument => "INVALID_FUNCTION_ARGUMENT", User;
    SubqueryMultipleRows => "SUBQUERY_MULTIPLE_ROWS", User;
    InvalidTableProperty => "INVALID_TABLE_PROPERTY", User;
    ConstraintViolation => "CONSTRAINT_VIOLATION", User;
    InvalidArguments => "INVALID_ARGUMENTS", User;
    InvalidConfiguration => "CONFIGURATION_INVALID", User;
    PermissionDenied => "PERMISSION_DENIED", User;
    UserCanceled => "USER_CANCELED", User;
    HiveBadData => "HIVE_BAD_DATA", External;
    HivePartitionSchemaMismatch => "HIVE_PARTITION_SCHEMA_MISMATCH", External;
    HiveInvalidPartitionValue => "HIVE_INVALID_PARTITION_VALUE", External;
    HiveInvalidMetadata => "HIVE_INVALID_METADATA", External;
    HiveUnsupportedFormat => "HIVE_UNSUPPORTED_FORMAT", External;
    HiveCannotOpenSplit => "HIVE_CANNOT_OPEN_SPLIT", External;
    HiveFileNotFound => "HIVE_FILE_NOT_FOUND", External;
    HiveFilesystemError => "HIVE_FILESYSTEM_ERROR", External;
    HiveWriterError => "HIVE_WRITER_DATA_ERROR", External;
    HivePathAlreadyExists => "HIVE_PATH_ALREADY_EXISTS", External;
    HiveTooManyOpenPartitions => "HIVE_TOO_MANY_OPEN_PARTITIONS", User;
    HiveMetastoreError => "HIVE_METASTORE_ERROR", External;
    ExceededMemoryLimit => "EXCEEDED_MEMORY_LIMIT", Resource;
    ExceededLocalDisk => "EXCEEDED_LOCAL_DISK", Resource;
    ExceededTimeLimit => "EXCEEDED_TIME_LIMIT", Resource;
    InvalidLabel => "INVALID_LABEL", User;
    InvalidProcessingMode => "INVALID_PROCESSING_MODE", User;
    InvalidNavigationNesting => "INVALID_NAVIGATION_NESTING", User;
    InvalidRowPattern => "INVALID_ROW_PATTERN", User;
    NestedRowPatternRecognition => "NESTED_ROW_PATTERN_RECOGNITION", User;
    InvalidPatternRecognitionFunction => "INVALID_PATTERN_RECOGNITION_FUNCTION", User;
    InvalidRange => "INVALID_RANGE", User;
    TableHasNoColumns => "TABLE_HAS_NO_COLUMNS", User;
    GenericUserError => "GENERIC_USER_ERROR", User;
    GenericInternalError => "GENERIC_INTERNAL_ERROR", System;
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
