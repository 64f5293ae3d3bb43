//! Broken files of every format: whatever bytes a file has, a scan ends with rows or with an error that names it, and never with a
//! panic of ours.
//!
//! Every run tries a few thousand mutations from a fixed seed; `scripts/fuzz` tries them for as long as it is told to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array,
    Int64Array, ListArray, MapBuilder, StringArray, StringBuilder, StructArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::config::ConfigOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, FileSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::TaskContext;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, col, lit};
use datafusion::physical_plan::ExecutionPlan;
use futures::StreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::avro::{AvroCompression, AvroOptions};
use prismlake_connectors::formats::column_mapping::ColumnMapping;
use prismlake_connectors::formats::data_format::{DataFormat, WriteFormat};
use prismlake_connectors::formats::failure_context::find_connector_error;
use prismlake_connectors::formats::ion::IonOptions;
use prismlake_connectors::formats::json::{JsonFlavour, JsonOptions};
use prismlake_connectors::formats::orc::{OrcCompression, OrcWriteOptions};
use prismlake_connectors::formats::parquet::{FooterCache, ParquetCompression};
use prismlake_connectors::formats::regex::{GrokOptions, RegexOptions};
use prismlake_connectors::formats::row_format::{RowFormat, RowSyntax};
use prismlake_connectors::formats::rows::compression::ObjectCodec;
use prismlake_connectors::formats::text::{CsvOptions, DelimitedOptions};

/// Mutations of each seed in a run without `PRISMLAKE_FUZZ_SECONDS`.
const MUTATIONS: usize = 60;

/// A well-formed file and how it is read.
struct Seed {
    format: &'static str,
    name: String,
    reader: DataFormat,
    schema: SchemaRef,
    bytes: Vec<u8>,
}

/// Rows of every type.
fn sample() -> RecordBatch {
    let numbers = || 0..500_i32;
    let texts: StringArray = numbers()
        .map(|n| (n % 7 != 0).then(|| format!("text {}", n % 50)))
        .collect();
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(
        numbers().map(|n| (n % 5 != 0).then(|| (0..n % 4).map(Some).collect::<Vec<_>>())),
    );
    let mut maps = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for n in numbers() {
        maps.keys().append_value(format!("k{n}"));
        maps.values().append_value("v");
        maps.append(n % 3 != 0).unwrap();
    }
    let ints: ArrayRef = Arc::new(Int32Array::from_iter(
        numbers().map(|n| (n % 4 != 0).then_some(n)),
    ));
    let a = Arc::new(Field::new("a", DataType::Int32, true));
    let structs = StructArray::from(vec![(a, Arc::clone(&ints))]);
    let decimals = Decimal128Array::from_iter_values(numbers().map(i128::from));
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "i64",
            Arc::new(Int64Array::from_iter_values(numbers().map(i64::from))),
        ),
        ("i32", ints),
        (
            "f64",
            Arc::new(Float64Array::from_iter_values(numbers().map(f64::from))),
        ),
        (
            "flag",
            Arc::new(BooleanArray::from_iter(numbers().map(|n| Some(n % 2 == 0)))),
        ),
        ("txt", Arc::new(texts)),
        (
            "bin",
            Arc::new(BinaryArray::from_iter_values(
                numbers().map(i32::to_le_bytes),
            )),
        ),
        ("day", Arc::new(Date32Array::from_iter_values(numbers()))),
        (
            "ts",
            Arc::new(TimestampMicrosecondArray::from_iter_values(
                numbers().map(|n| i64::from(n) * 1_000_001),
            )),
        ),
        (
            "dec",
            Arc::new(decimals.with_precision_and_scale(38, 10).unwrap()),
        ),
        ("list", Arc::new(lists)),
        ("map", Arc::new(maps.finish())),
        ("struct", Arc::new(structs)),
    ];
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn encoded(format: &WriteFormat, batch: &RecordBatch) -> Vec<u8> {
    let mut encoder = format.encoder(batch.schema()).unwrap();
    encoder.write(batch).unwrap();
    encoder.finish().unwrap();
    encoder.take_output()
}

fn rows(syntax: RowSyntax) -> DataFormat {
    DataFormat::Rows(RowFormat {
        syntax,
        charset: None,
    })
}

