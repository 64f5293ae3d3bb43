//! `prismlake demo`: makes a sample lake, asks five telling questions of it, and writes answers back.

mod sample_lake;

use std::io;
use std::path::Path;
use std::time::Instant;

use prismlake_engine::{QueryReport, QuerySource};

use crate::Outcome;
use crate::arguments::Format;
use crate::commands::sql::{Failure, print};
use crate::output;
use crate::session::Session;
use crate::summary::{bytes, dollars, summary};

const DATABASE: &str = "demo";

/// Runs the demonstration from a clean start.
pub async fn run(mut session: Session) -> Outcome {
    let folder = session.home.join("demo");
    let started = Instant::now();
    println!(
        "A year of orders: one folder a day, as Hive lays them out, under {}\n",
        folder.display()
    );
    let target = folder.clone();
    let made = tokio::task::spawn_blocking(move || sample_lake::make(&target)).await;
    match made {
        Ok(Ok(lake)) => println!("{} files, {}\n", lake.files, bytes(lake.bytes)),
        Ok(Err(error)) => return failed(&error.to_string()),
        Err(error) => return failed(&error.to_string()),
    }
    match tour(&mut session, &folder).await {
        Ok(()) => {
            println!(
                "\nDone in {:.0} s. What to try next:",
                started.elapsed().as_secs_f64()
            );
            println!(
                "  prismlake shell --database demo                     ask your own questions; \\d lists the tables"
            );
            println!(
                "  prismlake sql --dry-run -e \"SELECT …\"               what a query would scan and cost, before it runs"
            );
            println!(
                "  prismlake serve --postgres 127.0.0.1:5433           then: psql -h 127.0.0.1 -p 5433 demo"
            );
            println!(
                "  CREATE EXTERNAL TABLE … LOCATION 's3://bucket/…'    your own data; MSCK REPAIR TABLE finds its partitions"
            );
            Outcome::Succeeded
        }
        Err(Failure::Query(error)) => failed(&error.to_string()),
        Err(Failure::Output(error)) => failed(&error.to_string()),
    }
}

fn failed(reason: &str) -> Outcome {
    eprintln!("{reason}");
    Outcome::Failed
}

async fn tour(session: &mut Session, folder: &Path) -> Result<(), Failure> {
    quiet(
        session,
        &format!("DROP DATABASE IF EXISTS {DATABASE} CASCADE"),
    )
    .await?;
    quiet(
        session,
        &format!("CREATE DATABASE {DATABASE} COMMENT 'made by prismlake demo'"),
    )
    .await?;
    session.database = DATABASE.to_owned();
    let orders = format!(
        "CREATE EXTERNAL TABLE orders (\n  order_id bigint, customer_id bigint, product string, quantity int,\n  price decimal(10,2), paid boolean, ordered_at timestamp, note string)\nPARTITIONED BY (dt date)\nSTORED AS PARQUET\nLOCATION 'file://{}/orders/'",
        folder.display()
    );
    show(session, &orders).await?;
    quiet_with_count(session, "MSCK REPAIR TABLE orders").await?;
    let customers = format!(
        "CREATE EXTERNAL TABLE customers (customer_id bigint, name string, country string)\nROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'\nLOCATION 'file://{}/customers/'\nTBLPROPERTIES ('skip.header.line.count' = '1')",
        folder.display()
    );
    show(session, &customers).await?;

    println!("── 1. All of it, one column: only that column's bytes are read");
    let all = show(
        session,
        "SELECT count(*) AS orders, sum(quantity) AS pieces FROM orders",
    )
    .await?;
    println!("── 2. The same for one week: 7 of the year's folders are opened");
    let week = show(
        session,
        "SELECT count(*) AS orders, sum(quantity) AS pieces FROM orders\nWHERE dt BETWEEN DATE '2026-03-02' AND DATE '2026-03-08'",
    )
    .await?;
    compare(&all, &week);
    println!("── 3. A function of the key prunes as well");
    show(
        session,
        "SELECT product, sum(quantity * price) AS turnover FROM orders\nWHERE month(dt) = 12 GROUP BY product ORDER BY turnover DESC LIMIT 3",
    )
    .await?;
    println!("── 4. A join with a CSV file");
    show(
        session,
        "SELECT c.country, count(*) AS orders, avg(o.price) AS average_price\nFROM orders o JOIN customers c ON o.customer_id = c.customer_id\nWHERE o.dt = DATE '2026-06-15' GROUP BY c.country ORDER BY orders DESC LIMIT 5",
    )
    .await?;
    println!("── 5. Which file is a row from?");
    show(
        session,
        "SELECT \"$path\", \"$file_size\", count(*) AS orders FROM orders\nWHERE dt = DATE '2026-12-24' GROUP BY 1, 2",
    )
    .await?;
    println!(
        "── And back: CREATE TABLE AS, in Parquet and in ORC. Readers see all of a table or none of it"
    );
    show(
        session,
        "CREATE TABLE daily WITH (format = 'PARQUET', write_compression = 'ZSTD') AS\nSELECT dt, product, count(*) AS orders, sum(quantity * price) AS turnover FROM orders GROUP BY dt, product",
    )
    .await?;
    show(
        session,
        "CREATE TABLE december WITH (format = 'ORC', partitioned_by = ARRAY['dt']) AS\nSELECT order_id, product, price, ordered_at, dt FROM orders WHERE dt >= DATE '2026-12-01'",
    )
    .await?;
    show(
        session,
        "SELECT count(*) AS orders, max(price) AS dearest FROM december",
    )
    .await?;
    Ok(())
}

fn compare(all: &QueryReport, part: &QueryReport) {
    println!(
        "   the year: {} for {}    the week: {} for {} (Athena's least is 10 MB)\n",
        bytes(all.data_scanned_bytes),
        dollars(all.cost_usd),
        bytes(part.data_scanned_bytes),
        dollars(part.cost_usd),
    );
}

/// Prints a statement, its rows, and what it did.
async fn show(session: &Session, sql: &str) -> Result<QueryReport, Failure> {
    println!("{sql};");
    let mut handle = session
        .service
        .submit(session.request(sql, QuerySource::Demo));
    let mut writer = output::writer(Format::Table, crate::shell::terminal_width());
    print(&mut handle, writer.as_mut(), &mut io::stdout()).await?;
    let report = handle.report();
    println!("{}\n", summary(&report));
    Ok(report)
}

/// Runs a statement without showing it.
async fn quiet(session: &Session, sql: &str) -> Result<QueryReport, Failure> {
    let mut handle = session
        .service
        .submit(session.request(sql, QuerySource::Demo));
    while let Some(batch) = handle.next().await {
        batch.map_err(Failure::Query)?;
    }
    Ok(handle.report())
}

async fn quiet_with_count(session: &Session, sql: &str) -> Result<(), Failure> {
    println!("{sql};");
    let report = quiet(session, sql).await?;
    println!("{} partitions found\n", report.rows);
    Ok(())
}
