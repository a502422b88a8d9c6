//! Whether every `$ref` leads to a component of its kind, and every component is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::pointer_token;
use crate::finding::Finding;
use crate::yaml::{Node, NodeKind};

use super::suggest::did_you_mean;
use super::vocabulary::Kind;
use super::walk::{MAX_CHAIN, Reference, Sites, below};

pub(super) fn check(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    for reference in &sites.references {
        siblings(reference, findings);
        let Some(entry) = reference.node.entry("$ref") else {
            continue;
        };
        if let Some((rule, message, help)) = problem(sites, reference, &entry.value) {
            findings.push(Finding::error(
                rule,
                entry.value.span,
                format!("{}/$ref", reference.pointer),
                message,
                help,
            ));
        }
    }
    contained_in_themselves(sites, findings);
}

fn siblings(reference: &Reference<'_>, findings: &mut Vec<Finding>) {
    for entry in reference.node.entries() {
        if entry.key != "$ref" {
            findings.push(Finding::error(
                "openapi/reference-siblings",
                entry.key_span,
                below(&reference.pointer, entry),
                format!("`{}` beside `$ref` has no effect", entry.key),
                "put the reference into a list of one: `allOf: [{ $ref: … }]`, or remove the key",
            ));
        }
    }
}

type Problem = (&'static str, String, String);

fn problem(sites: &Sites<'_>, reference: &Reference<'_>, target: &Node) -> Option<Problem> {
    let wrong = |message: String, help: String| Some(("openapi/reference", message, help));
    let section = reference.kind.section().unwrap_or("schemas");
    if sites.lost_section(section) {
        return None;
    }
    let Some(text) = target.as_str() else {
        return wrong(
            format!("`$ref` must be a text; this is {}", target.kind_name()),
            format!("write it as '#/components/{section}/Name'"),
        );
    };
    let Some(path) = text.strip_prefix('#') else {
        return wrong(
            format!("the reference `{text}` leaves this document"),
            format!(
                "copy what it names into `components/{section}` and refer to it as \
                 '#/components/{section}/Name'"
            ),
        );
    };
    let names: Vec<&str> = sites
        .document
        .node_at(&format!("/components/{section}"))
        .map(|node| node.entries().iter().map(|e| e.key.as_str()).collect())
        .unwrap_or_default();
    let expected = format!("/components/{section}/");
    let name = path.strip_prefix(&expected);
    if name.is_none_or(|name| name.contains('/')) {
        let exists = sites.node_at(path).is_some();
        let message = if exists && path.starts_with("/components/") {
            format!(
                "{} belongs here, and `{text}` is none",
                reference.kind.name()
            )
        } else if path.starts_with("/components/") {
            format!("the reference `{text}` names nothing in this document")
        } else {
            format!("the reference `{text}` leaves `#/components`")
        };
        let meant = path
            .rsplit('/')
            .next()
            .and_then(|name| did_you_mean(name, names.iter().copied()));
        let help = meant.map_or_else(
            || format!("refer to a component as '#/components/{section}/Name'"),
            |meant| format!("did you mean `#/components/{section}/{meant}`?"),
        );
        return wrong(message, help);
    }
    let Some(node) = sites.node_at(path) else {
        let help = match did_you_mean(name.unwrap_or_default(), names.iter().copied()) {
            Some(meant) => format!("did you mean `#/components/{section}/{meant}`?"),
            None if names.is_empty() => format!("add the component below `components/{section}`"),
            None => format!("add the component, or name one of {}", names.join(", ")),
        };
        return wrong(
            format!("the reference `{text}` names nothing in this document"),
            help,
        );
    };
    if closes_circle(sites, reference, node) {
        return Some((
            "openapi/reference-cycle",
            format!("the reference `{text}` leads back to itself"),
            "let one of the components be an object of its own".to_owned(),
        ));
    }
    None
}

/// Whether the reference is on a circle, and the first of it in the text; or on a chain that
/// nobody follows to its end.
fn closes_circle(sites: &Sites<'_>, reference: &Reference<'_>, node: &Node) -> bool {
    let mut node = node;
    let mut seen: Vec<&Node> = Vec::new();
    for _ in 0..MAX_CHAIN {
        if std::ptr::eq(node, reference.node) {
            let place = reference.node.span.start;
            return seen.iter().all(|other| other.span.start > place);
        }
        // A circle that this one only leads to is told on the circle.
        if seen.iter().any(|other| std::ptr::eq(*other, node)) {
            return false;
        }
        seen.push(node);
        let target = node.get("$ref").and_then(Node::as_str);
        let next = target
            .and_then(|text| text.strip_prefix('#'))
            .and_then(|path| sites.node_at(path));
        match next {
            Some(next) => node = next,
            None => return false,
        }
    }
    true
}

/// A schema that is part of itself, by `allOf` or by required properties, describes no value.
fn contained_in_themselves(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let Some(schemas) = sites.document.node_at("/components/schemas") else {
        return;
    };
    let mut needs: BTreeMap<&str, Vec<(&str, &Node)>> = BTreeMap::new();
    for entry in schemas.entries() {
        // A component that is nothing but a `$ref` is judged as a reference.
        if entry.value.entry("$ref").is_none() {
            let mut targets = Vec::new();
            needed(&entry.value, &mut targets);
            needs.insert(&entry.key, targets);
        }
    }
    for (name, targets) in &needs {
        for (target, node) in targets {
            if reaches(&needs, target, name) {
                let at = pointer_of_reference(sites, node);
                findings.push(Finding::error(
                    "openapi/reference-cycle",
                    node.span,
                    at,
                    format!("`{name}` always contains itself: no value can be that deep"),
                    "make the property optional or a list, or leave the schema out of its `allOf`",
                ));
            }
        }
    }
}

/// The schemas without a value of which there is no value of `schema`, and the `$ref` texts.
fn needed<'a>(schema: &'a Node, targets: &mut Vec<(&'a str, &'a Node)>) {
    if schema.get("nullable").is_some_and(is_true) {
        return;
    }
    if let Some(text) = schema.get("$ref") {
        let name = text
            .as_str()
            .and_then(|text| text.strip_prefix("#/components/schemas/"));
        targets.extend(name.map(|name| (name, text)));
        return;
    }
    for part in schema.get("allOf").map(Node::items).unwrap_or_default() {
        needed(part, targets);
    }
    let required: BTreeSet<&str> = schema
        .get("required")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .collect();
    for property in schema
        .get("properties")
        .map(Node::entries)
        .unwrap_or_default()
    {
        if required.contains(property.key.as_str()) {
            needed(&property.value, targets);
        }
    }
}

