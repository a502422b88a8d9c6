//! Whether examples and defaults fit their schemas.
//!
//! The dialect is OpenAPI 3.0's own (`nullable`, boolean `exclusiveMinimum`, formats), which no
//! JSON Schema library reads as it is, and a finding must point into the example. So the keywords
//! are evaluated here, on nodes that know their place; a test holds the verdicts against a JSON
//! Schema library.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Number;

use crate::document::{Document, pointer_token};
use crate::finding::Finding;
use crate::source::Span;
use crate::yaml::{Entry, Node, NodeKind};

use super::references::is_true;
use super::schemas::{is_of_type, short, with_article};
use super::vocabulary::Kind;
use super::walk::Sites;

/// Schemas may refer to each other so deep before a value is looked into.
const MAX_DEPTH: usize = 200;

/// So many steps may the examples of one schema take; combinators can multiply.
const MAX_STEPS: usize = 20_000;

pub(super) fn check(sites: &Sites<'_>, findings: &mut Vec<Finding>) {
    let broken: Vec<String> = findings
        .iter()
        .filter(|f| f.rule.starts_with("openapi/") || f.rule == "generator/all-of")
        .map(|finding| finding.pointer.clone())
        .collect();
    let mut report = |rule, schema: &Node, value: &Node, of: &str, pointer: &str| {
        // An example of a schema that is wrong itself says nothing about the example.
        if is_broken(sites, of, &broken) {
            return;
        }
        for problem in problems(sites.document, schema, value) {
            findings.push(Finding::error(
                rule,
                problem.span,
                format!("{pointer}{}", problem.pointer),
                problem.message,
                "correct the value, or the schema that it must fit",
            ));
        }
    };
    for site in sites.of_kind(Kind::Schema) {
        for (key, rule) in [
            ("default", "openapi/default"),
            ("example", "openapi/example"),
        ] {
            if let Some(value) = site.node.get(key) {
                report(
                    rule,
                    site.node,
                    value,
                    &site.pointer,
                    &format!("{}/{key}", site.pointer),
                );
            }
        }
    }
    for kind in [Kind::Parameter, Kind::Header, Kind::MediaType] {
        for site in sites.of_kind(kind) {
            let Some(schema) = site.node.get("schema") else {
                continue;
            };
            let of = format!("{}/schema", site.pointer);
            if let Some(value) = site.node.get("example") {
                report(
                    "openapi/example",
                    schema,
                    value,
                    &of,
                    &format!("{}/example", site.pointer),
                );
            }
            let examples = site.node.get("examples").map(Node::entries);
            for entry in examples.unwrap_or_default() {
                let Some(value) = sites.resolve(&entry.value).and_then(|e| e.get("value")) else {
                    continue;
                };
                let base = match entry.value.get("$ref").and_then(Node::as_str) {
                    Some(target) => target.trim_start_matches('#').to_owned(),
                    None => format!("{}/examples/{}", site.pointer, pointer_token(&entry.key)),
                };
                report(
                    "openapi/example",
                    schema,
                    value,
                    &of,
                    &format!("{base}/value"),
                );
            }
        }
    }
}

/// Whether one of the places in `broken` lies in the schema at `of`, or in what it refers to.
fn is_broken(sites: &Sites<'_>, of: &str, broken: &[String]) -> bool {
    if broken.is_empty() {
        return false;
    }
    let within = |pointer: &str, root: &str| {
        pointer
            .strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut seen = BTreeSet::new();
    let mut open = vec![of.to_owned()];
    while let Some(root) = open.pop() {
        if broken.iter().any(|pointer| within(pointer, &root)) {
            return true;
        }
        let inside = sites
            .references
            .iter()
            .filter(|r| within(&r.pointer, &root));
        for target in inside.filter_map(|r| r.node.get("$ref")?.as_str()?.strip_prefix('#')) {
            if seen.insert(target.to_owned()) {
                open.push(target.to_owned());
            }
        }
    }
    false
}

/// What keeps a value from fitting its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    span: Span,
    /// Relative to the value.
    pointer: String,
    message: String,
}

