//! Scans of Parquet and ORC, planning over many partitions, and the encoders, over data made here.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use prismlake_connectors::formats::data_format::WriteFormat;
use prismlake_connectors::formats::orc::{OrcCompression, OrcWriteOptions};
use prismlake_connectors::formats::parquet::ParquetCompression;
use prismlake_engine::{QueryRequest, QueryService, ServiceOptions, Settings};
use tokio::runtime::Runtime;

const ROWS: i64 = 200_000;
const PARTITIONS: usize = 1_000;

async fn run(service: &QueryService, sql: &str) {
    let mut handle = service.submit(QueryRequest::new(sql));
    while let Some(batch) = handle.next().await {
        batch.unwrap();
    }
}

fn batch() -> RecordBatch {
    let numbers =
        Int64Array::from_iter_values((0..ROWS).map(|n| n.wrapping_mul(2_654_435_761) % 100_000));
    let texts = StringArray::from_iter_values((0..ROWS).map(|n| format!("text {}", n % 1_000)));
    RecordBatch::try_from_iter(vec![
        ("n", Arc::new(numbers) as ArrayRef),
        ("t", Arc::new(texts)),
    ])
    .unwrap()
}

fn encoders(criterion: &mut Criterion) {
    let batch = batch();
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Bytes(batch.get_array_memory_size() as u64));
    for (name, format) in [
        ("parquet", WriteFormat::Parquet(ParquetCompression::Snappy)),
        (
            "orc",
            WriteFormat::Orc(OrcWriteOptions::new(OrcCompression::Snappy)),
        ),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut encoder = format.encoder(batch.schema()).unwrap();
                encoder.write(&batch).unwrap();
                encoder.finish().unwrap();
                encoder.take_output().len()
            });
        });
    }
}

fn queries(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let home = tempfile::tempdir().unwrap();
    let service = runtime.block_on(async {
        let service = QueryService::open(ServiceOptions {
            home: home.path().to_owned(),
            catalog: None,
            settings: Settings::default(),
        })
        .await
        .unwrap();
        let rows = "SELECT a.n * 1000 + b.n AS n, concat('text ', CAST(b.n AS varchar)) AS t FROM unnest(range(500)) AS a(n), unnest(range(1000)) AS b(n)";
        run(&service, &format!("CREATE TABLE p AS {rows}")).await;
        run(&service, &format!("CREATE TABLE o WITH (format = 'ORC') AS {rows}")).await;
        run(&service, "CREATE EXTERNAL TABLE many (a int) PARTITIONED BY (k int) STORED AS PARQUET LOCATION 'file:///nowhere/'").await;
        let partitions: Vec<String> = (0..PARTITIONS).map(|k| format!("PARTITION (k='{k}')")).collect();
        run(&service, &format!("ALTER TABLE many ADD {}", partitions.join(" "))).await;
        service
    });
    for (name, sql) in [
        ("scan/parquet", "SELECT sum(n), count(t) FROM p"),
        ("scan/orc", "SELECT sum(n), count(t) FROM o"),
        (
            "plan/one_of_1000_partitions",
            "SELECT a FROM many WHERE k = 77",
        ),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(run(&service, sql)));
        });
    }
}

criterion_group!(benches, encoders, queries);
criterion_main!(benches);
