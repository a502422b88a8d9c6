//! What must hold for paths, operations, parameters, bodies, security, servers and tags.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::pointer_token;
use crate::finding::Finding;
use crate::source::Span;
use crate::yaml::{Entry, Node, NodeKind};

use super::references::is_true;
use super::suggest::did_you_mean;
use super::vocabulary::{FLOW_KEYS, Kind, METHODS, SCHEME_KEYS};
use super::walk::{Site, Sites, below};

pub(super) fn check(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    paths(sites, findings);
    operation_ids(sites, findings);
    for site in sites.of_kind(Kind::Operation) {
        statuses(site, findings);
        body_of_method(site, findings);
    }
    for site in sites
        .of_kind(Kind::PathItem)
        .chain(sites.of_kind(Kind::Operation))
    {
        repeated_parameters(sites, site, findings);
    }
    for site in sites.of_kind(Kind::Parameter) {
        parameter(site, findings);
    }
    for site in sites
        .of_kind(Kind::Parameter)
        .chain(sites.of_kind(Kind::Header))
    {
        schema_or_content(site, findings);
    }
    for kind in [Kind::Parameter, Kind::Header, Kind::MediaType] {
        for site in sites.of_kind(kind) {
            one_of_two(site, "example", "examples", findings);
        }
    }
    for site in sites.of_kind(Kind::Example) {
        one_of_two(site, "value", "externalValue", findings);
    }
    for site in sites.of_kind(Kind::Link) {
        one_of_two(site, "operationRef", "operationId", findings);
        link(sites, site, findings);
    }
    for kind in [Kind::RequestBody, Kind::Response, Kind::Parameter] {
        for site in sites.of_kind(kind) {
            media_types(site, findings);
        }
    }
    security(sites, findings);
    for site in sites.of_kind(Kind::SecurityScheme) {
        security_scheme(site, findings);
    }
    for site in sites.of_kind(Kind::Server) {
        server(site, findings);
    }
    tags(sites, findings);
    component_names(sites, findings);
}

/// A path, its item and the names in its template.
struct Path<'a> {
    entry: &'a Entry,
    pointer: String,
    names: Vec<&'a str>,
}

fn paths(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let Some(paths) = sites.document.root.get("paths") else {
        return;
    };
    let mut seen: BTreeMap<String, (&str, Span)> = BTreeMap::new();
    for entry in paths.entries().iter().filter(|e| !e.key.starts_with("x-")) {
        let pointer = format!("/paths/{}", pointer_token(&entry.key));
        let mut report = |message: String, help: &str| {
            findings.push(Finding::error(
                "openapi/path",
                entry.key_span,
                pointer.clone(),
                message,
                help,
            ));
        };
        if !entry.key.starts_with('/') {
            report(
                format!("the path `{}` does not begin with a slash", entry.key),
                "write `/` before it; the host belongs into `servers`",
            );
            continue;
        }
        if entry.key.contains(['?', '#']) {
            report(
                format!("the path `{}` has a query or a fragment", entry.key),
                "describe query parameters under `parameters`, with `in: query`",
            );
            continue;
        }
        let names = match template_names(&entry.key) {
            Ok(names) => names,
            Err(why) => {
                report(why, "write each parameter as `{name}`, in one segment");
                continue;
            }
        };
        let shape = template_shape(&entry.key);
        if let Some((first, place)) = seen.get(&shape) {
            report(
                format!(
                    "the path matches the same requests as `{first}` in line {}",
                    place.start.line
                ),
                "merge the two; the name of a parameter makes no difference",
            );
        } else {
            seen.insert(shape, (&entry.key, entry.key_span));
        }
        path_parameters(
            sites,
            &Path {
                entry,
                pointer,
                names,
            },
            findings,
        );
    }
}