fn seeds() -> Vec<Seed> {
    let batch = sample();
    let columns = |columns: &[usize]| Arc::new(batch.schema().project(columns).unwrap());
    let mut seeds = Vec::new();
    let mut seed = |format, name: &str, reader: DataFormat, schema: SchemaRef, bytes: Vec<u8>| {
        seeds.push(Seed {
            format,
            name: name.to_owned(),
            reader,
            schema,
            bytes,
        });
    };
    for compression in [
        ParquetCompression::None,
        ParquetCompression::Snappy,
        ParquetCompression::Zstd(1),
        ParquetCompression::Lz4,
    ] {
        let bytes = encoded(&WriteFormat::Parquet(compression), &batch);
        let reader = DataFormat::Parquet(ColumnMapping::ByName);
        seed("parquet", "a.parquet", reader, batch.schema(), bytes);
    }
    for compression in [
        OrcCompression::None,
        OrcCompression::Zlib,
        OrcCompression::Snappy,
        OrcCompression::Lz4,
        OrcCompression::Zstd,
    ] {
        let options = OrcWriteOptions {
            bloom_filter_columns: vec!["i64".to_owned(), "txt".to_owned()],
            ..OrcWriteOptions::new(compression)
        };
        let bytes = encoded(&WriteFormat::Orc(options), &batch);
        let reader = DataFormat::Orc(ColumnMapping::ByName);
        seed("orc", "a.orc", reader, batch.schema(), bytes);
    }
    for compression in [
        AvroCompression::None,
        AvroCompression::Snappy,
        AvroCompression::Deflate,
        AvroCompression::Zstd,
        AvroCompression::Bzip2,
    ] {
        let bytes = encoded(&WriteFormat::Avro(compression), &batch);
        let reader = rows(RowSyntax::Avro(AvroOptions::default()));
        seed("avro", "a.avro", reader, batch.schema(), bytes);
    }
    for (codec, ending) in [
        (ObjectCodec::None, ""),
        (ObjectCodec::Gzip, ".gz"),
        (ObjectCodec::Bzip2, ".bz2"),
        (ObjectCodec::Zstd(1), ".zst"),
        (ObjectCodec::Snappy, ".snappy"),
        (ObjectCodec::Lz4, ".lz4"),
    ] {
        let options = DelimitedOptions::default();
        let bytes = encoded(&WriteFormat::Delimited(options.clone(), codec), &batch);
        let reader = rows(RowSyntax::Delimited(options));
        seed(
            "delimited",
            &format!("a.txt{ending}"),
            reader,
            batch.schema(),
            bytes,
        );
        let json = encoded(&WriteFormat::Json(codec), &batch);
        for flavour in [JsonFlavour::Hive, JsonFlavour::OpenX] {
            let reader = rows(RowSyntax::Json(JsonOptions {
                flavour,
                ..JsonOptions::default()
            }));
            seed(
                "json",
                &format!("a.json{ending}"),
                reader,
                batch.schema(),
                json.clone(),
            );
        }
    }
    let csv: String = (0..200)
        .map(|n| format!("{n},{},\"text \"\"{n}\"\"\nmore\",true\n", n * 2))
        .collect();
    let reader = rows(RowSyntax::Csv(CsvOptions::default()));
    seed(
        "csv",
        "a.csv",
        reader,
        columns(&[0, 1, 4, 3]),
        csv.into_bytes(),
    );
    let log: String = (0..200)
        .map(|n| format!("{n} - [2026-01-02 03:04:05] \"GET /{n}\" {}\n", n % 600))
        .collect();
    let regex = rows(RowSyntax::Regex(RegexOptions {
        pattern: r#"(\d+) - \[[^\]]*\] "([^"]*)" (\d+)"#.to_owned(),
        ..RegexOptions::default()
    }));
    seed(
        "regex",
        "a.log",
        regex,
        columns(&[0, 4, 1]),
        log.clone().into_bytes(),
    );
    let grok = rows(RowSyntax::Grok(GrokOptions {
        format: r"%{INT:i64} - \[%{GREEDYDATA}\] %{QS:txt} %{INT:i32}".to_owned(),
        ..GrokOptions::default()
    }));
    seed("grok", "a.log", grok, columns(&[0, 4, 1]), log.into_bytes());
    let ion: String = (0..100)
        .map(|n| format!("{{i64: {n}, txt: \"text {n}\", f64: {n}.5e0, dec: {n}.25, ts: 2026-01-02T03:04:05Z, list: [1, {n}], struct: {{a: {n}}}, map: {{k: v}}}}\n"))
        .collect();
    let binary = ion_rs::Element::read_all(&ion).unwrap();
    let binary = binary.encode_as(ion_rs::v1_0::Binary).unwrap();
    for (name, bytes) in [("a.ion", ion.into_bytes()), ("b.ion", binary)] {
        let reader = rows(RowSyntax::Ion(IonOptions::default()));
        seed("ion", name, reader, batch.schema(), bytes);
    }
    let trail = br#"{"Records":[{"i64":1,"txt":"a","struct":{"a":1}},{"i64":2,"txt":"[{\"","list":[1,2]}]}"#;
    let reader = rows(RowSyntax::Json(JsonOptions {
        flavour: JsonFlavour::Hive,
        cloud_trail: true,
        ..JsonOptions::default()
    }));
    seed(
        "cloudtrail",
        "t.json",
        reader,
        batch.schema(),
        trail.to_vec(),
    );
    seeds
}

