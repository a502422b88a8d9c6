//! The reference site: from the OpenAPI document to static pages.
//!
//! [`api`] reads the document as a reader of the pages sees it, [`page`] makes `index.html` of it
//! and [`machine`] the Markdown; [`sample`] writes the requests that both show. [`site`] puts the
//! files together, [`links`] follows their links, [`serve`] shows them on loopback. [`cli`] is
//! the command line on top.
//!
//! Text of the document is data. Templates escape it for the place where it stands, [`markdown`]
//! lets no HTML and no odd link through, and [`text::visible`], which every file goes through at
//! the very end, shows the characters that cannot be seen.

pub mod api;
pub mod cli;
pub mod json;
pub mod links;
pub mod machine;
pub mod markdown;
pub mod outcome;
pub mod page;
pub mod sample;
pub mod serve;
pub mod site;
pub mod text;
