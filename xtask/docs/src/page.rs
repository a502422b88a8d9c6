//! `index.html`: everything, on one page, without a script to read it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::api::{
    Api, Group, Media, Operation, Parameter, Property, Response, Scheme, Secrecy, Shape,
};
use crate::json::{Dialect, Json};
use crate::markdown;
use crate::outcome::{self, Outcome};
use crate::sample::{self, Field, Input, Language, Sample};
use crate::site::operation_path;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/script.js");

/// So many operations are shown with their sections in the table of contents.
const FEW: usize = 3;

/// An accent-coloured square with a slash: no file to ask for.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E\
    %3Crect width='8' height='8' rx='2' fill='%23b0400f'/%3E\
    %3Cpath d='M5.2 1.6 2.8 6.4' stroke='white' stroke-width='1.1' stroke-linecap='round'/%3E%3C/svg%3E";

/// The page; in descriptions, links to `anchors` are kept.
pub fn index(api: &Api<'_>, anchors: &BTreeSet<String>) -> String {
    let page = Page { api, anchors };
    in_lines(&page.document().into_string())
}

/// One long line would make `--check` and every other comparison unreadable.
///
/// Text has no `<` of its own, so these are tags, and between them white space says nothing.
fn in_lines(html: &str) -> String {
    const TAGS: [&str; 13] = [
        "<article",
        "<body",
        "<div id=",
        "<dl",
        "<fieldset",
        "<figure",
        "<h1",
        "<li",
        "<main",
        "<meta",
        "<nav",
        "<section",
        "<tr",
    ];
    TAGS.iter().fold(html.to_owned(), |html, tag| {
        html.replace(tag, &format!("\n{tag}"))
    })
}

/// An asset without indentation and without lines that are comments.
fn dense(asset: &str) -> String {
    let lines = asset.lines().map(str::trim);
    let kept = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    kept.collect::<Vec<_>>().join("\n")
}

/// Only this style and this script, and nothing from or to anywhere.
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; connect-src 'none'; \
         form-action 'none'; base-uri 'none'",
        hash(style),
        hash(script)
    )
}

struct Page<'p> {
    api: &'p Api<'p>,
    anchors: &'p BTreeSet<String>,
}

