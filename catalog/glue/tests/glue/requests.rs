//! Statistics of columns, functions, partition indexes and classifiers, which moto lacks: what Glue is sent, and how its
//! answers are read. The stand-in keeps what it is sent as Glue's API describes it.

use std::sync::Mutex;

use prismlake_catalog::model::{
    Classifier, ColumnStatistics, ColumnStatisticsData, ContainsHeader, CsvClassifier,
    DatabaseName, GrokClassifier, PartitionIndex, RangeStatistics, ResourceUri, Revision,
    UserDefinedFunction,
};
use prismlake_catalog::{CatalogError, CatalogStore, CrawlerStore};
use serde_json::{Value, json};

use crate::fixture::{self, Fixture, name};
use crate::moto_server;
use crate::test_door::{Answer, Call, TestDoor, refusal};

/// Objects by what they are and their name.
#[derive(Default)]
struct Kept(Mutex<Vec<(String, Value)>>);

impl Kept {
    fn create(&self, key: String, value: Value) -> Answer {
        let mut kept = self.0.lock().unwrap();
        if kept.iter().any(|(known, _)| *known == key) {
            return refusal("AlreadyExistsException", "It already exists.");
        }
        kept.push((key, value));
        (200, json!({}))
    }

    fn put(&self, key: String, value: Value) -> Answer {
        let mut kept = self.0.lock().unwrap();
        kept.retain(|(known, _)| *known != key);
        kept.push((key, value));
        (200, json!({}))
    }

    fn remove(&self, key: &str) -> Answer {
        let mut kept = self.0.lock().unwrap();
        let before = kept.len();
        kept.retain(|(known, _)| known != key);
        if kept.len() == before {
            return refusal("EntityNotFoundException", "It is not found.");
        }
        (200, json!({}))
    }

    fn beginning(&self, prefix: &str) -> Vec<Value> {
        let kept = self.0.lock().unwrap();
        let found = kept.iter().filter(|(key, _)| key.starts_with(prefix));
        found.map(|(_, value)| value.clone()).collect()
    }
}

