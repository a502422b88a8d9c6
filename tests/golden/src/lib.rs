//! The golden files of the fixtures, compiled together in one crate.
//!
//! Each file is what the document of the same name in `tests/fixtures/` generates, held fresh by
//! the test `fixtures`; that this crate compiles is the other half of the guard. The hand-written half of `vobiz-api` is
//! compiled along, since generated code refers to it as `crate`.

#![deny(missing_docs)]
#![allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]

#[path = "../../../crates/vobiz-api/src/client.rs"]
mod client;
#[path = "../../../crates/vobiz-api/src/error.rs"]
mod error;
#[path = "../../../crates/vobiz-api/src/generated.rs"]
#[rustfmt::skip]
mod generated;
#[path = "../../../crates/vobiz-api/src/json.rs"]
mod json;
#[path = "../../../crates/vobiz-api/src/response.rs"]
mod response;
#[path = "../../../crates/vobiz-api/src/secret.rs"]
mod secret;
#[path = "../../../crates/vobiz-api/src/support.rs"]
mod support;

pub use client::{Client, ClientBuilder};
pub use error::{Error, ErrorKind};
pub use generated::types;
pub use response::ResponseValue;
pub use secret::Secret;

/// `all_of.yaml`
#[rustfmt::skip]
pub mod all_of;
/// `arrays.yaml`
#[rustfmt::skip]
pub mod arrays;
/// `delete_without_body.yaml`
#[rustfmt::skip]
pub mod delete_without_body;
/// `enums.yaml`
#[rustfmt::skip]
pub mod enums;
/// `free_form.yaml`
#[rustfmt::skip]
pub mod free_form;
/// `header_parameters.yaml`
#[rustfmt::skip]
pub mod header_parameters;
/// `hostile_text.yaml`
#[rustfmt::skip]
pub mod hostile_text;
/// `inline_schemas.yaml`
#[rustfmt::skip]
pub mod inline_schemas;
/// `nested_references.yaml`
#[rustfmt::skip]
pub mod nested_references;
/// `nullable_properties.yaml`
#[rustfmt::skip]
pub mod nullable_properties;
/// `one_of.yaml`
#[rustfmt::skip]
pub mod one_of;
/// `optional_properties.yaml`
#[rustfmt::skip]
pub mod optional_properties;
/// `other_bodies.yaml`
#[rustfmt::skip]
pub mod other_bodies;
/// `paging.yaml`
#[rustfmt::skip]
pub mod paging;
/// `put_operation.yaml`
#[rustfmt::skip]
pub mod put_operation;
/// `query_parameters.yaml`
#[rustfmt::skip]
pub mod query_parameters;
/// `secrets.yaml`
#[rustfmt::skip]
pub mod secrets;
/// `several_statuses.yaml`
#[rustfmt::skip]
pub mod several_statuses;
/// `shared_parameters.yaml`
#[rustfmt::skip]
pub mod shared_parameters;
/// `unusual_names.yaml`
#[rustfmt::skip]
pub mod unusual_names;
