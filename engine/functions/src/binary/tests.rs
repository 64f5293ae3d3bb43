use arrow::array::BinaryArray;
use datafusion::scalar::ScalarValue;

use super::murmur3::murmur3_x64_128;
use super::spooky_hash::spooky_hash_128;
use crate::testing::{bigint, column, constant, shown, text};

fn bytes(value: &[u8]) -> crate::testing::Argument {
    constant("varbinary", ScalarValue::Binary(Some(value.to_vec())))
}

#[tokio::test]
async fn encodings_go_back_and_forth() {
    assert_eq!(shown("to_base32", vec![bytes(b"Hi")]).await, "JBUQ====");
    assert_eq!(shown("from_base32", vec![text("JBUQ====")]).await, "4869");
    assert_eq!(
        shown("to_base64url", vec![bytes(&[0xfb, 0xff])]).await,
        "-_8="
    );
    assert_eq!(shown("from_base64", vec![text("aaaaaa")]).await, "69a69a69");
    assert_eq!(
        shown("from_hex", vec![text("0")]).await,
        "ERROR: string to decode must contain an even number of bytes, got 1"
    );
    assert_eq!(shown("to_hex", vec![bytes(&[0x0a, 0xff])]).await, "0AFF");
}

/// The reference values of the algorithms' authors and of Trino's documentation.
#[tokio::test]
async fn hashes_are_those_of_their_authors() {
    assert_eq!(
        shown("murmur3", vec![bytes(&[0x69, 0xa6, 0x9a, 0x69])]).await,
        "ba5855635569b42f4920372ca0e396ef"
    );
    assert_eq!(murmur3_x64_128(b""), [0, 0]);
    assert_eq!(
        shown("xxhash64", vec![bytes(b"")]).await,
        "ef46db3751d8e999"
    );
    assert_eq!(shown("crc32", vec![bytes(b"abc")]).await, "891568578");
    assert_eq!(
        shown("md5", vec![bytes(b"")]).await,
        "d41d8cd98f00b204e9800998ecf8427e"
    );
    // RFC 2202 and 4231
    assert_eq!(
        shown(
            "hmac_md5",
            vec![bytes(b"what do ya want for nothing?"), bytes(b"Jefe")]
        )
        .await,
        "750c783e6ab0b503eaa86e310a5db738"
    );
    // Trino's own tests have these.
    assert_eq!(
        shown("spooky_hash_v2_32", vec![bytes(b"")]).await,
        "6bf50919"
    );
    assert_eq!(
        shown("spooky_hash_v2_64", vec![bytes(b"hello")]).await,
        "3768826ad382e6ca"
    );
    // Longer texts are hashed in another way; a hash of bytes that differ in one must differ.
    assert_ne!(spooky_hash_128(&[7; 200]), spooky_hash_128(&[7; 201]));
}

#[tokio::test]
async fn parts_are_counted_from_one_and_from_the_end() {
    let values = || {
        column(
            "varbinary",
            BinaryArray::from(vec![Some(&b"hello"[..]), None, Some(b"")]),
        )
    };
    assert_eq!(
        shown("substr", vec![values(), bigint(2), bigint(3)]).await,
        "656c6c|NULL|"
    );
    assert_eq!(
        shown("substr", vec![values(), bigint(-2)]).await,
        "6c6f|NULL|"
    );
    assert_eq!(shown("substr", vec![values(), bigint(0)]).await, "|NULL|");
    assert_eq!(shown("reverse", vec![values()]).await, "6f6c6c6568|NULL|");
    assert_eq!(
        shown("lpad", vec![values(), bigint(7), bytes(&[1, 2])]).await,
        "010268656c6c6f|NULL|01020102010201"
    );
    assert_eq!(
        shown("from_big_endian_64", vec![bytes(&[0])]).await,
        "ERROR: expected 8-byte input, but got instead: 1"
    );
}
