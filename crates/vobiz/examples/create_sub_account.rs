//! Creates a sub-account and prints what a person wants to see.
//!
//! ```sh
//! cargo run --example create_sub_account                  # against a mock, without credentials
//! export VOBIZ_AUTH_ID=MA_... VOBIZ_AUTH_TOKEN=...
//! cargo run --example create_sub_account "Support Team"   # the real call
//! cargo run --example create_sub_account -- --show-token  # and show the token
//! ```

use std::process::ExitCode;

use vobiz::{Client, Created, Error, NewSubAccount};
use vobiz_httpmock::MockVobiz;

const USAGE: &str = "\
usage: create_sub_account [NAME] [--show-token]

Creates the sub-account NAME (\"Support Team\" by default) and prints its credentials.
With VOBIZ_AUTH_ID and VOBIZ_AUTH_TOKEN it makes the real call; without, a mock answers.";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (flags, names): (Vec<_>, Vec<_>) = std::env::args()
        .skip(1)
        .partition(|arg| arg.starts_with("--"));
    if flags.iter().any(|flag| flag == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = flags.iter().find(|flag| *flag != "--show-token") {
        eprintln!("error: unknown option {unknown}\n{USAGE}");
        return ExitCode::from(2);
    }
    let name = names.first().map_or("Support Team", String::as_str);
    match run(name).await {
        Ok(created) => {
            show(&created, !flags.is_empty());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            eprintln!("outcome: {:?}", error.outcome());
            ExitCode::FAILURE
        }
    }
}

async fn run(name: &str) -> Result<Created, Error> {
    let is_set = |name| std::env::var_os(name).is_some();
    // Kept to the end of the call: the server stops when it is dropped.
    let mut mock = None;
    let client = if is_set("VOBIZ_AUTH_ID") || is_set("VOBIZ_AUTH_TOKEN") {
        Client::from_env()?
    } else {
        let mock = mock.insert(MockVobiz::start());
        println!(
            "No VOBIZ_AUTH_ID and VOBIZ_AUTH_TOKEN: using a mock at {}",
            mock.base_url()
        );
        Client::builder()
            .base_url(mock.base_url())
            .credentials(mock.auth_id(), mock.auth_token())
            .build()?
    };
    client.create_sub_account(NewSubAccount::new(name)).await
}

fn show(created: &Created, show_token: bool) {
    let account = &created.sub_account;
    let token = if show_token {
        created.credentials.auth_token.expose_secret()
    } else {
        "[redacted] (--show-token shows it)"
    };
    println!(
        "Created      {}",
        account.name.as_deref().unwrap_or("a sub-account")
    );
    println!("Auth id      {}", created.credentials.auth_id);
    println!("Auth token   {token}");
    println!(
        "Parent       {}",
        account.parent_auth_id.as_deref().unwrap_or("not told")
    );
    println!(
        "Created at   {}",
        account.created.as_deref().unwrap_or("not told")
    );
    if let Some(id) = created.request_id() {
        println!("Request id   {id}");
    }
    for warning in created.warnings() {
        eprintln!("warning: {warning}");
    }
}
