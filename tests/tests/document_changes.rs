//! What people change in the document next, and that the result is a client that compiles.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Scratch, workspace};
use xtask::cli::{self, Exit};
use xtask::generate::{CLIENT_PATH, MOCK_PATH, SPEC_PATH};

const SECOND_OPERATION: &str = "
  /api/v1/accounts/{auth_id}/added-things/:
    get:
      operationId: listAddedThings
      tags:
        - Sub-accounts
      summary: List things
      description: Lists the sub-accounts of an account.
      parameters:
        - $ref: '#/components/parameters/AuthId'
        - name: limit
          in: query
          description: How many at most.
          schema:
            type: integer
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                type: object
                description: A page.
                properties:
                  objects:
                    type: array
                    description: The sub-accounts.
                    items:
                      $ref: '#/components/schemas/SubAccount'
        4XX:
          $ref: '#/components/responses/Refused'
        5XX:
          $ref: '#/components/responses/Failed'

components:
";

const ENUM_PROPERTY: &str = "
        added_mode:
          type: string
          description: Whose calls these are.
          enum: [personal_use, customer_use]
          nullable: true
        email:
";

/// A property, an enum and an operation more: nothing is edited by hand, and the crate compiles.
#[test]
fn additions_generate_a_client_that_compiles() {
    let scratch = Scratch::new("additions");
    for package in ["crates/vobiz-api", "crates/vobiz-httpmock"] {
        copy(&workspace().join(package), &scratch.path().join(package));
    }
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    fs::write(scratch.path().join("Cargo.toml"), standalone(&manifest)).unwrap();
    fs::copy(
        workspace().join("Cargo.lock"),
        scratch.path().join("Cargo.lock"),
    )
    .unwrap();

    let spec = fs::read_to_string(workspace().join(SPEC_PATH)).unwrap();
    let spec = spec
        .replacen("\ncomponents:\n", SECOND_OPERATION, 1)
        .replace("\n        email:\n", ENUM_PROPERTY);
    let changed = scratch.path().join(SPEC_PATH);
    fs::create_dir_all(changed.parent().unwrap()).unwrap();
    fs::write(&changed, spec).unwrap();

    let mut err = Vec::new();
    let args = [
        "xtask",
        "generate",
        "--root",
        scratch.path().to_str().unwrap(),
    ]
    .map(Into::into);
    let exit = cli::run(args, workspace(), &mut Vec::new(), &mut err);
    assert_eq!(exit, Exit::Done, "{}", String::from_utf8_lossy(&err));
    let mock = fs::read_to_string(scratch.path().join(MOCK_PATH)).unwrap();
    assert!(mock.contains("fn list_added_things<F>("));
    let client = fs::read_to_string(scratch.path().join(CLIENT_PATH)).unwrap();
    assert!(client.contains("pub fn list_added_things(&self)"));
    assert!(
        client.contains("pub added_mode: ::std::option::Option<CreateSubAccountRequestAddedMode>")
    );

    // Kept between runs, so that the dependencies need not be built again.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("document-changes");
    let output = Command::new(env!("CARGO"))
        .args([
            "check",
            "--quiet",
            "--offline",
            "--package",
            "vobiz-api",
            "--package",
            "vobiz-httpmock",
            "--no-default-features",
            "--features",
            "vobiz-httpmock/bindings",
        ])
        .arg("--manifest-path")
        .arg(scratch.path().join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The manifest without the members that are not copied.
fn standalone(manifest: &str) -> String {
    manifest
        .lines()
        .filter(|line| {
            !["xtask = ", "vobiz = ", "vobiz-httpmock = "]
                .iter()
                .any(|member| line.starts_with(member))
        })
        .map(|line| {
            if line.starts_with("members = ") {
                "members = [\"crates/*\"]"
            } else {
                line
            }
        })
        .flat_map(|line| [line, "\n"])
        .collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
