//! Relations: what FROM names and how it is joined.

use sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, ObjectName, TableAlias, TableFactor, TableSample,
    TableSampleKind, TableSampleMethod, TableSampleModifier, TableSampleQuantity, TableVersion,
    TableWithJoins,
};

use super::cursor::Cursor;
use super::errors::position;
use crate::error::{QueryError, Result};

/// A join of one type by its condition.
type JoinType = fn(JoinConstraint) -> JoinOperator;

impl Cursor<'_> {
    pub(super) fn relation(&mut self) -> Result<TableWithJoins> {
        self.nested(Self::joined)
    }

    fn joined(&mut self) -> Result<TableWithJoins> {
        let relation = self.sampled()?;
        let mut joins = Vec::new();
        while let Some(join) = self.join()? {
            joins.push(join);
        }
        Ok(TableWithJoins { relation, joins })
    }

    fn join(&mut self) -> Result<Option<Join>> {
        if self.take("CROSS") {
            self.expect("JOIN")?;
            let relation = self.sampled()?;
            return Ok(Some(joined(
                relation,
                JoinOperator::CrossJoin(JoinConstraint::None),
            )));
        }
        let natural = self.take("NATURAL");
        let Some(operator) = self.join_type()? else {
            if natural {
                return Err(self.mismatch());
            }
            return Ok(None);
        };
        if natural {
            let relation = self.sampled()?;
            return Ok(Some(joined(relation, operator(JoinConstraint::Natural))));
        }
        // In `a JOIN b JOIN c ON … ON …` the right side is itself joined.
        let right = self.relation()?;
        let relation = if right.joins.is_empty() {
            right.relation
        } else {
            TableFactor::NestedJoin {
                table_with_joins: Box::new(right),
                alias: None,
            }
        };
        let constraint = if self.take("ON") {
            JoinConstraint::On(self.expression()?)
        } else {
            self.expect("USING")?;
            let columns = self.list_in_parentheses(Self::name)?;
            let names = columns.into_iter().map(|name| ObjectName::from(vec![name]));
            JoinConstraint::Using(names.collect())
        };
        Ok(Some(joined(relation, operator(constraint))))
    }

    /// `[INNER | {LEFT | RIGHT | FULL} [OUTER]] JOIN`
    fn join_type(&mut self) -> Result<Option<JoinType>> {
        if self.take("JOIN") {
            return Ok(Some(JoinOperator::Join));
        }
        let Some(word) = self.take_one_of(&["FULL", "INNER", "LEFT", "RIGHT"]) else {
            return Ok(None);
        };
        let outer = word != "INNER" && self.take("OUTER");
        self.expect("JOIN")?;
        Ok(Some(match (word, outer) {
            ("INNER", _) => JoinOperator::Inner,
            ("LEFT", false) => JoinOperator::Left,
            ("LEFT", true) => JoinOperator::LeftOuter,
            ("RIGHT", false) => JoinOperator::Right,
            ("RIGHT", true) => JoinOperator::RightOuter,
            _ => JoinOperator::FullOuter,
        }))
    }

    /// `relation [TABLESAMPLE {BERNOULLI | SYSTEM} (percentage)]`
    fn sampled(&mut self) -> Result<TableFactor> {
        let mut relation = self.pattern_recognition()?;
        let start = self.span();
        if !self.take("TABLESAMPLE") {
            return Ok(relation);
        }
        let name = match self.expect_one_of(&["BERNOULLI", "SYSTEM"])? {
            "BERNOULLI" => TableSampleMethod::Bernoulli,
            _ => TableSampleMethod::System,
        };
        let value = self.expression_in_parentheses()?;
        let taken = TableSampleKind::AfterTableAlias(Box::new(TableSample {
            modifier: TableSampleModifier::TableSample,
            name: Some(name),
            quantity: Some(TableSampleQuantity {
                parenthesized: true,
                value,
                unit: None,
            }),
            seed: None,
            bucket: None,
            offset: None,
        }));
        match &mut relation {
            TableFactor::Table { sample, .. } | TableFactor::Derived { sample, .. } => {
                *sample = Some(taken);
                Ok(relation)
            }
            _ => Err(QueryError::not_supported(
                "TABLESAMPLE is supported for tables and subqueries alone; put the relation into a subquery",
            )
            .at(position(start))),
        }
    }

    /// A relation and the names that it is given.
    pub(super) fn aliased(&mut self) -> Result<TableFactor> {
        let mut relation = self.relation_primary()?;
        let Some(given) = self.table_alias()? else {
            return Ok(relation);
        };
        Ok(match &mut relation {
            TableFactor::Table { alias, .. }
            | TableFactor::Derived { alias, .. }
            | TableFactor::TableFunction { alias, .. }
            | TableFactor::UNNEST { alias, .. }
            | TableFactor::NestedJoin { alias, .. }
                if alias.is_none() =>
            {
                *alias = Some(given);
                relation
            }
            // `(t AS a) AS b`
            _ => TableFactor::NestedJoin {
                table_with_joins: Box::new(TableWithJoins {
                    relation,
                    joins: Vec::new(),
                }),
                alias: Some(given),
            },
        })
    }

    /// `[AS] name [(column, …)]`
    pub(super) fn table_alias(&mut self) -> Result<Option<TableAlias>> {
        let explicit = self.is(0, "AS");
        let Some(name) = self.alias()? else {
            return Ok(None);
        };
        Ok(Some(TableAlias {
            explicit,
            name,
            columns: self.column_aliases()?,
            at: None,
        }))
    }

    fn relation_primary(&mut self) -> Result<TableFactor> {
        if self.take_symbol("(") {
            return self.relation_in_parentheses();
        }
        if self.take("UNNEST") {
            let array_exprs = self.list_in_parentheses(Self::expression)?;
            let with_ordinality = self.take("WITH");
            if with_ordinality {
                self.expect("ORDINALITY")?;
            }
            return Ok(TableFactor::UNNEST {
                alias: None,
                array_exprs,
                with_offset: false,
                with_offset_alias: None,
                with_ordinality,
            });
        }
        if self.at("LATERAL") && self.is_symbol(1, "(") {
            self.skip(2);
            let subquery = self.query()?;
            self.expect_symbol(")")?;
            return Ok(TableFactor::Derived {
                lateral: true,
                subquery,
                alias: None,
                sample: None,
            });
        }
        if self.take("TABLE") {
            return self.table_function();
        }
        if self.is(0, "JSON_TABLE") && self.is_symbol(1, "(") {
            return Err(self.not_supported("JSON_TABLE is not supported"));
        }
        self.table()
    }

    /// After a `(`: a query, or a relation with its joins.
    fn relation_in_parentheses(&mut self) -> Result<TableFactor> {
        self.expecting_construct("<query>");
        let relation = if self.begins_query(0) {
            TableFactor::Derived {
                lateral: false,
                subquery: self.query()?,
                alias: None,
                sample: None,
            }
        } else {
            let inner = self.relation()?;
            if inner.joins.is_empty() {
                inner.relation
            } else {
                TableFactor::NestedJoin {
                    table_with_joins: Box::new(inner),
                    alias: None,
                }
            }
        };
        self.expect_symbol(")")?;
        Ok(relation)
    }

    /// `name [FOR {TIMESTAMP | VERSION} AS OF value]`
    fn table(&mut self) -> Result<TableFactor> {
        let name = self.object_name()?;
        let version = if self.take("FOR") {
            let kind = self.expect_one_of(&["TIMESTAMP", "VERSION"])?;
            self.expect_all(&["AS", "OF"])?;
            let value = self.value_expression()?;
            Some(if kind == "TIMESTAMP" {
                TableVersion::TimestampAsOf(value)
            } else {
                TableVersion::VersionAsOf(value)
            })
        } else {
            None
        };
        let mut table = plain_table(name).relation;
        if let TableFactor::Table { version: place, .. } = &mut table {
            *place = version;
        }
        Ok(table)
    }

    /// `TABLE(function(argument, …))` after TABLE.
    fn table_function(&mut self) -> Result<TableFactor> {
        self.expect_symbol("(")?;
        let function = self.nested(Self::table_function_call)?;
        self.expect_symbol(")")?;
        Ok(TableFactor::TableFunction {
            expr: Expr::Function(function),
            alias: None,
        })
    }
}

