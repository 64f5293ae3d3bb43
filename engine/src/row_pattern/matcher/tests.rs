//! Which match is preferred, and what matching costs.

use super::*;
use crate::row_pattern::navigation::{Anchor, Navigation, Processing, VariableSet};
use crate::row_pattern::pattern::{Pattern, Quantifier};

const A: Pattern = Pattern::Variable(0);
const B: Pattern = Pattern::Variable(1);
const C: Pattern = Pattern::Variable(2);

/// Each variable takes the rows with some letters.
struct Letters<'t> {
    rows: &'t [u8],
    takes: [&'t str; 3],
    tried: usize,
}

impl Conditions for Letters<'_> {
    fn holds(&mut self, candidate: &Candidate<'_>, _: &mut RowLists) -> Result<bool> {
        self.tried += 1;
        let letter = char::from(self.rows[candidate.place.position]);
        Ok(self.takes[candidate.place.variable].contains(letter))
    }

    fn retain(&mut self, _: &dyn Fn(ListId) -> bool) {}
}

fn quantified(inner: Pattern, at_least: u32, at_most: Option<u32>, greedy: bool) -> Pattern {
    let quantifier = Quantifier {
        at_least,
        at_most,
        greedy,
    };
    Pattern::Quantified(Box::new(inner), quantifier)
}

fn sequence(parts: impl Into<Vec<Pattern>>) -> Pattern {
    Pattern::Concatenation(parts.into())
}

fn choice(parts: impl Into<Vec<Pattern>>) -> Pattern {
    Pattern::Alternation(parts.into())
}

fn run(
    pattern: &Pattern,
    tracking: Tracking,
    conditions: &mut impl Conditions,
    rows: usize,
    start: usize,
) -> Result<Option<Match>> {
    let program = Program::compile(pattern)?;
    let mut matcher = Matcher::new(Arc::new(program), Arc::new(tracking));
    matcher.begin(0..rows, start)?;
    while matcher.step(conditions)? > 0 {}
    Ok(matcher.matched())
}

/// The variables that rows are mapped to where each takes some letters: a, b or both.
fn found(pattern: &Pattern, rows: &str) -> Option<String> {
    let mut letters = Letters {
        rows: rows.as_bytes(),
        takes: ["ax", "bx", "cx"],
        tried: 0,
    };
    let matched = run(pattern, Tracking::default(), &mut letters, rows.len(), 0).unwrap()?;
    let names = matched
        .variables
        .iter()
        .map(|variable| ["A", "B", "C"][*variable]);
    Some(names.collect())
}

#[test]
fn more_is_preferred_by_greedy_quantifiers_and_less_by_reluctant_ones() {
    for (at_least, at_most, greedy, expected) in [
        (0, None, true, "AAAA"),
        (0, None, false, ""),
        (1, None, true, "AAAA"),
        (1, None, false, "A"),
        (0, Some(1), true, "A"),
        (0, Some(1), false, ""),
        (2, None, false, "AA"),
        (2, Some(3), true, "AAA"),
        (2, Some(3), false, "AA"),
        (3, Some(3), true, "AAA"),
    ] {
        let pattern = quantified(A, at_least, at_most, greedy);
        assert_eq!(found(&pattern, "aaaa").unwrap(), expected, "{pattern:?}");
    }
    assert_eq!(found(&quantified(A, 5, None, true), "aaaa"), None);
    // The earlier quantifier decides first.
    let both = |first| sequence([quantified(A, 0, None, first), quantified(B, 0, None, true)]);
    assert_eq!(found(&both(true), "xxx").unwrap(), "AAA");
    assert_eq!(found(&both(false), "xxx").unwrap(), "BBB");
}

#[test]
fn the_first_alternative_that_leads_to_a_match_is_preferred() {
    let pattern = choice([A, sequence([A, B]), B]);
    assert_eq!(found(&pattern, "ab").unwrap(), "A");
    let pattern = sequence([choice([A, sequence([A, B])]), C]);
    assert_eq!(found(&pattern, "abc").unwrap(), "ABC");
    let pattern = quantified(choice([A, B, C]), 0, None, true);
    assert_eq!(found(&pattern, "xbxc").unwrap(), "ABAC");
    let pattern = choice([Pattern::Empty, A]);
    assert_eq!(found(&pattern, "a").unwrap(), "");
}

#[test]
fn permutations_prefer_the_order_of_their_list() {
    let pattern = Pattern::Permutation(vec![A, B, C]);
    assert_eq!(found(&pattern, "xxx").unwrap(), "ABC");
    assert_eq!(found(&pattern, "bxx").unwrap(), "BAC");
    assert_eq!(found(&pattern, "cba").unwrap(), "CBA");
    assert_eq!(found(&pattern, "aab"), None);
}

