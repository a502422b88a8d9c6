//! What must hold within one schema.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::yaml::{Node, NodeKind};

use super::examples::compile;
use super::references::is_true;
use super::suggest::did_you_mean;
use super::vocabulary::Kind;
use super::walk::{Site, Sites, below, mistyped};

pub(super) fn check(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    for site in sites.of_kind(Kind::Schema) {
        required(sites, site, findings);
        bounds(site, findings);
        applicable(site, findings);
        pattern(site, findings);
        enumeration(site, findings);
        parts(site, findings);
        discriminator(sites, site, findings);
    }
}

/// Keywords and the one type that they say something about.
const APPLIES_TO: &[(&str, &[&str])] = &[
    ("multipleOf", &["number", "integer"]),
    ("maximum", &["number", "integer"]),
    ("exclusiveMaximum", &["number", "integer"]),
    ("minimum", &["number", "integer"]),
    ("exclusiveMinimum", &["number", "integer"]),
    ("maxLength", &["string"]),
    ("minLength", &["string"]),
    ("pattern", &["string"]),
    ("items", &["array"]),
    ("maxItems", &["array"]),
    ("minItems", &["array"]),
    ("uniqueItems", &["array"]),
    ("properties", &["object"]),
    ("required", &["object"]),
    ("additionalProperties", &["object"]),
    ("maxProperties", &["object"]),
    ("minProperties", &["object"]),
    ("discriminator", &["object"]),
];

fn applicable(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(kind) = site.node.get("type").and_then(Node::as_str) else {
        return;
    };
    if !matches!(
        kind,
        "string" | "number" | "integer" | "boolean" | "array" | "object"
    ) {
        return;
    }
    for entry in site.node.entries() {
        let types = APPLIES_TO.iter().find(|(name, _)| *name == entry.key);
        // A value of the wrong kind is told by itself.
        let is_flag = entry.key == "required" && !matches!(entry.value.kind, NodeKind::Sequence(_));
        if let Some((name, types)) = types.filter(|(_, types)| !types.contains(&kind) && !is_flag) {
            findings.push(Finding::error(
                "openapi/keyword-type",
                entry.key_span,
                below(&site.pointer, entry),
                format!("`{name}` says nothing about {}", with_article(kind)),
                format!("remove it, or write `type: {}`", types.join("` or `type: ")),
            ));
        }
    }
    if kind == "array" && site.node.entry("items").is_none() && !mistyped(site, "items") {
        findings.push(Finding::error(
            "openapi/missing-key",
            site.place,
            site.pointer.clone(),
            "an array needs the key `items`",
            "say what the items are: `items: { type: string }`, or `items: {}` for anything",
        ));
    }
}

pub(super) fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {kind}")
}

fn required(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(names) = site.node.get("required") else {
        return;
    };
    let at = format!("{}/required", site.pointer);
    let mut seen = BTreeSet::new();
    let mut known = BTreeSet::new();
    let whole = sites.document.node_at(whole(&site.pointer));
    let complete = properties(sites, whole.unwrap_or(site.node), &mut known, 0)
        && (!known.is_empty() || site.node.entry("additionalProperties").is_none())
        && !mistyped(site, "properties");
    for (index, item) in names.items().iter().enumerate() {
        let Some(name) = item.as_str() else { continue };
        let pointer = format!("{at}/{index}");
        if !seen.insert(name) {
            findings.push(Finding::error(
                "openapi/required",
                item.span,
                pointer,
                format!("`{name}` is listed twice"),
                "list it once",
            ));
        } else if complete && !known.contains(name) {
            let help = did_you_mean(name, known.iter().copied()).map_or_else(
                || format!("describe `{name}` under `properties`, or do not list it"),
                |meant| format!("did you mean `{meant}`?"),
            );
            findings.push(Finding::error(
                "openapi/required",
                item.span,
                pointer,
                format!("`{name}` is required, but not among the properties"),
                help,
            ));
        }
    }
    if names.items().is_empty() && matches!(names.kind, NodeKind::Sequence(_)) {
        findings.push(Finding::error(
            "openapi/required",
            names.span,
            at,
            "the list of required names is empty",
            "remove `required`, or name a property",
        ));
    }
}

