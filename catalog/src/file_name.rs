//! Names of data files: each carries the id of the write that made it and of the catalog that issued the id.
//!
//! Hive finds data by listing, so a file's visibility has to be told from its name:
//! `20261121_043512_plw-<catalog: 12 hex>-<write: 16 hex>-<part: 5 digits or more>.<ending>`.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::writes::WriteId;

/// What marks a name as carrying ids.
const MARK: &str = "plw-";
/// Hex digits of a catalog's id.
const CATALOG_DIGITS: usize = 12;
/// Hex digits of a write's id.
const WRITE_DIGITS: usize = 16;

/// The identity of a catalog: 12 hex digits, made at random when the catalog is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CatalogId(String);

impl CatalogId {
    /// A new random identity.
    pub fn generate() -> Self {
        let random = uuid::Uuid::new_v4().simple().to_string();
        CatalogId(random.chars().take(CATALOG_DIGITS).collect())
    }
}

impl FromStr for CatalogId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        (text.len() == CATALOG_DIGITS && text.bytes().all(is_hex))
            .then(|| CatalogId(text.to_owned()))
            .ok_or(())
    }
}

impl fmt::Display for CatalogId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The ids in a data file's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WrittenBy {
    /// The catalog that issued the write's id.
    pub catalog: CatalogId,
    /// The write.
    pub write: WriteId,
}

impl WrittenBy {
    /// The name of the write's file number `part`; `ending` is a suffix such as `.parquet`.
    pub fn file_name(&self, time: DateTime<Utc>, part: u64, ending: &str) -> String {
        format!(
            "{}_{MARK}{}-{}-{part:05}{ending}",
            time.format("%Y%m%d_%H%M%S"),
            self.catalog,
            self.write,
        )
    }

    /// The ids in an object's name, if it carries any. Only the last component of a key is a name.
    pub fn parse(file_name: &str) -> Option<WrittenBy> {
        let start = file_name.find(MARK)? + MARK.len();
        let ids = file_name.get(start..)?;
        let mut parts = ids.splitn(3, '-');
        let catalog = parts.next()?.parse().ok()?;
        let write = parts.next()?.parse().ok()?;
        let part = parts.next()?;
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        (digits >= 5).then_some(WrittenBy { catalog, write })
    }
}

impl FromStr for WriteId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.len() != WRITE_DIGITS || !text.bytes().all(is_hex) {
            return Err(());
        }
        i64::from_str_radix(text, 16).map(WriteId).map_err(|_| ())
    }
}

impl fmt::Display for WriteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_back_the_ids_that_it_was_made_of() {
        let ids = WrittenBy {
            catalog: CatalogId::generate(),
            write: WriteId(77),
        };
        for part in [0, 7, 123_456_789] {
            let name = ids.file_name(Utc::now(), part, ".zstd.orc");
            assert_eq!(WrittenBy::parse(&name), Some(ids.clone()), "{name}");
        }
    }

    #[test]
    fn names_of_others_carry_no_ids() {
        for name in [
            "part-00000.parquet",
            "plw-",
            "plw-0123456789ab-0000000000000001.parquet",
            "plw-0123456789AB-0000000000000001-00000",
            "plw-0123456789ab-000000000000001-00000",
            "plw-0123456789ab-0000000000000001-0000x",
        ] {
            assert_eq!(WrittenBy::parse(name), None, "{name}");
        }
    }
}
