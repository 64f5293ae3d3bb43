//! What every store of a catalog does alike.

use futures::TryStreamExt;
use prismlake_catalog::file_statistics::{BoundValue, ColumnBounds, FileStatistics};
use prismlake_catalog::like_pattern::LikePattern;
use prismlake_catalog::model::{
    Classifier, ColumnStatisticsData, CrawlCounts, CrawlRecord, CrawlState, Crawler,
    GrokClassifier, PartitionIndex, RangeStatistics, Revision, UserDefinedFunction,
};
use prismlake_catalog::partition_predicate::Comparison;
use prismlake_catalog::prepared_statement::PreparedStatement;
use prismlake_catalog::store::DropBehavior;
use prismlake_catalog::writes::AbortOutcome;
use prismlake_catalog::{
    CatalogError, CatalogStore, Column, Database, DatabaseName, Partition, PartitionLiteral,
    PartitionPredicate, StorageDescriptor, Table, TableName, WriteCommit, WriteIntent,
};

fn name(table: &str) -> TableName {
    TableName::new("default", table).unwrap()
}

fn partitioned(table: &str) -> Table {
    Table {
        partition_keys: vec![Column::new("dt", "date"), Column::new("n", "int")],
        storage_descriptor: StorageDescriptor {
            location: Some("s3://lake/t/".to_owned()),
            ..StorageDescriptor::default()
        },
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

async fn values(catalog: &dyn CatalogStore, predicate: PartitionPredicate) -> Vec<String> {
    catalog
        .partitions(&name("t"), predicate)
        .map_ok(|partition| partition.values.join("/"))
        .try_collect()
        .await
        .unwrap()
}

pub async fn partitions_come_in_the_order_of_their_typed_values_and_by_predicate(
    catalog: &dyn CatalogStore,
) {
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
        values(catalog, PartitionPredicate::All).await[..4],
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
        values(catalog, later).await,
        ["2026-01-10/-1", "2026-01-10/9", "2026-01-10/10"]
    );
    let second = PartitionPredicate::Compare(1, Comparison::Equal, PartitionLiteral::Integer(9));
    assert_eq!(values(catalog, second).await.len(), 3);
    let both = PartitionPredicate::And(vec![
        PartitionPredicate::Compare(0, Comparison::Equal, day),
        PartitionPredicate::Compare(1, Comparison::LessOrEqual, PartitionLiteral::Integer(9)),
    ]);
    assert_eq!(
        values(catalog, both).await,
        ["2026-01-02/-1", "2026-01-02/9"]
    );
    assert_eq!(
        values(catalog, PartitionPredicate::IsNull(0)).await.len(),
        3
    );
    assert_eq!(catalog.partition_count(&name("t")).await.unwrap(), 9);
}

pub async fn more_partitions_than_a_page_are_all_found(catalog: &dyn CatalogStore) {
    catalog.create_table(partitioned("t")).await.unwrap();
    let partitions = (0..2_500)
        .map(|n| partition("2026-01-01", &n.to_string()))
        .collect();
    catalog
        .add_partitions(&name("t"), partitions)
        .await
        .unwrap();
    let found = values(catalog, PartitionPredicate::All).await;
    assert_eq!(found.len(), 2_500);
    assert_eq!(found[2_499], "2026-01-01/2499");
}

pub async fn a_write_is_committed_whole_or_not_at_all(catalog: &dyn CatalogStore) {
    catalog.create_table(partitioned("taken")).await.unwrap();
    let intent = || WriteIntent {
        query_id: "q".to_owned(),
        location: "s3://lake/t/".to_owned(),
    };
    let commit = |table: &str| WriteCommit {
        table: Some(name(table)),
        create_table: Some(partitioned(table)),
        partitions: vec![partition("2026-01-01", "1")],
        file_statistics: Vec::new(),
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

pub async fn updates_archive_versions_and_notice_each_other(catalog: &dyn CatalogStore) {
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

pub async fn partitions_change_their_values_and_places(catalog: &dyn CatalogStore) {
    catalog.create_table(partitioned("t")).await.unwrap();
    let mut stored = partition("2026-01-01", "1");
    stored.storage_descriptor.location = Some("s3://lake/t/dt=2026-01-01/n=1/".to_owned());
    stored.parameters.insert("rows".to_owned(), "5".to_owned());
    catalog
        .add_partitions(&name("t"), vec![stored.clone()])
        .await
        .unwrap();
    let read = catalog
        .partition(&name("t"), &stored.values)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(read.storage_descriptor, stored.storage_descriptor);
    assert_eq!(read.parameters, stored.parameters);
    let renamed = partition("2026-01-02", "1");
    let missing = catalog
        .update_partitions(
            &name("t"),
            vec![
                (stored.values.clone(), renamed.clone()),
                (
                    vec!["2030-01-01".to_owned(), "1".to_owned()],
                    partition("2030-01-01", "1"),
                ),
            ],
        )
        .await
        .unwrap();
    assert_eq!(missing, [["2030-01-01", "1"]]);
    assert_eq!(
        values(catalog, PartitionPredicate::All).await,
        ["2026-01-02/1"]
    );
    let mut moved = renamed.clone();
    moved.storage_descriptor.location = Some("s3://elsewhere/".to_owned());
    catalog
        .update_partitions(&name("t"), vec![(renamed.values.clone(), moved)])
        .await
        .unwrap();
    let places: Vec<_> = catalog
        .partition_places(&name("t"), PartitionPredicate::All)
        .try_concat()
        .await
        .unwrap();
    assert_eq!(places.len(), 1);
    assert_eq!(places[0].location.as_deref(), Some("s3://elsewhere/"));
    catalog
        .drop_partitions(&name("t"), vec![renamed.values])
        .await
        .unwrap();
    assert_eq!(catalog.partition_count(&name("t")).await.unwrap(), 0);
    let by_second = PartitionPredicate::Compare(1, Comparison::Equal, PartitionLiteral::Integer(1));
    assert!(
        values(catalog, by_second).await.is_empty(),
        "found by a key of what is gone"
    );
}

pub async fn a_later_key_finds_few_among_many(catalog: &dyn CatalogStore) {
    catalog.create_table(partitioned("t")).await.unwrap();
    let many = (0..60).flat_map(|day| {
        let dt = format!("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        (0..50).map(move |n| partition(&dt, &n.to_string()))
    });
    catalog
        .add_partitions(&name("t"), many.collect())
        .await
        .unwrap();
    let number = PartitionLiteral::Integer;
    let odd_one = partition("2026-01-09", "777");
    catalog
        .add_partitions(&name("t"), vec![odd_one])
        .await
        .unwrap();
    let one = PartitionPredicate::Compare(1, Comparison::Equal, number(777));
    assert_eq!(values(catalog, one).await, ["2026-01-09/777"]);
    let some = PartitionPredicate::In(1, vec![number(3), number(777)]);
    assert_eq!(values(catalog, some).await.len(), 61);
    let wide = PartitionPredicate::And(vec![
        PartitionPredicate::Compare(0, Comparison::Greater, PartitionLiteral::Date(0)),
        PartitionPredicate::Compare(1, Comparison::GreaterOrEqual, number(49)),
    ]);
    let found = values(catalog, wide).await;
    assert_eq!(found.len(), 61);
    assert!(found.is_sorted(), "in the order of the keys");
    let none = PartitionPredicate::And(vec![
        PartitionPredicate::IsNull(1),
        PartitionPredicate::Like(0, LikePattern::new("2026-01%")),
    ]);
    assert!(values(catalog, none).await.is_empty());
    // A store that would have to read everything for it says nothing.
    if let Some(days) = catalog
        .distinct_key_values(&name("t"), 0, 100)
        .await
        .unwrap()
    {
        assert_eq!((days.len(), days[59].as_str()), (60, "2026-03-04"));
        let numbers = catalog
            .distinct_key_values(&name("t"), 1, 100)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((numbers.len(), numbers[50].as_str()), (51, "777"));
        assert_eq!(
            catalog
                .distinct_key_values(&name("t"), 1, 50)
                .await
                .unwrap(),
            None
        );
    }
    let except = PartitionPredicate::Compare(1, Comparison::NotEqual, number(777));
    assert_eq!(values(catalog, except).await.len(), 3000);
}

pub async fn keys_keep_their_types_while_there_are_partitions(catalog: &dyn CatalogStore) {
    catalog.create_table(partitioned("t")).await.unwrap();
    let mut changed = partitioned("t");
    changed.partition_keys = vec![Column::new("dt", "string"), Column::new("n", "int")];
    catalog.update_table(changed.clone(), None).await.unwrap();
    catalog
        .add_partitions(&name("t"), vec![partition("x", "1")])
        .await
        .unwrap();
    let refused = catalog.update_table(partitioned("t"), None).await;
    assert!(matches!(
        refused,
        Err(CatalogError::PartitionKeysChanged(_))
    ));
    changed.description = Some("other".to_owned());
    catalog.update_table(changed, None).await.unwrap();
}

pub async fn statistics_of_columns_and_files_are_kept(catalog: &dyn CatalogStore) {
    catalog.create_table(partitioned("t")).await.unwrap();
    let own = partition("2026-01-01", "1");
    catalog
        .add_partitions(&name("t"), vec![own.clone()])
        .await
        .unwrap();
    let column = prismlake_catalog::model::ColumnStatistics {
        column_name: "id".to_owned(),
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
    };
    for partition in [None, Some(own.values.clone())] {
        let put = vec![column.clone()];
        catalog
            .put_column_statistics(&name("t"), partition.clone(), put.clone())
            .await
            .unwrap();
        catalog
            .put_column_statistics(&name("t"), partition.clone(), put.clone())
            .await
            .unwrap();
        assert_eq!(
            catalog
                .column_statistics(&name("t"), partition)
                .await
                .unwrap(),
            put
        );
    }
    assert!(
        catalog
            .drop_column_statistics(&name("t"), None, "ID")
            .await
            .unwrap()
    );
    assert!(
        catalog
            .column_statistics(&name("t"), None)
            .await
            .unwrap()
            .is_empty()
    );
    let absent = Some(vec!["2026-01-01".to_owned(), "2".to_owned()]);
    assert!(catalog.column_statistics(&name("t"), absent).await.is_err());
    let json = serde_json::to_value(&column).unwrap();
    assert_eq!(
        json["StatisticsData"]["LongColumnStatisticsData"]["MinimumValue"],
        1
    );
    assert_eq!(json["StatisticsData"]["Type"], "LONG");

    let file = |name: &str, version: &str| FileStatistics {
        folder: "s3://lake/t/".to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
        row_count: 7,
        columns: [(
            "id".to_owned(),
            ColumnBounds {
                lower: Some(BoundValue::Integer(-1)),
                ..ColumnBounds::default()
            },
        )]
        .into(),
    };
    catalog
        .put_file_statistics(vec![file("a", "1"), file("b", "1")])
        .await
        .unwrap();
    catalog
        .put_file_statistics(vec![file("a", "2")])
        .await
        .unwrap();
    let folders = vec!["s3://lake/t/".to_owned(), "s3://lake/u/".to_owned()];
    let mut found = catalog.file_statistics(folders.clone()).await.unwrap();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(found, [file("a", "2"), file("b", "1")]);
    catalog
        .forget_file_statistics("s3://lake/t/", vec!["a".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        catalog.file_statistics(folders).await.unwrap(),
        [file("b", "1")]
    );
}

pub async fn databases_functions_and_indexes_are_kept(catalog: &dyn CatalogStore) {
    let database = DatabaseName::new("Sales").unwrap();
    catalog
        .create_database(Database::new(database.clone()))
        .await
        .unwrap();
    let again = catalog
        .create_database(Database::new(database.clone()))
        .await;
    assert!(matches!(again, Err(CatalogError::DatabaseExists(_))));
    let mut changed = Database::new(database.clone());
    changed.description = Some("what is sold".to_owned());
    catalog.update_database(changed).await.unwrap();
    let read = catalog.database(&database).await.unwrap().unwrap();
    assert_eq!(read.description.as_deref(), Some("what is sold"));
    assert!(read.create_time.is_some());
    let function = UserDefinedFunction {
        function_name: "f".to_owned(),
        database_name: "sales".to_owned(),
        class_name: Some("org.example.F".to_owned()),
        owner_name: None,
        owner_type: None,
        function_type: None,
        create_time: None,
        resource_uris: Vec::new(),
    };
    catalog.put_function(function).await.unwrap();
    assert_eq!(catalog.functions(&database).await.unwrap().len(), 1);
    assert!(catalog.drop_function(&database, "F").await.unwrap());
    assert!(!catalog.drop_function(&database, "F").await.unwrap());

    let prepared = PreparedStatement {
        name: "q".to_owned(),
        workgroup: "primary".to_owned(),
        statement: "SELECT ?".to_owned(),
        description: None,
        modified_at: chrono::DateTime::UNIX_EPOCH,
    };
    catalog
        .put_prepared_statement(prepared.clone())
        .await
        .unwrap();
    let kept = catalog.prepared_statement("primary", "q").await.unwrap();
    assert_eq!(kept, Some(prepared.clone()));
    assert_eq!(
        catalog.prepared_statement("other", "q").await.unwrap(),
        None
    );
    assert_eq!(
        catalog.prepared_statements("primary").await.unwrap(),
        [prepared]
    );
    assert!(
        catalog
            .drop_prepared_statement("primary", "q")
            .await
            .unwrap()
    );
    assert!(
        !catalog
            .drop_prepared_statement("primary", "q")
            .await
            .unwrap()
    );

    catalog.create_table(partitioned("t")).await.unwrap();
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
}

pub async fn crawlers_run_one_at_a_time_and_remember(catalog: &dyn CatalogStore) {
    let crawler = Crawler {
        name: "c".to_owned(),
        ..Crawler::default()
    };
    assert!(matches!(
        catalog.begin_crawl("c", "r1").await,
        Err(CatalogError::CrawlerNotFound(_))
    ));
    catalog.put_crawler(crawler.clone()).await.unwrap();
    catalog.put_crawler(crawler).await.unwrap();
    assert_eq!(catalog.crawler("c").await.unwrap().unwrap().version, 2);
    catalog.begin_crawl("c", "r1").await.unwrap();
    assert!(matches!(
        catalog.begin_crawl("c", "r2").await,
        Err(CatalogError::CrawlerRunning(_))
    ));
    catalog.renew_crawl("c", "r1").await.unwrap();
    assert!(catalog.renew_crawl("c", "r2").await.is_err());
    assert_eq!(
        catalog.running_crawl("c").await.unwrap().as_deref(),
        Some("r1")
    );
    let mistaken = catalog.take_over_crawl("c", "r0", "r2").await;
    assert!(matches!(mistaken, Err(CatalogError::CrawlerRunning(_))));
    catalog.take_over_crawl("c", "r1", "r3").await.unwrap();
    catalog.end_crawl("c", "r3").await.unwrap();
    catalog.begin_crawl("c", "r2").await.unwrap();
    let record = CrawlRecord {
        crawl_id: "r2".to_owned(),
        crawler_name: "c".to_owned(),
        state: CrawlState::Running,
        start_time: chrono::DateTime::UNIX_EPOCH,
        end_time: None,
        counts: CrawlCounts::default(),
        error_message: None,
        object_errors: Vec::new(),
    };
    catalog.record_crawl(record.clone()).await.unwrap();
    let done = CrawlRecord {
        state: CrawlState::Completed,
        ..record
    };
    catalog.record_crawl(done.clone()).await.unwrap();
    assert_eq!(catalog.crawl_records("c", 10).await.unwrap(), [done]);

    let folder = |name: &str, digest: u8| prismlake_catalog::crawler_store::CrawledFolder {
        folder: format!("s3://lake/{name}/"),
        digest: vec![digest],
        finding: "{}".to_owned(),
    };
    catalog
        .put_crawled_folders("c", vec![folder("b", 1), folder("a", 1)])
        .await
        .unwrap();
    catalog
        .put_crawled_folders("c", vec![folder("a", 2)])
        .await
        .unwrap();
    assert_eq!(
        catalog.crawled_folders("c", "", 10).await.unwrap(),
        [folder("a", 2), folder("b", 1)]
    );
    let after = catalog
        .crawled_folders("c", "s3://lake/a/", 10)
        .await
        .unwrap();
    assert_eq!(after, [folder("b", 1)]);
    catalog
        .forget_crawled_folders("c", vec!["s3://lake/a/".to_owned()])
        .await
        .unwrap();

    let written = partitioned("t");
    catalog
        .create_crawled_table("c", written.clone(), written.clone())
        .await
        .unwrap();
    let version = catalog.table(&name("t")).await.unwrap().unwrap().version_id;
    let late = catalog
        .update_crawled_table("c", written.clone(), Some("7"), written.clone())
        .await;
    assert!(matches!(late, Err(CatalogError::ConcurrentModification(_))));
    catalog
        .update_crawled_table("c", written.clone(), Some(&version), written.clone())
        .await
        .unwrap();
    assert_eq!(
        catalog.crawled_table(&name("t")).await.unwrap(),
        Some(("c".to_owned(), written))
    );
    assert_eq!(catalog.crawled_tables("c").await.unwrap().len(), 1);
    catalog.drop_table(&name("t")).await.unwrap();
    assert_eq!(catalog.crawled_table(&name("t")).await.unwrap(), None);

    let classifier = Classifier::GrokClassifier(GrokClassifier {
        name: "lines".to_owned(),
        classification: "mine".to_owned(),
        grok_pattern: "%{GREEDYDATA:all}".to_owned(),
        custom_patterns: None,
        revision: Revision::default(),
    });
    catalog.put_classifier(classifier.clone()).await.unwrap();
    assert_eq!(catalog.classifiers().await.unwrap(), [classifier]);
    assert!(catalog.drop_classifier("lines").await.unwrap());
    assert!(catalog.drop_crawler("c").await.unwrap());
    assert!(
        catalog
            .crawled_folders("c", "", 10)
            .await
            .unwrap()
            .is_empty()
    );
}
