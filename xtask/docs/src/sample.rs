//! The requests that the pages show: in Rust, for curl, and as they go over the wire.
//!
//! A [`Sample`] is fixed text with slots in it. [`Sample::render`] fills the slots from a
//! [`Request`]; `assets/script.js` does the same with what is typed into the page, from the same
//! parts, and a test holds the two against each other.

use crate::api::{Api, Base, Media, Operation, Scheme, Secrecy, Shape};
use crate::json::{Dialect, Json};
use crate::text::{
    header_value, pascal_case, percent_encoded, rust_string, shell_word, snake_case, url_safe,
    visible,
};

/// Objects that nest deeper are typed in as JSON.
const MAX_FIELD_DEPTH: usize = 3;

/// What the crate `vobiz` offers for an operation; all others are shown with `vobiz-api`.
struct Wrapped {
    operation: &'static str,
    /// The client's method.
    method: &'static str,
    /// The type of its argument, made by `new` from the property `first`.
    request: &'static str,
    first: &'static str,
    /// What `new` sends beside `first`.
    always: &'static [(&'static str, bool)],
    /// Objects of booleans, and the setter that takes one of their entries.
    entries: &'static [(&'static str, &'static str)],
    /// What the answer makes, as in "does the … exist now?".
    makes: &'static str,
}

const WRAPPED: &[Wrapped] = &[Wrapped {
    operation: "createSubAccount",
    method: "create_sub_account",
    request: "NewSubAccount",
    first: "name",
    always: &[("enabled", true)],
    entries: &[("permissions", "permission")],
    makes: "account",
}];

/// What a call of `operation` makes, if it is known to make something.
pub fn makes(operation: &Operation<'_>) -> Option<&'static str> {
    wrapped(operation).map(|wrapped| wrapped.makes)
}

fn wrapped(operation: &Operation<'_>) -> Option<&'static Wrapped> {
    let has_shape = |wrapped: &&Wrapped| {
        json_body(operation).is_some_and(|media| {
            media
                .shape
                .properties
                .iter()
                .any(|p| p.name == wrapped.first)
        })
    };
    WRAPPED
        .iter()
        .find(|wrapped| wrapped.operation == operation.id)
        .filter(has_shape)
}

/// A language of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust, with our crates.
    Rust,
    /// A shell command.
    Curl,
    /// The bytes of the request.
    Http,
}

/// A program, or a request, that sends an operation's request.
#[derive(Debug)]
pub struct Sample {
    /// What it is written in.
    pub language: Language,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// A piece of a [`Sample`].
#[derive(Clone, Debug)]
pub enum Part {
    /// The same whatever is sent.
    Text(String),
    /// The path parameter of this name.
    Path(String),
    /// The query, with its question mark.
    Query,
    /// Header parameters.
    Headers,
    /// Every parameter, as calls on a builder.
    Setters,
    /// The body in JSON, and what announces it.
    Body {
        /// Its content type.
        content_type: String,
        /// Its Rust type.
        rust_type: String,
        /// Whether it is sent even if it is empty.
        required: bool,
    },
    /// The body as calls on a type of the crate `vobiz`.
    Chain {
        /// The type.
        request: String,
        /// The property that makes it.
        first: String,
        /// Properties that are sent with these values unless others are set.
        always: Vec<(String, Json)>,
        /// Objects that are set entry by entry, and the setter that does it.
        entries: Vec<(String, Json)>,
    },
}

/// What one request sends, credentials aside.
#[derive(Debug, Default)]
pub struct Request {
    /// Place, name and value of each parameter that is sent.
    pub parameters: Vec<(String, String, Json)>,
    /// The JSON body.
    pub body: Option<Json>,
}

/// Something to fill in.
#[derive(Debug)]
pub struct Field<'a> {
    /// `body`, `path`, `query` or `header`.
    pub place: &'a str,
    /// Names from the body down, or the parameter's name; none for the whole body.
    pub path: Vec<&'a str>,
    /// How it is filled in.
    pub input: Input,
    /// Whether it is sent even if it is empty.
    pub required: bool,
    /// Whether it is a secret.
    pub secret: bool,
    /// What it holds at first.
    pub initial: Option<Json>,
}

/// How a [`Field`] is filled in.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// One of these values.
    Choice(Vec<Json>),
    /// Any JSON.
    Json,
}

