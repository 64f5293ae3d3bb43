//! The embedded catalog: opened by many at once, its partitions found by typed conditions, its writes seen whole.

use std::sync::Arc;

use futures::TryStreamExt;
use prismlake_catalog::partition_predicate::Comparison;
use prismlake_catalog::store::DropBehavior;
use prismlake_catalog::writes::AbortOutcome;
use prismlake_catalog::{
    CatalogError, CatalogStore, Column, Database, DatabaseName, Partition, PartitionLiteral,
    PartitionPredicate, SqliteCatalog, StorageDescriptor, Table, TableName, WriteCommit,
    WriteIntent,
};

fn name(table: &str) -> TableName {
    TableName::new("default", table).unwrap()
}

fn partitioned(table: &str) -> Table {
    Table {
        partition_keys: vec![Column::new("dt", "date"), Column::new("n", "int")],
        ..Table::external(&name(table))
    }
}

fn partition(dt: &str, n: &str) -> Partition {
    let values = vec![dt.to_owned(), n.to_owned()];
    Partition::new(
        values,
        &StorageDescriptor::default(),
        format!("s3://lake/{dt}/{n}/"),
    )
}

fn open() -> (tempfile::TempDir, SqliteCatalog) {
    let folder = tempfile::tempdir().unwrap();
    let catalog = SqliteCatalog::open(&folder.path().join("c.db").display().to_string()).unwrap();
    (folder, catalog)
}

