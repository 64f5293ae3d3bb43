//! The catalog and the crawler at the size of large lakes. Run it by itself:
//!
//! `cargo build --release --workspace && target/release/catalog_at_scale FOLDER [OBJECTS] [PARTITIONS] [CATALOG-URI]`
//!
//! It makes a lake of OBJECTS tiny files (1,000,000) in PARTITIONS folders (100,000) below FOLDER once, and prints: the time of
//! a bare listing, of a first crawl and of a crawl with nothing changed, as ratios to it; then, with a table of 1,000,000
//! partitions, the time of adding them, of finding some by their keys, and of planning a query over one of them.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::TryStreamExt;
use prismlake_catalog::crawler::run::CrawlMode;
use prismlake_catalog::model::{Crawler, CrawlerTargets, S3Target};
use prismlake_catalog::partition_predicate::Comparison;
use prismlake_catalog::{
    Column, Partition, PartitionLiteral, PartitionPredicate, StorageDescriptor, Table, TableName,
};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::store::{StoreRegistry, list_data_objects};
use prismlake_engine::{CrawlRequest, QueryRequest, QueryService, ServiceOptions, Settings};

const MILLION: usize = 1_000_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        println!("catalog_at_scale: name a folder for the lake");
        return;
    };
    let mut number = |default| {
        arguments
            .next()
            .map_or(default, |text| text.parse::<usize>().unwrap())
    };
    let (objects, partitions) = (number(MILLION), number(100_000));
    let uri = arguments.next();
    let lake = Path::new(&folder).join(format!("lake-{objects}-{partitions}"));
    make_lake(&lake, objects, partitions);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let home = tempfile::tempdir_in(&folder).unwrap();
        let service = QueryService::open(ServiceOptions {
            home: home.path().to_owned(),
            catalog: uri,
            settings: Settings::default(),
        })
        .await
        .unwrap();
        crawls(&service, &lake).await;
        million(&service, home.path()).await;
    });
}