/// The samples of `operation`.
pub fn samples(api: &Api<'_>, operation: &Operation<'_>) -> Vec<Sample> {
    let context = Context::new(api, operation);
    vec![context.rust(), context.curl(), context.http()]
}

/// What there is to fill in for `operation`.
pub fn fields<'a>(api: &Api<'a>, operation: &'a Operation<'a>) -> Vec<Field<'a>> {
    let context = Context::new(api, operation);
    let mut fields = Vec::new();
    for parameter in &operation.parameters {
        let property = &parameter.property;
        let known = matches!(parameter.place, "path" | "query" | "header");
        if !known
            || context
                .variable_of(parameter.place, property.name)
                .is_some()
        {
            continue;
        }
        let required = property.required || parameter.place == "path";
        let initial = property
            .shape
            .example
            .clone()
            .or(property.shape.default.clone());
        fields.push(Field {
            place: parameter.place,
            path: vec![property.name],
            input: input(&property.shape),
            required,
            secret: property.shape.secrecy().is_some(),
            initial: required
                .then(|| initial.unwrap_or_else(|| made_up(&property.shape, property.name))),
        });
    }
    if let Some(media) = json_body(operation) {
        let example = media
            .examples
            .iter()
            .map(|(_, value)| value)
            .find(|value| matches!(value, Json::Object(_)));
        let required = operation.body.as_ref().is_some_and(|body| body.required);
        if media.shape.properties.is_empty() || !media.shape.variants.is_empty() {
            fields.push(Field {
                place: "body",
                path: Vec::new(),
                input: Input::Json,
                required,
                secret: false,
                initial: media.examples.first().map(|(_, value)| value.clone()),
            });
        } else {
            let always = wrapped(operation).map_or(&[][..], |wrapped| wrapped.always);
            body_fields(&media.shape, &[], example, always, &mut fields);
        }
    }
    for field in &mut fields {
        let initial = field
            .initial
            .take()
            .and_then(|value| fit(&field.input, value));
        field.initial = initial.or_else(|| field.required.then(|| empty(&field.input)));
    }
    fields
}

/// `value` as `input` can hold it, if it can.
fn fit(input: &Input, value: Json) -> Option<Json> {
    match (input, value) {
        (Input::Json, value) => Some(value),
        (_, Json::Null) => None,
        (Input::Text, Json::String(text)) => Some(Json::String(visible(&text))),
        (Input::Text, value) => Some(Json::String(value.compact(Dialect::Json))),
        (Input::Integer, Json::Number(number)) if number.parse::<i64>().is_err() => None,
        (Input::Integer | Input::Number, value) => {
            matches!(value, Json::Number(_)).then_some(value)
        }
        (Input::Choice(values), value) => values.contains(&value).then_some(value),
    }
}

/// What is sent for `input` if it must be sent and holds nothing.
fn empty(input: &Input) -> Json {
    match input {
        Input::Text => Json::String(String::new()),
        Input::Integer | Input::Number => Json::Number("0".into()),
        Input::Choice(values) => values.first().cloned().unwrap_or(Json::Null),
        Input::Json => Json::Object(Vec::new()),
    }
}

/// The request that `fields` make as they are at first.
pub fn initial(operation: &Operation<'_>, fields: &[Field<'_>]) -> Request {
    let mut request = Request::default();
    let mut body = None;
    for field in fields {
        let Some(value) = &field.initial else {
            continue;
        };
        if field.place == "body" {
            insert(&mut body, &field.path, value.clone());
        } else {
            let name = field.path.first().copied().unwrap_or_default();
            request
                .parameters
                .push((field.place.into(), name.into(), value.clone()));
        }
    }
    let required = operation.body.as_ref().is_some_and(|body| body.required);
    if body.is_none() && required && json_body(operation).is_some() {
        body = Some(Json::Object(Vec::new()));
    }
    request.body = body;
    request
}

fn insert(into: &mut Option<Json>, path: &[&str], value: Json) {
    let Some((name, rest)) = path.split_first() else {
        *into = Some(value);
        return;
    };
    let object = into.get_or_insert_with(|| Json::Object(Vec::new()));
    if let Json::Object(entries) = object {
        let mut inner = entries
            .iter()
            .position(|(key, _)| key == name)
            .map(|index| entries.remove(index).1);
        insert(&mut inner, rest, value);
        entries.extend(inner.map(|inner| ((*name).to_owned(), inner)));
    }
}

