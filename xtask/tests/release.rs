//! `cargo xtask release` in repositories made for it: what is told, and how it ends.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use xtask::cli::{self, Exit};

const DOCUMENT: &str = include_str!("../../openapi/vobiz.yaml");

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-11-24\n\n- All.\n";

/// Stands in for the package that makes the reference site: it is stale if we say so.
const SITE: &str = r#"fn main() {
    let stale = concat!(env!("CARGO_MANIFEST_DIR"), "/stale");
    std::process::exit(if std::path::Path::new(stale).exists() { 3 } else { 0 });
}
"#;

struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

impl Ran {
    /// Panics with all that was told unless `words` are in it.
    #[track_caller]
    fn tells(&self, words: &str) -> &Self {
        let told = self.out.contains(words) || self.err.contains(words);
        assert!(told, "no `{words}` in\n{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn ends(&self, exit: Exit) -> &Self {
        assert_eq!(self.exit, exit, "{}{}", self.out, self.err);
        self
    }
}

/// A workspace like ours, with crates that hold next to nothing.
struct Repository(PathBuf);

impl Repository {
    /// Ready for its first release, committed.
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("release-{name}"));
        let _ = fs::remove_dir_all(&path);
        let new = Self(path);
        new.write("openapi/vobiz.yaml", DOCUMENT);
        new.write("CHANGELOG.md", CHANGELOG);
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            new.write(licence, licence);
        }
        new.write(".gitignore", "/target\n");
        new.versions("0.1.0+vobiz.1.0.0", "0.1.0", "0.1.0");
        for krate in ["vobiz-api", "vobiz", "vobiz-httpmock"] {
            new.write(&format!("crates/{krate}/src/lib.rs"), "");
        }
        let site = "[package]\nname = \"xtask-docs\"\nversion = \"0.0.0\"\npublish = false\n";
        new.write("docs/Cargo.toml", site);
        new.write("docs/src/main.rs", SITE);
        new.git(&["init", "-q", "-b", "main"]);
        new.commit();
        new
    }

    /// As after the release 0.1.0.
    fn released(name: &str) -> Self {
        let new = Self::new(name);
        new.git(&["tag", "v0.1.0"]);
        new
    }

    fn versions(&self, api: &str, wrapper: &str, mock: &str) {
        let asked = |version: &str| version.split('+').next().unwrap_or_default().to_owned();
        self.write(
            "Cargo.toml",
            &format!(
                "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\", \"docs\"]\n\n\
                 [workspace.dependencies]\n\
                 vobiz-api = {{ path = \"crates/vobiz-api\", version = \"{}\" }}\n\
                 vobiz-httpmock = {{ path = \"crates/vobiz-httpmock\", version = \"{}\" }}\n",
                asked(api),
                asked(mock)
            ),
        );
        let api_too = "\n[dependencies]\nvobiz-api.workspace = true\n";
        let mock_too = "\n[dev-dependencies]\nvobiz-httpmock.workspace = true\n";
        for (name, version, rest) in [
            ("vobiz-api", api, String::new()),
            ("vobiz", wrapper, format!("{api_too}{mock_too}")),
            ("vobiz-httpmock", mock, api_too.into()),
        ] {
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n\
                 license = \"MIT\"\ndescription = \"x\"\nrepository = \"https://example.com\"\n{rest}"
            );
            self.write(&format!("crates/{name}/Cargo.toml"), &manifest);
        }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    /// Changes one piece of a file.
    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.0.join(path)).expect("a file");
        assert!(text.contains(from), "no `{from}` in {path}");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// An optional request property, and the next version of the document.
    fn add_property(&self) {
        let document = "openapi/vobiz.yaml";
        self.replace(document, "  version: 1.0.0\n", "  version: 1.1.0\n");
        let property = "        kyc_mode:\n          type: string\n          \
                        description: How it is verified.\n";
        let anchor = "      required:\n        - name\n      properties:\n";
        self.replace(document, anchor, &format!("{anchor}{property}"));
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .arg("-C")
            .arg(&self.0)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(["-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"])
            .args(["-c", "core.autocrlf=false"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.is_ok_and(|status| status.success()), "{arguments:?}");
    }

    /// Generates what follows from the document, if it can be, and commits everything.
    fn commit(&self) {
        self.run(&["generate"]);
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let lock = Command::new(cargo)
            .args(["generate-lockfile", "--offline", "--quiet"])
            .current_dir(&self.0)
            .status();
        assert!(lock.is_ok_and(|status| status.success()));
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "x"]);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let arguments = ["cargo xtask"].iter().chain(arguments).map(OsString::from);
        let exit = cli::run(arguments, &self.0, &mut out, &mut err);
        Ran {
            exit,
            out: String::from_utf8(out).expect("text"),
            err: String::from_utf8(err).expect("text"),
        }
    }

    fn rehearse(&self) -> Ran {
        self.run(&["release", "--dry-run"])
    }
}

