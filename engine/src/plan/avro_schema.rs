//! `avro.schema.url`: the schema that Avro files are read by, fetched once a scan.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::ObjectStoreExt;
use prismlake_connectors::{ConnectorError, ObjectUri};

use super::table_format::AVRO_SCHEMA_LITERAL;
use crate::error::{ErrorCode, QueryError, Result};
use crate::prune::ListedPartition;
use crate::query::QueryContext;

const AVRO_SCHEMA_URL: &str = "avro.schema.url";
/// The most bytes that a schema may have.
const SCHEMA_BYTES_MAX: u64 = 4 << 20;

/// Puts the schemas that partitions refer to in place of the references.
pub(super) async fn resolve_urls(
    context: &QueryContext,
    partitions: &mut [ListedPartition],
    table: &BTreeMap<String, String>,
) -> Result<()> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for partition in partitions {
        let parameters = &partition.descriptor.serde_info.parameters;
        let get = |key: &str| parameters.get(key).or_else(|| table.get(key));
        let (None, Some(url)) = (get(AVRO_SCHEMA_LITERAL), get(AVRO_SCHEMA_URL)) else {
            continue;
        };
        let url = url.clone();
        let schema = match known.get(&url) {
            Some(schema) => schema.clone(),
            None => {
                let schema = fetch(context, &url).await?;
                known.insert(url, schema.clone());
                schema
            }
        };
        Arc::make_mut(&mut partition.descriptor)
            .serde_info
            .parameters
            .insert(AVRO_SCHEMA_LITERAL.to_owned(), schema);
    }
    Ok(())
}

async fn fetch(context: &QueryContext, url: &str) -> Result<String> {
    let uri = ObjectUri::parse(url)?;
    let (_, store) = context.stores.open(&uri).await?;
    let failed = |error| ConnectorError::from_store(&error, &uri);
    let object = store.get(&uri.store_path()?).await.map_err(failed)?;
    let invalid = |reason: String| {
        QueryError::new(
            ErrorCode::HiveInvalidMetadata,
            format!("{AVRO_SCHEMA_URL} is {uri}, which holds no schema: {reason}"),
        )
    };
    if object.meta.size > SCHEMA_BYTES_MAX {
        return Err(invalid(format!("it has {} bytes", object.meta.size)));
    }
    let bytes = object.bytes().await.map_err(failed)?;
    String::from_utf8(bytes.to_vec()).map_err(|error| invalid(error.to_string()))
}
