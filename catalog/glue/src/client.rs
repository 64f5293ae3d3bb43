//! `GlueClient`: the SDK's client and the account whose catalog is meant, made from the AWS default chain.

use std::time::Duration;

use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_glue::Client;
use aws_smithy_http_client::tls;
use prismlake_catalog::{CatalogError, Result};

use super::address::GlueAddress;

/// How often a call is made at most: Glue throttles whole accounts, and the SDK waits longer before each of them.
const ATTEMPTS_MAX: u32 = 6;
/// How long one attempt may take; Glue itself gives up sooner.
const ATTEMPT_SECONDS_MAX: u64 = 60;
/// The region that is signed for when an endpoint of one's own is named without any: servers that speak Glue take it.
const REGION_OF_CUSTOM_ENDPOINTS: &str = "us-east-1";
/// Where the environment names an endpoint; the SDK itself reads them.
const ENDPOINT_VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_GLUE", "AWS_ENDPOINT_URL"];

/// Makes calls of one catalog.
#[derive(Debug, Clone)]
pub(super) struct GlueClient {
    /// The SDK's client. Cheap to clone.
    pub(super) api: Client,
    /// The `CatalogId` of every call.
    pub(super) account: Option<String>,
}

impl GlueClient {
    pub(super) fn new(configuration: &SdkConfig, account: Option<String>) -> Self {
        GlueClient {
            api: Client::new(configuration),
            account,
        }
    }

    /// Credentials, endpoint and, unless the address names it, region from environment, profiles, web identity and
    /// instance metadata. Nothing is asked of Glue yet.
    pub(super) async fn from_environment(address: GlueAddress) -> Result<Self> {
        let mut region = address.region.map(Region::new);
        if region.is_none() {
            region = EnvironmentVariableRegionProvider::new().region().await;
        }
        if region.is_none() {
            region = ProfileFileRegionProvider::new().region().await;
        }
        let names_endpoint = ENDPOINT_VARIABLES
            .iter()
            .any(|name| std::env::var(name).is_ok_and(|value| !value.is_empty()));
        if region.is_none() && names_endpoint {
            region = Some(Region::from_static(REGION_OF_CUSTOM_ENDPOINTS));
        }
        let http_client = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::Ring,
            ))
            .build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX))
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(Duration::from_secs(ATTEMPT_SECONDS_MAX))
                    .build(),
            );
        if let Some(region) = region {
            loader = loader.region(region);
        }
        let configuration = loader.load().await;
        if configuration.region().is_none() {
            return Err(CatalogError::InvalidUri {
                uri: "glue:".to_owned(),
                reason: "no region is configured; use glue://region, or set AWS_REGION".to_owned(),
            });
        }
        Ok(GlueClient::new(&configuration, address.account))
    }
}
