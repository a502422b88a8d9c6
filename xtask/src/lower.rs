//! From the document that people read to the one that progenitor can digest.
//!
//! Each pass has one purpose and leaves the meaning on the wire as it is. The published document
//! is never the lowered one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// The value that marks an enum as open; [`crate::tidy`] turns it into a variant for any text.
pub(crate) const OPEN_ENUM_MARK: &str = "x-open-enum-mark";

/// The pass that a mock must not take: it answers with errors.
pub(crate) const ERRORS_AS_BYTES: &str = "errors-as-bytes";

/// One step of the lowering.
pub struct Pass {
    /// How `--verbose` calls it.
    pub name: &'static str,
    /// Why it exists.
    pub purpose: &'static str,
    /// Changes the document; says how many places it touched.
    pub run: fn(&mut Value) -> usize,
}

/// All passes, in the order in which they run.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "typed-enums",
        purpose: "texts to choose from are strings, whether the document says so or not",
        run: typed_enums,
    },
    Pass {
        name: "mark-choices",
        purpose: "what tells the members of a `oneOf` or `anyOf` apart must stay",
        run: mark_choices,
    },
    Pass {
        name: "drop-validation",
        purpose: "the server enforces bounds, patterns and formats; a client that did would \
                  break when they change",
        run: drop_validation,
    },
    Pass {
        name: "drop-defaults",
        purpose: "what is absent stays absent: the server applies its own defaults",
        run: drop_defaults,
    },
    Pass {
        name: "optional-is-nullable",
        purpose: "servers answer null where a property may be absent",
        run: optional_is_nullable,
    },
    Pass {
        name: "plain-parameters",
        purpose: "a path or a header has no way to say null",
        run: plain_parameters,
    },
    Pass {
        name: "open-objects",
        purpose: "unknown properties are never an error, and kept where the document allows them",
        run: open_objects,
    },
    Pass {
        name: "open-enums",
        purpose: "an enum in a response keeps a value that the document does not know",
        run: open_enums,
    },
    Pass {
        name: ERRORS_AS_BYTES,
        purpose: "an error keeps status, headers and body whatever the body is",
        run: errors_as_bytes,
    },
    Pass {
        name: "unmark-choices",
        purpose: "progenitor need not see the marks",
        run: unmark_choices,
    },
];

const VALIDATION: &[&str] = &[
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

fn typed_enums(document: &mut Value) -> usize {
    let mut touched = 0;
    for_each_schema(document, &mut |schema| {
        let untyped = !schema.contains_key("type");
        let texts = |values: &Vec<Value>| !values.is_empty() && values.iter().all(Value::is_string);
        if untyped
            && schema
                .get("enum")
                .and_then(Value::as_array)
                .is_some_and(texts)
        {
            schema.insert("type".into(), "string".into());
            touched += 1;
        }
    });
    touched
}

/// Marks a schema that is a member of a `oneOf` or `anyOf`, or a property of one.
const CHOICE_MARK: &str = "x-choice-mark";

fn mark_choices(document: &mut Value) -> usize {
    let mut references = BTreeSet::new();
    let mut touched = 0;
    for_each_schema(document, &mut |schema| {
        for key in ["oneOf", "anyOf"] {
            let Some(Value::Array(members)) = schema.get_mut(key) else {
                continue;
            };
            for member in members {
                match member.get("$ref").and_then(Value::as_str) {
                    Some(reference) => drop(references.insert(reference.to_owned())),
                    None => touched += mark_choice(member),
                }
            }
        }
    });
    for reference in references {
        if let Some(member) = document.pointer_mut(reference.trim_start_matches('#')) {
            touched += mark_choice(member);
        }
    }
    touched
}

fn mark_choice(member: &mut Value) -> usize {
    let Value::Object(schema) = member else {
        return 0;
    };
    schema.insert(CHOICE_MARK.into(), true.into());
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for property in properties.values_mut() {
            if let Value::Object(property) = property {
                property.insert(CHOICE_MARK.into(), true.into());
            }
        }
    }
    1
}

