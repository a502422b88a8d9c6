//! What progenitor 0.15 and typify 0.8 cannot do, or do wrongly, in the words of the document.
//!
//! Each check stands for a panic, an error or a silent loss in their sources; `rules/generator.md`
//! has the table. What slips through is caught in [`crate::codegen`].

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::Value;

use crate::document::pointer_token;
use crate::finding::Finding;
use crate::source::Span;
use crate::yaml::{Entry, Node, NodeKind};

use super::references::is_true;
use super::vocabulary::{Kind, METHODS};
use super::walk::{Site, Sites, below, mistyped};

pub(super) fn check(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    for site in sites.of_kind(Kind::PathItem) {
        servers(site, findings);
        path_item(sites, site, findings);
    }
    let operations = sites.of_kind(Kind::Operation);
    for site in operations.filter(|site| !in_callback(&site.pointer)) {
        if site.node.entry("operationId").is_none() && !mistyped(site, "operationId") {
            findings.push(Finding::error(
                "generator/operation-id",
                site.place,
                site.pointer.clone(),
                "without an id the operation cannot become a method",
                "add `operationId: createThing`",
            ));
        }
        if let Some(method @ ("options" | "trace")) = site.pointer.rsplit('/').next() {
            findings.push(Finding::error(
                "generator/method",
                site.place,
                site.pointer.clone(),
                format!("an operation of the method `{method}` cannot be generated"),
                "leave it out: clients do not call it by hand",
            ));
        }
        servers(site, findings);
        responses(sites, site, findings);
        if let Some(callbacks) = site.node.entry("callbacks") {
            findings.push(
                Finding::error(
                    "generator/callbacks",
                    callbacks.key_span,
                    below(&site.pointer, callbacks),
                    "callbacks are not generated: the client cannot receive them",
                    "keep them as documentation, or describe them in words",
                )
                .into_warning(),
            );
        }
    }
    for site in sites.of_kind(Kind::RequestBody) {
        request_body(sites, site, findings);
    }
    for site in sites.of_kind(Kind::Response) {
        response_content(sites, site, findings);
    }
    for site in sites.of_kind(Kind::Parameter) {
        header_name(site, IGNORED_HEADERS, findings);
        parameter(sites, site, findings);
    }
    for site in sites.of_kind(Kind::Schema) {
        schema(sites, site, findings);
    }
    for site in sites.of_kind(Kind::SecurityScheme) {
        header_name(site, &[], findings);
        security_scheme(site, findings);
    }
    compositions(sites, findings);
    operation_names(sites, findings);
    type_names(sites, findings);
}

/// The client has one base URL: an operation of another server would send credentials to a host
/// that does not expect them.
fn servers(site: &Site<'_>, findings: &mut Vec<Finding>) {
    if let Some(servers) = site.node.entry("servers") {
        findings.push(Finding::error(
            "generator/server",
            servers.key_span,
            below(&site.pointer, servers),
            "a server of its own cannot be generated: a client has one base URL",
            "list it in the document's `servers`, or describe the operation in a document of its own",
        ));
    }
}

/// Header parameters that OpenAPI 3.0.3 says are ignored: media types and security schemes set them.
const IGNORED_HEADERS: &[&str] = &["accept", "authorization", "content-type"];

/// The name of a header is a token (RFC 9110, section 5.6.2); the client would panic on another.
fn header_name(site: &Site<'_>, taken: &[&str], findings: &mut Vec<Finding>) {
    let Some(name) = site.node.get("name") else {
        return;
    };
    let in_header = site.node.get("in").and_then(Node::as_str) == Some("header");
    let Some(text) = name.as_str().filter(|_| in_header) else {
        return;
    };
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let (message, help) = if text.is_empty() || !text.chars().all(is_token) {
        (
            format!("`{text}` cannot be the name of a header"),
            "use letters, digits and `-`, as `X-Auth-Token`",
        )
    } else if taken.contains(&text.to_ascii_lowercase().as_str()) {
        (
            format!("the header `{text}` is set by the client itself"),
            "declare a media type or a security scheme instead",
        )
    } else {
        return;
    };
    let pointer = format!("{}/name", site.pointer);
    findings.push(Finding::error(
        "generator/header-name",
        name.span,
        pointer,
        message,
        help,
    ));
}

/// Components may be put together from others this many times over.
const MAX_COMPOSITION: usize = 32;

