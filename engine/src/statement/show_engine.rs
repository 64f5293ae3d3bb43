//! SHOW FUNCTIONS, SHOW SESSION and SHOW CATALOGS: what the engine itself has.

use prismlake_catalog::like_pattern::LikePattern as Matcher;
use prismlake_functions::registry;

use super::text_rows;
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::{CATALOG_NAME, SYSTEM_CATALOG_NAME};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::LikePattern;

/// Every signature of every function that can be called, in Trino's columns.
pub(super) fn functions(like: Option<&LikePattern>) -> Result<StartedStatement> {
    let wanted = matcher(like)?;
    let rows = registry()
        .functions()
        .filter(|function| !function.hidden && matches(wanted.as_ref(), function.name))
        .flat_map(|function| {
            function.overloads.iter().map(move |overload| {
                let text = overload.signature.text;
                let text = text.split_once(" where ").map_or(text, |(text, _)| text);
                let (parameters, returns) = text.rsplit_once("->").unwrap_or((text, ""));
                let parameters = parameters.trim();
                let parameters = parameters
                    .strip_prefix('(')
                    .and_then(|rest| rest.strip_suffix(')'))
                    .unwrap_or(parameters);
                [
                    function.name.to_owned(),
                    returns.trim().to_owned(),
                    parameters.to_owned(),
                    overload.implementation.kind().to_owned(),
                    function.deterministic.to_string(),
                    function.description.to_owned(),
                ]
            })
        })
        .collect();
    text_rows::columns(
        [
            "Function",
            "Return Type",
            "Argument Types",
            "Function Type",
            "Deterministic",
            "Description",
        ],
        rows,
    )
}

/// The settings under which queries of this service run. They are the service's: a session cannot change them.
pub(super) fn session(
    context: &QueryContext,
    like: Option<&LikePattern>,
) -> Result<StartedStatement> {
    let wanted = matcher(like)?;
    let limits = &context.parts.settings.limits;
    let properties = [
        (
            "query_max_memory",
            limits.memory_bytes.to_string(),
            "bigint",
            "Bytes of memory that all running queries may use together",
        ),
        (
            "query_max_spill",
            limits.spill_bytes.to_string(),
            "bigint",
            "Bytes of disk that queries may spill to",
        ),
        (
            "task_concurrency",
            context
                .parts
                .session
                .config()
                .target_partitions()
                .to_string(),
            "integer",
            "Partitions that a query is run in at once",
        ),
        (
            "max_partitions_per_writers",
            limits.open_partitions_max.to_string(),
            "integer",
            "Partitions that one statement may write",
        ),
    ];
    let rows = properties
        .into_iter()
        .filter(|(name, ..)| matches(wanted.as_ref(), name))
        .map(|(name, value, data_type, description)| {
            [
                name.to_owned(),
                value.clone(),
                value,
                data_type.to_owned(),
                description.to_owned(),
            ]
        })
        .collect();
    text_rows::columns(["Name", "Value", "Default", "Type", "Description"], rows)
}

pub(super) fn catalogs(like: Option<&LikePattern>) -> Result<StartedStatement> {
    let wanted = matcher(like)?;
    let names = [CATALOG_NAME, SYSTEM_CATALOG_NAME]
        .into_iter()
        .filter(|name| matches(wanted.as_ref(), name))
        .map(str::to_owned)
        .collect();
    text_rows::one_column("Catalog", names)
}

fn matcher(like: Option<&LikePattern>) -> Result<Option<Matcher>> {
    like.map(|like| {
        let mut characters = like.escape.as_deref().unwrap_or("").chars();
        let escape = characters.next();
        if like.escape.is_some() && (escape.is_none() || characters.next().is_some()) {
            return Err(QueryError::new(
                ErrorCode::InvalidFunctionArgument,
                "Escape string must be a single character",
            ));
        }
        Ok(match escape {
            Some(escape) => Matcher::with_escape(&like.pattern, escape),
            None => Matcher::new(&like.pattern),
        })
    })
    .transpose()
}

fn matches(wanted: Option<&Matcher>, name: &str) -> bool {
    wanted.is_none_or(|wanted| wanted.matches(name))
}
