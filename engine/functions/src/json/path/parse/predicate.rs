//! Predicates, and whatever may stand in their place.

use super::{Parsed, Parser, Part};
use crate::json::path::regex::Pattern;
use crate::json::path::syntax::{Comparison, Expression, Predicate};
use crate::json::path::token::Token;
use crate::json::path::value::Value;

impl Parser<'_> {
    pub(super) fn disjunction(&mut self) -> Parsed<Part> {
        let first = self.conjunction()?;
        if *self.tokens.current() != Token::Symbol("||") {
            return Ok(first);
        }
        let mut predicates = vec![self.as_predicate(first)?];
        while self.tokens.take("||") {
            let further = self.conjunction()?;
            predicates.push(self.as_predicate(further)?);
        }
        Ok(Part::Predicate(Predicate::Or(predicates)))
    }

    fn conjunction(&mut self) -> Parsed<Part> {
        let first = self.comparison()?;
        if *self.tokens.current() != Token::Symbol("&&") {
            return Ok(first);
        }
        let mut predicates = vec![self.as_predicate(first)?];
        while self.tokens.take("&&") {
            let further = self.comparison()?;
            predicates.push(self.as_predicate(further)?);
        }
        Ok(Part::Predicate(Predicate::And(predicates)))
    }

    /// A predicate without `&&` and `||`, or a path.
    fn comparison(&mut self) -> Parsed<Part> {
        if self.tokens.take("!") {
            let negated = if let Some(exists) = self.exists()? {
                exists
            } else {
                self.tokens.expect("(")?;
                let negated = self.nested(Self::predicate)?;
                self.tokens.expect(")")?;
                negated
            };
            return Ok(Part::Predicate(Predicate::Not(Box::new(negated))));
        }
        if let Some(exists) = self.exists()? {
            return Ok(Part::Predicate(exists));
        }
        let left = match self.sum()? {
            Part::Path(path) => path,
            Part::Predicate(predicate) => return self.known_or_unknown(predicate),
        };
        if let Some(comparison) = self.comparison_operator() {
            let right = self.path()?;
            return Ok(Part::Predicate(Predicate::Compare(comparison, left, right)));
        }
        if self.tokens.take_word("starts") {
            if !self.tokens.take_word("with") {
                return Err(self.tokens.mismatch("'with'"));
            }
            let prefix = match self.tokens.advance() {
                Token::Text(text) => Expression::Literal(Value::Text(text.into())),
                Token::Variable(name) => self.variable(name),
                _ => {
                    return Err(self.tokens.error(
                        "a string or a variable is expected behind 'starts with'".to_owned(),
                    ));
                }
            };
            return Ok(Part::Predicate(Predicate::StartsWith(left, prefix)));
        }
        if self.tokens.take_word("like_regex") {
            let pattern = self.text()?;
            let flags = if self.tokens.take_word("flag") {
                self.text()?
            } else {
                String::new()
            };
            let pattern =
                Pattern::new(&pattern, &flags).map_err(|reason| self.tokens.error(reason))?;
            return Ok(Part::Predicate(Predicate::LikeRegex(left, pattern)));
        }
        Ok(Part::Path(left))
    }

    /// A predicate in parentheses, with or without `is unknown` behind it.
    fn known_or_unknown(&mut self, predicate: Predicate) -> Parsed<Part> {
        if !self.tokens.take_word("is") {
            return Ok(Part::Predicate(predicate));
        }
        if !self.tokens.take_word("unknown") {
            return Err(self.tokens.mismatch("'unknown'"));
        }
        Ok(Part::Predicate(Predicate::IsUnknown(Box::new(predicate))))
    }

    fn exists(&mut self) -> Parsed<Option<Predicate>> {
        if !self.tokens.take_word("exists") {
            return Ok(None);
        }
        self.tokens.expect("(")?;
        let path = self.nested(Self::path)?;
        self.tokens.expect(")")?;
        Ok(Some(Predicate::Exists(path)))
    }

    fn comparison_operator(&mut self) -> Option<Comparison> {
        let comparison = match self.tokens.current() {
            Token::Symbol("==") => Comparison::Equal,
            Token::Symbol("<>" | "!=") => Comparison::NotEqual,
            Token::Symbol("<") => Comparison::Less,
            Token::Symbol("<=") => Comparison::LessOrEqual,
            Token::Symbol(">") => Comparison::Greater,
            Token::Symbol(">=") => Comparison::GreaterOrEqual,
            _ => return None,
        };
        self.tokens.advance();
        Some(comparison)
    }
}
