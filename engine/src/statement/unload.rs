//! UNLOAD: a query's rows become files below a prefix, and no table.

use std::sync::Arc;

use arrow::datatypes::Schema;
use prismlake_catalog::StorageDescriptor;
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::data_format::WriteFormat;

use super::create_table_as::{require_empty, writing, written_columns, written_fields};
use super::ctas_options::single_byte;
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::plan_query;
use crate::plan::write_format::{WriteRequest, named_format};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{PropertyValue, Unload};
use crate::write::TableWrite;

pub(super) async fn execute(unload: Unload, context: QueryContext) -> Result<StartedStatement> {
    let options = UnloadOptions::parse(unload.properties)?;
    let location = ObjectUri::parse(&unload.location)?.as_prefix();
    require_empty(&context, &location).await?;
    let planned = plan_query(&context, &unload.query).await?;
    let (data, keys) = written_columns(&planned, &options.partitioned_by)?;
    let write = TableWrite {
        name: None,
        create_table: None,
        descriptor: StorageDescriptor::default(),
        location,
        format: options.format,
        sources: (0..data.len() + keys.len()).map(Some).collect(),
        schema: Arc::new(Schema::new(written_fields(&data))),
        keys: written_fields(&keys),
        open_partitions_max: context.parts.settings.limits.open_partitions_max,
    };
    Ok(writing(context, planned, write))
}

/// UNLOAD's `WITH (…)`.
struct UnloadOptions {
    format: WriteFormat,
    partitioned_by: Vec<String>,
}

impl UnloadOptions {
    fn parse(properties: Vec<(String, PropertyValue)>) -> Result<Self> {
        let invalid = |message: String| QueryError::new(ErrorCode::InvalidTableProperty, message);
        let (mut format, mut codec, mut level, mut delimiter) = (None, None, None, None);
        let mut partitioned_by = Vec::new();
        for (key, value) in properties {
            match (key.as_str(), value) {
                ("format", PropertyValue::Text(name)) => format = Some(name),
                ("compression", PropertyValue::Text(name)) => codec = Some(name),
                ("compression_level", PropertyValue::Number(number)) => {
                    level = Some(number.parse::<i32>().map_err(|_| {
                        invalid(format!(
                            "compression_level is {number}; it must be from 1 to 22"
                        ))
                    })?);
                }
                ("field_delimiter", PropertyValue::Text(text)) => {
                    delimiter = Some(single_byte("field_delimiter", &text)?);
                }
                ("partitioned_by", PropertyValue::TextArray(keys)) => {
                    partitioned_by = keys.iter().map(|key| key.to_lowercase()).collect();
                }
                _ => {
                    return Err(invalid(format!(
                        "the property '{key}' does not exist for UNLOAD, or has another type; there are format = '…', compression = '…', compression_level = n, field_delimiter = '…' and partitioned_by = ARRAY['…']"
                    )));
                }
            }
        }
        let format = format.ok_or_else(|| {
            invalid("UNLOAD needs a format: PARQUET, ORC, AVRO, JSON or TEXTFILE".to_owned())
        })?;
        let takes_codec = ["PARQUET", "ORC"];
        if codec.is_some()
            && !takes_codec
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&format))
        {
            return Err(invalid(format!(
                "compression is for the formats PARQUET and ORC; {format} is written as UNLOAD always writes it"
            )));
        }
        let request = WriteRequest {
            codec: codec.as_deref(),
            level,
            field_delimiter: delimiter,
            ..WriteRequest::default()
        };
        Ok(UnloadOptions {
            format: named_format(&format, request)?,
            partitioned_by,
        })
    }
}
