//! What a build from nothing takes: of what `generate` needs, and of a program that depends on us.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{fs, io};

use crate::results::{self, Measure, Measures};

const OURS: &str = "ours";
const BASELINE: &str = "baseline";

/// Measures everything, `rounds` times each, in the workspace at `workspace`; projects and targets
/// lie below `directory`. Without rounds, nothing is built: only the crates are counted.
pub fn measure(workspace: &Path, directory: &Path, rounds: usize) -> io::Result<Measures> {
    let lockfile = workspace.join("Cargo.lock");
    let project = |name: &str, manifest: String, main: &str| -> io::Result<PathBuf> {
        let project = directory.join(name);
        fs::create_dir_all(project.join("src"))?;
        fs::write(project.join("Cargo.toml"), manifest)?;
        fs::write(project.join("src/main.rs"), main)?;
        // The same versions on both sides; cargo drops what is not needed.
        fs::copy(&lockfile, project.join("Cargo.lock"))?;
        Ok(project)
    };
    let bare = project("bare-generator", bare_manifest(workspace)?, BARE_MAIN)?;
    let ours = project(
        "hello-vobiz",
        hello_manifest(workspace, "vobiz")?,
        VOBIZ_MAIN,
    )?;
    let plain = project(
        "hello-reqwest",
        hello_manifest(workspace, "reqwest")?,
        REQWEST_MAIN,
    )?;

    let generator = [
        Build::new(OURS, workspace, &["--package", "xtask"]),
        Build::new(BASELINE, &bare, &[]),
    ];
    let dependent = [
        Build::new(OURS, &ours, &[]),
        Build::new(BASELINE, &plain, &[]),
    ];
    let release = [
        Build::new(OURS, &ours, &["--release"]),
        Build::new(BASELINE, &plain, &["--release"]),
    ];
    let mut measures = Measures::new();
    for (name, builds) in [("generator", &generator), ("dependent", &dependent)] {
        if rounds > 0 {
            measures.insert(format!("{name}: wall"), wall(builds, directory, rounds)?);
        }
        measures.insert(format!("{name}: crates"), crates(builds)?);
    }
    if rounds == 0 {
        return Ok(measures);
    }
    let target = directory.join("target");
    let mut sizes = Measure::default();
    for (build, binary) in release.iter().zip(["hello-vobiz", "hello-reqwest"]) {
        build.run(&target)?;
        #[allow(clippy::cast_precision_loss)]
        let size = fs::metadata(target.join("release").join(binary))?.len() as f64;
        sizes.0.insert(build.side.into(), size);
    }
    fs::remove_dir_all(&target)?;
    measures.insert("dependent: binary".into(), sizes);
    Ok(measures)
}

/// `cargo build`, in one project.
struct Build {
    side: &'static str,
    project: PathBuf,
    args: Vec<&'static str>,
}

