//! DDL through SQL: what is declared is what is shown, and what is shown declares the same again.

mod lake;

use lake::TestLake;
use prismlake_catalog::{Column, StorageDescriptor, Table, TableName, TableType};
use prismlake_engine::{LINE_COLUMNS, QueryRequest};

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
    assert_eq!(
        lake.rows("SHOW COLUMNS IN t").await,
        [
            ["a                   "],
            ["dt                  "],
            ["n                   "]
        ]
    );
}

#[tokio::test]
async fn described_tables_are_lines_as_hive_lays_them_out() {
    let lake = TestLake::open().await;
    lake.rows("CREATE EXTERNAL TABLE t (id bigint, `much_longer_than_twenty` struct<a:int> COMMENT 'x') PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://lake/t/'").await;
    let plain = [
        "id                  \tbigint              \t                    ",
        "much_longer_than_twenty\tstruct<a:int>       \tx                   ",
        "dt                  \tstring              \t                    ",
        "\t \t ",
        "# Partition Information\t \t ",
        "# col_name            \tdata_type           \tcomment             ",
        "\t \t ",
        "dt                  \tstring              \t                    ",
    ];
    let described = lake.rows("DESCRIBE t").await.concat();
    assert_eq!(described, plain);
    let formatted = lake.rows("DESCRIBE FORMATTED default.t").await.concat();
    for expected in [
        "# Detailed Table Information\t \t ",
        "Database:           \tdefault             \t ",
        "LastAccessTime:     \tUNKNOWN             \t ",
        "Location:           \ts3://lake/t/        \t ",
        "Table Type:         \tEXTERNAL_TABLE      \t ",
        "Table Parameters:\t \t ",
        "\tEXTERNAL            \tTRUE                ",
        "# Storage Information\t \t ",
        "Compressed:         \tNo                  \t ",
        "Num Buckets:        \t-1                  \t ",
        "Bucket Columns:     \t[]                  \t ",
        "\tserialization.format\t1                   ",
    ] {
        assert!(
            formatted.iter().any(|line| line == expected),
            "{expected:?} in {formatted:#?}"
        );
    }
    let extended = lake.rows("DESC EXTENDED t").await.concat();
    assert!(
        extended.last().unwrap().starts_with(
            "Detailed Table Information\tTable(tableName:t, dbName:default, owner:null, createTime:"
        ),
        "{extended:#?}"
    );
    lake.rows("ALTER TABLE t ADD PARTITION (dt = 'x')").await;
    let partition = lake
        .rows("DESCRIBE FORMATTED t PARTITION (dt = 'x')")
        .await
        .concat();
    for expected in [
        "# Detailed Partition Information\t \t ",
        "Partition Value:    \t[x]                 \t ",
        "Location:           \ts3://lake/t/dt=x/   \t ",
    ] {
        assert!(
            partition.iter().any(|line| line == expected),
            "{expected:?} in {partition:#?}"
        );
    }
    assert_eq!(
        lake.error("DESCRIBE t PARTITION (dt = 'y')")
            .await
            .code
            .name(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn show_create_table_prints_what_athena_prints() {
    let lake = TestLake::open().await;
    lake.rows("CREATE EXTERNAL TABLE t (a int, b string COMMENT 'it''s') COMMENT 'what' PARTITIONED BY (dt string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\\\' LOCATION 's3://lake/t' TBLPROPERTIES ('transient_lastDdlTime'='1', 'has_encrypted_data'='false')").await;
    assert_eq!(
        lake.rows("SHOW CREATE TABLE `default.t`")
            .await
            .concat()
            .join("\n"),
        r"CREATE EXTERNAL TABLE `default.t`(
  `a` int COMMENT '', 
  `b` string COMMENT 'its')
COMMENT 'what'
PARTITIONED BY ( 
  `dt` string COMMENT '')
ROW FORMAT DELIMITED 
  FIELDS TERMINATED BY ',' 
  ESCAPED BY '\\' 
STORED AS INPUTFORMAT 
  'org.apache.hadoop.mapred.TextInputFormat' 
OUTPUTFORMAT 
  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
  's3://lake/t'
TBLPROPERTIES (
  'has_encrypted_data'='false', 
  'transient_lastDdlTime'='1')"
    );
    lake.rows("CREATE EXTERNAL TABLE j (a int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/j/' TBLPROPERTIES ('transient_lastDdlTime'='1')").await;
    assert_eq!(
        lake.rows("SHOW CREATE TABLE j").await.concat().join("\n"),
        "CREATE EXTERNAL TABLE `j`(
  `a` int COMMENT 'from deserializer')
ROW FORMAT SERDE \n  'org.openx.data.jsonserde.JsonSerDe' \nSTORED AS INPUTFORMAT \n  'org.apache.hadoop.mapred.TextInputFormat' \nOUTPUTFORMAT \n  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
  's3://lake/j/'
TBLPROPERTIES (
  'transient_lastDdlTime'='1')"
    );
}

#[tokio::test]
async fn views_are_shown_described_and_not_altered() {
    let lake = TestLake::open().await;
    let name = TableName::new("default", "seen").unwrap();
    let view = Table {
        table_type: TableType::VirtualView,
        storage_descriptor: StorageDescriptor {
            columns: vec![
                Column::new("n", "decimal(9,2)"),
                Column::new("s", "struct<a:array<int>>"),
            ],
            ..StorageDescriptor::default()
        },
        ..Table::external(&name)
    };
    lake.service.catalog().create_table(view).await.unwrap();
    lake.rows("CREATE EXTERNAL TABLE stored (a int) STORED AS ORC LOCATION 's3://lake/t/'")
        .await;
    assert_eq!(lake.rows("SHOW TABLES").await, [["seen"], ["stored"]]);
    assert_eq!(
        lake.rows("SHOW TABLES IN default '*or*'").await,
        [["stored"]]
    );
    assert_eq!(lake.rows("SHOW VIEWS").await, [["seen"]]);
    assert_eq!(
        lake.rows("SHOW VIEWS IN default LIKE 'se*|x'").await,
        [["seen"]]
    );
    assert!(
        lake.rows("SHOW VIEWS IN default LIKE 'st*'")
            .await
            .is_empty()
    );
    assert_eq!(lake.rows("DESCRIBE seen").await.len(), 2);
    assert_eq!(
        lake.rows("DESCRIBE seen s").await,
        [["a                   \tarray<int>          \tfrom deserializer   "]]
    );
    assert_eq!(
        lake.rows("DESCRIBE seen s.a.'$elem$'").await,
        [["$elem$              \tint                 \tfrom deserializer   "]]
    );
    for refused in [
        "DROP TABLE seen",
        "ALTER TABLE seen ADD COLUMNS (x int)",
        "ALTER TABLE seen ADD PARTITION (x = 1)",
        "SHOW CREATE TABLE seen",
        "SHOW PARTITIONS seen",
        "MSCK REPAIR TABLE seen",
    ] {
        assert_eq!(
            lake.error(refused).await.code.name(),
            "NOT_SUPPORTED",
            "{refused}"
        );
    }
}

#[tokio::test]
async fn lines_of_several_columns_name_them_in_their_schema() {
    let lake = TestLake::open().await;
    lake.rows("CREATE EXTERNAL TABLE t (a int) STORED AS ORC LOCATION 's3://lake/t/'")
        .await;
    for (statement, columns) in [
        ("DESCRIBE t", "col_name\tdata_type\tcomment"),
        ("SHOW TBLPROPERTIES t", "prpt_name\tprpt_value"),
    ] {
        let schema = lake
            .service
            .describe(QueryRequest::new(statement))
            .await
            .unwrap()
            .schema;
        assert_eq!(schema.metadata()[LINE_COLUMNS], columns);
    }
}
