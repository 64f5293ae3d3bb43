//! Partitions: what Glue is asked to leave out, pages and parts, and batches.

use std::collections::HashSet;

use futures::TryStreamExt;
use prismlake_catalog::partition_predicate::Comparison;
use prismlake_catalog::{
    CatalogError, CatalogStore, PartitionLiteral, PartitionPredicate, StorageDescriptor,
};
use serde_json::{Value, json};

use crate::fixture::{self, Fixture, keyed, name, partition};
use crate::test_door::{Answer, Call, TestDoor, refusal};

fn text(value: &str) -> PartitionLiteral {
    PartitionLiteral::Text(value.to_owned())
}

fn compare(key: usize, comparison: Comparison, value: PartitionLiteral) -> PartitionPredicate {
    PartitionPredicate::Compare(key, comparison, value)
}

async fn found(fixture: &Fixture, predicate: PartitionPredicate) -> Vec<String> {
    fixture
        .catalog
        .partitions(&name("t"), predicate)
        .map_ok(|partition| partition.values.join("/"))
        .try_collect()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_predicate_on_text_and_dates_narrows_at_glue() {
    let (fixture, door) = fixture::of_watched_moto().await;
    let keys = [("region", "string"), ("dt", "date")];
    fixture
        .catalog
        .create_table(keyed("t", &keys))
        .await
        .unwrap();
    let rows = ["eu-1", "eu-2", "us-1"]
        .iter()
        .flat_map(|region| ["2026-01-09", "2026-01-10"].map(|dt| partition(&[region, dt])));
    fixture
        .catalog
        .add_partitions(&name("t"), rows.collect())
        .await
        .unwrap();
    let predicate = PartitionPredicate::And(vec![
        PartitionPredicate::Prefix(0, "eu-".to_owned()),
        compare(
            1,
            Comparison::GreaterOrEqual,
            PartitionLiteral::Date(20_463),
        ),
        compare(0, Comparison::NotEqual, text("eu-1")),
    ]);
    assert_eq!(found(&fixture, predicate).await, ["eu-2/2026-01-10"]);
    let asked = door.calls("GetPartitions");
    assert_eq!(
        asked[0].body["Expression"],
        "((region >= 'eu-' AND region < 'eu.') AND dt >= '2026-01-10')"
    );
    assert_eq!(asked.len(), 1, "moto took the expression as it is");
}

#[tokio::test]
async fn an_expression_that_glue_refuses_is_left_out() {
    let (fixture, door) = fixture::of_watched_moto().await;
    fixture
        .catalog
        .create_table(keyed("t", &[("n", "int")]))
        .await
        .unwrap();
    let rows = ["__HIVE_DEFAULT_PARTITION__", "7", "8"].map(|n| partition(&[n]));
    fixture
        .catalog
        .add_partitions(&name("t"), rows.into())
        .await
        .unwrap();
    let seven = compare(0, Comparison::Equal, PartitionLiteral::Integer(7));
    assert_eq!(found(&fixture, seven).await, ["7"]);
    let asked = door.calls("GetPartitions");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].body["Expression"], "n = 7");
    assert_eq!(asked[1].body.get("Expression"), None);
}

#[tokio::test]
async fn batches_are_of_the_sizes_that_glue_takes() {
    let (fixture, door) = fixture::of_watched_moto().await;
    let catalog = &fixture.catalog;
    catalog
        .create_table(keyed("t", &[("n", "int")]))
        .await
        .unwrap();
    let numbers: Vec<String> = (0..230).map(|n| n.to_string()).collect();
    let rows = || numbers.iter().map(|n| partition(&[n])).collect::<Vec<_>>();
    let mut twice = rows();
    twice.push(partition(&["229"]));
    let existing = catalog.add_partitions(&name("t"), twice).await.unwrap();
    assert_eq!(existing, [["229"]]);
    let again = catalog.add_partitions(&name("t"), rows()).await.unwrap();
    assert_eq!(again.len(), 230);
    let changes = rows().into_iter().map(|mut row| {
        row.parameters.insert("seen".to_owned(), "yes".to_owned());
        (row.values.clone(), row)
    });
    let missing = catalog
        .update_partitions(&name("t"), changes.collect())
        .await
        .unwrap();
    assert!(missing.is_empty());
    let read = catalog.partition(&name("t"), &["42".to_owned()]).await;
    assert_eq!(read.unwrap().unwrap().parameters["seen"], "yes");
    let mut gone: Vec<Vec<String>> = numbers.iter().map(|n| vec![n.clone()]).collect();
    gone.push(vec!["999".to_owned()]);
    let missing = catalog.drop_partitions(&name("t"), gone).await.unwrap();
    assert_eq!(missing, [["999"]]);
    let sizes = |operation: &str, list: &str| -> Vec<usize> {
        let calls = door.calls(operation);
        let mut sizes: Vec<usize> = calls
            .iter()
            .map(|call| call.body[list].as_array().unwrap().len())
            .collect();
        sizes.sort_unstable();
        sizes
    };
    let added = sizes("BatchCreatePartition", "PartitionInputList");
    assert_eq!(added, [30, 30, 100, 100, 100, 100]);
    assert_eq!(sizes("BatchUpdatePartition", "Entries"), [30, 100, 100]);
    let removed = sizes("BatchDeletePartition", "PartitionsToDelete");
    assert_eq!(removed, [6, 25, 25, 25, 25, 25, 25, 25, 25, 25]);
}

