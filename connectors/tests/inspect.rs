//! What files say of their own columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, ListArray, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Int32Type};
use arrow::record_batch::RecordBatch;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::avro::AvroCompression;
use prismlake_connectors::formats::data_format::WriteFormat;
use prismlake_connectors::formats::inspect::{InspectedObject, SelfDescribing, inspect_object};
use prismlake_connectors::formats::orc::{OrcCompression, OrcWriteOptions};
use prismlake_connectors::formats::parquet::ParquetCompression;
use prismlake_connectors::formats::rows::compression::ObjectCompression;

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
    for (written, format) in [
        (
            WriteFormat::Parquet(ParquetCompression::Snappy),
            SelfDescribing::Parquet,
        ),
        (
            WriteFormat::Orc(OrcWriteOptions::new(OrcCompression::Zlib)),
            SelfDescribing::Orc,
        ),
        (
            WriteFormat::Avro(AvroCompression::Snappy),
            SelfDescribing::Avro,
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
        let found = inspect_object(store, &base, meta, 1 << 20).await.unwrap();
        let InspectedObject::Columns(found) = found else {
            panic!("{written:?} is not recognised");
        };
        assert_eq!(found.format, format);
        assert_eq!(found.rows, (format != SelfDescribing::Avro).then_some(1));
        assert_eq!(found.avro_schema.is_some(), format == SelfDescribing::Avro);
        let schema = found.schema;
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
    }
}

#[tokio::test]
async fn text_gives_its_beginning_decompressed() {
    use std::io::Write;
    let text = "a,b\n".repeat(100_000);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let compressed = gzip.finish().unwrap();
    for (bytes, compression) in [
        (text.clone().into_bytes(), ObjectCompression::None),
        (compressed, ObjectCompression::Gzip),
    ] {
        for (head_bytes_max, is_whole) in [(1000, false), (1 << 20, true)] {
            let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
            let path = object_store::path::Path::from("file");
            store.put(&path, bytes.clone().into()).await.unwrap();
            let meta = store.head(&path).await.unwrap();
            let base = ObjectUri::parse("s3://bucket/").unwrap();
            let found = inspect_object(store, &base, meta, head_bytes_max)
                .await
                .unwrap();
            let InspectedObject::Head(head) = found else {
                panic!("text is no format of columns");
            };
            assert_eq!(head.compression, compression);
            assert_eq!(head.is_whole, is_whole);
            assert_eq!(head.bytes.len(), head_bytes_max.min(text.len()));
            assert!(text.as_bytes().starts_with(&head.bytes));
        }
    }
}
