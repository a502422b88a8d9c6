//! This project's own rules: what every document of ours has, valid or not without it.

use crate::document::pointer_token;
use crate::finding::Finding;
use crate::source::Span;
use crate::yaml::{Entry, Node, NodeKind};

use super::vocabulary::Kind;
use super::walk::{Site, Sites, below, mistyped};

pub(super) fn check(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    for site in sites.of_kind(Kind::Operation) {
        if !site.pointer.contains("/callbacks/") {
            operation(sites, site, findings);
        }
    }
    descriptions(sites, findings);
    secrets(sites, findings);
    servers(sites, findings);
    version(sites, findings);
}

fn operation(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let mut report = |rule, message: &str, help: &str| {
        findings.push(Finding::error(
            rule,
            site.place,
            site.pointer.clone(),
            message,
            help,
        ));
    };
    if site.node.entry("operationId").is_none() && !mistyped(site, "operationId") {
        report(
            "house/operation-id",
            "the operation has no id",
            "add `operationId: createThing`: the generated method is named after it",
        );
    }
    if is_blank(site, "summary") {
        report(
            "house/operation-summary",
            "the operation has no summary",
            "add `summary: …`: what it does, in a few words",
        );
    }
    if is_blank(site, "description") {
        report(
            "house/operation-description",
            "the operation has no description",
            "add `description: …`: what it does, and what to know before calling it",
        );
    }
    let tags = site.node.get("tags").map(Node::items).unwrap_or_default();
    if tags.is_empty() && !mistyped(site, "tags") {
        report(
            "house/operation-tag",
            "the operation has no tag",
            "add `tags: [Name]`: the reference groups operations by tag",
        );
    }
    // What is no list at all is someone else's finding.
    let is_empty =
        |node: &Node| matches!(&node.kind, NodeKind::Sequence(items) if items.is_empty());
    let secured = |node: &Node| node.get("security").is_some_and(|node| !is_empty(node));
    let own = site.node.entry("security").is_some();
    let top = sites
        .of_kind(Kind::Document)
        .any(|top| mistyped(top, "security"));
    let meant = top || mistyped(site, "security");
    let inherited = !own && secured(&sites.document.root);
    if !(secured(site.node) || inherited || meant) {
        report(
            "house/operation-security",
            "the operation has no security requirement, nor has the document",
            "add `security: [{ Scheme: [] }]` here or at the top of the document",
        );
    }
    if let Some(responses) = site.node.entry("responses") {
        statuses(site, responses, findings);
    }
    declared_tags(sites, site, findings);
}

fn statuses(site: &Site<'_>, responses: &Entry, findings: &mut Vec<Finding>) {
    let entries = responses.value.entries();
    let lacks = |class: char| {
        !entries
            .iter()
            .any(|entry| entry.key.len() == 3 && entry.key.starts_with(class))
    };
    let (message, help) = match (lacks('4'), lacks('5')) {
        (false, false) => return,
        (true, false) => (
            "the operation describes no refusals",
            "add a response `4XX`",
        ),
        (false, true) => (
            "the operation describes no failures",
            "add a response `5XX`",
        ),
        (true, true) => (
            "the operation describes neither refusals nor failures",
            "add the responses `4XX` and `5XX`",
        ),
    };
    findings.push(Finding::error(
        "house/operation-statuses",
        responses.key_span,
        format!("{}/responses", site.pointer),
        message,
        help,
    ));
}