/// All problems of `value` with `schema`, one for each mistake.
pub(crate) fn problems(document: &Document, schema: &Node, value: &Node) -> Vec<Problem> {
    let mut check = Check {
        document,
        steps: 0,
        problems: Vec::new(),
    };
    check.value(schema, value, value.span, "", 0);
    // `allOf` can tell the same thing twice.
    let mut unique: Vec<Problem> = Vec::new();
    for problem in check.problems {
        if !unique.contains(&problem) {
            unique.push(problem);
        }
    }
    unique
}

struct Check<'a> {
    document: &'a Document,
    steps: usize,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn value(&mut self, schema: &Node, value: &Node, place: Span, pointer: &str, depth: usize) {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS {
            return;
        }
        let Some(schema) = self.document.resolve(schema) else {
            return;
        };
        let nullable = schema.get("nullable").is_some_and(is_true);
        if nullable && matches!(value.kind, NodeKind::Null) {
            return;
        }
        let place = match value.kind {
            NodeKind::Mapping(_) | NodeKind::Sequence(_) => place,
            _ => value.span,
        };
        let mut at = At {
            check: self,
            value,
            place,
            pointer,
        };
        if let Some(kind) = schema.get("type").and_then(Node::as_str)
            && !is_of_type(value, kind, nullable)
        {
            at.problem(format!(
                "{} belongs here; this is {}",
                with_article(kind),
                shown(value)
            ));
            return;
        }
        if let Some(values) = schema.get("enum").map(Node::items)
            && !values.iter().any(|one| equal(one, value))
        {
            let names: Vec<String> = values.iter().map(|v| v.to_value().to_string()).collect();
            at.problem(format!(
                "{} is not one of {}",
                shown(value),
                short(&names.join(", "))
            ));
        }
        match &value.kind {
            NodeKind::Number(number) => at.number(schema, number),
            NodeKind::String(text) => at.text(schema, text),
            NodeKind::Sequence(items) => at.list(schema, items, depth),
            NodeKind::Mapping(entries) => at.mapping(schema, entries, depth),
            NodeKind::Null | NodeKind::Bool(_) => {}
        }
        self.combined(schema, value, place, pointer, depth);
    }

    fn combined(&mut self, schema: &Node, value: &Node, place: Span, pointer: &str, depth: usize) {
        let parts = |key: &str| schema.get(key).map(Node::items).unwrap_or_default();
        for part in parts("allOf") {
            self.value(part, value, place, pointer, depth + 1);
        }
        for (key, exactly_one) in [("oneOf", true), ("anyOf", false)] {
            let parts = parts(key);
            if parts.is_empty() {
                continue;
            }
            let mut fitting = 0;
            let mut closest: Option<Vec<Problem>> = None;
            for part in parts {
                let problems = self.apart(part, value, place, pointer, depth);
                if problems.is_empty() {
                    fitting += 1;
                } else if closest
                    .as_ref()
                    .is_none_or(|best| problems.len() < best.len())
                {
                    closest = Some(problems);
                }
            }
            let message = match (fitting, closest) {
                (0, Some(problems)) if parts.len() == 1 => {
                    self.problems.extend(problems);
                    continue;
                }
                (0, _) => format!("the value fits none of the {} schemas", parts.len()),
                (n, _) if n > 1 && exactly_one => {
                    format!("the value fits {n} schemas of `oneOf`; exactly one must fit")
                }
                _ => continue,
            };
            self.problems.push(Problem {
                span: place,
                pointer: pointer.to_owned(),
                message,
            });
        }
        if let Some(not) = schema.get("not")
            && self.apart(not, value, place, pointer, depth).is_empty()
            && self.steps <= MAX_STEPS
        {
            self.problems.push(Problem {
                span: place,
                pointer: pointer.to_owned(),
                message: "the value fits the schema that it must not fit".into(),
            });
        }
    }

    /// The problems with one of several schemas, kept apart from the others.
    fn apart(
        &mut self,
        schema: &Node,
        value: &Node,
        place: Span,
        pointer: &str,
        depth: usize,
    ) -> Vec<Problem> {
        let before = std::mem::take(&mut self.problems);
        self.value(schema, value, place, pointer, depth + 1);
        std::mem::replace(&mut self.problems, before)
    }
}