#[tokio::test]
async fn values_are_one_for_each_key_and_new_ones_are_free() {
    let fixture = fixture::of_moto().await;
    let catalog = &fixture.catalog;
    catalog
        .create_table(keyed("t", &[("n", "int")]))
        .await
        .unwrap();
    let wrong = vec![partition(&["1", "2"])];
    let refused = catalog.add_partitions(&name("t"), wrong).await;
    assert!(matches!(refused, Err(CatalogError::PartitionValues { .. })));
    let rows = vec![partition(&["1"]), partition(&["2"])];
    catalog.add_partitions(&name("t"), rows).await.unwrap();
    let taken = vec![(vec!["1".to_owned()], partition(&["2"]))];
    let refused = catalog.update_partitions(&name("t"), taken).await;
    assert!(matches!(refused, Err(CatalogError::PartitionExists { .. })));
    assert_eq!(found(&fixture, PartitionPredicate::All).await, ["1", "2"]);
    let absent = catalog.partition(&name("t"), &["3".to_owned()]).await;
    assert_eq!(absent.unwrap(), None);
}

/// A table of Glue's with this many partitions, given in pages and parts as Glue does.
fn glue_with(partitions: usize) -> impl Fn(&Call) -> Answer + Send + Sync + 'static {
    move |call| match call.operation.as_str() {
        "GetTable" => {
            let key = json!({"Name": "k", "Type": "string"});
            let table = json!({"Name": "t", "PartitionKeys": [key], "VersionId": "0"});
            (200, json!({"Table": table}))
        }
        "GetPartitions" => (200, page(&call.body, partitions)),
        "BatchGetPartition" => {
            let mut wanted = call.body["PartitionsToGet"].as_array().unwrap().clone();
            let unprocessed = wanted.split_off(wanted.len().min(600));
            let found = wanted
                .iter()
                .map(|list| shown(list["Values"][0].as_str().unwrap()));
            let found: Vec<Value> = found.collect();
            (
                200,
                json!({"Partitions": found, "UnprocessedKeys": unprocessed}),
            )
        }
        _ => refusal("InvalidInputException", "not asked for"),
    }
}

fn shown(key: &str) -> Value {
    let parameters = json!({"recordCount": key, "classification": "parquet"});
    let descriptor = json!({"Location": format!("s3://lake/{key}/"), "Parameters": parameters});
    json!({"Values": [key], "StorageDescriptor": descriptor, "Parameters": {"key": key}})
}

fn page(request: &Value, partitions: usize) -> Value {
    let number = |value: &Value| {
        value
            .as_u64()
            .map(|number| usize::try_from(number).unwrap())
    };
    let part = number(&request["Segment"]["SegmentNumber"]).unwrap_or(0);
    let parts = number(&request["Segment"]["TotalSegments"]).unwrap_or(1);
    let size = number(&request["MaxResults"]).unwrap();
    let from: usize = request["NextToken"]
        .as_str()
        .map_or(0, |token| token.parse().unwrap());
    let keys: Vec<usize> = (0..partitions).filter(|key| key % parts == part).collect();
    let shown: Vec<Value> = keys
        .iter()
        .skip(from)
        .take(size)
        .rev()
        .map(|key| shown(&format!("{key:06}")))
        .collect();
    let next = from + size;
    if next < keys.len() {
        json!({"Partitions": shown, "NextToken": next.to_string()})
    } else {
        json!({"Partitions": shown})
    }
}

