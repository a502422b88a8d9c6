//! Whether the versions are those that a release asks for; nothing here reads or runs anything.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use semver::{Prerelease, Version};

use super::{Problem, changelog};
use crate::diff::{self, Bump, Diff};
use crate::generate::SPEC_PATH;
use crate::packages::{self, CHANGELOG_PATH, CLIENT};

/// How many changes are told as the reason of one bump.
const MAX_REASONS: usize = 5;

/// The tag of a release, as `v0.1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// As git knows it.
    pub name: String,
    /// Without the `v`.
    pub version: Version,
}

/// The tags that matter.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tags {
    /// The newest of all: what has been published until now.
    pub last: Option<Tag>,
    /// The newest that is no pre-release: what changes are measured from.
    pub base: Option<Tag>,
    /// What begins with `v` and is no version.
    pub ignored: Vec<String>,
}

/// A crate that is published.
#[derive(Clone, Debug)]
pub(super) struct Crate {
    /// Its name.
    pub name: String,
    /// Its directory, below the root.
    pub directory: PathBuf,
    /// Its version now.
    pub version: Version,
    /// The crates of the workspace that it uses, with the version it asks for.
    pub uses: Vec<Use>,
}

/// A dependency on another crate of the workspace.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// The other crate.
    pub name: String,
    /// As cargo writes it: `^0.1.0`, or `*` for none.
    pub requirement: String,
    /// Whether only tests and examples use it.
    pub dev: bool,
}

/// What a tag holds, and what is different now.
#[derive(Clone, Debug)]
pub(super) struct Past {
    /// The tag.
    pub tag: Tag,
    /// The crates it had, with their versions.
    pub versions: BTreeMap<String, Version>,
    /// Those of today's crates whose sources are others than in the tag.
    pub changed: BTreeSet<String>,
}

/// What was released until now.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// The newest tag; none before the first release.
    pub last: Option<Past>,
    /// The newest tag that is no pre-release.
    pub base: Option<Past>,
    /// From the base's document to today's, if both can be read.
    pub diff: Option<Diff>,
    /// The version of the base's document.
    pub document_version: Option<String>,
}

/// All that a verdict follows from.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The published crates.
    pub crates: Vec<Crate>,
    /// Nothing if git could not tell.
    pub history: Option<History>,
    /// The document's own version; nothing if it was refused.
    pub document_version: Option<String>,
    /// The text of the change log; nothing if it cannot be read.
    pub changelog: Option<String>,
}

/// One crate in a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The crate.
    pub name: String,
    /// Its version in the newest tag.
    pub old: Option<Version>,
    /// Its version now.
    pub new: Version,
    /// What its changes ask for.
    pub needs: Bump,
}

impl Step {
    /// Whether this version is a new one.
    pub(super) fn is_published(&self) -> bool {
        let same = |old: &Version| old.cmp_precedence(&self.new).is_eq();
        !self.old.as_ref().is_some_and(same)
    }
}

/// What would be released.
#[derive(Clone, Debug, Default)]
pub(super) struct Verdict {
    /// All that stands in the way.
    pub problems: Vec<Problem>,
    /// What is worth knowing.
    pub notes: Vec<String>,
    /// The number of the release: that of its greatest crate. None if there is nothing to release.
    pub version: Option<Version>,
    /// The crates, each after those it uses.
    pub steps: Vec<Step>,
}

impl Tag {
    /// Nothing if `name` is no `v` and a version.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let version = Version::parse(name.strip_prefix('v')?).ok()?;
        let name = name.to_owned();
        Some(Self { name, version })
    }
}

impl Tags {
    /// The tags that matter among all whose names begin with `v`.
    pub(super) fn among<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut tags = Self::default();
        for name in names {
            let Some(tag) = Tag::parse(name) else {
                tags.ignored.push(name.to_owned());
                continue;
            };
            let newer = |than: &Option<Tag>| {
                than.as_ref()
                    .is_none_or(|other| other.version < tag.version)
            };
            if tag.version.pre.is_empty() && newer(&tags.base) {
                tags.base = Some(tag.clone());
            }
            if newer(&tags.last) {
                tags.last = Some(tag);
            }
        }
        tags
    }
}

