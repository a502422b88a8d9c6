//! The generated client against a server that records bytes.

mod common;

use common::{Recorder, answer, reference};
use serde_json::{Value, json};
use std::error::Error as _;
use std::time::Duration;
use vobiz_api::types::{CreateSubAccountRequest, CreateSubAccountResponse, ErrorBody, Permissions};
use vobiz_api::{Client, Error, ErrorKind, ResponseValue, Secret};

const TOKEN: &str = "parent-token-hunter2";

fn created() -> Vec<u8> {
    answer(
        "201 Created",
        &["content-type: application/json"],
        &reference("response-201.json"),
    )
}

fn client(server: &Recorder) -> Client {
    Client::builder("MA_XXXXXX", TOKEN)
        .base_url(server.base_url())
        .build()
        .unwrap()
}

fn short() -> CreateSubAccountRequest {
    CreateSubAccountRequest::builder()
        .name("<string>")
        .enabled(true)
        .try_into()
        .unwrap()
}

fn long() -> CreateSubAccountRequest {
    let permissions: Permissions = Permissions::builder()
        .calls(true)
        .cdr(true)
        .try_into()
        .unwrap();
    CreateSubAccountRequest::builder()
        .name("Support Team")
        .email("support@example.com".to_owned())
        .phone("+1234567890".to_owned())
        .description("Support-facing voice workload".to_owned())
        .rate_limit(500)
        .permissions(permissions)
        .password(Secret::from("S0pport123!"))
        .enabled(true)
        .try_into()
        .unwrap()
}

async fn send(
    client: &Client,
    body: CreateSubAccountRequest,
) -> Result<ResponseValue<CreateSubAccountResponse>, Error> {
    client
        .create_sub_account()
        .auth_id("MA_XXXXXX")
        .body(body)
        .send()
        .await
}

#[tokio::test]
async fn request_is_the_documented_one() {
    let server = Recorder::start(created());
    send(&client(&server), short()).await.unwrap();
    let request = server.request();
    assert_eq!(
        request.line,
        "POST /api/v1/accounts/MA_XXXXXX/sub-accounts/ HTTP/1.1"
    );
    assert_eq!(
        request.header_names(),
        [
            "accept",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-auth-id",
            "x-auth-token"
        ]
    );
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-auth-id"), Some("MA_XXXXXX"));
    assert_eq!(request.header("x-auth-token"), Some(TOKEN));
    let version = std::fs::read_to_string(common::workspace().join("crates/vobiz-api/Cargo.toml"))
        .unwrap()
        .lines()
        .find_map(|line| {
            line.strip_prefix("version = \"")?
                .split('"')
                .next()
                .map(str::to_owned)
        })
        .unwrap();
    assert_eq!(
        request.header("user-agent"),
        Some(format!("vobiz-api/{version}").as_str())
    );
}

#[tokio::test]
async fn short_body_is_the_documented_one() {
    let server = Recorder::start(created());
    send(&client(&server), short()).await.unwrap();
    let request = server.request();
    let documented: Value = serde_json::from_slice(&reference("request-minimal.json")).unwrap();
    assert_eq!(request.json(), documented);
    insta::assert_snapshot!(
        String::from_utf8(request.body).unwrap(),
        @r#"{"enabled":true,"name":"<string>"}"#
    );
}

#[tokio::test]
async fn long_body_is_the_documented_one() {
    let server = Recorder::start(created());
    send(&client(&server), long()).await.unwrap();
    let request = server.request();
    let documented: Value = serde_json::from_slice(&reference("request-full.json")).unwrap();
    assert_eq!(request.json(), documented);
    insta::assert_snapshot!(
        String::from_utf8(request.body).unwrap(),
        @r#"{"description":"Support-facing voice workload","email":"support@example.com","enabled":true,"name":"Support Team","password":"S0pport123!","permissions":{"calls":true,"cdr":true},"phone":"+1234567890","rate_limit":500}"#
    );
}

