//! No statement, however wrong, makes analysis, planning or a query panic, hang, overflow the stack or fail as a defect of the
//! engine: what fails is the user's error, with Trino's code.
//!
//! Every run tries some thousand statements, one for each seed from 0 on. `scripts/fuzz plan` tries them for as long as it is told
//! to; `PRISMLAKE_FUZZ_SEED` is the seed to begin with.

mod lake;
mod mutation;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError, mpsc};
use std::time::{Duration, Instant};

use lake::TestLake;
use mutation::Numbers;
use mutation::statements::Corpus;
use prismlake_engine::settings::LimitSettings;
use prismlake_engine::sql::{STATEMENT_BYTES_MAX, Statement, parse, split_script};
use prismlake_engine::{
    ErrorCategory, ErrorCode, QueryError, QueryRequest, QueryService, ResultText, Settings,
    column_type,
};

/// Statements in a run without `PRISMLAKE_FUZZ_SECONDS`.
const STATEMENTS: u64 = 2_000;

/// Where a run for some time begins.
const LONG_RUN_SEED: u64 = 1_000_000;

/// How long a statement may compute. Joins and recursions that go on for longer are no defect.
const COMPUTING_SECONDS_MAX: f64 = 3.0;

/// How long it may then compute until it stops; more than any step takes in a debug build.
const STOPPING_SECONDS_MAX: f64 = 20.0;

/// How long nothing may happen, computing or not.
const IDLE_SECONDS_MAX: u64 = 300;

/// Rows that are looked at.
const ROWS_MAX: usize = 10_000;

/// Different failures after which a run ends.
const FINDS_MAX: usize = 40;

/// What only texts of DataFusion and Arrow have in them. An error with one of them was not foreseen, whatever its code.
const FOREIGN_WORDS: &[&str] = &[
    "Int64",
    "Int32",
    "Float64",
    "Utf8",
    "List(",
    "Struct(",
    "Decimal128",
    "Boolean",
    "DataFusion",
    "datafusion",
    "Arrow",
    "arrow",
    "column types must match",
    "No field named",
    "Schema {",
    "SchemaError",
    "Schema error",
    "schema error",
    "physical",
    "Physical plan",
    "Subquery",
    "logical plan",
    "Error during",
    "Internal",
    "Optimizer",
    "LogicalPlan",
    "__",
];

/// A table of every type that files hold, one with some of the same columns, and a view of all types.
const TABLES: &[&str] = &[
    "CREATE TABLE t AS SELECT a, b, c, d, e, f, g, h, CAST(i AS row(p bigint, q array(varchar))) AS i,
        j, k, l, m, n FROM (VALUES
        (BIGINT '1', 1, 'x', DATE '2024-02-29', 1.5e0, DECIMAL '1.50', ARRAY[1, NULL, 3], MAP(ARRAY['x', 'y'], ARRAY[1, NULL]),
         ROW(BIGINT '1', ARRAY['p']), true, TIMESTAMP '2024-03-31 02:30:00.123', X'00FF', REAL '1.5', CAST('abc' AS char(3))),
        (2, 1, 'é\u{1F600}', DATE '1969-12-31', nan(), DECIMAL '-99999999.99', ARRAY[], MAP(ARRAY['é'], ARRAY[0]),
         ROW(NULL, NULL), false, TIMESTAMP '1969-12-31 23:59:59.999', X'', nan(), ''),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (4611686018427387904, 2147483647, '', DATE '9999-12-31', 1e308, DECIMAL '99999999.99', NULL, MAP(),
         NULL, NULL, TIMESTAMP '9999-12-31 23:59:59.999', NULL, infinity(), ' '),
        (-9223372036854775808, -2147483648, '{\"a\": [1, null]}', DATE '0001-01-01', -1e308, DECIMAL '0.00', ARRAY[2147483646], NULL,
         ROW(-1, ARRAY[]), true, TIMESTAMP '0001-01-01 00:00:00', X'80', REAL '-0.0', 'é')
        ) AS v (a, b, c, d, e, f, g, h, i, j, k, l, m, n)",
    "CREATE TABLE u AS SELECT * FROM (VALUES (BIGINT '1', 1, 'x', DATE '2024-02-29'), (2, 3, 'y', NULL), (NULL, 2, NULL, DATE '2000-01-01'))
        AS v (a, b, c, d)",
    "CREATE VIEW types AS SELECT *, TRY_CAST(c AS json) AS o, CAST(k AS time) AS p, CAST(k AS time(6) with time zone) AS q,
        with_timezone(k, 'Europe/Berlin') AS r, b * INTERVAL '1' SECOND AS s, TRY(b * INTERVAL '1' MONTH) AS v,
        IF(a = 1, UUID '00000000-0000-0000-0000-000000000001') AS w, IF(a > 0, IPADDRESS '::1') AS x,
        CAST(a AS decimal(38, 19)) AS y, IF(b > 0, ST_Point(b, e)) AS z FROM t",
];

