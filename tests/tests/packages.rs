//! The published crates as a stranger gets them: what their packages hold, and that a project
//! elsewhere builds on them and runs the code of their READMEs.
//!
//! Making the packages and building on them takes minutes: it is reported as ignored, unless
//! `VOBIZ_REQUIRE_PACKAGES=1` asks for it.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use xtask::document::Document;
use xtask::generate::SPEC_PATH;
use xtask::packages::{self, CLIENT, PUBLISHED};

use common::workspace;

const HELP: &str = "building on the packages takes minutes: VOBIZ_REQUIRE_PACKAGES=1 asks for it, \
                    after `cargo fetch --locked`; on Linux with `apt-get install libssl-dev pkg-config`";

fn main() {
    let arguments = Arguments::from_args();
    let asked = std::env::var_os("VOBIZ_REQUIRE_PACKAGES").is_some_and(|value| value == "1");
    let cheap: [(&str, fn()); 3] = [
        ("metadata_is_complete", metadata_is_complete),
        (
            "the_version_of_the_client_names_that_of_the_document",
            version_names_the_document,
        ),
        ("what_is_published_is_known", what_is_published_is_known),
    ];
    let heavy: [(&str, fn()); 4] = [
        ("packages_hold_what_a_stranger_needs", contents),
        ("a_stranger_builds_with_default_features", || {
            build_on("default", "", true);
        }),
        ("a_stranger_builds_with_native_tls", || {
            let features = "default-features = false, features = [\"native-tls\"]";
            build_on("native-tls", features, true);
        }),
        ("a_stranger_builds_with_no_features", || {
            build_on("none", "default-features = false", false);
        }),
    ];
    let trial = |(name, test): (&'static str, fn())| {
        Trial::test(name, move || {
            test();
            Ok::<(), Failed>(())
        })
    };
    let mut trials: Vec<Trial> = cheap.into_iter().map(trial).collect();
    trials.extend(
        heavy
            .into_iter()
            .map(|test| trial(test).with_ignored_flag(!asked)),
    );
    if !asked && !arguments.list {
        eprintln!("ignored: {HELP}");
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// What cargo reads from the manifests of the crates that it would publish.
fn published() -> Vec<Value> {
    let output = cargo(workspace())
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .filter(|package| package["publish"].is_null())
        .cloned()
        .collect()
}

fn what_is_published_is_known() {
    let names: BTreeSet<String> = published()
        .iter()
        .map(|package| package["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, PUBLISHED.map(str::to_owned).into());
}

fn metadata_is_complete() {
    // As crates.io has them; it refuses others.
    let categories = [
        "api-bindings",
        "asynchronous",
        "development-tools::testing",
        "web-programming::http-client",
    ];
    for package in published() {
        let name = package["name"].as_str().unwrap();
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        let list = |key: &str| -> Vec<String> {
            let values = package[key].as_array().unwrap().iter();
            values.map(|v| v.as_str().unwrap().to_owned()).collect()
        };
        assert!(text("description").len() > 20, "{name}");
        assert_eq!(text("license"), "MIT OR Apache-2.0", "{name}");
        assert_eq!(text("readme"), "README.md", "{name}");
        assert!(text("repository").starts_with("https://github.com/"));
        assert_eq!(text("documentation"), format!("https://docs.rs/{name}"));
        assert_eq!(text("rust_version"), "1.88", "{name}");
        assert_eq!(
            package["metadata"]["docs"]["rs"]["all-features"], true,
            "{name}"
        );
        let keywords = list("keywords");
        assert!((1..=5).contains(&keywords.len()), "{name}");
        for keyword in keywords {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-+".contains(c);
            assert!(
                keyword.len() <= 20 && keyword.chars().all(plain),
                "{keyword}"
            );
        }
        let own = list("categories");
        assert!(!own.is_empty(), "{name}");
        for category in own {
            assert!(categories.contains(&category.as_str()), "{category}");
        }
    }
}

fn version_names_the_document() {
    let document = Document::load(&workspace().join(SPEC_PATH)).unwrap();
    let version = document.version().unwrap();
    let manifest = workspace()
        .join(packages::directory(CLIENT))
        .join("Cargo.toml");
    let (_, own) = packages::name_and_version(&fs::read_to_string(manifest).unwrap()).unwrap();
    assert_eq!(
        own.build.as_str(),
        format!("vobiz.{version}"),
        "write `+vobiz.{version}` behind the version of {CLIENT}"
    );
}

/// The packages, made and unpacked once.
struct Packages {
    /// Where everything is built.
    target: PathBuf,
    /// Where each crate lies, by its name.
    unpacked: Vec<(&'static str, PathBuf)>,
    /// Their versions, as a stranger asks for them.
    version: String,
}

static MADE: LazyLock<Packages> = LazyLock::new(|| {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages");
    let (target, unpacked) = (place.join("target"), place.join("unpacked"));
    for old in [&unpacked, &target.join("package")] {
        let _ = fs::remove_dir_all(old);
    }
    fs::create_dir_all(&unpacked).unwrap();
    // Cargo's own check is part of it: it builds each crate from its package.
    let mut package = cargo(workspace());
    package
        .args(["package", "--locked", "--offline", "--allow-dirty"])
        .env("CARGO_TARGET_DIR", &target);
    for name in PUBLISHED {
        package.args(["--package", name]);
    }
    succeed(&mut package);
    let mut version = String::new();
    let crates = PUBLISHED.map(|name| {
        let manifest = workspace()
            .join(packages::directory(name))
            .join("Cargo.toml");
        let (_, own) = packages::name_and_version(&fs::read_to_string(manifest).unwrap()).unwrap();
        let stem = format!("{name}-{own}");
        let archive = target.join("package").join(format!("{stem}.crate"));
        succeed(
            Command::new("tar")
                .arg("-xzf")
                .arg(archive)
                .arg("-C")
                .arg(&unpacked),
        );
        version = format!("{}.{}", own.major, own.minor);
        (name, unpacked.join(stem))
    });
    Packages {
        target,
        unpacked: crates.into(),
        version,
    }
});

fn contents() {
    for (name, directory) in &MADE.unpacked {
        let mut files = Vec::new();
        list(directory, directory, &mut files);
        files.sort();
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("package_{name}"), files.join("\n"));
        });
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let ours = fs::read(workspace().join(licence)).unwrap();
            assert!(fs::read(directory.join(licence)).unwrap() == ours);
        }
        let manifest = fs::read_to_string(directory.join("Cargo.toml")).unwrap();
        assert!(!manifest.contains("path = \"../"), "{manifest}");
    }
}

/// Every file but the one that only a clean checkout gives.
fn list(directory: &Path, root: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, root, files);
        } else if !path.ends_with(".cargo_vcs_info.json") {
            let name = path.strip_prefix(root).unwrap();
            files.push(name.display().to_string().replace('\\', "/"));
        }
    }
}