/// Glue as its API describes it, for one table `default.t` with 150 columns and the partition `1`.
fn described(kept: &Kept, call: &Call) -> Answer {
    let body = &call.body;
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    let missing = || refusal("EntityNotFoundException", "It is not found.");
    let owner = body["PartitionValues"].to_string();
    match call.operation.as_str() {
        "GetTable" if text("Name") != "t" => missing(),
        "GetTable" => {
            let columns: Vec<Value> = (0..150)
                .map(|n| json!({"Name": format!("c{n:03}"), "Type": "bigint"}))
                .collect();
            let table = json!({
                "Name": "t", "VersionId": "0", "StorageDescriptor": {"Columns": columns},
                "PartitionKeys": [{"Name": "n", "Type": "int"}],
            });
            (200, json!({"Table": table}))
        }
        "GetPartition" if owner == r#"["1"]"# => (200, json!({"Partition": {"Values": ["1"]}})),
        "UpdateColumnStatisticsForTable" | "UpdateColumnStatisticsForPartition" => {
            if text("TableName") != "t" || (owner != "null" && owner != r#"["1"]"#) {
                return missing();
            }
            for column in body["ColumnStatisticsList"].as_array().unwrap() {
                let column_name = column["ColumnName"].as_str().unwrap();
                kept.put(format!("statistics {owner} {column_name}"), column.clone());
            }
            (200, json!({"Errors": []}))
        }
        "GetColumnStatisticsForTable" | "GetColumnStatisticsForPartition" => {
            let asked = body["ColumnNames"].as_array().unwrap();
            let (mut found, mut errors) = (Vec::new(), Vec::new());
            for column in asked {
                let key = format!("statistics {owner} {}", column.as_str().unwrap());
                let known = kept.beginning(&key);
                if known.is_empty() {
                    let detail = json!({"ErrorCode": "EntityNotFoundException"});
                    errors.push(json!({"ColumnName": column, "Error": detail}));
                }
                found.extend(known);
            }
            (
                200,
                json!({"ColumnStatisticsList": found, "Errors": errors}),
            )
        }
        "DeleteColumnStatisticsForTable" | "DeleteColumnStatisticsForPartition" => {
            kept.remove(&format!("statistics {owner} {}", text("ColumnName")))
        }
        "CreateUserDefinedFunction" => {
            if text("DatabaseName") != "sales" {
                return missing();
            }
            let mut function = body["FunctionInput"].clone();
            function["DatabaseName"] = json!("sales");
            function["CreateTime"] = json!(1.5e9);
            let name = function["FunctionName"].as_str().unwrap().to_owned();
            kept.create(format!("function {name}"), function)
        }
        "UpdateUserDefinedFunction" => kept.put(
            format!("function {}", text("FunctionName")),
            body["FunctionInput"].clone(),
        ),
        "GetUserDefinedFunctions" if body["Pattern"] == ".*" => {
            let found = kept.beginning("function ");
            (200, json!({"UserDefinedFunctions": found}))
        }
        "DeleteUserDefinedFunction" => kept.remove(&format!("function {}", text("FunctionName"))),
        "CreatePartitionIndex" => {
            let index = &body["PartitionIndex"];
            let keys = index["Keys"].as_array().unwrap().iter();
            let keys: Vec<Value> = keys
                .map(|key| json!({"Name": key, "Type": "int"}))
                .collect();
            let name = index["IndexName"].as_str().unwrap();
            let shown = json!({"IndexName": name, "Keys": keys, "IndexStatus": "CREATING"});
            kept.create(format!("index {name}"), shown)
        }
        "GetPartitionIndexes" => {
            let mut found = kept.beginning("index ");
            found.push(json!({"IndexName": "old", "Keys": [], "IndexStatus": "DELETING"}));
            (200, json!({"PartitionIndexDescriptorList": found}))
        }
        "DeletePartitionIndex" => kept.remove(&format!("index {}", text("IndexName"))),
        "CreateClassifier" | "UpdateClassifier" => {
            let kinds = body.as_object().unwrap();
            let (kind, request) = kinds.iter().next().unwrap();
            let mut classifier = request.clone();
            let is_new = call.operation == "CreateClassifier";
            classifier["Version"] = json!(if is_new { 1 } else { 2 });
            classifier["LastUpdated"] = json!(1.5e9);
            let key = format!("classifier {}", request["Name"].as_str().unwrap());
            let shown = json!({kind: classifier});
            if is_new {
                kept.create(key, shown)
            } else {
                kept.put(key, shown)
            }
        }
        "GetClassifiers" => (200, json!({"Classifiers": kept.beginning("classifier ")})),
        "DeleteClassifier" => kept.remove(&format!("classifier {}", text("Name"))),
        _ => missing(),
    }
}

async fn described_glue() -> (Fixture, TestDoor) {
    let kept = Kept::default();
    let door = TestDoor::answering(move |call| described(&kept, call)).await;
    (fixture::at(door.address, None), door)
}

/// Operations that moto has not, as far as this suite needs them.
const GAPS_OF_MOTO: [&str; 3] = ["UserDefinedFunction", "PartitionIndex", "Classifier"];

/// moto, with a stand-in for the operations that it lacks. Classifiers have no revision in it: the suite expects back
/// what it put, which Glue's own classifiers are not quite.
pub async fn of_filled_moto() -> (Fixture, TestDoor) {
    let kept = Kept::default();
    let fill = move |call: &Call| {
        if !GAPS_OF_MOTO.iter().any(|gap| call.operation.contains(gap)) {
            return None;
        }
        let (status, mut answer) = described(&kept, call);
        let classifiers = answer.get_mut("Classifiers").and_then(Value::as_array_mut);
        for classifier in classifiers.into_iter().flatten() {
            for kind in classifier.as_object_mut().unwrap().values_mut() {
                let fields = kind.as_object_mut().unwrap();
                fields.remove("Version");
                fields.remove("LastUpdated");
            }
        }
        Some((status, answer))
    };
    let door = TestDoor::filling_in_for(moto_server::address(), fill).await;
    let fixture = fixture::with_default(fixture::at(door.address, None)).await;
    (fixture, door)
}

