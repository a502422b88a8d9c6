//! The samples of the page, run against the mock.
//!
//! `create_sub_account.rs` is the Rust sample as the page shows it, which `tests/site.rs` holds
//! it to. It is a whole program, and here a part of this one.

include!("create_sub_account.rs");

use std::process::{Command, Output};

use vobiz_httpmock::MockVobiz;

/// Tells the program that was started by the test from the one that runs all tests.
const CHILD: &str = "VOBIZ_REFERENCE_SAMPLE";

fn with_credentials<'c>(command: &'c mut Command, mock: &MockVobiz) -> &'c mut Command {
    command
        .env("VOBIZ_AUTH_ID", mock.auth_id())
        .env("VOBIZ_AUTH_TOKEN", mock.auth_token())
        .env("VOBIZ_BASE_URL", mock.base_url())
}

fn shown(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}", text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_rust_sample() {
    if std::env::var_os(CHILD).is_some() {
        main().expect("the sample runs");
    }
}

#[test]
fn the_rust_sample_creates_a_sub_account_and_hands_its_credentials_over() {
    let mock = MockVobiz::start();
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", "the_rust_sample", "--nocapture"])
        .env(CHILD, "1");
    let output = with_credentials(&mut command, &mock)
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{}", shown(&output));

    let [account] = &mock.sub_accounts()[..] else {
        panic!("one sub-account: {}", shown(&output));
    };
    assert_eq!(account.name, "Support Team");
    for secret in [&account.auth_id, &account.auth_token] {
        assert!(
            shown(&output).contains(secret.as_str()),
            "{}",
            shown(&output)
        );
    }
}

#[test]
fn the_curl_sample_gets_201() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: no curl: `apt-get install curl`");
        return;
    }
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/one_operation.yaml"
    );
    let document = xtask::document::Document::load(path.as_ref()).expect("the document");
    let api = xtask_docs::api::read(&document);
    let operation = &api.groups[0].operations[0];
    let fields = xtask_docs::sample::fields(&api, operation);
    let request = xtask_docs::sample::initial(operation, &fields);
    let curl = xtask_docs::sample::samples(&api, operation)[1].render(&request);

    let mock = MockVobiz::start();
    let curl = curl
        .replacen("https://api.vobiz.ai", &mock.base_url(), 1)
        .replacen(
            "curl ",
            "curl --noproxy '*' --write-out '\\n%{http_code}' ",
            1,
        );
    let mut command = Command::new("sh");
    let output = with_credentials(command.args(["-c", &curl]), &mock)
        .output()
        .expect("a shell");
    assert!(shown(&output).contains("\n201\n"), "{}", shown(&output));
    assert_eq!(mock.sub_accounts().len(), 1);
}
