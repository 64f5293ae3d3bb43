//! `connect`, in processes with environments of their own.

use std::process::Command;
use std::sync::Arc;

use prismlake_catalog::model::DatabaseName;
use prismlake_catalog::{CatalogStore, SqliteCatalog};
use prismlake_glue::GlueCatalog;
use serde_json::json;

use crate::test_door::TestDoor;

/// Holds the URI that a process of this test is to connect to.
const URI_VARIABLE: &str = "PRISMLAKE_TEST_GLUE_URI";

/// What the process with this environment says of the database `sales`.
async fn asked(environment: Vec<(&'static str, String)>) -> String {
    let output = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "environment::asks_as_its_environment_says",
                "--nocapture",
            ])
            .env_clear()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "/nonexistent")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
            .envs(environment)
            .output()
            .unwrap()
    });
    String::from_utf8_lossy(&output.await.unwrap().stdout).into_owned()
}

#[tokio::test]
async fn asks_as_its_environment_says() {
    let Ok(uri) = std::env::var(URI_VARIABLE) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let side = Arc::new(SqliteCatalog::open(folder.path().join("side.db")).unwrap());
    let sales = DatabaseName::new("sales").unwrap();
    match GlueCatalog::connect(&uri, side).await {
        Ok(catalog) => println!("answer: {:?}", catalog.database(&sales).await),
        Err(error) => println!("refused: {error}"),
    }
}

#[tokio::test]
async fn endpoint_and_credentials_come_from_the_environment_and_the_account_from_the_uri() {
    let door = TestDoor::answering(|_| (200, json!({"Database": {"Name": "sales"}}))).await;
    let endpoint = format!("http://{}", door.address);
    let said = asked(vec![
        (URI_VARIABLE, "glue://eu-central-1/123456789012".to_owned()),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1".to_owned()),
        ("AWS_ENDPOINT_URL_GLUE", endpoint),
        ("AWS_ACCESS_KEY_ID", "someone".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "hunter2".to_owned()),
    ])
    .await;
    assert!(said.contains("answer: Ok(Some(Database"), "{said}");
    let calls = door.calls("GetDatabase");
    assert_eq!(calls[0].body["CatalogId"], "123456789012");
    assert_eq!(calls[0].body["Name"], "sales");
}

#[tokio::test]
async fn an_endpoint_of_ones_own_needs_no_region() {
    let door = TestDoor::answering(|_| (200, json!({"Database": {"Name": "sales"}}))).await;
    let said = asked(vec![
        (URI_VARIABLE, "glue:".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://{}", door.address)),
        ("AWS_ACCESS_KEY_ID", "someone".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "hunter2".to_owned()),
    ])
    .await;
    assert!(said.contains("answer: Ok(Some(Database"), "{said}");
    assert_eq!(door.calls("GetDatabase")[0].body.get("CatalogId"), None);
}

#[tokio::test]
async fn without_a_region_there_is_advice() {
    let said = asked(vec![(URI_VARIABLE, "glue:".to_owned())]).await;
    assert!(
        said.contains("refused:") && said.contains("set AWS_REGION"),
        "{said}"
    );
}

#[tokio::test]
async fn without_credentials_the_call_fails_with_advice() {
    let said = asked(vec![(URI_VARIABLE, "glue://eu-central-1".to_owned())]).await;
    assert!(
        said.contains("the credentials that are configured"),
        "{said}"
    );
}
