//! What the texts name by the way: files, links, command lines.

use std::collections::BTreeSet;
use std::path::Path;

use crate::common::workspace;
use crate::copy;
use crate::markdown::{Page, kind};
use crate::session::{Session, Xtask, steps};
use crate::tables::NO_FILES;
use crate::{is_shell, lines, pages};

/// Only in Markdown: what documentation comments name, rustdoc resolves or is Rust.
fn texts() -> Vec<Page> {
    let mut pages = pages();
    pages.retain(|page| kind(&page.path) == "md");
    pages
}

pub fn files() {
    let tracked = copy::tracked();
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for page in texts() {
        for (line, span) in &page.spans {
            for word in span.split(' ').filter(|word| is_path(word)) {
                if let Some((name, _)) = NO_FILES.iter().find(|(name, _)| *name == word) {
                    known.insert(*name);
                } else if !exists(&tracked, &page.path, word) {
                    wrong.push(format!("{}:{line}: there is no `{word}`", page.path));
                }
            }
        }
    }
    let gone = NO_FILES.iter().filter(|(name, _)| !known.contains(name));
    wrong.extend(gone.map(|(name, _)| format!("no text names `{name}` any more")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a word of code looks like a file or directory of this repository.
fn is_path(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-*".contains(c);
    if !word.chars().all(plain) || word.starts_with(['/', '-']) || word.starts_with("target/") {
        return false;
    }
    let kinds = [
        "rs", "md", "toml", "yaml", "yml", "json", "html", "txt", "js", "css", "snap",
    ];
    let tops = [
        "crates", "docs", "openapi", "tests", "xtask", ".ci", ".github", ".cargo",
    ];
    let ends_as_file = word
        .rsplit_once('.')
        .is_some_and(|(name, kind)| !name.is_empty() && kinds.contains(&kind));
    let top = word.split_once('/').map(|(top, _)| top);
    ends_as_file || word.ends_with('/') || top.is_some_and(|top| tops.contains(&top))
}

/// From the root, from the page, or as the end of a path: a table names modules without `src`.
fn exists(tracked: &[String], page: &str, word: &str) -> bool {
    let directory = word.ends_with('/');
    let word = word.trim_end_matches('/');
    let beside = page
        .rsplit_once('/')
        .map_or(String::new(), |(directory, _)| {
            format!("{directory}/{word}")
        });
    tracked.iter().any(|path| {
        let of_file = [word, beside.as_str()]
            .iter()
            .any(|name| !name.is_empty() && is_like(path, name));
        let within = format!("/{path}").contains(&format!("/{word}/"));
        let at_end = path.ends_with(&format!("/{word}"));
        within || !directory && (of_file || at_end)
    })
}

/// Whether a path is the named one; one `*` stands for a part of a name.
fn is_like(path: &str, name: &str) -> bool {
    match name.split_once('*') {
        None => path == name,
        Some((start, end)) => path
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end))
            .is_some_and(|rest| !rest.contains('/')),
    }
}

pub fn links() {
    let pages = pages();
    let mut wrong = Vec::new();
    for page in pages.iter().filter(|page| kind(&page.path) == "md") {
        for (line, link) in &page.links {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let from = Path::new(&page.path).parent().unwrap();
            let there = path.is_empty() || workspace().join(from).join(path).exists();
            let target = if path.is_empty() { &page.path } else { path };
            let anchored = anchor.is_empty()
                || pages
                    .iter()
                    .find(|page| Path::new(&page.path) == from.join(target) || page.path == *target)
                    .is_some_and(|page| page.anchors.iter().any(|known| known == anchor));
            if !there || !anchored {
                wrong.push(format!("{}:{line}: {link} leads nowhere", page.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Commands, options, packages and tests that are named, in blocks or by the way.
pub fn command_lines() {
    let mut seen = BTreeSet::new();
    for page in pages() {
        for block in &page.blocks {
            if is_shell(block) {
                seen.extend(lines(block).map(|line| (block.place.clone(), line.to_owned())));
            } else if block.language() == "console" {
                let commands = steps(&block.text).into_iter();
                seen.extend(commands.map(|(line, _)| (block.place.clone(), line.to_owned())));
            }
        }
        for (line, span) in page.spans {
            seen.insert((format!("{}:{line}", page.path), span));
        }
    }
    let mut wrong = Vec::new();
    for (place, line) in &seen {
        if let Some((_, rest)) = line.split_once("cargo xtask ") {
            if let Err(why) = understood_by_xtask(rest) {
                wrong.push(format!("{place}: `{line}`: {why}"));
            }
        } else if let Some((_, rest)) = line.split_once("cargo test ")
            && let Err(why) = names_tests(rest)
        {
            wrong.push(format!("{place}: `{line}`: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen.len() > 50, "few commands were found: {}", seen.len());
}

fn understood_by_xtask(arguments: &str) -> Result<(), String> {
    let mut words = arguments.split(' ');
    let command = words.next().unwrap_or_default();
    let mut session = Session::new(workspace(), Xtask::Here);
    let (_, help) = session.run("cargo xtask --help");
    let known = |line: &str| line.trim_start().split(' ').next() == Some(command);
    if !command.starts_with('-') && !help.lines().any(known) {
        return Err(format!("there is no command `{command}`"));
    }
    // The help of these is that of a package which would have to be compiled.
    let is_delegated = matches!(command, "docs" | "bench");
    let help = match command {
        "docs" | "bench" => {
            let source = workspace().join(format!("xtask/{command}/src/cli.rs"));
            std::fs::read_to_string(source).unwrap() + "--help"
        }
        command if command.starts_with('-') => help,
        command => session.run(&format!("cargo xtask {command} --help")).1,
    };
    for flag in words.filter(|word| word.starts_with("--")) {
        let field = format!("{}: ", flag.trim_start_matches('-').replace('-', "_"));
        let known = help.contains(flag) || (is_delegated && help.contains(&field));
        if !known {
            return Err(format!("`{command}` has no {flag}"));
        }
    }
    Ok(())
}

/// Whether the packages and test targets of a `cargo test` exist.
fn names_tests(arguments: &str) -> Result<(), String> {
    let words: Vec<&str> = arguments
        .split(' ')
        .take_while(|word| *word != "--")
        .collect();
    let named = |flags: &'static [&str]| {
        let pairs = words.windows(2);
        pairs.filter_map(move |pair| flags.contains(&pair[0]).then_some(pair[1]))
    };
    let targets = targets();
    for package in named(&["-p", "--package"]) {
        if !targets.iter().any(|(of, _)| of == package) {
            return Err(format!("there is no package {package}"));
        }
    }
    for test in named(&["--test"]) {
        let package = named(&["-p", "--package"]).next();
        let there = |(of, name): &(String, String)| {
            name == test && package.is_none_or(|package| package == of)
        };
        if !targets.iter().any(there) {
            return Err(format!("there is no test {test}"));
        }
    }
    Ok(())
}

/// Packages and their targets.
fn targets() -> Vec<(String, String)> {
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(workspace())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    let mut targets = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        for target in package["targets"].as_array().unwrap() {
            targets.push((text(package), text(target)));
        }
    }
    targets
}
