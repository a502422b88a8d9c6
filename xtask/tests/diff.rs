//! The comparison: each kind of change in both directions, and the Rust verdicts held against the
//! code that is generated.

mod surface;

use std::path::Path;

use xtask::diff::{self, Diff, Verdict};
use xtask::document::Document;
use xtask::generate;
use xtask::lint::{self, Allowed};

use Verdict::{Breaking, Compatible, None as Same};

const BASE: &str = include_str!("fixtures/diff/base.yaml");

fn document(name: &str, text: &str) -> Document {
    let linted = lint::lint(Path::new(name), text.into(), &Allowed::house()).expect("no file");
    assert!(!linted.is_refused(), "{:#?}\n{text}", linted.findings);
    linted.document.expect("a document")
}

/// One change of the base: what is replaced, by what, and the verdicts there and back.
struct Case {
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    there: (Verdict, Verdict),
    back: (Verdict, Verdict),
}

const fn case(
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    there: (Verdict, Verdict),
    back: (Verdict, Verdict),
) -> Case {
    Case {
        name,
        edits,
        there,
        back,
    }
}

const CASES: &[Case] = &[
    case(
        "an optional request property",
        &[(
            "        weight:\n",
            "        height:\n          type: integer\n        weight:\n",
        )],
        (Compatible, Compatible),
        (Compatible, Breaking),
    ),
    case(
        "a required request property",
        &[
            (
                "      required: [name]\n      properties:\n        name:\n          type: string\n          maxLength",
                "      required: [name, height]\n      properties:\n        name:\n          type: string\n          maxLength",
            ),
            (
                "        weight:\n",
                "        height:\n          type: integer\n        weight:\n",
            ),
        ],
        (Breaking, Breaking),
        (Compatible, Breaking),
    ),
    case(
        "a request property becomes required",
        &[(
            "      required: [name]\n      properties:\n        name:\n          type: string\n          maxLength",
            "      required: [name, weight]\n      properties:\n        name:\n          type: string\n          maxLength",
        )],
        (Breaking, Breaking),
        (Compatible, Breaking),
    ),
    case(
        "a nullable request property becomes required",
        &[(
            "      required: [name]\n      properties:\n        name:\n          type: string\n          maxLength",
            "      required: [name, note]\n      properties:\n        name:\n          type: string\n          maxLength",
        )],
        (Breaking, Breaking),
        (Compatible, Compatible),
    ),
    case(
        "a closed request",
        &[(
            "    NewThing:\n      type: object\n",
            "    NewThing:\n      type: object\n      additionalProperties: false\n",
        )],
        (Breaking, Same),
        (Compatible, Same),
    ),
    case(
        "an optional response property",
        &[(
            "        size:\n",
            "        shape:\n          type: string\n        size:\n",
        )],
        (Compatible, Compatible),
        (Compatible, Breaking),
    ),
    case(
        "a required response property",
        &[
            (
                "required: [id, state, owner]",
                "required: [id, state, owner, shape]",
            ),
            (
                "        size:\n",
                "        shape:\n          type: string\n        size:\n",
            ),
        ],
        (Compatible, Compatible),
        (Breaking, Breaking),
    ),
    case(
        "a response property becomes optional",
        &[("required: [id, state, owner]", "required: [id, state]")],
        (Breaking, Breaking),
        (Compatible, Breaking),
    ),
    case(
        "an enum value in a request",
        &[("enum: [red, green]", "enum: [red, green, blue]")],
        (Compatible, Compatible),
        (Breaking, Breaking),
    ),
    case(
        "an enum value in a response",
        &[("enum: [new, used]", "enum: [new, used, lost]")],
        (Compatible, Compatible),
        (Compatible, Breaking),
    ),
    case(
        "an enum value in a parameter",
        &[("enum: [asc, desc]", "enum: [asc, desc, none]")],
        (Compatible, Compatible),
        (Breaking, Breaking),
    ),
    case(
        "an enum instead of a text in a request",
        &[(
            "        note:\n          type: string\n",
            "        note:\n          type: string\n          enum: [a, b]\n",
        )],
        (Breaking, Breaking),
        (Compatible, Breaking),
    ),
    case(
        "a renamed header",
        &[("name: X-Key-Secret", "name: X-Key-Token")],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "a renamed scheme",
        &[
            ("    KeySecret: []", "    KeyToken: []"),
            ("    KeySecret:\n", "    KeyToken:\n"),
        ],
        (Same, Breaking),
        (Same, Breaking),
    ),
    case(
        "an operation without credentials",
        &[(
            "      operationId: listThings\n",
            "      operationId: listThings\n      security: []\n",
        )],
        (Compatible, Same),
        (Breaking, Same),
    ),
    case(
        "another path",
        &[(
            "/v1/accounts/{account_id}/things/:",
            "/v2/accounts/{account_id}/things/:",
        )],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "a path without its slash",
        &[("/things/:", "/things:")],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "a renamed path parameter",
        &[("{account_id}", "{id}"), ("name: account_id", "name: id")],
        (Same, Breaking),
        (Same, Breaking),
    ),
    case(
        "another method",
        &[("    post:\n", "    put:\n")],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "another operation id",
        &[("operationId: listThings", "operationId: findThings")],
        (Same, Breaking),
        (Same, Breaking),
    ),
    case(
        "another success status",
        &[(
            "        '201':\n          $ref: '#/components/responses/Created'\n",
            "        '202':\n          $ref: '#/components/responses/Created'\n",
        )],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "a success status less",
        &[(
            "        '201':\n          $ref: '#/components/responses/Created'\n",
            "",
        )],
        (Compatible, Same),
        (Breaking, Same),
    ),
    case(
        "an error status",
        &[(
            "        5XX:\n          $ref: '#/components/responses/Refused'\n",
            "",
        )],
        (Compatible, Same),
        (Compatible, Same),
    ),
    case(
        "a form instead of JSON",
        &[(
            "        required: true\n        content:\n          application/json:",
            "        required: true\n        content:\n          application/x-www-form-urlencoded:",
        )],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "a text instead of a number in a response",
        &[(
            "        size:\n          type: integer\n          format: int32\n",
            "        size:\n          type: string\n",
        )],
        (Breaking, Breaking),
        (Breaking, Breaking),
    ),
    case(
        "a number instead of an integer in a request",
        &[(
            "        weight:\n          type: integer\n          format: int32\n",
            "        weight:\n          type: number\n",
        )],
        (Compatible, Breaking),
        (Breaking, Breaking),
    ),
    case(
        "a wider integer in a request",
        &[(
            "        weight:\n          type: integer\n          format: int32\n",
            "        weight:\n          type: integer\n          format: int64\n",
        )],
        (Compatible, Same),
        (Breaking, Same),
    ),
    case(
        "a secret",
        &[(
            "        note:\n          type: string\n",
            "        note:\n          type: string\n          format: password\n",
        )],
        (Same, Breaking),
        (Same, Breaking),
    ),
    case(
        "another text format in a request",
        &[("          format: date\n", "          format: date-time\n")],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "an optional request property becomes nullable",
        &[(
            "        secret:\n          type: string\n",
            "        secret:\n          type: string\n          nullable: true\n",
        )],
        (Compatible, Same),
        (Breaking, Same),
    ),
    case(
        "a required response property becomes nullable",
        &[(
            "        id:\n          type: string\n",
            "        id:\n          type: string\n          nullable: true\n",
        )],
        (Breaking, Breaking),
        (Compatible, Breaking),
    ),
    case(
        "a longer name in a request",
        &[("maxLength: 50", "maxLength: 60")],
        (Compatible, Same),
        (Breaking, Same),
    ),
    case(
        "a pattern in a request",
        &[(
            "maxLength: 50",
            "maxLength: 50\n          pattern: '^[a-z]+$'",
        )],
        (Breaking, Same),
        (Compatible, Same),
    ),
    case(
        "another server",
        &[("https://api.example.com", "https://eu.example.com")],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "one more server",
        &[(
            "  - url: https://api.example.com\n",
            "  - url: https://api.example.com\n  - url: https://eu.example.com\n",
        )],
        (Compatible, Same),
        (Breaking, Same),
    ),
    case(
        "an optional parameter",
        &[(
            "        - name: order\n",
            "        - name: after\n          in: query\n          schema:\n            type: string\n        - name: order\n",
        )],
        (Compatible, Compatible),
        (Compatible, Breaking),
    ),
    case(
        "a required parameter",
        &[(
            "        - name: order\n",
            "        - name: after\n          in: query\n          required: true\n          schema:\n            type: string\n        - name: order\n",
        )],
        (Breaking, Breaking),
        (Compatible, Breaking),
    ),
    case(
        "a parameter becomes required",
        &[(
            "        - name: order\n          in: query\n",
            "        - name: order\n          in: query\n          required: true\n",
        )],
        (Breaking, Breaking),
        (Compatible, Compatible),
    ),
    case(
        "a parameter in another place",
        &[(
            "        - name: limit\n          in: query\n",
            "        - name: limit\n          in: header\n",
        )],
        (Breaking, Same),
        (Breaking, Same),
    ),
    case(
        "a property of the body of an error",
        &[("              code:\n                type: integer\n", "")],
        (Compatible, Same),
        (Compatible, Same),
    ),
    case(
        "a list instead of a text",
        &[(
            "        remark:\n          type: string\n          nullable: true\n",
            "        remark:\n          type: array\n          items:\n            type: string\n          nullable: true\n",
        )],
        (Breaking, Breaking),
        (Breaking, Breaking),
    ),
    case(
        "other items",
        &[(
            "        tags:\n          type: array\n          items:\n            type: string\n",
            "        tags:\n          type: array\n          items:\n            type: integer\n",
        )],
        (Breaking, Breaking),
        (Breaking, Breaking),
    ),
    case(
        "kept properties in a response",
        &[(
            "    Owner:\n      type: object\n",
            "    Owner:\n      type: object\n      additionalProperties: true\n",
        )],
        (Same, Compatible),
        (Same, Breaking),
    ),
    case(
        "a renamed component",
        &[
            ("#/components/schemas/Owner", "#/components/schemas/Keeper"),
            ("    Owner:\n", "    Keeper:\n"),
        ],
        (Same, Breaking),
        (Same, Breaking),
    ),
    case(
        "an unused component",
        &[(
            "    Owner:\n",
            "    Spare:\n      type: object\n      properties:\n        a:\n          type: string\n    Owner:\n",
        )],
        (Same, Compatible),
        (Same, Breaking),
    ),
    case(
        "a default in a request",
        &[(
            "        weight:\n          type: integer\n",
            "        weight:\n          type: integer\n          default: 1\n",
        )],
        (Compatible, Same),
        (Compatible, Same),
    ),
];

