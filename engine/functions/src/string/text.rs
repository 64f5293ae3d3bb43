//! Text as kernels read and write it: arguments without copies, results without an allocation a row.

use std::sync::Arc;

use arrow::array::builder::NullBufferBuilder;
use arrow::array::{
    Array, ArrayRef, ByteView, ListArray, StringArray, StringViewArray, StringViewBuilder,
};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use datafusion::common::internal_err;
use datafusion::error::Result;

use crate::call::Call;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::Type;

/// The most text that a call may make of one batch. Offsets of Arrow's text end at twice as much.
const TEXT_BYTES_MAX: usize = 1 << 30;

/// Text up to this long is kept within a view itself.
const INLINE_BYTES_MAX: usize = 12;

/// A text argument: one value for all rows, or one a row.
pub(crate) enum TextArgument<'a> {
    Constant(&'a str),
    Column(StringViewArray),
}

impl<'a> TextArgument<'a> {
    pub(crate) fn of(call: &'a Call<'_>, place: usize) -> Result<TextArgument<'a>> {
        Ok(match call.constant_text(place) {
            Some(text) => TextArgument::Constant(text),
            None => TextArgument::Column(call.strings(place)?),
        })
    }

    /// The value of a row; anything where it is NULL.
    pub(crate) fn value(&self, row: usize) -> &str {
        match self {
            TextArgument::Constant(text) => text,
            TextArgument::Column(values) => values.value(row),
        }
    }

    /// Whether no row's value has another character than ASCII's.
    pub(crate) fn is_ascii(&self) -> bool {
        match self {
            TextArgument::Constant(text) => text.is_ascii(),
            TextArgument::Column(values) => values.is_ascii(),
        }
    }

    /// Whether two rows have the same value.
    pub(crate) fn same(&self, left: usize, right: usize) -> bool {
        match self {
            TextArgument::Constant(_) => true,
            TextArgument::Column(values) => values.value(left) == values.value(right),
        }
    }

    /// The value that all rows have.
    pub(crate) fn constant(&self) -> Option<&'a str> {
        match self {
            TextArgument::Constant(text) => Some(text),
            TextArgument::Column(_) => None,
        }
    }
}

/// Writes text values one after the other into one buffer.
pub(crate) struct TextWriter {
    text: String,
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl TextWriter {
    pub(crate) fn new(rows: usize) -> TextWriter {
        let mut ends = Vec::with_capacity(rows.saturating_add(1));
        ends.push(0);
        TextWriter {
            text: String::new(),
            ends,
            nulls: NullBufferBuilder::new(rows),
        }
    }

    /// Makes sure that so many bytes may be added, before anything is written.
    pub(crate) fn reserve(&mut self, bytes: usize) -> Result<(), FunctionError> {
        if self.text.len().saturating_add(bytes) > TEXT_BYTES_MAX
            || self.text.try_reserve(bytes).is_err()
        {
            return Err(too_large());
        }
        Ok(())
    }

    /// Where the text of the current value is added.
    pub(crate) fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends the current value.
    pub(crate) fn end(&mut self) -> Result<(), FunctionError> {
        if self.text.len() > TEXT_BYTES_MAX {
            return Err(too_large());
        }
        self.ends
            .push(i32::try_from(self.text.len()).map_err(|_| too_large())?);
        self.nulls.append_non_null();
        Ok(())
    }

    /// Adds a whole value.
    pub(crate) fn push(&mut self, value: &str) -> Result<(), FunctionError> {
        self.text.push_str(value);
        self.end()
    }

    /// Adds a NULL.
    pub(crate) fn push_null(&mut self) {
        let end = self.ends.last().copied().unwrap_or(0);
        self.text.truncate(usize::try_from(end).unwrap_or(0));
        self.ends.push(end);
        self.nulls.append_null();
    }

    pub(crate) fn finish(mut self) -> Result<StringArray> {
        Ok(StringArray::try_new(
            OffsetBuffer::new(ScalarBuffer::from(self.ends)),
            Buffer::from_vec(self.text.into_bytes()),
            self.nulls.finish(),
        )?)
    }
}

fn too_large() -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::ExceededFunctionMemoryLimit,
        format!("The text of a batch exceeds {TEXT_BYTES_MAX} bytes"),
    )
}

