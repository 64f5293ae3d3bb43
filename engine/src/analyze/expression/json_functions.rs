//! The SQL/JSON functions, whose clauses the parser has put in places.

use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{Expr, lit};
use prismlake_functions::types::Type;
use prismlake_functions::{OnFailure, cast_function};
use sqlparser::ast;

use super::function_call::argument_expressions;
use super::{ExprContext, type_of_text};
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, not_supported};
use crate::error::Result;

/// The clauses of a call, by their places.
struct Clauses<'q>(Vec<&'q ast::Expr>);

impl<'q> Clauses<'q> {
    fn expr(&self, place: usize) -> Option<&'q ast::Expr> {
        self.0.get(place).copied().filter(|expr| !is_null(expr))
    }

    fn text(&self, place: usize) -> Option<&'q str> {
        match self.expr(place)? {
            ast::Expr::Value(value) => match &value.value {
                ast::Value::SingleQuotedString(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    fn flag(&self, place: usize) -> bool {
        matches!(self.expr(place), Some(ast::Expr::Value(value)) if value.value == ast::Value::Boolean(true))
    }

    /// The tuples of an array.
    fn tuples(&self, place: usize) -> Vec<&'q [ast::Expr]> {
        match self.expr(place) {
            Some(ast::Expr::Array(array)) => array
                .elem
                .iter()
                .filter_map(|item| match item {
                    ast::Expr::Tuple(parts) => Some(parts.as_slice()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn is_null(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Value(value) if value.value == ast::Value::Null)
}

/// Text of any length, or NULL.
fn text_or_null(value: Option<&str>) -> Typed {
    match value {
        Some(text) => Typed::varchar(text),
        None => Typed::null(Type::VARCHAR),
    }
}

/// Whether a value is JSON text, because it is said to be or because a function that gives such text makes it.
fn is_formatted(value: &ast::Expr, format: Option<&ast::Expr>) -> bool {
    match value {
        _ if format.is_some_and(|format| !is_null(format)) => true,
        ast::Expr::Nested(value) => is_formatted(value, None),
        ast::Expr::Function(function) => matches!(
            function.name.to_string().as_str(),
            "$json_query" | "$json_object" | "$json_array"
        ),
        _ => false,
    }
}

impl Analyzer<'_> {
    pub(super) fn json_function(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let clauses = Clauses(
            argument_expressions(function)?
                .into_iter()
                .map(|(_, expr)| expr)
                .collect(),
        );
        match name {
            "$json_exists" => {
                let mut arguments = self.path_arguments(&clauses, syntax, context)?;
                arguments.push(text_or_null(clauses.text(4)));
                self.call("$json_exists", arguments, syntax)
            }
            "$json_value" => self.json_value(&clauses, syntax, context),
            "$json_query" => {
                let mut arguments = self.path_arguments(&clauses, syntax, context)?;
                arguments.extend((6..10).map(|place| text_or_null(clauses.text(place))));
                let found = self.call("$json_query", arguments, syntax)?;
                self.json_returned(found, clauses.text(4), clauses.text(5), syntax)
            }
            "$json_object" => {
                let (mut keys, mut values) = (Vec::new(), Vec::new());
                for member in clauses.tuples(0) {
                    let (Some(key), Some(value)) = (member.first(), member.get(1)) else {
                        continue;
                    };
                    let key = self.expression(key, context)?;
                    keys.push(self.cast_to(key, &Type::VARCHAR, OnFailure::Error, syntax)?);
                    values.push(self.json_item(value, member.get(2), context, syntax)?);
                }
                let keys = self.typed_array(keys, &Type::VARCHAR, syntax)?;
                let values = self.typed_array(values, &Type::Json, syntax)?;
                let flag = |place| Typed::boolean(lit(clauses.flag(place)));
                let made =
                    self.call("$json_object", vec![keys, values, flag(1), flag(2)], syntax)?;
                self.json_returned(made, clauses.text(3), clauses.text(4), syntax)
            }
            "$json_array" => {
                let mut values = Vec::new();
                for item in clauses.tuples(0) {
                    let Some(value) = item.first() else { continue };
                    values.push(self.json_item(value, item.get(1), context, syntax)?);
                }
                let values = self.typed_array(values, &Type::Json, syntax)?;
                let null_on_null = Typed::boolean(lit(clauses.flag(1)));
                let made = self.call("$json_array", vec![values, null_on_null], syntax)?;
                self.json_returned(made, clauses.text(2), clauses.text(3), syntax)
            }
            _ => Err(not_supported(syntax, format!("{name} is not supported"))),
        }
    }

    /// The input, the path and the variables, which the functions over paths begin with.
    fn path_arguments(
        &self,
        clauses: &Clauses<'_>,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Vec<Typed>> {
        let Some(input) = clauses.0.first() else {
            return Err(not_supported(syntax, "the JSON input is missing"));
        };
        let mut input = self.expression(input, context)?;
        if input.data_type == Type::Varbinary
            && let Some(encoding) = clauses.text(1).filter(|format| *format != "JSON")
        {
            input = self.call("$json_input", vec![input, Typed::text(encoding)], syntax)?;
        }
        let path = text_or_null(clauses.text(2));
        let (mut names, mut types, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for variable in clauses.tuples(3) {
            let [value, name, format, ..] = variable else {
                continue;
            };
            let formatted = is_formatted(value, Some(format));
            let value = self.expression(value, context)?;
            let name = self.expression(name, context)?;
            names.push(Typed::new(name.expr, Type::VARCHAR));
            if formatted {
                types.push(Typed::varchar("json"));
                texts.push(self.cast_to(value, &Type::VARCHAR, OnFailure::Error, syntax)?);
            } else {
                types.push(Typed::varchar(&value.data_type.to_string()));
                let json = self.to_json(value, syntax)?;
                texts.push(Typed::new(json.expr, Type::VARCHAR));
            }
        }
        if let Some(path) = clauses.text(2) {
            let passed: Vec<&str> = names.iter().filter_map(Typed::as_text).collect();
            prismlake_functions::check_json_path(path, &passed)
                .map_err(|error| super::function_call::function_error(error, syntax))?;
        }
        let passing = if names.is_empty() {
            Typed::null(Type::Json)
        } else {
            let arrays = [names, types, texts]
                .into_iter()
                .map(|items| self.typed_array(items, &Type::VARCHAR, syntax))
                .collect::<Result<Vec<_>>>()?;
            self.call("$json_passing", arrays, syntax)?
        };
        Ok(vec![input, path, passing])
    }

    /// JSON_VALUE: the scalar, or one of the defaults.
    fn json_value(
        &self,
        clauses: &Clauses<'_>,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let returned = match clauses.text(4) {
            Some(text) => type_of_text(text, syntax)?,
            None => Type::VARCHAR,
        };
        let mut arguments = self.path_arguments(clauses, syntax, context)?;
        arguments.push(text_or_null(clauses.text(5)));
        arguments.push(text_or_null(clauses.text(7)));
        arguments.push(Typed::null(returned.clone()));
        let found = self.call("$json_value", arguments, syntax)?;
        let value = self.row_field(found.clone(), 0)?;
        let kind = self.row_field(found, 1)?;
        let mut defaults = Vec::new();
        for (place, chosen) in [(6, 1_i8), (8, 2_i8)] {
            if let Some(default) = clauses.expr(place) {
                let default = self.expression(default, context)?;
                let default = self.cast_to(default, &returned, OnFailure::Error, syntax)?;
                defaults.push((
                    Box::new(kind.expr.clone().eq(lit(chosen))),
                    Box::new(default.expr),
                ));
            }
        }
        if defaults.is_empty() {
            return Ok(Typed::new(value.expr, returned));
        }
        Ok(Typed::new(
            Expr::Case(Case::new(None, defaults, Some(Box::new(value.expr)))),
            returned,
        ))
    }

    /// JSON text as the type that RETURNING asks for.
    fn json_returned(
        &self,
        text: Typed,
        returning: Option<&str>,
        format: Option<&str>,
        syntax: &ast::Expr,
    ) -> Result<Typed> {
        let returned = match returning {
            Some(returning) => type_of_text(returning, syntax)?,
            None => Type::VARCHAR,
        };
        if returned == Type::Varbinary {
            let encoding = format.filter(|format| *format != "JSON").unwrap_or("UTF8");
            return self.call("$json_output", vec![text, Typed::text(encoding)], syntax);
        }
        self.cast_to(text, &returned, OnFailure::Error, syntax)
    }

    /// A value as JSON: cast, or with FORMAT JSON read as it.
    fn json_item(
        &self,
        value: &ast::Expr,
        format: Option<&ast::Expr>,
        context: &ExprContext<'_>,
        syntax: &ast::Expr,
    ) -> Result<Typed> {
        let formatted = is_formatted(value, format);
        let value = self.expression(value, context)?;
        if !formatted {
            return self.to_json(value, syntax);
        }
        let text = if value.data_type == Type::Varbinary {
            let encoding = Clauses(format.into_iter().collect());
            let encoding = encoding.text(0).filter(|format| *format != "JSON");
            let encoding = Typed::text(encoding.unwrap_or("UTF8"));
            self.call("$json_input", vec![value, encoding], syntax)?
        } else {
            self.cast_to(value, &Type::VARCHAR, OnFailure::Error, syntax)?
        };
        self.call("$json_from_text", vec![text], syntax)
    }

    /// A value as JSON: of types that JSON has not, the text.
    fn to_json(&self, value: Typed, syntax: &ast::Expr) -> Result<Typed> {
        let value = match cast_function(&value.data_type, &Type::Json, OnFailure::Error) {
            Some(_) => value,
            None => self.cast_to(value, &Type::VARCHAR, OnFailure::Error, syntax)?,
        };
        self.cast_to(value, &Type::Json, OnFailure::Error, syntax)
    }

    /// An array whose elements' type is known even where there are none.
    fn typed_array(&self, items: Vec<Typed>, element: &Type, syntax: &ast::Expr) -> Result<Typed> {
        let items = items
            .into_iter()
            .map(|item| Typed::new(item.expr, element.clone()))
            .collect();
        let array = self.array(items, syntax)?;
        self.coerce(array, &Type::array(element.clone()))
    }
}
