//! Statements by their first words.

mod create_table_as;
mod explain;
mod insert;
mod prepared;
mod properties;
mod show;
mod unload;
mod view;

use super::cursor::Cursor;
use crate::error::Result;
use crate::sql::statement::Statement;

impl Cursor<'_> {
    pub(super) fn statement(&mut self) -> Result<Statement> {
        if self.at("EXPLAIN") {
            return self.explain();
        }
        if self.at("PREPARE") {
            return self.prepare();
        }
        if self.at("EXECUTE") {
            return self.execute();
        }
        if self.at("DEALLOCATE") {
            return self.deallocate();
        }
        if self.at("DROP") {
            return self.drop_view();
        }
        if self.at("SHOW") {
            return self.show();
        }
        if self.at("DESCRIBE") {
            return self.describe_prepared();
        }
        let is_view = self.is(1, "VIEW") || (self.is(1, "OR") && !self.is(3, "TABLE"));
        if self.at("CREATE") && is_view {
            return self.create_view();
        }
        self.query_or_write()
    }

    /// A statement that can be explained and prepared: one with a query that it runs.
    fn query_or_write(&mut self) -> Result<Statement> {
        if self.at("CREATE") {
            return self.create_table_as();
        }
        if self.at("INSERT") {
            return self.insert();
        }
        if self.at("UNLOAD") {
            return self.unload();
        }
        self.query().map(Statement::Query)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::error;
    use crate::sql::parse;
    use crate::sql::statement::{
        ExplainFormat, ExplainType, LikePattern, PropertyValue, Statement, ViewSecurity,
    };

    fn statement(text: &str) -> Statement {
        parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn tables_are_made_of_queries() {
        let Statement::CreateTableAs(create) = statement(
            "CREATE TABLE IF NOT EXISTS a.b COMMENT 'c' WITH (FORMAT = 'ORC', partitioned_by = ARRAY['d', 'e'], x = ARRAY[], level = -3, is_external = false) AS (WITH q AS (SELECT 1 AS d) SELECT * FROM q) WITH NO DATA;",
        ) else {
            panic!();
        };
        assert_eq!(create.table.to_string(), "a.b");
        assert!(create.if_not_exists && !create.with_data);
        assert_eq!(create.comment.as_deref(), Some("c"));
        assert_eq!(
            create.properties,
            vec![
                ("format".to_owned(), PropertyValue::Text("ORC".to_owned())),
                (
                    "partitioned_by".to_owned(),
                    PropertyValue::TextArray(vec!["d".to_owned(), "e".to_owned()])
                ),
                ("x".to_owned(), PropertyValue::TextArray(Vec::new())),
                ("level".to_owned(), PropertyValue::Number("-3".to_owned())),
                ("is_external".to_owned(), PropertyValue::Boolean(false)),
            ]
        );
        for (text, with_data) in [
            ("CREATE TABLE t AS SELECT 1", true),
            ("CREATE TABLE t AS (SELECT 1) WITH DATA", true),
            (
                "CREATE TABLE \"c\".d.t AS (SELECT 1) UNION (SELECT 2) WITH NO DATA",
                false,
            ),
        ] {
            let Statement::CreateTableAs(create) = statement(text) else {
                panic!("{text}");
            };
            assert_eq!(create.with_data, with_data, "{text}");
        }
        for text in [
            "CREATE TABLE t",
            "CREATE TABLE t (a int)",
            "CREATE TABLE t LIKE u",
            "CREATE OR REPLACE TABLE t AS SELECT 1",
        ] {
            assert!(
                parse(text)
                    .unwrap_err()
                    .to_string()
                    .starts_with("NOT_SUPPORTED"),
                "{text}"
            );
        }
        assert!(error("CREATE TABLE `t` AS SELECT 1").contains("backquoted"));
    }

    #[test]
    fn rows_are_inserted_and_unloaded() {
        for (text, columns) in [
            ("INSERT INTO t SELECT 1", 0),
            ("INSERT INTO t (a, \"b\") VALUES (1, 2)", 2),
            ("INSERT INTO t (SELECT 1)", 0),
            ("INSERT INTO t ((SELECT 1) UNION (SELECT 2))", 0),
            ("INSERT INTO t (a) (SELECT 1)", 1),
            ("INSERT INTO a.b.t WITH q AS (SELECT 1) TABLE q", 0),
        ] {
            let Statement::InsertInto(insert) = statement(text) else {
                panic!("{text}");
            };
            assert_eq!(insert.columns.len(), columns, "{text}");
        }
        let Statement::Unload(unload) =
            statement("UNLOAD (SELECT ')' FROM t) TO 's3://b/p/' WITH (format = 'JSON')")
        else {
            panic!();
        };
        assert_eq!(unload.location, "s3://b/p/");
        assert_eq!(unload.query.to_string(), "SELECT ')' FROM t");
        assert!(error("INSERT OVERWRITE t SELECT 1").contains("not supported"));
        assert!(error("UNLOAD SELECT 1 TO 'x'").contains("Expecting: '('"));
    }

    #[test]
    fn explain_takes_options_and_what_has_a_query() {
        for (text, analyze, plan_type, format, name) in [
            (
                "EXPLAIN SELECT 1",
                false,
                ExplainType::Distributed,
                ExplainFormat::Text,
                "SELECT",
            ),
            (
                "EXPLAIN (SELECT 1)",
                false,
                ExplainType::Distributed,
                ExplainFormat::Text,
                "SELECT",
            ),
            (
                "EXPLAIN (TYPE IO, FORMAT JSON) INSERT INTO t SELECT 1",
                false,
                ExplainType::Io,
                ExplainFormat::Json,
                "INSERT",
            ),
            (
                "EXPLAIN ANALYZE VERBOSE CREATE TABLE t AS SELECT 1",
                true,
                ExplainType::Distributed,
                ExplainFormat::Text,
                "CREATE_TABLE_AS_SELECT",
            ),
            (
                "EXPLAIN ANALYZE (FORMAT GRAPHVIZ, TYPE VALIDATE) UNLOAD (SELECT 1) TO 'x'",
                true,
                ExplainType::Validate,
                ExplainFormat::Graphviz,
                "UNLOAD",
            ),
        ] {
            let Statement::Explain(explain) = statement(text) else {
                panic!("{text}");
            };
            assert_eq!(
                (
                    explain.analyze,
                    explain.plan_type,
                    explain.format,
                    explain.statement.kind().name
                ),
                (analyze, plan_type, format, name),
                "{text}"
            );
            assert_eq!(explain.verbose, text.contains("VERBOSE"));
        }
        assert!(
            error("EXPLAIN (TYPE x) SELECT 1")
                .contains("Expecting: 'DISTRIBUTED', 'IO', 'LOGICAL', 'VALIDATE'")
        );
        assert!(error("EXPLAIN SHOW FUNCTIONS").contains("mismatched input 'SHOW'"));
    }

    #[test]
    fn views_keep_their_text() {
        let Statement::CreateView(create) = statement(
            "create or replace view a.v comment 'c' security invoker as select  \"X\" -- note\n from t ; ",
        ) else {
            panic!();
        };
        assert!(create.or_replace);
        assert_eq!(create.view.to_string(), "a.v");
        assert_eq!(create.comment.as_deref(), Some("c"));
        assert_eq!(create.security, ViewSecurity::Invoker);
        assert_eq!(create.query_text, "select  \"X\" -- note\n from t");
        assert_eq!(create.query.to_string(), "SELECT \"X\" FROM t");
        let Statement::CreateView(plain) = statement("CREATE VIEW v AS (SELECT 1)") else {
            panic!();
        };
        assert_eq!(
            (plain.or_replace, plain.security),
            (false, ViewSecurity::Definer)
        );
        assert!(matches!(
            statement("DROP VIEW IF EXISTS a.b.v"),
            Statement::DropView {
                if_exists: true,
                ..
            }
        ));
        assert!(matches!(
            statement("SHOW CREATE VIEW v;"),
            Statement::ShowCreateView { view } if view.table == "v"
        ));
    }

    #[test]
    fn statements_are_prepared_and_executed() {
        let Statement::Prepare(prepare) =
            statement("PREPARE p FROM SELECT * FROM t WHERE a = ? AND b IN (?, ?) LIMIT ?;")
        else {
            panic!();
        };
        assert_eq!(prepare.name, "p");
        assert_eq!(
            prepare.text,
            "SELECT * FROM t WHERE a = ? AND b IN (?, ?) LIMIT ?"
        );
        let Statement::Query(query) = *prepare.statement else {
            panic!();
        };
        assert_eq!(
            query.to_string(),
            "SELECT * FROM t WHERE a = ?1 AND b IN (?2, ?3) LIMIT ?4"
        );
        let Statement::Execute { name, parameters } =
            statement("EXECUTE p USING 'a', 1, DATE '2020-01-01', -2.5")
        else {
            panic!();
        };
        assert_eq!((name.as_str(), parameters.len()), ("p", 4));
        assert!(matches!(
            statement("EXECUTE immediate"),
            Statement::Execute { name, .. } if name == "immediate"
        ));
        let Statement::ExecuteImmediate(immediate) =
            statement("EXECUTE IMMEDIATE 'SELECT ''x'', ?' USING 1")
        else {
            panic!();
        };
        assert_eq!(immediate.text, "SELECT 'x', ?");
        assert_eq!(immediate.parameters.len(), 1);
        assert!(
            error("EXECUTE IMMEDIATE 'SELECT a FROM'")
                .starts_with("line 1:33: mismatched input '<EOF>'")
        );
        assert!(
            error("EXECUTE IMMEDIATE '\nSELECT a FROM\n  1'")
                .starts_with("line 3:3: mismatched input '1'")
        );
        assert!(matches!(
            statement("DEALLOCATE PREPARE p"),
            Statement::DeallocatePrepare { name } if name == "p"
        ));
        assert!(matches!(
            statement("DESCRIBE INPUT p"),
            Statement::DescribeInput { name } if name == "p"
        ));
        assert!(matches!(
            statement("DESCRIBE OUTPUT p"),
            Statement::DescribeOutput { name } if name == "p"
        ));
        assert!(matches!(
            statement("DESCRIBE input"),
            Statement::Describe { .. }
        ));
        assert!(
            error("PREPARE p FROM PREPARE q FROM SELECT 1").contains("mismatched input 'PREPARE'")
        );
    }

    #[test]
    fn names_are_shown_that_a_pattern_chooses() {
        assert!(matches!(
            statement("SHOW FUNCTIONS LIKE 'a$_%' ESCAPE '$'"),
            Statement::ShowFunctions { like: Some(LikePattern { pattern, escape: Some(escape) }) }
                if pattern == "a$_%" && escape == "$"
        ));
        assert!(matches!(
            statement("SHOW SESSION"),
            Statement::ShowSession { like: None }
        ));
        assert!(matches!(
            statement("SHOW CATALOGS LIKE 'x'"),
            Statement::ShowCatalogs { like: Some(_) }
        ));
    }

    #[test]
    fn unsupported_statements_say_so() {
        for text in [
            "USE db",
            "SET SESSION a = 1",
            "CREATE MATERIALIZED VIEW v AS SELECT 1",
            "CREATE PROTECTED MULTI DIALECT VIEW v AS SELECT 1",
            "GRANT SELECT ON t TO u",
            "/* c */ start transaction",
            "SHOW CURRENT ROLES",
            "SHOW STATS FOR t",
            "TRUNCATE TABLE t",
            "DFS -ls",
            "LOCK TABLE t SHARED",
            "EXPORT TABLE t TO 'x'",
            "CREATE FUNCTION f AS 'x'",
        ] {
            let error = parse(text).unwrap_err();
            let shown = error.to_string();
            assert!(
                shown.starts_with("NOT_SUPPORTED: line 1:"),
                "{text}: {shown}"
            );
            assert!(
                shown.contains("Queries of this type are not supported"),
                "{text}: {shown}"
            );
        }
    }
}
