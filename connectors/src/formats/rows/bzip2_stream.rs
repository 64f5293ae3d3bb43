//! Bzip2 objects decompressed by all cores: one reader finds the blocks, and each is decompressed on its own.

use std::collections::VecDeque;

use bytes::Bytes;
use datafusion::common::runtime::SpawnedTask;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};

use super::compression::{Bzip2Block, Bzip2Blocks};
use super::plain_bytes::compression_failed;
use crate::error::{ConnectorError, Result};
use crate::object_uri::ObjectUri;

/// How often a block is put together with the next, before it counts as broken.
const JOINS_MAX: usize = 2;

/// The plain bytes of an object, in order.
pub(super) fn decompressed(
    stored: BoxStream<'static, Result<Bytes>>,
    parallelism: usize,
    uri: &ObjectUri,
) -> BoxStream<'static, Result<Bytes>> {
    let finder = Finder {
        stored,
        blocks: Bzip2Blocks::default(),
        found: VecDeque::new(),
        uri: uri.clone(),
    };
    let blocks = futures::stream::try_unfold(finder, |mut finder| async move {
        Ok::<_, ConnectorError>(finder.next().await?.map(|block| (block, finder)))
    });
    let tried = blocks
        .map_ok(|block| async move {
            let own = block.clone();
            let task = SpawnedTask::spawn(async move { own.decompress() });
            let plain = task
                .join()
                .await
                .unwrap_or_else(|stopped| Err(std::io::Error::other(stopped)));
            Ok((block, plain))
        })
        .try_buffered(parallelism)
        .boxed();
    let uri = uri.clone();
    futures::stream::try_unfold((tried, uri), |(mut tried, uri)| async move {
        let Some((mut block, mut plain)) = tried.try_next().await? else {
            return Ok(None);
        };
        for _ in 0..JOINS_MAX {
            if plain.is_ok() {
                break;
            }
            let Some((next, _)) = tried.try_next().await? else {
                break;
            };
            block = block.joined(&next);
            plain = block.decompress();
        }
        let plain = plain.map_err(|error| compression_failed(&error, &uri))?;
        Ok(Some((Bytes::from(plain), (tried, uri))))
    })
    .boxed()
}

/// Takes blocks out of the stored bytes.
struct Finder {
    stored: BoxStream<'static, Result<Bytes>>,
    blocks: Bzip2Blocks,
    found: VecDeque<Bzip2Block>,
    uri: ObjectUri,
}

impl Finder {
    async fn next(&mut self) -> Result<Option<Bzip2Block>> {
        loop {
            if let Some(block) = self.found.pop_front() {
                return Ok(Some(block));
            }
            match self.stored.try_next().await? {
                Some(bytes) => {
                    let blocks = self.blocks.push(&bytes);
                    self.found
                        .extend(blocks.map_err(|error| compression_failed(&error, &self.uri))?);
                }
                None if self.blocks.is_complete() => return Ok(None),
                None => {
                    return Err(compression_failed(
                        &"it ends before its last block does",
                        &self.uri,
                    ));
                }
            }
        }
    }
}
