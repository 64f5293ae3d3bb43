//! What an object is, told by its content: the columns that it names itself, or the beginning of its text.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectMeta, ObjectStore};

use super::avro::infer_avro;
use super::object_reader::ObjectReader;
use super::orc::infer_orc;
use super::parquet::infer_parquet;
use super::rows::compression::{CompressionError, Decompressor, ObjectCompression};
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::object_uri::ObjectUri;

/// What is read at first: enough for a format's first bytes, and small objects come whole.
const FIRST_BYTES: u64 = 32 * 1024;

/// A format whose files name their own columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SelfDescribing {
    /// Apache Parquet.
    Parquet,
    /// Apache ORC.
    Orc,
    /// Apache Avro.
    Avro,
}

impl SelfDescribing {
    /// The format that an object's first bytes tell.
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'A', b'R', b'1', ..] => Some(SelfDescribing::Parquet),
            [b'O', b'R', b'C', ..] => Some(SelfDescribing::Orc),
            [b'O', b'b', b'j', 1, ..] => Some(SelfDescribing::Avro),
            _ => None,
        }
    }
}

/// What is found in an object.
#[derive(Debug, Clone)]
pub enum InspectedObject {
    /// A file that names its columns.
    Columns(NamedColumns),
    /// Anything else.
    Head(ObjectHead),
}

/// The columns that a file names, in the types that it has them in.
#[derive(Debug, Clone)]
pub struct NamedColumns {
    /// The file's format.
    pub format: SelfDescribing,
    /// Its columns.
    pub schema: SchemaRef,
    /// Its rows, where its footer tells them.
    pub rows: Option<u64>,
    /// The JSON of an Avro file's schema.
    pub avro_schema: Option<String>,
}

/// The beginning of an object, decompressed.
#[derive(Debug, Clone)]
pub struct ObjectHead {
    /// The first bytes.
    pub bytes: Vec<u8>,
    /// Whether they are all there are.
    pub is_whole: bool,
    /// How the object is compressed as a whole.
    pub compression: ObjectCompression,
    /// The stored bytes that they were read from.
    pub stored_bytes: u64,
}

/// Looks at an object in the store that serves `base`. Of text at most `head_bytes_max` are decompressed.
pub async fn inspect_object(
    store: Arc<dyn ObjectStore>,
    base: &ObjectUri,
    meta: ObjectMeta,
    head_bytes_max: usize,
) -> Result<InspectedObject> {
    let reader = ObjectReader::new(store, base, meta);
    let first = reader.read(0..reader.size().min(FIRST_BYTES)).await?;
    if let Some(format) = SelfDescribing::of(&first) {
        return Ok(InspectedObject::Columns(match format {
            SelfDescribing::Parquet => infer_parquet(&reader).await?,
            SelfDescribing::Orc => infer_orc(reader).await?,
            SelfDescribing::Avro => infer_avro(&reader).await?,
        }));
    }
    let compression = match ObjectCompression::from_head(&first) {
        ObjectCompression::None => ObjectCompression::from_object_name(reader.uri().file_name()),
        told => told,
    };
    let bad = |error: CompressionError| {
        ConnectorError::new(ErrorKind::BadData, error.to_string()).with_uri(reader.uri())
    };
    let mut decompressor = Decompressor::new(compression).map_err(bad)?;
    let mut head = ObjectHead {
        bytes: Vec::new(),
        is_whole: false,
        compression,
        stored_bytes: 0,
    };
    let is_small = u64::try_from(first.len()).is_ok_and(|length| length == reader.size());
    let mut rest = if is_small {
        futures::stream::empty().boxed()
    } else {
        let read = u64::try_from(first.len()).unwrap_or(0);
        reader.stream(read..reader.size()).await?
    };
    let mut stored = Some(first);
    while let Some(chunk) = stored {
        let mut input = chunk.as_ref();
        loop {
            let step = decompressor.push(input, &mut head.bytes).map_err(bad)?;
            head.stored_bytes += u64::try_from(step.consumed).unwrap_or(0);
            input = input.get(step.consumed..).unwrap_or_default();
            if head.bytes.len() >= head_bytes_max {
                head.bytes.truncate(head_bytes_max);
                return Ok(InspectedObject::Head(head));
            }
            if input.is_empty() && !step.has_more {
                break;
            }
        }
        stored = rest.try_next().await?;
    }
    decompressor.finish().map_err(bad)?;
    head.is_whole = true;
    Ok(InspectedObject::Head(head))
}
