//! The client and how it is configured.

use std::fmt;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::generated::{SERVER_URL, security_headers};
use crate::response::Response;
use crate::{Error, Secret};

/// What every path of the document begins with; people put it into base URLs by mistake.
const COMMON_PATH: &str = "/api/v1";

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_GRACE: Duration = Duration::from_millis(50);
const DEFAULT_BODY_LIMIT: usize = 16 * 1024 * 1024;

/// A client of the API: one method for each operation of the document.
///
/// It is cheap to clone, and clones share their connections.
///
/// ```
/// # fn main() -> Result<(), vobiz_api::Error> {
/// let client = vobiz_api::Client::builder("MA_XXXXXX", "my-auth-token")
///     .base_url("http://localhost:8080/api/v1/")
///     .build()?;
/// assert_eq!(client.base_url(), "http://localhost:8080");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[allow(clippy::struct_field_names)]
pub struct Client {
    base_url: Arc<Url>,
    // The name that the generated code uses.
    pub(crate) client: reqwest::Client,
    timeout: Duration,
    body_limit: usize,
}

impl Client {
    /// A client of the document's server with these credentials and all defaults.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig): see
    /// [`ClientBuilder::build`].
    pub fn new(auth_id: impl Into<String>, auth_token: impl Into<Secret>) -> Result<Self, Error> {
        Self::builder(auth_id, auth_token).build()
    }

    /// Begins to configure a client with these credentials.
    pub fn builder(auth_id: impl Into<String>, auth_token: impl Into<Secret>) -> ClientBuilder {
        ClientBuilder {
            auth_id: auth_id.into(),
            auth_token: auth_token.into(),
            base_url: SERVER_URL.to_owned(),
            allow_insecure_http: false,
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            body_limit: DEFAULT_BODY_LIMIT,
            user_agent: None,
            http: reqwest::ClientBuilder::new(),
        }
    }

    /// Where requests go: without a path of the API and without a slash at the end.
    pub fn base_url(&self) -> &str {
        self.base_url.as_str().trim_end_matches('/')
    }

    /// The same client, sharing its connections, with another [timeout](ClientBuilder::timeout).
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self {
            timeout,
            ..self.clone()
        }
    }

    /// The URL of `path`, which begins with a slash.
    ///
    /// The base URL is parsed once for each client; its host need not be for each call.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = Url::clone(&self.base_url);
        match url.path() {
            "/" => url.set_path(path),
            prefix => url.set_path(&format!("{}{path}", prefix.trim_end_matches('/'))),
        }
        url
    }

    /// Sends `request` and reads the answer.
    ///
    /// Time is kept here and not by `reqwest`, which looks at its clock before it looks at what
    /// has arrived: in a program that was busy or suspended, a whole answer would be lost.
    pub(crate) async fn execute(&self, request: reqwest::Request) -> Result<Response, Error> {
        let end = Instant::now().checked_add(self.timeout);
        let timer = pin!(end.map(sleep_until));
        let mut clock = Clock {
            timer: timer.as_pin_mut(),
            grace: (self.timeout / 10).min(MAX_GRACE),
        };
        match clock.limit(self.client.execute(request)).await {
            Some(Ok(response)) => Ok(Response::read(response, self.body_limit, &mut clock).await),
            Some(Err(error)) => Err(Error::sending(error)),
            None => Err(Error::timed_out()),
        }
    }
}

/// The time that is left for a call.
pub(crate) struct Clock<'a> {
    /// None if there is no end to it.
    timer: Option<Pin<&'a mut Sleep>>,
    /// How long the call may go on when time is up, for what has arrived but was not handed over
    /// yet; zero once that has begun.
    grace: Duration,
}

impl Clock<'_> {
    /// What `future` gives, if it does in time.
    pub(crate) async fn limit<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            let Some(timer) = &mut self.timer else {
                return Poll::Pending;
            };
            ready!(timer.as_mut().poll(cx));
            let grace = std::mem::take(&mut self.grace);
            if grace.is_zero() {
                return Poll::Ready(None);
            }
            timer.as_mut().reset(Instant::now() + grace);
            timer.as_mut().poll(cx).map(|()| None)
        })
        .await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("timeout", &self.timeout)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}

