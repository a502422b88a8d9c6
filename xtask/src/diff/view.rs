//! A place in a document that is being compared, seen through its references.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::{Document, pointer_token};
use crate::lint::pascal;
use crate::yaml::{Node, NodeKind};

/// A node, its document, and the pointer that leads to it.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    pub(crate) document: &'a Document,
    pub(crate) node: &'a Node,
    pub(crate) pointer: String,
}

impl<'a> View<'a> {
    pub(crate) fn root(document: &'a Document) -> Self {
        Self {
            document,
            node: &document.root,
            pointer: String::new(),
        }
    }

    /// The value of `key`, with references not yet followed.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        Some(Self {
            document: self.document,
            node: self.node.get(key)?,
            pointer: format!("{}/{}", self.pointer, pointer_token(key)),
        })
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.node.get(key)?.as_str()
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.node
            .get(key)
            .is_some_and(|node| matches!(node.kind, NodeKind::Bool(true)))
    }

    /// Names and values of a mapping; extensions are left out.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> {
        let (document, base) = (self.document, self.pointer.clone());
        self.node
            .entries()
            .iter()
            .filter(|entry| !entry.key.starts_with("x-"))
            .map(move |entry| {
                let view = Self {
                    document,
                    node: &entry.value,
                    pointer: format!("{base}/{}", pointer_token(&entry.key)),
                };
                (entry.key.as_str(), view)
            })
    }

    pub(crate) fn items(&self, key: &str) -> Vec<Self> {
        let list = self.node.get(key).map(Node::items).unwrap_or_default();
        let base = format!("{}/{}", self.pointer, pointer_token(key));
        list.iter()
            .enumerate()
            .map(|(index, node)| Self {
                document: self.document,
                node,
                pointer: format!("{base}/{index}"),
            })
            .collect()
    }

    /// Follows `$ref` to its end; where it leads nowhere, stays.
    pub(crate) fn resolved(&self) -> Self {
        let mut view = self.clone();
        for _ in 0..100 {
            let Some(target) = view.text("$ref").and_then(|text| text.strip_prefix('#')) else {
                break;
            };
            let Some(node) = self.document.node_at(target) else {
                break;
            };
            view = Self {
                document: self.document,
                node,
                pointer: target.to_owned(),
            };
        }
        view
    }

    /// The component schema that this is, or refers to, in one step.
    fn component(&self) -> Option<&str> {
        let target = self.text("$ref").and_then(|text| text.strip_prefix('#'));
        let pointer = target.unwrap_or(&self.pointer);
        pointer
            .strip_prefix("/components/schemas/")
            .filter(|name| !name.contains('/'))
    }
}

/// What an object allows besides its properties.
#[derive(Clone, Debug)]
pub(crate) enum Additional<'a> {
    /// Nothing is said: anything, and nothing of it is kept.
    Unsaid,
    /// Anything; the generated type keeps it.
    Open,
    Closed,
    Of(View<'a>),
}

/// A schema with its references followed and its `allOf` merged.
#[derive(Clone, Debug)]
pub(crate) struct Schema<'a> {
    /// Where it is written; of a list of one around a component, the component.
    pub(crate) at: View<'a>,
    /// Where `nullable` would stand: beside the list of one.
    pub(crate) outer: View<'a>,
    /// The component that it is; `None` if it is written out.
    pub(crate) component: Option<String>,
    pub(crate) title: Option<&'a str>,
    pub(crate) kind: Option<&'a str>,
    pub(crate) format: Option<View<'a>>,
    pub(crate) nullable: bool,
    pub(crate) values: Option<View<'a>>,
    pub(crate) properties: Vec<(&'a str, View<'a>)>,
    pub(crate) required: BTreeSet<&'a str>,
    pub(crate) additional: Additional<'a>,
    pub(crate) items: Option<View<'a>>,
    /// Bounds, patterns and the like, by keyword.
    pub(crate) limits: Vec<(&'a str, View<'a>)>,
    /// `oneOf`, `anyOf` or `not`, with the schemas in it.
    pub(crate) variants: Option<(&'static str, Vec<View<'a>>)>,
    pub(crate) default: Option<View<'a>>,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
}

