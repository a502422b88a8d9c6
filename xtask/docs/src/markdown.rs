//! Markdown of the document: to HTML, and back to Markdown, with nothing in it that acts.
//!
//! Raw HTML becomes text. A link keeps its target only if that is `http:`, `https:`, `mailto:`
//! or an anchor of the page; any other target is shown beside the link's text. Images are not
//! loaded: their text and target are shown. Headings become bold lines, so that the outline of
//! the page stays ours.

use std::collections::BTreeSet;

use maud::PreEscaped;
use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd,
    TextMergeStream, html,
};

use crate::text::is_hidden;

/// Quotes and lists within one another: so deep, and no deeper.
const MAX_NESTING: usize = 12;

/// `text` as HTML; links to `anchors` (without `#`) are kept.
pub fn to_html(text: &str, anchors: &BTreeSet<String>) -> PreEscaped<String> {
    let mut out = String::with_capacity(text.len() + 32);
    html::push_html(&mut out, events(text, anchors).into_iter());
    PreEscaped(out)
}

/// `text` as Markdown that renders the same with every renderer.
pub fn to_markdown(text: &str) -> String {
    let events = events(text, &BTreeSet::new());
    let mut reader = Reader {
        events: &events,
        at: 0,
    };
    reader.blocks().join("\n\n")
}

/// The words of the first paragraph, on one line.
pub fn first_words(text: &str) -> String {
    let mut words = String::new();
    for event in events(text, &BTreeSet::new()) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(_) if !words.trim().is_empty() && !words.ends_with(' ') => {
                if matches!(event, Event::End(TagEnd::Paragraph | TagEnd::Item)) {
                    break;
                }
            }
            _ => {}
        }
    }
    one_line(&words)
}

/// `text`, which is no Markdown, as Markdown on one line.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&one_line(text), Place::default(), &mut out);
    out
}

/// `text` as a code span on one line.
pub fn code_span(text: &str) -> String {
    let text = text.replace('\n', "\\n");
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// `text` as a fenced block.
pub fn code_block(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!(
        "{fence}{language}\n{}\n{fence}",
        text.trim_end_matches('\n')
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// The events of `text` that are let through.
fn events<'a>(text: &'a str, anchors: &BTreeSet<String>) -> Vec<Event<'a>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut out = Vec::new();
    // One entry for each open link or image: what to say of its target at its end.
    let mut targets: Vec<Option<CowStr<'a>>> = Vec::new();
    // One entry for each open quote or list: whether it was let through.
    let mut nesting: Vec<bool> = Vec::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => out.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Heading { .. }) => {
                out.extend([Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)]);
            }
            Event::End(TagEnd::Heading(_)) => {
                out.extend([Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]);
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                id,
                ..
            }) => {
                let dest_url = match link_type {
                    LinkType::Email => CowStr::from(format!("mailto:{dest_url}")),
                    _ => dest_url,
                };
                if is_allowed(&dest_url, anchors) {
                    let (link_type, title) = (LinkType::Inline, CowStr::from(""));
                    out.push(Event::Start(Tag::Link {
                        link_type,
                        dest_url,
                        title,
                        id,
                    }));
                    targets.push(None);
                } else {
                    targets.push(Some(dest_url));
                }
            }
            Event::Start(Tag::Image { dest_url, .. }) => targets.push(Some(dest_url)),
            Event::End(TagEnd::Link | TagEnd::Image) => match targets.pop().flatten() {
                None => out.push(Event::End(TagEnd::Link)),
                Some(target) => out.extend([
                    Event::Text(" (".into()),
                    Event::Code(target),
                    Event::Text(")".into()),
                ]),
            },
            Event::Start(Tag::CodeBlock(_)) => {
                out.push(Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)));
            }
            // An alignment would become a `style` attribute.
            Event::Start(Tag::Table(columns)) => {
                out.push(Event::Start(Tag::Table(vec![
                    Alignment::None;
                    columns.len()
                ])));
            }
            Event::Start(Tag::List(_) | Tag::BlockQuote(_)) => {
                nesting.push(nesting.len() < MAX_NESTING);
                if nesting.last() == Some(&true) {
                    out.push(event);
                }
            }
            Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_)) => {
                if nesting.pop() == Some(true) {
                    out.push(event);
                }
            }
            Event::Start(Tag::Item) | Event::End(TagEnd::Item) => {
                if nesting.last() == Some(&true) {
                    out.push(event);
                }
            }
            event => out.push(event),
        }
    }
    // Text comes in pieces, as `&` and `lt;`, and is escaped as a whole.
    TextMergeStream::new(out.into_iter()).collect()
}

