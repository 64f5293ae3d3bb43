//! No text, however wrong, makes the parser panic, hang or overflow the stack.
//!
//! Every run tries some thousand mutations from a fixed seed; `scripts/fuzz sql` tries them for as long as it is told to.

mod mutation;

use std::time::{Duration, Instant};

use mutation::Numbers;
use prismlake_engine::sql::{STATEMENT_BYTES_MAX, Statement, is_complete, parse, split_script};

const CORPUS: &str = include_str!("corpus/statements.sql");

/// Mutations in a run without `PRISMLAKE_FUZZ_SECONDS`.
const MUTATIONS: usize = 20_000;

/// More than the longest statement takes in a debug build on a busy machine.
const STATEMENT_SECONDS_MAX: u64 = 20;

/// Pieces that change how the text around them is read.
const PIECES: &[&str] = &[
    "'",
    "\"",
    "`",
    "\\",
    "(",
    ")",
    "<",
    ">",
    ";",
    "--",
    "/*",
    "*/",
    "\u{0}",
    "é",
    "AS",
    "WITH",
    ",",
    "$1",
    "99999999999999999999",
    "array<",
    "[",
    "]",
    "{-",
    "-}",
    "->",
    "=>",
    ".",
    "*",
    "?",
    "NOT",
    "SELECT",
    "FROM",
    "NULL",
    "CASE",
    "1e",
    "0x",
    "U&'",
    "X'",
    "||",
    "-",
    "JOIN",
    "ON",
    "OVER",
    "IN",
    "VALUES",
    "TABLE",
    "LIMIT",
    "ALL",
    "interval",
    "date",
    "\n",
    "\u{a0}",
];

/// A statement cut into words, numbers, blanks and single characters.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in text.chars() {
        let is_word = c.is_alphanumeric() || c == '_';
        match pieces.last_mut() {
            Some(last) if is_word && in_word => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        in_word = is_word;
    }
    pieces
}

/// Cuts, copies, moves and repeats pieces of a statement, with some of another.
fn mutate(statement: &[String], other: &[String], numbers: &mut Numbers) -> Vec<String> {
    let mut text = statement.to_vec();
    for _ in 0..1 + numbers.below(5) {
        let place = numbers.below(text.len() + 1);
        match numbers.below(6) {
            0 => {
                let cut = numbers.range(text.len(), 8);
                text.drain(cut);
            }
            1 => {
                let piece = PIECES[numbers.below(PIECES.len())];
                text.insert(place, piece.to_owned());
            }
            2 => {
                let copied = text[numbers.range(text.len(), 20)].to_vec();
                text.splice(place..place, copied);
            }
            3 => {
                let copied = other[numbers.range(other.len(), 40)].to_vec();
                text.splice(place..place, copied);
            }
            4 if !text.is_empty() => {
                let swapped = numbers.below(text.len());
                text.swap(swapped, place.min(swapped));
            }
            // Rarely, and then often: what takes too long or nests too deeply shows itself so.
            5 if numbers.below(20) == 0 => {
                let repeated = text[numbers.range(text.len(), 12)].to_vec();
                let times = 1 << numbers.below(15);
                let repeated: Vec<String> =
                    std::iter::repeat_n(repeated, times).flatten().collect();
                text.splice(place..place, repeated);
            }
            _ => {
                let byte = char::from_u32(numbers.below(0x2ff) as u32).unwrap_or('?');
                text.insert(place, byte.to_string());
            }
        }
    }
    text
}

/// Whether it parses.
fn tried(text: &str) -> bool {
    let start = Instant::now();
    let parsed = parse(text);
    let _ = (split_script(text), is_complete(text));
    if let Ok(Statement::Query(query)) = &parsed {
        let _ = query.to_string();
    }
    if let Err(error) = &parsed {
        let lines = text.matches('\n').count() + 1;
        assert!(!error.message.is_empty());
        assert!(
            error
                .position
                .is_none_or(|place| place.line as usize <= lines && place.column > 0),
            "{text}: {error}"
        );
    }
    assert!(
        start.elapsed() < Duration::from_secs(STATEMENT_SECONDS_MAX),
        "{:?} for {} bytes: {}",
        start.elapsed(),
        text.len(),
        text.chars().take(2_000).collect::<String>()
    );
    parsed.is_ok()
}

#[test]
fn mutated_statements_are_parsed_or_refused() {
    let seconds = std::env::var("PRISMLAKE_FUZZ_SECONDS")
        .ok()
        .map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let seeds: Vec<Vec<String>> = split_script(CORPUS)
        .unwrap()
        .iter()
        .map(|statement| pieces(&statement.text))
        .collect();
    for seed in &seeds {
        let text = seed.concat();
        assert!(parse(&text).is_ok(), "{text}: {:?}", parse(&text));
    }
    let start = Instant::now();
    let mut numbers = Numbers::new(42);
    // Mutations that parsed are mutated further, each in place of an older one.
    let mut pool = seeds.clone();
    let (mut parsed, mut refused) = (0, 0);
    while match seconds {
        Some(seconds) => start.elapsed() < seconds,
        None => parsed + refused < MUTATIONS,
    } {
        let from = if numbers.below(2) == 0 { &seeds } else { &pool };
        let statement = &from[numbers.below(from.len())];
        let other = &seeds[numbers.below(seeds.len())];
        let mutated = mutate(statement, other, &mut numbers);
        let text = mutated.concat();
        if text.len() > STATEMENT_BYTES_MAX {
            continue;
        }
        if tried(&text) {
            parsed += 1;
            if text.len() < 4_000 {
                if pool.len() < 2_000 {
                    pool.push(mutated);
                } else {
                    let place = seeds.len() + numbers.below(pool.len() - seeds.len());
                    pool[place] = mutated;
                }
            }
        } else {
            refused += 1;
        }
    }
    println!("{parsed} parsed, {refused} refused");
    assert!(
        parsed > 1_000 && refused > 1_000,
        "{parsed} parsed, {refused} refused"
    );
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [
        ("(", ")"),
        ("SELECT (", ")"),
        ("CASE WHEN ", " THEN 1 END"),
        ("NOT ", ""),
        ("- ", ""),
    ] {
        let levels = 200_000 / (open.len() + close.len());
        let text = format!("SELECT {}1{}", open.repeat(levels), close.repeat(levels));
        assert!(parse(&text).is_err(), "{open}");
    }
    let types = format!(
        "CREATE EXTERNAL TABLE t (a {}int{}) LOCATION '/x/'",
        "array<".repeat(20_000),
        ">".repeat(20_000)
    );
    assert!(parse(&types).is_err());
}
