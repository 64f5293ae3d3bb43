//! Faults: how requests for some keys fail.

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;

/// A fault of the requests for keys with a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 403, whatever is asked.
    Deny,
    /// 404 when it is read, although it is listed.
    Vanish,
    /// 503 to everything.
    Unavailable,
}

impl Fault {
    /// The answer in place of the server's own, if the fault concerns such a request.
    pub(crate) fn answer(self, is_listing: bool) -> Option<Response<Full<Bytes>>> {
        let (status, code) = match self {
            Fault::Deny => (StatusCode::FORBIDDEN, "AccessDenied"),
            Fault::Vanish if is_listing => return None,
            Fault::Vanish => (StatusCode::NOT_FOUND, "NoSuchKey"),
            Fault::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
        };
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
        );
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        Some(response)
    }
}
