//! Which Hive classes the shorthands of `STORED AS` and `ROW FORMAT` stand for.

/// The classes of a table's storage, each by its full name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StorageClasses {
    /// Reads and writes rows.
    pub serde: Option<String>,
    /// Splits and reads files.
    pub input_format: Option<String>,
    /// Writes files.
    pub output_format: Option<String>,
}

/// Hive's SerDe of delimited text.
pub const LAZY_SIMPLE_SERDE: &str = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
/// Hive's SerDe of JSON lines.
pub const HIVE_JSON_SERDE: &str = "org.apache.hive.hcatalog.data.JsonSerDe";
/// Hive's SerDe of Parquet.
pub const PARQUET_SERDE: &str = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
/// Hive's SerDe of ORC.
pub const ORC_SERDE: &str = "org.apache.hadoop.hive.ql.io.orc.OrcSerde";

/// What Hive shows as the comment of a column that its SerDe tells, and no one has commented.
pub const FROM_DESERIALIZER: &str = "from deserializer";

/// The SerDes whose columns Hive takes from the catalog. Of all others it asks the class itself.
const SERDES_OF_CATALOG_COLUMNS: &[&str] = &[
    LAZY_SIMPLE_SERDE,
    PARQUET_SERDE,
    ORC_SERDE,
    "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
    "org.apache.hadoop.hive.serde2.columnar.ColumnarSerDe",
    "org.apache.hadoop.hive.serde2.lazybinary.LazyBinarySerDe",
];

/// Whether columns without a comment show as [`FROM_DESERIALIZER`].
pub fn tells_columns(serde: Option<&str>) -> bool {
    serde.is_some_and(|serde| !SERDES_OF_CATALOG_COLUMNS.contains(&serde))
}

const TEXT_INPUT: &str = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

/// Shorthand, SerDe, input format, output format.
const SHORTHANDS: &[(&str, &str, &str, &str)] = &[
    ("TEXTFILE", LAZY_SIMPLE_SERDE, TEXT_INPUT, TEXT_OUTPUT),
    ("JSONFILE", HIVE_JSON_SERDE, TEXT_INPUT, TEXT_OUTPUT),
    (
        "PARQUET",
        PARQUET_SERDE,
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    ),
    (
        "ORC",
        ORC_SERDE,
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
    ),
    (
        "AVRO",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
    ),
    (
        "ION",
        "com.amazon.ionhiveserde.IonHiveSerDe",
        "com.amazon.ionhiveserde.formats.IonInputFormat",
        "com.amazon.ionhiveserde.formats.IonOutputFormat",
    ),
    (
        "SEQUENCEFILE",
        LAZY_SIMPLE_SERDE,
        "org.apache.hadoop.mapred.SequenceFileInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
    ),
    (
        "RCFILE",
        "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
        "org.apache.hadoop.hive.ql.io.RCFileInputFormat",
        "org.apache.hadoop.hive.ql.io.RCFileOutputFormat",
    ),
];

/// The classes that `STORED AS name` stands for.
pub fn shorthand(name: &str) -> Option<StorageClasses> {
    SHORTHANDS
        .iter()
        .find(|(shorthand, ..)| shorthand.eq_ignore_ascii_case(name))
        .map(|(_, serde, input_format, output_format)| StorageClasses {
            serde: Some((*serde).to_owned()),
            input_format: Some((*input_format).to_owned()),
            output_format: Some((*output_format).to_owned()),
        })
}

/// The classes that a table's clauses amount to: text unless they say otherwise; a SerDe that is named wins.
pub(super) fn resolve(
    serde: Option<String>,
    delimited: bool,
    stored_as: Option<StorageClasses>,
) -> StorageClasses {
    let text = shorthand("TEXTFILE").unwrap_or_default();
    let mut classes = stored_as.unwrap_or_else(|| text.clone());
    if let Some(serde) = serde {
        classes.serde = Some(serde);
    } else if delimited || classes.serde.is_none() {
        classes.serde = text.serde;
    }
    classes
}
