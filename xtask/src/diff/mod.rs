//! Compares two documents by meaning, and judges each change on the wire and in Rust.

mod operations;
mod report;
mod revision;
mod schemas;
mod view;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::document::Document;
use crate::generate::on_deep_stack;

pub use report::{Bump, Bumps, Format, bumps, next, one_line, render};
pub(crate) use report::{aligned, place, printable};
pub use revision::{Base, at_revision, load_base};
pub(crate) use revision::{GitError, git};

/// What a change means for one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nobody can tell.
    #[default]
    None,
    /// All goes on as before, and something new exists.
    Compatible,
    /// Something that worked can fail.
    Breaking,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        })
    }
}

/// One difference in meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What kind of difference, as `property-added`.
    pub kind: &'static str,
    /// For a client built from the base, against a server that follows the new document.
    pub wire: Verdict,
    /// For the source of a user of the generated crate.
    pub rust: Verdict,
    /// The ids of the operations it concerns; empty for the whole document.
    pub operation: String,
    /// Where: in the new document, or in the base for what is gone.
    pub pointer: String,
    /// The document that `pointer` and `line` speak of.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The consequence, in words.
    pub message: String,
}

/// All changes from one document to another, worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The changes.
    pub changes: Vec<Change>,
    /// What the new document says its own version is.
    pub version: Option<String>,
}

impl Diff {
    /// The worst verdict on the wire.
    pub fn wire(&self) -> Verdict {
        self.changes
            .iter()
            .map(|change| change.wire)
            .max()
            .unwrap_or_default()
    }

    /// The worst verdict in Rust.
    pub fn rust(&self) -> Verdict {
        self.changes
            .iter()
            .map(|change| change.rust)
            .max()
            .unwrap_or_default()
    }
}

/// Compares `base` with `new`.
pub fn compare(base: &Document, new: &Document) -> Diff {
    // References are followed one stack frame at a time, however long the chain.
    on_deep_stack(|| {
        let mut comparison = Comparison::new(base, new);
        comparison.documents();
        Diff {
            changes: comparison.finish(),
            version: new.version(),
        }
    })
}

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    Request,
    Response,
    /// No operation uses it; its type is generated all the same.
    Nowhere,
}

/// A comparison at work.
struct Comparison<'a> {
    base: &'a Document,
    new: &'a Document,
    changes: Vec<Change>,
    /// The operation that is being compared.
    operation: String,
    /// Schemas that have been compared, by their pointers and how they are used and by whom.
    compared: BTreeSet<(String, String, Direction, bool, String)>,
    /// Component schemas that have been compared in any direction.
    paired: BTreeSet<(String, String)>,
}

/// Where a change is told: what is gone has a place in the base only.
enum Place<'v, 'a> {
    New(&'v view::View<'a>),
    Base(&'v view::View<'a>),
}

impl<'a> Comparison<'a> {
    fn new(base: &'a Document, new: &'a Document) -> Self {
        Self {
            base,
            new,
            changes: Vec::new(),
            operation: String::new(),
            compared: BTreeSet::new(),
            paired: BTreeSet::new(),
        }
    }

    fn change(
        &mut self,
        kind: &'static str,
        (wire, rust): (Verdict, Verdict),
        place: &Place<'_, '_>,
        message: impl Into<String>,
    ) {
        let (Place::New(view) | Place::Base(view)) = place;
        self.changes.push(Change {
            kind,
            wire,
            rust,
            operation: self.operation.clone(),
            pointer: view.pointer.clone(),
            file: view.document.source.name().to_owned(),
            line: view.document.span_at(&view.pointer).start.line,
            message: message.into(),
        });
    }

    /// One change for each place: what several operations share is told once.
    fn finish(self) -> Vec<Change> {
        let mut merged: Vec<Change> = Vec::new();
        for change in self.changes {
            let same = merged.iter_mut().find(|other| {
                other.kind == change.kind
                    && other.pointer == change.pointer
                    && other.file == change.file
                    && other.line == change.line
            });
            let Some(other) = same else {
                merged.push(change);
                continue;
            };
            // The words of the worse consequence.
            if (change.wire, change.rust) > (other.wire, other.rust) {
                other.message = change.message;
            }
            other.wire = other.wire.max(change.wire);
            other.rust = other.rust.max(change.rust);
            let known = other.operation.split(", ").any(|id| id == change.operation);
            if !known && !change.operation.is_empty() {
                if !other.operation.is_empty() {
                    other.operation.push_str(", ");
                }
                other.operation.push_str(&change.operation);
            }
        }
        merged.retain(|c| c.wire != Verdict::None || c.rust != Verdict::None);
        merged.sort_by(|a, b| {
            let weight = |c: &Change| std::cmp::Reverse((c.wire.max(c.rust), c.wire, c.rust));
            (weight(a), a.line, &a.pointer).cmp(&(weight(b), b.line, &b.pointer))
        });
        merged
    }
}