fn body_fields<'a>(
    shape: &'a Shape<'a>,
    above: &[&'a str],
    example: Option<&Json>,
    always: &[(&str, bool)],
    fields: &mut Vec<Field<'a>>,
) {
    for property in &shape.properties {
        if property.shape.read_only {
            continue;
        }
        let mut path = above.to_vec();
        path.push(property.name);
        let shown = example.and_then(|example| example.get(property.name));
        let nests = !property.shape.properties.is_empty() && property.shape.variants.is_empty();
        if nests && path.len() < MAX_FIELD_DEPTH {
            body_fields(&property.shape, &path, shown, &[], fields);
            continue;
        }
        let fixed = always.iter().find(|(name, _)| *name == property.name);
        let made_up = || made_up(&property.shape, property.name);
        let initial = match (shown, fixed) {
            (Some(value), _) => Some(value.clone()),
            (None, Some((_, value))) => Some(Json::Bool(*value)),
            (None, None) => (property.required && example.is_none()).then(made_up),
        };
        fields.push(Field {
            place: "body",
            path,
            input: input(&property.shape),
            required: property.required || fixed.is_some(),
            secret: property.shape.secrecy() == Some(Secrecy::WriteOnly)
                || property.shape.secrecy() == Some(Secrecy::Secret),
            initial,
        });
    }
}

fn input(shape: &Shape<'_>) -> Input {
    if !shape.values.is_empty() {
        return Input::Choice(shape.values.clone());
    }
    match shape.base {
        Base::String => Input::Text,
        Base::Integer => Input::Integer,
        Base::Number => Input::Number,
        Base::Boolean => Input::Choice(vec![Json::Bool(true), Json::Bool(false)]),
        Base::Any | Base::Array | Base::Object => Input::Json,
    }
}

/// A value that fits, where the document has no example.
fn made_up(shape: &Shape<'_>, name: &str) -> Json {
    let given = shape.example.clone().or_else(|| shape.default.clone());
    given
        .or_else(|| shape.values.first().cloned())
        .unwrap_or_else(|| match shape.base {
            Base::Integer | Base::Number => Json::Number("1".into()),
            Base::Boolean => Json::Bool(true),
            Base::Array => Json::Array(Vec::new()),
            Base::Object => Json::Object(
                shape
                    .properties
                    .iter()
                    .filter(|property| property.required)
                    .map(|property| {
                        (
                            property.name.to_owned(),
                            made_up(&property.shape, property.name),
                        )
                    })
                    .collect(),
            ),
            Base::Any => Json::Null,
            Base::String => Json::String(name.to_owned()),
        })
}

fn json_body<'a>(operation: &'a Operation<'a>) -> Option<&'a Media<'a>> {
    let media = operation.body.as_ref()?.media.iter();
    media.into_iter().find(|media| is_json(media.content_type))
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
}

/// The environment variable that holds a credential of the header `name`.
fn variable(name: &str) -> String {
    let name = snake_case(name.strip_prefix("X-").unwrap_or(name));
    format!("VOBIZ_{}", name.to_ascii_uppercase())
}

struct Context<'c> {
    operation: &'c Operation<'c>,
    /// Header, text before the secret, and variable, of each credential.
    credentials: Vec<(String, &'static str, String)>,
}

impl<'c> Context<'c> {
    fn new(api: &Api<'_>, operation: &'c Operation<'c>) -> Self {
        let keys = operation.security.first().cloned().unwrap_or_default();
        let credentials = keys
            .iter()
            .filter_map(|key| api.schemes.iter().find(|scheme| scheme.key == *key))
            .filter_map(credential)
            .collect();
        Self {
            operation,
            credentials,
        }
    }

    /// The variable that a parameter is read from: a path that names a credential's account.
    fn variable_of(&self, place: &str, name: &str) -> Option<&str> {
        let wanted = variable(name);
        let known = self
            .credentials
            .iter()
            .find(|(_, _, variable)| *variable == wanted);
        known
            .filter(|_| place == "path")
            .map(|(_, _, variable)| variable.as_str())
    }

