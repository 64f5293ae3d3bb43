//! Databases and tables against moto's Glue.

use std::collections::BTreeMap;
use std::sync::Arc;

use prismlake_catalog::file_statistics::FileStatistics;
use prismlake_catalog::history::QueryRecord;
use prismlake_catalog::model::{Crawler, Database, DatabaseName};
use prismlake_catalog::store::DropBehavior;
use prismlake_catalog::{CatalogError, CatalogStore, Column, CrawlerStore, TableName, TableType};
use serde_json::json;

use crate::fixture::{self, keyed, name};
use crate::test_door::{TestDoor, refusal};

#[tokio::test]
async fn updates_archive_versions_and_notice_each_other() {
    let (fixture, door) = fixture::of_watched_moto().await;
    let catalog = &fixture.catalog;
    catalog.create_table(keyed("t", &[])).await.unwrap();
    let mut table = catalog.table(&name("T")).await.unwrap().unwrap();
    let first = table.version_id.clone();
    table.description = Some("better".to_owned());
    catalog
        .update_table(table.clone(), Some(&first))
        .await
        .unwrap();
    assert_eq!(door.calls("UpdateTable")[0].body["VersionId"], *first);
    let late = catalog.update_table(table, Some(&first)).await;
    assert!(matches!(late, Err(CatalogError::ConcurrentModification(_))));
    let versions = catalog.table_versions(&name("t")).await.unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1].version_id, first);
    assert_eq!(versions[0].table.description.as_deref(), Some("better"));
    assert_eq!(versions[1].table.description, None);
    let current = &versions[0].version_id;
    assert!(
        !catalog
            .drop_table_version(&name("t"), current)
            .await
            .unwrap()
    );
    assert!(
        catalog
            .drop_table_version(&name("t"), &first)
            .await
            .unwrap()
    );
    assert_eq!(catalog.table_versions(&name("t")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_table_keeps_all_that_the_model_knows() {
    let fixture = fixture::of_moto().await;
    let mut table = keyed("t", &[("dt", "date")]);
    table.table_type = TableType::VirtualView;
    table.owner = Some("hadoop".to_owned());
    table.retention = 3;
    table.parameters.insert("EXTERNAL".into(), "TRUE".into());
    table.view_original_text = Some("/* Presto View */".to_owned());
    let descriptor = &mut table.storage_descriptor;
    descriptor.columns = vec![
        Column::new("a", "array<struct<b:int>>"),
        Column {
            comment: Some("what it is".to_owned()),
            type_text: None,
            ..Column::new("b", "")
        },
    ];
    descriptor.number_of_buckets = -1;
    descriptor.serde_info.serialization_library = Some("org.example.SerDe".to_owned());
    let delimiter = ("field.delim".to_owned(), "\u{1}".to_owned());
    descriptor.serde_info.parameters = [delimiter].into();
    descriptor.bucket_columns = vec!["a".to_owned()];
    descriptor.sort_columns = vec![prismlake_catalog::SortColumn {
        column: "a".to_owned(),
        sort_order: 1,
    }];
    fixture.catalog.create_table(table.clone()).await.unwrap();
    let mut read = fixture.catalog.table(&name("t")).await.unwrap().unwrap();
    assert!(read.create_time.is_some());
    (read.create_time, read.update_time) = (None, None);
    read.version_id.clear();
    assert_eq!(read, table);
    let again = fixture.catalog.create_table(table).await;
    assert!(matches!(again, Err(CatalogError::TableExists(_))));
}

#[tokio::test]
async fn databases_are_listed_changed_and_dropped_with_their_tables() {
    let (fixture, door) = fixture::of_watched_moto().await;
    let catalog = &fixture.catalog;
    let sales = DatabaseName::new("Sales").unwrap();
    let mut database = Database::new(sales.clone());
    catalog.create_database(database.clone()).await.unwrap();
    let again = catalog.create_database(database.clone()).await;
    assert!(matches!(again, Err(CatalogError::DatabaseExists(_))));
    database.description = Some("what is sold".to_owned());
    catalog.update_database(database).await.unwrap();
    let read = catalog.database(&sales).await.unwrap().unwrap();
    assert_eq!(read.description.as_deref(), Some("what is sold"));
    assert!(read.create_time.is_some());
    let names: Vec<String> = catalog
        .databases()
        .await
        .unwrap()
        .iter()
        .map(|database| database.name.to_string())
        .collect();
    assert_eq!(names, ["default", "sales"]);
    for number in 0..101 {
        let mut table = keyed(&format!("t{number:03}"), &[]);
        table.database_name = "sales".to_owned();
        catalog.create_table(table).await.unwrap();
    }
    let names = catalog.table_names(&sales).await.unwrap();
    assert_eq!((names.len(), names.is_sorted()), (101, true));
    let refused = catalog.drop_database(&sales, DropBehavior::Restrict).await;
    assert!(matches!(refused, Err(CatalogError::DatabaseNotEmpty(_))));
    catalog
        .drop_database(&sales, DropBehavior::Cascade)
        .await
        .unwrap();
    assert_eq!(door.calls("BatchDeleteTable").len(), 2);
    assert_eq!(catalog.database(&sales).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let fixture = fixture::of_moto().await;
    let catalog = &fixture.catalog;
    let nowhere = DatabaseName::new("nowhere").unwrap();
    let table = TableName::new("nowhere", "t").unwrap();
    assert_eq!(catalog.table(&table).await.unwrap(), None);
    let mut lost = keyed("t", &[]);
    lost.database_name = "nowhere".to_owned();
    for error in [
        catalog.table_names(&nowhere).await.unwrap_err(),
        catalog.create_table(lost.clone()).await.unwrap_err(),
        catalog
            .update_database(Database::new(nowhere.clone()))
            .await
            .unwrap_err(),
        catalog
            .drop_database(&nowhere, DropBehavior::Cascade)
            .await
            .unwrap_err(),
        catalog
            .drop_database(&nowhere, DropBehavior::Restrict)
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(error, CatalogError::DatabaseNotFound(_)),
            "{error}"
        );
    }
    let values = vec!["1".to_owned()];
    for error in [
        catalog.drop_table(&table).await.unwrap_err(),
        catalog.update_table(lost, None).await.unwrap_err(),
        catalog.table_versions(&table).await.unwrap_err(),
        catalog.partition(&table, &values).await.unwrap_err(),
        catalog.partition_count(&table).await.unwrap_err(),
        catalog
            .drop_partitions(&table, vec![values])
            .await
            .unwrap_err(),
    ] {
        assert!(matches!(error, CatalogError::TableNotFound(_)), "{error}");
    }
}

#[tokio::test]
async fn an_update_takes_over_what_the_model_has_no_place_for() {
    let door = TestDoor::answering(|call| match call.operation.as_str() {
        "GetTable" => {
            let table = json!({
                "Name": "t", "DatabaseName": "default", "VersionId": "7", "TableType": "ODD_TABLE",
                "StorageDescriptor": {
                    "Columns": [], "AdditionalLocations": ["s3://more/"],
                    "SchemaReference": {"SchemaVersionId": "0b6ac9d8"},
                },
                "TargetTable": {"CatalogId": "1", "DatabaseName": "d", "Name": "n"},
            });
            (200, json!({"Table": table}))
        }
        "UpdateTable" => refusal("ConcurrentModificationException", "Update table failed."),
        _ => refusal("InvalidInputException", "not asked for"),
    })
    .await;
    let fixture = fixture::at(door.address, Some("123456789012"));
    let refused = fixture
        .catalog
        .update_table(keyed("t", &[]), Some("7"))
        .await;
    assert!(matches!(
        refused,
        Err(CatalogError::ConcurrentModification(_))
    ));
    let update = &door.calls("UpdateTable")[0].body;
    assert_eq!(update["CatalogId"], "123456789012");
    assert_eq!(update["VersionId"], "7");
    let input = &update["TableInput"];
    assert_eq!(input["TableType"], "ODD_TABLE");
    assert_eq!(input["TargetTable"]["Name"], "n");
    let descriptor = &input["StorageDescriptor"];
    assert_eq!(descriptor["AdditionalLocations"][0], "s3://more/");
    assert_eq!(descriptor["SchemaReference"]["SchemaVersionId"], "0b6ac9d8");
}

#[tokio::test]
async fn crawlers_live_in_the_side_and_forget_tables_that_are_dropped() {
    let fixture = fixture::of_moto().await;
    let catalog = &fixture.catalog;
    let crawler = Crawler {
        name: "c".to_owned(),
        ..Crawler::default()
    };
    catalog.put_crawler(crawler).await.unwrap();
    catalog.create_table(keyed("t", &[])).await.unwrap();
    let written = catalog.table(&name("t")).await.unwrap().unwrap();
    catalog
        .put_crawled_table("c", written.clone())
        .await
        .unwrap();
    let side = Arc::clone(&fixture.side);
    assert_eq!(
        side.crawled_table(&name("t")).await.unwrap(),
        Some(("c".to_owned(), written))
    );
    catalog.drop_table(&name("t")).await.unwrap();
    assert_eq!(side.crawled_table(&name("t")).await.unwrap(), None);
    assert_eq!(catalog.catalog_id(), side.catalog_id());
}

#[tokio::test]
async fn statistics_of_files_and_queries_are_kept_by_the_side() {
    let fixture = fixture::at(([127, 0, 0, 1], 1).into(), None);
    let catalog = &fixture.catalog;
    let folder = "s3://lake/t/".to_owned();
    let file = |name: &str| FileStatistics {
        folder: folder.clone(),
        name: name.to_owned(),
        version: "1".to_owned(),
        row_count: 7,
        columns: BTreeMap::new(),
    };
    let both = vec![file("a"), file("b")];
    catalog.put_file_statistics(both.clone()).await.unwrap();
    let mut read = fixture
        .side
        .file_statistics(vec![folder.clone()])
        .await
        .unwrap();
    read.sort_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(read, both);
    catalog
        .forget_file_statistics(&folder, vec!["a".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        catalog.file_statistics(vec![folder]).await.unwrap(),
        both[1..]
    );
    let record = QueryRecord {
        query_id: "q".to_owned(),
        submitted_at: chrono::Utc::now(),
        state: "SUCCEEDED".to_owned(),
        statement: "SELECT 1".to_owned(),
        statement_type: None,
        source: "cli".to_owned(),
        principal: "someone".to_owned(),
        workgroup: "primary".to_owned(),
        database: "default".to_owned(),
        report: json!({}),
    };
    catalog.record_query(record.clone()).await.unwrap();
    let written = fixture.side.query_records(10).await.unwrap();
    assert_eq!(catalog.query_records(10).await.unwrap(), written);
    assert_eq!(written.len(), 1);
}
