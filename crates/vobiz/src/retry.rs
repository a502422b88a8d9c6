//! What may be tried again, and when.

use std::time::{Duration, SystemTime};

use vobiz_api::reqwest::StatusCode;
use vobiz_api::reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::ErrorKind;
use crate::error::Failure;

/// When a call is tried again.
///
/// By default a call is tried three times at most, and again only where nothing can have been
/// created: when there was no connection, and after 429. `Retry-After` is waited for, as seconds
/// or as a date; without it the wait is random, up to a bound that doubles from attempt to
/// attempt. A wait that would pass the [deadline](crate::ClientBuilder::deadline) is not begun.
///
/// ```
/// use std::time::Duration;
/// use vobiz::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(5).backoff(Duration::from_secs(1));
/// let none = RetryPolicy::never();
/// assert_ne!(patient, none);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    backoff: Duration,
    trusts_503: bool,
}

/// No wait without `Retry-After` is longer.
const MAX_BACKOFF: Duration = Duration::from_secs(10);

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            backoff: Duration::from_millis(500),
            trusts_503: false,
        }
    }
}

impl RetryPolicy {
    /// One attempt, whatever happens.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// How many attempts a call may take, the first one included; 3 by default. 0 means 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The bound of the first wait, where the server names none; half a second by default.
    pub fn backoff(mut self, first: Duration) -> Self {
        self.backoff = first;
        self
    }

    /// Takes a 503 with `Retry-After` for a promise that nothing was created, and tries again.
    ///
    /// Choose this only if you know that no proxy before the API answers so after the API has
    /// been reached: otherwise one call can create several sub-accounts.
    pub fn trust_503_with_retry_after(mut self, trust: bool) -> Self {
        self.trusts_503 = trust;
        self
    }

    /// How long to wait before the next attempt; none if there must not be one.
    pub(crate) fn wait(
        &self,
        failure: &Failure,
        attempts: u32,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        let harmless = match failure.kind {
            ErrorKind::Connect | ErrorKind::RateLimited => true,
            ErrorKind::ServerFailure => {
                failure.status == Some(StatusCode::SERVICE_UNAVAILABLE)
                    && self.trusts_503
                    && retry_after.is_some()
            }
            _ => false,
        };
        if !harmless || attempts >= self.max_attempts {
            return None;
        }
        // A server that says "at once" gets a breath all the same.
        match retry_after {
            Some(wait) if !wait.is_zero() => Some(wait),
            _ => Some(self.jittered(attempts)),
        }
    }

    fn jittered(&self, attempts: u32) -> Duration {
        let doubled = self
            .backoff
            .saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
        doubled
            .min(MAX_BACKOFF)
            .mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// What `Retry-After` asks for, in either of its forms.
///
/// A date is measured against the server's own clock, if it tells the time.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a long time.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = headers
        .get(DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
        .unwrap_or(now);
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;
    use vobiz_api::reqwest::header::HeaderValue;

    fn read(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        retry_after(&headers, UNIX_EPOCH + Duration::from_secs(784_111_777))
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        for (text, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
            ("Sun Nov  6 08:49:47 1994", Some(10)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("Sun, 99 Nov 1994 08:49:47 GMT", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(read(&[("retry-after", text)]), expected, "{text:?}");
        }
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn a_date_is_measured_against_the_servers_clock() {
        let wait = read(&[
            ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"),
            ("date", "Sun, 06 Nov 1994 08:49:45 GMT"),
        ]);
        assert_eq!(wait, Some(Duration::from_secs(2)));
    }

    #[test]
    fn backoff_is_bounded_and_never_overflows() {
        let policy = RetryPolicy::default().backoff(Duration::MAX);
        for attempts in [0, 1, 2, 31, 32, u32::MAX] {
            assert!(policy.jittered(attempts) <= MAX_BACKOFF);
            let first = RetryPolicy::default().jittered(attempts);
            assert!(first >= Duration::from_millis(250), "{first:?}");
        }
    }
}
