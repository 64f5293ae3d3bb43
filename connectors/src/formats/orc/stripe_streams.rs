//! `StripeStreams`: where each stream of a stripe lies, and those that were fetched, as the decoder asks for them.

use std::io;
use std::ops::Range;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use orc_rust::proto::StripeFooter;
use orc_rust::proto::stream::Kind;
use orc_rust::reader::AsyncChunkReader;
use orc_rust::stripe::StripeMetadata;

/// Where a stripe's streams lie: column, kind, bytes of the file. They follow each other as the footer lists them.
pub(super) struct StripeStreams(Vec<(u32, Kind, Range<u64>)>);

impl StripeStreams {
    pub(super) fn new(stripe: &StripeMetadata, footer: &StripeFooter) -> Self {
        let mut start = stripe.offset();
        let streams = footer.streams.iter().map(|stream| {
            let end = start.saturating_add(stream.length());
            let range = start..end;
            start = end;
            (stream.column(), stream.kind(), range)
        });
        StripeStreams(streams.collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, Kind, Range<u64>)> + '_ {
        self.0.iter().cloned()
    }

    /// The streams of values of the columns for which `wanted` holds.
    pub(super) fn of_values(&self, wanted: impl Fn(usize) -> bool) -> Vec<Range<u64>> {
        self.0
            .iter()
            .filter(|(column, kind, range)| {
                !is_index(*kind) && !range.is_empty() && usize::try_from(*column).is_ok_and(&wanted)
            })
            .map(|(_, _, range)| range.clone())
            .collect()
    }
}

/// Whether a stream says where values lie and what they are like, rather than what they are.
fn is_index(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RowIndex | Kind::BloomFilter | Kind::BloomFilterUtf8
    )
}

/// The parts of a stripe that were fetched. What was not is empty: the decoder asks for indexes too, which it has no use for.
pub(super) struct FetchedStripe {
    parts: Vec<(u64, Bytes)>,
}

impl FetchedStripe {
    /// Parts by where they begin.
    pub(super) fn new(parts: Vec<(u64, Bytes)>) -> Self {
        FetchedStripe { parts }
    }
}

impl AsyncChunkReader for FetchedStripe {
    fn len(&mut self) -> BoxFuture<'_, io::Result<u64>> {
        async move { Err(io::Error::other("a stripe is no file")) }.boxed()
    }

    fn get_bytes(&mut self, offset: u64, length: u64) -> BoxFuture<'_, io::Result<Bytes>> {
        let found = self
            .parts
            .iter()
            .find(|(start, bytes)| {
                *start == offset && u64::try_from(bytes.len()).is_ok_and(|found| found == length)
            })
            .map(|(_, bytes)| bytes.clone())
            .unwrap_or_default();
        async move { Ok(found) }.boxed()
    }
}
