//! The codecs whose libraries take bytes in pieces of any size: gzip, zlib, bzip2, zstd, xz.

use std::io;

use flate2::FlushDecompress;
use zstd::stream::raw::{InBuffer, Operation, OutBuffer};

use super::decompressor::{Codec, Progress};

/// The largest window of deflate, in bits: any data can be read with it.
const DEFLATE_WINDOW_BITS: u8 = 15;

/// Gzip or zlib around deflate.
pub(super) struct Deflate {
    stream: flate2::Decompress,
    new_stream: fn() -> flate2::Decompress,
}

impl Deflate {
    pub fn gzip() -> Self {
        Deflate::with(|| flate2::Decompress::new_gzip(DEFLATE_WINDOW_BITS))
    }

    pub fn zlib() -> Self {
        Deflate::with(|| flate2::Decompress::new(true))
    }

    fn with(new_stream: fn() -> flate2::Decompress) -> Self {
        Deflate {
            stream: new_stream(),
            new_stream,
        }
    }
}

impl Codec for Deflate {
    fn run(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<Progress> {
        let before = self.stream.total_in();
        let status = self
            .stream
            .decompress_vec(input, output, FlushDecompress::None)?;
        Ok(Progress {
            consumed: consumed(before, self.stream.total_in()),
            ended: status == flate2::Status::StreamEnd,
        })
    }

    fn begin(&mut self) -> io::Result<()> {
        self.stream = (self.new_stream)();
        Ok(())
    }
}

/// Bzip2.
pub(super) struct Bzip2(bzip2::Decompress);

impl Bzip2 {
    pub fn new() -> Self {
        Bzip2(bzip2::Decompress::new(false))
    }
}

impl Codec for Bzip2 {
    fn run(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<Progress> {
        let before = self.0.total_in();
        let status = self
            .0
            .decompress_vec(input, output)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(Progress {
            consumed: consumed(before, self.0.total_in()),
            ended: status == bzip2::Status::StreamEnd,
        })
    }

    fn begin(&mut self) -> io::Result<()> {
        *self = Bzip2::new();
        Ok(())
    }
}

/// Zstd; the library refuses windows of more than 128 MiB.
pub(super) struct Zstd(zstd::stream::raw::Decoder<'static>);

impl Zstd {
    pub fn new() -> io::Result<Self> {
        Ok(Zstd(zstd::stream::raw::Decoder::new()?))
    }
}

impl Codec for Zstd {
    fn run(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<Progress> {
        let mut input = InBuffer::around(input);
        let mut output = OutBuffer::around(output);
        let hint = self.0.run(&mut input, &mut output)?;
        Ok(Progress {
            consumed: input.pos(),
            ended: hint == 0,
        })
    }

    fn begin(&mut self) -> io::Result<()> {
        self.0.reinit()
    }
}

/// Xz, with a bound on what its dictionary may take.
pub(super) struct Xz(liblzma::stream::Stream);

impl Xz {
    /// More than any preset of xz uses, which is 64 MiB and some.
    const MEMORY_BYTES_MAX: u64 = 128 << 20;

    pub fn new() -> io::Result<Self> {
        let stream = liblzma::stream::Stream::new_stream_decoder(Self::MEMORY_BYTES_MAX, 0)?;
        Ok(Xz(stream))
    }
}

impl Codec for Xz {
    fn run(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<Progress> {
        let before = self.0.total_in();
        let status = self
            .0
            .process_vec(input, output, liblzma::stream::Action::Run)?;
        Ok(Progress {
            consumed: consumed(before, self.0.total_in()),
            ended: status == liblzma::stream::Status::StreamEnd,
        })
    }

    fn begin(&mut self) -> io::Result<()> {
        *self = Xz::new()?;
        Ok(())
    }
}

/// Both counts belong to one call, whose input is a slice.
fn consumed(before: u64, after: u64) -> usize {
    usize::try_from(after.saturating_sub(before)).unwrap_or(usize::MAX)
}