fn unmark_choices(document: &mut Value) -> usize {
    let mut touched = 0;
    for_each_schema(document, &mut |schema| {
        touched += usize::from(schema.remove(CHOICE_MARK).is_some());
    });
    touched
}

fn drop_validation(document: &mut Value) -> usize {
    let mut touched = 0;
    for_each_schema(document, &mut |schema| {
        let is_number = matches!(
            schema.get("type").and_then(Value::as_str),
            Some("integer" | "number" | "boolean")
        );
        if is_number {
            touched += usize::from(schema.remove("enum").is_some());
        }
        for keyword in VALIDATION {
            touched += usize::from(schema.remove(*keyword).is_some());
        }
        // `password` is the mark of a secret, `binary` that of a raw body.
        let keeps = schema
            .get("format")
            .and_then(Value::as_str)
            .is_none_or(|format| matches!(format, "password" | "binary"));
        if !keeps {
            schema.remove("format");
            touched += 1;
        }
    });
    touched
}

fn drop_defaults(document: &mut Value) -> usize {
    let mut touched = 0;
    for_each_schema(document, &mut |schema| {
        touched += usize::from(schema.remove("default").is_some());
    });
    touched
}

fn optional_is_nullable(document: &mut Value) -> usize {
    let mut touched = 0;
    for_each_schema(document, &mut |schema| {
        let required: BTreeSet<String> = strings(schema.get("required"));
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            return;
        };
        for (name, property) in properties {
            if required.contains(name) {
                continue;
            }
            let Value::Object(property) = property else {
                continue;
            };
            if property.contains_key("$ref") {
                let reference = std::mem::take(property);
                property.insert("allOf".into(), json!([reference]));
            }
            if is_any(property) {
                continue;
            }
            if property.insert("nullable".into(), Value::Bool(true)) != Some(Value::Bool(true)) {
                touched += 1;
            }
        }
    });
    touched
}

fn plain_parameters(document: &mut Value) -> usize {
    let mut touched = 0;
    for_each_schema(document, &mut |parameter| {
        let is_plain = matches!(
            parameter.get("in").and_then(Value::as_str),
            Some("path" | "header")
        );
        if is_plain && let Some(Value::Object(schema)) = parameter.get_mut("schema") {
            touched += usize::from(schema.remove("nullable").is_some());
        }
    });
    touched
}

/// A schema without a type matches null already.
fn is_any(schema: &Map<String, Value>) -> bool {
    const TYPED: &[&str] = &[
        "type",
        "allOf",
        "oneOf",
        "anyOf",
        "not",
        "properties",
        "items",
        "enum",
    ];
    !TYPED.iter().any(|key| schema.contains_key(*key))
}

fn open_objects(document: &mut Value) -> usize {
    let mut touched = 0;
    for_each_schema(
        document,
        &mut |schema| match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => {
                schema.remove("additionalProperties");
                touched += 1;
            }
            Some(Value::Bool(true)) => {
                schema.insert("additionalProperties".into(), json!({}));
                touched += 1;
            }
            _ => {}
        },
    );
    touched
}

fn open_enums(document: &mut Value) -> usize {
    let mut touched = 0;
    let components = document.get("components").cloned().unwrap_or_default();
    let mut reached = BTreeSet::new();
    for_each_operation(document, |operation| {
        if let Some(responses) = operation.get("responses") {
            collect_references(responses, &components, &mut reached);
        }
    });
    let mut mark = |schema: &mut Map<String, Value>| {
        let is_string = schema.get("type").and_then(Value::as_str) == Some("string");
        if schema.contains_key(CHOICE_MARK) {
            return;
        }
        if let (true, Some(Value::Array(values))) = (is_string, schema.get_mut("enum"))
            && !values.iter().any(|value| value == OPEN_ENUM_MARK)
        {
            values.push(Value::String(OPEN_ENUM_MARK.into()));
            touched += 1;
        }
    };
    for_each_operation_mut(document, |operation| {
        if let Some(responses) = operation.get_mut("responses") {
            for_each_schema(responses, &mut mark);
        }
    });
    for reference in reached {
        if let Some(component) = document.pointer_mut(reference.trim_start_matches('#')) {
            for_each_schema(component, &mut mark);
        }
    }
    touched
}

