//! Classifiers, as Glue's SDK and as the model have them.

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::primitives::DateTime;
use aws_sdk_glue::types as glue;
use prismlake_catalog::model::{
    Classifier, ContainsHeader, CsvClassifier, GrokClassifier, JsonClassifier, Revision,
    XmlClassifier,
};

use super::moment;

/// A classifier of the model; `None` for kinds that the model does not know.
pub(super) fn classifier_to_model(classifier: glue::Classifier) -> Option<Classifier> {
    if let Some(grok) = classifier.grok_classifier {
        return Some(Classifier::GrokClassifier(GrokClassifier {
            name: grok.name,
            classification: grok.classification,
            grok_pattern: grok.grok_pattern,
            custom_patterns: grok.custom_patterns,
            revision: revision(grok.creation_time, grok.last_updated, grok.version),
        }));
    }
    if let Some(xml) = classifier.xml_classifier {
        return Some(Classifier::XmlClassifier(XmlClassifier {
            name: xml.name,
            classification: xml.classification,
            row_tag: xml.row_tag,
            revision: revision(xml.creation_time, xml.last_updated, xml.version),
        }));
    }
    if let Some(json) = classifier.json_classifier {
        return Some(Classifier::JsonClassifier(JsonClassifier {
            name: json.name,
            json_path: json.json_path,
            revision: revision(json.creation_time, json.last_updated, json.version),
        }));
    }
    let csv = classifier.csv_classifier?;
    Some(Classifier::CsvClassifier(CsvClassifier {
        name: csv.name,
        delimiter: csv.delimiter,
        quote_symbol: csv.quote_symbol,
        contains_header: match csv.contains_header {
            Some(glue::CsvHeaderOption::Present) => ContainsHeader::Present,
            Some(glue::CsvHeaderOption::Absent) => ContainsHeader::Absent,
            _ => ContainsHeader::Unknown,
        },
        header: csv.header.unwrap_or_default(),
        disable_value_trimming: csv.disable_value_trimming.unwrap_or_default(),
        allow_single_column: csv.allow_single_column.unwrap_or_default(),
        custom_datatype_configured: csv.custom_datatype_configured.unwrap_or_default(),
        custom_datatypes: csv.custom_datatypes.unwrap_or_default(),
        serde: csv.serde.map(|serde| serde.as_str().to_owned()),
        revision: revision(csv.creation_time, csv.last_updated, csv.version),
    }))
}

fn revision(created: Option<DateTime>, updated: Option<DateTime>, version: i64) -> Revision {
    Revision {
        creation_time: created.and_then(moment::to_model),
        last_updated: updated.and_then(moment::to_model),
        version,
    }
}

/// The four kinds in which Glue takes classifiers, one of which is there.
#[derive(Debug, Clone, Default)]
pub(super) struct ClassifierInput {
    pub(super) grok: Option<glue::CreateGrokClassifierRequest>,
    pub(super) xml: Option<glue::CreateXmlClassifierRequest>,
    pub(super) json: Option<glue::CreateJsonClassifierRequest>,
    pub(super) csv: Option<glue::CreateCsvClassifierRequest>,
}

impl ClassifierInput {
    pub(super) fn of(classifier: Classifier) -> Result<Self, BuildError> {
        let mut input = ClassifierInput::default();
        match classifier {
            Classifier::GrokClassifier(grok) => {
                let built = glue::CreateGrokClassifierRequest::builder()
                    .name(grok.name)
                    .classification(grok.classification)
                    .grok_pattern(grok.grok_pattern)
                    .set_custom_patterns(grok.custom_patterns);
                input.grok = Some(built.build()?);
            }
            Classifier::XmlClassifier(xml) => {
                let built = glue::CreateXmlClassifierRequest::builder()
                    .name(xml.name)
                    .classification(xml.classification)
                    .set_row_tag(xml.row_tag);
                input.xml = Some(built.build()?);
            }
            Classifier::JsonClassifier(json) => {
                let built = glue::CreateJsonClassifierRequest::builder()
                    .name(json.name)
                    .json_path(json.json_path);
                input.json = Some(built.build()?);
            }
            Classifier::CsvClassifier(csv) => {
                let built = glue::CreateCsvClassifierRequest::builder()
                    .name(csv.name)
                    .set_delimiter(csv.delimiter)
                    .set_quote_symbol(csv.quote_symbol)
                    .contains_header(match csv.contains_header {
                        ContainsHeader::Present => glue::CsvHeaderOption::Present,
                        ContainsHeader::Absent => glue::CsvHeaderOption::Absent,
                        ContainsHeader::Unknown => glue::CsvHeaderOption::UnknownValue,
                    })
                    .set_header((!csv.header.is_empty()).then_some(csv.header))
                    .disable_value_trimming(csv.disable_value_trimming)
                    .allow_single_column(csv.allow_single_column)
                    .custom_datatype_configured(csv.custom_datatype_configured)
                    .set_custom_datatypes(
                        (!csv.custom_datatypes.is_empty()).then_some(csv.custom_datatypes),
                    )
                    .set_serde(csv.serde.as_deref().map(Into::into));
                input.csv = Some(built.build()?);
            }
        }
        Ok(input)
    }

    pub(super) fn grok_update(
        &self,
    ) -> Result<Option<glue::UpdateGrokClassifierRequest>, BuildError> {
        let build = |grok: &glue::CreateGrokClassifierRequest| {
            glue::UpdateGrokClassifierRequest::builder()
                .name(&grok.name)
                .classification(&grok.classification)
                .grok_pattern(&grok.grok_pattern)
                .set_custom_patterns(grok.custom_patterns.clone())
                .build()
        };
        self.grok.as_ref().map(build).transpose()
    }

    pub(super) fn xml_update(
        &self,
    ) -> Result<Option<glue::UpdateXmlClassifierRequest>, BuildError> {
        let build = |xml: &glue::CreateXmlClassifierRequest| {
            glue::UpdateXmlClassifierRequest::builder()
                .name(&xml.name)
                .classification(&xml.classification)
                .set_row_tag(xml.row_tag.clone())
                .build()
        };
        self.xml.as_ref().map(build).transpose()
    }

    pub(super) fn json_update(
        &self,
    ) -> Result<Option<glue::UpdateJsonClassifierRequest>, BuildError> {
        let build = |json: &glue::CreateJsonClassifierRequest| {
            glue::UpdateJsonClassifierRequest::builder()
                .name(&json.name)
                .json_path(&json.json_path)
                .build()
        };
        self.json.as_ref().map(build).transpose()
    }

    pub(super) fn csv_update(
        &self,
    ) -> Result<Option<glue::UpdateCsvClassifierRequest>, BuildError> {
        let build = |csv: &glue::CreateCsvClassifierRequest| {
            glue::UpdateCsvClassifierRequest::builder()
                .name(&csv.name)
                .set_delimiter(csv.delimiter.clone())
                .set_quote_symbol(csv.quote_symbol.clone())
                .set_contains_header(csv.contains_header.clone())
                .set_header(csv.header.clone())
                .set_disable_value_trimming(csv.disable_value_trimming)
                .set_allow_single_column(csv.allow_single_column)
                .set_custom_datatype_configured(csv.custom_datatype_configured)
                .set_custom_datatypes(csv.custom_datatypes.clone())
                .set_serde(csv.serde.clone())
                .build()
        };
        self.csv.as_ref().map(build).transpose()
    }
}
