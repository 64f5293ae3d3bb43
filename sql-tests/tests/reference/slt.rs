//! Which SQL tests use a function or a syntax: told from the tokens of the queries that they expect to succeed.

use std::path::{Path, PathBuf};

use sqllogictest::{DefaultColumnType, QueryExpect, Record, StatementExpect};

/// The queries of all files.
pub struct SqlTests(Vec<SqlTest>);

struct SqlTest {
    /// Its path below `slt`, without the ending.
    name: String,
    queries: Vec<Vec<String>>,
}

impl SqlTests {
    pub fn read() -> SqlTests {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
        let mut files = Vec::new();
        find(&root, &mut files);
        files.sort();
        SqlTests(
            files
                .iter()
                .map(|file| SqlTest::read(&root, file))
                .collect(),
        )
    }

    /// The files in which these words and symbols stand one after another, in any case.
    pub fn using(&self, phrase: &str) -> Vec<&str> {
        let phrase = tokens(phrase);
        self.0
            .iter()
            .filter(|test| {
                test.queries.iter().any(|query| {
                    query
                        .windows(phrase.len())
                        .any(|window| window == phrase.as_slice())
                })
            })
            .map(|test| test.name.as_str())
            .collect()
    }
}

impl SqlTest {
    fn read(root: &Path, file: &Path) -> SqlTest {
        let records = sqllogictest::parse_file::<DefaultColumnType>(file).unwrap();
        let queries = records
            .into_iter()
            .filter_map(|record| match record {
                Record::Query {
                    sql,
                    expected: QueryExpect::Results { .. },
                    ..
                }
                | Record::Statement {
                    sql,
                    expected: StatementExpect::Ok | StatementExpect::Count(_),
                    ..
                } => Some(tokens(&sql)),
                _ => None,
            })
            .collect();
        let name = file.strip_prefix(root).unwrap().with_extension("");
        SqlTest {
            name: name.display().to_string(),
            queries,
        }
    }
}

/// Words in lower case and symbols; texts, quoted names and comments are no words.
fn tokens(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let is_word = |next: char| next.is_alphanumeric() || next == '_';
        let length = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '\'' || first == '"' {
            rest[1..].find(first).map_or(rest.len(), |end| end + 2)
        } else if is_word(first) {
            rest.find(|next| !is_word(next)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        if !first.is_whitespace() && !token.starts_with("--") {
            found.push(token.to_lowercase());
        }
        rest = after;
    }
    found
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "slt") {
            files.push(path);
        }
    }
}

#[test]
fn words_in_texts_and_comments_are_no_calls() {
    let query = tokens("SELECT abs (x), 'sin(1)' -- cos(1)\nFROM \"tan(1)\"");
    assert_eq!(
        query,
        [
            "select",
            "abs",
            "(",
            "x",
            ")",
            ",",
            "'sin(1)'",
            "from",
            "\"tan(1)\""
        ]
    );
}
