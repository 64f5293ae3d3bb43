//! The sample lake: a year of orders in Parquet, a folder a day, and a CSV file of customers. The same every time.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int32Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;
use chrono::{Datelike, Days, NaiveDate};
use indicatif::{ProgressBar, ProgressStyle};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

const DAYS: u64 = 365;
const ORDERS_A_DAY: u64 = 6_000;
const CUSTOMERS: u64 = 2_000;
const PRODUCTS: &[&str] = &[
    "apples",
    "bread",
    "cheese",
    "dates",
    "eggs",
    "figs",
    "grapes",
    "honey",
    "ice cream",
    "jam",
];
const COUNTRIES: &[&str] = &["DE", "FR", "IT", "JP", "PL", "SE", "US"];

/// What was made.
pub struct SampleLake {
    pub files: u64,
    pub bytes: u64,
}

/// A small generator of numbers that look random: xorshift64*, which is the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit.max(1)
    }

    fn signed_below(&mut self, limit: u64) -> i64 {
        i64::try_from(self.below(limit)).unwrap_or(0)
    }

    fn pick(&mut self, texts: &[&'static str]) -> &'static str {
        let place = usize::try_from(self.below(u64::try_from(texts.len()).unwrap_or(1)));
        place
            .ok()
            .and_then(|place| texts.get(place))
            .copied()
            .unwrap_or("")
    }
}

/// Makes the lake, in place of the one before.
pub fn make(folder: &Path) -> Result<SampleLake, Box<dyn std::error::Error + Send + Sync>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut lake = SampleLake { files: 0, bytes: 0 };
    lake.add(&make_customers(&folder.join("customers"))?)?;
    let bar = ProgressBar::new(DAYS);
    bar.set_style(ProgressStyle::with_template("{bar:30} day {pos} of {len}")?);
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
    let mut numbers = Numbers(2026);
    for number in 0..DAYS {
        let day = first + Days::new(number);
        let path = folder.join(format!("orders/dt={day}/part-00000.parquet"));
        make_orders(&path, day, &mut numbers)?;
        lake.add(&path)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(lake)
}

impl SampleLake {
    fn add(&mut self, path: &Path) -> std::io::Result<()> {
        self.files += 1;
        self.bytes += fs::metadata(path)?.len();
        Ok(())
    }
}

fn make_customers(folder: &Path) -> std::io::Result<std::path::PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join("customers.csv");
    let mut file = BufWriter::new(File::create(&path)?);
    let mut numbers = Numbers(7);
    writeln!(file, "customer_id,name,country")?;
    for customer in 1..=CUSTOMERS {
        writeln!(
            file,
            "{customer},\"Customer, no. {customer}\",{}",
            numbers.pick(COUNTRIES)
        )?;
    }
    file.flush()?;
    Ok(path)
}

fn make_orders(
    path: &Path,
    day: NaiveDate,
    numbers: &mut Numbers,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let midnight = day
        .and_hms_opt(0, 0, 0)
        .unwrap_or_default()
        .and_utc()
        .timestamp_micros();
    let first_id = i64::from(day.ordinal0()) * 1_000_000;
    let count = i64::try_from(ORDERS_A_DAY)?;
    let ids = Int64Array::from_iter_values((0..count).map(|order| first_id + order));
    let customers =
        Int64Array::from_iter_values((0..count).map(|_| 1 + numbers.signed_below(CUSTOMERS)));
    let products = StringArray::from_iter_values((0..count).map(|_| numbers.pick(PRODUCTS)));
    let quantities = Int32Array::from_iter_values(
        (0..count).map(|_| i32::try_from(1 + numbers.below(9)).unwrap_or(1)),
    );
    let prices = Decimal128Array::from_iter_values(
        (0..count).map(|_| i128::from(99 + numbers.below(99_900))),
    )
    .with_precision_and_scale(10, 2)?;
    let paid: BooleanArray = (0..count).map(|_| Some(numbers.below(20) > 0)).collect();
    let times = TimestampMicrosecondArray::from_iter_values(
        (0..count).map(|_| midnight + numbers.signed_below(86_400_000_000)),
    );
    let notes: StringArray = (0..count)
        .map(|_| {
            (numbers.below(3) > 0)
                .then(|| format!("{:016x}{:016x}", numbers.next(), numbers.next()))
        })
        .collect();
    let batch = RecordBatch::try_from_iter(vec![
        ("order_id", Arc::new(ids) as ArrayRef),
        ("customer_id", Arc::new(customers)),
        ("product", Arc::new(products)),
        ("quantity", Arc::new(quantities)),
        ("price", Arc::new(prices)),
        ("paid", Arc::new(paid)),
        ("ordered_at", Arc::new(times)),
        ("note", Arc::new(notes)),
    ])?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = ArrowWriter::try_new(File::create(path)?, batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}
