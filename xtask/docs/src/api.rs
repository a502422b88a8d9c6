//! The document as a reader of the pages sees it: references followed, schemas laid out.

use std::cell::{Cell, RefCell};

use xtask::document::Document;
use xtask::yaml::{Node, NodeKind};

use crate::json::Json;
use crate::text::{Names, slug};

/// Schemas nest this deep on a page; what lies deeper is left to the document.
const MAX_DEPTH: usize = 12;

/// So many schemas are laid out for one operation: references can multiply without a cycle.
const MAX_SHAPES: usize = 3_000;

const METHODS: [&str; 8] = [
    "get", "post", "put", "patch", "delete", "head", "options", "trace",
];

/// Everything that the pages tell.
#[derive(Debug)]
pub struct Api<'a> {
    /// The title of the document.
    pub title: &'a str,
    /// What it says of itself, in Markdown.
    pub description: &'a str,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its text, in hexadecimal.
    pub sha256: String,
    /// URL and description of each server.
    pub servers: Vec<(&'a str, &'a str)>,
    /// Every security scheme.
    pub schemes: Vec<Scheme<'a>>,
    /// The operations by tag, in the order of the document.
    pub groups: Vec<Group<'a>>,
}

/// A way to authenticate.
#[derive(Clone, Debug)]
pub struct Scheme<'a> {
    /// Its key among the security schemes.
    pub key: &'a str,
    /// The anchor of its entry.
    pub anchor: String,
    /// `apiKey`, `http`, …
    pub kind: &'a str,
    /// Where an API key is sent: `header`, `query` or `cookie`.
    pub place: &'a str,
    /// The header's or parameter's name, or the HTTP scheme.
    pub name: &'a str,
    /// What it is, in Markdown.
    pub description: &'a str,
}

/// A tag and its operations.
#[derive(Debug)]
pub struct Group<'a> {
    /// The tag's name.
    pub name: &'a str,
    /// The anchor of its heading.
    pub anchor: String,
    /// What it is about, in Markdown.
    pub description: &'a str,
    /// Its operations.
    pub operations: Vec<Operation<'a>>,
}

/// One method of one path.
#[derive(Debug)]
pub struct Operation<'a> {
    /// The anchor of its section, and the name of its file.
    pub anchor: String,
    /// The operation's id, or else method and path.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path, with its `{parameters}`.
    pub path: &'a str,
    /// What it does, in a few words.
    pub summary: &'a str,
    /// What it does, in Markdown.
    pub description: &'a str,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// The server it is sent to.
    pub server: &'a str,
    /// Keys of schemes: one list for each way to authenticate.
    pub security: Vec<Vec<&'a str>>,
    /// Its parameters.
    pub parameters: Vec<Parameter<'a>>,
    /// Its body.
    pub body: Option<Body<'a>>,
    /// Its answers; statuses that mean the same are one entry.
    pub responses: Vec<Response<'a>>,
}

/// A parameter or a header.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// `path`, `query`, `header` or `cookie`.
    pub place: &'a str,
    /// How it is laid out.
    pub property: Property<'a>,
}

/// The body of a request.
#[derive(Debug)]
pub struct Body<'a> {
    /// Whether it must be there.
    pub required: bool,
    /// What it is, in Markdown.
    pub description: &'a str,
    /// Its content types.
    pub media: Vec<Media<'a>>,
}

/// One answer.
#[derive(Debug)]
pub struct Response<'a> {
    /// The statuses that it has, as the document writes them.
    pub statuses: Vec<&'a str>,
    /// The anchor of its heading.
    pub anchor: String,
    /// What it means, in Markdown.
    pub description: &'a str,
    /// Its headers.
    pub headers: Vec<Parameter<'a>>,
    /// Its content types.
    pub media: Vec<Media<'a>>,
}

/// One content type of a body.
#[derive(Debug)]
pub struct Media<'a> {
    /// The content type.
    pub content_type: &'a str,
    /// What the body looks like.
    pub shape: Shape<'a>,
    /// The type of the body as the document names it, if it does.
    pub type_name: Option<&'a str>,
    /// A heading and a value for each example.
    pub examples: Vec<(&'a str, Json)>,
}

/// A named part of an object, or a parameter.
#[derive(Debug)]
pub struct Property<'a> {
    /// Its name.
    pub name: &'a str,
    /// Names from the body down to this one, joined by dots.
    pub path: String,
    /// The anchor of its entry.
    pub anchor: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it looks like.
    pub shape: Shape<'a>,
}

