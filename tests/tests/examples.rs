//! Every example of the document is valid against the schema it stands beside.

mod common;

use serde_json::{Value, json};
use xtask::document::Document;
use xtask::generate::SPEC_PATH;

#[test]
fn every_example_is_valid_against_its_schema() {
    let document = document();
    let mut checked = 0;
    walk(&document, "", &mut |place, schema, example| {
        let errors = errors(&document, schema, example);
        assert!(errors.is_empty(), "{place}: {errors:#?}");
        checked += 1;
    });
    // One for each property with an example, and those of the bodies.
    assert!(checked > 40, "only {checked} examples were found");
}

#[test]
fn the_check_refuses_a_wrong_example() {
    let document = document();
    let schema = json!({"$ref": "#/components/schemas/CreateSubAccountResponse"});
    let wrong = json!({"auth_credentials": {"auth_id": "SA_1"}, "message": 1});
    assert_eq!(errors(&document, &schema, &wrong).len(), 2);
}

fn document() -> Value {
    let path = common::workspace().join(SPEC_PATH);
    Document::load(&path).unwrap().to_value()
}

/// Calls `f` with every schema that has an example beside it.
fn walk(node: &Value, place: &str, f: &mut impl FnMut(&str, &Value, &Value)) {
    match node {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{place}/{index}"), f);
            }
        }
        Value::Object(object) => {
            let schema = object.get("schema").unwrap_or(node);
            if let Some(example) = object.get("example") {
                f(place, schema, example);
            }
            if let (Some(schema), Some(Value::Object(examples))) =
                (object.get("schema"), object.get("examples"))
            {
                for (name, example) in examples {
                    f(
                        &format!("{place}/examples/{name}"),
                        schema,
                        &example["value"],
                    );
                }
            }
            for (key, value) in object.iter().filter(|(key, _)| !key.starts_with("example")) {
                walk(value, &format!("{place}/{key}"), f);
            }
        }
        _ => {}
    }
}

fn errors(document: &Value, schema: &Value, example: &Value) -> Vec<String> {
    // JSON Schema has no `nullable`: null joins the type, or is one of the choices.
    let mut schema = json!({"allOf": [schema], "components": document["components"]});
    nullable_to_null(&mut schema);
    let validator = jsonschema::draft4::new(&schema).unwrap();
    validator
        .iter_errors(example)
        .map(|error| error.to_string())
        .collect()
}

fn nullable_to_null(node: &mut Value) {
    if let Value::Object(object) = node {
        if object.remove("nullable") == Some(Value::Bool(true)) {
            let schema = Value::Object(std::mem::take(object));
            object.insert("anyOf".into(), json!([schema, {"type": "null"}]));
        }
        object.values_mut().for_each(nullable_to_null);
    } else if let Value::Array(items) = node {
        items.iter_mut().for_each(nullable_to_null);
    }
}
