//! DDL through SQL: what is declared is what is shown, and what is shown declares the same again.

mod lake;

use lake::TestLake;

#[tokio::test]
async fn show_create_table_declares_the_same_table() {
    let lake = TestLake::open().await;
    lake.rows("CREATE DATABASE `shop` COMMENT 'it''s' LOCATION 's3://lake/shop/'")
        .await;
    for ddl in [
        "CREATE EXTERNAL TABLE shop.t (`date` date COMMENT 'a day', x array<struct<a:int,b:map<string,double>>>) PARTITIONED BY (`p` string COMMENT 'key') STORED AS ORC LOCATION 's3://lake/t/' TBLPROPERTIES ('a\\'b'='c\\\\d\\n', 'é'='東京')",
        "CREATE EXTERNAL TABLE shop.t (a int, b decimal(9,2)) COMMENT 'what' ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY '|' MAP KEYS TERMINATED BY ':' NULL DEFINED AS 'n/a' LOCATION 's3://lake/t/'",
        "CREATE EXTERNAL TABLE shop.t (a int) CLUSTERED BY (a) SORTED BY (a DESC) INTO 4 BUCKETS STORED AS PARQUET LOCATION 's3://lake/t'",
        "CREATE EXTERNAL TABLE shop.t (a string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('mapping.a'='A', 'ignore.malformed.json'='true') LOCATION 's3://lake/t/'",
    ] {
        lake.rows(ddl).await;
        let shown = lake
            .rows("SHOW CREATE TABLE shop.t")
            .await
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n");
        lake.rows("DROP TABLE shop.t").await;
        lake.rows(&shown).await;
        let again = lake
            .rows("SHOW CREATE TABLE `shop`.`t`")
            .await
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(shown, again);
        lake.rows("DROP TABLE `shop.t`").await;
    }
}

#[tokio::test]
async fn databases_are_made_listed_and_dropped() {
    let lake = TestLake::open().await;
    lake.rows("CREATE SCHEMA IF NOT EXISTS sales").await;
    assert_eq!(
        lake.error("CREATE DATABASE SALES").await.code.name(),
        "SCHEMA_ALREADY_EXISTS"
    );
    lake.rows("CREATE DATABASE IF NOT EXISTS sales").await;
    assert_eq!(lake.rows("SHOW DATABASES").await, [["default"], ["sales"]]);
    assert_eq!(lake.rows("SHOW SCHEMAS LIKE 'sa*'").await, [["sales"]]);
    lake.rows("CREATE EXTERNAL TABLE sales.t (a int) STORED AS PARQUET LOCATION 's3://lake/t/'")
        .await;
    assert_eq!(lake.rows("SHOW TABLES IN sales").await, [["t"]]);
    assert_eq!(
        lake.error("DROP DATABASE sales").await.code.name(),
        "SCHEMA_NOT_EMPTY"
    );
    lake.rows("DROP DATABASE sales CASCADE").await;
    lake.rows("DROP DATABASE IF EXISTS sales").await;
    assert_eq!(
        lake.error("DROP DATABASE sales").await.code.name(),
        "SCHEMA_NOT_FOUND"
    );
}

#[tokio::test]
async fn partitions_are_added_shown_and_dropped() {
    let lake = TestLake::open().await;
    lake.rows("CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (dt date, n int) STORED AS PARQUET LOCATION 's3://lake/t/'").await;
    lake.rows("ALTER TABLE t ADD PARTITION (dt='2026-01-01', n=1) PARTITION (n=2, dt='2026-01-01') LOCATION 's3://lake/elsewhere/'").await;
    assert_eq!(
        lake.error("ALTER TABLE t ADD PARTITION (dt='2026-01-01', n=1)")
            .await
            .code
            .name(),
        "ALREADY_EXISTS"
    );
    lake.rows("ALTER TABLE t ADD IF NOT EXISTS PARTITION (dt='2026-01-01', n=1)")
        .await;
    assert_eq!(
        lake.error("ALTER TABLE t ADD PARTITION (dt='soon', n=1)")
            .await
            .code
            .name(),
        "HIVE_INVALID_PARTITION_VALUE"
    );
    lake.rows("ALTER TABLE t ADD PARTITION (dt='2026-01-02', n=10)")
        .await;
    assert_eq!(
        lake.rows("SHOW PARTITIONS t").await,
        [
            ["dt=2026-01-01/n=1"],
            ["dt=2026-01-01/n=2"],
            ["dt=2026-01-02/n=10"]
        ]
    );
    lake.rows("ALTER TABLE t DROP PARTITION (dt='2026-01-01', n > 1)")
        .await;
    assert_eq!(lake.rows("SHOW PARTITIONS t").await.len(), 2);
    assert_eq!(
        lake.error("ALTER TABLE t DROP PARTITION (n=77)")
            .await
            .code
            .name(),
        "NOT_FOUND"
    );
    lake.rows("ALTER TABLE t DROP IF EXISTS PARTITION (n=77)")
        .await;
    assert_eq!(lake.rows("SHOW COLUMNS IN t").await, [["a"], ["dt"], ["n"]]);
    assert_eq!(lake.rows("DESCRIBE t").await[0], ["a", "int", ""]);
}
