//! Objects that one reader has to read from end to end, because they are compressed or have line breaks in quotes, decoded by all
//! cores: their plain bytes are cut into chunks at line breaks, and each chunk is decoded on its own.
//!
//! A record may go on over a line break that a chunk was cut at. The chunk then says so, and the next one is decoded anew from where
//! that record began: what was decoded of it on the assumption that a record begins with it is thrown away.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use bytes::{Bytes, BytesMut};
use datafusion::common::runtime::SpawnedTask;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use memchr::memrchr;

use super::decoder::{RECORD_BYTES_MAX, RowError};
use super::opener::row_failed;
use super::plain_bytes::PlainBytes;
use crate::error::Result;
use crate::formats::decode_guard::{Contradiction, guarded};
use crate::formats::row_format::RowFormat;
use crate::object_uri::ObjectUri;

/// Plain bytes of a chunk: enough to be worth a task.
const CHUNK_BYTES: usize = 4 << 20;

/// How the chunks are decoded.
#[derive(Clone)]
pub(super) struct ChunkDecoder {
    pub(super) format: Arc<RowFormat>,
    pub(super) declared: SchemaRef,
    pub(super) projection: Arc<[usize]>,
    pub(super) batch_rows: usize,
}

/// Whole lines of an object.
#[derive(Clone)]
struct Chunk {
    bytes: Bytes,
    /// Whether the object begins, and ends, with it.
    first: bool,
    last: bool,
}

struct Decoded {
    batches: Vec<RecordBatch>,
    /// Lines of the records that are complete.
    lines: u64,
    /// Bytes at the chunk's end that belong to a record which goes on.
    open_bytes: usize,
}

impl ChunkDecoder {
    fn decode(&self, chunk: &Chunk) -> std::result::Result<Decoded, RowError> {
        guarded(|| self.decode_rows(chunk))
            .unwrap_or_else(|Contradiction(words)| Err(RowError::malformed_file(words)))
    }

    /// The same in a task of its own.
    async fn decode_apart(self, chunk: Chunk) -> std::result::Result<Decoded, RowError> {
        let task = SpawnedTask::spawn(async move { self.decode(&chunk) });
        task.join().await.unwrap_or_else(|stopped| {
            Err(RowError::malformed_file(format!(
                "its decoding stopped: {stopped}"
            )))
        })
    }

    fn decode_rows(&self, chunk: &Chunk) -> std::result::Result<Decoded, RowError> {
        let mut decoder = self.format.decoder(
            &self.declared,
            &self.projection,
            self.batch_rows,
            chunk.first,
        )?;
        let mut batches = Vec::new();
        let mut rest: &[u8] = &chunk.bytes;
        while !rest.is_empty() {
            let taken = decoder.decode(rest)?;
            if taken < rest.len() {
                batches.extend(decoder.flush()?);
            }
            rest = rest.get(taken..).unwrap_or_default();
        }
        if chunk.last {
            decoder.finish()?;
        }
        batches.extend(decoder.flush()?);
        let place = decoder.place();
        Ok(Decoded {
            batches,
            lines: place.lines,
            open_bytes: place.open_bytes,
        })
    }

    /// The rows of an object, in order.
    pub(super) fn rows(
        self,
        plain: PlainBytes,
        parallelism: usize,
    ) -> BoxStream<'static, Result<RecordBatch>> {
        let uri = plain.uri.clone();
        let chunks = chunks(plain);
        let decoder = self.clone();
        let decoded = chunks
            .map_ok(move |chunk| {
                let decoder = decoder.clone();
                async move {
                    let decoded = decoder.decode_apart(chunk.clone()).await;
                    Ok((chunk, decoded))
                }
            })
            .try_buffered(parallelism)
            .boxed();
        let stitcher = Stitcher {
            decoder: self,
            decoded,
            open: Bytes::new(),
            lines: 0,
            ready: VecDeque::new(),
            uri,
        };
        futures::stream::try_unfold(stitcher, |mut stitcher| async move {
            Ok(stitcher.next_batch().await?.map(|batch| (batch, stitcher)))
        })
        .boxed()
    }
}