async fn values(catalog: &SqliteCatalog, predicate: PartitionPredicate) -> Vec<String> {
    catalog
        .partitions(&name("t"), predicate)
        .map_ok(|partition| partition.values.join("/"))
        .try_collect()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_open_and_change_one_catalog_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.db").display().to_string();
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..8 {
        let path = path.clone();
        tasks.spawn(async move {
            let catalog = Arc::new(SqliteCatalog::open(&path).unwrap());
            for round in 0..10 {
                let database = DatabaseName::new(&format!("d{worker}_{round}")).unwrap();
                catalog
                    .create_database(Database::new(database))
                    .await
                    .unwrap();
            }
            catalog.catalog_id().to_string()
        });
    }
    let mut ids = Vec::new();
    while let Some(id) = tasks.join_next().await {
        ids.push(id.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one catalog has one identity");
    let catalog = SqliteCatalog::open(&path).unwrap();
    assert_eq!(catalog.databases().await.unwrap().len(), 81);
}

#[tokio::test]
async fn a_newer_catalog_is_refused() {
    let (folder, catalog) = open();
    drop(catalog);
    let path = folder.path().join("c.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 999)
        .unwrap();
    let error = SqliteCatalog::open(&path.display().to_string()).unwrap_err();
    assert!(
        matches!(error, CatalogError::NewerSchema { found: 999, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn partitions_come_in_the_order_of_their_typed_values_and_by_predicate() {
    let (_folder, catalog) = open();
    catalog.create_table(partitioned("t")).await.unwrap();
    let days = ["2026-01-10", "2026-01-02", "__HIVE_DEFAULT_PARTITION__"];
    let partitions = days
        .iter()
        .flat_map(|dt| ["10", "9", "-1"].map(|n| partition(dt, n)))
        .collect();
    assert!(
        catalog
            .add_partitions(&name("t"), partitions)
            .await
            .unwrap()
            .is_empty()
    );
    let existing = catalog
        .add_partitions(&name("t"), vec![partition("2026-01-02", "9")])
        .await
        .unwrap();
    assert_eq!(existing, [["2026-01-02", "9"]]);
    assert_eq!(
        values(&catalog, PartitionPredicate::All).await[..4],
        [
            "2026-01-02/-1",
            "2026-01-02/9",
            "2026-01-02/10",
            "2026-01-10/-1"
        ]
    );
    let day = PartitionLiteral::Date(20_455);
    let later = PartitionPredicate::Compare(0, Comparison::Greater, day.clone());
    assert_eq!(
        values(&catalog, later).await,
        ["2026-01-10/-1", "2026-01-10/9", "2026-01-10/10"]
    );
    let second = PartitionPredicate::Compare(1, Comparison::Equal, PartitionLiteral::Integer(9));
    assert_eq!(values(&catalog, second).await.len(), 3);
    let both = PartitionPredicate::And(vec![
        PartitionPredicate::Compare(0, Comparison::Equal, day),
        PartitionPredicate::Compare(1, Comparison::LessOrEqual, PartitionLiteral::Integer(9)),
    ]);
    assert_eq!(
        values(&catalog, both).await,
        ["2026-01-02/-1", "2026-01-02/9"]
    );
    assert_eq!(
        values(&catalog, PartitionPredicate::IsNull(0)).await.len(),
        3
    );
    assert_eq!(catalog.partition_count(&name("t")).await.unwrap(), 9);
}

#[tokio::test]
async fn more_partitions_than_a_page_are_all_found() {
    let (_folder, catalog) = open();
    catalog.create_table(partitioned("t")).await.unwrap();
    let partitions = (0..2_500)
        .map(|n| partition("2026-01-01", &n.to_string()))
        .collect();
    catalog
        .add_partitions(&name("t"), partitions)
        .await
        .unwrap();
    let found = values(&catalog, PartitionPredicate::All).await;
    assert_eq!(found.len(), 2_500);
    assert_eq!(found[2_499], "2026-01-01/2499");
}

#[tokio::test]
async fn a_write_is_committed_whole_or_not_at_all() {
    let (_folder, catalog) = open();
    catalog.create_table(partitioned("taken")).await.unwrap();
    let intent = || WriteIntent {
        query_id: "q".to_owned(),
        location: "s3://lake/t/".to_owned(),
    };
    let commit = |table: &str| WriteCommit {
        table: Some(name(table)),
        create_table: Some(partitioned(table)),
        partitions: vec![partition("2026-01-01", "1")],
    };
    let before = catalog.snapshot().await.unwrap();
    let id = catalog.begin_write(intent()).await.unwrap();
    assert!(matches!(
        catalog.commit_write(id, commit("taken")).await,
        Err(CatalogError::TableExists(_))
    ));
    let none = catalog
        .committed_writes(vec![id], catalog.snapshot().await.unwrap())
        .await
        .unwrap();
    assert!(
        none.is_empty(),
        "a commit that failed has committed its write"
    );
    catalog.commit_write(id, commit("t")).await.unwrap();
    assert_eq!(catalog.partition_count(&name("t")).await.unwrap(), 1);
    let now = catalog.snapshot().await.unwrap();
    assert!(
        catalog
            .committed_writes(vec![id], now)
            .await
            .unwrap()
            .contains(&id)
    );
    assert!(
        catalog
            .committed_writes(vec![id], before)
            .await
            .unwrap()
            .is_empty(),
        "seen before its commit"
    );
    assert!(matches!(
        catalog.commit_write(id, commit("u")).await,
        Err(CatalogError::WriteNotOpen(_))
    ));

    assert_eq!(
        catalog.abort_write(id).await.unwrap(),
        AbortOutcome::Committed,
        "a commit was undone"
    );
    let lost = catalog.begin_write(intent()).await.unwrap();
    assert_eq!(
        catalog.abort_write(lost).await.unwrap(),
        AbortOutcome::Aborted
    );
    assert!(
        catalog.commit_write(lost, commit("v")).await.is_err(),
        "a straggler committed"
    );
    assert_eq!(catalog.abandoned_writes().await.unwrap().len(), 1);
    catalog.write_cleaned(lost).await.unwrap();
    assert!(catalog.abandoned_writes().await.unwrap().is_empty());
}

#[tokio::test]
async fn updates_archive_versions_and_notice_each_other() {
    let (_folder, catalog) = open();
    catalog.create_table(partitioned("t")).await.unwrap();
    let mut table = catalog.table(&name("T")).await.unwrap().unwrap();
    table.description = Some("better".to_owned());
    catalog
        .update_table(table.clone(), Some("0"))
        .await
        .unwrap();
    let late = catalog.update_table(table, Some("0")).await;
    assert!(matches!(late, Err(CatalogError::ConcurrentModification(_))));
    let versions = catalog.table_versions(&name("t")).await.unwrap();
    assert_eq!(
        versions
            .iter()
            .map(|v| v.version_id.as_str())
            .collect::<Vec<_>>(),
        ["1", "0"]
    );
    let default = DatabaseName::new("default").unwrap();
    assert!(
        catalog
            .drop_database(&default, DropBehavior::Restrict)
            .await
            .is_err()
    );
    catalog
        .drop_database(&default, DropBehavior::Cascade)
        .await
        .unwrap();
    assert!(catalog.table(&name("t")).await.unwrap().is_none());
}
