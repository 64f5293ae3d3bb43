//! What errors tell: the place, what stands there, and everything that could.

use super::testing::error;

#[test]
fn a_statement_that_goes_wrong_says_where_and_what_could_stand_there() {
    for (text, expected) in [
        (
            "SELECT ",
            "1:8: mismatched input '<EOF>'. Expecting: '*', 'ALL', 'DISTINCT', <expression>",
        ),
        (
            "SELECT ;",
            "1:8: mismatched input '<EOF>'. Expecting: '*', 'ALL', 'DISTINCT', <expression>",
        ),
        (
            "SELECT * FROM",
            "1:14: mismatched input '<EOF>'. Expecting: '(', 'LATERAL', 'TABLE', 'UNNEST', <identifier>",
        ),
        (
            "SELECT * FROM  -- none",
            "1:23: mismatched input '<EOF>'. Expecting: '(', 'LATERAL', 'TABLE', 'UNNEST', <identifier>",
        ),
        (
            "SELECT * FROM t WHERE @x",
            "1:23: mismatched input '@'. Expecting: <expression>",
        ),
        (
            "SELECT *\nFROM t\nWHERE from",
            "3:7: mismatched input 'from'. Expecting: <expression>",
        ),
        (
            "SELECT * FROM 'open",
            "1:15: mismatched input '''. Expecting: '(', 'LATERAL', 'TABLE', 'UNNEST', <identifier>",
        ),
        (
            "SELECT 'open",
            "1:8: mismatched input '''. Expecting: '*', 'ALL', 'DISTINCT', <expression>",
        ),
        (
            "SELECT 1 + /* open",
            "1:12: mismatched input '/'. Expecting: <expression>",
        ),
        (
            "SELECT a.!",
            "1:10: mismatched input '!'. Expecting: '*', <identifier>",
        ),
        (
            "SELECT f(,1)",
            "1:10: mismatched input ','. Expecting: ')', '*', 'ALL', 'DISTINCT', 'ORDER', <expression>",
        ),
        (
            "SELECT f(DISTINCT )",
            "1:19: mismatched input ')'. Expecting: <expression>",
        ),
        (
            "SELECT grouping(a+2) FROM t",
            "1:18: mismatched input '+'. Expecting: ')', ',', '.'",
        ),
        (
            "SELECT f() OVER (ROWS from)",
            "1:23: mismatched input 'from'. Expecting: 'BETWEEN', 'CURRENT', 'UNBOUNDED', <expression>",
        ),
        (
            "SELECT f() OVER (ROWS UNBOUNDED)",
            "1:32: mismatched input ')'. Expecting: 'FOLLOWING', 'PRECEDING'",
        ),
        (
            "SELECT a FROM t AS x TABLESAMPLE y",
            "1:34: mismatched input 'y'. Expecting: 'BERNOULLI', 'SYSTEM'",
        ),
        (
            "SELECT a FROM t GROUP BY CUBE (a), ",
            "1:36: mismatched input '<EOF>'. Expecting: '(', 'CUBE', 'GROUPING', 'ROLLUP', <expression>",
        ),
        (
            "SELECT * FROM ( ",
            "1:17: mismatched input '<EOF>'. Expecting: '(', 'LATERAL', 'TABLE', 'UNNEST', <identifier>, <query>",
        ),
        (
            "SELECT f(*) FILTER (",
            "1:21: mismatched input '<EOF>'. Expecting: 'WHERE'",
        ),
        (
            "SELECT a FROM t WHERE EXISTS (",
            "1:31: mismatched input '<EOF>'. Expecting: <query>",
        ),
        (
            "SELECT a FROM t LIMIT 1 ORDER BY a",
            "1:25: mismatched input 'ORDER'. Expecting: <EOF>",
        ),
        (
            "SELECT a FROM t x y",
            "1:19: mismatched input 'y'. Expecting: '(', ',', 'CROSS', 'EXCEPT', 'FETCH', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>",
        ),
        (
            "SELECT a FROM t ORDER BY a ORDER BY a",
            "1:28: mismatched input 'ORDER'. Expecting: '%', '*', '+', ',', '-', '.', '/', 'AND', 'ASC', 'AT', 'DESC', 'FETCH', 'LIMIT', 'NULLS', 'OFFSET', 'OR', '[', '||', <EOF>, <predicate>",
        ),
        (
            "SELECT CASE WHEN 1 * 2",
            "1:23: mismatched input '<EOF>'. Expecting: '%', '*', '+', '-', '.', '/', 'AND', 'AT', 'OR', 'THEN', '[', '||', <predicate>",
        ),
        (
            "SELECT a IS TRUE",
            "1:13: mismatched input 'TRUE'. Expecting: 'DISTINCT', 'NOT', 'NULL'",
        ),
        (
            "SELECT a NOT b",
            "1:14: mismatched input 'b'. Expecting: 'BETWEEN', 'IN', 'LIKE'",
        ),
        (
            "SHOW FUNCTIONS LIKE 'a' ESCAPE",
            "1:31: mismatched input '<EOF>'. Expecting: <string>",
        ),
        (
            "CREATE VIEW ) AS SELECT 1",
            "1:13: mismatched input ')'. Expecting: <identifier>",
        ),
        (
            "CREATE VIEW v (a) AS SELECT 1",
            "1:15: mismatched input '('. Expecting: '.', 'AS', 'COMMENT', 'SECURITY'",
        ),
        (
            "CREATE TABLE ) AS SELECT 1",
            "1:14: mismatched input ')'. Expecting: 'IF', <identifier>",
        ),
        (
            "CREATE TABLE t WITH (a = ) AS SELECT 1",
            "1:26: mismatched input ')'. Expecting: '-', 'ARRAY', 'FALSE', 'TRUE', <number>, <string>",
        ),
        (
            "INSERT t SELECT 1",
            "1:8: mismatched input 't'. Expecting: 'INTO'",
        ),
        (
            "EXPLAIN",
            "1:8: mismatched input '<EOF>'. Expecting: 'ANALYZE', 'CREATE', 'INSERT', 'UNLOAD', <query>",
        ),
        (
            "SELECT \"\"",
            "1:8: Zero-length delimited identifier not allowed",
        ),
        (
            "SELECT a FROM \"\".t",
            "1:15: Zero-length delimited identifier not allowed",
        ),
        (
            "SELECT `a` FROM t",
            "1:8: backquoted identifiers are not supported; use double quotes to quote identifiers",
        ),
        (
            "SELECT a FROM t `b`",
            "1:17: backquoted identifiers are not supported; use double quotes to quote identifiers",
        ),
        (
            "SELECT 1x FROM t",
            "1:8: identifiers must not start with a digit; surround the identifier with double quotes",
        ),
        (
            "SELECT 1; SELECT 2",
            "1:11: Only one sql statement is allowed",
        ),
        (
            "SELECT é FROM t",
            "1:8: mismatched input 'é'. Expecting: '*', 'ALL', 'DISTINCT', <expression>",
        ),
    ] {
        assert_eq!(error(text), format!("line {expected}"), "{text}");
    }
}

#[test]
fn errors_in_subqueries_stand_where_they_are() {
    for (text, place) in [
        ("SELECT * FROM (SELECT a FROM t WHERE a = ) x", "line 1:42"),
        ("SELECT * FROM (a JOIN (SELECT 1 + ) ON true)", "line 1:35"),
        (
            "WITH x AS (SELECT CASE WHEN a THEN 1 ELSE = END FROM t) SELECT 1",
            "line 1:43",
        ),
        ("SELECT (SELECT (SELECT 1 FROM t LIMIT a))", "line 1:39"),
        ("SELECT f(x -> g(y -> ))", "line 1:22"),
    ] {
        let message = error(text);
        assert!(message.starts_with(place), "{text}: {message}");
    }
}

#[test]
fn one_semicolon_or_more_may_end_a_statement() {
    for text in ["SELECT 1;", "SELECT 1 ; ; -- end", "SELECT ';'"] {
        super::parse(text).unwrap();
    }
}
