//! Reads one condition on one partition key, such as `year >= 2024`.

use crate::like_pattern::LikePattern;
use crate::partition_predicate::{Comparison, PartitionPredicate};
use crate::partition_value::KeyType;

use super::cursor::Cursor;
use super::error::ExpressionError;
use super::lexer::{Token, TokenKind};
use super::literal::{Literal, Place, description};
use super::literal_reader::{LITERAL, begins_literal, literal};
use super::reserved::is_reserved;

const OPERAND: &str = "a partition key or a literal";

/// Reads conditions on the keys.
pub(super) struct Conditions<'k> {
    keys: &'k [(String, KeyType)],
}

/// A key that a condition names.
#[derive(Clone, Copy)]
struct Key<'k> {
    ordinal: usize,
    name: &'k str,
    key_type: KeyType,
}

impl<'k> Conditions<'k> {
    pub fn over(keys: &'k [(String, KeyType)]) -> Self {
        Conditions { keys }
    }

    /// Reads the condition that the cursor stands at.
    pub fn read(&self, cursor: &mut Cursor) -> Result<PartitionPredicate, ExpressionError> {
        if begins_literal(cursor) {
            let literal = literal(cursor)?;
            let comparison = comparison(cursor)?;
            let key = self.key(
                cursor,
                "a partition key, as there is a literal on the left,",
            )?;
            return compared(key, comparison.mirrored(), &literal);
        }
        let key = self.key(cursor, OPERAND)?;
        if cursor.take_keyword("is") {
            let is_negated = cursor.take_keyword("not");
            cursor.require_keyword("null", "NULL or NOT NULL")?;
            return Ok(negated_if(
                is_negated,
                PartitionPredicate::IsNull(key.ordinal),
            ));
        }
        let is_negated = cursor.take_keyword("not");
        let condition = if cursor.take_keyword("in") {
            member(key, cursor)?
        } else if cursor.take_keyword("between") {
            between(key, cursor)?
        } else if cursor.take_keyword("like") {
            like(key, cursor)?
        } else if is_negated {
            return Err(cursor.unexpected("IN, BETWEEN or LIKE"));
        } else {
            let comparison = comparison(cursor)?;
            self.refuse_key(cursor)?;
            compared(key, comparison, &literal(cursor)?)?
        };
        Ok(negated_if(is_negated, condition))
    }

