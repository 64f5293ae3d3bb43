//! Glue's model: its nouns with its field names, as its API's JSON has them.

mod classifier;
mod column_statistics;
mod crawler;
mod database;
mod function;
mod names;
mod partition;
mod partition_index;
mod storage_descriptor;
mod table;

pub use classifier::{
    Classifier, ContainsHeader, CsvClassifier, GrokClassifier, JsonClassifier, Revision,
    XmlClassifier,
};
pub use column_statistics::{
    BinaryStatistics, BooleanStatistics, ColumnStatistics, ColumnStatisticsData, DecimalNumber,
    RangeStatistics, TextStatistics,
};
pub use crawler::{
    CatalogTarget, CrawlCounts, CrawlRecord, CrawlState, Crawler, CrawlerTargets, DeleteBehavior,
    ObjectError, RecrawlBehavior, RecrawlPolicy, S3Target, Schedule, ScheduleState,
    SchemaChangePolicy, UpdateBehavior,
};
pub use database::Database;
pub use function::{ResourceUri, UserDefinedFunction};
pub use names::{DatabaseName, TableName};
pub use partition::Partition;
pub use partition_index::PartitionIndex;
pub use storage_descriptor::{Column, SerDeInfo, SkewedInfo, SortColumn, StorageDescriptor};
pub use table::{Table, TableType, TableVersion};
