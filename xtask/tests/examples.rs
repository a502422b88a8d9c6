//! The lint evaluates schemas itself; its verdicts are those of a JSON Schema library wherever
//! OpenAPI 3.0 and draft 4 have the same words.

use std::path::Path;

use serde_json::{Value, json};
use xtask::lint::{self, Allowed};

/// Values of every kind, close to the bounds below.
fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(1.0),
        json!(1.5),
        json!(-3),
        json!(10),
        json!(12),
        json!(1e300),
        json!(""),
        json!("a"),
        json!("ab"),
        json!("größe"),
        json!("2024-02-29"),
        json!("2023-02-29"),
        json!("2024-02-29T10:11:12Z"),
        json!("2024-02-29T10:11:12.5+01:00"),
        json!("2024-02-29 10:11:12"),
        json!("2024-02-29T25:11:12Z"),
        json!("127.0.0.1"),
        json!("256.0.0.1"),
        json!("::1"),
        json!("me@example.com"),
        json!("nobody"),
        json!([]),
        json!([1]),
        json!([1, 1]),
        json!([1, 1.0]),
        json!([1, "a", true]),
        json!({}),
        json!({"a": 1}),
        json!({"a": "x", "b": 2}),
        json!({"b": 2}),
        json!({"a": {"a": 1}}),
    ]
}

fn schemas() -> Vec<Value> {
    vec![
        json!({}),
        json!({"type": "string"}),
        json!({"type": "integer"}),
        json!({"type": "number"}),
        json!({"type": "boolean"}),
        json!({"type": "array", "items": {}}),
        json!({"type": "array", "items": {"type": "integer"}}),
        json!({"type": "object"}),
        json!({"minimum": 1}),
        json!({"minimum": 1, "exclusiveMinimum": true}),
        json!({"maximum": 10}),
        json!({"maximum": 10, "exclusiveMaximum": true}),
        json!({"multipleOf": 1.5}),
        json!({"type": "integer", "multipleOf": 4}),
        json!({"minLength": 1}),
        json!({"maxLength": 1}),
        json!({"type": "string", "maxLength": 5}),
        json!({"pattern": "b"}),
        json!({"pattern": "^a"}),
        json!({"type": "string", "format": "date-time"}),
        json!({"type": "string", "format": "ipv4"}),
        json!({"type": "string", "format": "ipv6"}),
        json!({"type": "string", "format": "email"}),
        json!({"minItems": 1}),
        json!({"maxItems": 1}),
        json!({"uniqueItems": true}),
        json!({"minProperties": 1}),
        json!({"maxProperties": 1}),
        json!({"type": "object", "required": ["a"], "properties": {"a": {}}}),
        json!({"properties": {"a": {"type": "integer"}}}),
        json!({"properties": {"a": {}}, "additionalProperties": false}),
        json!({"properties": {"a": {}}, "additionalProperties": {"type": "string"}}),
        json!({"type": "string", "enum": ["a", "b"]}),
        json!({"type": "integer", "enum": [1, 10]}),
        json!({"allOf": [{"minimum": 1}, {"maximum": 10}]}),
        json!({"oneOf": [{"type": "integer"}, {"minimum": 1}]}),
        json!({"oneOf": [{"type": "integer"}, {"type": "string"}]}),
        json!({"anyOf": [{"type": "integer"}, {"minLength": 1}]}),
        json!({"anyOf": [{"type": "integer"}, {"type": "object", "properties": {"a": {"type": "integer"}}}]}),
        json!({"properties": {"a": {"oneOf": [{"type": "string"}, {"type": "object"}]}}}),
    ]
}

/// Whether the lint finds nothing wrong with the example.
fn fits(schema: &Value, value: &Value) -> bool {
    let mut schema = schema.clone();
    schema["example"] = value.clone();
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1.0.0"},
        "paths": {},
        "components": {"schemas": {"T": schema}},
    });
    let text = document.to_string().into_bytes();
    let linted = lint::lint(Path::new("api.json"), text, &Allowed::house()).expect("no file");
    let others: Vec<_> = linted
        .findings
        .iter()
        .filter(|finding| !matches!(finding.rule, "openapi/example" | "openapi/unused-component"))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    linted
        .findings
        .iter()
        .all(|finding| finding.rule != "openapi/example")
}

#[test]
fn verdicts_are_those_of_a_library() {
    let mut wrong = Vec::new();
    for schema in schemas() {
        let library = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .should_validate_formats(true)
            .build(&schema)
            .expect("a schema");
        for value in values() {
            let told = library.is_valid(&value);
            // Draft 4 takes 1.0 for no integer; later drafts and OpenAPI do.
            if [json!(1.0), json!(1e300), json!([1, 1.0])].contains(&value) {
                continue;
            }
            if fits(&schema, &value) != told {
                wrong.push(format!("{schema} with {value}: the library says {told}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn null_fits_where_the_schema_says_nullable() {
    for (schema, wanted) in [
        (json!({"type": "string", "nullable": true}), true),
        (json!({"type": "string", "nullable": false}), false),
        (
            json!({"allOf": [{"type": "string"}], "nullable": true}),
            true,
        ),
        (
            json!({"type": "string", "nullable": true, "enum": ["a"]}),
            true,
        ),
    ] {
        assert_eq!(fits(&schema, &json!(null)), wanted, "{schema}");
    }
}

#[test]
fn a_finding_points_into_the_example() {
    let text = "openapi: 3.0.3
info: { title: T, version: 1.0.0 }
paths: {}
components:
  schemas:
    T:
      type: object
      properties:
        list:
          type: array
          items:
            type: integer
      example:
        list:
          - 1
          - two
          - 3
";
    let linted =
        lint::lint(Path::new("api.yaml"), text.into(), &Allowed::house()).expect("no file");
    let finding = &linted.findings[0];
    assert_eq!(finding.rule, "openapi/example");
    assert_eq!(
        (finding.span.start.line, finding.span.start.column),
        (16, 13)
    );
    assert_eq!(finding.pointer, "/components/schemas/T/example/list/1");
}
