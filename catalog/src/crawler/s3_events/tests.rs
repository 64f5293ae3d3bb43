//! The forms of notifications, and which bytes are refused.

use serde_json::{Value, json};

use super::*;
use crate::mutation::for_each_mutation;

fn record(name: &str, key: &str) -> Value {
    json!({
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventName": name,
        "s3": {"bucket": {"name": "lake"}, "object": {"key": key, "size": 12, "eTag": "x"}}
    })
}

fn notification(key: &str) -> Value {
    json!({"Records": [record("ObjectCreated:Put", key)]})
}

fn created(key: &str) -> ObjectEvent {
    ObjectEvent {
        bucket: "lake".to_owned(),
        key: key.to_owned(),
        kind: EventKind::Created,
        size: Some(12),
    }
}

fn events(text: &str) -> Vec<ObjectEvent> {
    parse_events(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn s3_sends_records_with_encoded_keys() {
    let mut removed = record("ObjectRemoved:DeleteMarkerCreated", "x");
    removed["s3"]["object"]
        .as_object_mut()
        .unwrap()
        .remove("size");
    let document =
        json!({"Records": [record("ObjectCreated:Put", "a+b/year%3D2024/c%2B"), removed]});
    assert_eq!(
        events(&document.to_string()),
        [
            created("a b/year=2024/c+"),
            ObjectEvent {
                kind: EventKind::Removed,
                size: None,
                ..created("x")
            },
        ]
    );
}

#[test]
fn documents_may_follow_each_other() {
    let (first, second) = (notification("1").to_string(), notification("2").to_string());
    for text in [
        format!("{first}{second}"),
        format!("\u{feff}{first}\n{second}\n"),
        format!("[{first},{second}]"),
    ] {
        assert_eq!(events(&text), [created("1"), created("2")]);
    }
    assert_eq!(events(""), []);
    assert_eq!(events(" \n"), []);
}

#[test]
fn messages_are_unwrapped() {
    let inner = notification("k").to_string();
    let sns = json!({"Type": "Notification", "MessageId": "1", "Message": inner});
    for wrapped in [
        json!({"MessageId": "1", "Body": inner}),
        json!({"messageId": "1", "body": inner}),
        sns.clone(),
        json!({"Body": sns.to_string()}),
        json!({"Messages": [{"Body": inner}]}),
        json!({"Records": [{"eventSource": "aws:sqs", "body": inner}]}),
        json!({"Records": [{"eventSource": "aws:sqs", "body": sns.to_string()}]}),
        json!({"Records": [{"EventSource": "aws:sns", "Sns": sns}]}),
        json!({"body": notification("k")}),
    ] {
        assert_eq!(events(&wrapped.to_string()), [created("k")], "{wrapped}");
    }
}

#[test]
fn event_bridge_sends_plain_keys() {
    let event = |detail_type: &str| {
        json!({
            "version": "0", "source": "aws.s3", "detail-type": detail_type,
            "detail": {"bucket": {"name": "lake"}, "object": {"key": "a+b%20", "size": 12}}
        })
        .to_string()
    };
    assert_eq!(events(&event("Object Created")), [created("a+b%20")]);
    assert_eq!(
        events(&event("Object Deleted")),
        [ObjectEvent {
            kind: EventKind::Removed,
            ..created("a+b%20")
        }]
    );
    assert_eq!(events(&event("Object Tags Added")), []);
    let within_sqs = json!({"Body": event("Object Created")});
    assert_eq!(events(&within_sqs.to_string()), [created("a+b%20")]);
}

#[test]
fn minio_sends_records_and_a_summary() {
    let document = json!({
        "EventName": "s3:ObjectCreated:Put", "Key": "lake/a b",
        "Records": [record("s3:ObjectCreated:Put", "a+b")]
    });
    assert_eq!(events(&document.to_string()), [created("a b")]);
    let summary = json!({"EventName": "s3:ObjectRemoved:Delete", "Key": "lake/a+b"});
    assert_eq!(
        events(&summary.to_string()),
        [ObjectEvent {
            kind: EventKind::Removed,
            size: None,
            ..created("a+b")
        }]
    );
}

#[test]
fn what_neither_brings_nor_takes_an_object_is_left_out() {
    let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "lake"});
    assert_eq!(events(&test.to_string()), []);
    assert_eq!(events(&json!({"Body": test.to_string()}).to_string()), []);
    let confirmation = json!({"Type": "SubscriptionConfirmation", "Message": "You have chosen…"});
    assert_eq!(events(&confirmation.to_string()), []);
    for name in [
        "ObjectTagging:Put",
        "s3:ObjectAccessed:Get",
        "ObjectRestore:Completed",
    ] {
        assert_eq!(
            events(&json!({"Records": [record(name, "k")]}).to_string()),
            []
        );
    }
    for name in [
        "ObjectCreated:CompleteMultipartUpload",
        "s3:ObjectCreated:Copy",
    ] {
        assert_eq!(
            events(&json!({"Records": [record(name, "k")]}).to_string()).len(),
            1
        );
    }
    let expired = json!({"Records": [record("LifecycleExpiration:Delete", "k")]}).to_string();
    assert_eq!(
        events(&expired).first().map(|event| event.kind),
        Some(EventKind::Removed)
    );
    assert_eq!(events(r#"{"Records": []}"#), []);
}

#[test]
fn refusals_name_the_record_and_what_it_lacks() {
    let good = record("ObjectCreated:Put", "k");
    let without = |pointer: &str, name: &str| {
        let mut bad = good.clone();
        bad.pointer_mut(pointer)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(name);
        json!({"Records": [good, bad]}).to_string()
    };
    for (text, parts) in [
        (
            without("", "eventName"),
            &["document 1, record 2", "`eventName`"][..],
        ),
        (
            without("/s3/bucket", "name"),
            &["record 2", "`s3.bucket.name`"],
        ),
        (
            without("/s3/object", "key"),
            &["record 2", "`s3.object.key`"],
        ),
        (without("", "s3"), &["`s3.bucket.name`"]),
        (
            json!({"Records": [record("ObjectCreated:Put", "")]}).to_string(),
            &["s3.object.key"],
        ),
        (
            json!({"Records": [record("ObjectCreated:Put", "%ff")]}).to_string(),
            &["`%ff`", "UTF-8"],
        ),
        (json!({"Records": 5}).to_string(), &["Records as a list"]),
        (
            json!({"Records": [5]}).to_string(),
            &["document 1, record 1"],
        ),
        (
            json!({"detail-type": "Object Created"}).to_string(),
            &["detail.bucket.name"],
        ),
        (
            json!({"EventName": "s3:ObjectCreated:Put", "Key": "x"}).to_string(),
            &["bucket/key"],
        ),
        (
            json!({"Body": "hello"}).to_string(),
            &["document 1, Body, document 1 is not JSON"],
        ),
        ("{}".to_owned(), &["document 1 lacks", "Records"]),
        (
            format!("{}x", notification("k")),
            &["document 2 is not JSON"],
        ),
        ("5".to_owned(), &["document 1 lacks"]),
        ("[".repeat(100_000), &["not JSON", "recursion"]),
        (
            format!("{}{}", "[".repeat(20), "]".repeat(20)),
            &["deeper than 8"],
        ),
    ] {
        let message = parse_events(text.as_bytes()).unwrap_err().to_string();
        for part in parts {
            assert!(
                message.contains(part),
                "{text:.200}: {message} lacks {part}"
            );
        }
    }
    let mut wrapped = notification("k");
    for _ in 0..10 {
        wrapped = json!({"Body": wrapped.to_string()});
    }
    assert!(matches!(
        parse_events(wrapped.to_string().as_bytes()),
        Err(EventError::TooDeep { .. })
    ));
    assert!(matches!(
        parse_events(&vec![b' '; (16 << 20) + 1]),
        Err(EventError::TooLarge { .. })
    ));
    assert!(parse_events(&[0xff, 0xfe, 0]).is_err());
}

#[test]
fn no_bytes_make_it_panic() {
    let samples = [
        notification("a+b%20c").to_string(),
        json!({"Body": json!({"Message": notification("k").to_string()}).to_string()}).to_string(),
        json!({"detail-type": "Object Created", "detail": {"bucket": {"name": "b"}, "object": {"key": "k"}}})
            .to_string(),
    ];
    let samples: Vec<&str> = samples.iter().map(String::as_str).collect();
    for_each_mutation(&samples, |text| {
        if let Err(error) = parse_events(text.as_bytes()) {
            assert!(!error.to_string().is_empty());
        }
    });
}
