//! What a scan has to read of one stripe, decided from metadata alone, so that a dry run tells what a scan then reads.

use std::ops::Range;

use bytes::Bytes;
use chrono_tz::Tz;
use orc_rust::proto::StripeFooter;
use orc_rust::row_selection::RowSelection;
use orc_rust::schema::RootDataType;
use orc_rust::stripe::StripeMetadata;

use super::file::{OrcFile, footer_range, invalid};
use super::lengths::{check_dictionaries, holds_lengths, is_version_1};
use super::prune::{OrcPruner, StripePruning};
use super::stripe_streams::StripeStreams;
use crate::error::Result;

/// One stripe, planned.
pub(super) struct StripeScan {
    /// Where footer and indexes lie that were read to plan.
    pub(super) metadata_ranges: Vec<Range<u64>>,
    /// The encoded footer.
    pub(super) footer: Bytes,
    /// The writer's time zone, where local times are not those of UTC.
    pub(super) zone: Option<Tz>,
    /// The rows to decode; `None` when the stripe is skipped.
    pub(super) rows: Option<StripeRows>,
}

/// Which rows of a stripe are decoded, and from what.
pub(super) struct StripeRows {
    /// The streams of the projected columns.
    pub(super) data_ranges: Vec<Range<u64>>,
    /// Those of them that hold lengths: their column, where they begin, and whether in the first version of run lengths.
    pub(super) lengths: Vec<(u32, u64, bool)>,
    /// `None` for all.
    pub(super) selection: Option<RowSelection>,
}

/// Plans a stripe that statistics have not ruled out: reads its footer, and the indexes that the predicate can use.
pub(super) async fn plan_stripe(
    file: &OrcFile,
    stripe: &StripeMetadata,
    projected: &RootDataType,
    pruner: Option<&OrcPruner>,
) -> Result<StripeScan> {
    let footer_at = footer_range(stripe);
    let footer = file.reader.read(footer_at.clone()).await?;
    let decoded: StripeFooter = file.decoded_stripe_footer(footer.clone())?;
    check_dictionaries(&decoded, stripe.number_of_rows())
        .map_err(|impossible| invalid(&file.reader, impossible.0))?;
    let streams = StripeStreams::new(stripe, &decoded);
    let mut scan = StripeScan {
        metadata_ranges: vec![footer_at],
        footer,
        zone: decoded
            .writer_timezone
            .as_deref()
            .and_then(|zone| zone.parse::<Tz>().ok())
            .filter(|zone| *zone != Tz::UTC),
        rows: None,
    };
    let indexes = pruner.map_or_else(Vec::new, |pruner| pruner.index_ranges(file, &streams));
    let pruning = match pruner {
        Some(pruner) if !indexes.is_empty() => {
            let ranges: Vec<Range<u64>> =
                indexes.iter().map(|(_, _, range)| range.clone()).collect();
            let parts = file.reader.read_ranges(&ranges).await?;
            scan.metadata_ranges.extend(ranges);
            let indexes: Vec<_> = indexes
                .into_iter()
                .zip(parts)
                .map(|((column, kind, _), bytes)| (column, kind, bytes))
                .collect();
            pruner.row_groups(file, stripe, &indexes)?
        }
        _ => StripePruning::Whole,
    };
    let selection = match pruning {
        StripePruning::Skipped => return Ok(scan),
        StripePruning::Whole => None,
        StripePruning::Some(selection) => Some(selection),
    };
    scan.rows = Some(StripeRows {
        lengths: streams
            .iter()
            .filter(|(_, kind, _)| holds_lengths(*kind))
            .map(|(column, _, range)| (column, range.start, is_version_1(&decoded, column)))
            .collect(),
        data_ranges: streams.of_values(|column| projected.contains_column_index(column)),
        selection,
    });
    Ok(scan)
}
