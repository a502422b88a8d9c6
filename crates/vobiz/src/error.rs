//! The one error of this crate, and the outcome that it stands for.

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;
use vobiz_api::Secret;
use vobiz_api::reqwest::StatusCode;
use vobiz_api::reqwest::header::HeaderMap;

use crate::created::request_id;

use crate::redact::Redactor;
use crate::{NewSubAccount, retry, salvage, time};

/// No error body of this size has been seen; a longer one is kept, but not read.
const MAX_ERROR_BODY: usize = 1024 * 1024;

/// Why a call, or the making of a client, failed.
///
/// It displays as one line: what happened, whether the account exists, and what to do. No text
/// of it holds a secret; [`body`](Self::body) returns the raw answer, which can.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    outcome: Outcome,
    message: String,
    attempts: u32,
    status: Option<StatusCode>,
    retry_after: Option<Duration>,
    request_id: Option<String>,
    server_code: Option<String>,
    server_message: Option<String>,
    body: Option<Bytes>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Whether the account exists after a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It does not: nothing reached the server, or the server said no.
    NotCreated,
    /// It may: there was no whole answer, or one that does not tell. Look before trying again.
    Unknown,
    /// It does, but its credentials did not arrive. Do not try again.
    Created,
}

/// What a caller can do something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be made like this: credentials, base URL or TLS.
    InvalidConfig,
    /// The request cannot be sent like this: the parent's auth id fits into no path.
    InvalidRequest,
    /// There is no connection: DNS, TCP, TLS or a proxy failed.
    Connect,
    /// The request was sent, at least in part, and no answer came: timeout or reset.
    NoResponse,
    /// The server answered with a redirect, which is not followed: the base URL is wrong.
    Redirected,
    /// The server refuses the credentials: 401 or 403.
    Unauthorized,
    /// The server refuses the request: any other 4xx but 408.
    Refused,
    /// There were too many requests: 429.
    RateLimited,
    /// The server, or a proxy before it, failed: 408, 5xx, or a status of no known class.
    ServerFailure,
    /// The server answered with a success that is not of this API, an HTML page for example.
    NotThisApi,
    /// The server answered with a success that holds no credentials.
    CredentialsMissing,
}

impl Error {
    /// Whether the account exists now.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the last answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// How many attempts were made; 0 if the client could not be made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the server asks to wait, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How the server calls the request in its own logs, if it says so.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The server's own code for the error, if it says one. A number reads as its digits.
    pub fn server_code(&self) -> Option<&str> {
        self.0.server_code.as_deref()
    }

    /// The server's own words, if it says any: on one line, cut to 200 characters, without
    /// secrets.
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }

    /// The body of the last answer, as far as it was received. **It can hold secrets**, that of
    /// the new account among them.
    pub fn body(&self) -> Option<&Bytes> {
        self.0.body.as_ref()
    }

    pub(crate) fn invalid_config(message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind: ErrorKind::InvalidConfig,
            outcome: Outcome::NotCreated,
            message: message.into(),
            attempts: 0,
            status: None,
            retry_after: None,
            request_id: None,
            server_code: None,
            server_message: None,
            body: None,
            source: None,
        }))
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }
}

/// A failed attempt.
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<StatusCode>,
    what: String,
    headers: HeaderMap,
    body: Option<Bytes>,
    source: Option<vobiz_api::Error>,
}

/// The call that an attempt belongs to, as far as its error tells of it.
pub(crate) struct Call<'a> {
    pub(crate) new: &'a NewSubAccount,
    pub(crate) parent: &'a str,
    pub(crate) auth_token: &'a Secret,
    pub(crate) began: SystemTime,
    pub(crate) attempts: u32,
    /// An earlier attempt may have created the account.
    pub(crate) in_doubt: bool,
    /// Why no further attempt is made, if one could have been.
    pub(crate) gave_up: Option<String>,
}

impl Call<'_> {
    /// Knows the secrets that were sent.
    pub(crate) fn redactor(&self) -> Redactor {
        Redactor::new([self.auth_token].into_iter().chain(&self.new.password))
    }
}