/// Judges everything, and tells all of it.
pub(super) fn judge(facts: &Facts) -> Verdict {
    let mut verdict = Verdict::default();
    let history = facts.history.clone().unwrap_or_default();
    let ordered = in_order(&facts.crates);
    // The versions that there should be: where one is too small, the one that is needed.
    let mut wanted: BTreeMap<&str, Version> = BTreeMap::new();
    for krate in &ordered {
        let reasons = reasons(krate, facts, &history, &wanted);
        let needs = reasons
            .iter()
            .map(|(bump, _)| *bump)
            .max()
            .unwrap_or_default();
        let version = if let Some(least) = too_small(krate, needs, &history) {
            let problem = told_too_small(krate, &least, &reasons, facts, &history);
            verdict.problems.push(problem);
            least
        } else {
            verdict.problems.extend(published_problem(krate, &history));
            verdict.problems.extend(metadata_problem(krate, facts));
            krate.version.clone()
        };
        wanted.insert(&krate.name, version);
        verdict.steps.push(Step {
            name: krate.name.clone(),
            old: in_past(history.last.as_ref(), krate).cloned(),
            new: krate.version.clone(),
            needs,
        });
    }
    verdict.problems.extend(requirements(&facts.crates));
    verdict
        .problems
        .extend(document_version_problem(facts, &history));
    if let Some(base) = history.base.as_ref().filter(|_| !ordered.is_empty()) {
        let gone = base
            .versions
            .keys()
            .filter(|name| !wanted.contains_key(name.as_str()));
        verdict.notes.extend(gone.map(|name| {
            format!(
                "{name} was in {} and is no published crate any more",
                base.tag.name
            )
        }));
    }
    if facts.history.is_some() {
        number(facts, &history, &wanted, &mut verdict);
    }
    verdict
}

/// The release's number, and what the change log says of it.
fn number(
    facts: &Facts,
    history: &History,
    wanted: &BTreeMap<&str, Version>,
    verdict: &mut Verdict,
) {
    let Some(greatest) = wanted.values().max_by(|a, b| a.cmp_precedence(b)) else {
        return;
    };
    let mut version = greatest.clone();
    version.build = semver::BuildMetadata::EMPTY;
    let last = history.last.as_ref();
    let moved = verdict.steps.iter().any(|step| {
        let wanted = &wanted[step.name.as_str()];
        step.old
            .as_ref()
            .is_none_or(|old| old.cmp_precedence(wanted).is_ne())
    });
    if let Some(last) = last.filter(|last| version.cmp_precedence(&last.tag.version).is_le()) {
        let tag = &last.tag.name;
        verdict.problems.push(if moved {
            Problem::refused(
                format!("the greatest version is {version}, and there is a tag {tag}"),
                format!("a release has the number of its greatest crate: raise one above {tag}"),
            )
        } else {
            Problem::refused(
                format!("there is nothing to release: every crate is as in {tag}"),
                "raise the version of what should be published",
            )
        });
        return;
    }
    if let Some(text) = &facts.changelog {
        let last = last.map(|last| &last.tag);
        verdict
            .problems
            .extend(changelog::problems(text, &version, last));
        if changelog::has_unreleased(text) {
            verdict.notes.push(format!(
                "{CHANGELOG_PATH} still has entries in [Unreleased]: they are no part of {version}"
            ));
        }
    }
    verdict.version = Some(version);
}

/// Each crate after those it uses; tests count, since a package is made with them.
fn in_order(crates: &[Crate]) -> Vec<&Crate> {
    let mut left: Vec<&Crate> = crates.iter().collect();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let waits = |krate: &Crate| {
            krate.uses.iter().any(|used| {
                used.requirement != "*" && left.iter().any(|other| other.name == used.name)
            })
        };
        // In a circle, which cargo would not publish, the first goes first.
        let next = left.iter().position(|krate| !waits(krate)).unwrap_or(0);
        ordered.push(left.remove(next));
    }
    ordered
}

fn in_past<'a>(past: Option<&'a Past>, krate: &Crate) -> Option<&'a Version> {
    past?.versions.get(&krate.name)
}

/// What `krate` needs since the base, and why.
fn reasons(
    krate: &Crate,
    facts: &Facts,
    history: &History,
    wanted: &BTreeMap<&str, Version>,
) -> Vec<(Bump, String)> {
    let Some(base) = &history.base else {
        return Vec::new();
    };
    if in_past(Some(base), krate).is_none() {
        return Vec::new();
    }
    let tag = &base.tag.name;
    let mut reasons: Vec<(Bump, String)> = Vec::new();
    if let Some(diff) = &history.diff {
        reasons.extend(by_the_document(&krate.name, diff));
    }
    let (old, new) = (&history.document_version, &facts.document_version);
    if let (CLIENT, Some(old), Some(new)) = (krate.name.as_str(), old, new)
        && old != new
    {
        let why = format!("the document is version {new}, and was {old}");
        reasons.push((Bump::Patch, diff::printable(&why)));
    }
    for used in krate.uses.iter().filter(|used| !used.dev) {
        let old = base.versions.get(&used.name);
        if let (Some(old), Some(new)) = (old, wanted.get(used.name.as_str()))
            && !compatible(old, new)
        {
            let name = &used.name;
            let why = format!("its interface shows {name}, which goes from {old} to {new}");
            reasons.push((Bump::Major, why));
        }
    }
    if base.changed.contains(&krate.name) {
        let directory = krate.directory.display().to_string().replace('\\', "/");
        reasons.push((Bump::Patch, format!("{directory} changed since {tag}")));
    }
    reasons
}

