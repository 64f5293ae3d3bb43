//! Questions about partition keys alone are answered by what the catalog knows of files, as they are by the files themselves.

mod lake;

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use lake::{TestLake, assert_from_catalog, files};
use parquet::arrow::ArrowWriter;

const FORMATS: [&str; 2] = ["PARQUET", "ORC"];

const KEY_QUERIES: [&str; 22] = [
    "SELECT count(NULL), count(*), min(NULL), count(p + NULL) FROM t",
    "SELECT count(CASE WHEN p > 0 THEN dt END), p > 0 FROM t GROUP BY 2 ORDER BY 2",
    "SELECT DISTINCT dt FROM t ORDER BY 1",
    "SELECT DISTINCT dt, p FROM t ORDER BY 1, 2",
    "SELECT max(dt), min(dt), count(*) FROM t",
    "SELECT max(p), min(p), count(p), count(1) FROM t",
    "SELECT p, count(*) FROM t GROUP BY p ORDER BY 1",
    "SELECT dt, count(*), max(p), count(p) FROM t GROUP BY dt ORDER BY 1",
    "SELECT count(DISTINCT dt) FROM t",
    "SELECT count(DISTINCT p), max(p) FROM t",
    "SELECT day(dt), count(*) FROM t GROUP BY 1 ORDER BY 1",
    "SELECT min(CAST(p AS varchar)), max(CAST(p AS varchar)) FROM t",
    "SELECT min(s), max(s) FROM (SELECT CAST(p AS varchar) AS s FROM t)",
    "SELECT count(*) FROM t WHERE dt > DATE '2026-01-01'",
    "SELECT DISTINCT p FROM t WHERE p IN (5, 10) ORDER BY 1",
    "SELECT max(dt) FROM t WHERE p IS NULL",
    "SELECT p, count(*) AS c FROM t GROUP BY p HAVING count(*) > 1 ORDER BY 2, 1",
    "SELECT count(*) FROM t WHERE dt = DATE '1999-01-01'",
    "SELECT count(*) + 1, p + 1 FROM t GROUP BY p ORDER BY 2",
    "SELECT dt, p, count(*) FROM t GROUP BY GROUPING SETS ((dt), (p)) ORDER BY 1, 2",
    "SELECT p, count(*) FILTER (WHERE p > 5) FROM t GROUP BY p ORDER BY 1",
    "SELECT dt FROM t ORDER BY 1",
];

#[tokio::test]
async fn questions_about_keys_alone_are_answered_without_opening_a_file() {
    for format in FORMATS {
        let lake = TestLake::open().await;
        let folder = lake.home.path().join("t");
        let create = |name: &str| {
            format!(
                "CREATE EXTERNAL TABLE {name} (id bigint, note string) PARTITIONED BY (dt date, p int) STORED AS {format} LOCATION 'file://{}/'",
                folder.display()
            )
        };
        lake.rows(&create("t")).await;
        lake.rows("INSERT INTO t VALUES (1, 'x', DATE '2026-01-01', 5), (2, NULL, DATE '2026-01-01', 5), (3, 'y', DATE '2026-01-02', 10), (4, 'z', NULL, NULL)").await;
        lake.rows(
            "INSERT INTO t VALUES (5, 'x', DATE '2026-01-01', 5), (6, 'y', DATE '2026-01-03', -7)",
        )
        .await;
        if format == "PARQUET" {
            // A file without rows says nothing of its partition's keys.
            let ids: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
            let batch = RecordBatch::try_from_iter([("id", ids)]).unwrap();
            let empty = folder.join("dt=2027-01-01/p=99");
            std::fs::create_dir_all(&empty).unwrap();
            let file = std::fs::File::create(empty.join("empty")).unwrap();
            let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            lake.rows("MSCK REPAIR TABLE t").await;
        }
        // A catalog of its own knows nothing of the files.
        let other = TestLake::open().await;
        other.rows(&create("t")).await;
        other.rows("MSCK REPAIR TABLE t").await;
        let mut expected = Vec::new();
        for sql in KEY_QUERIES {
            expected.push(other.rows(sql).await);
        }
        for known in [&lake, &other] {
            assert_eq!(known.rows("ANALYZE t").await, [["6"]], "{format}");
            for (place, (sql, expected)) in KEY_QUERIES.iter().zip(&expected).enumerate() {
                let (rows, report) = known.run(sql).await.unwrap();
                assert_eq!(rows, *expected, "{format}: {sql}");
                if place < KEY_QUERIES.len() - 3 && !sql.contains("1999") {
                    assert_from_catalog(&report, &format!("{format}: {sql}"));
                }
            }
            let by_file = known
                .rows("SELECT sum(c), count(*) FROM (SELECT \"$path\", count(*) AS c FROM t GROUP BY \"$path\")")
                .await;
            assert_eq!(by_file, [["6", "5"]], "{format}");
            let plan = known
                .rows("EXPLAIN SELECT dt, count(*) FROM t GROUP BY dt")
                .await;
            let plan: Vec<String> = plan.concat();
            assert!(!plan.concat().contains("mode=Partial"), "{plan:?}");
        }
        // One file of which nothing is known, and all of them are asked.
        let added = files(&folder).remove(0);
        std::fs::copy(&added, added.with_file_name("added")).unwrap();
        let report = other.report("SELECT DISTINCT dt FROM t").await;
        assert!(report.files_scanned > Some(0), "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_on_keys_opens_the_files_of_the_partitions_that_it_needs() {
    let lake = TestLake::open().await;
    lake.rows("CREATE TABLE t WITH (partitioned_by = ARRAY['p']) AS SELECT n AS a, n AS p FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8)) AS v(n)")
        .await;
    lake.rows("CREATE TABLE wanted AS SELECT n AS p, 'x' AS label FROM (VALUES (2), (7)) AS v(n)")
        .await;
    let sql =
        "SELECT sum(t.a), count(*) FROM t JOIN wanted ON t.p = wanted.p WHERE wanted.label = 'x'";
    let mut scanned = Vec::new();
    for _ in 0..5 {
        let (rows, report) = lake.run(sql).await.unwrap();
        assert_eq!(rows, [["9", "2"]]);
        scanned.push((report.files_scanned, report.data_scanned_bytes));
    }
    assert_eq!(scanned[0].0, Some(3), "two partitions, and the other table");
    assert!(scanned.iter().all(|run| *run == scanned[0]), "{scanned:?}");
}
