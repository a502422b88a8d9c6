//! The vocabulary of OpenAPI 3.0.3 as data: which keys every object has, and of what kind.

/// The objects of the specification that have keys of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    Header,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Example,
    Link,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
}

/// What may stand in a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Data: nothing is said about it.
    Any,
    Text,
    Bool,
    Number,
    /// An integer that is not negative.
    Count,
    /// One of these words.
    Word(&'static [&'static str]),
    Object(Kind),
    /// An object, or a `$ref` to a component of its kind.
    Reference(Kind),
    /// An object that may have a `$ref` among its other keys.
    PathItem,
    List(&'static Shape),
    /// Keys chosen by the author.
    Map(&'static Shape),
    /// The same, but `x-…` keys are extensions.
    Extensible(&'static Shape),
    /// `true`, `false` or a schema.
    BoolOrSchema,
}

/// A key of an object.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
}

const fn may(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: false,
    }
}

const fn must(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: true,
    }
}

use Shape::{Any, Bool, BoolOrSchema, Count, Extensible, List, Map, Number, Object, Reference};
use Shape::{Text, Word};

impl Kind {
    /// How a message calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Document => "the document",
            Self::Info => "the info",
            Self::Contact => "a contact",
            Self::License => "a license",
            Self::Server => "a server",
            Self::ServerVariable => "a server variable",
            Self::Components => "the components",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::ExternalDocs => "external documentation",
            Self::Parameter => "a parameter",
            Self::Header => "a header",
            Self::RequestBody => "a request body",
            Self::MediaType => "a media type",
            Self::Encoding => "an encoding",
            Self::Response => "a response",
            Self::Example => "an example",
            Self::Link => "a link",
            Self::Tag => "a tag",
            Self::Schema => "a schema",
            Self::Discriminator => "a discriminator",
            Self::Xml => "an xml object",
            Self::SecurityScheme => "a security scheme",
            Self::OAuthFlows => "the OAuth flows",
            Self::OAuthFlow => "an OAuth flow",
        }
    }

    /// Where components of this kind live, below `#/components`.
    pub(crate) fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::Schema => "schemas",
            Self::Response => "responses",
            Self::Parameter => "parameters",
            Self::Example => "examples",
            Self::RequestBody => "requestBodies",
            Self::Header => "headers",
            Self::SecurityScheme => "securitySchemes",
            Self::Link => "links",
            _ => return None,
        })
    }

    /// Its keys; `x-…` keys are free in every object.
    pub(crate) fn keys(self) -> &'static [Key] {
        match self {
            Self::Document => DOCUMENT,
            Self::Info => INFO,
            Self::Contact => CONTACT,
            Self::License => LICENSE,
            Self::Server => SERVER,
            Self::ServerVariable => SERVER_VARIABLE,
            Self::Components => COMPONENTS,
            Self::PathItem => PATH_ITEM,
            Self::Operation => OPERATION,
            Self::ExternalDocs => EXTERNAL_DOCS,
            Self::Parameter => PARAMETER,
            Self::Header => HEADER,
            Self::RequestBody => REQUEST_BODY,
            Self::MediaType => MEDIA_TYPE,
            Self::Encoding => ENCODING,
            Self::Response => RESPONSE,
            Self::Example => EXAMPLE,
            Self::Link => LINK,
            Self::Tag => TAG,
            Self::Schema => SCHEMA,
            Self::Discriminator => DISCRIMINATOR,
            Self::Xml => XML,
            Self::SecurityScheme => SECURITY_SCHEME,
            Self::OAuthFlows => OAUTH_FLOWS,
            Self::OAuthFlow => OAUTH_FLOW,
        }
    }
}

/// The methods that a path item can have.
pub(crate) const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

const SECURITY: Shape = List(&Map(&List(&Text)));
const CONTENT: Shape = Map(&Object(Kind::MediaType));
const SERVERS: Shape = List(&Object(Kind::Server));
const EXAMPLES: Shape = Map(&Reference(Kind::Example));
const CALLBACKS: Shape = Map(&Extensible(&Shape::PathItem));
const STYLES: &[&str] = &[
    "matrix",
    "label",
    "form",
    "simple",
    "spaceDelimited",
    "pipeDelimited",
    "deepObject",
];

const DOCUMENT: &[Key] = &[
    must("openapi", Text),
    must("info", Object(Kind::Info)),
    may("servers", SERVERS),
    must("paths", Extensible(&Shape::PathItem)),
    may("components", Object(Kind::Components)),
    may("security", SECURITY),
    may("tags", List(&Object(Kind::Tag))),
    may("externalDocs", Object(Kind::ExternalDocs)),
];

const INFO: &[Key] = &[
    must("title", Text),
    may("description", Text),
    may("termsOfService", Text),
    may("contact", Object(Kind::Contact)),
    may("license", Object(Kind::License)),
    must("version", Text),
];

const CONTACT: &[Key] = &[may("name", Text), may("url", Text), may("email", Text)];

const LICENSE: &[Key] = &[must("name", Text), may("url", Text)];

