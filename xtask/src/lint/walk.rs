//! Walks a document along its vocabulary: unknown and missing keys, wrong values, and the places
//! of every object for the rules that look at one kind only.

use std::collections::HashMap;

use crate::document::{Document, pointer_token};
use crate::finding::Finding;
use crate::source::Span;
use crate::yaml::{Entry, Node, NodeKind};

use super::suggest::did_you_mean;
use super::vocabulary::{FOREIGN_KEYS, Kind, Shape};

/// One object of a document and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Site<'a> {
    pub(crate) kind: Kind,
    pub(crate) node: &'a Node,
    pub(crate) pointer: String,
    /// The key it stands under, or its first key: where a finding about all of it points.
    pub(crate) place: Span,
}

/// A `$ref` where a component of `kind` is expected.
#[derive(Clone, Debug)]
pub(crate) struct Reference<'a> {
    pub(crate) kind: Kind,
    pub(crate) node: &'a Node,
    pub(crate) pointer: String,
}

/// All objects of a document, in the order of the text, and what the walk found.
#[derive(Debug)]
pub(crate) struct Sites<'a> {
    pub(crate) document: &'a Document,
    /// By pointer: documents with thousands of components are followed in linear time.
    components: HashMap<String, &'a Node>,
    pub(crate) objects: Vec<Site<'a>>,
    pub(crate) references: Vec<Reference<'a>>,
    pub(crate) findings: Vec<Finding>,
}

/// A longer chain of references is a circle, or as good as one.
pub(crate) const MAX_CHAIN: usize = 100;

