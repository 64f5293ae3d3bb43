//! Finds the value that a path means, in one pass over the text before it. What stands behind it is not looked at, as in Trino.

use super::path::{JsonPath, Step};
use crate::json::cursor::{Cursor, expect};
use crate::json::scan::{Malformed, Scanner};
use crate::json::string::unescaped;
use crate::json::walk::skip;

/// Goes to the value of the path. False if there is none.
pub(super) fn locate(path: &JsonPath, scanner: &mut Scanner<'_>) -> Result<bool, Malformed> {
    for step in &path.steps {
        let found = match scanner.peek() {
            Some(b'{') => member(step, scanner)?,
            Some(b'[') => element(step, scanner)?,
            _ => return Err(Malformed),
        };
        if !found {
            return Ok(false);
        }
    }
    scanner.peek();
    Ok(true)
}

/// From an object to the value of the first member with the step's key.
fn member(step: &Step, scanner: &mut Scanner<'_>) -> Result<bool, Malformed> {
    scanner.advance();
    let mut cursor = Cursor::default();
    while cursor.next(scanner, b'}')? {
        scanner.peek();
        let found = (step.plain && scanner.take_plain_string(&step.key)) || {
            let key = scanner.string()?;
            // A plain key is written with escapes here, or it is another one.
            key.escaped && unescaped(key) == step.key
        };
        expect(scanner, b':')?;
        if found {
            return Ok(true);
        }
        skip(scanner)?;
    }
    Ok(false)
}

/// From an array to its element with the step's index.
fn element(step: &Step, scanner: &mut Scanner<'_>) -> Result<bool, Malformed> {
    scanner.advance();
    let mut left = step.index;
    let mut cursor = Cursor::default();
    while cursor.next_element(scanner)? {
        if left == Some(0) {
            return Ok(true);
        }
        left = left.map(|left| left - 1);
        skip(scanner)?;
    }
    Ok(false)
}