/// Results that are parts of a text argument's values: views into the argument's own buffers.
pub(crate) struct TextParts<'a> {
    source: &'a StringViewArray,
    /// How many whole values come first. They are only counted, for often there is nothing else: then the result is the source.
    whole: usize,
    /// What follows from the first part on that is less than a value.
    parts: Option<Parts>,
}

struct Parts {
    /// The source's buffers in the result; none for a buffer so large that views cannot point into all of it.
    blocks: Vec<Option<u32>>,
    views: StringViewBuilder,
}

impl<'a> TextParts<'a> {
    pub(crate) fn of(source: &'a StringViewArray) -> TextParts<'a> {
        TextParts {
            source,
            whole: 0,
            parts: None,
        }
    }

    /// Adds the part of a row's value between two byte positions. Rows come in their order.
    pub(crate) fn push(&mut self, row: usize, start: usize, end: usize) -> Result<()> {
        let value = self.source.value(row);
        if self.parts.is_none() && row == self.whole && start == 0 && end == value.len() {
            self.whole += 1;
            return Ok(());
        }
        let source = self.source;
        self.parts()?.push(source, row, start, end)
    }

    pub(crate) fn push_null(&mut self) -> Result<()> {
        self.parts()?.views.append_null();
        Ok(())
    }

    pub(crate) fn finish(self) -> ArrayRef {
        match self.parts {
            Some(mut parts) => Arc::new(parts.views.finish()),
            None => Arc::new(self.source.slice(0, self.whole)),
        }
    }

    fn parts(&mut self) -> Result<&mut Parts> {
        if self.parts.is_none() {
            let mut parts = Parts::of(self.source);
            for row in 0..self.whole {
                parts.push(self.source, row, 0, self.source.value(row).len())?;
            }
            self.parts = Some(parts);
        }
        match &mut self.parts {
            Some(parts) => Ok(parts),
            None => internal_err!("parts are not there that were made"),
        }
    }
}

impl Parts {
    fn of(source: &StringViewArray) -> Parts {
        let mut views = StringViewBuilder::with_capacity(source.len());
        let blocks = source
            .data_buffers()
            .iter()
            .map(|buffer| {
                let fits = u32::try_from(buffer.len()).is_ok_and(|length| length < u32::MAX);
                fits.then(|| views.append_block(buffer.clone()))
            })
            .collect();
        Parts { blocks, views }
    }

    fn push(
        &mut self,
        source: &StringViewArray,
        row: usize,
        start: usize,
        end: usize,
    ) -> Result<()> {
        let part = source.value(row).get(start..end).unwrap_or("");
        if part.len() > INLINE_BYTES_MAX
            && let Some((block, offset)) = self.position(source, row)
            && let (Ok(start), Ok(length)) = (u32::try_from(start), u32::try_from(part.len()))
        {
            self.views
                .try_append_view(block, offset.saturating_add(start), length)?;
        } else {
            self.views.append_value(part);
        }
        Ok(())
    }

