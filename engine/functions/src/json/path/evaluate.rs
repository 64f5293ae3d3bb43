//! Evaluates a path for an input: expressions to sequences of items.

use std::cell::Cell;
use std::collections::HashMap;

use super::arithmetic::{calculate, negate};
use super::evaluation_error;
use super::item::Item;
use super::syntax::{Expression, Path, Sign};
use super::value::Value;
use crate::error::FunctionError;

/// The sequences that variables stand for.
pub(in crate::json) type Variables<'a> = HashMap<String, Vec<Item<'a>>>;

/// A sequence, or why there is none.
pub(super) type Evaluated<'a> = Result<Vec<Item<'a>>, FunctionError>;

/// One evaluation of a path.
pub(in crate::json) struct Evaluation<'e, 'a> {
    pub(super) path: &'e Path,
    input: Item<'a>,
    variables: &'e Variables<'a>,
    /// How many objects `keyvalue()` has seen: the identity that it gives the next one.
    pub(super) objects: Cell<i64>,
}

/// What `@` and `last` mean in a part of a path.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    pub(super) current: Option<&'s Item<'a>>,
    pub(super) last: Option<i64>,
}

impl<'e, 'a> Evaluation<'e, 'a> {
    pub(in crate::json) fn new(
        path: &'e Path,
        input: Item<'a>,
        variables: &'e Variables<'a>,
    ) -> Evaluation<'e, 'a> {
        Evaluation {
            path,
            input,
            variables,
            objects: Cell::new(0),
        }
    }

    /// The sequence that the path gives.
    pub(in crate::json) fn sequence(&self) -> Evaluated<'a> {
        let nothing = Scope {
            current: None,
            last: None,
        };
        self.expression(&self.path.root, nothing)
    }

    pub(super) fn expression(
        &self,
        expression: &Expression,
        scope: Scope<'_, 'a>,
    ) -> Evaluated<'a> {
        Ok(match expression {
            Expression::Input => vec![self.input.clone()],
            Expression::CurrentItem => {
                let current = scope.current.ok_or_else(|| {
                    evaluation_error("accessing current filter item with no enclosing filter")
                })?;
                vec![current.clone()]
            }
            Expression::Last => {
                let last = scope.last.ok_or_else(|| {
                    evaluation_error("accessing the last array index with no enclosing array")
                })?;
                vec![Item::Value(Value::integer(last))]
            }
            Expression::Variable(name) => self
                .variables
                .get(name.as_ref())
                .cloned()
                .unwrap_or_default(),
            Expression::Literal(value) => vec![Item::Value(value.clone())],
            Expression::Access(base, accessors) => {
                let mut items = self.expression(base, scope)?;
                for accessor in accessors {
                    items = self.access(items, accessor, scope)?;
                }
                items
            }
            Expression::Signed(sign, operand) => {
                let items = self.unwrapped(self.expression(operand, scope)?);
                let signed = items.iter().map(|item| {
                    let value = item.number()?;
                    Ok(Item::Value(if *sign == Sign::Minus {
                        negate(&value)?
                    } else {
                        value
                    }))
                });
                signed.collect::<Result<_, FunctionError>>()?
            }
            Expression::Arithmetic(first, operations) => {
                let mut left = self.expression(first, scope)?;
                for (operator, right) in operations {
                    let right = self.unwrapped(self.expression(right, scope)?);
                    left = self.unwrapped(left);
                    let ([left_item], [right_item]) = (left.as_slice(), right.as_slice()) else {
                        return Err(evaluation_error(
                            "arithmetic binary expression requires singleton operands",
                        ));
                    };
                    let result = calculate(*operator, &operand(left_item)?, &operand(right_item)?)?;
                    left = vec![Item::Value(result)];
                }
                left
            }
        })
    }

    /// In lax mode, arrays stand for their elements where a single item is needed.
    pub(super) fn unwrapped(&self, items: Vec<Item<'a>>) -> Vec<Item<'a>> {
        if !self.path.lax || !items.iter().any(Item::is_array) {
            return items;
        }
        let mut unwrapped = Vec::new();
        for item in items {
            match &item {
                Item::Node(source, id) if item.is_array() => {
                    let elements = source.document().children(*id);
                    unwrapped.extend(elements.map(|element| Item::Node(source.clone(), element)));
                }
                _ => unwrapped.push(item),
            }
        }
        unwrapped
    }
}

/// An operand of arithmetic: of JSON values only numbers, of SQL's any, for the operator says which types it takes.
fn operand(item: &Item<'_>) -> Result<Value, FunctionError> {
    match item {
        Item::Node(..) | Item::Value(Value::Null) => item.number(),
        Item::Value(value) => Ok(value.clone()),
    }
}
