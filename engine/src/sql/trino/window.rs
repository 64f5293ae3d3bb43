//! Windows: what follows OVER, and the definitions of the WINDOW clause.

use sqlparser::ast::{
    NamedWindowDefinition, NamedWindowExpr, WindowFrame, WindowFrameBound, WindowFrameUnits,
    WindowSpec,
};

use super::cursor::Cursor;
use crate::error::Result;

const FRAME_UNITS: &[&str] = &["ROWS", "RANGE", "GROUPS"];

impl Cursor<'_> {
    /// `name AS (specification)`
    pub(super) fn window_definition(&mut self) -> Result<NamedWindowDefinition> {
        let name = self.name()?;
        self.expect("AS")?;
        self.expect_symbol("(")?;
        let window = self.nested(Self::window_specification)?;
        self.expect_symbol(")")?;
        Ok(NamedWindowDefinition(
            name,
            NamedWindowExpr::WindowSpec(window),
        ))
    }

    /// What stands between the parentheses.
    pub(super) fn window_specification(&mut self) -> Result<WindowSpec> {
        let window_name = if !self.begins_window_clause() && self.at_name() {
            Some(self.name()?)
        } else {
            None
        };
        let partition_by = if self.take("PARTITION") {
            self.expect("BY")?;
            self.list(Self::expression)?
        } else {
            Vec::new()
        };
        let order_by = if self.take("ORDER") {
            self.expect("BY")?;
            self.list(Self::sort_item)?
        } else {
            Vec::new()
        };
        if self.is(0, "MEASURES") {
            return Err(self.not_supported("row pattern recognition in windows is not supported"));
        }
        let window_frame = match self.take_one_of(FRAME_UNITS) {
            Some("ROWS") => Some(self.frame(WindowFrameUnits::Rows)?),
            Some("RANGE") => Some(self.frame(WindowFrameUnits::Range)?),
            Some(_) => Some(self.frame(WindowFrameUnits::Groups)?),
            None => None,
        };
        if window_frame.is_some()
            && self.is_one_of(
                0,
                &["AFTER", "INITIAL", "SEEK", "PATTERN", "SUBSET", "DEFINE"],
            )
        {
            return Err(self.not_supported("row pattern recognition in windows is not supported"));
        }
        Ok(WindowSpec {
            window_name,
            partition_by,
            order_by,
            window_frame,
        })
    }

    /// Whether a word that could be a window's name begins a clause.
    fn begins_window_clause(&self) -> bool {
        if self.is_one_of(0, FRAME_UNITS) {
            let named = self.is_symbol(1, ")")
                || self.is_one_of(1, &["PARTITION", "ORDER"])
                || self.is_one_of(1, FRAME_UNITS);
            return !named;
        }
        (self.is(0, "PARTITION") && self.is(1, "BY")) || self.is(0, "MEASURES")
    }

    fn frame(&mut self, units: WindowFrameUnits) -> Result<WindowFrame> {
        // `between` is reserved, so it names no column.
        if !self.take("BETWEEN") {
            return Ok(WindowFrame {
                units,
                start_bound: self.frame_bound()?,
                end_bound: None,
            });
        }
        let start_bound = self.frame_bound()?;
        self.expect("AND")?;
        Ok(WindowFrame {
            units,
            start_bound,
            end_bound: Some(self.frame_bound()?),
        })
    }

    fn frame_bound(&mut self) -> Result<WindowFrameBound> {
        if self.at("CURRENT") && self.is(1, "ROW") {
            self.skip(2);
            return Ok(WindowFrameBound::CurrentRow);
        }
        let distance = if self.take("UNBOUNDED") {
            None
        } else {
            Some(Box::new(self.expression()?))
        };
        Ok(match self.expect_one_of(&["FOLLOWING", "PRECEDING"])? {
            "PRECEDING" => WindowFrameBound::Preceding(distance),
            _ => WindowFrameBound::Following(distance),
        })
    }
}
