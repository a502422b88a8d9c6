//! Judges a document before anything is generated from it: all findings in one run, with places.

mod examples;
mod generator;
mod house;
mod operations;
mod references;
mod rules;
mod schemas;
mod suggest;
mod vocabulary;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use openapiv3::OpenAPI;
use serde::Deserialize as _;

use crate::document::{Document, LoadError, pointer_token};
use crate::finding::{Finding, Severity};
use crate::source::{Source, Span};
use walk::Sites;

pub use rules::{Allowed, Rule, complete, find, rules};

pub(crate) use generator::pascal;
pub(crate) use operations::template_shape;

/// A document, or what is left of one, and everything that was found.
#[derive(Debug)]
pub struct Linted {
    /// The text.
    pub source: Source,
    /// The parsed document; `None` if the text could not be read to its end.
    pub document: Option<Document>,
    /// Sorted by position.
    pub findings: Vec<Finding>,
}

impl Linted {
    /// Whether something was found that keeps code from being generated.
    pub fn is_refused(&self) -> bool {
        self.document.is_none() || has_errors(&self.findings)
    }
}

/// Whether one of `findings` is an error.
pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.severity == Severity::Error)
}

/// Judges `bytes`, which are shown under the name of `path`.
pub fn lint(path: &Path, bytes: Vec<u8>, allowed: &Allowed) -> std::io::Result<Linted> {
    match Document::read(path, bytes) {
        Ok((document, mut findings)) => {
            findings.extend(check(&document, allowed, findings.is_empty()));
            sort(&mut findings);
            Ok(Linted {
                source: document.source.clone(),
                document: Some(document),
                findings,
            })
        }
        Err(LoadError::Refused(source, mut findings)) => {
            sort(&mut findings);
            Ok(Linted {
                source,
                document: None,
                findings,
            })
        }
        Err(LoadError::Io(error)) => Err(error),
    }
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| (finding.span.start, finding.severity));
}

/// All findings about a document that could be parsed; `alone` tells that there are no others.
fn check(document: &Document, allowed: &Allowed, alone: bool) -> Vec<Finding> {
    let mut sites = Sites::of(document);
    let mut findings = std::mem::take(&mut sites.findings);
    references::check(&sites, &mut findings);
    operations::check(&sites, &mut findings);
    schemas::check(&sites, &mut findings);
    generator::check(&sites, &mut findings);
    house::check(&sites, &mut findings);
    examples::check(&sites, &mut findings);
    findings.retain(|finding| !allowed.has(finding));
    // What seems unused may be what a mistake was to lead to.
    if alone && !has_errors(&findings) {
        references::unused(&sites, &mut findings);
        findings.retain(|finding| !allowed.has(finding));
    }
    once(&mut findings);
    if alone && !has_errors(&findings) {
        findings.extend(structure(document));
    }
    findings
}

/// One finding for each mistake: the same place is not told twice by one rule, nor by two rules
/// that mean the same.
fn once(findings: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    let mut by_place: BTreeMap<(Span, String), Vec<&'static str>> = BTreeMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings.drain(..) {
        let rules = by_place
            .entry((finding.span, finding.pointer.clone()))
            .or_default();
        let same = rules
            .iter()
            .any(|other| means_the_same(other, finding.rule));
        rules.push(finding.rule);
        if told.insert((finding.span, finding.rule, finding.message.clone())) && !same {
            kept.push(finding);
        }
    }
    // What is not OpenAPI need not be judged any further.
    let broken: BTreeSet<String> = kept
        .iter()
        .filter(|f| f.rule.starts_with("openapi/") && f.severity == Severity::Error)
        .filter(|f| !f.pointer.is_empty())
        .map(|f| f.pointer.clone())
        .collect();
    let judges = |f: &Finding| f.rule.starts_with("generator/") || f.rule.starts_with("house/");
    kept.retain(|f| !judges(f) || !broken.contains(&f.pointer));
    // Statuses that are wrong are not missing.
    let wrong: BTreeSet<String> = kept
        .iter()
        .filter(|f| matches!(f.rule, "generator/default-response" | "openapi/status"))
        .filter_map(|f| Some(f.pointer.rsplit_once('/')?.0.to_owned()))
        .collect();
    kept.retain(|f| f.rule != "house/operation-statuses" || !wrong.contains(&f.pointer));
    kept.retain({
        let house: BTreeSet<String> = kept
            .iter()
            .filter(|f| f.rule == "house/operation-id")
            .map(|f| f.pointer.clone())
            .collect();
        move |f| f.rule != "generator/operation-id" || !house.contains(&f.pointer)
    });
    *findings = kept;
}

fn means_the_same(a: &str, b: &str) -> bool {
    const PAIRS: &[(&str, &str)] = &[
        ("openapi/enum", "generator/enum"),
        ("openapi/word", "openapi/path-parameter"),
        ("openapi/path-parameter", "generator/cookie-parameter"),
        ("openapi/media-type", "generator/request-content"),
    ];
    PAIRS
        .iter()
        .any(|(x, y)| (a == *x && b == *y) || (a == *y && b == *x))
}

/// The backstop: what the rules let through must be readable for progenitor.
fn structure(document: &Document) -> Option<Finding> {
    let value = document.to_value();
    // Whoever keeps note of the path takes longer, so that is for those who lost it.
    OpenAPI::deserialize(&value).err()?;
    let read: Result<OpenAPI, _> = serde_path_to_error::deserialize(value);
    let error = read.err()?;
    let pointer = pointer_of(error.path());
    let span = document.span_at(&pointer);
    let message = format!("this is not OpenAPI 3.0: {}", error.inner());
    let help = "compare the keys and values here with the OpenAPI 3.0.3 specification";
    Some(Finding::error(
        "openapi/structure",
        span,
        pointer,
        message,
        help,
    ))
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", pointer_token(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}
