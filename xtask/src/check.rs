//! What must hold before anything is generated.

use openapiv3::OpenAPI;
use serde_json::Value;

use crate::document::{Document, pointer_token};
use crate::finding::Finding;
use crate::yaml::{Node, NodeKind};

/// Checks `document` and reads it as OpenAPI.
///
/// # Errors
///
/// Every finding that keeps code from being generated.
pub fn check(document: &Document) -> Result<OpenAPI, Vec<Finding>> {
    let findings = references(document);
    if !findings.is_empty() {
        return Err(findings);
    }
    parse(document, &document.to_value()).map_err(|finding| vec![*finding])
}

/// Reads `value` as OpenAPI; an error points at the closest place that serde can name.
fn parse(document: &Document, value: &Value) -> Result<OpenAPI, Box<Finding>> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer = pointer_of(error.path());
        let message = format!("this is not OpenAPI 3.0: {}", error.inner());
        let help = "compare the keys and values here with the OpenAPI 3.0.3 specification";
        let span = document.span_at(&pointer);
        Box::new(Finding::error(
            "openapi/structure",
            span,
            pointer,
            message,
            help,
        ))
    })
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", pointer_token(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// Every `$ref` must name a component of this document, and end somewhere.
fn references(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Pointers are built on the way down; the stack is ours, so depth costs no stack frame.
    let mut open = vec![(String::new(), &document.root)];
    while let Some((pointer, node)) = open.pop() {
        if let Some(entry) = node.entry("$ref").filter(|_| !is_free_form(&pointer)) {
            let at = format!("{pointer}/$ref");
            if let Some((message, help)) = reference_problem(document, &entry.value) {
                findings.push(Finding::error(
                    "openapi/reference",
                    entry.value.span,
                    at,
                    message,
                    help,
                ));
            }
            continue;
        }
        for entry in node.entries() {
            open.push((
                format!("{pointer}/{}", pointer_token(&entry.key)),
                &entry.value,
            ));
        }
        for (index, item) in node.items().iter().enumerate() {
            open.push((format!("{pointer}/{index}"), item));
        }
    }
    findings
}

/// Whether `pointer` lies in a value that is data, not OpenAPI: an example, a default, an enum.
fn is_free_form(pointer: &str) -> bool {
    let tokens: Vec<&str> = pointer.split('/').collect();
    tokens.windows(2).any(|pair| {
        let named = matches!(
            pair[0],
            "properties" | "schemas" | "responses" | "parameters"
        );
        !named
            && (matches!(pair[1], "example" | "examples" | "default" | "enum")
                || pair[1].starts_with("x-"))
    })
}

fn reference_problem(document: &Document, target: &Node) -> Option<(String, String)> {
    let Some(reference) = target.as_str() else {
        let message = format!("`$ref` must be a string; this is {}", target.kind_name());
        return Some((message, "write it as '#/components/schemas/Name'".into()));
    };
    let mut seen = Vec::new();
    let mut current = reference;
    loop {
        if !current.starts_with("#/components/") {
            let message = format!("the reference `{current}` leaves `#/components`");
            let help = "copy what it names into `components` and refer to it as \
                        '#/components/schemas/Name'";
            return Some((message, help.into()));
        }
        if seen.contains(&current) {
            let message = format!("the reference `{reference}` leads back to itself");
            return Some((
                message,
                "let one of the components be a schema of its own".into(),
            ));
        }
        let Some(node) = node_at(document, current) else {
            let message = format!("the reference `{current}` names nothing in this document");
            return Some((message, suggestion(document, current)));
        };
        seen.push(current);
        match node.get("$ref").and_then(Node::as_str) {
            Some(next) => current = next,
            None => return None,
        }
    }
}

fn node_at<'a>(document: &'a Document, reference: &str) -> Option<&'a Node> {
    let mut node = &document.root;
    for token in reference.strip_prefix("#/")?.split('/') {
        node = node.get(&token.replace("~1", "/").replace("~0", "~"))?;
    }
    Some(node)
}

fn suggestion(document: &Document, reference: &str) -> String {
    let Some((section, _)) = reference.rsplit_once('/') else {
        return String::new();
    };
    let names: Vec<String> = match node_at(document, section).map(|node| &node.kind) {
        Some(NodeKind::Mapping(entries)) => entries
            .iter()
            .map(|entry| format!("`{section}/{}`", entry.key))
            .collect(),
        _ => Vec::new(),
    };
    if names.is_empty() {
        format!("add the component, or an entry `{section}` to put it in")
    } else {
        format!(
            "add the component, or name one that exists: {}",
            names.join(", ")
        )
    }
}
