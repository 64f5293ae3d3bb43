//! `StoreRegistry` opens stores by URL: the one place where a store's layers are stacked.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::object_store::{ObjectStoreRegistry, ObjectStoreUrl};
use object_store::aws::{AmazonS3Builder, AwsCredential};
use object_store::client::{HttpClient, HttpConnector, ReqwestConnector};
use object_store::local::LocalFileSystem;
use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, RetryConfig, StaticCredentialProvider,
};
use tokio::sync::Mutex;
use url::Url;

use super::aws_environment::{AwsEnvironment, ChainCredentials};
use super::http_meter::MeteredConnector;
use super::local_meter::MeteredStore;
use super::meter::RequestMeter;
use super::settings::{StorageSettings, settings_for};
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::object_uri::{ObjectUri, Scheme};

/// How long a connection may take to be made: a host that is up answers in far less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one request may take, its body included: 8 MiB parts pass at 70 kB/s.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
/// How often a request that failed for a passing reason is sent again.
const RETRIES_MAX: usize = 5;
/// After this long no request is sent again, so that a server that is down is an error and not a hang.
const RETRY_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest pause between two tries.
const BACKOFF_MAX: Duration = Duration::from_secs(3);

/// Opens stores by URL. Connections and credentials are shared by every query; counts are each query's own.
#[derive(Debug)]
pub struct StoreRegistry {
    blocks: Vec<StorageSettings>,
    client: HttpClient,
    plain_client: HttpClient,
    /// Settings and credentials of each block in use, by its index; `None` is the chain alone.
    resolved: Mutex<HashMap<Option<usize>, Arc<ResolvedS3>>>,
}

/// An S3 service as the settings and the default chain describe it together.
#[derive(Debug)]
struct ResolvedS3 {
    region: String,
    endpoint: Option<String>,
    plain_http: bool,
    virtual_hosted: bool,
    credentials: Credentials,
}

#[derive(Debug)]
enum Credentials {
    Anonymous,
    Static(Arc<StaticCredentialProvider<AwsCredential>>),
    Chain(Arc<ChainCredentials>),
}

impl StoreRegistry {
    /// A registry over the configuration's blocks.
    pub fn new(blocks: Vec<StorageSettings>) -> Result<Arc<Self>> {
        let connect = |allow_http: bool| {
            let options = ClientOptions::new()
                .with_connect_timeout(CONNECT_TIMEOUT)
                .with_timeout(REQUEST_TIMEOUT)
                .with_allow_http(allow_http);
            ReqwestConnector::default()
                .connect(&options)
                .map_err(|error| {
                    ConnectorError::new(
                        ErrorKind::InvalidSettings,
                        format!("no HTTP client could be made: {error}"),
                    )
                })
        };
        Ok(Arc::new(StoreRegistry {
            blocks,
            client: connect(false)?,
            plain_client: connect(true)?,
            resolved: Mutex::new(HashMap::new()),
        }))
    }

    /// The stores of one query, whose traffic `meter` counts.
    pub fn for_query(self: &Arc<Self>, meter: Arc<RequestMeter>) -> Arc<QueryStores> {
        Arc::new(QueryStores {
            registry: Arc::clone(self),
            meter,
            opened: RwLock::new(HashMap::new()),
        })
    }

    fn block_for(&self, uri: &ObjectUri) -> Option<usize> {
        let found = settings_for(&self.blocks, &uri.to_string())?;
        self.blocks
            .iter()
            .position(|block| std::ptr::eq(block, found))
    }

    async fn resolve(&self, block: Option<usize>) -> Result<Arc<ResolvedS3>> {
        let mut resolved = self.resolved.lock().await;
        if let Some(known) = resolved.get(&block) {
            return Ok(Arc::clone(known));
        }
        let settings = block
            .and_then(|index| self.blocks.get(index))
            .cloned()
            .unwrap_or_default();
        let service = Arc::new(resolve_s3(settings).await?);
        resolved.insert(block, Arc::clone(&service));
        Ok(service)
    }

    fn build_s3(
        &self,
        bucket: &str,
        service: &ResolvedS3,
        meter: &Arc<RequestMeter>,
    ) -> Result<Arc<dyn ObjectStore>> {
        let client = if service.plain_http {
            self.plain_client.clone()
        } else {
            self.client.clone()
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(&service.region)
            .with_virtual_hosted_style_request(service.virtual_hosted)
            .with_allow_http(service.plain_http)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    max_backoff: BACKOFF_MAX,
                    ..BackoffConfig::default()
                },
                max_retries: RETRIES_MAX,
                retry_timeout: RETRY_TIMEOUT,
            })
            .with_http_connector(MeteredConnector {
                client,
                meter: Arc::clone(meter),
            });
        if let Some(endpoint) = &service.endpoint {
            let endpoint = match (service.virtual_hosted, endpoint.split_once("://")) {
                // `object_store` takes the bucket's own host as the endpoint in virtual-hosted style.
                (true, Some((scheme, host))) => format!("{scheme}://{bucket}.{host}"),
                _ => endpoint.clone(),
            };
            builder = builder.with_endpoint(endpoint);
        }
        builder = match &service.credentials {
            Credentials::Anonymous => builder.with_skip_signature(true),
            Credentials::Static(keys) => builder.with_credentials(Arc::clone(keys) as _),
            Credentials::Chain(chain) => builder.with_credentials(Arc::clone(chain) as _),
        };
        let store = builder.build().map_err(|error| {
            ConnectorError::new(
                ErrorKind::InvalidSettings,
                format!("the S3 settings for bucket '{bucket}' cannot work: {error}"),
            )
        })?;
        Ok(Arc::new(store))
    }
}

