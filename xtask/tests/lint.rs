//! The lint: each rule by its own examples, and documents with many mistakes.

use std::path::Path;

use xtask::finding::{self, Finding, Severity};
use xtask::lint::{self, Allowed, Linted, Rule, complete, rules};

fn lint_allowing(text: &str, names: &[&str]) -> Linted {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let allowed = Allowed::parse(&names).expect("known names");
    lint::lint(Path::new("api.yaml"), text.into(), &allowed).expect("no file is read")
}

/// The findings that matter to `rule`: house rules speak about house examples only, and not
/// every example uses its components.
fn about(rule: &Rule, example: &str) -> Linted {
    let mut linted = lint_allowing(
        &complete(example),
        if rule.group() == "house" {
            &[]
        } else {
            &["house"]
        },
    );
    if rule.name != "openapi/unused-component" {
        linted
            .findings
            .retain(|finding| finding.rule != "openapi/unused-component");
    }
    linted
}

fn names(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule).collect()
}

fn with_examples() -> impl Iterator<Item = (&'static Rule, &'static str, &'static str)> {
    rules()
        .iter()
        .filter_map(|rule| Some((rule, rule.bad?, rule.good?)))
}

#[test]
fn every_rule_refuses_its_bad_example_once() {
    let mut wrong = Vec::new();
    for (rule, bad, _) in with_examples() {
        let linted = about(rule, bad);
        if names(&linted.findings) != [rule.name] || linted.findings[0].severity != rule.severity {
            wrong.push((rule.name, linted.findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_rule_accepts_its_good_example() {
    let mut wrong = Vec::new();
    for (rule, _, good) in with_examples() {
        let linted = about(rule, good);
        if !linted.findings.is_empty() {
            wrong.push((rule.name, linted.findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_rule_but_the_last_resorts_has_examples() {
    let without: Vec<&str> = rules()
        .iter()
        .filter(|rule| rule.bad.is_none() || rule.good.is_none())
        .map(|rule| rule.name)
        .collect();
    assert_eq!(without, ["openapi/structure", "generator/unsupported"]);
}

#[test]
fn findings_read_well() {
    for group in ["yaml", "openapi", "generator", "house"] {
        let mut text = String::new();
        for (rule, bad, _) in with_examples().filter(|(rule, ..)| rule.group() == group) {
            let linted = about(rule, bad);
            text.push_str(&finding::render(&linted.source, &linted.findings, false));
            text.push('\n');
        }
        insta::assert_snapshot!(format!("{group}_findings"), text);
    }
}

#[test]
fn every_rule_in_the_sources_has_its_text() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![sources];
    let mut named = std::collections::BTreeSet::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .expect("a directory")
                    .map(|entry| entry.expect("an entry").path()),
            );
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file");
        for quoted in text.split('"') {
            let group = quoted.split('/').next().unwrap_or_default();
            let is_rule = ["yaml", "openapi", "generator", "house"].contains(&group)
                && quoted.matches('/').count() == 1
                && !quoted.ends_with('/')
                && quoted
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b"-/".contains(&b));
            if is_rule {
                named.insert(quoted.to_owned());
            }
        }
    }
    let known: std::collections::BTreeSet<String> =
        rules().iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(named, known);
}

#[test]
fn the_table_of_the_generator_names_every_rule() {
    let page = include_str!("../rules/generator.md");
    for rule in rules().iter().filter(|rule| rule.group() == "generator") {
        assert!(
            page.contains(&format!("| `{}` |", rule.name)),
            "{}",
            rule.name
        );
    }
}

#[test]
fn ten_mistakes_are_ten_findings() {
    let linted = lint_allowing(include_str!("fixtures/lint/ten-mistakes.yaml"), &[]);
    insta::assert_snapshot!(finding::render(&linted.source, &linted.findings, false));
    assert_eq!(linted.findings.len(), 10);
}

#[test]
fn json_has_every_field() {
    let linted = lint_allowing(&complete("paths:\n  things: {}\n"), &["house"]);
    insta::assert_snapshot!(finding::json(&linted.source, &linted.findings));
}

#[test]
fn our_own_document_is_clean() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/vobiz.yaml");
    let text = std::fs::read_to_string(path).expect("the document");
    assert_eq!(lint_allowing(&text, &[]).findings, []);
}

#[test]
fn rules_that_protect_correctness_cannot_be_allowed() {
    let allowed = Allowed::parse(&["yaml".into(), "generator".into()]).expect("known groups");
    assert_eq!(allowed.without_effect(), ["yaml", "generator"]);
    let repeated = complete("paths:\n  /a: {}\n  /a: {}\n");
    let linted = lint_allowing(&repeated, &["yaml", "generator", "openapi", "house"]);
    assert!(linted.is_refused());
}

#[test]
fn an_unknown_name_gets_a_suggestion() {
    for (name, meant) in [
        ("hause", "house"),
        ("openapi/exmaple", "openapi/example"),
        ("status", "openapi/status"),
    ] {
        let why = Allowed::parse(&[name.to_owned()]).expect_err("no such name");
        assert!(why.contains(&format!("did you mean `{meant}`?")), "{why}");
    }
}

#[test]
fn byte_order_marks_and_line_ends_of_windows_are_accepted() {
    let text = complete("paths:\n  /things: {}\n");
    for variant in [
        format!("\u{feff}{text}"),
        text.replace('\n', "\r\n"),
        format!("\u{feff}{}", text.replace('\n', "\r\n")),
    ] {
        let linted = lint_allowing(&variant, &["house"]);
        assert_eq!(linted.findings, [], "{variant:?}");
    }
}

#[test]
fn places_count_past_a_byte_order_mark_and_carriage_returns() {
    let text = complete("paths:\n  things: {}\n");
    let plain = lint_allowing(&text, &["house"]).findings[0].span;
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(lint_allowing(&windows, &["house"]).findings[0].span, plain);
}

#[test]
fn utf_16_is_named() {
    for bytes in [
        "openapi: 3.0.3\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
        [0xff, 0xfe]
            .into_iter()
            .chain("openapi".encode_utf16().flat_map(u16::to_le_bytes))
            .collect(),
        [0xfe, 0xff]
            .into_iter()
            .chain("openapi".encode_utf16().flat_map(u16::to_be_bytes))
            .collect(),
    ] {
        let linted =
            lint::lint(Path::new("api.yaml"), bytes, &Allowed::default()).expect("no file");
        assert_eq!(names(&linted.findings), ["yaml/encoding"]);
        assert_eq!(linted.findings[0].span.start.line, 1);
    }
}

#[test]
fn a_foreign_document_gets_through_to_the_generator() {
    let text = include_str!("fixtures/lint/foreign.yaml");
    let linted = lint_allowing(text, &["house"]);
    assert_eq!(names(&linted.findings), ["generator/security-scheme"]);
    let document = linted.document.expect("a document");
    xtask::generate::client_of(&document).expect("a client");
    assert!(lint_allowing(text, &[]).is_refused());
}

#[test]
fn warnings_do_not_refuse() {
    let linted = lint_allowing(
        &complete("components:\n  schemas:\n    Thing:\n      type: object\n"),
        &["house"],
    );
    assert_eq!(linted.findings[0].severity, Severity::Warning);
    assert!(!linted.is_refused());
}
