//! How deep the parser goes and how high a tree it builds, both bounded.

use super::cursor::Cursor;
use crate::error::Result;

/// How deep parentheses, calls, CASE, subqueries, joins and types may nest. The parser's own stack grows as it needs to; the bound is
/// for whoever goes through the tree.
const NESTING_MAX: usize = 128;

/// How high a tree may be, operators included: `1 + 1 + … + 1` has a level for each. sqlparser's visitors let the stack grow, and
/// dropping a level takes up to 700 bytes of it; but cloning one takes 6 to 40 KB in a debug build, which 2 MB do not hold.
const HEIGHT_MAX: usize = 500;

/// Stack that has to be left when another level of nesting begins; a level takes less than half of it in a debug build.
const STACK_LEFT_MIN_BYTES: usize = 256 * 1024;

/// By how much the stack grows where less is left.
const STACK_SEGMENT_BYTES: usize = 1024 * 1024;

impl Cursor<'_> {
    /// Parses one level of nesting.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting >= NESTING_MAX {
            return Err(self.error(format!(
                "the statement nests too deeply; {NESTING_MAX} levels are allowed"
            )));
        }
        self.nesting += 1;
        let beside = std::mem::take(&mut self.height);
        let parsed =
            stacker::maybe_grow(STACK_LEFT_MIN_BYTES, STACK_SEGMENT_BYTES, || parse(self))?;
        self.grow(1)?;
        self.height = self.height.max(beside);
        self.nesting -= 1;
        Ok(parsed)
    }

    /// Parses a part beside others of the same construct: the highest of them counts.
    pub(super) fn beside<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let beside = std::mem::take(&mut self.height);
        let parsed = parse(self)?;
        self.height = self.height.max(beside);
        Ok(parsed)
    }

    /// The parts so far come to stand below further levels.
    pub(super) fn grow(&mut self, levels: usize) -> Result<()> {
        self.height += levels;
        if self.height > HEIGHT_MAX {
            return Err(self.error(format!(
                "too many operators in a row; {HEIGHT_MAX} are allowed, more in parentheses, and any number of AND, OR and UNION"
            )));
        }
        Ok(())
    }
}