impl From<vobiz_api::Error> for Failure {
    fn from(error: vobiz_api::Error) -> Self {
        let (kind, outcome) = classify(&error);
        let what = match error.status() {
            Some(status) if kind == ErrorKind::NotThisApi => {
                format!("the server answered {status} with a body that is not of this API")
            }
            _ => with_root_cause(&error),
        };
        Self {
            kind,
            outcome,
            status: error.status(),
            what,
            headers: error.headers().cloned().unwrap_or_default(),
            body: error.body().cloned(),
            source: Some(error),
        }
    }
}

impl Failure {
    /// A success that was parsed and whose credentials are none.
    pub(crate) fn without_credentials(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            kind: ErrorKind::CredentialsMissing,
            outcome: Outcome::Created,
            status: Some(status),
            what: format!("the server answered {status}"),
            headers,
            body: Some(body),
            source: None,
        }
    }

    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(&self.headers, SystemTime::now())
    }

    /// The error that the caller gets.
    pub(crate) fn into_error(self, call: &Call<'_>) -> Error {
        let mut redactor = call.redactor();
        let body = self.body.as_deref().unwrap_or_default();
        redactor.learn(body);
        let words = ServerWords::read(body);
        // JSON within a text has secrets by name as well.
        redactor.learn(words.message.as_deref().unwrap_or_default().as_bytes());
        let clean = |text: &Option<String>| redactor.clean_foreign(text.as_deref()?);
        let outcome = match self.outcome {
            Outcome::NotCreated if call.in_doubt => Outcome::Unknown,
            outcome => outcome,
        };
        let mut inner = Inner {
            kind: self.kind,
            outcome,
            message: String::new(),
            attempts: call.attempts,
            status: self.status,
            retry_after: self.retry_after(),
            request_id: request_id(&self.headers, &redactor).or_else(|| clean(&words.request_id)),
            server_code: clean(&words.code),
            server_message: clean(&words.message),
            body: self.body,
            source: self.source.map(Into::into),
        };
        inner.message = message(&inner, &self.what, call, &redactor);
        Error(Box::new(inner))
    }
}

/// What an error of the generated client says about the account.
fn classify(error: &vobiz_api::Error) -> (ErrorKind, Outcome) {
    use vobiz_api::ErrorKind as Api;
    let Some(status) = error.status() else {
        return match error.kind() {
            Api::InvalidConfig | Api::InvalidRequest => {
                (ErrorKind::InvalidRequest, Outcome::NotCreated)
            }
            Api::Connect => (ErrorKind::Connect, Outcome::NotCreated),
            _ => (ErrorKind::NoResponse, Outcome::Unknown),
        };
    };
    match status.as_u16() {
        200..=299 => {
            let is_cut = error.kind() == Api::IncompleteBody;
            if is_json(error.body().map_or(&[][..], |body| body), is_cut) {
                (ErrorKind::CredentialsMissing, Outcome::Created)
            } else {
                (ErrorKind::NotThisApi, Outcome::Unknown)
            }
        }
        // These two promise that the request was not acted upon. 301 to 303 are also given as an
        // answer to a form that was; of the others there is no telling.
        307 | 308 => (ErrorKind::Redirected, Outcome::NotCreated),
        300..=399 => (ErrorKind::Redirected, Outcome::Unknown),
        401 | 403 => (ErrorKind::Unauthorized, Outcome::NotCreated),
        408 => (ErrorKind::ServerFailure, Outcome::Unknown),
        429 => (ErrorKind::RateLimited, Outcome::NotCreated),
        400..=499 => (ErrorKind::Refused, Outcome::NotCreated),
        _ => (ErrorKind::ServerFailure, Outcome::Unknown),
    }
}

/// Whether the body of a success is JSON of any shape, empty, or as much of it as arrived.
fn is_json(body: &[u8], is_cut: bool) -> bool {
    let body = salvage::without_bom(body).trim_ascii();
    let after = |at: usize| {
        body.get(at..)
            .unwrap_or_default()
            .trim_ascii_start()
            .first()
    };
    match body.first() {
        None => true,
        // Broken JSON is JSON; a template or a log line that begins alike is not.
        Some(b'{') => matches!(after(1), None | Some(b'"' | b'}' | b',' | b'\'' | 0)),
        Some(b'[') => after(1).is_none_or(|byte| b"{[\"],-0123456789tfn\0".contains(byte)),
        Some(b'"') => salvage::string_end(body, 0).is_none_or(|end| after(end).is_none()),
        Some(_) if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() => true,
        Some(_) => {
            let is_number = || body.iter().all(|byte| b"+-.0123456789Ee".contains(byte));
            let literals: [&[u8]; 3] = [b"true", b"false", b"null"];
            is_cut && (literals.iter().any(|word| word.starts_with(body)) || is_number())
        }
    }
}