impl Page<'_> {
    fn document(&self) -> Markup {
        let api = self.api;
        let about = markdown::first_words(api.description);
        let (style, script) = (dense(STYLE), dense(SCRIPT));
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy(&style, &script));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    @if !about.is_empty() { meta name="description" content=(about); }
                    title { (title(api)) " reference" }
                    link rel="icon" href=(PreEscaped(ICON));
                    style { (PreEscaped(&style)) }
                }
                body {
                    a.skip href="#main" { "Skip to the reference" }
                    (self.contents())
                    main #main tabindex="-1" {
                        header #top {
                            h1 { (title(api)) }
                            p.stamp { (self.stamp()) }
                            (self.prose(api.description))
                        }
                        @for group in &api.groups { (self.group(group)) }
                        @if !api.servers.is_empty() { (self.servers()) }
                        @if !api.schemes.is_empty() { (self.authentication()) }
                        (self.files())
                    }
                    script { (PreEscaped(&script)) }
                }
            }
        }
    }

    fn stamp(&self) -> Markup {
        html! {
            "Version " b { (self.api.version) }
            " · document SHA-256 " code title=(self.api.sha256) { (&self.api.sha256[..12]) }
        }
    }

    fn prose(&self, text: &str) -> Markup {
        markdown::to_html(text, self.anchors)
    }

    fn contents(&self) -> Markup {
        html! {
            nav aria-label="Contents" {
                p.brand { a href="#top" { (title(self.api)) } }
                div.search hidden {
                    label for="search" { "Search this page" }
                    input #search type="search" autocomplete="off" spellcheck="false";
                    p role="status" {}
                    ul {}
                }
                ul.toc {
                    @for group in &self.api.groups {
                        li {
                            a href={ "#" (group.anchor) } { (group.name) }
                            ul {
                                @for operation in &group.operations { (self.contents_of(operation)) }
                            }
                        }
                    }
                    @if !self.api.servers.is_empty() { li { a href="#servers" { "Servers" } } }
                    @if !self.api.schemes.is_empty() {
                        li { a href="#authentication" { "Authentication" } }
                    }
                    li { a href="#files" { "Other formats" } }
                }
            }
        }
    }

    /// The sections of an operation are listed where operations are few.
    fn contents_of(&self, operation: &Operation<'_>) -> Markup {
        let anchor = &operation.anchor;
        let count: usize = self
            .api
            .groups
            .iter()
            .map(|group| group.operations.len())
            .sum();
        let sections = [
            ("samples", "Samples", true),
            ("authentication", "Authentication", true),
            ("parameters", "Parameters", !operation.parameters.is_empty()),
            ("body", "Body", operation.body.is_some()),
            ("responses", "Responses", true),
        ];
        html! {
            li {
                a href={ "#" (anchor) } { (operation_title(operation)) }
                @if count <= FEW {
                    ul {
                        @for (suffix, title, is_there) in sections {
                            @if is_there { li { a href={ "#" (anchor) "-" (suffix) } { (title) } } }
                        }
                    }
                }
            }
        }
    }

    fn servers(&self) -> Markup {
        html! {
            section #servers {
                h2 { (self_link("servers", "Servers")) }
                ul.plain {
                    @for (url, description) in &self.api.servers {
                        li { code { (url) } (self.prose(description)) }
                    }
                }
            }
        }
    }

    fn authentication(&self) -> Markup {
        html! {
            section #authentication {
                h2 { (self_link("authentication", "Authentication")) }
                dl.props {
                    @for scheme in &self.api.schemes {
                        div id=(scheme.anchor) {
                            dt {
                                a href={ "#" (scheme.anchor) } { code { (scheme_name(scheme)) } }
                                span { (scheme_kind(scheme)) }
                            }
                            dd { (self.prose(scheme.description)) }
                        }
                    }
                }
            }
        }
    }

    fn group(&self, group: &Group<'_>) -> Markup {
        html! {
            section id=(group.anchor) {
                h2 { (self_link(&group.anchor, group.name)) }
                (self.prose(group.description))
                @for operation in &group.operations { (self.operation(operation)) }
            }
        }
    }

    fn operation(&self, operation: &Operation<'_>) -> Markup {
        let anchor = &operation.anchor;
        html! {
            article id=(anchor) {
                h3 { (self_link(anchor, operation_title(operation))) }
                p.endpoint {
                    b.method { (operation.method) } " "
                    code { (breakable(operation.path)) }
                }
                @if operation.deprecated { p { strong { "Deprecated." } " Do not use it in new code." } }
                (shown_once(operation))
                (self.prose(operation.description))
                (self.samples(operation))
                (self.security(operation))
                @if !operation.parameters.is_empty() {
                    section id={ (anchor) "-parameters" } {
                        h4 { (self_link(&format!("{anchor}-parameters"), "Parameters")) }
                        (self.parameters(&operation.parameters))
                    }
                }
                @if let Some(body) = &operation.body {
                    section id={ (anchor) "-body" } {
                        h4 { (self_link(&format!("{anchor}-body"), "Body")) }
                        (self.prose(body.description))
                        @if !body.required { p { "The body may be left out." } }
                        @for media in &body.media { (self.media(media, true)) }
                    }
                }
                section id={ (anchor) "-responses" } {
                    h4 { (self_link(&format!("{anchor}-responses"), "Responses")) }
                    (cases(operation))
                    @for response in &operation.responses {
                        (self.response(operation, response))
                    }
                }
            }
        }
    }

    fn security(&self, operation: &Operation<'_>) -> Markup {
        let id = format!("{}-authentication", operation.anchor);
        html! {
            section id=(id) {
                h4 { (self_link(&id, "Authentication")) }
                @if operation.security.is_empty() { p { "None is asked for." } }
                @for (index, way) in operation.security.iter().enumerate() {
                    p {
                        @if index > 0 { "Or: " }
                        @if way.is_empty() { "none" }
                        @for (index, key) in way.iter().enumerate() {
                            @if index > 0 { " and " }
                            @match self.api.schemes.iter().find(|scheme| scheme.key == *key) {
                                Some(scheme) => {
                                    a href={ "#" (scheme.anchor) } { code { (scheme_name(scheme)) } }
                                }
                                None => { code { (key) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn parameters(&self, parameters: &[Parameter<'_>]) -> Markup {
        html! {
            dl.props {
                @for parameter in parameters { (self.property(&parameter.property, parameter.place)) }
            }
        }
    }

    fn media(&self, media: &Media<'_>, sent: bool) -> Markup {
        html! {
            p.media {
                code { (media.content_type) }
                @if let Some(name) = media.type_name { " · " code { (name) } }
                @if media.shape.properties.is_empty() { " · " (media.shape.kind) }
            }
            (self.prose(media.shape.description))
            (facts(&media.shape, false))
            (self.inside(&media.shape))
            @for (name, value) in &media.examples {
                figure {
                    figcaption { @if sent { "Example: " } (name) }
                    pre { code { (value.pretty(Dialect::Json)) } }
                }
            }
        }
    }

    fn response(&self, operation: &Operation<'_>, response: &Response<'_>) -> Markup {
        let question = outcome::question(operation);
        let outcome = outcome::of_statuses(&response.statuses);
        html! {
            section.response id=(response.anchor) {
                h5 {
                    a.self href={ "#" (response.anchor) } {
                        @for (index, status) in response.statuses.iter().enumerate() {
                            @if index > 0 { ", " }
                            (status)
                        }
                    }
                }
                @if let (Some(question), Some(outcome)) = (question, outcome) {
                    p.outcome { (question) " " (answer(outcome)) }
                }
                (self.prose(response.description))
                @if !response.headers.is_empty() { (self.parameters(&response.headers)) }
                @for media in &response.media { (self.media(media, false)) }
            }
        }
    }

    fn property(&self, property: &Property<'_>, place: &str) -> Markup {
        let shape = &property.shape;
        html! {
            div id=(property.anchor) {
                dt {
                    a href={ "#" (property.anchor) } { code { (property.name) } }
                    span { (shape.kind) @if !place.is_empty() { " in " (place) } }
                    @if property.required { b { "required" } }
                    @if shape.nullable { span { "nullable" } }
                    @if shape.deprecated { span { "deprecated" } }
                    @match shape.secrecy() {
                        Some(Secrecy::ShownOnce) => { strong { "shown once" } }
                        Some(Secrecy::WriteOnly) => { strong { "secret, write only" } }
                        Some(Secrecy::Secret) => { strong { "secret" } }
                        None if shape.read_only => { span { "read only" } }
                        None if shape.write_only => { span { "write only" } }
                        None => {}
                    }
                }
                dd {
                    (self.prose(shape.description))
                    (facts(shape, true))
                    (self.inside(shape))
                }
            }
        }
    }

    /// Properties, items, other values and alternatives.
    fn inside(&self, shape: &Shape<'_>) -> Markup {
        html! {
            @if !shape.properties.is_empty() {
                dl.props { @for property in &shape.properties { (self.property(property, "")) } }
            }
            @for (words, inner) in &shape.inner {
                @let says_more = !inner.description.is_empty() || !inner.properties.is_empty()
                    || !inner.inner.is_empty() || !inner.variants.is_empty()
                    || !inner.values.is_empty();
                @if says_more || *words == "Each other value" {
                    div.inner {
                        p { (words) ": " (inner.kind) }
                        (self.prose(inner.description))
                        (facts(inner, false))
                        (self.inside(inner))
                    }
                }
            }
            @if !shape.variants.is_empty() {
                ul.variants {
                    @for variant in &shape.variants {
                        li {
                            p { (variant.kind) }
                            (self.prose(variant.description))
                            (facts(variant, true))
                            (self.inside(variant))
                        }
                    }
                }
            }
        }
    }

    fn samples(&self, operation: &Operation<'_>) -> Markup {
        let id = format!("{}-samples", operation.anchor);
        let fields = sample::fields(self.api, operation);
        let request = sample::initial(operation, &fields);
        html! {
            section id=(id) data-compose {
                h4 { (self_link(&id, "Samples")) }
                @if !fields.is_empty() { (composer(&operation.anchor, &fields)) }
                @for sample in sample::samples(self.api, operation) {
                    figure {
                        figcaption { (language(&sample)) }
                        pre {
                            code data-language=(key(sample.language)) data-parts=(sample.for_script()) {
                                (sample.render(&request))
                            }
                        }
                    }
                }
            }
        }
    }

    fn files(&self) -> Markup {
        html! {
            section #files {
                h2 { (self_link("files", "Other formats")) }
                p { "The same document, for programs and for other renderers." }
                ul.plain {
                    li { a href="openapi.yaml" { "openapi.yaml" } " – the document itself" }
                    li { a href="openapi.json" { "openapi.json" } " – the same in JSON" }
                    li { a href="reference.md" { "reference.md" } " – this page in Markdown" }
                    li { a href="llms.txt" { "llms.txt" } " – an index for language models" }
                    @for operation in self.api.groups.iter().flat_map(|group| &group.operations) {
                        @let path = operation_path(operation);
                        li {
                            a href=(path) { (path) }
                            " – " (operation_title(operation)) ", in Markdown"
                        }
                    }
                }
                p.stamp { (self.stamp()) }
            }
        }
    }
}

/// The heading of `operation`.
pub(crate) fn operation_title<'a>(operation: &'a Operation<'_>) -> &'a str {
    if operation.summary.is_empty() {
        &operation.id
    } else {
        operation.summary
    }
}

/// The title of the document.
pub(crate) fn title<'a>(api: &'a Api<'_>) -> &'a str {
    if api.title.is_empty() {
        "API"
    } else {
        api.title
    }
}

/// What a language is called.
pub(crate) fn language(sample: &Sample) -> &'static str {
    match sample.language {
        Language::Rust => "Rust",
        Language::Curl => "curl",
        Language::Http => "HTTP",
    }
}

fn key(language: Language) -> &'static str {
    match language {
        Language::Rust => "rust",
        Language::Curl => "curl",
        Language::Http => "http",
    }
}

pub(crate) fn scheme_name<'a>(scheme: &'a Scheme<'_>) -> &'a str {
    match scheme.kind {
        "http" => "Authorization",
        _ if scheme.name.is_empty() => scheme.key,
        _ => scheme.name,
    }
}

pub(crate) fn scheme_kind(scheme: &Scheme<'_>) -> String {
    match scheme.kind {
        "apiKey" => format!("key in {}", scheme.place),
        "http" => format!("HTTP {}", scheme.name),
        kind => kind.to_owned(),
    }
}

fn self_link(anchor: &str, text: &str) -> Markup {
    html! { a.self href={ "#" (anchor) } { (text) } }
}

/// `path`, with places to break a line at.
fn breakable(path: &str) -> Markup {
    html! {
        @for (index, part) in path.split('/').enumerate() {
            @if index > 0 { "/" wbr; }
            (part)
        }
    }
}

fn shown_once(operation: &Operation<'_>) -> Markup {
    let secrets = operation.shown_once();
    let Some((first, others)) = secrets.split_first() else {
        return html! {};
    };
    html! {
        div.once role="note" {
            p.title { "Shown once, and never again" }
            p {
                "The answer to this call is the only one that ever holds "
                (secret_link(first))
                ". Store it before doing anything else: it cannot be read again."
            }
            @if !others.is_empty() {
                p.others {
                    "Secrets too: "
                    @for (index, secret) in others.iter().enumerate() {
                        @if index > 0 { ", " }
                        (secret_link(secret))
                    }
                }
            }
        }
    }
}

fn secret_link(secret: &Property<'_>) -> Markup {
    html! { a href={ "#" (secret.anchor) } { code { (secret.path) } } }
}

fn cases(operation: &Operation<'_>) -> Markup {
    let Some(question) = outcome::question(operation) else {
        return html! {};
    };
    let id = format!("{}-outcome", operation.anchor);
    let in_rust = sample::makes(operation).is_some();
    html! {
        section id=(id) {
            h5 { (self_link(&id, &question)) }
            table.cases {
                thead {
                    tr {
                        th scope="col" { "What came back" }
                        th scope="col" { "Answer" }
                        th scope="col" { "Send it again?" }
                    }
                }
                tbody {
                    @for case in outcome::cases() {
                        tr {
                            th scope="row" { (case.answer) }
                            td {
                                (answer(case.outcome))
                                @if in_rust { br; code { (case.outcome.variant()) } }
                            }
                            td { (case.again) }
                        }
                    }
                }
            }
            @if in_rust {
                p.note {
                    "The names under the answers are those of " code { "vobiz::Outcome" }
                    ", which every error of that crate carries."
                }
            }
        }
    }
}

fn answer(outcome: Outcome) -> Markup {
    html! { b { (outcome.answer()) } }
}

/// Default, values, limits and example.
fn facts(shape: &Shape<'_>, example: bool) -> Markup {
    let short = |value: &Json| html! { code { (value.compact(Dialect::Json)) } };
    let values: Vec<Markup> = shape.values.iter().map(short).collect();
    let example = shape
        .example
        .as_ref()
        .filter(|value| example && shape.properties.is_empty() && **value != Json::Null);
    html! {
        @if shape.default.is_some() || !values.is_empty() || !shape.limits.is_empty()
            || example.is_some()
        {
            p.facts {
                @if let Some(value) = &shape.default { span { "Default " (short(value)) } " " }
                @if !values.is_empty() {
                    span {
                        "One of "
                        @for (index, value) in values.iter().enumerate() {
                            @if index > 0 { ", " }
                            (value)
                        }
                    }
                    " "
                }
                @for limit in &shape.limits { span { (limit) } " " }
                @if let Some(value) = example { span { "Example " (short(value)) } }
            }
        }
    }
}

/// The controls that a script brings to life; without one it stays hidden.
fn composer(anchor: &str, fields: &[Field<'_>]) -> Markup {
    html! {
        fieldset hidden {
            legend { "Compose a request" }
            p {
                "Fill in what you want to send: the samples show exactly that request. "
                "This page sends nothing; your credentials stay in environment variables."
            }
            div.fields {
                @for (index, field) in fields.iter().enumerate() {
                    (composer_field(field, &format!("{anchor}-field-{}", index + 1)))
                }
            }
        }
    }
}

fn composer_field(field: &Field<'_>, id: &str) -> Markup {
    let path = Json::Array(
        field
            .path
            .iter()
            .map(|name| Json::String((*name).into()))
            .collect(),
    );
    let path = path.compact(Dialect::Json);
    let label = if field.path.is_empty() {
        "body".to_owned()
    } else {
        field.path.join(".")
    };
    let input = match &field.input {
        Input::Text => "text",
        Input::Integer => "integer",
        Input::Number => "number",
        Input::Choice(_) => "choice",
        Input::Json => "json",
    };
    let text = match &field.initial {
        None => String::new(),
        Some(Json::String(text)) if field.input == Input::Text => text.clone(),
        Some(value) => value.compact(Dialect::Json),
    };
    let required = field.required.then_some("");
    html! {
        div {
            label for=(id) {
                code { (label) }
                @if field.place != "body" { span { (field.place) } }
                @if field.secret { span { "secret: make one up" } }
                @else if field.input == Input::Json { span { "JSON" } }
            }
            @match &field.input {
                Input::Choice(values) => {
                    select id=(id) name=(label) data-place=(field.place) data-path=(path) data-input=(input)
                        data-required=[required]
                    {
                        @if !field.required { option value="" { "not sent" } }
                        @for value in values {
                            @let value = value.compact(Dialect::Json);
                            option value=(value) selected[value == text] { (value) }
                        }
                    }
                }
                Input::Integer | Input::Number => {
                    input id=(id) name=(label) type="text" autocomplete="off" inputmode="decimal" value=(text)
                        data-place=(field.place) data-path=(path) data-input=(input)
                        data-required=[required];
                }
                Input::Text | Input::Json => {
                    textarea id=(id) name=(label) rows="1" autocomplete="off" spellcheck="false" data-place=(field.place)
                        data-path=(path) data-input=(input) data-required=[required]
                    {
                        // A parser drops the first line feed.
                        @if text.starts_with('\n') { "\n" }
                        (text)
                    }
                }
            }
        }
    }
}
