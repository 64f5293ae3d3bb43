//! Catalogs for tests: Glue at an address, with a side in a file that lives as long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_glue::config::{Credentials, SharedCredentialsProvider};
use prismlake_catalog::model::{Database, DatabaseName};
use prismlake_catalog::{
    CatalogStore, Column, Partition, SqliteCatalog, StorageDescriptor, Table, TableName,
};
use prismlake_glue::GlueCatalog;

use crate::moto_server;
use crate::test_door::TestDoor;

/// What no message may show.
pub const SECRET: &str = "hunter2hunter2hunter2";
/// How often a call is made in tests.
pub const ATTEMPTS_MAX: u32 = 3;
static REGIONS: AtomicU32 = AtomicU32::new(0);

/// A catalog and what keeps its side.
pub struct Fixture {
    pub catalog: GlueCatalog,
    pub side: Arc<dyn CatalogStore>,
    _folder: tempfile::TempDir,
}

/// A catalog at this address, in a region of its own.
pub fn at(address: SocketAddr, account: Option<&str>) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let side: Arc<dyn CatalogStore> =
        Arc::new(SqliteCatalog::open(folder.path().join("side.db")).unwrap());
    let configuration = configuration(address);
    let account = account.map(str::to_owned);
    Fixture {
        catalog: GlueCatalog::with_configuration(&configuration, account, Arc::clone(&side)),
        side,
        _folder: folder,
    }
}

fn configuration(address: SocketAddr) -> SdkConfig {
    let region = format!("test-{}", REGIONS.fetch_add(1, Ordering::Relaxed));
    let credentials = Credentials::new("someone", SECRET, None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(format!("http://{address}"))
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(ATTEMPTS_MAX)
                .with_initial_backoff(Duration::from_millis(1)),
        )
        .build()
}

/// An empty catalog of moto's, but for the database `default`.
pub async fn of_moto() -> Fixture {
    with_default(at(moto_server::address(), None)).await
}

/// As [`of_moto`], with a door that notes what is asked.
pub async fn of_watched_moto() -> (Fixture, TestDoor) {
    let door = TestDoor::before(moto_server::address()).await;
    (with_default(at(door.address, None)).await, door)
}

/// The catalog with a database `default`.
pub async fn with_default(fixture: Fixture) -> Fixture {
    let default = DatabaseName::new("default").unwrap();
    fixture
        .catalog
        .create_database(Database::new(default))
        .await
        .unwrap();
    fixture
}

pub fn name(table: &str) -> TableName {
    TableName::new("default", table).unwrap()
}

/// A table with these partition keys.
pub fn keyed(table: &str, keys: &[(&str, &str)]) -> Table {
    Table {
        partition_keys: keys
            .iter()
            .map(|(name, type_text)| Column::new(name, *type_text))
            .collect(),
        storage_descriptor: StorageDescriptor {
            location: Some("s3://lake/t/".to_owned()),
            ..StorageDescriptor::default()
        },
        ..Table::external(&name(table))
    }
}

pub fn partition(values: &[&str]) -> Partition {
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    let location = format!("s3://lake/t/{}/", values.join("/"));
    Partition::new(values, &StorageDescriptor::default(), location)
}
