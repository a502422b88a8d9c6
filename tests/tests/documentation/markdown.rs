//! What a Markdown text shows that can be held against the truth: blocks, code spans, links.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A Markdown file, or the documentation comments of a Rust file.
#[derive(Debug, Default)]
pub struct Page {
    /// Below the workspace, with `/`.
    pub path: String,
    pub blocks: Vec<Block>,
    /// Code in running text, with its line.
    pub spans: Vec<(usize, String)>,
    /// Targets of links and pictures, with their lines.
    pub links: Vec<(usize, String)>,
    /// The slugs of the headings.
    pub anchors: Vec<String>,
}

/// A fenced block.
#[derive(Clone, Debug)]
pub struct Block {
    /// `README.md:32`.
    pub place: String,
    /// `README.md, Use the client`, and ` (2)` for the second below this heading.
    pub name: String,
    /// `sh`, `rust,no_run` or nothing.
    pub info: String,
    pub text: String,
}

impl Block {
    pub fn language(&self) -> &str {
        self.info.split(',').next().unwrap_or_default()
    }
}

impl Page {
    pub fn markdown(path: &str, text: &str) -> Self {
        let mut page = Self {
            path: path.into(),
            ..Self::default()
        };
        page.read(text, |line| line);
        page.number_blocks();
        page
    }

    /// Reads each documentation comment of a Rust file by itself.
    pub fn rust(path: &str, code: &str) -> Self {
        let mut page = Self {
            path: path.into(),
            ..Self::default()
        };
        let mut comment: Vec<(usize, String)> = Vec::new();
        for (index, line) in code.lines().chain([""]).enumerate() {
            match doc_text(line) {
                Doc::Text(text) => comment.push((index + 1, text.into())),
                Doc::Alternative => {}
                Doc::None => {
                    let lines: Vec<usize> = comment.iter().map(|(line, _)| *line).collect();
                    let text: String = comment
                        .drain(..)
                        .flat_map(|(_, text)| [text, "\n".into()])
                        .collect();
                    page.read(&text, |line| lines.get(line - 1).copied().unwrap_or(0));
                }
            }
        }
        page.number_blocks();
        page
    }

    fn read(&mut self, text: &str, line_in_file: impl Fn(usize) -> usize) {
        let mut heading = String::new();
        let mut in_heading = false;
        let mut block: Option<Block> = None;
        let options = Options::ENABLE_TABLES;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let line = || line_in_file(text[..range.start].matches('\n').count() + 1);
            match event {
                Event::Start(Tag::Heading { .. }) => {
                    heading.clear();
                    in_heading = true;
                }
                Event::End(TagEnd::Heading(_)) => {
                    in_heading = false;
                    self.anchors.push(slug(&heading));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    block = Some(Block {
                        place: format!("{}:{}", self.path, line()),
                        name: format!("{}, {heading}", self.path),
                        info,
                        text: String::new(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => self.blocks.extend(block.take()),
                Event::Text(text) => {
                    if let Some(block) = &mut block {
                        block.text.push_str(&text);
                    } else if in_heading {
                        heading.push_str(&text);
                    }
                }
                Event::Code(code) => {
                    if in_heading {
                        heading.push_str(&code);
                    }
                    self.spans.push((line(), code.to_string()));
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    self.links.push((line(), dest_url.to_string()));
                }
                _ => {}
            }
        }
    }

    fn number_blocks(&mut self) {
        for index in 0..self.blocks.len() {
            let name = self.blocks[index].name.clone();
            let before = self.blocks[..index]
                .iter()
                .filter(|block| block.name == name || block.name.starts_with(&format!("{name} (")))
                .count();
            if before > 0 {
                self.blocks[index].name = format!("{name} ({})", before + 1);
            }
        }
    }
}

/// How the name of a file ends.
pub fn kind(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, kind)| kind)
}

enum Doc<'l> {
    Text(&'l str),
    /// A line that stands in the place of its neighbour when a feature is off.
    Alternative,
    None,
}

fn doc_text(line: &str) -> Doc<'_> {
    let line = line.trim_start();
    if line.starts_with("#![cfg_attr(not(") && line.contains("doc = \"") {
        return Doc::Alternative;
    }
    if line.starts_with("#![cfg_attr(")
        && let Some((_, text)) = line.split_once("doc = \"")
    {
        return Doc::Text(text.split('"').next().unwrap_or_default());
    }
    for prefix in ["//!", "///"] {
        if let Some(text) = line.strip_prefix(prefix)
            && !text.starts_with('/')
        {
            return Doc::Text(text.strip_prefix(' ').unwrap_or(text));
        }
    }
    Doc::None
}

/// The anchor that forges give a heading.
fn slug(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}
