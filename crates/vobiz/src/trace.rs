//! One span for each call, if the feature `tracing` is on: attempts and outcome, no body.

#[cfg(feature = "tracing")]
mod imp {
    use std::future::Future;

    use tracing::Instrument as _;
    use tracing::field::Empty;

    use crate::{Created, Error};

    pub(crate) async fn call<F>(call: F) -> Result<Created, Error>
    where
        F: Future<Output = Result<Created, Error>>,
    {
        let span = tracing::info_span!(
            "vobiz.create_sub_account",
            attempts = Empty,
            status = Empty,
            outcome = Empty,
            warnings = Empty,
        );
        let result = call.instrument(span.clone()).await;
        match &result {
            Ok(created) => {
                span.record("attempts", created.attempts());
                span.record("status", created.status().as_u16());
                span.record("outcome", "ok");
                span.record("warnings", created.warnings().len());
            }
            Err(error) => {
                span.record("attempts", error.attempts());
                span.record("status", error.status().map(|status| status.as_u16()));
                span.record("outcome", tracing::field::debug(error.outcome()));
            }
        }
        result
    }

    pub(crate) fn waiting(attempts: u32, wait: std::time::Duration) {
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(attempts, wait_ms, "waiting before the next attempt");
    }
}

#[cfg(not(feature = "tracing"))]
mod imp {
    use std::future::Future;

    pub(crate) fn call<F: Future>(call: F) -> F {
        call
    }

    pub(crate) fn waiting(_attempts: u32, _wait: std::time::Duration) {}
}

pub(crate) use imp::{call, waiting};