fn statistics(column: &str) -> ColumnStatistics {
    ColumnStatistics {
        column_name: column.to_owned(),
        column_type: "bigint".to_owned(),
        analyzed_time: chrono::DateTime::UNIX_EPOCH,
        statistics_data: ColumnStatisticsData::Long {
            data: RangeStatistics {
                minimum_value: Some(1),
                maximum_value: None,
                number_of_nulls: 0,
                number_of_distinct_values: 9,
            },
        },
    }
}

#[tokio::test]
async fn statistics_of_columns_go_in_batches_and_come_back() {
    let (fixture, door) = described_glue().await;
    let catalog = &fixture.catalog;
    let all: Vec<_> = (0..60).map(|n| statistics(&format!("c{n:03}"))).collect();
    for owner in [None, Some(vec!["1".to_owned()])] {
        for _ in 0..2 {
            catalog
                .put_column_statistics(&name("t"), owner.clone(), all.clone())
                .await
                .unwrap();
        }
        let read = catalog.column_statistics(&name("t"), owner.clone()).await;
        assert_eq!(read.unwrap(), all);
        let dropped = catalog
            .drop_column_statistics(&name("t"), owner.clone(), "C000")
            .await;
        assert!(dropped.unwrap());
        let dropped = catalog
            .drop_column_statistics(&name("t"), owner.clone(), "c000")
            .await;
        assert!(!dropped.unwrap());
        let read = catalog.column_statistics(&name("t"), owner).await;
        assert_eq!(read.unwrap(), all[1..]);
    }
    let sent = door.calls("UpdateColumnStatisticsForTable");
    let sizes: Vec<usize> = sent
        .iter()
        .map(|call| call.body["ColumnStatisticsList"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [25, 25, 10, 25, 25, 10]);
    let first = &sent[0].body["ColumnStatisticsList"][0]["StatisticsData"];
    assert_eq!(first["Type"], "LONG");
    assert_eq!(first["LongColumnStatisticsData"]["MinimumValue"], 1);
    assert_eq!(first["LongColumnStatisticsData"].get("MaximumValue"), None);
    // 150 columns and a key, in two calls each time.
    assert_eq!(door.calls("GetColumnStatisticsForTable").len(), 4);
}

#[tokio::test]
async fn statistics_of_what_is_not_there_are_refused_by_its_name() {
    let (fixture, _door) = described_glue().await;
    let catalog = &fixture.catalog;
    let absent = Some(vec!["2".to_owned()]);
    let one = || vec![statistics("c000")];
    for error in [
        catalog
            .column_statistics(&name("t"), absent.clone())
            .await
            .unwrap_err(),
        catalog
            .put_column_statistics(&name("t"), absent.clone(), one())
            .await
            .unwrap_err(),
        catalog
            .drop_column_statistics(&name("t"), absent, "c000")
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(error, CatalogError::PartitionNotFound { .. }),
            "{error}"
        );
    }
    for error in [
        catalog
            .column_statistics(&name("u"), None)
            .await
            .unwrap_err(),
        catalog
            .put_column_statistics(&name("u"), None, one())
            .await
            .unwrap_err(),
        catalog
            .drop_column_statistics(&name("u"), None, "c000")
            .await
            .unwrap_err(),
    ] {
        assert!(matches!(error, CatalogError::TableNotFound(_)), "{error}");
    }
}

#[tokio::test]
async fn functions_are_added_replaced_and_removed() {
    let (fixture, _door) = described_glue().await;
    let catalog = &fixture.catalog;
    let sales = DatabaseName::new("sales").unwrap();
    let mut function = UserDefinedFunction {
        function_name: "F".to_owned(),
        database_name: "Sales".to_owned(),
        class_name: Some("org.example.F".to_owned()),
        owner_name: Some("someone".to_owned()),
        owner_type: Some("USER".to_owned()),
        function_type: Some("REGULAR_FUNCTION".to_owned()),
        create_time: None,
        resource_uris: vec![ResourceUri {
            resource_type: "JAR".to_owned(),
            uri: "s3://lake/f.jar".to_owned(),
        }],
    };
    catalog.put_function(function.clone()).await.unwrap();
    let read = catalog.functions(&sales).await.unwrap();
    assert!(read[0].create_time.is_some());
    assert_eq!(read[0].function_name, "f");
    assert_eq!(read[0].resource_uris, function.resource_uris);
    assert_eq!(read[0].function_type, function.function_type);
    function.class_name = Some("org.example.G".to_owned());
    catalog.put_function(function.clone()).await.unwrap();
    let read = catalog.functions(&sales).await.unwrap();
    assert_eq!((read.len(), &read[0].class_name), (1, &function.class_name));
    assert!(catalog.drop_function(&sales, "F").await.unwrap());
    assert!(!catalog.drop_function(&sales, "F").await.unwrap());
    function.database_name = "nowhere".to_owned();
    let lost = catalog.put_function(function).await;
    assert!(matches!(lost, Err(CatalogError::DatabaseNotFound(_))));
}

