//! `prismlake serve`: answers clients until it is told to stop.

use prismlake_server::postgres::PostgresEndpoint;

use crate::Outcome;
use crate::arguments::ServeArguments;
use crate::session::Session;

pub async fn run(session: Session, arguments: ServeArguments) -> Outcome {
    let endpoint = match PostgresEndpoint::bind(arguments.postgres).await {
        Ok(endpoint) => endpoint,
        Err(error) => {
            eprintln!("{error}");
            return Outcome::WrongUsage;
        }
    };
    eprintln!("PostgreSQL: {}", endpoint.local_address());
    if let Err(error) = session.service.sweep().await {
        eprintln!("abandoned writes could not be cleaned up: {error}");
    }
    let scheduler = session.service.clone();
    let schedules = tokio::spawn(async move { scheduler.run_scheduled_crawls().await });
    let served = endpoint.serve(session.service, stop_asked()).await;
    schedules.abort();
    match served {
        Ok(()) => Outcome::Succeeded,
        Err(error) => {
            eprintln!("{error}");
            Outcome::Failed
        }
    }
}

/// Ends with Ctrl-C or SIGTERM.
async fn stop_asked() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
