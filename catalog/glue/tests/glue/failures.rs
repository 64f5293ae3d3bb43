//! Calls that fail: tried again where that helps, and told with Glue's words and what to do.

use std::sync::atomic::{AtomicUsize, Ordering};

use prismlake_catalog::{CatalogError, CatalogStore};
use serde_json::json;

use crate::fixture::{self, ATTEMPTS_MAX, SECRET, name};
use crate::test_door::{TestDoor, refusal};

async fn message_of(code: &'static str, message: &'static str) -> String {
    let door = TestDoor::answering(move |_| refusal(code, message)).await;
    let fixture = fixture::at(door.address, None);
    let error = fixture.catalog.table(&name("t")).await.unwrap_err();
    assert!(matches!(error, CatalogError::Storage(_)), "{error:?}");
    let text = error.to_string();
    assert!(
        !text.contains(SECRET) && !text.contains("someone"),
        "{text}"
    );
    text
}

#[tokio::test]
async fn refusals_tell_the_call_the_code_the_reason_and_what_to_do() {
    for (code, reason, advice) in [
        (
            "AccessDeniedException",
            "no glue:GetTable",
            "allow glue:GetTable",
        ),
        (
            "ExpiredTokenException",
            "token expired",
            "renew or correct the AWS credentials",
        ),
        ("GlueEncryptionException", "no key", "KMS key"),
        (
            "ResourceNumberLimitExceededException",
            "too many",
            "higher quota",
        ),
        ("InvalidInputException", "odd", "correct what it names"),
    ] {
        let text = message_of(code, reason).await;
        for part in ["GetTable", code, reason, advice] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[tokio::test]
async fn throttled_calls_are_made_again() {
    let calls = AtomicUsize::new(0);
    let door = TestDoor::answering(move |_| {
        if calls.fetch_add(1, Ordering::Relaxed) < 2 {
            return refusal("ThrottlingException", "Rate exceeded");
        }
        (200, json!({"Table": {"Name": "t", "VersionId": "0"}}))
    })
    .await;
    let fixture = fixture::at(door.address, None);
    assert!(fixture.catalog.table(&name("t")).await.unwrap().is_some());
    assert_eq!(door.calls("GetTable").len(), 3);
}

#[tokio::test]
async fn throttling_that_lasts_is_told_after_the_last_attempt() {
    let door = TestDoor::answering(|_| refusal("ThrottlingException", "Rate exceeded")).await;
    let fixture = fixture::at(door.address, None);
    let error = fixture.catalog.table(&name("t")).await.unwrap_err();
    assert!(error.to_string().contains("try later"), "{error}");
    let attempts = u32::try_from(door.calls("GetTable").len()).unwrap();
    assert_eq!(attempts, ATTEMPTS_MAX);
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_reached_is_told() {
    let door = TestDoor::answering(|_| (200, json!({}))).await;
    let address = door.address;
    drop(door);
    let fixture = fixture::at(address, None);
    let text = fixture.catalog.databases().await.unwrap_err().to_string();
    assert!(text.contains("GetDatabases of AWS Glue failed"), "{text}");
    assert!(
        text.contains("check that the endpoint can be reached"),
        "{text}"
    );
    assert!(!text.contains(SECRET), "{text}");
}

#[tokio::test]
async fn an_item_of_a_batch_that_fails_fails_the_call() {
    let door = TestDoor::answering(|call| match call.operation.as_str() {
        "GetTable" => {
            let keys = json!([{"Name": "n", "Type": "int"}]);
            (200, json!({"Table": {"Name": "t", "PartitionKeys": keys}}))
        }
        _ => {
            let detail = json!({"ErrorCode": "InternalServiceException", "ErrorMessage": "lost"});
            let error = json!({"PartitionValues": ["1"], "ErrorDetail": detail});
            (200, json!({"Errors": [error]}))
        }
    })
    .await;
    let fixture = fixture::at(door.address, None);
    let partitions = vec![fixture::partition(&["1"])];
    let refused = fixture.catalog.add_partitions(&name("t"), partitions).await;
    let text = refused.unwrap_err().to_string();
    assert!(
        text.contains("BatchCreatePartition with InternalServiceException: lost"),
        "{text}"
    );
}