    fn key(&self, cursor: &mut Cursor, expected: &'static str) -> Result<Key<'k>, ExpressionError> {
        let name = match cursor.peek() {
            Some(Token {
                kind: TokenKind::QuotedName(name),
                ..
            }) => name.to_lowercase(),
            Some(token) if token.kind == TokenKind::Word => {
                let word = token.written.to_lowercase();
                self.refuse_word(&word, token, cursor)?;
                word
            }
            _ => return Err(cursor.unexpected(expected)),
        };
        let token = cursor.next(expected)?;
        match self
            .keys
            .iter()
            .enumerate()
            .find(|(_, (key, _))| *key == name)
        {
            Some((ordinal, (name, key_type))) => Ok(Key {
                ordinal,
                name,
                key_type: *key_type,
            }),
            None => Err(ExpressionError::UnknownColumn {
                name: token.written,
                position: token.position,
            }),
        }
    }

    /// Refuses words that begin something else than a key, with what to do about it.
    fn refuse_word(
        &self,
        word: &str,
        token: &Token,
        cursor: &Cursor,
    ) -> Result<(), ExpressionError> {
        let (found, position) = (token.written.clone(), token.position);
        let unsupported = |what| ExpressionError::Unsupported {
            found: found.clone(),
            position,
            what,
        };
        let calls = cursor
            .peek_second()
            .is_some_and(|next| next.kind == TokenKind::Open);
        match word {
            "cast" | "try_cast" if calls => Err(unsupported("Glue does not cast")),
            _ if is_reserved(word) && self.is_key(word) => Err(ExpressionError::ReservedWord {
                word: found,
                position,
            }),
            _ if is_reserved(word) => Err(cursor.unexpected(OPERAND)),
            _ if calls => Err(unsupported("Glue does not call functions")),
            _ => Ok(()),
        }
    }

    fn is_key(&self, name: &str) -> bool {
        self.keys.iter().any(|(key, _)| key == name)
    }

    /// Says that two columns cannot be compared, which is clearer than that a literal is missing.
    fn refuse_key(&self, cursor: &Cursor) -> Result<(), ExpressionError> {
        if begins_literal(cursor) {
            return Ok(());
        }
        match cursor.peek() {
            Some(token) if token.is_keyword("null") => Err(cursor
                .unexpected("a literal, as nothing equals NULL (write IS NULL or IS NOT NULL),")),
            Some(token) if token.kind == TokenKind::Word => {
                self.refuse_word(&token.written.to_lowercase(), token, cursor)?;
                Err(cursor.unexpected(LITERAL))
            }
            _ => Ok(()),
        }
    }
}

fn comparison(cursor: &mut Cursor) -> Result<Comparison, ExpressionError> {
    const EXPECTED: &str = "a comparison (=, <>, <, <=, >, >=, IN, BETWEEN, LIKE, IS NULL)";
    let Some(Token {
        kind: TokenKind::Comparison(found),
        ..
    }) = cursor.peek()
    else {
        return Err(cursor.unexpected(EXPECTED));
    };
    let found = *found;
    cursor.next(EXPECTED)?;
    Ok(found)
}

fn place(key: Key<'_>, literal: &Literal) -> Result<Place, ExpressionError> {
    literal
        .place(key.key_type)
        .ok_or_else(|| not_of_key_type(key, literal))
}

fn not_of_key_type(key: Key<'_>, literal: &Literal) -> ExpressionError {
    ExpressionError::NotOfKeyType {
        literal: literal.written.clone(),
        position: literal.position,
        key: key.name.to_owned(),
        wanted: description(key.key_type),
    }
}

/// `key comparison literal`. Empty lists stand for what is never and always true of values that are not NULL.
fn compared(
    key: Key<'_>,
    comparison: Comparison,
    literal: &Literal,
) -> Result<PartitionPredicate, ExpressionError> {
    use Comparison as C;
    use PartitionPredicate as P;
    let never = P::In(key.ordinal, Vec::new());
    let always = P::NotIn(key.ordinal, Vec::new());
    Ok(match (place(key, literal)?, comparison) {
        (Place::Exactly(value), _) => P::Compare(key.ordinal, comparison, value),
        (Place::Null, C::Equal) => P::IsNull(key.ordinal),
        (Place::Null, C::NotEqual) => P::IsNotNull(key.ordinal),
        (Place::Null, _) => return Err(not_of_key_type(key, literal)),
        (_, C::Equal) => never,
        (_, C::NotEqual) => always,
        (Place::JustAbove(floor), C::Less | C::LessOrEqual) => {
            P::Compare(key.ordinal, C::LessOrEqual, floor)
        }
        (Place::JustAbove(floor), C::Greater | C::GreaterOrEqual) => {
            P::Compare(key.ordinal, C::Greater, floor)
        }
        (Place::AboveAll, C::Less | C::LessOrEqual)
        | (Place::BelowAll, C::Greater | C::GreaterOrEqual) => always,
        (Place::AboveAll | Place::BelowAll, _) => never,
    })
}

/// `(literal, …)` after IN.
fn member(key: Key<'_>, cursor: &mut Cursor) -> Result<PartitionPredicate, ExpressionError> {
    let mut values = Vec::new();
    let mut holds_null = false;
    if cursor.take(&TokenKind::Open).is_none() {
        return Err(cursor.unexpected("`(` and a list of literals"));
    }
    loop {
        match place(key, &literal(cursor)?)? {
            Place::Exactly(value) => values.push(value),
            Place::Null => holds_null = true,
            Place::JustAbove(_) | Place::AboveAll | Place::BelowAll => {}
        }
        if cursor.take(&TokenKind::Close).is_some() {
            break;
        }
        if cursor.take(&TokenKind::Comma).is_none() {
            return Err(cursor.unexpected("`,` or `)`"));
        }
    }
    let is_in = PartitionPredicate::In(key.ordinal, values);
    Ok(if holds_null {
        PartitionPredicate::Or(vec![is_in, PartitionPredicate::IsNull(key.ordinal)])
    } else {
        is_in
    })
}

/// `literal AND literal` after BETWEEN.
fn between(key: Key<'_>, cursor: &mut Cursor) -> Result<PartitionPredicate, ExpressionError> {
    let low = literal(cursor)?;
    cursor.require_keyword("and", "AND and the upper bound of BETWEEN")?;
    let high = literal(cursor)?;
    Ok(PartitionPredicate::And(vec![
        compared(key, Comparison::GreaterOrEqual, &low)?,
        compared(key, Comparison::LessOrEqual, &high)?,
    ]))
}

/// `'pattern'` after LIKE, which is matched with the value's text whatever the key's type.
fn like(key: Key<'_>, cursor: &mut Cursor) -> Result<PartitionPredicate, ExpressionError> {
    const EXPECTED: &str = "a pattern in single quotes";
    let Some(Token {
        kind: TokenKind::Text(pattern),
        ..
    }) = cursor.peek()
    else {
        return Err(cursor.unexpected(EXPECTED));
    };
    let pattern = LikePattern::new(pattern);
    cursor.next(EXPECTED)?;
    Ok(PartitionPredicate::Like(key.ordinal, pattern))
}

fn negated_if(is_negated: bool, condition: PartitionPredicate) -> PartitionPredicate {
    if is_negated {
        condition.negated()
    } else {
        condition
    }
}