#[tokio::test]
async fn permissions_are_open() {
    let server = Recorder::start(created());
    let extra = serde_json::Map::from_iter([("sms".to_owned(), json!("read"))]);
    let permissions: Permissions = Permissions::builder()
        .calls(true)
        .extra(extra)
        .try_into()
        .unwrap();
    let body = CreateSubAccountRequest::builder()
        .name("n")
        .permissions(permissions);
    client(&server)
        .create_sub_account()
        .auth_id("MA")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.request().json(),
        json!({"name": "n", "permissions": {"calls": true, "sms": "read"}})
    );
}

#[tokio::test]
async fn path_parameters_are_encoded() {
    for (auth_id, segment) in [
        ("MA/1", "MA%2F1"),
        ("a%2Fb", "a%252Fb"),
        ("a b", "a%20b"),
        ("ü€", "%C3%BC%E2%82%AC"),
        ("a?b#c", "a%3Fb%23c"),
        (r"a\b", "a%5Cb"),
        ("..a", "..a"),
    ] {
        let server = Recorder::start(created());
        client(&server)
            .create_sub_account()
            .auth_id(auth_id)
            .body(short())
            .send()
            .await
            .unwrap();
        assert_eq!(
            server.request().line,
            format!("POST /api/v1/accounts/{segment}/sub-accounts/ HTTP/1.1")
        );
    }
}

#[tokio::test]
async fn path_parameters_that_change_the_path_are_refused() {
    let server = Recorder::start(created());
    for auth_id in ["", ".", ".."] {
        let call = client(&server)
            .create_sub_account()
            .auth_id(auth_id)
            .body(short())
            .send()
            .await;
        assert_eq!(
            call.unwrap_err().kind(),
            ErrorKind::InvalidRequest,
            "{auth_id:?}"
        );
    }
    assert!(server.is_quiet());
}

