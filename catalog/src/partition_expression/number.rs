//! `ScaledNumber`: where a number of any size stands among numbers with so many digits after the point.

/// A number's place among the multiples of a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScaledNumber {
    /// It is this multiple.
    Exactly(i128),
    /// It lies above this multiple and below the next.
    JustAbove(i128),
    /// It is greater than all that an `i128` holds.
    AboveAll,
    /// It is less than all that an `i128` holds.
    BelowAll,
}

/// Reads a number written with a sign, digits and a point; `None` if the text is no number.
pub(super) fn scaled(text: &str, scale: u8) -> Option<ScaledNumber> {
    let text = text.trim();
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut all = whole.bytes().chain(fraction.bytes()).peekable();
    if all.peek().is_none() || !all.all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let scale = usize::from(scale);
    let kept = fraction.chars().chain(std::iter::repeat('0')).take(scale);
    let is_exact = fraction.chars().skip(scale).all(|digit| digit == '0');
    let beyond = if is_negative {
        ScaledNumber::BelowAll
    } else {
        ScaledNumber::AboveAll
    };
    let magnitude = format!("0{whole}{}", kept.collect::<String>()).parse::<i128>();
    let Ok(magnitude) = magnitude else {
        return Some(beyond);
    };
    Some(match (is_negative, is_exact) {
        (false, true) => ScaledNumber::Exactly(magnitude),
        (false, false) => ScaledNumber::JustAbove(magnitude),
        (true, true) => ScaledNumber::Exactly(-magnitude),
        (true, false) => match (-magnitude).checked_sub(1) {
            Some(floor) => ScaledNumber::JustAbove(floor),
            None => ScaledNumber::BelowAll,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_find_their_place() {
        use ScaledNumber as S;
        for (text, scale, place) in [
            ("5", 0, S::Exactly(5)),
            ("5.", 0, S::Exactly(5)),
            (".5", 1, S::Exactly(5)),
            ("5.000", 0, S::Exactly(5)),
            ("5.5", 0, S::JustAbove(5)),
            ("-5.5", 0, S::JustAbove(-6)),
            ("-0.1", 0, S::JustAbove(-1)),
            ("1.005", 2, S::JustAbove(100)),
            (" +1.25 ", 2, S::Exactly(125)),
            (
                "000000000000000000000000000000000000000000001",
                0,
                S::Exactly(1),
            ),
        ] {
            assert_eq!(scaled(text, scale), Some(place), "{text}");
        }
        let huge = "9".repeat(60);
        assert_eq!(scaled(&huge, 3), Some(S::AboveAll));
        assert_eq!(scaled(&format!("-{huge}.5"), 3), Some(S::BelowAll));
        for text in ["", ".", "-", "+-1", "1e3", "1.2.3", "１", "x", "- 1"] {
            assert_eq!(scaled(text, 2), None, "{text}");
        }
    }
}
