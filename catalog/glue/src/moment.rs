//! Moments, as Glue's SDK and as the model have them: whole seconds, since the model's JSON keeps no more.

use aws_sdk_glue::primitives::DateTime as GlueMoment;
use chrono::{DateTime, Utc};

/// The model's form; `None` for a moment beyond the years that the model knows.
pub(super) fn to_model(moment: GlueMoment) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(moment.secs(), 0)
}

/// Glue's form.
pub(super) fn to_glue(moment: DateTime<Utc>) -> GlueMoment {
    GlueMoment::from_secs(moment.timestamp())
}