impl<'a> Sites<'a> {
    pub(crate) fn of(document: &'a Document) -> Self {
        let mut sites = Self {
            document,
            components: components(document),
            objects: Vec::new(),
            references: Vec::new(),
            findings: Vec::new(),
        };
        let place = Span::start_of_text();
        sites.object(Kind::Document, &document.root, "", place);
        sites
    }

    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Site<'a>> {
        self.objects.iter().filter(move |site| site.kind == kind)
    }

    /// Whether the section of `components` is not there because a key is mistyped.
    pub(crate) fn lost_section(&self, section: &str) -> bool {
        let root = self.of_kind(Kind::Document).next();
        let components = self.of_kind(Kind::Components).next();
        match components {
            Some(site) => site.node.entry(section).is_none() && mistyped(site, section),
            None => root.is_some_and(|site| mistyped(site, "components")),
        }
    }

    /// Follows `$ref` to its end; a node without one is its own end.
    pub(crate) fn resolve(&self, node: &'a Node) -> Option<&'a Node> {
        let mut node = node;
        for _ in 0..MAX_CHAIN {
            let Some(target) = node.get("$ref").and_then(Node::as_str) else {
                return Some(node);
            };
            node = self.node_at(target.strip_prefix('#')?)?;
        }
        None
    }

    /// The node at a pointer; components are found at once.
    pub(crate) fn node_at(&self, pointer: &str) -> Option<&'a Node> {
        match self.components.get(pointer) {
            Some(node) => Some(node),
            None => self.document.node_at(pointer),
        }
    }

    // The depth is bounded by that of the YAML, which is `yaml::MAX_DEPTH`.
    fn visit(&mut self, shape: Shape, node: &'a Node, pointer: String, place: Span) {
        let fits = match shape {
            Shape::Any => true,
            Shape::Text => matches!(node.kind, NodeKind::String(_)),
            Shape::Bool => matches!(node.kind, NodeKind::Bool(_)),
            Shape::Number => matches!(node.kind, NodeKind::Number(_)),
            Shape::Count => matches!(&node.kind, NodeKind::Number(n) if n.is_u64()),
            Shape::Word(words) => return self.word(words, node, pointer),
            Shape::Object(kind) | Shape::Reference(kind) => {
                if is_mapping(node) {
                    if matches!(shape, Shape::Reference(_)) && node.entry("$ref").is_some() {
                        self.reference(kind, node, pointer);
                    } else {
                        self.object(kind, node, &pointer, place);
                    }
                    return;
                }
                false
            }
            Shape::PathItem => {
                if is_mapping(node) {
                    self.object(Kind::PathItem, node, &pointer, place);
                    return;
                }
                false
            }
            Shape::List(of) => {
                if let NodeKind::Sequence(items) = &node.kind {
                    for (index, item) in items.iter().enumerate() {
                        let place = item.entries().first().map_or(item.span, |e| e.key_span);
                        self.visit(*of, item, format!("{pointer}/{index}"), place);
                    }
                    return;
                }
                false
            }
            Shape::Map(of) | Shape::Extensible(of) => {
                if is_mapping(node) {
                    let free = matches!(shape, Shape::Extensible(_));
                    for entry in node.entries() {
                        if !(free && entry.key.starts_with("x-")) {
                            self.visit(*of, &entry.value, below(&pointer, entry), entry.key_span);
                        }
                    }
                    return;
                }
                false
            }
            Shape::BoolOrSchema => {
                if is_mapping(node) {
                    return self.visit(Shape::Reference(Kind::Schema), node, pointer, place);
                }
                matches!(node.kind, NodeKind::Bool(_))
            }
        };
        if !fits {
            self.wrong_kind(shape, node, pointer, place);
        }
    }

    fn object(&mut self, kind: Kind, node: &'a Node, pointer: &str, place: Span) {
        self.objects.push(Site {
            kind,
            node,
            pointer: pointer.to_owned(),
            place,
        });
        let keys = kind.keys();
        for entry in node.entries() {
            let at = below(pointer, entry);
            match keys.iter().find(|key| key.name == entry.key) {
                Some(key) => self.visit(key.shape, &entry.value, at, entry.key_span),
                None if entry.key.starts_with("x-") => {}
                None => self.unknown_key(kind, node, entry, at),
            }
        }
        for key in keys.iter().filter(|key| key.required) {
            if node.entry(key.name).is_none() && !is_mistyped(kind, node, key.name) {
                self.missing_key(kind, key.name, pointer, place);
            }
        }
    }

    pub(crate) fn missing_key(&mut self, kind: Kind, name: &str, pointer: &str, place: Span) {
        self.findings.push(Finding::error(
            "openapi/missing-key",
            place,
            pointer,
            format!("{} needs the key `{name}`", kind.name()),
            format!("add `{name}: …` here"),
        ));
    }

    fn unknown_key(&mut self, kind: Kind, node: &Node, entry: &Entry, at: String) {
        let absent = kind
            .keys()
            .iter()
            .map(|key| key.name)
            .filter(|name| node.entry(name).is_none());
        let foreign = FOREIGN_KEYS
            .iter()
            .find(|(of, key, _)| *of == kind && *key == entry.key);
        let help = if let Some((_, _, instead)) = foreign {
            format!("OpenAPI 3.0 does not have it: {instead}")
        } else if let Some(meant) = did_you_mean(&entry.key, absent) {
            format!("did you mean `{meant}`?")
        } else if entry.key == "$ref" {
            "a `$ref` cannot stand here; write the object out".to_owned()
        } else {
            let names: Vec<&str> = kind.keys().iter().map(|key| key.name).collect();
            let mut help = format!("its keys are {}", names.join(", "));
            help.push_str("; an extension begins with `x-`");
            help
        };
        self.findings.push(Finding::error(
            "openapi/unknown-key",
            entry.key_span,
            at,
            format!("{} has no key `{}`", kind.name(), entry.key),
            help,
        ));
    }

    fn word(&mut self, words: &[&str], node: &Node, pointer: String) {
        let Some(text) = node.as_str() else {
            let help = if matches!(node.kind, NodeKind::Sequence(_)) {
                "OpenAPI 3.0 has one type; write `nullable: true` for null, and `oneOf` for \
                 several"
                    .to_owned()
            } else {
                format!("write one of {}", words.join(", "))
            };
            self.findings.push(Finding::error(
                "openapi/wrong-kind",
                node.span,
                pointer,
                format!("a word belongs here; this is {}", node.kind_name()),
                help,
            ));
            return;
        };
        if words.contains(&text) {
            return;
        }
        let help = if let Some(meant) = did_you_mean(text, words.iter().copied()) {
            format!("did you mean `{meant}`?")
        } else if text == "null" {
            "OpenAPI 3.0 has no such type; write `nullable: true` beside another type".to_owned()
        } else {
            format!("write one of {}", words.join(", "))
        };
        self.findings.push(Finding::error(
            "openapi/word",
            node.span,
            pointer,
            format!("`{text}` is not one of the words that belong here"),
            help,
        ));
    }

    fn wrong_kind(&mut self, shape: Shape, node: &Node, pointer: String, place: Span) {
        let (wanted, help) = match shape {
            Shape::Any => return,
            Shape::Text | Shape::Word(_) => ("a text", "quote it: '…'"),
            Shape::Bool => ("true or false", "write `true` or `false`, without quotes"),
            Shape::Number => ("a number", "write a number, without quotes"),
            Shape::Count => (
                "an integer that is not negative",
                "write 0 or more, without quotes",
            ),
            Shape::Object(_) | Shape::PathItem => ("a mapping", "write `key: value` lines"),
            Shape::Reference(_) => ("a mapping", "write the object, or a `$ref` to it"),
            Shape::List(_) => ("a list", "write `- ` before each item, or `[…]`"),
            Shape::Map(_) | Shape::Extensible(_) => ("a mapping", "write `name: …` lines"),
            Shape::BoolOrSchema => ("true, false or a schema", "write one of these"),
        };
        let help = match (shape, pointer.rsplit('/').next()) {
            (Shape::Bool, Some("exclusiveMinimum" | "exclusiveMaximum")) => {
                "in OpenAPI 3.0 it is `true` or `false`, beside `minimum` or `maximum`"
            }
            (Shape::Bool, Some("required")) => {
                "`required: true` belongs to a parameter or a request body"
            }
            (Shape::List(_), Some("required")) => {
                "list the required names in the schema that has the `properties`"
            }
            (Shape::Text, _) if matches!(node.kind, NodeKind::Null) => "write a text",
            _ => help,
        };
        // A block's own place is its first key, which says little: point at what holds it.
        let span = match node.kind {
            NodeKind::Mapping(_) | NodeKind::Sequence(_) | NodeKind::Null => place,
            _ => node.span,
        };
        self.findings.push(Finding::error(
            "openapi/wrong-kind",
            span,
            pointer,
            format!("{wanted} belongs here; this is {}", describe(node)),
            help,
        ));
    }

    fn reference(&mut self, kind: Kind, node: &'a Node, pointer: String) {
        self.references.push(Reference {
            kind,
            node,
            pointer,
        });
    }
}