/// A schema, laid out.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // as many as OpenAPI has
pub struct Shape<'a> {
    /// The type in words: `string`, `array of integer`, `any JSON`.
    pub kind: String,
    /// The type as the document has it, `any` if it has none.
    pub base: Base,
    /// The name of the schema among the components.
    pub name: Option<&'a str>,
    /// What it is, in Markdown.
    pub description: &'a str,
    /// The format.
    pub format: &'a str,
    /// Whether it can be null.
    pub nullable: bool,
    /// Whether it occurs in answers only.
    pub read_only: bool,
    /// Whether it occurs in requests only.
    pub write_only: bool,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// What it is when it is left out.
    pub default: Option<Json>,
    /// The values it can have.
    pub values: Vec<Json>,
    /// An example.
    pub example: Option<Json>,
    /// Limits, in words.
    pub limits: Vec<String>,
    /// The parts of an object.
    pub properties: Vec<Property<'a>>,
    /// What the items of a list, or the other values of an object, look like.
    pub inner: Vec<(&'static str, Shape<'a>)>,
    /// What it can be instead.
    pub variants: Vec<Shape<'a>>,
    /// Why `variants` are there: `one of` or `any of`.
    pub choice: &'static str,
}

/// The type of a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// No type is named.
    #[default]
    Any,
    /// `string`.
    String,
    /// `integer`.
    Integer,
    /// `number`.
    Number,
    /// `boolean`.
    Boolean,
    /// `array`.
    Array,
    /// `object`.
    Object,
}

/// How a secret is to be handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// It is sent and never shown.
    WriteOnly,
    /// It is shown in this answer alone.
    ShownOnce,
    /// It is a secret all the same.
    Secret,
}

impl Shape<'_> {
    /// Whether this is a secret, and of what kind.
    pub fn secrecy(&self) -> Option<Secrecy> {
        if self.format != "password" {
            None
        } else if self.write_only {
            Some(Secrecy::WriteOnly)
        } else if self.read_only {
            Some(Secrecy::ShownOnce)
        } else {
            Some(Secrecy::Secret)
        }
    }

    /// Every property below this shape that `wanted` holds for, outer ones first.
    pub fn find<'s>(&'s self, wanted: &dyn Fn(&Property<'_>) -> bool) -> Vec<&'s Property<'s>> {
        let mut found = Vec::new();
        for property in &self.properties {
            if wanted(property) {
                found.push(property);
            }
            found.extend(property.shape.find(wanted));
        }
        for shape in self
            .inner
            .iter()
            .map(|(_, shape)| shape)
            .chain(&self.variants)
        {
            found.extend(shape.find(wanted));
        }
        found
    }
}

impl Operation<'_> {
    /// What the answers of success show once.
    pub fn shown_once(&self) -> Vec<&Property<'_>> {
        if !matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") {
            return Vec::new();
        }
        let success = self.responses.iter().filter(|response| {
            response
                .statuses
                .iter()
                .any(|status| status.starts_with('2'))
        });
        let mut found: Vec<_> = success
            .flat_map(|response| &response.media)
            .flat_map(|media| {
                let wanted = |p: &Property<'_>| p.shape.secrecy() == Some(Secrecy::ShownOnce);
                media.shape.find(&wanted)
            })
            .collect();
        // What an answer always has comes first: it is the one to rely on.
        found.sort_by_key(|property| !property.required);
        found
    }

    /// Whether sending it twice does more than sending it once.
    pub fn repeats(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PATCH")
    }
}

/// Reads `document`.
pub fn read(document: &Document) -> Api<'_> {
    let root = &document.root;
    let reader = Reader {
        root,
        names: RefCell::default(),
        shapes: Cell::new(0),
    };
    for taken in [
        "top",
        "contents",
        "main",
        "search",
        "authentication",
        "files",
        "servers",
    ] {
        reader.names.borrow_mut().take(taken);
    }
    let info = root.get("info");
    let servers = servers(root);
    let schemes = reader.schemes();
    Api {
        title: text(info, "title"),
        description: text(info, "description"),
        version: scalar(info.and_then(|info| info.get("version"))),
        sha256: document.source.sha256(),
        groups: reader.groups(&servers),
        servers,
        schemes,
    }
}

