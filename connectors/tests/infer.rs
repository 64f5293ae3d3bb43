//! What files say of their own columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, ListArray, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Int32Type};
use arrow::record_batch::RecordBatch;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::avro::{AvroCompression, AvroOptions};
use prismlake_connectors::formats::column_mapping::ColumnMapping;
use prismlake_connectors::formats::data_format::{DataFormat, WriteFormat};
use prismlake_connectors::formats::infer::infer_schema;
use prismlake_connectors::formats::orc::{OrcCompression, OrcWriteOptions};
use prismlake_connectors::formats::parquet::ParquetCompression;
use prismlake_connectors::formats::row_format::{RowFormat, RowSyntax};
use prismlake_connectors::formats::text::DelimitedOptions;

#[tokio::test]
async fn files_that_name_their_columns_tell_them() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1]))),
        ("txt", Arc::new(StringArray::from(vec!["x"]))),
        ("ts", Arc::new(TimestampMicrosecondArray::from(vec![1]))),
        (
            "tags",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some(
                vec![Some(1)],
            )])),
        ),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let rows = |syntax| {
        DataFormat::Rows(RowFormat {
            syntax,
            charset: None,
        })
    };
    for (written, read) in [
        (
            WriteFormat::Parquet(ParquetCompression::Snappy),
            DataFormat::Parquet(ColumnMapping::ByName),
        ),
        (
            WriteFormat::Orc(OrcWriteOptions::new(OrcCompression::Zlib)),
            DataFormat::Orc(ColumnMapping::ByName),
        ),
        (
            WriteFormat::Avro(AvroCompression::Snappy),
            rows(RowSyntax::Avro(AvroOptions::default())),
        ),
    ] {
        let mut encoder = written.encoder(batch.schema()).unwrap();
        encoder.write(&batch).unwrap();
        encoder.finish().unwrap();
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let path = object_store::path::Path::from("file");
        store
            .put(&path, encoder.take_output().into())
            .await
            .unwrap();
        let meta = store.head(&path).await.unwrap();
        let base = ObjectUri::parse("s3://bucket/").unwrap();
        let schema = infer_schema(&read, Arc::clone(&store), &base, meta.clone())
            .await
            .unwrap()
            .unwrap();
        let names: Vec<&str> = schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        assert_eq!(names, ["id", "txt", "ts", "tags"], "{written:?}");
        assert_eq!(schema.field(0).data_type(), &DataType::Int64);
        assert!(matches!(
            schema.field(2).data_type(),
            DataType::Timestamp(_, _)
        ));
        assert!(matches!(schema.field(3).data_type(), DataType::List(_)));
        let text = rows(RowSyntax::Delimited(DelimitedOptions::default()));
        assert_eq!(infer_schema(&text, store, &base, meta).await.unwrap(), None);
    }
}
