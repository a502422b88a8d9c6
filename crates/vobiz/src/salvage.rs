//! Finds the credentials in a body that no parser accepts.
//!
//! The body is read once, byte by byte, without recursion and in constant memory. Strings are
//! followed exactly, by their quotes and backslashes, so that text inside a string is never taken
//! for structure; all else is forgiven.
//!
//! A pair is `auth_id` and `auth_token`, non-empty strings of one object. It counts in these
//! [places](Place), the first before the others; within a place the last complete pair counts, as
//! it does for JSON parsers when a key is repeated. An HTML page has none, whatever is in it.

use vobiz_api::Secret;

/// What later answers show instead of a token.
const PLACEHOLDER: &str = "<redacted>";

/// The longest name of interest, with every character escaped.
const MAX_KEY: usize = 6 * "auth_credentials".len() + 2;

/// How deep the places lie: the body, a member of it, and a member of that.
const LEVELS: usize = 3;

/// Where a pair was found, in the order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Credentials,
    SubAccount,
    Top,
    CredentialsInEnvelope,
    SubAccountInEnvelope,
    Envelope,
}

impl Place {
    const COUNT: usize = 6;

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Credentials => "`auth_credentials`",
            Self::SubAccount => "`sub_account`",
            Self::Top => "the top level",
            Self::CredentialsInEnvelope => "`auth_credentials` in an envelope",
            Self::SubAccountInEnvelope => "`sub_account` in an envelope",
            Self::Envelope => "an envelope",
        }
    }
}

/// How a page begins that some other server sent, as against a warning before the body.
const PAGES: [&[u8]; 5] = [b"<!doctype", b"<html", b"<head", b"<body", b"<?xml"];

/// The credentials in `body`, and where they were.
pub(crate) fn find(body: &[u8]) -> Option<(String, Secret, Place)> {
    if is_page(body) {
        return None;
    }
    let mut scanner = Scanner {
        body,
        at: 0,
        depth: 0,
        frames: [Frame::default(); LEVELS],
        text: None,
        key: None,
        best: [None; Place::COUNT],
    };
    scanner.run();
    let pair = scanner.best.iter().flatten().next()?;
    let auth_id: String = decode(pair.auth_id)?;
    Some((auth_id, decode(pair.auth_token)?, pair.place))
}

fn is_page(body: &[u8]) -> bool {
    let mut body = without_bom(body).trim_ascii_start();
    // Comments may come first.
    while body.starts_with(b"<!--") {
        let end = body.windows(3).position(|window| window == b"-->");
        body = body[end.map_or(body.len(), |end| end + 3)..].trim_ascii_start();
    }
    PAGES.iter().any(|page| {
        body.get(..page.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(page))
    })
}

/// Whether one of the strings in `text` is `value`, wherever its quotes are.
pub(crate) fn has_string(text: &[u8], value: &str) -> bool {
    let quotes = text.iter().enumerate().filter(|(_, byte)| **byte == b'"');
    quotes
        .into_iter()
        .any(|(at, _)| string_end(text, at).is_some_and(|end| is_string(&text[at..end], value)))
}

fn is_string(raw: &[u8], value: &str) -> bool {
    decode::<Secret>(raw).is_some_and(|text| text.expose_secret() == value)
}

/// `body` without a byte order mark, which is no JSON.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// Whether `text` can be a credential at all.
pub(crate) fn is_usable(text: &str) -> bool {
    !text.is_empty() && text != PLACEHOLDER
}

/// The end of the string whose opening quote is at `at`: just past its closing quote.
pub(crate) fn string_end(body: &[u8], at: usize) -> Option<usize> {
    quoted_end(body, at, b'"')
}