fn joined(relation: TableFactor, join_operator: JoinOperator) -> Join {
    Join {
        relation,
        global: false,
        join_operator,
    }
}

/// A table by its name alone.
pub(super) fn plain_table(name: ObjectName) -> TableWithJoins {
    TableWithJoins {
        relation: TableFactor::Table {
            name,
            alias: None,
            args: None,
            with_hints: Vec::new(),
            version: None,
            with_ordinality: false,
            partitions: Vec::new(),
            json_path: None,
            sample: None,
            index_hints: Vec::new(),
        },
        joins: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, query, select};

    #[test]
    fn relations_are_as_they_were_written() {
        for text in [
            "t",
            "a.b.c AS x (d, e)",
            "\"t$partitions\" p",
            "a, b, c",
            "a CROSS JOIN b",
            "a JOIN b ON a.x = b.x",
            "a INNER JOIN b USING(x, y)",
            "a LEFT JOIN b ON true RIGHT OUTER JOIN c ON true",
            "a LEFT OUTER JOIN b ON true",
            "a NATURAL JOIN b",
            "a NATURAL LEFT JOIN b",
            "a CROSS JOIN UNNEST(b, c) WITH ORDINALITY AS u (x, y, n)",
            "UNNEST(ARRAY[1]) u (x)",
            "LATERAL (SELECT 1) AS l",
            "a CROSS JOIN LATERAL (SELECT a.x)",
            "(SELECT 1) AS s",
            "(VALUES (1), (2)) v (a)",
            "(WITH x AS (SELECT 1) SELECT * FROM x)",
            "(a JOIN b ON true) CROSS JOIN c",
            "((SELECT 1) UNION (SELECT 2)) AS u",
            "((SELECT 1) LIMIT 1)",
            "t TABLESAMPLE BERNOULLI (10)",
            "(SELECT 1) AS s TABLESAMPLE SYSTEM (1.5)",
        ] {
            let text = format!("SELECT * FROM {text}");
            assert_eq!(query(&text).to_string(), text);
        }
        for (text, shown) in [
            ("a FULL JOIN b ON true", "a FULL JOIN b ON true"),
            (
                "a JOIN b JOIN c ON 1 = 2 ON 3 = 4",
                "a JOIN (b JOIN c ON 1 = 2) ON 3 = 4",
            ),
            ("(t)", "t"),
            ("((t)) AS x", "t AS x"),
            ("((SELECT 1) s CROSS JOIN t)", "((SELECT 1) s CROSS JOIN t)"),
            ("((SELECT 1) AS s) AS r", "((SELECT 1) AS s) AS r"),
            ("lateral", "lateral"),
            ("(VALUES 1, 2) AS v (a)", "(VALUES (1), (2)) AS v (a)"),
        ] {
            assert_eq!(
                query(&format!("SELECT * FROM {text}")).to_string(),
                format!("SELECT * FROM {shown}"),
                "{text}"
            );
        }
    }

    #[test]
    fn nodes_are_those_of_sqlparser() {
        let factor = |text: &str| {
            let mut from = select(&format!("SELECT * FROM {text}")).from;
            format!("{:?}", from.remove(0).relation)
        };
        assert!(factor("UNNEST(a)").starts_with("UNNEST"));
        assert!(factor("LATERAL (SELECT 1)").starts_with("Derived { lateral: true"));
        assert!(factor("(SELECT 1)").starts_with("Derived { lateral: false"));
        assert!(factor("(a CROSS JOIN b)").starts_with("NestedJoin"));
        assert!(factor("t FOR VERSION AS OF 1").contains("Some(VersionAsOf("));
        assert!(
            factor("t FOR TIMESTAMP AS OF TIMESTAMP '2020-01-01' AS x")
                .contains("Some(TimestampAsOf(")
        );
        assert!(factor("t TABLESAMPLE SYSTEM (1)").contains("name: Some(System)"));
    }

    #[test]
    fn what_other_databases_have_is_refused() {
        for text in [
            "t FOR SYSTEM_TIME AS OF 1",
            "t WITH (NOLOCK)",
            "t PARTITION (a = 1)",
            "t PIVOT (sum(a) FOR b IN (1))",
            "t LATERAL VIEW explode(a) b",
            "a LEFT SEMI JOIN b ON true",
            "a x ASOF JOIN b ON true",
            "a CROSS APPLY b",
            "a JOIN b",
            "a CROSS JOIN b ON true",
            "a LEFT JOIN b",
            "VALUES (1)",
            "UNNEST(a) WITH OFFSET",
            "f(1)",
            "t TABLESAMPLE (10)",
            "t x y",
            "'t'",
            "a JOIN ON true",
            "(a",
            "()",
            "LATERAL t (a) b",
        ] {
            let message = error(&format!("SELECT * FROM {text}"));
            assert!(message.contains("mismatched input '"), "{text}: {message}");
        }
        assert_eq!(
            error("SELECT * FROM a.b.c.d"),
            "line 1:15: Too many dots in table name: a.b.c.d"
        );
        assert!(
            error("SELECT * FROM UNNEST(a) TABLESAMPLE SYSTEM (1)")
                .contains("line 1:25: TABLESAMPLE")
        );
        assert!(
            error("SELECT * FROM JSON_TABLE(a, '$' COLUMNS (b int))").contains("not supported")
        );
    }
}
