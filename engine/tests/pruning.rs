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
        ("region LIKE '100\\%' ESCAPE '\\'", 4),
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

/// Eight row groups of 40,000 rows and two wide columns, with small pages and a page index.
fn write_paged_parquet(folder: &std::path::Path) {
    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;
    use std::sync::Arc;

    const GROUP_ROWS: i64 = 40_000;
    std::fs::create_dir_all(folder).unwrap();
    let batch = |group: i64| {
        let ids = (0..GROUP_ROWS).map(|row| group * GROUP_ROWS + row);
        // Neither order nor minimum and maximum of a page tell where a value is.
        let scattered: ArrayRef = Arc::new(Int64Array::from_iter_values(
            ids.clone().map(|id| (id * 7_919) % (8 * GROUP_ROWS)),
        ));
        let notes: ArrayRef = Arc::new(StringArray::from_iter_values(
            ids.map(|id| format!("note {:032}", id * 1_000_003)),
        ));
        RecordBatch::try_from_iter([("scattered", scattered), ("note", notes)]).unwrap()
    };
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(40_000))
        .set_data_page_row_count_limit(1_000)
        .set_write_batch_size(500)
        .build();
    let file = std::fs::File::create(folder.join("a.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch(0).schema(), Some(properties)).unwrap();
    for group in 0..8 {
        writer.write(&batch(group)).unwrap();
    }
    writer.close().unwrap();
}

#[tokio::test]
async fn pages_without_a_match_are_not_read_where_matches_are_rare() {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("paged");
    write_paged_parquet(&folder);
    lake.rows(&format!(
        "CREATE EXTERNAL TABLE paged (scattered bigint, note string) STORED AS PARQUET LOCATION 'file://{}/'",
        folder.display()
    ))
    .await;
    let whole = lake
        .report("SELECT max(note), max(scattered) FROM paged")
        .await;
    let rare =
        "SELECT count(note), max(note), max(scattered) FROM paged WHERE scattered % 320000 = 9";
    let (rows, report) = lake.run(rare).await.unwrap();
    assert_eq!(rows[0][0], "1");
    assert!(
        report.data_scanned_bytes < whole.data_scanned_bytes / 2,
        "{} of {}",
        report.data_scanned_bytes,
        whole.data_scanned_bytes
    );
    let again = lake.report(rare).await;
    assert_eq!(
        again.data_scanned_bytes, report.data_scanned_bytes,
        "another run scans the same"
    );
    let frequent =
        "SELECT count(note), max(note), max(scattered) FROM paged WHERE scattered % 3 = 0";
    let (rows, report) = lake.run(frequent).await.unwrap();
    assert_eq!(rows[0][0], (320_000_u32.div_ceil(3)).to_string());
    assert!(report.data_scanned_bytes >= whole.data_scanned_bytes);
}

#[tokio::test]
async fn functions_of_a_key_narrow_large_tables() {
    use prismlake_catalog::{Partition, TableName};

    let lake = TestLake::open().await;
    let root = lake.home.path().join("many");
    lake.rows(&format!(
        "CREATE EXTERNAL TABLE many (v int) PARTITIONED BY (dt date, region string)
         ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 'file://{}/'",
        root.display()
    ))
    .await;
    let name = TableName::new("default", "many").unwrap();
    let catalog = lake.service.catalog();
    let table = catalog.table(&name).await.unwrap().unwrap();
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let partitions = (0..730_u64).flat_map(|day| {
        let dt = (first + chrono::Days::new(day)).to_string();
        ["eu", "US", "__HIVE_DEFAULT_PARTITION__"].map(|region| {
            let place = root.join(format!("dt={dt}/region={region}"));
            let values = vec![dt.clone(), region.to_owned()];
            Partition::new(
                values,
                &table.storage_descriptor,
                format!("file://{}/", place.display()),
            )
        })
    });
    catalog
        .add_partitions(&name, partitions.collect())
        .await
        .unwrap();
    for (condition, partitions) in [
        ("month(dt) = 1", 62 * 3),
        ("year(dt) = 2024 AND upper(region) = 'EU'", 366),
        (
            "CAST(dt AS varchar) LIKE '2025-02-%' AND region IS NOT NULL",
            56,
        ),
        ("length(region) = 2 AND dt = DATE '2024-02-29'", 2),
        (
            "coalesce(region, 'none') = 'none' AND dt < DATE '2024-01-03'",
            2,
        ),
        ("dt <> DATE '2024-01-01' AND region NOT IN ('eu')", 729),
        ("month(dt) = 13", 0),
    ] {
        let sql = format!("SELECT count(*) FROM many WHERE {condition}");
        let report = lake.report(&sql).await;
        assert_eq!(report.partitions_scanned, Some(partitions), "{condition}");
    }
}
