//! Pieces of the syntax tree: sqlparser's nodes with what they hold in Trino, and calls of `$` functions for what it has no node for.

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    Array, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, GroupByExpr, Ident, ObjectName, Query, Select, SelectFlavor, SetExpr,
    UnaryOperator, Value,
};
use sqlparser::tokenizer::{Span, Token, TokenWithSpan};

pub(super) fn text(text: impl Into<String>, span: Span) -> Expr {
    Expr::Value(Value::SingleQuotedString(text.into()).with_span(span))
}

/// A text without a place of its own.
pub(super) fn word(word: impl Into<String>) -> Expr {
    text(word, Span::empty())
}

/// An optional text.
pub(super) fn word_or_null(optional: Option<&str>) -> Expr {
    optional.map_or_else(null, word)
}

pub(super) fn null() -> Expr {
    Expr::Value(Value::Null.with_empty_span())
}

pub(super) fn boolean(value: bool) -> Expr {
    Expr::Value(Value::Boolean(value).with_empty_span())
}

pub(super) fn array(elements: Vec<Expr>) -> Expr {
    Expr::Array(Array {
        elem: elements,
        named: true,
    })
}

/// A call of the plain form `name(argument, …)`; the name stands at `span`.
pub(super) fn call(name: &str, span: Span, arguments: Vec<Expr>) -> Expr {
    Expr::Function(function(
        ObjectName::from(vec![Ident::with_span(span, name)]),
        arguments_of(arguments),
    ))
}

pub(super) fn arguments_of(arguments: Vec<Expr>) -> FunctionArguments {
    FunctionArguments::List(FunctionArgumentList {
        duplicate_treatment: None,
        args: arguments.into_iter().map(argument).collect(),
        clauses: Vec::new(),
    })
}

pub(super) fn argument(argument: Expr) -> FunctionArg {
    FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))
}

pub(super) fn function(name: ObjectName, args: FunctionArguments) -> Function {
    Function {
        name,
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args,
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    }
}

pub(super) fn not_if(negated: bool, expr: Expr) -> Expr {
    if negated {
        unary(UnaryOperator::Not, expr)
    } else {
        expr
    }
}

pub(super) fn unary(op: UnaryOperator, expr: Expr) -> Expr {
    Expr::UnaryOp {
        op,
        expr: Box::new(expr),
    }
}

pub(super) fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

/// A keyword and its place.
pub(super) fn keyword(keyword: &str, span: Span) -> AttachedToken {
    AttachedToken(TokenWithSpan::new(Token::make_keyword(keyword), span))
}

/// A symbol and its place.
pub(super) fn symbol(symbol: Token, span: Span) -> AttachedToken {
    AttachedToken(TokenWithSpan::new(symbol, span))
}

/// A query that is its body alone.
///
/// These nodes are boxed as soon as they are made: they take kilobytes, and the parser's functions call each other deeply.
pub(super) fn query(body: Box<SetExpr>) -> Box<Query> {
    Box::new(Query {
        with: None,
        body,
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    })
}

/// A SELECT without clauses; `SELECT` stands at `span`.
pub(super) fn select(span: Span) -> Box<Select> {
    Box::new(Select {
        select_token: keyword("SELECT", span),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: Vec::new(),
        exclude: None,
        into: None,
        from: Vec::new(),
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    })
}
