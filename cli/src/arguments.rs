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
    /// Turn prefixes into tables
    Crawl(Box<CrawlArguments>),
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

/// `prismlake crawl`.
#[derive(Debug, Args)]
pub struct CrawlArguments {
    /// The crawler; with --target it is defined or defined anew and then run
    #[arg(value_name = "NAME", required_unless_present_any = ["target", "list"])]
    pub name: Option<String>,
    /// A prefix or an object to look at
    #[arg(long, value_name = "URI")]
    pub target: Vec<String>,
    /// What is left out below the targets: a glob as Glue has it
    #[arg(long, value_name = "GLOB", requires = "target")]
    pub exclude: Vec<String>,
    /// How many files of each folder are read, 1 to 249
    #[arg(long, value_name = "N", requires = "target")]
    pub sample_size: Option<u32>,
    /// Where the tables go [default: that of --database]
    #[arg(long, value_name = "DB", requires = "target")]
    pub target_database: Option<String>,
    /// What the tables' names begin with
    #[arg(long, value_name = "PREFIX", requires = "target")]
    pub table_prefix: Option<String>,
    /// Glue's JSON of a crawler's Configuration
    #[arg(long, value_name = "JSON", requires = "target")]
    pub configuration: Option<String>,
    /// Custom classifiers, tried in order: those of --define-classifiers or of earlier runs
    #[arg(long, value_name = "NAME", requires = "target")]
    pub classifier: Vec<String>,
    /// A file of classifiers to define: a JSON array of them as Glue has them
    #[arg(long, value_name = "FILE")]
    pub define_classifiers: Option<PathBuf>,
    /// Which folders are looked at again
    #[arg(long, value_enum, default_value_t = Recrawl::Everything, requires = "target")]
    pub recrawl: Recrawl,
    /// What becomes of tables whose schema changed
    #[arg(long, value_enum, default_value_t = OnUpdate::Update, requires = "target")]
    pub on_update: OnUpdate,
    /// What becomes of tables and partitions that are gone
    #[arg(long, value_enum, default_value_t = OnDelete::Deprecate, requires = "target")]
    pub on_delete: OnDelete,
    /// When `serve` runs it by itself, as Glue has it: cron(…) or rate(…)
    #[arg(
        long,
        value_name = "EXPRESSION",
        requires = "target",
        requires = "name"
    )]
    pub schedule: Option<String>,
    /// A file of S3 event notifications (- for standard input): only the folders that they name are looked at
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = CrawlFormat::Table)]
    pub format: CrawlFormat,
    /// Print the runs of the crawler so far, and run nothing
    #[arg(long, conflicts_with = "list", requires = "name")]
    pub history: bool,
    /// Print the crawlers, and run nothing
    #[arg(long)]
    pub list: bool,
}

/// Which folders a crawler looks at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Recrawl {
    Everything,
    NewFolders,
    Events,
}

/// What becomes of tables whose schema changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnUpdate {
    Update,
    AddColumns,
    Log,
}

/// What becomes of tables and partitions that are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnDelete {
    Deprecate,
    Delete,
    Log,
}

/// How the outcome of a crawl is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CrawlFormat {
    Table,
    Json,
}

/// `prismlake serve`.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Where PostgreSQL's clients connect; loopback only
    #[arg(long, value_name = "ADDR", required_unless_present = "http")]
    pub postgres: Option<SocketAddr>,
    /// Where stores send event notifications, to /crawlers/NAME/events; loopback only
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,
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
