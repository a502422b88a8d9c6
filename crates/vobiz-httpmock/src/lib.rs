//! A mock of the [Vobiz](https://vobiz.ai) telephony API, for tests without the network.
//!
//! [`MockVobiz`] is a ready server on a loopback port. It behaves as the documentation says, and
//! plays the failures that a caller must handle: see [`Fault`].
//!
//! ```
//! use vobiz_httpmock::{Fault, MockVobiz};
//!
//! let mock = MockVobiz::start();
//! mock.next(Fault::FailAfterCreating { status: 502 });
//!
//! // Point the code under test at it, with the credentials that it accepts.
//! let (url, id, token) = (mock.base_url(), mock.auth_id(), mock.auth_token());
//! # let _ = (url, id, token);
//!
//! // Then look at what arrived and at what was made.
//! assert_eq!(mock.requests().len(), 0);
//! assert_eq!(mock.sub_accounts().len(), 0);
//! ```
//!
//! # Typed bindings
//!
//! With the feature `bindings` (default), `MockServerExt` extends the server of the crate
//! [`httpmock`](https://docs.rs/httpmock) by one typed method for each operation. They are
//! generated from the same OpenAPI document as the client, so that a test of an answer that the
//! API cannot give does not compile:
#![cfg_attr(feature = "bindings", doc = "```")]
#![cfg_attr(not(feature = "bindings"), doc = "```ignore")]
//! use httpmock::MockServer;
//! use vobiz_api::types::{AuthCredentials, CreateSubAccountResponse};
//! use vobiz_httpmock::MockServerExt;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = AuthCredentials::builder().auth_id("SA_1").auth_token("shown-once");
//! let created: CreateSubAccountResponse = CreateSubAccountResponse::builder()
//!     .auth_credentials(AuthCredentials::try_from(credentials)?)
//!     .try_into()?;
//! let server = MockServer::start();
//! let mock = server.create_sub_account(|when, then| {
//!     when.auth_id("MA_XXXXXX");
//!     then.created(&created);
//! });
//! assert_eq!(mock.calls(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! Without the feature, this crate costs two small dependencies.

#![deny(missing_docs)]

mod account;
// Its text comes from the generator, which is not written for rustdoc or clippy.
#[cfg(feature = "bindings")]
#[allow(clippy::all, clippy::pedantic, clippy::unwrap_used)]
#[rustfmt::skip] // its bytes are the generator's
mod generated;
mod http;
mod server;

#[cfg(feature = "bindings")]
pub use generated::{MockServerExt, operations};
pub use http::RecordedRequest;
pub use server::{Fault, MockSubAccount, MockVobiz};

/// Runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
