//! `Records`: the objects at a JSON path, found while the text is walked.

use super::observer::{observe_object, observe_value};
use super::path::Step;
use super::shape::{ObjectShape, Shape};
use super::tokens::{Stop, Tokens};

/// What stands at the path in all values seen.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// How many objects.
    pub count: u64,
    /// Their members.
    pub members: ObjectShape,
    /// The elements of arrays at the path that are no objects.
    pub elements: Shape,
    /// How many arrays stand at the path.
    pub arrays: u64,
}

impl Records {
    /// Adds what stands at the path `steps` from the value that comes next.
    pub fn visit(&mut self, tokens: &mut Tokens<'_>, steps: &[Step]) -> Result<(), Stop> {
        let Some((step, steps)) = steps.split_first() else {
            return self.add_match(tokens);
        };
        match (tokens.peek().ok_or(Stop::Cut)?, step) {
            (b'{', Step::Member(_) | Step::AnyMember | Step::Any) => {
                let mut another = tokens.enter(b'{', b'}')?;
                while another {
                    let key = tokens.key()?.decode();
                    if matches!(step, Step::Member(name) if *name != key) {
                        tokens.skip()?;
                    } else {
                        self.visit(tokens, steps)?;
                    }
                    another = tokens.another(b'}')?;
                }
                Ok(())
            }
            (b'[', Step::Element(_) | Step::Any) => {
                let mut another = tokens.enter(b'[', b']')?;
                let mut position: usize = 0;
                while another {
                    if matches!(step, Step::Element(index) if *index != position) {
                        tokens.skip()?;
                    } else {
                        self.visit(tokens, steps)?;
                    }
                    position = position.saturating_add(1);
                    another = tokens.another(b']')?;
                }
                Ok(())
            }
            _ => tokens.skip(),
        }
    }

    /// An object is a record, an array holds records, and a scalar is of no use.
    fn add_match(&mut self, tokens: &mut Tokens<'_>) -> Result<(), Stop> {
        match tokens.peek().ok_or(Stop::Cut)? {
            b'{' => self.add_record(tokens),
            b'[' => {
                self.arrays = self.arrays.saturating_add(1);
                let mut another = tokens.enter(b'[', b']')?;
                while another {
                    if tokens.peek() == Some(b'{') {
                        self.add_record(tokens)?;
                    } else {
                        observe_value(tokens, &mut self.elements, 1)?;
                    }
                    another = tokens.another(b']')?;
                }
                Ok(())
            }
            _ => tokens.skip(),
        }
    }

    /// A record that is cut is left out, unless it is all there is.
    fn add_record(&mut self, tokens: &mut Tokens<'_>) -> Result<(), Stop> {
        let mut probe = *tokens;
        match probe.skip() {
            Err(Stop::Cut) if self.count == 0 => {}
            Err(stop) => return Err(stop),
            Ok(()) => {}
        }
        self.count = self.count.saturating_add(1);
        observe_object(tokens, &mut self.members, 0)
    }
}
