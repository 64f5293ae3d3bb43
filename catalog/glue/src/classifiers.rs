//! Classifiers, which Glue keeps for each account and region, whatever catalog is named.

use aws_sdk_glue::error::BuildError;
use prismlake_catalog::Result;
use prismlake_catalog::model::Classifier;

use super::classifier_shape::{ClassifierInput, classifier_to_model};
use super::client::GlueClient;
use super::failure::{ALREADY_EXISTS, ENTITY_NOT_FOUND, GlueFailure};

/// Adds a classifier, or replaces the one of its name.
pub(super) async fn put(client: &GlueClient, classifier: Classifier) -> Result<()> {
    const OPERATION: &str = "CreateClassifier";
    let input = ClassifierInput::of(classifier)
        .map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.create_classifier();
    let answer = call
        .set_grok_classifier(input.grok.clone())
        .set_xml_classifier(input.xml.clone())
        .set_json_classifier(input.json.clone())
        .set_csv_classifier(input.csv.clone())
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of(OPERATION, error)) {
        Ok(_) => Ok(()),
        Err(failure) if failure.code() == Some(ALREADY_EXISTS) => update(client, &input).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn update(client: &GlueClient, input: &ClassifierInput) -> Result<()> {
    const OPERATION: &str = "UpdateClassifier";
    let unbuilt = |error: BuildError| GlueFailure::of_request(OPERATION, error);
    let call = client.api.update_classifier();
    call.set_grok_classifier(input.grok_update().map_err(unbuilt)?)
        .set_xml_classifier(input.xml_update().map_err(unbuilt)?)
        .set_json_classifier(input.json_update().map_err(unbuilt)?)
        .set_csv_classifier(input.csv_update().map_err(unbuilt)?)
        .send()
        .await
        .map_err(|error| GlueFailure::of(OPERATION, error))?;
    Ok(())
}

/// All classifiers, by name.
pub(super) async fn list(client: &GlueClient) -> Result<Vec<Classifier>> {
    let mut pages = client.api.get_classifiers().into_paginator().send();
    let mut classifiers = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| GlueFailure::of("GetClassifiers", error))?;
        let found = page.classifiers.unwrap_or_default().into_iter();
        classifiers.extend(found.filter_map(classifier_to_model));
    }
    classifiers.sort_by(|one: &Classifier, other| one.name().cmp(other.name()));
    Ok(classifiers)
}

/// Removes a classifier; whether there was one.
pub(super) async fn drop(client: &GlueClient, name: &str) -> Result<bool> {
    let answer = client.api.delete_classifier().name(name).send().await;
    match answer.map_err(|error| GlueFailure::of("DeleteClassifier", error)) {
        Ok(_) => Ok(true),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => Ok(false),
        Err(failure) => Err(failure.into()),
    }
}