fn quoted_end(body: &[u8], at: usize, quote: u8) -> Option<usize> {
    let mut at = at + 1;
    loop {
        match *body.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// The value of a string, given with its quotes, if it is one in the strict sense.
pub(crate) fn decode<T: serde::de::DeserializeOwned>(raw: &[u8]) -> Option<T> {
    serde_json::from_slice(raw).ok()
}

struct Scanner<'a> {
    body: &'a [u8],
    at: usize,
    depth: usize,
    frames: [Frame<'a>; LEVELS],
    /// The string just read, which is a key if a colon follows.
    text: Option<&'a [u8]>,
    /// The key whose value comes next.
    key: Option<&'a [u8]>,
    best: [Option<Pair<'a>>; Place::COUNT],
}

/// An open object or array.
#[derive(Clone, Copy, Default)]
struct Frame<'a> {
    /// None where no pair counts.
    place: Option<Place>,
    auth_id: Option<&'a [u8]>,
    auth_token: Option<&'a [u8]>,
}

#[derive(Clone, Copy)]
struct Pair<'a> {
    auth_id: &'a [u8],
    auth_token: &'a [u8],
    place: Place,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        while let Some(&byte) = self.body.get(self.at) {
            self.at += 1;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b'"' => {
                    // A string that is cut off is no string.
                    let Some(end) = string_end(self.body, self.at - 1) else {
                        return;
                    };
                    self.string(end);
                }
                b':' => self.key = self.text.take(),
                b',' => self.forget(),
                b'{' => self.open(true),
                b'[' => self.open(false),
                b'}' | b']' => {
                    self.forget();
                    self.depth = self.depth.saturating_sub(1);
                    // What follows the first value is not the answer, if that had a pair.
                    if self.depth == 0 && self.best.iter().any(Option::is_some) {
                        return;
                    }
                }
                // Only a string holds a backslash: a stray quote came before, and what looks like
                // structure from here on may be text.
                b'\\' => return,
                // Not JSON, but text all the same.
                b'\'' if self.depth > 0 => {
                    self.forget();
                    match quoted_end(self.body, self.at - 1, b'\'') {
                        Some(end) => self.at = end,
                        None => return,
                    }
                }
                _ => self.bare(),
            }
        }
    }

    fn forget(&mut self) {
        self.text = None;
        self.key = None;
    }

    /// A number, a literal, or what stands in place of one.
    fn bare(&mut self) {
        self.forget();
        let rest = &self.body[self.at..];
        let length = rest
            .iter()
            .position(|byte| b" \t\r\n\":,{}[]\\".contains(byte));
        self.at += length.unwrap_or(rest.len());
    }

    fn string(&mut self, end: usize) {
        let raw = &self.body[self.at - 1..end];
        self.at = end;
        match self.key.take() {
            Some(key) => self.member(key, raw),
            None => self.text = Some(raw),
        }
    }

    fn member(&mut self, key: &'a [u8], raw: &'a [u8]) {
        let Some(frame) = self
            .depth
            .checked_sub(1)
            .and_then(|index| self.frames.get_mut(index))
        else {
            return;
        };
        let Some(place) = frame.place else { return };
        let slot = if is_key(key, "auth_id") {
            &mut frame.auth_id
        } else if is_key(key, "auth_token") {
            &mut frame.auth_token
        } else {
            return;
        };
        if decode::<Secret>(raw).is_none_or(|value| !is_usable(value.expose_secret())) {
            return;
        }
        *slot = Some(raw);
        if let (Some(auth_id), Some(auth_token)) = (frame.auth_id, frame.auth_token) {
            self.best[place as usize] = Some(Pair {
                auth_id,
                auth_token,
                place,
            });
        }
    }

    fn open(&mut self, is_object: bool) {
        let key = self.key.take();
        self.text = None;
        let place = if is_object { self.place(key) } else { None };
        if let Some(frame) = self.frames.get_mut(self.depth) {
            *frame = Frame {
                place,
                ..Frame::default()
            };
        }
        self.depth += 1;
    }

    /// Whether the bracket just read is the first thing in its line: in a sentence it is text.
    fn begins_line(&self) -> bool {
        let before = without_bom(&self.body[..self.at - 1]);
        let last = before.iter().rfind(|byte| !matches!(byte, b' ' | b'\t'));
        last.is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
    }

    /// Which place an object is that begins here, as the value of `key`.
    fn place(&self, key: Option<&[u8]>) -> Option<Place> {
        let names = |name| key.is_some_and(|key| is_key(key, name));
        let parent = match self.depth {
            // With a key, a bracket too many came before, and this still belongs to the body.
            0 if key.is_none() => return self.begins_line().then_some(Place::Top),
            0 => Place::Top,
            depth => self.frames.get(depth - 1)?.place?,
        };
        match parent {
            // The caller's own words, echoed as structure.
            _ if names("permissions") => None,
            Place::Top if names("auth_credentials") => Some(Place::Credentials),
            Place::Top if names("sub_account") => Some(Place::SubAccount),
            Place::Top => key.map(|_| Place::Envelope),
            Place::Credentials | Place::SubAccount | Place::Envelope => {
                if names("auth_credentials") {
                    Some(Place::CredentialsInEnvelope)
                } else if names("sub_account") {
                    Some(Place::SubAccountInEnvelope)
                } else {
                    None
                }
            }
            Place::CredentialsInEnvelope | Place::SubAccountInEnvelope => None,
        }
    }
}

