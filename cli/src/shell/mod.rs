//! The interactive shell: statements over many lines, completion, progress, and a line about each result.

mod completer;
mod editor;
mod meta_command;
mod progress;

use std::io::{self, ErrorKind, IsTerminal, Read};

use prismlake_engine::{QuerySource, StatementClass, sql};
use reedline::Signal;

pub use progress::{Progress, terminal_width};

use crate::Outcome;
use crate::arguments::Format;
use crate::commands::sql::{Failure, print};
use crate::output;
use crate::session::Session;
use crate::summary::summary;
use meta_command::{MetaCommand, Next};

/// The shell and what its commands change.
pub struct Shell {
    session: Session,
    format: Format,
    names: completer::Names,
}

/// Reads statements until the end of input.
pub async fn run(session: Session) -> Outcome {
    let mut shell = Shell {
        names: completer::Names::default(),
        format: Format::Table,
        session,
    };
    if !io::stdin().is_terminal() {
        return shell.run_piped().await;
    }
    shell.names.refresh(&shell.session).await;
    let mut editor = match editor::editor(&shell.session.home, shell.names.clone()) {
        Ok(editor) => editor,
        Err(error) => {
            eprintln!("the line editor could not be started: {error}");
            return Outcome::Failed;
        }
    };
    println!(
        "Prismlake {}. Statements end with `;`; \\? lists commands.",
        env!("CARGO_PKG_VERSION")
    );
    loop {
        let prompt = editor::StatementPrompt {
            database: shell.session.database.clone(),
        };
        // Reading blocks this thread alone; the runtime's others go on.
        let line = tokio::task::block_in_place(|| editor.read_line(&prompt));
        match line {
            Ok(Signal::Success(text)) => {
                if shell.input(&text).await == Next::Quit {
                    return Outcome::Succeeded;
                }
            }
            Ok(Signal::CtrlD) => return Outcome::Succeeded,
            Ok(_) => {}
            Err(error) => {
                eprintln!("the terminal cannot be read: {error}");
                return Outcome::Failed;
            }
        }
    }
}

/// How a statement ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Statement {
    Succeeded,
    Failed,
    /// Nobody reads its rows any more.
    Unread,
}

impl Shell {
    async fn run_piped(&mut self) -> Outcome {
        let mut script = String::new();
        if let Err(error) = io::stdin().read_to_string(&mut script) {
            eprintln!("standard input cannot be read: {error}");
            return Outcome::Failed;
        }
        match sql::split_script(&script) {
            Ok(statements) => {
                for statement in statements {
                    match self.statement(&statement.text).await {
                        Statement::Succeeded => {}
                        Statement::Failed => return Outcome::Failed,
                        Statement::Unread => break,
                    }
                }
                Outcome::Succeeded
            }
            Err(error) => {
                eprintln!("{error}");
                Outcome::Failed
            }
        }
    }

    /// Runs what was typed.
    async fn input(&mut self, text: &str) -> Next {
        if let Some(command) = MetaCommand::parse(text) {
            return meta_command::run(self, command).await;
        }
        match sql::split_script(text) {
            Ok(statements) => {
                for statement in statements {
                    if self.statement(&statement.text).await != Statement::Succeeded {
                        break;
                    }
                }
            }
            Err(error) => eprintln!("{error}"),
        }
        Next::Continue
    }

    /// Runs one statement and prints its rows.
    async fn statement(&mut self, text: &str) -> Statement {
        if let Some(database) = used_database(text) {
            return self.use_database(database).await;
        }
        let request = self.session.request(text, QuerySource::Shell);
        let mut handle = self.session.service.submit(request);
        let width = if io::stdout().is_terminal() {
            terminal_width()
        } else {
            None
        };
        let mut writer = output::writer(self.format, width);
        let ended = print(&mut handle, writer.as_mut(), &mut io::stdout().lock()).await;
        let report = handle.report();
        let succeeded = match ended {
            Ok(()) => Statement::Succeeded,
            Err(Failure::Query(error)) => {
                eprintln!("{error}");
                Statement::Failed
            }
            // Whoever read the rows has seen enough.
            Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {
                return Statement::Unread;
            }
            Err(Failure::Output(error)) => {
                eprintln!("the rows could not be written: {error}");
                Statement::Failed
            }
        };
        eprintln!("{}", summary(&report));
        let changes_names = report.statement_class == Some(StatementClass::Ddl)
            || report.statement_type == Some("CREATE_TABLE_AS_SELECT");
        if changes_names {
            self.names.refresh(&self.session).await;
        }
        succeeded
    }

    async fn use_database(&mut self, database: String) -> Statement {
        match self.session.service.tables(&database).await {
            Ok(_) => {
                self.session.database = database;
                self.names.refresh(&self.session).await;
                Statement::Succeeded
            }
            Err(error) => {
                eprintln!("{error}");
                Statement::Failed
            }
        }
    }
}

/// The database of `USE database`.
fn used_database(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let (first, database) = (words.next()?, words.next()?);
    (first.eq_ignore_ascii_case("USE") && words.next().is_none())
        .then(|| database.trim_matches(['`', '"', ';']).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::used_database;

    #[test]
    fn use_names_a_database_in_any_quotes() {
        assert_eq!(used_database("USE sales").as_deref(), Some("sales"));
        assert_eq!(used_database("use `Sales`").as_deref(), Some("sales"));
        assert_eq!(used_database("USE a b"), None);
        assert_eq!(used_database("SELECT 1"), None);
    }
}
