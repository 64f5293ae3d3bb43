//! Columns and storage descriptors, as Glue's SDK and as the model have them.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::types as glue;
use prismlake_catalog::model::SkewedInfo;
use prismlake_catalog::{Column, SerDeInfo, SortColumn, StorageDescriptor};

/// Free properties, in order.
pub(super) fn sorted(parameters: Option<HashMap<String, String>>) -> BTreeMap<String, String> {
    parameters.unwrap_or_default().into_iter().collect()
}

/// Free properties, as the SDK wants them.
pub(super) fn unsorted(parameters: BTreeMap<String, String>) -> Option<HashMap<String, String>> {
    Some(parameters.into_iter().collect())
}

/// Columns of the model.
pub(super) fn columns_to_model(columns: Option<Vec<glue::Column>>) -> Vec<Column> {
    let columns = columns.unwrap_or_default().into_iter();
    columns
        .map(|column| Column {
            name: column.name.to_lowercase(),
            type_text: column.r#type,
            comment: column.comment,
            parameters: sorted(column.parameters),
        })
        .collect()
}

/// Columns of Glue.
pub(super) fn columns_to_glue(columns: Vec<Column>) -> Result<Vec<glue::Column>, BuildError> {
    let columns = columns.into_iter();
    columns
        .map(|column| {
            let parameters =
                (!column.parameters.is_empty()).then(|| column.parameters.into_iter().collect());
            glue::Column::builder()
                .name(column.name)
                .set_type(column.type_text)
                .set_comment(column.comment)
                .set_parameters(parameters)
                .build()
        })
        .collect()
}

/// A descriptor of the model. Glue's further locations and schema references have no place in it.
pub(super) fn descriptor_to_model(descriptor: glue::StorageDescriptor) -> StorageDescriptor {
    let sort_columns = descriptor.sort_columns.unwrap_or_default().into_iter();
    StorageDescriptor {
        columns: columns_to_model(descriptor.columns),
        location: descriptor.location,
        input_format: descriptor.input_format,
        output_format: descriptor.output_format,
        compressed: descriptor.compressed,
        number_of_buckets: descriptor.number_of_buckets,
        serde_info: descriptor
            .serde_info
            .map(|serde| SerDeInfo {
                name: serde.name,
                serialization_library: serde.serialization_library,
                parameters: sorted(serde.parameters),
            })
            .unwrap_or_default(),
        bucket_columns: descriptor.bucket_columns.unwrap_or_default(),
        sort_columns: sort_columns
            .map(|sorted| SortColumn {
                column: sorted.column,
                sort_order: sorted.sort_order,
            })
            .collect(),
        parameters: sorted(descriptor.parameters),
        skewed_info: descriptor.skewed_info.map(|skewed| SkewedInfo {
            skewed_column_names: skewed.skewed_column_names.unwrap_or_default(),
            skewed_column_values: skewed.skewed_column_values.unwrap_or_default(),
            skewed_column_value_location_maps: sorted(skewed.skewed_column_value_location_maps),
        }),
        stored_as_sub_directories: descriptor.stored_as_sub_directories,
    }
}

/// A descriptor of Glue.
pub(super) fn descriptor_to_glue(
    descriptor: StorageDescriptor,
) -> Result<glue::StorageDescriptor, BuildError> {
    let serde = descriptor.serde_info;
    let sort_columns = descriptor.sort_columns.into_iter();
    let sort_columns: Vec<glue::Order> = sort_columns
        .map(|sorted| {
            glue::Order::builder()
                .column(sorted.column)
                .sort_order(sorted.sort_order)
                .build()
        })
        .collect::<Result<_, _>>()?;
    let skewed_info = descriptor.skewed_info.map(|skewed| {
        glue::SkewedInfo::builder()
            .set_skewed_column_names(Some(skewed.skewed_column_names))
            .set_skewed_column_values(Some(skewed.skewed_column_values))
            .set_skewed_column_value_location_maps(unsorted(
                skewed.skewed_column_value_location_maps,
            ))
            .build()
    });
    Ok(glue::StorageDescriptor::builder()
        .set_columns(Some(columns_to_glue(descriptor.columns)?))
        .set_location(descriptor.location)
        .set_input_format(descriptor.input_format)
        .set_output_format(descriptor.output_format)
        .compressed(descriptor.compressed)
        .number_of_buckets(descriptor.number_of_buckets)
        .serde_info(
            glue::SerDeInfo::builder()
                .set_name(serde.name)
                .set_serialization_library(serde.serialization_library)
                .set_parameters(unsorted(serde.parameters))
                .build(),
        )
        .set_bucket_columns(Some(descriptor.bucket_columns))
        .set_sort_columns(Some(sort_columns))
        .set_parameters(unsorted(descriptor.parameters))
        .set_skewed_info(skewed_info)
        .stored_as_sub_directories(descriptor.stored_as_sub_directories)
        .build())
}
