//! Runs the sqllogictest files over local files and over S3.
//!
//! `cargo test -p prismlake-sql-tests` runs all; with `-- NAME` only the files whose path has that in it. In a file `${lake}`
//! stands for the URI of Spark's lake and `${scratch}` for an empty place, both with a slash at the end.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use prismlake_connectors::store::StorageSettings;
use prismlake_engine::{
    QueryError, QueryRequest, QueryService, ResultText, ServiceOptions, Settings, column_type,
};
use prismlake_test_store::TestS3;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};

/// One file's session, in a home and at a place of its own.
struct Session {
    service: QueryService,
    lake: String,
    scratch: String,
}

#[async_trait]
impl AsyncDB for Session {
    type Error = QueryError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, QueryError> {
        let sql = sql
            .replace("${lake}", &self.lake)
            .replace("${scratch}", &self.scratch);
        let mut handle = self.service.submit(QueryRequest::new(sql));
        let columns = handle.start().await?.fields().len();
        let mut rows = Vec::new();
        while let Some(batch) = handle.next().await {
            let batch = batch?;
            let cells = batch
                .schema_ref()
                .fields()
                .iter()
                .zip(batch.columns())
                .map(|(field, column)| ResultText::new(column, &column_type(field)))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| QueryError::internal(error.to_string()))?;
            for row in 0..batch.num_rows() {
                rows.push(cells.iter().map(|column| shown(column, row)).collect());
            }
        }
        if columns == 0 {
            return Ok(DBOutput::StatementComplete(handle.report().rows));
        }
        Ok(DBOutput::Rows {
            types: vec![DefaultColumnType::Any; columns],
            rows,
        })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "prismlake"
    }
}

/// A value as clients see it.
fn shown(column: &ResultText, row: usize) -> String {
    if column.is_null(row) {
        return "NULL".to_owned();
    }
    let mut text = String::new();
    column.write(row, &mut text).unwrap();
    if text.is_empty() {
        "(empty)".to_owned()
    } else {
        text
    }
}

#[tokio::main]
async fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    find(&here.join("tests/slt"), &mut files);
    files.sort();
    let (mut passed, mut failed) = (0, 0);
    for file in files {
        let name = file
            .strip_prefix(here.join("tests/slt"))
            .unwrap()
            .display()
            .to_string();
        if !wanted.is_empty() && !wanted.iter().any(|part| name.contains(part.as_str())) {
            continue;
        }
        for place in ["local", "s3"] {
            match run(&file, place).await {
                Ok(()) => passed += 1,
                Err(error) => {
                    failed += 1;
                    println!("{name} over {place}: {error}\n");
                }
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed > 0 || passed == 0 {
        std::process::exit(1);
    }
}

async fn run(file: &Path, place: &str) -> Result<(), Box<dyn std::error::Error>> {
    let home = tempfile::tempdir()?;
    let shared = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .canonicalize()?;
    let spark = shared.join("lakes/spark");
    let server = TestS3::start()?;
    let (settings, lake, scratch) = if place == "local" {
        let scratch = home.path().join("scratch");
        (
            Settings::default(),
            format!("file://{}/", spark.display()),
            format!("file://{}/", scratch.display()),
        )
    } else {
        server.create_bucket("lake")?;
        server.upload_folder("lake", "spark/", &spark)?;
        let storage = StorageSettings {
            url: "s3://".to_owned(),
            endpoint: Some(server.endpoint().to_owned()),
            region: Some("us-east-1".to_owned()),
            access_key_id: Some(server.access_key().to_owned()),
            secret_access_key: Some(server.secret_key().to_owned()),
            ..StorageSettings::default()
        };
        let settings = Settings {
            storage: vec![storage],
            ..Settings::default()
        };
        (
            settings,
            "s3://lake/spark/".to_owned(),
            "s3://lake/scratch/".to_owned(),
        )
    };
    let service = QueryService::open(ServiceOptions {
        home: home.path().join("home"),
        catalog: None,
        settings,
    })
    .await?;
    let mut runner = Runner::new(|| async {
        Ok(Session {
            service: service.clone(),
            lake: lake.clone(),
            scratch: scratch.clone(),
        })
    });
    runner.run_file_async(file).await?;
    Ok(())
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "slt") {
            files.push(path);
        }
    }
}
