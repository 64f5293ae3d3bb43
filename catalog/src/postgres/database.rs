//! `PostgresDatabase`: the connections to one PostgreSQL database. Work runs on blocking threads.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postgres::{Client, Config, IsolationLevel};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::transaction::{PostgresTransaction, PreparedStatements};
use crate::blocking::on_blocking_thread;
use crate::error::{CatalogError, Result};
use crate::relational::sql::{SqlDatabase, SqlSpelling, SqlTransaction};

/// Connections kept while nobody uses them.
const IDLE_CONNECTIONS_MAX: usize = 4;
/// How long to wait for a server that does not answer at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The advisory lock that every writer of a catalog holds, so that commits have an order as they have in SQLite. The number is
/// "PLAKE" in ASCII.
const WRITER_LOCK: i64 = 0x50_4C_41_4B_45;

/// One PostgreSQL database.
#[derive(Clone)]
pub struct PostgresDatabase(Arc<Shared>);

struct Shared {
    config: Config,
    tls: MakeRustlsConnect,
    idle: Mutex<Vec<Connection>>,
}

/// A connection and what it has prepared.
struct Connection {
    client: Client,
    statements: PreparedStatements,
}

impl Drop for Shared {
    fn drop(&mut self) {
        // A connection says goodbye to its server as it goes, which blocks: not on a thread that drives tasks.
        let connections = std::mem::take(&mut *lock(&self.idle));
        if !connections.is_empty() {
            std::thread::spawn(move || drop(connections));
        }
    }
}

impl Debug for PostgresDatabase {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        // The configuration has a password.
        formatter
            .debug_tuple("PostgresDatabase")
            .field(&self.0.config.get_dbname())
            .finish()
    }
}

impl PostgresDatabase {
    pub(super) fn new(uri: &str) -> Result<Self> {
        let invalid = |reason: String| CatalogError::InvalidUri {
            // The URI itself may hold a password.
            uri: "postgres:…".to_owned(),
            reason,
        };
        let mut config: Config = uri.parse().map_err(|error: postgres::Error| {
            invalid(format!(
                "{}; it should look like postgres://user:password@host/database",
                root_cause(&error)
            ))
        })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("prismlake");
        }
        let roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| invalid(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(PostgresDatabase(Arc::new(Shared {
            config,
            tls: MakeRustlsConnect::new(tls),
            idle: Mutex::default(),
        })))
    }

    fn connection(&self) -> Result<Connection> {
        loop {
            let idle = lock(&self.0.idle).pop();
            match idle {
                // One that the server closed in the meantime is of no use.
                Some(connection) if connection.client.is_closed() => {}
                Some(connection) => return Ok(connection),
                None => {
                    return Ok(Connection {
                        client: self.0.config.connect(self.0.tls.clone())?,
                        statements: PreparedStatements::new(),
                    });
                }
            }
        }
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = lock(&self.0.idle);
        if idle.len() < IDLE_CONNECTIONS_MAX && !connection.client.is_closed() {
            idle.push(connection);
        }
    }
}

impl SqlDatabase for PostgresDatabase {
    const SPELLING: SqlSpelling = SqlSpelling {
        row_id: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        bytes: "BYTEA",
        text: "TEXT COLLATE \"C\"",
        clustered: "",
    };

    async fn read<T, Work>(&self, work: Work) -> Result<T>
    where
        T: Send + 'static,
        Work: FnOnce(&mut dyn SqlTransaction) -> Result<T> + Send + 'static,
    {
        let database = self.clone();
        on_blocking_thread(move || {
            let mut connection = database.connection()?;
            let transaction = connection
                .client
                .build_transaction()
                .isolation_level(IsolationLevel::RepeatableRead)
                .read_only(true)
                .start()?;
            let mut transaction = PostgresTransaction::new(transaction, &mut connection.statements);
            let result =
                work(&mut transaction).and_then(|value| transaction.commit().map(|()| value));
            database.give_back(connection);
            result
        })
        .await
    }

    async fn write<T, Work>(&self, work: Work) -> Result<T>
    where
        T: Send + 'static,
        Work: FnOnce(&mut dyn SqlTransaction) -> Result<T> + Send + 'static,
    {
        let database = self.clone();
        on_blocking_thread(move || {
            let mut connection = database.connection()?;
            let result = {
                let transaction = connection
                    .client
                    .build_transaction()
                    .isolation_level(IsolationLevel::ReadCommitted)
                    .start()?;
                let mut transaction =
                    PostgresTransaction::new(transaction, &mut connection.statements);
                transaction.execute("SELECT pg_advisory_xact_lock($1)", &[WRITER_LOCK.into()])?;
                // A transaction that is dropped is rolled back.
                work(&mut transaction).and_then(|value| transaction.commit().map(|()| value))
            };
            database.give_back(connection);
            result
        })
        .await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The innermost cause: the outer ones say only that there was an error.
pub(super) fn root_cause(error: &postgres::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
