//! The lengths in a stripe, looked at before a decoder makes room for what they say: corrupt ones would have it ask for more memory
//! than there is, and no guard brings a process back from that.
//!
//! Encodings: <https://orc.apache.org/specification/ORCv1/#run-length-encoding>.

use orc_rust::proto::StripeFooter;
use orc_rust::proto::column_encoding::Kind as EncodingKind;
use orc_rust::proto::stream::Kind as StreamKind;
use orc_rust::proto::r#type::Kind as TypeKind;

/// Bytes of text, or of binary values, that so many values in a row may have.
const BYTES_MAX: u64 = 1 << 30;
/// Elements of lists or maps that so many of them in a row may have.
const ELEMENTS_MAX: u64 = 1 << 26;
/// Values that are looked at together: as many as a batch has.
const WINDOW: u64 = 8192;

/// What is wrong with a stripe's lengths.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ImpossibleLengths(pub(super) String);

/// What a length counts in a column of that type.
pub(super) fn limit(kind: TypeKind) -> u64 {
    match kind {
        TypeKind::List | TypeKind::Map => ELEMENTS_MAX,
        _ => BYTES_MAX,
    }
}

/// Checks what the footer says of dictionaries: each entry is there for a row at least.
pub(super) fn check_dictionaries(
    footer: &StripeFooter,
    rows: u64,
) -> Result<(), ImpossibleLengths> {
    for (column, encoding) in footer.columns.iter().enumerate() {
        let entries = u64::from(encoding.dictionary_size.unwrap_or(0));
        // Elements of lists are not counted by rows, and may have more entries than there are rows.
        if entries > rows.saturating_mul(1024).max(1 << 20) {
            return Err(ImpossibleLengths(format!(
                "column {column} has a dictionary of {entries} entries for {rows} rows"
            )));
        }
    }
    Ok(())
}

/// Whether a column's lengths are encoded in the first version of run lengths.
pub(super) fn is_version_1(footer: &StripeFooter, column: u32) -> bool {
    let encoding = usize::try_from(column)
        .ok()
        .and_then(|column| footer.columns.get(column));
    encoding.is_some_and(|encoding| {
        matches!(
            encoding.kind(),
            EncodingKind::Direct | EncodingKind::Dictionary
        )
    })
}

/// Whether a stream holds lengths.
pub(super) fn holds_lengths(kind: StreamKind) -> bool {
    kind == StreamKind::Length
}

