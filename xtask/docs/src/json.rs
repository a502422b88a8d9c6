//! JSON in the order of the document.

use xtask::yaml::{Node, NodeKind};

use crate::text::{is_hidden, rust_string};

/// A value of the document, or of a request that is made up from it.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as JSON writes it.
    Number(String),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// Keys and values in their order.
    Object(Vec<(String, Json)>),
}

/// How strings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// JSON; what cannot be seen is escaped.
    Json,
    /// The same, with `<` escaped, for where raw HTML would be obeyed.
    JsonWithoutTags,
    /// What `serde_json::json!` takes.
    RustMacro,
}

impl From<&Node> for Json {
    fn from(node: &Node) -> Self {
        match &node.kind {
            NodeKind::Null => Self::Null,
            NodeKind::Bool(value) => Self::Bool(*value),
            NodeKind::Number(value) => Self::Number(value.to_string()),
            NodeKind::String(value) => Self::String(value.clone()),
            NodeKind::Sequence(items) => Self::Array(items.iter().map(Self::from).collect()),
            NodeKind::Mapping(entries) => Self::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), Self::from(&entry.value)))
                    .collect(),
            ),
        }
    }
}

impl Json {
    /// The value under `key`, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Self::Object(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The value on several lines, with two spaces for each level.
    pub fn pretty(&self, dialect: Dialect) -> String {
        let mut text = String::new();
        self.write(&mut text, dialect, Some(0));
        text
    }

    /// The value on one line.
    pub fn compact(&self, dialect: Dialect) -> String {
        let mut text = String::new();
        self.write(&mut text, dialect, None);
        text
    }

    /// `level` is how deep the value stands, or `None` for one line.
    fn write(&self, to: &mut String, dialect: Dialect, level: Option<usize>) {
        match self {
            Self::Null => to.push_str("null"),
            Self::Bool(value) => to.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => {
                to.push_str(value);
                if dialect == Dialect::RustMacro {
                    to.push_str(rust_suffix(value));
                }
            }
            Self::String(value) => to.push_str(&string(value, dialect)),
            Self::Array(items) => {
                collection(to, ['[', ']'], level, items, |to, item, inner| {
                    item.write(to, dialect, inner);
                });
            }
            Self::Object(entries) => {
                collection(to, ['{', '}'], level, entries, |to, (key, value), inner| {
                    to.push_str(&string(key, dialect));
                    to.push_str(if inner.is_some() { ": " } else { ":" });
                    value.write(to, dialect, inner);
                });
            }
        }
    }
}

/// Without a suffix, Rust takes an integer for an `i32`.
fn rust_suffix(number: &str) -> &'static str {
    if number.parse::<i32>().is_ok() {
        ""
    } else if number.parse::<i64>().is_ok() {
        "_i64"
    } else if number.parse::<u64>().is_ok() {
        "_u64"
    } else {
        ""
    }
}

fn collection<T>(
    to: &mut String,
    [open, close]: [char; 2],
    level: Option<usize>,
    items: &[T],
    mut write: impl FnMut(&mut String, &T, Option<usize>),
) {
    let inner = level.map(|level| level + 1);
    let line = |to: &mut String, level: Option<usize>| {
        if let Some(level) = level {
            to.push('\n');
            to.extend(std::iter::repeat_n("  ", level));
        }
    };
    to.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            to.push(',');
        }
        line(to, inner);
        write(to, item, inner);
    }
    if !items.is_empty() {
        line(to, level);
    }
    to.push(close);
}

fn string(text: &str, dialect: Dialect) -> String {
    if dialect == Dialect::RustMacro {
        return rust_string(text);
    }
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '<' if dialect == Dialect::JsonWithoutTags => json.push_str("\\u003c"),
            c if is_hidden(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    json.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => json.push(c),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = "a\"b\\c\n\u{202e}\u{e0041}</script>\u{0}👩‍👧";
        let value = Json::Object(vec![
            (text.into(), Json::String(text.into())),
            (
                "list".into(),
                Json::Array(vec![Json::Null, Json::Number("1.5".into())]),
            ),
            ("empty".into(), Json::Array(vec![])),
        ]);
        for dialect in [Dialect::Json, Dialect::JsonWithoutTags] {
            let expected = serde_json::json!({text: text, "list": [null, 1.5], "empty": []});
            for written in [value.pretty(dialect), value.compact(dialect)] {
                assert!(!written.chars().any(is_hidden));
                let read: serde_json::Value = serde_json::from_str(&written).expect("JSON");
                assert_eq!(read, expected);
            }
        }
    }
}
