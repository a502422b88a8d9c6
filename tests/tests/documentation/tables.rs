//! What is done with each block and each command of the texts; the reasons where nothing is.

/// What is done with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// Replayed on a copy of the workspace, after this edit of its document.
    Replayed(Edit),
    /// Replayed where the crates are built, one after the other.
    Journey,
    /// What this command prints where the crates are built.
    PrintedBy(&'static str),
    /// The same text as a part of this test, which is compiled and run.
    Compiled,
    /// The text of an error, which the test makes.
    Told,
    /// Nothing to run: why.
    Picture(&'static str),
}

/// A change of the document. One that it has already is taken back before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// In this schema, the first of one text becomes the other.
    Typo(&'static str, &'static str, &'static str),
    /// This schema gains this property.
    Added(&'static str, &'static str),
    /// This schema loses this property.
    Removed(&'static str, &'static str),
}

use Treatment::{Compiled, Journey, Picture, PrintedBy, Replayed, Told};

/// By the name of the block. Not here are `sh` blocks, whose lines are in [`COMMANDS`], and Rust
/// in packages, which rustdoc compiles and runs.
pub const BLOCKS: &[(&str, Treatment)] = &[
    (
        "README.md, Vobiz for Rust",
        Picture("how the parts hang together"),
    ),
    (
        "README.md, Use the client (2)",
        PrintedBy("cargo run --example create_sub_account"),
    ),
    ("README.md, Use the client (3)", Compiled),
    (
        "README.md, I made a typo",
        Replayed(Edit::Typo(
            "CreateSubAccountRequest",
            "      required:\n",
            "      requierd:\n",
        )),
    ),
    (
        "README.md, I added an optional property",
        Replayed(Edit::Added(
            "CreateSubAccountRequest",
            "        cost_centre:\n          type: string\n          \
             description: Whom the calls are charged to.\n",
        )),
    ),
    (
        "README.md, I removed a response property",
        Replayed(Edit::Removed(
            "SubAccount",
            "        api_id:\n          type: string\n          nullable: true\n          \
             description: An id for this answer; opaque.\n",
        )),
    ),
    ("CONTRIBUTING.md, An addition", Journey),
    ("CONTRIBUTING.md, An addition (2)", Journey),
    ("CONTRIBUTING.md, An addition (3)", Journey),
    ("CONTRIBUTING.md, A breaking change", Journey),
    ("CONTRIBUTING.md, A breaking change (2)", Journey),
    (
        "CONTRIBUTING.md, Release",
        Picture("needs a repository with a release; `xtask/tests/release.rs` makes some"),
    ),
    (
        "CONTRIBUTING.md, Release (2)",
        Picture("builds the packages, which the test `packages` does"),
    ),
    (
        "ARCHITECTURE.md, Architecture",
        Picture("how the modules hang together"),
    ),
    ("crates/vobiz/README.md, When a call fails", Told),
];

/// What is done with a line of a `sh` block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run on a copy of the workspace; nothing is compiled.
    Run,
    /// Run where the crates are built.
    Built,
    /// A step of `.ci/run` begins with this.
    Ci(&'static str),
    /// Not run: why. What it names must be there all the same.
    Not(&'static str),
}

use Command::{Built, Ci, Not, Run};

/// Every line of every `sh` block, without its comment.
pub const COMMANDS: &[(&str, Command)] = &[
    ("cargo run --example create_sub_account", Built),
    (
        "export VOBIZ_AUTH_ID=MA_... VOBIZ_AUTH_TOKEN=...",
        Not("the reader's credentials"),
    ),
    (
        "cargo run --example create_sub_account \"Support Team\"",
        Built,
    ),
    (
        "cargo run --example create_sub_account -- --show-token",
        Built,
    ),
    ("$EDITOR openapi/vobiz.yaml", Not("an editor")),
    ("cargo xtask generate", Run),
    ("cargo xtask docs", Built),
    (
        "cargo xtask docs --open",
        Not("opens a browser and serves until it is stopped"),
    ),
    ("cargo xtask docs --check", Built),
    ("cargo test --workspace", Ci("cargo test --workspace")),
    (
        "INSTA_UPDATE=always cargo test --workspace",
        Not("every test a second time; the journey does it with those that need it"),
    ),
    (
        "INSTA_UPDATE=always cargo test -p workspace-tests --test freshness",
        Not("the journey does it, in one go with `site`"),
    ),
    (
        "INSTA_UPDATE=always cargo test -p xtask-docs --test site",
        Not("the journey does it, in one go with `freshness`"),
    ),
    (
        "INSTA_UPDATE=always cargo test -p workspace-tests --test fixtures",
        Not("a part of `cargo test --workspace`, where nothing is left to accept"),
    ),
    (
        "INSTA_UPDATE=always cargo test -p workspace-tests --test refusals",
        Not("a part of `cargo test --workspace`, where nothing is left to accept"),
    ),
    ("git diff", Run),
    (".ci/run", Not("runs this test")),
    (
        "apt-get install chromium curl",
        Not("the network, and the system's packages"),
    ),
    (
        "npm ci --prefix xtask/docs/tests/browser",
        Ci("npm ci --prefix xtask/docs/tests/browser"),
    ),
    (
        "VOBIZ_REQUIRE_BROWSER=1 cargo test -p xtask-docs",
        Not("a part of `cargo test --workspace`, for which .ci/run sets the variable"),
    ),
    (
        "VOBIZ_SCREENSHOTS=docs cargo test -p xtask-docs --test browser screenshots",
        Not("a browser, and pictures that a person looks at"),
    ),
    ("cargo xtask bench --short", Ci("cargo xtask bench --short")),
    (
        "cargo +1.88 test --workspace",
        Not("another toolchain; a job of .github/workflows/ci.yml"),
    ),
    (
        "cargo package",
        Not("verifies each package by a build; the test `packages` does that"),
    ),
    (
        "VOBIZ_REQUIRE_PACKAGES=1 cargo test -p workspace-tests --test packages",
        Not("a part of `cargo test --workspace`, for which .ci/run sets the variable"),
    ),
    (
        "cargo xtask bench",
        Not("measures for minutes, on a machine that does nothing else"),
    ),
    (
        "cargo bench -p xtask-bench --bench load",
        Not("measures for minutes, on a machine that does nothing else"),
    ),
    (
        ".ci/upstream",
        Not("what others publish; a job of .github/workflows/upstream.yml"),
    ),
    (
        ".ci/supply-chain",
        Not("advisories are fetched; a job of .github/workflows/ci.yml"),
    ),
    (
        ".ci/supply-chain licenses bans sources",
        Not("builds its tool; a job of .github/workflows/ci.yml"),
    ),
    (
        ".ci/semver",
        Not("builds its tool; a job of .github/workflows/ci.yml"),
    ),
    (".ci/lint-workflows", Ci(".ci/lint-workflows")),
    (
        "RUSTC_BOOTSTRAP=1 cargo -Z direct-minimal-versions generate-lockfile",
        Not("replaces Cargo.lock by what the registry holds"),
    ),
    (
        "cargo check -p vobiz-api -p vobiz -p vobiz-httpmock --features vobiz/tracing",
        Not("a second build, with other versions; done by hand"),
    ),
];

/// Rust that is compiled and not run.
pub const NO_RUN: &[(&str, &str)] = &[
    (
        "crates/vobiz-api/README.md",
        "calls the real server: the mock would be a circle of packages",
    ),
    (
        "crates/vobiz-api/src/lib.rs",
        "calls the real server: the mock would be a circle of packages",
    ),
    (
        "crates/vobiz/README.md",
        "takes the credentials of the environment; the README of the workspace is run with them",
    ),
];

/// Rust that rustdoc leaves out.
pub const IGNORED: &[(&str, &str)] = &[(
    "crates/vobiz-httpmock/src/lib.rs",
    "only without the feature that it shows",
)];

/// What looks like a file of this repository and is none.
pub const NO_FILES: &[(&str, &str)] = &[
    ("index.html", "of the site"),
    ("reference.md", "of the site"),
    ("llms.txt", "of the site"),
    ("openapi.yaml", "of the site"),
    ("openapi.json", "of the site"),
    ("old.yaml", "the reader's"),
    ("copy.yaml", "the reader's"),
];
