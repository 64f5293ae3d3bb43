//! The commit of a write whose table lies in Glue and whose visibility is kept by the side.

use prismlake_catalog::{CatalogStore, Result, TableName, WriteCommit, WriteId};

use super::client::GlueClient;
use super::{partition_changes, tables};

/// Registers the table and the partitions in Glue, and then commits the write in the side.
///
/// The files are seen by Prismlake only once the side has them committed, and by then all their partitions are registered.
/// Other readers of Glue ask no side: they see files of a write as soon as these are complete objects below a location that
/// they know. Between the first call to Glue and the commit they may see a new table without some of its partitions, and
/// partitions one after another; of a write that comes to nothing they may see files until these are removed.
///
/// A commit that fails takes the table that it made away again. Partitions stay: another write may have files in them by
/// now, and without files they are empty.
pub(super) async fn commit(
    client: &GlueClient,
    side: &dyn CatalogStore,
    id: WriteId,
    commit: WriteCommit,
) -> Result<()> {
    // What is committed or given up changes nothing in Glue; and the lease covers the calls that follow.
    side.renew_write(id).await?;
    let WriteCommit {
        table,
        create_table,
        partitions,
        file_statistics,
    } = commit;
    let created = match create_table {
        Some(table) => {
            let name = table.full_name()?;
            tables::create(client, table).await?;
            Some(name)
        }
        None => None,
    };
    let registered = async {
        if let Some(name) = &table {
            if partitions.is_empty() {
                tables::require(client, name).await?;
            } else {
                partition_changes::add(client, name, partitions).await?;
            }
        }
        let visible = WriteCommit {
            table: None,
            create_table: None,
            partitions: Vec::new(),
            file_statistics,
        };
        side.commit_write(id, visible).await
    };
    match registered.await {
        Ok(()) => Ok(()),
        // The side may have committed and its answer be lost: then the table holds data.
        Err(error) => match is_committed(side, id).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                take_back(client, created).await;
                Err(error)
            }
            Err(_) => Err(error),
        },
    }
}

async fn is_committed(side: &dyn CatalogStore, id: WriteId) -> Result<bool> {
    let now = side.snapshot().await?;
    Ok(side.committed_writes(vec![id], now).await?.contains(&id))
}

/// Removes the table of a commit that failed. If that fails too, it is the commit's failure that is told: the table has no
/// rows, and can be dropped.
async fn take_back(client: &GlueClient, created: Option<TableName>) {
    if let Some(name) = created {
        let _ = tables::drop(client, &name).await;
    }
}