/// Components that are put together from each other in a circle, or too many times over: the
/// generator would overflow its stack, or take hours.
fn compositions(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let Some(schemas) = sites.document.node_at("/components/schemas") else {
        return;
    };
    // What the reference rules tell is not told again.
    let told = |finding: &Finding| finding.rule == "openapi/reference-cycle";
    if findings.iter().any(told) {
        return;
    }
    let parts: BTreeMap<&str, Vec<&str>> = schemas
        .entries()
        .iter()
        .map(|entry| (entry.key.as_str(), composed_of(&entry.value)))
        .collect();
    for entry in schemas.entries() {
        let name = entry.key.as_str();
        let mut level: BTreeSet<&str> = parts[name].iter().copied().collect();
        for depth in 1.. {
            let problem = if level.contains(name) {
                format!("the schema `{name}` is put together from itself")
            } else if depth > MAX_COMPOSITION {
                format!("the schema `{name}` is put together from others {depth} times over")
            } else if level.is_empty() {
                break;
            } else {
                level = level
                    .iter()
                    .filter_map(|part| parts.get(part))
                    .flatten()
                    .copied()
                    .collect();
                continue;
            };
            findings.push(Finding::error(
                "generator/composition",
                entry.key_span,
                format!("/components/schemas/{}", pointer_token(name)),
                problem,
                "write the properties out in one of the schemas of the chain",
            ));
            return;
        }
    }
}

/// The components that a schema is, in whole or in part: by `$ref`, `allOf`, `oneOf` or `anyOf`.
fn composed_of(schema: &Node) -> Vec<&str> {
    let mut names = Vec::new();
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        let reference = schema.get("$ref").and_then(Node::as_str);
        names.extend(reference.and_then(|text| text.strip_prefix("#/components/schemas/")));
        for key in ["allOf", "oneOf", "anyOf"] {
            open.extend(schema.get(key).map(Node::items).unwrap_or_default());
        }
    }
    names
}

fn in_callback(pointer: &str) -> bool {
    pointer.contains("/callbacks/")
}

fn list<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).map(Node::items).unwrap_or_default()
}

fn path_item(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    if in_callback(&site.pointer) {
        return;
    }
    if let Some(entry) = site.node.entry("$ref") {
        findings.push(Finding::error(
            "generator/path-item",
            entry.key_span,
            below(&site.pointer, entry),
            "a path item cannot be a reference",
            "write the path item out here",
        ));
        return;
    }
    for method in METHODS {
        let Some(operation) = site.node.entry(method) else {
            continue;
        };
        parameter_names(sites, site, operation, findings);
    }
}

/// progenitor knows a parameter by its name alone, and makes a Rust name of it.
fn parameter_names(
    sites: &Sites<'_>,
    item: &Site<'_>,
    operation: &Entry,
    findings: &mut Vec<Finding>,
) {
    let own_base = below(&item.pointer, operation);
    let bases = [
        (item.pointer.as_str(), item.node),
        (own_base.as_str(), &operation.value),
    ];
    let mut seen: BTreeMap<String, (String, String)> = BTreeMap::new();
    if operation.value.entry("requestBody").is_some() {
        seen.insert("body".into(), ("the request body".into(), String::new()));
    }
    for (base, node) in bases {
        for (index, parameter) in list(node, "parameters").iter().enumerate() {
            let Some(resolved) = sites.resolve(parameter) else {
                continue;
            };
            let text = |key| resolved.get(key).and_then(Node::as_str);
            let (Some(name), Some(place)) = (text("name"), text("in")) else {
                continue;
            };
            let snake = snake(name);
            let key = format!("{place} {name}");
            let what = match seen.get(&snake) {
                // The same parameter again: an override, or someone else's finding.
                Some((_, other)) if *other == key => continue,
                Some((what, _)) => what.clone(),
                None if matches!(snake.as_str(), "send" | "new" | "body_map") => {
                    format!("the method `{snake}` of the request")
                }
                None if snake == "header_map" => "a variable of the generated code".into(),
                None => {
                    seen.insert(snake, (format!("the {place} parameter `{name}`"), key));
                    continue;
                }
            };
            findings.push(Finding::error(
                "generator/parameter-name",
                place_of(parameter, resolved, "name"),
                format!("{base}/parameters/{index}"),
                format!(
                    "the {place} parameter `{name}` and {what} have the same name in Rust: \
                     `{snake}`"
                ),
                "rename one of them if the API allows it; else leave the optional one out",
            ));
        }
    }
}

/// Where to point in a list: at the `$ref`, or at a key's value.
fn place_of(item: &Node, resolved: &Node, key: &str) -> Span {
    match item.get("$ref") {
        Some(reference) => reference.span,
        None => resolved.get(key).map_or(item.span, |node| node.span),
    }
}

/// What progenitor makes of a response.
#[derive(Clone, Debug, PartialEq)]
enum Body {
    None,
    Raw,
    Typed(Value),
}

