//! Reads objects for their format and columns.

use std::collections::HashMap;
use std::sync::Arc;

use object_store::{ObjectMeta, ObjectStore};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::inspect::{
    InspectedObject, NamedColumns, ObjectHead, SelfDescribing, inspect_object,
};
use prismlake_connectors::formats::rows::compression::ObjectCompression;

use super::classify::{
    Classification, ClassifierError, ClassifyOptions, CsvDatatype, CsvOptions, CustomClassifier,
    Detail, GrokPattern, HeaderRule, JsonLayout, JsonPath, Sample, UNKNOWN, classify,
};
use super::schema::{FileFormat, FileSchema, FoundType};
use crate::error::{CatalogError, Result};
use crate::hive_type::HiveType;
use crate::model::{Classifier, ContainsHeader};

/// The text of an object that is looked at, as Glue does.
const HEAD_BYTES: usize = 1 << 20;
/// The text that is looked at where one JSON record may be longer than that.
const LONG_HEAD_BYTES: usize = 10 << 20;

/// What an object has told.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectFinding {
    /// Its format and columns.
    pub schema: FileSchema,
    /// Its rows, exact or by the size of those seen.
    pub rows: Option<u64>,
}

/// Custom classifiers, compiled.
#[derive(Debug, Default)]
pub struct Classifiers {
    compiled: Vec<CustomClassifier>,
    /// The SerDe that CSV classifiers ask for, by their names.
    serdes: HashMap<String, String>,
}

impl Classifiers {
    /// Compiles classifiers, in the order in which they are tried.
    pub fn compile(classifiers: &[Classifier]) -> Result<Self> {
        let mut found = Classifiers::default();
        for classifier in classifiers {
            let invalid = |error: ClassifierError| CatalogError::InvalidCrawler {
                crawler: classifier.name().to_owned(),
                reason: format!("its classifier is not valid: {error}"),
            };
            let name = classifier.name().to_owned();
            found.compiled.push(match classifier {
                Classifier::GrokClassifier(grok) => CustomClassifier::Grok {
                    name,
                    classification: grok.classification.clone(),
                    pattern: GrokPattern::compile(
                        &grok.grok_pattern,
                        grok.custom_patterns.as_deref().unwrap_or(""),
                    )
                    .map_err(invalid)?,
                },
                Classifier::XmlClassifier(xml) => CustomClassifier::Xml {
                    name,
                    classification: xml.classification.clone(),
                    row_tag: xml.row_tag.clone(),
                },
                Classifier::JsonClassifier(json) => CustomClassifier::Json {
                    name,
                    path: JsonPath::parse(&json.json_path).map_err(invalid)?,
                },
                Classifier::CsvClassifier(csv) => {
                    if let Some(serde) = &csv.serde {
                        found.serdes.insert(name.clone(), serde.clone());
                    }
                    let one =
                        |text: &Option<String>| text.as_deref().and_then(|t| t.chars().next());
                    let custom_datatypes = if csv.custom_datatype_configured {
                        csv.custom_datatypes
                            .iter()
                            .map(|datatype| datatype.parse::<CsvDatatype>().map_err(invalid))
                            .collect::<Result<_>>()?
                    } else {
                        Vec::new()
                    };
                    CustomClassifier::Csv {
                        name,
                        options: CsvOptions {
                            delimiter: one(&csv.delimiter),
                            quote: one(&csv.quote_symbol),
                            contains_header: match csv.contains_header {
                                ContainsHeader::Unknown => HeaderRule::Unknown,
                                ContainsHeader::Present => HeaderRule::Present,
                                ContainsHeader::Absent => HeaderRule::Absent,
                            },
                            header: csv.header.clone(),
                            disable_value_trimming: csv.disable_value_trimming,
                            allow_single_column: csv.allow_single_column,
                            custom_datatypes,
                        },
                    }
                }
            });
        }
        Ok(found)
    }

    fn serde_of(&self, classifier: Option<&str>) -> Option<String> {
        self.serdes.get(classifier?).cloned()
    }
}

