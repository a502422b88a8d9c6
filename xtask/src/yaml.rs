//! YAML to a tree in which every node knows its place in the text.

use std::collections::{BTreeMap, HashMap};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as ScanSpan, Tag};
use serde_json::{Map, Number, Value};

use crate::document::pointer_token;
use crate::finding::Finding;
use crate::source::{Position, Span};

/// Mappings and sequences may nest this deep; no API document comes near it.
pub const MAX_DEPTH: usize = 100;

/// So many nodes may a document have once its aliases are followed.
pub const MAX_NODES: usize = 1_000_000;

/// One value of a document.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// The value of a [`Node`].
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer or a finite decimal number.
    Number(Number),
    /// Any other scalar, and every quoted one.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the text; keys are unique.
    Mapping(Vec<Entry>),
}

/// A key of a mapping with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`, if this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries, if this is a mapping; else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items, if this is a sequence; else none.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The node as JSON; positions are left behind.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(value) => Value::Bool(*value),
            NodeKind::Number(value) => Value::Number(value.clone()),
            NodeKind::String(value) => Value::String(value.clone()),
            NodeKind::Sequence(items) => items.iter().map(Node::to_value).collect(),
            NodeKind::Mapping(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), entry.value.to_value()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// What the node is, in YAML's words.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            NodeKind::Null => "null",
            NodeKind::Bool(_) => "a boolean",
            NodeKind::Number(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::Sequence(_) => "a list",
            NodeKind::Mapping(_) => "a mapping",
        }
    }
}

/// Parses the one document of `text`.
///
/// Repeated keys do not end the parse: the first value of each counts, and the others come back
/// as findings beside the tree, so that one run can tell what else is wrong.
///
/// # Errors
///
/// All repeated keys so far, and the first thing that ends the parse.
pub fn parse(text: &str) -> Result<(Node, Vec<Finding>), Vec<Finding>> {
    let mut builder = Builder::default();
    let parsed = builder.document(text);
    let mut findings = builder.findings;
    match parsed {
        Ok(root) => Ok((root, findings)),
        Err(finding) => {
            findings.push(*finding);
            Err(findings)
        }
    }
}

/// Builds the tree from events with an explicit stack: a deep text cannot overflow ours.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    findings: Vec<Finding>,
}

/// A collection that has begun and not yet ended.
struct Open {
    anchor: usize,
    start: Span,
    nodes_before: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        seen: BTreeMap<String, Span>,
        key: Option<(String, Span)>,
    },
}

type Refused = Box<Finding>;

