//! What sequences hold: values of JSON texts, and SQL values.

use std::rc::Rc;

use super::value::Value;
use super::{evaluation_error, item_type_error};
use crate::error::FunctionError;
use crate::json::canonical::Canonicalizer;
use crate::json::document::{Document, Kind, NodeId};
use crate::json::number::{write_integer, write_json_decimal, write_json_double, write_json_real};
use crate::json::scan::Scanner;
use crate::json::string::write_string;

/// The text that a value stands in: one that was given, or one that evaluating the path made.
#[derive(Debug, Clone)]
pub(in crate::json) enum Source<'a> {
    Given(&'a Document<'a>),
    Made(Rc<Document<'static>>),
}

impl Source<'_> {
    pub(super) fn document(&self) -> &Document<'_> {
        match self {
            Source::Given(document) => document,
            Source::Made(document) => document,
        }
    }
}

/// An item of a sequence.
#[derive(Debug, Clone)]
pub(in crate::json) enum Item<'a> {
    Node(Source<'a>, NodeId),
    Value(Value),
}

impl<'a> Item<'a> {
    /// The value that a whole document is.
    pub(in crate::json) fn root(document: &'a Document<'a>) -> Item<'a> {
        Item::Node(Source::Given(document), document.root())
    }

    /// The item's kind if it is a JSON value.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Item::Node(source, id) => Some(source.document().kind(*id)),
            Item::Value(_) => None,
        }
    }

    /// Whether it is a JSON array.
    pub(in crate::json) fn is_array(&self) -> bool {
        self.kind() == Some(Kind::Array)
    }

    /// Whether it is a JSON object.
    pub(in crate::json) fn is_object(&self) -> bool {
        self.kind() == Some(Kind::Object)
    }

    /// How errors name what it is.
    pub(super) fn type_name(&self) -> String {
        match self {
            Item::Node(source, id) => source.document().kind(*id).name().to_owned(),
            Item::Value(value) => value.type_name(),
        }
    }

    /// The SQL value of a scalar; nothing for arrays and objects. An error if the number is beyond SQL's integers.
    pub(in crate::json) fn scalar(&self) -> Result<Option<Value>, FunctionError> {
        let (source, id) = match self {
            Item::Value(value) => return Ok(Some(value.clone())),
            Item::Node(source, id) => (source, *id),
        };
        let document = source.document();
        Ok(Some(match document.kind(id) {
            Kind::Null => Value::Null,
            Kind::True => Value::Boolean(true),
            Kind::False => Value::Boolean(false),
            Kind::String | Kind::Key => Value::Text(document.string(id).into()),
            Kind::Integer => Value::integer(
                document
                    .text(id)
                    .parse()
                    .map_err(|_| evaluation_error(""))?,
            ),
            Kind::Float => Value::Double(
                document
                    .text(id)
                    .parse()
                    .map_err(|_| evaluation_error(""))?,
            ),
            Kind::Array | Kind::Object => return Ok(None),
        }))
    }

    /// The SQL value of a number.
    pub(super) fn number(&self) -> Result<Value, FunctionError> {
        match self.scalar()? {
            Some(
                value
                @ (Value::Integer(..) | Value::Decimal(_) | Value::Real(_) | Value::Double(_)),
            ) => Ok(value),
            _ => Err(item_type_error("NUMBER", self.type_name())),
        }
    }

    /// The item's text if it is textual.
    pub(in crate::json) fn text(&self) -> Option<Rc<str>> {
        match self {
            Item::Value(Value::Text(text)) => Some(Rc::clone(text)),
            Item::Node(source, id) if source.document().kind(*id) == Kind::String => {
                Some(source.document().string(*id).into())
            }
            _ => None,
        }
    }

    /// Appends the item as JSON. What JSON has no form for is not written, and its type's name is given.
    pub(in crate::json) fn write(
        &self,
        canonicalizer: &mut Canonicalizer,
        output: &mut String,
    ) -> Result<(), Unwritable> {
        match self {
            Item::Node(source, id) => {
                let mut scanner = Scanner::new(source.document().text(*id));
                output.push_str(
                    canonicalizer
                        .value(&mut scanner)
                        .map_err(|_| Unwritable::Text)?,
                );
            }
            Item::Value(Value::Null) => output.push_str("null"),
            Item::Value(Value::Boolean(value)) => {
                output.push_str(if *value { "true" } else { "false" })
            }
            Item::Value(Value::Text(text)) => write_string(text, output),
            Item::Value(Value::Integer(value, _)) => write_integer(value, output),
            Item::Value(Value::Decimal(value)) => {
                write_json_decimal(value.unscaled, value.scale, output)
            }
            Item::Value(Value::Real(value)) => write_json_real(*value, output),
            Item::Value(Value::Double(value)) => write_json_double(*value, output),
            Item::Value(Value::Temporal(data_type, _)) => {
                return Err(Unwritable::Type(data_type.to_string()));
            }
        }
        Ok(())
    }
}

/// Why an item cannot be written as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::json) enum Unwritable {
    /// It has half of a surrogate pair.
    Text,
    /// It is an SQL value of a type that JSON has no form for.
    Type(String),
}