pub(crate) const LIMITS: &[&str] = &[
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

impl<'a> Schema<'a> {
    pub(crate) fn of(view: &View<'a>) -> Self {
        Self::merged(view, 0)
    }

    fn merged(view: &View<'a>, depth: usize) -> Self {
        let at = view.resolved();
        let mut schema = Self {
            component: view
                .component()
                .or_else(|| at.component())
                .map(ToOwned::to_owned),
            title: at.text("title"),
            kind: at.text("type"),
            format: at.get("format"),
            nullable: at.flag("nullable"),
            values: at.get("enum"),
            properties: at
                .get("properties")
                .map(|view| view.entries_with_extensions())
                .unwrap_or_default(),
            required: at
                .node
                .get("required")
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .filter_map(Node::as_str)
                .collect(),
            additional: match at.get("additionalProperties") {
                None => Additional::Unsaid,
                Some(view) => match view.node.kind {
                    NodeKind::Bool(false) => Additional::Closed,
                    NodeKind::Bool(true) => Additional::Open,
                    NodeKind::Mapping(ref entries) if entries.is_empty() => Additional::Open,
                    _ => Additional::Of(view),
                },
            },
            items: at.get("items"),
            limits: LIMITS
                .iter()
                .filter_map(|key| Some((*key, at.get(key)?)))
                .collect(),
            variants: ["oneOf", "anyOf"].iter().find_map(|key| {
                let items = at.items(key);
                (!items.is_empty()).then_some((*key, items))
            }),
            default: at.get("default"),
            read_only: at.flag("readOnly"),
            write_only: at.flag("writeOnly"),
            outer: at.clone(),
            at,
        };
        if let Some(not) = schema.at.get("not")
            && schema.variants.is_none()
        {
            schema.variants = Some(("not", vec![not]));
        }
        if depth < 50 {
            let parts = schema.at.items("allOf");
            let alone = parts.len() == 1 && schema.is_wrapper();
            for part in parts {
                let part = Self::merged(&part, depth + 1);
                schema.absorb(part, alone);
            }
        }
        schema
    }

    /// Whether it has nothing of its own but words and `nullable`.
    fn is_wrapper(&self) -> bool {
        self.kind.is_none()
            && self.properties.is_empty()
            && self.items.is_none()
            && self.variants.is_none()
            && self.values.is_none()
            && self.required.is_empty()
            && matches!(self.additional, Additional::Unsaid)
    }

    fn absorb(&mut self, part: Self, alone: bool) {
        if alone && self.component.is_none() {
            if part.component.is_some() {
                self.at = part.at;
            }
            self.component = part.component;
            self.title = self.title.or(part.title);
        }
        self.kind = self.kind.or(part.kind);
        self.format = self.format.take().or(part.format);
        // A wrapper adds null; of several parts all must allow it.
        self.nullable |= alone && part.nullable;
        self.values = self.values.take().or(part.values);
        for (name, view) in part.properties {
            if !self.properties.iter().any(|(known, _)| *known == name) {
                self.properties.push((name, view));
            }
        }
        self.required.extend(part.required);
        if matches!(self.additional, Additional::Unsaid) {
            self.additional = part.additional;
        }
        self.items = self.items.take().or(part.items);
        for (key, view) in part.limits {
            if !self.limits.iter().any(|(known, _)| *known == key) {
                self.limits.push((key, view));
            }
        }
        self.variants = self.variants.take().or(part.variants);
        self.default = self.default.take().or(part.default);
        self.read_only |= part.read_only;
        self.write_only |= part.write_only;
    }

    pub(crate) fn property(&self, name: &str) -> Option<&View<'a>> {
        self.properties
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, view)| view)
    }

    pub(crate) fn format(&self) -> Option<&'a str> {
        self.format.as_ref()?.node.as_str()
    }

    pub(crate) fn enum_values(&self) -> Option<Vec<Value>> {
        let values = self.values.as_ref()?.node.items();
        let shown = values.iter().filter(|v| !matches!(v.kind, NodeKind::Null));
        Some(shown.map(Node::to_value).collect())
    }

    /// The kind of type that is generated, without its name.
    pub(crate) fn rust_kind(&self) -> &'static str {
        if self.variants.is_some() {
            return "enum";
        }
        let kind = self.kind.unwrap_or(if !self.properties.is_empty() {
            "object"
        } else if self.items.is_some() {
            "array"
        } else {
            ""
        });
        match (kind, self.values.is_some(), self.format()) {
            ("string", true, _) => "enum",
            ("string", _, Some("password")) => "Secret",
            ("string", ..) => "String",
            ("integer", true, _) => "integer enum",
            ("integer", ..) => "i64",
            ("number", true, _) => "number enum",
            ("number", ..) => "f64",
            ("boolean", ..) => "bool",
            ("array", ..) => "Vec",
            ("object", ..) if self.properties.is_empty() => "map",
            ("object", ..) => "struct",
            (_, true, _) => "enum",
            _ => "any",
        }
    }

    /// The name of the generated type; empty for one that has none of its own.
    pub(crate) fn rust_name(&self, suggested: &str) -> String {
        if let Some(component) = &self.component {
            return pascal(component);
        }
        let named = matches!(
            self.rust_kind(),
            "struct" | "enum" | "integer enum" | "number enum"
        );
        if named {
            pascal(self.title.unwrap_or(suggested))
        } else {
            String::new()
        }
    }
}

impl<'a> View<'a> {
    /// Properties: here a name may begin with `x-`.
    fn entries_with_extensions(&self) -> Vec<(&'a str, Self)> {
        self.node
            .entries()
            .iter()
            .filter_map(|entry| Some((entry.key.as_str(), self.get(&entry.key)?)))
            .collect()
    }
}
