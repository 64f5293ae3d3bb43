//! What is wrong with data, stores and declarations gives one clear error that names the object, or Athena's behaviour.

mod lake;

use lake::{TestLake, s3_settings, shared};
use prismlake_test_store::{Fault, TestS3};

async fn s3(server: &TestS3) -> TestLake {
    TestLake::with_settings(s3_settings(server)).await
}

/// The error of reading a table over these files, and the table's folder.
async fn error_of(ddl: &str, files: &[(&str, Vec<u8>)], query: &str) -> (String, String) {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("data");
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    lake.rows(&ddl.replace("$", &format!("file://{}/", folder.display())))
        .await;
    let error = lake.error(query).await;
    (error.code.name().to_owned(), error.message)
}

fn spark_file(table: &str) -> Vec<u8> {
    let folder = shared().join(format!("lakes/spark/{table}/dt=2026-01-01"));
    let file = std::fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::read(file).unwrap()
}

#[tokio::test]
async fn truncated_columnar_files_are_bad_data_by_name() {
    for (table, format) in [("evolved_parquet", "PARQUET"), ("evolved_orc", "ORC")] {
        let whole = spark_file(table);
        for length in [1, 7, whole.len() / 2, whole.len() - 1] {
            let (code, message) = error_of(
                &format!("CREATE EXTERNAL TABLE t (id bigint) STORED AS {format} LOCATION '$'"),
                &[("broken", whole[..length].to_vec())],
                "SELECT sum(id) FROM t",
            )
            .await;
            assert_eq!(code, "HIVE_BAD_DATA", "{format} cut to {length}: {message}");
            assert!(message.contains("/data/broken"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_type_that_a_file_contradicts_names_column_and_file() {
    for (table, format) in [("evolved_parquet", "PARQUET"), ("evolved_orc", "ORC")] {
        let (code, message) = error_of(
            &format!("CREATE EXTERNAL TABLE t (note int) STORED AS {format} LOCATION '$'"),
            &[("file", spark_file(table))],
            "SELECT max(note) FROM t",
        )
        .await;
        assert_eq!(code, "HIVE_BAD_DATA", "{message}");
        assert!(
            message.contains("note") && message.contains("/data/file"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn json_that_does_not_parse_names_file_and_row() {
    let (code, message) = error_of(
        "CREATE EXTERNAL TABLE t (a int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION '$'",
        &[("rows.json", b"{\"a\":1}\n{\"a\":\n".to_vec())],
        "SELECT a FROM t",
    )
    .await;
    assert_eq!(code, "HIVE_BAD_DATA");
    assert!(
        message.contains("rows.json") && message.contains("row 2"),
        "{message}"
    );
}

#[tokio::test]
async fn a_csv_field_that_is_no_value_of_its_type_names_file_row_and_column() {
    for text in ["n,s\n1,a\nmany,b\n", "n,s\n1,a\n,b\n"] {
        let (code, message) = error_of(
            "CREATE EXTERNAL TABLE t (n int, s string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION '$' TBLPROPERTIES ('skip.header.line.count'='1')",
            &[("rows.csv", text.as_bytes().to_vec())],
            "SELECT n FROM t",
        )
        .await;
        assert_eq!(code, "HIVE_BAD_DATA", "{message}");
        assert!(
            message.contains("rows.csv") && message.contains("row 3") && message.contains("'n'"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn text_rows_with_too_many_or_too_few_fields_are_as_hive_reads_them() {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("data");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("rows.csv"), "1,a\n2,b,extra\n3\nx,d\n").unwrap();
    let location = format!("file://{}/", folder.display());
    lake.rows(&format!("CREATE EXTERNAL TABLE t (n int, s string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION '{location}'")).await;
    assert_eq!(
        lake.rows("SELECT n, s FROM t ORDER BY s NULLS LAST").await,
        [["1", "a"], ["2", "b"], ["NULL", "d"], ["3", "NULL"]]
    );
}

#[tokio::test]
async fn a_location_that_does_not_exist_is_an_empty_table() {
    let server = TestS3::start().unwrap();
    server.create_bucket("lake").unwrap();
    let lake = s3(&server).await;
    for location in ["s3://lake/nothing/", "file:///nowhere/at/all/"] {
        lake.rows(&format!(
            "CREATE EXTERNAL TABLE t (a int) STORED AS PARQUET LOCATION '{location}'"
        ))
        .await;
        assert_eq!(lake.rows("SELECT count(*) FROM t").await, [["0"]]);
        lake.rows("DROP TABLE t").await;
    }
}

#[tokio::test]
async fn a_store_that_fails_is_told_apart_by_how() {
    let server = TestS3::start().unwrap();
    server.create_bucket("lake").unwrap();
    server
        .put("lake", "t/file.parquet", &spark_file("evolved_parquet"))
        .unwrap();
    let lake = s3(&server).await;
    lake.rows("CREATE EXTERNAL TABLE t (id bigint) STORED AS PARQUET LOCATION 's3://lake/t/'")
        .await;
    server.fail("lake/t", Fault::Deny);
    let error = lake.error("SELECT sum(id) FROM t").await;
    assert_eq!(error.code.name(), "PERMISSION_DENIED", "{error}");
    assert!(error.message.contains("s3://lake/t/"), "{error}");
    server.heal();
    server.fail("lake/t/file", Fault::Vanish);
    let error = lake.error("SELECT sum(id) FROM t").await;
    assert_eq!(error.code.name(), "HIVE_CANNOT_OPEN_SPLIT", "{error}");
    assert!(
        error.message.contains("s3://lake/t/file.parquet"),
        "{error}"
    );
    server.heal();
    lake.rows("CREATE EXTERNAL TABLE gone (id bigint) STORED AS PARQUET LOCATION 's3://no-such-bucket/t/'").await;
    let error = lake.error("SELECT sum(id) FROM gone").await;
    assert_eq!(error.code.name(), "HIVE_FILESYSTEM_ERROR", "{error}");
    assert!(error.message.contains("no-such-bucket"), "{error}");
}

#[tokio::test]
async fn statements_that_cannot_be_read_say_where() {
    let lake = TestLake::open().await;
    for (sql, code) in [
        ("SELEC 1", "SYNTAX_ERROR"),
        ("SELECT `a` FROM t", "SYNTAX_ERROR"),
        ("SELECT 1; SELECT 2", "SYNTAX_ERROR"),
        ("SELECT * FROM missing", "TABLE_NOT_FOUND"),
        ("SELECT * FROM nowhere.missing", "SCHEMA_NOT_FOUND"),
        ("SELECT x FROM (VALUES (1)) AS t(a)", "COLUMN_NOT_FOUND"),
        ("SELECT nothing_such(1)", "FUNCTION_NOT_FOUND"),
        ("SELECT 1 / 0", "DIVISION_BY_ZERO"),
        ("CREATE VIEW v AS SELECT 1", "MISSING_COLUMN_NAME"),
        ("", "SYNTAX_ERROR"),
    ] {
        let error = lake.error(sql).await;
        assert_eq!(error.code.name(), code, "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_folder_that_does_not_fit_the_keys_is_no_partition() {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("data");
    for name in ["dt=2026-01-01", "dt=not-a-day", "other=1", "plain"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("f"), spark_file("evolved_parquet")).unwrap();
    }
    let location = format!("file://{}/", folder.display());
    lake.rows(&format!("CREATE EXTERNAL TABLE t (id bigint) PARTITIONED BY (dt date) STORED AS PARQUET LOCATION '{location}'")).await;
    let found = lake.rows("MSCK REPAIR TABLE t").await;
    assert_eq!(
        found,
        [
            ["Partitions not in metastore:\tt:dt=2026-01-01"],
            ["Repair: Added partition to metastore t:dt=2026-01-01"]
        ]
    );
    assert_eq!(lake.rows("SHOW PARTITIONS t").await, [["dt=2026-01-01"]]);
}
