//! The same rows through the shell, psql and JDBC, from one service.

mod process;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use process::Home;

const QUERY: &str = "SELECT id, txt, flag, day FROM events_parquet_snappy WHERE dt = DATE '2026-01-02' AND region = 'a/b' ORDER BY id";
/// Where Debian's libpostgresql-jdbc-java puts the driver.
const DRIVER: &str = "/usr/share/java/postgresql.jar";

/// A service that is stopped with the test.
struct Server {
    child: Child,
    port: String,
}

impl Server {
    fn start(home: &Home) -> Server {
        let mut child = home
            .command()
            .args(["serve", "--postgres", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line.trim().rsplit_once(':').unwrap().1.to_owned();
        Server { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| {
        panic!("{command:?} could not be run ({error}); scripts/test installs what the tests need")
    });
    assert!(
        output.status.success(),
        "{command:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn shell_psql_and_jdbc_see_the_same_rows() {
    let home = Home::new();
    home.declare_events();
    let output = home.sql(&["--format", "csv", "-e", QUERY]);
    let shell = String::from_utf8(output.stdout).unwrap();
    assert!(shell.lines().count() > 60, "{shell}");

    let server = Server::start(&home);
    let psql = |arguments: &[&str]| {
        run(Command::new("psql")
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &server.port,
                "-U",
                "tester",
                "-X",
                "default",
            ])
            .args(arguments))
    };
    let through_psql = psql(&["--csv", "-c", QUERY]);
    // Booleans are t and f for psql, and the empty text is not told from NULL; otherwise the texts are the same.
    let plain = |text: &str| {
        text.replace(",true,", ",t,")
            .replace(",false,", ",f,")
            .replace(",\"\",", ",,")
    };
    assert_eq!(plain(&through_psql), plain(&shell));
    assert!(
        psql(&[
            "-c",
            "CREATE TABLE by_psql AS SELECT id FROM events_parquet_snappy WHERE id <= 3"
        ])
        .contains("SELECT 3")
    );
    assert!(psql(&["-t", "-c", "SELECT sum(id) FROM by_psql"]).contains('6'));

    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/Rows.java");
    run(Command::new("javac")
        .arg("-d")
        .arg(folder.path())
        .arg(source));
    let address = format!("jdbc:postgresql://127.0.0.1:{}/default", server.port);
    let through_jdbc = run(Command::new("java")
        .arg("-cp")
        .arg(format!("{}:{DRIVER}", folder.path().display()))
        .args(["Rows", &address, "SELECT id, day FROM events_parquet_snappy WHERE dt = DATE '2026-01-02' AND region = 'a/b' ORDER BY id"]));
    let expected = home.rows("SELECT id, day FROM events_parquet_snappy WHERE dt = DATE '2026-01-02' AND region = 'a/b' ORDER BY id");
    let rows: Vec<String> = through_jdbc
        .lines()
        .filter_map(|line| line.strip_prefix("row|"))
        .take(expected.len())
        .map(|row| row.replace("null", "").replace('|', ","))
        .collect();
    assert_eq!(rows, expected);
    let prepared: Vec<&str> = through_jdbc
        .lines()
        .filter(|line| line.starts_with("prepared|7|"))
        .collect();
    assert_eq!(prepared.len(), 8, "{through_jdbc}");
    assert!(
        prepared.iter().all(|line| *line == prepared[0]),
        "text and binary values differ: {prepared:?}"
    );
    for line in [
        "types|int8|date|bool",
        "untyped|0",
        "written|10",
        "inserted|1",
        "row|11|11",
        "cancelled|57014",
        "row|still here",
    ] {
        assert!(
            through_jdbc.lines().any(|found| found == line),
            "{line}\n{through_jdbc}"
        );
    }
    assert!(
        through_jdbc.contains("error|42703|ERROR: COLUMN_NOT_FOUND"),
        "{through_jdbc}"
    );

    let history = home.rows("SELECT count(*) FROM system.runtime.queries WHERE source = 'postgres' AND \"user\" = 'tester'");
    assert!(history[0].parse::<u32>().unwrap() >= 10, "{history:?}");
}

#[test]
fn drivers_of_python_see_values_and_send_them() {
    let python = std::env::var("PRISMLAKE_TEST_PYTHON").expect(
        "PRISMLAKE_TEST_PYTHON names a Python with asyncpg and psycopg; scripts/test makes one",
    );
    let home = Home::new();
    home.declare_events();
    let server = Server::start(&home);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/drivers.py");
    let output = run(Command::new(python).arg(script).arg(&server.port));
    assert_eq!(output, "the same\n");
}

#[test]
fn only_loopback_is_served() {
    let home = Home::new();
    let output = home
        .command()
        .args(["serve", "--postgres", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("loopback"));
}
