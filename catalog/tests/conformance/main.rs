//! One suite for every store: SQLite in a file, and a real PostgreSQL server.

mod postgres_server;
mod store;

use std::sync::Arc;

use prismlake_catalog::{
    CatalogError, CatalogStore, Database, DatabaseName, PostgresCatalog, SqliteCatalog,
    open_catalog,
};

macro_rules! conformance {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                let folder = tempfile::tempdir().unwrap();
                let catalog = super::SqliteCatalog::open(folder.path().join("c.db")).unwrap();
                super::store::$test(&catalog).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                let uri = super::new_postgres_database().await;
                let catalog = super::PostgresCatalog::connect(&uri).await.unwrap();
                super::store::$test(&catalog).await;
            })*
        }
    };
}

conformance!(
    partitions_come_in_the_order_of_their_typed_values_and_by_predicate,
    more_partitions_than_a_page_are_all_found,
    a_write_is_committed_whole_or_not_at_all,
    updates_archive_versions_and_notice_each_other,
    partitions_change_their_values_and_places,
    a_later_key_finds_few_among_many,
    keys_keep_their_types_while_there_are_partitions,
    statistics_of_columns_and_files_are_kept,
    databases_functions_and_indexes_are_kept,
    crawlers_run_one_at_a_time_and_remember,
);

async fn new_postgres_database() -> String {
    tokio::task::spawn_blocking(postgres_server::new_database)
        .await
        .unwrap()
}

/// Opens one catalog many times at once and changes it.
async fn many_open_and_change_one_catalog_at_once(uri: String) {
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..8 {
        let uri = uri.clone();
        tasks.spawn(async move {
            let catalog: Arc<dyn CatalogStore> = open_catalog(&uri).await.unwrap();
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
    let mut ids = tasks.join_all().await;
    ids.dedup();
    assert_eq!(ids.len(), 1, "one catalog has one identity");
    let catalog = open_catalog(&uri).await.unwrap();
    assert_eq!(catalog.databases().await.unwrap().len(), 81);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_open_one_sqlite_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.db").display().to_string();
    many_open_and_change_one_catalog_at_once(path).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_open_one_postgres_database() {
    many_open_and_change_one_catalog_at_once(new_postgres_database().await).await;
}

#[tokio::test]
async fn a_newer_catalog_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.db");
    drop(SqliteCatalog::open(&path).unwrap());
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute("UPDATE catalog_identity SET schema_version = 999", [])
        .unwrap();
    let error = SqliteCatalog::open(&path).unwrap_err();
    assert!(
        matches!(error, CatalogError::NewerSchema { found: 999, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_wrong_address_is_refused_without_its_password() {
    for uri in [
        "postgres://someone:hunter2@127.0.0.1:1/nowhere",
        "postgres://someone:hunter2@[broken",
        "mysql://someone:hunter2@host/db",
    ] {
        let error = open_catalog(uri).await.unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
