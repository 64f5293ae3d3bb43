//! The command line's contract: exit codes, what goes where, and every format.

mod process;

use std::io::Write;
use std::process::Stdio;

use process::Home;

#[test]
fn statements_come_from_e_from_files_or_from_standard_input() {
    let home = Home::new();
    let script = home.0.path().join("script.sql");
    std::fs::write(&script, "SELECT 2 AS a;\nSELECT 3 AS a;\n").unwrap();
    let output = home.sql(&[
        "--format",
        "csv",
        "-e",
        "SELECT 1 AS a",
        "-f",
        script.to_str().unwrap(),
    ]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "a\n1\na\n2\na\n3\n"
    );
    let mut child = home
        .command()
        .args(["sql", "--format", "ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"SELECT 'x;y' AS a; -- done\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"a\":\"x;y\"}\n");
}

#[test]
fn a_failed_statement_ends_the_script_with_1_and_wrong_usage_is_2() {
    let home = Home::new();
    let output = home.sql(&["-e", "SELECT 1 AS a; SELECT nope; SELECT 3 AS c"]);
    assert_eq!(output.status.code(), Some(1));
    let rows = String::from_utf8_lossy(&output.stdout);
    assert!(rows.contains('1') && !rows.contains('3'), "{rows}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("COLUMN_NOT_FOUND"));
    assert_eq!(home.sql(&["--no-such-flag"]).status.code(), Some(2));
    assert_eq!(home.sql(&["-f", "/no/such/file"]).status.code(), Some(2));
    std::fs::write(home.0.path().join("config.toml"), "nonsense = 1").unwrap();
    let output = home.sql(&["-e", "SELECT 1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("config.toml"));
}

#[test]
fn json_keeps_every_digit() {
    let home = Home::new();
    let output = home.sql(&[
        "--format",
        "json",
        "-e",
        "SELECT 9223372036854775807 AS big, CAST('12345678901234567890.123456789012345678' AS decimal(38,18)) AS d, X'00ff' AS x, TIMESTAMP '2026-01-02 03:04:05.123456' AS t, NULL AS n, CAST('NaN' AS double) AS f",
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text,
        "[\n{\"big\":9223372036854775807,\"d\":\"12345678901234567890.123456789012345678\",\"x\":\"AP8=\",\"t\":\"2026-01-02T03:04:05.123456\",\"n\":null,\"f\":\"NaN\"}\n]\n"
    );
}

#[test]
fn stats_are_one_json_object_a_statement() {
    let home = Home::new();
    home.declare_events();
    let output = home.sql(&[
        "--stats",
        "json",
        "-e",
        "SELECT count(id) FROM events_parquet_snappy WHERE dt = DATE '2026-01-02'; SELECT nope",
    ]);
    let lines: Vec<serde_json::Value> = String::from_utf8(output.stderr)
        .unwrap()
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["state"], "SUCCEEDED");
    assert_eq!(lines[0]["partitions_scanned"], 9);
    assert_eq!(lines[0]["partitions_total"], 36);
    assert!(lines[0]["data_scanned_bytes"].as_u64().unwrap() > 0);
    assert_eq!(
        lines[0]["cost_usd"].as_f64().unwrap(),
        5.0 * 10.0 / 1024.0 / 1024.0
    );
    assert!(lines[0]["requests"]["GET"].as_u64().unwrap() > 0);
    assert_eq!(lines[1]["state"], "FAILED");
    assert_eq!(lines[1]["error"]["code"], "COLUMN_NOT_FOUND");
    assert_eq!(lines[1]["error"]["line"], 1);
}

#[test]
fn a_dry_run_runs_nothing() {
    let home = Home::new();
    home.declare_events();
    let output = home.sql(&[
        "--dry-run",
        "--format",
        "ndjson",
        "-e",
        "CREATE TABLE t AS SELECT id FROM events_parquet_snappy; DROP TABLE events_parquet_snappy",
    ]);
    assert!(output.status.success());
    let row: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(row["data_scanned_bytes"].as_u64().unwrap() > 0);
    assert_eq!(row["partitions_scanned"], 36);
    assert_eq!(home.rows("SHOW TABLES"), ["events_parquet_snappy"]);
}

#[test]
fn rows_go_to_a_file_that_appears_whole() {
    let home = Home::new();
    let path = home.0.path().join("rows.csv");
    let output = home.sql(&[
        "-o",
        path.to_str().unwrap(),
        "--format",
        "csv",
        "-e",
        "SELECT 1 AS a",
    ]);
    assert!(output.status.success() && output.stdout.is_empty());
    assert_eq!(std::fs::read_to_string(path).unwrap(), "a\n1\n");
}

#[cfg(unix)]
#[test]
fn output_goes_into_pipes_and_replaces_files_only_as_a_whole() {
    let home = Home::new();
    let file = home.0.path().join("rows.csv");
    std::fs::write(&file, "old").unwrap();
    let link = home.0.path().join("link.csv");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let before = std::fs::read_dir(home.0.path()).unwrap().count();

    let failed = home.sql(&[
        "--format",
        "csv",
        "-o",
        link.to_str().unwrap(),
        "-e",
        "SELECT 1 AS a; SELECT nope",
    ]);
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");

    let done = home.sql(&[
        "--format",
        "csv",
        "-o",
        link.to_str().unwrap(),
        "-e",
        "SELECT 1 AS a",
    ]);
    assert_eq!(done.status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "a\n1\n");
    assert!(link.is_symlink());
    let known = ["catalog.db", "spill", "warehouse"];
    let left: Vec<String> = std::fs::read_dir(home.0.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !known.iter().any(|known| name.starts_with(known)))
        .collect();
    assert_eq!(left.len(), before, "{left:?}");

    let pipe = home.0.path().join("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap();
    assert!(made.success());
    let mut writer = home
        .command()
        .args([
            "sql",
            "--format",
            "csv",
            "-o",
            pipe.to_str().unwrap(),
            "-e",
            "SELECT 2 AS b",
        ])
        .spawn()
        .unwrap();
    assert_eq!(std::fs::read_to_string(&pipe).unwrap(), "b\n2\n");
    assert!(writer.wait().unwrap().success());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let home = Home::new();
    let mut child = home
        .command()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Nobody reads: every write meets a broken pipe.
    drop(child.stdout.take());
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"SELECT 1 AS a; SELECT 2 AS b;\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!told.contains("could not be written"), "{told}");
    assert!(output.status.success(), "{told}");
}

/// Joins without a condition: 20 rows to the power of nine.
#[cfg(unix)]
fn endless() -> String {
    let rows = vec!["(1)"; 20].join(", ");
    let tables: Vec<String> = (0..9)
        .map(|n| format!("(VALUES {rows}) AS t{n}(x{n})"))
        .collect();
    format!("SELECT sum(x0 + x8) FROM {}", tables.join(", "))
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_query_that_never_pauses() {
    let home = Home::new();
    let child = home
        .command()
        .args(["sql", "--stats", "json", "-e", &endless()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The history says when it runs.
    while !home
        .rows("SELECT state FROM system.runtime.queries WHERE query LIKE 'SELECT sum(x0 + x8)%'")
        .contains(&"RUNNING".to_owned())
    {}
    let interrupted = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupted.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("USER_CANCELED"), "{told}");
}
