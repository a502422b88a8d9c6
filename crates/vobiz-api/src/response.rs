//! An answer: read whole, bounded, and kept whatever it is.

use std::fmt;
use std::ops::Deref;

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::client::Clock;
use crate::{Error, json};

/// A successful answer: the parsed value, with the status, headers and bytes that it came with.
///
/// It dereferences to the value. Its `Debug` shows the status and the length of the body, not the
/// value, which can be free-form and hold anything; `{:?}` of `*value` shows that.
///
/// ```
/// # async fn run(client: vobiz_api::Client) -> Result<(), vobiz_api::Error> {
/// let created = client.create_sub_account().auth_id("MA_XXXXXX").send().await?;
/// println!("{}: {:?}", created.status(), created.message);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ResponseValue<T> {
    inner: T,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl<T> ResponseValue<T> {
    /// A value with the status, headers and body it came with; for tests.
    pub fn new(inner: T, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            inner,
            status,
            headers,
            body,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// The value, and the status, headers and body it came with.
    pub fn into_parts(self) -> (T, StatusCode, HeaderMap, Bytes) {
        (self.inner, self.status, self.headers, self.body)
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it was received. It can hold secrets.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl<T: DeserializeOwned> ResponseValue<T> {
    /// For an operation whose answer is JSON.
    pub(crate) fn from_response(response: Response) -> Result<Self, Error> {
        let response = response.whole()?;
        match response.parse() {
            Ok(inner) => Ok(response.with(inner)),
            Err(error) => Err(Error::unexpected_body(response, &error)),
        }
    }
}

impl ResponseValue<()> {
    /// For an operation whose answer has no body, or none that matters.
    pub(crate) fn empty(response: Response) -> Self {
        response.with(())
    }
}

impl ResponseValue<Bytes> {
    /// For an operation whose answer is not JSON.
    pub(crate) fn from_bytes(response: Response) -> Result<Self, Error> {
        let response = response.whole()?;
        let body = response.body.clone();
        Ok(response.with(body))
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue")
            .field("status", &self.status.as_u16())
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An answer before it is known to be a success.
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Why `body` is not the whole body, if it is not.
    pub(crate) cut_off: Option<CutOff>,
}

const STALLED: &str = "the body stalled";

impl CutOff {
    pub(crate) fn is_timeout(&self) -> bool {
        self.why == STALLED
    }
}

pub(crate) struct CutOff {
    why: &'static str,
    pub(crate) source: Option<reqwest::Error>,
}

impl Response {
    /// Reads the body of `response`, up to `limit` bytes; what was read is kept in any case.
    pub(crate) async fn read(
        mut response: reqwest::Response,
        limit: usize,
        clock: &mut Clock<'_>,
    ) -> Self {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let announced = response.content_length().unwrap_or_default();
        let mut chunks = Chunks::new(usize::try_from(announced).unwrap_or(limit).min(limit));
        let cut_off = loop {
            match clock.limit(response.chunk()).await {
                Some(Ok(None)) => break None,
                Some(Ok(Some(chunk))) => {
                    let room = limit - chunks.len();
                    if chunk.len() > room {
                        chunks.push(chunk.slice(..room));
                        break Some(CutOff {
                            why: "the body is over the size limit",
                            source: None,
                        });
                    }
                    chunks.push(chunk);
                }
                Some(Err(error)) => {
                    break Some(CutOff {
                        why: "the body was cut off",
                        source: Some(error.without_url()),
                    });
                }
                None => {
                    break Some(CutOff {
                        why: STALLED,
                        source: None,
                    });
                }
            }
        };
        Self {
            status,
            headers,
            body: chunks.into_bytes(),
            cut_off,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    fn whole(self) -> Result<Self, Error> {
        match self.cut_off.as_ref().map(|cut_off| cut_off.why) {
            None => Ok(self),
            Some(why) => Err(Error::incomplete_body(self, why)),
        }
    }

    /// The body as JSON of that shape, whatever its content type says.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        json::parse(&self.body)
    }

    fn with<T>(self, inner: T) -> ResponseValue<T> {
        ResponseValue {
            inner,
            status: self.status,
            headers: self.headers,
            body: self.body,
        }
    }
}

/// How much room is made for a body at once; an announcement is believed no further.
const MAX_ROOM: usize = 4 * 1024 * 1024;

/// The body so far: one chunk is not copied, more are put together.
struct Chunks {
    announced: usize,
    first: Bytes,
    rest: BytesMut,
}

impl Chunks {
    /// For a body that is announced to have so many bytes.
    fn new(announced: usize) -> Self {
        Self {
            announced,
            first: Bytes::new(),
            rest: BytesMut::new(),
        }
    }

    fn len(&self) -> usize {
        self.first.len() + self.rest.len()
    }

    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() && self.rest.is_empty() {
            self.first = chunk;
        } else {
            if self.rest.is_empty() {
                let known = self.first.len() + chunk.len();
                self.rest.reserve(self.announced.min(MAX_ROOM).max(known));
                self.rest
                    .extend_from_slice(&std::mem::take(&mut self.first));
            }
            self.rest.extend_from_slice(&chunk);
        }
    }

    fn into_bytes(self) -> Bytes {
        if self.rest.is_empty() {
            self.first
        } else {
            self.rest.freeze()
        }
    }
}
