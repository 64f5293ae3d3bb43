//! `prismlake crawl`: defines crawlers and runs them.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use prismlake_catalog::crawler::configuration::CrawlSettings;
use prismlake_catalog::crawler::names::table_name_with_suffix;
use prismlake_catalog::crawler::progress::{CrawlPhase, CrawlProgress};
use prismlake_catalog::crawler::run::{CrawlMode, CrawlOutcome};
use prismlake_catalog::crawler::s3_events::{ObjectEvent, parse_events};
use prismlake_catalog::crawler::schedule::ScheduleExpression;
use prismlake_catalog::model::{
    Classifier, Crawler, CrawlerTargets, DeleteBehavior, RecrawlBehavior, RecrawlPolicy, S3Target,
    Schedule, ScheduleState, SchemaChangePolicy, UpdateBehavior,
};
use prismlake_engine::CrawlRequest;

use super::crawl_report;
use crate::Outcome;
use crate::arguments::{CrawlArguments, OnDelete, OnUpdate, Recrawl};
use crate::interrupt::Interrupts;
use crate::session::Session;

/// How often progress is drawn on a terminal.
const REDRAWN_EVERY: Duration = Duration::from_millis(200);
/// Runs that --history prints.
const HISTORY_RUNS: usize = 50;

/// What ends a command before a run begins.
enum Refused {
    /// The arguments are wrong.
    Usage(String),
    /// Something failed.
    Failed(String),
}

impl<E: std::error::Error> From<E> for Refused {
    fn from(error: E) -> Self {
        Refused::Failed(error.to_string())
    }
}

pub async fn run(session: Session, arguments: CrawlArguments) -> Outcome {
    match crawl(&session, arguments).await {
        Ok(outcome) => outcome,
        Err(Refused::Usage(message)) => {
            eprintln!("{message}");
            Outcome::WrongUsage
        }
        Err(Refused::Failed(message)) => {
            eprintln!("{message}");
            Outcome::Failed
        }
    }
}

async fn crawl(session: &Session, arguments: CrawlArguments) -> Result<Outcome, Refused> {
    let catalog = session.service.catalog();
    if arguments.list {
        crawl_report::crawlers(&catalog.crawlers().await?, arguments.format)?;
        return Ok(Outcome::Succeeded);
    }
    if arguments.history {
        let name = arguments.name.as_deref().unwrap_or("");
        let runs = catalog.crawl_records(name, HISTORY_RUNS).await?;
        crawl_report::history(&runs, arguments.format)?;
        return Ok(Outcome::Succeeded);
    }
    if let Some(file) = &arguments.define_classifiers {
        let text = String::from_utf8_lossy(&read_file(file)?).into_owned();
        let classifiers: Vec<Classifier> = serde_json::from_str(&text).map_err(|error| {
            Refused::Usage(format!(
                "{} is no JSON array of classifiers as Glue has them: {error}",
                file.display()
            ))
        })?;
        if !arguments.dry_run {
            for classifier in classifiers {
                catalog.put_classifier(classifier).await?;
            }
        }
    }
    let events: Option<Vec<ObjectEvent>> = match &arguments.events {
        None => None,
        Some(file) => Some(parse_events(&read_file(file)?)?),
    };
    let mode = if arguments.dry_run {
        CrawlMode::DryRun
    } else {
        CrawlMode::Apply
    };
    let crawler = if arguments.target.is_empty() {
        let name = arguments.name.as_deref().unwrap_or("");
        let known = catalog.crawler(name).await?;
        known.ok_or_else(|| {
            Refused::Failed(format!(
                "Crawler '{name}' does not exist; define it with --target"
            ))
        })?
    } else {
        defined(session, &arguments, mode).await?
    };
    let progress = Arc::new(CrawlProgress::default());
    let request = CrawlRequest {
        crawler,
        mode,
        events,
        progress: Arc::clone(&progress),
    };
    let outcome = watched(session.service.crawl(request), &progress).await?;
    crawl_report::outcome(&outcome, mode, arguments.format)?;
    Ok(Outcome::Succeeded)
}

