//! The one binary: reads its arguments, opens the query service, and hands over to a command.
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod configuration;
mod demo;
mod interrupt;
mod output;
mod session;
mod shell;
mod summary;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// Scans allocate and free buffers of megabytes all the time: this allocator keeps their pages, where the system's gives each
/// back and has it cleared again (a third of the time of a scan of local Parquet files).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the process ends with: the contract of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Everything ran.
    Succeeded,
    /// A statement failed.
    Failed,
    /// The arguments or the configuration are wrong.
    WrongUsage,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(match outcome {
            Outcome::Succeeded => 0,
            Outcome::Failed => 1,
            Outcome::WrongUsage => 2,
        })
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("the runtime could not be started: {error}");
            return Outcome::Failed.into();
        }
    };
    let outcome = runtime.block_on(run(arguments));
    // A blocking read of the terminal must not keep the process from ending.
    runtime.shutdown_background();
    outcome.into()
}

async fn run(arguments: Arguments) -> Outcome {
    let session = match configuration::open_session(&arguments.global).await {
        Ok(session) => session,
        Err(error) => {
            eprintln!("{error}");
            return Outcome::WrongUsage;
        }
    };
    match arguments.command.unwrap_or(Command::Shell) {
        Command::Sql(sql) => commands::sql::run(session, sql).await,
        Command::Crawl(crawl) => commands::crawl::run(session, *crawl).await,
        Command::Serve(serve) => commands::serve::run(session, serve).await,
        Command::Shell => shell::run(session).await,
        Command::Demo => demo::run(session).await,
    }
}
