//! Partition pruning: which conditions prune, and that what is pruned is counted and the answer right.

mod lake;

use lake::spark::{TABLES, declare};
use lake::{TestLake, shared};

#[tokio::test]
async fn conditions_on_keys_prune_and_answers_stay_right() {
    let lake = TestLake::open().await;
    let base = format!("file://{}/lakes/spark/", shared().display());
    declare(&lake, &TABLES[0], &base).await;
    for (condition, partitions) in [
        ("dt = DATE '2026-01-02'", 9),
        ("dt <> DATE '2026-01-02'", 27),
        ("dt > DATE '2026-01-03'", 9),
        ("dt BETWEEN DATE '2026-01-02' AND DATE '2026-01-03'", 18),
        ("dt IN (DATE '2026-01-01', DATE '2026-01-04')", 18),
        ("region = '東京'", 4),
        ("region LIKE 'us%'", 4),
        ("region LIKE '100\\%'", 4),
        ("region IS NULL", 4),
        ("region IS NOT NULL AND dt < DATE '2026-01-03'", 16),
        ("region = 'k=v' OR region = 'a/b'", 8),
        ("NOT (region = 'a/b')", 28),
        ("upper(region) = 'US EAST'", 4),
        ("CAST(dt AS varchar) = '2026-01-01'", 9),
        ("month(dt) = 1 AND day(dt) = 4", 9),
        ("length(region) = 2", 4),
        ("dt = DATE '2030-01-01'", 0),
    ] {
        let sql = format!("SELECT count(*) FROM events_parquet_snappy WHERE {condition}");
        let (rows, report) = lake.run(&sql).await.unwrap();
        assert_eq!(report.partitions_scanned, Some(partitions), "{condition}");
        assert_eq!(report.partitions_total, Some(36), "{condition}");
        assert_eq!(rows[0][0], (partitions * 60).to_string(), "{condition}");
    }
}

#[tokio::test]
async fn a_filter_that_a_join_implies_prunes_the_other_side() {
    let lake = TestLake::open().await;
    let base = format!("file://{}/lakes/spark/", shared().display());
    declare(&lake, &TABLES[0], &base).await;
    declare(&lake, &TABLES[4], &base).await;
    let report = lake
        .report("SELECT count(*) FROM events_parquet_snappy e JOIN evolved_parquet v ON e.dt = v.dt AND e.id = v.id WHERE e.dt = DATE '2026-01-02'")
        .await;
    assert_eq!(report.partitions_scanned, Some(9 + 1));
}

#[tokio::test]
async fn hidden_columns_are_there_when_named_and_stars_leave_them_out() {
    let lake = TestLake::open().await;
    let base = format!("file://{}/lakes/spark/", shared().display());
    declare(&lake, &TABLES[4], &base).await;
    let rows = lake
        .rows("SELECT DISTINCT \"$path\", \"$file_size\", \"$file_modified_time\" IS NULL FROM evolved_parquet WHERE dt = DATE '2026-01-01'")
        .await;
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0][0].starts_with("file:///") && rows[0][0].ends_with(".parquet"),
        "{rows:?}"
    );
    assert_eq!(rows[0][2], "false");
    let wide = lake
        .rows("SELECT * FROM evolved_parquet WHERE \"$file_size\" > 0 LIMIT 1")
        .await;
    assert_eq!(wide[0].len(), 6);
    let both = lake
        .rows("SELECT *, \"$path\" FROM evolved_parquet LIMIT 1")
        .await;
    assert_eq!(both[0].len(), 7);
    let keys = lake
        .rows("SELECT dt FROM \"evolved_parquet$partitions\" ORDER BY 1")
        .await;
    assert_eq!(keys, [["2026-01-01"], ["2026-01-02"], ["2026-01-03"]]);
}

#[tokio::test]
async fn a_key_column_or_a_bare_count_reads_no_data_pages() {
    let lake = TestLake::open().await;
    let base = format!("file://{}/lakes/spark/", shared().display());
    declare(&lake, &TABLES[0], &base).await;
    let counted = lake
        .report("SELECT count(*) FROM events_parquet_snappy")
        .await;
    assert_eq!(counted.row_groups_scanned, Some(0));
    let summed = lake
        .report("SELECT sum(id) FROM events_parquet_snappy")
        .await;
    assert!(counted.data_scanned_bytes < summed.data_scanned_bytes);
}
