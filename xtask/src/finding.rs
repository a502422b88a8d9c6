//! What is wrong with a document, where, and what to do about it.

use std::fmt;
use std::io::IsTerminal as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::source::{Source, Span};

/// How much a [`Finding`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No code comes from a document with an error.
    Error,
    /// Worth mending; nothing is refused for it.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether the document is refused for it.
    pub severity: Severity,
    /// The rule that was broken, as `group/name`.
    pub rule: &'static str,
    /// Where in the source text.
    pub span: Span,
    /// The JSON pointer (RFC 6901) of the node it is about; empty for the whole document.
    pub pointer: String,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Finding {
    /// An error of `rule` at `span`.
    pub fn error(
        rule: &'static str,
        span: Span,
        pointer: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            rule,
            span,
            pointer: pointer.into(),
            message: message.into(),
            help: help.into(),
        }
    }
}

impl Finding {
    /// The same, as a warning.
    #[must_use]
    pub fn into_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// Renders `findings` as rustc would, sorted by position, with a count at the end.
///
/// `colour` adds terminal escapes; pass [`colour_on_stderr`] for text that goes there.
pub fn render(source: &Source, findings: &[Finding], colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| (finding.span.start, finding.severity));
    let mut text = String::new();
    if sorted.is_empty() {
        return format!("{}: no findings\n", source.name());
    }
    for finding in &sorted {
        text.push_str(&render_one(&renderer, source, finding));
        text.push_str("\n\n");
    }
    text.push_str(&count(source, findings));
    text.push('\n');
    text
}

/// `findings` as a JSON array, in the order given.
pub fn json(source: &Source, findings: &[Finding]) -> String {
    let array: Vec<_> = findings
        .iter()
        .map(|finding| {
            serde_json::json!({
                "severity": finding.severity.to_string(),
                "rule": finding.rule,
                "file": source.name(),
                "line": finding.span.start.line,
                "column": finding.span.start.column,
                "pointer": finding.pointer,
                "message": finding.message,
                "help": finding.help,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(array))
}

/// Whether standard output is a terminal that wants colour.
pub fn colour_on_stdout() -> bool {
    std::env::var_os("NO_COLOR").is_none() && std::io::stdout().is_terminal()
}

/// Whether standard error is a terminal that wants colour.
pub fn colour_on_stderr() -> bool {
    std::env::var_os("NO_COLOR").is_none() && std::io::stderr().is_terminal()
}

fn render_one(renderer: &Renderer, source: &Source, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let (excerpt, first_line, range) = source.excerpt(finding.span);
    let message = printable(&finding.message);
    let help = printable(&finding.help);
    let title = level.primary_title(message.as_str()).id(finding.rule);
    let snippet = Snippet::source(excerpt)
        .path(source.name())
        .line_start(first_line)
        .annotation(AnnotationKind::Primary.span(range));
    let mut group = Group::with_title(title).element(snippet);
    if !help.is_empty() {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

fn count(source: &Source, findings: &[Finding]) -> String {
    let errors = findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .count();
    let warnings = findings.len() - errors;
    let word = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, w) => format!("{}: {}", source.name(), word(w, "warning")),
        (e, 0) => format!("{}: {}", source.name(), word(e, "error")),
        (e, w) => format!(
            "{}: {}, {}",
            source.name(),
            word(e, "error"),
            word(w, "warning")
        ),
    }
}

/// Text from a document is data: control characters are shown, not obeyed.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}
