//! Expressions that begin with a word of their own: CASE, CAST, EXISTS, ARRAY and ROW.

use sqlparser::ast::{Array, CaseWhen, CastKind, Expr, ObjectName};

use super::cursor::Cursor;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    pub(super) fn exists(&mut self) -> Result<Expr> {
        self.advance();
        self.expect_symbol("(")?;
        let subquery = self.query()?;
        self.expect_symbol(")")?;
        Ok(Expr::Exists {
            subquery,
            negated: false,
        })
    }

    pub(super) fn case(&mut self) -> Result<Expr> {
        let case_token = tree::keyword("CASE", self.advance());
        let operand = if self.at("WHEN") {
            None
        } else {
            Some(Box::new(self.expression()?))
        };
        let mut conditions = Vec::new();
        while conditions.is_empty() || self.at("WHEN") {
            self.expect("WHEN")?;
            let condition = self.expression()?;
            self.expect("THEN")?;
            let result = self.expression()?;
            conditions.push(CaseWhen { condition, result });
        }
        let else_result = if self.take("ELSE") {
            Some(Box::new(self.expression()?))
        } else {
            None
        };
        let end = self.span();
        self.expect("END")?;
        Ok(Expr::Case {
            case_token,
            end_token: tree::keyword("END", end),
            operand,
            conditions,
            else_result,
        })
    }

    pub(super) fn cast(&mut self, kind: CastKind) -> Result<Expr> {
        self.advance();
        self.expect_symbol("(")?;
        let expr = Box::new(self.expression()?);
        self.expect("AS")?;
        let data_type = self.data_type()?;
        self.expect_symbol(")")?;
        Ok(Expr::Cast {
            kind,
            expr,
            data_type,
            array: false,
            format: None,
        })
    }

    pub(super) fn array(&mut self) -> Result<Expr> {
        self.skip(2);
        let elements = if self.at_symbol("]") {
            Vec::new()
        } else {
            self.list(Self::expression)?
        };
        self.expect_symbol("]")?;
        Ok(Expr::Array(Array {
            elem: elements,
            named: true,
        }))
    }

    pub(super) fn row(&mut self) -> Result<Expr> {
        let name = self.name()?;
        let fields = self.list_in_parentheses(Self::expression)?;
        Ok(Expr::Function(tree::function(
            ObjectName::from(vec![name]),
            tree::arguments_of(fields),
        )))
    }
}
