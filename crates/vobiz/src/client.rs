//! The client, how it is configured, and the one call that it makes safe.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use vobiz_api::{Secret, reqwest};

use crate::error::{Call, Failure};
use crate::{Created, Error, NewSubAccount, RetryPolicy, trace};

const AUTH_ID: &str = "VOBIZ_AUTH_ID";
const AUTH_TOKEN: &str = "VOBIZ_AUTH_TOKEN";
const BASE_URL: &str = "VOBIZ_BASE_URL";

const TIMEOUT: Duration = Duration::from_secs(60);
const DEADLINE: Duration = Duration::from_secs(120);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// A client of the Vobiz API.
///
/// It is cheap to clone, and clones share their connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    api: vobiz_api::Client,
    auth_id: String,
    auth_token: Secret,
    timeout: Duration,
    deadline: Duration,
    retry: RetryPolicy,
}

impl Client {
    /// A client with the credentials in `VOBIZ_AUTH_ID` and `VOBIZ_AUTH_TOKEN`, and the base URL
    /// in `VOBIZ_BASE_URL` if that is set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig), naming the variable that is
    /// missing or cannot be used.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().env()?.build()
    }

    /// A client with these credentials and all defaults.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    pub fn new(auth_id: impl Into<String>, auth_token: impl Into<Secret>) -> Result<Self, Error> {
        Self::builder().credentials(auth_id, auth_token).build()
    }

    /// Begins to configure a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The generated client, with the same credentials, connections and limits: for operations
    /// that have no method here. It retries nothing.
    pub fn api(&self) -> &vobiz_api::Client {
        &self.0.api
    }

    /// Creates a sub-account and returns its credentials, **which no other call returns**.
    ///
    /// A call is tried again only where nothing can have been created; see [`RetryPolicy`]. Do
    /// not drop the future before it is done: the account may then exist, and its token is lost.
    /// See [Cancellation](crate#cancellation) for what to do where a caller can go away.
    ///
    /// # Errors
    ///
    /// [`Error::outcome`] says whether the account exists. Whenever a success holds credentials
    /// they are returned, whatever else is wrong; [`Created::warnings`] tells what.
    pub async fn create_sub_account(&self, new: NewSubAccount) -> Result<Created, Error> {
        trace::call(self.0.create_sub_account(&new)).await
    }
}

impl Inner {
    async fn create_sub_account(&self, new: &NewSubAccount) -> Result<Created, Error> {
        let started = Instant::now();
        let mut call = Call {
            new,
            parent: new.parent.as_deref().unwrap_or(&self.auth_id),
            auth_token: &self.auth_token,
            began: SystemTime::now(),
            attempts: 0,
            in_doubt: false,
            gave_up: None,
        };
        loop {
            call.attempts += 1;
            let left = self.deadline.saturating_sub(started.elapsed());
            let result = self
                .api
                .with_timeout(self.timeout.min(left))
                .create_sub_account()
                .auth_id(call.parent)
                .body_map(|body| new.fill(body))
                .send()
                .await;
            let failure = match Created::read(result, &call) {
                Ok(created) => return Ok(created.after(call.attempts)),
                Err(failure) => failure,
            };
            match self.wait(&failure, call.attempts, started.elapsed()) {
                Ok(Some(wait)) => {
                    trace::waiting(call.attempts, wait);
                    tokio::time::sleep(wait).await;
                    // A busy program may have woken late: nothing is sent without time to answer.
                    if self.margin() > self.deadline.saturating_sub(started.elapsed()) {
                        call.gave_up = Some("the deadline passed while waiting".to_owned());
                        return Err(failure.into_error(&call));
                    }
                }
                Ok(None) => return Err(failure.into_error(&call)),
                Err(why) => {
                    call.gave_up = Some(why);
                    return Err(failure.into_error(&call));
                }
            }
            call.in_doubt |= failure.outcome != crate::Outcome::NotCreated;
        }
    }