    /// The path, its parameters as slots or as `quoted` variables.
    fn path(&self, prefix: &str) -> Vec<Part> {
        let mut parts = vec![Part::Text(url_safe(prefix))];
        let mut rest = self.operation.path;
        while let Some((text, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            parts.push(Part::Text(url_safe(text)));
            parts.push(match self.variable_of("path", name) {
                Some(variable)
                    if after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') =>
                {
                    Part::Text(format!("${{{variable}}}"))
                }
                Some(variable) => Part::Text(format!("${variable}")),
                None => Part::Path(name.to_owned()),
            });
            rest = after;
        }
        parts.push(Part::Text(url_safe(rest)));
        parts.push(Part::Query);
        parts
    }

    fn body(&self) -> Option<Part> {
        let media = json_body(self.operation)?;
        Some(Part::Body {
            content_type: header_value(media.content_type),
            rust_type: match media.type_name {
                Some(name) => pascal_case(name),
                None => format!("{}Body", pascal_case(&self.operation.id)),
            },
            required: self
                .operation
                .body
                .as_ref()
                .is_some_and(|body| body.required),
        })
    }

    fn other_body(&self) -> Option<&str> {
        let media = self.operation.body.as_ref()?.media.first()?;
        (!is_json(media.content_type) && json_body(self.operation).is_none())
            .then_some(media.content_type)
    }

    fn curl(&self) -> Sample {
        let mut parts = vec![Part::Text(format!(
            "curl --fail-with-body --request {} \\\n  --url \"",
            self.operation.method
        ))];
        parts.extend(self.path(self.operation.server.trim_end_matches('/')));
        parts.push(Part::Text("\"".into()));
        for (name, before, variable) in &self.credentials {
            parts.push(Part::Text(format!(
                " \\\n  --header \"{name}: {before}${variable}\""
            )));
        }
        parts.push(Part::Headers);
        parts.extend(self.body());
        if let Some(content_type) = self.other_body() {
            let header = shell_word(&format!("Content-Type: {}", header_value(content_type)));
            parts.push(Part::Text(format!(
                " \\\n  --header {header} \\\n  --data-binary @body"
            )));
        }
        Sample {
            language: Language::Curl,
            parts,
        }
    }

    fn http(&self) -> Sample {
        let server = self.operation.server.trim_end_matches('/');
        let (_, after_scheme) = server.split_once("://").unwrap_or(("", server));
        let (host, prefix) = match after_scheme.find('/') {
            Some(slash) => after_scheme.split_at(slash),
            None => (after_scheme, ""),
        };
        let mut parts = vec![Part::Text(format!("{} ", self.operation.method))];
        parts.extend(self.path(prefix));
        parts.push(Part::Text(format!(" HTTP/1.1\nHost: {}\n", url_safe(host))));
        for (name, before, variable) in &self.credentials {
            parts.push(Part::Text(format!("{name}: {before}${variable}\n")));
        }
        parts.push(Part::Headers);
        parts.extend(self.body());
        if let Some(content_type) = self.other_body() {
            let content_type = header_value(content_type);
            parts.push(Part::Text(format!("Content-Type: {content_type}\n\n…")));
        }
        Sample {
            language: Language::Http,
            parts,
        }
    }

    fn rust(&self) -> Sample {
        let text = |text: &str| Part::Text(text.to_owned());
        let parts = if let Some(wrapped) = wrapped(self.operation) {
            vec![
                Part::Text(format!("use vobiz::{{Client, {}}};\n\n", wrapped.request)),
                text(MAIN),
                text("    // Reads VOBIZ_AUTH_ID and VOBIZ_AUTH_TOKEN.\n"),
                text("    let client = Client::from_env()?;\n\n    let request = "),
                Part::Chain {
                    request: wrapped.request.to_owned(),
                    first: wrapped.first.to_owned(),
                    always: wrapped
                        .always
                        .iter()
                        .map(|(name, value)| ((*name).to_owned(), Json::Bool(*value)))
                        .collect(),
                    entries: wrapped
                        .entries
                        .iter()
                        .map(|(name, setter)| ((*name).to_owned(), Json::String((*setter).into())))
                        .collect(),
                },
                Part::Text(format!(
                    ";\n    let created = client.{}(request).await?;\n\n",
                    wrapped.method
                )),
                text(STORE),
                text("    Ok(())\n}\n"),
            ]
        } else {
            let mut parts = vec![text("use vobiz_api::Client;\n\n"), text(MAIN), text(CLIENT)];
            if self.other_body().is_some() {
                parts.push(text("    let body = std::fs::read(\"body\")?;\n"));
            }
            parts.push(Part::Text(format!(
                "    let answer = client\n        .{}()",
                snake_case(&self.operation.id)
            )));
            for parameter in &self.operation.parameters {
                let name = parameter.property.name;
                if self.variable_of(parameter.place, name).is_some() {
                    parts.push(Part::Text(format!(
                        "\n        .{}(&auth_id)",
                        snake_case(name)
                    )));
                }
            }
            parts.push(Part::Setters);
            parts.extend(self.body());
            if self.other_body().is_some() {
                parts.push(text("\n        .body(body)"));
            }
            parts.push(text("\n        .send()\n        .await?;\n"));
            parts.push(text(
                "    println!(\"{}\", answer.status());\n    Ok(())\n}\n",
            ));
            parts
        };
        Sample {
            language: Language::Rust,
            parts,
        }
    }
}

const MAIN: &str = "\
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
";

const STORE: &str = "    \
    // Shown this once. Hand it to your secret store, not to a log.
    let credentials = &created.credentials;
    let token = credentials.auth_token.expose_secret();
    println!(\"VOBIZ_AUTH_ID={}\", credentials.auth_id);
    println!(\"VOBIZ_AUTH_TOKEN={token}\");
";

const CLIENT: &str = "    \
    let auth_id = std::env::var(\"VOBIZ_AUTH_ID\")?;
    let client = Client::new(&auth_id, std::env::var(\"VOBIZ_AUTH_TOKEN\")?)?;
";

fn credential(scheme: &Scheme<'_>) -> Option<(String, &'static str, String)> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    match (scheme.kind, scheme.place) {
        ("apiKey", "header") if is_name(scheme.name) => {
            Some((scheme.name.to_owned(), "", variable(scheme.name)))
        }
        ("http", _) if scheme.name.eq_ignore_ascii_case("bearer") => {
            Some(("Authorization".into(), "Bearer ", "VOBIZ_TOKEN".into()))
        }
        ("http", _) if scheme.name.eq_ignore_ascii_case("basic") => {
            Some(("Authorization".into(), "Basic ", "VOBIZ_BASIC".into()))
        }
        _ => None,
    }
}

impl Sample {
    /// The sample that sends `request`.
    pub fn render(&self, request: &Request) -> String {
        self.parts
            .iter()
            .map(|part| part.render(self.language, request))
            .collect()
    }

    /// The parts as JSON, for the script of the page.
    pub fn for_script(&self) -> String {
        let mut parts: Vec<Json> = Vec::new();
        for part in &self.parts {
            match (part, parts.last_mut()) {
                (Part::Text(text), Some(Json::String(last))) => last.push_str(text),
                _ => parts.push(part.for_script()),
            }
        }
        Json::Array(parts).compact(Dialect::Json)
    }
}

impl Part {
    fn render(&self, language: Language, request: &Request) -> String {
        let of = |wanted: &'static str| {
            request
                .parameters
                .iter()
                .filter(move |(place, _, _)| place == wanted)
                .map(|(_, name, value)| (name, value))
        };
        match self {
            Self::Text(text) => text.clone(),
            Self::Path(name) => {
                let value = of("path")
                    .find(|(n, _)| *n == name)
                    .map(|(_, value)| plain(value));
                percent_encoded(
                    &value
                        .filter(|v| !v.is_empty())
                        .unwrap_or_else(|| name.clone()),
                )
            }
            Self::Query => {
                let pairs: Vec<String> = of("query")
                    .flat_map(|(name, value)| {
                        let values = match value {
                            Json::Array(items) => items.iter().map(plain).collect(),
                            value => vec![plain(value)],
                        };
                        let name = percent_encoded(name);
                        values
                            .into_iter()
                            .map(move |value| format!("{name}={}", percent_encoded(&value)))
                    })
                    .collect();
                match pairs.as_slice() {
                    [] => String::new(),
                    pairs => format!("?{}", pairs.join("&")),
                }
            }
            Self::Headers => of("header")
                .map(|(name, value)| {
                    let line = header_value(&format!("{name}: {}", plain(value)));
                    match language {
                        Language::Curl => format!(" \\\n  --header {}", shell_word(&line)),
                        _ => format!("{line}\n"),
                    }
                })
                .collect(),
            Self::Setters => {
                let setter = |(_, name, value): &(String, String, Json)| {
                    [
                        "\n        .",
                        &snake_case(name),
                        "(",
                        &rust_value(value),
                        ")",
                    ]
                    .concat()
                };
                request.parameters.iter().map(setter).collect()
            }
            Self::Body {
                content_type,
                rust_type,
                ..
            } => match &request.body {
                None if language == Language::Http => "\n".into(),
                None => String::new(),
                Some(body) => body_text(language, content_type, rust_type, body),
            },
            Self::Chain {
                request: name,
                first,
                always,
                entries,
            } => chain(name, first, always, entries, request.body.as_ref()),
        }
    }

    fn for_script(&self) -> Json {
        let string = |text: &str| Json::String(text.to_owned());
        let slot = |kind: &str, more: Vec<(&str, Json)>| {
            let mut entries = vec![("slot".to_owned(), string(kind))];
            entries.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));
            Json::Object(entries)
        };
        match self {
            Self::Text(text) => string(text),
            Self::Path(name) => slot("path", vec![("name", string(name))]),
            Self::Query => slot("query", vec![]),
            Self::Headers => slot("headers", vec![]),
            Self::Setters => slot("setters", vec![]),
            Self::Body {
                content_type,
                rust_type,
                required,
            } => slot(
                "body",
                vec![
                    ("content", string(content_type)),
                    ("rust", string(rust_type)),
                    ("required", Json::Bool(*required)),
                ],
            ),
            Self::Chain {
                request,
                first,
                always,
                entries,
            } => slot(
                "chain",
                vec![
                    ("request", string(request)),
                    ("first", string(first)),
                    ("always", Json::Object(always.clone())),
                    ("entries", Json::Object(entries.clone())),
                ],
            ),
        }
    }
}

fn chain(
    name: &str,
    first: &str,
    always: &[(String, Json)],
    entries: &[(String, Json)],
    body: Option<&Json>,
) -> String {
    let argument = body.and_then(|body| body.get(first));
    let mut chain = format!(
        "{name}::new({})",
        argument.map_or(rust_string(""), rust_value)
    );
    let Some(Json::Object(properties)) = body else {
        return chain;
    };
    for (key, value) in properties {
        let is_default = always.iter().any(|(k, v)| k == key && v == value);
        if key == first || is_default {
            continue;
        }
        let setter = entries
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, setter)| setter);
        if let (Some(Json::String(setter)), Json::Object(inner)) = (setter, value) {
            for (key, value) in inner {
                let (key, value) = (rust_string(key), rust_value(value));
                chain.push_str(&format!("\n        .{setter}({key}, {value})"));
            }
        } else {
            let (setter, value) = (snake_case(key), rust_value(value));
            chain.push_str(&format!("\n        .{setter}({value})"));
        }
    }
    chain
}