/// A value that is being checked, for the keywords of its own type.
struct At<'c, 'd, 'v> {
    check: &'c mut Check<'d>,
    value: &'v Node,
    place: Span,
    pointer: &'v str,
}

impl At<'_, '_, '_> {
    fn problem(&mut self, message: String) {
        self.check.problems.push(Problem {
            span: self.place,
            pointer: self.pointer.to_owned(),
            message,
        });
    }

    fn number(&mut self, schema: &Node, number: &Number) {
        let Some(value) = number.as_f64() else { return };
        let bound = |key: &str| match &schema.get(key)?.kind {
            NodeKind::Number(number) => number.as_f64(),
            _ => None,
        };
        let flag = |key: &str| schema.get(key).is_some_and(is_true);
        #[allow(clippy::float_cmp)]
        if let Some(least) = bound("minimum")
            && (value < least || (value == least && flag("exclusiveMinimum")))
        {
            self.problem(format!("{number} is below the minimum {least}"));
        }
        #[allow(clippy::float_cmp)]
        if let Some(most) = bound("maximum")
            && (value > most || (value == most && flag("exclusiveMaximum")))
        {
            self.problem(format!("{number} is above the maximum {most}"));
        }
        if let Some(step) = bound("multipleOf").filter(|step| *step > 0.0) {
            let times = value / step;
            if (times - times.round()).abs() > 1e-9 * times.abs().max(1.0) {
                self.problem(format!("{number} is not a multiple of {step}"));
            }
        }
        let format = schema.get("format").and_then(Node::as_str);
        let fits = match format {
            Some("int32") => number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
            Some("int64") => number.is_i64(),
            _ => true,
        };
        if !fits && number.as_f64().is_some_and(|n| n.fract() == 0.0) {
            let format = format.unwrap_or_default();
            self.problem(format!("{number} does not fit into `{format}`"));
        }
    }

    fn text(&mut self, schema: &Node, text: &str) {
        let length = text.chars().count() as u64;
        if let Some(least) = count(schema, "minLength").filter(|least| length < *least) {
            self.problem(format!("{} is shorter than {least}", shown(self.value)));
        }
        if let Some(most) = count(schema, "maxLength").filter(|most| length > *most) {
            self.problem(format!("{} is longer than {most}", shown(self.value)));
        }
        if let Some(pattern) = schema.get("pattern").and_then(Node::as_str)
            && let Ok(regex) = compile(pattern)
            && regex.find(text).is_none()
        {
            self.problem(format!(
                "{} does not match `{}`",
                shown(self.value),
                short(pattern)
            ));
        }
        if let Some(format) = schema.get("format").and_then(Node::as_str)
            && !fits_format(text, format)
        {
            self.problem(format!("{} is no `{format}`", shown(self.value)));
        }
    }

    fn list(&mut self, schema: &Node, items: &[Node], depth: usize) {
        let length = items.len() as u64;
        if let Some(least) = count(schema, "minItems").filter(|least| length < *least) {
            self.problem(format!("the list has fewer items than {least}"));
        }
        if let Some(most) = count(schema, "maxItems").filter(|most| length > *most) {
            self.problem(format!("the list has more items than {most}"));
        }
        let unique = schema.get("uniqueItems").is_some_and(is_true);
        if unique && (1..items.len()).any(|i| items[..i].iter().any(|one| equal(one, &items[i]))) {
            self.problem("the list has an item twice".into());
        }
        if let Some(of) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                let pointer = format!("{}/{index}", self.pointer);
                self.check.value(of, item, item.span, &pointer, depth + 1);
            }
        }
    }

    fn mapping(&mut self, schema: &Node, entries: &[Entry], depth: usize) {
        let length = entries.len() as u64;
        if let Some(least) = count(schema, "minProperties").filter(|least| length < *least) {
            self.problem(format!("there are fewer properties than {least}"));
        }
        if let Some(most) = count(schema, "maxProperties").filter(|most| length > *most) {
            self.problem(format!("there are more properties than {most}"));
        }
        let properties = schema.get("properties");
        for name in schema.get("required").map(Node::items).unwrap_or_default() {
            let Some(name) = name.as_str() else { continue };
            // `required` then holds for one direction only, and an example may be of the other.
            let property = properties.and_then(|properties| properties.get(name));
            let one_way = property.is_some_and(|property| {
                ["readOnly", "writeOnly"]
                    .iter()
                    .any(|key| property.get(key).is_some_and(is_true))
            });
            if !one_way && !entries.iter().any(|entry| entry.key == name) {
                self.problem(format!("the required property `{name}` is missing"));
            }
        }
        for entry in entries {
            let pointer = format!("{}/{}", self.pointer, pointer_token(&entry.key));
            let of = properties.and_then(|properties| properties.get(&entry.key));
            let other = schema.get("additionalProperties");
            match (of, other) {
                (Some(of), _) => {
                    self.check
                        .value(of, &entry.value, entry.key_span, &pointer, depth + 1);
                }
                (None, Some(other)) if matches!(other.kind, NodeKind::Bool(false)) => {
                    self.check.problems.push(Problem {
                        span: entry.key_span,
                        pointer,
                        message: format!("the schema has no property `{}`", entry.key),
                    });
                }
                (None, Some(other)) if matches!(other.kind, NodeKind::Mapping(_)) => {
                    self.check
                        .value(other, &entry.value, entry.key_span, &pointer, depth + 1);
                }
                _ => {}
            }
        }
    }
}

