//! `MeteredOrcReader`: gives the ORC decoder its bytes in few requests and counts which of them the query had to read.

use std::io;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use orc_rust::reader::AsyncChunkReader;

use super::tail::OrcTail;
use crate::error::ConnectorError;
use crate::formats::object_reader::ObjectReader;
use crate::formats::scan_accounting::FileAccount;

/// The decoder asks for one stream of one column at a time, in the order of the file. A request fetches at least this much,
/// within the stripe, so that neighbouring small streams share it.
const WINDOW_BYTES: u64 = 256 * 1024;

/// Where the stripes lie, told to a reader that a decoder owns already once the footer is decoded.
pub(super) type StripeRanges = Arc<OnceLock<Vec<Range<u64>>>>;

/// Serves reads from the tail, then from the window of the last request.
pub(super) struct MeteredOrcReader {
    reader: ObjectReader,
    /// `None` where nothing is to be counted, as for an estimate.
    account: Option<FileAccount>,
    tail: OrcTail,
    stripes: StripeRanges,
    window_start: u64,
    window: Bytes,
}

impl MeteredOrcReader {
    /// A reader that joins reads within one stripe, and counts them for it, once `stripes` is set.
    pub(super) fn new(
        reader: ObjectReader,
        account: Option<FileAccount>,
        tail: OrcTail,
        stripes: StripeRanges,
    ) -> Self {
        MeteredOrcReader {
            reader,
            account,
            tail,
            stripes,
            window_start: 0,
            window: Bytes::new(),
        }
    }

    async fn read(&mut self, range: Range<u64>) -> Result<Bytes, ConnectorError> {
        let in_tail = self.tail.slice(&range);
        // Until the stripes are known the decoder reads the tail, more of it than it needs; its true extent is counted apart.
        if self.stripes.get().is_none() {
            return match in_tail {
                Some(bytes) => Ok(bytes),
                None => self.reader.read(range).await,
            };
        }
        let stripe = self.stripes.get().and_then(|stripes| {
            stripes
                .iter()
                .enumerate()
                .find(|(_, stripe)| stripe.contains(&range.start))
        });
        if let Some(account) = &self.account {
            account.scanned(range.clone());
            if let Some((index, stripe)) = stripe {
                account.row_group_scanned(u64::try_from(index).unwrap_or(u64::MAX));
                account.progressed(stripe.clone());
            }
        }
        if let Some(bytes) = in_tail {
            return Ok(bytes);
        }
        let stripe_end = stripe.map_or(range.end, |(_, stripe)| stripe.end);
        if let Some(bytes) = self.in_window(&range) {
            return Ok(bytes);
        }
        let end = range
            .start
            .saturating_add(WINDOW_BYTES)
            .min(stripe_end)
            .max(range.end);
        self.window = self.reader.read(range.start..end).await?;
        self.window_start = range.start;
        Ok(self.in_window(&range).unwrap_or_default())
    }

    fn in_window(&self, range: &Range<u64>) -> Option<Bytes> {
        let start = usize::try_from(range.start.checked_sub(self.window_start)?).ok()?;
        let end = usize::try_from(range.end.checked_sub(self.window_start)?).ok()?;
        (start <= end && end <= self.window.len()).then(|| self.window.slice(start..end))
    }
}

impl AsyncChunkReader for MeteredOrcReader {
    fn len(&mut self) -> BoxFuture<'_, io::Result<u64>> {
        let size = self.reader.size();
        async move { Ok(size) }.boxed()
    }

    fn get_bytes(&mut self, offset: u64, length: u64) -> BoxFuture<'_, io::Result<Bytes>> {
        async move {
            let end = offset.saturating_add(length);
            self.read(offset..end).await.map_err(io::Error::other)
        }
        .boxed()
    }
}