/// The error's own words, and those of the error at the bottom: `Connection refused`.
fn with_root_cause(error: &vobiz_api::Error) -> String {
    let mut root: Option<&dyn StdError> = None;
    let mut next = error.source();
    while let Some(source) = next {
        root = Some(source);
        next = source.source();
    }
    match root {
        Some(root) if !error.is_timeout() => format!("{error}: {root}"),
        _ => error.to_string(),
    }
}

fn message(inner: &Inner, what: &str, call: &Call<'_>, redactor: &Redactor) -> String {
    let what: Vec<&str> = what.split_whitespace().collect();
    let mut parts = vec![redactor.clean(&what.join(" "))];
    if inner.attempts > 1 {
        parts[0].push_str(&format!(" at attempt {}", inner.attempts));
    }
    match (&inner.server_code, &inner.server_message) {
        (Some(code), Some(message)) => parts[0].push_str(&format!(" ({code}: {message})")),
        (Some(text), None) | (None, Some(text)) => parts[0].push_str(&format!(" ({text})")),
        (None, None) => {}
    }
    parts.extend(call.gave_up.clone());
    let name: String = call.new.name.chars().take(100).collect();
    let which = format!(
        "named {} under {} and made since {}",
        redactor.clean(&format!("{name:?}")),
        redactor.clean(&call.parent.escape_debug().to_string()),
        time::format(call.began),
    );
    match inner.outcome {
        Outcome::NotCreated => {
            parts.push("no account was created".to_owned());
            parts.push(advice(inner));
        }
        Outcome::Unknown => {
            parts.push("the account may exist".to_owned());
            parts.push(format!("before trying again, look for one {which}"));
        }
        Outcome::Created => {
            parts.push("the account exists, but its credentials are not in the answer".to_owned());
            parts.push(format!(
                "do not try again, but regenerate the credentials of the one {which}"
            ));
        }
    }
    parts.join("; ")
}

/// What to do when nothing was created.
fn advice(inner: &Inner) -> String {
    let text = match inner.kind {
        ErrorKind::Connect => "check the network and the base URL, and try again",
        ErrorKind::Redirected => "check the base URL, since redirects are not followed",
        ErrorKind::Unauthorized => "check the auth id, the auth token and the parent account",
        ErrorKind::RateLimited => {
            return match inner.retry_after {
                Some(wait) => format!("try again after {} s", wait.as_secs()),
                None => "try again later".to_owned(),
            };
        }
        _ => "mend the request and try again",
    };
    text.to_owned()
}

/// What a server says in the body of an error, in any of the shapes that have been seen.
#[derive(Debug, Default, PartialEq)]
struct ServerWords {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

impl ServerWords {
    fn read(body: &[u8]) -> Self {
        if body.len() > MAX_ERROR_BODY {
            return Self::default();
        }
        if let Ok(body) = serde_json::from_slice(body) {
            return Self::from_json(&body);
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let message = match text.as_bytes().first() {
            // Broken JSON is for `body()`.
            Some(b'{' | b'[') => None,
            Some(b'<') => title(text),
            _ => Some(text.to_owned()),
        };
        Self {
            message,
            ..Self::default()
        }
    }

    fn from_json(body: &Value) -> Self {
        // The error itself, in its envelope or alone.
        let error = body.get("error").filter(|error| !error.is_null());
        let places = [error.unwrap_or(body), body];
        let first = |keys: &[&str]| {
            let mut places = places
                .iter()
                .flat_map(|place| keys.iter().map(|key| place.get(key)));
            places.find_map(|value| words(value?))
        };
        Self {
            code: first(&["code", "error_code", "type"]),
            message: first(&["message", "error_description", "detail", "description"])
                .or_else(|| words(error?))
                .or_else(|| words(body.get("errors")?))
                .or_else(|| body.as_str().map(str::to_owned)),
            request_id: first(&["requestId", "request_id", "api_id"]),
        }
    }
}

/// A text, a number, or what a list of errors says; never the `input` that one echoes.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().take(5).filter_map(one_of_many).collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        }
        _ => None,
    }
}

