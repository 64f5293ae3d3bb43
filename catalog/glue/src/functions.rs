//! User-defined functions.

use aws_sdk_glue::types as glue;
use prismlake_catalog::model::{ResourceUri, UserDefinedFunction};
use prismlake_catalog::{CatalogError, DatabaseName, Result};

use super::client::GlueClient;
use super::failure::{ALREADY_EXISTS, ENTITY_NOT_FOUND, GlueFailure};
use super::moment;

/// The pattern of every name: Glue demands one, and reads it as Java's regular expressions.
const EVERY_NAME: &str = ".*";

/// Adds a function, or replaces the one of its name.
pub(super) async fn put(client: &GlueClient, function: UserDefinedFunction) -> Result<()> {
    let database = DatabaseName::new(&function.database_name)?;
    let name = function.function_name.to_lowercase();
    let input = input(&name, function);
    let call = client.api.create_user_defined_function();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(database.as_str())
        .function_input(input.clone())
        .send()
        .await;
    let refused = match answer.map_err(|error| GlueFailure::of("CreateUserDefinedFunction", error))
    {
        Ok(_) => return Ok(()),
        Err(failure) => failure,
    };
    match refused.code() {
        Some(ALREADY_EXISTS) => {}
        Some(ENTITY_NOT_FOUND) => return Err(CatalogError::DatabaseNotFound(database)),
        _ => return Err(refused.into()),
    }
    let call = client.api.update_user_defined_function();
    call.set_catalog_id(client.account.clone())
        .database_name(database.as_str())
        .function_name(name)
        .function_input(input)
        .send()
        .await
        .map_err(|error| GlueFailure::of("UpdateUserDefinedFunction", error))?;
    Ok(())
}

fn input(name: &str, function: UserDefinedFunction) -> glue::UserDefinedFunctionInput {
    let resources = function.resource_uris.into_iter();
    let resources = resources
        .map(|resource| {
            glue::ResourceUri::builder()
                .resource_type(resource.resource_type.as_str().into())
                .uri(resource.uri)
                .build()
        })
        .collect();
    glue::UserDefinedFunctionInput::builder()
        .function_name(name)
        .set_class_name(function.class_name)
        .set_owner_name(function.owner_name)
        .set_owner_type(function.owner_type.as_deref().map(Into::into))
        .set_function_type(function.function_type.as_deref().map(Into::into))
        .set_resource_uris(Some(resources))
        .build()
}

/// A database's functions, by name.
pub(super) async fn list(
    client: &GlueClient,
    database: &DatabaseName,
) -> Result<Vec<UserDefinedFunction>> {
    let mut pages = client
        .api
        .get_user_defined_functions()
        .set_catalog_id(client.account.clone())
        .database_name(database.as_str())
        .pattern(EVERY_NAME)
        .into_paginator()
        .send();
    let mut functions = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            let failure = GlueFailure::of("GetUserDefinedFunctions", error);
            match failure.code() {
                Some(ENTITY_NOT_FOUND) => CatalogError::DatabaseNotFound(database.clone()),
                _ => failure.into(),
            }
        })?;
        let found = page.user_defined_functions.unwrap_or_default().into_iter();
        functions.extend(found.map(|function| to_model(database, function)));
    }
    functions.sort_by(|one, other| one.function_name.cmp(&other.function_name));
    Ok(functions)
}

fn to_model(database: &DatabaseName, function: glue::UserDefinedFunction) -> UserDefinedFunction {
    let resources = function.resource_uris.unwrap_or_default().into_iter();
    UserDefinedFunction {
        function_name: function.function_name.unwrap_or_default(),
        database_name: database.to_string(),
        class_name: function.class_name,
        owner_name: function.owner_name,
        owner_type: function.owner_type.map(|kind| kind.as_str().to_owned()),
        function_type: function.function_type.map(|kind| kind.as_str().to_owned()),
        create_time: function.create_time.and_then(moment::to_model),
        resource_uris: resources
            .map(|resource| ResourceUri {
                resource_type: resource
                    .resource_type
                    .map(|kind| kind.as_str().to_owned())
                    .unwrap_or_default(),
                uri: resource.uri.unwrap_or_default(),
            })
            .collect(),
    }
}

/// Removes a function; whether there was one.
pub(super) async fn drop(client: &GlueClient, database: &DatabaseName, name: &str) -> Result<bool> {
    let call = client.api.delete_user_defined_function();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(database.as_str())
        .function_name(name.to_lowercase())
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of("DeleteUserDefinedFunction", error)) {
        Ok(_) => Ok(true),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => Ok(false),
        Err(failure) => Err(failure.into()),
    }
}