/// What the document asks of one crate: the changes that alone would ask for as much.
fn by_the_document(name: &str, diff: &Diff) -> Vec<(Bump, String)> {
    let bump = diff::bumps(diff).of(name);
    if bump == Bump::None {
        return Vec::new();
    }
    let alone = |change: &&diff::Change| {
        let changes = vec![(*change).clone()];
        let one = Diff {
            changes,
            ..Diff::default()
        };
        diff::bumps(&one).of(name) == bump
    };
    let causes: Vec<&diff::Change> = diff.changes.iter().filter(alone).collect();
    let mut reasons: Vec<(Bump, String)> = causes
        .iter()
        .take(MAX_REASONS)
        .map(|change| {
            format!(
                "{}  {}",
                diff::place(change),
                diff::printable(&change.message)
            )
        })
        .map(|why| (bump, why))
        .collect();
    if causes.len() > MAX_REASONS {
        reasons.push((bump, format!("and {} more", causes.len() - MAX_REASONS)));
    }
    reasons
}

/// The least version that would do, if that of `krate` does not.
fn too_small(krate: &Crate, needs: Bump, history: &History) -> Option<Version> {
    let mut least: Option<Version> = None;
    let mut at_least = |version: Version| {
        if krate.version.cmp_precedence(&version) == Ordering::Less
            && least.as_ref().is_none_or(|least| *least < version)
        {
            least = Some(version);
        }
    };
    if let Some(old) = in_past(history.base.as_ref(), krate) {
        at_least(without_build(old));
        // A pre-release of the version that is needed is on its way to it.
        let core = Version {
            pre: Prerelease::EMPTY,
            ..krate.version.clone()
        };
        if let Some(next) = after(old, needs).filter(|next| core.cmp_precedence(next).is_lt()) {
            at_least(next);
        }
        if needs != Bump::None && krate.version.cmp_precedence(old).is_eq() {
            at_least(after(old, needs)?);
        }
    }
    // What the newest tag has is published, if only as a pre-release.
    if let Some(old) = in_past(history.last.as_ref(), krate) {
        at_least(without_build(old));
    }
    least
}

/// The first version after `old` that is honest; a pre-release promised nothing.
fn after(old: &Version, bump: Bump) -> Option<Version> {
    if old.pre.is_empty() || bump == Bump::None {
        return diff::next(old, bump);
    }
    Some(Version::new(old.major, old.minor, old.patch))
}

fn without_build(version: &Version) -> Version {
    Version {
        build: semver::BuildMetadata::EMPTY,
        ..version.clone()
    }
}

fn told_too_small(
    krate: &Crate,
    least: &Version,
    reasons: &[(Bump, String)],
    facts: &Facts,
    history: &History,
) -> Problem {
    let (name, version) = (&krate.name, &krate.version);
    let past = [&history.base, &history.last].into_iter().flatten();
    let was = past
        .filter_map(|past| Some((in_past(Some(past), krate)?, &past.tag.name)))
        .map(|(old, tag)| format!(", and was {old} in {tag}"))
        .next()
        .unwrap_or_default();
    let worst = reasons.iter().map(|(bump, _)| *bump).max();
    let asks = worst.map(|bump| format!(" ({bump})")).unwrap_or_default();
    let what = format!("{name} must be {least} or later{asks}: it is {version}{was}");
    let mut needed = least.clone();
    let build = facts
        .document_version
        .as_deref()
        .and_then(packages::build_metadata);
    if let (CLIENT, Some(build)) = (name.as_str(), build) {
        needed.build = build;
    }
    let directory = krate.directory.display().to_string().replace('\\', "/");
    let help = format!(
        "set `version = \"{needed}\"` in {directory}/Cargo.toml and {least} in [workspace.dependencies]"
    );
    let why = reasons.iter().filter(|(bump, _)| Some(*bump) == worst);
    Problem::refused(what, help).because(why.map(|(_, why)| why.clone()))
}