const SERVER: &[Key] = &[
    must("url", Text),
    may("description", Text),
    may("variables", Map(&Object(Kind::ServerVariable))),
];

const SERVER_VARIABLE: &[Key] = &[
    may("enum", List(&Text)),
    must("default", Text),
    may("description", Text),
];

const COMPONENTS: &[Key] = &[
    may("schemas", Map(&Reference(Kind::Schema))),
    may("responses", Map(&Reference(Kind::Response))),
    may("parameters", Map(&Reference(Kind::Parameter))),
    may("examples", EXAMPLES),
    may("requestBodies", Map(&Reference(Kind::RequestBody))),
    may("headers", Map(&Reference(Kind::Header))),
    may("securitySchemes", Map(&Reference(Kind::SecurityScheme))),
    may("links", Map(&Reference(Kind::Link))),
    may("callbacks", CALLBACKS),
];

const PATH_ITEM: &[Key] = &[
    may("$ref", Text),
    may("summary", Text),
    may("description", Text),
    may("get", Object(Kind::Operation)),
    may("put", Object(Kind::Operation)),
    may("post", Object(Kind::Operation)),
    may("delete", Object(Kind::Operation)),
    may("options", Object(Kind::Operation)),
    may("head", Object(Kind::Operation)),
    may("patch", Object(Kind::Operation)),
    may("trace", Object(Kind::Operation)),
    may("servers", SERVERS),
    may("parameters", List(&Reference(Kind::Parameter))),
];

const OPERATION: &[Key] = &[
    may("tags", List(&Text)),
    may("summary", Text),
    may("description", Text),
    may("externalDocs", Object(Kind::ExternalDocs)),
    may("operationId", Text),
    may("parameters", List(&Reference(Kind::Parameter))),
    may("requestBody", Reference(Kind::RequestBody)),
    must("responses", Extensible(&Reference(Kind::Response))),
    may("callbacks", CALLBACKS),
    may("deprecated", Bool),
    may("security", SECURITY),
    may("servers", SERVERS),
];

const EXTERNAL_DOCS: &[Key] = &[may("description", Text), must("url", Text)];

const PARAMETER: &[Key] = &[
    must("name", Text),
    must("in", Word(&["query", "header", "path", "cookie"])),
    may("description", Text),
    may("required", Bool),
    may("deprecated", Bool),
    may("allowEmptyValue", Bool),
    may("style", Word(STYLES)),
    may("explode", Bool),
    may("allowReserved", Bool),
    may("schema", Reference(Kind::Schema)),
    may("example", Any),
    may("examples", EXAMPLES),
    may("content", CONTENT),
];

const HEADER: &[Key] = &[
    may("description", Text),
    may("required", Bool),
    may("deprecated", Bool),
    may("allowEmptyValue", Bool),
    may("style", Word(&["simple"])),
    may("explode", Bool),
    may("allowReserved", Bool),
    may("schema", Reference(Kind::Schema)),
    may("example", Any),
    may("examples", EXAMPLES),
    may("content", CONTENT),
];

const REQUEST_BODY: &[Key] = &[
    may("description", Text),
    must("content", CONTENT),
    may("required", Bool),
];

const MEDIA_TYPE: &[Key] = &[
    may("schema", Reference(Kind::Schema)),
    may("example", Any),
    may("examples", EXAMPLES),
    may("encoding", Map(&Object(Kind::Encoding))),
];

const ENCODING: &[Key] = &[
    may("contentType", Text),
    may("headers", Map(&Reference(Kind::Header))),
    may("style", Word(STYLES)),
    may("explode", Bool),
    may("allowReserved", Bool),
];

const RESPONSE: &[Key] = &[
    must("description", Text),
    may("headers", Map(&Reference(Kind::Header))),
    may("content", CONTENT),
    may("links", Map(&Reference(Kind::Link))),
];

const EXAMPLE: &[Key] = &[
    may("summary", Text),
    may("description", Text),
    may("value", Any),
    may("externalValue", Text),
];

const LINK: &[Key] = &[
    may("operationRef", Text),
    may("operationId", Text),
    may("parameters", Map(&Any)),
    may("requestBody", Any),
    may("description", Text),
    may("server", Object(Kind::Server)),
];

const TAG: &[Key] = &[
    must("name", Text),
    may("description", Text),
    may("externalDocs", Object(Kind::ExternalDocs)),
];

const SCHEMA: &[Key] = &[
    may("title", Text),
    may("multipleOf", Number),
    may("maximum", Number),
    may("exclusiveMaximum", Bool),
    may("minimum", Number),
    may("exclusiveMinimum", Bool),
    may("maxLength", Count),
    may("minLength", Count),
    may("pattern", Text),
    may("maxItems", Count),
    may("minItems", Count),
    may("uniqueItems", Bool),
    may("maxProperties", Count),
    may("minProperties", Count),
    may("required", List(&Text)),
    may("enum", List(&Any)),
    may("type", Word(TYPES)),
    may("allOf", List(&Reference(Kind::Schema))),
    may("oneOf", List(&Reference(Kind::Schema))),
    may("anyOf", List(&Reference(Kind::Schema))),
    may("not", Reference(Kind::Schema)),
    may("items", Reference(Kind::Schema)),
    may("properties", Map(&Reference(Kind::Schema))),
    may("additionalProperties", BoolOrSchema),
    may("description", Text),
    may("format", Text),
    may("default", Any),
    may("nullable", Bool),
    may("discriminator", Object(Kind::Discriminator)),
    may("readOnly", Bool),
    may("writeOnly", Bool),
    may("xml", Object(Kind::Xml)),
    may("externalDocs", Object(Kind::ExternalDocs)),
    may("example", Any),
    may("deprecated", Bool),
];

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

