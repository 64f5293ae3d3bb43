//! The query report equals what the S3 server saw, cold and warm, for every format, and for queries that fail.

mod lake;

use lake::spark::{TABLES, check, declare};
use lake::{TestLake, s3_settings, shared};
use prismlake_engine::QueryReport;
use prismlake_test_store::{Fault, TestS3};

/// A lake over an S3 server that holds what Spark wrote.
async fn s3_lake() -> (TestS3, TestLake) {
    let server = TestS3::start().unwrap();
    server.create_bucket("lake").unwrap();
    server
        .upload_folder("lake", "spark/", &shared().join("lakes/spark"))
        .unwrap();
    let lake = TestLake::with_settings(s3_settings(&server)).await;
    (server, lake)
}

/// Holds a report against the server's log.
fn assert_equals_log(report: &QueryReport, server: &TestS3, what: &str) {
    let log = server.totals();
    assert_eq!(report.requests.get, log.get, "{what}: GET");
    assert_eq!(report.requests.list, log.list, "{what}: LIST");
    assert_eq!(report.requests.head, log.head, "{what}: HEAD");
    assert_eq!(report.requests.put, log.put, "{what}: PUT");
    assert_eq!(report.requests.delete, log.delete, "{what}: DELETE");
    assert_eq!(report.bytes_fetched, log.get_bytes, "{what}: bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_gives_sparks_figures_from_s3() {
    let (_server, lake) = s3_lake().await;
    for table in TABLES {
        declare(&lake, table, "s3://lake/spark/").await;
        check(&lake, table.name, table.figures).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_equals_the_servers_log_cold_and_warm() {
    let (server, lake) = s3_lake().await;
    for table in TABLES {
        declare(&lake, table, "s3://lake/spark/").await;
        for condition in ["", " WHERE dt = DATE '2026-01-02'", " WHERE id > 1000"] {
            let sql = format!("SELECT count(id), max(dt) FROM {}{condition}", table.name);
            let mut scanned = Vec::new();
            for round in ["cold", "warm"] {
                server.reset_log();
                let report = lake.report(&sql).await;
                assert_equals_log(&report, &server, &format!("{sql} ({round})"));
                scanned.push(report.data_scanned_bytes);
            }
            assert!(scanned[0] > 0, "{sql}");
            assert_eq!(
                scanned[0], scanned[1],
                "{sql}: scanned bytes, cold and warm"
            );
        }
        server.reset_log();
        let sql = format!("SELECT id FROM {} LIMIT 5", table.name);
        let report = lake.report(&sql).await;
        assert_equals_log(&report, &server, &sql);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_partition_of_parquet_scans_its_footer_and_its_projected_columns() {
    let (server, lake) = s3_lake().await;
    declare(&lake, &TABLES[0], "s3://lake/spark/").await;
    let sql =
        "SELECT id, txt FROM events_parquet_snappy WHERE dt = DATE '2026-01-02' AND region = 'a/b'";
    let report = lake.report(sql).await;
    assert_eq!(report.partitions_scanned, Some(1));
    let folder = shared().join("lakes/spark/events_parquet_snappy/dt=2026-01-02/region=a%2Fb");
    let file = std::fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let bytes = bytes::Bytes::from(std::fs::read(file).unwrap());
    let footer = u64::from(u32::from_le_bytes(
        bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap(),
    )) + 8;
    let reader = parquet::file::metadata::ParquetMetaDataReader::new()
        .parse_and_finish(&bytes)
        .unwrap();
    let columns: i64 = reader
        .row_groups()
        .iter()
        .flat_map(|group| group.columns())
        .filter(|column| ["id", "txt"].contains(&column.column_path().string().as_str()))
        .map(|column| column.compressed_size())
        .sum();
    assert_eq!(
        report.data_scanned_bytes,
        footer + u64::try_from(columns).unwrap()
    );
    // Nothing but the one folder was listed or read.
    for request in server.requests() {
        assert!(!request.path.contains("region=us"), "{request:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_and_failures_equal_the_servers_log() {
    let (server, lake) = s3_lake().await;
    declare(&lake, &TABLES[0], "s3://lake/spark/").await;
    server.reset_log();
    let sql = "CREATE TABLE copied WITH (external_location = 's3://lake/copied/', format = 'ORC', partitioned_by = ARRAY['dt']) AS SELECT id, txt, dt FROM events_parquet_snappy";
    let report = lake.report(sql).await;
    assert_equals_log(&report, &server, sql);
    assert_eq!(report.rows, 2160);
    server.reset_log();
    let report = lake
        .report("INSERT INTO copied VALUES (1, 'x', DATE '2027-01-01')")
        .await;
    assert_equals_log(&report, &server, "INSERT");
    assert_eq!(lake.rows("SELECT count(*) FROM copied").await, [["2161"]]);

    server.fail(
        "lake/spark/events_parquet_snappy/dt=2026-01-03/",
        Fault::Vanish,
    );
    server.reset_log();
    let (error, report) = lake
        .run("SELECT sum(id) FROM events_parquet_snappy")
        .await
        .unwrap_err();
    assert_eq!(error.code.name(), "HIVE_CANNOT_OPEN_SPLIT");
    assert!(
        error
            .message
            .contains("s3://lake/spark/events_parquet_snappy/dt=2026-01-03/"),
        "{error}"
    );
    assert_eq!(report.requests.list, server.totals().list);
    assert_eq!(report.cost_usd, 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_the_bytes_that_the_query_then_scans() {
    let (_server, lake) = s3_lake().await;
    for table in TABLES {
        declare(&lake, table, "s3://lake/spark/").await;
        let sql = format!(
            "SELECT count(id), max(dt) FROM {} WHERE dt >= DATE '2026-01-02'",
            table.name
        );
        let request = prismlake_engine::QueryRequest {
            dry_run: true,
            ..prismlake_engine::QueryRequest::new(&sql)
        };
        let mut handle = lake.service.submit(request);
        while let Some(batch) = handle.next().await {
            batch.unwrap();
        }
        let told = handle.report();
        let ran = lake.report(&sql).await;
        assert_eq!(told.data_scanned_bytes, ran.data_scanned_bytes, "{sql}");
        assert_eq!(told.partitions_scanned, ran.partitions_scanned);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_query_pays_for_what_it_had_scanned() {
    let server = TestS3::start().unwrap();
    server.create_bucket("lake").unwrap();
    server
        .upload_folder("lake", "spark/", &shared().join("lakes/spark"))
        .unwrap();
    let mut settings = s3_settings(&server);
    settings.limits.parallelism = 1;
    let lake = TestLake::with_settings(settings).await;
    for table in TABLES {
        declare(&lake, table, "s3://lake/spark/").await;
        server.reset_log();
        let sql = format!("SELECT id FROM {}", table.name);
        let mut handle = lake
            .service
            .submit(prismlake_engine::QueryRequest::new(&sql));
        handle.next().await.unwrap().unwrap();
        handle.canceller().cancel();
        let error = handle.next().await.unwrap().unwrap_err();
        assert_eq!(error.code.name(), "USER_CANCELED");
        let report = handle.report();
        assert_eq!(report.state.name(), "CANCELLED");
        assert!(report.files_scanned < report.files_total, "{sql}");
        assert!(
            report.data_scanned_bytes > 0 && report.cost_usd > 0.0,
            "{sql}"
        );
        // A request that was under way when the query ended is in the server's log alone.
        let log = server.totals();
        assert!(
            report.requests.get > 0 && report.requests.get <= log.get,
            "{sql}"
        );
        assert!(report.bytes_fetched <= log.get_bytes, "{sql}");
        assert_eq!(report.requests.list, log.list, "{sql}");
    }
}