fn make_lake(lake: &Path, objects: usize, partitions: usize) {
    if lake.join("_MADE").exists() {
        return;
    }
    let per_folder = objects.div_ceil(partitions);
    for partition in 0..partitions {
        let (day, hour) = (partition / 24, partition % 24);
        let folder = lake.join(format!("events/day={day:05}/hour={hour}"));
        std::fs::create_dir_all(&folder).unwrap();
        for file in 0..per_folder {
            let text = format!("{},value {file}\n{},other\n", partition, file);
            std::fs::write(folder.join(format!("part-{file:05}.csv")), text).unwrap();
        }
    }
    std::fs::write(lake.join("_MADE"), "").unwrap();
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

async fn bare_listing(lake: &Path) -> (Duration, usize) {
    let uri = ObjectUri::parse(&format!("file://{}/", lake.display())).unwrap();
    let registry = StoreRegistry::new(Vec::new()).unwrap();
    let (_, store) = registry.for_query(Arc::default()).open(&uri).await.unwrap();
    let start = Instant::now();
    let count = list_data_objects(store.as_ref(), &uri)
        .try_fold(0, |count, _| async move { Ok(count + 1) })
        .await
        .unwrap();
    (start.elapsed(), count)
}

async fn crawls(service: &QueryService, lake: &Path) {
    bare_listing(lake).await;
    let crawler = Crawler {
        name: "scale".to_owned(),
        targets: CrawlerTargets {
            s3_targets: vec![S3Target {
                path: format!("file://{}/", lake.display()),
                ..S3Target::default()
            }],
            catalog_targets: Vec::new(),
        },
        ..Crawler::default()
    };
    service.catalog().put_crawler(crawler).await.unwrap();
    let crawler = service.catalog().crawler("scale").await.unwrap().unwrap();
    for what in [
        "first crawl",
        "crawl with nothing changed",
        "crawl with nothing changed",
    ] {
        let (listing, count) = bare_listing(lake).await;
        let start = Instant::now();
        let outcome = service
            .crawl(CrawlRequest {
                crawler: crawler.clone(),
                mode: CrawlMode::Apply,
                events: None,
                progress: Arc::default(),
            })
            .await
            .unwrap();
        let taken = start.elapsed();
        println!(
            "{what:30} {:6.2} s, listing {count} objects {:6.2} s, ratio {:.2}; {} partitions added; peak memory {} MB",
            taken.as_secs_f64(),
            listing.as_secs_f64(),
            taken.as_secs_f64() / listing.as_secs_f64(),
            outcome.record.counts.partitions_added,
            peak_megabytes(),
        );
    }
}

async fn million(service: &QueryService, home: &Path) {
    let catalog = service.catalog();
    let name = TableName::new("default", "million").unwrap();
    let root = home.join("million");
    let descriptor = StorageDescriptor {
        columns: vec![Column::new("id", "bigint")],
        location: Some(format!("file://{}/", root.display())),
        input_format: Some("org.apache.hadoop.mapred.TextInputFormat".to_owned()),
        serde_info: prismlake_catalog::SerDeInfo {
            serialization_library: Some(
                "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe".to_owned(),
            ),
            ..prismlake_catalog::SerDeInfo::default()
        },
        ..StorageDescriptor::default()
    };
    let keys = ["day", "region", "customer"];
    let table = Table {
        storage_descriptor: descriptor.clone(),
        partition_keys: vec![
            Column::new(keys[0], "date"),
            Column::new(keys[1], "string"),
            Column::new(keys[2], "int"),
        ],
        ..Table::external(&name)
    };
    catalog.create_table(table).await.unwrap();
    // 1,000 days of 10 regions of 100 customers.
    let values = |n: usize| {
        let day = chrono::DateTime::UNIX_EPOCH.date_naive()
            + chrono::Days::new(20_000 + (n / 1_000) as u64);
        [
            day.to_string(),
            format!("region-{}", n / 100 % 10),
            (n % 100).to_string(),
        ]
    };
    let start = Instant::now();
    for chunk in 0..MILLION / 5_000 {
        let partitions = (chunk * 5_000..(chunk + 1) * 5_000).map(|n| {
            let values = values(n).to_vec();
            let folders = prismlake_catalog::partition_path::partition_path(
                &keys.map(str::to_owned),
                &values,
            );
            Partition::new(
                values,
                &descriptor,
                format!("file://{}/{folders}/", root.display()),
            )
        });
        catalog
            .add_partitions(&name, partitions.collect())
            .await
            .unwrap();
    }
    println!(
        "1,000,000 partitions added in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    let day = PartitionLiteral::Date(20_500);
    let text = |text: &str| PartitionLiteral::Text(text.to_owned());
    let equal = |key, literal| PartitionPredicate::Compare(key, Comparison::Equal, literal);
    let (one_day, region, customer) = (
        equal(0, day),
        equal(1, text("region-7")),
        equal(2, PartitionLiteral::Integer(42)),
    );
    for (what, predicate) in [
        (
            "point lookup",
            PartitionPredicate::And(vec![one_day.clone(), region.clone(), customer.clone()]),
        ),
        (
            "a day and a region",
            PartitionPredicate::And(vec![one_day.clone(), region.clone()]),
        ),
        ("a day", one_day),
        (
            "a region and a customer",
            PartitionPredicate::And(vec![region, customer.clone()]),
        ),
        ("a customer", customer),
    ] {
        let mut taken = Vec::new();
        let mut count = 0;
        for _ in 0..5 {
            let start = Instant::now();
            count = catalog
                .partition_places(&name, predicate.clone())
                .try_fold(0, |count, page| async move { Ok(count + page.len()) })
                .await
                .unwrap();
            taken.push(start.elapsed());
        }
        taken.sort();
        println!(
            "{what:30} {:8.2} ms for {count} partitions",
            taken[2].as_secs_f64() * 1e3
        );
    }
    let folder = root.join("day=2026-02-16/region=region-7/customer=42");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a"), "7\n").unwrap();
    let sql = "SELECT id FROM million WHERE day = DATE '2026-02-16' AND region = 'region-7' AND customer = 42";
    let mut planned = Vec::new();
    for _ in 0..6 {
        let mut handle = service.submit(QueryRequest::new(sql));
        let mut rows = 0;
        while let Some(batch) = handle.next().await {
            rows += batch.unwrap().num_rows();
        }
        assert_eq!(rows, 1);
        planned.push(handle.report().planning_ms);
    }
    println!(
        "planning a query over one of 1,000,000 partitions: {planned:?} ms; peak memory {} MB",
        peak_megabytes()
    );
    println!(
        "for a fresh process: prismlake --home {} sql --stats json -e \"{sql}\"",
        home.display()
    );
    if let Some(binary) = std::env::var_os("PRISMLAKE_BINARY") {
        for _ in 0..3 {
            let start = Instant::now();
            let done = std::process::Command::new(&binary)
                .arg("--home")
                .arg(home)
                .args(["sql", "--format", "csv", "--stats", "json", "-e", sql])
                .output()
                .unwrap();
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            let report = String::from_utf8_lossy(&done.stderr).into_owned();
            let planning = report
                .split("\"planning_ms\":")
                .nth(1)
                .and_then(|rest| rest.split(',').next());
            println!(
                "fresh process {:.0} ms in all, planning {} ms",
                start.elapsed().as_secs_f64() * 1e3,
                planning.unwrap_or("?")
            );
        }
    }
}