/// The pointer of the schema that the one at `pointer` is a part of: the properties may stand in
/// another part of it.
fn whole(pointer: &str) -> &str {
    let mut whole = pointer;
    loop {
        if let Some(parent) = whole.strip_suffix("/not") {
            whole = parent;
            continue;
        }
        let Some((list, _)) = whole.rsplit_once('/') else {
            return whole;
        };
        match list.rsplit_once('/') {
            Some((parent, "allOf" | "oneOf" | "anyOf")) => whole = parent,
            _ => return whole,
        }
    }
}

/// Collects the names of all properties; `false` if a part cannot be followed.
fn properties<'a>(
    sites: &Sites<'a>,
    schema: &'a Node,
    known: &mut BTreeSet<&'a str>,
    depth: usize,
) -> bool {
    if depth > 20 {
        return false;
    }
    let Some(schema) = sites.resolve(schema) else {
        return false;
    };
    let own = schema
        .get("properties")
        .map(Node::entries)
        .unwrap_or_default();
    known.extend(own.iter().map(|entry| entry.key.as_str()));
    ["allOf", "oneOf", "anyOf"]
        .iter()
        .filter_map(|key| schema.get(key))
        .flat_map(Node::items)
        .all(|part| properties(sites, part, known, depth + 1))
}

const PAIRS: &[(&str, &str)] = &[
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
];

fn bounds(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let number = |key: &str| match &site.node.get(key)?.kind {
        NodeKind::Number(number) => number.as_f64(),
        _ => None,
    };
    let mut report = |key: &str, message: String, help: String| {
        if let Some(entry) = site.node.entry(key) {
            findings.push(Finding::error(
                "openapi/bounds",
                entry.value.span,
                below(&site.pointer, entry),
                message,
                help,
            ));
        }
    };
    for (lower, upper) in PAIRS {
        let (Some(from), Some(to)) = (number(lower), number(upper)) else {
            continue;
        };
        let excluded = *lower == "minimum"
            && ["exclusiveMinimum", "exclusiveMaximum"]
                .iter()
                .any(|key| site.node.get(key).is_some_and(is_true));
        #[allow(clippy::float_cmp)]
        if from > to || (excluded && from == to) {
            // The later of the two is the one that was written against the other.
            let later = [*lower, *upper]
                .into_iter()
                .max_by_key(|key| site.node.entry(key).map(|entry| entry.key_span.start))
                .unwrap_or(upper);
            report(
                later,
                format!("no value fits: `{lower}` is {from} and `{upper}` is {to}"),
                "swap them, or correct one".into(),
            );
        }
    }
    for (flag, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        let is_flag = |node: &Node| matches!(node.kind, NodeKind::Bool(_));
        if site.node.get(flag).is_some_and(is_flag)
            && site.node.entry(bound).is_none()
            && !mistyped(site, bound)
        {
            report(
                flag,
                format!("`{flag}` without `{bound}` bounds nothing"),
                format!("add `{bound}`, or remove `{flag}`"),
            );
        }
    }
    if number("multipleOf").is_some_and(|step| step <= 0.0) {
        report(
            "multipleOf",
            "`multipleOf` must be greater than 0".into(),
            "write the step between two values".into(),
        );
    }
    if site.node.get("readOnly").is_some_and(is_true)
        && site.node.get("writeOnly").is_some_and(is_true)
    {
        report(
            "writeOnly",
            "`readOnly` and `writeOnly` exclude each other".into(),
            "keep one: `readOnly` is for answers only, `writeOnly` for requests only".into(),
        );
    }
}

