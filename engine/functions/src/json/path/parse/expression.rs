//! Expressions: arithmetic, primaries and their accessors.

use super::{Parsed, Parser, Part};
use crate::json::decimal::Decimal;
use crate::json::path::syntax::{Accessor, Expression, Method, Operator, Sign, Subscript};
use crate::json::path::token::Token;
use crate::json::path::value::Value;
use crate::json::path::{PathError, PathErrorKind};

impl Parser<'_> {
    pub(super) fn sum(&mut self) -> Parsed<Part> {
        self.operations(
            &[("+", Operator::Add), ("-", Operator::Subtract)],
            Self::product,
        )
    }

    fn product(&mut self) -> Parsed<Part> {
        let operators = [
            ("*", Operator::Multiply),
            ("/", Operator::Divide),
            ("%", Operator::Modulus),
        ];
        self.operations(&operators, Self::signed)
    }

    /// Operands with operators of one precedence between them.
    fn operations(
        &mut self,
        operators: &[(&str, Operator)],
        operand: fn(&mut Self) -> Parsed<Part>,
    ) -> Parsed<Part> {
        let first = operand(self)?;
        let mut operations = Vec::new();
        loop {
            let found = operators.iter().find(|(symbol, _)| {
                matches!(self.tokens.current(), Token::Symbol(current) if current == symbol)
            });
            let Some((_, operator)) = found else { break };
            self.tokens.advance();
            let further = operand(self)?;
            operations.push((*operator, self.as_path(further)?));
        }
        if operations.is_empty() {
            return Ok(first);
        }
        let first = Box::new(self.as_path(first)?);
        Ok(Part::Path(Expression::Arithmetic(first, operations)))
    }

    fn signed(&mut self) -> Parsed<Part> {
        let sign = match self.tokens.current() {
            Token::Symbol("+") => Sign::Plus,
            Token::Symbol("-") => Sign::Minus,
            _ => return self.accessed(),
        };
        self.tokens.advance();
        // A minus sign belongs to the number behind it, before any accessor.
        if sign == Sign::Minus
            && let Some(number) = self.number(true)?
        {
            return self.accessors(Expression::Literal(number)).map(Part::Path);
        }
        let operand = self.nested(Self::signed)?;
        let operand = Box::new(self.as_path(operand)?);
        Ok(Part::Path(Expression::Signed(sign, operand)))
    }

    fn accessed(&mut self) -> Parsed<Part> {
        if self.tokens.take("(") {
            let inner = self.nested(Self::disjunction)?;
            self.tokens.expect(")")?;
            return match inner {
                Part::Path(path) => self.accessors(path).map(Part::Path),
                predicate => Ok(predicate),
            };
        }
        let primary = self.primary()?;
        self.accessors(primary).map(Part::Path)
    }

    fn primary(&mut self) -> Parsed<Expression> {
        if let Some(number) = self.number(false)? {
            return Ok(Expression::Literal(number));
        }
        let primary = match self.tokens.current() {
            Token::Symbol("$") => Expression::Input,
            Token::Symbol("@") => Expression::CurrentItem,
            Token::Word("last") => Expression::Last,
            Token::Word("true") => Expression::Literal(Value::Boolean(true)),
            Token::Word("false") => Expression::Literal(Value::Boolean(false)),
            Token::Word("null") => Expression::Literal(Value::Null),
            Token::Text(text) => Expression::Literal(Value::Text(text.as_str().into())),
            Token::Variable(name) => {
                let name = *name;
                self.variable(name)
            }
            _ => return Err(self.tokens.mismatch("a JSON path")),
        };
        self.tokens.advance();
        Ok(primary)
    }

    /// A number, with the sign that stood before it.
    fn number(&mut self, negative: bool) -> Parsed<Option<Value>> {
        let signed = |text: &str| {
            if negative {
                format!("-{text}")
            } else {
                text.to_owned()
            }
        };
        let value = match self.tokens.current() {
            Token::Integer(text) => signed(text).parse().ok().map(Value::integer),
            Token::Decimal(text) => Decimal::literal(&signed(text)).map(Value::Decimal),
            Token::Double(text) => signed(text).parse().ok().map(Value::Double),
            _ => return Ok(None),
        };
        let value = value.ok_or_else(|| {
            self.tokens
                .error("Invalid numeric literal in JSON path".to_owned())
        })?;
        self.tokens.advance();
        Ok(Some(value))
    }

    fn accessors(&mut self, base: Expression) -> Parsed<Expression> {
        let mut accessors = Vec::new();
        loop {
            let accessor = if self.tokens.take(".") {
                self.member_or_method()?
            } else if self.tokens.take("..") {
                match self.tokens.advance() {
                    Token::Word(key) => Accessor::DescendantMember(key.into()),
                    Token::Text(key) => Accessor::DescendantMember(key.into()),
                    _ => {
                        return Err(self
                            .tokens
                            .error("a key is expected behind '..'".to_owned()));
                    }
                }
            } else if self.tokens.take("[") {
                self.nested(Self::subscripts)?
            } else if self.tokens.take("?") {
                self.tokens.expect("(")?;
                let predicate = self.nested(Self::predicate)?;
                self.tokens.expect(")")?;
                Accessor::Filter(predicate)
            } else {
                break;
            };
            accessors.push(accessor);
        }
        Ok(if accessors.is_empty() {
            base
        } else {
            Expression::Access(Box::new(base), accessors)
        })
    }

    fn member_or_method(&mut self) -> Parsed<Accessor> {
        let name = match self.tokens.current() {
            Token::Word(name) => *name,
            Token::Symbol("*") => {
                self.tokens.advance();
                return Ok(Accessor::AnyMember);
            }
            Token::Text(_) => return self.text().map(|key| Accessor::Member(key.into())),
            _ => return Err(self.tokens.mismatch("a key or a method")),
        };
        self.tokens.advance();
        if *self.tokens.current() != Token::Symbol("(") {
            return Ok(Accessor::Member(name.into()));
        }
        let method = match name {
            "type" => Method::Type,
            "size" => Method::Size,
            "double" => Method::Double,
            "ceiling" => Method::Ceiling,
            "floor" => Method::Floor,
            "abs" => Method::Abs,
            "keyvalue" => Method::KeyValue,
            "datetime" => {
                return Err(PathError {
                    kind: PathErrorKind::NotSupported,
                    ..self
                        .tokens
                        .error("datetime method in JSON path is not yet supported".to_owned())
                });
            }
            _ => return Err(self.tokens.mismatch("an accessor")),
        };
        self.tokens.expect("(")?;
        self.tokens.expect(")")?;
        Ok(Accessor::Method(method))
    }

    fn subscripts(&mut self) -> Parsed<Accessor> {
        if self.tokens.take("*") {
            self.tokens.expect("]")?;
            return Ok(Accessor::AnyElement);
        }
        let mut subscripts = Vec::new();
        loop {
            let from = self.path()?;
            let to = if self.tokens.take_word("to") {
                Some(self.path()?)
            } else {
                None
            };
            subscripts.push(Subscript { from, to });
            if !self.tokens.take(",") {
                break;
            }
        }
        self.tokens.expect("]")?;
        Ok(Accessor::Elements(subscripts))
    }
}