    /// How long to wait before the next attempt, if there is to be one.
    ///
    /// # Errors
    ///
    /// There could be one, but not before the deadline.
    fn wait(
        &self,
        failure: &Failure,
        attempts: u32,
        elapsed: Duration,
    ) -> Result<Option<Duration>, String> {
        let Some(wait) = self.retry.wait(failure, attempts, failure.retry_after()) else {
            return Ok(None);
        };
        if wait.saturating_add(self.margin()) <= self.deadline.saturating_sub(elapsed) {
            return Ok(Some(wait));
        }
        Err(format!(
            "another attempt after {:.1} s would pass the deadline of {:.1} s",
            wait.as_secs_f64(),
            self.deadline.as_secs_f64(),
        ))
    }
}

impl Inner {
    /// What must be left of the deadline for another attempt: one without time to be answered
    /// would turn "not created" into "unknown".
    fn margin(&self) -> Duration {
        (self.deadline / 10).min(Duration::from_secs(1))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("auth_id", &self.0.auth_id)
            .field("base_url", &self.0.api.base_url())
            .field("timeout", &self.0.timeout)
            .field("deadline", &self.0.deadline)
            .field("retry", &self.0.retry)
            .finish_non_exhaustive()
    }
}

/// Configures a [`Client`].
///
/// ```
/// use std::time::Duration;
/// use vobiz::{Client, RetryPolicy};
///
/// # fn main() -> Result<(), vobiz::Error> {
/// let client = Client::builder()
///     .credentials("MA_XXXXXX", "my-auth-token")
///     .base_url("http://127.0.0.1:8080")
///     .deadline(Duration::from_secs(45))
///     .retry(RetryPolicy::never())
///     .user_agent_suffix("support-portal/2.1")
///     .build()?;
/// assert!(!format!("{client:?}").contains("my-auth-token"));
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing happens before `build`"]
pub struct ClientBuilder {
    auth_id: String,
    auth_token: Secret,
    base_url: Option<String>,
    allow_insecure_http: bool,
    timeout: Duration,
    deadline: Duration,
    connect_timeout: Duration,
    body_limit: Option<usize>,
    retry: RetryPolicy,
    user_agent_suffix: Option<String>,
    http: reqwest::ClientBuilder,
    /// The credentials and the base URL came from variables, which errors then name.
    from_env: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            auth_id: String::new(),
            auth_token: Secret::from(""),
            base_url: None,
            allow_insecure_http: false,
            timeout: TIMEOUT,
            deadline: DEADLINE,
            connect_timeout: CONNECT_TIMEOUT,
            body_limit: None,
            retry: RetryPolicy::default(),
            user_agent_suffix: None,
            // Below the usual idle timeouts of servers and load balancers: a call on a connection
            // that is being closed gets no answer, and nobody knows whether it was read.
            http: reqwest::ClientBuilder::new().pool_idle_timeout(POOL_IDLE_TIMEOUT),
            from_env: false,
        }
    }
}

impl ClientBuilder {
    /// The credentials of the calling account. There is no default.
    pub fn credentials(mut self, auth_id: impl Into<String>, token: impl Into<Secret>) -> Self {
        self.auth_id = auth_id.into();
        self.auth_token = token.into();
        self
    }

    /// The credentials in `VOBIZ_AUTH_ID` and `VOBIZ_AUTH_TOKEN`, and the base URL in
    /// `VOBIZ_BASE_URL` if that is set and not empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig), naming the variable that is
    /// missing or not Unicode.
    pub fn env(mut self) -> Result<Self, Error> {
        let required = |name| {
            variable(name)?.ok_or_else(|| Error::invalid_config(format!("{name} is not set")))
        };
        self.auth_id = required(AUTH_ID)?;
        self.auth_token = required(AUTH_TOKEN)?.into();
        if let Some(url) = variable(BASE_URL)?.filter(|url| !url.is_empty()) {
            self.base_url = Some(url);
        }
        self.from_env = true;
        Ok(self)
    }