impl Builder {
    fn document(&mut self, text: &str) -> Result<Node, Refused> {
        let mut parser = Parser::new_from_str(text);
        let mut root = None;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| scan_error(text, &error))?;
            if let Some(node) = self.event(event, span)? {
                root = Some(node);
            }
            match parser.peek() {
                Some(Ok((Event::DocumentStart(_), span))) if root.is_some() => {
                    return Err(second_document(*span));
                }
                // The parser tells an error once, to whoever asks first.
                Some(Err(error)) => return Err(scan_error(text, &error)),
                _ => {}
            }
        }
        root.ok_or_else(|| {
            refused(
                "yaml/empty",
                Span::start_of_text(),
                "the document is empty",
                "write an OpenAPI 3.0 document; it begins with `openapi: 3.0.3`",
            )
        })
    }

    /// Takes one event in; the finished root comes back from the last one.
    fn event(&mut self, event: Event<'_>, span: ScanSpan) -> Result<Option<Node>, Refused> {
        let span = convert_span(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let expects_key = self.expects_key();
                let node = if expects_key {
                    self.count(1, span)?;
                    Node {
                        span,
                        kind: key_kind(&text, style, span)?,
                    }
                } else {
                    self.count(1, span)?;
                    Node {
                        span,
                        kind: scalar(&text, style, tag.as_deref(), span)?,
                    }
                };
                self.remember(anchor, &node, 1, span)?;
                self.add(node)
            }
            Event::Alias(anchor) => {
                let Some((node, nodes)) = self.anchors.get(&anchor) else {
                    return Err(refused(
                        "yaml/recursive-alias",
                        span,
                        "an alias stands inside the node that it names",
                        "write the value out; a document cannot contain itself",
                    ));
                };
                let (nodes, copy) = (*nodes, node.clone());
                self.count(nodes, span)?;
                self.add(copy)
            }
            Event::SequenceStart(anchor, tag) => {
                Self::collection_tag(tag.as_deref(), "seq", span)?;
                self.open(anchor, span, Content::Sequence(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                Self::collection_tag(tag.as_deref(), "map", span)?;
                let content = Content::Mapping {
                    entries: Vec::new(),
                    seen: BTreeMap::new(),
                    key: None,
                };
                self.open(anchor, span, content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::Nothing => Ok(None),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                content: Content::Mapping { key: None, .. },
                ..
            })
        )
    }

    fn open(
        &mut self,
        anchor: usize,
        span: Span,
        content: Content,
    ) -> Result<Option<Node>, Refused> {
        if self.expects_key() {
            return Err(refused(
                "yaml/key",
                span,
                "a list or a mapping stands where a key belongs",
                "OpenAPI has text keys only; quote the key if it is meant as text",
            ));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(span));
        }
        let nodes_before = self.nodes;
        self.count(1, span)?;
        self.open.push(Open {
            anchor,
            start: span,
            nodes_before,
            content,
        });
        Ok(None)
    }

    fn close(&mut self, end: Span) -> Result<Option<Node>, Refused> {
        let Some(open) = self.open.pop() else {
            return Ok(None);
        };
        let span = Span {
            start: open.start.start,
            end: end.start,
        };
        let kind = match open.content {
            Content::Sequence(items) => NodeKind::Sequence(items),
            Content::Mapping { entries, .. } => NodeKind::Mapping(entries),
        };
        let node = Node { span, kind };
        let nodes = self.nodes - open.nodes_before;
        self.remember(open.anchor, &node, nodes, open.start)?;
        self.add(node)
    }

    /// Puts a finished node into the collection around it, or hands it out as the root.
    fn add(&mut self, node: Node) -> Result<Option<Node>, Refused> {
        let pointer = self.repeated_at();
        let Some(open) = self.open.last_mut() else {
            return Ok(Some(node));
        };
        match &mut open.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { entries, seen, key } => match key.take() {
                None => {
                    let NodeKind::String(text) = node.kind else {
                        return Err(refused(
                            "yaml/key",
                            node.span,
                            "a list or a mapping stands where a key belongs",
                            "OpenAPI has text keys only; quote the key if it is meant as text",
                        ));
                    };
                    *key = Some((text, node.span));
                }
                Some((text, key_span)) => {
                    if let Some(first) = seen.get(&text) {
                        self.findings.push(Finding::error(
                            "yaml/repeated-key",
                            key_span,
                            pointer.unwrap_or_default(),
                            format!("the key `{text}` is repeated"),
                            format!(
                                "it stands first in line {}; keep one of the two",
                                first.start.line
                            ),
                        ));
                    } else {
                        seen.insert(text.clone(), key_span);
                        entries.push(Entry {
                            key: text,
                            key_span,
                            value: node,
                        });
                    }
                }
            },
        }
        Ok(None)
    }

    /// The pointer of the value that is due, if its key stands in its mapping already.
    fn repeated_at(&self) -> Option<String> {
        match &self.open.last()?.content {
            Content::Mapping {
                seen,
                key: Some((key, _)),
                ..
            } if seen.contains_key(key) => {}
            _ => return None,
        }
        let token = |open: &Open| match &open.content {
            Content::Sequence(items) => items.len().to_string(),
            Content::Mapping { key, .. } => key
                .as_ref()
                .map_or_else(String::new, |(key, _)| pointer_token(key)),
        };
        let tokens: Vec<String> = self.open.iter().map(token).collect();
        Some(format!("/{}", tokens.join("/")))
    }

    /// Keeps a copy for the aliases to come; copies count, too, so that memory is bounded.
    fn remember(
        &mut self,
        anchor: usize,
        node: &Node,
        nodes: usize,
        span: Span,
    ) -> Result<(), Refused> {
        if anchor != 0 {
            self.count(nodes, span)?;
            self.anchors.insert(anchor, (node.clone(), nodes));
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Refused> {
        self.nodes += nodes;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(refused(
            "yaml/size",
            span,
            format!("the document has more than {MAX_NODES} nodes once its aliases are followed"),
            "use `$ref` instead of YAML aliases",
        ))
    }

    fn collection_tag(tag: Option<&Tag>, expected: &str, span: Span) -> Result<(), Refused> {
        match tag {
            None => Ok(()),
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == expected => Ok(()),
            Some(tag) => Err(unknown_tag(tag, span)),
        }
    }
}

fn second_document(span: ScanSpan) -> Refused {
    refused(
        "yaml/several-documents",
        convert_span(span),
        "a second YAML document begins here",
        "keep one document in a file; remove the `---` or what follows it",
    )
}

/// A key is text, however it is written: `200:` and `'200':` are the same key.
fn key_kind(text: &str, style: ScalarStyle, span: Span) -> Result<NodeKind, Refused> {
    if style == ScalarStyle::Plain && text == "<<" {
        return Err(refused(
            "yaml/merge-key",
            span,
            "`<<` is a merge key, which YAML 1.2 does not have",
            "write the keys out, or use `$ref` or `allOf`",
        ));
    }
    Ok(NodeKind::String(text.to_owned()))
}

/// Resolves a scalar by the core schema of YAML 1.2.2, section 10.3.2.
fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    span: Span,
) -> Result<NodeKind, Refused> {
    if let Some(tag) = tag {
        if tag.is_yaml_core_schema() && tag.suffix == "str" {
            return Ok(NodeKind::String(text.to_owned()));
        }
        if !tag.is_yaml_core_schema()
            || !matches!(tag.suffix.as_str(), "null" | "bool" | "int" | "float")
        {
            return Err(unknown_tag(tag, span));
        }
    } else if style != ScalarStyle::Plain {
        return Ok(NodeKind::String(text.to_owned()));
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::Bool(true),
        "false" | "False" | "FALSE" => NodeKind::Bool(false),
        _ => match number(text) {
            Some(Ok(number)) => NodeKind::Number(number),
            Some(Err(NotJson)) => {
                return Err(refused(
                    "yaml/number",
                    span,
                    format!("`{text}` is a number that JSON cannot hold"),
                    "write a finite number, or quote it if it is meant as text",
                ));
            }
            None => NodeKind::String(text.to_owned()),
        },
    })
}

