//! Binding a call's arguments to a signature: variables get their types, arguments the types that they are coerced to.

use std::collections::HashMap;

use super::{NumberPattern, Signature, TypeBound, TypePattern};
use crate::types::{RowField, Type, can_coerce, common_type};

/// An argument as the analyzer knows it before the call is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallArgument {
    /// An expression of that type.
    Value(Type),
    /// A lambda with so many parameters, whose body has no type before the parameters have.
    Lambda(usize),
}

/// Asked for the type of a lambda's body: the argument's place and the types of its parameters.
pub type LambdaTyping<'a, E> = dyn FnMut(usize, &[Type]) -> Result<Type, E> + 'a;

/// A call bound to a signature.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The types that the arguments are coerced to, one an argument; of a lambda, what it returns.
    pub arguments: Vec<Type>,
    /// For each argument that is a lambda, the types of its parameters; empty for others.
    pub lambda_parameters: Vec<Vec<Type>>,
    /// What the call returns.
    pub returns: Type,
    /// How many arguments are of another type than they are coerced to.
    pub coercions: usize,
}

/// Why a call cannot be bound.
#[derive(Debug)]
pub enum BindFailure<E> {
    /// The arguments do not fit the signature.
    Mismatch,
    /// The body of a lambda is wrong.
    Lambda(E),
}

/// How often lambdas are typed until their types are settled. Each round but the last widens a type, of which there are few.
const LAMBDA_ROUNDS_MAX: usize = 16;

/// Binds arguments to a signature by Trino's implicit coercions.
pub fn bind<E>(
    signature: &Signature,
    arguments: &[CallArgument],
    type_lambda: &mut LambdaTyping<'_, E>,
) -> Result<Bound, BindFailure<E>> {
    let patterns = expanded(signature, arguments.len()).ok_or(BindFailure::Mismatch)?;
    let mut binding = Binding::default();
    // Values first: what lambdas take depends on them.
    for (pattern, argument) in patterns.iter().zip(arguments) {
        match (pattern, argument) {
            (TypePattern::Function(parameters, _), CallArgument::Lambda(count))
                if parameters.len() == *count => {}
            (TypePattern::Function(..), _) | (_, CallArgument::Lambda(_)) => {
                return Err(BindFailure::Mismatch);
            }
            (pattern, CallArgument::Value(found)) => {
                if !binding.unify(pattern, found) {
                    return Err(BindFailure::Mismatch);
                }
            }
        }
    }
    let mut lambda_parameters = vec![Vec::new(); arguments.len()];
    let mut lambda_types = vec![None; arguments.len()];
    // What one lambda returns may widen what another, or the same one, takes: `reduce(a, 0, (s, x) -> s + x, s -> s)` over bigints.
    for _ in 0..LAMBDA_ROUNDS_MAX {
        let before = binding.types.clone();
        for (place, pattern) in patterns.iter().enumerate() {
            let TypePattern::Function(parameters, returns) = pattern else {
                continue;
            };
            let parameters = parameters
                .iter()
                .map(|parameter| binding.resolve(parameter))
                .collect::<Option<Vec<_>>>()
                .ok_or(BindFailure::Mismatch)?;
            let found = type_lambda(place, &parameters).map_err(BindFailure::Lambda)?;
            if !binding.unify(returns, &found) {
                return Err(BindFailure::Mismatch);
            }
            if let Some(kept) = lambda_parameters.get_mut(place) {
                *kept = parameters;
            }
            if let Some(kept) = lambda_types.get_mut(place) {
                *kept = Some(found);
            }
        }
        if binding.types == before {
            break;
        }
    }
    if !binding.within(&signature.bounds) {
        return Err(BindFailure::Mismatch);
    }
    let mut bound = Vec::with_capacity(arguments.len());
    let mut coercions = 0;
    for ((pattern, argument), lambda) in patterns.iter().zip(arguments).zip(&lambda_types) {
        let (wanted, found) = match (pattern, argument, lambda) {
            (TypePattern::Function(_, returns), _, Some(found)) => {
                (binding.resolve(returns), found)
            }
            (pattern, CallArgument::Value(found), _) => (binding.expected(pattern, found), found),
            _ => return Err(BindFailure::Mismatch),
        };
        let wanted = wanted.ok_or(BindFailure::Mismatch)?;
        if !can_coerce(found, &wanted) {
            return Err(BindFailure::Mismatch);
        }
        coercions += usize::from(*found != wanted);
        bound.push(wanted);
    }
    let returns = binding
        .resolve(&signature.returns)
        .ok_or(BindFailure::Mismatch)?;
    Ok(Bound {
        arguments: bound,
        lambda_parameters,
        returns,
        coercions,
    })
}

/// One pattern an argument; `None` if their number does not fit.
fn expanded(signature: &Signature, count: usize) -> Option<Vec<&TypePattern>> {
    let parameters = &signature.parameters;
    if !signature.variadic {
        return (parameters.len() == count).then(|| parameters.iter().collect());
    }
    let (last, fixed) = parameters.split_last()?;
    let repeated = count.checked_sub(fixed.len())?;
    Some(
        fixed
            .iter()
            .chain(std::iter::repeat_n(last, repeated))
            .collect(),
    )
}

#[derive(Default)]
struct Binding {
    types: HashMap<String, Type>,
    numbers: HashMap<String, u32>,
}