    /// Where a row's value begins, if it is long enough to stand in a buffer.
    fn position(&self, source: &StringViewArray, row: usize) -> Option<(u32, u32)> {
        let view = ByteView::from(*source.views().get(row)?);
        let block = *self.blocks.get(usize::try_from(view.buffer_index).ok()?)?;
        Some((block?, view.offset))
    }
}

/// The offsets of lists with so many elements.
pub(crate) fn list_offsets(lengths: &[usize]) -> Result<OffsetBuffer<i32>, FunctionError> {
    let mut end = 0_usize;
    let mut ends = Vec::with_capacity(lengths.len().saturating_add(1));
    ends.push(0);
    for length in lengths {
        end = end.saturating_add(*length);
        ends.push(i32::try_from(end).map_err(|_| too_large())?);
    }
    Ok(OffsetBuffer::new(ScalarBuffer::from(ends)))
}

/// An `array(varchar)` result: for each row so many of the values.
pub(crate) fn text_lists(
    returns: &Type,
    lengths: &[usize],
    values: StringArray,
) -> Result<ArrayRef> {
    let field = match returns {
        Type::Array(element) => element.element_field(),
        _ => Type::VARCHAR.element_field(),
    };
    Ok(Arc::new(ListArray::try_new(
        field,
        list_offsets(lengths)?,
        Arc::new(values),
        None,
    )?))
}

/// The byte position so many code points after a byte position, or the end of the text if it is nearer.
pub(crate) fn advance(text: &str, from: usize, code_points: usize) -> usize {
    let rest = text.get(from..).unwrap_or("");
    let ahead = rest.as_bytes().get(..code_points);
    let length = match ahead {
        Some(ahead) if ahead.is_ascii() => code_points,
        _ => rest
            .char_indices()
            .nth(code_points)
            .map_or(rest.len(), |(offset, _)| offset),
    };
    from.saturating_add(length)
}

/// How many code points there are, as a bigint.
pub(crate) fn code_points(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// The length of a text type, as Trino counts with it: the greatest integer if there is none.
pub(crate) fn type_length(data_type: &Type) -> u64 {
    match data_type {
        Type::Varchar(Some(length)) | Type::Char(length) => u64::from(*length),
        _ => LENGTH_MAX,
    }
}

/// Text of at most so many characters, of any length if that is more than a type can say.
pub(crate) fn varchar_of(length: u64) -> Type {
    Type::Varchar(if length < LENGTH_MAX {
        u32::try_from(length).ok()
    } else {
        None
    })
}

/// The length that stands for no bound.
const LENGTH_MAX: u64 = 2_147_483_647;

#[cfg(test)]
mod tests {
    use arrow::array::Array;

    use super::{StringViewArray, TextParts, advance};

    #[test]
    fn positions_advance_by_code_points_and_end_with_the_text() {
        assert_eq!(advance("abc", 0, 2), 2);
        assert_eq!(advance("aé💰b", 0, 3), 7);
        assert_eq!(advance("aé💰b", 1, 1), 3);
        assert_eq!(advance("abc", 1, 9), 3);
        assert_eq!(advance("", 0, 1), 0);
    }

    #[test]
    fn long_parts_share_the_buffers_of_their_source() {
        let source = StringViewArray::from(vec!["a value that is longer than a view"]);
        let mut parts = TextParts::of(&source);
        parts.push(0, 2, 34).unwrap();
        parts.push(0, 0, 5).unwrap();
        let parts = parts.finish();
        let parts = parts.as_any().downcast_ref::<StringViewArray>().unwrap();
        assert_eq!(parts.value(0), "value that is longer than a view");
        assert_eq!(parts.value(1), "a val");
        let buffer = source.data_buffers().first().unwrap();
        assert!(
            parts
                .data_buffers()
                .iter()
                .any(|of| of.as_ptr() == buffer.as_ptr())
        );
    }

    #[test]
    fn whole_values_are_the_source() {
        let source = StringViewArray::from(vec!["a value that is longer than a view", "b", "c"]);
        let mut whole = TextParts::of(&source);
        for row in 0..3 {
            whole.push(row, 0, source.value(row).len()).unwrap();
        }
        assert_eq!(whole.finish().to_data(), source.to_data());
        let mut parts = TextParts::of(&source);
        parts.push(0, 0, 34).unwrap();
        parts.push(1, 1, 1).unwrap();
        parts.push_null().unwrap();
        let parts = parts.finish();
        let parts = parts.as_any().downcast_ref::<StringViewArray>().unwrap();
        let values: Vec<Option<&str>> = parts.iter().collect();
        assert_eq!(values, [Some(source.value(0)), Some(""), None]);
    }
}