fn reaches(needs: &BTreeMap<&str, Vec<(&str, &Node)>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            open.extend(needs.get(name).into_iter().flatten().map(|(name, _)| *name));
        }
    }
    false
}

fn pointer_of_reference(sites: &Sites<'_>, text: &Node) -> String {
    sites
        .references
        .iter()
        .find(|reference| {
            reference
                .node
                .entry("$ref")
                .is_some_and(|entry| std::ptr::eq(&raw const entry.value, text))
        })
        .map(|reference| format!("{}/$ref", reference.pointer))
        .unwrap_or_default()
}

pub(super) fn is_true(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Bool(true))
}

/// Components that nothing refers to, directly or through other components.
pub(super) fn unused(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let Some(components) = sites.document.root.get("components") else {
        return;
    };
    let reached = reached(sites);
    for section in components.entries() {
        if matches!(section.key.as_str(), "securitySchemes" | "callbacks")
            || section.key.starts_with("x-")
        {
            continue;
        }
        for component in section.value.entries() {
            let pointer = format!(
                "/components/{}/{}",
                section.key,
                pointer_token(&component.key)
            );
            if !reached.contains(&pointer) {
                findings.push(
                    Finding::error(
                        "openapi/unused-component",
                        component.key_span,
                        pointer,
                        format!("nothing uses the component `{}`", component.key),
                        "remove it, or refer to it",
                    )
                    .into_warning(),
                );
            }
        }
    }
    unused_schemes(sites, components, findings);
}

fn unused_schemes(sites: &Sites<'_>, components: &Node, findings: &mut Vec<Finding>) {
    let used: BTreeSet<&str> = sites
        .of_kind(Kind::Document)
        .chain(sites.of_kind(Kind::Operation))
        .filter_map(|site| site.node.get("security"))
        .flat_map(Node::items)
        .flat_map(Node::entries)
        .map(|entry| entry.key.as_str())
        .collect();
    let schemes = components.get("securitySchemes");
    for scheme in schemes.map(Node::entries).unwrap_or_default() {
        if !used.contains(scheme.key.as_str()) {
            findings.push(
                Finding::error(
                    "openapi/unused-component",
                    scheme.key_span,
                    format!("/components/securitySchemes/{}", pointer_token(&scheme.key)),
                    format!("no requirement names the security scheme `{}`", scheme.key),
                    "remove it, or name it under `security`",
                )
                .into_warning(),
            );
        }
    }
}

/// The pointers of the components that the paths lead to.
pub(crate) fn reached(sites: &Sites<'_>) -> BTreeSet<String> {
    // Which component each reference stands in, if any.
    let mut outgoing: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    let mut note = |pointer: &str, target: &str| {
        let from = owner(pointer);
        outgoing.entry(from).or_default().push(target.to_owned());
    };
    for reference in &sites.references {
        let target = reference.node.get("$ref").and_then(Node::as_str);
        if let Some(target) = target.and_then(|text| text.strip_prefix('#')) {
            note(&reference.pointer, target);
        }
    }
    for site in sites.of_kind(Kind::Discriminator) {
        for entry in site
            .node
            .get("mapping")
            .map(Node::entries)
            .unwrap_or_default()
        {
            if let Some(text) = entry.value.as_str() {
                let target = text
                    .strip_prefix('#')
                    .map_or_else(|| format!("/components/schemas/{text}"), ToOwned::to_owned);
                note(&site.pointer, &target);
            }
        }
    }
    let mut reached = BTreeSet::new();
    let mut open = outgoing.get(&None).cloned().unwrap_or_default();
    while let Some(target) = open.pop() {
        if reached.insert(target.clone())
            && let Some(more) = outgoing.get(&Some(target))
        {
            open.extend(more.iter().cloned());
        }
    }
    reached
}

/// The component that `pointer` lies in.
fn owner(pointer: &str) -> Option<String> {
    let mut tokens = pointer.strip_prefix("/components/")?.splitn(3, '/');
    let (section, name) = (tokens.next()?, tokens.next()?);
    Some(format!("/components/{section}/{name}"))
}