fn is_allowed(target: &str, anchors: &BTreeSet<String>) -> bool {
    if target.chars().any(|c| is_hidden(c) || c.is_whitespace()) {
        return false;
    }
    if let Some(anchor) = target.strip_prefix('#') {
        return anchors.contains(anchor);
    }
    let target = target.to_ascii_lowercase();
    ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| target.len() > scheme.len() && target.starts_with(scheme))
}

/// Where text stands in Markdown that is being written.
#[derive(Clone, Copy, Default)]
struct Place {
    link: bool,
    table: bool,
}

fn escape(text: &str, place: Place, out: &mut String) {
    let chars: Vec<char> = text.chars().collect();
    let word = |index: Option<usize>| {
        index
            .and_then(|i| chars.get(i))
            .is_some_and(|c| c.is_alphanumeric())
    };
    for (index, &c) in chars.iter().enumerate() {
        let next = chars.get(index + 1);
        match c {
            '<' => out.push_str("&lt;"),
            '&' if next.is_some_and(|c| *c == '#' || c.is_alphanumeric()) => {
                out.push_str("&amp;");
            }
            '\\' | '`' | '*' | '[' | '~' => out.extend(['\\', c]),
            '_' if word(index.checked_sub(1)) && word(Some(index + 1)) => out.push(c),
            '_' => out.push_str("\\_"),
            ']' if place.link => out.push_str("\\]"),
            '|' if place.table => out.push_str("\\|"),
            c => out.push(c),
        }
    }
}

