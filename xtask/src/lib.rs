//! From the OpenAPI document to everything that is derived from it.
//!
//! Data flows one way: [`document`] loads the text, [`lint`] judges it, [`lower`] turns it into
//! what progenitor can digest, [`codegen`] calls progenitor, [`tidy`] works on the syntax tree,
//! [`generate`] strings these together and [`files`] compares and writes. [`diff`] judges what
//! changed, [`delegate`] runs the packages that make the reference site and measure, and [`release`] judges whether
//! the crates, which [`packages`] names, can be published. [`cli`] is the command line on top.

pub mod cli;
pub mod codegen;
pub mod delegate;
pub mod diff;
pub mod document;
pub mod files;
pub mod finding;
pub mod generate;
pub mod lint;
pub mod lower;
pub mod packages;
pub mod release;
pub mod source;
pub mod surface;
pub mod tidy;
mod tidy_mock;
pub mod yaml;