#[tokio::test]
async fn partition_indexes_are_of_keys_and_have_names_of_their_own() {
    let (fixture, _door) = described_glue().await;
    let catalog = &fixture.catalog;
    let index = |key: &str| PartitionIndex {
        keys: vec![key.to_owned()],
        index_name: "by_n".to_owned(),
    };
    catalog
        .add_partition_index(&name("t"), index("n"))
        .await
        .unwrap();
    let unknown = catalog.add_partition_index(&name("t"), index("x")).await;
    assert!(matches!(
        unknown,
        Err(CatalogError::NoSuchPartitionKey { .. })
    ));
    let twice = catalog.add_partition_index(&name("t"), index("n")).await;
    assert!(matches!(
        twice,
        Err(CatalogError::PartitionIndexExists { .. })
    ));
    assert_eq!(
        catalog.partition_indexes(&name("t")).await.unwrap(),
        [index("n")]
    );
    assert!(
        catalog
            .drop_partition_index(&name("t"), "by_n")
            .await
            .unwrap()
    );
    assert!(
        !catalog
            .drop_partition_index(&name("t"), "by_n")
            .await
            .unwrap()
    );
    let lost = catalog.drop_partition_index(&name("u"), "by_n").await;
    assert!(matches!(lost, Err(CatalogError::TableNotFound(_))));
}

#[tokio::test]
async fn classifiers_are_added_replaced_and_removed() {
    let (fixture, door) = described_glue().await;
    let catalog = &fixture.catalog;
    let mut lines = GrokClassifier {
        name: "lines".to_owned(),
        classification: "mine".to_owned(),
        grok_pattern: "%{GREEDYDATA:all}".to_owned(),
        custom_patterns: None,
        revision: Revision::default(),
    };
    let fields = CsvClassifier {
        name: "fields".to_owned(),
        delimiter: Some(";".to_owned()),
        quote_symbol: None,
        contains_header: ContainsHeader::Unknown,
        header: vec!["a".to_owned()],
        disable_value_trimming: true,
        allow_single_column: false,
        custom_datatype_configured: false,
        custom_datatypes: Vec::new(),
        serde: Some("OpenCSVSerDe".to_owned()),
        revision: Revision::default(),
    };
    let put = Classifier::GrokClassifier(lines.clone());
    catalog.put_classifier(put).await.unwrap();
    let put = Classifier::CsvClassifier(fields.clone());
    catalog.put_classifier(put).await.unwrap();
    lines.grok_pattern = "%{WORD:first}".to_owned();
    let put = Classifier::GrokClassifier(lines.clone());
    catalog.put_classifier(put).await.unwrap();
    let read = catalog.classifiers().await.unwrap();
    let [
        Classifier::CsvClassifier(csv),
        Classifier::GrokClassifier(grok),
    ] = read.as_slice()
    else {
        panic!("{read:?}");
    };
    assert_eq!((csv.revision.version, grok.revision.version), (1, 2));
    assert!(grok.revision.last_updated.is_some());
    let revision = csv.revision.clone();
    assert_eq!(*csv, CsvClassifier { revision, ..fields });
    assert_eq!(grok.grok_pattern, lines.grok_pattern);
    let sent = &door.calls("CreateClassifier")[1].body["CsvClassifier"];
    assert_eq!(sent["ContainsHeader"], "UNKNOWN");
    assert!(catalog.drop_classifier("lines").await.unwrap());
    assert!(!catalog.drop_classifier("lines").await.unwrap());
}
