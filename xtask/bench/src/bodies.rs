//! The answers that the calls are made against, by name, so that a server in another process
//! gives the same ones.

use std::fmt;
use std::str::FromStr;

/// The documented 201 body without its repeated key, which a parser by hand would refuse.
const DOCUMENTED: &str = include_str!("../../../tests/reference/response-201.json");
const REPEATED: &str = "    \"parent_auth_id\": \"{auth_id}\",\n";

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// The documented one, without its repeated key.
    Documented,
    /// The documented one behind about this many bytes of properties that nobody knows.
    NeighboursBefore(usize),
    /// The same with the unknown properties at its end.
    NeighboursAfter(usize),
    /// Credentials behind this many bytes of arrays in arrays.
    Deep(usize),
    /// Credentials behind this many bytes of one number, which begins as none does.
    Huge(usize),
    /// Credentials before properties that are cut off after this many bytes.
    Cut(usize),
}

impl Body {
    /// The bytes of the answer.
    pub fn bytes(self) -> Vec<u8> {
        let documented = DOCUMENTED.replacen(REPEATED, "", 1);
        let inner = documented
            .trim()
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .unwrap_or_default();
        match self {
            Self::Documented => documented,
            Self::NeighboursBefore(size) => format!("{{{},{inner}}}", neighbours(size)),
            Self::NeighboursAfter(size) => format!("{{{inner},{}}}", neighbours(size)),
            Self::Deep(size) => {
                let (open, close) = ("[".repeat(size / 2), "]".repeat(size / 2));
                format!("{{\"x\":{open}{close},{inner}}}")
            }
            Self::Huge(size) => format!("{{\"x\":+{},{inner}}}", "9".repeat(size)),
            Self::Cut(size) => {
                let mut whole = format!("{{{inner},{}}}", neighbours(size + 64));
                whole.truncate(size.max(inner.len() + 2));
                whole
            }
        }
        .into_bytes()
    }

    /// How it is written, as [`Body::from_str`] reads it.
    fn parts(self) -> (&'static str, usize) {
        match self {
            Self::Documented => ("documented", 0),
            Self::NeighboursBefore(size) => ("neighbours-before", size),
            Self::NeighboursAfter(size) => ("neighbours-after", size),
            Self::Deep(size) => ("deep", size),
            Self::Huge(size) => ("huge", size),
            Self::Cut(size) => ("cut", size),
        }
    }
}

/// Properties of every kind, of about `size` bytes in all.
fn neighbours(size: usize) -> String {
    let mut text = String::with_capacity(size + 256);
    let mut count = 0;
    while text.len() < size {
        if count > 0 {
            text.push(',');
        }
        text.push_str(&format!(
            r#""extra_{count}":{{"text":"caf\u00e9 \"{count}\" and some more words","list":[{count},-2.5e3,true,null,"x"],"inner":{{"a":"b","c":[[],{{}}]}}}}"#
        ));
        count += 1;
    }
    text
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, size) = self.parts();
        write!(f, "{name}:{size}")
    }
}

impl FromStr for Body {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, size) = text.split_once(':').ok_or(())?;
        let size = size.parse().map_err(|_| ())?;
        [
            Self::Documented,
            Self::NeighboursBefore(size),
            Self::NeighboursAfter(size),
            Self::Deep(size),
            Self::Huge(size),
            Self::Cut(size),
        ]
        .into_iter()
        .find(|body| body.parts().0 == name)
        .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_bodies_are_json_and_the_others_hold_their_credentials() {
        for body in [
            Body::Documented,
            Body::NeighboursBefore(10_000),
            Body::NeighboursAfter(10_000),
        ] {
            let value: serde_json::Value = serde_json::from_slice(&body.bytes()).unwrap();
            assert!(value["auth_credentials"]["auth_token"].is_string());
        }
        for body in [Body::Deep(10_000), Body::Huge(10_000), Body::Cut(10_000)] {
            let bytes = body.bytes();
            assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_err());
            assert!(
                String::from_utf8(bytes)
                    .unwrap()
                    .contains("auth_credentials")
            );
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for body in [Body::Documented, Body::Cut(12), Body::NeighboursAfter(1)] {
            assert_eq!(body.to_string().parse(), Ok(body));
        }
        assert_eq!("documented".parse::<Body>(), Err(()));
    }
}
