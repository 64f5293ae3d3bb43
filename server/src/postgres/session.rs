//! One connection's session: whose it is, its database, and the statement that was described and waits to be executed.

use std::sync::{Arc, Mutex, PoisonError};

use pgwire::messages::startup::SecretKey;
use prismlake_engine::{QueryHandle, QueryRequest, QueryService, QuerySource};

use super::cancel::RunningQueries;

/// A session.
pub(super) struct Session {
    pub(super) service: QueryService,
    running: Arc<RunningQueries>,
    identity: Mutex<Identity>,
    /// Describing a portal plans its query; executing it goes on with that plan.
    described: Mutex<Option<(String, QueryHandle)>>,
}

#[derive(Debug, Clone)]
struct Identity {
    principal: String,
    database: String,
    process: i32,
    secret: SecretKey,
}

impl Session {
    pub(super) fn new(service: QueryService, running: Arc<RunningQueries>) -> Self {
        Session {
            service,
            running,
            identity: Mutex::new(Identity {
                principal: String::new(),
                database: "default".to_owned(),
                process: 0,
                secret: SecretKey::default(),
            }),
            described: Mutex::default(),
        }
    }

    /// The client has said who it is. A database that the catalog does not have stands for `default`: psql names the user's.
    pub(super) async fn begin(
        &self,
        principal: String,
        database: Option<String>,
        process: i32,
        secret: SecretKey,
    ) {
        let known = self.service.databases().await.unwrap_or_default();
        let database = database
            .map(|name| name.to_lowercase())
            .filter(|name| known.contains(name))
            .unwrap_or_else(|| "default".to_owned());
        *self.identity() = Identity {
            principal,
            database,
            process,
            secret,
        };
    }

    fn identity(&self) -> std::sync::MutexGuard<'_, Identity> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn database(&self) -> String {
        self.identity().database.clone()
    }

    /// Takes a statement in; from now on a cancel request is meant for it.
    pub(super) fn submit(&self, text: &str) -> QueryHandle {
        let identity = self.identity().clone();
        let handle = self.service.submit(self.request(text));
        self.running
            .started(identity.process, &identity.secret, handle.canceller());
        handle
    }

    pub(super) fn request(&self, text: &str) -> QueryRequest {
        let identity = self.identity();
        QueryRequest {
            database: identity.database.clone(),
            principal: identity.principal.clone(),
            source: QuerySource::Postgres,
            ..QueryRequest::new(text)
        }
    }

    /// Keeps a planned statement for its execution.
    pub(super) fn keep_described(&self, text: String, handle: QueryHandle) {
        *self
            .described
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((text, handle));
    }

    /// The planned statement of this text, if it was described last.
    pub(super) fn take_described(&self, text: &str) -> Option<QueryHandle> {
        let mut described = self
            .described
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match described.take() {
            Some((known, handle)) if known == text => Some(handle),
            _ => None,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let process = self.identity().process;
        self.running.ended(process);
    }
}