/// The panics since they were last asked for, in whatever thread.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn panics() -> std::sync::MutexGuard<'static, Vec<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers panics instead of printing them: what catches them later does not tell where they began.
fn watch_panics() {
    std::panic::set_hook(Box::new(|panic| panics().push(panic.to_string())));
}

/// The statements of one of our own files.
fn script(name: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name);
    let script = std::fs::read_to_string(file).unwrap();
    let statements = split_script(&script).unwrap().into_iter();
    statements.map(|statement| statement.text).collect()
}

/// Our own queries and those of the sqllogictest files.
fn corpus() -> Corpus {
    let mut texts = script("queries.sql");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sql-tests/tests/slt");
    for file in lake::files(&folder) {
        let text = std::fs::read_to_string(file).unwrap();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("query") || line.starts_with("statement") {
                let lines = lines.by_ref();
                let statement: Vec<&str> = lines
                    .take_while(|line| !line.is_empty() && *line != "----")
                    .collect();
                texts.push(statement.join("\n"));
            }
        }
    }
    texts.retain(|text| is_query(text));
    assert!(texts.len() > 1_000, "{} queries", texts.len());
    Corpus::new(texts.iter().map(String::as_str))
}

fn is_query(text: &str) -> bool {
    text.len() <= STATEMENT_BYTES_MAX
        && matches!(parse(text), Ok(Statement::Query(_) | Statement::Explain(_)))
}

/// A seed's statement: the first of some mutations that parses.
fn statement(corpus: &Corpus, seed: u64) -> Option<String> {
    let mut numbers = Numbers::new(seed);
    (0..10)
        .map(|_| corpus.mutated(&mut numbers))
        .find(|text| is_query(text))
}

/// Runs a query for some rows or some time. An error of the user is as good as rows.
async fn run(service: QueryService, text: String) -> Result<usize, QueryError> {
    let mut handle = service.submit(QueryRequest::new(text));
    let mut rows = 0;
    while let Some(batch) = handle.next().await {
        let batch = batch?;
        for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let cells = ResultText::new(column, &column_type(field))
                .map_err(|error| QueryError::internal(error.to_string()))?;
            let mut text = String::new();
            for row in (0..batch.num_rows()).filter(|row| !cells.is_null(*row)) {
                text.clear();
                cells
                    .write(row, &mut text)
                    .map_err(|error| QueryError::internal(error.to_string()))?;
            }
        }
        rows += batch.num_rows();
        if rows > ROWS_MAX {
            break;
        }
    }
    Ok(rows)
}

/// How a statement ended that is no defect.
#[derive(PartialEq)]
enum Ending {
    Rows,
    UserError,
    Endless,
}

/// Tries a statement in a runtime of its own, as a server would. The error says what the defect is.
fn tried(service: &QueryService, text: &str) -> Result<Ending, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (sender, receiver) = mpsc::channel();
    let query = run(service.clone(), text.to_owned());
    let task = runtime.spawn(async move {
        let _ = sender.send(query.await);
    });
    let ended = awaited(&receiver, COMPUTING_SECONDS_MAX);
    task.abort();
    let (sender, stopped) = mpsc::channel();
    std::thread::spawn(move || {
        drop(runtime);
        let _ = sender.send(());
    });
    let stopped = awaited(&stopped, STOPPING_SECONDS_MAX);
    if let Some(panic) = std::mem::take(&mut *panics()).into_iter().next() {
        return Err(panic);
    }
    if stopped.is_none() {
        return Err("does not stop".to_owned());
    }
    match ended {
        Some(Ok(_)) => Ok(Ending::Rows),
        Some(Err(error)) if error.code.category() == ErrorCategory::System => {
            Err(error.to_string())
        }
        Some(Err(error)) => match foreign_word(&error.message, text) {
            Some(_) => Err(format!("not foreseen: {error}")),
            None => Ok(Ending::UserError),
        },
        None => Ok(Ending::Endless),
    }
}

/// What comes within so many seconds of this process's computing.
fn awaited<T>(receiver: &mpsc::Receiver<T>, seconds_max: f64) -> Option<T> {
    let (start, before) = (Instant::now(), computed_seconds());
    loop {
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok(value) => return Some(value),
            Err(mpsc::RecvTimeoutError::Disconnected) => return None,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        let computed = match (before, computed_seconds()) {
            (Some(before), Some(now)) => now - before,
            _ => start.elapsed().as_secs_f64(),
        };
        if computed > seconds_max || start.elapsed().as_secs() > IDLE_SECONDS_MAX {
            return None;
        }
    }
}

