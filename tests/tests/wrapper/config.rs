//! How a client is made, and what is refused.

use std::process::Command;
use std::time::Duration;

use vobiz::reqwest::{self, Proxy};
use vobiz::{Client, Created, Error, ErrorKind, NewSubAccount, Outcome};

use crate::support::{
    AUTH_ID, AUTH_TOKEN, PARENT_TOKEN, Server, Step, answer, builder, call, documented, found,
    leaks, new_sub_account, own_product,
};

fn created() -> Vec<Step> {
    vec![Step::Send(answer("201 Created", "", documented()))]
}

#[test]
fn types_can_be_shared_and_futures_sent() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    fn owned<T: Send + Sync + 'static>() {}
    fn error<T: std::error::Error + Send + Sync + 'static>() {}
    fn sent<T: Send>(_: &T) {}
    shared::<Client>();
    shared::<NewSubAccount>();
    shared::<vobiz::Credentials>();
    shared::<vobiz::RetryPolicy>();
    error::<Error>();
    let client = Client::new("a", "b").unwrap();
    sent(&client.create_sub_account(NewSubAccount::new("a")));
    owned::<Created>();
}

#[test]
fn a_base_url_may_end_in_what_the_paths_begin_with() {
    let server = Server::start(vec![created()]);
    for end in ["", "/", "/api/v1", "/api/v1/"] {
        let client = builder(&format!("{}{end}", server.url())).build().unwrap();
        let (result, _) = call(&client, new_sub_account());
        assert_eq!(found(&result), Some((AUTH_ID, AUTH_TOKEN)), "{end}");
    }
    for request in server.requests() {
        let path = b"POST /api/v1/accounts/MA_PARENT/sub-accounts/ HTTP/1.1\r\n";
        assert!(request.starts_with(path));
    }
}

#[test]
fn plain_http_goes_to_loopback_only_unless_allowed_by_name() {
    for url in [
        "http://api.vobiz.ai",
        "http://10.0.0.1",
        "http://127.0.0.1.example",
    ] {
        let error = builder(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        assert!(error.to_string().contains("http"), "{error}");
        let allowed = builder(url).dangerously_allow_insecure_http(true).build();
        assert!(allowed.is_ok());
    }
}

#[test]
fn what_cannot_be_sent_is_refused_at_once() {
    for (id, token, named) in [
        ("", "t", "auth id"),
        ("a", "", "auth token"),
        ("a\n", "t", "auth id"),
        ("a", "ar3ntCore\u{7f}", "auth token"),
        ("a", "ar3ntCoreü\r\n", "auth token"),
    ] {
        let error = Client::new(id, token).unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotCreated);
        assert!(error.to_string().contains(named), "{error}");
        assert_eq!(leaks(&format!("{error}{error:?}")), [""; 0]);
    }
    assert!(Client::builder().build().is_err(), "no credentials");
    for zero in [
        Client::builder().timeout(Duration::ZERO),
        Client::builder().deadline(Duration::ZERO),
        Client::builder().connect_timeout(Duration::ZERO),
    ] {
        let error = zero.credentials("a", "b").build().unwrap_err();
        assert!(error.to_string().contains("zero"), "{error}");
    }
}

