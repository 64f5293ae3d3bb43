//! What the catalog knows of files prunes them and answers for them, and never changes an answer.

mod lake;

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use lake::spark::{TABLES, check, declare};
use lake::{TestLake, assert_from_catalog, files, s3_settings};
use parquet::arrow::ArrowWriter;
use prismlake_catalog::{CatalogStore, SqliteCatalog, TableName};
use prismlake_test_store::TestS3;

const FORMATS: [&str; 2] = ["PARQUET", "ORC"];

fn catalog(lake: &TestLake) -> SqliteCatalog {
    SqliteCatalog::open(lake.home.path().join("catalog.db")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_tells_what_it_wrote_so_that_filters_open_only_files_that_may_match() {
    let server = TestS3::start().unwrap();
    server.create_bucket("lake").unwrap();
    for (format, is_local) in [
        ("PARQUET", true),
        ("PARQUET", false),
        ("ORC", true),
        ("ORC", false),
    ] {
        let lake = TestLake::with_settings(s3_settings(&server)).await;
        let location = if is_local {
            format!("file://{}/t/", lake.home.path().display())
        } else {
            format!("s3://lake/{format}/")
        };
        lake.rows(&format!("CREATE TABLE t WITH (format = '{format}', external_location = '{location}') AS SELECT CAST(0 AS bigint) AS id, 'a0' AS txt")).await;
        for n in 1..4 {
            lake.rows(&format!(
                "INSERT INTO t VALUES ({n}0, 'a{n}'), ({n}9, 'b{n}')"
            ))
            .await;
        }
        // The listings of this S3 server have no ETags, so that what an upload answers is no version that they show.
        if !is_local {
            lake.rows("ANALYZE t").await;
        }
        for (condition, rows, opened) in [
            ("id = 25", "0", 1),
            ("id BETWEEN 20 AND 29", "2", 1),
            ("id > 10", "5", 3),
            ("id < 0", "0", 0),
            ("id IN (0, 39)", "2", 2),
            ("id = 10 OR txt = 'b3'", "2", 2),
            ("id + 1 = 11", "1", 4),
            ("txt >= 'b'", "3", 3),
            ("txt LIKE 'a0%'", "1", 2),
            ("id IS NULL", "0", 0),
            ("id IS NOT NULL", "7", 4),
            ("\"$path\" LIKE 's3://elsewhere%' AND id > 0", "0", 0),
        ] {
            let sql = format!("SELECT count(id) FROM t WHERE {condition}");
            server.reset_log();
            let (found, report) = lake.run(&sql).await.unwrap();
            assert_eq!(found, [[rows]], "{format}: {sql}");
            assert_eq!(report.files_total, Some(4), "{format}: {sql}");
            assert_eq!(report.files_scanned, Some(opened), "{format}: {sql}");
            if !is_local {
                assert_eq!(report.requests.get, server.totals().get, "{format}: {sql}");
            }
            assert!(opened > 0 || report.requests.get == 0, "{format}: {sql}");
        }
        server.reset_log();
        for sql in ["SELECT count(*) FROM t", "SELECT count(*) FROM t LIMIT 1"] {
            let (found, report) = lake.run(sql).await.unwrap();
            assert_eq!(found, [["7"]], "{format}: {sql}");
            assert_from_catalog(&report, sql);
        }
        assert_eq!(server.totals().get, 0, "{format}");
        let limited = lake
            .rows("SELECT count(*) FROM (SELECT id FROM t LIMIT 3)")
            .await;
        assert_eq!(limited, [["3"]], "{format}");
    }
}

#[tokio::test]
async fn entries_of_other_versions_are_as_none() {
    for format in FORMATS {
        let lake = TestLake::open().await;
        let folder = |name: &str| lake.home.path().join(name);
        for (name, rows) in [
            ("t", "(1), (2)"),
            ("same_size", "(3), (4)"),
            ("larger", "(5), (6), (7), (8), (1000000)"),
        ] {
            lake.rows(&format!(
                "CREATE TABLE {name} WITH (format = '{format}', write_compression = 'NONE', external_location = 'file://{}/') AS SELECT CAST(id AS bigint) AS id FROM (VALUES {rows}) AS v(id)",
                folder(name).display()
            ))
            .await;
        }
        let file = files(&folder("t")).remove(0);
        let overwritten = |name: &str| {
            std::fs::copy(files(&folder(name)).remove(0), &file).unwrap();
            std::fs::metadata(&file).unwrap().len()
        };
        let whole = "SELECT count(*), min(id), max(id) FROM t";
        assert_eq!(lake.rows(whole).await, [["2", "1", "2"]]);
        let size = std::fs::metadata(&file).unwrap().len();

        assert_eq!(overwritten("same_size"), size, "{format}");
        assert_eq!(lake.rows(whole).await, [["2", "3", "4"]], "{format}");
        assert_eq!(lake.rows("SELECT id FROM t WHERE id = 3").await, [["3"]]);
        assert_ne!(overwritten("larger"), size, "{format}");
        assert_eq!(lake.rows("SELECT count(*) FROM t").await, [["5"]]);
        assert_eq!(lake.rows("SELECT id FROM t WHERE id = 8").await, [["8"]]);

        assert_eq!(
            lake.rows("ANALYZE TABLE t COMPUTE STATISTICS").await,
            [["5"]]
        );
        let (rows, report) = lake.run("SELECT count(*) FROM t").await.unwrap();
        assert_eq!(rows, [["5"]]);
        assert_from_catalog(&report, format);

        // A file that the catalog knows nothing of is read, and the others are not.
        std::fs::copy(
            files(&folder("same_size")).remove(0),
            file.with_file_name("added"),
        )
        .unwrap();
        assert_eq!(lake.rows("SELECT count(*) FROM t").await, [["7"]]);
        let (rows, report) = lake.run("SELECT id FROM t WHERE id = 3").await.unwrap();
        assert_eq!(rows, [["3"]]);
        assert_eq!(report.files_scanned, Some(1), "{format}");

        lake.rows("ANALYZE t").await;
        std::fs::remove_file(&file).unwrap();
        let (rows, report) = lake.run("SELECT count(*) FROM t").await.unwrap();
        assert_eq!(rows, [["2"]]);
        assert_from_catalog(&report, format);
        let kept = || async {
            let uri = format!("file://{}/", folder("t").display());
            catalog(&lake).file_statistics(vec![uri]).await.unwrap()
        };
        assert_eq!(kept().await.len(), 2, "{format}");
        lake.rows("ANALYZE t").await;
        assert_eq!(kept().await.len(), 1, "{format}");

        // An entry that is wrong from its beginning, and of a version that never was.
        let mut wrong = kept().await;
        wrong[0].row_count = 77;
        wrong[0].version.push('x');
        wrong[0].columns.clear();
        catalog(&lake).put_file_statistics(wrong).await.unwrap();
        assert_eq!(lake.rows(whole).await, [["2", "3", "4"]], "{format}");
        std::fs::remove_file(file.with_file_name("added")).unwrap();
        assert_eq!(lake.rows("SELECT count(*) FROM t").await, [["0"]]);
        assert_eq!(lake.rows("ANALYZE t").await, [["0"]]);
        assert_eq!(kept().await.len(), 0, "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_is_replaced_by_one_of_its_size_is_another_version() {
    let server = TestS3::start().unwrap();
    server.create_bucket("lake").unwrap();
    let lake = TestLake::with_settings(s3_settings(&server)).await;
    let object = |ids: [i64; 2]| {
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(ids));
        let batch = RecordBatch::try_from_iter([("id", ids)]).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    };
    let (first, second) = (object([1, 2]), object([3, 4]));
    assert_eq!(first.len(), second.len());
    server.put("lake", "t/a", &first).unwrap();
    lake.rows("CREATE EXTERNAL TABLE t (id bigint) STORED AS PARQUET LOCATION 's3://lake/t/'")
        .await;
    assert_eq!(lake.rows("ANALYZE t").await, [["2"]]);
    server.reset_log();
    let none = lake.report("SELECT id FROM t WHERE id = 3").await;
    assert_eq!((none.rows, server.totals().get), (0, 0));
    server.put("lake", "t/a", &second).unwrap();
    assert_eq!(lake.rows("SELECT id FROM t WHERE id = 3").await, [["3"]]);
    assert_eq!(lake.rows("SELECT min(id) FROM t").await, [["3"]]);
}

/// Conditions over the columns of the test below, some of which files rule out.
const CONDITIONS: [&str; 36] = [
    "i8 = -5",
    "i8 > 100",
    "i32 = 7",
    "i32 >= 8",
    "i64 < -4",
    "CAST(i32 AS bigint) = 7",
    "CAST(i32 AS varchar) > '5'",
    "f32 > CAST(0.5 AS real)",
    "f32 = CAST(0 AS real)",
    "f64 > CAST(100 AS double)",
    "f64 < CAST(-1 AS double)",
    "f64 = CAST(0 AS double)",
    "isnan(f64)",
    "f64 >= CAST('Infinity' AS double)",
    "f64 IS NULL",
    "d9 = DECIMAL '7.00'",
    "d9 > 7",
    "d38 <= DECIMAL '-5.000000000000000000'",
    "flag",
    "NOT flag",
    "flag IS NULL",
    "day = DATE '2020-01-20'",
    "day > DATE '2020-01-27'",
    "ts > TIMESTAMP '2020-01-01 00:00:27'",
    "ts = TIMESTAMP '2020-01-01 00:00:20.000001'",
    "ts >= TIMESTAMP '2020-01-01 00:00:20.000002'",
    "CAST(ts AS date) = DATE '2020-01-01'",
    "txt = 'value 7'",
    "txt > 'value 7'",
    "txt LIKE 'value -%'",
    "txt IS NULL",
    "long = repeat('é', 100)",
    "long > repeat('é', 100)",
    "nothing IS NULL",
    "nothing IS NOT NULL OR i32 > 1000",
    "nothing = 3",
];

#[tokio::test]
async fn filters_over_every_type_give_what_they_give_without_entries() {
    for format in FORMATS {
        let lake = TestLake::open().await;
        let folder = lake.home.path().join("t");
        let rows = |values: &str| {
            format!(
                "SELECT CAST(x AS tinyint) AS i8, CAST(x AS integer) AS i32, CAST(x AS bigint) AS i64, CAST(x AS real) / 4 AS f32, \
                 CASE WHEN x = 9 THEN CAST('NaN' AS double) WHEN x = 8 THEN CAST('Infinity' AS double) WHEN x = 0 THEN -CAST(0 AS double) ELSE CAST(x AS double) / 3 END AS f64, \
                 CAST(x AS decimal(9,2)) AS d9, CAST(x AS decimal(38,18)) AS d38, x > 0 AS flag, \
                 CAST('2020-01-' || CAST(x + 20 AS varchar) AS date) AS day, \
                 CAST('2020-01-01 00:00:' || CAST(x + 20 AS varchar) || CASE WHEN x = 0 THEN '.000001' ELSE '' END AS timestamp) AS ts, \
                 'value ' || CAST(x AS varchar) AS txt, repeat('é', 100) || CASE WHEN x > 7 THEN CAST(x AS varchar) ELSE '' END AS long, \
                 CAST(NULL AS integer) AS nothing FROM (VALUES {values}) AS v(x)"
            )
        };
        let simple = lake.run(&rows("(1)")).await;
        let Ok(_) = simple else {
            panic!("{}", simple.unwrap_err().0);
        };
        lake.rows(&format!(
            "CREATE TABLE t WITH (format = '{format}', external_location = 'file://{}/') AS {}",
            folder.display(),
            rows("(-5), (0), (NULL)")
        ))
        .await;
        for values in ["(7), (1)", "(9), (8), (7)", "(NULL)", "(9)"] {
            lake.rows(&format!("INSERT INTO t {}", rows(values))).await;
        }
        let other = TestLake::open().await;
        let created: Vec<String> = lake.rows("SHOW CREATE TABLE t").await.concat();
        other.rows(&created.join("\n")).await;
        let questions = |condition: &str| {
            format!(
                "SELECT count(*), count(i32), sum(i32), min(f64), max(f64), min(txt), max(long), min(ts), max(day), count(nothing) FROM t WHERE {condition}"
            )
        };
        let mut unpruned = Vec::new();
        for condition in CONDITIONS {
            let (rows, report) = other.run(&questions(condition)).await.unwrap();
            assert_eq!(report.files_scanned, Some(5), "{format}: {condition}");
            unpruned.push(rows);
        }
        let whole = other.rows(&questions("true")).await;
        assert_eq!(other.rows("ANALYZE TABLE t").await, [["10"]]);
        for known in [&lake, &other] {
            let mut pruning = 0;
            for (condition, expected) in CONDITIONS.iter().zip(&unpruned) {
                let (rows, report) = known.run(&questions(condition)).await.unwrap();
                assert_eq!(rows, *expected, "{format}: {condition}");
                pruning += usize::from(report.files_scanned < Some(5));
            }
            assert!(pruning > CONDITIONS.len() / 2, "{format}: {pruning}");
            assert_eq!(known.rows(&questions("true")).await, whole, "{format}");
        }
    }
}

#[tokio::test]
async fn sparks_figures_stay_what_they_are() {
    let lake = TestLake::open().await;
    let base = format!("file://{}/lakes/spark/", lake::shared().display());
    for table in TABLES {
        declare(&lake, table, &base).await;
        let analyze = format!("ANALYZE TABLE {} COMPUTE STATISTICS", table.name);
        if table.stored.contains("SERDE") {
            assert_eq!(lake.error(&analyze).await.code.name(), "NOT_SUPPORTED");
            continue;
        }
        lake.rows(&analyze).await;
        check(&lake, table.name, table.figures).await;
        let sql = format!("SELECT count(*), max(dt) FROM {}", table.name);
        assert_from_catalog(&lake.report(&sql).await, &sql);
    }
}

#[tokio::test]
async fn columns_that_were_widened_are_pruned_by_what_their_files_hold() {
    for format in FORMATS {
        let lake = TestLake::open().await;
        lake.rows(&format!(
            "CREATE TABLE t WITH (format = '{format}', partitioned_by = ARRAY['p']) AS \
             SELECT CAST(7 AS integer) AS a, CAST(1.5 AS real) AS b, CAST(12.34 AS decimal(9,2)) AS c, CAST(42 AS integer) AS d, 1 AS p"
        ))
        .await;
        let catalog = catalog(&lake);
        let name = TableName::new("default", "t").unwrap();
        let mut table = catalog.table(&name).await.unwrap().unwrap();
        let wider = ["bigint", "double", "decimal(20,4)", "string"];
        for (column, wider) in table.storage_descriptor.columns.iter_mut().zip(wider) {
            *column = prismlake_catalog::Column::new(&column.name, wider);
        }
        catalog.update_table(table, None).await.unwrap();
        lake.rows("INSERT INTO t SELECT 8000000000, 2.5, CAST(5 AS decimal(20,4)), '5', 2")
            .await;
        for (condition, rows, opened) in [
            ("a = 7", "1", 1),
            ("a > 7", "1", 1),
            ("a > 8000000000", "0", 0),
            ("b < 2", "1", 1),
            ("c = DECIMAL '12.34'", "1", 1),
            ("c < 1", "0", 0),
            // Of numbers as text nothing is known: '5' comes after '42'.
            ("d > '41'", "2", 2),
            ("d = '42'", "1", 2),
        ] {
            let sql = format!("SELECT count(a) FROM t WHERE {condition}");
            let (found, report) = lake.run(&sql).await.unwrap();
            assert_eq!(found, [[rows]], "{format}: {sql}");
            assert!(report.files_scanned <= Some(opened), "{format}: {sql}");
        }
        let (rows, report) = lake
            .run("SELECT p, count(*) FROM t GROUP BY p ORDER BY 1")
            .await
            .unwrap();
        assert_eq!(rows, [["1", "1"], ["2", "1"]], "{format}");
        assert_from_catalog(&report, format);
        assert_eq!(
            lake.rows("SELECT min(d), max(d), min(a), max(c) FROM t")
                .await,
            [["42", "5", "7", "12.3400"]],
            "{format}"
        );
        assert_eq!(
            lake.rows("SELECT count(d), count(*) FROM t").await,
            [["2", "2"]]
        );
    }
}

#[tokio::test]
async fn columns_that_go_by_their_places_are_not_told_by_names() {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("t");
    lake.rows(&format!("CREATE TABLE t WITH (format = 'ORC', external_location = 'file://{}/') AS SELECT 1 AS a, 100 AS b", folder.display())).await;
    lake.rows(&format!(
        "CREATE EXTERNAL TABLE swapped (b bigint, a bigint) ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.orc.OrcSerde' WITH SERDEPROPERTIES ('orc.column.index.access'='true') STORED AS ORC LOCATION 'file://{}/'",
        folder.display()
    ))
    .await;
    lake.rows("ANALYZE swapped").await;
    assert_eq!(
        lake.rows("SELECT b, a FROM swapped WHERE b = 1").await,
        [["1", "100"]]
    );
    assert_eq!(
        lake.rows("SELECT b, a FROM swapped WHERE a > 50").await,
        [["1", "100"]]
    );
    let name = TableName::new("default", "swapped").unwrap();
    let figures = catalog(&lake).column_statistics(&name, None).await.unwrap();
    assert_eq!(figures, []);
}

#[tokio::test]
async fn analyze_takes_partitions_and_columns_and_leaves_figures_in_the_catalog() {
    let lake = TestLake::open().await;
    let folder = lake.home.path().join("t");
    lake.rows(&format!(
        "CREATE TABLE source WITH (external_location = 'file://{}/', partitioned_by = ARRAY['p', 'q']) AS SELECT * FROM (VALUES (1, 1.5, DATE '2026-01-02', 'x', 1, 'k'), (NULL, 2.5, NULL, 'y', 2, 'k'), (3, 0.5, DATE '2026-01-03', 'z', 2, NULL)) AS v(a, b, c, d, p, q)",
        folder.display()
    ))
    .await;
    lake.rows(&format!(
        "CREATE EXTERNAL TABLE t (a bigint, b decimal(2,1), c date, d string) PARTITIONED BY (p bigint, q string) STORED AS PARQUET LOCATION 'file://{}/'",
        folder.display()
    ))
    .await;
    lake.rows("MSCK REPAIR TABLE t").await;
    for (sql, rows) in [
        ("ANALYZE TABLE t PARTITION (p = 2) COMPUTE STATISTICS", "2"),
        (
            "ANALYZE TABLE t PARTITION (p = '2', q) COMPUTE STATISTICS FOR COLUMNS",
            "2",
        ),
        (
            "ANALYZE TABLE t PARTITION (q = '__HIVE_DEFAULT_PARTITION__')",
            "1",
        ),
        ("ANALYZE TABLE default.t PARTITION (p = 7)", "0"),
        (
            "ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS a, b, c",
            "3",
        ),
        ("analyze t", "3"),
    ] {
        let (found, report) = lake.run(sql).await.unwrap();
        assert_eq!(found, [[rows]], "{sql}");
        assert_eq!(report.statement_type, Some("ANALYZE_TABLE"), "{sql}");
        assert_eq!(report.cost_usd, 0.0, "{sql}");
    }
    for (sql, code) in [
        ("ANALYZE TABLE nope", "TABLE_NOT_FOUND"),
        ("ANALYZE TABLE t PARTITION (x = 1)", "COLUMN_NOT_FOUND"),
        (
            "ANALYZE TABLE t PARTITION (p = 'x')",
            "HIVE_INVALID_PARTITION_VALUE",
        ),
        (
            "ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS nope",
            "COLUMN_NOT_FOUND",
        ),
        ("ANALYZE TABLE t COMPUTE", "SYNTAX_ERROR"),
        (
            "ANALYZE t WITH (partitions = ARRAY[ARRAY['1']])",
            "NOT_SUPPORTED",
        ),
    ] {
        assert_eq!(lake.error(sql).await.code.name(), code, "{sql}");
    }
    assert_eq!(lake.rows("SHOW TBLPROPERTIES t ('numRows')").await, [["3"]]);
    assert_eq!(
        lake.rows("SHOW TBLPROPERTIES t ('numFiles')").await,
        [["3"]]
    );
    let name = TableName::new("default", "t").unwrap();
    let figures = catalog(&lake).column_statistics(&name, None).await.unwrap();
    let figures = serde_json::to_value(figures).unwrap();
    let column = |name: &str| {
        let found = figures.as_array().unwrap().iter();
        let mut found = found.filter(|column| column["ColumnName"] == name);
        found.next().unwrap()["StatisticsData"].clone()
    };
    assert_eq!(
        column("a")["LongColumnStatisticsData"],
        serde_json::json!({"MinimumValue": 1, "MaximumValue": 3, "NumberOfNulls": 1, "NumberOfDistinctValues": 2})
    );
    assert_eq!(
        column("c")["DateColumnStatisticsData"]["MinimumValue"],
        1_767_312_000
    );
    assert_eq!(
        column("b")["DecimalColumnStatisticsData"]["MaximumValue"],
        serde_json::json!({"UnscaledValue": "GQ==", "Scale": 1})
    );
    let stranger = folder.join("p=1/q=k/broken");
    std::fs::write(&stranger, b"no footer here").unwrap();
    let error = lake.error("ANALYZE t").await;
    assert_eq!(error.code.name(), "HIVE_BAD_DATA");
    assert!(error.message.contains("broken"), "{error}");
}
