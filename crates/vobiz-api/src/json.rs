//! From JSON to values: of repeated keys the last one counts, and a list is no object.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde_json::de::SliceRead;
use serde_json::{Error, Value};
use zeroize::Zeroizing;

/// Parses `body` as JSON, whatever its content type says.
///
/// The common case is one pass. Repeated keys, which the derived parsers refuse, are no error: as
/// in most JSON parsers, the last one counts. What is not JSON at all is not built up in memory to
/// find that out again.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    // A byte order mark is no JSON, but parsers may ignore it (RFC 8259, section 8.1).
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let once = |mut deserializer: serde_json::Deserializer<SliceRead<'_>>| {
        let value = object(&mut deserializer)?;
        deserializer.end().map(|()| value)
    };
    once(serde_json::Deserializer::from_slice(body)).or_else(|error| {
        if !error.is_data() {
            return Err(error);
        }
        // Written anew and not read from the `Value`: parsers of every type from that, which are
        // hardly ever called, would be a good part of a program's size.
        let value: Value = serde_json::from_slice(body)?;
        let body = Zeroizing::new(value.to_string());
        // An error of the first pass knows its line in the answer.
        once(serde_json::Deserializer::from_slice(body.as_bytes())).map_err(|_| error)
    })
}

/// Reads a property that the document says is an object; a derived parser alone would take a list
/// of its properties in order as well.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(NoList(deserializer))
}

/// The same for a property that may be absent or null.
pub(crate) fn optional_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Object<T>(T);

    impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            object(deserializer).map(Self)
        }
    }

    let object = Option::<Object<T>>::deserialize(deserializer)?;
    Ok(object.map(|object| object.0))
}

/// A deserializer that reads a struct from an object only, and all else as its inner one does.
struct NoList<D>(D);

macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $($argument: $type,)*
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            self.0.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for NoList<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    forward! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Outer {
        #[serde(deserialize_with = "object")]
        needed: Inner,
        #[serde(default, deserialize_with = "optional_object")]
        optional: Option<Inner>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Inner {
        a: i64,
        b: Option<String>,
    }

    fn inner(a: i64) -> Inner {
        Inner { a, b: None }
    }

    #[test]
    fn a_list_is_no_object() {
        for (body, expected) in [
            (r#"{"needed":{"a":1}}"#, Some((inner(1), None))),
            (
                r#"{"needed":{"a":1},"optional":null}"#,
                Some((inner(1), None)),
            ),
            (
                r#"{"needed":{"a":1},"optional":{"a":2}}"#,
                Some((inner(1), Some(inner(2)))),
            ),
            (r#"{"needed":[1,null]}"#, None),
            (r#"{"needed":{"a":1},"optional":[2,null]}"#, None),
            (r#"{"optional":{"a":2}}"#, None),
        ] {
            let expected = expected.map(|(needed, optional)| Outer { needed, optional });
            assert_eq!(parse(body.as_bytes()).ok(), expected, "{body}");
        }
    }

    #[test]
    fn of_repeated_keys_the_last_one_counts() {
        let body = br#"{"needed":[1,null],"needed":{"a":1,"a":2}}"#;
        let expected = Outer {
            needed: inner(2),
            optional: None,
        };
        assert_eq!(parse::<Outer>(body).ok(), Some(expected));
        assert!(parse::<Outer>(br#"{"needed":{"a":1},"needed":[1,null]}"#).is_err());
    }

    #[test]
    fn what_is_no_struct_may_be_a_list() {
        assert_eq!(parse::<Vec<i64>>(b"[1,2]").ok(), Some(vec![1, 2]));
        assert_eq!(parse::<(i64, bool)>(b"[1,true]").ok(), Some((1, true)));
        assert_eq!(parse::<Option<Inner>>(b"null").ok(), Some(None));
        assert!(parse::<Inner>(b"[1,null]").is_err());
        assert!(parse::<Inner>(br#"{"a":1} {"a":1}"#).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(parse::<i64>(b"\xef\xbb\xbf 1").ok(), Some(1));
    }
}
