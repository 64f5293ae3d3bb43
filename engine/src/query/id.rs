//! The id of one query: a UUID, as Athena's query execution ids are.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// Names one submitted statement in the history, in reports and in cancel requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueryId(Uuid);

impl QueryId {
    /// A new random id.
    pub fn generate() -> Self {
        QueryId(Uuid::new_v4())
    }
}

impl fmt::Display for QueryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

impl FromStr for QueryId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(QueryId)
    }
}
