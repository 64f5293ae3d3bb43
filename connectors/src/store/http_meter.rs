//! Metering at the HTTP layer: retries, listing pages and multipart steps are each a request, as the store's own log has them.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use http_body::{Body, Frame, SizeHint};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};

use super::meter::{RequestKind, RequestMeter};

/// Connects to nothing new: every query shares one client and its connections, and counts for itself.
#[derive(Debug)]
pub(super) struct MeteredConnector {
    pub(super) client: HttpClient,
    pub(super) meter: Arc<RequestMeter>,
}

impl HttpConnector for MeteredConnector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(MeteredService {
            client: self.client.clone(),
            meter: Arc::clone(&self.meter),
        }))
    }
}

#[derive(Debug)]
struct MeteredService {
    client: HttpClient,
    meter: Arc<RequestMeter>,
}

#[async_trait]
impl HttpService for MeteredService {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let kind = request_kind(&request);
        let response = match self.client.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                // A connection that was never made is no request: the store has not seen it.
                if error.kind() != HttpErrorKind::Connect {
                    self.meter.count(kind);
                }
                return Err(error);
            }
        };
        self.meter.count(kind);
        if kind != RequestKind::Get || !response.status().is_success() {
            return Ok(response);
        }
        let meter = Arc::clone(&self.meter);
        Ok(response.map(|body| HttpResponseBody::new(MeteredBody { body, meter })))
    }
}

/// S3's operations by method and query: a GET of a bucket is a listing, every POST but a bulk delete is a step of an upload.
fn request_kind(request: &HttpRequest) -> RequestKind {
    let query = request.uri().query().unwrap_or("");
    let has = |name: &str| {
        query
            .split('&')
            .any(|pair| pair.split('=').next() == Some(name))
    };
    match *request.method() {
        Method::GET if has("list-type") => RequestKind::List,
        Method::GET => RequestKind::Get,
        Method::HEAD => RequestKind::Head,
        Method::DELETE => RequestKind::Delete,
        Method::POST if has("delete") => RequestKind::Delete,
        _ => RequestKind::Put,
    }
}

struct MeteredBody {
    body: HttpResponseBody,
    meter: Arc<RequestMeter>,
}

impl Body for MeteredBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.meter
                .count_fetched(u64::try_from(data.len()).unwrap_or(u64::MAX));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
