//! `LzoFile`: the file format of lzop, which Hadoop's LzopCodec writes too.
//!
//! A header, and then blocks: a plain length, a compressed length, checksums as the header's flags ask for them, and so many
//! bytes of raw LZO1X, or of plain bytes where compression did not pay. A plain length of 0 ends the file.

use std::io;

use super::blocks::{BlockFormat, array, block_length, invalid};

/// How every file begins.
pub(super) const LZO_FILE_BEGINNING: [u8; 4] = [0x89, b'L', b'Z', b'O'];

/// What follows the beginning in the magic.
const MAGIC_REST: [u8; 5] = [0, b'\r', b'\n', 0x1a, b'\n'];

/// From this version of lzop on the header has two fields more.
const VERSION_WITH_LEVEL: u16 = 0x0940;

const ADLER32_PLAIN: u32 = 1 << 0;
const ADLER32_COMPRESSED: u32 = 1 << 1;
const EXTRA_FIELD: u32 = 1 << 6;
const CRC32_PLAIN: u32 = 1 << 8;
const CRC32_COMPRESSED: u32 = 1 << 9;
const FILTER: u32 = 1 << 11;

#[derive(Debug, Clone, Copy)]
enum Next {
    Beginning,
    MagicRest,
    /// Two versions of the writer's, and one that is needed to read if the first is new enough.
    Version,
    /// Method, level, flags, mode, times, length of the name.
    Header {
        new: bool,
    },
    /// The name, and the header's checksum.
    Name {
        length: usize,
    },
    ExtraLength,
    Extra {
        length: usize,
    },
    PlainLength,
    CompressedLength {
        plain: usize,
    },
    Block {
        plain: usize,
        compressed: usize,
    },
    End,
}

#[derive(Debug)]
pub(super) struct LzoFile {
    next: Next,
    flags: u32,
}

impl LzoFile {
    pub fn new() -> Self {
        LzoFile {
            next: Next::Beginning,
            flags: 0,
        }
    }

    /// The bytes of checksums before a block.
    fn checksum_bytes(&self, plain: usize, compressed: usize) -> usize {
        let count = |flags: &[u32]| flags.iter().filter(|flag| self.flags & **flag != 0).count();
        let mut checksums = count(&[ADLER32_PLAIN, CRC32_PLAIN]);
        if compressed < plain {
            checksums += count(&[ADLER32_COMPRESSED, CRC32_COMPRESSED]);
        }
        4 * checksums
    }

    fn header(&mut self, part: &[u8], new: bool) -> io::Result<Next> {
        // Method, and level where there is one, come before the flags; mode and two times (one in old files) after.
        let flags_at = if new { 2 } else { 1 };
        let flags = part
            .get(flags_at..flags_at + 4)
            .ok_or_else(|| invalid("the header breaks off"))?;
        self.flags = u32::from_be_bytes(array(flags)?);
        if self.flags & FILTER != 0 {
            return Err(invalid("the file is filtered, which is not supported"));
        }
        let name = part.last().copied().unwrap_or_default();
        Ok(Next::Name {
            length: usize::from(name) + 4,
        })
    }
}

impl BlockFormat for LzoFile {
    fn next_length(&self) -> usize {
        match self.next {
            Next::Beginning
            | Next::ExtraLength
            | Next::PlainLength
            | Next::CompressedLength { .. } => 4,
            Next::MagicRest => MAGIC_REST.len(),
            Next::Version => 4,
            // Where it is new: version to extract (2), method, level, flags (4), mode (4), times (8), name length.
            Next::Header { new: true } => 2 + 1 + 1 + 4 + 4 + 8 + 1,
            Next::Header { new: false } => 1 + 4 + 4 + 4 + 1,
            Next::Name { length } | Next::Extra { length } => length,
            Next::Block { plain, compressed } => {
                self.checksum_bytes(plain, compressed) + compressed
            }
            Next::End => 1,
        }
    }

    fn take(&mut self, part: &[u8], output: &mut Vec<u8>) -> io::Result<()> {
        self.next = match self.next {
            Next::Beginning => Next::MagicRest,
            Next::MagicRest if part == MAGIC_REST => Next::Version,
            Next::MagicRest => return Err(invalid("the file does not begin as lzop's do")),
            Next::Version => {
                let version = part.get(..2).unwrap_or_default();
                Next::Header {
                    new: u16::from_be_bytes(array(version)?) >= VERSION_WITH_LEVEL,
                }
            }
            Next::Header { new } => {
                let fields = if new { part.get(2..) } else { Some(part) };
                self.header(fields.unwrap_or_default(), new)?
            }
            Next::Name { .. } if self.flags & EXTRA_FIELD != 0 => Next::ExtraLength,
            Next::Name { .. } => Next::PlainLength,
            Next::ExtraLength => Next::Extra {
                length: block_length(u32::from_be_bytes(array(part)?))?.saturating_add(4),
            },
            Next::Extra { .. } => Next::PlainLength,
            Next::PlainLength => match block_length(u32::from_be_bytes(array(part)?))? {
                0 => Next::End,
                plain => Next::CompressedLength { plain },
            },
            Next::CompressedLength { plain } => {
                let compressed = block_length(u32::from_be_bytes(array(part)?))?;
                if compressed == 0 || compressed > plain {
                    return Err(invalid("a block has an impossible length"));
                }
                Next::Block { plain, compressed }
            }
            Next::Block { plain, compressed } => {
                let block = part
                    .get(self.checksum_bytes(plain, compressed)..)
                    .ok_or_else(|| invalid("a block breaks off"))?;
                if compressed == plain {
                    output.extend_from_slice(block);
                } else {
                    let start = output.len();
                    output.resize(start.saturating_add(plain), 0);
                    let room = output.get_mut(start..).unwrap_or_default();
                    let length = lzokay::decompress::decompress(block, room)
                        .map_err(|error| invalid(format!("{error:?}")))?;
                    if length != plain {
                        return Err(invalid("a block holds another length than it says"));
                    }
                }
                Next::PlainLength
            }
            Next::End => return Err(invalid("there is data after the file's end")),
        };
        Ok(())
    }

    fn may_end(&self) -> bool {
        matches!(self.next, Next::End)
    }
}
