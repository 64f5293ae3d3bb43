//! What functions such as `now()` and `current_user` tell of the session: fixed when the query starts.

use chrono::{DateTime, Utc};

/// Facts of a session that expressions can ask for.
#[derive(Debug, Clone)]
pub(crate) struct SessionFacts {
    /// When the query started.
    pub(crate) started: DateTime<Utc>,
    /// Who asks.
    pub(crate) user: String,
    /// The catalog of names without one.
    pub(crate) catalog: String,
    /// The database of names without one.
    pub(crate) database: String,
}
