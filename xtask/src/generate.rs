//! The pipeline: load, lint, lower, progenitor, tidy, prettyplease, compare, write.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::codegen;
use crate::document::{Document, read_bounded};
use crate::files::Artefact;
use crate::finding::Finding;
use crate::lint::{self, Allowed};
use crate::lower;
use crate::source::Source;
use crate::tidy;
use crate::tidy_mock;

/// Where the document lies, below the root.
pub const SPEC_PATH: &str = "openapi/vobiz.yaml";

/// Where the generated client lies, below the root.
pub const CLIENT_PATH: &str = "crates/vobiz-api/src/generated.rs";

/// Where the generated mock bindings lie, below the root.
pub const MOCK_PATH: &str = "crates/vobiz-httpmock/src/generated.rs";

/// The crate of the client, as the mock bindings name it.
const CLIENT_CRATE: &str = "vobiz_api";

/// The pinned version of the generator; a test holds it against `Cargo.lock`.
pub const PROGENITOR_VERSION: &str = "0.15.1";

/// Everything that a document generates, and how it came about.
#[derive(Debug)]
pub struct Generated {
    /// The files, with their contents.
    pub artefacts: Vec<Artefact>,
    /// What each step did, for `--verbose`.
    pub steps: Vec<Step>,
    /// The document.
    pub document: Document,
    /// What the lint found and did not refuse.
    pub warnings: Vec<Finding>,
}

/// One step of the pipeline.
#[derive(Debug)]
pub struct Step {
    /// The step and its pass, as `lower: drop-defaults`.
    pub name: String,
    /// What it did, in a few words.
    pub result: String,
    /// How long it took.
    pub took: Duration,
}

/// Why nothing was generated.
#[derive(Debug)]
pub enum GenerateError {
    /// The document cannot be read.
    Io(PathBuf, std::io::Error),
    /// The document was refused.
    Refused(Source, Vec<Finding>),
}

/// Generates everything from the document at `path`, and writes nothing.
///
/// The lint runs first, without the rules that are `allowed`.
pub fn generate(
    path: &Path,
    shown_as: &Path,
    allowed: &Allowed,
) -> Result<Generated, GenerateError> {
    let mut clock = Clock::default();
    let bytes = read_bounded(path).map_err(|error| GenerateError::Io(path.into(), error))?;
    let linted = lint::lint(shown_as, bytes, allowed)
        .map_err(|error| GenerateError::Io(path.into(), error))?;
    let lines = linted.source.text().lines().count();
    clock.step(
        "load and lint",
        format!("{lines} lines, {} findings", linted.findings.len()),
    );
    let refused = linted.is_refused();
    let Some(document) = linted.document.filter(|_| !refused) else {
        return Err(GenerateError::Refused(linted.source, linted.findings));
    };
    match artefacts(&document, &mut clock) {
        Ok(artefacts) => Ok(Generated {
            artefacts,
            steps: clock.steps,
            document,
            warnings: linted.findings,
        }),
        Err(findings) => Err(GenerateError::Refused(document.source, findings)),
    }
}

/// All artefacts. The client and the mock know nothing of each other and are made side by side.
fn artefacts(document: &Document, clock: &mut Clock) -> Result<Vec<Artefact>, Vec<Finding>> {
    let mut mock_clock = Clock::default();
    let (client, mock) = thread::scope(|scope| {
        let mock = scope.spawn(|| on_deep_stack(|| mock(document, &mut mock_clock)));
        let client = on_deep_stack(|| client(document, clock));
        (client, mock.join())
    });
    // What is wrong with the client is told first: it may be why there is no mock.
    let client = client?;
    let mock = mock.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    clock.steps.append(&mut mock_clock.steps);
    Ok([(CLIENT_PATH, client), (MOCK_PATH, mock)]
        .map(|(path, contents)| Artefact {
            path: path.into(),
            contents,
        })
        .into())
}