fn template_names(path: &str) -> Result<Vec<&str>, String> {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = path;
    while let Some(index) = rest.find(['{', '}']) {
        if rest[index..].starts_with('}') {
            return Err(format!("the path `{path}` closes a brace that none opens"));
        }
        let after = &rest[index + 1..];
        let Some(end) = after.find(['{', '}', '/']) else {
            return Err(format!("the path `{path}` does not close a brace"));
        };
        if !after[end..].starts_with('}') {
            return Err(format!("the path `{path}` does not close a brace"));
        }
        let name = &after[..end];
        if name.is_empty() {
            return Err(format!("the path `{path}` has a parameter without a name"));
        }
        if names.contains(&name) {
            return Err(format!(
                "the path `{path}` has the parameter `{name}` twice"
            ));
        }
        names.push(name);
        rest = &after[end + 1..];
    }
    Ok(names)
}

/// The path with all names of parameters taken out.
pub(crate) fn template_shape(path: &str) -> String {
    let mut shape = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                shape.push_str("{}");
            }
            '}' => inside = false,
            c if !inside => shape.push(c),
            _ => {}
        }
    }
    shape
}

fn path_parameters<'a>(sites: &Sites<'a>, path: &Path<'a>, findings: &mut Vec<Finding>) {
    let item = &path.entry.value;
    if item.entry("$ref").is_some() {
        return;
    }
    let shared = list(item, "parameters");
    let mut operations: Vec<(&str, &Entry)> = METHODS
        .iter()
        .filter_map(|method| Some((*method, item.entry(method)?)))
        .collect();
    operations.sort_by_key(|(_, entry)| entry.key_span.start);
    let mut declared_by_all = true;
    let mut missing: BTreeSet<&str> = path.names.iter().copied().collect();
    let mut unknown: Vec<(Span, String, &'a str)> = Vec::new();
    let mut note = |parameters: &'a [Node], base: &str, declared: &mut BTreeSet<String>| {
        for (index, parameter) in parameters.iter().enumerate() {
            let Some((place, name)) = path_parameter(sites, parameter) else {
                if sites.resolve(parameter).is_none() {
                    // A reference that leads nowhere may have been any of them.
                    declared.extend(path.names.iter().map(|name| (*name).to_owned()));
                }
                continue;
            };
            declared.insert(name.to_owned());
            if !path.names.contains(&name) && !unknown.iter().any(|(at, ..)| *at == place) {
                unknown.push((place, format!("{base}/parameters/{index}"), name));
            }
        }
    };
    let mut from_item = BTreeSet::new();
    note(shared, &path.pointer, &mut from_item);
    let mut absent: Vec<(&Entry, String, Vec<&str>)> = Vec::new();
    for (method, operation) in &operations {
        let base = format!("{}/{method}", path.pointer);
        let mut declared = from_item.clone();
        note(list(&operation.value, "parameters"), &base, &mut declared);
        let lacks: Vec<&str> = path
            .names
            .iter()
            .copied()
            .filter(|name| !declared.contains(*name))
            .collect();
        missing.retain(|name| lacks.contains(name));
        if !lacks.is_empty() {
            declared_by_all = false;
            absent.push((operation, base, lacks));
        }
    }
    // A name that is written in two ways is one mistake: the template's spelling is in doubt.
    for (place, pointer, name) in &unknown {
        let help = match path.names.as_slice() {
            [] => format!("write `{{{name}}}` into the path, or remove the parameter"),
            names => did_you_mean(name, names.iter().copied()).map_or_else(
                || format!("the path has {}", names.join(", ")),
                |meant| format!("did you mean `{meant}`?"),
            ),
        };
        findings.push(Finding::error(
            "openapi/path-parameter",
            *place,
            pointer.clone(),
            format!(
                "`{name}` is a path parameter, but not in the path `{}`",
                path.entry.key
            ),
            help,
        ));
    }
    if declared_by_all || (!unknown.is_empty() && unknown.len() >= missing.len()) {
        return;
    }
    for (operation, pointer, lacks) in absent {
        for name in lacks {
            if let Some(finding) = misplaced(sites, item, &operation.value, name) {
                findings.push(finding);
                continue;
            }
            findings.push(Finding::error(
                "openapi/path-parameter",
                operation.key_span,
                pointer.clone(),
                format!(
                    "the path parameter `{name}` of `{}` is not described",
                    path.entry.key
                ),
                format!("add it to `parameters`: `name: {name}`, `in: path`, `required: true`"),
            ));
        }
    }
}

