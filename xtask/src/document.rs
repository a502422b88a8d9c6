//! The parsed document: loading it, and finding the place of a JSON pointer in it.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::Value;

use crate::finding::Finding;
use crate::source::{Source, Span};
use crate::yaml::{self, Node, NodeKind};

/// A document that large is no hand-maintained API description.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// An OpenAPI document: its text, and its nodes with their places.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text it was read from.
    pub source: Source,
    /// The top-level mapping.
    pub root: Node,
}

/// Why there is no [`Document`].
#[derive(Debug)]
pub enum LoadError {
    /// The file is missing or cannot be read.
    Io(io::Error),
    /// The file is no OpenAPI 3.0 document in YAML or JSON.
    Refused(Source, Vec<Finding>),
}

impl Document {
    /// Reads and parses the file at `path`.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let bytes = read_bounded(path).map_err(LoadError::Io)?;
        Self::parse(path, bytes)
    }

    /// Parses `bytes`, which are shown under the name of `path`.
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, LoadError> {
        match Self::read(path, bytes)? {
            (document, findings) if findings.is_empty() => Ok(document),
            (document, findings) => Err(LoadError::Refused(document.source, findings)),
        }
    }

    /// Like [`Document::parse`], but repeated keys come back beside the document, which has the
    /// first value of each: for the lint, which goes on to look for more.
    pub fn read(path: &Path, bytes: Vec<u8>) -> Result<(Self, Vec<Finding>), LoadError> {
        let text = decode(path, bytes)
            .map_err(|refused| LoadError::Refused(refused.0, vec![refused.1]))?;
        let source = Source::new(path, text);
        let (root, mut findings) = match yaml::parse(source.text()) {
            Ok(parsed) => parsed,
            Err(findings) => return Err(LoadError::Refused(source, findings)),
        };
        if let Some(finding) = check_version(&root) {
            findings.push(finding);
            return Err(LoadError::Refused(source, findings));
        }
        Ok((Self { source, root }, findings))
    }

    /// The document as JSON.
    pub fn to_value(&self) -> Value {
        self.root.to_value()
    }

    /// What the document says its own version is.
    pub fn version(&self) -> Option<String> {
        let version = self.node_at("/info/version").and_then(Node::as_str);
        version.map(str::to_owned)
    }

    /// The node at `pointer` (RFC 6901).
    pub fn node_at(&self, pointer: &str) -> Option<&Node> {
        let mut node = &self.root;
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            node = match &node.kind {
                NodeKind::Sequence(items) => items.get(token.parse::<usize>().ok()?)?,
                _ => node.get(&token)?,
            };
        }
        Some(node)
    }

    /// Follows `$ref` from `node` to its end; a node without one is its own end.
    pub fn resolve<'a>(&'a self, node: &'a Node) -> Option<&'a Node> {
        let mut node = node;
        // A longer chain is a circle, or as good as one.
        for _ in 0..100 {
            let Some(target) = node.get("$ref").and_then(Node::as_str) else {
                return Some(node);
            };
            node = self.node_at(target.strip_prefix('#')?)?;
        }
        None
    }

    /// The place of `pointer` (RFC 6901), or of its closest ancestor that exists.
    ///
    /// For the value of a key that is the key's place: it is the line people look for.
    pub fn span_at(&self, pointer: &str) -> Span {
        let mut node = &self.root;
        let mut span = Span {
            start: node.span.start,
            end: node.span.start,
        };
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            let step = match &node.kind {
                NodeKind::Mapping(_) => node.entry(&token).map(|e| (e.key_span, &e.value)),
                NodeKind::Sequence(items) => token
                    .parse::<usize>()
                    .ok()
                    .and_then(|i| items.get(i))
                    .map(|n| (n.span, n)),
                _ => None,
            };
            let Some((place, inner)) = step else { break };
            span = place;
            node = inner;
        }
        span
    }
}

