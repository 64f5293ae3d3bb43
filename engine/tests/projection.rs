//! Partition projection: partitions that a table's properties say there are, and no catalog holds.

mod lake;

use lake::TestLake;

async fn events(lake: &TestLake, properties: &str) -> String {
    let root = lake.home.path().join("events");
    for (day, hour) in [
        ("2026-01-01", "00"),
        ("2026-01-01", "13"),
        ("2026-02-03", "07"),
    ] {
        let folder = root.join(format!("{}/{hour}", day.replace('-', "/")));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.csv"), format!("{day},{hour}\n")).unwrap();
    }
    lake.rows(&format!(
        "CREATE EXTERNAL TABLE events (d string, h string) PARTITIONED BY (dt string, hour int)
         ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 'file://{root}/'
         TBLPROPERTIES ('projection.enabled' = 'true',
           'projection.dt.type' = 'date', 'projection.dt.format' = 'yyyy/MM/dd',
           'projection.dt.range' = '2020/01/01,NOW+20YEARS',
           'projection.hour.type' = 'integer', 'projection.hour.range' = '0,23', 'projection.hour.digits' = '2',
           {properties}
           'storage.location.template' = 'file://{root}/${{dt}}/${{hour}}/')",
        root = root.display()
    ))
    .await;
    root.display().to_string()
}

#[tokio::test]
async fn projected_partitions_are_found_by_their_keys_alone() {
    let lake = TestLake::open().await;
    events(&lake, "").await;
    for (condition, rows, partitions) in [
        ("dt = '2026/01/01' AND hour = 13", "1", 1),
        ("dt = '2026/01/01'", "2", 24),
        (
            "dt BETWEEN '2026/01/01' AND '2026/02/28' AND hour IN (7, 13)",
            "2",
            118,
        ),
        ("dt > '2026/02/02' AND dt < '2026/02/04'", "1", 24),
        ("dt = '2019/12/31'", "0", 0),
        ("dt = '2026/01/01' AND hour = 24", "0", 0),
        ("dt = '2026/01/01' AND hour % 12 = 1", "1", 2),
    ] {
        let sql = format!("SELECT count(*) FROM events WHERE {condition}");
        let (found, report) = lake.run(&sql).await.unwrap();
        assert_eq!(found, [[rows]], "{condition}");
        assert_eq!(report.partitions_scanned, Some(partitions), "{condition}");
    }
    let rows = lake
        .rows("SELECT d, h, dt, hour FROM events WHERE dt = '2026/02/03'")
        .await;
    assert_eq!(rows, [["2026-02-03", "07", "2026/02/03", "7"]]);
}

#[tokio::test]
async fn a_wrong_or_missing_projection_says_so() {
    let lake = TestLake::open().await;
    events(&lake, "'projection.hour.interval' = '0',").await;
    let (error, _) = lake.run("SELECT * FROM events").await.unwrap_err();
    assert_eq!(error.code.name(), "HIVE_METASTORE_ERROR", "{error}");
    lake.rows("DROP TABLE events").await;
    events(&lake, "'projection.dt.type' = 'injected',").await;
    let (error, _) = lake
        .run("SELECT * FROM events WHERE hour = 1")
        .await
        .unwrap_err();
    assert_eq!(error.code.name(), "CONSTRAINT_VIOLATION", "{error}");
    let rows = lake
        .rows("SELECT count(*) FROM events WHERE dt = '2026/01/01'")
        .await;
    assert_eq!(rows, [["2"]]);
}
