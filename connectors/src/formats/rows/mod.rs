//! What row-oriented formats share: objects are decompressed, cut into rows and decoded in one pass, and written likewise.

pub mod compression;
pub mod decoder;
pub mod encoder;
pub mod scalar_text;

mod bzip2_stream;
mod charset;
pub(super) mod columns;
mod file_encoder;
pub(super) mod line_decoder;
pub(super) mod lines;
mod opener;
mod parallel;
mod plain_bytes;
pub(super) mod pull_decoder;
#[cfg(test)]
pub(super) mod sample_batch;
mod source;
mod split;

pub(super) use columns::BatchBuilder;
pub(super) use file_encoder::RowFileEncoder;
pub(super) use source::row_source;

pub use charset::Charset;