/// A pre-release is published, too: what changed after it needs another version.
fn published_problem(krate: &Crate, history: &History) -> Option<Problem> {
    let last = history.last.as_ref()?;
    let old = in_past(Some(last), krate)?;
    let same = krate.version.cmp_precedence(old).is_eq();
    (same && last.changed.contains(&krate.name)).then(|| {
        let (name, version, tag) = (&krate.name, &krate.version, &last.tag.name);
        Problem::refused(
            format!("{name} {version} is published by {tag}, and its sources changed since"),
            format!("raise the version of {name}"),
        )
    })
}

/// Whether Cargo takes `new` where `old` is asked for.
fn compatible(old: &Version, new: &Version) -> bool {
    let first = |v: &Version| match (v.major, v.minor) {
        (0, 0) => (0, 0, v.patch),
        (0, minor) => (0, minor, 0),
        (major, _) => (major, 0, 0),
    };
    first(old) == first(new)
}

/// The client's version names the document's.
fn metadata_problem(krate: &Crate, facts: &Facts) -> Option<Problem> {
    let document = facts
        .document_version
        .as_deref()
        .filter(|_| krate.name == CLIENT)?;
    let Some(build) = packages::build_metadata(document) else {
        return Some(Problem::refused(
            format!(
                "{SPEC_PATH}: no version can carry the document's, `{}`",
                diff::printable(document)
            ),
            "write `info.version` in letters, digits, `-` and `.`",
        ));
    };
    if krate.version.build == build {
        return None;
    }
    let mut needed = krate.version.clone();
    needed.build = build;
    let directory = krate.directory.display().to_string().replace('\\', "/");
    Some(Problem::refused(
        format!(
            "{CLIENT} is {}, and the document is version {document}",
            krate.version
        ),
        format!("set `version = \"{needed}\"` in {directory}/Cargo.toml"),
    ))
}

/// Whoever uses a crate asks for the version that lies beside it, not for one that lacks something.
fn requirements(crates: &[Crate]) -> Vec<Problem> {
    let mut told = BTreeSet::new();
    let mut problems = Vec::new();
    for used in crates.iter().flat_map(|krate| &krate.uses) {
        let Some(other) = crates.iter().find(|other| other.name == used.name) else {
            continue;
        };
        let version = without_build(&other.version).to_string();
        let asked = used.requirement.trim_start_matches(['^', '=']);
        let nothing = used.requirement == "*";
        if asked == version || (nothing && used.dev) || !told.insert((&used.name, asked)) {
            continue;
        }
        let (name, asks) = (&used.name, if nothing { "no version" } else { asked });
        problems.push(Problem::refused(
            format!(
                "Cargo.toml asks for {asks} of {name}, which is {}",
                other.version
            ),
            format!("set `version = \"{version}\"` for {name} in [workspace.dependencies]"),
        ));
    }
    problems
}

