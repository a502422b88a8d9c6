//! Commands as a reader would type them, and whether they answer what the text shows.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use xtask::cli;

/// Where `cargo xtask` runs.
#[derive(Debug)]
pub enum Xtask {
    /// In this process; nothing is compiled.
    Here,
    /// As its own package, built below this directory.
    Built(PathBuf),
}

/// A shell in a copy of the workspace: as much of one as the texts need.
#[derive(Debug)]
pub struct Session {
    root: PathBuf,
    xtask: Xtask,
    status: i32,
}

impl Session {
    pub fn new(root: &Path, xtask: Xtask) -> Self {
        Self {
            root: root.into(),
            xtask,
            status: 0,
        }
    }

    /// Runs a `console` block: commands after `$ `, each with what it prints below.
    pub fn replay(&mut self, place: &str, block: &str) {
        let steps = steps(block);
        for (index, (command, expected)) in steps.iter().enumerate() {
            let (status, actual) = self.run(command);
            assert!(
                matches(expected, &actual),
                "{place}: `{command}` does not answer this\n\n{expected}\nbut this\n\n{actual}"
            );
            // A failure is shown, or asked for.
            let next = steps.get(index + 1).map(|(command, _)| *command);
            assert!(
                status == 0 || expected.contains("error") || next == Some("echo $?"),
                "{place}: `{command}` exits with {status}\n\n{actual}"
            );
        }
    }

    /// Runs one line, and gives its exit code with all that it printed.
    pub fn run(&mut self, line: &str) -> (i32, String) {
        let output = match &self.xtask {
            _ if line == "echo $?" => (0, format!("{}\n", self.status)),
            Xtask::Here if line.starts_with("cargo xtask ") => self.in_process(line),
            xtask => {
                let target = match xtask {
                    Xtask::Here => None,
                    Xtask::Built(target) => Some(target.as_path()),
                };
                assert!(
                    target.is_some() || line.starts_with("git "),
                    "`{line}` compiles something"
                );
                spawn(&self.root, target, line)
            }
        };
        self.status = output.0;
        output
    }

    fn in_process(&self, line: &str) -> (i32, String) {
        let printed = Printed::default();
        let (mut out, mut err) = (printed.clone(), printed.clone());
        let args = words(line).into_iter().skip(1).map(Into::into);
        let exit = cli::run(args, &self.root, &mut out, &mut err);
        (exit as i32, printed.text())
    }
}

/// Both streams, in the order of their writes.
#[derive(Clone, Default)]
struct Printed(Rc<RefCell<Vec<u8>>>);

impl Printed {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow()).into_owned()
    }
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn spawn(root: &Path, target: Option<&Path>, line: &str) -> (i32, String) {
    let words = words(line);
    let is_setting = |word: &&String| word.split_once('=').is_some_and(|(name, _)| is_name(name));
    let settings = words.iter().take_while(is_setting).count();
    let program = match words[settings].as_str() {
        "cargo" => env!("CARGO"),
        other => other,
    };
    let mut command = Command::new(program);
    command
        .args(&words[settings + 1..])
        .current_dir(root)
        .stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if is_ours(&name) {
            command.env_remove(name);
        }
    }
    command
        .env("CARGO_TERM_COLOR", "never")
        .env("NO_COLOR", "1")
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_INCREMENTAL", "0")
        .env("INSTA_UPDATE", "no");
    if let Some(target) = target {
        command.env("CARGO_TARGET_DIR", target);
    }
    for setting in &words[..settings] {
        let (name, value) = setting.split_once('=').unwrap();
        command.env(name, value);
    }
    // One pipe for both streams, so that their order is kept.
    let (mut reader, writer) = std::io::pipe().unwrap();
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command
        .spawn()
        .unwrap_or_else(|error| panic!("`{line}` cannot be started: {error}"));
    drop(command); // and its ends of the pipe
    let mut text = Vec::new();
    reader.read_to_end(&mut text).unwrap();
    let status = child.wait().unwrap().code().unwrap_or(-1);
    (status, String::from_utf8_lossy(&text).into_owned())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// What a reader's shell would not have: it comes from cargo, git or whoever runs the tests.
fn is_ours(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let from_cargo = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
    ];
    name.starts_with("VOBIZ_")
        || name.starts_with("GIT_")
        || name == "RUST_BACKTRACE"
        || from_cargo.iter().any(|prefix| name.starts_with(prefix))
}

/// The commands of a block, each with the lines below it.
pub fn steps(block: &str) -> Vec<(&str, String)> {
    let mut steps: Vec<(&str, String)> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push((command, String::new()));
        } else {
            let (_, expected) = steps.last_mut().expect("a block begins with a command");
            expected.push_str(line);
            expected.push('\n');
        }
    }
    steps
}

/// The words of a line; double quotes hold them together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a text is the expected one. A line `…` stands for any lines, `…` within a line for any
/// text; numbers, versions and ids
/// that follow from the document or the day stand for each other, and so does the space that
/// lines them up.
pub fn matches(expected: &str, actual: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let lines: Vec<String> = text.lines().map(masked).collect();
        let end = lines.iter().rposition(|line| !line.is_empty());
        lines[..end.map_or(0, |end| end + 1)].to_vec()
    };
    lines_match(&lines(expected), &lines(actual))
}

fn lines_match(expected: &[String], actual: &[String]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((line, rest)) if line == "…" => {
            (0..=actual.len()).any(|from| lines_match(rest, &actual[from..]))
        }
        Some((line, rest)) => actual
            .split_first()
            .is_some_and(|(first, others)| line_matches(line, first) && lines_match(rest, others)),
    }
}

fn line_matches(expected: &str, actual: &str) -> bool {
    let mut parts = expected.split('…');
    let Some(mut rest) = actual.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

/// The line with `#` for every run of letters and digits that has a digit, but for counts and
/// exit codes: those stand alone and are short.
fn masked(line: &str) -> String {
    let mut masked = Vec::new();
    for word in without_colour(line).split_whitespace() {
        if word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit()) {
            masked.push(word.to_owned());
            continue;
        }
        let mut text = String::new();
        for run in word.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let end = run.trim_end_matches(|c: char| !c.is_alphanumeric());
            if end.contains(|c: char| c.is_ascii_digit()) {
                text.push('#');
                text.push_str(&run[end.len()..]);
            } else {
                text.push_str(run);
            }
        }
        masked.push(text);
    }
    masked.join(" ")
}

fn without_colour(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    text
}

/// The tests of this module.
pub fn check() {
    assert!(matches(
        "wrote a.rs (1589 lines)\n",
        "wrote a.rs (12 lines)\n"
    ));
    assert!(matches(
        "  --> a:210:7\n210 | x\n",
        " --> a:9:7\n1210 | x\n\n"
    ));
    assert!(matches("a\n…\nc\n", "a\nb\nb\nc\n"));
    assert!(matches("…\nc\n", "c\n"));
    assert!(matches("wrote …/b (… lines)\n", "wrote /a/b (2 lines)\n"));
    assert!(!matches("wrote …/b\n", "wrote /a/b c\n"));
    assert!(!matches("a\n…\nc\n", "a\nb\n"));
    assert!(!matches("1\n", "0\n"));
    assert!(!matches("1 error\n", "2 errors\n"));
    assert!(!matches("minor 0.1.0\n", "major 0.1.0\n"));
    assert!(!matches("", "warning\n"));
    let mut session = Session::new(Path::new("."), Xtask::Here);
    assert_eq!(session.run("cargo xtask lint --nonsense").0, 2);
    assert_eq!(session.run("echo $?").1, "2\n");
}
