//! The tree of a path.

use std::rc::Rc;

use super::regex::Pattern;
use super::value::Value;

/// A path with its mode.
#[derive(Debug)]
pub(in crate::json) struct Path {
    /// Whether missing members and elements are no errors, and arrays are unwrapped and items wrapped as need be.
    pub(super) lax: bool,
    pub(super) root: Expression,
    /// The names of its variables.
    pub(in crate::json) variables: Vec<Rc<str>>,
}

/// Gives a sequence of items.
#[derive(Debug)]
pub(super) enum Expression {
    /// `$`
    Input,
    /// `@`
    CurrentItem,
    /// `last`
    Last,
    /// `$name`
    Variable(Rc<str>),
    Literal(Value),
    /// What accessors lead to, from the first to the last.
    Access(Box<Expression>, Vec<Accessor>),
    /// `+ x` or `- x`
    Signed(Sign, Box<Expression>),
    /// Operations from left to right.
    Arithmetic(Box<Expression>, Vec<(Operator, Expression)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulus,
}

impl Operator {
    /// How errors name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Operator::Add => "ADD",
            Operator::Subtract => "SUBTRACT",
            Operator::Multiply => "MULTIPLY",
            Operator::Divide => "DIVIDE",
            Operator::Modulus => "MODULUS",
        }
    }
}

/// A step from each item of a sequence to others.
#[derive(Debug)]
pub(super) enum Accessor {
    /// `.key`
    Member(Rc<str>),
    /// `.*`
    AnyMember,
    /// `..key`
    DescendantMember(Rc<str>),
    /// `[*]`
    AnyElement,
    /// `[0, 2 to last]`
    Elements(Vec<Subscript>),
    /// `?(predicate)`
    Filter(Predicate),
    /// `.size()` and the like
    Method(Method),
}

/// An index, or the first and the last one of a range.
#[derive(Debug)]
pub(super) struct Subscript {
    pub(super) from: Expression,
    pub(super) to: Option<Expression>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Type,
    Size,
    Double,
    Ceiling,
    Floor,
    Abs,
    KeyValue,
}

/// True, false or unknown of an item.
#[derive(Debug)]
pub(super) enum Predicate {
    /// All of these.
    And(Vec<Predicate>),
    /// Any of these.
    Or(Vec<Predicate>),
    Not(Box<Predicate>),
    IsUnknown(Box<Predicate>),
    Exists(Expression),
    Compare(Comparison, Expression, Expression),
    StartsWith(Expression, Expression),
    LikeRegex(Expression, Pattern),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
