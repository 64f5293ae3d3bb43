//! CTAS with buckets: each row lies in the file of its bucket, by Hive's hash, and the table says so.

mod lake;

use std::collections::{BTreeMap, BTreeSet};

use lake::TestLake;
use prismlake_engine::Settings;

/// The bucket in the name of a row's file, as Hive and Trino read it.
fn bucket_of(path: &str) -> u32 {
    let name = path.rsplit_once('/').unwrap().1;
    let (number, rest) = name.split_once('_').unwrap();
    assert!(number.len() == 6 && rest.starts_with("0_"), "{name}");
    number.parse().unwrap()
}

#[tokio::test]
async fn rows_lie_in_the_buckets_of_their_hashes() {
    for format in ["PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE"] {
        let lake = TestLake::open().await;
        let values: Vec<String> = (0..200).map(|n| format!("({n})")).collect();
        lake.rows(&format!(
            "CREATE TABLE t WITH (format = '{format}', partitioned_by = ARRAY['p'], bucketed_by = ARRAY['ID'], bucket_count = 4) AS \
             SELECT CAST(n AS bigint) AS id, CAST(n AS varchar) AS txt, n % 3 AS p FROM (VALUES {}) AS v(n)",
            values.join(", ")
        ))
        .await;
        let rows = lake
            .rows("SELECT id, p, \"$path\", \"$bucket\", \"$partition\" FROM t")
            .await;
        assert_eq!(rows.len(), 200, "{format}");
        let mut files: BTreeMap<(String, u32), BTreeSet<String>> = BTreeMap::new();
        for row in rows {
            let bucket = bucket_of(&row[2]);
            assert_eq!(bucket, row[0].parse::<u32>().unwrap() % 4, "{row:?}");
            assert_eq!(row[3], bucket.to_string(), "{row:?}");
            assert_eq!(row[4], format!("p={}", row[1]), "{row:?}");
            files
                .entry((row[1].clone(), bucket))
                .or_default()
                .insert(row[2].clone());
        }
        assert_eq!(files.len(), 12, "{format}");
        assert!(files.values().all(|files| files.len() == 1), "{files:?}");
        let ddl = lake.rows("SHOW CREATE TABLE t").await.concat().join("\n");
        assert!(
            ddl.contains("CLUSTERED BY ( \n  id) \nINTO 4 BUCKETS\n"),
            "{ddl}"
        );
        assert_eq!(
            lake.error("INSERT INTO t VALUES (1, 'x', 1)")
                .await
                .code
                .name(),
            "NOT_SUPPORTED"
        );
    }
}

#[tokio::test]
async fn null_texts_and_several_columns_have_their_buckets() {
    let lake = TestLake::open().await;
    lake.rows(
        "CREATE TABLE t WITH (bucketed_by = ARRAY['txt'], bucket_count = 1000) AS \
         SELECT * FROM (VALUES ('test string'), (CAST(NULL AS varchar)), (''), ('\u{5f3a}\u{5927}\u{7684}Trino\u{5f15}\u{64ce}')) AS v(txt)",
    )
    .await;
    for row in lake.rows("SELECT txt, \"$path\" FROM t").await {
        let hash = match row[0].as_str() {
            "test string" => -318_923_937,
            "" | "NULL" => 0,
            _ => 1_688_501_507,
        };
        let expected = u32::try_from((hash & i32::MAX) % 1000).unwrap();
        assert_eq!(bucket_of(&row[1]), expected, "{row:?}");
    }
    lake.rows(
        "CREATE TABLE u WITH (bucketed_by = ARRAY['a', 'b', 'c'], bucket_count = 16) AS \
         SELECT 1 AS a, CAST('two' AS varchar) AS b, true AS c, ARRAY[1] AS d",
    )
    .await;
    let path = lake.rows("SELECT \"$path\" FROM u").await.concat();
    assert_eq!(bucket_of(&path[0]), 6);
}

#[tokio::test]
async fn buckets_count_against_the_limit_of_open_files() {
    let mut settings = Settings::default();
    settings.limits.open_partitions_max = 5;
    let lake = TestLake::with_settings(settings).await;
    let create = |name: &str, buckets: u32| {
        format!(
            "CREATE TABLE {name} WITH (partitioned_by = ARRAY['p'], bucketed_by = ARRAY['a'], bucket_count = {buckets}) AS \
             SELECT a, p FROM (VALUES (1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2)) AS v(a, p)"
        )
    };
    let error = lake.error(&create("t", 3)).await;
    assert_eq!(error.code.name(), "HIVE_TOO_MANY_OPEN_PARTITIONS");
    assert!(error.message.contains("partitions/buckets"), "{error}");
    lake.rows(&create("t", 2)).await;
}
