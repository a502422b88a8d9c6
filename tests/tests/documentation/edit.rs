//! The changes of the document that the texts show, made on its text.

use std::ops::Range;

use crate::tables::Edit;

/// The document before the change and after it. Whoever makes in the document what a text shows
/// finds the text still true: then the document is the side after.
pub fn sides(document: &str, edit: Edit) -> (String, String) {
    match edit {
        Edit::Typo(schema, from, to) => (document.into(), replaced(document, schema, from, to)),
        Edit::Added(schema, property) => {
            let (without, with) = both(document, schema, property);
            (without, with)
        }
        Edit::Removed(schema, property) => {
            let (without, with) = both(document, schema, property);
            (with, without)
        }
    }
}

/// The document without the property, and with it.
fn both(document: &str, schema: &str, property: &str) -> (String, String) {
    let properties = properties(document, schema);
    let (key, _) = property.split_once('\n').unwrap();
    let there = format!("{key}\n");
    if let Some(at) = format!("\n{}", &document[properties.clone()]).find(&format!("\n{there}")) {
        let start = properties.start + at;
        let value: usize = document[start + there.len()..]
            .split_inclusive('\n')
            .take_while(|line| line.starts_with("         "))
            .map(str::len)
            .sum();
        let end = start + there.len() + value;
        let without = format!("{}{}", &document[..start], &document[end..]);
        return (without, document.into());
    }
    let (head, tail) = document.split_at(properties.start);
    (document.into(), format!("{head}{property}{tail}"))
}

fn replaced(document: &str, schema: &str, from: &str, to: &str) -> String {
    let range = body(document, schema);
    let (head, tail) = document.split_at(range.start);
    assert!(document[range].contains(from), "{schema} has no {from:?}");
    format!("{head}{}", tail.replacen(from, to, 1))
}

/// Where the properties of a schema are.
fn properties(document: &str, schema: &str) -> Range<usize> {
    let body = body(document, schema);
    let key = "      properties:\n";
    let at = document[body.clone()].find(key).expect("properties");
    body.start + at + key.len()..body.end
}

/// Where the keys of a schema are.
fn body(document: &str, schema: &str) -> Range<usize> {
    let head = format!("\n    {schema}:\n");
    let start = document
        .find(&head)
        .unwrap_or_else(|| panic!("no schema {schema}"))
        + head.len();
    let length: usize = document[start..]
        .split_inclusive('\n')
        .take_while(|line| line.starts_with("      ") || line.trim().is_empty())
        .map(str::len)
        .sum();
    start..start + length
}

/// The tests of this module.
pub fn check() {
    let schema = |properties: &str| {
        format!(
            "schemas:\n    B:\n      properties:\n    A:\n      properties:\n{properties}\n    C:\n"
        )
    };
    let (a, b) = (
        "        a:\n          type: string\n",
        "        b:\n          type: string\n",
    );
    let (without, with) = (schema(b), schema(&format!("{a}{b}")));
    for document in [&without, &with] {
        let added = sides(document, Edit::Added("A", a));
        assert_eq!(added, (without.clone(), with.clone()));
        let removed = sides(document, Edit::Removed("A", a));
        assert_eq!(removed, (with.clone(), without.clone()));
    }
    let (_, typo) = sides(&without, Edit::Typo("A", "string", "strnig"));
    assert_eq!(typo, without.replace("string", "strnig"));
}