impl Build {
    fn new(side: &'static str, project: &Path, args: &[&'static str]) -> Self {
        Self {
            side,
            project: project.into(),
            args: args.into(),
        }
    }

    fn run(&self, target: &Path) -> io::Result<()> {
        let status = cargo()
            .args(["build", "--quiet", "--offline"])
            .args(&self.args)
            .current_dir(&self.project)
            .env("CARGO_TARGET_DIR", target)
            .status()?;
        let failed = || io::Error::other(format!("cannot build {}", self.project.display()));
        status.success().then_some(()).ok_or_else(failed)
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The median, over all rounds, of the time of each as a multiple of the last one's.
fn wall(builds: &[Build; 2], directory: &Path, rounds: usize) -> io::Result<Measure> {
    let target = directory.join("target");
    let mut ratios = Vec::new();
    for _ in 0..rounds {
        let mut took = Vec::new();
        for build in builds {
            if target.exists() {
                fs::remove_dir_all(&target)?;
            }
            let started = Instant::now();
            build.run(&target)?;
            took.push(started.elapsed().as_secs_f64());
        }
        ratios.push(took[0] / took[1]);
    }
    fs::remove_dir_all(&target)?;
    let ratio = results::median(&mut ratios);
    Ok([(OURS, ratio), (BASELINE, 1.0)].into_iter().collect())
}

/// How many crates each side compiles, itself included.
fn crates(builds: &[Build; 2]) -> io::Result<Measure> {
    builds
        .iter()
        .map(|build| Ok((build.side, count(build)?)))
        .collect()
}

fn count(build: &Build) -> io::Result<f64> {
    let output = cargo()
        .args([
            "tree",
            "--offline",
            "--prefix",
            "none",
            "--edges",
            "normal,build",
        ])
        .args(&build.args)
        .current_dir(&build.project)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        let why = format!("cannot list the crates of {}", build.project.display());
        return Err(io::Error::other(why));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let names = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let crates: BTreeSet<String> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(names)
        .collect();
    #[allow(clippy::cast_precision_loss)]
    Ok(crates.len() as f64)
}

/// The workspace's own requirement of `dependency`, as a line of a manifest.
fn requirement(workspace: &Path, dependency: &str) -> io::Result<String> {
    let manifest = fs::read_to_string(workspace.join("Cargo.toml"))?;
    let start = format!("{dependency} = ");
    manifest
        .lines()
        .find(|line| line.starts_with(&start))
        .map(str::to_owned)
        .ok_or_else(|| io::Error::other(format!("the workspace does not name {dependency}")))
}

fn manifest(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependencies}\n\n\
         # As the workspace's own.\n[profile.dev]\ndebug = \"line-tables-only\"\n\n[workspace]\n"
    )
}

fn bare_manifest(workspace: &Path) -> io::Result<String> {
    let names = [
        "openapiv3",
        "prettyplease",
        "progenitor-impl",
        "serde_json",
        "syn",
    ];
    let lines: io::Result<Vec<String>> = names
        .iter()
        .map(|name| requirement(workspace, name))
        .collect();
    Ok(manifest("bare-generator", &lines?.join("\n")))
}

fn hello_manifest(workspace: &Path, client: &str) -> io::Result<String> {
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }";
    let path = workspace.join("crates/vobiz");
    let dependencies = match client {
        "vobiz" => format!(
            "{tokio}\nvobiz = {{ path = {:?} }}",
            path.display().to_string()
        ),
        _ => format!(
            "{tokio}\nreqwest = {{ version = \"0.13\", default-features = false, features = [\"json\", \
             \"rustls\"] }}\n{}",
            requirement(workspace, "serde")?
        ),
    };
    Ok(manifest(&format!("hello-{client}"), &dependencies))
}

const BARE_MAIN: &str = r#"
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string("openapi.json")?;
    let document: openapiv3::OpenAPI = serde_json::from_str(&text)?;
    let mut generator = progenitor_impl::Generator::default();
    let tokens = generator.generate_tokens(&document)?;
    print!("{}", prettyplease::unparse(&syn::parse2(tokens)?));
    Ok(())
}
"#;

const VOBIZ_MAIN: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vobiz = vobiz::Client::from_env()?;
    let created = vobiz.create_sub_account(vobiz::NewSubAccount::new("Support Team")).await?;
    println!("{}", created.credentials.auth_id);
    Ok(())
}
"#;

const REQWEST_MAIN: &str = r#"
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Request {
    name: &'static str,
    enabled: bool,
}

#[derive(Deserialize)]
struct Response {
    auth_credentials: Credentials,
}

#[derive(Deserialize)]
struct Credentials {
    auth_id: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (id, token) = (std::env::var("VOBIZ_AUTH_ID")?, std::env::var("VOBIZ_AUTH_TOKEN")?);
    let created: Response = reqwest::Client::new()
        .post(format!("https://api.vobiz.ai/api/v1/accounts/{id}/sub-accounts/"))
        .header("X-Auth-ID", &id)
        .header("X-Auth-Token", token)
        .json(&Request { name: "Support Team", enabled: true })
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    println!("{}", created.auth_credentials.auth_id);
    Ok(())
}
"#;
