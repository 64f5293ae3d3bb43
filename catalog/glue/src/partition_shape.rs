//! Partitions, as Glue's SDK and as the model have them.

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::types as glue;
use prismlake_catalog::Partition;

use super::moment;
use super::storage_shape::{descriptor_to_glue, descriptor_to_model, sorted, unsorted};

/// A partition of the model.
pub(super) fn partition_to_model(partition: glue::Partition) -> Partition {
    Partition {
        values: partition.values.unwrap_or_default(),
        storage_descriptor: partition
            .storage_descriptor
            .map(descriptor_to_model)
            .unwrap_or_default(),
        parameters: sorted(partition.parameters),
        creation_time: partition.creation_time.and_then(moment::to_model),
    }
}

/// What Glue is to hold of a partition.
pub(super) fn partition_input(partition: Partition) -> Result<glue::PartitionInput, BuildError> {
    Ok(glue::PartitionInput::builder()
        .set_values(Some(partition.values))
        .storage_descriptor(descriptor_to_glue(partition.storage_descriptor)?)
        .set_parameters(unsorted(partition.parameters))
        .build())
}

/// Values, as batches name partitions.
pub(super) fn value_list(values: &[String]) -> Result<glue::PartitionValueList, BuildError> {
    glue::PartitionValueList::builder()
        .set_values(Some(values.to_vec()))
        .build()
}
