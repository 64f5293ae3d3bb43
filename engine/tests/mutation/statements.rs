//! Statements made from those of a corpus: parts of one are put into another, and values, names and numbers of arguments are
//! changed into ones that nobody thought of.

use std::collections::BTreeSet;

use super::Numbers;
use super::statement_tokens::{arguments, calls, expressions, is_operand, tokens};

/// Values at the ends of their types, and ones that few functions expect.
const EXTREMES: &[&str] = &[
    "NULL",
    "0",
    "-1",
    "1",
    "2147483647",
    "- 2147483648",
    "9223372036854775807",
    "- 9223372036854775808",
    "99999999999999999999999999999999999999",
    "- 0.00000000000000000000000000000000000001",
    "1e308",
    "-1e308",
    "1e-320",
    "nan()",
    "infinity()",
    "- infinity()",
    "REAL '3.4028235e38'",
    "TINYINT '-128'",
    "SMALLINT '32767'",
    "DECIMAL '12345678901234567890123456789012345678'",
    "''",
    "' '",
    "'\u{0}'",
    "'é\u{301}\u{1F600}'",
    "'-'",
    "'%'",
    "'$[*].a'",
    "'(a*)*b'",
    "'(?<x>a|b)+\\k<x>'",
    "'P1Y2M'",
    "'yyyy-MM-dd HH:mm:ss.SSS z'",
    "'%Y-%m-%d %j %v %x'",
    "'2024-02-30'",
    "'POLYGON EMPTY'",
    "'POINT (1e308 -1e308)'",
    "'{\"a\": [1, {\"b\": null}], \"a\": 1e400}'",
    "'['",
    "X''",
    "X'FF00FE'",
    "true",
    "ARRAY[]",
    "ARRAY[NULL]",
    "ARRAY[ARRAY[1], NULL]",
    "MAP()",
    "MAP(ARRAY['a', 'b'], ARRAY[1, NULL])",
    "ROW(1)",
    "ROW(NULL, ROW('a', 1e0))",
    "DATE '9999-12-31'",
    "DATE '-9999-01-01'",
    "DATE '290000-01-01'",
    "TIMESTAMP '1970-01-01 00:00:00'",
    "TIMESTAMP '294247-01-10 04:00:54.775807'",
    "TIMESTAMP '-290000-01-01 00:00:00.123456789'",
    "TIMESTAMP '2024-03-31 02:30:00.999999999999 Europe/Berlin'",
    "TIME '23:59:59.999999999999'",
    "TIME '00:00:00 +14:00'",
    "INTERVAL '178956970' YEAR",
    "INTERVAL '106751991167' DAY",
    "INTERVAL - '0.001' SECOND",
    "JSON 'null'",
    "JSON '[1, {\"a\": 1e400}]'",
    "UUID '00000000-0000-0000-0000-000000000000'",
    "IPADDRESS '::ffff:1.2.3.4'",
    "x -> x",
    "(x, y) -> NULL",
    "() -> 1",
    "nothing",
    "repeat('x', 10000)",
    "sequence(1, 100)",
    "sequence(1, 9223372036854775807)",
    "lpad('x', 2147483647, 'yz')",
    "lpad('x', 1000000, 'yz')",
    "repeat(1, 10000)",
    "(SELECT 1)",
    "(SELECT a FROM t)",
    "(SELECT max(a) FROM t AS inside WHERE inside.b = t.b)",
    "EXISTS (SELECT 1 FROM t AS inside WHERE inside.a < t.a)",
    "a IN (SELECT a FROM u)",
    "count(*)",
    "sum(a) OVER (ORDER BY b ROWS BETWEEN a PRECEDING AND a FOLLOWING)",
    "row_number() OVER ()",
    "grouping(a)",
    "current_timestamp",
    "unnest(ARRAY[1])",
    "*",
    "t.*",
];