fn errors_as_bytes(document: &mut Value) -> usize {
    let mut touched = 0;
    for_each_operation_mut(document, |operation| {
        let Some(Value::Object(responses)) = operation.get_mut("responses") else {
            return;
        };
        let before = responses.len();
        responses.retain(|status, _| !status.starts_with(['4', '5']));
        touched += before - responses.len();
        // Without a declared success it stands for that, and errors are errors anyway.
        if let Some(default) = responses.remove("default") {
            touched += 1;
            if !responses.keys().any(|status| status.starts_with('2')) {
                responses.insert("2XX".into(), default);
            }
        }
    });
    touched
}

/// Calls `f` for every JSON object below `node` that can be a schema.
///
/// Passes look at schema keywords only, so that other objects are left alone; examples and
/// extensions are data and are skipped.
fn for_each_schema(node: &mut Value, f: &mut dyn FnMut(&mut Map<String, Value>)) {
    visit(node, false, f);
}

/// `names` tells that the keys of this object are names chosen by the document's author.
fn visit(node: &mut Value, names: bool, f: &mut dyn FnMut(&mut Map<String, Value>)) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, false, f)),
        Value::Object(object) => {
            if !names {
                f(object);
            }
            for (key, value) in object.iter_mut() {
                // The `default` and `enum` of a server's variables are no schema's.
                let data = matches!(
                    key.as_str(),
                    "example" | "examples" | "default" | "enum" | "servers" | "links"
                ) || key.starts_with("x-");
                if names || !data {
                    visit(value, !names && is_map_of_names(key), f);
                }
            }
        }
        _ => {}
    }
}

fn is_map_of_names(key: &str) -> bool {
    matches!(
        key,
        "properties"
            | "schemas"
            | "responses"
            | "parameters"
            | "requestBodies"
            | "headers"
            | "paths"
            | "content"
            | "securitySchemes"
            | "links"
            | "callbacks"
            | "variables"
            | "mapping"
            | "patternProperties"
    )
}

const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

fn for_each_operation(document: &Value, mut f: impl FnMut(&Value)) {
    for item in document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        for method in METHODS {
            if let Some(operation) = item.1.get(method) {
                f(operation);
            }
        }
    }
}

fn for_each_operation_mut(document: &mut Value, mut f: impl FnMut(&mut Value)) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for item in paths.values_mut() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                f(operation);
            }
        }
    }
}

/// Adds every `$ref` that `node` leads to, directly or through `components`.
fn collect_references(node: &Value, components: &Value, reached: &mut BTreeSet<String>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node {
            Value::Array(items) => open.extend(items),
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str)
                    && reached.insert(reference.to_owned())
                    && let Some(path) = reference.strip_prefix("#/components")
                    && let Some(target) = components.pointer(path)
                {
                    open.push(target);
                }
                open.extend(object.values());
            }
            _ => {}
        }
    }
}

fn strings(value: Option<&Value>) -> BTreeSet<String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// The descriptions of parameters by operation id and parameter name, for [`crate::tidy`].
pub(crate) fn parameter_descriptions(document: &Value) -> BTreeMap<(String, String), String> {
    let mut descriptions = BTreeMap::new();
    let resolve = |parameter: &'_ Value| -> Value {
        match parameter.get("$ref").and_then(Value::as_str) {
            Some(reference) => document
                .pointer(reference.trim_start_matches('#'))
                .cloned()
                .unwrap_or_default(),
            None => parameter.clone(),
        }
    };
    for (_, item) in document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let shared = item.get("parameters").and_then(Value::as_array);
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else {
                continue;
            };
            let own = operation.get("parameters").and_then(Value::as_array);
            for parameter in shared
                .into_iter()
                .flatten()
                .chain(own.into_iter().flatten())
            {
                let parameter = resolve(parameter);
                let name = parameter.get("name").and_then(Value::as_str);
                let text = parameter.get("description").and_then(Value::as_str);
                if let (Some(name), Some(text)) = (name, text) {
                    descriptions.insert((id.to_owned(), name.to_owned()), text.to_owned());
                }
            }
        }
    }
    descriptions
}
