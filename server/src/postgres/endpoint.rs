//! The listener: accepts connections up to a bound, and ends with its shutdown signal.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use pgwire::tokio::process_socket;
use prismlake_engine::QueryService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::backend::Backend;
use super::cancel::RunningQueries;
use crate::listener::{CONNECTIONS_MAX, ServerError, listen};

/// A listening endpoint.
#[derive(Debug)]
pub struct PostgresEndpoint {
    listener: TcpListener,
    address: SocketAddr,
}

impl PostgresEndpoint {
    /// Listens on a loopback address; port 0 takes any free one.
    pub async fn bind(address: SocketAddr) -> Result<Self, ServerError> {
        let (listener, address) = listen(address).await?;
        Ok(PostgresEndpoint { listener, address })
    }

    /// The address, with the port that was taken.
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` ends; connections then end with it.
    pub async fn serve(
        self,
        service: QueryService,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), ServerError> {
        let running = Arc::new(RunningQueries::default());
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut connections = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => return Ok(()),
                accepted = self.listener.accept() => accepted,
            };
            let (socket, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    continue;
                }
            };
            // Connections that have ended are taken off the set as new ones come.
            while connections.try_join_next().is_some() {}
            let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                tracing::warn!(%peer, "too many connections");
                continue;
            };
            let backend = Backend::new(service.clone(), Arc::clone(&running));
            connections.spawn(async move {
                if let Err(error) = process_socket(socket, None, backend).await {
                    tracing::debug!(%peer, %error, "the connection ended");
                }
                drop(place);
            });
        }
    }
}
