//! Markdown for machines: the whole reference, a page per operation, and `llms.txt`.

use crate::api::{Api, Media, Operation, Parameter, Property, Response, Secrecy, Shape};
use crate::json::{Dialect, Json};
use crate::markdown::{self, code_block, code_span, escaped};
use crate::outcome;
use crate::page::{language, operation_title, scheme_kind, scheme_name, title};
use crate::sample::{self, Language};
use crate::site::operation_path;

/// Lists nest this deep; what lies deeper stands on the same level.
const MAX_INDENT: usize = 8;

/// What every page ends with, and by which a left-over page is known as ours.
pub const MARK: &str = "Made by `cargo xtask docs`";

/// `reference.md`.
pub fn reference(api: &Api<'_>) -> String {
    let mut out = Writer::default();
    out.block(&format!("# {}", escaped(title(api))));
    out.block(&stamp(api));
    out.block(&markdown::to_markdown(api.description));
    if !api.servers.is_empty() {
        out.block("## Servers");
        let servers = api
            .servers
            .iter()
            .map(|(url, description)| format!("- {}: {}", code_span(url), flat(description)));
        out.block(&servers.collect::<Vec<_>>().join("\n"));
    }
    if !api.schemes.is_empty() {
        out.block("## Authentication");
        let schemes = api.schemes.iter().map(|scheme| {
            let (name, kind) = (
                code_span(scheme_name(scheme)),
                escaped(&scheme_kind(scheme)),
            );
            format!("- {name} ({kind}): {}", flat(scheme.description))
        });
        out.block(&schemes.collect::<Vec<_>>().join("\n"));
    }
    for group in &api.groups {
        out.block(&format!("## {}", escaped(group.name)));
        out.block(&markdown::to_markdown(group.description));
        for operation in &group.operations {
            operation_section(&mut out, api, operation, 3);
        }
    }
    out.block(&footer(api));
    out.0
}

/// The page of one operation.
pub fn operation_page(api: &Api<'_>, operation: &Operation<'_>) -> String {
    let mut out = Writer::default();
    operation_section(&mut out, api, operation, 1);
    out.block(&format!(
        "{} See also [the whole reference](../reference.md).",
        stamp(api)
    ));
    out.block(&footer(api));
    out.0
}

/// `llms.txt`, as llmstxt.org describes it.
pub fn llms(api: &Api<'_>) -> String {
    let mut out = Writer::default();
    out.block(&format!("# {}", escaped(title(api))));
    let about = markdown::first_words(api.description);
    if !about.is_empty() {
        out.block(&format!("> {}", escaped(&about)));
    }
    out.block(&stamp(api));
    for operation in api.groups.iter().flat_map(|group| &group.operations) {
        if let Some(secret) = operation.shown_once().first() {
            out.block(&format!(
                "Careful: the answer to {} holds {}, and no later answer does. Store it before \
                 doing anything else.",
                code_span(&endpoint(operation)),
                code_span(&secret.path),
            ));
        }
    }
    for group in &api.groups {
        out.block(&format!("## {}", escaped(group.name)));
        let lines = group.operations.iter().map(|operation| {
            let about = markdown::first_words(operation.description);
            format!(
                "- [{}]({}): {}. {}",
                escaped(operation_title(operation)).replace(']', "\\]"),
                operation_path(operation),
                code_span(&endpoint(operation)),
                escaped(&about),
            )
        });
        out.block(&lines.collect::<Vec<_>>().join("\n"));
    }
    out.block("## Documents");
    out.block(
        "- [reference.md](reference.md): everything on one page\n\
         - [openapi.yaml](openapi.yaml): the OpenAPI 3.0 document\n\
         - [openapi.json](openapi.json): the same in JSON\n\
         - [index.html](index.html): the reference for people",
    );
    out.block(&footer(api));
    out.0
}

/// Blocks with an empty line between them.
#[derive(Default)]
struct Writer(String);

impl Writer {
    fn block(&mut self, text: &str) {
        let text = text.trim_end();
        if text.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {text}", "#".repeat(level)));
    }
}

fn stamp(api: &Api<'_>) -> String {
    format!(
        "Version {} of the document, SHA-256 `{}`.",
        code_span(&api.version),
        &api.sha256[..12]
    )
}

