//! CREATE, ALTER and DROP DATABASE.

use prismlake_catalog::store::DropBehavior;
use prismlake_catalog::{CatalogError, Database, DatabaseName};
use prismlake_connectors::ObjectUri;

use crate::error::Result;
use crate::query::{QueryContext, StartedStatement};

pub(super) async fn create(
    context: &QueryContext,
    name: &str,
    if_not_exists: bool,
    comment: Option<String>,
    location: Option<String>,
    properties: Vec<(String, String)>,
) -> Result<StartedStatement> {
    if let Some(location) = &location {
        ObjectUri::parse(location)?;
    }
    let database = Database {
        description: comment,
        location_uri: location,
        parameters: properties.into_iter().collect(),
        ..Database::new(DatabaseName::new(name)?)
    };
    match context.catalog().create_database(database).await {
        Err(CatalogError::DatabaseExists(_)) if if_not_exists => {}
        created => created?,
    }
    Ok(StartedStatement::done())
}

/// Adds properties, in place of those with the same keys.
pub(super) async fn set_properties(
    context: &QueryContext,
    name: &str,
    properties: Vec<(String, String)>,
) -> Result<StartedStatement> {
    let name = DatabaseName::new(name)?;
    let Some(mut database) = context.catalog().database(&name).await? else {
        return Err(CatalogError::DatabaseNotFound(name).into());
    };
    database.parameters.extend(properties);
    context.catalog().update_database(database).await?;
    Ok(StartedStatement::done())
}

pub(super) async fn drop(
    context: &QueryContext,
    name: &str,
    if_exists: bool,
    cascade: bool,
) -> Result<StartedStatement> {
    let behavior = if cascade {
        DropBehavior::Cascade
    } else {
        DropBehavior::Restrict
    };
    match context
        .catalog()
        .drop_database(&DatabaseName::new(name)?, behavior)
        .await
    {
        Err(CatalogError::DatabaseNotFound(_)) if if_exists => {}
        dropped => dropped?,
    }
    Ok(StartedStatement::done())
}
