//! The mock that users test with.

use std::time::{Duration, Instant};

use httpmock::MockServer;
use vobiz::api::types::{AuthCredentials, CreateSubAccountResponse, ErrorBody};
use vobiz::{Client, Error, NewSubAccount, Outcome, RetryPolicy};
use vobiz_httpmock::{Fault, MockServerExt, MockVobiz};

fn client(mock: &MockVobiz) -> Client {
    Client::builder()
        .base_url(mock.base_url())
        .credentials(mock.auth_id(), mock.auth_token())
        .timeout(Duration::from_millis(400))
        .retry(RetryPolicy::default().backoff(Duration::from_millis(10)))
        .build()
        .unwrap()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

fn outcome(mock: &MockVobiz) -> Result<String, Outcome> {
    let created = run(client(mock).create_sub_account(NewSubAccount::new("a")));
    created
        .map(|created| created.credentials.auth_id)
        .map_err(|error: Error| error.outcome())
}

#[test]
fn answers_as_documented() {
    let mock = MockVobiz::start();
    let new = NewSubAccount::new("Support Team")
        .parent("MA_OTHER")
        .rate_limit(500)
        .permission("calls", true)
        .password("hunter2");
    let created = run(client(&mock).create_sub_account(new)).unwrap();
    assert_eq!(created.status().as_u16(), 201);
    assert!(created.warnings().is_empty());
    assert!(created.request_id().is_some());
    assert_eq!(
        created.message.as_deref(),
        Some("Sub-account created successfully")
    );
    assert!(created.tokens.is_some());
    let account = &created.sub_account;
    assert_eq!(account.name.as_deref(), Some("Support Team"));
    assert_eq!(account.rate_limit, Some(500));
    assert_eq!(account.parent_auth_id.as_deref(), Some("MA_OTHER"));
    assert!(account.created_time().is_some() && account.last_used_time().is_none());

    let made = &mock.sub_accounts()[0];
    assert_eq!(made.auth_id, created.credentials.auth_id);
    assert_eq!(
        made.auth_token,
        created.credentials.auth_token.expose_secret()
    );
    let request = &mock.requests()[0];
    assert_eq!(request.header("x-auth-id"), Some(mock.auth_id()));
    assert_eq!(request.json().unwrap()["password"], "hunter2");
    let shown = format!("{mock:?}{made:?}{request:?}");
    for secret in [mock.auth_token(), &made.auth_token, "hunter2"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn sub_accounts_are_fresh() {
    let mock = MockVobiz::start();
    assert_ne!(outcome(&mock).unwrap(), outcome(&mock).unwrap());
    let made = mock.sub_accounts();
    assert_ne!(made[0].auth_token, made[1].auth_token);
}

#[test]
fn refuses_as_documented() {
    let mock = MockVobiz::start();
    let http = vobiz::reqwest::Client::new();
    let right = format!(
        "{}/api/v1/accounts/{}/sub-accounts/",
        mock.base_url(),
        mock.auth_id()
    );
    let wrong = right.trim_end_matches('/');
    let (id, token) = (mock.auth_id(), mock.auth_token());
    let name = r#"{"name":"a"}"#;
    for (url, id, token, body, status) in [
        (right.as_str(), id, "wrong", name, 401),
        (&right, "wrong", token, name, 401),
        (&right, id, token, r#"{"enabled":true}"#, 400),
        (&right, id, token, "not JSON", 400),
        (&right, id, token, "", 400),
        (wrong, id, token, name, 404),
        (&mock.base_url(), id, token, name, 404),
        (&right, id, token, name, 201),
    ] {
        let request = http
            .post(url)
            .header("X-Auth-ID", id)
            .header("X-Auth-Token", token);
        let response = run(request.body(body).send()).unwrap();
        assert_eq!(
            response.status().as_u16(),
            status,
            "{url} {id} {token} {body}"
        );
    }
    assert_eq!(run(http.get(&right).send()).unwrap().status().as_u16(), 405);
    assert_eq!(mock.sub_accounts().len(), 1);
    assert_eq!(mock.requests().len(), 9);
}

#[test]
fn plays_each_fault_once() {
    for (fault, expected, requests, made) in [
        (Fault::Slow(Duration::from_millis(50)), Ok(()), 1, 1),
        (Fault::Stall, Err(Outcome::Unknown), 1, 1),
        (Fault::StallBody { after: 10 }, Err(Outcome::Created), 1, 1),
        (Fault::StallBody { after: 900 }, Ok(()), 1, 1),
        (Fault::Reset, Err(Outcome::Unknown), 1, 1),
        (
            Fault::RateLimited {
                retry_after: "0".into(),
            },
            Ok(()),
            2,
            1,
        ),
        (
            Fault::RateLimited {
                retry_after: "86400".into(),
            },
            Err(Outcome::NotCreated),
            1,
            0,
        ),
        (
            Fault::FailAfterCreating { status: 502 },
            Err(Outcome::Unknown),
            1,
            1,
        ),
        (Fault::CutOff { after: 0 }, Err(Outcome::Created), 1, 1),
        (Fault::CutOff { after: usize::MAX }, Ok(()), 1, 1),
        (
            Fault::Raw(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
            Err(Outcome::Created),
            1,
            0,
        ),
    ] {
        let mock = MockVobiz::start();
        mock.next(fault.clone());
        assert_eq!(outcome(&mock).map(drop), expected, "{fault:?}");
        assert_eq!(mock.requests().len(), requests, "{fault:?}");
        assert_eq!(mock.sub_accounts().len(), made, "{fault:?}");
        assert!(outcome(&mock).is_ok(), "{fault:?} is over");
    }
}

#[test]
fn stops_at_once_when_it_is_dropped() {
    let mock = MockVobiz::start();
    mock.next(Fault::Stall);
    let _ = outcome(&mock);
    let start = Instant::now();
    drop(mock);
    assert!(start.elapsed() < Duration::from_millis(200));
}

#[test]
fn bindings_answer_what_the_document_allows() {
    let server = MockServer::start();
    let credentials = AuthCredentials::builder()
        .auth_id("SA_1")
        .auth_token("shown-once");
    let created: CreateSubAccountResponse = CreateSubAccountResponse::builder()
        .auth_credentials(AuthCredentials::try_from(credentials).unwrap())
        .try_into()
        .unwrap();
    let refused = ErrorBody::from(serde_json::json!({"error": "forbidden"}));
    // A dot matches itself, and nothing else.
    let escaped = server.create_sub_account(|when, then| {
        when.auth_id("MA_.*");
        then.client_error(403, &refused);
    });
    let plain = server.create_sub_account(|when, then| {
        when.auth_id("MA_1");
        then.created(&created);
    });
    let client = Client::builder()
        .base_url(server.base_url())
        .credentials("MA_1", "token")
        .build()
        .unwrap();
    let made = run(client.create_sub_account(NewSubAccount::new("a"))).unwrap();
    assert_eq!(made.credentials.auth_token.expose_secret(), "shown-once");
    let error =
        run(client.create_sub_account(NewSubAccount::new("a").parent("MA_.*"))).unwrap_err();
    assert_eq!(error.server_message(), Some("forbidden"));
    assert_eq!((escaped.calls(), plain.calls()), (1, 1));
}