/// A number that JSON cannot hold.
struct NotJson;

/// `None`: not a number.
fn number(text: &str) -> Option<Result<Number, NotJson>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Err(NotJson));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let valid = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
            return valid.then(|| {
                u64::from_str_radix(digits, radix)
                    .map(Number::from)
                    .map_err(|_| NotJson)
            });
        }
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits(unsigned) {
        let plain = text.strip_prefix('+').unwrap_or(text);
        let integer = plain
            .parse::<i64>()
            .map(Number::from)
            .or_else(|_| plain.parse::<u64>().map(Number::from))
            .ok();
        return Some(integer.map_or_else(|| float(plain), Ok));
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_fits = exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)));
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => {
            (digits(whole) && (part.is_empty() || digits(part)))
                || (whole.is_empty() && digits(part))
        }
        None => digits(mantissa),
    };
    (exponent_fits && mantissa_fits).then(|| float(text))
}

fn float(text: &str) -> Result<Number, NotJson> {
    text.parse().ok().and_then(Number::from_f64).ok_or(NotJson)
}

fn unknown_tag(tag: &Tag, span: Span) -> Refused {
    refused(
        "yaml/tag",
        span,
        format!("the tag `{tag}` is unknown"),
        "remove it; an OpenAPI document is plain data",
    )
}

fn scan_error(text: &str, error: &ScanError) -> Refused {
    let marker = error.marker();
    let lines = text.lines().count().max(1);
    let position = Position {
        line: marker.line().clamp(1, lines),
        column: marker.col() + 1,
    };
    let span = Span {
        start: position,
        end: Position {
            line: position.line,
            column: position.column + 1,
        },
    };
    let line = text.lines().nth(position.line - 1).unwrap_or_default();
    let indentation = line.len() - line.trim_start().len();
    let info = error.info();
    if info.contains("tab") || line[..indentation].contains('\t') {
        return refused(
            "yaml/tab",
            indenting_tab(text, position.line).unwrap_or(span),
            "a tab is used for indentation",
            "indent with spaces; YAML does not allow tabs there",
        );
    }
    if info.contains("valid YAML whitespace")
        && let Some(tab) = line.find('\t')
    {
        return refused(
            "yaml/tab",
            Span::at(position.line, line[..tab].chars().count() + 1),
            "a tab stands where a space belongs",
            "write one space",
        );
    }
    if info.contains("unknown anchor") {
        return refused(
            "yaml/undefined-alias",
            span,
            "an alias names an anchor that does not exist",
            "define the anchor (`&name`) before it, or quote the text if the `*` is part of it",
        );
    }
    if info.contains("recursion limit") {
        return too_deep(span);
    }
    let help = if info.contains("mapping values are not allowed") {
        "quote the text if the colon is part of it; else check the indentation"
    } else {
        "check the indentation and the quotes here and in the line before"
    };
    refused(
        "yaml/syntax",
        span,
        format!("the YAML cannot be read: {info}"),
        help,
    )
}

fn too_deep(span: Span) -> Refused {
    refused(
        "yaml/depth",
        span,
        format!("the document nests deeper than {MAX_DEPTH} levels"),
        "move inner schemas to `components/schemas` and refer to them by `$ref`",
    )
}

/// The first tab in an indentation from `line` on: the scanner stops before it, or after.
fn indenting_tab(text: &str, line: usize) -> Option<Span> {
    text.lines()
        .enumerate()
        .skip(line - 1)
        .find_map(|(index, line)| {
            let indentation = &line[..line.len() - line.trim_start().len()];
            let tab = indentation.find('\t')?;
            Some(Span::at(index + 1, indentation[..tab].chars().count() + 1))
        })
}

fn refused(
    rule: &'static str,
    span: Span,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Refused {
    Box::new(Finding::error(rule, span, "", message, help))
}

fn convert_span(span: ScanSpan) -> Span {
    let position = |marker: saphyr_parser::Marker| Position {
        line: marker.line().max(1),
        column: marker.col() + 1,
    };
    Span {
        start: position(span.start),
        end: position(span.end),
    }
}