/// The generated client of a document that passed the lint, as the text of a Rust file.
///
/// # Errors
///
/// What the generator could not digest all the same.
pub fn client_of(document: &Document) -> Result<String, Vec<Finding>> {
    on_deep_stack(|| client(document, &mut Clock::default()))
}

/// Runs `f` with room for recursion: progenitor, syn and prettyplease follow references and nested
/// types one stack frame at a time, and a stack that overflows cannot be caught.
///
/// # Panics
///
/// If `f` does, or there can be no thread.
pub fn on_deep_stack<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    const STACK: usize = 512 * 1024 * 1024;
    thread::scope(|scope| {
        let spawned = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, f);
        match spawned.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => panic!("no thread for the generator: {error}"),
        }
    })
}

/// The generated client of `document`, as the text of a Rust file.
fn client(document: &Document, clock: &mut Clock) -> Result<String, Vec<Finding>> {
    let published = document.to_value();
    let mut lowered = published.clone();
    for pass in lower::PASSES {
        let touched = (pass.run)(&mut lowered);
        clock.step(&format!("lower: {}", pass.name), places(touched));
    }

    let tokens = codegen::client(document, &lowered).map_err(|finding| vec![*finding])?;
    clock.step("progenitor", format!("version {PROGENITOR_VERSION}"));

    let mut file: syn::File = syn::parse2(tokens)
        .map_err(|error| vec![codegen::unusable_output(document, &error.to_string())])?;
    clock.step("parse", format!("{} items", file.items.len()));
    for pass in tidy::PASSES {
        let touched = (pass.run)(&mut file, &published);
        clock.step(&format!("tidy: {}", pass.name), places(touched));
    }

    let code = prettyplease::unparse(&file);
    let text = format!("{}\n{code}", header(&document.source));
    clock.step("prettyplease", format!("{} lines", text.lines().count()));
    Ok(text)
}

/// The generated mock bindings of `document`, as the text of a Rust file.
fn mock(document: &Document, clock: &mut Clock) -> Result<String, Vec<Finding>> {
    let mut lowered = document.to_value();
    // A mock answers with errors, so it keeps what the client reads as bytes.
    for pass in lower::PASSES
        .iter()
        .filter(|pass| pass.name != lower::ERRORS_AS_BYTES)
    {
        (pass.run)(&mut lowered);
    }
    let tokens =
        codegen::mock(document, &lowered, CLIENT_CRATE).map_err(|finding| vec![*finding])?;
    clock.step("mock: progenitor", format!("version {PROGENITOR_VERSION}"));
    let mut file: syn::File = syn::parse2(tokens)
        .map_err(|error| vec![codegen::unusable_output(document, &error.to_string())])?;
    clock.step("mock: parse", format!("{} items", file.items.len()));
    for (pass, touched) in tidy_mock::tidy(&mut file) {
        clock.step(&format!("mock: {}", pass.name), places(touched));
    }
    let code = prettyplease::unparse(&file);
    let text = format!("{}\n{code}", header(&document.source));
    clock.step("mock", format!("{} lines", text.lines().count()));
    Ok(text)
}

fn header(source: &Source) -> String {
    let name = Path::new(source.name())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    format!(
        "// @generated by `cargo xtask generate` from the OpenAPI document `{name}`. Do not edit:\n\
         // change the document, or the passes in `xtask/`, and run `cargo xtask generate`.\n\
         //\n\
         // document sha256: {}\n\
         // generator: progenitor {PROGENITOR_VERSION}\n",
        source.sha256(),
    )
}

fn places(touched: usize) -> String {
    match touched {
        0 => "nothing to do".into(),
        1 => "1 place".into(),
        n => format!("{n} places"),
    }
}

/// Notes what was done since the last note, and how long it took.
#[derive(Debug)]
struct Clock {
    last: Instant,
    steps: Vec<Step>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            last: Instant::now(),
            steps: Vec::new(),
        }
    }
}

impl Clock {
    fn step(&mut self, name: &str, result: String) {
        let now = Instant::now();
        self.steps.push(Step {
            name: name.into(),
            result,
            took: now - self.last,
        });
        self.last = now;
    }
}
