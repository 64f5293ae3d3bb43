//! Include paths: what a crawler's targets amount to.

use prismlake_connectors::ObjectUri;

use super::exclusion::ExclusionPatterns;
use crate::error::{CatalogError, Result};
use crate::model::{Crawler, S3Target};

/// A prefix, or one object, that is looked at.
#[derive(Debug, Clone)]
pub struct IncludePath {
    /// As it was given.
    pub uri: ObjectUri,
    /// What is left out.
    pub exclusions: ExclusionPatterns,
    /// As they were given.
    pub exclusion_texts: Vec<String>,
    /// How many files of each folder are read at most.
    pub sample_size: Option<usize>,
}

impl IncludePath {
    /// The include path of a target.
    pub fn of(crawler: &Crawler, target: &S3Target) -> Result<Self> {
        let invalid = |reason: String| CatalogError::InvalidCrawler {
            crawler: crawler.name.clone(),
            reason,
        };
        // Glue's console writes paths without their scheme.
        let path = if target.path.contains("://") || target.path.starts_with('/') {
            target.path.clone()
        } else {
            format!("s3://{}", target.path)
        };
        let path = if path.starts_with('/') {
            format!("file://{path}")
        } else {
            path
        };
        let sample_size = match target.sample_size {
            None => None,
            Some(size @ 1..=249) => usize::try_from(size).ok(),
            Some(size) => {
                return Err(invalid(format!("SampleSize is {size}; it can be 1 to 249")));
            }
        };
        Ok(IncludePath {
            uri: ObjectUri::parse(&path)?,
            exclusions: ExclusionPatterns::parse(&target.exclusions)
                .map_err(|error| invalid(error.to_string()))?,
            exclusion_texts: target.exclusions.clone(),
            sample_size,
        })
    }

    /// The key up to which paths are cut to what is below.
    pub fn prefix(&self) -> ObjectUri {
        self.uri.as_prefix()
    }
}