/// Builds a project on the packages, and runs the code of their READMEs in it.
fn build_on(name: &str, features: &str, tls: bool) {
    // One build directory, one build at a time.
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let made = &*MADE;
    let _turn = TURN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("packages/{name}"));
    let _ = fs::remove_dir_all(&project);
    fs::create_dir_all(project.join("src/bin")).unwrap();
    // The mock's own default features only beside the client's: the bindings bring much.
    let mock = if name == "default" {
        ""
    } else {
        "default-features = false"
    };
    fs::write(project.join("Cargo.toml"), manifest(features, mock)).unwrap();
    // The versions that all else is tested with; what is not used goes from it.
    fs::copy(workspace().join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let programs = programs(tls);
    for (name, code) in &programs {
        fs::write(project.join(format!("src/bin/{name}.rs")), code).unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut command = cargo(&project);
        command
            .args(arguments)
            .arg("--offline")
            .env("CARGO_TARGET_DIR", &made.target);
        succeed(&mut command);
    };
    run(&["build", "--bins"]);
    for (name, _) in &programs {
        run(&["run", "--quiet", "--bin", name]);
    }
}

fn manifest(features: &str, mock: &str) -> String {
    let version = &MADE.version;
    let with = |more: &str| {
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(", {more}")
        };
        format!("{{ version = \"{version}\"{more} }}")
    };
    let mut text = format!(
        "[package]\nname = \"stranger\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n\
         [dependencies]\nvobiz = {}\nvobiz-api = {}\nvobiz-httpmock = {}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[patch.crates-io]\n",
        with(features),
        // TLS has to come by the features of the wrapper.
        with("default-features = false"),
        with(mock),
    );
    for (name, directory) in &MADE.unpacked {
        let directory = directory.display();
        text.push_str(&format!("{name} = {{ path = '{directory}' }}\n"));
    }
    text
}

/// The programs of a stranger: each block of each README, and one that asks for TLS.
fn programs(tls: bool) -> Vec<(String, String)> {
    let mut programs = Vec::new();
    for (name, directory) in &MADE.unpacked {
        let readme = fs::read_to_string(directory.join("README.md")).unwrap();
        let blocks = blocks(&readme);
        assert!(!blocks.is_empty(), "no code in the README of {name}");
        for (index, block) in blocks.iter().enumerate() {
            let rest = match (*name, block.contains("fn run(")) {
                ("vobiz", true) => AGAINST_THE_MOCK,
                // It names the real API: that it compiles is enough.
                (_, true) => "let _ = run;",
                (_, false) => "",
            };
            let code = if block.contains("fn main(") {
                block.clone()
            } else {
                format!("fn main() {{\n{block}\n{rest}\n}}\n")
            };
            programs.push((format!("{name}-{}", index + 1), code));
        }
    }
    let https = "fn main() {
    let client = vobiz::Client::builder().credentials(\"MA_1\", \"t\").build();
    assert_eq!(client.is_ok(), TLS);
}
";
    programs.push(("https".into(), https.replace("TLS", &tls.to_string())));
    programs
}

/// Runs the README's `run` against the mock, by the three variables that it names.
const AGAINST_THE_MOCK: &str = "
let mock = vobiz_httpmock::MockVobiz::start();
std::env::set_var(\"VOBIZ_BASE_URL\", mock.base_url());
std::env::set_var(\"VOBIZ_AUTH_ID\", mock.auth_id());
std::env::set_var(\"VOBIZ_AUTH_TOKEN\", mock.auth_token());
let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
runtime.block_on(run()).unwrap();
assert_eq!(mock.sub_accounts().len(), 1);
";

/// The blocks of Rust in `markdown`, with the lines that rustdoc hides.
fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```rust") {
            let block = lines.by_ref().take_while(|line| !line.starts_with("```"));
            let shown = block.map(|line| match line.strip_prefix("# ") {
                Some(hidden) => hidden,
                None if line == "#" => "",
                None => line,
            });
            blocks.push(shown.collect::<Vec<_>>().join("\n"));
        }
    }
    blocks
}

fn cargo(directory: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(directory);
    // What cargo tells its tests is not for a stranger.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST") {
            command.env_remove(&name);
        }
    }
    command
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?} failed ({HELP}):\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
