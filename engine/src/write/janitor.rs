//! The janitor removes the objects of writes that came to nothing, by the ids in their names, and nothing else.

use futures::TryStreamExt;
use object_store::ObjectStoreExt;
use prismlake_catalog::CatalogStore;
use prismlake_catalog::file_name::WrittenBy;
use prismlake_catalog::writes::AbandonedWrite;
use prismlake_connectors::store::{QueryStores, list_data_objects};
use prismlake_connectors::{ConnectorError, ObjectUri};

use crate::error::Result;

/// Cleans up after every abandoned write; returns how many objects it removed. A place that cannot be reached is left for the
/// next time.
pub(crate) async fn sweep(catalog: &dyn CatalogStore, stores: &QueryStores) -> Result<usize> {
    let mut removed = 0;
    for write in catalog.abandoned_writes().await? {
        match clean(catalog, stores, &write).await {
            Ok(objects) => removed += objects,
            Err(error) => {
                tracing::warn!(write = %write.id, location = %write.location, %error, "an abandoned write could not be cleaned up");
            }
        }
    }
    Ok(removed)
}

/// Removes one abandoned write's objects.
pub(crate) async fn clean(
    catalog: &dyn CatalogStore,
    stores: &QueryStores,
    write: &AbandonedWrite,
) -> Result<usize> {
    let location = ObjectUri::parse(&write.location)?.as_prefix();
    let (_, store) = stores.open(&location).await?;
    let own = WrittenBy {
        catalog: catalog.catalog_id().clone(),
        write: write.id,
    };
    let mut removed = 0;
    let mut objects = list_data_objects(store.as_ref(), &location);
    while let Some(object) = objects.try_next().await? {
        if WrittenBy::parse(object.uri.file_name()).as_ref() != Some(&own) {
            continue;
        }
        match store.delete(&object.meta.location).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => removed += 1,
            Err(error) => return Err(ConnectorError::from_store(&error, &object.uri).into()),
        }
    }
    catalog.write_cleaned(write.id).await?;
    Ok(removed)
}
