//! The rules, their texts and their examples; and which of them a run allows.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::finding::{Finding, Severity};

use super::suggest::did_you_mean;

/// The texts by group; each is a page of `xtask/rules`.
const PAGES: &[(&str, &str)] = &[
    ("yaml", include_str!("../../rules/yaml.md")),
    ("openapi", include_str!("../../rules/openapi.md")),
    ("generator", include_str!("../../rules/generator.md")),
    ("house", include_str!("../../rules/house.md")),
];

/// One rule, as its page tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// As `group/name`.
    pub name: &'static str,
    /// What a breach of it weighs.
    pub severity: Severity,
    /// Whether `--allow` has an effect on it.
    pub can_be_allowed: bool,
    /// Why it exists and how to mend a breach, in Markdown.
    pub text: &'static str,
    /// A document, or the part of one that matters, with one breach.
    pub bad: Option<&'static str>,
    /// The same, mended.
    pub good: Option<&'static str>,
}

impl Rule {
    /// `openapi` of `openapi/status`.
    pub fn group(&self) -> &'static str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// What `--explain` prints.
    pub fn explanation(&self) -> String {
        let allowed = if self.can_be_allowed {
            format!("`--allow {}` turns it off", self.name)
        } else {
            "it cannot be allowed".to_owned()
        };
        let mut text = format!(
            "{} ({}; {allowed})\n\n{}\n",
            self.name, self.severity, self.text
        );
        for (title, example) in [("Bad", self.bad), ("Good", self.good)] {
            if let Some(example) = example {
                text.push_str(&format!("\n{title}:\n\n"));
                for line in example.lines() {
                    text.push_str(format!("    {line}").trim_end());
                    text.push('\n');
                }
            }
        }
        text
    }
}

/// All rules, by group and in the order of the pages.
pub fn rules() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let sections = |page: &'static str| page.split("\n## ").skip(1);
        PAGES
            .iter()
            .flat_map(|(_, page)| sections(page).filter_map(rule))
            .collect()
    });
    &RULES
}

fn rule(section: &'static str) -> Option<Rule> {
    let (name, rest) = section.split_once('\n')?;
    let (facts, rest) = rest.trim_start().split_once('\n')?;
    let facts = facts.trim_matches('*');
    let text = rest.split("\nBad:\n").next().unwrap_or(rest).trim();
    let mut examples = rest.split("```yaml\n").skip(1);
    let mut example = || examples.next()?.split("```").next();
    Some(Rule {
        name,
        severity: if facts.starts_with("warning") {
            Severity::Warning
        } else {
            Severity::Error
        },
        can_be_allowed: facts.ends_with("can be allowed"),
        text,
        bad: example(),
        good: example(),
    })
}

/// The rule of this name.
///
/// # Errors
///
/// A sentence that names the closest rule.
pub fn find(name: &str) -> Result<&'static Rule, String> {
    rules()
        .iter()
        .find(|rule| rule.name == name)
        .ok_or_else(|| unknown("rule", name, rules().iter().map(|rule| rule.name)))
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let bare = |rule: &'a str| (rule, rule.rsplit('/').next().unwrap_or(rule));
    let meant = did_you_mean(name, known.clone()).or_else(|| {
        let names: Vec<_> = known.map(bare).collect();
        let last = name.rsplit('/').next().unwrap_or(name);
        let meant = did_you_mean(last, names.iter().map(|(_, bare)| *bare))?;
        names
            .iter()
            .find(|(_, bare)| *bare == meant)
            .map(|(rule, _)| *rule)
    });
    if let Some(meant) = meant {
        return format!("there is no {what} `{name}`; did you mean `{meant}`?");
    }
    let groups: Vec<&str> = PAGES.iter().map(|(group, _)| *group).collect();
    format!(
        "there is no {what} `{name}`; the groups are {}",
        groups.join(", ")
    )
}

/// The rules that a run does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    rules: BTreeSet<&'static str>,
    without_effect: Vec<String>,
}

impl Allowed {
    /// The groups and rules of `names`.
    ///
    /// # Errors
    ///
    /// A sentence about the first name that is neither.
    pub fn parse(names: &[String]) -> Result<Self, String> {
        let mut allowed = Self::default();
        for name in names {
            let known = PAGES
                .iter()
                .map(|(group, _)| *group)
                .chain(rules().iter().map(|rule| rule.name));
            if !known.clone().any(|one| one == name) {
                return Err(unknown("group or rule", name, known));
            }
            let before = allowed.rules.len();
            let meant = rules()
                .iter()
                .filter(|rule| rule.name == name || rule.group() == name);
            let can_be: Vec<_> = meant.filter(|rule| rule.can_be_allowed).collect();
            allowed.rules.extend(can_be.iter().map(|rule| rule.name));
            if can_be.is_empty() && allowed.rules.len() == before {
                allowed.without_effect.push(name.clone());
            }
        }
        Ok(allowed)
    }

    /// Every house rule.
    pub fn house() -> Self {
        Self::parse(&["house".to_owned()]).unwrap_or_default()
    }

    /// Names that were given and have no effect: those rules protect correctness.
    pub fn without_effect(&self) -> &[String] {
        &self.without_effect
    }

    pub(super) fn has(&self, finding: &Finding) -> bool {
        self.rules.contains(finding.rule)
    }
}

/// Makes a whole document of an example: what every document has is left out of the pages.
pub fn complete(example: &str) -> String {
    const FRAME: &[(&str, &str)] = &[
        ("openapi:", "openapi: 3.0.3\n"),
        (
            "info:",
            "info:\n  title: Things\n  version: 1.0.0\n  description: Things.\n",
        ),
        ("paths:", "paths: {}\n"),
    ];
    let has = |key: &str| example.lines().any(|line| line.starts_with(key));
    let whole = has("---")
        || !example
            .lines()
            .any(|line| line.contains(": ") || line.ends_with(':'));
    // NUL cannot be shown; its picture stands for it.
    let example = example.replace('\u{2400}', "\0");
    if whole || example.contains('\0') {
        return example;
    }
    let mut text: String = FRAME
        .iter()
        .filter(|(key, _)| !has(key))
        .map(|(_, lines)| *lines)
        .collect();
    text.push_str(&example);
    text
}
