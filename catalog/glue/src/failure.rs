//! `GlueFailure`: a call that Glue refused, or that did not reach it, and what to do about it.

use std::error::Error;
use std::fmt;

use aws_sdk_glue::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_glue::types::ErrorDetail;
use prismlake_catalog::CatalogError;

/// What is asked for is not there.
pub(super) const ENTITY_NOT_FOUND: &str = "EntityNotFoundException";
/// What is to be added is there.
pub(super) const ALREADY_EXISTS: &str = "AlreadyExistsException";
/// Somebody else changed it in the meantime.
pub(super) const CONCURRENT_MODIFICATION: &str = "ConcurrentModificationException";
/// The version given is not the current one.
pub(super) const VERSION_MISMATCH: &str = "VersionMismatchException";
/// The request is not one that Glue takes.
pub(super) const INVALID_INPUT: &str = "InvalidInputException";
/// What is stored does not fit the request, such as a value that is none of its key's type.
pub(super) const INVALID_STATE: &str = "InvalidStateException";

/// Causes of causes that a message names; none is deeper in the SDK.
const CAUSES_MAX: usize = 8;

/// A call that failed.
#[derive(Debug)]
pub(super) struct GlueFailure {
    operation: &'static str,
    code: Option<String>,
    message: String,
}

impl GlueFailure {
    /// A call as the SDK reports it.
    pub(super) fn of<E, R>(operation: &'static str, error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: fmt::Debug + 'static,
    {
        let code = error.code().map(str::to_owned);
        let message = match error.message() {
            Some(message) => message.to_owned(),
            None => causes(&error),
        };
        GlueFailure {
            operation,
            code,
            message,
        }
    }

    /// One item of a batch.
    pub(super) fn of_item(operation: &'static str, detail: Option<ErrorDetail>) -> Self {
        let (code, message) = detail.map_or((None, None), |detail| {
            (detail.error_code, detail.error_message)
        });
        GlueFailure {
            operation,
            code,
            message: message.unwrap_or_else(|| "it gives no reason".to_owned()),
        }
    }

    /// A request that lacks what Glue demands.
    pub(super) fn of_request(operation: &'static str, error: BuildError) -> Self {
        GlueFailure {
            operation,
            code: None,
            message: error.to_string(),
        }
    }

    /// An answer that cannot be right.
    pub(super) fn of_answer(operation: &'static str, problem: &str) -> Self {
        GlueFailure {
            operation,
            code: None,
            message: format!("its answer makes no sense: {problem}"),
        }
    }

    /// Glue's name for what went wrong; `None` if there was no answer that has one.
    pub(super) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What to do about it.
    fn advice(&self) -> String {
        let Some(code) = self.code() else {
            return "check that the endpoint can be reached, and the region and the credentials that are configured"
                .to_owned();
        };
        match code {
            "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => format!(
                "allow glue:{} to the role in use, and grant it in Lake Formation where that governs the catalog",
                self.operation
            ),
            "UnrecognizedClientException"
            | "InvalidSignatureException"
            | "InvalidClientTokenId"
            | "MissingAuthenticationTokenException"
            | "ExpiredToken"
            | "ExpiredTokenException" => {
                "renew or correct the AWS credentials that are configured".to_owned()
            }
            "ThrottlingException"
            | "Throttling"
            | "TooManyRequestsException"
            | "RequestLimitExceeded" => {
                "it was tried again several times; try later, or ask AWS for a higher request rate"
                    .to_owned()
            }
            "ResourceNumberLimitExceededException" => {
                "remove what is no longer needed, or ask AWS for a higher quota".to_owned()
            }
            "GlueEncryptionException" => {
                "allow the role in use to decrypt with the catalog's KMS key".to_owned()
            }
            CONCURRENT_MODIFICATION | VERSION_MISMATCH | "ResourceNotReadyException" => {
                "somebody else is changing it; try again".to_owned()
            }
            "InternalServiceException" | "OperationTimeoutException" => "try again".to_owned(),
            _ => "correct what it names and try again".to_owned(),
        }
    }
}

impl fmt::Display for GlueFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code() {
            Some(code) => write!(
                formatter,
                "AWS Glue refused {} with {code}: {}",
                self.operation, self.message
            )?,
            None => write!(
                formatter,
                "{} of AWS Glue failed: {}",
                self.operation, self.message
            )?,
        }
        write!(formatter, "; {}", self.advice())
    }
}

impl From<GlueFailure> for CatalogError {
    fn from(failure: GlueFailure) -> Self {
        CatalogError::Storage(failure.to_string())
    }
}

/// The texts of an error and its causes. Not their debug forms, which may show requests.
fn causes(error: &dyn Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause.filter(|_| texts.len() < CAUSES_MAX) {
        texts.push(error.to_string());
        cause = error.source();
    }
    texts.join(": ")
}
