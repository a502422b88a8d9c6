//! The golden files of the fixtures, compiled together in one crate.
//!
//! Each file in `golden/` is what `fixtures/` generates, held fresh by `tests/fixtures.rs`; that
//! this crate compiles is the other half of the guard. The hand-written half of `vobiz-api` is
//! compiled along, since generated code refers to it as `crate`.

#![allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]

#[path = "../../crates/vobiz-api/src/client.rs"]
mod client;
#[path = "../../crates/vobiz-api/src/error.rs"]
mod error;
#[path = "../../crates/vobiz-api/src/generated.rs"]
#[rustfmt::skip]
mod generated;
#[path = "../../crates/vobiz-api/src/response.rs"]
mod response;
#[path = "../../crates/vobiz-api/src/secret.rs"]
mod secret;
#[path = "../../crates/vobiz-api/src/support.rs"]
mod support;

pub use client::{Client, ClientBuilder};
pub use error::{Error, ErrorKind};
pub use generated::types;
pub use response::ResponseValue;
pub use secret::Secret;

#[path = "../golden/all_of.rs"]
#[rustfmt::skip]
pub mod all_of;
#[path = "../golden/arrays.rs"]
#[rustfmt::skip]
pub mod arrays;
#[path = "../golden/delete_without_body.rs"]
#[rustfmt::skip]
pub mod delete_without_body;
#[path = "../golden/enums.rs"]
#[rustfmt::skip]
pub mod enums;
#[path = "../golden/free_form.rs"]
#[rustfmt::skip]
pub mod free_form;
#[path = "../golden/header_parameters.rs"]
#[rustfmt::skip]
pub mod header_parameters;
#[path = "../golden/hostile_text.rs"]
#[rustfmt::skip]
pub mod hostile_text;
#[path = "../golden/inline_schemas.rs"]
#[rustfmt::skip]
pub mod inline_schemas;
#[path = "../golden/nested_references.rs"]
#[rustfmt::skip]
pub mod nested_references;
#[path = "../golden/nullable_properties.rs"]
#[rustfmt::skip]
pub mod nullable_properties;
#[path = "../golden/one_of.rs"]
#[rustfmt::skip]
pub mod one_of;
#[path = "../golden/optional_properties.rs"]
#[rustfmt::skip]
pub mod optional_properties;
#[path = "../golden/other_bodies.rs"]
#[rustfmt::skip]
pub mod other_bodies;
#[path = "../golden/paging.rs"]
#[rustfmt::skip]
pub mod paging;
#[path = "../golden/put_operation.rs"]
#[rustfmt::skip]
pub mod put_operation;
#[path = "../golden/query_parameters.rs"]
#[rustfmt::skip]
pub mod query_parameters;
#[path = "../golden/secrets.rs"]
#[rustfmt::skip]
pub mod secrets;
#[path = "../golden/several_statuses.rs"]
#[rustfmt::skip]
pub mod several_statuses;
#[path = "../golden/shared_parameters.rs"]
#[rustfmt::skip]
pub mod shared_parameters;
#[path = "../golden/unusual_names.rs"]
#[rustfmt::skip]
pub mod unusual_names;
