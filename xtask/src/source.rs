//! The text of a document, and positions in it.

use std::ops::Range;
use std::path::Path;

/// A place in a text: line and column, both from 1, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// A piece of a text: from `start` up to, and without, `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

impl Span {
    /// The first character of a text.
    pub fn start_of_text() -> Self {
        Self::at(1, 1)
    }

    /// The character at `line` and `column`, both from 1.
    pub fn at(line: usize, column: usize) -> Self {
        let start = Position { line, column };
        Self {
            start,
            end: Position {
                line,
                column: column + 1,
            },
        }
    }
}

/// A document's text, the name to show for it, and where its lines begin.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl Source {
    /// A text that is shown under the name of `path`.
    pub fn new(path: &Path, text: String) -> Self {
        let name = path.display().to_string().replace('\\', "/");
        // YAML ends lines at a line feed, a carriage return, or both in this order.
        let bytes = text.as_bytes();
        let ends_line = |index: &usize| match bytes[*index] {
            b'\n' => true,
            b'\r' => bytes.get(index + 1) != Some(&b'\n'),
            _ => false,
        };
        let ends = (0..bytes.len()).filter(ends_line).map(|index| index + 1);
        let line_starts = std::iter::once(0).chain(ends).collect();
        Self {
            name,
            text,
            line_starts,
        }
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The SHA-256 of the text, in hexadecimal.
    pub fn sha256(&self) -> String {
        use std::fmt::Write as _;
        let mut hex = String::with_capacity(64);
        for byte in hmac_sha256::Hash::hash(self.text.as_bytes()) {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    /// The position of the byte at `offset`.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1];
        let before = self.text.get(start..offset).unwrap_or_default();
        Position {
            line,
            column: before.chars().count() + 1,
        }
    }

    /// The byte offset of `position`, or the end of its line where it lies beyond.
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line.clamp(1, self.line_starts.len());
        let start = self.line_starts[line - 1];
        let text = self.line(line);
        let within = text
            .char_indices()
            .nth(position.column.saturating_sub(1))
            .map_or(text.len(), |(index, _)| index);
        start + within
    }

    /// The first line of `span`, its number, and the span's bytes within it.
    pub(crate) fn excerpt(&self, span: Span) -> (&str, usize, Range<usize>) {
        let line = span.start.line.clamp(1, self.line_starts.len());
        let text = self.line(line);
        let start = self.offset(span.start) - self.line_starts[line - 1];
        let end = if span.end.line == span.start.line {
            self.offset(span.end) - self.line_starts[line - 1]
        } else {
            text.trim_end().len()
        };
        (text, line, start..end.max(start).min(text.len()))
    }

    fn line(&self, line: usize) -> &str {
        let start = self.line_starts[line - 1];
        let end = self
            .line_starts
            .get(line)
            .copied()
            .unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}
