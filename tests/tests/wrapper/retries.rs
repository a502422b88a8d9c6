//! When a call is tried again, and how long that takes.

use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use vobiz::{ErrorKind, Outcome, RetryPolicy};

use crate::support::{
    AUTH_ID, AUTH_TOKEN, DEADLINE, Play, Server, Step, TIMEOUT, answer, builder, call, documented,
    found, leaks, new_sub_account, partial,
};

fn busy(headers: &str) -> Play {
    vec![Step::Send(answer("429 Too Many Requests", headers, ""))]
}

fn created() -> Play {
    vec![Step::Send(answer("201 Created", "", documented()))]
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn a_connection_that_fails_is_tried_again() {
    let port = free_port();
    let server = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        Server::on(listener, vec![created()])
    });
    let client = builder(&format!("http://127.0.0.1:{port}"))
        .retry(
            RetryPolicy::default()
                .max_attempts(6)
                .backoff(Duration::from_millis(100)),
        )
        .build()
        .unwrap();
    let (result, _) = call(&client, new_sub_account());
    assert_eq!(found(&result), Some((AUTH_ID, AUTH_TOKEN)));
    assert!(result.unwrap().attempts() > 1);
    assert_eq!(server.join().unwrap().requests().len(), 1);
}

#[test]
fn no_connection_at_all_is_not_created() {
    for (policy, attempts) in [
        (RetryPolicy::never(), 1),
        (RetryPolicy::default().backoff(Duration::from_millis(5)), 3),
        (RetryPolicy::default().max_attempts(0), 1),
    ] {
        let url = format!("http://127.0.0.1:{}", free_port());
        let client = builder(&url).retry(policy).build().unwrap();
        let (result, text) = call(&client, new_sub_account());
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert_eq!(error.outcome(), Outcome::NotCreated);
        assert_eq!(error.attempts(), attempts);
        assert_eq!(leaks(&text), [""; 0]);
    }
}

#[test]
fn a_handshake_that_fails_or_stalls_is_not_created() {
    // The server speaks no TLS: it waits for a request, or answers with something else.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let rude = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let ports = [&silent, &rude].map(|listener| listener.local_addr().unwrap().port());
    thread::spawn(move || {
        use std::io::Write as _;
        for stream in rude.incoming() {
            let _ = stream
                .unwrap()
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    for port in ports {
        let client = builder(&format!("https://127.0.0.1:{port}"))
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        let (result, _) = call(&client, new_sub_account());
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert_eq!(error.outcome(), Outcome::NotCreated);
    }
}

#[test]
fn retry_after_is_waited_for() {
    let server = Server::start(vec![busy("retry-after: 1\r\n"), created()]);
    let client = builder(&server.url()).build().unwrap();
    let start = Instant::now();
    let (result, text) = call(&client, new_sub_account());
    assert_eq!(result.unwrap().attempts(), 2);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert!(text.contains("wait_ms=1000"), "{text}");
}

#[test]
fn a_wait_past_the_deadline_fails_at_once_and_says_so() {
    let server = Server::start(vec![busy("retry-after: 86400\r\n")]);
    let client = builder(&server.url()).build().unwrap();
    let start = Instant::now();
    let error = call(&client, new_sub_account()).0.unwrap_err();
    assert!(start.elapsed() < DEADLINE);
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(86_400)));
    assert!(
        error
            .to_string()
            .contains("would pass the deadline of 1.5 s"),
        "{error}"
    );
}

#[test]
fn an_attempt_that_could_not_be_answered_in_time_is_not_begun() {
    let server = Server::start(vec![busy("retry-after: 1\r\n"), vec![Step::Stall]]);
    let client = builder(&server.url())
        .deadline(Duration::from_millis(1050))
        .build()
        .unwrap();
    let error = call(&client, new_sub_account()).0.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotCreated);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn no_call_outlives_its_deadline() {
    let stall = Server::start(vec![vec![Step::Stall]]);
    let long = builder(&stall.url()).timeout(Duration::from_secs(60));
    let client = long.build().unwrap();
    let start = Instant::now();
    let error = call(&client, new_sub_account()).0.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let took = start.elapsed();
    assert!(took >= DEADLINE && took < DEADLINE + TIMEOUT, "{took:?}");
}

#[test]
fn a_body_that_drips_on_ends_with_the_attempt_and_keeps_the_credentials() {
    let body = documented();
    let longer = body.clone() + &" ".repeat(1_000);
    let mut play = vec![Step::Send(partial(
        "201 Created",
        "",
        longer.as_bytes(),
        body.len(),
    ))];
    for _ in 0..250 {
        // Each within the grace that a call gets for what has arrived.
        play.push(Step::Wait(Duration::from_millis(20)));
        play.push(Step::Send(b" ".to_vec()));
    }
    let server = Server::start(vec![play]);
    let client = builder(&server.url()).build().unwrap();
    let start = Instant::now();
    let result = call(&client, new_sub_account()).0;
    assert_eq!(found(&result), Some((AUTH_ID, AUTH_TOKEN)));
    let took = start.elapsed();
    assert!(took >= TIMEOUT && took < 4 * TIMEOUT, "{took:?}");
}

#[test]
fn one_span_tells_of_attempts_and_outcome() {
    let server = Server::start(vec![busy(""), vec![Step::Reset]]);
    let client = builder(&server.url()).build().unwrap();
    let (_, text) = call(&client, new_sub_account());
    let spans = text.matches("\nspan vobiz.create_sub_account").count();
    assert_eq!(spans, 1, "{text}");
    for field in [" attempts=2", " outcome=Unknown"] {
        assert!(text.contains(field), "{field}: {text}");
    }
}

#[test]
fn errors_say_what_happened_and_what_to_do() {
    let text = |play: Play| {
        let server = Server::start(vec![play]);
        let client = builder(&server.url())
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        let error = call(&client, new_sub_account()).0.unwrap_err().to_string();
        // The time of the call.
        match error.split_once(" made since 20") {
            Some((before, time)) => {
                assert_eq!(time.len(), "26-03-25T00:00:00Z".len(), "{time}");
                format!("{before} made since [time]")
            }
            None => error,
        }
    };
    let json = |line, body: &str| text(vec![Step::Send(answer(line, "", body))]);
    let all = [
        json(
            "401 Unauthorized",
            r#"{"error":{"code":401,"message":"Invalid credentials"}}"#,
        ),
        json("400 Bad Request", r#"{"error":"name is required"}"#),
        text(busy("retry-after: 7\r\n")),
        json("307 Temporary Redirect", ""),
        json("502 Bad Gateway", "<html><title>Bad gateway</title>"),
        json("200 OK", "<html><title>Sign in</title>"),
        json("201 Created", "{}"),
        // Before it, the system's own words.
        text(vec![Step::Reset])
            .split_once("; ")
            .unwrap()
            .1
            .to_owned(),
    ];
    insta::assert_snapshot!("messages", all.join("\n"));
}