#[test]
fn a_parent_that_fits_into_no_path_is_refused_before_sending() {
    let server = Server::start(vec![created()]);
    let client = builder(&server.url()).build().unwrap();
    for parent in ["", ".", ".."] {
        let (result, _) = call(&client, new_sub_account().parent(parent));
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.outcome(), Outcome::NotCreated);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn redirects_are_not_followed_even_if_the_callers_builder_does() {
    let elsewhere = Server::start(vec![created()]);
    for (line, outcome) in [
        ("302 Found", Outcome::Unknown),
        ("307 Temporary Redirect", Outcome::NotCreated),
    ] {
        let to = format!("location: {}/\r\n", elsewhere.url());
        let server = Server::start(vec![vec![Step::Send(answer(line, &to, ""))]]);
        let http = reqwest::ClientBuilder::new()
            .redirect(reqwest::redirect::Policy::limited(5))
            .timeout(Duration::from_nanos(1));
        let client = builder(&server.url()).http(http).build().unwrap();
        let (result, _) = call(&client, new_sub_account());
        assert_eq!(result.unwrap_err().outcome(), outcome);
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn loopback_is_reached_without_a_proxy() {
    let server = Server::start(vec![created()]);
    let proxy = Server::start(vec![created()]);
    let http = reqwest::ClientBuilder::new().proxy(Proxy::all(proxy.url()).unwrap());
    let client = builder(&server.url()).http(http).build().unwrap();
    let (result, _) = call(&client, new_sub_account());
    assert!(result.is_ok());
    assert_eq!((server.requests().len(), proxy.requests().len()), (1, 0));
}

#[test]
fn a_user_agent_suffix_is_sent() {
    let server = Server::start(vec![created()]);
    let client = builder(&server.url())
        .user_agent_suffix("portal/2.1")
        .build()
        .unwrap();
    call(&client, new_sub_account()).0.unwrap();
    let request = String::from_utf8(server.requests().remove(0)).unwrap();
    let (own, api) = (own_product("vobiz"), own_product("vobiz-api"));
    let own = format!("user-agent: {own} portal/2.1 {api}\r\n");
    assert!(request.contains(&own), "{request}");
    assert!(
        builder(&server.url())
            .user_agent_suffix("a\nb")
            .build()
            .is_err()
    );
}

#[test]
fn the_generated_client_is_reachable() {
    let server = Server::start(vec![created()]);
    let client = builder(&server.url()).build().unwrap();
    assert_eq!(client.api().base_url(), server.url());
}

/// The child of the test below.
#[test]
#[ignore = "run by `from_env_names_what_is_wrong`"]
fn from_env_child() {
    match Client::from_env() {
        Ok(client) => println!("<{}>", client.api().base_url()),
        Err(error) => println!("<{error}>"),
    }
}

#[test]
fn from_env_names_what_is_wrong() {
    // A test must not change its own environment.
    for (variables, expected) in [
        (&[][..], "<VOBIZ_AUTH_ID is not set>"),
        (&[("VOBIZ_AUTH_ID", "a")], "<VOBIZ_AUTH_TOKEN is not set>"),
        (
            &[("VOBIZ_AUTH_ID", ""), ("VOBIZ_AUTH_TOKEN", "b")],
            "<VOBIZ_AUTH_ID: the auth id is empty>",
        ),
        (
            &[("VOBIZ_AUTH_ID", "a"), ("VOBIZ_AUTH_TOKEN", "")],
            "<VOBIZ_AUTH_TOKEN: the auth token is empty>",
        ),
        (
            &[("VOBIZ_AUTH_ID", "a"), ("VOBIZ_AUTH_TOKEN", "ar3ntCore\n")],
            "<VOBIZ_AUTH_TOKEN: the auth token begins",
        ),
        (
            &[("VOBIZ_AUTH_ID", "a"), ("VOBIZ_AUTH_TOKEN", "b")],
            "<https://api.vobiz.ai>",
        ),
        (
            &[
                ("VOBIZ_AUTH_ID", "a"),
                ("VOBIZ_AUTH_TOKEN", "b"),
                ("VOBIZ_BASE_URL", ""),
            ],
            "<https://api.vobiz.ai>",
        ),
        (
            &[
                ("VOBIZ_AUTH_ID", "a"),
                ("VOBIZ_AUTH_TOKEN", "b"),
                ("VOBIZ_BASE_URL", "http://localhost:1/api/v1/"),
            ],
            "<http://localhost:1>",
        ),
        (
            &[
                ("VOBIZ_AUTH_ID", "a"),
                ("VOBIZ_AUTH_TOKEN", "b"),
                ("VOBIZ_BASE_URL", "http://example.com"),
            ],
            "<VOBIZ_BASE_URL: the base URL is http",
        ),
    ] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .args([
                "--exact",
                "config::from_env_child",
                "--ignored",
                "--nocapture",
            ])
            .env_remove("VOBIZ_AUTH_ID")
            .env_remove("VOBIZ_AUTH_TOKEN")
            .env_remove("VOBIZ_BASE_URL")
            .envs(variables.iter().copied());
        let out = String::from_utf8(child.output().unwrap().stdout).unwrap();
        assert!(out.contains(expected), "{expected}: {out}");
        assert_eq!(leaks(&out), [""; 0]);
    }
}

#[test]
fn neither_client_nor_builder_nor_request_shows_a_secret() {
    let builder = builder("http://127.0.0.1:1");
    let text = format!("{builder:?}{:?}", new_sub_account());
    let client = builder.build().unwrap();
    assert_eq!(
        leaks(&format!("{text}{client:?}{:?}", client.api())),
        [""; 0]
    );
    assert!(
        leaks(PARENT_TOKEN) == ["ar3ntCore"],
        "the check itself works"
    );
}