/// Reads one object; `None` if it holds nothing that tells a format.
pub async fn read_object(
    store: Arc<dyn ObjectStore>,
    base: &ObjectUri,
    meta: ObjectMeta,
    classifiers: &Arc<Classifiers>,
) -> Result<Option<ObjectFinding>> {
    let size = meta.size;
    let inspect = |bytes| inspect_object(Arc::clone(&store), base, meta.clone(), bytes);
    let head = match inspect(HEAD_BYTES).await? {
        InspectedObject::Columns(columns) => return Ok(Some(named(columns))),
        InspectedObject::Head(head) => head,
    };
    let (head, mut classified) = classified(head, classifiers).await?;
    let may_be_long = !head.is_whole
        && classified.classification == UNKNOWN
        && head
            .bytes
            .iter()
            .find(|byte| !byte.is_ascii_whitespace())
            .is_some_and(|byte| matches!(byte, b'{' | b'['));
    let mut head = head;
    if may_be_long && let InspectedObject::Head(longer) = inspect(LONG_HEAD_BYTES).await? {
        (head, classified) = self::classified(longer, classifiers).await?;
    }
    if classified.classification == UNKNOWN {
        return Ok(None);
    }
    let rows = if head.is_whole {
        Some(classified.records)
    } else {
        estimated(classified.records, head.stored_bytes, size)
    };
    Ok(Some(ObjectFinding {
        schema: text_schema(&head, classified, classifiers),
        rows,
    }))
}

/// As many more as the object is longer than what was seen of it.
fn estimated(records: u64, seen: u64, size: u64) -> Option<u64> {
    let product = u128::from(records).checked_mul(u128::from(size))?;
    u64::try_from(product.checked_div(u128::from(seen))?).ok()
}

async fn classified(
    head: ObjectHead,
    classifiers: &Arc<Classifiers>,
) -> Result<(ObjectHead, Classification)> {
    let classifiers = Arc::clone(classifiers);
    crate::blocking::on_blocking_thread(move || {
        let sample = Sample {
            bytes: &head.bytes,
            is_whole: head.is_whole,
        };
        let found = classify(sample, &classifiers.compiled, &ClassifyOptions::default());
        Ok((head, found))
    })
    .await
}

fn named(columns: NamedColumns) -> ObjectFinding {
    ObjectFinding {
        rows: columns.rows,
        schema: FileSchema {
            format: match columns.format {
                SelfDescribing::Parquet => FileFormat::Parquet,
                SelfDescribing::Orc => FileFormat::Orc,
                SelfDescribing::Avro => FileFormat::Avro(columns.avro_schema),
            },
            compression: "none".to_owned(),
            columns: columns
                .schema
                .fields()
                .iter()
                .map(|field| {
                    // What Hive has no type for is read as text, or not at all.
                    let hive_type =
                        HiveType::from_arrow(field.data_type()).unwrap_or(HiveType::String);
                    (field.name().clone(), FoundType::Declared(hive_type))
                })
                .collect(),
        },
    }
}

fn text_schema(
    head: &ObjectHead,
    classified: Classification,
    classifiers: &Classifiers,
) -> FileSchema {
    let serde = classifiers.serde_of(classified.classifier.as_deref());
    let classification = classified.classification;
    let format = match classified.detail {
        Detail::Json { layout, path } => FileFormat::Json {
            paths: classified
                .columns
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
            in_lines: layout == JsonLayout::JsonLines && path.is_none(),
            json_path: path.map(|path| path.to_string()),
        },
        Detail::Delimited(detail) => FileFormat::Delimited {
            delimiter: detail.delimiter,
            quote: detail.quote,
            escape: detail.escape,
            has_header: detail.has_header,
            serde,
        },
        Detail::Grok {
            pattern,
            custom_patterns,
        } => FileFormat::Grok {
            classification,
            pattern,
            custom_patterns,
        },
        Detail::Xml { row_tag } => FileFormat::Xml {
            classification,
            row_tag,
        },
        Detail::Ion => FileFormat::Ion,
        Detail::Unknown => FileFormat::Unknown,
    };
    FileSchema {
        format,
        compression: compression_word(head.compression).to_owned(),
        columns: classified
            .columns
            .into_iter()
            .map(|(name, inferred)| (name, FoundType::Inferred(inferred)))
            .collect(),
    }
}

/// Glue's word for a compression.
fn compression_word(compression: ObjectCompression) -> &'static str {
    match compression {
        ObjectCompression::None => "none",
        ObjectCompression::Gzip => "gzip",
        ObjectCompression::Bzip2 => "bzip2",
        ObjectCompression::Zstd => "zstd",
        ObjectCompression::Deflate => "deflate",
        ObjectCompression::Snappy => "snappy",
        ObjectCompression::Lz4 => "lz4",
        ObjectCompression::Xz => "xz",
        ObjectCompression::Lzo => "lzo",
    }
}
