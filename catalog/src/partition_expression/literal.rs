//! Literals, and where each stands among the values that a partition key can hold.

use crate::partition_value::{
    HIVE_DEFAULT_PARTITION, KeyType, PartitionLiteral, parse_date, parse_timestamp,
};

use super::number::{ScaledNumber, scaled};

const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;

/// What a literal was written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LiteralKind {
    Text,
    Number,
    Date,
    Timestamp,
}

/// A literal of an expression.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub kind: LiteralKind,
    /// The content of its quotes, or the digits with their sign.
    pub value: String,
    /// As the expression has it, for messages.
    pub written: String,
    pub position: usize,
}

/// A literal's place among the values of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// It is a value of the key.
    Exactly(PartitionLiteral),
    /// It lies above this value and below the next that the key can hold.
    JustAbove(PartitionLiteral),
    /// It is greater than every value of the key.
    AboveAll,
    /// It is less than every value of the key.
    BelowAll,
    /// It is the text by which Hive names NULL.
    Null,
}

impl Literal {
    /// The literal's place; `None` if it cannot be compared with keys of the type.
    pub fn place(&self, key_type: KeyType) -> Option<Place> {
        if self.kind == LiteralKind::Text && self.value == HIVE_DEFAULT_PARTITION {
            return Some(Place::Null);
        }
        match (key_type, self.kind) {
            (KeyType::Integer, LiteralKind::Text | LiteralKind::Number) => {
                Some(integer_place(scaled(&self.value, 0)?))
            }
            (KeyType::Decimal(scale), LiteralKind::Text | LiteralKind::Number) => {
                Some(match scaled(&self.value, scale)? {
                    ScaledNumber::Exactly(n) => Place::Exactly(PartitionLiteral::Decimal(n)),
                    ScaledNumber::JustAbove(n) => Place::JustAbove(PartitionLiteral::Decimal(n)),
                    ScaledNumber::AboveAll => Place::AboveAll,
                    ScaledNumber::BelowAll => Place::BelowAll,
                })
            }
            (KeyType::Date, LiteralKind::Timestamp) => date_place(parse_timestamp(&self.value)?),
            (KeyType::Date | KeyType::Timestamp, LiteralKind::Number)
            | (KeyType::Integer | KeyType::Decimal(_), _) => None,
            (KeyType::Date | KeyType::Timestamp | KeyType::Text, _) => {
                key_type.parse(&self.value).map(Place::Exactly)
            }
        }
    }
}

fn integer_place(number: ScaledNumber) -> Place {
    let held = |n: i128| i64::try_from(n).map(PartitionLiteral::Integer);
    match number {
        ScaledNumber::Exactly(n) => match held(n) {
            Ok(literal) => Place::Exactly(literal),
            Err(_) if n < 0 => Place::BelowAll,
            Err(_) => Place::AboveAll,
        },
        ScaledNumber::JustAbove(n) => match held(n) {
            Ok(literal) => Place::JustAbove(literal),
            Err(_) if n < 0 => Place::BelowAll,
            Err(_) => Place::AboveAll,
        },
        ScaledNumber::AboveAll => Place::AboveAll,
        ScaledNumber::BelowAll => Place::BelowAll,
    }
}

/// The place of a moment among days, each of which stands for its midnight.
fn date_place(microseconds: i64) -> Option<Place> {
    let day = i32::try_from(microseconds.div_euclid(MICROSECONDS_PER_DAY)).ok()?;
    let day = PartitionLiteral::Date(day);
    Some(match microseconds.rem_euclid(MICROSECONDS_PER_DAY) {
        0 => Place::Exactly(day),
        _ => Place::JustAbove(day),
    })
}

/// Whether the text is what its literal's keyword promises.
pub(super) fn is_valid(kind: LiteralKind, value: &str) -> bool {
    match kind {
        LiteralKind::Text | LiteralKind::Number => true,
        LiteralKind::Date => parse_date(value).is_some(),
        LiteralKind::Timestamp => parse_timestamp(value).is_some(),
    }
}

/// What keys of the type hold, for messages.
pub(super) fn description(key_type: KeyType) -> String {
    match key_type {
        KeyType::Integer => "integers".to_owned(),
        KeyType::Decimal(scale) => format!("decimals with {scale} digits after the point"),
        KeyType::Date => "dates (write 'yyyy-mm-dd')".to_owned(),
        KeyType::Timestamp => "timestamps (write 'yyyy-mm-dd hh:mm:ss')".to_owned(),
        KeyType::Text => "text".to_owned(),
    }
}