type DecodedChunk = (Chunk, std::result::Result<Decoded, RowError>);

/// Puts the chunks' rows in order, and sees to records that went on from one into the next.
struct Stitcher {
    decoder: ChunkDecoder,
    decoded: BoxStream<'static, Result<DecodedChunk>>,
    /// The beginning of a record that goes on in the next chunk.
    open: Bytes,
    /// Lines before the open record.
    lines: u64,
    ready: VecDeque<RecordBatch>,
    uri: ObjectUri,
}

impl Stitcher {
    async fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            let Some((mut chunk, decoded)) = self.decoded.try_next().await? else {
                if self.open.is_empty() {
                    return Ok(None);
                }
                // A record that was never ended: decoding it to its end says what is wrong.
                let bytes = std::mem::take(&mut self.open);
                let chunk = Chunk {
                    bytes,
                    first: false,
                    last: true,
                };
                let decoded = self.decoder.decode(&chunk);
                self.take(&chunk, decoded)?;
                continue;
            };
            let decoded = if self.open.is_empty() {
                decoded
            } else {
                chunk.bytes = [std::mem::take(&mut self.open), chunk.bytes]
                    .concat()
                    .into();
                self.decoder.clone().decode_apart(chunk.clone()).await
            };
            self.take(&chunk, decoded)?;
        }
    }

    fn take(
        &mut self,
        chunk: &Chunk,
        decoded: std::result::Result<Decoded, RowError>,
    ) -> Result<()> {
        let decoded =
            decoded.map_err(|error| row_failed(error.after_lines(self.lines), &self.uri, 0))?;
        self.ready.extend(decoded.batches);
        self.lines += decoded.lines;
        let open_from = chunk.bytes.len().saturating_sub(decoded.open_bytes);
        self.open = chunk.bytes.slice(open_from..);
        Ok(())
    }
}

/// Cuts plain bytes at line breaks.
fn chunks(plain: PlainBytes) -> impl futures::Stream<Item = Result<Chunk>> + Send {
    struct Cutter {
        plain: PlainBytes,
        pending: BytesMut,
        first: bool,
        ended: bool,
    }
    let cutter = Cutter {
        plain,
        pending: BytesMut::new(),
        first: true,
        ended: false,
    };
    futures::stream::try_unfold(cutter, |mut cutter| async move {
        if cutter.ended {
            return Ok(None);
        }
        let mut searched = 0;
        loop {
            let enough = cutter.pending.len() >= CHUNK_BYTES;
            // A record too long to be one is left to the decoder to refuse.
            let cut = match cutter.pending.get(searched..) {
                Some(new) if enough => memrchr(b'\n', new).map(|place| searched + place + 1),
                _ => None,
            };
            let cut =
                cut.or((cutter.pending.len() > RECORD_BYTES_MAX).then_some(cutter.pending.len()));
            if enough && cut.is_none() {
                searched = cutter.pending.len();
            }
            if let Some(cut) = cut {
                let chunk = Chunk {
                    bytes: cutter.pending.split_to(cut).freeze(),
                    first: std::mem::replace(&mut cutter.first, false),
                    last: false,
                };
                return Ok(Some((chunk, cutter)));
            }
            match cutter.plain.next().await? {
                Some(bytes) => cutter.pending.extend_from_slice(&bytes),
                None => {
                    cutter.ended = true;
                    if cutter.pending.is_empty() {
                        return Ok(None);
                    }
                    let chunk = Chunk {
                        bytes: cutter.pending.split().freeze(),
                        first: cutter.first,
                        last: true,
                    };
                    return Ok(Some((chunk, cutter)));
                }
            }
        }
    })
}
