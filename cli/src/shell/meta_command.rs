//! The shell's own commands, which begin with a backslash as psql's do.

use clap::ValueEnum;

use super::Shell;
use crate::arguments::Format;
use crate::summary::{bytes, dollars};

/// Queries that \history shows.
const HISTORY_SHOWN: usize = 20;

/// What the shell does after a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    Continue,
    Quit,
}

/// A command of the shell.
#[derive(Debug, PartialEq, Eq)]
pub enum MetaCommand {
    Quit,
    Help,
    List,
    Describe(String),
    Format(Option<String>),
    History,
    Unknown(String),
}

impl MetaCommand {
    /// The command in a line, if it is one.
    pub fn parse(line: &str) -> Option<MetaCommand> {
        let mut words = line.trim().trim_end_matches(';').split_whitespace();
        let name = words.next()?;
        let argument = words.next().map(str::to_owned);
        Some(match (name.to_ascii_lowercase().as_str(), argument) {
            ("\\q" | "exit" | "quit", None) => MetaCommand::Quit,
            ("\\?" | "\\h" | "\\help", _) => MetaCommand::Help,
            ("\\d" | "\\dt", None) => MetaCommand::List,
            ("\\d", Some(table)) => MetaCommand::Describe(table),
            ("\\format", format) => MetaCommand::Format(format),
            ("\\history", _) => MetaCommand::History,
            (other, _) if other.starts_with('\\') => MetaCommand::Unknown(name.to_owned()),
            _ => return None,
        })
    }
}

const HELP: &str = "\
Statements end with `;`. Ctrl-C cancels a running query, Ctrl-D leaves.
  USE database     where unqualified table names are looked up
  \\d               list tables            \\d table    describe a table
  \\format NAME     table, csv, tsv, json, ndjson, markdown
  \\history         the newest queries with what they scanned and cost
  \\q               leave";

/// Runs a command.
pub async fn run(shell: &mut Shell, command: MetaCommand) -> Next {
    match command {
        MetaCommand::Quit => return Next::Quit,
        MetaCommand::Help => println!("{HELP}"),
        MetaCommand::List => {
            shell.statement("SHOW TABLES").await;
        }
        MetaCommand::Describe(table) => {
            shell.statement(&format!("DESCRIBE {table}")).await;
        }
        MetaCommand::Format(None) => {
            println!(
                "{}",
                shell
                    .format
                    .to_possible_value()
                    .map_or_else(String::new, |value| value.get_name().to_owned())
            );
        }
        MetaCommand::Format(Some(name)) => match Format::from_str(&name, true) {
            Ok(Format::Arrow) | Err(_) => {
                eprintln!(
                    "'{name}' is not a format; there are table, csv, tsv, json, ndjson and markdown"
                );
            }
            Ok(format) => shell.format = format,
        },
        MetaCommand::History => history(shell).await,
        MetaCommand::Unknown(name) => eprintln!("{name} is not a command; \\? lists them"),
    }
    Next::Continue
}

async fn history(shell: &Shell) {
    let records = match shell.session.service.history(HISTORY_SHOWN).await {
        Ok(records) => records,
        Err(error) => return eprintln!("{error}"),
    };
    for record in records.iter().rev() {
        let scanned = record
            .report
            .get("data_scanned_bytes")
            .and_then(serde_json::Value::as_u64);
        let cost = record
            .report
            .get("cost_usd")
            .and_then(serde_json::Value::as_f64);
        println!(
            "{}  {:9}  {:>10}  {:>10}  {}",
            record.submitted_at.format("%Y-%m-%d %H:%M:%S"),
            record.state,
            bytes(scanned.unwrap_or(0)),
            dollars(cost.unwrap_or(0.0)),
            record
                .statement
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_statements() {
        assert_eq!(MetaCommand::parse("\\q"), Some(MetaCommand::Quit));
        assert_eq!(MetaCommand::parse("exit;"), Some(MetaCommand::Quit));
        assert_eq!(
            MetaCommand::parse("\\d events"),
            Some(MetaCommand::Describe("events".to_owned()))
        );
        assert_eq!(MetaCommand::parse("SELECT 1;"), None);
    }
}
