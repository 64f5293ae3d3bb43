//! Prismlake against the readers and writers of others: pyarrow, DuckDB and fastavro, and the example files of Apache's projects.

mod process;

use std::path::Path;
use std::process::Command;

fn check(script: &str, arguments: &[&Path]) {
    let python = std::env::var("PRISMLAKE_TEST_PYTHON")
        .expect("PRISMLAKE_TEST_PYTHON names a Python with pyarrow, DuckDB and fastavro; scripts/test makes one");
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let output = Command::new(python)
        .arg(scripts.join(script))
        .args(arguments)
        .env("PRISMLAKE_BINARY", env!("CARGO_BIN_EXE_prismlake"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_format_codec_and_type_goes_both_ways() {
    check("matrix.py", &[]);
}

#[test]
fn the_example_files_of_apache_read_as_published() {
    check("corpora.py", &[&process::shared().join("corpora")]);
}