/// A parameter of this name that is not in the path, which is where the template has it.
fn misplaced(sites: &Sites<'_>, item: &Node, operation: &Node, name: &str) -> Option<Finding> {
    let parameters = list(operation, "parameters").iter();
    let all = parameters.chain(list(item, "parameters"));
    for parameter in all {
        let target = parameter.get("$ref").and_then(Node::as_str);
        let Some(parameter) = target
            .and_then(|text| sites.node_at(text.strip_prefix('#')?))
            .or(Some(parameter))
            .filter(|node| node.get("name").and_then(Node::as_str) == Some(name))
        else {
            continue;
        };
        let place = parameter.get("in")?;
        let site = sites
            .of_kind(Kind::Parameter)
            .find(|site| std::ptr::eq(site.node, parameter))?;
        return Some(Finding::error(
            "openapi/path-parameter",
            place.span,
            format!("{}/in", site.pointer),
            format!("`{name}` stands in the path, but its parameter is elsewhere"),
            "write `in: path` and `required: true`",
        ));
    }
    None
}

fn list<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).map(Node::items).unwrap_or_default()
}

/// The name of a path parameter and where it stands; `None` for any other parameter.
fn path_parameter<'a>(sites: &Sites<'a>, parameter: &'a Node) -> Option<(Span, &'a str)> {
    let resolved = sites.resolve(parameter)?;
    let is_path = resolved.get("in").and_then(Node::as_str) == Some("path");
    let name = resolved.get("name").filter(|_| is_path)?;
    let place = match parameter.get("$ref") {
        Some(reference) => reference.span,
        None => name.span,
    };
    Some((place, name.as_str()?))
}

fn operation_ids(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for site in sites.of_kind(Kind::Operation) {
        let Some(id) = site.node.get("operationId") else {
            continue;
        };
        let Some(text) = id.as_str() else { continue };
        let at = format!("{}/operationId", site.pointer);
        if let Some(first) = seen.get(text) {
            findings.push(Finding::error(
                "openapi/operation-id",
                id.span,
                at,
                format!("the operation id `{text}` is taken"),
                format!(
                    "line {} has it, too; each operation needs its own",
                    first.start.line
                ),
            ));
        } else {
            seen.insert(text, id.span);
        }
        if text.trim().is_empty() {
            findings.push(Finding::error(
                "openapi/operation-id",
                id.span,
                format!("{}/operationId", site.pointer),
                "the operation id is empty",
                "name what the operation does, as `createThing`",
            ));
        }
    }
}

fn statuses(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(responses) = site.node.entry("responses") else {
        return;
    };
    let at = format!("{}/responses", site.pointer);
    let entries = responses.value.entries();
    let mut any = false;
    for entry in entries.iter().filter(|e| !e.key.starts_with("x-")) {
        any = true;
        if is_status(&entry.key) {
            continue;
        }
        let help = match entry.key.to_ascii_uppercase() {
            upper if is_status(&upper) => format!("write `{upper}`"),
            _ if did_you_mean(&entry.key, ["default"]).is_some() => {
                "did you mean `default`?".to_owned()
            }
            _ => "write a code from 100 to 599, one of 1XX to 5XX, or `default`".to_owned(),
        };
        findings.push(Finding::error(
            "openapi/status",
            entry.key_span,
            below(&at, entry),
            format!("`{}` is no HTTP status", entry.key),
            help,
        ));
    }
    if !any && matches!(responses.value.kind, NodeKind::Mapping(_)) {
        findings.push(Finding::error(
            "openapi/status",
            responses.key_span,
            at,
            "the operation has no response",
            "describe at least the success",
        ));
    }
}