/// Escapes what would begin a heading, a list, a quote or a rule at the start of a line.
fn escape_line_starts(paragraph: &str) -> String {
    let lines = paragraph.lines().map(|line| {
        let line = line.trim_start();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let split = match line.as_bytes().get(digits) {
            Some(b'.' | b')') if digits > 0 => digits,
            Some(b'#' | b'+' | b'-' | b'=' | b'>' | b'|' | b':') if digits == 0 => 0,
            _ => return line.to_owned(),
        };
        format!("{}\\{}", &line[..split], &line[split..])
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Writes events as Markdown.
struct Reader<'e, 'a> {
    events: &'e [Event<'a>],
    at: usize,
}

impl<'e, 'a> Reader<'e, 'a> {
    fn next(&mut self) -> Option<&'e Event<'a>> {
        let event = self.events.get(self.at);
        self.at += 1;
        event
    }

    /// The blocks up to the end of what is open, the end included.
    fn blocks(&mut self) -> Vec<String> {
        let mut blocks = Vec::new();
        while let Some(event) = self.next() {
            match event {
                Event::End(_) => break,
                Event::Start(Tag::Paragraph) => {
                    blocks.push(escape_line_starts(&self.inline(Place::default())));
                    self.at += 1;
                }
                Event::Start(Tag::BlockQuote(_)) => {
                    blocks.push(indented("> ", "> ", &self.blocks().join("\n\n")));
                }
                Event::Start(Tag::List(first)) => blocks.push(self.list(*first)),
                Event::Start(Tag::CodeBlock(_)) => {
                    let mut code = String::new();
                    while let Some(Event::Text(text)) = self.next() {
                        code.push_str(text);
                    }
                    blocks.push(code_block("", &code));
                }
                Event::Start(Tag::Table(columns)) => blocks.push(self.table(columns.len())),
                Event::Rule => blocks.push("* * *".into()),
                _ => {
                    self.at -= 1;
                    let before = self.at;
                    blocks.push(escape_line_starts(&self.inline(Place::default())));
                    // Whatever this is, it is not ours to write.
                    self.at = self.at.max(before + 1);
                }
            }
        }
        blocks.retain(|block| !block.is_empty());
        blocks
    }

    fn list(&mut self, first: Option<u64>) -> String {
        let mut items = Vec::new();
        let mut number = first;
        while let Some(Event::Start(Tag::Item)) = self.next() {
            let marker = match &mut number {
                Some(number) => {
                    let marker = format!("{number}. ");
                    *number = number.saturating_add(1);
                    marker
                }
                None => "- ".into(),
            };
            let rest = " ".repeat(marker.len());
            items.push(indented(&marker, &rest, &self.blocks().join("\n\n")));
        }
        items.join("\n")
    }

    fn table(&mut self, columns: usize) -> String {
        let place = Place {
            table: true,
            ..Place::default()
        };
        let mut lines = Vec::new();
        let mut cells = Vec::new();
        while let Some(event) = self.next() {
            match event {
                Event::Start(Tag::TableCell) => {
                    cells.push(one_line(&self.inline(place)));
                    self.at += 1;
                }
                Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                    lines.push(format!("| {} |", cells.join(" | ")));
                    if lines.len() == 1 {
                        lines.push(format!("|{}", " --- |".repeat(columns)));
                    }
                    cells.clear();
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        lines.join("\n")
    }

    /// Text up to the next block or the end of the open one, which is left to be read.
    fn inline(&mut self, place: Place) -> String {
        let mut out = String::new();
        let mut links: Vec<&str> = Vec::new();
        while let Some(event) = self.events.get(self.at) {
            match event {
                Event::Text(text) => {
                    let link = !links.is_empty();
                    escape(text, Place { link, ..place }, &mut out);
                }
                Event::Code(code) => {
                    let span = code_span(code);
                    out.push_str(&if place.table {
                        span.replace('|', "\\|")
                    } else {
                        span
                    });
                }
                Event::SoftBreak => out.push('\n'),
                Event::HardBreak => out.push_str("\\\n"),
                Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => out.push('*'),
                Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => out.push_str("**"),
                Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) => {
                    out.push_str("~~");
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    links.push(dest_url);
                    out.push('[');
                }
                Event::End(TagEnd::Link) => {
                    let target = links.pop().unwrap_or_default();
                    out.push_str(&format!("]({})", link_target(target)));
                }
                _ => break,
            }
            self.at += 1;
        }
        out
    }
}

fn link_target(target: &str) -> String {
    target
        .chars()
        .map(|c| match c {
            '(' | ')' => format!("\\{c}"),
            '<' | '>' | '\\' | '"' | '|' => format!("%{:02X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

fn indented(first: &str, rest: &str, text: &str) -> String {
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let prefix = if index == 0 { first } else { rest };
        out.push_str(if line.is_empty() {
            prefix.trim_end()
        } else {
            prefix
        });
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        to_html(text, &BTreeSet::from(["here".to_owned()])).0
    }

    #[test]
    fn raw_html_is_text() {
        let text = "a <b onclick=x>\n\n<script>alert(1)</script>\n\n<!-- c --> ]]>";
        let html = html(text);
        assert!(!html.contains("<script") && !html.contains("<b ") && !html.contains("<!--"));
        assert!(html.contains("&lt;script&gt;"));
        let markdown = to_markdown(text);
        assert!(!markdown.contains("<script") && markdown.contains("&lt;script>"));
    }

    #[test]
    fn links_lead_to_the_web_or_into_the_page() {
        for (text, kept) in [
            ("[x](https://example.com/a)", true),
            ("[x](mailto:a@example.com)", true),
            ("<https://example.com>", true),
            ("<a@example.com>", true),
            ("[x](#here)", true),
            ("[x](#elsewhere)", false),
            ("[x](javascript:alert(1))", false),
            ("[x](JaVaScRiPt:alert`1`)", false),
            ("[x](&#x6a;avascript:alert%281%29)", false),
            ("<javascript:alert(1)>", false),
            ("[x](data:text/html,x)", false),
            ("[x](//example.com)", false),
            ("[x](file.html)", false),
            ("![x](https://example.com/a.png)", false),
            ("[x][y]\n\n[y]: javascript:alert(1)", false),
        ] {
            assert_eq!(
                html(text).contains("<a href="),
                kept,
                "{text}: {}",
                html(text)
            );
            assert!(!html(text).contains("<img"), "{text}");
        }
    }

    #[test]
    fn what_is_written_renders_the_same() {
        for text in [
            "plain *em* **strong** `co|de` ~~no~~ a_b_c _x_",
            "a\n\nb  \nc",
            "- one\n- two\n\n  more\n\n  - inner\n",
            "3. three\n4. four",
            "> quote\n>\n> - list",
            "```rust\nlet x = \"```\";\n```",
            "| a | b |\n|---|:-:|\n| `x\\|y` | z\\|* |",
            "# Heading\n\ntext",
            "\\# no heading\n\\- no list\n1\\. none",
            "&amp;lt; < > & \\[x\\](y) [a](https://example.com/(x)) [\\]](https://example.com)",
            "<div>\n[x](javascript:1)\n</div>",
            "***",
        ] {
            let written = to_markdown(text);
            assert_eq!(html(&written), html(text), "{text}\n--- became\n{written}");
        }
    }

    #[test]
    fn nesting_ends_somewhere() {
        let deep = format!("{}x", ">".repeat(20_000));
        assert!(html(&deep).len() < 1000);
        assert!(to_markdown(&deep).len() < 1000);
        assert!(to_markdown(&"- ".repeat(5_000)).len() < 1000);
    }

    #[test]
    fn code_spans_hold_backticks() {
        assert_eq!(code_span("a`b"), "``a`b``");
        assert_eq!(code_span("`"), "`` ` ``");
    }
}
