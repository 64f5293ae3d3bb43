//! Opens the catalog at an address, whatever holds it.

use std::sync::Arc;

use crate::error::{CatalogError, Result};
use crate::postgres::PostgresCatalog;
use crate::sqlite::SqliteCatalog;
use crate::store::CatalogStore;

/// Opens the catalog at `uri`, and makes it if it is not there: a path or `sqlite:` URI of a file, or a `postgres:` URI.
pub async fn open_catalog(uri: &str) -> Result<Arc<dyn CatalogStore>> {
    let path = match uri.split_once(':') {
        Some(("postgres" | "postgresql", _)) => {
            return Ok(Arc::new(PostgresCatalog::connect(uri).await?));
        }
        Some(("sqlite", path)) => path.strip_prefix("//").unwrap_or(path),
        Some((scheme, rest)) if rest.starts_with("//") => {
            return Err(CatalogError::InvalidUri {
                // What follows may hold a password.
                uri: format!("{scheme}://…"),
                reason: format!(
                    "catalogs of kind `{scheme}` are not known; use sqlite:///path or postgres://user@host/database"
                ),
            });
        }
        _ => uri,
    };
    let path = path.to_owned();
    let catalog = crate::blocking::on_blocking_thread(move || SqliteCatalog::open(path)).await?;
    Ok(Arc::new(catalog))
}