fn components(document: &Document) -> HashMap<String, &Node> {
    let sections = document.root.get("components").map(Node::entries);
    let mut components = HashMap::new();
    for section in sections.unwrap_or_default() {
        for entry in section.value.entries() {
            let pointer = format!("/components/{}/{}", section.key, pointer_token(&entry.key));
            components.insert(pointer, &entry.value);
        }
    }
    components
}

fn describe(node: &Node) -> String {
    match &node.kind {
        NodeKind::Number(number) if !number.is_u64() => format!("`{number}`"),
        _ => node.kind_name().to_owned(),
    }
}

/// Whether a key of the object is `name` mistyped: one mistake, one finding.
pub(crate) fn mistyped(site: &Site<'_>, name: &str) -> bool {
    is_mistyped(site.kind, site.node, name)
}

fn is_mistyped(kind: Kind, node: &Node, name: &str) -> bool {
    let known = |entry: &&Entry| kind.keys().iter().any(|key| key.name == entry.key);
    node.entries()
        .iter()
        .filter(|entry| !known(entry) && !entry.key.starts_with("x-"))
        .any(|entry| did_you_mean(&entry.key, [name]).is_some())
}

fn is_mapping(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Mapping(_))
}

pub(crate) fn below(pointer: &str, entry: &Entry) -> String {
    format!("{pointer}/{}", pointer_token(&entry.key))
}