#[test]
fn anchors_hold_at_the_ends_of_partitions() {
    let (start, end) = (Pattern::PartitionStart, Pattern::PartitionEnd);
    assert_eq!(found(&sequence([start.clone(), A]), "aa").unwrap(), "A");
    assert_eq!(found(&sequence([A, start.clone()]), "aa"), None);
    assert_eq!(found(&sequence([A, end.clone()]), "aa"), None);
    let all = sequence([quantified(A, 0, None, false), end]);
    assert_eq!(found(&all, "aa").unwrap(), "AA");
    let mut letters = Letters {
        rows: b"aa",
        takes: ["a", "", ""],
        tried: 0,
    };
    let later = run(
        &sequence([start, A]),
        Tracking::default(),
        &mut letters,
        2,
        1,
    );
    assert_eq!(later.unwrap(), None);
}

#[test]
fn exclusions_are_told_by_their_rows() {
    let excluded = |inner: Pattern| Pattern::Exclusion(Box::new(inner));
    let pattern = sequence([
        A,
        quantified(excluded(B), 0, None, true),
        excluded(sequence([C, excluded(C)])),
        excluded(Pattern::Empty),
    ]);
    let mut letters = Letters {
        rows: b"abbcc",
        takes: ["a", "b", "c"],
        tried: 0,
    };
    let matched = run(&pattern, Tracking::default(), &mut letters, 5, 0).unwrap();
    assert_eq!(matched.unwrap().exclusions, [1..2, 2..3, 3..5]);
}

#[test]
fn nested_loops_try_each_row_a_few_times() {
    let rows = "a".repeat(1000);
    let mut letters = Letters {
        rows: rows.as_bytes(),
        takes: ["a", "b", ""],
        tried: 0,
    };
    let inner = quantified(quantified(A, 1, None, true), 0, None, true);
    let pattern = sequence([quantified(inner, 1, None, false), B]);
    let matched = run(&pattern, Tracking::default(), &mut letters, 1000, 0);
    assert_eq!(matched.unwrap(), None);
    assert!(letters.tried <= 3000, "{}", letters.tried);
}

/// `C` takes a row if the first row of the match was mapped to `B`.
struct FirstIsB {
    row: crate::row_pattern::tracking::TrackedRow,
    threads: usize,
}

impl Conditions for FirstIsB {
    fn holds(&mut self, candidate: &Candidate<'_>, lists: &mut RowLists) -> Result<bool> {
        if candidate.place.variable != 2 {
            return Ok(true);
        }
        self.threads += 1;
        let (memory, place) = (candidate.memory, candidate.place);
        let first = candidate.tracking.find(self.row, memory, place, lists);
        Ok(first.is_some_and(|first| first.variable == 1))
    }

    fn retain(&mut self, _: &dyn Fn(ListId) -> bool) {}
}

#[test]
fn threads_are_told_apart_by_what_definitions_read() {
    let mut tracking = Tracking::default();
    let first = Navigation {
        variables: VariableSet::universal(3),
        anchor: Anchor::First,
        passed: 0,
        processing: Processing::Running,
        shift: 0,
    };
    let row = tracking.row(2, &first, true);
    let mut conditions = FirstIsB { row, threads: 0 };
    let either = quantified(choice([A, B]), 1, None, true);
    let pattern = sequence([either, C, Pattern::PartitionEnd]);
    let matched = run(&pattern, tracking, &mut conditions, 100, 0).unwrap();
    let variables = matched.unwrap().variables;
    assert_eq!(variables.len(), 100);
    assert_eq!((variables[0], variables[1], variables[99]), (1, 0, 2));
    assert!(conditions.threads <= 200, "{}", conditions.threads);
}

#[test]
fn partial_matches_are_bounded() {
    let mut tracking = Tracking::default();
    tracking.whole(2, &VariableSet::universal(3), true);
    struct Never;
    impl Conditions for Never {
        fn holds(&mut self, candidate: &Candidate<'_>, _: &mut RowLists) -> Result<bool> {
            Ok(candidate.place.variable != 2)
        }
        fn retain(&mut self, _: &dyn Fn(ListId) -> bool) {}
    }
    let either = quantified(choice([A, B]), 1, None, true);
    let error = run(&sequence([either, C]), tracking, &mut Never, 100, 0).unwrap_err();
    assert_eq!(error.code, ErrorCode::ExceededMemoryLimit);
}
