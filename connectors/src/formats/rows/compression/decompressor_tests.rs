//! Every compression, through its public door.

use std::io::Write;

use super::*;

/// Pushes the object in pieces of `piece` bytes; every call's output is checked against the bound.
fn decompress(
    compression: ObjectCompression,
    object: &[u8],
    piece: usize,
) -> Result<Vec<u8>, CompressionError> {
    let mut decompressor = Decompressor::new(compression)?;
    let mut plain = Vec::new();
    for mut input in object.chunks(piece) {
        loop {
            let before = plain.len();
            let step = decompressor.push(input, &mut plain)?;
            assert!(plain.len() - before <= OUTPUT_BYTES_MAX);
            input = &input[step.consumed..];
            if input.is_empty() && !step.has_more {
                break;
            }
        }
    }
    decompressor.finish()?;
    Ok(plain)
}

fn sample() -> Vec<u8> {
    (0..40_000_u32)
        .flat_map(|row| format!("{row},{}\n", row.wrapping_mul(2_654_435_761) % 1000).into_bytes())
        .collect()
}

fn hadoop_blocks(plain: &[u8], compress: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut object = Vec::new();
    for block in plain.chunks(100_000) {
        object.extend(u32::try_from(block.len()).unwrap().to_be_bytes());
        for chunk in block.chunks(60_000) {
            let compressed = compress(chunk);
            object.extend(u32::try_from(compressed.len()).unwrap().to_be_bytes());
            object.extend(compressed);
        }
    }
    object
}

fn lz4_frame(plain: &[u8], info: lz4_flex::frame::FrameInfo) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// Each compression with the same text in it.
fn objects(plain: &[u8]) -> Vec<(ObjectCompression, Vec<u8>)> {
    use lz4_flex::frame::{BlockMode, FrameInfo};

    let level = flate2::Compression::fast();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), level);
    gzip.write_all(plain).unwrap();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), level);
    zlib.write_all(plain).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(plain).unwrap();
    let mut snappy = snap::write::FrameEncoder::new(Vec::new());
    snappy.write_all(plain).unwrap();
    let linked = FrameInfo::new()
        .block_mode(BlockMode::Linked)
        .content_checksum(true)
        .block_checksums(true);
    vec![
        (ObjectCompression::None, plain.to_vec()),
        (ObjectCompression::Gzip, gzip.finish().unwrap()),
        (ObjectCompression::Deflate, zlib.finish().unwrap()),
        (ObjectCompression::Bzip2, bzip2.finish().unwrap()),
        (
            ObjectCompression::Zstd,
            zstd::stream::encode_all(plain, 1).unwrap(),
        ),
        (ObjectCompression::Snappy, snappy.into_inner().unwrap()),
        (
            ObjectCompression::Snappy,
            hadoop_blocks(plain, |chunk| {
                snap::raw::Encoder::new().compress_vec(chunk).unwrap()
            }),
        ),
        (ObjectCompression::Lz4, lz4_frame(plain, FrameInfo::new())),
        (ObjectCompression::Lz4, lz4_frame(plain, linked)),
        (
            ObjectCompression::Lz4,
            hadoop_blocks(plain, lz4_flex::block::compress),
        ),
    ]
}

#[test]
fn every_compression_gives_back_the_text_however_the_bytes_are_cut() {
    let plain = sample();
    for (compression, object) in objects(&plain) {
        for piece in [1, 1000, object.len()] {
            let result = decompress(compression, &object, piece).unwrap();
            assert!(result == plain, "{compression:?} in pieces of {piece}");
        }
    }
}

#[test]
fn members_one_after_the_other_are_one_text() {
    let plain = sample();
    let twice = [plain.as_slice(), plain.as_slice()].concat();
    for (compression, object) in objects(&plain) {
        let object = [object.as_slice(), object.as_slice()].concat();
        assert!(
            decompress(compression, &object, 777).unwrap() == twice,
            "{compression:?}"
        );
    }
}

#[test]
fn data_that_breaks_off_is_an_error() {
    for (compression, object) in objects(&sample()) {
        if compression == ObjectCompression::None {
            continue;
        }
        let cut = &object[..object.len() - 1];
        let error = decompress(compression, cut, 4096).unwrap_err();
        assert!(
            matches!(error, CompressionError::Truncated(found) if found == compression),
            "{error}"
        );
    }
}

#[test]
fn damaged_data_is_an_error() {
    for (compression, mut object) in objects(&sample()) {
        if compression == ObjectCompression::None {
            continue;
        }
        // Hadoop's blocks have no checksum, so what is damaged is a length.
        object[1] ^= 0x55;
        assert!(
            decompress(compression, &object, 4096).is_err(),
            "{compression:?}"
        );
    }
}

#[test]
fn a_wrong_checksum_is_an_error() {
    for (compression, mut object) in objects(&sample()) {
        let end = object.len();
        let position = match compression {
            ObjectCompression::Gzip | ObjectCompression::Deflate => end - 4,
            // After the stream's identifier and the header of its first chunk.
            ObjectCompression::Snappy if object.starts_with(b"\xFF") => 14,
            ObjectCompression::Lz4 if object[0] == 0x04 && !object.ends_with(&[0; 4]) => end - 4,
            _ => continue,
        };
        object[position] ^= 0x55;
        assert!(
            decompress(compression, &object, 4096).is_err(),
            "{compression:?}"
        );
    }
}

#[test]
fn an_empty_object_is_an_empty_text() {
    for compression in [
        ObjectCompression::None,
        ObjectCompression::Gzip,
        ObjectCompression::Bzip2,
        ObjectCompression::Zstd,
        ObjectCompression::Snappy,
    ] {
        let mut decompressor = Decompressor::new(compression).unwrap();
        decompressor.finish().unwrap();
    }
}

#[test]
fn few_bytes_that_expand_to_many_come_out_bit_by_bit() {
    let plain = vec![b'x'; 20 << 20];
    for (compression, object) in objects(&plain) {
        assert!(
            decompress(compression, &object, object.len()).unwrap() == plain,
            "{compression:?}"
        );
    }
}

#[test]
fn the_end_of_a_name_tells_the_compression() {
    for (name, compression) in [
        ("a/part-0.csv.gz", ObjectCompression::Gzip),
        ("a/part-0.GZ", ObjectCompression::Gzip),
        ("a/part-0.json.bz2", ObjectCompression::Bzip2),
        ("a/part-0.zst", ObjectCompression::Zstd),
        ("a/000000_0.deflate", ObjectCompression::Deflate),
        ("a/part-0.snappy", ObjectCompression::Snappy),
        ("a/part-0.lz4", ObjectCompression::Lz4),
        ("a.gz/part-0", ObjectCompression::None),
        ("part-0.csv", ObjectCompression::None),
    ] {
        assert_eq!(
            ObjectCompression::from_object_name(name),
            compression,
            "{name}"
        );
    }
}