fn body_of(sites: &Sites<'_>, response: &Node) -> Option<Body> {
    let response = sites.resolve(response)?;
    let Some(content) = response.get("content") else {
        return Some(Body::None);
    };
    let json = content.entries().iter().find(|entry| is_json(&entry.key));
    Some(match json.map(|entry| entry.value.get("schema")) {
        Some(Some(schema)) => Body::Typed(schema.to_value()),
        Some(None) => return None,
        None if content.entries().is_empty() => Body::None,
        None => Body::Raw,
    })
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.starts_with("application/json;")
}

fn responses(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(responses) = site.node.get("responses") else {
        return;
    };
    let at = format!("{}/responses", site.pointer);
    let of_class = |classes: &'static [char]| {
        responses
            .entries()
            .iter()
            .filter(move |entry| entry.key.len() == 3 && entry.key.starts_with(classes))
            .filter_map(|entry| Some((entry, body_of(sites, &entry.value)?)))
            .collect::<Vec<_>>()
    };
    let mut report = |rule, entry: &Entry, message: String, help: &str| {
        findings.push(Finding::error(
            rule,
            entry.key_span,
            below(&at, entry),
            message,
            help,
        ));
    };
    let successes = of_class(&['2']);
    if let Some((first, body)) = successes.first() {
        for (entry, other) in &successes[1..] {
            if other != body {
                report(
                    "generator/success-types",
                    entry,
                    format!(
                        "the success `{}` has another body than `{}`: a method returns one type",
                        entry.key, first.key
                    ),
                    "give all successes one schema, with optional properties where they differ",
                );
            }
        }
    }
    let errors: Vec<_> = of_class(&['4', '5'])
        .into_iter()
        .filter(|(_, body)| matches!(body, Body::Typed(_)))
        .collect();
    if let Some((first, body)) = errors.first() {
        for (entry, other) in &errors[1..] {
            if other != body {
                report(
                    "generator/error-types",
                    entry,
                    format!(
                        "the error `{}` has another body than `{}`: a method fails with one type",
                        entry.key, first.key
                    ),
                    "give all errors one schema, with optional properties where they differ",
                );
            }
        }
    }
    if let Some(default) = responses.entry("default")
        && let Some((first, body)) = successes.first()
        && body_of(sites, &default.value).is_some_and(|other| other != *body)
    {
        report(
            "generator/default-response",
            default,
            format!(
                "`default` stands for successes and errors at once, and has another body than `{}`",
                first.key
            ),
            "write `4XX` and `5XX` instead of `default`",
        );
    }
}

/// What a request body can be made of.
const REQUEST_TYPES: &[&str] = &[
    "application/json",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "text/plain",
    "text/x-markdown",
];

fn request_body(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(content) = site.node.get("content") else {
        return;
    };
    let mut report = |span: Span, pointer: String, message: String, help: &str| {
        findings.push(Finding::error(
            "generator/request-content",
            span,
            pointer,
            message,
            help,
        ));
    };
    let at = format!("{}/content", site.pointer);
    for (index, entry) in content.entries().iter().enumerate() {
        let pointer = format!("{at}/{}", pointer_token(&entry.key));
        let essence = entry.key.split(';').next().unwrap_or_default();
        if index > 0 {
            report(
                entry.key_span,
                pointer,
                "a request body has one media type; this is one more".into(),
                "keep the one that clients should send, best `application/json`",
            );
            continue;
        }
        if !REQUEST_TYPES.contains(&essence) {
            report(
                entry.key_span,
                pointer,
                format!("a request body of type `{}` cannot be generated", entry.key),
                "write `application/json`, `application/x-www-form-urlencoded`, \
                 `application/octet-stream` or `text/plain`",
            );
            continue;
        }
        let Some(schema) = entry.value.get("schema") else {
            report(
                entry.key_span,
                pointer,
                "the request body has no schema".into(),
                "add `schema: { $ref: '#/components/schemas/Name' }`",
            );
            continue;
        };
        if let Some(encoding) = entry.value.entry("encoding") {
            report(
                encoding.key_span,
                format!("{pointer}/encoding"),
                "an encoding of properties cannot be generated".into(),
                "remove it; the default encoding of the media type is used",
            );
        }
        if !essence.ends_with("json") && !essence.ends_with("urlencoded") {
            let format = (essence == "application/octet-stream").then_some("binary");
            let plain = sites
                .resolve(schema)
                .is_some_and(|schema| is_plain(schema, format));
            if !plain {
                let span = entry
                    .value
                    .entry("schema")
                    .map_or(entry.key_span, |e| e.key_span);
                report(
                    span,
                    format!("{pointer}/schema"),
                    format!(
                        "a body of type `{essence}` is sent as it is, so it needs a plain text schema"
                    ),
                    match format {
                        Some(_) => "write `schema: { type: string, format: binary }`",
                        None => "write `schema: { type: string }`",
                    },
                );
            }
        }
    }
}

