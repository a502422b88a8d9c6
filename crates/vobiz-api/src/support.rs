//! What the generated code calls to build a request.

use std::borrow::Cow;

pub(crate) use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use reqwest::RequestBuilder;
use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::Value;

use crate::Error;

/// What a path segment cannot hold, by the URL standard's path percent-encode set, and the
/// separators `/` and `\`, which it reads as structure.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// Percent-encodes `segment`.
///
/// Empty, `.` and `..` are refused: URL parsers drop such segments, encoded or not, and the
/// request would go to another path.
pub(crate) fn encode_path(segment: &str) -> Result<Cow<'_, str>, Error> {
    if matches!(segment, "" | "." | "..") {
        return Err(Error::invalid_request(format!(
            "a path parameter is {segment:?}, which no URL path can hold"
        )));
    }
    Ok(utf8_percent_encode(segment, SEGMENT).into())
}

/// A query parameter in the style `form`, exploded: the defaults of OpenAPI 3.0.
pub(crate) struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    pub(crate) fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    /// As name and text pairs: none for null, one for a scalar, one for each item of a list, and
    /// one for each property of an object under the property's own name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(self.value).map_err(S::Error::custom)?;
        let pairs: Vec<(String, String)> = match value {
            Value::Array(items) => items
                .into_iter()
                .filter_map(text)
                .map(|text| (self.name.to_owned(), text))
                .collect(),
            Value::Object(properties) => properties
                .into_iter()
                .filter_map(|(name, value)| Some((name, text(value)?)))
                .collect(),
            scalar => text(scalar)
                .map(|text| (self.name.to_owned(), text))
                .into_iter()
                .collect(),
        };
        serializer.collect_seq(pairs)
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// The one request body that `reqwest` spells differently from the generated code.
pub(crate) trait RequestBuilderExt: Sized {
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, Error>;
}

impl RequestBuilderExt for RequestBuilder {
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, Error> {
        Ok(self.form(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_keep_no_structure() {
        assert_eq!(encode_path("MA_1").unwrap(), "MA_1");
        assert_eq!(
            encode_path(r"a/b\c%d?e#f g").unwrap(),
            "a%2Fb%5Cc%25d%3Fe%23f%20g"
        );
        assert_eq!(encode_path("ü").unwrap(), "%C3%BC");
    }

    #[test]
    fn segments_that_urls_drop_are_refused() {
        for segment in ["", ".", ".."] {
            assert!(encode_path(segment).is_err(), "{segment:?}");
        }
    }

    #[test]
    fn query_parameters_are_exploded() {
        fn query<T: Serialize>(value: &T) -> String {
            reqwest::Client::new()
                .get("http://localhost/")
                .query(&QueryParam::new("q", value))
                .build()
                .unwrap()
                .url()
                .query()
                .unwrap_or_default()
                .to_owned()
        }
        assert_eq!(query(&Some(20)), "q=20");
        assert_eq!(query(&None::<i64>), "");
        assert_eq!(query(&["a b", "c&d"]), "q=a+b&q=c%26d");
        assert_eq!(
            query(&serde_json::json!({"x": 1, "y": null, "z": true})),
            "x=1&z=true"
        );
    }
}