fn is_status(text: &str) -> bool {
    let bytes = text.as_bytes();
    text == "default"
        || (bytes.len() == 3
            && (b'1'..=b'5').contains(&bytes[0])
            && (&bytes[1..] == b"XX" || bytes[1..].iter().all(u8::is_ascii_digit)))
}

fn body_of_method(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let method = site.pointer.rsplit('/').next().unwrap_or_default();
    if let (Some(entry), "get" | "head" | "trace") = (site.node.entry("requestBody"), method) {
        findings.push(Finding::error(
            "openapi/body",
            entry.key_span,
            below(&site.pointer, entry),
            format!("a {} request has no body", method.to_uppercase()),
            "send query parameters, or use POST",
        ));
    }
}

fn repeated_parameters(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (index, parameter) in list(site.node, "parameters").iter().enumerate() {
        let Some(resolved) = sites.resolve(parameter) else {
            continue;
        };
        let text = |key| resolved.get(key).and_then(Node::as_str);
        let (Some(name), Some(place)) = (text("name"), text("in")) else {
            continue;
        };
        // HTTP ignores the case of header names.
        let key = match place {
            "header" => name.to_ascii_lowercase(),
            _ => name.to_owned(),
        };
        if !seen.insert((key, place)) {
            let span = match parameter.get("$ref") {
                Some(reference) => reference.span,
                None => resolved.get("name").map_or(parameter.span, |n| n.span),
            };
            findings.push(Finding::error(
                "openapi/parameter-repeated",
                span,
                format!("{}/parameters/{index}", site.pointer),
                format!("the {place} parameter `{name}` is listed twice"),
                "list it once; an operation may override one of its path item",
            ));
        }
    }
}

/// Which styles a parameter of each place can have.
const STYLES: &[(&str, &[&str])] = &[
    ("path", &["matrix", "label", "simple"]),
    (
        "query",
        &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
    ),
    ("header", &["simple"]),
    ("cookie", &["form"]),
];

fn parameter(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(place) = site.node.get("in").and_then(Node::as_str) else {
        return;
    };
    let mut report = |span: Span, pointer: String, message: String, help: String| {
        findings.push(Finding::error(
            "openapi/parameter",
            span,
            pointer,
            message,
            help,
        ));
    };
    if place == "path" {
        match site.node.entry("required") {
            Some(entry) if is_true(&entry.value) => {}
            Some(entry) if matches!(entry.value.kind, NodeKind::Bool(_)) => report(
                entry.value.span,
                below(&site.pointer, entry),
                "a path parameter is always required".into(),
                "write `required: true`".into(),
            ),
            Some(_) => {}
            None => report(
                site.place,
                site.pointer.clone(),
                "a path parameter must say that it is required".into(),
                "add `required: true`".into(),
            ),
        }
    }
    if let Some(entry) = site.node.entry("style")
        && let Some(style) = entry.value.as_str()
        && let Some((_, styles)) = STYLES.iter().find(|(of, _)| *of == place)
        && !styles.contains(&style)
        && STYLES.iter().any(|(_, all)| all.contains(&style))
    {
        report(
            entry.value.span,
            below(&site.pointer, entry),
            format!("a {place} parameter cannot have the style `{style}`"),
            format!("write one of {}", styles.join(", ")),
        );
    }
    if let Some(entry) = site.node.entry("name")
        && entry.value.as_str().is_some_and(str::is_empty)
    {
        report(
            entry.value.span,
            below(&site.pointer, entry),
            "the name of the parameter is empty".into(),
            "write the name as it goes over the wire".into(),
        );
    }
    for key in ["allowEmptyValue", "allowReserved"] {
        if let Some(entry) = site.node.entry(key)
            && place != "query"
            && is_true(&entry.value)
        {
            report(
                entry.key_span,
                below(&site.pointer, entry),
                format!("`{key}` is for query parameters only"),
                "remove it".into(),
            );
        }
    }
}

