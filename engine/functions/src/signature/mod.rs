//! What a function takes and returns, as Trino writes it, and how a call's arguments are bound to it.
//!
//! A signature is text: `(array(T), T) -> bigint`, `(varchar(n)) -> varchar(n)`, `(array(T), function(T, U)) -> array(U)`.
//! - single capital letters (with a digit, if need be) are type variables; after `where`, `T: comparable` or `T: orderable`
//!   bounds them;
//! - small letters within `decimal(p, s)`, `varchar(n)`, `char(n)`, `timestamp(p)`, `time(p)` are numbers that the call gives;
//! - `varchar` without a number takes text of any length, and a parameter that ends in `...` may come any number of times, or not at all;
//! - `any` takes a value of any type as it is, so that `any...` takes values of different types;
//! - `function(A, B, R)` is a lambda of `A` and `B` that returns `R`.

mod bind;
mod parse;

pub use bind::{BindFailure, Bound, CallArgument, LambdaTyping, bind};
pub use parse::parse_signature;

/// A number within a type: given, or a variable of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberPattern {
    /// A number.
    Given(u32),
    /// A variable.
    Variable(String),
}

/// A type with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypePattern {
    /// A type without variables.
    Exact(crate::types::Type),
    /// Whatever type the argument has.
    Any,
    /// A type variable.
    Variable(String),
    /// `decimal(p, s)`
    Decimal(NumberPattern, NumberPattern),
    /// `varchar(n)`
    Varchar(NumberPattern),
    /// `char(n)`
    Char(NumberPattern),
    /// `time(p)`
    Time(NumberPattern),
    /// `time(p) with time zone`
    TimeWithTimeZone(NumberPattern),
    /// `timestamp(p)`
    Timestamp(NumberPattern),
    /// `timestamp(p) with time zone`
    TimestampWithTimeZone(NumberPattern),
    /// `array(T)`
    Array(Box<TypePattern>),
    /// `map(K, V)`
    Map(Box<TypePattern>, Box<TypePattern>),
    /// `row(A, B)`, with the names of fields where they are given
    Row(Vec<(Option<String>, TypePattern)>),
    /// `qdigest(T)`
    QDigest(Box<TypePattern>),
    /// `function(A, B, R)`
    Function(Vec<TypePattern>, Box<TypePattern>),
}

/// What a type variable's values must allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeBound {
    /// Equality.
    Comparable,
    /// An order.
    Orderable,
}

/// What a function takes and returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The text it was read from.
    pub text: &'static str,
    /// Its parameters.
    pub parameters: Vec<TypePattern>,
    /// Whether the last parameter may come any number of times.
    pub variadic: bool,
    /// What it returns.
    pub returns: TypePattern,
    /// Bounds of type variables.
    pub bounds: Vec<(String, TypeBound)>,
}
