//! The change log: its sections, and whether there is one for a release.

use semver::Version;

use super::Problem;
use super::judge::Tag;
use crate::packages::CHANGELOG_PATH;

/// A heading of the second level and what stands below it.
#[derive(Debug)]
struct Section<'a> {
    /// Nothing for "Unreleased", and for what is no version.
    version: Option<Version>,
    /// What follows the version, as `2026-11-24`.
    date: &'a str,
    /// Whether anything but headings stands in it.
    empty: bool,
    line: usize,
}

/// What is wrong with `changelog` for a release of `version` after `last`.
pub(super) fn problems(changelog: &str, version: &Version, last: Option<&Tag>) -> Vec<Problem> {
    let sections = sections(changelog);
    let place = |section: &Section<'_>| format!("{CHANGELOG_PATH}:{}", section.line);
    let mut problems = Vec::new();
    let versions = || sections.iter().filter(|s| s.version.is_some());
    let is_wanted = |s: &&Section<'_>| s.version.as_ref() == Some(version);
    match versions().find(is_wanted) {
        None => problems.push(Problem::refused(
            format!("{CHANGELOG_PATH} has no section for {version}"),
            format!("write `## [{version}] - YYYY-MM-DD` below `## [Unreleased]`, and move to it what is released"),
        )),
        Some(section) => {
            if !is_date(section.date) {
                problems.push(Problem::refused(
                    format!("{}: the section for {version} has no date", place(section)),
                    format!("write `## [{version}] - YYYY-MM-DD`"),
                ));
            }
            if section.empty {
                problems.push(Problem::refused(
                    format!("{}: the section for {version} is empty", place(section)),
                    "say what users of the crates should know",
                ));
            }
            if versions().next().is_some_and(|first| !is_wanted(&first)) {
                problems.push(Problem::refused(
                    format!("{}: the section for {version} is not the first", place(section)),
                    "put the newest release on top",
                ));
            }
            if versions().filter(is_wanted).count() > 1 {
                problems.push(Problem::refused(
                    format!("{CHANGELOG_PATH} has more than one section for {version}"),
                    "make them one",
                ));
            }
        }
    }
    // Without its tag, a release that was made would be taken for one that never was.
    // The first section is meant for this one, whatever its number.
    let untagged = versions().skip(1).find(|section| {
        section.version.as_ref().is_some_and(|told| {
            told != version && last.is_none_or(|last| told.cmp_precedence(&last.version).is_gt())
        })
    });
    if let Some((section, told)) = untagged.and_then(|s| Some((s, s.version.as_ref()?))) {
        problems.push(Problem::refused(
            format!("{}: {told} has a section and no tag", place(section)),
            "get the tags by `git fetch --tags`, or take the section away if it was never released",
        ));
    }
    problems
}

/// Whether something waits in "Unreleased".
pub(super) fn has_unreleased(changelog: &str) -> bool {
    let mut inside = false;
    changelog.lines().any(|line| {
        if line.starts_with("## ") {
            inside = line.to_ascii_lowercase().contains("[unreleased]");
        }
        inside && says_something(line)
    })
}

fn sections(changelog: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut fenced = false;
    for (index, line) in changelog.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        let heading = line.strip_prefix("## ").filter(|_| !fenced);
        if let Some(heading) = heading {
            let (name, rest) = heading
                .trim()
                .split_once(' ')
                .unwrap_or((heading.trim(), ""));
            sections.push(Section {
                version: Version::parse(name.trim_matches(['[', ']'])).ok(),
                date: rest.trim().trim_start_matches(['-', '–', '—']).trim(),
                empty: true,
                line: index + 1,
            });
        } else if let Some(section) = sections.last_mut() {
            section.empty &= !says_something(line);
        }
    }
    sections
}

fn says_something(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// A day of the calendar, as ISO 8601 writes it.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let number = |text: &str, digits: usize| {
        let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse::<u32>().ok()).flatten()
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
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::{has_unreleased, is_date, problems};
    use crate::release::judge::Tag;

    const GOOD: &str = "# Log\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-24\n\n### Added\n\n- it\n\n## [0.1.0] - 2026-01-02\n\n- old\n";

    fn told(changelog: &str, last: Option<&str>) -> Vec<String> {
        let last = last.map(|name| Tag::parse(name).expect("a version"));
        let found = problems(changelog, &Version::new(0, 2, 0), last.as_ref());
        found.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn a_release_has_a_dated_section_that_says_something() {
        let last = Some("v0.1.0");
        for (changelog, last, wanted) in [
            (GOOD.to_owned(), last, vec![]),
            (GOOD.replace('\n', "\r\n"), last, vec![]),
            (GOOD.replace("[0.2.0]", "0.2.0"), last, vec![]),
            (
                String::new(),
                last,
                vec!["CHANGELOG.md has no section for 0.2.0"],
            ),
            (
                GOOD.replace("## [0.2.0]", "## 0.2"),
                last,
                vec!["CHANGELOG.md has no section for 0.2.0"],
            ),
            (
                GOOD.replace("## [0.2.0]", "```\n## [0.2.0]\n```\n## x"),
                last,
                vec!["CHANGELOG.md has no section for 0.2.0"],
            ),
            (
                GOOD.replace(" - 2026-11-24", ""),
                last,
                vec!["CHANGELOG.md:5: the section for 0.2.0 has no date"],
            ),
            (
                GOOD.replace("2026-11-24", "soon"),
                last,
                vec!["CHANGELOG.md:5: the section for 0.2.0 has no date"],
            ),
            (
                GOOD.replace("- it\n", " \t\n"),
                last,
                vec!["CHANGELOG.md:5: the section for 0.2.0 is empty"],
            ),
            (
                format!("{GOOD}\n## [0.2.0] - 2026-11-24\n- again\n"),
                last,
                vec!["CHANGELOG.md has more than one section for 0.2.0"],
            ),
            (
                GOOD.replace("0.1.0", "0.1.9"),
                last,
                vec!["CHANGELOG.md:11: 0.1.9 has a section and no tag"],
            ),
            (
                GOOD.to_owned(),
                None,
                vec!["CHANGELOG.md:11: 0.1.0 has a section and no tag"],
            ),
            (
                "## [0.1.0] - 2026-01-02\n- old\n## [0.2.0] - 2026-11-24\n- new\n".to_owned(),
                last,
                vec!["CHANGELOG.md:3: the section for 0.2.0 is not the first"],
            ),
        ] {
            assert_eq!(told(&changelog, last), wanted, "{changelog}");
        }
    }

    #[test]
    fn what_waits_is_seen() {
        assert!(!has_unreleased(GOOD));
        assert!(has_unreleased(&GOOD.replace("ased]\n", "ased]\r\n- x\r\n")));
        assert!(!has_unreleased(
            "## [Unreleased]\n\n### Added\n\n## [0.1.0]\n- x\n"
        ));
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        for date in ["2026-11-24", "2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(is_date(date), "{date}");
        }
        for date in [
            "",
            "2026-11",
            "2026-1-02",
            "2026-13-01",
            "2026-00-10",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-11-00",
            "24-11-2026",
            "2026-11-24 ",
            "2026-11-2x",
            "+026-11-24",
        ] {
            assert!(!is_date(date), "{date}");
        }
    }
}