/// A document that means something else has another version.
fn document_version_problem(facts: &Facts, history: &History) -> Option<Problem> {
    let tag = &history.base.as_ref()?.tag.name;
    let (old, new) = (
        history.document_version.as_ref()?,
        facts.document_version.as_ref()?,
    );
    let help = "raise `info.version`";
    if old == new {
        let changed = history
            .diff
            .as_ref()
            .is_some_and(|diff| !diff.changes.is_empty());
        return changed.then(|| {
            let what = format!("{SPEC_PATH} changed since {tag}, and its version is still {new}");
            Problem::refused(diff::printable(&what), help)
        });
    }
    // Other schemes than semver have an order that we do not know.
    let (old, new) = (Version::parse(old).ok()?, Version::parse(new).ok()?);
    new.cmp_precedence(&old).is_lt().then(|| {
        let what = format!("{SPEC_PATH} went back from version {old} in {tag} to {new}");
        Problem::refused(what, help)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use semver::Version;

    use super::{Crate, Facts, History, Past, Tag, Tags, Use, Verdict, judge};
    use crate::diff::{self, Diff};

    const CHANGELOG: &str = "## [Unreleased]\n\n## [NEW] - 2026-11-24\n- x\n";

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    fn krate(name: &str, at: &str, uses: &[(&str, &str)]) -> Crate {
        Crate {
            name: name.into(),
            directory: format!("crates/{name}").into(),
            version: version(at),
            uses: uses
                .iter()
                .map(|(name, requirement)| Use {
                    name: (*name).into(),
                    requirement: (*requirement).into(),
                    dev: name.ends_with("httpmock"),
                })
                .collect(),
        }
    }

    /// The three crates, as their versions are written.
    fn crates(api: &str, wrapper: &str, mock: &str) -> Vec<Crate> {
        let asks = |version: &str| format!("^{}", version.split('+').next().unwrap_or_default());
        let (on_api, on_mock) = (asks(api), asks(mock));
        vec![
            krate(
                "vobiz",
                wrapper,
                &[("vobiz-api", &on_api), ("vobiz-httpmock", &on_mock)],
            ),
            krate("vobiz-api", api, &[]),
            krate("vobiz-httpmock", mock, &[("vobiz-api", &on_api)]),
        ]
    }

    fn past(tag: &str, crates: &[Crate], changed: &[&str]) -> Past {
        let versions = crates.iter().map(|c| (c.name.clone(), c.version.clone()));
        Past {
            tag: Tag::parse(tag).expect("a tag"),
            versions: versions.collect::<BTreeMap<_, _>>(),
            changed: changed.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    /// Everything as in the release 0.1.0 of the document 1.0.0, but for the versions.
    fn facts(api: &str, wrapper: &str, mock: &str) -> Facts {
        let crates = crates(api, wrapper, mock);
        let newest = crates.iter().map(|krate| &krate.version).max().cloned();
        let mut newest = newest.expect("a crate");
        newest.build = semver::BuildMetadata::EMPTY;
        let old = past("v0.1.0", &self::crates(OLD, "0.1.0", "0.1.0"), &[]);
        Facts {
            crates,
            history: Some(History {
                last: Some(old.clone()),
                base: Some(old),
                diff: Some(Diff::default()),
                document_version: Some("1.0.0".into()),
            }),
            document_version: Some("1.0.0".into()),
            changelog: Some(CHANGELOG.replace("NEW", &newest.to_string())),
        }
    }

    const OLD: &str = "0.1.0+vobiz.1.0.0";

    /// With the document at 1.1.0, and what changed in it.
    fn changed(mut facts: Facts, wire: diff::Verdict, rust: diff::Verdict) -> Facts {
        facts.document_version = Some("1.1.0".into());
        let change = diff::Change {
            kind: "property-added",
            wire,
            rust,
            operation: "createSubAccount".into(),
            pointer: "/paths".into(),
            file: "openapi/vobiz.yaml".into(),
            line: 7,
            message: "it \u{1b}changed".into(),
        };
        if let Some(history) = &mut facts.history {
            let changes = vec![change];
            history.diff = Some(Diff {
                changes,
                version: Some("1.1.0".into()),
            });
        }
        facts
    }

    fn with_history(mut facts: Facts, edit: impl FnOnce(&mut History)) -> Facts {
        edit(facts.history.as_mut().expect("a history"));
        facts
    }

    fn edited(mut facts: Facts, edit: impl FnOnce(&mut Facts)) -> Facts {
        edit(&mut facts);
        facts
    }

    /// As people read it: `what`, and below it the reasons.
    fn told(verdict: &Verdict) -> Vec<String> {
        let problems = verdict.problems.iter();
        problems
            .map(|problem| {
                let lines = std::iter::once(&problem.what).chain(&problem.why);
                lines.map(String::as_str).collect::<Vec<_>>().join(" | ")
            })
            .collect()
    }

    #[test]
    fn a_step_is_as_large_as_the_changes_ask() {
        use diff::Verdict::{Breaking, Compatible, None as Same};
        let api_small = |version: &str, least: &str, why: &str| {
            let (bump, why) = why.split_once(" | ").expect("a bump and a reason");
            format!(
                "vobiz-api must be {least} or later {bump}: it is {version}, and was {OLD} in v0.1.0 | {why}"
            )
        };
        let document = "the document is version 1.1.0, and was 1.0.0";
        let change = "openapi/vobiz.yaml:7  it \\u{1b}changed";
        let shows =
            |to: &str| format!("its interface shows vobiz-api, which goes from {OLD} to {to}");
        let small = |name: &str, is: &str, least: &str, why: &str| {
            let (bump, why) = why.split_once(" | ").expect("a bump and a reason");
            format!(
                "{name} must be {least} or later {bump}: it is {is}, and was 0.1.0 in v0.1.0 | {why}"
            )
        };
        let next = "0.1.1+vobiz.1.1.0";
        let major = "0.2.0+vobiz.1.1.0";
        for (name, facts, wanted) in [
            (
                "equal where something new came",
                changed(facts(OLD, "0.1.0", "0.1.0"), Compatible, Compatible),
                vec![
                    api_small(OLD, "0.1.1", &format!("(minor) | {change}")),
                    small(
                        "vobiz-httpmock",
                        "0.1.0",
                        "0.1.1",
                        &format!("(patch) | {change}"),
                    ),
                    "CHANGELOG.md has no section for 0.1.1".into(),
                ],
            ),
            (
                "as asked",
                changed(facts(next, "0.1.0", "0.1.1"), Compatible, Compatible),
                vec![],
            ),
            (
                "larger than asked",
                changed(facts(major, "0.2.0", "0.3.0"), Compatible, Compatible),
                vec![],
            ),
            (
                "a larger step of the client takes the others along",
                changed(facts(major, "0.1.0", "0.1.1"), Compatible, Compatible),
                vec![
                    small(
                        "vobiz-httpmock",
                        "0.1.1",
                        "0.2.0",
                        &format!("(major) | {}", shows(major)),
                    ),
                    small(
                        "vobiz",
                        "0.1.0",
                        "0.2.0",
                        &format!("(major) | {}", shows(major)),
                    ),
                ],
            ),
            (
                "too small for a breaking change",
                changed(facts(next, "0.1.1", "0.1.1"), Breaking, Breaking),
                vec![
                    api_small(next, "0.2.0", &format!("(major) | {change}")),
                    small(
                        "vobiz-httpmock",
                        "0.1.1",
                        "0.2.0",
                        &format!("(major) | {change} | {}", shows("0.2.0")),
                    ),
                    small(
                        "vobiz",
                        "0.1.1",
                        "0.2.0",
                        &format!("(major) | {change} | {}", shows("0.2.0")),
                    ),
                    "CHANGELOG.md has no section for 0.2.0".into(),
                ],
            ),
            (
                "breaking on the wire only",
                changed(facts(next, "0.1.0", "0.1.1"), Breaking, Same),
                vec![small(
                    "vobiz",
                    "0.1.0",
                    "0.1.1",
                    &format!("(patch) | {change}"),
                )],
            ),
            (
                "a pre-release of what is asked",
                changed(
                    facts("0.2.0-rc.1+vobiz.1.1.0", "0.2.0-rc.1", "0.2.0-rc.1"),
                    Same,
                    Breaking,
                ),
                vec![],
            ),
            (
                "a pre-release of too small a step",
                changed(
                    facts("0.1.1-rc.1+vobiz.1.1.0", "0.2.0-rc.1", "0.2.0-rc.1"),
                    Same,
                    Breaking,
                ),
                vec![
                    api_small(
                        "0.1.1-rc.1+vobiz.1.1.0",
                        "0.2.0",
                        &format!("(major) | {change}"),
                    ),
                    "CHANGELOG.md has no section for 0.2.0".into(),
                ],
            ),
            (
                "sources alone",
                with_history(facts(OLD, "0.1.0", "0.1.1"), |history| {
                    for past in [&mut history.base, &mut history.last].into_iter().flatten() {
                        past.changed.insert("vobiz".into());
                    }
                }),
                vec![small(
                    "vobiz",
                    "0.1.0",
                    "0.1.1",
                    "(patch) | crates/vobiz changed since v0.1.0",
                )],
            ),
            (
                "the document's version alone",
                edited(facts("0.1.0+vobiz.1.1.0", "0.1.1", "0.1.0"), |facts| {
                    facts.document_version = Some("1.1.0".into());
                }),
                vec![api_small(
                    "0.1.0+vobiz.1.1.0",
                    "0.1.1",
                    &format!("(patch) | {document}"),
                )],
            ),
            (
                "back",
                facts("0.1.1+vobiz.1.0.0", "0.0.9", "0.1.0"),
                vec!["vobiz must be 0.1.0 or later: it is 0.0.9, and was 0.1.0 in v0.1.0".into()],
            ),
        ] {
            assert_eq!(told(&judge(&facts)), wanted, "{name}");
        }
    }

    #[test]
    fn above_one_a_minor_step_is_a_minor_step() {
        use diff::Verdict::Compatible;
        for (api, least) in [
            ("1.2.0", Some("1.3.0")),
            ("1.2.9", Some("1.3.0")),
            ("1.3.0", None),
            ("1.3.0-beta", None),
            ("2.0.0", None),
        ] {
            let mut facts = changed(
                facts(&format!("{api}+vobiz.1.1.0"), "9.0.0", "9.0.0"),
                Compatible,
                Compatible,
            );
            let old = crates("1.2.0+vobiz.1.0.0", "1.2.0", "1.2.0");
            let old = past("v1.2.0", &old, &[]);
            if let Some(history) = &mut facts.history {
                history.base = Some(old.clone());
                history.last = Some(old);
            }
            let told = told(&judge(&facts));
            let small = told.iter().find(|what| what.contains("must be"));
            let wanted = least.map(|least| format!("must be {least} or later (minor)"));
            match (small, wanted) {
                (Some(told), Some(wanted)) => assert!(told.contains(&wanted), "{told}"),
                (told, wanted) => assert_eq!(told, wanted.as_ref(), "{api}"),
            }
        }
    }

    #[test]
    fn a_pre_release_promised_nothing_but_is_published() {
        use diff::Verdict::{Breaking, None as Same};
        let rc = "0.2.0-rc.1+vobiz.1.1.0";
        let after = |facts: Facts, changed: &[&str]| {
            let old = past(
                "v0.2.0-rc.1",
                &crates(rc, "0.2.0-rc.1", "0.2.0-rc.1"),
                changed,
            );
            with_history(facts, |history| history.last = Some(old))
        };
        let broken = |api: &str, other: &str| {
            changed(
                facts(&format!("{api}+vobiz.1.1.0"), other, other),
                Same,
                Breaking,
            )
        };
        // From it to the release: the breaking change is counted from 0.1.0.
        let ready = judge(&after(broken("0.2.0", "0.2.0"), &["vobiz"]));
        assert_eq!(told(&ready), Vec::<String>::new());
        assert_eq!(ready.version, Some(version("0.2.0")));
        let small = judge(&after(broken("0.1.1", "0.2.0"), &[]));
        assert!(
            told(&small)[0].contains("must be 0.2.0 or later"),
            "{:?}",
            told(&small)
        );
        let same = judge(&after(broken("0.2.0-rc.1", "0.2.0-rc.1"), &[]));
        let nothing = "there is nothing to release: every crate is as in v0.2.0-rc.1";
        assert_eq!(told(&same), [nothing]);
        // Sources that changed need another name than what is published.
        let sources = judge(&after(broken("0.2.0-rc.2", "0.2.0-rc.1"), &["vobiz"]));
        let wanted = "vobiz 0.2.0-rc.1 is published by v0.2.0-rc.1, and its sources changed since";
        assert_eq!(told(&sources), [wanted]);
    }

    #[test]
    fn a_first_release_needs_no_step() {
        let mut facts = edited(facts(OLD, "0.1.0", "0.1.0"), |facts| {
            facts.history = Some(History::default());
        });
        let verdict = judge(&facts);
        assert_eq!(told(&verdict), Vec::<String>::new());
        assert_eq!(verdict.version, Some(version("0.1.0")));
        let order: Vec<&str> = verdict
            .steps
            .iter()
            .map(|step| step.name.as_str())
            .collect();
        assert_eq!(order, ["vobiz-api", "vobiz-httpmock", "vobiz"]);
        assert!(verdict.steps.iter().all(super::Step::is_published));
        // What only tests use, and without a version, is not waited for.
        facts.crates.retain(|krate| krate.name != "vobiz-httpmock");
        let circle = Use {
            name: "vobiz".into(),
            requirement: "*".into(),
            dev: true,
        };
        for krate in &mut facts.crates {
            krate.uses.retain(|used| !used.dev);
            if krate.name == "vobiz-api" {
                krate.uses.push(circle.clone());
            }
        }
        let steps = judge(&facts).steps;
        let order: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(order, ["vobiz-api", "vobiz"]);
        // What is not known is not taken for nothing.
        facts.history = None;
        assert_eq!(judge(&facts).version, None);
    }

    #[test]
    fn crates_are_known_by_their_names() {
        let renamed = with_history(facts("0.2.0+vobiz.1.0.0", "0.2.0", "0.2.0"), |history| {
            for past in [&mut history.base, &mut history.last].into_iter().flatten() {
                let old = past.versions.remove("vobiz").expect("it");
                past.versions.insert("vobiz-client".into(), old);
            }
        });
        let verdict = judge(&renamed);
        assert_eq!(told(&verdict), Vec::<String>::new());
        let note = "vobiz-client was in v0.1.0 and is no published crate any more";
        assert_eq!(verdict.notes, [note]);
        let new = verdict.steps.iter().find(|step| step.name == "vobiz");
        assert_eq!(new.map(|step| step.old.clone()), Some(None));
    }

    #[test]
    fn what_stands_in_several_places_is_the_same() {
        let ready = || facts("0.1.1+vobiz.1.0.0", "0.1.1", "0.1.1");
        let asks = |name: &'static str, asked: &'static str| {
            edited(ready(), move |facts| {
                for used in facts.crates.iter_mut().flat_map(|krate| &mut krate.uses) {
                    if used.name == name {
                        used.requirement = asked.into();
                    }
                }
            })
        };
        for (facts, wanted) in [
            (ready(), vec![]),
            (asks("vobiz-api", "=0.1.1"), vec![]),
            (
                asks("vobiz-api", "^0.1.0"),
                vec!["Cargo.toml asks for 0.1.0 of vobiz-api, which is 0.1.1+vobiz.1.0.0"],
            ),
            (
                asks("vobiz-api", "*"),
                vec!["Cargo.toml asks for no version of vobiz-api, which is 0.1.1+vobiz.1.0.0"],
            ),
            // Cargo takes a path without a version out of what only tests use.
            (asks("vobiz-httpmock", "*"), vec![]),
            (
                self::facts("0.1.1+vobiz.0.9.0", "0.1.1", "0.1.1"),
                vec!["vobiz-api is 0.1.1+vobiz.0.9.0, and the document is version 1.0.0"],
            ),
            (
                edited(ready(), |facts| facts.document_version = Some("1 0".into())),
                vec!["openapi/vobiz.yaml: no version can carry the document's, `1 0`"],
            ),
            (
                edited(ready(), |facts| facts.changelog = Some(String::new())),
                vec!["CHANGELOG.md has no section for 0.1.1"],
            ),
            (edited(ready(), |facts| facts.changelog = None), vec![]),
        ] {
            assert_eq!(told(&judge(&facts)), wanted);
        }
    }

    #[test]
    fn the_document_has_a_version_of_its_own() {
        use diff::Verdict::Compatible;
        let ready = || {
            changed(
                facts("0.1.1+vobiz.1.1.0", "0.1.1", "0.1.1"),
                Compatible,
                Compatible,
            )
        };
        let told = |was: &str| {
            let facts = with_history(ready(), |h| h.document_version = Some(was.into()));
            told(&judge(&facts))
        };
        assert_eq!(told("1.0.9"), Vec::<String>::new());
        assert_eq!(told("2026-01"), Vec::<String>::new());
        let same = "openapi/vobiz.yaml changed since v0.1.0, and its version is still 1.1.0";
        assert_eq!(told("1.1.0"), [same]);
        let back = "openapi/vobiz.yaml went back from version 2.0.0 in v0.1.0 to 1.1.0";
        assert_eq!(told("2.0.0"), [back]);
    }

    #[test]
    fn a_release_has_a_number_of_its_own() {
        let nothing = judge(&facts(OLD, "0.1.0", "0.1.0"));
        assert_eq!(
            told(&nothing),
            ["there is nothing to release: every crate is as in v0.1.0"]
        );
        // Of three versions that are not in step, the smaller one moved.
        let newer = with_history(facts("0.1.1+vobiz.1.0.0", "0.1.0", "0.1.0"), |history| {
            if let Some(last) = &mut history.last {
                last.tag = Tag::parse("v0.1.5").expect("a tag");
            }
        });
        let wanted = "the greatest version is 0.1.1, and there is a tag v0.1.5";
        assert_eq!(told(&judge(&newer)), [wanted]);
    }

    #[test]
    fn the_newest_tag_is_the_newest_version() {
        for (names, last, base, ignored) in [
            (&[][..], None, None, &[][..]),
            (
                &["v0.9.0", "v0.10.0", "v0.2.0"],
                Some("v0.10.0"),
                Some("v0.10.0"),
                &[],
            ),
            (
                &["v0.2.0-rc.1", "v0.1.0"],
                Some("v0.2.0-rc.1"),
                Some("v0.1.0"),
                &[],
            ),
            (
                &["v0.2.0-rc.1", "v0.2.0"],
                Some("v0.2.0"),
                Some("v0.2.0"),
                &[],
            ),
            (
                &["v0.2.0-rc.10", "v0.2.0-rc.9"],
                Some("v0.2.0-rc.10"),
                None,
                &[],
            ),
            (
                &["vnext", "v1", "v01.0.0", "v1.0.0"],
                Some("v1.0.0"),
                Some("v1.0.0"),
                &["vnext", "v1", "v01.0.0"],
            ),
        ] {
            let tags = Tags::among(names.iter().copied());
            let name = |tag: Option<Tag>| tag.map(|tag| tag.name);
            assert_eq!(name(tags.last).as_deref(), last, "{names:?}");
            assert_eq!(name(tags.base).as_deref(), base, "{names:?}");
            assert_eq!(tags.ignored, ignored);
        }
    }
}
