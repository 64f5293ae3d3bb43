//! What the tests over lakes share: a service of their own, and answers as text.
#![allow(dead_code, reason = "each test uses its part")]

pub mod spark;

use std::path::{Path, PathBuf};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use prismlake_catalog::{CatalogStore, SqliteCatalog};
use prismlake_connectors::store::StorageSettings;
use prismlake_engine::{
    QueryError, QueryReport, QueryRequest, QueryService, ServiceOptions, Settings,
};
use prismlake_test_store::TestS3;

/// A service over a home folder that goes with it.
pub struct TestLake {
    pub service: QueryService,
    pub home: tempfile::TempDir,
}

impl TestLake {
    pub async fn open() -> TestLake {
        TestLake::with_settings(Settings::default()).await
    }

    pub async fn with_settings(settings: Settings) -> TestLake {
        let home = tempfile::tempdir().unwrap();
        let service = QueryService::open(ServiceOptions {
            home: home.path().to_owned(),
            catalog: None,
            settings,
        })
        .await
        .unwrap();
        TestLake { service, home }
    }

    /// Runs a statement to its end; rows as text, NULL as `NULL`.
    pub async fn run(
        &self,
        sql: &str,
    ) -> Result<(Vec<Vec<String>>, QueryReport), (QueryError, QueryReport)> {
        let mut handle = self.service.submit(QueryRequest::new(sql));
        let mut rows = Vec::new();
        while let Some(batch) = handle.next().await {
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => return Err((error, handle.report())),
            };
            let options = FormatOptions::default().with_null("NULL");
            let columns: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
                .collect();
            for row in 0..batch.num_rows() {
                rows.push(
                    columns
                        .iter()
                        .map(|column| column.value(row).to_string())
                        .collect(),
                );
            }
        }
        Ok((rows, handle.report()))
    }

    /// Rows of a statement that must succeed.
    pub async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        match self.run(sql).await {
            Ok((rows, _)) => rows,
            Err((error, _)) => panic!("{sql}\n{error}"),
        }
    }

    /// The report of a statement that must succeed.
    pub async fn report(&self, sql: &str) -> QueryReport {
        match self.run(sql).await {
            Ok((_, report)) => report,
            Err((error, _)) => panic!("{sql}\n{error}"),
        }
    }

    /// The bytes that a dry run says a statement would scan.
    pub async fn dry_run(&self, sql: &str) -> u64 {
        let mut handle = self.service.submit(QueryRequest {
            dry_run: true,
            ..QueryRequest::new(sql)
        });
        while let Some(batch) = handle.next().await {
            batch.unwrap();
        }
        handle.report().data_scanned_bytes
    }

    /// Makes the catalog forget what it knows of a table's files, so that their own statistics are put to work.
    pub async fn forget_file_statistics(&self, table: &str) {
        let catalog = SqliteCatalog::open(self.home.path().join("catalog.db")).unwrap();
        let paths = self
            .rows(&format!("SELECT \"$path\" FROM {table} GROUP BY 1"))
            .await;
        for path in paths.concat() {
            let (folder, name) = path.rsplit_once('/').unwrap();
            catalog
                .forget_file_statistics(&format!("{folder}/"), vec![name.to_owned()])
                .await
                .unwrap();
        }
    }

    /// The error of a statement that must fail.
    pub async fn error(&self, sql: &str) -> QueryError {
        match self.run(sql).await {
            Ok((rows, _)) => panic!("{sql}\nshould fail and returned {} rows", rows.len()),
            Err((error, _)) => error,
        }
    }
}

/// How to reach a test's S3 server.
pub fn s3_settings(server: &TestS3) -> Settings {
    Settings {
        storage: vec![StorageSettings {
            url: "s3://".to_owned(),
            endpoint: Some(server.endpoint().to_owned()),
            region: Some("us-east-1".to_owned()),
            access_key_id: Some(server.access_key().to_owned()),
            secret_access_key: Some(server.secret_key().to_owned()),
            ..StorageSettings::default()
        }],
        ..Settings::default()
    }
}

/// The folder of shared data that lies beside the workspace.
pub fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .canonicalize()
        .unwrap()
}

/// The data files below a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Holds that a query opened no file, and scanned nothing.
pub fn assert_from_catalog(report: &QueryReport, sql: &str) {
    assert_eq!(report.data_scanned_bytes, 0, "{sql}");
    assert_eq!(report.bytes_fetched, 0, "{sql}");
    assert_eq!(report.requests.get, 0, "{sql}");
    assert_eq!(report.files_scanned, Some(0), "{sql}");
    assert!(report.files_total > Some(0), "{sql}");
    assert_eq!(report.cost_usd, 0.0, "{sql}");
}