fn body_text(language: Language, content_type: &str, rust_type: &str, body: &Json) -> String {
    match language {
        Language::Curl => format!(
            " \\\n  --header {} \\\n  --data-raw {}",
            shell_word(&format!("Content-Type: {content_type}")),
            shell_word(&body.pretty(Dialect::Json)),
        ),
        Language::Http => {
            let body = body.pretty(Dialect::Json);
            let length = body.len();
            format!("Content-Type: {content_type}\nContent-Length: {length}\n\n{body}")
        }
        Language::Rust => {
            let json = body.pretty(Dialect::RustMacro).replace('\n', "\n        ");
            format!(
                "\n        .body(serde_json::from_value::<vobiz_api::types::{rust_type}>(\
                 serde_json::json!({json}))?)"
            )
        }
    }
}

/// A value as a URL or a header has it.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        value => value.compact(Dialect::Json),
    }
}

/// A value as an argument of a setter.
fn rust_value(value: &Json) -> String {
    match value {
        Json::Null => "None".into(),
        Json::Bool(_) | Json::Number(_) => value.compact(Dialect::RustMacro),
        Json::String(text) => rust_string(text),
        Json::Array(_) | Json::Object(_) => format!(
            "serde_json::from_value(serde_json::json!({}))?",
            value.compact(Dialect::RustMacro)
        ),
    }
}
