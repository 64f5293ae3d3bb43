//! Opens the session: home folder, configuration, query service.

use std::path::{Path, PathBuf};

use prismlake_engine::{ErrorCode, QueryError, QueryService, ServiceOptions, Settings};

use crate::arguments::GlobalArguments;
use crate::session::Session;

/// The folder below the user's own where everything is kept unless --home says otherwise.
const HOME_FOLDER: &str = ".prismlake";

/// Opens the query service as the global arguments say.
pub async fn open_session(arguments: &GlobalArguments) -> Result<Session, QueryError> {
    let home = match &arguments.home {
        Some(home) => home.clone(),
        None => default_home()?,
    };
    let settings = match &arguments.config {
        Some(path) => read_settings(path)?,
        None => {
            let path = home.join("config.toml");
            if path.exists() {
                read_settings(&path)?
            } else {
                Settings::default()
            }
        }
    };
    let service = QueryService::open(ServiceOptions {
        home: home.clone(),
        catalog: arguments.catalog.clone(),
        settings,
    })
    .await?;
    Ok(Session {
        service,
        home,
        database: arguments.database.clone(),
        workgroup: arguments.workgroup.clone(),
    })
}

fn default_home() -> Result<PathBuf, QueryError> {
    std::env::home_dir()
        .map(|user| user.join(HOME_FOLDER))
        .ok_or_else(|| {
            QueryError::new(
                ErrorCode::InvalidConfiguration,
                "the home folder is not known; name one with --home or PRISMLAKE_HOME",
            )
        })
}

fn read_settings(path: &Path) -> Result<Settings, QueryError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        QueryError::new(
            ErrorCode::InvalidConfiguration,
            format!("{} cannot be read: {error}", path.display()),
        )
    })?;
    Settings::from_toml(&text, path)
}