fn footer(api: &Api<'_>) -> String {
    format!(
        "---\n\n{MARK} from the document with SHA-256 `{}`.",
        api.sha256
    )
}

fn endpoint(operation: &Operation<'_>) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// A description on one line.
fn flat(text: &str) -> String {
    let markdown = markdown::to_markdown(text);
    if markdown.contains("```") || markdown.contains("\n|") {
        return escaped(&markdown::first_words(text));
    }
    // A line that was broken on purpose ends in a backslash.
    let markdown = markdown.replace("\\\n", "\n");
    markdown.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn operation_section(out: &mut Writer, api: &Api<'_>, operation: &Operation<'_>, level: usize) {
    out.heading(level, &escaped(operation_title(operation)));
    out.block(&code_span(&endpoint(operation)));
    if operation.deprecated {
        out.block("**Deprecated.** Do not use it in new code.");
    }
    out.block(&markdown::to_markdown(operation.description));
    if let Some((first, others)) = operation.shown_once().split_first() {
        let mut text = format!(
            "> **Shown once, and never again.** The answer to this call is the only one that \
             ever holds {}.\n> Store it before doing anything else: it cannot be read again.",
            code_span(&first.path)
        );
        if !others.is_empty() {
            let others: Vec<_> = others
                .iter()
                .map(|secret| code_span(&secret.path))
                .collect();
            text.push_str(&format!("\n> Secrets too: {}.", others.join(", ")));
        }
        out.block(&text);
    }
    security(out, api, operation);

    out.heading(level + 1, "Samples");
    let fields = sample::fields(api, operation);
    let request = sample::initial(operation, &fields);
    for sample in sample::samples(api, operation) {
        out.block(&format!("{}:", language(&sample)));
        let name = match sample.language {
            Language::Rust => "rust",
            Language::Curl => "sh",
            Language::Http => "http",
        };
        out.block(&code_block(name, &sample.render(&request)));
    }
    if !operation.parameters.is_empty() {
        out.heading(level + 1, "Parameters");
        out.block(&parameters(&operation.parameters));
    }
    if let Some(body) = &operation.body {
        out.heading(level + 1, "Body");
        out.block(&markdown::to_markdown(body.description));
        if !body.required {
            out.block("The body may be left out.");
        }
        for media in &body.media {
            media_type(out, media);
        }
    }
    out.heading(level + 1, "Responses");
    cases(out, operation, level + 2);
    for response in &operation.responses {
        response_section(out, operation, response, level + 2);
    }
}

fn security(out: &mut Writer, api: &Api<'_>, operation: &Operation<'_>) {
    let ways = operation.security.iter().map(|way| {
        let names = way.iter().map(|key| {
            let scheme = api.schemes.iter().find(|scheme| scheme.key == *key);
            code_span(scheme.map_or(key, |scheme| scheme_name(scheme)))
        });
        match names.collect::<Vec<_>>().join(" and ") {
            names if names.is_empty() => "none".to_owned(),
            names => names,
        }
    });
    let ways = ways.collect::<Vec<_>>().join("; or ");
    let ways = if ways.is_empty() { "none".into() } else { ways };
    out.block(&format!("Authentication: {ways}."));
}

fn parameters(parameters: &[Parameter<'_>]) -> String {
    let mut lines = Vec::new();
    for parameter in parameters {
        property(&mut lines, &parameter.property, parameter.place, 0);
    }
    lines.join("\n")
}

fn media_type(out: &mut Writer, media: &Media<'_>) {
    let mut line = code_span(media.content_type);
    if let Some(name) = media.type_name {
        line.push_str(&format!(", {}", code_span(name)));
    }
    line.push_str(&format!(", {}", escaped(&media.shape.kind)));
    out.block(&format!("{line}:"));
    out.block(&markdown::to_markdown(media.shape.description));
    let mut lines = Vec::new();
    inside(&mut lines, &media.shape, 0);
    out.block(&lines.join("\n"));
    for (name, value) in &media.examples {
        out.block(&format!("{}:", escaped(name)));
        out.block(&code_block("json", &value.pretty(Dialect::JsonWithoutTags)));
    }
}

fn cases(out: &mut Writer, operation: &Operation<'_>, level: usize) {
    let Some(question) = outcome::question(operation) else {
        return;
    };
    out.heading(level, &question);
    let mut lines = vec![
        "| What came back | Answer | Send it again? |".to_owned(),
        "| --- | --- | --- |".to_owned(),
    ];
    for case in outcome::cases() {
        lines.push(format!(
            "| {} | {} | {} |",
            case.answer,
            case.outcome.answer(),
            case.again
        ));
    }
    out.block(&lines.join("\n"));
}

fn response_section(
    out: &mut Writer,
    operation: &Operation<'_>,
    response: &Response<'_>,
    level: usize,
) {
    out.heading(level, &escaped(&response.statuses.join(", ")));
    let outcome = outcome::of_statuses(&response.statuses);
    if let (Some(question), Some(outcome)) = (outcome::question(operation), outcome) {
        out.block(&format!("{question} **{}.**", outcome.answer()));
    }
    out.block(&markdown::to_markdown(response.description));
    out.block(&parameters(&response.headers));
    for media in &response.media {
        media_type(out, media);
    }
}

fn property(lines: &mut Vec<String>, property: &Property<'_>, place: &str, depth: usize) {
    let shape = &property.shape;
    let mut words = vec![escaped(&shape.kind)];
    if !place.is_empty() {
        words.push(format!("in {}", escaped(place)));
    }
    if property.required {
        words.push("required".into());
    }
    words.extend(flags(shape));
    let mut text = format!("{} ({})", code_span(property.name), words.join(", "));
    let described = sentences(shape);
    if !described.is_empty() {
        text.push_str(&format!(": {described}"));
    }
    lines.push(item(depth, &text));
    inside(lines, shape, depth + 1);
}

fn flags(shape: &Shape<'_>) -> Vec<String> {
    let secrecy = match shape.secrecy() {
        Some(Secrecy::ShownOnce) => "**secret, shown once**",
        Some(Secrecy::WriteOnly) => "**secret, write only**",
        Some(Secrecy::Secret) => "**secret**",
        None if shape.read_only => "read only",
        None if shape.write_only => "write only",
        None => "",
    };
    [
        if shape.nullable { "nullable" } else { "" },
        if shape.deprecated { "deprecated" } else { "" },
        secrecy,
    ]
    .into_iter()
    .filter(|word| !word.is_empty())
    .map(str::to_owned)
    .collect()
}

/// Description, default, values, limits and example, on one line.
fn sentences(shape: &Shape<'_>) -> String {
    let code = |value: &Json| code_span(&value.compact(Dialect::JsonWithoutTags));
    let mut sentences = vec![flat(shape.description)];
    if let Some(value) = &shape.default {
        sentences.push(format!("Default {}.", code(value)));
    }
    if !shape.values.is_empty() {
        let values: Vec<_> = shape.values.iter().map(code).collect();
        sentences.push(format!("One of {}.", values.join(", ")));
    }
    if !shape.limits.is_empty() {
        sentences.push(format!("Limits: {}.", escaped(&shape.limits.join("; "))));
    }
    let example = shape.example.as_ref().filter(|value| **value != Json::Null);
    if let (Some(value), true) = (example, shape.properties.is_empty()) {
        sentences.push(format!("Example {}.", code(value)));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

fn inside(lines: &mut Vec<String>, shape: &Shape<'_>, depth: usize) {
    for inner in &shape.properties {
        property(lines, inner, "", depth);
    }
    for (words, inner) in &shape.inner {
        let described = sentences(inner);
        lines.push(item(
            depth,
            &format!("{words}: {}. {described}", escaped(&inner.kind)),
        ));
        inside(lines, inner, depth + 1);
    }
    for variant in &shape.variants {
        let described = sentences(variant);
        let (choice, kind) = (capital(shape.choice), escaped(&variant.kind));
        lines.push(item(depth, &format!("{choice}: {kind}. {described}")));
        inside(lines, variant, depth + 1);
    }
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(text.len().min(1));
    format!("{}{rest}", first.to_ascii_uppercase())
}

fn item(depth: usize, text: &str) -> String {
    format!(
        "{}- {}",
        "  ".repeat(depth.min(MAX_INDENT)),
        text.trim_end()
    )
}
