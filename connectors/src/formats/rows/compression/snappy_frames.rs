//! `SnappyFrames`: Snappy's framing format, as its `framing_format.txt` describes it.

use std::io::{self, Read};

use super::blocks::{BlockFormat, array, invalid};

/// How every stream begins: the type and length of its identifier.
pub(super) const SNAPPY_STREAM_BEGINNING: [u8; 4] = [0xFF, 6, 0, 0];

const STREAM_IDENTIFIER: &[u8] = b"\xFF\x06\x00\x00sNaPpY";

const COMPRESSED: u8 = 0x00;
const UNCOMPRESSED: u8 = 0x01;
/// From here on readers skip the types that they do not know.
const SKIPPABLE_MIN: u8 = 0x80;
const IDENTIFIER: u8 = 0xFF;

#[derive(Debug)]
pub(super) struct SnappyFrames {
    /// The chunk whose body comes next.
    header: Option<[u8; 4]>,
}

impl SnappyFrames {
    pub fn new() -> Self {
        SnappyFrames { header: None }
    }
}

impl BlockFormat for SnappyFrames {
    fn next_length(&self) -> usize {
        match self.header {
            None => 4,
            Some([_, low, middle, high]) => {
                usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16
            }
        }
    }

    fn take(&mut self, part: &[u8], output: &mut Vec<u8>) -> io::Result<()> {
        let Some(header) = self.header.take() else {
            self.header = Some(array(part)?);
            return Ok(());
        };
        let [kind, ..] = header;
        match kind {
            COMPRESSED | UNCOMPRESSED => {
                // The library's reader checks the chunk's checksum; it wants a stream, so it gets one of a chunk.
                let stream = STREAM_IDENTIFIER.chain(header.as_slice()).chain(part);
                snap::read::FrameDecoder::new(stream).read_to_end(output)?;
                Ok(())
            }
            IDENTIFIER if STREAM_IDENTIFIER.ends_with(part) && part.len() == 6 => Ok(()),
            SKIPPABLE_MIN..IDENTIFIER => Ok(()),
            _ => Err(invalid("a chunk has a type that is not known")),
        }
    }

    fn may_end(&self) -> bool {
        self.header.is_none()
    }
}
