//! Predicates of filters: true, false or unknown. They never fail: an error in a path within them is unknown.

use super::compare::compare;
use super::evaluate::{Evaluation, Scope};
use super::item::Item;
use super::syntax::{Comparison, Expression, Predicate};
use super::value::Value;

/// Which items a side of a comparison has.
struct Side {
    has_null: bool,
    has_container: bool,
    /// Nothing if a number is beyond SQL's.
    scalars: Option<Vec<Value>>,
    has_scalar: bool,
}

impl<'a> Evaluation<'_, 'a> {
    /// What a predicate says; nothing is unknown.
    pub(super) fn predicate(&self, predicate: &Predicate, scope: Scope<'_, 'a>) -> Option<bool> {
        match predicate {
            Predicate::And(predicates) => {
                let mut result = Some(true);
                for predicate in predicates {
                    match self.predicate(predicate, scope) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => result = None,
                    }
                }
                result
            }
            Predicate::Or(predicates) => {
                let mut result = Some(false);
                for predicate in predicates {
                    match self.predicate(predicate, scope) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => result = None,
                    }
                }
                result
            }
            Predicate::Not(predicate) => self.predicate(predicate, scope).map(|result| !result),
            Predicate::IsUnknown(predicate) => Some(self.predicate(predicate, scope).is_none()),
            Predicate::Exists(path) => Some(!self.expression(path, scope).ok()?.is_empty()),
            Predicate::Compare(comparison, left, right) => {
                let left = self.operand(left, scope)?;
                let right = self.operand(right, scope)?;
                self.comparison(*comparison, &left, &right)
            }
            Predicate::StartsWith(path, prefix) => {
                let items = self.expression(path, scope).ok()?;
                let prefix = match self.expression(prefix, scope).ok()?.as_slice() {
                    [prefix] => prefix.text()?,
                    _ => return None,
                };
                let items = self.unwrapped(items);
                self.any(&items, |item| {
                    Some(item.text()?.starts_with(prefix.as_ref()))
                })
            }
            Predicate::LikeRegex(path, pattern) => {
                let items = self.operand(path, scope)?;
                self.any(&items, |item| pattern.matches(&item.text()?))
            }
        }
    }

    fn operand(&self, path: &Expression, scope: Scope<'_, 'a>) -> Option<Vec<Item<'a>>> {
        Some(self.unwrapped(self.expression(path, scope).ok()?))
    }

    /// Whether some item meets a condition. In lax mode the first answer other than false counts, in strict mode any unknown.
    fn any<T>(&self, items: &[T], condition: impl Fn(&T) -> Option<bool>) -> Option<bool> {
        let mut found = false;
        for item in items {
            found |= condition(item)?;
            if found && self.path.lax {
                break;
            }
        }
        Some(found)
    }

    /// Whether some item of the left compares so to some item of the right.
    fn comparison(
        &self,
        comparison: Comparison,
        left: &[Item<'a>],
        right: &[Item<'a>],
    ) -> Option<bool> {
        if left.is_empty() || right.is_empty() {
            return Some(false);
        }
        let (left, right) = (side(left), side(right));
        // Arrays and objects compare to nulls only.
        if (left.has_container && (right.has_container || right.has_scalar))
            || (left.has_scalar && right.has_container)
        {
            return None;
        }
        let found = match comparison {
            Comparison::Equal => left.has_null && right.has_null,
            Comparison::NotEqual => {
                (left.has_null && (right.has_scalar || right.has_container))
                    || (right.has_null && (left.has_scalar || left.has_container))
            }
            _ => false,
        };
        if (found && self.path.lax) || !left.has_scalar || !right.has_scalar {
            return Some(found);
        }
        let (left, right) = (left.scalars?, right.scalars?);
        let among_scalars = self.any(&left, |left| {
            self.any(&right, |right| compare(comparison, left, right))
        })?;
        Some(found || among_scalars)
    }
}

fn side(items: &[Item<'_>]) -> Side {
    let mut side = Side {
        has_null: false,
        has_container: false,
        scalars: Some(Vec::new()),
        has_scalar: false,
    };
    for item in items {
        match item.scalar() {
            Ok(Some(Value::Null)) => side.has_null = true,
            Ok(Some(value)) => {
                side.has_scalar = true;
                side.scalars
                    .iter_mut()
                    .for_each(|scalars| scalars.push(value.clone()));
            }
            Ok(None) => side.has_container = true,
            Err(_) => {
                side.has_scalar = true;
                side.scalars = None;
            }
        }
    }
    side
}
