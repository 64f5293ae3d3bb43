//! Names, fields of rows, elements of arrays and maps, and what makes rows and arrays.

use datafusion::logical_expr::Expr;
use prismlake_functions::types::{RowField, Type, common_type};
use sqlparser::ast;
use sqlparser::ast::{AccessExpr, Ident, Subscript};

use super::ExprContext;
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Syntax, error_at, not_supported};
use crate::error::{ErrorCode, QueryError, Result};

impl Analyzer<'_> {
    /// A column, a lambda's parameter, and fields of rows behind it.
    pub(super) fn name(&self, parts: &[Ident], context: &ExprContext<'_>) -> Result<Typed> {
        if let Some(parameters) = &context.lambda
            && let Some(first) = parts.first()
            && let Some(found) = parameters.find(&first.value)
        {
            return self.fields(found, parts.get(1..).unwrap_or_default());
        }
        // Columns of the result are called by their names alone.
        if let Some(results) = &context.results
            && let [_] = parts
        {
            match results.resolve(parts) {
                Ok(found) => return Ok(found.typed),
                Err(error) if error.code == ErrorCode::AmbiguousName => return Err(error),
                Err(_) => {}
            }
        }
        let found = context.scope.resolve(parts)?;
        self.fields(found.typed, parts.get(found.parts..).unwrap_or_default())
    }

    fn fields(&self, mut typed: Typed, names: &[Ident]) -> Result<Typed> {
        for name in names {
            typed = self.field(typed, name)?;
        }
        Ok(typed)
    }

    /// The field of a row of that name, in whatever case.
    fn field(&self, row: Typed, name: &Ident) -> Result<Typed> {
        let Type::Row(fields) = &row.data_type else {
            return Err(error_at(
                name,
                ErrorCode::TypeMismatch,
                format!(
                    "Expression is not of type ROW: it has no field '{}'",
                    name.value
                ),
            ));
        };
        let wanted = name.value.to_lowercase();
        let mut found = fields.iter().enumerate().filter(|(_, field)| {
            field
                .name
                .as_deref()
                .is_some_and(|own| own.to_lowercase() == wanted)
        });
        let Some((place, _)) = found.next() else {
            return Err(error_at(
                name,
                ErrorCode::ColumnNotFound,
                format!(
                    "Column '{}' cannot be resolved: {} has no such field",
                    name.value, row.data_type
                ),
            ));
        };
        if found.next().is_some() {
            return Err(error_at(
                name,
                ErrorCode::AmbiguousName,
                format!("Ambiguous row field reference: {}", name.value),
            ));
        }
        self.row_field(row, place)
    }

    /// The field of a row at a place counted from 0.
    pub(in crate::analyze) fn row_field(&self, row: Typed, place: usize) -> Result<Typed> {
        let Type::Row(fields) = &row.data_type else {
            return Err(QueryError::internal("a field of what is no row"));
        };
        let Some(field) = fields.get(place) else {
            return Err(QueryError::internal("a field that the row does not have"));
        };
        let data_type = field.data_type.clone();
        match prismlake_functions::row::row_field(&row.data_type, place) {
            Some(function) => Ok(Typed::new(function.call(vec![row.expr]), data_type)),
            None => Err(QueryError::internal("a row without fields")),
        }
    }

    /// `a[1].b[2]`
    pub(super) fn access(
        &self,
        root: &ast::Expr,
        chain: &[AccessExpr],
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let mut typed = self.expression(root, context)?;
        for step in chain {
            typed = match step {
                AccessExpr::Dot(ast::Expr::Identifier(name)) => self.field(typed, name)?,
                AccessExpr::Dot(other) => {
                    return Err(not_supported(other, "a field's name is expected after '.'"));
                }
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    self.subscript(typed, index, context)?
                }
                AccessExpr::Subscript(Subscript::Slice { .. }) => {
                    return Err(not_supported(
                        root,
                        "slices are not supported; use slice(array, start, length)",
                    ));
                }
            };
        }
        Ok(typed)
    }

    fn subscript(
        &self,
        base: Typed,
        index: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let at = self.expression(index, context)?;
        match &base.data_type {
            Type::Row(fields) => {
                let place = match at.as_literal() {
                    Some(datafusion::scalar::ScalarValue::Int32(Some(place))) => {
                        usize::try_from(*place).ok()
                    }
                    _ => None,
                };
                match place {
                    Some(place) if (1..=fields.len()).contains(&place) => {
                        self.row_field(base, place - 1)
                    }
                    Some(place) => Err(error_at(
                        index,
                        ErrorCode::InvalidFunctionArgument,
                        format!(
                            "Invalid subscript index: {place}. ROW has {} fields and its indices start at 1",
                            fields.len()
                        ),
                    )),
                    None => Err(error_at(
                        index,
                        ErrorCode::ExpressionNotConstant,
                        "Subscript expression on ROW requires a constant index",
                    )),
                }
            }
            Type::Array(_) | Type::Map(..) => self.call("$subscript", vec![base, at], index),
            other => Err(error_at(
                index,
                ErrorCode::TypeMismatch,
                format!("Cannot use subscript on {other}"),
            )),
        }
    }

    /// `ARRAY[…]`: the elements have one type.
    pub(super) fn array(&self, items: Vec<Typed>, syntax: &impl Syntax) -> Result<Typed> {
        let mut element = Type::Unknown;
        for item in &items {
            element = common_type(&element, &item.data_type).ok_or_else(|| {
                error_at(
                    syntax,
                    ErrorCode::TypeMismatch,
                    format!(
                        "All ARRAY elements must be the same type: {element}, {}",
                        item.data_type
                    ),
                )
            })?;
        }
        let items = items
            .into_iter()
            .map(|item| self.coerce(item, &element))
            .collect::<Result<Vec<_>>>()?;
        self.call("$array_constructor", items, syntax)
    }

    /// `ROW(…)`: a row of anonymous fields.
    pub(super) fn row(&self, items: Vec<Typed>) -> Result<Typed> {
        let fields: Vec<RowField> = items
            .iter()
            .map(|item| RowField {
                name: None,
                data_type: item.data_type.clone(),
            })
            .collect();
        let function = prismlake_functions::row::row_constructor(&fields);
        let exprs: Vec<Expr> = items.into_iter().map(|item| item.expr).collect();
        Ok(Typed::new(function.call(exprs), Type::Row(fields)))
    }
}
