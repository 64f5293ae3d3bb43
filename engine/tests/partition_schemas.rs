//! Partitions that were declared otherwise than their table is now.

mod lake;

use lake::TestLake;
use prismlake_catalog::{CatalogStore, SqliteCatalog, TableName};

/// Changes the types of a table's columns, as a catalog's client may: its partitions keep theirs.
async fn redeclare(lake: &TestLake, table: &str, types: &[(&str, &str)]) {
    let catalog = lake.home.path().join("catalog.db");
    let catalog = SqliteCatalog::open(catalog).unwrap();
    let name = TableName::new("default", table).unwrap();
    let mut table = catalog.table(&name).await.unwrap().unwrap();
    for (column, hive_type) in types {
        let place = table
            .storage_descriptor
            .columns
            .iter()
            .position(|known| known.name == *column)
            .unwrap();
        table.storage_descriptor.columns[place] =
            prismlake_catalog::Column::new(column, *hive_type);
    }
    catalog.update_table(table, None).await.unwrap();
}

#[tokio::test]
async fn a_wider_type_reads_what_narrower_partitions_hold() {
    for format in ["PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE"] {
        let lake = TestLake::open().await;
        lake.rows(&format!(
            "CREATE TABLE t WITH (format = '{format}', partitioned_by = ARRAY['p']) AS \
             SELECT CAST(7 AS integer) AS a, CAST(1.5 AS real) AS b, CAST(12.34 AS decimal(9,2)) AS c, CAST(42 AS integer) AS d, 'x' AS e, 1 AS p"
        ))
        .await;
        let wider = [
            ("a", "bigint"),
            ("b", "double"),
            ("c", "decimal(20,4)"),
            ("d", "string"),
        ];
        redeclare(&lake, "t", &wider).await;
        lake.rows("INSERT INTO t SELECT 8000000000, 2.5, CAST(5 AS decimal(20,4)), 'text', 'y', 2")
            .await;
        assert_eq!(
            lake.rows("SELECT a, b, c, d, e, p FROM t WHERE a > 0 ORDER BY p")
                .await,
            [
                ["7", "1.5", "12.3400", "42", "x", "1"],
                ["8000000000", "2.5", "5.0000", "text", "y", "2"]
            ],
            "{format}"
        );
        assert_eq!(
            lake.rows("SELECT d FROM t WHERE p = 1").await,
            [["42"]],
            "{format}"
        );
        assert_eq!(
            lake.rows("SELECT count(*) FROM t WHERE d = '42'").await,
            [["1"]],
            "{format}"
        );
    }
}

#[tokio::test]
async fn types_that_do_not_fit_are_a_mismatch_that_names_column_and_partition() {
    let lake = TestLake::open().await;
    lake.rows("CREATE TABLE t WITH (partitioned_by = ARRAY['p']) AS SELECT CAST('x' AS varchar) AS a, 1 AS p")
        .await;
    redeclare(&lake, "t", &[("a", "date")]).await;
    let error = lake.error("SELECT a FROM t").await;
    assert_eq!(error.code.name(), "HIVE_PARTITION_SCHEMA_MISMATCH");
    for part in ["'a'", "'date'", "'string'", "p=1"] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn structs_without_any_declared_field_are_structs_of_nulls() {
    for format in ["PARQUET", "ORC", "AVRO"] {
        let lake = TestLake::open().await;
        lake.rows(&format!(
            "CREATE TABLE t WITH (format = '{format}') AS SELECT 1 AS a, named_struct('old', 5) AS s"
        ))
        .await;
        redeclare(&lake, "t", &[("s", "struct<added:int>")]).await;
        assert_eq!(
            lake.rows("SELECT a, s.added, s IS NULL FROM t").await,
            [["1", "NULL", "false"]],
            "{format}"
        );
    }
}