struct Reader<'a> {
    root: &'a Node,
    names: RefCell<Names>,
    shapes: Cell<usize>,
}

impl<'a> Reader<'a> {
    fn anchor(&self, wanted: &str) -> String {
        self.names.borrow_mut().take(wanted)
    }

    /// Follows `$ref`s; a reference to nowhere, or in a circle, leads to its own node.
    fn resolve(&self, node: &'a Node) -> &'a Node {
        let mut current = node;
        for _ in 0..32 {
            let Some(next) = reference(current).and_then(|target| self.at(target)) else {
                return current;
            };
            current = next;
        }
        node
    }

    fn at(&self, reference: &str) -> Option<&'a Node> {
        let mut node = self.root;
        for token in reference.strip_prefix("#/")?.split('/') {
            node = node.get(&token.replace("~1", "/").replace("~0", "~"))?;
        }
        Some(node)
    }

    fn schemes(&self) -> Vec<Scheme<'a>> {
        let schemes = self
            .root
            .get("components")
            .and_then(|c| c.get("securitySchemes"));
        entries(schemes)
            .iter()
            .map(|entry| {
                let scheme = Some(self.resolve(&entry.value));
                let kind = text(scheme, "type");
                Scheme {
                    key: &entry.key,
                    anchor: self.anchor(&format!("authentication-{}", slug(&entry.key))),
                    kind,
                    place: text(scheme, "in"),
                    name: text(scheme, if kind == "http" { "scheme" } else { "name" }),
                    description: text(scheme, "description"),
                }
            })
            .collect()
    }

    fn groups(&self, servers: &[(&'a str, &'a str)]) -> Vec<Group<'a>> {
        let mut groups: Vec<Group<'a>> = Vec::new();
        let mut group = |name: &'a str, description: &'a str| {
            if let Some(index) = groups.iter().position(|group| group.name == name) {
                return index;
            }
            groups.push(Group {
                name,
                anchor: String::new(),
                description,
                operations: Vec::new(),
            });
            groups.len() - 1
        };
        for tag in self.root.get("tags").map(Node::items).unwrap_or_default() {
            group(text(Some(tag), "name"), text(Some(tag), "description"));
        }
        let mut found = Vec::new();
        for path in entries(self.root.get("paths")) {
            if path.key.starts_with("x-") {
                continue;
            }
            let item = self.resolve(&path.value);
            for method in METHODS {
                let Some(node) = item.get(method) else {
                    continue;
                };
                let tag = node
                    .get("tags")
                    .and_then(|tags| tags.items().first())
                    .and_then(Node::as_str);
                let index = group(tag.unwrap_or("Operations"), "");
                found.push((index, &path.key, method, item, node));
            }
        }
        // Operations take their anchors first: theirs are the ones that are linked from afar.
        let operations: Vec<_> = found
            .into_iter()
            .map(|(index, path, method, item, node)| {
                self.shapes.set(0);
                (index, self.operation(path, method, item, node, servers))
            })
            .collect();
        for (index, operation) in operations {
            groups[index].operations.push(operation);
        }
        groups.retain(|group| !group.operations.is_empty());
        for group in &mut groups {
            group.anchor = self.anchor(&slug(group.name));
        }
        groups
    }

    fn operation(
        &self,
        path: &'a str,
        method: &str,
        item: &'a Node,
        node: &'a Node,
        servers: &[(&'a str, &'a str)],
    ) -> Operation<'a> {
        let id = match text(Some(node), "operationId") {
            "" => format!("{method} {path}"),
            id => id.to_owned(),
        };
        let anchor = self.anchor(&slug(&id));
        let own = [node, item].into_iter().find_map(|node| {
            let server = node.get("servers")?.items().first()?;
            Some(text(Some(server), "url"))
        });
        let security = node.get("security").or_else(|| self.root.get("security"));
        Operation {
            method: method.to_ascii_uppercase(),
            path,
            summary: match text(Some(node), "summary") {
                "" => text(Some(item), "summary"),
                summary => summary,
            },
            description: text(Some(node), "description"),
            deprecated: flag(node, "deprecated"),
            server: own
                .or(servers.first().map(|(url, _)| *url))
                .unwrap_or_default(),
            security: security
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .map(|way| {
                    way.entries()
                        .iter()
                        .map(|entry| entry.key.as_str())
                        .collect()
                })
                .collect(),
            parameters: self.parameters(item, node, &anchor),
            body: node
                .get("requestBody")
                .map(|body| self.body(self.resolve(body), &format!("{anchor}-body"))),
            responses: self.responses(node, &anchor),
            id,
            anchor,
        }
    }

    fn parameters(&self, item: &'a Node, node: &'a Node, anchor: &str) -> Vec<Parameter<'a>> {
        let mut parameters: Vec<Parameter<'a>> = Vec::new();
        for parameter in [node, item]
            .into_iter()
            .filter_map(|node| node.get("parameters"))
            .flat_map(Node::items)
        {
            let parameter = self.resolve(parameter);
            let (name, place) = (text(Some(parameter), "name"), text(Some(parameter), "in"));
            let known = |p: &Parameter<'a>| p.property.name == name && p.place == place;
            if !parameters.iter().any(known) {
                parameters.push(self.parameter(name, place, parameter, anchor));
            }
        }
        parameters
    }

    fn parameter(
        &self,
        name: &'a str,
        place: &'a str,
        node: &'a Node,
        above: &str,
    ) -> Parameter<'a> {
        let anchor = self.anchor(&format!("{above}-{}", slug(name)));
        let schema = node.get("schema").or_else(|| {
            let media = node.get("content")?.entries().first()?;
            media.value.get("schema")
        });
        let mut shape = schema.map_or_else(Shape::default, |schema| {
            self.shape(schema, &anchor, name, &mut Vec::new())
        });
        if let Some(description) = node.get("description").and_then(Node::as_str) {
            shape.description = description;
        }
        if let Some((_, example)) = self.examples(node, "").into_iter().next() {
            shape.example = Some(example);
        }
        shape.deprecated |= flag(node, "deprecated");
        Parameter {
            place,
            property: Property {
                name,
                path: name.to_owned(),
                required: flag(node, "required"),
                anchor,
                shape,
            },
        }
    }

    fn body(&self, node: &'a Node, anchor: &str) -> Body<'a> {
        Body {
            required: flag(node, "required"),
            description: text(Some(node), "description"),
            media: self.media(node, anchor),
        }
    }

    fn media(&self, node: &'a Node, anchor: &str) -> Vec<Media<'a>> {
        entries(node.get("content"))
            .iter()
            .map(|entry| {
                let schema = entry.value.get("schema");
                let mut examples = self.examples(&entry.value, "Example");
                let shape = schema.map_or_else(Shape::default, |schema| {
                    self.shape(schema, anchor, "", &mut Vec::new())
                });
                if let (true, Some(example)) = (examples.is_empty(), &shape.example) {
                    examples.push(("Example", example.clone()));
                }
                Media {
                    content_type: &entry.key,
                    type_name: schema
                        .and_then(reference)
                        .and_then(|r| r.rsplit('/').next()),
                    shape,
                    examples,
                }
            })
            .collect()
    }

    fn examples(&self, node: &'a Node, unnamed: &'a str) -> Vec<(&'a str, Json)> {
        let mut examples = Vec::new();
        for entry in entries(node.get("examples")) {
            let example = self.resolve(&entry.value);
            if let Some(value) = example.get("value") {
                let name = match text(Some(example), "summary") {
                    "" => entry.key.as_str(),
                    summary => summary,
                };
                examples.push((name, Json::from(value)));
            }
        }
        if let (true, Some(example)) = (examples.is_empty(), node.get("example")) {
            examples.push((unnamed, Json::from(example)));
        }
        examples
    }

    fn responses(&self, node: &'a Node, above: &str) -> Vec<Response<'a>> {
        let mut responses: Vec<(&'a Node, Response<'a>)> = Vec::new();
        for entry in entries(node.get("responses")) {
            if entry.key.starts_with("x-") {
                continue;
            }
            let target = self.resolve(&entry.value);
            let same = responses
                .iter_mut()
                .find(|(node, _)| std::ptr::eq(*node, target));
            if let Some((_, response)) = same {
                response.statuses.push(&entry.key);
                continue;
            }
            let anchor = self.anchor(&format!("{above}-{}", slug(&entry.key)));
            let headers = entries(target.get("headers"))
                .iter()
                .map(|header| {
                    self.parameter(&header.key, "header", self.resolve(&header.value), &anchor)
                })
                .collect();
            responses.push((
                target,
                Response {
                    statuses: vec![&entry.key],
                    description: text(Some(target), "description"),
                    headers,
                    media: self.media(target, &anchor),
                    anchor,
                },
            ));
        }
        responses
            .into_iter()
            .map(|(_, response)| response)
            .collect()
    }

    /// Lays `node` out; `above` holds the nodes that are being laid out, to stop at a circle.
    fn shape(
        &self,
        node: &'a Node,
        anchor: &str,
        path: &str,
        above: &mut Vec<*const Node>,
    ) -> Shape<'a> {
        let target = self.resolve(node);
        let name = reference(node).and_then(|r| r.rsplit('/').next());
        self.shapes.set(self.shapes.get() + 1);
        let circle = above.contains(&std::ptr::from_ref(target));
        if circle || above.len() >= MAX_DEPTH || self.shapes.get() > MAX_SHAPES {
            let why = if circle {
                "as above"
            } else {
                "see the document"
            };
            return Shape {
                kind: format!("{}, {why}", name.unwrap_or("object")),
                description: text(Some(target), "description"),
                ..Shape::default()
            };
        }
        above.push(target);
        let mut shape = self.own_shape(target, anchor, path, above);
        for part in target.get("allOf").map(Node::items).unwrap_or_default() {
            let part = self.shape(part, anchor, path, above);
            merge(&mut shape, part);
        }
        above.pop();
        shape.name = name.or(shape.name);
        shape.kind = words(&shape);
        shape
    }

    fn own_shape(
        &self,
        node: &'a Node,
        anchor: &str,
        path: &str,
        above: &mut Vec<*const Node>,
    ) -> Shape<'a> {
        let required: Vec<&str> = node
            .get("required")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(Node::as_str)
            .collect();
        let properties = entries(node.get("properties"))
            .iter()
            .map(|entry| {
                let anchor = self.anchor(&format!("{anchor}-{}", slug(&entry.key)));
                let path = match path {
                    "" => entry.key.clone(),
                    path => format!("{path}.{}", entry.key),
                };
                Property {
                    name: &entry.key,
                    required: required.contains(&entry.key.as_str()),
                    shape: self.shape(&entry.value, &anchor, &path, above),
                    path,
                    anchor,
                }
            })
            .collect();
        let mut inner = Vec::new();
        if let Some(items) = node.get("items") {
            let path = format!("{path}[]");
            inner.push(("Each item", self.shape(items, anchor, &path, above)));
        }
        if let Some(more) = node.get("additionalProperties") {
            match &more.kind {
                NodeKind::Mapping(_) => {
                    let path = format!("{path}.*");
                    inner.push(("Each other value", self.shape(more, anchor, &path, above)));
                }
                NodeKind::Bool(true) => inner.push((
                    "Each other value",
                    Shape {
                        kind: "any JSON".into(),
                        ..Shape::default()
                    },
                )),
                _ => {}
            }
        }
        let (choice, variants) = [("one of", "oneOf"), ("any of", "anyOf")]
            .into_iter()
            .find_map(|(words, key)| Some((words, node.get(key)?.items())))
            .unwrap_or_default();
        Shape {
            kind: String::new(),
            base: base(node),
            name: None,
            description: text(Some(node), "description"),
            format: text(Some(node), "format"),
            nullable: flag(node, "nullable"),
            read_only: flag(node, "readOnly"),
            write_only: flag(node, "writeOnly"),
            deprecated: flag(node, "deprecated"),
            default: node.get("default").map(Json::from),
            values: node
                .get("enum")
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .map(Json::from)
                .collect(),
            example: node.get("example").map(Json::from),
            limits: limits(node),
            properties,
            inner,
            variants: variants
                .iter()
                .enumerate()
                .map(|(index, variant)| {
                    let anchor = self.anchor(&format!("{anchor}-{}", index + 1));
                    self.shape(variant, &anchor, path, above)
                })
                .collect(),
            choice,
        }
    }
}