/// Edits that change nothing for anybody.
const NOTHING: &[(&str, &[(&str, &str)])] = &[
    (
        "a description",
        &[(
            "  title: Things\n",
            "  title: Things\n  description: Many things.\n",
        )],
    ),
    (
        "an inlined response",
        &[(
            "        '201':\n          $ref: '#/components/responses/Created'\n",
            "        '201':\n          description: The thing exists.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Thing'\n",
        )],
    ),
    (
        "an inlined parameter",
        &[(
            "      - $ref: '#/components/parameters/AccountId'\n",
            "      - name: account_id\n        in: path\n        required: true\n        schema:\n          type: string\n",
        )],
    ),
    (
        "a renamed response component",
        &[
            (
                "#/components/responses/Created",
                "#/components/responses/Made",
            ),
            ("    Created:\n", "    Made:\n"),
        ],
    ),
    (
        "a list of one around a reference",
        &[(
            "        owner:\n          $ref: '#/components/schemas/Owner'\n",
            "        owner:\n          allOf:\n            - $ref: '#/components/schemas/Owner'\n",
        )],
    ),
    (
        "another order",
        &[(
            "        name:\n          type: string\n        email:\n          type: string\n",
            "        email:\n          type: string\n        name:\n          type: string\n",
        )],
    ),
    (
        "a summary",
        &[(
            "      operationId: listThings\n",
            "      summary: List\n      operationId: listThings\n",
        )],
    ),
    (
        "the version",
        &[("  version: 1.0.0\n", "  version: 1.0.1\n")],
    ),
    (
        "an unused response",
        &[(
            "  responses:\n    Created:\n",
            "  responses:\n    Spare:\n      description: Spare.\n    Created:\n",
        )],
    ),
    (
        "flow style",
        &[(
            "          enum: [asc, desc]\n",
            "          enum:\n            - asc\n            - desc\n",
        )],
    ),
];

