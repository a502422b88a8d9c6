//! The program in the README, and the error in the README of the crate `vobiz`.

use vobiz::{Client, NewSubAccount};
use vobiz_httpmock::{Fault, MockVobiz};

/// Tells the program from the tests, which start it with credentials in the environment.
pub const CHILD: &str = "VOBIZ_README_PROGRAM";

struct Vault;

impl Vault {
    #[expect(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "the reader's vault keeps them, and can fail"
    )]
    fn store(&self, credentials: vobiz::Credentials) -> Result<(), std::io::Error> {
        println!("{credentials:?}");
        println!("stored {}", credentials.auth_id);
        Ok(())
    }
}

#[rustfmt::skip] // as in the README
async fn program(vault: Vault) -> Result<(), Box<dyn std::error::Error>> {
    let vobiz = vobiz::Client::from_env()?; // VOBIZ_AUTH_ID, VOBIZ_AUTH_TOKEN, VOBIZ_BASE_URL
    let created = vobiz
        .create_sub_account(NewSubAccount::new("Support Team").email("support@example.com"))
        .await?;
    vault.store(created.credentials)?; // shown this once; Debug prints [redacted]
    Ok(())
}

/// The lines between the braces of the program, as a text shows them.
pub fn source() -> String {
    let (_, rest) = include_str!("readme.rs")
        .split_once("dyn std::error::Error>> {\n")
        .unwrap();
    let (body, _) = rest.split_once("    Ok(())\n}").unwrap();
    body.lines()
        .flat_map(|line| [line.strip_prefix("    ").unwrap_or(line), "\n"])
        .collect()
}

/// What the process does that [`CHILD`] marks.
pub fn main() {
    runtime()
        .block_on(program(Vault))
        .expect("the program runs");
}

/// Runs the program against the mock.
pub fn check() {
    let mock = MockVobiz::start();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .env(CHILD, "1")
        .env("VOBIZ_AUTH_ID", mock.auth_id())
        .env("VOBIZ_AUTH_TOKEN", mock.auth_token())
        .env("VOBIZ_BASE_URL", mock.base_url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let out = String::from_utf8(output.stdout).unwrap();
    let [account] = &mock.sub_accounts()[..] else {
        panic!("one sub-account: {out}");
    };
    assert_eq!(account.name, "Support Team");
    assert!(
        out.contains(&format!("stored {}", account.auth_id)),
        "{out}"
    );
    assert!(out.contains("[redacted]"), "{out}");
    assert!(!out.contains(&account.auth_token), "{out}");
}

/// The error of the account `MA_XXXXXX` after a 502 without a body.
pub fn error() -> String {
    let mock = MockVobiz::start();
    mock.next(Fault::Raw(
        b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n".into(),
    ));
    let client = Client::builder()
        .base_url(mock.base_url())
        .credentials(mock.auth_id(), mock.auth_token())
        .build()
        .unwrap();
    let call = client.create_sub_account(NewSubAccount::new("Support Team"));
    let error = runtime().block_on(call).unwrap_err();
    error.to_string().replace(mock.auth_id(), "MA_XXXXXX")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}