/// Adds what `part`, one of an `allOf`, says; what `shape` says itself stands.
fn merge<'a>(shape: &mut Shape<'a>, part: Shape<'a>) {
    if shape.base == Base::Any {
        shape.base = part.base;
    }
    shape.name = shape.name.or(part.name);
    if shape.description.is_empty() {
        shape.description = part.description;
    }
    if shape.format.is_empty() {
        shape.format = part.format;
    }
    shape.read_only |= part.read_only;
    shape.write_only |= part.write_only;
    shape.deprecated |= part.deprecated;
    shape.default = shape.default.take().or(part.default);
    shape.example = shape.example.take().or(part.example);
    if shape.values.is_empty() {
        shape.values = part.values;
    }
    shape.limits.extend(part.limits);
    shape.properties.extend(part.properties);
    shape.inner.extend(part.inner);
    if shape.variants.is_empty() {
        shape.variants = part.variants;
        shape.choice = part.choice;
    }
}

/// The type of `shape` in words.
fn words(shape: &Shape<'_>) -> String {
    let word = match shape.base {
        Base::Any if !shape.variants.is_empty() => return shape.choice.to_owned(),
        Base::Any if !shape.values.is_empty() => "value",
        Base::Any if shape.properties.is_empty() => "any JSON",
        Base::String => "string",
        Base::Integer => "integer",
        Base::Number => "number",
        Base::Boolean => "boolean",
        Base::Array => {
            let items = shape.inner.first().map(|(_, items)| match items.name {
                Some(name) if items.base == Base::Object => name,
                _ => items.kind.as_str(),
            });
            return format!("array of {}", items.unwrap_or("any JSON"));
        }
        Base::Any | Base::Object => match shape.name {
            Some(name) => return format!("object, {name}"),
            None => "object",
        },
    };
    match shape.format {
        "" | "password" => word.to_owned(),
        format => format!("{word}, {format}"),
    }
}