/// A sequence that is the same in every run: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

/// The file with some of its bytes changed.
fn mutated(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut file = bytes.to_vec();
    for _ in 0..=random.below(6) {
        if file.is_empty() {
            break;
        }
        // Footers and headers matter most: half of the changes fall on the last or the first 200 bytes.
        let place = match random.below(4) {
            0 => file.len() - 1 - random.below(file.len().min(200)),
            1 => random.below(file.len().min(200)),
            _ => random.below(file.len()),
        };
        let end = (place + random.below(64)).min(file.len());
        match random.below(8) {
            0 => file[place] ^= 1 << random.below(8),
            1 => file[place] = 0xff,
            2 => file[place] = u8::try_from(random.below(256)).unwrap(),
            3 => file.truncate(place),
            4 => {
                file.drain(place..end);
            }
            5 => {
                let copy = file[place..end].to_vec();
                let to = random.below(file.len());
                file.splice(to..to, copy);
            }
            6 => file.insert(place, 0),
            _ => {
                for byte in file.iter_mut().skip(place).take(4) {
                    *byte = 0xff;
                }
            }
        }
    }
    file
}

/// Scans a file and counts its rows up to the first error. One that names no file is a defect.
async fn scan(seed: &Seed, bytes: Vec<u8>) -> Result<usize, String> {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let path = object_store::path::Path::from(seed.name.as_str());
    store.put(&path, bytes.into()).await.unwrap();
    let meta = store.head(&path).await.unwrap();
    let mut source: Arc<dyn FileSource> = seed.reader.source(
        TableSchema::builder(Arc::clone(&seed.schema)).build(),
        Arc::clone(&store),
        ObjectUri::parse("s3://bucket/").unwrap(),
        &Arc::new(FooterCache::new(0)),
    );
    let first = col("i64", &seed.schema).unwrap();
    let predicate = BinaryExpr::new(first, Operator::GtEq, lit(1_i64));
    let pushed = source
        .try_pushdown_filters(vec![Arc::new(predicate)], &ConfigOptions::default())
        .unwrap();
    source = pushed.updated_node.unwrap_or(source);
    let url = ObjectStoreUrl::parse("s3://bucket").unwrap();
    let config = FileScanConfigBuilder::new(url.clone(), source)
        .with_file(PartitionedFile::new_from_meta(meta))
        .with_expr_adapter(Some(Arc::new(seed.reader.column_mapping())))
        .build();
    let plan = DataSourceExec::from_data_source(config);
    let runtime = Arc::new(RuntimeEnv::default());
    runtime.register_object_store(url.as_ref(), store);
    let context = Arc::new(TaskContext::default().with_runtime(runtime));
    let mut stream = plan.execute(0, context).unwrap();
    let mut count = 0;
    while let Some(batch) = stream.next().await {
        match batch {
            Ok(batch) => count += batch.num_rows(),
            Err(error) => match find_connector_error(&error) {
                // Decoders of other houses may panic on such files, and are guarded. Ours must not.
                Some(known) if known.message.contains("connectors/src/") => {
                    return Err(format!("a panic of ours: {}", known.message));
                }
                Some(known) if known.uri.is_some() => return Ok(count),
                _ => return Err(format!("the error names no file: {error}")),
            },
        }
    }
    Ok(count)
}

#[tokio::test]
async fn no_bytes_make_a_scan_panic() {
    let wanted = std::env::var("PRISMLAKE_FUZZ_FORMAT").ok();
    let seconds = std::env::var("PRISMLAKE_FUZZ_SECONDS")
        .ok()
        .map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let seeds: Vec<Seed> = seeds()
        .into_iter()
        .filter(|seed| wanted.as_deref().is_none_or(|wanted| wanted == seed.format))
        .collect();
    assert!(!seeds.is_empty(), "no format is called {wanted:?}");
    for seed in &seeds {
        let count = scan(seed, seed.bytes.clone()).await.unwrap();
        assert!(
            count > 0,
            "{} {} has no rows as it was written",
            seed.format,
            seed.name
        );
    }
    let start = Instant::now();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut tried = 0;
    while match seconds {
        Some(seconds) => start.elapsed() < seconds,
        None => tried < MUTATIONS * seeds.len(),
    } {
        let seed = &seeds[tried % seeds.len()];
        tried += 1;
        let file = mutated(&seed.bytes, &mut random);
        if let Err(defect) = scan(seed, file.clone()).await {
            let kept = std::env::temp_dir().join(format!("mutation-{}", seed.name));
            std::fs::write(&kept, &file).unwrap();
            let kept = kept.display();
            panic!(
                "{} {}: {defect}; the file is kept as {kept}",
                seed.format, seed.name
            );
        }
    }
    println!("{tried} files tried");
}