fn edited(name: &str, edits: &[(&str, &str)]) -> Document {
    let mut text = BASE.to_owned();
    for (from, to) in edits {
        // Indentation differs between items of lists and keys; the words decide.
        assert!(text.contains(from), "{name}: {from:?} is not in the base");
        text = text.replace(from, to);
    }
    document("new.yaml", &text)
}

fn verdicts(diff: &Diff) -> (Verdict, Verdict) {
    (diff.wire(), diff.rust())
}

#[test]
fn every_kind_of_change_is_judged_both_ways() {
    let base = document("base.yaml", BASE);
    let mut wrong = Vec::new();
    for case in CASES {
        let new = edited(case.name, case.edits);
        for (way, diff, wanted) in [
            ("there", diff::compare(&base, &new), case.there),
            ("back", diff::compare(&new, &base), case.back),
        ] {
            if verdicts(&diff) != wanted {
                wrong.push((case.name, way, wanted, diff.changes));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rust_verdicts_agree_with_the_generated_code() {
    let base = document("base.yaml", BASE);
    let code = |document: &Document| {
        surface::of(
            &generate::client_of(document).expect("a client"),
            &["NewThing"],
        )
    };
    let before = code(&base);
    let mut wrong = Vec::new();
    for (name, edits) in CASES
        .iter()
        .map(|case| (case.name, case.edits))
        .chain(NOTHING.iter().copied())
    {
        let new = edited(name, edits);
        let after = code(&new);
        for (way, told, seen) in [
            (
                "there",
                diff::compare(&base, &new).rust(),
                surface::verdict(&before, &after),
            ),
            (
                "back",
                diff::compare(&new, &base).rust(),
                surface::verdict(&after, &before),
            ),
        ] {
            if told != seen.0 {
                wrong.push((name, way, told, seen));
            }
        }
    }
    assert!(wrong.is_empty(), "told, seen: {wrong:#?}");
}

#[test]
fn what_changes_nothing_is_no_change() {
    let base = document("base.yaml", BASE);
    let mut wrong = Vec::new();
    for (name, edits) in NOTHING {
        let new = edited(name, edits);
        for diff in [diff::compare(&base, &new), diff::compare(&new, &base)] {
            if !diff.changes.is_empty() {
                wrong.push((name, diff.changes));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_document_does_not_differ_from_itself() {
    let own = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/vobiz.yaml"),
    )
    .expect("the document");
    for text in [BASE, own.as_str()] {
        let document = document("api.yaml", text);
        assert_eq!(diff::compare(&document, &document).changes, []);
    }
    for case in CASES {
        let document = edited(case.name, case.edits);
        let changes = diff::compare(&document, &document).changes;
        assert_eq!(changes, [], "{}", case.name);
    }
}

#[test]
fn what_is_added_one_way_is_a_change_the_other_way() {
    let base = document("base.yaml", BASE);
    for case in CASES {
        let new = edited(case.name, case.edits);
        assert_ne!(diff::compare(&base, &new).changes, [], "{}", case.name);
        assert_ne!(diff::compare(&new, &base).changes, [], "{}", case.name);
    }
}

#[test]
fn what_two_operations_share_is_told_once() {
    let base = document("base.yaml", BASE);
    let new = edited(
        "shared",
        &[(
            "        size:\n",
            "        shape:\n          type: string\n        size:\n",
        )],
    );
    let changes = diff::compare(&base, &new).changes;
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(changes[0].operation, "listThings, createThing");
    assert_eq!(changes[0].line, 121);
    assert_eq!(changes[0].file, "new.yaml");
}

#[test]
fn a_renamed_component_is_told_once() {
    let base = document("base.yaml", BASE);
    let wrapped = (
        "        owner:\n          $ref: '#/components/schemas/Owner'\n",
        "        owner:\n          allOf:\n            - $ref: '#/components/schemas/Keeper'\n",
    );
    let new = edited("renamed", &[wrapped, ("    Owner:\n", "    Keeper:\n")]);
    let changes = diff::compare(&base, &new).changes;
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(changes[0].kind, "type-renamed");
}

#[test]
fn chains_and_circles_of_components_end() {
    let chain = |last: &str| {
        let mut text = BASE.to_owned();
        for n in 0..500 {
            text.push_str(&format!(
                "    S{n}:\n      type: object\n      properties:\n        next:\n          \
                 $ref: '#/components/schemas/S{}'\n        own:\n          $ref: \
                 '#/components/schemas/S{n}'\n",
                n + 1
            ));
        }
        text.push_str(&format!("    S500:\n      type: {last}\n"));
        document(
            "chain.yaml",
            &text.replace(
                "        next:\n          type: string\n",
                "        next:\n          $ref: '#/components/schemas/S0'\n",
            ),
        )
    };
    let (old, new) = (chain("string"), chain("integer"));
    assert_eq!(diff::compare(&old, &old).changes, []);
    assert_eq!(verdicts(&diff::compare(&old, &new)), (Breaking, Breaking));
}

#[test]
fn what_is_gone_is_told_at_its_line_in_the_base() {
    let base = document("base.yaml", BASE);
    let new = edited("gone", &[("        email:\n          type: string\n", "")]);
    let changes = diff::compare(&base, &new).changes;
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(
        (changes[0].file.as_str(), changes[0].pointer.as_str()),
        ("base.yaml", "/components/schemas/Owner/properties/email")
    );
}

#[test]
fn reports_read_well() {
    let base = document("base.yaml", BASE);
    let edits: Vec<(&str, &str)> = CASES
        .iter()
        .filter(|case| {
            [
                "an optional request property",
                "a response property becomes optional",
                "a renamed header",
                "another success status",
                "one more server",
            ]
            .contains(&case.name)
        })
        .flat_map(|case| case.edits.iter().copied())
        .collect();
    let new = edited("several", &edits);
    let diff = diff::compare(&base, &new);
    let nowhere = Path::new("/nonexistent");
    for (name, format) in [
        ("human", diff::Format::Human),
        ("markdown", diff::Format::Markdown),
        ("json", diff::Format::Json),
    ] {
        insta::assert_snapshot!(
            format!("report_{name}"),
            diff::render(&diff, format, nowhere)
        );
    }
    insta::assert_snapshot!("report_one_line", diff::one_line(&diff));
}