fn pattern(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = site.node.entry("pattern") else {
        return;
    };
    let Some(text) = entry.value.as_str() else {
        return;
    };
    if let Err(error) = compile(text) {
        findings.push(Finding::error(
            "openapi/pattern",
            entry.value.span,
            below(&site.pointer, entry),
            format!("the pattern does not compile: {}", lower_first(&error.text)),
            "write a regular expression of ECMA-262 (JavaScript), without `/` around it",
        ));
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

fn enumeration(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = site.node.entry("enum") else {
        return;
    };
    if !matches!(entry.value.kind, NodeKind::Sequence(_)) {
        return;
    }
    let at = below(&site.pointer, entry);
    let values = entry.value.items();
    if values.is_empty() {
        findings.push(Finding::error(
            "openapi/enum",
            entry.key_span,
            at,
            "the list of values is empty: no value fits",
            "list the values, or remove `enum`",
        ));
        return;
    }
    let kind = site.node.get("type").and_then(Node::as_str);
    let nullable = site.node.get("nullable").is_some_and(is_true);
    let mut seen = BTreeSet::new();
    for (index, value) in values.iter().enumerate() {
        let json = value.to_value();
        let pointer = format!("{at}/{index}");
        if !seen.insert(json.to_string()) {
            findings.push(Finding::error(
                "openapi/enum",
                value.span,
                pointer,
                format!("the value {json} is listed twice"),
                "list it once",
            ));
        } else if let Some(kind) = kind.filter(|kind| !is_of_type(value, kind, nullable)) {
            let help = match (&value.kind, kind) {
                (NodeKind::Null, _) => "write `nullable: true` beside it".to_owned(),
                (NodeKind::Bool(_) | NodeKind::Number(_), "string") => {
                    "quote it: YAML reads it as something else than text".to_owned()
                }
                _ => format!("write a value of type {kind}"),
            };
            findings.push(Finding::error(
                "openapi/enum",
                value.span,
                pointer,
                format!("{} is not of the type `{kind}`", short(&json.to_string())),
                help,
            ));
        }
    }
}

pub(super) fn short(text: &str) -> String {
    if text.chars().count() <= 40 {
        return text.to_owned();
    }
    text.chars().take(39).chain(['…']).collect()
}

/// Whether `node` is a value of an OpenAPI type; an unknown type is someone else's finding.
pub(super) fn is_of_type(node: &Node, kind: &str, nullable: bool) -> bool {
    match (&node.kind, kind) {
        (NodeKind::Null, _) => nullable,
        (NodeKind::Number(number), "integer") => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        (NodeKind::String(_), "string")
        | (NodeKind::Number(_), "number")
        | (NodeKind::Bool(_), "boolean")
        | (NodeKind::Sequence(_), "array")
        | (NodeKind::Mapping(_), "object") => true,
        (_, "string" | "number" | "integer" | "boolean" | "array" | "object") => false,
        _ => true,
    }
}

fn parts(site: &Site<'_>, findings: &mut Vec<Finding>) {
    for key in ["allOf", "oneOf", "anyOf"] {
        if let Some(entry) = site.node.entry(key)
            && matches!(&entry.value.kind, NodeKind::Sequence(items) if items.is_empty())
        {
            findings.push(Finding::error(
                "openapi/empty-list",
                entry.key_span,
                below(&site.pointer, entry),
                format!("`{key}` has no schema"),
                "list at least one schema, or remove it",
            ));
        }
    }
}

fn discriminator(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(discriminator) = site.node.get("discriminator") else {
        return;
    };
    let mapping = discriminator
        .get("mapping")
        .map(Node::entries)
        .unwrap_or_default();
    for entry in mapping {
        let Some(text) = entry.value.as_str() else {
            continue;
        };
        let target = text
            .strip_prefix('#')
            .map_or_else(|| format!("/components/schemas/{text}"), ToOwned::to_owned);
        if sites.document.node_at(&target).is_none() {
            findings.push(Finding::error(
                "openapi/reference",
                entry.value.span,
                format!(
                    "{}/discriminator/mapping/{}",
                    site.pointer,
                    crate::document::pointer_token(&entry.key)
                ),
                format!("the mapping `{text}` names no schema of this document"),
                "write it as '#/components/schemas/Name'",
            ));
        }
    }
    let Some(name) = discriminator.entry("propertyName") else {
        return;
    };
    let mut known = BTreeSet::new();
    let complete = properties(sites, site.node, &mut known, 0);
    if let Some(text) = name.value.as_str()
        && complete
        && !known.contains(text)
    {
        findings.push(Finding::error(
            "openapi/required",
            name.value.span,
            format!("{}/discriminator/propertyName", site.pointer),
            format!("the discriminator `{text}` is a property of none of the schemas"),
            "name a property that all of them have and require",
        ));
    }
}