fn is_plain(schema: &Node, format: Option<&str>) -> bool {
    schema.get("type").and_then(Node::as_str) == Some("string")
        && schema.get("format").and_then(Node::as_str) == format
        && !schema.get("nullable").is_some_and(is_true)
        && schema.entry("enum").is_none()
}

fn response_content(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(content) = site.node.get("content") else {
        return;
    };
    let mut report = |span: Span, pointer: String, message: String, help: &str| {
        findings.push(Finding::error(
            "generator/response-content",
            span,
            pointer,
            message,
            help,
        ));
    };
    let at = format!("{}/content", site.pointer);
    let has_json = content.entries().iter().any(|entry| is_json(&entry.key));
    let mut typed = false;
    for entry in content.entries() {
        let pointer = format!("{at}/{}", pointer_token(&entry.key));
        if is_json(&entry.key) {
            if typed {
                report(
                    entry.key_span,
                    pointer,
                    "the response has JSON twice: the second is never read".into(),
                    "keep one",
                );
                continue;
            }
            typed = true;
            if entry.value.get("schema").is_none() {
                report(
                    entry.key_span,
                    pointer.clone(),
                    "the JSON response has no schema".into(),
                    "add `schema: { $ref: '#/components/schemas/Name' }`, or `schema: {}` for \
                     JSON of any shape",
                );
            }
            if let Some(encoding) = entry.value.entry("encoding") {
                report(
                    encoding.key_span,
                    format!("{pointer}/encoding"),
                    "an encoding of properties cannot be generated".into(),
                    "remove it",
                );
            }
            continue;
        }
        let structured = entry
            .value
            .get("schema")
            .and_then(|schema| sites.resolve(schema))
            .is_some_and(|schema| {
                schema.entry("properties").is_some()
                    || schema.entry("items").is_some()
                    || schema.get("type").and_then(Node::as_str) == Some("object")
            });
        if structured && !has_json && !is_error(sites, &site.pointer) {
            report(
                entry.key_span,
                pointer,
                format!(
                    "a response of type `{}` is handed over as bytes: its schema has no effect",
                    entry.key
                ),
                "answer with `application/json`, or write `schema: { type: string, format: binary }`",
            );
        }
    }
}

/// Whether a response stands under 4XX or 5XX only: its body is not generated at all.
fn is_error(sites: &Sites<'_>, pointer: &str) -> bool {
    let is_error = |status: &str| status.starts_with(['4', '5']) || status == "default";
    if !pointer.starts_with("/components/") {
        return pointer.rsplit('/').next().is_some_and(is_error);
    }
    let target = format!("#{pointer}");
    let mut users = sites.references.iter().filter(|reference| {
        reference.node.get("$ref").and_then(Node::as_str) == Some(target.as_str())
    });
    users.all(|user| user.pointer.rsplit('/').next().is_some_and(is_error))
}

fn parameter(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(place) = site.node.get("in").and_then(Node::as_str) else {
        return;
    };
    let mut report = |rule, entry: &Entry, span: Span, message: String, help: &str| {
        findings.push(Finding::error(
            rule,
            span,
            below(&site.pointer, entry),
            message,
            help,
        ));
    };
    if place == "cookie"
        && let Some(entry) = site.node.entry("in")
    {
        report(
            "generator/cookie-parameter",
            entry,
            entry.value.span,
            "a cookie parameter cannot be generated".into(),
            "send it as a header, or set the cookie on the HTTP client",
        );
        return;
    }
    if let Some(entry) = site.node.entry("content") {
        report(
            "generator/parameter-content",
            entry,
            entry.key_span,
            "a parameter with `content` cannot be generated".into(),
            "write `schema: { type: string }`, and encode the text before you pass it",
        );
        return;
    }
    let schema = site
        .node
        .get("schema")
        .and_then(|schema| sites.resolve(schema));
    let kind = schema.map(|schema| shape_of(sites, schema, 0));
    if let Some(entry) = site.node.entry("style") {
        let default = if place == "query" { "form" } else { "simple" };
        if entry.value.as_str().is_some_and(|style| style != default) {
            report(
                "generator/parameter-style",
                entry,
                entry.value.span,
                format!(
                    "a {place} parameter of style `{}` cannot be generated",
                    entry.value.as_str().unwrap_or_default()
                ),
                match place {
                    "query" => "write `style: form`, or a parameter of type `string`",
                    _ => "write `style: simple`, or a parameter of type `string`",
                },
            );
            return;
        }
    }
    if let Some(entry) = site.node.entry("explode")
        && place == "query"
        && matches!(entry.value.kind, NodeKind::Bool(false))
        && matches!(kind, Some("array" | "object"))
    {
        report(
            "generator/parameter-style",
            entry,
            entry.value.span,
            "`explode: false` is ignored: each item is sent as a parameter of its own".into(),
            "write a parameter of type `string`, and join the items before you pass it",
        );
    }
    if let Some(entry) = site
        .node
        .entry("allowReserved")
        .filter(|e| is_true(&e.value))
    {
        report(
            "generator/parameter-style",
            entry,
            entry.value.span,
            "`allowReserved` is ignored: every value is percent-encoded".into(),
            "remove it, or put the raw text into the path",
        );
    }
    let format = site
        .node
        .get("schema")
        .and_then(|schema| sites.resolve(schema));
    if format
        .and_then(|schema| schema.get("format"))
        .and_then(Node::as_str)
        == Some("password")
        && let Some(entry) = site.node.entry("schema")
    {
        report(
            "generator/secret-parameter",
            entry,
            entry.key_span,
            format!("a secret in a {place} parameter cannot be generated"),
            "send it in the body, or declare a security scheme; what is in a URL ends in logs",
        );
    }
    if let Some(kind @ ("array" | "object")) = kind
        && matches!(place, "path" | "header")
        && let Some(entry) = site.node.entry("schema")
    {
        report(
            "generator/parameter-type",
            entry,
            entry.key_span,
            format!(
                "a {place} parameter of type `{kind}` cannot be generated: only single values can"
            ),
            "write `type: string`, and join the items before you pass it",
        );
    }
}

