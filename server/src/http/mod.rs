//! HTTP: where stores send word of what happened to their objects.

mod crawler_events;
mod endpoint;

pub use endpoint::HttpEndpoint;