#[tokio::test]
async fn a_big_table_is_read_in_parts_and_given_in_order() {
    let door = TestDoor::answering(glue_with(6_500)).await;
    let fixture = fixture::at(door.address, None);
    let pages: Vec<_> = fixture
        .catalog
        .partition_places(&name("t"), PartitionPredicate::All)
        .try_collect()
        .await
        .unwrap();
    assert!(pages.iter().all(|page| page.len() <= 1000));
    let places = pages.concat();
    let values: Vec<&str> = places
        .iter()
        .map(|place| place.values[0].as_str())
        .collect();
    assert_eq!((values.len(), values.is_sorted()), (6_500, true));
    assert_eq!(places[42].location.as_deref(), Some("s3://lake/000042/"));
    let parts: HashSet<u64> = door
        .calls("GetPartitions")
        .iter()
        .filter_map(|call| call.body["Segment"]["SegmentNumber"].as_u64())
        .collect();
    assert_eq!(parts, (0..5).collect());
    let descriptors: HashSet<*const StorageDescriptor> = places
        .iter()
        .map(|place| std::sync::Arc::as_ptr(&place.descriptor))
        .collect();
    assert_eq!(descriptors.len(), 1, "equal descriptors are held once");
    assert_eq!(places[0].descriptor.parameters["classification"], "parquet");
    assert_eq!(
        fixture.catalog.partition_count(&name("t")).await.unwrap(),
        6_500
    );
    let counted = door.calls("GetPartitions").pop().unwrap();
    assert_eq!(counted.body["ExcludeColumnSchema"], true);
}

#[tokio::test]
async fn what_an_expression_lets_through_is_read_page_after_page() {
    let door = TestDoor::answering(glue_with(2_500)).await;
    let fixture = fixture::at(door.address, None);
    // The stand-in reads no expressions: what it gives too much is left out here.
    let later = compare(0, Comparison::GreaterOrEqual, text("000500"));
    assert_eq!(found(&fixture, later).await.len(), 2_000);
    let asked = door.calls("GetPartitions");
    let tokens: Vec<Option<&str>> = asked
        .iter()
        .map(|call| call.body["NextToken"].as_str())
        .collect();
    assert_eq!(tokens, [None, Some("1000"), Some("2000")]);
    for call in &asked {
        assert_eq!(call.body["Expression"], "k >= '000500'");
        assert_eq!(call.body.get("Segment"), None);
    }
}

#[tokio::test]
async fn of_very_many_whole_partitions_only_the_values_are_held() {
    let door = TestDoor::answering(glue_with(10_500)).await;
    let fixture = fixture::at(door.address, None);
    let partitions: Vec<_> = fixture
        .catalog
        .partitions(&name("t"), PartitionPredicate::All)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(partitions.len(), 10_500);
    assert!(partitions.is_sorted_by_key(|partition| partition.values[0].clone()));
    let same = |partition: &prismlake_catalog::Partition| {
        partition.parameters["key"] == partition.values[0]
    };
    assert!(partitions.iter().all(same));
    // 10 batches of 1000 and one of 500, and what the stand-in leaves out of each of the former.
    assert_eq!(door.calls("BatchGetPartition").len(), 21);
}

#[tokio::test]
async fn nothing_is_read_for_a_predicate_that_nothing_matches() {
    let door = TestDoor::answering(glue_with(10)).await;
    let fixture = fixture::at(door.address, None);
    assert!(
        found(&fixture, PartitionPredicate::Nothing)
            .await
            .is_empty()
    );
    assert!(door.calls("GetPartitions").is_empty());
}

#[tokio::test]
async fn a_token_that_leads_back_to_itself_is_an_error_and_no_end() {
    let table = glue_with(0);
    let door = TestDoor::answering(move |call| match call.operation.as_str() {
        "GetPartitions" => (
            200,
            json!({"Partitions": [shown("a")], "NextToken": "again"}),
        ),
        _ => table(call),
    })
    .await;
    let fixture = fixture::at(door.address, None);
    let places = fixture
        .catalog
        .partition_places(&name("t"), PartitionPredicate::IsNotNull(0));
    let error = places.try_collect::<Vec<_>>().await.unwrap_err();
    assert!(error.to_string().contains("token"), "{error}");
}