fn count(schema: &Node, key: &str) -> Option<u64> {
    match &schema.get(key)?.kind {
        NodeKind::Number(number) => number.as_u64(),
        _ => None,
    }
}

pub(super) fn compile(pattern: &str) -> Result<regress::Regex, regress::Error> {
    regress::Regex::with_flags(pattern, "u").or_else(|_| regress::Regex::new(pattern))
}

fn shown(value: &Node) -> String {
    match &value.kind {
        NodeKind::Mapping(_) | NodeKind::Sequence(_) | NodeKind::Null => {
            value.kind_name().to_owned()
        }
        NodeKind::String(text) => format!("the text `{}`", short(text)),
        _ => short(&value.to_value().to_string()),
    }
}

/// JSON Schema's equality: `1` and `1.0` are one value.
fn equal(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Number(a), NodeKind::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => a.to_value() == b.to_value(),
    }
}

/// Whether `text` has the `format`; an unknown one says nothing.
fn fits_format(text: &str, format: &str) -> bool {
    match format {
        "date" => is_date(text),
        "date-time" => text
            .split_once(['T', 't'])
            .is_some_and(|(date, time)| is_date(date) && is_time(time)),
        "uuid" => {
            let groups: Vec<&str> = text.split('-').collect();
            groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
                && groups
                    .iter()
                    .all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
        }
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "email" => text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !host.contains(['@', ' '])
        }),
        "uri" => text.split_once(':').is_some_and(|(scheme, _)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
                && !text.contains(char::is_whitespace)
        }),
        "byte" => {
            let letters = text.trim_end_matches('=');
            text.len().is_multiple_of(4)
                && text.len() - letters.len() <= 2
                && letters
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
        }
        _ => true,
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let number = |text: &str, length: usize| {
        (text.len() == length && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let two = |text: Option<&str>, most: u32| {
        text.filter(|t| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|t| t.parse::<u32>().ok())
            .is_some_and(|n| n <= most)
    };
    let bytes = text.as_bytes();
    if !(two(text.get(0..2), 23) && two(text.get(3..5), 59) && two(text.get(6..8), 60)) {
        return false;
    }
    if bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return false;
    }
    let mut rest = &text[8..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    match rest {
        "Z" | "z" => true,
        zone => {
            zone.len() == 6
                && zone.starts_with(['+', '-'])
                && two(zone.get(1..3), 23)
                && zone.as_bytes()[3] == b':'
                && two(zone.get(4..6), 59)
        }
    }
}
