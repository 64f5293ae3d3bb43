//! Running a statement for a client: its rows as a stream of messages, or its command tag.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use futures::{StreamExt, TryStreamExt};
use pgwire::api::portal::Format;
use pgwire::api::results::{FieldInfo, QueryResponse, Response, Tag};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::data::DataRow;
use prismlake_engine::{QueryHandle, Type as ColumnType};

use super::columns::field_infos;
use super::errors::wire_error;
use super::session::Session;
use super::session_statements::{SessionAnswer, answer};
use super::values::data_rows;

/// Runs one statement. Rows are streamed as the client takes them.
pub(super) async fn run(session: &Session, text: &str, format: &Format) -> PgWireResult<Response> {
    if let Some(answer) = answer(text, &session.database()) {
        return session_response(answer, format);
    }
    let mut handle = match session.take_described(text) {
        Some(handle) => handle,
        None => session.submit(text),
    };
    let schema = handle
        .start()
        .await
        .map_err(|error| wire_error(&error, text))?;
    if schema.fields().is_empty() {
        while let Some(batch) = handle.next().await {
            batch.map_err(|error| wire_error(&error, text))?;
        }
        return Ok(Response::Execution(tag(&handle)));
    }
    let fields = Arc::new(field_infos(&schema, format));
    Ok(Response::Query(QueryResponse::new(
        Arc::clone(&fields),
        rows(handle, fields, text.to_owned()),
    )))
}

fn rows(
    handle: QueryHandle,
    fields: Arc<Vec<FieldInfo>>,
    text: String,
) -> impl futures::Stream<Item = PgWireResult<DataRow>> + Send + 'static {
    let text = Arc::new(text);
    futures::stream::try_unfold(handle, move |mut handle| {
        let (fields, text) = (Arc::clone(&fields), Arc::clone(&text));
        async move {
            let batch = match handle.next().await {
                None => return Ok::<_, PgWireError>(None),
                Some(batch) => batch.map_err(|error| wire_error(&error, &text))?,
            };
            let rows = data_rows(&batch, &fields).map_err(|error| wire_error(&error, &text))?;
            let rows = futures::stream::iter(rows).map(Ok::<_, PgWireError>);
            Ok(Some((rows, handle)))
        }
    })
    .try_flatten()
}

/// What psql and drivers print and count by.
fn tag(handle: &QueryHandle) -> Tag {
    let report = handle.report();
    let rows = usize::try_from(report.rows).unwrap_or(usize::MAX);
    match report.statement_type {
        Some("INSERT") => Tag::new("INSERT").with_oid(0).with_rows(rows),
        Some("CREATE_TABLE_AS_SELECT") => Tag::new("SELECT").with_rows(rows),
        Some("CREATE_DATABASE") => Tag::new("CREATE SCHEMA"),
        Some("DROP_DATABASE") => Tag::new("DROP SCHEMA"),
        Some("CREATE_EXTERNAL_TABLE") => Tag::new("CREATE TABLE"),
        Some("DROP_TABLE") => Tag::new("DROP TABLE"),
        Some("ALTER_TABLE_ADD_PARTITION" | "ALTER_TABLE_DROP_PARTITION") => Tag::new("ALTER TABLE"),
        _ => Tag::new("OK"),
    }
}

fn session_response(answer: SessionAnswer, format: &Format) -> PgWireResult<Response> {
    Ok(match answer {
        SessionAnswer::Done(tag) => Response::Execution(Tag::new(tag)),
        SessionAnswer::TransactionBegun => Response::TransactionStart(Tag::new("BEGIN")),
        SessionAnswer::TransactionEnded(tag) => Response::TransactionEnd(Tag::new(tag)),
        SessionAnswer::Value { column, value } => {
            let schema = value_schema(&column);
            let fields = Arc::new(field_infos(&schema, format));
            let mut data = bytes::BytesMut::new();
            let length = i32::try_from(value.len()).unwrap_or(0);
            bytes::BufMut::put_i32(&mut data, length);
            bytes::BufMut::put_slice(&mut data, value.as_bytes());
            let row = DataRow::new(data, 1);
            Response::Query(QueryResponse::new(
                fields,
                futures::stream::once(async { Ok(row) }),
            ))
        }
    })
}

fn value_schema(column: &str) -> Schema {
    Schema::new(vec![Field::new(column, DataType::Utf8, false)])
}

/// The columns of a statement without running it; the plan of a portal is kept for its execution.
pub(super) async fn describe_portal(
    session: &Session,
    text: &str,
    format: &Format,
) -> PgWireResult<Vec<FieldInfo>> {
    match answer(text, &session.database()) {
        Some(SessionAnswer::Value { column, .. }) => {
            Ok(field_infos(&value_schema(&column), format))
        }
        Some(_) => Ok(Vec::new()),
        None => {
            let mut handle = session.submit(text);
            let schema = handle
                .start()
                .await
                .map_err(|error| wire_error(&error, text))?;
            session.keep_described(text.to_owned(), handle);
            Ok(field_infos(&schema, format))
        }
    }
}

/// The columns of a prepared statement whose parameters are not bound yet, and what its `?` turn out to be.
pub(super) async fn describe_statement(
    session: &Session,
    text: &str,
) -> PgWireResult<(Vec<FieldInfo>, Vec<Option<ColumnType>>)> {
    let format = Format::UnifiedText;
    match answer(text, &session.database()) {
        Some(SessionAnswer::Value { column, .. }) => {
            Ok((field_infos(&value_schema(&column), &format), Vec::new()))
        }
        Some(_) => Ok((Vec::new(), Vec::new())),
        None => {
            let description = session
                .service
                .describe(session.request(text))
                .await
                .map_err(|error| wire_error(&error, text))?;
            Ok((
                field_infos(&description.schema, &format),
                description.parameters,
            ))
        }
    }
}
