//! What a client asks for: one statement and the session it runs in.

use std::fmt;

/// Through which door a statement came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuerySource {
    /// The interactive shell.
    Shell,
    /// `prismlake sql`.
    Script,
    /// `prismlake demo`.
    Demo,
    /// The PostgreSQL wire endpoint.
    Postgres,
}

impl fmt::Display for QuerySource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            QuerySource::Shell => "shell",
            QuerySource::Script => "script",
            QuerySource::Demo => "demo",
            QuerySource::Postgres => "postgres",
        })
    }
}

/// The database of a session that names none.
pub const DEFAULT_DATABASE: &str = "default";
/// The workgroup of a session that names none.
pub const DEFAULT_WORKGROUP: &str = "primary";
/// The principal of a session without authentication.
pub const LOCAL_PRINCIPAL: &str = "local";

/// One statement and the session that it runs in.
#[derive(Debug, Clone)]
pub struct QueryRequest {
    /// The statement's text; one trailing `;` is allowed.
    pub text: String,
    /// Where unqualified table names are looked up.
    pub database: String,
    /// The workgroup that the query is accounted to.
    pub workgroup: String,
    /// Who asks.
    pub principal: String,
    /// Through which door the statement came in.
    pub source: QuerySource,
    /// Plan, prune and estimate, and read no data.
    pub dry_run: bool,
}

impl QueryRequest {
    /// A request of the local shell's session with every default.
    pub fn new(text: impl Into<String>) -> Self {
        QueryRequest {
            text: text.into(),
            database: DEFAULT_DATABASE.to_owned(),
            workgroup: DEFAULT_WORKGROUP.to_owned(),
            principal: LOCAL_PRINCIPAL.to_owned(),
            source: QuerySource::Shell,
            dry_run: false,
        }
    }
}
