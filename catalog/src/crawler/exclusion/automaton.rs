//! `Automaton`: matches a glob by following all of its possibilities at once, so that time is at most the product of both lengths.

/// A step of a glob. Without a jump, matching goes on with the step after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Reads this character.
    Exactly(char),
    /// Reads one character of a name.
    AnyOfName,
    /// Reads one character of a name that is in one of the ranges, or in none of them.
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// `*`: reads any number of characters of a name.
    ManyOfName,
    /// `**`: reads any number of characters.
    Many,
    /// Goes on at each of these steps.
    Fork(Vec<usize>),
    /// Goes on at this step.
    Jump(usize),
}

const SEPARATOR: char = '/';

/// The steps of a glob; a match is complete behind the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Automaton {
    steps: Vec<Step>,
    /// For each step and the end: whether a match may be complete there without any more characters.
    may_end: Vec<bool>,
}

/// What is known after some characters.
enum Outcome {
    /// Whatever follows, the pattern does not match.
    Never,
    /// Whatever follows, the pattern matches.
    Always,
    /// It depends on what follows; and whether it matches if nothing does.
    Open { matches_here: bool },
}

impl Automaton {
    /// Takes steps whose forks and jumps all lead onward, so that one pass from the end tells where a match may end.
    pub fn new(steps: Vec<Step>) -> Self {
        let mut may_end = vec![false; steps.len() + 1];
        if let Some(end) = may_end.last_mut() {
            *end = true;
        }
        let ends_at = |may_end: &[bool], place: usize| may_end.get(place) == Some(&true);
        for (place, step) in steps.iter().enumerate().rev() {
            let ends_here = match step {
                Step::ManyOfName | Step::Many => ends_at(&may_end, place + 1),
                Step::Fork(targets) => targets.iter().any(|target| ends_at(&may_end, *target)),
                Step::Jump(target) => ends_at(&may_end, *target),
                Step::Exactly(_) | Step::AnyOfName | Step::Class { .. } => false,
            };
            if let Some(slot) = may_end.get_mut(place) {
                *slot = ends_here;
            }
        }
        Automaton { steps, may_end }
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        match self.read(text.chars()) {
            Outcome::Never => false,
            Outcome::Always => true,
            Outcome::Open { matches_here } => matches_here,
        }
    }

    /// Whether every text that begins so matches, as far as that shows in a `**` that may be the last step.
    pub fn matches_all_beginning_with(&self, characters: impl Iterator<Item = char>) -> bool {
        matches!(self.read(characters), Outcome::Always)
    }

    fn read(&self, characters: impl Iterator<Item = char>) -> Outcome {
        let mut current = Places::new(self.steps.len());
        let mut following = Places::new(self.steps.len());
        self.reach(0, &mut current);
        for character in characters {
            if self.is_decided(&current) {
                return Outcome::Always;
            }
            following.clear();
            for place in &current.reached {
                match self.steps.get(*place) {
                    Some(Step::ManyOfName) if character != SEPARATOR => {
                        self.reach(*place, &mut following);
                    }
                    Some(Step::Many) => self.reach(*place, &mut following),
                    Some(step) if step.reads(character) => self.reach(place + 1, &mut following),
                    _ => {}
                }
            }
            std::mem::swap(&mut current, &mut following);
            if current.reached.is_empty() {
                return Outcome::Never;
            }
        }
        if self.is_decided(&current) {
            return Outcome::Always;
        }
        Outcome::Open {
            matches_here: current.is_reached(self.steps.len()),
        }
    }

    /// Whether a reached `**` needs nothing after it: it then reads whatever follows.
    fn is_decided(&self, places: &Places) -> bool {
        places.is_reached(self.steps.len())
            && places.reached.iter().any(|place| {
                self.steps.get(*place) == Some(&Step::Many)
                    && self.may_end.get(place + 1) == Some(&true)
            })
    }

    /// Adds a step and all that it leads to without a character.
    fn reach(&self, place: usize, places: &mut Places) {
        // What is added is at once the list of what to look at.
        let mut looked_at = places.reached.len();
        places.insert(place);
        while let Some(place) = places.reached.get(looked_at).copied() {
            looked_at += 1;
            match self.steps.get(place) {
                Some(Step::ManyOfName | Step::Many) => places.insert(place + 1),
                Some(Step::Fork(targets)) => {
                    targets.iter().for_each(|target| places.insert(*target));
                }
                Some(Step::Jump(target)) => places.insert(*target),
                _ => {}
            }
        }
    }
}

impl Step {
    /// Whether this step reads one character, and this one.
    fn reads(&self, character: char) -> bool {
        match self {
            Step::Exactly(wanted) => *wanted == character,
            Step::AnyOfName => character != SEPARATOR,
            Step::Class { is_negated, ranges } => {
                let is_within = ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&character));
                character != SEPARATOR && is_within != *is_negated
            }
            Step::ManyOfName | Step::Many | Step::Fork(_) | Step::Jump(_) => false,
        }
    }
}

/// A set of steps, the end among them, that is quick to walk and to clear.
struct Places {
    is_reached: Vec<bool>,
    reached: Vec<usize>,
}

impl Places {
    fn new(steps: usize) -> Self {
        Places {
            is_reached: vec![false; steps + 1],
            reached: Vec::new(),
        }
    }

    fn is_reached(&self, place: usize) -> bool {
        self.is_reached.get(place).is_some_and(|reached| *reached)
    }

    /// Adds a step that is not there yet.
    fn insert(&mut self, place: usize) {
        if let Some(reached @ false) = self.is_reached.get_mut(place) {
            *reached = true;
            self.reached.push(place);
        }
    }

    fn clear(&mut self) {
        for place in self.reached.drain(..) {
            if let Some(reached) = self.is_reached.get_mut(place) {
                *reached = false;
            }
        }
    }
}
