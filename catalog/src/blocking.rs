//! Work that blocks, on threads that may block.

use crate::error::{CatalogError, Result};

pub(crate) async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(CatalogError::Storage(error.to_string())),
    }
}