#[test]
fn a_first_release_is_told_its_commands() {
    let ran = Repository::new("first").rehearse();
    ran.ends(Exit::Done);
    assert_eq!(
        ran.out,
        "first release

vobiz-api       0.1.0+vobiz.1.0.0  new
vobiz-httpmock  0.1.0              new
vobiz           0.1.0              new

ready; nothing was published. In this order:

    cargo publish -p vobiz-api
    cargo publish -p vobiz-httpmock
    cargo publish -p vobiz
    git tag -a v0.1.0 -m v0.1.0
    git push origin main v0.1.0
"
    );
    assert_eq!(
        ran.err,
        "note: no package was built: `cargo xtask release` does it\n"
    );
}

#[test]
fn a_change_is_released_by_what_it_means() {
    let repository = Repository::released("change");
    repository
        .rehearse()
        .ends(Exit::Refused)
        .tells("nothing to release: every crate is as in v0.1.0");

    repository.add_property();
    repository.commit();
    let ran = repository.rehearse();
    ran.ends(Exit::Refused);
    for words in [
        "since v0.1.0: 1 change: compatible on the wire, compatible in Rust; vobiz-api minor",
        "error: vobiz-api must be 0.1.1 or later (minor): it is 0.1.0+vobiz.1.0.0, and was 0.1.0+vobiz.1.0.0 in v0.1.0\n  openapi/vobiz.yaml:",
        "  clients can send `kyc_mode`\nhelp: set `version = \"0.1.1+vobiz.1.1.0\"` in crates/vobiz-api/Cargo.toml and 0.1.1 in [workspace.dependencies]",
        "error: vobiz-httpmock must be 0.1.1 or later (patch): it is 0.1.0, and was 0.1.0 in v0.1.0",
        "error: CHANGELOG.md has no section for 0.1.1",
        "3 problems; not ready for a release",
    ] {
        ran.tells(words);
    }

    repository.versions("0.1.1+vobiz.1.1.0", "0.1.0", "0.1.1");
    let section = "## [Unreleased]\n\n## [0.1.1] - 2026-12-01\n\n- `kyc_mode`.\n";
    repository.replace("CHANGELOG.md", "## [Unreleased]\n", section);
    repository.commit();
    let ran = repository.rehearse();
    ran.ends(Exit::Done)
        .tells("vobiz-api       0.1.0+vobiz.1.0.0 -> 0.1.1+vobiz.1.1.0  needs minor")
        .tells("vobiz           0.1.0                                   not published: the same version")
        .tells("    cargo publish -p vobiz-api\n    cargo publish -p vobiz-httpmock\n    git tag");
}

#[test]
fn comments_ask_for_no_release_and_documentation_does() {
    let repository = Repository::released("comments");
    // The header of generated code names the bytes of the document.
    repository.replace(
        "openapi/vobiz.yaml",
        "openapi: 3.0.3\n",
        "openapi: 3.0.3 # so\n",
    );
    repository.write("crates/vobiz/src/lib.rs", "// why\n");
    repository.commit();
    repository
        .rehearse()
        .ends(Exit::Refused)
        .tells("there is nothing to release");
    repository.write("crates/vobiz/src/lib.rs", "// why\n//! what\n");
    let ran = repository.rehearse();
    ran.ends(Exit::Refused)
        .tells("vobiz must be 0.1.1 or later (patch)");
    assert!(!ran.err.contains("vobiz-api must"), "{}", ran.err);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let repository = Repository::released("everything");
    repository.add_property();
    repository.write("crates/vobiz/src/lib.rs", "pub fn other() {}\n");
    repository.write("crates/vobiz/LICENSE-MIT", "other");
    fs::remove_file(repository.0.join("crates/vobiz-api/CHANGELOG.md")).expect("a file");
    repository.write("docs/stale", "");
    let cargo = "version = \"0.1.0\" }";
    repository.replace("Cargo.toml", cargo, "version = \"0.1\" }");
    let ran = repository.rehearse();
    ran.ends(Exit::Refused);
    for words in [
        "note: 6 files are not committed",
        "crates/vobiz-api/src/generated.rs is stale\nhelp: run `cargo xtask generate`",
        "crates/vobiz/LICENSE-MIT is stale",
        "crates/vobiz-api/CHANGELOG.md is missing",
        "the reference site is stale\nhelp: run `cargo xtask docs`",
        "vobiz must be 0.1.1 or later (patch): it is 0.1.0, and was 0.1.0 in v0.1.0\n  crates/vobiz changed since v0.1.0",
        "Cargo.toml asks for 0.1 of vobiz-api, which is 0.1.0",
        "CHANGELOG.md has no section for 0.1.1",
    ] {
        ran.tells(words);
    }
}

