//! The listener: accepts connections up to a bound, and ends with its shutdown signal.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use pgwire::tokio::process_socket;
use prismlake_engine::QueryService;
use tokio::net::TcpListener;

use super::backend::Backend;
use super::cancel::RunningQueries;
use crate::listener::{ServerError, listen, serve_connections};

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
    pub async fn serve(self, service: QueryService, shutdown: impl Future<Output = ()> + Send) {
        let running = Arc::new(RunningQueries::default());
        serve_connections(self.listener, shutdown, |socket, peer| {
            let backend = Backend::new(service.clone(), Arc::clone(&running));
            async move {
                if let Err(error) = process_socket(socket, None, backend).await {
                    tracing::debug!(%peer, %error, "the connection ended");
                }
            }
        })
        .await;
    }
}
