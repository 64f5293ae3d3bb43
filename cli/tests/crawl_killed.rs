//! A crawl that is killed at any moment leaves a catalog that opens and is consistent, and the next crawl completes it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const PARTITIONS: usize = 3_000;
const KILLS: u64 = 14;

fn crawl(home: &Path, lake: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prismlake"));
    command
        .arg("--home")
        .arg(home)
        .args([
            "crawl",
            "killed",
            "--target",
            &format!("file://{}/", lake.display()),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn rows(home: &Path, sql: &str) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_prismlake"))
        .arg("--home")
        .arg(home)
        .args(["sql", "--format", "csv", "-e", sql])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    text.lines().skip(1).collect::<Vec<_>>().join(";")
}

#[test]
fn a_crawl_killed_at_any_moment_is_completed_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    for partition in 0..PARTITIONS {
        let place = lake.join(format!("events/n={partition}"));
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(
            place.join("a.csv"),
            format!("{partition},x\n{partition},y\n"),
        )
        .unwrap();
    }
    let home = folder.path().join("measured");
    let start = std::time::Instant::now();
    assert!(crawl(&home, &lake).status().unwrap().success());
    let whole = start.elapsed();

    let home = folder.path().join("home");
    for kill in 0..KILLS {
        let mut running = crawl(&home, &lake).spawn().unwrap();
        // Spread over the whole run, from its first moments to beyond its end.
        let moment = whole.mul_f64(kill as f64 / (KILLS - 2) as f64);
        let deadline = std::time::Instant::now() + moment;
        while std::time::Instant::now() < deadline && running.try_wait().unwrap().is_none() {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        running.kill().ok();
        running.wait().unwrap();
        // Opens, and what it says of partitions it can show.
        let tables = rows(&home, "SHOW TABLES");
        if !tables.is_empty() {
            assert_eq!(tables, "events");
            let shown = rows(&home, "SELECT count(*) FROM \"events$partitions\"");
            assert!(shown.parse::<usize>().unwrap() <= PARTITIONS);
        }
    }
    let done = crawl(&home, &lake).output().unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert_eq!(
        rows(&home, "SELECT count(*) FROM \"events$partitions\""),
        PARTITIONS.to_string()
    );
    assert_eq!(
        rows(
            &home,
            "SELECT count(*) FROM events WHERE n IN (0, 1500, 2999)"
        ),
        "6"
    );
    let again = crawl(&home, &lake).output().unwrap();
    assert!(String::from_utf8_lossy(&again.stdout).contains("nothing has changed"));
}
