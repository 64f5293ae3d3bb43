//! Prismlake's functions beside DataFusion's, over the same arrays: each pair as a group, and first the median ratio of runs in turn.

mod columns;
mod pairs;

use std::hint::black_box;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use datafusion::common::DFSchema;
use datafusion::logical_expr::col;
use datafusion::prelude::{SessionConfig, SessionContext};
use tokio::runtime::Runtime;

use columns::{ROWS, batch};

const TURNS: usize = 41;
const AGGREGATED_BATCHES: i64 = 32;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn elapsed(run: &dyn Fn()) -> Duration {
    let began = Instant::now();
    run();
    began.elapsed()
}

fn compare(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, sides: [&dyn Fn(); 2]) {
    let [ours, theirs] = sides;
    ours();
    theirs();
    let ratios = (0..TURNS).map(|_| elapsed(ours).as_secs_f64() / elapsed(theirs).as_secs_f64());
    println!(
        "{name}: {:.2} of DataFusion's time",
        median(ratios.collect())
    );
    group.bench_function(format!("{name}/prismlake"), |bencher| bencher.iter(ours));
    group.bench_function(format!("{name}/datafusion"), |bencher| bencher.iter(theirs));
}

fn group<'c>(criterion: &'c mut Criterion, name: &str, rows: i64) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(u64::try_from(rows).unwrap()));
    group.warm_up_time(Duration::from_millis(200));
    group.measurement_time(Duration::from_millis(800));
    group.sample_size(20);
    group
}

fn scalars(criterion: &mut Criterion) {
    let batch = batch(0);
    let context = SessionContext::new();
    let schema = DFSchema::try_from(batch.schema()).unwrap();
    for (topic, pairs) in [
        ("text", pairs::texts()),
        ("time", pairs::times()),
        ("cast", pairs::casts()),
        ("regexp", pairs::patterns()),
    ] {
        let mut group = group(criterion, topic, ROWS);
        for (name, ours, theirs) in pairs {
            let [ours, theirs] = [ours, theirs].map(|expression| {
                let planned = context.create_physical_expr(expression, &schema).unwrap();
                let batch = batch.clone();
                move || {
                    black_box(planned.evaluate(&batch).unwrap());
                }
            });
            compare(&mut group, name, [&ours, &theirs]);
        }
    }
}

fn totals(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let batches: Vec<RecordBatch> = (0..AGGREGATED_BATCHES).map(|n| batch(n * ROWS)).collect();
    for (topic, keys) in [("aggregate", vec![]), ("grouped", vec![col("city")])] {
        let mut group = group(criterion, topic, ROWS * AGGREGATED_BATCHES);
        for (name, ours, theirs) in pairs::aggregates() {
            let [ours, theirs] = [ours, theirs].map(|expression| {
                let rows = context.read_batches(batches.clone()).unwrap();
                let question = rows.aggregate(keys.clone(), vec![expression]).unwrap();
                let runtime = &runtime;
                move || {
                    black_box(runtime.block_on(question.clone().collect()).unwrap());
                }
            });
            compare(&mut group, name, [&ours, &theirs]);
        }
    }
}

criterion_group!(benches, scalars, totals);
criterion_main!(benches);
