//! Runs the real binary over a home folder of its own.
#![allow(dead_code, reason = "each test uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

pub struct Home(pub tempfile::TempDir);

impl Home {
    pub fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prismlake"));
        command
            .arg("--home")
            .arg(self.0.path())
            .stdin(Stdio::null());
        command
    }

    pub fn sql(&self, arguments: &[&str]) -> Output {
        self.command().arg("sql").args(arguments).output().unwrap()
    }

    /// What a statement that must succeed prints as CSV, without the heading.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        let output = self.sql(&["--format", "csv", "-e", sql]);
        assert!(
            output.status.success(),
            "{sql}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().skip(1).map(str::to_owned).collect()
    }

    pub fn start(&self, sql: &str) -> Child {
        self.command()
            .args(["sql", "-e", sql])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Declares Spark's Parquet table.
    pub fn declare_events(&self) {
        let location = shared().join("lakes/spark/events_parquet_snappy");
        self.rows(&format!(
            "CREATE EXTERNAL TABLE events_parquet_snappy (id bigint, dec38 decimal(38,18), txt string, flag boolean, day date, ts timestamp, f64 double, bin binary) \
             PARTITIONED BY (dt date, region string) STORED AS PARQUET LOCATION 'file://{}/'; MSCK REPAIR TABLE events_parquet_snappy",
            location.display()
        ));
    }
}

pub fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .canonicalize()
        .unwrap()
}
