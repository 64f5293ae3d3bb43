//! The functions of the session's time, which the analyzer replaces by their values at the start of the query.

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    let special = |name, description| Definition::new(name, description).hidden();
    vec![
        Definition::new("now", "The timestamp at which the query started")
            .analyzed("() -> timestamp(3) with time zone"),
        Definition::new("current_date", "The date on which the query started")
            .analyzed("() -> date"),
        Definition::new("current_timezone", "The session's time zone").analyzed("() -> varchar"),
        // SQL has a syntax of its own for these, with a precision where one is given.
        special("current_time", "The time at which the query started")
            .analyzed("() -> time(3) with time zone"),
        special(
            "current_timestamp",
            "The timestamp at which the query started",
        )
        .analyzed("() -> timestamp(3) with time zone"),
        special(
            "localtime",
            "The time of no zone at which the query started",
        )
        .analyzed("() -> time(3)"),
        special(
            "localtimestamp",
            "The timestamp of no zone at which the query started",
        )
        .analyzed("() -> timestamp(3)"),
    ]
}
