//! The lake that Spark wrote gives Spark's own figures, read as it lies and after CTAS.

mod lake;

use lake::spark::{TABLES, check, declare};
use lake::{TestLake, shared};

fn local() -> String {
    format!("file://{}/lakes/spark/", shared().display())
}

#[tokio::test]
async fn every_table_gives_sparks_figures() {
    let lake = TestLake::open().await;
    for table in TABLES {
        declare(&lake, table, &local()).await;
        check(&lake, table.name, table.figures).await;
    }
}

#[tokio::test]
async fn a_filter_on_both_keys_scans_one_of_36_partitions() {
    let lake = TestLake::open().await;
    declare(&lake, &TABLES[0], &local()).await;
    let report = lake
        .report(
            "SELECT id FROM events_parquet_snappy WHERE dt = DATE '2026-01-02' AND region = 'a/b'",
        )
        .await;
    assert_eq!(report.rows, 60);
    assert_eq!(report.partitions_total, Some(36));
    assert_eq!(report.partitions_scanned, Some(1));
    assert_eq!(report.files_scanned, Some(1));
}

#[tokio::test]
async fn ctas_to_orc_and_back_gives_the_same_figures() {
    let lake = TestLake::open().await;
    declare(&lake, &TABLES[0], &local()).await;
    lake.rows("CREATE TABLE copied_orc WITH (format = 'ORC', partitioned_by = ARRAY['dt', 'region']) AS SELECT * FROM events_parquet_snappy")
        .await;
    check(&lake, "copied_orc", TABLES[0].figures).await;
    lake.rows("CREATE TABLE copied_back WITH (format = 'PARQUET', write_compression = 'SNAPPY', partitioned_by = ARRAY['dt', 'region']) AS SELECT * FROM copied_orc")
        .await;
    check(&lake, "copied_back", TABLES[0].figures).await;
}