/// Words that one of the same kind takes the place of.
const WORDS: &[&[&str]] = &[
    &[
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "=",
        "<>",
        "<",
        ">=",
        "AND",
        "OR",
        "IS DISTINCT FROM",
        "LIKE",
        "AT TIME ZONE",
    ],
    &[
        "bigint",
        "tinyint",
        "real",
        "double",
        "decimal(38,0)",
        "decimal(3,3)",
        "varchar",
        "varchar(0)",
        "char(3)",
        "varbinary",
        "boolean",
        "date",
        "time",
        "time(12) with time zone",
        "timestamp",
        "timestamp(12)",
        "timestamp(0) with time zone",
        "json",
        "uuid",
        "ipaddress",
        "interval year to month",
        "interval day to second",
        "array(bigint)",
        "array(json)",
        "map(varchar,bigint)",
        "row(a bigint)",
        "row(varchar, row(x date))",
        "unknown",
        "HyperLogLog",
        "tdigest",
        "qdigest(bigint)",
        "Geometry",
        "SphericalGeography",
        "BingTile",
        "nothing",
    ],
    &[
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "x", "y", "t", "u",
        "v",
    ],
    &["ROWS", "RANGE", "GROUPS"],
    &["UNION", "EXCEPT", "INTERSECT", "UNION ALL"],
    &[
        "JOIN",
        "LEFT JOIN",
        "FULL JOIN",
        "RIGHT JOIN",
        "CROSS JOIN",
        "NATURAL JOIN",
    ],
    &[
        "CURRENT ROW",
        "UNBOUNDED PRECEDING",
        "UNBOUNDED FOLLOWING",
        "1 PRECEDING",
        "a FOLLOWING",
        "INTERVAL '1' DAY PRECEDING",
    ],
];

/// What is put around an expression; `_` is its place.
const AROUND: &[&str] = &[
    "( _ )",
    "- _",
    "NOT _",
    "ARRAY[ _ ]",
    "ARRAY[ _ , NULL ]",
    "ROW( _ )",
    "MAP( ARRAY[ _ ] , ARRAY[ _ ] )",
    "CASE WHEN _ THEN _ END",
    "CASE _ WHEN NULL THEN 1 ELSE _ END",
    "( SELECT _ )",
    "( SELECT _ FROM t )",
    "EXISTS ( SELECT _ )",
    "_ IN ( SELECT _ )",
    "_ = ALL ( VALUES _ )",
    "_ IN ( _ , NULL )",
    "_ BETWEEN _ AND _",
    "_ IS NULL",
    "_ [ 1 ]",
    "try( _ )",
    "coalesce( _ , _ )",
    "if( _ , _ )",
    "CAST( _ AS json )",
    "CAST( _ AS varchar )",
    "CAST( _ AS array(bigint) )",
    "transform( ARRAY[ _ ] , z -> _ )",
    "array_agg( _ )",
    "count( DISTINCT _ )",
    "max_by( _ , _ )",
    "map_agg( _ , _ )",
    "approx_distinct( _ )",
    "listagg( CAST( _ AS varchar ) , ',' ) WITHIN GROUP ( ORDER BY _ )",
    "array_agg( _ ORDER BY _ ) FILTER ( WHERE a > 1 )",
    "lag( _ , a ) OVER ( PARTITION BY _ ORDER BY _ )",
    "first_value( _ ) OVER ( ORDER BY _ RANGE BETWEEN a PRECEDING AND b FOLLOWING )",
    "sum( _ ) OVER ( ORDER BY a GROUPS BETWEEN 1 PRECEDING AND _ FOLLOWING )",
    "format( '%s %d %f' , _ , _ , _ )",
    "json_object( 'a' : _ )",
    "concat( _ , _ )",
];

/// What is put around a statement.
const STATEMENT_AROUND: &[&str] = &[
    "SELECT * FROM ( _ )",
    "SELECT ( _ )",
    "SELECT EXISTS ( _ )",
    "SELECT a FROM t WHERE a IN ( _ )",
    "SELECT a , ( _ ) FROM t",
    "_ UNION ( _ )",
    "_ EXCEPT ALL ( _ )",
    "WITH q AS ( _ ) SELECT * FROM q , q AS r",
    "WITH RECURSIVE q ( a ) AS ( _ UNION ALL SELECT a + 1 FROM q WHERE a < 5 ) SELECT * FROM q",
    "SELECT count ( * ) , max ( a ) FROM t CROSS JOIN LATERAL ( _ )",
    "SELECT DISTINCT * FROM ( _ ) AS q ORDER BY 1 DESC LIMIT 3",
    "SELECT count ( * ) FROM ( _ ) AS q GROUP BY GROUPING SETS ( ( ) , ( 1 ) )",
    "( _ ) ORDER BY 1 OFFSET 1",
    "SELECT * FROM t FULL JOIN ( _ ) AS q ON true",
    "EXPLAIN _",
];