impl Binding {
    /// Notes what a value of this type says of the variables in a pattern. False if the value cannot fit.
    fn unify(&mut self, pattern: &TypePattern, found: &Type) -> bool {
        match (pattern, found) {
            (TypePattern::Exact(wanted), found) => can_coerce(found, wanted),
            (TypePattern::Any, _) => true,
            (TypePattern::Variable(name), found) => {
                let known = match self.types.get(name) {
                    Some(known) => match common_type(known, found) {
                        Some(common) => common,
                        None => return false,
                    },
                    None => found.clone(),
                };
                self.types.insert(name.clone(), known);
                true
            }
            (_, Type::Unknown) => true,
            (TypePattern::Decimal(precision, scale), found) => match found.as_decimal() {
                Some((found_precision, found_scale)) => {
                    self.number(precision, found_precision.into())
                        && self.number(scale, found_scale.into())
                }
                None => false,
            },
            (TypePattern::Varchar(length), Type::Varchar(found)) => {
                self.number(length, found.unwrap_or(u32::MAX))
            }
            (TypePattern::Char(length), Type::Char(found) | Type::Varchar(Some(found))) => {
                self.number(length, *found)
            }
            (TypePattern::Time(precision), Type::Time(found))
            | (
                TypePattern::TimeWithTimeZone(precision),
                Type::TimeWithTimeZone(found) | Type::Time(found),
            )
            | (TypePattern::Timestamp(precision), Type::Timestamp(found))
            | (
                TypePattern::TimestampWithTimeZone(precision),
                Type::TimestampWithTimeZone(found) | Type::Timestamp(found),
            ) => self.number(precision, (*found).into()),
            (
                TypePattern::Timestamp(precision) | TypePattern::TimestampWithTimeZone(precision),
                Type::Date,
            ) => self.number(precision, 0),
            (TypePattern::Array(pattern), Type::Array(found)) => self.unify(pattern, found),
            (TypePattern::QDigest(pattern), Type::QDigest(found)) => self.unify(pattern, found),
            (TypePattern::Map(key, value), Type::Map(found_key, found_value)) => {
                self.unify(key, found_key) && self.unify(value, found_value)
            }
            (TypePattern::Row(fields), Type::Row(found)) => {
                fields.len() == found.len()
                    && fields
                        .iter()
                        .zip(found)
                        .all(|((_, pattern), field)| self.unify(pattern, &field.data_type))
            }
            _ => false,
        }
    }

    /// The greatest number that the arguments give a variable.
    fn number(&mut self, pattern: &NumberPattern, found: u32) -> bool {
        match pattern {
            NumberPattern::Given(wanted) => found <= *wanted,
            NumberPattern::Variable(name) => {
                let known = self.numbers.entry(name.clone()).or_insert(found);
                *known = (*known).max(found);
                true
            }
        }
    }

    fn within(&self, bounds: &[(String, TypeBound)]) -> bool {
        bounds
            .iter()
            .all(|(name, bound)| match (self.types.get(name), bound) {
                (Some(found), TypeBound::Comparable) => found.is_comparable(),
                (Some(found), TypeBound::Orderable) => found.is_orderable(),
                (None, _) => true,
            })
    }

    /// What an argument is coerced to. Text keeps its own length where any length is taken.
    fn expected(&self, pattern: &TypePattern, found: &Type) -> Option<Type> {
        match (pattern, found) {
            (TypePattern::Exact(Type::Varchar(None)), Type::Varchar(_)) | (TypePattern::Any, _) => {
                Some(found.clone())
            }
            (pattern, _) => self.resolve(pattern),
        }
    }

    /// The pattern with its variables' types in place.
    fn resolve(&self, pattern: &TypePattern) -> Option<Type> {
        Some(match pattern {
            TypePattern::Exact(exact) => exact.clone(),
            TypePattern::Any => Type::Unknown,
            TypePattern::Variable(name) => self.types.get(name).cloned().unwrap_or(Type::Unknown),
            TypePattern::Decimal(precision, scale) => {
                Type::decimal(self.small(precision, 38)?, self.small(scale, 0)?)
            }
            TypePattern::Varchar(length) => Type::Varchar(match self.resolved(length) {
                Some(u32::MAX) | None => None,
                Some(length) => Some(length),
            }),
            TypePattern::Char(length) => Type::Char(self.resolved(length).unwrap_or(1)),
            TypePattern::Time(precision) => Type::Time(self.small(precision, 3)?),
            TypePattern::TimeWithTimeZone(precision) => {
                Type::TimeWithTimeZone(self.small(precision, 3)?)
            }
            TypePattern::Timestamp(precision) => Type::Timestamp(self.small(precision, 3)?),
            TypePattern::TimestampWithTimeZone(precision) => {
                Type::TimestampWithTimeZone(self.small(precision, 3)?)
            }
            TypePattern::Array(element) => Type::array(self.resolve(element)?),
            TypePattern::QDigest(element) => Type::QDigest(Box::new(self.resolve(element)?)),
            TypePattern::Map(key, value) => Type::map(self.resolve(key)?, self.resolve(value)?),
            TypePattern::Row(fields) => Type::Row(
                fields
                    .iter()
                    .map(|(name, field)| {
                        Some(RowField {
                            name: name.clone(),
                            data_type: self.resolve(field)?,
                        })
                    })
                    .collect::<Option<_>>()?,
            ),
            TypePattern::Function(_, returns) => self.resolve(returns)?,
        })
    }

    fn resolved(&self, pattern: &NumberPattern) -> Option<u32> {
        match pattern {
            NumberPattern::Given(number) => Some(*number),
            NumberPattern::Variable(name) => self.numbers.get(name).copied(),
        }
    }

    fn small(&self, pattern: &NumberPattern, otherwise: u8) -> Option<u8> {
        match self.resolved(pattern) {
            Some(number) => u8::try_from(number).ok(),
            None => Some(otherwise),
        }
    }
}
