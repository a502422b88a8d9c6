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
pub mod all_of;
#[path = "../golden/arrays.rs"]
pub mod arrays;
#[path = "../golden/delete_without_body.rs"]
pub mod delete_without_body;
#[path = "../golden/enums.rs"]
pub mod enums;
#[path = "../golden/free_form.rs"]
pub mod free_form;
#[path = "../golden/header_parameters.rs"]
pub mod header_parameters;
#[path = "../golden/hostile_text.rs"]
pub mod hostile_text;
#[path = "../golden/inline_schemas.rs"]
pub mod inline_schemas;
#[path = "../golden/nested_references.rs"]
pub mod nested_references;
#[path = "../golden/nullable_properties.rs"]
pub mod nullable_properties;
#[path = "../golden/one_of.rs"]
pub mod one_of;
#[path = "../golden/optional_properties.rs"]
pub mod optional_properties;
#[path = "../golden/other_bodies.rs"]
pub mod other_bodies;
#[path = "../golden/paging.rs"]
pub mod paging;
#[path = "../golden/put_operation.rs"]
pub mod put_operation;
#[path = "../golden/query_parameters.rs"]
pub mod query_parameters;
#[path = "../golden/secrets.rs"]
pub mod secrets;
#[path = "../golden/several_statuses.rs"]
pub mod several_statuses;
#[path = "../golden/shared_parameters.rs"]
pub mod shared_parameters;
#[path = "../golden/unusual_names.rs"]
pub mod unusual_names;
