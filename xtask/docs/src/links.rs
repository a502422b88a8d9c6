//! Internal links: every one must lead to a file of the site, and to an anchor in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use html5gum::{DefaultEmitter, Token, Tokenizer};
use pulldown_cmark::{Event, Parser, Tag};

/// The files of a site by their paths, with `/` between names.
pub type Files = BTreeMap<String, String>;

/// A link that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    /// The file that it stands in.
    pub file: String,
    /// Where it points.
    pub target: String,
    /// Why that is nowhere.
    pub reason: &'static str,
}

/// Every broken link within `files`.
pub fn check(files: &Files) -> Vec<Broken> {
    let ids: BTreeMap<&str, BTreeSet<String>> = files
        .iter()
        .filter(|(path, _)| is_html(path))
        .map(|(path, text)| (path.as_str(), anchors(text)))
        .collect();
    let mut broken = BTreeSet::new();
    for (path, text) in files {
        let targets = if is_html(path) {
            attributes(text, &["href", "src"])
        } else if has_extension(path, "md") || path == "llms.txt" {
            markdown_targets(text)
        } else {
            Vec::new()
        };
        for target in targets {
            if let Some(reason) = problem(files, &ids, path, &target) {
                broken.insert(Broken {
                    file: path.clone(),
                    target,
                    reason,
                });
            }
        }
    }
    broken.into_iter().collect()
}

/// The anchors of a page.
pub fn anchors(html: &str) -> BTreeSet<String> {
    attributes(html, &["id"]).into_iter().collect()
}

fn is_html(path: &str) -> bool {
    has_extension(path, "html")
}

fn has_extension(path: &str, wanted: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == wanted)
}

fn problem(
    files: &Files,
    ids: &BTreeMap<&str, BTreeSet<String>>,
    from: &str,
    target: &str,
) -> Option<&'static str> {
    if ["https:", "http:", "mailto:", "data:"]
        .iter()
        .any(|s| target.starts_with(s))
    {
        return None;
    }
    let (path, fragment) = match target.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (target, None),
    };
    let to = if path.is_empty() {
        from.to_owned()
    } else {
        match resolve(from, path) {
            Some(path) => path,
            None => return Some("it leads out of the site"),
        }
    };
    if !files.contains_key(&to) {
        return Some("there is no such file");
    }
    let fragment = fragment.filter(|fragment| !fragment.is_empty())?;
    let known = ids
        .get(to.as_str())
        .is_some_and(|ids| ids.contains(fragment));
    (!known).then_some("there is no such anchor")
}

/// `target` as seen from the file `from`; only relative paths stay inside a site.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut path = PathBuf::from(from);
    path.pop();
    for component in Path::new(target).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path.to_string_lossy().replace('\\', "/"))
}

/// The values of attributes of these `names`.
fn attributes(html: &str, names: &[&str]) -> Vec<String> {
    // What looks like a tag within a script is none.
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    let mut values = Vec::new();
    for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
        if let Token::StartTag(tag) = token {
            for (name, value) in &tag.attributes {
                if names
                    .iter()
                    .any(|wanted| wanted.as_bytes() == name.as_slice())
                {
                    values.push(String::from_utf8_lossy(value.as_slice()).into_owned());
                }
            }
        }
    }
    values
}

fn markdown_targets(text: &str) -> Vec<String> {
    Parser::new(text)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.into_string())
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_links_are_found() {
        let page = r##"<p id=a><a href="#a">x</a><a href="#b">x</a>
            <a href="sub/x.md">x</a><a href="gone.md">x</a><a href="/x">x</a>
            <a href="https://example.com">x</a> &lt;a href="#text"&gt;</p>
            <script>"<a href='gone.html'>"</script>"##;
        let files = Files::from([
            ("index.html".into(), page.into()),
            (
                "sub/x.md".into(),
                "[a](../index.html#a) [b](../index.html#c) [d](../../y)".into(),
            ),
        ]);
        let broken: Vec<_> = check(&files).into_iter().map(|b| b.target).collect();
        assert_eq!(
            broken,
            ["#b", "/x", "gone.md", "../../y", "../index.html#c"]
        );
    }
}
