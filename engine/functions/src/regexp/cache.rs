//! Compiled patterns, kept from batch to batch.

use std::cell::RefCell;
use std::rc::Rc;

use datafusion::error::Result;

use super::pattern::{Pattern, Spans};
use crate::call::Call;
use crate::error::FunctionError;
use crate::string::text::TextArgument;

/// How many patterns a thread keeps. A query that classifies text may have dozens.
const PATTERNS_MAX: usize = 64;

thread_local! {
    /// The last patterns, the latest at the end. Each thread has its own, for an engine's working memory is for one thread at a time.
    static PATTERNS: RefCell<Vec<(String, Rc<Pattern>)>> = const { RefCell::new(Vec::new()) };
}

fn compiled(source: &str) -> Result<Rc<Pattern>, FunctionError> {
    let kept = PATTERNS.with_borrow_mut(|patterns| {
        let place = patterns.iter().position(|(kept, _)| kept == source)?;
        let entry = patterns.remove(place);
        let pattern = Rc::clone(&entry.1);
        patterns.push(entry);
        Some(pattern)
    });
    if let Some(pattern) = kept {
        return Ok(pattern);
    }
    let pattern = Rc::new(Pattern::compile(source)?);
    PATTERNS.with_borrow_mut(|patterns| {
        if patterns.len() >= PATTERNS_MAX {
            patterns.remove(0);
        }
        patterns.push((source.to_owned(), Rc::clone(&pattern)));
    });
    Ok(pattern)
}

/// A pattern argument.
pub(super) struct Patterns<'a> {
    sources: TextArgument<'a>,
    /// The last pattern, a row that has it, and room for its matches.
    current: Option<(usize, Rc<Pattern>, Spans)>,
}

impl<'a> Patterns<'a> {
    pub(super) fn of(call: &'a Call<'_>, place: usize) -> Result<Patterns<'a>> {
        Ok(Patterns {
            sources: TextArgument::of(call, place)?,
            current: None,
        })
    }

    /// The pattern that all rows have.
    pub(super) fn constant(&mut self) -> Result<Option<&Pattern>, FunctionError> {
        match self.sources.constant() {
            Some(_) => self.at(0).map(Some),
            None => Ok(None),
        }
    }

    /// Whether two rows have the same pattern.
    pub(super) fn same(&self, left: usize, right: usize) -> bool {
        self.sources.same(left, right)
    }

    /// The pattern of a row.
    pub(super) fn at(&mut self, row: usize) -> Result<&Pattern, FunctionError> {
        Ok(self.with_spans(row)?.0)
    }

    /// The pattern of a row with room for its matches.
    pub(super) fn with_spans(
        &mut self,
        row: usize,
    ) -> Result<(&Pattern, &mut Spans), FunctionError> {
        let sources = &self.sources;
        let kept = self.current.take();
        let current = match kept.filter(|(at, ..)| sources.same(*at, row)) {
            Some(kept) => kept,
            None => {
                let pattern = compiled(sources.value(row))?;
                let spans = pattern.spans();
                (row, pattern, spans)
            }
        };
        let (_, pattern, spans) = self.current.insert(current);
        Ok((pattern, spans))
    }
}
