//! `Session`: the service and what a user's statements have in common.

use std::path::PathBuf;

use prismlake_engine::{QueryRequest, QueryService, QuerySource};

/// The service and the defaults of its statements.
pub struct Session {
    pub service: QueryService,
    pub home: PathBuf,
    pub database: String,
    pub workgroup: String,
}

impl Session {
    /// A statement of this session.
    pub fn request(&self, text: impl Into<String>, source: QuerySource) -> QueryRequest {
        QueryRequest {
            database: self.database.clone(),
            workgroup: self.workgroup.clone(),
            source,
            ..QueryRequest::new(text)
        }
    }
}
