//! Statistics of files, by folder.

use std::collections::HashMap;

use super::sql::{InsertRows, SqlTransaction, SqlValue};
use crate::error::Result;
use crate::file_statistics::FileStatistics;

/// Folders looked up in one statement.
const FOLDERS_A_STATEMENT: usize = 500;

/// Adds entries, in place of those of other versions.
pub(super) fn put(
    transaction: &mut dyn SqlTransaction,
    statistics: &[FileStatistics],
) -> Result<()> {
    let mut folders: HashMap<&str, i64> = HashMap::new();
    let mut rows = Vec::with_capacity(statistics.len());
    for file in statistics {
        let folder = match folders.get(file.folder.as_str()) {
            Some(folder) => *folder,
            None => {
                let folder = folder_id(transaction, &file.folder)?;
                folders.insert(&file.folder, folder);
                folder
            }
        };
        rows.push(vec![
            folder.into(),
            file.name.as_str().into(),
            file.version.as_str().into(),
            i64::try_from(file.row_count).unwrap_or(i64::MAX).into(),
            serde_json::to_string(&file.columns)?.into(),
        ]);
    }
    transaction.insert(InsertRows {
        into: "INSERT INTO file_statistics (folder_id, name, version, row_count, columns)",
        after: "ON CONFLICT (folder_id, name) DO UPDATE SET version = excluded.version,
                row_count = excluded.row_count, columns = excluded.columns",
        rows,
    })?;
    Ok(())
}

fn folder_id(transaction: &mut dyn SqlTransaction, uri: &str) -> Result<i64> {
    transaction.execute(
        "INSERT INTO file_folders (uri) VALUES ($1) ON CONFLICT DO NOTHING",
        &[uri.into()],
    )?;
    let row = transaction.query_first(
        "SELECT folder_id FROM file_folders WHERE uri = $1",
        &[uri.into()],
    )?;
    row.map_or(Ok(0), |row| row.integer(0))
}

/// The entries of these folders.
pub(super) fn of_folders(
    transaction: &mut dyn SqlTransaction,
    folders: &[String],
) -> Result<Vec<FileStatistics>> {
    let mut found = Vec::new();
    for chunk in folders.chunks(FOLDERS_A_STATEMENT) {
        let places: Vec<String> = (1..=chunk.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT f.uri, s.name, s.version, s.row_count, s.columns
             FROM file_folders f JOIN file_statistics s ON s.folder_id = f.folder_id
             WHERE f.uri IN ({})",
            places.join(", ")
        );
        let parameters: Vec<SqlValue> = chunk.iter().map(|uri| uri.as_str().into()).collect();
        for row in transaction.query(&sql, &parameters)? {
            // An entry that another version kept in another form is as good as none.
            let Ok(columns) = serde_json::from_str(row.text(4)?) else {
                continue;
            };
            found.push(FileStatistics {
                folder: row.text(0)?.to_owned(),
                name: row.text(1)?.to_owned(),
                version: row.text(2)?.to_owned(),
                row_count: u64::try_from(row.integer(3)?).unwrap_or(0),
                columns,
            });
        }
    }
    Ok(found)
}

/// Forgets entries of one folder: of files that are gone.
pub(super) fn forget(
    transaction: &mut dyn SqlTransaction,
    folder: &str,
    names: &[String],
) -> Result<()> {
    for name in names {
        transaction.execute(
            "DELETE FROM file_statistics WHERE name = $2
             AND folder_id = (SELECT folder_id FROM file_folders WHERE uri = $1)",
            &[folder.into(), name.as_str().into()],
        )?;
    }
    Ok(())
}
