//! What `prismlake crawl` prints: a plan as a diff, the counts of a run, crawlers and their history.

use std::io::{self, Write};

use prismlake_catalog::crawler::plan::{TableAction, TableChange};
use prismlake_catalog::crawler::run::{CrawlMode, CrawlOutcome};
use prismlake_catalog::model::{CrawlRecord, Crawler};
use serde_json::{Value, json};

use crate::arguments::CrawlFormat;

/// Partitions of a table that a diff names one by one.
const PARTITIONS_NAMED: usize = 20;

pub fn outcome(outcome: &CrawlOutcome, mode: CrawlMode, format: CrawlFormat) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        CrawlFormat::Json => writeln!(out, "{:#}", outcome_json(outcome, mode)),
        CrawlFormat::Table => outcome_text(&mut out, outcome, mode),
    }
}

fn action_word(action: &TableAction) -> &'static str {
    match action {
        TableAction::Add => "add",
        TableAction::Update => "update",
        TableAction::Keep => "keep",
        TableAction::Rekey => "rekey",
        TableAction::Deprecate => "deprecate",
        TableAction::Delete => "delete",
    }
}

fn outcome_json(outcome: &CrawlOutcome, mode: CrawlMode) -> Value {
    let added = |change: &TableChange| -> Vec<Value> {
        let partitions = change.added_partitions();
        partitions
            .map(|(_, found)| json!({"values": found.values, "location": found.location}))
            .collect()
    };
    let updated = |change: &TableChange| -> Vec<Value> {
        let partitions = change.updated.iter();
        partitions
            .filter_map(|update| change.updated_partition(update))
            .map(|partition| {
                json!({
                    "values": partition.values,
                    "location": partition.storage_descriptor.location,
                })
            })
            .collect()
    };
    let changes: Vec<Value> = outcome
        .plan
        .changes
        .iter()
        .filter(|change| !change.is_empty())
        .map(|change| {
            json!({
                "database": change.name.database.as_str(),
                "table": change.name.table(),
                "action": action_word(&change.action),
                "reasons": change.reasons,
                "definition": change.table,
                "partitions_added": added(change),
                "partitions_updated": updated(change),
                "partitions_deleted": change.deleted,
            })
        })
        .collect();
    let record = &outcome.record;
    json!({
        "crawl_id": record.crawl_id,
        "crawler": record.crawler_name,
        "dry_run": mode == CrawlMode::DryRun,
        "state": record.state,
        "counts": record.counts,
        "changes": changes,
        "notes": outcome.plan.notes,
        "errors": record.object_errors,
    })
}

fn outcome_text(out: &mut impl Write, outcome: &CrawlOutcome, mode: CrawlMode) -> io::Result<()> {
    let mut changed = false;
    for change in outcome
        .plan
        .changes
        .iter()
        .filter(|change| !change.is_empty())
    {
        changed = true;
        change_text(out, change)?;
    }
    if !changed {
        writeln!(out, "nothing has changed")?;
    }
    for note in &outcome.plan.notes {
        writeln!(out, "! {note}")?;
    }
    for error in &outcome.record.object_errors {
        writeln!(out, "! {}: {}", error.uri, error.message)?;
    }
    let counts = &outcome.record.counts;
    write!(
        out,
        "{} objects listed, {} read, {} not readable",
        counts.objects_listed, counts.objects_read, counts.objects_failed
    )?;
    if mode == CrawlMode::DryRun {
        return writeln!(out, "; nothing was changed: this was a dry run");
    }
    writeln!(
        out,
        "; tables: {} added, {} updated, {} deleted; partitions: {} added, {} updated, {} deleted",
        counts.tables_added,
        counts.tables_updated,
        counts.tables_deleted,
        counts.partitions_added,
        counts.partitions_updated,
        counts.partitions_deleted
    )
}

fn change_text(out: &mut impl Write, change: &TableChange) -> io::Result<()> {
    let sign = match change.action {
        TableAction::Add => '+',
        TableAction::Delete | TableAction::Deprecate => '-',
        TableAction::Update | TableAction::Rekey => '~',
        TableAction::Keep => ' ',
    };
    writeln!(
        out,
        "{sign} {} table {}: {}",
        action_word(&change.action),
        change.name,
        change.reasons.join("; ")
    )?;
    if matches!(change.action, TableAction::Add) {
        for column in &change.table.storage_descriptor.columns {
            writeln!(out, "    + column {} {}", column.name, column.type_text())?;
        }
        for key in &change.table.partition_keys {
            writeln!(out, "    + partition key {} {}", key.name, key.type_text())?;
        }
    }
    let added: Vec<String> = change
        .added_partitions()
        .take(PARTITIONS_NAMED)
        .map(|(_, found)| found.values.join("/"))
        .collect();
    let updated: Vec<String> = change
        .updated
        .iter()
        .take(PARTITIONS_NAMED)
        .filter_map(|update| change.updated_partition(update))
        .map(|partition| partition.values.join("/"))
        .collect();
    let deleted: Vec<String> = change
        .deleted
        .iter()
        .take(PARTITIONS_NAMED)
        .map(|values| values.join("/"))
        .collect();
    for (sign, count, named) in [
        ('+', change.added.len(), added),
        ('~', change.updated.len(), updated),
        ('-', change.deleted.len(), deleted),
    ] {
        if count == 0 {
            continue;
        }
        let more = if count > named.len() { ", …" } else { "" };
        writeln!(
            out,
            "    {sign} {count} partitions: {}{more}",
            named.join(", ")
        )?;
    }
    Ok(())
}

pub fn history(runs: &[CrawlRecord], format: CrawlFormat) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == CrawlFormat::Json {
        return writeln!(out, "{:#}", json!(runs));
    }
    for run in runs {
        let state = json!(run.state);
        writeln!(
            out,
            "{}  {}  {}  {} objects, {} tables added, {} partitions added  {}",
            run.start_time.format("%Y-%m-%d %H:%M:%S"),
            run.crawl_id,
            state.as_str().unwrap_or(""),
            run.counts.objects_listed,
            run.counts.tables_added,
            run.counts.partitions_added,
            run.error_message.as_deref().unwrap_or("")
        )?;
    }
    Ok(())
}

pub fn crawlers(crawlers: &[Crawler], format: CrawlFormat) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == CrawlFormat::Json {
        return writeln!(out, "{:#}", json!(crawlers));
    }
    for crawler in crawlers {
        let targets: Vec<&str> = crawler
            .targets
            .s3_targets
            .iter()
            .map(|target| target.path.as_str())
            .collect();
        let schedule = crawler.schedule.as_ref().map_or("on demand", |schedule| {
            schedule.schedule_expression.as_str()
        });
        writeln!(
            out,
            "{}  {} -> {}  {schedule}",
            crawler.name,
            targets.join(", "),
            crawler.database_name.as_deref().unwrap_or("default")
        )?;
    }
    Ok(())
}