#[test]
fn what_is_only_stale_ends_as_stale() {
    let repository = Repository::new("stale");
    repository.write("crates/vobiz/LICENSE-MIT", "other");
    let ran = repository.rehearse();
    ran.ends(Exit::Stale).tells("1 problem; not ready");
    repository.run(&["generate"]).ends(Exit::Done);
    repository.rehearse().ends(Exit::Done);
    repository.run(&["generate", "--check"]).ends(Exit::Done);
}

#[test]
fn only_a_rehearsal_takes_what_is_not_committed_and_leaves_packages_alone() {
    let repository = Repository::released("dirty");
    repository.versions("0.1.1+vobiz.1.0.0", "0.1.0", "0.1.0");
    let section = "## [0.1.1] - 2026-12-01\n\n- x\n\n## [0.1.0]";
    repository.replace("CHANGELOG.md", "## [0.1.0]", section);
    repository.commit();
    let ready = repository.run(&["release"]);
    ready.ends(Exit::Done);
    assert_eq!(ready.err, "");

    repository.write(
        "crates/vobiz-api/src/lib.rs",
        "compile_error!(\"not this\");\n",
    );
    repository.write("new file", "");
    let ran = repository.run(&["release"]);
    ran.ends(Exit::Refused)
        .tells(
            "error: 2 files are not committed\n   M crates/vobiz-api/src/lib.rs\n  ?? \"new file\"",
        )
        .tells("error: the packages cannot be built")
        .tells("not this");
    repository
        .rehearse()
        .ends(Exit::Done)
        .tells("note: 2 files are not committed");
}

#[test]
fn a_document_that_is_refused_is_told_with_its_place() {
    let repository = Repository::new("refused");
    repository.replace(
        "openapi/vobiz.yaml",
        "      required:\n",
        "      requierd:\n",
    );
    repository
        .rehearse()
        .ends(Exit::Refused)
        .tells("openapi/vobiz.yaml does not pass the lint")
        .tells("openapi/unknown-key");
}

#[test]
fn without_a_repository_nothing_can_be_said_of_versions() {
    let repository = Repository::new("no-repository");
    fs::remove_dir_all(repository.0.join(".git")).expect("a directory");
    // Ours lies above; a file of this name ends the search.
    repository.write(".git", "nothing");
    repository.write("CHANGELOG.md", "");
    let ran = repository.rehearse();
    ran.ends(Exit::CouldNotRun)
        .tells("the workspace lies in no git repository")
        .tells("crates/vobiz/CHANGELOG.md is stale");
    assert!(!ran.out.contains("first release"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn without_git_it_could_not_run() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["release", "--dry-run"])
        .env("PATH", "")
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("error: cannot run git: "), "{told}");
}

#[test]
fn without_a_branch_only_the_tag_is_pushed() {
    let repository = Repository::new("detached");
    repository.git(&["checkout", "-q", "--detach"]);
    repository
        .rehearse()
        .ends(Exit::Done)
        .tells("note: no branch is checked out")
        .tells("    git push origin v0.1.0\n");
    repository.git(&["checkout", "-q", "-b", "it's;$(x)"]);
    repository
        .rehearse()
        .ends(Exit::Done)
        .tells(r"    git push origin 'it'\''s;$(x)' v0.1.0");
}

#[test]
fn a_tag_on_another_branch_is_told() {
    let repository = Repository::new("branches");
    repository.git(&["checkout", "-q", "-b", "side"]);
    repository.write("new", "");
    repository.commit();
    repository.git(&["tag", "v0.1.0"]);
    repository.rehearse().ends(Exit::Refused);
    repository.git(&["checkout", "-q", "main"]);
    repository
        .rehearse()
        .ends(Exit::Refused)
        .tells("note: v0.1.0 is no ancestor of this commit\n");
}

