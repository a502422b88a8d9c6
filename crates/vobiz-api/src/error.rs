//! The one error of this crate.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::response::{CutOff, Response};

/// Why a call, or the making of a client, failed.
///
/// Whenever the server answered, the error keeps status, headers and body, whatever the body
/// is. Neither `Display` nor `Debug` prints the body or a header, since either could hold a
/// secret; read them with [`body`](Self::body) and [`headers`](Self::headers).
///
/// ```
/// # async fn run(client: vobiz_api::Client) {
/// match client.create_sub_account().auth_id("MA_XXXXXX").send().await {
///     Ok(created) => println!("{}", created.auth_credentials.auth_id),
///     Err(error) => eprintln!("{error}; status: {:?}", error.status()),
/// }
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    response: Option<Response>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    timed_out: bool,
}

/// What a caller can tell errors apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be made like this: credentials, base URL or TLS. Nothing was sent.
    InvalidConfig,
    /// The request cannot be built from these values. Nothing was sent.
    InvalidRequest,
    /// There is no connection: DNS, TCP, TLS or a proxy failed. No request was sent.
    Connect,
    /// The request was sent, at least in part, and no answer came: timeout, reset, or bytes that
    /// are not HTTP. What the server did is unknown.
    NoResponse,
    /// An answer of success whose body was cut off, stalled, or is longer than the limit.
    IncompleteBody,
    /// An answer of success whose body is not what the document says.
    UnexpectedBody,
    /// An answer that the document does not count as a success.
    Status,
}

impl Error {
    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// The headers of the answer, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.response.as_ref().map(|response| &response.headers)
    }

    /// The body of the answer, as far as it was received. It can hold secrets.
    pub fn body(&self) -> Option<&Bytes> {
        self.0.response.as_ref().map(|response| &response.body)
    }

    /// The body as `T`, if it is JSON of that shape.
    ///
    /// ```
    /// # fn show(error: vobiz_api::Error) {
    /// use vobiz_api::types::ErrorBody;
    ///
    /// if let Some(body) = error.body_as::<ErrorBody>() {
    ///     eprintln!("the server says: {}", body["error"]["message"]);
    /// }
    /// # }
    /// ```
    pub fn body_as<T: DeserializeOwned>(&self) -> Option<T> {
        self.0.response.as_ref()?.parse().ok()
    }

    /// Whether time ran out.
    pub fn is_timeout(&self) -> bool {
        let cut_off = self
            .0
            .response
            .as_ref()
            .and_then(|response| response.cut_off.as_ref());
        let source = self.0.source.as_deref();
        let of_connection = source.and_then(|source| source.downcast_ref::<reqwest::Error>());
        self.0.timed_out
            || cut_off.is_some_and(CutOff::is_timeout)
            || of_connection.is_some_and(reqwest::Error::is_timeout)
    }

    pub(crate) fn timed_out() -> Self {
        let mut this = Self::new(
            ErrorKind::NoResponse,
            "no answer from the server in time",
            None,
        );
        this.0.timed_out = true;
        this
    }

    pub(crate) fn invalid_config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidConfig, message, None)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, message, None)
    }

    pub(crate) fn unexpected_response(response: Response) -> Self {
        let message = format!("the server answered {}", status_line(response.status));
        Self::new(ErrorKind::Status, message, Some(response))
    }

    pub(crate) fn incomplete_body(response: Response, why: &str) -> Self {
        let message = format!(
            "the server answered {}, but {why} after {} bytes",
            status_line(response.status),
            response.body.len(),
        );
        Self::new(ErrorKind::IncompleteBody, message, Some(response))
    }

    /// `serde_json` quotes values in its messages; only the place is safe to tell.
    pub(crate) fn unexpected_body(response: Response, error: &serde_json::Error) -> Self {
        let message = format!(
            "the server answered {}, but the body is not what the document says \
             (line {}, column {})",
            status_line(response.status),
            error.line(),
            error.column(),
        );
        Self::new(ErrorKind::UnexpectedBody, message, Some(response))
    }

    pub(crate) fn sending(error: reqwest::Error) -> Self {
        let (kind, message) = if error.is_builder() || error.is_request() && error.is_body() {
            (ErrorKind::InvalidRequest, "the request cannot be built")
        } else if error.is_connect() {
            (ErrorKind::Connect, "no connection to the server")
        } else if error.is_timeout() {
            (ErrorKind::NoResponse, "no answer from the server in time")
        } else {
            (ErrorKind::NoResponse, "no answer from the server")
        };
        let mut this = Self::new(kind, message, None);
        this.0.source = Some(Box::new(error.without_url()));
        this
    }

    pub(crate) fn new(
        kind: ErrorKind,
        message: impl Into<String>,
        response: Option<Response>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            response,
            source: None,
            timed_out: false,
        }))
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }
}

fn status_line(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("status", &self.status().map(|status| status.as_u16()))
            .field("body_len", &self.body().map(Bytes::len))
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let own = self
            .0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static));
        own.or_else(|| {
            let cut_off = self.0.response.as_ref()?.cut_off.as_ref()?;
            cut_off
                .source
                .as_ref()
                .map(|source| source as &(dyn StdError + 'static))
        })
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        Self::sending(error)
    }
}

impl From<reqwest::header::InvalidHeaderValue> for Error {
    fn from(error: reqwest::header::InvalidHeaderValue) -> Self {
        Self::invalid_request("a header parameter holds text that no header can carry")
            .with_source(error)
    }
}