/// Whether `raw`, a string with its quotes, is `name`, escaped or not.
pub(crate) fn is_key(raw: &[u8], name: &str) -> bool {
    let inner = &raw[1..raw.len() - 1];
    if !inner.contains(&b'\\') {
        return inner == name.as_bytes();
    }
    raw.len() <= MAX_KEY && decode::<String>(raw).is_some_and(|key| key == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(body: impl AsRef<[u8]>) -> Option<(String, String)> {
        find(body.as_ref()).map(|(id, token, _)| (id, token.expose_secret().to_owned()))
    }

    fn of(id: &str, token: &str) -> (String, String) {
        (id.to_owned(), token.to_owned())
    }

    const PAIR: &str = r#"{"auth_id":"I","auth_token":"T"}"#;

    #[test]
    fn places_count_in_their_order() {
        let nth = |n: u8| format!(r#"{{"auth_id":"I{n}","auth_token":"T{n}"}}"#);
        let places = [
            format!(r#""auth_credentials":{}"#, nth(0)),
            format!(r#""sub_account":{}"#, nth(1)),
            r#""auth_id":"I2","auth_token":"T2""#.to_owned(),
            format!(r#""data":{{"auth_credentials":{}}}"#, nth(3)),
            format!(r#""more":{{"sub_account":{}}}"#, nth(4)),
            format!(r#""other":{}"#, nth(5)),
        ];
        for first in 0..places.len() {
            let mut left: Vec<&str> = places[first..].iter().map(String::as_str).collect();
            for _ in 0..2 {
                let body = format!("{{{}}}", left.join(","));
                assert_eq!(
                    pair(&body),
                    Some(of(&format!("I{first}"), &format!("T{first}"))),
                    "{body}"
                );
                left.reverse();
            }
        }
    }

    #[test]
    fn other_places_do_not_count() {
        for body in [
            format!(r#"{{"a":{{"b":{PAIR}}}}}"#),
            format!(r#"{{"a":{{"b":{{"auth_credentials":{PAIR}}}}}}}"#),
            format!(r#"{{"a":{{"auth_credentials":{{"x":{PAIR}}}}}}}"#),
            format!(r#"{{"sub_account":{{"permissions":{PAIR}}}}}"#),
            format!(r#"{{"permissions":{PAIR}}}"#),
            format!(r#"{{"permissions":{{"auth_credentials":{PAIR}}}}}"#),
            format!("[{PAIR}]"),
            format!(r#"{{"auth_credentials":[{PAIR}]}}"#),
            r#"{"auth_credentials":["I","T"]}"#.to_owned(),
            r#"["auth_id":"I","auth_token":"T"]"#.to_owned(),
            r#"{"auth_credentials":{"auth_id":"I"},"sub_account":{"auth_token":"T"}}"#.to_owned(),
            r#"{"auth_credentials":{"auth_id":"I"},"auth_credentials":{"auth_token":"T"}}"#
                .to_owned(),
            r#"{"auth_id":"I","auth_token":"<redacted>"}"#.to_owned(),
            r#"{"auth_id":"","auth_token":"T"}"#.to_owned(),
            r#"{"auth_id":12,"auth_token":"T"}"#.to_owned(),
            r#"{"auth_id":"I","auth_token":["T"]}"#.to_owned(),
            r#"{"auth_id":{"auth_id":"I"},"auth_token":"T"}"#.to_owned(),
            format!("\u{feff} <!DOCTYPE html><script>x = {PAIR}</script>"),
            format!("<HTML>{PAIR}"),
            r"{'auth_id':'I','auth_token':'T'}".to_owned(),
            r#""{\"auth_id\":\"I\",\"auth_token\":\"T\"}""#.to_owned(),
        ] {
            assert_eq!(pair(&body), None, "{body}");
        }
    }

    #[test]
    fn of_repeated_keys_the_last_complete_one_counts() {
        for (body, id, token) in [
            (
                r#"{"auth_id":"A","auth_id":"B","auth_token":"T"}"#,
                "B",
                "T",
            ),
            (
                r#"{"auth_id":"A","auth_token":"T","auth_token":null}"#,
                "A",
                "T",
            ),
            (
                r#"{"auth_id":"A","auth_token":"T","auth_token":"U","auth_token":"<redacted>"}"#,
                "A",
                "U",
            ),
            (
                r#"{"auth_id":"A","auth_token":"T","auth_token":"U"#,
                "A",
                "T",
            ),
            (
                r#"{"auth_credentials":{"auth_id":"A","auth_token":"T"},"auth_credentials":{"auth_id":"B"}}"#,
                "A",
                "T",
            ),
            (
                r#"{"auth_credentials":{"auth_id":"A","auth_token":"T"},"auth_credentials":{"auth_id":"B","auth_token":"U"}}"#,
                "B",
                "U",
            ),
        ] {
            assert_eq!(pair(body), Some(of(id, token)), "{body}");
        }
    }

    #[test]
    fn text_is_never_structure() {
        let planted =
            r#"\"},\"auth_credentials\":{\"auth_id\":\"evil\",\"auth_token\":\"evil\"},\"x\":{\""#;
        for body in [
            format!(r#"{{"message":"{planted}"}}"#),
            // A stray quote turns everything inside out.
            format!(r#""{{"message":"{planted}"}}"#),
            format!(r#"{{"a":"5" pipe","message":"{planted}"}}"#),
            // A backslash swallows the closing quote.
            format!(r#"{{"a":"C:\","message":"{planted}"}}"#),
            // Python's idea of a string.
            r#"{'message': '"auth_credentials": {"auth_id": "evil", "auth_token": "evil"}'}"#
                .to_owned(),
            r#"{'it\'s': '"auth_id": "evil", "auth_token": "evil"'}"#.to_owned(),
        ] {
            assert_eq!(pair(&body), None, "{body}");
        }
    }

    #[test]
    fn neighbours_may_be_anything() {
        for around in [
            r#""x":NaN,"y":-Infinity,"z":1e999,"w":undefined"#,
            r#""x":"\x \ud800 \\","y":",""#,
            r#""x":tru,,,"y":,"z""#,
            r#""x":[1,2,],"y":{"a":1,}"#,
            r#""x":[1,2},"y":(1]"#,
            r#""x":'single',"y":`back`"#,
            r#""x" "y" 12 "z":"#,
            "\u{feff}",
        ] {
            let body = format!("{{{around},\"auth_credentials\":{PAIR},{around}}}");
            assert_eq!(pair(&body), Some(of("I", "T")), "{body}");
        }
        let mut body =
            b"\xEF\xBB\xBF)]}'\n{\"m\":\"\xFF\xFE\0\x01\",\"auth_credentials\":".to_vec();
        body.extend_from_slice(PAIR.as_bytes());
        assert_eq!(pair(&body), Some(of("I", "T")));
    }

    #[test]
    fn escapes_are_read() {
        let body = r#"{"\u0061uth_id":"\u0049\/","auth\u005Ftoken":"a\"b\\\ud83d\ude00"}"#;
        assert_eq!(pair(body), Some(of("I/", "a\"b\\😀")));
        // Not strings in the strict sense, so not credentials either.
        for token in [r"\x", r"\ud800", "\u{1}"] {
            let body = format!(r#"{{"auth_id":"I","auth_token":"{token}"}}"#);
            assert_eq!(pair(&body), None, "{body}");
        }
        assert_eq!(pair(b"{\"auth_id\":\"I\",\"auth_token\":\"\xFF\"}"), None);
    }

    #[test]
    fn a_cut_after_the_second_quote_is_late_enough() {
        let body = r#"{"auth_credentials":{"auth_token":"T","auth_id":"I"}}"#;
        let complete = body.find("\"I\"").unwrap() + 3;
        for end in 0..=body.len() {
            let expected = (end >= complete).then(|| ("I".into(), "T".into()));
            assert_eq!(pair(&body[..end]), expected, "{}", &body[..end]);
        }
    }

    #[test]
    fn brackets_too_many_and_second_values() {
        for body in [
            format!(r#"{{"x":1}}}},"auth_credentials":{PAIR}}}"#),
            format!("null\n{{\"auth_credentials\":{PAIR}}}"),
            format!("{{}}\n{{\"auth_credentials\":{PAIR}}}"),
            format!("{PAIR}{{\"auth_credentials\":{{\"auth_id\":\"B\",\"auth_token\":\"U\"}}}}"),
            format!("{PAIR}<html>\"\\"),
        ] {
            assert_eq!(pair(&body), Some(of("I", "T")), "{body}");
        }
        // The caller's own words stay what they are.
        assert_eq!(pair(format!(r#"{{"x":1}}}},"permissions":{PAIR}}}"#)), None);
    }

    #[test]
    fn depth_and_length_cost_neither_stack_nor_time() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"auth_id\":", "}]")] {
            let deep = format!("{}1{}", open.repeat(1_000_000), close.repeat(1_000_000));
            let body = format!("{{\"x\":{deep},\"auth_credentials\":{PAIR}}}");
            assert_eq!(pair(&body), Some(of("I", "T")));
        }
        let long = format!(
            "{{\"x\":{},\"auth_credentials\":{PAIR}}}",
            "9".repeat(10_000_000)
        );
        assert_eq!(pair(&long), Some(of("I", "T")));
        assert_eq!(pair("'".repeat(1_000_000)), None);
        assert_eq!(pair("\"\\".repeat(1_000_000)), None);
    }

    #[test]
    fn a_pair_in_a_sentence_or_on_a_page_is_text() {
        for body in [
            format!("queued: {PAIR}"),
            format!("description: {PAIR}\nstatus: ok"),
            format!("{{\"a\":1}} {PAIR}"),
            format!("<h1>Gateway</h1><p>Queued: {PAIR}</p>"),
            format!("<!-- gw --><html>\n{PAIR}"),
            format!("<!--[if IE]>x-->\n<!DOCTYPE html>\n{PAIR}"),
        ] {
            assert_eq!(pair(&body), None, "{body}");
        }
        assert_eq!(
            pair(format!(")]}}',\n  {PAIR}")),
            Some(("I".into(), "T".into()))
        );
    }

    #[test]
    fn strings_in_a_text_are_found_however_they_are_escaped() {
        assert!(has_string(br#"a "b" {"auth_token":"e\u0076il"}"#, "evil"));
        assert!(!has_string(br#"evil "is" evil"#, "evil"));
    }
}
