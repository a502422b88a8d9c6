//! The lowered document to tokens, by progenitor; its panics to findings.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::document::{Document, pointer_token};
use crate::finding::Finding;

/// The type of every string that the document marks with `format: password`.
const SECRET_TYPE: &str = "crate::Secret";

/// Generates the client of `lowered`.
///
/// # Errors
///
/// One finding, at the operation or schema of `document` that progenitor cannot digest.
pub fn client(document: &Document, lowered: &Value) -> Result<TokenStream, Box<Finding>> {
    run(lowered).map_err(|why| Box::new(attribute(document, lowered, &why)))
}

/// Generates the mock bindings of `lowered`, for the client in the crate `client`.
///
/// # Errors
///
/// One finding: progenitor cannot digest the document, though it made a client of it.
pub fn mock(
    document: &Document,
    lowered: &Value,
    client: &str,
) -> Result<TokenStream, Box<Finding>> {
    let generate = |spec: &OpenAPI| {
        Generator::new(&settings())
            .httpmock(spec, client)
            .map_err(|error| error.to_string())
    };
    parse(lowered)
        .and_then(|spec| quietly(|| generate(&spec))?)
        .map_err(|why| {
            Box::new(Finding::error(
                "generator/unsupported",
                document.span_at("/paths"),
                "/paths",
                format!(
                    "the generator cannot make mock bindings: {}",
                    first_line(&why)
                ),
                "one JSON schema for the errors of an operation: `4XX` and `5XX` of one shape",
            ))
        })
}

fn settings() -> GenerationSettings {
    let password = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".into()),
        ..SchemaObject::default()
    };
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        // Ordered: the bytes of a request must not depend on a hash seed.
        .with_map_type("::std::collections::BTreeMap")
        .with_conversion(password, SECRET_TYPE, std::iter::empty::<TypeImpl>());
    settings
}

fn run(lowered: &Value) -> Result<TokenStream, String> {
    let spec = parse(lowered)?;
    quietly(|| Generator::new(&settings()).generate_tokens(&spec))
        .and_then(|result| result.map_err(|error| error.to_string()))
}

fn parse(lowered: &Value) -> Result<OpenAPI, String> {
    OpenAPI::deserialize(lowered).map_err(|error| error.to_string())
}

fn first_line(why: &str) -> &str {
    why.lines().next().unwrap_or_default().trim_end_matches('.')
}

/// Runs `f`; a panic in it becomes its message, and nothing is printed.
fn quietly<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    thread_local!(static QUIET: Cell<bool> = const { Cell::new(false) });
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                previous(info);
            }
        }));
    });
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    QUIET.set(false);
    result.map_err(|payload| {
        payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| {
                payload
                    .downcast_ref::<&str>()
                    .map(|text| (*text).to_owned())
            })
            .unwrap_or_else(|| "it gave no reason".into())
    })
}

/// Finds out which schema or operation is to blame, by trying each by itself.
fn attribute(document: &Document, lowered: &Value, why: &str) -> Finding {
    let pointer = blame_schema(lowered)
        .or_else(|| blame_operation(lowered))
        .unwrap_or_default();
    let span = document.span_at(&pointer);
    let what = describe(lowered, &pointer);
    let why = first_line(why);
    Finding::error(
        "generator/unsupported",
        span,
        pointer,
        format!("the generator cannot digest {what}: {why}"),
        "simplify it: one JSON schema for the successes and one for the errors of an operation, \
         plain parameters, named schemas instead of exotic combinations",
    )
}

fn describe(lowered: &Value, pointer: &str) -> String {
    if let Some(name) = pointer.strip_prefix("/components/schemas/") {
        return format!("the schema `{name}`");
    }
    match lowered
        .pointer(pointer)
        .and_then(|operation| operation.get("operationId"))
    {
        Some(Value::String(id)) => format!("the operation `{id}`"),
        _ => "this document".into(),
    }
}

/// The schema that fails even when nothing refers to it.
fn blame_schema(lowered: &Value) -> Option<String> {
    let mut without_paths = lowered.clone();
    without_paths["paths"] = json!({});
    run(&without_paths).err()?;
    let names: Vec<&String> = lowered
        .pointer("/components/schemas")?
        .as_object()?
        .keys()
        .collect();
    // Without the one to blame, the rest can be generated.
    let blamed = narrow(&names, |suspects| {
        let mut others = without_paths.clone();
        for name in suspects {
            others["components"]["schemas"][name.as_str()] = json!({});
        }
        run(&others).is_ok()
    });
    Some(match blamed {
        Some(name) => format!("/components/schemas/{}", pointer_token(name)),
        None => "/components/schemas".into(),
    })
}

fn blame_operation(lowered: &Value) -> Option<String> {
    let operations: Vec<(&String, &String)> = lowered
        .get("paths")?
        .as_object()?
        .iter()
        .filter_map(|(path, item)| Some((path, item.as_object()?)))
        .flat_map(|(path, item)| {
            item.iter()
                .map(move |(method, operation)| (path, method, operation))
        })
        .filter(|(_, _, operation)| operation.get("responses").is_some())
        .map(|(path, method, _)| (path, method))
        .collect();
    let (path, method) = narrow(&operations, |suspects| {
        let mut alone = lowered.clone();
        if let Some(Value::Object(paths)) = alone.get_mut("paths") {
            for (path, item) in paths.iter_mut() {
                if let Value::Object(item) = item {
                    item.retain(|method, value| {
                        value.get("responses").is_none() || suspects.contains(&(path, method))
                    });
                }
            }
        }
        run(&alone).is_err()
    })?;
    Some(format!("/paths/{}/{method}", pointer_token(path)))
}

/// The one of `suspects` that `is_among` holds for, by halves; none if it takes several.
fn narrow<T: Copy>(suspects: &[T], is_among: impl Fn(&[T]) -> bool) -> Option<T> {
    let mut suspects = suspects;
    while suspects.len() > 1 {
        let (first, second) = suspects.split_at(suspects.len() / 2);
        suspects = if is_among(first) { first } else { second };
    }
    suspects
        .first()
        .copied()
        .filter(|suspect| is_among(&[*suspect]))
}

/// progenitor gave tokens that are no Rust file.
pub(crate) fn unusable_output(document: &Document, why: &str) -> Finding {
    Finding::error(
        "generator/unsupported",
        document.span_at("/paths"),
        "/paths",
        format!("the generator made code that is not Rust: {why}"),
        "look for names of schemas, properties or parameters that are unusual in Rust",
    )
}
