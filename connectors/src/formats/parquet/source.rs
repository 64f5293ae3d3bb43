//! The Parquet scan: DataFusion's own source, reading through our metered reader.

use std::sync::Arc;

use datafusion::common::config::TableParquetOptions;
use datafusion::datasource::physical_plan::{FileSource, ParquetSource};
use datafusion::datasource::table_schema::TableSchema;
use object_store::ObjectStore;

use super::footer_cache::FooterCache;
use super::late_materialization::LateMaterialization;
use super::reader::MeteredReaderFactory;
use crate::formats::failure_context::NamedFailures;
use crate::object_uri::ObjectUri;

/// A source of Parquet files in the store that serves `base`.
///
/// INT96 timestamps are read as microseconds, so that years outside 1677–2262 are right. Row groups and pages are pruned by
/// statistics, bloom filters and the page index; where late materialization pays is chosen for each file.
pub fn parquet_source(
    table_schema: TableSchema,
    store: Arc<dyn ObjectStore>,
    base: ObjectUri,
    footers: Arc<FooterCache>,
) -> Arc<dyn FileSource> {
    let mut options = TableParquetOptions::default();
    options.global.coerce_int96 = Some("us".to_owned());
    let readers = Arc::new(MeteredReaderFactory {
        store,
        base: base.clone(),
        accounting: Arc::default(),
        footers,
    });
    let source = ParquetSource::new(table_schema)
        .with_table_parquet_options(options)
        .with_enable_page_index(true)
        .with_bloom_filter_on_read(true)
        .with_parquet_file_reader_factory(Arc::clone(&readers) as _);
    NamedFailures::wrap(
        Arc::new(source),
        base,
        Arc::new(LateMaterialization(readers)),
    )
}
