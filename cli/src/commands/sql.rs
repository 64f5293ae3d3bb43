//! `prismlake sql`: runs a script's statements in order and prints their rows.

use std::io::{self, ErrorKind, IsTerminal, Read, Write};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use prismlake_engine::{
    ErrorCode, QueryError, QueryHandle, QueryReport, QuerySource, sql::split_script,
};

use crate::Outcome;
use crate::arguments::{SqlArguments, Stats};
use crate::interrupt::Interrupts;
use crate::output::{self, ResultWriter, Sink};
use crate::session::Session;
use crate::shell::Progress;
use crate::summary::summary;

/// Runs every statement; stops at the first that fails.
pub async fn run(session: Session, arguments: SqlArguments) -> Outcome {
    let script = match read_script(&arguments) {
        Ok(script) => script,
        Err(error) => {
            eprintln!("{error}");
            return Outcome::WrongUsage;
        }
    };
    let statements = match split_script(&script) {
        Ok(statements) => statements,
        Err(error) => {
            eprintln!("{error}");
            return Outcome::Failed;
        }
    };
    let stats = arguments.stats.unwrap_or_else(|| {
        if io::stderr().is_terminal() {
            Stats::Text
        } else {
            Stats::None
        }
    });
    let mut sink = match Sink::open(arguments.output.as_deref()) {
        Ok(sink) => sink,
        Err(error) => {
            eprintln!("the rows cannot be written to their file: {error}");
            return Outcome::WrongUsage;
        }
    };
    let width = sink.terminal_width();
    for statement in statements {
        let mut request = session.request(statement.text, QuerySource::Script);
        request.dry_run = arguments.dry_run;
        let mut handle = session.service.submit(request);
        let mut writer = output::writer(arguments.format, width);
        let ended = print(&mut handle, writer.as_mut(), &mut sink).await;
        tell(&handle.report(), stats);
        match ended {
            Ok(()) => {}
            Err(Failure::Query(error)) => {
                eprintln!("{error}");
                return Outcome::Failed;
            }
            // Whoever read the rows has seen enough.
            Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {
                return Outcome::Succeeded;
            }
            Err(Failure::Output(error)) => {
                eprintln!("the rows could not be written: {error}");
                return Outcome::Failed;
            }
        }
    }
    match sink.close() {
        Ok(()) => Outcome::Succeeded,
        Err(error) => {
            eprintln!("the rows could not be written: {error}");
            Outcome::Failed
        }
    }
}

fn read_script(arguments: &SqlArguments) -> Result<String, QueryError> {
    let unreadable = |what: &str, error: io::Error| {
        QueryError::new(
            ErrorCode::InvalidConfiguration,
            format!("{what} cannot be read: {error}"),
        )
    };
    let mut parts = arguments.execute.clone();
    for path in &arguments.files {
        let text = std::fs::read_to_string(path)
            .map_err(|error| unreadable(&path.display().to_string(), error))?;
        parts.push(text);
    }
    if parts.is_empty() {
        let mut text = String::new();
        io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| unreadable("standard input", error))?;
        parts.push(text);
    }
    Ok(parts.join("\n;\n"))
}

/// Why printing a result ended early.
pub enum Failure {
    Query(QueryError),
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

/// Runs a statement and prints its rows as they come. Ctrl-C cancels it.
pub async fn print(
    handle: &mut QueryHandle,
    writer: &mut dyn ResultWriter,
    output: &mut dyn Write,
) -> Result<(), Failure> {
    let canceller = handle.canceller();
    let mut progress = Progress::new(handle.progress_reader());
    let mut interrupts = Interrupts::from_now_on();
    let mut schema = None;
    loop {
        let batch = {
            let mut step = std::pin::pin!(advance(handle, &mut schema));
            loop {
                tokio::select! {
                    batch = &mut step => break batch,
                    () = interrupts.next() => canceller.cancel(),
                    () = progress.tick() => {}
                }
            }
        };
        progress.hide();
        let batch = batch.map_err(Failure::Query)?;
        let Some(columns) = schema.as_ref().filter(|schema| !schema.fields().is_empty()) else {
            match batch {
                Some(_) => continue,
                None => return Ok(output.flush()?),
            }
        };
        if !progress.rows_begun() {
            writer.begin(output, columns)?;
        }
        match batch {
            Some(batch) => writer.write(output, &batch)?,
            None => {
                writer.finish(output)?;
                return Ok(output.flush()?);
            }
        }
    }
}

/// Starts the query if it is not started, and takes its next rows.
async fn advance(
    handle: &mut QueryHandle,
    schema: &mut Option<SchemaRef>,
) -> Result<Option<RecordBatch>, QueryError> {
    if schema.is_none() {
        *schema = Some(handle.start().await?);
    }
    handle.next().await.transpose()
}

fn tell(report: &QueryReport, stats: Stats) {
    match stats {
        Stats::Text => eprintln!("{}", summary(report)),
        Stats::Json => match serde_json::to_string(report) {
            Ok(line) => eprintln!("{line}"),
            Err(error) => eprintln!("the report cannot be printed: {error}"),
        },
        Stats::None => {}
    }
}