/// What is put behind a statement.
const TAILS: &[&str] = &[
    "FROM t",
    "FROM types",
    "FROM t , u",
    "FROM t WHERE a > 1",
    "WHERE a IN ( SELECT a FROM u WHERE u.b = t.b )",
    "GROUP BY 1",
    "GROUP BY a , ROLLUP ( b , c )",
    "GROUP BY GROUPING SETS ( ( a + 1 ) , ( b , a + 1 ) , ( ) )",
    "GROUP BY CUBE ( a , b , c )",
    "GROUP BY ALL",
    "HAVING count ( * ) > 1",
    "ORDER BY 1",
    "ORDER BY a + 1 , 2 DESC NULLS FIRST",
    "LIMIT 0",
    "LIMIT 9223372036854775807",
    "OFFSET 9223372036854775807",
    "FETCH FIRST 2 ROWS WITH TIES",
];

/// Levels of the deepest nesting; a little more than the parser takes.
const NESTING_MAX: usize = 132;

/// Tokens of the longest part that is kept for use elsewhere.
const FRAGMENT_TOKENS_MAX: usize = 60;

/// Tokens beyond which a statement grows no further.
const STATEMENT_TOKENS_MAX: usize = 4_000;

/// The statements to begin with, and the parts that they can lend each other.
pub struct Corpus {
    statements: Vec<Vec<String>>,
    expressions: Vec<Vec<String>>,
    calls: Vec<Vec<String>>,
    functions: Vec<String>,
}

impl Corpus {
    pub fn new<'a>(statements: impl IntoIterator<Item = &'a str>) -> Self {
        let statements: Vec<Vec<String>> = statements.into_iter().map(tokens).collect();
        let mut kept = BTreeSet::new();
        let mut called = BTreeSet::new();
        let mut functions = BTreeSet::new();
        for statement in &statements {
            let short = |part: &std::ops::Range<usize>| part.len() <= FRAGMENT_TOKENS_MAX;
            for part in expressions(statement).into_iter().filter(short) {
                kept.insert(statement[part].to_vec());
            }
            for part in calls(statement).into_iter().filter(short) {
                if is_operand(&statement[part.start]) {
                    functions.insert(statement[part.start].clone());
                }
                called.insert(statement[part].to_vec());
            }
        }
        Corpus {
            statements,
            expressions: kept.into_iter().collect(),
            calls: called.into_iter().collect(),
            functions: functions.into_iter().collect(),
        }
    }

    /// The statement of a seed.
    pub fn mutated(&self, numbers: &mut Numbers) -> String {
        let mut statement = numbers.one_of(&self.statements);
        for _ in 0..1 + numbers.below(3) {
            self.mutate(&mut statement, numbers);
        }
        statement.join(" ")
    }

    fn mutate(&self, statement: &mut Vec<String>, numbers: &mut Numbers) {
        if statement.len() > STATEMENT_TOKENS_MAX {
            return;
        }
        let parts = expressions(statement);
        if parts.is_empty() {
            return;
        }
        let part = numbers.one_of(&parts);
        match numbers.below(16) {
            0..=2 => {
                let other = alike(&statement[part.start], &self.expressions, numbers);
                statement.splice(part, other);
            }
            3..=5 => {
                let extremes: Vec<Vec<String>> = EXTREMES.iter().copied().map(tokens).collect();
                let extreme = alike(&statement[part.start], &extremes, numbers);
                statement.splice(part, extreme);
            }
            6 => {
                let call = self.call_with(&statement[part.clone()], numbers);
                statement.splice(part, call);
            }
            7..=8 => {
                let around = around(numbers.one_of(AROUND), &statement[part.clone()]);
                statement.splice(part, around);
            }
            9 => change_arguments(statement, numbers),
            10 => self.rename(statement, numbers),
            11 => exchange_words(statement, numbers),
            12 => {
                let around_statement = around(numbers.one_of(STATEMENT_AROUND), statement);
                *statement = around_statement;
            }
            13 => statement.extend(tokens(numbers.one_of(TAILS))),
            14 if numbers.below(4) == 0 => {
                let nested = nested(&statement[part.clone()], numbers);
                statement.splice(part, nested);
            }
            _ => {
                let other = numbers.one_of(&self.statements);
                move_tokens(statement, &other, numbers);
            }
        }
    }

    /// A call from elsewhere with an expression as one of its arguments.
    fn call_with(&self, part: &[String], numbers: &mut Numbers) -> Vec<String> {
        let mut call = numbers.one_of(&self.calls);
        let open = usize::from(!matches!(call[0].as_str(), "(" | "["));
        let arguments = arguments(&call, open, call.len() - 1);
        if !arguments.is_empty() {
            let argument = numbers.one_of(&arguments);
            call.splice(argument, part.iter().cloned());
        }
        call
    }

    /// Calls another function, with the same arguments.
    fn rename(&self, statement: &mut [String], numbers: &mut Numbers) {
        let calls = calls(statement);
        if calls.is_empty() {
            return;
        }
        let call = numbers.one_of(&calls).start;
        if is_operand(&statement[call]) {
            statement[call] = numbers.one_of(&self.functions);
        }
    }
}