/// The bytes of the file at `path`: all of them, or one more than any document may have.
pub fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Escapes one token of a JSON pointer.
pub fn pointer_token(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, Box<(Source, Finding)>> {
    let refused = |text: String, offset: usize, rule, message: String, help: &str| {
        let source = Source::new(path, text);
        let start = source.position(offset);
        let span = Span::at(start.line, start.column);
        Box::new((source, Finding::error(rule, span, "", message, help)))
    };
    if bytes.len() > MAX_BYTES {
        let message = format!("the file has more than {MAX_BYTES} bytes");
        let help = "split the document, or check that this is the right file";
        return Err(refused(String::new(), 0, "yaml/size", message, help));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let message = "the file is encoded in UTF-16".to_owned();
        let help = "save it as UTF-8";
        return Err(refused(String::new(), 0, "yaml/encoding", message, help));
    }
    let (text, invalid) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            (
                String::from_utf8_lossy(error.as_bytes()).into_owned(),
                Some(offset),
            )
        }
    };
    // A NUL byte before the first bad sequence says "binary", not "wrong encoding".
    if let Some(offset) = text
        .find('\0')
        .filter(|nul| invalid.is_none_or(|bad| *nul <= bad))
    {
        let message = "the file is binary: it holds a NUL byte".to_owned();
        let help = "name a YAML or JSON file in UTF-8";
        return Err(refused(text, offset, "yaml/encoding", message, help));
    }
    if let Some(offset) = invalid {
        let message = format!(
            "the file is not UTF-8: byte {} begins no character",
            offset + 1
        );
        let help = "save it as UTF-8, or name a YAML or JSON file";
        return Err(refused(text, offset, "yaml/encoding", message, help));
    }
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        let message = "the file is empty".to_owned();
        let help = "write an OpenAPI 3.0 document; it begins with `openapi: 3.0.3`";
        return Err(refused(text, 0, "yaml/empty", message, help));
    }
    Ok(text)
}

fn check_version(root: &Node) -> Option<Finding> {
    let help_begin = "the first line of an OpenAPI 3.0 document is `openapi: 3.0.3`";
    let error = |span, pointer: &str, message: String, help: &str| {
        Some(Finding::error(
            "openapi/version",
            span,
            pointer,
            message,
            help,
        ))
    };
    if !matches!(root.kind, NodeKind::Mapping(_)) {
        let message = format!(
            "an OpenAPI document is a mapping; this is {}",
            root.kind_name()
        );
        // A document of nothing begins behind the last line.
        let span = match root.kind {
            NodeKind::Null => Span::start_of_text(),
            _ => Span::at(root.span.start.line, root.span.start.column),
        };
        return error(span, "", message, help_begin);
    }
    if let Some(entry) = root.entry("swagger") {
        return error(
            entry.key_span,
            "/swagger",
            "this is a Swagger 2.0 document".into(),
            "convert it to OpenAPI 3.0 first, for example with the `swagger2openapi` tool",
        );
    }
    let Some(entry) = root.entry("openapi") else {
        return error(
            Span::start_of_text(),
            "",
            "the key `openapi` is missing: this does not look like an OpenAPI document".into(),
            help_begin,
        );
    };
    let version = match &entry.value.kind {
        NodeKind::String(version) => version.clone(),
        NodeKind::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let is_three_zero = entry.value.as_str().is_some_and(|v| {
        v.strip_prefix("3.0.")
            .is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit()))
    });
    if is_three_zero {
        return None;
    }
    let (message, help) = if version == "3.0" {
        (
            "the version `3.0` has no patch number".into(),
            "write `openapi: 3.0.3`",
        )
    } else if version.starts_with("3.1") || version.starts_with("3.2") {
        (
            format!("OpenAPI {version} is not supported: the generator reads 3.0 only"),
            "write the document for OpenAPI 3.0.3; `nullable: true` takes the place of `type: [.., 'null']`",
        )
    } else {
        (
            "the OpenAPI version is not one of 3.0".into(),
            "write `openapi: 3.0.3`",
        )
    };
    error(entry.value.span, "/openapi", message, help)
}
