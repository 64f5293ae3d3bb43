//! Crawls through the service: what lakes become, what later runs do, and that nothing is lost on the way.

mod lake;

use std::path::Path;
use std::sync::Arc;

use lake::spark::{TABLES, check};
use lake::{TestLake, s3_settings, shared};
use prismlake_catalog::TableName;
use prismlake_catalog::crawler::run::{CrawlMode, CrawlOutcome};
use prismlake_catalog::crawler::s3_events::parse_events;
use prismlake_catalog::model::{
    CrawlState, Crawler, CrawlerTargets, DeleteBehavior, RecrawlBehavior, S3Target, Schedule,
    ScheduleState,
};
use prismlake_engine::CrawlRequest;
use prismlake_test_store::TestS3;

fn crawler(target: &Path) -> Crawler {
    Crawler {
        name: "c".to_owned(),
        database_name: Some("lake".to_owned()),
        targets: CrawlerTargets {
            s3_targets: vec![S3Target {
                path: format!("file://{}/", target.display()),
                ..S3Target::default()
            }],
            catalog_targets: Vec::new(),
        },
        ..Crawler::default()
    }
}

async fn run(
    lake: &TestLake,
    crawler: &Crawler,
    mode: CrawlMode,
    events: Option<&str>,
) -> CrawlOutcome {
    let catalog = lake.service.catalog();
    if catalog.crawler(&crawler.name).await.unwrap().is_none() {
        catalog.put_crawler(crawler.clone()).await.unwrap();
    }
    let mut known = catalog.crawler(&crawler.name).await.unwrap().unwrap();
    if (
        &known.schema_change_policy,
        &known.configuration,
        &known.recrawl_policy,
    ) != (
        &crawler.schema_change_policy,
        &crawler.configuration,
        &crawler.recrawl_policy,
    ) {
        catalog.put_crawler(crawler.clone()).await.unwrap();
        known = catalog.crawler(&crawler.name).await.unwrap().unwrap();
    }
    lake.service
        .crawl(CrawlRequest {
            crawler: known,
            mode,
            events: events.map(|text| parse_events(text.as_bytes()).unwrap()),
            progress: Arc::default(),
        })
        .await
        .unwrap()
}