const DISCRIMINATOR: &[Key] = &[must("propertyName", Text), may("mapping", Map(&Text))];

const XML: &[Key] = &[
    may("name", Text),
    may("namespace", Text),
    may("prefix", Text),
    may("attribute", Bool),
    may("wrapped", Bool),
];

const SECURITY_SCHEME: &[Key] = &[
    must("type", Word(&["apiKey", "http", "oauth2", "openIdConnect"])),
    may("description", Text),
    may("name", Text),
    may("in", Word(&["query", "header", "cookie"])),
    may("scheme", Text),
    may("bearerFormat", Text),
    may("flows", Object(Kind::OAuthFlows)),
    may("openIdConnectUrl", Text),
];

const OAUTH_FLOWS: &[Key] = &[
    may("implicit", Object(Kind::OAuthFlow)),
    may("password", Object(Kind::OAuthFlow)),
    may("clientCredentials", Object(Kind::OAuthFlow)),
    may("authorizationCode", Object(Kind::OAuthFlow)),
];

const OAUTH_FLOW: &[Key] = &[
    may("authorizationUrl", Text),
    may("tokenUrl", Text),
    may("refreshUrl", Text),
    must("scopes", Map(&Text)),
];

/// Which keys a security scheme of each type needs besides `type`.
pub(crate) const SCHEME_KEYS: &[(&str, &[&str])] = &[
    ("apiKey", &["name", "in"]),
    ("http", &["scheme"]),
    ("oauth2", &["flows"]),
    ("openIdConnect", &["openIdConnectUrl"]),
];

/// Which URLs an OAuth flow needs.
pub(crate) const FLOW_KEYS: &[(&str, &[&str])] = &[
    ("implicit", &["authorizationUrl"]),
    ("password", &["tokenUrl"]),
    ("clientCredentials", &["tokenUrl"]),
    ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
];

/// Keys that belong to another version or dialect, and what OpenAPI 3.0 has instead.
pub(crate) const FOREIGN_KEYS: &[(Kind, &str, &str)] = &[
    (Kind::Schema, "const", "write `enum` with one value"),
    (Kind::Schema, "examples", "write one `example`"),
    (
        Kind::Schema,
        "$defs",
        "move the schemas to `components/schemas`",
    ),
    (
        Kind::Schema,
        "definitions",
        "move the schemas to `components/schemas`",
    ),
    (Kind::Schema, "$id", "remove it; refer by `$ref` instead"),
    (Kind::Schema, "$schema", "remove it"),
    (
        Kind::Schema,
        "patternProperties",
        "write `additionalProperties`",
    ),
    (
        Kind::Schema,
        "prefixItems",
        "write one `items` schema for all items",
    ),
    (Kind::Schema, "if", "write `oneOf`"),
    (Kind::Schema, "then", "write `oneOf`"),
    (Kind::Schema, "else", "write `oneOf`"),
    (
        Kind::Schema,
        "contentMediaType",
        "write `format: byte` or `format: binary`",
    ),
    (
        Kind::Document,
        "webhooks",
        "OpenAPI 3.0 has `callbacks` of an operation only",
    ),
    (
        Kind::Document,
        "jsonSchemaDialect",
        "remove it; it is of OpenAPI 3.1",
    ),
    (
        Kind::Document,
        "definitions",
        "move the schemas to `components/schemas`",
    ),
    (Kind::Document, "host", "write `servers`"),
    (Kind::Document, "basePath", "write `servers`"),
    (Kind::Operation, "consumes", "write `requestBody/content`"),
    (
        Kind::Operation,
        "produces",
        "write `content` in each response",
    ),
    (
        Kind::Components,
        "pathItems",
        "write the path items out below `paths`",
    ),
    (
        Kind::Info,
        "summary",
        "write `description`; `summary` is of OpenAPI 3.1",
    ),
    (
        Kind::License,
        "identifier",
        "write `url`; `identifier` is of OpenAPI 3.1",
    ),
    (
        Kind::Parameter,
        "type",
        "write `schema` with the `type` in it",
    ),
    (
        Kind::Parameter,
        "format",
        "write `schema` with the `format` in it",
    ),
    (
        Kind::Parameter,
        "enum",
        "write `schema` with the `enum` in it",
    ),
    (
        Kind::Parameter,
        "default",
        "write `schema` with the `default` in it",
    ),
    (
        Kind::Response,
        "schema",
        "write `content`, a media type, and the `schema` in it",
    ),
];
