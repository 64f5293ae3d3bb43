//! The command line's contract.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Queries files where they lie in object storage: Athena's SQL, a Glue-style catalog, and the bytes and cost of each query.
#[derive(Debug, Parser)]
#[command(name = "prismlake", version, about)]
pub struct Arguments {
    #[command(flatten)]
    pub global: GlobalArguments,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What holds for every command.
#[derive(Debug, Clone, Args)]
pub struct GlobalArguments {
    /// The folder of the catalog, the configuration and the warehouse [default: ~/.prismlake]
    #[arg(long, global = true, env = "PRISMLAKE_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// The configuration [default: config.toml in the home folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The catalog [default: catalog.db in the home folder]
    #[arg(long, global = true, value_name = "URI")]
    pub catalog: Option<String>,
    /// Where unqualified table names are looked up
    #[arg(long, global = true, value_name = "DB", default_value = "default")]
    pub database: String,
    /// The workgroup that queries are accounted to
    #[arg(long, global = true, value_name = "WG", default_value = "primary")]
    pub workgroup: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run statements: from -e, from -f, or from standard input
    Sql(SqlArguments),
    /// Answer clients over the network
    Serve(ServeArguments),
    /// Ask questions interactively (the default)
    Shell,
    /// Make a sample lake and show what Prismlake does with it
    Demo,
}

/// `prismlake sql`.
#[derive(Debug, Args)]
pub struct SqlArguments {
    /// Statements, separated by `;`
    #[arg(short = 'e', long = "execute", value_name = "SQL")]
    pub execute: Vec<String>,
    /// Files of statements; they run after those of -e
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How rows are printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Write the rows to a file
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What is told of each query on standard error [default: text on a terminal, none otherwise]
    #[arg(long, value_enum)]
    pub stats: Option<Stats>,
    /// Tell what would be scanned and cost, and read no data
    #[arg(long)]
    pub dry_run: bool,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Tsv,
    Json,
    Ndjson,
    Markdown,
    Arrow,
}

/// What is told of each query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stats {
    Text,
    Json,
    None,
}

/// `prismlake serve`.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Where PostgreSQL's clients connect; loopback only
    #[arg(long, value_name = "ADDR", required = true)]
    pub postgres: SocketAddr,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_arguments_may_follow_the_command() {
        let arguments = Arguments::parse_from([
            "prismlake",
            "sql",
            "-e",
            "SELECT 1",
            "-e",
            "SELECT 2",
            "--database",
            "sales",
            "--format",
            "ndjson",
        ]);
        assert_eq!(arguments.global.database, "sales");
        let Some(Command::Sql(sql)) = arguments.command else {
            panic!("not sql");
        };
        assert_eq!((sql.execute.len(), sql.format), (2, Format::Ndjson));
    }
}
