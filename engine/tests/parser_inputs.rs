//! No text, however wrong, makes the parser panic, hang or overflow the stack.

use prismlake_engine::sql::{is_complete, parse, split_script};

const STATEMENTS: &[&str] = &[
    "SELECT a, count(*) FILTER (WHERE b > 1) FROM \"t$partitions\" WHERE dt BETWEEN DATE '2026-01-01' AND DATE '2026-01-02' GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
    "WITH x AS (SELECT ARRAY[1, 2] AS a) SELECT transform(a, y -> y + 1), a[1], CAST(a AS varchar) IS NOT DISTINCT FROM 'é' OR TRUE FROM x CROSS JOIN UNNEST(a) WITH ORDINALITY AS u(v, n)",
    "CREATE EXTERNAL TABLE IF NOT EXISTS `d`.`t` (a array<struct<b:map<string,decimal(38,18)>>> COMMENT 'it\\'s \\u00e9 \\001') PARTITIONED BY (`date` date) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' STORED AS TEXTFILE LOCATION 's3://b/p/' TBLPROPERTIES ('a'='b')",
    "CREATE TABLE t WITH (format = 'ORC', partitioned_by = ARRAY['a', 'b']) AS (SELECT 1 AS x) WITH NO DATA",
    "INSERT INTO a.b (c, d) VALUES (1, 'x'), (NULL, '')",
    "ALTER TABLE t DROP IF EXISTS PARTITION (a <> 'x', b >= -1), PARTITION (c = date '2026-01-01')",
    "SHOW TBLPROPERTIES t ('k') ; ",
    "/* c */ MSCK REPAIR TABLE t SYNC PARTITIONS -- end",
];

/// xorshift64*: the same mutations every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }
}

#[test]
fn mutated_statements_are_parsed_or_refused() {
    let mut numbers = Numbers(42);
    let pieces = [
        "'",
        "\"",
        "`",
        "\\",
        "(",
        ")",
        "<",
        ">",
        ";",
        "--",
        "/*",
        "\u{0}",
        "é",
        "AS",
        "WITH",
        ",",
        "$1",
        "99999999999999999999",
        "array<",
    ];
    let (mut parsed, mut refused) = (0, 0);
    for round in 0..20_000 {
        let mut text: Vec<char> = STATEMENTS[round % STATEMENTS.len()].chars().collect();
        for _ in 0..1 + numbers.below(4) {
            let place = numbers.below(text.len() + 1);
            match numbers.below(3) {
                0 if !text.is_empty() => {
                    let end = (place + numbers.below(8)).min(text.len());
                    text.drain(place.min(end)..end);
                }
                1 => {
                    let piece: Vec<char> = pieces[numbers.below(pieces.len())].chars().collect();
                    text.splice(place..place, piece);
                }
                _ => {
                    let from = numbers.below(text.len() + 1);
                    let to = (from + numbers.below(20)).min(text.len());
                    let copied: Vec<char> = text[from..to].to_vec();
                    text.splice(place..place, copied);
                }
            }
        }
        let text: String = text.into_iter().collect();
        match parse(&text) {
            Ok(_) => parsed += 1,
            Err(_) => refused += 1,
        }
        let _ = (split_script(&text), is_complete(&text));
    }
    assert!(
        parsed > 1_000 && refused > 1_000,
        "{parsed} parsed, {refused} refused"
    );
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [
        ("(", ")"),
        ("SELECT (", ")"),
        ("CASE WHEN ", " THEN 1 END"),
        ("NOT ", ""),
        ("- ", ""),
    ] {
        let text = format!("SELECT {}1{}", open.repeat(20_000), close.repeat(20_000));
        assert!(parse(&text).is_err(), "{open}");
    }
    let types = format!(
        "CREATE EXTERNAL TABLE t (a {}int{}) LOCATION '/x/'",
        "array<".repeat(20_000),
        ">".repeat(20_000)
    );
    assert!(parse(&types).is_err());
}
