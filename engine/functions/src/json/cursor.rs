//! Steps through the values of an array or an object, for those who know what they look for.

use super::scan::{Malformed, RawString, Scanner};

/// Steps through an array or an object whose opening bracket was passed. The caller passes each value before the next step.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    started: bool,
}

impl Cursor {
    /// Goes to the next element of an array; false at its end, which is passed.
    #[inline]
    pub(super) fn next_element(&mut self, scanner: &mut Scanner<'_>) -> Result<bool, Malformed> {
        self.next(scanner, b']')
    }

    /// Goes to the value of an object's next member, and gives its key; none at its end, which is passed.
    pub(super) fn next_member<'a>(
        &mut self,
        scanner: &mut Scanner<'a>,
    ) -> Result<Option<RawString<'a>>, Malformed> {
        if !self.next(scanner, b'}')? {
            return Ok(None);
        }
        scanner.peek();
        let key = scanner.string()?;
        expect(scanner, b':')?;
        Ok(Some(key))
    }

    #[inline]
    pub(super) fn next(
        &mut self,
        scanner: &mut Scanner<'_>,
        closing: u8,
    ) -> Result<bool, Malformed> {
        if scanner.take(closing) {
            return Ok(false);
        }
        if self.started {
            expect(scanner, b',')?;
        }
        self.started = true;
        Ok(true)
    }
}

/// Passes a byte that must follow.
#[inline]
pub(super) fn expect(scanner: &mut Scanner<'_>, byte: u8) -> Result<(), Malformed> {
    if scanner.take(byte) {
        Ok(())
    } else {
        Err(Malformed)
    }
}
