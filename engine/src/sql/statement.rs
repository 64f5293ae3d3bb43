//! `Statement`: every kind of statement that the engine runs, as a syntax tree.

use std::fmt;

use sqlparser::ast;

use super::hive::alter_table::AlterTable;
use super::hive::describe::Describe;
use super::table_definition::CreateExternalTable;
use crate::query::StatementClass;

/// The name of a table as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReference {
    /// The catalog, if it was named.
    pub catalog: Option<String>,
    /// The database, if it was named.
    pub database: Option<String>,
    /// The table.
    pub table: String,
}

impl fmt::Display for TableReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.catalog, &self.database].into_iter().flatten() {
            write!(formatter, "{part}.")?;
        }
        formatter.write_str(&self.table)
    }
}

/// A value of CTAS's `WITH (…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyValue {
    /// `'text'`
    Text(String),
    /// A number's text.
    Number(String),
    /// `true` or `false`
    Boolean(bool),
    /// `ARRAY['a', 'b']`
    TextArray(Vec<String>),
}

/// `CREATE TABLE … AS`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTableAs {
    /// The table to create.
    pub table: TableReference,
    /// Do nothing if it exists.
    pub if_not_exists: bool,
    /// The table's comment.
    pub comment: Option<String>,
    /// `WITH (…)`, keys in lower case.
    pub properties: Vec<(String, PropertyValue)>,
    /// The rows.
    pub query: Box<ast::Query>,
    /// False for `WITH NO DATA`.
    pub with_data: bool,
}

/// `INSERT INTO`.
#[derive(Debug, Clone, PartialEq)]
pub struct InsertInto {
    /// The table to add to.
    pub table: TableReference,
    /// The columns that the query's columns go to; all, in order, when empty.
    pub columns: Vec<String>,
    /// The rows.
    pub query: Box<ast::Query>,
}

/// `UNLOAD`.
#[derive(Debug, Clone, PartialEq)]
pub struct Unload {
    /// The rows.
    pub query: Box<ast::Query>,
    /// The prefix below which the files are written.
    pub location: String,
    /// `WITH (…)`, keys in lower case.
    pub properties: Vec<(String, PropertyValue)>,
}

/// What EXPLAIN tells of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExplainType {
    /// The plan before it is spread over threads.
    Logical,
    /// The plan as it runs.
    #[default]
    Distributed,
    /// Whether the statement is valid.
    Validate,
    /// What is read and written.
    Io,
}

/// How EXPLAIN tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExplainFormat {
    /// For people.
    #[default]
    Text,
    /// A graph in the DOT language.
    Graphviz,
    /// JSON
    Json,
}

/// `EXPLAIN`.
#[derive(Debug, Clone, PartialEq)]
pub struct Explain {
    /// Run it and show what each operator did.
    pub analyze: bool,
    /// With ANALYZE: in more detail.
    pub verbose: bool,
    /// `TYPE`
    pub plan_type: ExplainType,
    /// `FORMAT`
    pub format: ExplainFormat,
    /// A query, CTAS, INSERT or UNLOAD.
    pub statement: Box<Statement>,
}

/// As whom a view reads its tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ViewSecurity {
    /// As the one who created it.
    #[default]
    Definer,
    /// As the one who queries it.
    Invoker,
}

/// `CREATE VIEW`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateView {
    /// The view to create.
    pub view: TableReference,
    /// Replace one of that name.
    pub or_replace: bool,
    /// The view's comment.
    pub comment: Option<String>,
    /// `SECURITY`
    pub security: ViewSecurity,
    /// Its rows.
    pub query: Box<ast::Query>,
    /// The query's text as it was written, which is what is stored.
    pub query_text: String,
}

/// `PREPARE`.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepare {
    /// The name by which it is executed.
    pub name: String,
    /// A query, CTAS, INSERT or UNLOAD, or EXPLAIN of one. Its parameters are placeholders `?1`, `?2`, ….
    pub statement: Box<Statement>,
    /// The statement's text as it was written, which is what is stored.
    pub text: String,
}

/// `EXECUTE IMMEDIATE`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecuteImmediate {
    /// What the text says, as in [`Prepare`].
    pub statement: Box<Statement>,
    /// The text.
    pub text: String,
    /// The values of its parameters.
    pub parameters: Vec<ast::Expr>,
}

/// `LIKE 'pattern' [ESCAPE 'c']` of a SHOW statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikePattern {
    /// With `%` and `_`.
    pub pattern: String,
    /// What makes these plain characters.
    pub escape: Option<String>,
}

/// `ANALYZE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analyze {
    /// The table.
    pub table: TableReference,
    /// The keys whose values choose partitions; a key without a value chooses all. Empty for the whole table.
    pub partition: Vec<(String, Option<String>)>,
    /// The columns to tell of; all when empty.
    pub columns: Vec<String>,
}

