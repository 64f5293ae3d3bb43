//! `POST /crawlers/NAME/events`: S3 event notifications, whose folders the crawler looks at before the answer comes.

use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::StatusCode;
use hyper::body::Incoming;
use prismlake_catalog::CatalogError;
use prismlake_catalog::crawler::run::CrawlMode;
use prismlake_catalog::crawler::s3_events::parse_events;
use prismlake_engine::{CrawlRequest, QueryService};
use serde_json::json;

use super::endpoint::Answer;

/// Bytes of a message at most: a notification takes some hundred.
const MESSAGE_BYTES_MAX: usize = 4 << 20;

pub(super) async fn post(service: &QueryService, name: &str, body: Incoming) -> Answer {
    let refused = |status: StatusCode, message: String| (status, json!({"message": message}));
    let message = match Limited::new(body, MESSAGE_BYTES_MAX).collect().await {
        Ok(message) => message.to_bytes(),
        Err(error) => return refused(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
    };
    let events = match parse_events(&message) {
        Ok(events) => events,
        Err(error) => return refused(StatusCode::BAD_REQUEST, error.to_string()),
    };
    let crawler = match service.catalog().crawler(name).await {
        Ok(Some(crawler)) => crawler,
        Ok(None) => {
            let error = CatalogError::CrawlerNotFound(name.to_owned());
            return refused(StatusCode::NOT_FOUND, error.to_string());
        }
        Err(error) => return refused(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    };
    // A test event, or one of a kind that concerns no crawler.
    if events.is_empty() {
        return (StatusCode::OK, json!({"events": 0}));
    }
    let count = events.len();
    let request = CrawlRequest {
        crawler,
        mode: CrawlMode::Apply,
        events: Some(events),
        progress: Arc::default(),
    };
    match service.crawl(request).await {
        Ok(outcome) => (
            StatusCode::OK,
            json!({
                "events": count,
                "crawl_id": outcome.record.crawl_id,
                "counts": outcome.record.counts,
            }),
        ),
        // Whoever sends events sends them again, as S3 and its queues do.
        Err(error @ CatalogError::CrawlerRunning(_)) => {
            refused(StatusCode::CONFLICT, error.to_string())
        }
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}