#[test]
fn a_shallow_clone_is_no_first_release() {
    let repository = Repository::released("deep");
    repository.write("new", "");
    repository.commit();
    let shallow = Repository(repository.0.with_file_name("release-shallow"));
    let _ = fs::remove_dir_all(&shallow.0);
    let (from, to) = (repository.0.display(), shallow.0.display());
    let (from, to) = (from.to_string(), to.to_string());
    let clone = [
        "clone",
        "-q",
        "--no-local",
        "--no-tags",
        "--depth=1",
        &from,
        &to,
    ];
    repository.git(&clone);
    let ran = shallow.rehearse();
    ran.ends(Exit::CouldNotRun)
        .tells("the clone is shallow")
        .tells("git fetch --unshallow --tags");
    assert!(!ran.out.contains("first release"), "{}", ran.out);
    // Whole, and still without tags: the change log knows better.
    shallow.git(&["fetch", "-q", "--unshallow", "--no-tags"]);
    let section = "## [0.1.1] - 2026-12-01\n\n- x\n\n## [0.1.0]";
    shallow.replace("CHANGELOG.md", "## [0.1.0]", section);
    shallow.versions("0.1.1+vobiz.1.0.0", "0.1.1", "0.1.1");
    shallow
        .rehearse()
        .ends(Exit::Refused)
        .tells("0.1.0 has a section and no tag\nhelp: get the tags by `git fetch --tags`");
}

#[test]
fn a_tag_that_is_no_version_is_no_release() {
    let repository = Repository::new("odd-tags");
    for tag in ["vnext", "v1", "release-9.0.0", "v0.1.0.0"] {
        repository.git(&["tag", tag]);
    }
    repository
        .rehearse()
        .ends(Exit::Done)
        .tells("first release")
        .tells("note: no versions, so no releases: v0.1.0.0, v1, vnext");
}

#[test]
fn line_ends_of_other_systems_are_read() {
    let repository = Repository::new("crlf");
    let text = CHANGELOG.replace('\n', "\r\n");
    repository.write("CHANGELOG.md", &text);
    repository.commit();
    repository.rehearse().ends(Exit::Done);
    let copy = fs::read_to_string(repository.0.join("crates/vobiz/CHANGELOG.md")).expect("it");
    assert!(
        copy.contains("0.1.0") && !copy.contains("Unreleased"),
        "{copy}"
    );
}

#[test]
fn an_old_document_that_cannot_be_read_can_be_stood_in_for() {
    let repository = Repository::new("old-document");
    repository.replace(
        "openapi/vobiz.yaml",
        "      required:\n",
        "      requierd:\n",
    );
    repository.commit();
    repository.git(&["tag", "v0.1.0"]);
    repository.write("openapi/vobiz.yaml", DOCUMENT);
    repository.versions("0.1.1+vobiz.1.0.0", "0.1.1", "0.1.1");
    let section = "## [0.1.1] - 2026-12-01\n\n- x\n\n## [0.1.0]";
    repository.replace("CHANGELOG.md", "## [0.1.0]", section);
    repository.commit();
    repository
        .rehearse()
        .ends(Exit::CouldNotRun)
        .tells("since v0.1.0: unknown")
        .tells("v0.1.0:openapi/vobiz.yaml does not pass the lint")
        .tells("`--base FILE`");
    let mended = repository
        .0
        .join("target/mended.yaml")
        .display()
        .to_string();
    repository.write("target/mended.yaml", DOCUMENT);
    repository
        .run(&["release", "--dry-run", "--base", &mended])
        .ends(Exit::Done)
        .tells("since v0.1.0: no change in meaning");
}

#[test]
fn what_cannot_be_read_is_told_with_all_else() {
    let repository = Repository::new("unreadable");
    for path in ["openapi/vobiz.yaml", "CHANGELOG.md", "LICENSE-MIT"] {
        fs::remove_file(repository.0.join(path)).expect("a file");
    }
    repository.write("Cargo.toml", "[workspace\n");
    // What could not be looked at weighs more than what was refused.
    let ran = repository.run(&["release"]);
    ran.ends(Exit::CouldNotRun);
    for words in [
        "error: 4 files are not committed",
        "cannot read openapi/vobiz.yaml: ",
        "cannot read LICENSE-MIT: ",
        "cargo cannot read the manifests",
        "cannot read CHANGELOG.md: ",
    ] {
        ran.tells(words);
    }
}
