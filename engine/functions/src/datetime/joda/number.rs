//! Numbers with zeros in front.

/// The digits of the greatest number of 64 bits.
const DIGITS_MAX: usize = 20;

/// Appends a number with at least so many digits; the sign comes besides.
#[inline]
pub(crate) fn push_padded(text: &mut String, value: i64, digits_min: usize) {
    if value < 0 {
        text.push('-');
    }
    let magnitude = value.unsigned_abs();
    if magnitude < 100 && digits_min == 2 {
        push_digit(text, magnitude / 10);
        push_digit(text, magnitude % 10);
        return;
    }
    let mut digits = [b'0'; DIGITS_MAX];
    let mut count = 0;
    let mut rest = magnitude;
    for digit in digits.iter_mut().rev() {
        // A digit is below ten, so that nothing is lost.
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    text.extend(std::iter::repeat_n('0', digits_min.saturating_sub(count)));
    let shown = digits.get(DIGITS_MAX - count..).unwrap_or(&[]);
    text.push_str(std::str::from_utf8(shown).unwrap_or(""));
}

#[inline]
fn push_digit(text: &mut String, digit: u64) {
    // A digit is below ten, so that nothing is lost.
    text.push(char::from(b'0' + digit as u8));
}

#[cfg(test)]
mod tests {
    use super::push_padded;

    #[test]
    fn numbers_are_padded_after_their_sign() {
        let shown = |value, digits| {
            let mut text = String::new();
            push_padded(&mut text, value, digits);
            text
        };
        assert_eq!(shown(7, 2), "07");
        assert_eq!(shown(-7, 4), "-0007");
        assert_eq!(shown(12_345, 4), "12345");
        assert_eq!(shown(0, 0), "0");
        assert_eq!(shown(100, 2), "100");
        assert_eq!(shown(i64::MIN, 1), "-9223372036854775808");
    }
}