fn schema_or_content(site: &Site<'_>, findings: &mut Vec<Finding>) {
    one_of_two(site, "schema", "content", findings);
    let known = |entry: &&Entry| site.kind.keys().iter().any(|key| key.name == entry.key);
    let mistyped = site
        .node
        .entries()
        .iter()
        .filter(|entry| !known(entry))
        .any(|e| did_you_mean(&e.key, ["schema", "content"]).is_some());
    if site.node.entry("schema").is_none() && site.node.entry("content").is_none() && !mistyped {
        findings.push(Finding::error(
            "openapi/missing-key",
            site.place,
            site.pointer.clone(),
            format!("{} needs the key `schema`", site.kind.name()),
            "add `schema: { type: string }` or what fits",
        ));
    }
    if let Some(entry) = site.node.entry("content")
        && matches!(&entry.value.kind, NodeKind::Mapping(entries) if entries.len() != 1)
    {
        findings.push(Finding::error(
            "openapi/parameter",
            entry.key_span,
            below(&site.pointer, entry),
            format!(
                "the content of {} has exactly one media type",
                site.kind.name()
            ),
            "keep one media type, or write a `schema` instead",
        ));
    }
}

fn one_of_two(site: &Site<'_>, first: &str, second: &str, findings: &mut Vec<Finding>) {
    if let (Some(first), Some(second)) = (site.node.entry(first), site.node.entry(second)) {
        let later = if second.key_span.start > first.key_span.start {
            second
        } else {
            first
        };
        findings.push(Finding::error(
            "openapi/exclusive",
            later.key_span,
            below(&site.pointer, later),
            format!("`{}` and `{}` exclude each other", first.key, second.key),
            "keep one of the two",
        ));
    }
}

fn link(sites: &Sites<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(id) = site.node.get("operationId") else {
        return;
    };
    let ids: Vec<&str> = sites
        .of_kind(Kind::Operation)
        .filter_map(|site| site.node.get("operationId")?.as_str())
        .collect();
    if let Some(text) = id.as_str().filter(|text| !ids.contains(text)) {
        let help = did_you_mean(text, ids.iter().copied()).map_or_else(
            || "name the `operationId` of an operation here".to_owned(),
            |meant| format!("did you mean `{meant}`?"),
        );
        findings.push(Finding::error(
            "openapi/reference",
            id.span,
            format!("{}/operationId", site.pointer),
            format!("the link leads to the operation `{text}`, which does not exist"),
            help,
        ));
    }
}

fn media_types(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(content) = site.node.entry("content") else {
        return;
    };
    for entry in content.value.entries() {
        let essence = entry.key.split(';').next().unwrap_or_default().trim();
        let is_part = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&b))
        };
        let fits = essence
            .split_once('/')
            .is_some_and(|(kind, subtype)| is_part(kind) && is_part(subtype));
        if !fits {
            findings.push(Finding::error(
                "openapi/media-type",
                entry.key_span,
                format!("{}/content/{}", site.pointer, pointer_token(&entry.key)),
                format!("`{}` is no media type", entry.key),
                "write it as `application/json`",
            ));
        }
    }
    if site.kind == Kind::RequestBody
        && matches!(&content.value.kind, NodeKind::Mapping(e) if e.is_empty())
    {
        findings.push(Finding::error(
            "openapi/media-type",
            content.key_span,
            below(&site.pointer, content),
            "the request body has no media type",
            "add `application/json` with its schema",
        ));
    }
}

