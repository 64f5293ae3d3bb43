//! `Lz4Frames`: LZ4's frame format, as its `lz4_Frame_format.md` describes it.

use std::hash::Hasher;
use std::io;

use twox_hash::XxHash32;

use super::blocks::{BlockFormat, array, block_length, invalid};

/// How every frame begins.
pub(super) const LZ4_FRAME_MAGIC: [u8; 4] = [0x04, 0x22, 0x4D, 0x18];

/// How far back a block refers into those before it.
const HISTORY_BYTES: usize = 64 << 10;

/// The bit of a block's length that says it is not compressed.
const UNCOMPRESSED: u32 = 1 << 31;

#[derive(Debug, Clone, Copy)]
enum Next {
    Magic,
    Flags,
    Descriptor,
    BlockLength,
    Block { length: usize, compressed: bool },
    ContentChecksum,
}

#[derive(Debug)]
pub(super) struct Lz4Frames {
    next: Next,
    flags: [u8; 2],
    /// The last bytes before the block.
    history: Vec<u8>,
    content_hash: XxHash32,
}

impl Lz4Frames {
    pub fn new() -> Self {
        Lz4Frames {
            next: Next::Magic,
            flags: [0; 2],
            history: Vec::new(),
            content_hash: XxHash32::with_seed(0),
        }
    }

    fn has(&self, flag: u8) -> bool {
        let [flags, _] = self.flags;
        flags & flag != 0
    }

    fn has_block_checksums(&self) -> bool {
        self.has(1 << 4)
    }

    fn has_content_checksum(&self) -> bool {
        self.has(1 << 2)
    }

    fn blocks_are_independent(&self) -> bool {
        self.has(1 << 5)
    }

    /// The bytes of the descriptor after its flags: content size, dictionary, checksum.
    fn descriptor_length(&self) -> usize {
        let content_size = if self.has(1 << 3) { 8 } else { 0 };
        let dictionary = if self.has(1) { 4 } else { 0 };
        content_size + dictionary + 1
    }

    fn block_bytes_max(&self) -> io::Result<usize> {
        let [_, sizes] = self.flags;
        match sizes >> 4 & 0b111 {
            4 => Ok(64 << 10),
            5 => Ok(256 << 10),
            6 => Ok(1 << 20),
            7 => Ok(4 << 20),
            _ => Err(invalid("the frame has an unknown block size")),
        }
    }

    fn begin_blocks(&mut self, descriptor: &[u8]) -> io::Result<()> {
        let [flags, _] = self.flags;
        if flags >> 6 != 1 {
            return Err(invalid("the frame has an unknown version"));
        }
        if self.has(1) {
            return Err(invalid("the frame needs a dictionary"));
        }
        let (checksum, content) = descriptor
            .split_last()
            .ok_or_else(|| invalid("the frame has no descriptor"))?;
        let mut hash = XxHash32::with_seed(0);
        hash.write(&self.flags);
        hash.write(content);
        let [_, _, expected, _] = hash.finish_32().to_be_bytes();
        if expected != *checksum {
            return Err(invalid("the frame's descriptor has a wrong checksum"));
        }
        self.history.clear();
        self.content_hash = XxHash32::with_seed(0);
        Ok(())
    }

    fn take_block(
        &mut self,
        part: &[u8],
        length: usize,
        compressed: bool,
        output: &mut Vec<u8>,
    ) -> io::Result<()> {
        let (block, checksum) = part
            .split_at_checked(length)
            .ok_or_else(|| invalid("a block breaks off"))?;
        if self.has_block_checksums() {
            check(XxHash32::oneshot(0, block), checksum)?;
        }
        let start = output.len();
        if compressed {
            let mut plain = vec![0; self.block_bytes_max()?];
            let plain_length =
                lz4_flex::block::decompress_into_with_dict(block, &mut plain, &self.history)
                    .map_err(invalid)?;
            output.extend_from_slice(plain.get(..plain_length).unwrap_or_default());
        } else {
            output.extend_from_slice(block);
        }
        let plain = output.get(start..).unwrap_or_default();
        self.content_hash.write(plain);
        if !self.blocks_are_independent() {
            self.history.extend_from_slice(plain);
            let surplus = self.history.len().saturating_sub(HISTORY_BYTES);
            self.history.drain(..surplus);
        }
        Ok(())
    }
}

fn check(hash: u32, checksum: &[u8]) -> io::Result<()> {
    if u32::from_le_bytes(array(checksum)?) != hash {
        return Err(invalid("a checksum is wrong"));
    }
    Ok(())
}

impl BlockFormat for Lz4Frames {
    fn next_length(&self) -> usize {
        match self.next {
            Next::Magic | Next::BlockLength | Next::ContentChecksum => 4,
            Next::Flags => 2,
            Next::Descriptor => self.descriptor_length(),
            Next::Block { length, .. } if self.has_block_checksums() => length + 4,
            Next::Block { length, .. } => length,
        }
    }

    fn take(&mut self, part: &[u8], output: &mut Vec<u8>) -> io::Result<()> {
        self.next = match self.next {
            Next::Magic if part == LZ4_FRAME_MAGIC => Next::Flags,
            Next::Magic => return Err(invalid("a frame does not begin as frames do")),
            Next::Flags => {
                self.flags = array(part)?;
                Next::Descriptor
            }
            Next::Descriptor => {
                self.begin_blocks(part)?;
                Next::BlockLength
            }
            Next::BlockLength => match u32::from_le_bytes(array(part)?) {
                0 if self.has_content_checksum() => Next::ContentChecksum,
                0 => Next::Magic,
                length => Next::Block {
                    length: block_length(length & !UNCOMPRESSED)?,
                    compressed: length & UNCOMPRESSED == 0,
                },
            },
            Next::Block { length, compressed } => {
                self.take_block(part, length, compressed, output)?;
                Next::BlockLength
            }
            Next::ContentChecksum => {
                check(self.content_hash.finish_32(), part)?;
                Next::Magic
            }
        };
        Ok(())
    }

    fn may_end(&self) -> bool {
        matches!(self.next, Next::Magic)
    }
}
