//! CTAS and INSERT: what is written is read back, and what fails leaves nothing to be seen.

mod lake;

use lake::TestLake;

#[tokio::test]
async fn every_scalar_type_goes_through_parquet_and_orc_in_every_codec() {
    let lake = TestLake::open().await;
    let query = "SELECT CAST(x AS tinyint) AS i8, CAST(x AS smallint) AS i16, CAST(x AS integer) AS i32, CAST(x AS bigint) AS i64, \
        CAST(x AS real) AS f32, CAST(x AS double) / 3 AS f64, CAST(x AS decimal(38,18)) AS d38, CAST(x AS decimal(9,2)) AS d9, \
        CAST(x AS varchar) AS txt, x > 0 AS flag, DATE '1965-10-26' AS old, TIMESTAMP '2017-02-03 02:43:11.634567' AS ts, \
        TIMESTAMP '1903-02-03 02:43:11.634567' AS ancient, X'00ff' AS bin \
        FROM (VALUES (-5), (0), (7), (NULL)) AS t(x)";
    let expected = lake.rows(&format!("{query} ORDER BY i64 NULLS LAST")).await;
    for (format, codecs) in [
        ("PARQUET", ["NONE", "GZIP", "SNAPPY", "ZSTD", "LZ4"]),
        ("ORC", ["NONE", "ZLIB", "SNAPPY", "ZSTD", "LZ4"]),
    ] {
        for codec in codecs {
            let name = format!("t_{format}_{codec}");
            lake.rows(&format!("CREATE TABLE {name} WITH (format='{format}', write_compression='{codec}') AS {query}")).await;
            let found = lake
                .rows(&format!("SELECT * FROM {name} ORDER BY i64 NULLS LAST"))
                .await;
            assert_eq!(found, expected, "{name}");
        }
    }
}

#[tokio::test]
async fn insert_cuts_no_texts() {
    let lake = TestLake::open().await;
    lake.rows("CREATE TABLE t AS SELECT CAST('ab' AS varchar(2)) AS a, ARRAY[CAST('ab' AS varchar(2))] AS b")
        .await;
    let error = lake.error("INSERT INTO t SELECT 'abc', ARRAY['ab']").await;
    assert_eq!(error.code.name(), "INVALID_CAST_ARGUMENT");
    assert_eq!(
        error.message,
        "Cannot truncate non-space characters when casting from varchar(3) to varchar(2) on INSERT"
    );
    lake.error("INSERT INTO t SELECT 'ab', ARRAY['abc']").await;
    lake.rows("INSERT INTO t SELECT 'äé  ', ARRAY['c', NULL]")
        .await;
    assert_eq!(
        lake.rows("SELECT a, b FROM t ORDER BY a").await,
        [["ab", "[ab]"], ["äé", "[c, NULL]"]]
    );
}

#[tokio::test]
async fn insert_adds_rows_and_partitions() {
    let lake = TestLake::open().await;
    lake.rows(
        "CREATE TABLE t WITH (partitioned_by = ARRAY['p']) AS SELECT 1 AS a, 'x' AS b, 'k=v' AS p",
    )
    .await;
    lake.rows("INSERT INTO t SELECT 2, 'y', 'a/b'").await;
    lake.rows("INSERT INTO t (p, a) VALUES (NULL, 3)").await;
    assert_eq!(
        lake.rows("SELECT a, b, p FROM t ORDER BY a").await,
        [["1", "x", "k=v"], ["2", "y", "a/b"], ["3", "NULL", "NULL"]]
    );
    assert_eq!(
        lake.rows("SHOW PARTITIONS t").await,
        [["p=a%2Fb"], ["p=k%3Dv"], ["p=__HIVE_DEFAULT_PARTITION__"]]
    );
    assert_eq!(
        lake.error("INSERT INTO t VALUES ('no', 'b', 'c')")
            .await
            .code
            .name(),
        "TYPE_MISMATCH"
    );
    assert_eq!(
        lake.error("INSERT INTO t VALUES (1, 'b')")
            .await
            .code
            .name(),
        "TYPE_MISMATCH"
    );
    assert_eq!(
        lake.error("INSERT INTO t (a, nope) VALUES (1, 2)")
            .await
            .code
            .name(),
        "COLUMN_NOT_FOUND"
    );
}

#[tokio::test]
async fn a_write_that_fails_leaves_neither_table_nor_files() {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("out");
    let location = format!("file://{}/", folder.display());
    let error = lake
        .error(&format!("CREATE TABLE t WITH (external_location = '{location}') AS SELECT a, 1 / (a - 3) AS b FROM (VALUES (1), (2), (3)) AS v(a)"))
        .await;
    assert_eq!(error.code.name(), "DIVISION_BY_ZERO");
    assert_eq!(lake.rows("SHOW TABLES").await, Vec::<Vec<String>>::new());
    let left = std::fs::read_dir(&folder).map_or(0, |files| files.count());
    assert_eq!(left, 0);
    lake.rows(&format!(
        "CREATE TABLE t WITH (external_location = '{location}') AS SELECT 1 AS a"
    ))
    .await;
    let again = lake
        .error(&format!(
            "CREATE TABLE u WITH (external_location = '{location}') AS SELECT 1 AS a"
        ))
        .await;
    assert_eq!(again.code.name(), "HIVE_PATH_ALREADY_EXISTS");
}

