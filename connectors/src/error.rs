//! The one error type of this crate: what went wrong with which object.

use std::fmt;

use crate::object_uri::ObjectUri;

/// Result of an operation on objects.
pub type Result<T, E = ConnectorError> = std::result::Result<T, E>;

/// The kinds of failure of which a caller can make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A URI that names no object or prefix.
    InvalidUri,
    /// Settings of a store that cannot work.
    InvalidSettings,
    /// The bucket, container or root folder does not exist.
    NoSuchBucket,
    /// The object does not exist, or vanished after it was listed.
    NoSuchObject,
    /// The object changed between planning and reading.
    ObjectChanged,
    /// The credentials do not allow the operation.
    PermissionDenied,
    /// The store did not answer, or answered with a failure.
    StoreUnavailable,
    /// The object's bytes are not valid in its format.
    BadData,
    /// The object's column has a type that the declared type cannot read.
    TypeContradiction,
    /// The format, codec or type is recognised and not handled.
    NotSupported,
    /// The object or folder exists already.
    AlreadyExists,
}

/// A failure, the object it concerns, and the reason.
#[derive(Debug, thiserror::Error)]
pub struct ConnectorError {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// The object or prefix at fault, where one is.
    pub uri: Option<String>,
    /// What went wrong and what to do.
    pub message: String,
}

impl ConnectorError {
    /// A failure that concerns no object, or none yet known.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        ConnectorError {
            kind,
            uri: None,
            message: message.into(),
        }
    }

    /// Names the object at fault, unless an inner layer has named it already.
    pub fn with_uri(mut self, uri: impl fmt::Display) -> Self {
        if self.uri.is_none() {
            self.uri = Some(uri.to_string());
        }
        self
    }

    /// What an object store answered about `uri`.
    pub fn from_store(error: &object_store::Error, uri: &ObjectUri) -> Self {
        classify(error).with_uri(uri)
    }
}

impl fmt::Display for ConnectorError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.uri {
            Some(uri) => write!(formatter, "{uri}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

/// The kind of a store's error. S3 tells a missing bucket from a missing object only in its answer's body.
pub(crate) fn classify(error: &object_store::Error) -> ConnectorError {
    use object_store::Error;
    let text = error_chain(error);
    if text.contains("NoSuchBucket") {
        return ConnectorError::new(
            ErrorKind::NoSuchBucket,
            "the bucket does not exist; check the location and the endpoint",
        );
    }
    match error {
        Error::NotFound { .. } => ConnectorError::new(
            ErrorKind::NoSuchObject,
            "the object does not exist; it may have been removed after the query listed it, run the query again",
        ),
        Error::PermissionDenied { .. } => ConnectorError::new(
            ErrorKind::PermissionDenied,
            format!(
                "access denied; check the credentials and their permissions ({})",
                service_code(&text).unwrap_or("AccessDenied")
            ),
        ),
        Error::Unauthenticated { .. } => ConnectorError::new(
            ErrorKind::PermissionDenied,
            "the store did not accept the credentials; check the key pair or profile in use",
        ),
        Error::AlreadyExists { .. } => {
            ConnectorError::new(ErrorKind::AlreadyExists, "the object exists already")
        }
        Error::Precondition { .. } | Error::NotModified { .. } => ConnectorError::new(
            ErrorKind::ObjectChanged,
            "the object changed while the query read it; run the query again",
        ),
        Error::InvalidPath { .. } => ConnectorError::new(
            ErrorKind::InvalidUri,
            format!("not a valid object name: {text}"),
        ),
        Error::NotSupported { .. } | Error::NotImplemented { .. } => {
            ConnectorError::new(ErrorKind::NotSupported, text)
        }
        // Listings come without a kind of their own, whatever the store answered.
        _ if text.contains("403 Forbidden") || text.contains("401 Unauthorized") => {
            ConnectorError::new(
                ErrorKind::PermissionDenied,
                format!(
                    "access denied; check the credentials and their permissions ({})",
                    service_code(&text).unwrap_or("AccessDenied")
                ),
            )
        }
        _ if text.contains("Permission denied") => ConnectorError::new(
            ErrorKind::PermissionDenied,
            "access denied; check the file's permissions",
        ),
        _ => ConnectorError::new(
            ErrorKind::StoreUnavailable,
            format!("the object store failed; check the endpoint and the network: {text}"),
        ),
    }
}

/// The messages of an error and its causes, each once. Object store errors hold no secrets: keys travel in headers, which they omit.
fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// The `<Code>` of an S3 error document inside a message.
fn service_code(text: &str) -> Option<&str> {
    let start = text.find("<Code>")? + "<Code>".len();
    let rest = text.get(start..)?;
    rest.get(..rest.find("</Code>")?)
}
