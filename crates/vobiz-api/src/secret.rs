//! Text that must not be printed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A string that the document marks with `format: password`.
///
/// Its `Debug` shows `[redacted]`, it has no `Display`, and its memory is wiped when it is
/// dropped. It serialises to its value, since that is what the server needs. Copies that are
/// made on the way (buffers of the HTTP stack, a string that it was made from by reference) are
/// beyond its reach.
///
/// ```
/// use vobiz_api::Secret;
///
/// let secret = Secret::from("hunter2");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose_secret(), "hunter2");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself. Name it, use it, and do not log it.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Secret {
    /// Takes the string over: nothing is copied.
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_text() {
        let secret = Secret::from("hunter2");
        assert_eq!(
            format!("{secret:?} {secret:#?} {:?}", Some(&secret)),
            "[redacted] [redacted] Some([redacted])"
        );
    }

    #[test]
    fn serialises_to_the_real_value_and_back() {
        let json = serde_json::to_string(&Secret::from("a\"b")).unwrap();
        assert_eq!(json, r#""a\"b""#);
        let back: Secret = serde_json::from_str(&json).unwrap();
        assert_eq!(back.expose_secret(), "a\"b");
    }

    #[test]
    fn is_wiped_on_drop_by_type() {
        fn wipes<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        wipes(&Secret::from("x").0);
    }
}