/// Configures a [`Client`].
///
/// ```
/// use std::time::Duration;
///
/// # fn main() -> Result<(), vobiz_api::Error> {
/// let client = vobiz_api::Client::builder("MA_XXXXXX", "my-auth-token")
///     .base_url("http://127.0.0.1:8080")
///     .timeout(Duration::from_secs(20))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing happens before `build`"]
pub struct ClientBuilder {
    auth_id: String,
    auth_token: Secret,
    base_url: String,
    allow_insecure_http: bool,
    timeout: Duration,
    connect_timeout: Duration,
    body_limit: usize,
    user_agent: Option<String>,
    http: reqwest::ClientBuilder,
}

impl ClientBuilder {
    /// Where requests go; the document's server by default.
    ///
    /// A slash at the end is dropped, and so is `/api/v1`, which the paths begin with anyway.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Allows a base URL with `http://` beyond the loopback interface: the credentials then
    /// travel in clear, and so does every secret in an answer.
    pub fn dangerously_allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// How long a call may take in all, from connecting to the end of the body; 60 seconds by
    /// default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take; 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a body may be, in bytes; 16 MiB by default. What lies beyond is not read.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Text that goes before this crate's own name and version in `User-Agent`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// The builder of the HTTP client, for a proxy, root certificates or a resolver.
    ///
    /// What this crate promises is applied after it: credentials, no redirects, no retries,
    /// timeouts, `User-Agent`, no logging of connections, and no proxy for the loopback interface.
    pub fn http(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http = builder;
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig): the auth id or the auth
    /// token is empty or holds text that no header can carry; the base URL is no URL, is not
    /// `https` (`http` is fine for the loopback interface), or holds a password, a query or a
    /// fragment; no TLS feature is enabled and the base URL needs one; the HTTP client cannot be
    /// made.
    pub fn build(self) -> Result<Client, Error> {
        let mut headers = HeaderMap::with_capacity(2);
        for (header, what, value) in [
            (security_headers::AUTH_ID, "auth id", self.auth_id.as_str()),
            (
                security_headers::AUTH_TOKEN,
                "auth token",
                self.auth_token.expose_secret(),
            ),
        ] {
            headers.insert(HeaderName::from_static(header), credential(what, value)?);
        }
        let (base_url, is_loopback) = base_url(&self.base_url, self.allow_insecure_http)?;
        let own = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
        let user_agent = match self.user_agent {
            Some(product) => format!("{product} {own}"),
            None => own.to_owned(),
        };
        let user_agent = HeaderValue::try_from(user_agent).map_err(|_| {
            Error::invalid_config("the user agent holds text that no header can carry")
        })?;
        let mut http = self
            .http
            .default_headers(headers)
            .user_agent(user_agent)
            .connect_timeout(self.connect_timeout)
            // Time is kept in `execute`; a timeout of the builder that was handed in would end it.
            .timeout(Duration::MAX)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // Another crate may have enabled these in reqwest; a body that fails to decompress
            // would be lost, and none is asked for.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            // It would write whole requests and answers to the log.
            .connection_verbose(false);
        if is_loopback {
            http = http.no_proxy();
        }
        let client = http.build().map_err(|error| {
            Error::invalid_config("the HTTP client cannot be made").with_source(error)
        })?;
        Ok(Client {
            base_url: base_url.into(),
            client,
            timeout: self.timeout,
            body_limit: self.body_limit,
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("auth_id", &self.auth_id)
            .field("auth_token", &self.auth_token)
            // The base URL is not checked yet, and could hold a password.
            .finish_non_exhaustive()
    }
}

/// A header value for a credential, kept out of every `Debug`.
fn credential(what: &str, value: &str) -> Result<HeaderValue, Error> {
    if value.is_empty() {
        return Err(Error::invalid_config(format!("the {what} is empty")));
    }
    if value.trim() != value {
        return Err(Error::invalid_config(format!(
            "the {what} begins or ends with white space, which a header does not carry"
        )));
    }
    let mut header = HeaderValue::try_from(value).map_err(|_| {
        Error::invalid_config(format!(
            "the {what} holds a character that no header can carry"
        ))
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// The base URL without a path of the API, and whether it stays on this machine.
fn base_url(text: &str, allow_insecure_http: bool) -> Result<(Url, bool), Error> {
    let refused = |why: &str| Err(Error::invalid_config(format!("the base URL {why}")));
    let Ok(mut url) = Url::parse(text.trim()) else {
        return refused("is no URL: it must look like https://api.vobiz.ai");
    };
    let is_loopback = match url.host_str() {
        None | Some("") => return refused("names no host"),
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(|ip: IpAddr| ip.is_loopback()),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refused("holds a user name or password: credentials are sent in headers only");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refused("holds a query or a fragment");
    }
    match url.scheme() {
        "https" if cfg!(not(any(feature = "rustls", feature = "native-tls"))) => {
            return refused(
                "is https, but no TLS is built in: enable the feature `rustls` or `native-tls`",
            );
        }
        "https" => {}
        "http" if is_loopback || allow_insecure_http => {}
        "http" => return refused("is http, which would send the credentials in clear: use https"),
        _ => return refused("is neither https nor http"),
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix(COMMON_PATH).unwrap_or(path);
    let path = path.trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok((url, is_loopback))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_normalised() {
        for text in [
            "https://api.vobiz.ai",
            "https://api.vobiz.ai/",
            "https://api.vobiz.ai/api/v1",
            "https://api.vobiz.ai/api/v1/",
            " https://API.vobiz.ai/api/v1// ",
        ] {
            assert_eq!(of(text).base_url(), "https://api.vobiz.ai", "{text}");
        }
        assert_eq!(
            of("https://gw.example/vobiz/api/v1").base_url(),
            "https://gw.example/vobiz"
        );
    }

    #[test]
    fn paths_are_appended_to_the_base_url() {
        for (base, path, url) in [
            ("https://x.example", "/a/", "https://x.example/a/"),
            (
                "https://x.example:81/p/",
                "/a/",
                "https://x.example:81/p/a/",
            ),
            (
                "https://x.example/p%2Fq",
                "/a%2Fb",
                "https://x.example/p%2Fq/a%2Fb",
            ),
            ("https://x.example", "/a b", "https://x.example/a%20b"),
        ] {
            assert_eq!(of(base).url(path).as_str(), url);
        }
    }

    fn of(base_url: &str) -> Client {
        let client = Client::builder("MA_1", "token").base_url(base_url);
        client.build().unwrap()
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for text in [
            "http://localhost:1",
            "http://127.0.0.1:1",
            "http://127.9.9.9",
            "http://[::1]:1",
        ] {
            assert!(base_url(text, false).unwrap().1, "{text}");
        }
        for text in [
            "http://api.vobiz.ai",
            "http://127.0.0.1.example",
            "http://localhost.example",
        ] {
            assert!(base_url(text, false).is_err(), "{text}");
            assert!(!base_url(text, true).unwrap().1, "{text}");
        }
    }

    #[test]
    fn unusable_base_urls_are_refused() {
        for text in [
            "",
            "api.vobiz.ai",
            "ftp://api.vobiz.ai",
            "https://",
            "file:///etc/passwd",
            "https://u:hunter2@api.vobiz.ai",
            "https://api.vobiz.ai/?a=b",
            "https://api.vobiz.ai/#x",
        ] {
            let error = base_url(text, true).unwrap_err().to_string();
            assert!(error.starts_with("the base URL"), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn credentials_that_no_header_can_carry_are_refused() {
        for (id, token, names) in [
            ("", "t", "auth id"),
            ("a", "", "auth token"),
            ("a\nb", "t", "auth id"),
            ("a", "hunter2\n", "auth token"),
            ("a", "hunter2\u{0}", "auth token"),
            ("a", " hunter2", "auth token"),
        ] {
            let error = Client::new(id, token).unwrap_err();
            assert!(error.to_string().contains(names), "{error}");
            assert!(!format!("{error}{error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn neither_client_nor_builder_shows_the_token() {
        let builder = Client::builder("MA_1", "hunter2");
        let mut shown = format!("{builder:?}");
        shown.push_str(&format!("{:?}", builder.build().unwrap()));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn is_clone_send_sync() {
        fn check<T: Clone + Send + Sync + 'static>() {}
        check::<Client>();
    }
}
