//! `uuid()`: random unique identifiers.

use std::sync::Arc;

use ::uuid::Uuid;
use arrow::array::{ArrayRef, FixedSizeBinaryArray};
use arrow::buffer::Buffer;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("uuid", "Generates a random UUID")
            .strict("() -> uuid", uuid)
            .volatile(),
    ]
}

fn uuid(call: &Call<'_>) -> Result<ArrayRef> {
    let mut bytes = Vec::with_capacity(call.rows.saturating_mul(16));
    for _ in 0..call.rows {
        bytes.extend_from_slice(Uuid::new_v4().as_bytes());
    }
    let values = FixedSizeBinaryArray::try_new(16, Buffer::from_vec(bytes), None)?;
    Ok(Arc::new(values))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ::uuid::Uuid;
    use arrow::array::{Array, FixedSizeBinaryArray};

    use crate::testing::call;

    #[tokio::test]
    async fn each_call_gives_another_version_4() {
        let mut seen = HashSet::new();
        for _ in 0..20 {
            let (values, returns) = call("uuid", vec![]).await.unwrap();
            assert_eq!(returns.to_string(), "uuid");
            let values = values
                .as_any()
                .downcast_ref::<FixedSizeBinaryArray>()
                .unwrap()
                .clone();
            assert_eq!(values.len(), 1);
            let value = Uuid::from_slice(values.value(0)).unwrap();
            assert_eq!(value.get_version_num(), 4);
            assert!(seen.insert(value));
        }
    }
}
