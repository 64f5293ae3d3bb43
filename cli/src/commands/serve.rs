//! `prismlake serve`: answers clients until it is told to stop.

use prismlake_server::ServerError;
use prismlake_server::http::HttpEndpoint;
use prismlake_server::postgres::PostgresEndpoint;

use crate::Outcome;
use crate::arguments::ServeArguments;
use crate::session::Session;

pub async fn run(session: Session, arguments: ServeArguments) -> Outcome {
    let (postgres, http) = match bind(&arguments).await {
        Ok(endpoints) => endpoints,
        Err(error) => {
            eprintln!("{error}");
            return Outcome::WrongUsage;
        }
    };
    if let Err(error) = session.service.sweep().await {
        eprintln!("abandoned writes could not be cleaned up: {error}");
    }
    let service = session.service;
    let serving = async {
        tokio::join!(
            async {
                if let Some(endpoint) = postgres {
                    endpoint.serve(service.clone(), stop_asked()).await;
                }
            },
            async {
                if let Some(endpoint) = http {
                    endpoint.serve(service.clone(), stop_asked()).await;
                }
            }
        )
    };
    tokio::select! {
        _ = serving => {}
        () = service.run_scheduled_crawls() => {}
    }
    Outcome::Succeeded
}

/// Listens where the arguments say, and says where that is.
async fn bind(
    arguments: &ServeArguments,
) -> Result<(Option<PostgresEndpoint>, Option<HttpEndpoint>), ServerError> {
    let postgres = match arguments.postgres {
        Some(address) => Some(PostgresEndpoint::bind(address).await?),
        None => None,
    };
    let http = match arguments.http {
        Some(address) => Some(HttpEndpoint::bind(address).await?),
        None => None,
    };
    if let Some(endpoint) = &postgres {
        eprintln!("PostgreSQL: {}", endpoint.local_address());
    }
    if let Some(endpoint) = &http {
        eprintln!("HTTP: {}", endpoint.local_address());
    }
    Ok((postgres, http))
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
