//! `GlueAddress`: which Glue catalog is meant by a URI.

use prismlake_catalog::{CatalogError, Result};

/// The scheme of Glue's catalogs.
const SCHEME: &str = "glue:";
/// Glue's bound on the ids of catalogs.
const ACCOUNT_CHARACTERS_MAX: usize = 255;
/// More than the name of any region has; it becomes a part of a host's name, which has at most 63.
const REGION_CHARACTERS_MAX: usize = 63;

/// A region and an account, each as far as it is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GlueAddress {
    /// The region; that of the environment if absent.
    pub(super) region: Option<String>,
    /// The account whose catalog is meant, Glue's `CatalogId`; that of the credentials if absent.
    pub(super) account: Option<String>,
}

impl GlueAddress {
    /// Reads `glue:`, `glue://region` or `glue://region/account-id`.
    pub(super) fn parse(uri: &str) -> Result<GlueAddress> {
        let invalid = |reason: &str| CatalogError::InvalidUri {
            // What does not look as it should may be anything, even a secret.
            uri: SCHEME.to_owned() + "…",
            reason: format!("{reason}; use glue:, glue://region or glue://region/account-id"),
        };
        let rest = uri
            .strip_prefix(SCHEME)
            .ok_or_else(|| invalid("it does not begin with `glue:`"))?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (region, account) = match rest.split_once('/') {
            Some((region, account)) => (region, account.trim_end_matches('/')),
            None => (rest, ""),
        };
        let is_region = region.len() <= REGION_CHARACTERS_MAX
            && region
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_region {
            return Err(invalid("what follows is not the name of a region"));
        }
        let is_account = account.len() <= ACCOUNT_CHARACTERS_MAX
            && account
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_:/.".contains(&byte));
        if !is_account {
            return Err(invalid("the account id has characters that no id has"));
        }
        if region.is_empty() && !account.is_empty() {
            return Err(invalid("an account is named without its region"));
        }
        let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(GlueAddress {
            region: named(region),
            account: named(account),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::GlueAddress;

    #[test]
    fn region_and_account_may_be_left_to_the_environment() {
        let parse = |uri: &str| {
            let address = GlueAddress::parse(uri).unwrap();
            (address.region, address.account)
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(parse("glue:"), (None, None));
        assert_eq!(parse("glue://"), (None, None));
        assert_eq!(parse("glue://eu-central-1"), (text("eu-central-1"), None));
        assert_eq!(
            parse("glue://eu-central-1/123456789012"),
            (text("eu-central-1"), text("123456789012"))
        );
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_text() {
        for uri in [
            "postgres://hunter2",
            "glue://user:hunter2@host",
            "glue:///hunter2",
            "glue://eu-central-1/hunter2 and more",
        ] {
            let error = GlueAddress::parse(uri).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
