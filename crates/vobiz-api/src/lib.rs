//! The generated, typed client for the [Vobiz](https://vobiz.ai) telephony API.
//!
//! Everything here follows from one OpenAPI document. Most people want the crate `vobiz` on top
//! of it, which knows what may be retried and never loses a credential that is shown once; this
//! crate is for those who want every operation and every header under their own control.
//!
//! ```no_run
//! use vobiz_api::Client;
//! use vobiz_api::types::CreateSubAccountRequest;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("MA_XXXXXX", "my-auth-token")?;
//! let body = CreateSubAccountRequest::builder().name("Support Team").enabled(true);
//! let created = client.create_sub_account().auth_id("MA_XXXXXX").body(body).send().await?;
//!
//! // The token is shown this once: store it before anything else.
//! let credentials = &created.auth_credentials;
//! store(&credentials.auth_id, credentials.auth_token.expose_secret());
//! # Ok(())
//! # }
//! # fn store(_: &str, _: &str) {}
//! ```
//!
//! # What is where
//!
//! * [`Client`] has one method for each operation; [`ClientBuilder`] configures it.
//! * [`types`] holds the schemas of the document, [`builder`] the requests.
//! * [`ResponseValue`] is an answer with its status, headers and raw body; [`Error`] keeps the
//!   same whenever there was an answer at all.
//! * [`Secret`] is every string that the document marks as one: it is not printed, and wiped
//!   when dropped.
//!
//! # First questions
//!
//! * *Why is there a builder for each operation?* An optional parameter more in the document is no
//!   breaking change then. The same goes for types: they are made by `builder()`.
//! * *Where does a call go?* To [`SERVER_URL`], unless [`ClientBuilder::base_url`] says otherwise.
//! * *How do I read an error's body?* [`Error::body`] has the bytes, [`Error::body_as`] a type.
//! * *What if the server answers what the document does not know?* Unknown properties and values
//!   of enums are kept out of the way; another status is an [`Error`] that keeps everything.
//! * *How is it made?* By `cargo xtask generate` from the document that [`API_VERSION`] names.
//!   There is no build script and no macro.
//!
//! # What this client does not do
//!
//! It retries nothing, follows no redirect, and does not validate what it sends: the server does.
//! A future that is dropped may leave a sub-account behind whose token nobody has seen.
//!
//! # Features
//!
//! * `rustls` (default): TLS by rustls, with the system's roots.
//! * `native-tls`: TLS by the system's library.
//!
//! Without either, `https://` base URLs are refused.

#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod error;
// Its text comes from the document, which is written for people and not for rustdoc or clippy.
#[allow(
    clippy::all,
    clippy::pedantic,
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    rustdoc::invalid_rust_codeblocks,
    rustdoc::redundant_explicit_links
)]
#[rustfmt::skip] // its bytes are the generator's
mod generated;
#[allow(dead_code)] // as for `support`
mod json;
#[allow(dead_code)] // as for `support`
mod response;
mod secret;
// Holds what an operation of any kind may call, not only those of today's document.
#[allow(dead_code)]
mod support;

pub use client::{Client, ClientBuilder};
pub use error::{Error, ErrorKind};
pub use generated::{API_VERSION, SERVER_URL, builder, security_headers, types};
pub use response::ResponseValue;
pub use secret::Secret;

pub use reqwest;

/// Runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