    /// Where requests go; `https://api.vobiz.ai` by default. A slash or `/api/v1` at its end is
    /// fine.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Allows a base URL with `http://` beyond the loopback interface: the credentials then
    /// travel in clear, and so does the new token.
    pub fn dangerously_allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// How long one attempt may take, to the end of the body; 60 seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long a call may take in all, with every attempt and wait; 120 seconds by default.
    ///
    /// What has arrived by then is not lost: a body that stalls after its credentials is a
    /// success.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long connecting may take; 10 seconds by default.
    ///
    /// It is at most four fifths of the timeout and of the deadline, so that a connection that
    /// does not come about is known as such, and not as an answer that did not come.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a body may be, in bytes; 16 MiB by default. What lies beyond is not read, and
    /// credentials before that are returned.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// When a call is tried again; by default, see [`RetryPolicy`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Text that goes into `User-Agent` after this crate's name and version.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// The builder of the HTTP client, for a proxy, root certificates or a resolver.
    ///
    /// What this crate promises is applied after it: credentials, no redirects, timeouts,
    /// `User-Agent`, and no proxy for the loopback interface.
    pub fn http(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http = builder;
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig): the auth id or the auth
    /// token is missing, empty, or holds what no header can carry; the base URL is no URL, or
    /// `http://` beyond the loopback interface; it is `https://` and no TLS feature is enabled;
    /// a time is zero; or the HTTP client cannot be made.
    pub fn build(self) -> Result<Client, Error> {
        if self.timeout.is_zero() || self.deadline.is_zero() || self.connect_timeout.is_zero() {
            return Err(Error::invalid_config("a timeout or deadline is zero"));
        }
        let attempt = self.timeout.min(self.deadline);
        let own = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
        let user_agent = match &self.user_agent_suffix {
            Some(suffix) => format!("{own} {suffix}"),
            None => own.to_owned(),
        };
        let mut api = vobiz_api::Client::builder(self.auth_id.clone(), self.auth_token.clone())
            .http(self.http)
            .timeout(attempt)
            .connect_timeout(self.connect_timeout.min(attempt / 5 * 4))
            .dangerously_allow_insecure_http(self.allow_insecure_http)
            .user_agent(user_agent);
        if let Some(url) = self.base_url {
            api = api.base_url(url);
        }
        if let Some(limit) = self.body_limit {
            api = api.body_limit(limit);
        }
        let api = api.build().map_err(|error| invalid(error, self.from_env))?;
        Ok(Client(Arc::new(Inner {
            api,
            auth_id: self.auth_id,
            auth_token: self.auth_token,
            timeout: self.timeout,
            deadline: self.deadline,
            retry: self.retry,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("auth_id", &self.auth_id)
            .field("auth_token", &self.auth_token)
            .field("timeout", &self.timeout)
            .field("deadline", &self.deadline)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

fn variable(name: &str) -> Result<Option<String>, Error> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Error::invalid_config(format!("{name} is not Unicode")))
        }
    }
}

/// The generated client's refusal, with the variable that is to blame.
fn invalid(error: vobiz_api::Error, from_env: bool) -> Error {
    let message = error.to_string();
    let variable = [
        ("the auth id", AUTH_ID),
        ("the auth token", AUTH_TOKEN),
        ("the base URL", BASE_URL),
    ]
    .into_iter()
    .find(|(what, _)| from_env && message.starts_with(what));
    let message = match variable {
        Some((_, name)) => format!("{name}: {message}"),
        None => message,
    };
    Error::invalid_config(message).with_source(error)
}

#[cfg(all(test, not(any(feature = "rustls", feature = "native-tls"))))]
mod tests {
    use super::*;

    #[test]
    fn without_tls_an_https_url_is_refused_with_the_feature_to_enable() {
        let error = Client::new("MA_1", "token").unwrap_err().to_string();
        assert!(error.contains("enable the feature `rustls`"), "{error}");
    }
}
