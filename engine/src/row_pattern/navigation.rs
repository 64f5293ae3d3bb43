//! Which row of a match an expression looks at.

/// Primary pattern variables, as one or as a union.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct VariableSet(Vec<bool>);

impl VariableSet {
    /// Those of `count` variables that are at these places.
    pub(crate) fn new(count: usize, places: &[usize]) -> VariableSet {
        VariableSet((0..count).map(|place| places.contains(&place)).collect())
    }

    /// All of `count` variables.
    pub(crate) fn universal(count: usize) -> VariableSet {
        VariableSet(vec![true; count])
    }

    /// Whether a row that is mapped to that variable belongs to them.
    pub(crate) fn contains(&self, variable: usize) -> bool {
        self.0.get(variable).copied().unwrap_or(false)
    }
}

/// From which end rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Anchor {
    /// `FIRST`
    First,
    /// `LAST`
    Last,
}

/// Which rows of a match are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Processing {
    /// Those up to the current row.
    Running,
    /// All of them.
    Final,
}

/// A way to a row: among the rows of some variables, then by some rows forward or back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Navigation {
    pub(crate) variables: VariableSet,
    pub(crate) anchor: Anchor,
    /// How many further rows of the variables are passed over.
    pub(crate) passed: usize,
    pub(crate) processing: Processing,
    /// By how many rows of the partition `NEXT` goes on, or `PREV` goes back where it is negative.
    pub(crate) shift: i64,
}

impl Navigation {
    /// The row at a distance, if the bounds hold it.
    pub(super) fn shifted(
        position: usize,
        shift: i64,
        bounds: &std::ops::Range<usize>,
    ) -> Option<usize> {
        let distance = usize::try_from(shift.unsigned_abs()).ok()?;
        let position = if shift < 0 {
            position.checked_sub(distance)?
        } else {
            position.checked_add(distance)?
        };
        bounds.contains(&position).then_some(position)
    }
}