/// The type of a schema, through references and lists of one.
fn shape_of<'a>(sites: &Sites<'a>, schema: &'a Node, depth: usize) -> &'a str {
    if let Some(kind) = schema.get("type").and_then(Node::as_str) {
        return kind;
    }
    if schema.entry("properties").is_some() {
        return "object";
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        if let Some(part) = list(schema, key).first()
            && depth < 20
            && let Some(part) = sites.resolve(part)
        {
            return shape_of(sites, part, depth + 1);
        }
    }
    ""
}

fn schema(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let node = site.node;
    let mut report = |rule, entry: &Entry, span: Span, message: String, help: &str| {
        findings.push(Finding::error(
            rule,
            span,
            below(&site.pointer, entry),
            message,
            help,
        ));
    };
    if let Some(entry) = node.entry("not") {
        report(
            "generator/not",
            entry,
            entry.key_span,
            "no Rust type is \"anything but\" something: `not` cannot be generated".into(),
            "describe what the value is, and say in the description what it is not",
        );
    }
    if let (Some(any), Some(one)) = (node.entry("anyOf"), node.entry("oneOf")) {
        let later = if any.key_span.start > one.key_span.start {
            any
        } else {
            one
        };
        report(
            "generator/combined",
            later,
            later.key_span,
            "`anyOf` and `oneOf` in one schema cannot be generated".into(),
            "keep one of them, or put each into a part of an `allOf` of named schemas",
        );
    }
    if let Some(entry) = node.entry("allOf") {
        all_of(sites, entry, &mut report);
    }
    let mixed = node
        .entry("enum")
        .is_some_and(|entry| mixed_enum(node, entry, &mut report));
    if !mixed {
        untyped(node, &mut report);
    }
    if let Some(entry) = node.entry("enum") {
        variants(node, entry, &mut report);
    }
    properties(node, &mut report);
    if let Some(entry) = node.entry("discriminator")
        && (node.entry("oneOf").is_some() || node.entry("anyOf").is_some())
        && !tagged(sites, node, &entry.value)
    {
        findings.push(
            Finding::error(
                "generator/discriminator",
                entry.key_span,
                below(&site.pointer, entry),
                "the discriminator is not read: the first schema that fits is taken",
                "give the property an `enum` of one value in each schema, so that one only fits",
            )
            .into_warning(),
        );
    }
}

