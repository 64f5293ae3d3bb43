//! Commits: Glue first, then the side, and what a failure leaves behind.

use prismlake_catalog::{CatalogError, CatalogStore, WriteCommit, WriteId, WriteIntent};

use crate::fixture::{self, Fixture, keyed, name, partition};

async fn begun(fixture: &Fixture) -> WriteId {
    let intent = WriteIntent {
        query_id: "q".to_owned(),
        location: "s3://lake/t/".to_owned(),
    };
    fixture.catalog.begin_write(intent).await.unwrap()
}

fn insert(table: &str, values: &[&str]) -> WriteCommit {
    WriteCommit {
        table: Some(name(table)),
        create_table: None,
        partitions: vec![partition(values)],
        file_statistics: Vec::new(),
    }
}

async fn is_committed(fixture: &Fixture, id: WriteId) -> bool {
    let now = fixture.side.snapshot().await.unwrap();
    let committed = fixture.catalog.committed_writes(vec![id], now).await;
    committed.unwrap().contains(&id)
}

#[tokio::test]
async fn a_write_that_is_given_up_changes_nothing_in_glue() {
    let (fixture, door) = fixture::of_watched_moto().await;
    let id = begun(&fixture).await;
    fixture.catalog.abort_write(id).await.unwrap();
    let commit = WriteCommit {
        create_table: Some(keyed("t", &[("n", "int")])),
        ..insert("t", &["1"])
    };
    let refused = fixture.catalog.commit_write(id, commit).await;
    assert!(matches!(refused, Err(CatalogError::WriteNotOpen(_))));
    assert!(door.calls("CreateTable").is_empty());
}

#[tokio::test]
async fn a_commit_that_fails_takes_its_new_table_away() {
    let fixture = fixture::of_moto().await;
    let id = begun(&fixture).await;
    let commit = WriteCommit {
        create_table: Some(keyed("t", &[("n", "int")])),
        ..insert("t", &["1", "too many"])
    };
    let refused = fixture.catalog.commit_write(id, commit).await;
    assert!(matches!(refused, Err(CatalogError::PartitionValues { .. })));
    assert_eq!(fixture.catalog.table(&name("t")).await.unwrap(), None);
    assert!(!is_committed(&fixture, id).await);
}

#[tokio::test]
async fn a_commit_registers_new_partitions_and_leaves_others_as_they_are() {
    let fixture = fixture::of_moto().await;
    let table = keyed("t", &[("n", "int")]);
    fixture.catalog.create_table(table).await.unwrap();
    let mut first = partition(&["1"]);
    first.parameters.insert("kept".to_owned(), "yes".to_owned());
    fixture
        .catalog
        .add_partitions(&name("t"), vec![first])
        .await
        .unwrap();
    let id = begun(&fixture).await;
    let mut commit = insert("t", &["1"]);
    commit.partitions.push(partition(&["2"]));
    fixture.catalog.commit_write(id, commit).await.unwrap();
    assert!(is_committed(&fixture, id).await);
    assert_eq!(
        fixture.catalog.partition_count(&name("t")).await.unwrap(),
        2
    );
    let kept = fixture
        .catalog
        .partition(&name("t"), &["1".to_owned()])
        .await;
    assert_eq!(kept.unwrap().unwrap().parameters["kept"], "yes");
}

#[tokio::test]
async fn a_write_to_a_table_that_is_gone_is_not_committed() {
    let fixture = fixture::of_moto().await;
    let id = begun(&fixture).await;
    let commit = WriteCommit {
        partitions: Vec::new(),
        ..insert("gone", &[])
    };
    let refused = fixture.catalog.commit_write(id, commit).await;
    assert!(matches!(refused, Err(CatalogError::TableNotFound(_))));
    assert!(!is_committed(&fixture, id).await);
}