fn base(node: &Node) -> Base {
    match text(Some(node), "type") {
        "string" => Base::String,
        "integer" => Base::Integer,
        "number" => Base::Number,
        "boolean" => Base::Boolean,
        "array" => Base::Array,
        "object" => Base::Object,
        _ if node.get("properties").is_some() => Base::Object,
        _ => Base::Any,
    }
}

fn limits(node: &Node) -> Vec<String> {
    let says = |key: &str| match node.get(key) {
        Some(value) if !matches!(value.kind, NodeKind::Null) => Some(scalar(Some(value))),
        _ => None,
    };
    let exclusive = |key: &str| if flag(node, key) { " (not itself)" } else { "" };
    let mut limits = Vec::new();
    for (key, word, exclusive) in [
        ("minimum", "at least", exclusive("exclusiveMinimum")),
        ("maximum", "at most", exclusive("exclusiveMaximum")),
        ("multipleOf", "a multiple of", ""),
        ("pattern", "matches", ""),
    ] {
        if let Some(value) = says(key) {
            limits.push(format!("{word} {value}{exclusive}"));
        }
    }
    for (min, max, unit) in [
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "items"),
        ("minProperties", "maxProperties", "properties"),
    ] {
        match (says(min), says(max)) {
            (Some(min), Some(max)) => limits.push(format!("{min} to {max} {unit}")),
            (Some(min), None) => limits.push(format!("at least {min} {unit}")),
            (None, Some(max)) => limits.push(format!("at most {max} {unit}")),
            (None, None) => {}
        }
    }
    if flag(node, "uniqueItems") {
        limits.push("no item twice".into());
    }
    limits
}

fn servers(root: &Node) -> Vec<(&str, &str)> {
    let servers = root.get("servers").map(Node::items).unwrap_or_default();
    servers
        .iter()
        .map(|server| (text(Some(server), "url"), text(Some(server), "description")))
        .collect()
}

fn reference(node: &Node) -> Option<&str> {
    node.get("$ref").and_then(Node::as_str)
}

fn entries(node: Option<&Node>) -> &[xtask::yaml::Entry] {
    node.map(Node::entries).unwrap_or_default()
}

fn text<'a>(node: Option<&'a Node>, key: &str) -> &'a str {
    node.and_then(|node| node.get(key)?.as_str())
        .unwrap_or_default()
}

fn flag(node: &Node, key: &str) -> bool {
    matches!(
        node.get(key).map(|value| &value.kind),
        Some(NodeKind::Bool(true))
    )
}

/// A scalar as the reader would write it.
fn scalar(node: Option<&Node>) -> String {
    match node.map(|node| &node.kind) {
        Some(NodeKind::String(text)) => text.clone(),
        Some(NodeKind::Number(number)) => number.to_string(),
        Some(NodeKind::Bool(value)) => value.to_string(),
        _ => String::new(),
    }
}