fn security(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let schemes = sites.document.node_at("/components/securitySchemes");
    let schemes = schemes.map(Node::entries).unwrap_or_default();
    let names: Vec<&str> = schemes.iter().map(|entry| entry.key.as_str()).collect();
    for site in sites
        .of_kind(Kind::Document)
        .chain(sites.of_kind(Kind::Operation))
    {
        for (index, requirement) in list(site.node, "security").iter().enumerate() {
            for entry in requirement.entries() {
                let at = below(&format!("{}/security/{index}", site.pointer), entry);
                let Some(scheme) = schemes.iter().find(|scheme| scheme.key == entry.key) else {
                    if sites.lost_section("securitySchemes") {
                        continue;
                    }
                    let help = match did_you_mean(&entry.key, names.iter().copied()) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None if names.is_empty() => {
                            "describe it under `components/securitySchemes`".to_owned()
                        }
                        None => format!("describe it, or name one of {}", names.join(", ")),
                    };
                    findings.push(Finding::error(
                        "openapi/security",
                        entry.key_span,
                        at,
                        format!("there is no security scheme `{}`", entry.key),
                        help,
                    ));
                    continue;
                };
                let scheme = sites.resolve(&scheme.value);
                scopes(scheme, entry, &at, findings);
            }
        }
    }
}

fn scopes(scheme: Option<&Node>, entry: &Entry, at: &str, findings: &mut Vec<Finding>) {
    let Some(scheme) = scheme else { return };
    let kind = scheme.get("type").and_then(Node::as_str);
    let flows = scheme.get("flows").map(Node::entries).unwrap_or_default();
    let known: Vec<&str> = flows
        .iter()
        .filter_map(|flow| flow.value.get("scopes"))
        .flat_map(Node::entries)
        .map(|scope| scope.key.as_str())
        .collect();
    for (index, scope) in entry.value.items().iter().enumerate() {
        let Some(text) = scope.as_str() else { continue };
        let (message, help) = match kind {
            Some("apiKey" | "http") => (
                format!("the security scheme `{}` has no scopes", entry.key),
                "write an empty list: `[]`".to_owned(),
            ),
            Some("oauth2") if !known.contains(&text) => (
                format!("the security scheme `{}` has no scope `{text}`", entry.key),
                did_you_mean(text, known.iter().copied()).map_or_else(
                    || "describe it under the `scopes` of a flow".to_owned(),
                    |meant| format!("did you mean `{meant}`?"),
                ),
            ),
            _ => continue,
        };
        findings.push(Finding::error(
            "openapi/security",
            scope.span,
            format!("{at}/{index}"),
            message,
            help,
        ));
    }
}

fn security_scheme(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let mut need = |node: &Node, keys: &[&str], what: &str, pointer: &str, place: Span| {
        for key in keys {
            let mistyped = || {
                node.entries()
                    .iter()
                    .any(|e| e.key != *key && strsim::levenshtein(&e.key, key) < 3 && key.len() > 3)
            };
            if node.entry(key).is_none() && !mistyped() {
                findings.push(Finding::error(
                    "openapi/missing-key",
                    place,
                    pointer,
                    format!("{what} needs the key `{key}`"),
                    format!("add `{key}: …` here"),
                ));
            }
        }
    };
    let kind = site.node.get("type").and_then(Node::as_str);
    if let Some((kind, keys)) = SCHEME_KEYS.iter().find(|(of, _)| Some(*of) == kind) {
        let what = format!("a security scheme of type `{kind}`");
        need(site.node, keys, &what, &site.pointer, site.place);
    }
    for flow in site
        .node
        .get("flows")
        .map(Node::entries)
        .unwrap_or_default()
    {
        if let Some((kind, keys)) = FLOW_KEYS.iter().find(|(of, _)| *of == flow.key) {
            let pointer = format!("{}/flows/{}", site.pointer, flow.key);
            let what = format!("the OAuth flow `{kind}`");
            need(&flow.value, keys, &what, &pointer, flow.key_span);
        }
    }
}

