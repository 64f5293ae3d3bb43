//! A service over an empty object store, and what becomes of statements there.

use prismlake_connectors::store::StorageSettings;
use prismlake_engine::{
    ErrorCode, QueryError, QueryRequest, QueryService, ServiceOptions, Settings,
};
use prismlake_test_store::TestS3;

/// The codes of what the engine knows and does not have.
const REFUSALS: [ErrorCode; 2] = [ErrorCode::NotSupported, ErrorCode::HiveUnsupportedFormat];

/// A service whose bucket is `lake`. Folder and server go with it.
pub struct Lake {
    service: QueryService,
    _home: tempfile::TempDir,
    _server: TestS3,
}

/// What became of a statement.
#[derive(Debug)]
pub enum Outcome {
    /// It ran to its end.
    Runs,
    /// The engine does not have it, for this reason.
    Refused(String),
    /// It failed in another way.
    Fails(QueryError),
}

impl Lake {
    pub async fn open() -> Lake {
        let home = tempfile::tempdir().unwrap();
        let server = TestS3::start().unwrap();
        server.create_bucket("lake").unwrap();
        let storage = StorageSettings {
            url: "s3://".to_owned(),
            endpoint: Some(server.endpoint().to_owned()),
            region: Some("us-east-1".to_owned()),
            access_key_id: Some(server.access_key().to_owned()),
            secret_access_key: Some(server.secret_key().to_owned()),
            ..StorageSettings::default()
        };
        let service = QueryService::open(ServiceOptions {
            home: home.path().to_owned(),
            catalog: None,
            settings: Settings {
                storage: vec![storage],
                ..Settings::default()
            },
        })
        .await
        .unwrap();
        Lake {
            service,
            _home: home,
            _server: server,
        }
    }

    pub async fn run(&self, sql: &str) -> Outcome {
        let mut handle = self.service.submit(QueryRequest::new(sql));
        while let Some(batch) = handle.next().await {
            match batch {
                Ok(_) => {}
                Err(error) if REFUSALS.contains(&error.code) => {
                    return Outcome::Refused(error.message);
                }
                Err(error) => return Outcome::Fails(error),
            }
        }
        Outcome::Runs
    }
}