/// One of these expressions; mostly one that begins as the expression does whose place it takes, so that its type may fit.
fn alike(first: &str, expressions: &[Vec<String>], numbers: &mut Numbers) -> Vec<String> {
    let fits: Vec<&Vec<String>> = expressions
        .iter()
        .filter(|other| beginning(&other[0]) == beginning(first))
        .collect();
    if fits.is_empty() || numbers.below(3) == 0 {
        return numbers.one_of(expressions);
    }
    numbers.one_of(&fits).clone()
}

/// What tells the type of an expression from its first token, as far as it does.
fn beginning(token: &str) -> String {
    match token.chars().next() {
        Some('0'..='9' | '.' | '-') => "number".to_owned(),
        Some('\'') => "text".to_owned(),
        _ => token.to_ascii_lowercase(),
    }
}

/// A text with tokens in the places of `_`.
fn around(text: &str, part: &[String]) -> Vec<String> {
    text.split(' ')
        .flat_map(|token| match token {
            "_" => part.to_vec(),
            token => tokens(token),
        })
        .collect()
}

/// Leaves an argument out, or writes it twice.
fn change_arguments(statement: &mut Vec<String>, numbers: &mut Numbers) {
    let calls = calls(statement);
    if calls.is_empty() {
        return;
    }
    let call = numbers.one_of(&calls);
    let open = call.start + usize::from(!matches!(statement[call.start].as_str(), "(" | "["));
    let arguments = arguments(statement, open, call.end - 1);
    if arguments.is_empty() {
        return;
    }
    let argument = numbers.one_of(&arguments);
    let comma_after = statement[argument.end] == ",";
    let comma_before = argument.start > 0 && statement[argument.start - 1] == ",";
    match numbers.below(3) {
        0 if comma_after => drop(statement.drain(argument.start..=argument.end)),
        0 if comma_before => drop(statement.drain(argument.start - 1..argument.end)),
        0 => drop(statement.drain(argument)),
        _ => {
            let mut copy = vec![",".to_owned()];
            copy.extend_from_slice(&statement[argument.clone()]);
            statement.splice(argument.end..argument.end, copy);
        }
    }
}

fn exchange_words(statement: &mut Vec<String>, numbers: &mut Numbers) {
    let known: Vec<(usize, &[&str])> = statement
        .iter()
        .enumerate()
        .flat_map(|(place, token)| {
            WORDS
                .iter()
                .filter(|words| words.contains(&token.as_str()))
                .map(move |words| (place, *words))
        })
        .collect();
    if !known.is_empty() {
        let (place, words) = numbers.one_of(&known);
        let word = tokens(numbers.one_of(words));
        statement.splice(place..=place, word);
    }
}

/// An expression below many levels of one or two kinds.
fn nested(part: &[String], numbers: &mut Numbers) -> Vec<String> {
    let levels = 1 << numbers.below(8);
    let once: Vec<&str> = AROUND
        .iter()
        .copied()
        .filter(|text| text.matches('_').count() == 1)
        .collect();
    let kinds = [numbers.one_of(&once), numbers.one_of(&once)];
    let mut nested = part.to_vec();
    for level in 0..levels.min(NESTING_MAX) {
        nested = around(kinds[level % 2], &nested);
    }
    nested
}

/// Cuts, copies and swaps tokens wherever they are.
fn move_tokens(statement: &mut Vec<String>, other: &[String], numbers: &mut Numbers) {
    let place = numbers.below(statement.len() + 1);
    match numbers.below(4) {
        0 => {
            let cut = numbers.range(statement.len(), 6);
            statement.drain(cut);
        }
        1 => {
            let copied = statement[numbers.range(statement.len(), 12)].to_vec();
            statement.splice(place..place, copied);
        }
        2 => {
            let copied = other[numbers.range(other.len(), 12)].to_vec();
            statement.splice(place..place, copied);
        }
        _ => {
            let swapped = numbers.below(statement.len());
            statement.swap(swapped, place.min(swapped));
        }
    }
}