/// What MSCK REPAIR TABLE does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MsckMode {
    /// Adds partitions for folders that have none.
    Add,
    /// Drops partitions whose folders are gone.
    Drop,
    /// Both.
    Sync,
}

/// How a partition specification compares a key: `=` everywhere, the others in DROP PARTITION.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartitionComparison {
    /// `=`
    Equal,
    /// `<>` or `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// `PARTITION (key = 'value', …)`, in the order written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionSpec(pub Vec<(String, PartitionComparison, String)>);

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// A query.
    Query(Box<ast::Query>),
    /// Shows a query's plan.
    Explain(Explain),
    /// Writes a query's rows as a new table.
    CreateTableAs(CreateTableAs),
    /// `UNLOAD`
    Unload(Unload),
    /// `CREATE VIEW`
    CreateView(CreateView),
    /// `DROP VIEW`
    DropView {
        /// The view.
        view: TableReference,
        /// Do nothing if it does not exist.
        if_exists: bool,
    },
    /// `PREPARE`
    Prepare(Prepare),
    /// `EXECUTE`
    Execute {
        /// The prepared statement's name.
        name: String,
        /// The values of its parameters.
        parameters: Vec<ast::Expr>,
    },
    /// `EXECUTE IMMEDIATE`
    ExecuteImmediate(ExecuteImmediate),
    /// `DEALLOCATE PREPARE`
    DeallocatePrepare {
        /// The prepared statement's name.
        name: String,
    },
    /// `DESCRIBE INPUT`
    DescribeInput {
        /// The prepared statement's name.
        name: String,
    },
    /// `DESCRIBE OUTPUT`
    DescribeOutput {
        /// The prepared statement's name.
        name: String,
    },
    /// Adds a query's rows to a table.
    InsertInto(InsertInto),
    /// `CREATE DATABASE`
    CreateDatabase {
        /// Its name.
        name: String,
        /// Do nothing if it exists.
        if_not_exists: bool,
        /// Its comment.
        comment: Option<String>,
        /// Where its tables lie.
        location: Option<String>,
        /// `WITH DBPROPERTIES`
        properties: Vec<(String, String)>,
    },
    /// `ALTER DATABASE … SET DBPROPERTIES`
    AlterDatabase {
        /// Its name.
        name: String,
        /// What is added to its properties.
        properties: Vec<(String, String)>,
    },
    /// `DROP DATABASE`
    DropDatabase {
        /// Its name.
        name: String,
        /// Do nothing if it does not exist.
        if_exists: bool,
        /// Drop its tables as well.
        cascade: bool,
    },
    /// `CREATE EXTERNAL TABLE`
    CreateExternalTable(Box<CreateExternalTable>),
    /// `DROP TABLE`
    DropTable {
        /// The table.
        table: TableReference,
        /// Do nothing if it does not exist.
        if_exists: bool,
    },
    /// `MSCK REPAIR TABLE`
    MsckRepairTable {
        /// The table.
        table: TableReference,
        /// What to do.
        mode: MsckMode,
    },
    /// `ANALYZE`
    Analyze(Analyze),
    /// `ALTER TABLE` of columns, places and properties
    AlterTable(Box<AlterTable>),
    /// `ALTER TABLE … ADD PARTITION`
    AddPartitions {
        /// The table.
        table: TableReference,
        /// Leave those that exist alone.
        if_not_exists: bool,
        /// The partitions, each with its location where one was given.
        partitions: Vec<(PartitionSpec, Option<String>)>,
    },
    /// `ALTER TABLE … DROP PARTITION`
    DropPartitions {
        /// The table.
        table: TableReference,
        /// Pass over those that do not exist.
        if_exists: bool,
        /// Which ones; each may name some of the keys.
        partitions: Vec<PartitionSpec>,
    },
    /// `SHOW DATABASES`
    ShowDatabases {
        /// Which ones.
        pattern: Option<String>,
    },
    /// `SHOW TABLES`
    ShowTables {
        /// Of this database.
        database: Option<String>,
        /// Which ones.
        pattern: Option<String>,
    },
    /// `SHOW VIEWS`
    ShowViews {
        /// Of this database.
        database: Option<String>,
        /// Which ones.
        pattern: Option<String>,
    },
    /// `SHOW PARTITIONS`
    ShowPartitions {
        /// The table.
        table: TableReference,
    },
    /// `SHOW COLUMNS`
    ShowColumns {
        /// The table.
        table: TableReference,
    },
    /// `SHOW CREATE TABLE`
    ShowCreateTable {
        /// The table.
        table: TableReference,
    },
    /// `SHOW CREATE VIEW`
    ShowCreateView {
        /// The view.
        view: TableReference,
    },
    /// `SHOW CATALOGS`
    ShowCatalogs {
        /// Which ones.
        like: Option<LikePattern>,
    },
    /// `SHOW FUNCTIONS`
    ShowFunctions {
        /// Which ones.
        like: Option<LikePattern>,
    },
    /// `SHOW SESSION`
    ShowSession {
        /// Which settings.
        like: Option<LikePattern>,
    },
    /// `SHOW TBLPROPERTIES`
    ShowTableProperties {
        /// The table.
        table: TableReference,
        /// One property alone.
        key: Option<String>,
    },
    /// `DESCRIBE`
    Describe(Describe),
}

