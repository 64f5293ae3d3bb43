//! Listens where an endpoint may be reached: on loopback addresses alone, for nobody is asked who they are.

use std::net::SocketAddr;

use tokio::net::TcpListener;

/// Connections served at once by one endpoint; PostgreSQL's own default.
pub(crate) const CONNECTIONS_MAX: usize = 100;

/// Why an endpoint does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is reachable from other machines.
    #[error(
        "{0} is not a loopback address; without authentication only 127.0.0.1 and [::1] are served"
    )]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {source}; choose another port")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// Listens on a loopback address; port 0 takes any free one, which the address returned tells.
pub(crate) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    if !address.ip().is_loopback() {
        return Err(ServerError::NotLoopback(address));
    }
    let failed = |source| ServerError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}
