//! Killed in the middle of CTAS and INSERT, at random moments, the next process sees the old state or the new one.

mod process;

use std::time::Duration;

use process::Home;

/// How often each kind of write is killed.
const KILLS: u32 = 25;
/// The longest that a write is left alone: longer than it takes, so that some are killed after their commit.
const LIFE_MAX_MS: u64 = 400;

/// Spreads the kills over the life of a write; the same moments every time.
fn moment(round: u32) -> Duration {
    let spread = (u64::from(round) * 7919 + 13) % LIFE_MAX_MS;
    Duration::from_millis(spread)
}

#[test]
fn a_killed_write_is_seen_whole_or_not_at_all() {
    let home = Home::new();
    home.declare_events();
    let (mut seen_old, mut seen_new) = (0, 0);
    for round in 0..KILLS {
        let name = format!("ctas_{round}");
        let mut child = home.start(&format!(
            "CREATE TABLE {name} WITH (partitioned_by = ARRAY['dt']) AS SELECT id, txt, dt FROM events_parquet_snappy"
        ));
        std::thread::sleep(moment(round));
        child.kill().unwrap();
        child.wait().unwrap();
        if home.rows("SHOW TABLES").contains(&name) {
            seen_new += 1;
            assert_eq!(
                home.rows(&format!("SELECT count(*), sum(id) FROM {name}")),
                ["2160,2333880"]
            );
        } else {
            seen_old += 1;
        }
    }
    home.rows("CREATE TABLE grown WITH (partitioned_by = ARRAY['dt']) AS SELECT id, txt, dt FROM events_parquet_snappy WHERE dt = DATE '2026-01-01'");
    let mut rows = 540;
    for round in 0..KILLS {
        let mut child =
            home.start("INSERT INTO grown SELECT id, txt, dt FROM events_parquet_snappy");
        std::thread::sleep(moment(round));
        child.kill().unwrap();
        child.wait().unwrap();
        let found: u64 = home.rows("SELECT count(*) FROM grown")[0].parse().unwrap();
        if found == rows + 2160 {
            seen_new += 1;
            rows = found;
        } else {
            seen_old += 1;
            assert_eq!(found, rows, "part of an INSERT is seen");
        }
    }
    assert_eq!(seen_old + seen_new, 2 * KILLS);
    println!("{seen_old} old, {seen_new} new");
}