/// The crawler that the arguments define, which the catalog knows from now on.
async fn defined(
    session: &Session,
    arguments: &CrawlArguments,
    mode: CrawlMode,
) -> Result<Crawler, Refused> {
    let database = arguments
        .target_database
        .clone()
        .unwrap_or_else(|| session.database.clone());
    let mut configuration = arguments.configuration.clone();
    if arguments.on_update == OnUpdate::AddColumns {
        if configuration.is_some() {
            return Err(Refused::Usage(
                "--on-update add-columns is a Configuration of its own; say it in --configuration"
                    .to_owned(),
            ));
        }
        configuration = Some(
            r#"{"Version":1.0,"CrawlerOutput":{"Tables":{"AddOrUpdateBehavior":"MergeNewColumns"}}}"#
                .to_owned(),
        );
    }
    if let Some(schedule) = &arguments.schedule {
        ScheduleExpression::parse(schedule).map_err(|error| Refused::Usage(error.to_string()))?;
    }
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => {
            let what = format!("{database}\n{}", arguments.target.join("\n"));
            table_name_with_suffix("unnamed", &what)
        }
    };
    let targets = arguments.target.iter().map(|path| S3Target {
        path: path.clone(),
        exclusions: arguments.exclude.clone(),
        sample_size: arguments.sample_size,
        event_queue_arn: None,
    });
    let mut crawler = Crawler {
        name,
        targets: CrawlerTargets {
            s3_targets: targets.collect(),
            catalog_targets: Vec::new(),
        },
        database_name: Some(database),
        classifiers: arguments.classifier.clone(),
        recrawl_policy: RecrawlPolicy {
            recrawl_behavior: match arguments.recrawl {
                Recrawl::Everything => RecrawlBehavior::CrawlEverything,
                Recrawl::NewFolders => RecrawlBehavior::CrawlNewFoldersOnly,
                Recrawl::Events => RecrawlBehavior::CrawlEventMode,
            },
        },
        schema_change_policy: SchemaChangePolicy {
            update_behavior: match arguments.on_update {
                OnUpdate::Update | OnUpdate::AddColumns => UpdateBehavior::UpdateInDatabase,
                OnUpdate::Log => UpdateBehavior::Log,
            },
            delete_behavior: match arguments.on_delete {
                OnDelete::Deprecate => DeleteBehavior::DeprecateInDatabase,
                OnDelete::Delete => DeleteBehavior::DeleteFromDatabase,
                OnDelete::Log => DeleteBehavior::Log,
            },
        },
        table_prefix: arguments.table_prefix.clone(),
        schedule: arguments.schedule.clone().map(|expression| Schedule {
            schedule_expression: expression,
            state: ScheduleState::Scheduled,
        }),
        configuration,
        ..Crawler::default()
    };
    CrawlSettings::of(&crawler).map_err(|error| Refused::Usage(error.to_string()))?;
    let catalog = session.service.catalog();
    let known = catalog.crawler(&crawler.name).await?;
    if let Some(known) = known {
        crawler.creation_time = known.creation_time;
        crawler.last_updated = known.last_updated;
        crawler.version = known.version;
        if crawler == known {
            return Ok(known);
        }
    }
    if mode == CrawlMode::Apply {
        catalog.put_crawler(crawler.clone()).await?;
        if let Some(stored) = catalog.crawler(&crawler.name).await? {
            return Ok(stored);
        }
    }
    Ok(crawler)
}

/// Runs a crawl; says how far it is on a terminal, and asks it to stop on Ctrl-C.
async fn watched<E: std::error::Error>(
    crawl: impl Future<Output = Result<CrawlOutcome, E>>,
    progress: &CrawlProgress,
) -> Result<CrawlOutcome, Refused> {
    let mut interrupts = Interrupts::from_now_on();
    let mut due = tokio::time::interval(REDRAWN_EVERY);
    let is_terminal = std::io::stderr().is_terminal();
    let mut drawn = false;
    tokio::pin!(crawl);
    loop {
        tokio::select! {
            outcome = &mut crawl => {
                if drawn {
                    eprint!("\r\x1b[K");
                }
                return Ok(outcome?);
            }
            () = interrupts.next() => {
                eprintln!("stopping; what is found so far is kept");
                progress.stop();
            }
            _ = due.tick() => {
                if is_terminal {
                    let counts = progress.counts();
                    let phase = match progress.phase() {
                        CrawlPhase::Listing => "listing",
                        CrawlPhase::Reading => "reading",
                        CrawlPhase::Planning => "comparing with the catalog",
                        CrawlPhase::Applying => "changing the catalog",
                    };
                    eprint!(
                        "\r\x1b[K{phase}: {} objects listed, {} read",
                        counts.objects_listed, counts.objects_read
                    );
                    drawn = true;
                }
            }
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Refused> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path)
        .map_err(|error| Refused::Usage(format!("{} cannot be read: {error}", path.display())))
}