#[tokio::test]
async fn wrong_properties_and_names_are_refused() {
    let lake = TestLake::open().await;
    for (sql, code) in [
        (
            "CREATE TABLE t WITH (format = 'XML') AS SELECT 1 AS a",
            "INVALID_TABLE_PROPERTY",
        ),
        (
            "CREATE TABLE t WITH (format = 'ION') AS SELECT 1 AS a",
            "NOT_SUPPORTED",
        ),
        (
            "CREATE TABLE t WITH (colour = 'red') AS SELECT 1 AS a",
            "INVALID_TABLE_PROPERTY",
        ),
        (
            "CREATE TABLE t WITH (format = 'ORC', write_compression = 'GZIP') AS SELECT 1 AS a",
            "INVALID_TABLE_PROPERTY",
        ),
        (
            "CREATE TABLE t WITH (partitioned_by = ARRAY['a']) AS SELECT 1 AS a, 2 AS b",
            "HIVE_INVALID_METADATA",
        ),
        ("CREATE TABLE t AS SELECT 1", "MISSING_COLUMN_NAME"),
        (
            "CREATE TABLE t AS SELECT 1 AS a, 2 AS A",
            "DUPLICATE_COLUMN_NAME",
        ),
        ("CREATE TABLE t AS SELECT NULL AS a", "NOT_SUPPORTED"),
        ("CREATE TABLE t (a int)", "NOT_SUPPORTED"),
        (
            "CREATE TABLE nowhere.t AS SELECT 1 AS a",
            "SCHEMA_NOT_FOUND",
        ),
    ] {
        let error = lake.error(sql).await;
        assert_eq!(error.code.name(), code, "{sql}: {error}");
    }
}

#[tokio::test]
async fn more_partitions_than_allowed_are_refused_as_athena_does() {
    let lake = TestLake::open().await;
    let values: Vec<String> = (0..101).map(|n| format!("({n})")).collect();
    let error = lake
        .error(&format!("CREATE TABLE t WITH (partitioned_by = ARRAY['p']) AS SELECT n AS a, n AS p FROM (VALUES {}) AS v(n)", values.join(",")))
        .await;
    assert_eq!(error.code.name(), "HIVE_TOO_MANY_OPEN_PARTITIONS");
}

#[tokio::test]
async fn a_cancelled_query_says_so_and_is_in_the_history() {
    let lake = TestLake::open().await;
    let handle = lake
        .service
        .submit(prismlake_engine::QueryRequest::new("SELECT 1 AS a"));
    let id = handle.id().to_string();
    handle.canceller().cancel();
    let mut handle = handle;
    let error = handle.next().await.unwrap().unwrap_err();
    assert_eq!(error.code.name(), "USER_CANCELED");
    assert_eq!(handle.report().state.name(), "CANCELLED");
    let shown = lake
        .rows(&format!(
            "SELECT state, source FROM system.runtime.queries WHERE query_id = '{id}'"
        ))
        .await;
    assert_eq!(shown, [["CANCELLED", "shell"]]);
}

#[tokio::test]
async fn rows_are_not_lost_in_a_partition_that_lies_elsewhere() {
    let lake = TestLake::open().await;
    lake.rows("CREATE TABLE t WITH (partitioned_by = ARRAY['p']) AS SELECT 1 AS a, 1 AS p")
        .await;
    lake.rows("ALTER TABLE t ADD PARTITION (p=2) LOCATION '/nowhere/'")
        .await;
    let error = lake.error("INSERT INTO t VALUES (2, 2)").await;
    assert_eq!(error.code.name(), "NOT_SUPPORTED");
    assert_eq!(lake.rows("SELECT count(*) FROM t").await, [["1"]]);
    lake.rows("INSERT INTO t VALUES (3, 1)").await;
    assert_eq!(lake.rows("SELECT count(*) FROM t").await, [["2"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_cancelled_at_any_moment_is_whole_or_not_there() {
    let lake = TestLake::open().await;
    let mut committed = 0;
    for n in 0..60_u32 {
        let mut handle = lake.service.submit(prismlake_engine::QueryRequest::new(
            format!("CREATE TABLE t{n} WITH (partitioned_by = ARRAY['p']) AS SELECT a, a % 2 AS p FROM (VALUES (1), (2), (3)) AS v(a)"),
        ));
        let canceller = handle.canceller();
        let later = tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_micros(u64::from(n) * 500)).await;
            canceller.cancel();
        });
        let mut failed = None;
        while let Some(batch) = handle.next().await {
            failed = failed.or(batch.err());
        }
        later.await.unwrap();
        match failed {
            None => {
                committed += 1;
                assert_eq!(
                    lake.rows(&format!("SELECT count(*), sum(a) FROM t{n}"))
                        .await,
                    [["3", "6"]]
                );
            }
            Some(error) => {
                assert_eq!(error.code.name(), "USER_CANCELED", "{error}");
                let error = lake.error(&format!("SELECT * FROM t{n}")).await;
                assert_eq!(error.code.name(), "TABLE_NOT_FOUND", "{error}");
            }
        }
    }
    let tables = lake.rows("SHOW TABLES").await;
    assert_eq!(tables.len(), committed);
}
