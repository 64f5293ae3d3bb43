//! Names of tables, out of the names of folders.

use sha2::{Digest, Sha256};

/// Glue's bound on the names of tables that crawlers make.
const TABLE_NAME_CHARACTERS_MAX: usize = 128;
/// Bytes of the digest that tells tables of one name apart: 128 bits, as many as the MD5 of Glue's own suffix.
const DIGEST_BYTES: usize = 16;
/// `_` and two hex digits a byte.
const SUFFIX_CHARACTERS: usize = 1 + 2 * DIGEST_BYTES;
/// The name for a folder without one.
const NAMELESS: &str = "table";

/// The name of the table over a folder: prefix and folder in lower case, `_` for each character outside `[a-z0-9_]`, cut to 128
/// characters. A folder without a name, such as a bucket's root, is `table`.
pub fn table_name(prefix: &str, folder: &str) -> String {
    let folder = match folder.trim_matches('/') {
        "" => NAMELESS,
        named => named,
    };
    plain(prefix.chars().chain(folder.chars()))
        .take(TABLE_NAME_CHARACTERS_MAX)
        .collect()
}

/// The name for one of several tables that would otherwise share it: with `_` and 32 hex digits that depend on nothing but
/// `distinguishing`, such as the table's location, so that each crawl gives the same name.
pub fn table_name_with_suffix(name: &str, distinguishing: &str) -> String {
    let digest = Sha256::digest(distinguishing.as_bytes());
    let kept = plain(name.chars()).take(TABLE_NAME_CHARACTERS_MAX - SUFFIX_CHARACTERS);
    let mut suffixed: String = kept.collect();
    suffixed.push('_');
    for byte in digest.iter().take(DIGEST_BYTES) {
        suffixed.push_str(&format!("{byte:02x}"));
    }
    suffixed
}

fn plain(characters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    characters.map(|character| match character.to_ascii_lowercase() {
        kept @ ('a'..='z' | '0'..='9' | '_') => kept,
        _ => '_',
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutation::for_each_mutation;

    #[test]
    fn folders_name_tables() {
        for (prefix, folder, name) in [
            ("", "Orders", "orders"),
            ("raw_", "year=2017", "raw_year_2017"),
            ("Raw-", "a.b c", "raw_a_b_c"),
            ("", "", "table"),
            ("p_", "/", "p_table"),
            ("", "sales/", "sales"),
            ("", "東京", "__"),
            ("", "2024", "2024"),
        ] {
            assert_eq!(table_name(prefix, folder), name);
        }
        assert_eq!(table_name("p", &"x".repeat(300)).len(), 128);
    }

    #[test]
    fn suffixes_tell_tables_apart_within_the_bound() {
        let name = table_name_with_suffix("orders", "s3://lake/a/orders/");
        assert_eq!(name.len(), "orders".len() + 33);
        assert!(name.starts_with("orders_"));
        assert_eq!(
            name,
            table_name_with_suffix("orders", "s3://lake/a/orders/")
        );
        assert_ne!(
            name,
            table_name_with_suffix("orders", "s3://lake/b/orders/")
        );
        assert_eq!(table_name_with_suffix(&"x".repeat(128), "").len(), 128);
        // The first 16 bytes of SHA-256 of nothing.
        assert_eq!(
            table_name_with_suffix("t", ""),
            "t_e3b0c44298fc1c149afbf4c8996fb924"
        );
    }

    #[test]
    fn names_of_any_text_are_plain() {
        for_each_mutation(&["Orders/2024", "raw_東", "a-b.c"], |text| {
            for name in [table_name("P-", text), table_name_with_suffix(text, text)] {
                assert!(!name.is_empty() && name.len() <= 128);
                assert!(
                    name.bytes()
                        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
                );
            }
        });
    }
}
