//! Prismlake against DuckDB: generated queries over generated tables have the same answers.

use std::path::Path;
use std::process::Command;

/// As many of the fixed seed as a debug build answers in a minute or two; `CONTRIBUTING.md` tells of long runs.
const QUERIES: &str = "600";

#[test]
fn generated_queries_answer_as_duckdb_does() {
    let python = std::env::var("PRISMLAKE_TEST_PYTHON").expect(
        "PRISMLAKE_TEST_PYTHON names a Python with pyarrow and DuckDB; scripts/test makes one",
    );
    let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sql-tests/differential");
    let output = Command::new(python)
        .arg(generator)
        .arg(env!("CARGO_BIN_EXE_prismlake"))
        .args(["--seed", "1", "--queries", QUERIES])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
