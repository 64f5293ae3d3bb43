//! The AWS default chain: region, endpoint and credentials from environment, shared profiles, web identity and instance metadata.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls;
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use tokio::sync::Mutex;

use crate::error::{ConnectorError, ErrorKind, Result};

/// The region that is signed for when a server of one's own is named without any: S3-compatible servers take it.
const REGION_OF_CUSTOM_ENDPOINTS: &str = "us-east-1";
/// Temporary credentials are renewed this long before they end, so that no request is signed with ended ones.
const RENEWAL_MARGIN: Duration = Duration::from_secs(300);

/// What the chain yields for one profile.
#[derive(Debug)]
pub(super) struct AwsEnvironment {
    pub(super) region: String,
    pub(super) endpoint: Option<String>,
    config: SdkConfig,
}

impl AwsEnvironment {
    /// Reads the chain. `profile` overrides AWS_PROFILE; `endpoint_known` says that the region only matters for signing.
    pub(super) async fn load(profile: Option<&str>, endpoint_known: bool) -> AwsEnvironment {
        let environment_endpoint = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let mut region = EnvironmentVariableRegionProvider::new().region().await;
        if region.is_none() {
            let mut provider = ProfileFileRegionProvider::builder();
            if let Some(profile) = profile {
                provider = provider.profile_name(profile);
            }
            region = provider.build().region().await;
        }
        if region.is_none() && (endpoint_known || environment_endpoint.is_some()) {
            region = Some(Region::from_static(REGION_OF_CUSTOM_ENDPOINTS));
        }
        let http_client = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::Ring,
            ))
            .build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http_client);
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = region {
            loader = loader.region(region);
        }
        let config = loader.load().await;
        AwsEnvironment {
            region: config.region().map_or_else(
                || REGION_OF_CUSTOM_ENDPOINTS.to_owned(),
                |region| region.as_ref().to_owned(),
            ),
            endpoint: environment_endpoint.or_else(|| config.endpoint_url().map(str::to_owned)),
            config,
        }
    }

    /// The chain's credentials, renewed as they end.
    pub(super) fn credentials(&self) -> Result<ChainCredentials> {
        let provider = self.config.credentials_provider().ok_or_else(|| {
            ConnectorError::new(
                ErrorKind::InvalidSettings,
                "the AWS configuration has no credential provider",
            )
        })?;
        Ok(ChainCredentials {
            provider,
            current: Mutex::new(None),
        })
    }
}

/// The chain as `object_store` wants it: asked before each request, answered from memory until a renewal is due.
#[derive(Debug)]
pub(super) struct ChainCredentials {
    provider: SharedCredentialsProvider,
    current: Mutex<Option<CurrentCredential>>,
}

#[derive(Debug)]
struct CurrentCredential {
    credential: Arc<AwsCredential>,
    expiry: Option<SystemTime>,
}

#[async_trait]
impl CredentialProvider for ChainCredentials {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let mut current = self.current.lock().await;
        if let Some(known) = current.as_ref()
            && known
                .expiry
                .is_none_or(|expiry| SystemTime::now() + RENEWAL_MARGIN < expiry)
        {
            return Ok(Arc::clone(&known.credential));
        }
        let found = self.provider.provide_credentials().await.map_err(|error| {
            // The text of the provider's error names files and services, never keys.
            object_store::Error::Unauthenticated {
                path: String::new(),
                source: Box::new(error),
            }
        })?;
        let credential = Arc::new(AwsCredential {
            key_id: found.access_key_id().to_owned(),
            secret_key: found.secret_access_key().to_owned(),
            token: found.session_token().map(str::to_owned),
        });
        *current = Some(CurrentCredential {
            credential: Arc::clone(&credential),
            expiry: found.expiry(),
        });
        Ok(credential)
    }
}