/// How long this process has computed, where Linux tells it in hundredths of seconds: on a busy machine the clock says little.
fn computed_seconds() -> Option<f64> {
    let figures = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, figures) = figures.rsplit_once(')')?;
    let mut figures = figures.split_whitespace().skip(11);
    let user: f64 = figures.next()?.parse().ok()?;
    let system: f64 = figures.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

fn foreign_word(message: &str, statement: &str) -> Option<&'static str> {
    FOREIGN_WORDS
        .iter()
        .copied()
        .find(|word| message.contains(word) && !statement.contains(word))
}

/// The same failure of another statement has the same kind: numbers, names and texts are left out.
fn kind(defect: &str) -> String {
    static QUOTED: OnceLock<Vec<char>> = OnceLock::new();
    let quotes = QUOTED.get_or_init(|| vec!['\'', '"', '`']);
    let unquoted: String = defect.split(quotes.as_slice()).step_by(2).collect();
    unquoted
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .take(120)
        .collect()
}

/// What a run has found so far.
struct Trial {
    service: QueryService,
    /// Holds the statement that is being tried: an abort leaves nothing else.
    kept: PathBuf,
    with_rows: usize,
    refused: usize,
    endless: usize,
    finds: HashSet<String>,
}

impl Trial {
    fn new(service: QueryService) -> Trial {
        Trial {
            service,
            kept: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("planner_inputs.sql"),
            with_rows: 0,
            refused: 0,
            endless: 0,
            finds: HashSet::new(),
        }
    }

    fn try_statement(&mut self, origin: &str, text: &str) {
        std::fs::write(&self.kept, format!("-- {origin}\n{text}\n")).unwrap();
        match tried(&self.service, text) {
            Ok(Ending::Rows) => self.with_rows += 1,
            Ok(Ending::UserError) => self.refused += 1,
            Ok(Ending::Endless) => {
                self.endless += 1;
                println!("{origin} goes on and on\n{text}\n");
            }
            Err(defect) => {
                if self.finds.insert(kind(&defect)) {
                    println!("{origin}: {defect}\n{text}\n");
                }
            }
        }
    }
}

#[test]
fn queries_run_or_are_refused() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().unwrap())
    };
    let seconds = number("PRISMLAKE_FUZZ_SECONDS").map(Duration::from_secs);
    let first = if seconds.is_some() { LONG_RUN_SEED } else { 0 };
    let first = number("PRISMLAKE_FUZZ_SEED").unwrap_or(first);
    let corpus = corpus();
    let (lake, runtime) = lake();
    watch_panics();
    let start = Instant::now();
    let mut trial = Trial::new(lake.service.clone());
    for (place, text) in script("extreme_queries.sql").iter().enumerate() {
        trial.try_statement(&format!("extreme query {}", place + 1), text);
    }
    let mut seed = first;
    while trial.finds.len() < FINDS_MAX
        && match seconds {
            Some(seconds) => start.elapsed() < seconds,
            None => seed < first + STATEMENTS,
        }
    {
        if let Some(text) = statement(&corpus, seed) {
            trial.try_statement(&format!("seed {seed}"), &text);
        }
        seed += 1;
    }
    drop(std::panic::take_hook());
    drop((lake, runtime));
    println!(
        "seeds {first} to {seed} in {:?}: {} with rows, {} refused, {} too long",
        start.elapsed(),
        trial.with_rows,
        trial.refused,
        trial.endless
    );
    let finds = trial.finds;
    assert!(finds.is_empty(), "{} kinds of defects", finds.len());
    assert!(seed < first + STATEMENTS || trial.with_rows > 500 && trial.refused > 500);
}

/// The tables, and the runtime that made them.
fn lake() -> (TestLake, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let limits = LimitSettings {
        memory_bytes: 256 * 1024 * 1024,
        spill_bytes: 256 * 1024 * 1024,
        parallelism: 2,
        ..LimitSettings::default()
    };
    let lake = runtime.block_on(async {
        let lake = TestLake::with_settings(Settings {
            limits,
            ..Settings::default()
        })
        .await;
        for table in TABLES {
            lake.rows(table).await;
        }
        let mut wrong = Vec::new();
        for query in script("queries.sql") {
            if let Err((error, _)) = lake.run(&query).await
                && error.code != ErrorCode::NotSupported
            {
                wrong.push(format!("{query}\n{error}\n"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.concat());
        lake
    });
    (lake, runtime)
}
