//! Crawlers, their classifiers, their runs, and what they remember.

use chrono::{DateTime, Duration, Utc};

use super::sql::{InsertRows, SqlTransaction, SqlValue};
use crate::crawler_store::{CRAWL_LEASE_SECONDS, CrawledFolder};
use crate::error::{CatalogError, Result};
use crate::model::{Classifier, CrawlRecord, Crawler, Table, TableName};

/// Runs that are remembered of each crawler.
const CRAWLS_KEPT: i64 = 1000;

pub(super) fn put_classifier(
    transaction: &mut dyn SqlTransaction,
    classifier: &Classifier,
) -> Result<()> {
    transaction.execute(
        "INSERT INTO classifiers (name, definition) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
        &[
            classifier.name().into(),
            serde_json::to_string(classifier)?.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn classifiers(transaction: &mut dyn SqlTransaction) -> Result<Vec<Classifier>> {
    transaction
        .query("SELECT definition FROM classifiers ORDER BY name", &[])?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

pub(super) fn drop_classifier(transaction: &mut dyn SqlTransaction, name: &str) -> Result<bool> {
    let dropped = transaction.execute("DELETE FROM classifiers WHERE name = $1", &[name.into()])?;
    Ok(dropped > 0)
}

pub(super) fn put(
    transaction: &mut dyn SqlTransaction,
    mut crawler: Crawler,
    now: DateTime<Utc>,
) -> Result<()> {
    let old = get(transaction, &crawler.name)?;
    crawler.creation_time = old.as_ref().map_or(Some(now), |old| old.creation_time);
    crawler.last_updated = Some(now);
    crawler.version = old.map_or(1, |old| old.version + 1);
    transaction.execute(
        "INSERT INTO crawlers (name, definition) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
        &[
            crawler.name.as_str().into(),
            serde_json::to_string(&crawler)?.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn get(transaction: &mut dyn SqlTransaction, name: &str) -> Result<Option<Crawler>> {
    let row = transaction.query_first(
        "SELECT definition FROM crawlers WHERE name = $1",
        &[name.into()],
    )?;
    row.map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .transpose()
}

pub(super) fn list(transaction: &mut dyn SqlTransaction) -> Result<Vec<Crawler>> {
    transaction
        .query("SELECT definition FROM crawlers ORDER BY name", &[])?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

pub(super) fn drop(transaction: &mut dyn SqlTransaction, name: &str) -> Result<bool> {
    let own = [name.into()];
    transaction.execute("DELETE FROM crawls WHERE crawler_name = $1", &own)?;
    transaction.execute("DELETE FROM crawled_folders WHERE crawler_name = $1", &own)?;
    transaction.execute("DELETE FROM crawled_tables WHERE crawler_name = $1", &own)?;
    Ok(transaction.execute("DELETE FROM crawlers WHERE name = $1", &own)? > 0)
}

fn lease_end(now: DateTime<Utc>) -> SqlValue {
    (now + Duration::seconds(CRAWL_LEASE_SECONDS))
        .timestamp()
        .into()
}

pub(super) fn begin(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let taken = transaction.execute(
        "UPDATE crawlers SET run_id = $2, lease_until = $3
         WHERE name = $1 AND (run_id IS NULL OR lease_until < $4)",
        &[
            crawler.into(),
            run_id.into(),
            lease_end(now),
            now.timestamp().into(),
        ],
    )?;
    if taken > 0 {
        return Ok(());
    }
    Err(match get(transaction, crawler)? {
        Some(_) => CatalogError::CrawlerRunning(crawler.to_owned()),
        None => CatalogError::CrawlerNotFound(crawler.to_owned()),
    })
}

pub(super) fn renew(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let renewed = transaction.execute(
        "UPDATE crawlers SET lease_until = $3 WHERE name = $1 AND run_id = $2",
        &[crawler.into(), run_id.into(), lease_end(now)],
    )?;
    if renewed == 0 {
        return Err(CatalogError::CrawlTakenOver(crawler.to_owned()));
    }
    Ok(())
}

pub(super) fn end(transaction: &mut dyn SqlTransaction, crawler: &str, run_id: &str) -> Result<()> {
    transaction.execute(
        "UPDATE crawlers SET run_id = NULL, lease_until = NULL WHERE name = $1 AND run_id = $2",
        &[crawler.into(), run_id.into()],
    )?;
    Ok(())
}

pub(super) fn running(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let row = transaction.query_first(
        "SELECT run_id FROM crawlers WHERE name = $1 AND run_id IS NOT NULL AND lease_until >= $2",
        &[crawler.into(), now.timestamp().into()],
    )?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

pub(super) fn record(transaction: &mut dyn SqlTransaction, record: &CrawlRecord) -> Result<()> {
    transaction.execute(
        "INSERT INTO crawls (crawl_id, crawler_name, start_time, record) VALUES ($1, $2, $3, $4)
         ON CONFLICT (crawl_id) DO UPDATE SET record = excluded.record",
        &[
            record.crawl_id.as_str().into(),
            record.crawler_name.as_str().into(),
            record.start_time.timestamp_millis().into(),
            serde_json::to_string(record)?.into(),
        ],
    )?;
    transaction.execute(
        "DELETE FROM crawls WHERE crawler_name = $1 AND start_time <
         (SELECT start_time FROM crawls WHERE crawler_name = $1
          ORDER BY start_time DESC LIMIT 1 OFFSET $2)",
        &[record.crawler_name.as_str().into(), CRAWLS_KEPT.into()],
    )?;
    Ok(())
}

pub(super) fn records(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
    limit: usize,
) -> Result<Vec<CrawlRecord>> {
    transaction
        .query(
            "SELECT record FROM crawls WHERE crawler_name = $1
             ORDER BY start_time DESC, crawl_id LIMIT $2",
            &[
                crawler.into(),
                i64::try_from(limit).unwrap_or(i64::MAX).into(),
            ],
        )?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

pub(super) fn put_crawled_table(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
    table: &Table,
) -> Result<()> {
    let name = table.full_name()?;
    transaction.execute(
        "INSERT INTO crawled_tables (database_name, name, crawler_name, definition)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (database_name, name) DO UPDATE
         SET crawler_name = excluded.crawler_name, definition = excluded.definition",
        &[
            name.database.as_str().into(),
            name.table().into(),
            crawler.into(),
            serde_json::to_string(table)?.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn crawled_table(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
) -> Result<Option<(String, Table)>> {
    let row = transaction.query_first(
        "SELECT crawler_name, definition FROM crawled_tables WHERE database_name = $1 AND name = $2",
        &[name.database.as_str().into(), name.table().into()],
    )?;
    row.map(|row| Ok((row.text(0)?.to_owned(), serde_json::from_str(row.text(1)?)?)))
        .transpose()
}

pub(super) fn crawled_tables(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
) -> Result<Vec<Table>> {
    transaction
        .query(
            "SELECT definition FROM crawled_tables WHERE crawler_name = $1
             ORDER BY database_name, name",
            &[crawler.into()],
        )?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

pub(super) fn forget_crawled_table(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
) -> Result<()> {
    transaction.execute(
        "DELETE FROM crawled_tables WHERE database_name = $1 AND name = $2",
        &[name.database.as_str().into(), name.table().into()],
    )?;
    Ok(())
}

pub(super) fn put_folders(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
    folders: Vec<CrawledFolder>,
) -> Result<()> {
    let rows = folders
        .into_iter()
        .map(|folder| {
            vec![
                crawler.into(),
                folder.folder.into(),
                folder.digest.into(),
                folder.finding.into(),
            ]
        })
        .collect();
    transaction.insert(InsertRows {
        into: "INSERT INTO crawled_folders (crawler_name, folder, digest, finding)",
        after: "ON CONFLICT (crawler_name, folder) DO UPDATE
                SET digest = excluded.digest, finding = excluded.finding",
        rows,
    })?;
    Ok(())
}

/// Up to `limit` folders in their order, after one of them.
pub(super) fn folders(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<CrawledFolder>> {
    transaction
        .query(
            "SELECT folder, digest, finding FROM crawled_folders
             WHERE crawler_name = $1 AND folder > $2 ORDER BY folder LIMIT $3",
            &[
                crawler.into(),
                after.into(),
                i64::try_from(limit).unwrap_or(i64::MAX).into(),
            ],
        )?
        .iter()
        .map(|row| {
            Ok(CrawledFolder {
                folder: row.text(0)?.to_owned(),
                digest: row.bytes(1)?.to_vec(),
                finding: row.text(2)?.to_owned(),
            })
        })
        .collect()
}

pub(super) fn forget_folders(
    transaction: &mut dyn SqlTransaction,
    crawler: &str,
    folders: &[String],
) -> Result<()> {
    for folder in folders {
        transaction.execute(
            "DELETE FROM crawled_folders WHERE crawler_name = $1 AND folder = $2",
            &[crawler.into(), folder.as_str().into()],
        )?;
    }
    Ok(())
}