/// Without a `type` typify knows what only one kind of keyword means.
fn untyped(schema: &Node, report: &mut Report<'_>) {
    const KINDS: &[(&str, &str)] = &[
        ("properties", "object"),
        ("additionalProperties", "object"),
        ("required", "object"),
        ("items", "array"),
    ];
    let combined = ["type", "allOf", "oneOf", "anyOf", "not"];
    if combined.iter().any(|key| schema.entry(key).is_some()) {
        return;
    }
    let help = "add `type`";
    if let Some(entry) = schema.entry("format")
        && matches!(entry.value.as_str(), Some("password" | "binary"))
    {
        let message = "a format without a `type` cannot be generated".into();
        report("generator/untyped", entry, entry.key_span, message, help);
        return;
    }
    let is_null = |value: &Node| matches!(value.kind, NodeKind::Null);
    if let Some(entry) = schema.entry("enum")
        && !entry.value.items().iter().all(is_null)
    {
        let message = "an enum without a `type` cannot be generated where null is allowed".into();
        report("generator/untyped", entry, entry.key_span, message, help);
        return;
    }
    let mut first: Option<(&str, &str)> = None;
    for entry in schema.entries() {
        let Some((key, kind)) = KINDS.iter().find(|(key, _)| *key == entry.key) else {
            continue;
        };
        match first {
            Some((other, of)) if of != *kind => {
                let message = format!("`{other}` and `{key}` without a `type` cannot be generated");
                report("generator/untyped", entry, entry.key_span, message, help);
                return;
            }
            Some(_) => {}
            None => first = Some((key, kind)),
        }
    }
}

type Report<'r> = dyn FnMut(&'static str, &Entry, Span, String, &str) + 'r;

/// Parts of different types: typify makes an enum without a variant of it, which has no value.
fn all_of(sites: &Sites<'_>, entry: &Entry, report: &mut Report<'_>) {
    let mut first: Option<&str> = None;
    for part in entry.value.items() {
        let Some(kind) = sites.resolve(part).and_then(|p| p.get("type")?.as_str()) else {
            continue;
        };
        match first {
            Some(other) if other != kind && !(numeric(other) && numeric(kind)) => {
                report(
                    "generator/all-of",
                    entry,
                    place_of(part, part, "type"),
                    format!("no value is of the types `{other}` and `{kind}` at once"),
                    "write `oneOf`, or parts of one type",
                );
                return;
            }
            Some(_) => {}
            None => first = Some(kind),
        }
    }
}

fn numeric(kind: &str) -> bool {
    matches!(kind, "integer" | "number")
}

/// Tells whether it told something.
fn mixed_enum(schema: &Node, entry: &Entry, report: &mut Report<'_>) -> bool {
    let kind = schema.get("type").and_then(Node::as_str);
    let values = entry.value.items();
    if let Some(kind @ ("array" | "object")) = kind {
        report(
            "generator/enum",
            entry,
            entry.key_span,
            format!("an enum of type `{kind}` cannot be generated"),
            "list texts or numbers",
        );
        return true;
    }
    if kind.is_some() {
        return false;
    }
    let mut first: Option<&Node> = None;
    for value in values {
        let name = value.kind_name();
        match (&value.kind, first) {
            (NodeKind::Null, _) => {}
            (NodeKind::Sequence(_) | NodeKind::Mapping(_), _) => {
                report(
                    "generator/enum",
                    entry,
                    value.span,
                    format!("an enum with {name} cannot be generated"),
                    "list texts or numbers",
                );
                return true;
            }
            (_, Some(other)) if other.kind_name() != name => {
                report(
                    "generator/enum",
                    entry,
                    value.span,
                    format!("the enum mixes {} and {name}", other.kind_name()),
                    "list values of one type, and add `type`",
                );
                return true;
            }
            (_, None) => first = Some(value),
            (_, Some(_)) => {}
        }
    }
    false
}

/// Two values of an enum with the same name in Rust, by the two ways in which typify names them.
fn variants(schema: &Node, entry: &Entry, report: &mut Report<'_>) {
    if schema
        .get("type")
        .is_some_and(|kind| kind.as_str() != Some("string"))
    {
        return;
    }
    let values: Vec<(&Node, &str)> = entry
        .value
        .items()
        .iter()
        .filter_map(|value| Some((value, value.as_str()?)))
        .collect();
    let with_x =
        |text: &str| pascal(&text.replace(|c: char| c == '_' || !(c.is_alphanumeric()), "X"));
    if collision(&values, pascal).is_none() {
        return;
    }
    if let Some((value, first, second)) = collision(&values, with_x) {
        report(
            "generator/name-collision",
            entry,
            value.span,
            format!("the values `{first}` and `{second}` have the same name in Rust"),
            "remove one of them if the API allows it, or drop the `enum` and list the values in \
             the description",
        );
    }
}

fn collision<'a>(
    values: &[(&'a Node, &'a str)],
    name: impl Fn(&str) -> String,
) -> Option<(&'a Node, &'a str, &'a str)> {
    let mut seen: BTreeMap<String, &'a str> = BTreeMap::new();
    for (node, text) in values {
        match seen.get(&name(text)) {
            // The same value twice is a finding of its own.
            Some(first) if first != text => return Some((node, first, text)),
            Some(_) => {}
            None => {
                seen.insert(name(text), text);
            }
        }
    }
    None
}