/// Tags are declared, so that each has a description.
fn declared_tags(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let declared: Vec<&str> = sites
        .of_kind(Kind::Tag)
        .filter_map(|tag| tag.node.get("name")?.as_str())
        .collect();
    let tags = site.node.get("tags").map(Node::items).unwrap_or_default();
    for (index, tag) in tags.iter().enumerate() {
        let Some(text) = tag.as_str() else { continue };
        if !declared.contains(&text) {
            let help = super::suggest::did_you_mean(text, declared.iter().copied()).map_or_else(
                || "add it to the `tags` of the document, with a description".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            findings.push(Finding::error(
                "house/operation-tag",
                tag.span,
                format!("{}/tags/{index}", site.pointer),
                format!("the tag `{text}` is not described"),
                help,
            ));
        }
    }
}

/// Whether `key` has no text; one that is mistyped or of another kind is someone else's finding.
fn is_blank(site: &Site<'_>, key: &str) -> bool {
    match site.node.get(key).map(|node| &node.kind) {
        None => !mistyped(site, key),
        Some(NodeKind::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

/// What needs a description, wherever it stands; operations have a rule of their own.
const DESCRIBED: &[Kind] = &[
    Kind::Info,
    Kind::Server,
    Kind::ServerVariable,
    Kind::Tag,
    Kind::Parameter,
    Kind::Header,
    Kind::RequestBody,
    Kind::Response,
    Kind::SecurityScheme,
];

fn descriptions(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let mut report = |what: &str, span: Span, pointer: &str| {
        findings.push(Finding::error(
            "house/description",
            span,
            pointer,
            format!("{what} has no description"),
            "add `description: …` for the people who read the reference",
        ));
    };
    for site in &sites.objects {
        let named = match site.kind {
            kind if DESCRIBED.contains(&kind) => kind.name().to_owned(),
            Kind::Schema => match schema_name(&site.pointer) {
                Some(name) => name,
                None => continue,
            },
            _ => continue,
        };
        if !is_blank(site, "description") {
            continue;
        }
        // The specification itself asks for that of a response; an empty one is ours.
        if site.kind == Kind::Response && site.node.entry("description").is_none() {
            continue;
        }
        let span = match site.node.entry("description") {
            Some(entry) => entry.key_span,
            None => site.place,
        };
        report(&named, span, &site.pointer);
    }
}

/// How a schema that people look up is called: a component or a property.
fn schema_name(pointer: &str) -> Option<String> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    if parent == "/components/schemas" {
        return Some(format!("the schema `{name}`"));
    }
    let (_, list) = parent.rsplit_once('/')?;
    let grandparent = parent.rsplit('/').nth(1);
    (list == "properties" && grandparent != Some("properties"))
        .then(|| format!("the property `{name}`"))
}

/// Names that are or end in one of these carry a secret.
const SECRETS: &[&str] = &[
    "password",
    "secret",
    "auth_token",
    "access_token",
    "refresh_token",
    "api_key",
    "private_key",
];

fn secrets(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let mut report = |name: &str, span: Span, pointer: String| {
        findings.push(Finding::error(
            "house/secret",
            span,
            pointer,
            format!("`{name}` looks like a secret, but does not carry `format: password`"),
            "add `format: password`: it keeps the value out of logs and of the reference",
        ));
    };
    for site in sites.of_kind(Kind::Schema) {
        let properties = site.node.get("properties").map(Node::entries);
        for entry in properties.unwrap_or_default() {
            if is_secret(&entry.key) && !carries_mark(sites, &entry.value, 0) {
                let at = format!("{}/properties/{}", site.pointer, pointer_token(&entry.key));
                report(&entry.key, entry.key_span, at);
            }
        }
    }
    for site in sites.of_kind(Kind::Parameter) {
        if let Some(name) = site.node.entry("name")
            && let Some(text) = name.value.as_str()
            && let Some(schema) = site.node.get("schema")
            && is_secret(text)
            && !carries_mark(sites, schema, 0)
        {
            report(text, name.value.span, below(&site.pointer, name));
        }
    }
}

/// Whether `name`, in any case and with any separators, is or ends in one of [`SECRETS`].
pub(crate) fn is_secret(name: &str) -> bool {
    let mut snake = String::new();
    let mut previous_is_lower = false;
    for c in name.chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && previous_is_lower {
                snake.push('_');
            }
            snake.extend(c.to_lowercase());
        } else {
            snake.push('_');
        }
        previous_is_lower = c.is_lowercase() || c.is_numeric();
    }
    let joined = snake.replace('_', "");
    SECRETS
        .iter()
        .any(|secret| snake.ends_with(secret) || joined.ends_with(&secret.replace('_', "")))
}

/// Whether the schema is marked, or is no text that could be.
fn carries_mark(sites: &Sites<'_>, schema: &Node, depth: usize) -> bool {
    let Some(schema) = sites.document.resolve(schema) else {
        return true;
    };
    if depth > 20 || schema.get("format").and_then(Node::as_str) == Some("password") {
        return true;
    }
    let parts: Vec<&Node> = ["allOf", "oneOf", "anyOf"]
        .iter()
        .filter_map(|key| schema.get(key))
        .flat_map(Node::items)
        .collect();
    if !parts.is_empty() && schema.get("type").is_none() {
        return parts
            .iter()
            .any(|part| carries_mark(sites, part, depth + 1));
    }
    match schema.get("type").and_then(Node::as_str) {
        // A list of secrets marks its items.
        Some("array") => schema
            .get("items")
            .is_none_or(|items| carries_mark(sites, items, depth + 1)),
        // Whether there is one, and what it is made of, is no secret.
        Some("boolean" | "object") => true,
        _ => false,
    }
}

fn servers(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    for site in sites.of_kind(Kind::Server) {
        let Some(url) = site.node.get("url") else {
            continue;
        };
        let Some(text) = url.as_str() else { continue };
        let problem = if !text.starts_with("https://") {
            Some((
                format!("the server `{text}` is not reached by https"),
                "write a URL that begins with `https://`: credentials go there",
            ))
        } else if text.ends_with('/') {
            Some((
                format!("the server `{text}` ends with a slash"),
                "remove the slash: every path begins with one",
            ))
        } else {
            None
        };
        if let Some((message, help)) = problem {
            findings.push(Finding::error(
                "house/server-url",
                url.span,
                format!("{}/url", site.pointer),
                message,
                help,
            ));
        }
    }
}

fn version(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    if let Some(version) = sites.document.node_at("/info/version")
        && let Some(text) = version.as_str()
        && !is_semver(text)
    {
        findings.push(Finding::error(
            "house/version",
            version.span,
            "/info/version",
            format!("the version `{text}` is not a semantic version"),
            "write major, minor and patch: `1.0.0`",
        ));
    }
}

/// Whether `text` is a version by semver.org 2.0.0.
fn is_semver(text: &str) -> bool {
    let (rest, build) = text
        .split_once('+')
        .map_or((text, None), |(r, b)| (r, Some(b)));
    let (core, pre) = rest
        .split_once('-')
        .map_or((rest, None), |(c, p)| (c, Some(p)));
    let numeric = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3
        && numbers.iter().all(|part| numeric(part))
        && pre.is_none_or(|pre| {
            pre.split('.').all(|part| {
                word(part) && (numeric(part) || !part.bytes().all(|b| b.is_ascii_digit()))
            })
        })
        && build.is_none_or(|build| build.split('.').all(word))
}

#[cfg(test)]
mod tests {
    use super::{is_secret, is_semver};

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "password",
            "user_password",
            "newPassword",
            "X-Auth-Token",
            "authToken",
            "access_token",
            "clientSecret",
            "apiKey",
            "apikey",
            "API_KEY",
            "private-key",
            "refresh_token",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "token_type",
            "tokens",
            "password_hint",
            "secretary",
            "key",
            "auth_id",
            "token",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn versions_are_semantic() {
        for text in ["1.0.0", "0.1.0-rc.1", "1.2.3+2026.1"] {
            assert!(is_semver(text), "{text}");
        }
        for text in [
            "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0-", "latest", "1.0.0-01",
        ] {
            assert!(!is_semver(text), "{text}");
        }
    }
}