/// The name and class by which clients know a kind of statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementKind {
    /// Such as `SELECT` or `CREATE_EXTERNAL_TABLE`.
    pub name: &'static str,
    /// How Athena classes it.
    pub class: StatementClass,
}

impl Statement {
    /// The query that it runs, explains or writes, if it has one.
    pub fn query(&self) -> Option<&ast::Query> {
        match self {
            Statement::Query(query) => Some(query),
            Statement::CreateTableAs(create) => Some(&create.query),
            Statement::InsertInto(insert) => Some(&insert.query),
            Statement::Unload(unload) => Some(&unload.query),
            Statement::Explain(explain) => explain.statement.query(),
            _ => None,
        }
    }

    /// The same, to put parameters in.
    pub(super) fn query_mut(&mut self) -> Option<&mut ast::Query> {
        match self {
            Statement::Query(query) => Some(query),
            Statement::CreateTableAs(create) => Some(&mut create.query),
            Statement::InsertInto(insert) => Some(&mut insert.query),
            Statement::Unload(unload) => Some(&mut unload.query),
            Statement::Explain(explain) => explain.statement.query_mut(),
            _ => None,
        }
    }

    /// What kind of statement it is.
    pub fn kind(&self) -> StatementKind {
        use StatementClass::{Ddl, Dml, Utility};
        let (name, class) = match self {
            Statement::Query(_) => ("SELECT", Dml),
            Statement::Explain(explain) if explain.analyze => ("EXPLAIN", Dml),
            Statement::Explain(_) => ("EXPLAIN", Utility),
            Statement::CreateTableAs(_) => ("CREATE_TABLE_AS_SELECT", Dml),
            Statement::Unload(_) => ("UNLOAD", Dml),
            Statement::InsertInto(_) => ("INSERT", Dml),
            Statement::CreateView(_) => ("CREATE_VIEW", Ddl),
            Statement::DropView { .. } => ("DROP_VIEW", Ddl),
            Statement::Prepare(_) => ("PREPARE", Ddl),
            Statement::DeallocatePrepare { .. } => ("DEALLOCATE", Ddl),
            Statement::Execute { .. } | Statement::ExecuteImmediate(_) => ("EXECUTE", Dml),
            Statement::CreateDatabase { .. } => ("CREATE_DATABASE", Ddl),
            Statement::AlterDatabase { .. } => ("ALTER_DATABASE_SET_DBPROPERTIES", Ddl),
            Statement::DropDatabase { .. } => ("DROP_DATABASE", Ddl),
            Statement::CreateExternalTable(_) => ("CREATE_EXTERNAL_TABLE", Ddl),
            Statement::DropTable { .. } => ("DROP_TABLE", Ddl),
            Statement::Analyze(_) => ("ANALYZE_TABLE", Ddl),
            Statement::MsckRepairTable { .. } => ("MSCK_REPAIR_TABLE", Ddl),
            Statement::AlterTable(alter) => (alter.kind_name(), Ddl),
            Statement::AddPartitions { .. } => ("ALTER_TABLE_ADD_PARTITION", Ddl),
            Statement::DropPartitions { .. } => ("ALTER_TABLE_DROP_PARTITION", Ddl),
            Statement::ShowDatabases { .. } => ("SHOW_DATABASES", Utility),
            Statement::ShowTables { .. } => ("SHOW_TABLES", Utility),
            Statement::ShowViews { .. } => ("SHOW_VIEWS", Utility),
            Statement::ShowPartitions { .. } => ("SHOW_PARTITIONS", Utility),
            Statement::ShowColumns { .. } => ("SHOW_COLUMNS", Utility),
            Statement::ShowCreateTable { .. } => ("SHOW_CREATE_TABLE", Utility),
            Statement::ShowTableProperties { .. } => ("SHOW_TBLPROPERTIES", Utility),
            Statement::ShowCreateView { .. } => ("SHOW_CREATE_VIEW", Utility),
            Statement::ShowCatalogs { .. } => ("SHOW_CATALOGS", Utility),
            Statement::ShowFunctions { .. } => ("SHOW_FUNCTIONS", Utility),
            Statement::ShowSession { .. } => ("SHOW_SESSION", Utility),
            Statement::DescribeInput { .. } => ("DESCRIBE_INPUT", Utility),
            Statement::DescribeOutput { .. } => ("DESCRIBE_OUTPUT", Utility),
            Statement::Describe(_) => ("DESCRIBE_TABLE", Utility),
        };
        StatementKind { name, class }
    }
}