fn properties(schema: &Node, report: &mut Report<'_>) {
    let Some(properties) = schema.get("properties") else {
        return;
    };
    let open = schema
        .get("additionalProperties")
        .is_some_and(|other| !matches!(other.kind, NodeKind::Bool(false)));
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    if open {
        seen.insert("extra".into(), "the field for additional properties".into());
    }
    for entry in properties.entries() {
        let name = snake(&entry.key);
        if let Some(first) = seen.get(&name) {
            report(
                "generator/name-collision",
                entry,
                entry.key_span,
                format!(
                    "the property `{}` and {first} have the same name in Rust: `{name}`",
                    entry.key
                ),
                "rename one of them if the API allows it; else leave the optional one out",
            );
        } else {
            seen.insert(name, format!("the property `{}`", entry.key));
        }
    }
}

/// Whether each schema fixes the discriminating property to texts of its own.
fn tagged(sites: &Sites<'_>, schema: &Node, discriminator: &Node) -> bool {
    let Some(name) = discriminator.get("propertyName").and_then(Node::as_str) else {
        return true;
    };
    ["oneOf", "anyOf"]
        .iter()
        .flat_map(|key| list(schema, key))
        .all(|part| {
            sites
                .resolve(part)
                .and_then(|part| part.get("properties")?.get(name))
                .and_then(|property| sites.resolve(property))
                .is_some_and(|property| property.entry("enum").is_some())
        })
}

fn security_scheme(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let text = |key| site.node.get(key).and_then(Node::as_str);
    if text("type") == Some("apiKey") && text("in") == Some("header") {
        return;
    }
    let known = matches!(text("type"), Some("http" | "oauth2" | "openIdConnect"))
        || matches!(text("in"), Some("query" | "cookie"));
    if let Some(entry) = site.node.entry("type").filter(|_| known) {
        findings.push(
            Finding::error(
                "generator/security-scheme",
                entry.value.span,
                below(&site.pointer, entry),
                "the client sends API keys in headers only: this scheme is left to the user",
                "write `type: apiKey` with `in: header` if the API accepts it",
            )
            .into_warning(),
        );
    }
}

fn operation_names(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let operations = sites.of_kind(Kind::Operation);
    for site in operations.filter(|site| !in_callback(&site.pointer)) {
        let Some(id) = site.node.get("operationId") else {
            continue;
        };
        let Some(text) = id.as_str() else { continue };
        let name = snake(text);
        if CLIENT_METHODS.contains(&name.as_str()) {
            findings.push(Finding::error(
                "generator/reserved-name",
                id.span,
                format!("{}/operationId", site.pointer),
                format!("the operation `{text}` has the name of the client's own method `{name}`"),
                "name it after what it does to what, as `createThing`",
            ));
        }
        match seen.get(&name) {
            Some(first) if *first != text => findings.push(Finding::error(
                "generator/name-collision",
                id.span,
                format!("{}/operationId", site.pointer),
                format!(
                    "the operations `{first}` and `{text}` have the same name in Rust: `{name}`"
                ),
                "rename one of them",
            )),
            Some(_) => {}
            None => {
                seen.insert(name, text);
            }
        }
    }
    let schemes = sites.document.node_at("/components/securitySchemes");
    let mut constants: BTreeMap<String, &str> = BTreeMap::new();
    for entry in schemes.map(Node::entries).unwrap_or_default() {
        let name = crate::tidy::screaming_snake(&entry.key);
        if let Some(first) = constants.get(&name) {
            findings.push(Finding::error(
                "generator/name-collision",
                entry.key_span,
                format!("/components/securitySchemes/{}", pointer_token(&entry.key)),
                format!(
                    "the security schemes `{first}` and `{}` have the same name in Rust: `{name}`",
                    entry.key
                ),
                "rename one of them",
            ));
        } else {
            constants.insert(name, &entry.key);
        }
    }
}

/// The methods of the hand-written client, and those that it is called with.
const CLIENT_METHODS: &[&str] = &[
    "base_url",
    "builder",
    "clone",
    "execute",
    "fmt",
    "new",
    "with_timeout",
];

