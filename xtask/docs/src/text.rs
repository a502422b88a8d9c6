//! Text that comes from the document: made visible, made into names, made into literals.

use std::collections::BTreeSet;

/// The longest name that [`slug`] makes.
const MAX_SLUG: usize = 60;

/// `text` with every character that is not seen, or that reorders others, written as `\u{…}`.
///
/// Line feeds and tabs stay, and so do the joiners that scripts and emoji are spelled with.
pub fn visible(text: &str) -> String {
    if !text.chars().any(is_hidden) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            shown.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether `c` is a control, reorders text, has no width, or is no character at all.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        // The last two code points of every plane are no characters.
        _ => c.is_control() || u32::from(c) & 0xfffe == 0xfffe,
    }
}

/// A name of lower-case letters, digits and hyphens: for anchors and file names.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    let mut last = ' ';
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            let begins_word = c.is_ascii_uppercase() && last.is_ascii_lowercase();
            if begins_word && !slug.ends_with('-') {
                slug.push('-');
            }
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        last = c;
        if slug.len() >= MAX_SLUG {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "x".into()
    } else {
        slug.into()
    }
}

/// Hands out names, each of them once.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// `wanted`, or `wanted` with the first number that makes it new.
    pub fn take(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{wanted}-{number}");
            number += 1;
        }
        name
    }
}

/// `text` as a Rust string literal.
pub fn rust_string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if is_hidden(c) => literal.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// `text` as one word of a POSIX shell.
pub fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// `text` as one segment or value of a URL.
pub fn percent_encoded(text: &str) -> String {
    encode(text, |b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

/// `text`, a URL or a part of one, without the characters that URLs and shells stumble over.
pub fn url_safe(text: &str) -> String {
    encode(text, |b| {
        b.is_ascii_alphanumeric() || b"-._~:/@&()*+,;=%".contains(&b)
    })
}

fn encode(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if keep(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// `text` without what would end a header's line.
pub fn header_value(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// `text` as a Rust name in snake case.
pub fn snake_case(text: &str) -> String {
    let name = slug(text).replace('-', "_");
    match name.as_str() {
        "as" | "async" | "await" | "box" | "break" | "const" | "continue" | "crate" | "do"
        | "dyn" | "else" | "enum" | "extern" | "false" | "fn" | "for" | "gen" | "if" | "impl"
        | "in" | "let" | "loop" | "match" | "mod" | "move" | "mut" | "pub" | "ref" | "return"
        | "self" | "static" | "struct" | "super" | "trait" | "true" | "try" | "type" | "union"
        | "unsafe" | "use" | "where" | "while" | "yield" => format!("{name}_"),
        _ if name.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        _ => name,
    }
}

/// `text` as a Rust name in Pascal case.
pub fn pascal_case(text: &str) -> String {
    let name: String = slug(text)
        .split('-')
        .flat_map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("X{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("a\u{202e}b\u{7}\r\n"), "a\\u{202e}b\\u{7}\\u{d}\n");
        assert_eq!(visible("\u{e0041}\u{ffff}"), "\\u{e0041}\\u{ffff}");
        let plain = "née 👩‍👩‍👧 שלום\tx";
        assert_eq!(visible(plain), plain);
    }

    #[test]
    fn slugs_are_safe_names() {
        for (text, expected) in [
            ("createSubAccount", "create-sub-account"),
            ("Sub-accounts", "sub-accounts"),
            ("../../etc/passwd", "etc-passwd"),
            ("<script>", "script"),
            ("שלום", "x"),
            ("", "x"),
        ] {
            assert_eq!(slug(text), expected);
        }
    }

    #[test]
    fn names_are_handed_out_once() {
        let mut names = Names::default();
        assert_eq!(names.take("a"), "a");
        assert_eq!(names.take("a"), "a-2");
        assert_eq!(names.take("a-2"), "a-2-2");
    }

    #[test]
    fn literals_parse_to_what_they_were_made_of() {
        for text in [
            "plain",
            "\"#\\",
            "a\nb\r\t",
            "\u{202e}\u{0}",
            "👩‍👩‍👧 שלום",
            "{}",
        ] {
            let literal: syn::LitStr = syn::parse_str(&rust_string(text)).expect("a literal");
            assert_eq!(literal.value(), text);
        }
    }
}
