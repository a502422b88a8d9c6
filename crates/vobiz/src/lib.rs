//! Client for the [Vobiz](https://vobiz.ai) telephony API that never loses a credential.
//!
//! Creating a sub-account answers with an auth token that is shown **once**. This crate makes
//! that call safe: the token is returned whatever else is wrong with the answer, the call is
//! never made twice by itself, no secret gets into a log, and every error says whether the
//! account exists now.
//!
//! ```
//! use vobiz::{Client, NewSubAccount};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), vobiz::Error> {
//! # let mock = vobiz_httpmock::MockVobiz::start();
//! # let client = Client::builder().base_url(mock.base_url())
//! #     .credentials(mock.auth_id(), mock.auth_token()).build()?;
//! # let _ = || -> Result<Client, vobiz::Error> {
//! let client = Client::from_env()?; // VOBIZ_AUTH_ID, VOBIZ_AUTH_TOKEN, VOBIZ_BASE_URL
//! # Ok(client) };
//! let created = client
//!     .create_sub_account(NewSubAccount::new("Support Team").email("support@example.com"))
//!     .await?;
//! let credentials = created.credentials;
//! store(&credentials.auth_id, credentials.auth_token.expose_secret());
//! # Ok(())
//! # }
//! # fn store(_: &str, _: &str) {}
//! ```
//!
//! # First questions
//!
//! * *What do I need?* The credentials of your account, and a tokio runtime: `reqwest` asks for
//!   one. [`Client::from_env`] reads the credentials, [`Client::builder`] takes them.
//! * *How do I test without the network?* Start a `MockVobiz` of the crate `vobiz-httpmock`, and
//!   give its address to [`ClientBuilder::base_url`]. It plays faults, too.
//! * *Is a call tried again?* Only where nothing can have been created; see [`RetryPolicy`].
//! * *How do I set a proxy, a root certificate, a timeout?* By [`ClientBuilder::http`],
//!   [`ClientBuilder::timeout`] and [`ClientBuilder::deadline`].
//! * *What is on the wire?* One `POST` with the properties that were set. `enabled` is sent as
//!   `true` unless [`NewSubAccount::enabled`] says otherwise.
//!
//! # When a call fails
//!
//! The first question is whether the account exists now, and [`Error::outcome`] answers it:
//!
//! | [`Outcome`] | meaning | what to do |
//! |---|---|---|
//! | `NotCreated` | nothing reached the server, or it said no | mend what the message says, try again |
//! | `Unknown` | no whole answer, or one that tells nothing | look for the account first |
//! | `Created` | it exists, but its credentials did not arrive | regenerate them; do not try again |
//!
//! ```
//! use vobiz::{Client, NewSubAccount, Outcome};
//!
//! # async fn run(client: Client) {
//! match client.create_sub_account(NewSubAccount::new("Support Team")).await {
//!     Ok(created) => println!("{}", created.credentials.auth_id),
//!     Err(error) => match error.outcome() {
//!         Outcome::NotCreated => eprintln!("may be tried again: {error}"),
//!         Outcome::Unknown | Outcome::Created => eprintln!("must be looked at first: {error}"),
//!     },
//! }
//! # }
//! ```
//!
//! # Cancellation
//!
//! **A future that is dropped cannot hand over the token.** A `select!`, a
//! `tokio::time::timeout` around the call, or a request handler whose client hangs up drops it
//! wherever it stands, and the account may be there while its token is gone. Bound a call by
//! [`ClientBuilder::deadline`], which keeps what has arrived, and let it run in a task of its own
//! where its caller can go away:
//!
//! ```
//! use vobiz::{Client, NewSubAccount};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mock = vobiz_httpmock::MockVobiz::start();
//! # let client = Client::builder().base_url(mock.base_url())
//! #     .credentials(mock.auth_id(), mock.auth_token()).build()?;
//! let task = tokio::spawn(async move {
//!     let created = client.create_sub_account(NewSubAccount::new("Support Team")).await?;
//!     // Store within the task: it goes on when nobody waits for it any more.
//!     store(&created.credentials);
//!     Ok::<_, vobiz::Error>(created.credentials.auth_id)
//! });
//! let auth_id = task.await??;
//! # assert_eq!(auth_id, mock.sub_accounts()[0].auth_id);
//! # Ok(())
//! # }
//! # fn store(_: &vobiz::Credentials) {}
//! ```
//!
//! # What is kept secret
//!
//! Tokens and passwords are [`Secret`]s: not printed, wiped when dropped. No error, log or
//! `Debug` of this crate shows them, even where a server repeats them. Copies in the buffers of
//! the HTTP and TLS stack are beyond its reach.
//!
//! # Operations without a method here
//!
//! The generated client is at [`Client::api`], with the same credentials and limits; it is the
//! crate [`vobiz_api`], re-exported as [`api`].
//!
//! # Features
//!
//! * `rustls` (default): TLS by rustls, with the system's roots.
//! * `native-tls`: TLS by the system's library.
//! * `tracing`: one span for each call, with the number of attempts and the outcome.

#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod created;
mod error;
mod new_sub_account;
mod redact;
mod retry;
mod salvage;
mod time;
mod trace;

pub use client::{Client, ClientBuilder};
pub use created::{Created, Credentials, SubAccount};
pub use error::{Error, ErrorKind, Outcome};
pub use new_sub_account::NewSubAccount;
pub use retry::RetryPolicy;

pub use vobiz_api as api;
pub use vobiz_api::types::{Permissions, Tokens};
pub use vobiz_api::{Secret, reqwest};

/// Runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
