//! The exact bytes of what is sent.

use serde_json::Value;
use vobiz::{Client, NewSubAccount, Permissions};

use crate::support::{Server, Step, answer, call, documented, own_product};

/// What arrives, without the port, which differs from run to run, and the versions.
fn sent(new: NewSubAccount) -> String {
    let server = Server::start(vec![vec![Step::Send(answer(
        "201 Created",
        "",
        documented(),
    ))]]);
    let client = Client::builder()
        .base_url(server.url())
        .credentials("MA_XXXXXX", "my-auth-token")
        .build()
        .unwrap();
    call(&client, new).0.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let text = String::from_utf8(requests[0].clone()).unwrap();
    text.replace(server.url().trim_start_matches("http://"), "[host]")
        .replace(&own_product("vobiz"), "vobiz/[version]")
        .replace(&own_product("vobiz-api"), "vobiz-api/[version]")
        .replace("\r\n", "\n")
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\n\n").unwrap().1).unwrap()
}

fn page(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_short_request_is_the_pages() {
    let request = sent(NewSubAccount::new("<string>"));
    let expected = page(include_str!("../../reference/request-minimal.json"));
    assert_eq!(body(&request), expected);
    insta::assert_snapshot!("short_request", request);
}

#[test]
fn the_long_request_is_the_pages() {
    let new = NewSubAccount::new("Support Team")
        .email("support@example.com")
        .phone("+1234567890")
        .description("Support-facing voice workload")
        .rate_limit(500)
        .permission("calls", true)
        .permission("cdr", true)
        .password("S0pport123!")
        .enabled(true);
    let request = sent(new);
    let expected = page(include_str!("../../reference/request-full.json"));
    assert_eq!(body(&request), expected);
    insta::assert_snapshot!("long_request", request);
}

#[test]
fn permissions_are_open() {
    let new = NewSubAccount::new("a")
        .permission("cdr", false)
        .permission("recordings", true);
    let expected = page(r#"{"cdr":false,"recordings":true}"#);
    assert_eq!(body(&sent(new))["permissions"], expected);

    let all: Permissions = serde_json::from_str(r#"{"sms":{"daily":5},"calls":true}"#).unwrap();
    let new = NewSubAccount::new("a")
        .permission("cdr", true)
        .permissions(all);
    let expected = page(r#"{"sms":{"daily":5},"calls":true}"#);
    assert_eq!(body(&sent(new))["permissions"], expected);
}

#[test]
fn the_parent_is_the_credentials_own_unless_it_is_named() {
    let own = sent(NewSubAccount::new("a"));
    assert!(
        own.starts_with("POST /api/v1/accounts/MA_XXXXXX/sub-accounts/ HTTP/1.1\n"),
        "{own}"
    );
    let other = sent(NewSubAccount::new("a").parent("MA/2 ü"));
    let line = "POST /api/v1/accounts/MA%2F2%20%C3%BC/sub-accounts/ HTTP/1.1\n";
    assert!(other.starts_with(line), "{other}");
    // The credentials stay the caller's own.
    assert!(other.contains("\nx-auth-id: MA_XXXXXX\n"), "{other}");
}
