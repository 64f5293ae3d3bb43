//! Where row groups begin in the streams of a stripe, for readers that skip some of them.

use orc_rust::proto::stream::Kind as StreamKind;

/// Rows of a row group: what Hive and Spark write.
pub(super) const ROWS_A_GROUP: usize = 10_000;

/// How many values a column held when a row group began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Values that are not NULL.
    pub(super) elements: usize,
    /// Their bytes, where these are kept as bytes.
    pub(super) bytes: usize,
}

/// Where a row group begins in a stream: at a byte before compression, and then at a place within what is encoded there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct StreamStart {
    pub(super) byte: usize,
    /// What the encoding adds: values of a run to skip, bits of a byte to skip.
    pub(super) within: &'static [u64],
}

/// One encoded stream of a stripe, not yet compressed.
#[derive(Debug)]
pub(super) struct EncodedStream {
    pub(super) kind: StreamKind,
    pub(super) column: u32,
    pub(super) bytes: Vec<u8>,
    /// For each row group; empty for streams that are read as a whole.
    pub(super) starts: Vec<StreamStart>,
}

/// No run goes on from one row group into the next.
pub(super) const AT_RUN: &[u64] = &[0];
/// Plain bytes have no runs.
pub(super) const AT_BYTE: &[u64] = &[];
/// Within a byte of booleans, of which no run goes on either.
pub(super) const AT_BIT: [&[u64]; 8] = [
    &[0, 0],
    &[0, 1],
    &[0, 2],
    &[0, 3],
    &[0, 4],
    &[0, 5],
    &[0, 6],
    &[0, 7],
];

/// Encodes each row group's values apart from the others. `starts` are the first values of each.
pub(super) fn by_groups<T>(
    values: &[T],
    starts: impl Iterator<Item = usize>,
    encode: impl Fn(&[T]) -> Vec<u8>,
) -> (Vec<u8>, Vec<StreamStart>) {
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).copied().chain([values.len()]);
    let mut bytes = Vec::new();
    let mut places = Vec::with_capacity(starts.len());
    for (start, end) in starts.iter().zip(ends) {
        places.push(StreamStart {
            byte: bytes.len(),
            within: AT_RUN,
        });
        bytes.extend(encode(values.get(*start..end).unwrap_or_default()));
    }
    (bytes, places)
}

/// The starts in a stream of plain bytes.
pub(super) fn at_bytes(starts: impl Iterator<Item = usize>) -> Vec<StreamStart> {
    starts
        .map(|byte| StreamStart {
            byte,
            within: AT_BYTE,
        })
        .collect()
}