/// Checks a stream of lengths: no `WINDOW` of them may come to more than `limit`. A stream that breaks off is left to the decoder.
pub(super) fn check(stream: &[u8], version_1: bool, limit: u64) -> Result<(), ImpossibleLengths> {
    let mut window = Window {
        limit,
        count: 0,
        sum: 0,
    };
    let mut rest = stream;
    while !rest.is_empty() {
        let run = if version_1 {
            run_version_1(&mut rest, &mut window)
        } else {
            run_version_2(&mut rest, &mut window)
        };
        match run {
            Some(checked) => checked?,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Sums of so many lengths in a row.
struct Window {
    limit: u64,
    count: u64,
    sum: u64,
}

impl Window {
    /// Adds `count` lengths of `length`.
    fn add(&mut self, length: u64, count: u64) -> Result<(), ImpossibleLengths> {
        self.sum = self.sum.saturating_add(length.saturating_mul(count));
        self.count += count;
        if self.sum > self.limit {
            return Err(ImpossibleLengths(format!(
                "{} values have lengths of {} together, and may have {}",
                self.count, self.sum, self.limit
            )));
        }
        if self.count >= WINDOW {
            self.count = 0;
            self.sum = 0;
        }
        Ok(())
    }
}

type Checked = Option<Result<(), ImpossibleLengths>>;

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take(rest)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

fn big_endian(rest: &mut &[u8], bytes: usize) -> Option<u64> {
    (0..bytes).try_fold(0_u64, |value, _| Some(value << 8 | u64::from(take(rest)?)))
}

/// A run of values that differ by the same amount, or so many values one by one.
fn run_version_1(rest: &mut &[u8], window: &mut Window) -> Checked {
    let control = take(rest)?;
    if control < 0x80 {
        let count = u64::from(control) + 3;
        let delta = i64::from(take(rest)?.cast_signed());
        let base = varint(rest)?;
        let last = base.saturating_add_signed(delta.saturating_mul(count.cast_signed() - 1));
        return Some(window.add(base.max(last), count));
    }
    for _ in 0..control.wrapping_neg() {
        if let Err(impossible) = window.add(varint(rest)?, 1) {
            return Some(Err(impossible));
        }
    }
    Some(Ok(()))
}

fn run_version_2(rest: &mut &[u8], window: &mut Window) -> Checked {
    let header = take(rest)?;
    if header >> 6 == 0 {
        let count = u64::from(header & 7) + 3;
        let value = big_endian(rest, usize::from(header >> 3 & 7) + 1)?;
        return Some(window.add(value, count));
    }
    let code = header >> 1 & 0x1f;
    let count = (u64::from(header & 1) << 8 | u64::from(take(rest)?)) + 1;
    match header >> 6 {
        1 => Some(window.add_packed(rest, width_of(code), count)?),
        2 => {
            // Values above a base, a few of them with more bits: it is enough to know how great they may be.
            let (third, fourth) = (take(rest)?, take(rest)?);
            let base = big_endian(rest, usize::from(third >> 5) + 1)?;
            let base = base & (u64::MAX >> (65 - 8 * (u32::from(third >> 5) + 1)));
            let (width, patch_width) = (width_of(code), width_of(third & 0x1f));
            let patches = u64::from(fourth & 0x1f);
            let entry_width = closest_width(patch_width + u32::from(fourth >> 5) + 1);
            skip_bits(rest, u64::from(width) * count)?;
            skip_bits(rest, u64::from(entry_width) * patches)?;
            let most = |bits: u32| 1_u64.checked_shl(bits).map_or(u64::MAX, |most| most - 1);
            let plain = window.add(base.saturating_add(most(width)), count);
            let patched = match patches {
                0 => Ok(()),
                _ => window.add(most(width + patch_width), patches.min(1)),
            };
            Some(plain.and(patched))
        }
        _ => {
            let base = varint(rest)?;
            let delta = zigzag(varint(rest)?);
            if code == 0 {
                let last =
                    base.saturating_add_signed(delta.saturating_mul(count.cast_signed() - 1));
                return Some(window.add(base.max(last), count));
            }
            // The first two values, and then amounts of that width by which each differs from the one before.
            let mut value = base;
            let mut checked = window.add(value, 1);
            value = value.saturating_add_signed(delta);
            checked = checked.and(window.add(value, 1));
            let mut bits = Bits::new(rest, width_of(code));
            for _ in 2..count {
                let amount = bits.next()?.cast_signed().saturating_abs();
                value = value.saturating_add_signed(if delta < 0 { -amount } else { amount });
                checked = checked.and(window.add(value, 1));
            }
            Some(checked)
        }
    }
}

impl Window {
    fn add_packed(
        &mut self,
        rest: &mut &[u8],
        width: u32,
        count: u64,
    ) -> Option<Result<(), ImpossibleLengths>> {
        let mut bits = Bits::new(rest, width);
        let mut checked = Ok(());
        for _ in 0..count {
            checked = checked.and(self.add(bits.next()?, 1));
        }
        Some(checked)
    }
}

/// Values packed one after the other, the highest bit first; the last byte is filled up.
struct Bits<'a, 'b> {
    rest: &'a mut &'b [u8],
    width: u32,
    held: u128,
    bits: u32,
}

impl<'a, 'b> Bits<'a, 'b> {
    fn new(rest: &'a mut &'b [u8], width: u32) -> Self {
        Bits {
            rest,
            width,
            held: 0,
            bits: 0,
        }
    }

    fn next(&mut self) -> Option<u64> {
        while self.bits < self.width {
            self.held = self.held << 8 | u128::from(take(self.rest)?);
            self.bits += 8;
        }
        self.bits -= self.width;
        let value = self.held >> self.bits;
        self.held &= (1 << self.bits) - 1;
        u64::try_from(value).ok()
    }
}

fn skip_bits(rest: &mut &[u8], bits: u64) -> Option<()> {
    let bytes = usize::try_from(bits.div_ceil(8)).ok()?;
    *rest = rest.get(bytes..)?;
    Some(())
}

/// The width that a code stands for.
fn width_of(code: u8) -> u32 {
    match code {
        0..=23 => u32::from(code) + 1,
        24 => 26,
        25 => 28,
        26 => 30,
        27 => 32,
        28 => 40,
        29 => 48,
        30 => 56,
        _ => 64,
    }
}

/// The next width that there is a code for.
fn closest_width(bits: u32) -> u32 {
    match bits {
        0..=24 => bits.max(1),
        25..=26 => 26,
        27..=28 => 28,
        29..=30 => 30,
        31..=32 => 32,
        33..=40 => 40,
        41..=48 => 48,
        49..=56 => 56,
        _ => 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_examples_are_read() {
        // Short repeat, direct, patched base and delta, as the specification has them.
        let short = [0x0a, 0x27, 0x10];
        let direct = [0x5e, 0x03, 0x5c, 0xa1, 0xab, 0x1e, 0xde, 0xad, 0xbe, 0xef];
        let patched = [
            0x8e, 0x13, 0x2b, 0x21, 0x07, 0xd0, 0x1e, 0x00, 0x14, 0x70, 0x28, 0x32, 0x3c, 0x46,
            0x50, 0x5a, 0x64, 0x6e, 0x78, 0x82, 0x8c, 0x96, 0xa0, 0xaa, 0xb4, 0xbe, 0xfc, 0xe8,
        ];
        let delta = [0xc6, 0x09, 0x02, 0x02, 0x22, 0x42, 0x42, 0x46];
        for (stream, sum) in [
            (short.as_slice(), 50_000),
            (&direct, 23713 + 43806 + 57005 + 48879),
            (&delta, 2 + 3 + 5 + 7 + 11 + 13 + 17 + 19 + 23 + 29),
        ] {
            assert_eq!(check(stream, false, sum), Ok(()), "{stream:x?}");
            assert!(check(stream, false, sum - 1).is_err(), "{stream:x?}");
        }
        // An upper bound is enough here: 2,000 and 8 bits, and one value with 12 bits more.
        assert_eq!(check(&patched, false, 20 * 2255 + (1 << 20)), Ok(()));
        assert!(check(&patched, false, 20 * 2000).is_err());
        let joined = [
            short.as_slice(),
            &direct,
            &patched,
            &delta,
            &[0x0f, 0xff, 0xff],
        ]
        .concat();
        assert!(check(&joined, false, 1 << 40).is_ok());
    }

    #[test]
    fn runs_of_the_first_version_are_read() {
        // 100 times 7, and then 2, 3, 6, 7, 11.
        assert_eq!(check(&[0x61, 0x00, 0x07], true, 700), Ok(()));
        assert!(check(&[0x61, 0x00, 0x07], true, 699).is_err());
        assert_eq!(check(&[0xfb, 2, 3, 6, 7, 0xb], true, 29), Ok(()));
        assert!(check(&[0xfb, 2, 3, 6, 7, 0xb], true, 28).is_err());
    }

    #[test]
    fn lengths_beyond_all_memory_are_refused() {
        let huge = [0x38, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert!(check(&huge, false, limit(TypeKind::String)).is_err());
        assert!(check(&[0x00, 0x00], false, limit(TypeKind::List)).is_ok());
    }
}
