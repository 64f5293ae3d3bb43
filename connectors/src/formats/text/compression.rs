//! Decompression of text objects, told by the ending of their names as Athena does.

use std::io;

use async_compression::tokio::bufread::{BzDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use tokio_util::io::{ReaderStream, StreamReader};

use crate::error::{ConnectorError, ErrorKind, Result};
use crate::object_uri::ObjectUri;

/// Decompressed bytes of one chunk at most.
const CHUNK_BYTES: usize = 256 * 1024;

/// The object's bytes without their compression, in chunks of bounded size.
pub(super) fn decompressed(
    uri: &ObjectUri,
    stored: BoxStream<'static, Result<Bytes>>,
) -> Result<BoxStream<'static, Result<Bytes>>> {
    let name = uri.file_name().to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let reader = |stored: BoxStream<'static, Result<Bytes>>| {
        StreamReader::new(stored.map_err(io::Error::other))
    };
    // Files may be made of several compressed members, one after the other.
    Ok(match ending {
        "gz" | "gzip" => {
            let mut decoder = GzipDecoder::new(reader(stored));
            decoder.multiple_members(true);
            chunks(decoder, uri)
        }
        "bz2" => {
            let mut decoder = BzDecoder::new(reader(stored));
            decoder.multiple_members(true);
            chunks(decoder, uri)
        }
        "zst" | "zstd" => {
            let mut decoder = ZstdDecoder::new(reader(stored));
            decoder.multiple_members(true);
            chunks(decoder, uri)
        }
        "deflate" => chunks(ZlibDecoder::new(reader(stored)), uri),
        "snappy" | "lz4" | "lzo" | "lzo_deflate" | "xz" => {
            return Err(ConnectorError::new(
                ErrorKind::NotSupported,
                format!("text compressed with .{ending} cannot be read; use gzip, bzip2, zstd or deflate"),
            )
            .with_uri(uri));
        }
        _ => stored,
    })
}

fn chunks(
    decoder: impl tokio::io::AsyncRead + Send + 'static,
    uri: &ObjectUri,
) -> BoxStream<'static, Result<Bytes>> {
    let uri = uri.clone();
    ReaderStream::with_capacity(decoder, CHUNK_BYTES)
        .map_err(move |error| failure(error, &uri))
        .boxed()
}

fn failure(error: io::Error, uri: &ObjectUri) -> ConnectorError {
    match error.downcast::<ConnectorError>() {
        Ok(read_failed) => read_failed,
        Err(error) => ConnectorError::new(
            ErrorKind::BadData,
            format!("the file cannot be decompressed; it may be truncated or of another compression: {error}"),
        )
        .with_uri(uri),
    }
}
