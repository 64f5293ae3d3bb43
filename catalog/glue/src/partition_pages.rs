//! Pages of partitions as Glue gives them: in no order that it promises, and side by side where there are many.

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::operation::get_partitions::GetPartitionsOutput;
use aws_sdk_glue::types as glue;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use prismlake_catalog::TableName;

use super::client::GlueClient;
use super::failure::GlueFailure;

const OPERATION: &str = "GetPartitions";
/// Parts that a big table is read in at once. Glue allows 10; half of them leaves the account's request rate to others too.
const SEGMENTS: i32 = 5;
/// Partitions that a page has at most; Glue's bound.
const PAGE_PARTITIONS: i32 = 1000;

/// Which partitions are asked for, and how much of each.
#[derive(Debug, Clone)]
pub(super) struct PageRequest {
    pub(super) table: TableName,
    /// What Glue is to leave out by itself.
    pub(super) expression: Option<String>,
    pub(super) column_schemas: ColumnSchemas,
}

/// Whether partitions come with their columns, which are most of an answer's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnSchemas {
    Included,
    Excluded,
}

/// The pages. A partition may come twice when others change partitions meanwhile.
pub(super) fn pages(
    client: GlueClient,
    request: PageRequest,
) -> BoxStream<'static, Result<Vec<glue::Partition>, GlueFailure>> {
    stream::once(first_page(client, request))
        .try_flatten()
        .boxed()
}

/// The first page and what follows. Only with it is known that a table is big; an expression already narrows what is read,
/// so that parts of it would be many calls for little.
async fn first_page(
    client: GlueClient,
    request: PageRequest,
) -> Result<BoxStream<'static, Result<Vec<glue::Partition>, GlueFailure>>, GlueFailure> {
    let mut sequence = PageSequence::new(client.clone(), request.clone(), None);
    let Some(first) = sequence.next().await? else {
        return Ok(stream::empty().boxed());
    };
    if sequence.is_done || request.expression.is_some() {
        let rest = stream::try_unfold(sequence, PageSequence::step);
        return Ok(stream::once(async { Ok(first) }).chain(rest).boxed());
    }
    // A part is no continuation of a page: the first page comes again within the parts.
    let segments: Vec<glue::Segment> = (0..SEGMENTS)
        .map(|number| {
            glue::Segment::builder()
                .segment_number(number)
                .total_segments(SEGMENTS)
                .build()
        })
        .collect::<Result<_, BuildError>>()
        .map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let parts = segments.into_iter().map(move |segment| {
        let sequence = PageSequence::new(client.clone(), request.clone(), Some(segment));
        stream::try_unfold(sequence, PageSequence::step).boxed()
    });
    Ok(stream::iter(parts).flatten_unordered(None).boxed())
}

/// Pages that follow each other by Glue's tokens.
struct PageSequence {
    client: GlueClient,
    request: PageRequest,
    segment: Option<glue::Segment>,
    token: Option<String>,
    is_done: bool,
}

impl PageSequence {
    fn new(client: GlueClient, request: PageRequest, segment: Option<glue::Segment>) -> Self {
        PageSequence {
            client,
            request,
            segment,
            token: None,
            is_done: false,
        }
    }

    async fn step(mut self) -> Result<Option<(Vec<glue::Partition>, Self)>, GlueFailure> {
        let page = self.next().await?;
        Ok(page.map(|page| (page, self)))
    }

    /// The next page, which may be empty; `None` after the last.
    async fn next(&mut self) -> Result<Option<Vec<glue::Partition>>, GlueFailure> {
        if self.is_done {
            return Ok(None);
        }
        let answer = self.call().await?;
        let token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_some() && token == self.token {
            // Followed, it would lead round for ever; left alone, partitions might be missing without a word.
            return Err(GlueFailure::of_answer(
                OPERATION,
                "the next page's token is that of the page itself",
            ));
        }
        self.is_done = token.is_none();
        self.token = token;
        Ok(Some(answer.partitions.unwrap_or_default()))
    }

    async fn call(&self) -> Result<GetPartitionsOutput, GlueFailure> {
        let excludes_columns = self.request.column_schemas == ColumnSchemas::Excluded;
        let call = self.client.api.get_partitions();
        call.set_catalog_id(self.client.account.clone())
            .database_name(self.request.table.database.as_str())
            .table_name(self.request.table.table())
            .set_expression(self.request.expression.clone())
            .set_segment(self.segment.clone())
            .set_next_token(self.token.clone())
            .max_results(PAGE_PARTITIONS)
            .set_exclude_column_schema(excludes_columns.then_some(true))
            .send()
            .await
            .map_err(|error| GlueFailure::of(OPERATION, error))
    }
}