fn server(site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(url) = site.node.get("url") else {
        return;
    };
    let Some(text) = url.as_str() else { return };
    let mut report = |span: Span, pointer: String, message: String, help: &str| {
        findings.push(Finding::error(
            "openapi/server",
            span,
            pointer,
            message,
            help,
        ));
    };
    let at = format!("{}/url", site.pointer);
    let Some(names) = braces(text) else {
        report(
            url.span,
            at,
            format!("the braces of `{text}` do not match"),
            "write each variable as `{name}`",
        );
        return;
    };
    if text.is_empty() || text.contains(char::is_whitespace) || text.contains(['?', '#']) {
        report(
            url.span,
            at.clone(),
            format!("`{text}` is no server URL"),
            "write scheme, host and path, without a query",
        );
    }
    let variables = site
        .node
        .get("variables")
        .map(Node::entries)
        .unwrap_or_default();
    for name in &names {
        if !variables.iter().any(|variable| variable.key == *name) {
            report(
                url.span,
                at.clone(),
                format!("the server variable `{name}` is not described"),
                "describe it under `variables`, with a `default`",
            );
        }
    }
    for variable in variables {
        let pointer = format!(
            "{}/variables/{}",
            site.pointer,
            pointer_token(&variable.key)
        );
        if !names.contains(&variable.key.as_str()) {
            report(
                variable.key_span,
                pointer.clone(),
                format!("the URL has no variable `{}`", variable.key),
                "write it into the URL in braces, or remove it",
            );
        }
        let values = list(&variable.value, "enum");
        if let Some(default) = variable.value.get("default")
            && let Some(text) = default.as_str()
            && !values.is_empty()
            && !values.iter().any(|value| value.as_str() == Some(text))
        {
            report(
                default.span,
                format!("{pointer}/default"),
                format!("the default `{text}` is not one of the values"),
                "name one of the values under `enum`",
            );
        }
    }
}

fn braces(text: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(index) = rest.find(['{', '}']) {
        let after = rest[index..].strip_prefix('{')?;
        let end = after.find(['{', '}'])?;
        if !after[end..].starts_with('}') || end == 0 {
            return None;
        }
        names.push(&after[..end]);
        rest = &after[end + 1..];
    }
    Some(names)
}

fn tags(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for site in sites.of_kind(Kind::Tag) {
        if let Some(name) = site.node.get("name")
            && let Some(text) = name.as_str()
            && !seen.insert(text)
        {
            findings.push(Finding::error(
                "openapi/tag",
                name.span,
                format!("{}/name", site.pointer),
                format!("the tag `{text}` is described twice"),
                "describe it once",
            ));
        }
    }
    for site in sites.of_kind(Kind::Operation) {
        let mut own = BTreeSet::new();
        for (index, tag) in list(site.node, "tags").iter().enumerate() {
            let Some(text) = tag.as_str() else { continue };
            if !own.insert(text) {
                findings.push(Finding::error(
                    "openapi/tag",
                    tag.span,
                    format!("{}/tags/{index}", site.pointer),
                    format!("the tag `{text}` is listed twice"),
                    "list it once",
                ));
            }
        }
    }
}

fn component_names(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let Some(components) = sites.document.root.get("components") else {
        return;
    };
    for section in components
        .entries()
        .iter()
        .filter(|e| !e.key.starts_with("x-"))
    {
        for entry in section.value.entries() {
            let fits = !entry.key.is_empty()
                && entry
                    .key
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            if !fits {
                findings.push(Finding::error(
                    "openapi/component-name",
                    entry.key_span,
                    format!("/components/{}/{}", section.key, pointer_token(&entry.key)),
                    format!("`{}` cannot be the name of a component", entry.key),
                    "use letters, digits, `.`, `-` and `_`",
                ));
            }
        }
    }
}