/// Types are named after components, titles, and the places where a schema stands.
fn type_names(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let mut names = TypeNames {
        seen: BTreeMap::new(),
        findings,
    };
    let schemas = sites.document.node_at("/components/schemas");
    let components = schemas.map(Node::entries).unwrap_or_default();
    for entry in components {
        let at = format!("/components/schemas/{}", pointer_token(&entry.key));
        let what = format!("the schema `{}`", entry.key);
        if pascal(&entry.key) == "Default" {
            names.findings.push(Finding::error(
                "generator/reserved-name",
                entry.key_span,
                at.clone(),
                format!("{what} has the name of a trait that the generated code uses"),
                "name it after what it holds, as `DefaultSettings`",
            ));
        }
        // Two components are two types, even when they are alike.
        let own = Value::String(entry.key.clone());
        names.take(&pascal(&entry.key), &what, own, entry.key_span, &at);
    }
    for entry in components {
        let at = format!("/components/schemas/{}", pointer_token(&entry.key));
        names.inside(&entry.value, &entry.key, &at, 0);
    }
    let operations = sites.of_kind(Kind::Operation);
    for site in operations.filter(|site| !in_callback(&site.pointer)) {
        let Some(id) = site.node.get("operationId").and_then(Node::as_str) else {
            continue;
        };
        for (key, suffix) in [("requestBody", "body"), ("responses", "response")] {
            let Some(node) = site.node.get(key) else {
                continue;
            };
            let (bodies, base): (Vec<&Node>, String) = if key == "requestBody" {
                (vec![node], format!("{}/{key}", site.pointer))
            } else {
                let successes = node.entries().iter().filter(|e| e.key.starts_with('2'));
                let first = successes.take(1).map(|entry| &entry.value).collect();
                (first, format!("{}/{key}", site.pointer))
            };
            for body in bodies {
                let Some(body) = sites.resolve(body) else {
                    continue;
                };
                for media in body.get("content").map(Node::entries).unwrap_or_default() {
                    if let Some(schema) = media.value.entry("schema") {
                        let name = format!("{id}-{suffix}");
                        names.inline(&schema.value, &name, schema.key_span, &base, 0);
                    }
                }
            }
        }
    }
}

struct TypeNames<'f> {
    seen: BTreeMap<String, (String, Value)>,
    findings: &'f mut Vec<Finding>,
}

impl TypeNames<'_> {
    fn take(&mut self, name: &str, what: &str, schema: Value, span: Span, pointer: &str) {
        if let Some((first, other)) = self.seen.get(name) {
            // The same schema under the same title is one type.
            if *other == schema {
                return;
            }
            self.findings.push(Finding::error(
                "generator/name-collision",
                span,
                pointer,
                format!("{what} and {first} have the same name in Rust: `{name}`"),
                "rename one of them, or name the inner schema by a component of its own",
            ));
        } else {
            self.seen.insert(name.to_owned(), (what.to_owned(), schema));
        }
    }

    /// A schema that is written out where it is used; only some of them become a named type.
    fn inline(&mut self, schema: &Node, name: &str, span: Span, pointer: &str, depth: usize) {
        if depth > 60 || schema.entry("$ref").is_some() {
            return;
        }
        let named = schema
            .get("properties")
            .is_some_and(|p| !p.entries().is_empty())
            || (schema.entry("enum").is_some()
                && schema.get("type").and_then(Node::as_str) != Some("boolean"));
        let title = schema.get("title").and_then(Node::as_str);
        let name = title.unwrap_or(name).to_owned();
        if named {
            let what = format!("the schema in line {}", span.start.line);
            self.take(&pascal(&name), &what, schema.to_value(), span, pointer);
        }
        self.inside(schema, &name, pointer, depth);
    }

    fn inside(&mut self, schema: &Node, name: &str, pointer: &str, depth: usize) {
        if depth > 60 || !matches!(schema.kind, NodeKind::Mapping(_)) {
            return;
        }
        let base = pascal(name);
        for entry in schema
            .get("properties")
            .map(Node::entries)
            .unwrap_or_default()
        {
            let inner = format!("{base}_{}", entry.key.to_snake_case());
            let at = format!("{pointer}/properties/{}", pointer_token(&entry.key));
            self.inline(&entry.value, &inner, entry.key_span, &at, depth + 1);
        }
        if let Some(entry) = schema.entry("items") {
            let at = format!("{pointer}/items");
            self.inline(
                &entry.value,
                &format!("{base}_item"),
                entry.key_span,
                &at,
                depth + 1,
            );
        }
    }
}

fn clean(text: &str) -> String {
    match text {
        "+1" => "plus1".into(),
        "-1" => "minus1".into(),
        text => text
            .replace('\'', "")
            .replace(|c: char| !(c.is_alphanumeric() || c == '_'), "-"),
    }
}

/// The name of a field, method or parameter, as the generator makes it.
fn snake(text: &str) -> String {
    named(clean(text).to_snake_case(), "x")
}

/// The name of a type or a variant, as the generator makes it.
pub(crate) fn pascal(text: &str) -> String {
    named(clean(text).to_pascal_case(), "X")
}

fn named(name: String, prefix: &str) -> String {
    match name.chars().next() {
        None => prefix.to_owned(),
        Some(first) if first.is_alphabetic() => name,
        Some(_) => format!("{prefix}{name}"),
    }
}