async fn resolve_s3(settings: StorageSettings) -> Result<ResolvedS3> {
    let credentials = match (&settings.access_key_id, &settings.secret_access_key) {
        (Some(key_id), Some(secret_key)) => Some(Credentials::Static(Arc::new(
            StaticCredentialProvider::new(AwsCredential {
                key_id: key_id.clone(),
                secret_key: secret_key.clone(),
                token: settings.session_token.clone(),
            }),
        ))),
        (None, None) if settings.anonymous => Some(Credentials::Anonymous),
        (None, None) => None,
        _ => {
            return Err(ConnectorError::new(
                ErrorKind::InvalidSettings,
                format!(
                    "the [[storage]] block for '{}' has half a key pair; set both access_key_id and secret_access_key",
                    settings.url
                ),
            ));
        }
    };
    let (region, endpoint, credentials) = match (credentials, &settings.endpoint, &settings.region)
    {
        (Some(credentials), Some(endpoint), Some(region)) => {
            (region.clone(), Some(endpoint.clone()), credentials)
        }
        (credentials, endpoint, region) => {
            let chain = AwsEnvironment::load(settings.profile.as_deref(), endpoint.is_some()).await;
            let credentials = match credentials {
                Some(credentials) => credentials,
                None => Credentials::Chain(Arc::new(chain.credentials()?)),
            };
            let region = region.clone().unwrap_or(chain.region);
            (region, endpoint.clone().or(chain.endpoint), credentials)
        }
    };
    let says_http = endpoint
        .as_deref()
        .is_some_and(|endpoint| endpoint.starts_with("http://"));
    if says_http && settings.allow_http == Some(false) {
        return Err(ConnectorError::new(
            ErrorKind::InvalidSettings,
            format!(
                "the endpoint for '{}' is plain HTTP and allow_http is false",
                settings.url
            ),
        ));
    }
    Ok(ResolvedS3 {
        region,
        endpoint,
        plain_http: says_http || settings.allow_http == Some(true),
        virtual_hosted: settings.path_style == Some(false),
        credentials,
    })
}

/// The stores that one query has opened, for DataFusion to find by URL.
#[derive(Debug)]
pub struct QueryStores {
    registry: Arc<StoreRegistry>,
    meter: Arc<RequestMeter>,
    opened: RwLock<HashMap<String, Arc<dyn ObjectStore>>>,
}

impl QueryStores {
    /// Opens the store that serves `uri`, once a query, and says under which URL DataFusion finds it.
    pub async fn open(&self, uri: &ObjectUri) -> Result<(ObjectStoreUrl, Arc<dyn ObjectStore>)> {
        let block = match uri.scheme() {
            Scheme::File => None,
            Scheme::S3 => self.registry.block_for(uri),
        };
        // Two blocks may split one bucket, so the block is part of the URL's scheme.
        let name = match block {
            Some(index) => format!("{}+{index}://{}", uri.scheme().name(), uri.bucket()),
            None => uri.store_url(),
        };
        let url = ObjectStoreUrl::parse(&name).map_err(|error| {
            ConnectorError::new(ErrorKind::InvalidUri, error.to_string()).with_uri(uri)
        })?;
        let key = store_key(url.as_ref());
        if let Some(store) = self.lookup(&key) {
            return Ok((url, store));
        }
        let store: Arc<dyn ObjectStore> = match uri.scheme() {
            Scheme::File => Arc::new(MeteredStore {
                inner: LocalFileSystem::new(),
                meter: Arc::clone(&self.meter),
            }),
            Scheme::S3 => {
                let service = self.registry.resolve(block).await?;
                self.registry
                    .build_s3(uri.bucket(), &service, &self.meter)?
            }
        };
        self.opened
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, Arc::clone(&store));
        Ok((url, store))
    }

    /// What this query has exchanged with its stores so far.
    pub fn meter(&self) -> &Arc<RequestMeter> {
        &self.meter
    }

    fn lookup(&self, key: &str) -> Option<Arc<dyn ObjectStore>> {
        self.opened
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }
}

fn store_key(url: &Url) -> String {
    format!("{}://{}", url.scheme(), url.authority())
}

impl ObjectStoreRegistry for QueryStores {
    fn register_store(
        &self,
        url: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        self.opened
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(store_key(url), store)
    }

    fn get_store(&self, url: &Url) -> DataFusionResult<Arc<dyn ObjectStore>> {
        self.lookup(&store_key(url)).ok_or_else(|| {
            DataFusionError::Internal(format!("no store was opened for {}", store_key(url)))
        })
    }
}