#[tokio::test]
async fn a_missing_value_is_an_invalid_request() {
    let server = Recorder::start(created());
    let client = client(&server);
    let no_id = client
        .create_sub_account()
        .body(short())
        .send()
        .await
        .unwrap_err();
    let no_name = client
        .create_sub_account()
        .auth_id("MA")
        .send()
        .await
        .unwrap_err();
    insta::assert_snapshot!(format!("{no_id}\n{no_name}"), @r"
    auth_id was not initialized
    no value supplied for name
    ");
    assert_eq!(no_name.kind(), ErrorKind::InvalidRequest);
    assert!(server.is_quiet());
}

#[tokio::test]
async fn both_success_codes_are_successes() {
    for status in ["200 OK", "201 Created"] {
        let body = reference("response-201.json");
        let server = Recorder::start(answer(status, &["x-request-id: req_1"], &body));
        let value = send(&client(&server), short()).await.unwrap();
        assert_eq!(value.status().as_u16().to_string(), status[..3]);
        assert_eq!(value.headers()["x-request-id"], "req_1");
        assert_eq!(value.body()[..], body[..]);
        assert_eq!(
            value.auth_credentials.auth_token.expose_secret(),
            "{auth_token}"
        );
    }
}

#[tokio::test]
async fn documented_bodies_parse_byte_for_byte() {
    for name in ["response-201.json", "response-skeleton.json"] {
        let server = Recorder::start(answer("201 Created", &[], &reference(name)));
        let value = send(&client(&server), short())
            .await
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        let sub_account = value.sub_account.as_ref().unwrap();
        // Of the repeated key in the first, the last one counts.
        let parent = if name == "response-201.json" {
            "{parent_auth_id}"
        } else {
            "<string>"
        };
        assert_eq!(
            sub_account.parent_auth_id.as_deref(),
            Some(parent),
            "{name}"
        );
        assert!(value.tokens.as_ref().unwrap().expires_in.is_some());
    }
    for name in ["request-minimal.json", "request-full.json"] {
        let request: CreateSubAccountRequest = serde_json::from_slice(&reference(name)).unwrap();
        let back = serde_json::to_value(&request).unwrap();
        assert_eq!(
            back,
            serde_json::from_slice::<Value>(&reference(name)).unwrap(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn bodies_survive_null_absent_and_unknown_properties() {
    let documented: Value = serde_json::from_slice(&reference("response-skeleton.json")).unwrap();
    let credentials = json!({"auth_id": "SA_1", "auth_token": "t"});
    let mut bodies = vec![
        json!({"auth_credentials": credentials}),
        json!({"auth_credentials": credentials, "message": null, "sub_account": null, "tokens": null}),
        json!({"auth_credentials": {"auth_id": "SA_1", "auth_token": "t", "new": [1]}, "new": {"a": 1}}),
        json!({"auth_credentials": credentials, "sub_account": {}, "tokens": {}}),
        json!({"auth_credentials": credentials,
               "sub_account": {"kyc_mode": "personal_use", "permissions": {"sms": {"x": 1}}}}),
    ];
    for section in ["sub_account", "tokens"] {
        for key in documented[section].as_object().unwrap().keys() {
            let mut with_null = documented.clone();
            with_null[section][key] = Value::Null;
            let mut without = documented.clone();
            without[section].as_object_mut().unwrap().remove(key);
            bodies.extend([with_null, without]);
        }
    }
    for body in bodies {
        let server = Recorder::start(answer("201 Created", &[], body.to_string().as_bytes()));
        send(&client(&server), short())
            .await
            .unwrap_or_else(|error| panic!("{error}: {body}"));
    }
}

#[tokio::test]
async fn errors_keep_status_headers_and_body() {
    for (status, content_type, body) in [
        (
            "401 Unauthorized",
            "application/json",
            r#"{"error":{"code":401,"message":"no S3CRET"}}"#,
        ),
        (
            "422 Unprocessable Entity",
            "application/json",
            r#"{"detail":[{"input":"S3CRET"}]}"#,
        ),
        ("400 Bad Request", "text/plain", "plain S3CRET"),
        ("403 Forbidden", "text/html", "<html>S3CRET</html>"),
        ("404 Not Found", "application/json", ""),
        (
            "429 Too Many Requests",
            "application/json",
            "{\"cut\": \"S3CRET",
        ),
        (
            "500 Internal Server Error",
            "application/json",
            "[1, S3CRET",
        ),
        ("502 Bad Gateway", "text/html", "<html>S3CRET</html>"),
        ("302 Found", "text/html", "S3CRET"),
        (
            "202 Accepted",
            "application/json",
            r#"{"auth_credentials":"S3CRET"}"#,
        ),
        ("299 Odd", "application/octet-stream", "\u{0}S3CRET"),
    ] {
        let content_type = format!("content-type: {content_type}");
        let headers = [
            "x-request-id: req_1",
            "x-echo: S3CRET",
            content_type.as_str(),
        ];
        let server = Recorder::start(answer(status, &headers, body.as_bytes()));
        let error = send(&client(&server), short()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Status, "{status}");
        assert_eq!(error.status().unwrap().as_u16().to_string(), status[..3]);
        assert_eq!(error.headers().unwrap()["x-request-id"], "req_1");
        assert_eq!(error.body().unwrap()[..], *body.as_bytes());
        let shown = texts(&error);
        assert!(
            !shown.contains("S3CRET") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn an_error_body_can_be_read_as_a_type() {
    let body = br#"{"error":{"code":401,"message":"Invalid credentials"}}"#;
    let server = Recorder::start(answer("401 Unauthorized", &[], body));
    let error = send(&client(&server), short()).await.unwrap_err();
    let typed: ErrorBody = error.body_as().unwrap();
    assert_eq!(typed["error"]["code"], 401);
}

#[tokio::test]
async fn an_unexpected_success_body_is_kept_and_not_shown() {
    for body in [
        "<html>S3CRET</html>",
        r#"{"auth_credentials":{"auth_id":7,"auth_token":"S3CRET"}}"#,
        "",
        "{\"a\":\"S3CRET",
    ] {
        let server = Recorder::start(answer("201 Created", &[], body.as_bytes()));
        let error = send(&client(&server), short()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedBody, "{body}");
        assert_eq!(error.status().unwrap(), 201);
        assert_eq!(error.body().unwrap()[..], *body.as_bytes());
        assert!(!texts(&error).contains("S3CRET"), "{}", texts(&error));
    }
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_kept_as_far_as_it_came() {
    let head = b"HTTP/1.1 201 Created\r\ncontent-length: 1000\r\n\r\n";
    let server = Recorder::start([&head[..], b"{\"message\": \"S3CRET"].concat());
    let error = send(&client(&server), short()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::IncompleteBody);
    assert_eq!(error.status().unwrap(), 201);
    assert_eq!(error.body().unwrap()[..], b"{\"message\": \"S3CRET"[..]);
    assert!(!error.is_timeout());
    assert!(!texts(&error).contains("S3CRET"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_kept_up_to_it() {
    let server = Recorder::start(answer("201 Created", &[], &b" ".repeat(100_000)));
    let client = Client::builder("MA", TOKEN)
        .base_url(server.base_url())
        .body_limit(70_000)
        .build()
        .unwrap();
    let error = send(&client, short()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::IncompleteBody);
    assert_eq!(error.body().unwrap().len(), 70_000);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Recorder::start(created());
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!(
            "location: {}/api/v1/accounts/MA/sub-accounts/",
            elsewhere.base_url()
        );
        let server = Recorder::start(answer(status, &[&location], b""));
        let error = send(&client(&server), short()).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16().to_string(), status[..3]);
        assert_eq!(
            error.headers().unwrap()["location"],
            location["location: ".len()..]
        );
    }
    assert!(elsewhere.is_quiet());
}

#[tokio::test]
async fn settings_of_a_handed_in_builder_are_overruled() {
    let elsewhere = Recorder::start(created());
    let location = format!("location: {}/", elsewhere.base_url());
    let server = Recorder::start(answer("307 Temporary", &[&location], b""));
    let proxy = vobiz_api::reqwest::Proxy::all(elsewhere.base_url()).unwrap();
    let http = vobiz_api::reqwest::ClientBuilder::new()
        .redirect(vobiz_api::reqwest::redirect::Policy::limited(10))
        .user_agent("other")
        .proxy(proxy);
    let client = Client::builder("MA_XXXXXX", TOKEN)
        .base_url(server.base_url())
        .user_agent("my-app/2.0")
        .http(http)
        .build()
        .unwrap();
    send(&client, short()).await.unwrap_err();
    let request = server.request();
    assert!(
        request
            .header("user-agent")
            .unwrap()
            .starts_with("my-app/2.0 vobiz-api/")
    );
    assert!(elsewhere.is_quiet());
}

#[tokio::test]
async fn no_connection_and_no_answer_are_told_apart() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let client = Client::builder("MA", TOKEN)
        .base_url(format!("http://{closed}"))
        .build()
        .unwrap();
    let error = send(&client, short()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Connect, None));

    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::builder("MA", TOKEN)
        .base_url(format!("http://{}", silent.local_addr().unwrap()))
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = send(&client, short()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_timeout()),
        (ErrorKind::NoResponse, true)
    );

    let rude = Recorder::start("");
    let error = send(&self::client(&rude), short()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_timeout()),
        (ErrorKind::NoResponse, false)
    );
    assert!(!texts(&error).contains("hunter2"));
}

#[tokio::test]
async fn an_answer_that_arrived_is_not_lost_to_a_busy_program() {
    use std::io::{Read as _, Write as _};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        std::thread::sleep(Duration::from_millis(200));
        let _ = stream.write_all(&created());
    });
    let client = Client::builder("MA", TOKEN)
        .base_url(base_url)
        .timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    let call = tokio::spawn(async move { send(&client, short()).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    // The one thread of this runtime does something else until long after the timeout.
    std::thread::sleep(Duration::from_millis(800));
    let value = call.await.unwrap().unwrap();
    assert_eq!(value.auth_credentials.auth_id, "{auth_id}");
}

#[tokio::test]
async fn nothing_that_is_printed_shows_a_secret() {
    let server = Recorder::start(created());
    let client = client(&server);
    let call = client
        .create_sub_account()
        .auth_id("MA_XXXXXX")
        .body(long());
    let shown = format!("{client:?} {call:?} {:?}", long());
    let value = call.send().await.unwrap();
    let shown = format!("{shown} {value:?} {value:#?}");
    for secret in [TOKEN, "S0pport123!", "{auth_token}", "eyJhbGci"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

/// Everything that an error prints, with all its sources.
fn texts(error: &Error) -> String {
    let mut texts = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        texts.push_str(&format!(" {error} {error:?}"));
        source = error.source();
    }
    texts
}
