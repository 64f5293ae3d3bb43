//! The listener of HTTP requests, and which of them is answered by whom.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use prismlake_engine::QueryService;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::crawler_events;
use crate::listener::{ServerError, listen, serve_connections};

/// What is answered: a status and a JSON document.
pub(super) type Answer = (StatusCode, Value);

/// A listening endpoint.
#[derive(Debug)]
pub struct HttpEndpoint {
    listener: TcpListener,
    address: SocketAddr,
}

impl HttpEndpoint {
    /// Listens on a loopback address; port 0 takes any free one.
    pub async fn bind(address: SocketAddr) -> Result<Self, ServerError> {
        let (listener, address) = listen(address).await?;
        Ok(HttpEndpoint { listener, address })
    }

    /// The address, with the port that was taken.
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` ends; connections then end with it.
    pub async fn serve(self, service: QueryService, shutdown: impl Future<Output = ()> + Send) {
        serve_connections(self.listener, shutdown, |socket, peer| {
            let service = service.clone();
            async move {
                let answers = service_fn(move |request| answer(service.clone(), request));
                let served = hyper::server::conn::http1::Builder::new()
                    .timer(TokioTimer::new())
                    .serve_connection(TokioIo::new(socket), answers)
                    .await;
                if let Err(error) = served {
                    tracing::debug!(%peer, %error, "the connection ended");
                }
            }
        })
        .await;
    }
}

async fn answer(
    service: QueryService,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (status, body) = match (request.method(), parts.as_slice()) {
        (&Method::POST, ["crawlers", name, "events"]) => {
            crawler_events::post(&service, name, request.into_body()).await
        }
        (_, ["crawlers", _, "events"]) => (
            StatusCode::METHOD_NOT_ALLOWED,
            json!({"message": "events are posted"}),
        ),
        _ => (
            StatusCode::NOT_FOUND,
            json!({"message": format!("there is nothing at {path}; POST /crawlers/NAME/events takes S3 event notifications")}),
        ),
    };
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(
        hyper::header::CONTENT_TYPE,
        hyper::header::HeaderValue::from_static("application/json"),
    );
    Ok(response)
}