fn one_of_many(item: &Value) -> Option<String> {
    if let Value::String(text) = item {
        return Some(text.clone());
    }
    let text = ["msg", "message", "detail"]
        .iter()
        .find_map(|key| item.get(key)?.as_str())?;
    let place = item.get("loc").and_then(Value::as_array);
    match place.and_then(|place| place.last()?.as_str()) {
        Some(place) => Some(format!("{place}: {text}")),
        None => Some(text.to_owned()),
    }
}

/// The title of an HTML page.
fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(page[start..end].to_owned())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("outcome", &inner.outcome)
            .field("message", &inner.message)
            .field("attempts", &inner.attempts)
            .field("status", &inner.status.map(|status| status.as_u16()))
            .field("retry_after", &inner.retry_after)
            .field("request_id", &inner.request_id)
            .field("server_code", &inner.server_code)
            .field("server_message", &inner.server_message)
            .field("body_len", &inner.body.as_ref().map(Bytes::len))
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        let words = ServerWords::read(body.as_bytes());
        (words.code, words.message, words.request_id)
    }

    #[test]
    fn every_known_shape_of_an_error_is_read() {
        for (body, code, message) in [
            (
                r#"{"status":"error","error":{"code":"E1","message":"no","details":{}},"timestamp":"t"}"#,
                Some("E1"),
                Some("no"),
            ),
            (
                r#"{"error":{"code":401,"message":"no"}}"#,
                Some("401"),
                Some("no"),
            ),
            (r#"{"error":"forbidden"}"#, None, Some("forbidden")),
            (r#"{"message":"no","code":7}"#, Some("7"), Some("no")),
            (r#"{"error":null,"message":"no"}"#, None, Some("no")),
            (
                r#"{"error":"invalid","message":"the name"}"#,
                None,
                Some("the name"),
            ),
            (
                r#"{"detail":[{"loc":["body","email"],"msg":"bad","input":"hunter2"},{"msg":"no"}]}"#,
                None,
                Some("email: bad, no"),
            ),
            (r#"{"detail":"Not found"}"#, None, Some("Not found")),
            (r#"{"errors":["a","b"]}"#, None, Some("a, b")),
            (r#""just text""#, None, Some("just text")),
            ("plain text\n", None, Some("plain text")),
            (
                "<!DOCTYPE html><html><head><TITLE lang=en>502 Bad</TITLE></head>",
                None,
                Some("502 Bad"),
            ),
            ("<html>", None, None),
            ("", None, None),
            ("{\"error\":", None, None),
            ("[]", None, None),
            ("12", None, None),
        ] {
            let (read_code, read_message, _) = read(body);
            let read = (
                read_code.as_deref(),
                read_message.as_deref().filter(|m| !m.is_empty()),
            );
            assert_eq!(read, (code, message), "{body}");
        }
        let body = r#"{"error":{"code":"E"},"requestId":"req_1"}"#;
        assert_eq!(read(body).2.as_deref(), Some("req_1"));
    }

    #[test]
    fn bodies_of_a_success_are_json_or_not() {
        for body in [
            "",
            " \n",
            "{}",
            "{\"a\"",
            "[1",
            "\"x",
            "null",
            "12.5",
            "true",
            "\u{feff}{",
        ] {
            assert!(is_json(body.as_bytes(), false), "{body}");
        }
        for body in ["<html>", "OK", "nul", "not found", "12 monkeys", "-"] {
            assert!(!is_json(body.as_bytes(), false), "{body}");
        }
        for body in ["nul", "t", "-", "1e"] {
            assert!(is_json(body.as_bytes(), true), "{body}");
        }
        for body in ["<", "OK", "not", "nulll"] {
            assert!(!is_json(body.as_bytes(), true), "{body}");
        }
        for body in [
            "[error] no upstream",
            "{{ template }}",
            "\"use strict\"; alert(1)",
        ] {
            assert!(!is_json(body.as_bytes(), false), "{body}");
        }
    }
}
