//! Reads AND, OR, NOT and parentheses around the conditions of an expression.

use crate::partition_predicate::PartitionPredicate;
use crate::partition_value::KeyType;

use super::condition::Conditions;
use super::cursor::Cursor;
use super::error::ExpressionError;
use super::group::Group;
use super::lexer::{TokenKind, tokens};

/// How deep parentheses may nest. Predicates are walked by recursion, and Hive's clients nest lists of OR about 150 deep
/// before they reach the bound on an expression's length.
pub(super) const NESTING_MAX: usize = 200;

/// Reads an expression over partition keys, given by their names in lower case and their types in the order of the table.
///
/// Blank text is every partition.
///
/// # Errors
///
/// Text outside the grammar, unknown keys, and literals that are no value of their key's type.
pub fn parse_expression(
    text: &str,
    keys: &[(String, KeyType)],
) -> Result<PartitionPredicate, ExpressionError> {
    let mut cursor = Cursor::new(tokens(text)?);
    if cursor.is_at_end() {
        return Ok(PartitionPredicate::All);
    }
    let conditions = Conditions::over(keys);
    // Open groups stand on a stack of their own, so that no input can exhaust the thread's.
    let mut outer: Vec<Group> = Vec::new();
    let mut group = Group::default();
    loop {
        let is_negated = takes_odd_nots(&mut cursor);
        if let Some(open) = cursor.take(&TokenKind::Open) {
            if outer.len() >= NESTING_MAX {
                return Err(ExpressionError::TooDeep {
                    position: open.position,
                });
            }
            let inner = Group::opened_at(open.position, is_negated);
            outer.push(std::mem::replace(&mut group, inner));
            continue;
        }
        let condition = conditions.read(&mut cursor)?;
        group.require(if is_negated {
            condition.negated()
        } else {
            condition
        });
        while let Some(close) = cursor.take(&TokenKind::Close) {
            let Some(parent) = outer.pop() else {
                return Err(ExpressionError::Unexpected {
                    found: close.written,
                    position: close.position,
                    expected: "AND, OR or the end (no parenthesis is open)",
                });
            };
            let closed = std::mem::replace(&mut group, parent);
            group.require(closed.finish());
        }
        if cursor.take_keyword("or") {
            group.begin_alternative();
        } else if !cursor.take_keyword("and") {
            break;
        }
    }
    if !cursor.is_at_end() {
        return Err(cursor.unexpected("AND, OR, `)` or the end"));
    }
    if !outer.is_empty() {
        return Err(ExpressionError::Unclosed {
            quote: '(',
            position: group.position,
        });
    }
    Ok(settled(group.finish()))
}

/// Reads any number of NOTs: two of them cancel out, in three-valued logic as well.
fn takes_odd_nots(cursor: &mut Cursor) -> bool {
    let mut is_odd = false;
    while cursor.take_keyword("not") {
        is_odd = !is_odd;
    }
    is_odd
}

/// Replaces comparisons with values that a key can never hold, which stand as empty lists until every NOT is applied: only as
/// lists do they keep that NULL is neither in them nor not in them.
fn settled(predicate: PartitionPredicate) -> PartitionPredicate {
    use PartitionPredicate as P;
    match predicate {
        P::In(_, literals) if literals.is_empty() => P::Nothing,
        P::NotIn(key, literals) if literals.is_empty() => P::IsNotNull(key),
        P::And(parts) => {
            let parts: Vec<P> = parts.into_iter().map(settled).collect();
            if parts.contains(&P::Nothing) {
                P::Nothing
            } else {
                P::And(parts)
            }
        }
        P::Or(parts) => {
            let mut parts: Vec<P> = parts.into_iter().map(settled).collect();
            parts.retain(|part| *part != P::Nothing);
            match parts.len() {
                0 => P::Nothing,
                1 => parts.pop().unwrap_or(P::Nothing),
                _ => P::Or(parts),
            }
        }
        other => other,
    }
}