async fn crawl(lake: &TestLake, crawler: &Crawler) -> CrawlOutcome {
    run(lake, crawler, CrawlMode::Apply, None).await
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

async fn columns(lake: &TestLake, table: &str) -> Vec<String> {
    let name = TableName::new("lake", table).unwrap();
    let table = lake.service.catalog().table(&name).await.unwrap().unwrap();
    let keys = table.partition_keys.iter().map(|key| (key, "*"));
    let columns = table
        .storage_descriptor
        .columns
        .iter()
        .map(|column| (column, ""));
    columns
        .chain(keys)
        .map(|(column, mark)| format!("{mark}{} {}", column.name, column.type_text()))
        .collect()
}

#[tokio::test]
async fn sparks_lake_becomes_a_table_a_folder_with_sparks_figures() {
    let lake = TestLake::open().await;
    let spark = crawler(&shared().join("lakes/spark"));
    let outcome = crawl(&lake, &spark).await;
    assert_eq!(
        outcome.record.counts.objects_failed, 0,
        "{:?}",
        outcome.record.object_errors
    );
    let rows = lake.rows("SHOW TABLES IN lake").await;
    let names: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let mut expected: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
    for table in TABLES {
        check(&lake, &format!("lake.{}", table.name), table.figures).await;
        let name = TableName::new("lake", table.name).unwrap();
        let count = lake.service.catalog().partition_count(&name).await.unwrap();
        assert_eq!(
            count,
            if table.name.starts_with("evolved") {
                3
            } else {
                36
            }
        );
    }
    let again = crawl(&lake, &spark).await;
    assert!(again.plan.is_empty(), "a second run has nothing to do");
    assert_eq!(again.record.counts.objects_read, 0);
}

#[tokio::test]
async fn sparks_lake_in_a_bucket_becomes_the_same() {
    let server = TestS3::start().unwrap();
    server.create_bucket("data").unwrap();
    server
        .upload_folder("data", "the lake/", &shared().join("lakes/spark"))
        .unwrap();
    let lake = TestLake::with_settings(s3_settings(&server)).await;
    let mut own = crawler(Path::new("/"));
    own.targets.s3_targets[0].path = "s3://data/the lake/".to_owned();
    own.targets.s3_targets[0].exclusions = vec!["evolved_*/**".to_owned()];
    own.table_prefix = Some("s3_".to_owned());
    let outcome = crawl(&lake, &own).await;
    assert_eq!(outcome.record.counts.objects_failed, 0, "{outcome:?}");
    let rows = lake.rows("SHOW TABLES IN lake").await;
    assert_eq!(rows.len(), 4, "{rows:?}");
    for table in TABLES
        .iter()
        .filter(|table| table.name.starts_with("events"))
    {
        check(&lake, &format!("lake.s3_{}", table.name), table.figures).await;
        let name = TableName::new("lake", &format!("s3_{}", table.name)).unwrap();
        let count = lake.service.catalog().partition_count(&name).await.unwrap();
        assert_eq!(count, 36);
    }
    assert!(crawl(&lake, &own).await.plan.is_empty());
}

#[tokio::test]
async fn a_dry_run_says_what_a_run_does_and_does_nothing() {
    let lake = TestLake::open().await;
    let root = lake.home.path().join("data");
    write(&root, "t/dt=2026-01-01/a.csv", "id,name\n1,x\n2,y\n");
    let outcome = run(&lake, &crawler(&root), CrawlMode::DryRun, None).await;
    assert_eq!(outcome.plan.changes.len(), 1);
    assert_eq!(outcome.plan.changes[0].added.len(), 1);
    assert!(
        lake.service
            .catalog()
            .crawled_tables("c")
            .await
            .unwrap()
            .is_empty()
    );
    let applied = crawl(&lake, &crawler(&root)).await;
    assert_eq!(applied.plan.changes[0].table, outcome.plan.changes[0].table);
    assert_eq!(
        columns(&lake, "t").await,
        ["id bigint", "name string", "*dt date"]
    );
    assert_eq!(
        lake.rows("SELECT name FROM lake.t WHERE id = 2").await,
        [["y"]]
    );
}

#[tokio::test]
async fn schemas_grow_and_what_a_person_changed_stays() {
    let lake = TestLake::open().await;
    let root = lake.home.path().join("data");
    let own = crawler(&root);
    write(
        &root,
        "t/n=1/a.json",
        "{\"id\": 1, \"w\": 1, \"gone\": true}\n",
    );
    crawl(&lake, &own).await;
    assert_eq!(
        columns(&lake, "t").await,
        ["id int", "w int", "gone boolean", "*n int"]
    );
    // By hand: one column gets another type, one goes.
    let catalog = lake.service.catalog();
    let name = TableName::new("lake", "t").unwrap();
    let mut table = catalog.table(&name).await.unwrap().unwrap();
    table.storage_descriptor.columns[0].type_text = Some("string".to_owned());
    table.storage_descriptor.columns.remove(2);
    table.description = Some("mine".to_owned());
    catalog.update_table(table, None).await.unwrap();
    write(
        &root,
        "t/n=2/a.json",
        "{\"id\": 2, \"w\": 2.5, \"gone\": true, \"new\": \"x\"}\n",
    );
    let outcome = crawl(&lake, &own).await;
    assert_eq!(
        columns(&lake, "t").await,
        ["id string", "w double", "new string", "*n int"],
        "{:?}",
        outcome.plan.notes
    );
    let table = catalog.table(&name).await.unwrap().unwrap();
    assert_eq!(table.description.as_deref(), Some("mine"));
    assert_eq!(lake.rows("SELECT sum(w) FROM lake.t").await, [["3.5"]]);
    assert!(crawl(&lake, &own).await.plan.is_empty());
}

#[tokio::test]
async fn a_table_that_a_person_made_only_gets_partitions() {
    let lake = TestLake::open().await;
    let root = lake.home.path().join("data");
    write(&root, "t/dt=1/a.csv", "1,2\n3,4\n");
    lake.rows("CREATE DATABASE lake").await;
    lake.rows(&format!(
        "CREATE EXTERNAL TABLE lake.t (mine string) PARTITIONED BY (dt string)
         ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 'file://{}/t/'",
        root.display()
    ))
    .await;
    crawl(&lake, &crawler(&root)).await;
    assert_eq!(columns(&lake, "t").await, ["mine string", "*dt string"]);
    assert_eq!(lake.rows("SELECT count(*) FROM lake.t").await, [["2"]]);
}

#[tokio::test]
async fn what_is_gone_is_marked_removed_or_kept_as_the_policy_says() {
    for behavior in [
        DeleteBehavior::DeprecateInDatabase,
        DeleteBehavior::DeleteFromDatabase,
        DeleteBehavior::Log,
    ] {
        let lake = TestLake::open().await;
        let root = lake.home.path().join("data");
        let mut own = crawler(&root);
        own.schema_change_policy.delete_behavior = behavior;
        for name in ["t/dt=1/a.csv", "t/dt=2/a.csv", "u/dt=1/a.csv"] {
            write(&root, name, "id,v\n1,2\n");
        }
        crawl(&lake, &own).await;
        std::fs::remove_dir_all(root.join("t/dt=2")).unwrap();
        std::fs::remove_dir_all(root.join("u")).unwrap();
        crawl(&lake, &own).await;
        let catalog = lake.service.catalog();
        let (t, u) = (
            TableName::new("lake", "t").unwrap(),
            TableName::new("lake", "u").unwrap(),
        );
        let gone = catalog.partition(&t, &["2".to_owned()]).await.unwrap();
        let table = catalog.table(&u).await.unwrap();
        let mark = "DEPRECATED_BY_CRAWLER";
        match behavior {
            DeleteBehavior::DeprecateInDatabase => {
                assert!(gone.unwrap().parameters.contains_key(mark));
                assert!(table.unwrap().parameters.contains_key(mark));
            }
            DeleteBehavior::DeleteFromDatabase => assert!(gone.is_none() && table.is_none()),
            DeleteBehavior::Log => {
                assert!(!gone.unwrap().parameters.contains_key(mark));
                assert!(!table.unwrap().parameters.contains_key(mark));
            }
        }
        assert!(crawl(&lake, &own).await.plan.is_empty(), "{behavior:?}");
    }
}

#[tokio::test]
async fn new_folders_and_events_touch_no_other_folder() {
    let server = TestS3::start().unwrap();
    server.create_bucket("data").unwrap();
    let lake = TestLake::with_settings(s3_settings(&server)).await;
    let put = |key: &str, text: &str| server.put("data", key, text.as_bytes()).unwrap();
    let mut own = crawler(Path::new("/"));
    own.targets.s3_targets[0].path = "s3://data/lake/".to_owned();
    own.recrawl_policy.recrawl_behavior = RecrawlBehavior::CrawlNewFoldersOnly;
    put("lake/t/dt=1/a.csv", "id,v\n1,2\n");
    crawl(&lake, &own).await;
    put("lake/t/dt=1/b.csv", "id,v,w\n1,2,3\n");
    put("lake/t/dt=2/a.csv", "id,v\n1,2\n");
    let outcome = crawl(&lake, &own).await;
    assert_eq!(
        outcome.record.counts.objects_read, 1,
        "only what is new is read"
    );
    assert_eq!(
        columns(&lake, "t").await,
        ["id bigint", "v bigint", "*dt int"]
    );

    own.recrawl_policy.recrawl_behavior = RecrawlBehavior::CrawlEventMode;
    put("lake/t/dt=3/a b.csv", "id,v\n1,2\n");
    put("lake/t/dt=4/a.csv", "id,v\n1,2\n");
    let event = r#"{"Records": [{"eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "data"}, "object": {"key": "lake/t/dt%3D3/a+b.csv", "size": 9}}}]}"#;
    let outcome = run(&lake, &own, CrawlMode::Apply, Some(event)).await;
    assert_eq!(
        outcome.record.counts.objects_listed, 1,
        "only the event's folder is listed"
    );
    let partitions = lake
        .rows("SELECT dt FROM lake.\"t$partitions\" ORDER BY 1")
        .await;
    assert_eq!(partitions, [["1"], ["2"], ["3"]]);
}

#[tokio::test]
async fn an_unreadable_file_stops_nothing_and_is_named() {
    let lake = TestLake::open().await;
    let root = lake.home.path().join("data");
    write(&root, "t/dt=1/a.csv", "id,v\n1,2\n");
    write(&root, "t/dt=2/a.csv.gz", "this is no gzip");
    write(&root, "t/dt=3/b.parquet", "PAR1 and then nothing");
    write(&root, "t/_SUCCESS", "");
    write(&root, "t/dt=1/_metadata", "x");
    write(&root, "t/dt=1/.hidden", "x");
    let outcome = crawl(&lake, &crawler(&root)).await;
    assert_eq!(outcome.record.state, CrawlState::Completed);
    assert_eq!(
        outcome.record.counts.objects_failed, 2,
        "{:?}",
        outcome.record.object_errors
    );
    assert!(
        outcome.record.object_errors[0]
            .uri
            .ends_with("dt=2/a.csv.gz")
    );
    let partitions = lake
        .rows("SELECT dt FROM lake.\"t$partitions\" WHERE dt = 1")
        .await;
    assert_eq!(partitions.len(), 1);
    let history = lake.service.catalog().crawl_records("c", 10).await.unwrap();
    assert_eq!(history[0].counts.objects_failed, 2);
}

#[tokio::test]
async fn a_crawler_is_due_when_its_schedule_says_so() {
    let lake = TestLake::open().await;
    let catalog = lake.service.catalog();
    for (name, expression, state) in [
        ("hourly", "cron(0 * * * ? *)", ScheduleState::Scheduled),
        ("paused", "cron(0 * * * ? *)", ScheduleState::NotScheduled),
        ("yearly", "cron(0 0 1 1 ? *)", ScheduleState::Scheduled),
        ("odd", "every now and then", ScheduleState::Scheduled),
    ] {
        let schedule = Schedule {
            schedule_expression: expression.to_owned(),
            state,
        };
        let crawler = Crawler {
            name: name.to_owned(),
            schedule: Some(schedule),
            ..Crawler::default()
        };
        catalog.put_crawler(crawler).await.unwrap();
    }
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let (since, now) = (at("2026-03-01T09:59:50Z"), at("2026-03-01T10:00:05Z"));
    let due = lake.service.due_crawlers(since, now).await.unwrap();
    let names: Vec<&str> = due.iter().map(|crawler| crawler.name.as_str()).collect();
    assert_eq!(names, ["hourly"]);
    let later = at("2026-03-01T10:00:20Z");
    assert!(
        lake.service
            .due_crawlers(now, later)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn two_crawlers_at_once_on_one_table_lose_nothing() {
    let lake = TestLake::open().await;
    let root = lake.home.path().join("data");
    for day in 0..40 {
        write(
            &root,
            &format!("t/dt={day}/a.json"),
            &format!("{{\"id\": {day}, \"c{day}\": 1}}\n"),
        );
    }
    let first = crawler(&root.join("t"));
    let second = Crawler {
        name: "d".to_owned(),
        ..crawler(&root.join("t"))
    };
    let (a, b) = tokio::join!(crawl(&lake, &first), crawl(&lake, &second));
    assert_eq!(
        (a.record.state, b.record.state),
        (CrawlState::Completed, CrawlState::Completed)
    );
    let name = TableName::new("lake", "t").unwrap();
    assert_eq!(
        lake.service.catalog().partition_count(&name).await.unwrap(),
        40
    );
    assert_eq!(columns(&lake, "t").await.len(), 42);
    assert_eq!(
        lake.rows("SELECT count(*), sum(c7) FROM lake.t").await,
        [["40", "1"]]
    );
}
