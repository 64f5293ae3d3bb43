//! Lambdas: their parameters are columns that only their bodies see.

use std::rc::Rc;
use std::sync::Arc;

use arrow::datatypes::Field;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::LambdaVariable;
use prismlake_functions::types::Type;
use sqlparser::ast;

use super::ExprContext;
use crate::analyze::Analyzer;
use crate::analyze::typed::Typed;
use crate::error::Result;

/// The parameters of a lambda, and of those around it.
pub(in crate::analyze) struct LambdaParameters {
    /// Names in lower case.
    parameters: Vec<(String, Typed)>,
    around: Option<Rc<LambdaParameters>>,
}

impl LambdaParameters {
    /// The innermost parameter of that name.
    pub(super) fn find(&self, name: &str) -> Option<Typed> {
        let name = name.to_lowercase();
        let mut current = Some(self);
        while let Some(lambda) = current {
            if let Some((_, typed)) = lambda.parameters.iter().find(|(own, _)| *own == name) {
                return Some(typed.clone());
            }
            current = lambda.around.as_deref();
        }
        None
    }
}

/// A lambda whose parameters have types.
pub(super) struct TypedLambda {
    pub(super) parameters: Vec<String>,
    pub(super) body: Typed,
}

/// The names of a lambda's parameters as written.
pub(super) fn parameter_names(lambda: &ast::LambdaFunction) -> Vec<&ast::Ident> {
    lambda
        .params
        .iter()
        .map(|parameter| &parameter.name)
        .collect()
}

impl Analyzer<'_> {
    /// The body of a lambda over parameters of these types.
    pub(super) fn lambda_body(
        &self,
        lambda: &ast::LambdaFunction,
        types: &[Type],
        context: &ExprContext<'_>,
    ) -> Result<TypedLambda> {
        let mut symbols = Vec::new();
        let mut parameters = Vec::new();
        for (name, data_type) in parameter_names(lambda).into_iter().zip(types) {
            let symbol = self.symbol(&name.value);
            let field = Field::new(&symbol, data_type.arrow(), true);
            parameters.push((
                name.value.to_lowercase(),
                Typed::new(
                    Expr::LambdaVariable(LambdaVariable::new(
                        symbol.clone(),
                        Some(Arc::new(field)),
                    )),
                    data_type.clone(),
                ),
            ));
            symbols.push(symbol);
        }
        let mut inside = context.clone();
        inside.aggregates = false;
        inside.windows = None;
        inside.clause = "Lambda expression";
        inside.lambda = Some(Rc::new(LambdaParameters {
            parameters,
            around: context.lambda.clone(),
        }));
        Ok(TypedLambda {
            parameters: symbols,
            body: self.expression(&lambda.body, &inside)?,
        })
    }
}
