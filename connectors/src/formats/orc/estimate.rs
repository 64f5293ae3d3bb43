//! What scanning one ORC file would read: its tail, its stripes' footers, and the projected columns' streams.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::panic::AssertUnwindSafe;

use datafusion::datasource::physical_plan::FileScanConfig;
use futures::FutureExt;
use orc_rust::ArrowReaderBuilder;
use orc_rust::compression::Decompressor;
use orc_rust::projection::ProjectionMask;
use orc_rust::proto::StripeFooter;
use prost::Message;

use super::opener::stripe_ranges;
use super::reader::{MeteredOrcReader, StripeRanges};
use super::tail::OrcTail;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::column_mapping::ColumnMapping;
use crate::formats::estimate::ScanEstimate;
use crate::formats::object_reader::ObjectReader;

/// A stripe's footer grows with its columns: 10,000 of them take some 500 kB. A corrupt one must not take all memory.
const STRIPE_FOOTER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Estimates one file; `columns` are indexes into the declared file schema.
pub async fn estimate_orc(
    reader: &ObjectReader,
    config: &FileScanConfig,
    mapping: ColumnMapping,
    columns: &BTreeSet<usize>,
) -> Result<ScanEstimate> {
    let bad = |reason: String| {
        ConnectorError::new(
            ErrorKind::BadData,
            format!("not a valid ORC file: {reason}"),
        )
        .with_uri(reader.uri())
    };
    let tail = OrcTail::read(reader).await?;
    let tail_bytes = tail.range.end - tail.range.start;
    let metered = MeteredOrcReader::new(reader.clone(), None, tail, StripeRanges::default());
    let opened = AssertUnwindSafe(ArrowReaderBuilder::try_new_async(metered))
        .catch_unwind()
        .await;
    let builder = match opened {
        Ok(Ok(builder)) => builder,
        Ok(Err(error)) => return Err(bad(error.to_string())),
        Err(_) => return Err(bad("its footer contradicts itself".to_owned())),
    };
    let metadata = builder.file_metadata();
    stripe_ranges(metadata, reader)?;
    let root = metadata.root_data_type();
    let physical = root.create_arrow_schema(&HashMap::new());
    let resolved = mapping.resolve(config.file_schema(), &physical);
    let roots: Vec<usize> = columns
        .iter()
        .filter_map(|column| resolved.get(*column).copied().flatten())
        .filter_map(|column| root.children().get(column))
        .map(|column| column.data_type().column_index())
        .collect();
    let stripes = metadata.stripe_metadatas();
    let mut estimate = ScanEstimate {
        data_scanned_bytes: tail_bytes,
        files: 1,
        row_groups_total: u64::try_from(stripes.len()).ok(),
        row_groups_scanned: Some(0),
    };
    if roots.is_empty() {
        return Ok(estimate);
    }
    estimate.row_groups_scanned = estimate.row_groups_total;
    let projected = root.project(&ProjectionMask::roots(root, roots));
    for stripe in stripes {
        let footer_end = stripe
            .footer_offset()
            .saturating_add(stripe.footer_length());
        let encoded = reader.read(stripe.footer_offset()..footer_end).await?;
        let mut decoded = Vec::new();
        Decompressor::new(encoded, metadata.compression(), Vec::new())
            .take(STRIPE_FOOTER_BYTES_MAX)
            .read_to_end(&mut decoded)
            .map_err(|error| bad(error.to_string()))?;
        let footer =
            StripeFooter::decode(decoded.as_slice()).map_err(|error| bad(error.to_string()))?;
        let streams: u64 = footer
            .streams
            .iter()
            .filter(|stream| {
                usize::try_from(stream.column())
                    .is_ok_and(|column| projected.contains_column_index(column))
            })
            .map(|stream| stream.length())
            .fold(0, u64::saturating_add);
        estimate.data_scanned_bytes = estimate
            .data_scanned_bytes
            .saturating_add(stripe.footer_length())
            .saturating_add(streams);
    }
    Ok(estimate)
}
