//! What the client makes of a server that does wrong: one row, one reason.

use std::time::Duration;

use vobiz::{Outcome, RetryPolicy};

use crate::support::{
    ACCESS_TOKEN, AUTH_ID, AUTH_TOKEN, PARENT_TOKEN, PASSWORD, Play, REFRESH_TOKEN, Server, Step,
    answer, builder, call, documented, found, json, leaks, new_sub_account, pair, partial,
};

struct Row {
    why: &'static str,
    plays: Vec<Play>,
    calls: usize,
    expected: Expected,
    retry: Option<RetryPolicy>,
    body_limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    /// The pair that `pair()` is.
    Credentials,
    /// An error with this outcome.
    Fails(Outcome),
}
use Expected::Credentials;
const NOT_CREATED: Expected = Expected::Fails(Outcome::NotCreated);
const UNKNOWN: Expected = Expected::Fails(Outcome::Unknown);
const CREATED: Expected = Expected::Fails(Outcome::Created);

impl Row {
    fn calls(mut self, calls: usize) -> Self {
        self.calls = calls;
        self
    }

    fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    fn limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }
}

/// One call, answered by one play.
fn row(why: &'static str, expected: Expected, play: impl Into<Play>) -> Row {
    rows(why, expected, vec![play.into()])
}

/// As many calls as plays.
fn rows(why: &'static str, expected: Expected, plays: Vec<Play>) -> Row {
    Row {
        why,
        calls: plays.len(),
        plays,
        expected,
        retry: None,
        body_limit: None,
    }
}

fn send(bytes: impl Into<Vec<u8>>) -> Play {
    vec![Step::Send(bytes.into())]
}

/// 201 with this body, whole.
fn created(body: impl AsRef<[u8]>) -> Play {
    send(answer(
        "201 Created",
        "content-type: application/json\r\n",
        body,
    ))
}

fn status(line: &str, body: impl AsRef<[u8]>) -> Play {
    send(answer(line, "content-type: application/json\r\n", body))
}

/// 201 with as much of the documented body as comes before `end`, and then `last`.
fn until(end: &str, last: &[Step]) -> Play {
    let body = documented();
    let at = body.rfind(end).unwrap_or_else(|| panic!("{end}")) + end.len();
    let mut play = send(partial("201 Created", "", body.as_bytes(), at));
    play.extend_from_slice(last);
    play
}

/// An object with this text before the pair, and the same after it.
fn around(text: &str) -> String {
    format!("{{{text},\"auth_credentials\":{},{text}}}", pair())
}

fn chunked(chunks: &[&str], end: &str) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for chunk in chunks {
        bytes.extend_from_slice(format!("{:x}\r\n{chunk}\r\n", chunk.len()).as_bytes());
    }
    bytes.extend_from_slice(end.as_bytes());
    bytes
}

/// A pair in a string, as a tenant could write it into a description.
const PLANTED: &str =
    r#"\"},\"auth_credentials\":{\"auth_id\":\"SA_EVIL\",\"auth_token\":\"evil\"},\"x\":{\"y\":\""#;

fn whole_bodies() -> Vec<Row> {
    let p = pair();
    let ok = |why, body: String| row(why, Credentials, created(body));
    let deep = |open: &str, close: &str| {
        format!(
            "\"x\":{}1{}",
            open.repeat(1_000_000),
            close.repeat(1_000_000)
        )
    };
    let bytes = |before: &[u8]| {
        [
            b"{\"m\":",
            before,
            b",\"auth_credentials\":",
            p.as_bytes(),
            b"}",
        ]
        .concat()
    };
    vec![
        ok("the documented body, with its repeated key", documented()),
        row(
            "200 is as good as 201",
            Credentials,
            status("200 OK", documented()),
        ),
        row(
            "202 is a success",
            Credentials,
            status("202 Accepted", documented()),
        ),
        row(
            "203 is a success",
            Credentials,
            status("203 Non-Authoritative", documented()),
        ),
        row(
            "206 is a success",
            Credentials,
            status("206 Partial Content", documented()),
        ),
        row(
            "299 is a success",
            Credentials,
            status("299 Whatever", documented()),
        ),
        row(
            "no content type",
            Credentials,
            send(answer("201 Created", "", documented())),
        ),
        row(
            "HTML by its content type only",
            Credentials,
            send(answer(
                "201 Created",
                "content-type: text/html\r\n",
                documented(),
            )),
        ),
        row(
            "a content type that is none",
            Credentials,
            send(answer(
                "201 Created",
                "content-type: \u{7f}/\r\n".replace('\u{7f}', "?").as_str(),
                documented(),
            )),
        ),
        row(
            "no length: the body ends with the connection",
            Credentials,
            send(format!("HTTP/1.0 201 Created\r\n\r\n{}", documented())),
        ),
        row(
            "chunked",
            Credentials,
            send(chunked(&["{\"auth_credentials\":", &p, "}"], "0\r\n\r\n")),
        ),
        row(
            "chunks that split the token",
            Credentials,
            send(chunked(
                &["{\"auth_credentials\":", &p[..30], &p[30..], "}"],
                "0\r\n\r\n",
            )),
        ),
        row(
            "an early hint before the answer",
            Credentials,
            vec![
                Step::Send(b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec()),
                Step::Send(answer("201 Created", "", documented())),
            ],
        ),
        row(
            "a body that drips",
            Credentials,
            answer("201 Created", "", documented())
                .chunks(200)
                .flat_map(|part| {
                    [
                        Step::Send(part.to_vec()),
                        Step::Wait(Duration::from_millis(5)),
                    ]
                })
                .collect::<Play>(),
        ),
        row(
            "a slow answer",
            Credentials,
            vec![
                Step::Wait(Duration::from_millis(200)),
                Step::Send(answer("201 Created", "", documented())),
            ],
        ),
        ok("a byte order mark", format!("\u{feff}{}", documented())),
        ok(
            "the credentials alone",
            format!("{{\"auth_credentials\":{p}}}"),
        ),
        ok(
            "null everywhere else",
            around(r#""message":null,"sub_account":null,"tokens":null"#),
        ),
        ok(
            "unknown properties",
            around(r#""kyc_mode":"x","kyc":{"blocked":[1]}"#),
        ),
        ok(
            "wrong types",
            around(
                r#""message":[1],"sub_account":{"name":7,"rate_limit":"500","permissions":[true],"enabled":"yes"},"tokens":"none""#,
            ),
        ),
        ok(
            "objects that are lists",
            around(r#""sub_account":[1,2],"tokens":[]"#),
        ),
        ok("not a number", around(r#""rate_limit":NaN"#)),
        ok("infinity", around(r#""rate_limit":-Infinity,"x":Infinity"#)),
        ok(
            "a number out of range",
            around(r#""sub_account":{"rate_limit":1e999}"#),
        ),
        ok(
            "a number of a megabyte",
            around(&format!(r#""x":{}"#, "9".repeat(1_000_000))),
        ),
        ok(
            "a text of two megabytes",
            around(&format!(r#""x":"{}""#, "x".repeat(2_000_000))),
        ),
        ok(
            "words that are no JSON",
            around(r#""x":undefined,"y":None,"z":0x1F"#),
        ),
        ok(
            "text in single quotes",
            around(r#""x":'it\'s "auth_token":"evil"'"#),
        ),
        ok(
            "trailing commas",
            format!(r#"{{"sub_account":{{"name":"a",}},"auth_credentials":{p},}}"#),
        ),
        ok(
            "commas that are missing",
            format!(r#"{{"message":"a" "auth_credentials":{p} "x":1}}"#),
        ),
        ok("brackets that do not match", around(r#""x":[1,2}"#)),
        ok("trailing bytes", format!("{}\0\0garbage", documented())),
        ok(
            "a page after the body",
            format!("{}<html>\"oops\"</html>", documented()),
        ),
        ok(
            "a second body after the first",
            format!(
                r#"{}{{"auth_credentials":{{"auth_id":"SA_X","auth_token":"x"}}}}"#,
                documented()
            ),
        ),
        ok(
            "a guard against scripts before the body",
            format!(")]}}'\n{}", documented()),
        ),
        ok(
            "a warning before the body",
            format!("<b>Notice</b>: x in y.php<br />\n{}", documented()),
        ),
        row(
            "invalid UTF-8 in a neighbour",
            Credentials,
            created(bytes(b"\"\xff\xfe\"")),
        ),
        row(
            "control characters in a neighbour",
            Credentials,
            created(bytes(b"\"a\nb\0c\"")),
        ),
        ok(
            "invalid escapes in a neighbour",
            around(r#""x":"\x \u12 \"""#),
        ),
        ok("half a surrogate in a neighbour", around(r#""x":"\ud800""#)),
        ok("a million brackets", around(&deep("[", "]"))),
        ok("a million objects", around(&deep("{\"a\":", "}"))),
        ok(
            "nesting past the parser's limit",
            around(&format!("\"x\":{}{}", "[".repeat(200), "]".repeat(200))),
        ),
        ok(
            "repeated objects, the last one complete",
            format!(
                r#"{{"auth_credentials":{{"auth_id":"SA_OLD","auth_token":"old"}},"auth_credentials":{p}}}"#
            ),
        ),
        ok(
            "repeated objects, the last one empty",
            format!(r#"{{"auth_credentials":{p},"auth_credentials":{{}}}}"#),
        ),
        ok(
            "repeated objects, the last one null",
            format!(r#"{{"auth_credentials":{p},"auth_credentials":null}}"#),
        ),
        ok(
            "repeated tokens, the last one redacted",
            format!(
                r#"{{"auth_credentials":{{"auth_id":"{AUTH_ID}","auth_token":{},"auth_token":"<redacted>"}}}}"#,
                json(AUTH_TOKEN)
            ),
        ),
        ok(
            "no auth_credentials, but the sub-account's own",
            format!(r#"{{"sub_account":{p}}}"#),
        ),
        ok(
            "redacted auth_credentials",
            format!(
                r#"{{"auth_credentials":{{"auth_id":"{AUTH_ID}","auth_token":"<redacted>"}},"sub_account":{p}}}"#
            ),
        ),
        ok(
            "empty auth_credentials",
            format!(r#"{{"auth_credentials":{{"auth_id":"","auth_token":""}},"sub_account":{p}}}"#),
        ),
        ok(
            "auth_credentials as a list",
            format!(r#"{{"auth_credentials":["SA_X","x"],"sub_account":{p}}}"#),
        ),
        ok(
            "auth_credentials as a list, then as an object",
            format!(r#"{{"auth_credentials":["SA_X","x"],"auth_credentials":{p}}}"#),
        ),
        ok(
            "auth_credentials as an object, then as a list",
            format!(r#"{{"auth_credentials":{p},"auth_credentials":["SA_X","x"]}}"#),
        ),
        ok(
            "sub_account as a list",
            format!(r#"{{"auth_credentials":{p},"sub_account":["x"]}}"#),
        ),
        ok(
            "auth_credentials as a number",
            format!(r#"{{"auth_credentials":7,"sub_account":{p}}}"#),
        ),
        ok("the pair at the top level", p.clone()),
        ok(
            "an envelope",
            format!(r#"{{"status":"ok","data":{{"auth_credentials":{p}}}}}"#),
        ),
        ok(
            "an envelope around the sub-account",
            format!(r#"{{"data":{{"sub_account":{p}}}}}"#),
        ),
        ok("an envelope around the pair", format!(r#"{{"data":{p}}}"#)),
        ok(
            "escaped keys",
            p.replace("auth_id", r"\u0061uth_id")
                .replace("auth_token", r"auth\u005Ftoken"),
        ),
        ok(
            "escaped values",
            format!(
                r#"{{"auth_credentials":{{"auth_id":"\u0053A_NEW","auth_token":{}}}}}"#,
                json(AUTH_TOKEN).replace('s', r"\u0073")
            ),
        ),
        ok(
            "a pair planted in a string",
            around(&format!(r#""message":"{PLANTED}""#)),
        ),
        ok(
            "a pair planted in the permissions",
            around(r#""sub_account":{"permissions":{"auth_id":"SA_EVIL","auth_token":"evil"}}"#),
        ),
        ok(
            "secrets in the message",
            around(&format!(
                r#""message":{}"#,
                json(&format!(
                    "token {PARENT_TOKEN} and password {PASSWORD}, new {AUTH_TOKEN}"
                ))
            )),
        ),
        ok(
            "secrets in other properties",
            around(&format!(
                r#""sub_account":{{"description":{},"email":{},"phone":"{ACCESS_TOKEN}","id":{}}}"#,
                json(PASSWORD),
                json(PARENT_TOKEN),
                json(AUTH_TOKEN)
            )),
        ),
        ok(
            "tokens for the console",
            around(&format!(
                r#""tokens":{{"access_token":"{ACCESS_TOKEN}","refresh_token":"{REFRESH_TOKEN}","token_type":"bearer"}}"#
            )),
        ),
        row(
            "secrets in a header",
            Credentials,
            send(answer(
                "201 Created",
                &format!("x-request-id: {PARENT_TOKEN}\r\n"),
                documented(),
            )),
        ),
    ]
}

fn broken_bodies() -> Vec<Row> {
    let secret = "\"auth_credentials\": {\n    \"auth_id\": \"SA_NEW\",\n    \"auth_token\": ";
    let complete = format!("{secret}{}", json(AUTH_TOKEN));
    let first = |text: &str| {
        let body = documented();
        body.find(text).map(|at| at + text.len()).unwrap()
    };
    let in_account = first(&format!("\"auth_token\": {}", json(AUTH_TOKEN)));
    let body = documented();
    let cut = |end: usize, last: &[Step]| {
        let mut play = send(partial("201 Created", "", body.as_bytes(), end));
        play.extend_from_slice(last);
        play
    };
    vec![
        row(
            "cut off after the credentials",
            Credentials,
            until("\"tokens\": {", &[]),
        ),
        row(
            "cut off after the quote of the token",
            Credentials,
            until(&complete, &[]),
        ),
        row(
            "cut off after the sub-account's own token",
            Credentials,
            cut(in_account, &[]),
        ),
        row(
            "cut off within the second token",
            Credentials,
            until(secret, &[]),
        ),
        row(
            "reset after the credentials",
            Credentials,
            until(
                &complete,
                &[Step::Wait(Duration::from_millis(100)), Step::Reset],
            ),
        ),
        row(
            "stalled after the credentials",
            Credentials,
            until(&complete, &[Step::Stall]),
        ),
        row(
            "past the size limit after the credentials",
            Credentials,
            created(documented()),
        )
        .limit(in_account + 1),
        row(
            "past the limit in one chunk",
            Credentials,
            send(chunked(
                &[&format!(
                    "{{\"auth_credentials\":{},\"x\":\"{}",
                    pair(),
                    "x".repeat(5000)
                )],
                "",
            )),
        )
        .limit(500),
        row(
            "a broken chunk after the credentials",
            Credentials,
            vec![
                Step::Send(chunked(&["{\"auth_credentials\":", &pair()], "")),
                Step::Wait(Duration::from_millis(50)),
                Step::Send(b"zz\r\noops".to_vec()),
            ],
        ),
        row(
            "chunks without an end",
            Credentials,
            send(chunked(&["{\"auth_credentials\":", &pair()], "")),
        ),
        row(
            "cut off within the first token",
            CREATED,
            cut(in_account - 1, &[]),
        ),
        row("cut off before the credentials", CREATED, cut(20, &[])),
        row("cut off before the body", CREATED, cut(0, &[])),
        row(
            "reset before the credentials",
            CREATED,
            cut(20, &[Step::Wait(Duration::from_millis(100)), Step::Reset]),
        ),
        row(
            "stalled before the credentials",
            CREATED,
            cut(20, &[Step::Stall]),
        ),
        row(
            "past the size limit before the credentials",
            CREATED,
            created(documented()),
        )
        .limit(20),
        row("a size limit of nothing", CREATED, created(documented())).limit(0),
    ]
}

fn absent_credentials() -> Vec<Row> {
    let none = |why, body: &str| row(why, CREATED, created(body));
    let p = pair();
    let secret = json(AUTH_TOKEN);
    vec![
        none("an empty body", ""),
        none("a blank body", " \r\n"),
        row("204", CREATED, send("HTTP/1.1 204 No Content\r\n\r\n")),
        row(
            "205",
            CREATED,
            send("HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n"),
        ),
        none("an empty object", "{}"),
        none("null", "null"),
        none("a number", "12"),
        none("a list", "[]"),
        none("a text", "\"created\""),
        none(
            "a body that is cut off by its own length",
            "{\"message\":\"ok\",",
        ),
        none(
            "redacted everywhere",
            r#"{"sub_account":{"auth_id":"SA_NEW","auth_token":"<redacted>"},"auth_credentials":{"auth_id":"SA_NEW","auth_token":"<redacted>"}}"#,
        ),
        none(
            "empty strings",
            r#"{"auth_credentials":{"auth_id":"","auth_token":""}}"#,
        ),
        none(
            "a token without its id",
            &format!(
                r#"{{"auth_credentials":{{"auth_token":{secret}}},"message":{}}}"#,
                json(&format!("use {AUTH_TOKEN}"))
            ),
        ),
        none(
            "an id without its token",
            r#"{"auth_credentials":{"auth_id":"SA_NEW"}}"#,
        ),
        none(
            "a pair of two objects",
            &format!(
                r#"{{"auth_credentials":{{"auth_id":"SA_NEW"}},"sub_account":{{"auth_token":{secret}}}}}"#
            ),
        ),
        none(
            "an id that is a number",
            &format!(r#"{{"auth_credentials":{{"auth_id":7,"auth_token":{secret}}}}}"#),
        ),
        none(
            "a token that is a list",
            &format!(r#"{{"auth_credentials":{{"auth_id":"SA_NEW","auth_token":[{secret}]}}}}"#),
        ),
        none(
            "the pair two envelopes down",
            &format!(r#"{{"data":{{"result":{p}}}}}"#),
        ),
        none(
            "auth_credentials two envelopes down",
            &format!(r#"{{"data":{{"result":{{"auth_credentials":{p}}}}}}}"#),
        ),
        none("the pair in a list", &format!("[{p}]")),
        none(
            "the pair among the permissions",
            &format!(r#"{{"sub_account":{{"permissions":{p}}}}}"#),
        ),
        none(
            "a pair planted in a string",
            &format!(r#"{{"message":"{PLANTED}"}}"#),
        ),
        none(
            "a planted pair behind a stray quote",
            &format!(r#"{{"x":"5" pipe","message":"{PLANTED}"}}"#),
        ),
        none(
            "a planted pair in a body that is cut off",
            &format!(r#"{{"message":"{PLANTED}"#),
        ),
        none(
            "JSON in a string",
            &json(&format!("{{\"auth_credentials\":{p}}}")),
        ),
        row(
            "invalid UTF-8 in the token itself",
            CREATED,
            created(b"{\"auth_id\":\"SA_NEW\",\"auth_token\":\"a\xffubT0kenCore\"}"),
        ),
        row(
            "another charset",
            CREATED,
            created(
                format!("{{\"auth_credentials\":{p}}}")
                    .chars()
                    .flat_map(|c| [c as u8, 0])
                    .collect::<Vec<u8>>(),
            ),
        ),
    ]
}

fn unknown_outcomes() -> Vec<Row> {
    let page = "<!DOCTYPE html><html><head><title>Sign in</title></head></html>";
    let fails = |why, line| row(why, UNKNOWN, status(line, r#"{"error":"internal"}"#));
    let to = |why, line: &str| {
        row(
            why,
            UNKNOWN,
            send(answer(line, "location: /elsewhere\r\n", "")),
        )
    };
    let echo = json(&format!(
        "{PARENT_TOKEN} {PASSWORD} {AUTH_TOKEN} {ACCESS_TOKEN}"
    ));
    vec![
        row("a page under 200", UNKNOWN, status("200 OK", page)),
        row(
            "a page with a pair in it",
            UNKNOWN,
            status("200 OK", format!("<html><script>x = {}</script>", pair())),
        ),
        row(
            "a page under 201 that is cut off",
            UNKNOWN,
            send(partial("201 Created", "", page.as_bytes(), 9)),
        ),
        row("plain text under 200", UNKNOWN, status("200 OK", "OK")),
        fails("500", "500 Internal Server Error"),
        fails("501", "501 Not Implemented"),
        row("502 with a page", UNKNOWN, status("502 Bad Gateway", page)),
        fails("503", "503 Service Unavailable"),
        row(
            "503 that asks to come back",
            UNKNOWN,
            send(answer("503 Service Unavailable", "retry-after: 0\r\n", "")),
        ),
        fails("504", "504 Gateway Timeout"),
        fails(
            "520, which only a proxy knows",
            "520 Web Server Returned an Unknown Error",
        ),
        fails("599", "599 Whatever"),
        fails("a status of no class", "700 Whatever"),
        fails("408", "408 Request Timeout"),
        row(
            "500 with the credentials in its body",
            UNKNOWN,
            status(
                "500 Internal Server Error",
                format!(
                    r#"{{"error":{{"message":{echo}}},"auth_credentials":{}}}"#,
                    pair()
                ),
            ),
        ),
        row(
            "502 that is cut off",
            UNKNOWN,
            send(partial("502 Bad Gateway", "", page.as_bytes(), 9)),
        ),
        row(
            "503 that is trusted, without Retry-After",
            UNKNOWN,
            status("503 Service Unavailable", ""),
        )
        .retry(RetryPolicy::default().trust_503_with_retry_after(true)),
        to("301", "301 Moved Permanently"),
        to("302", "302 Found"),
        to("303", "303 See Other"),
        to("300", "300 Multiple Choices"),
        to("304", "304 Not Modified"),
        to("305", "305 Use Proxy"),
        row(
            "101, which nobody asked for",
            UNKNOWN,
            send("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
        ),
        row("a reset instead of an answer", UNKNOWN, vec![Step::Reset]),
        row(
            "the connection closed instead of an answer",
            UNKNOWN,
            vec![],
        ),
        row("half a status line", UNKNOWN, send("HTTP/1.1 20")),
        row(
            "half the headers",
            UNKNOWN,
            send("HTTP/1.1 201 Created\r\ncontent-le"),
        ),
        row(
            "headers that stall",
            UNKNOWN,
            vec![
                Step::Send(b"HTTP/1.1 201 Created\r\n".to_vec()),
                Step::Stall,
            ],
        ),
        row(
            "bytes that are not HTTP",
            UNKNOWN,
            send("\x16\x03\x01 hello"),
        ),
        row("no answer in time", UNKNOWN, vec![Step::Stall]),
        row(
            "an early hint and no answer",
            UNKNOWN,
            vec![
                Step::Send(b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec()),
                Step::Stall,
            ],
        ),
    ]
}

fn refusals() -> Vec<Row> {
    let no = |why, line| {
        row(
            why,
            NOT_CREATED,
            status(line, r#"{"error":{"code":"E1","message":"no"}}"#),
        )
    };
    let says = |why, body: String| row(why, NOT_CREATED, status("422 Unprocessable Entity", body));
    let secrets = format!("{PARENT_TOKEN} {PASSWORD} {ACCESS_TOKEN}");
    let busy = |headers: &str| send(answer("429 Too Many Requests", headers, "{}"));
    vec![
        no("400", "400 Bad Request"),
        no("401", "401 Unauthorized"),
        no("402", "402 Payment Required"),
        no("403", "403 Forbidden"),
        no("404", "404 Not Found"),
        no("409", "409 Conflict"),
        no("413", "413 Payload Too Large"),
        no("425", "425 Too Early"),
        no("451", "451 Unavailable For Legal Reasons"),
        no("499", "499 Client Closed Request"),
        row(
            "400 that is cut off",
            NOT_CREATED,
            send(partial("400 Bad Request", "", b"{\"error\":1}", 3)),
        ),
        row(
            "400 whose body stalls",
            NOT_CREATED,
            vec![
                Step::Send(partial("400 Bad Request", "", b"{\"error\":1}", 3)),
                Step::Stall,
            ],
        ),
        row(
            "307 to another host",
            NOT_CREATED,
            send(answer(
                "307 Temporary Redirect",
                "location: http://127.0.0.1:9/\r\n",
                "",
            )),
        ),
        row(
            "308",
            NOT_CREATED,
            send(answer("308 Permanent Redirect", "location: /x\r\n", "")),
        ),
        says(
            "secrets in a message",
            format!(r#"{{"error":{{"message":{}}}}}"#, json(&secrets)),
        ),
        says(
            "secrets in a code",
            format!(r#"{{"error":{{"code":{}}}}}"#, json(&secrets)),
        ),
        says(
            "the input echoed beside the message",
            format!(
                r#"{{"detail":[{{"loc":["body","email"],"msg":"missing","input":{{"password":{}}}}}]}}"#,
                json(PASSWORD)
            ),
        ),
        says(
            "secrets escaped twice",
            format!(r#"{{"error":{}}}"#, json(&json(&secrets))),
        ),
        says("secrets in plain text", format!("bad request: {secrets}")),
        says(
            "secrets in a page's title",
            format!("<html><title>{secrets}</title>"),
        ),
        says(
            "secrets escaped for a page",
            format!(
                "<html><title>{}</title>",
                secrets.replace('"', "&quot;").replace('\\', "&#92;")
            ),
        ),
        says(
            "secrets escaped for a URL",
            format!(
                "at /?a={}",
                secrets
                    .replace('"', "%22")
                    .replace('\\', "%5C")
                    .replace('/', "%2F")
                    .replace('ü', "%C3%BC")
            ),
        ),
        says(
            "an unknown token in plain text",
            format!("auth_token={} is taken", AUTH_TOKEN.replace('"', "x")),
        ),
        says(
            "an unknown token in a message and under its name",
            format!(
                r#"{{"auth_token":{0},"error":{1}}}"#,
                json(AUTH_TOKEN),
                json(&format!("taken: {AUTH_TOKEN}"))
            ),
        ),
        says(
            "an unknown token in JSON in a text",
            json(&format!(r#"{{"auth_token":{}}}"#, json(AUTH_TOKEN))),
        ),
        says(
            "an unknown token in JSON in a text in a text",
            json(&json(&format!(r#"{{"auth_token":{}}}"#, json(AUTH_TOKEN)))),
        ),
        says(
            "an unknown token in broken JSON",
            format!(r#"{{"error":"taken","auth_token":{}"#, json(AUTH_TOKEN)),
        ),
        row(
            "secrets in the request id",
            NOT_CREATED,
            send(answer(
                "400 Bad Request",
                &format!("x-request-id: {PARENT_TOKEN}\r\n"),
                "",
            )),
        ),
        row(
            "secrets in the reason",
            NOT_CREATED,
            send(answer(&format!("400 {PARENT_TOKEN}"), "", "")),
        ),
        row("429 to the end", NOT_CREATED, busy("")).calls(3),
        row(
            "429 with nonsense in Retry-After",
            NOT_CREATED,
            busy("retry-after: soon\r\n"),
        )
        .calls(3),
        row(
            "429 whose wait passes the deadline",
            NOT_CREATED,
            busy("retry-after: 86400\r\n"),
        ),
        row(
            "429 whose date passes the deadline",
            NOT_CREATED,
            busy("retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n"),
        ),
        row(
            "429 whose wait is no number that fits",
            NOT_CREATED,
            busy("retry-after: 99999999999999999999999999\r\n"),
        ),
        row(
            "429 when retries are off",
            NOT_CREATED,
            busy("retry-after: 0\r\n"),
        )
        .retry(RetryPolicy::never()),
    ]
}

fn retries() -> Vec<Row> {
    let busy = |headers: &str| send(answer("429 Too Many Requests", headers, "{}"));
    let down = send(answer("503 Service Unavailable", "retry-after: 0\r\n", ""));
    let trusting = || {
        RetryPolicy::default()
            .backoff(Duration::from_millis(20))
            .trust_503_with_retry_after(true)
    };
    vec![
        rows(
            "429, and then not",
            Credentials,
            vec![busy(""), created(documented())],
        ),
        rows(
            "429 twice, and then not",
            Credentials,
            vec![busy(""), busy(""), created(documented())],
        ),
        rows(
            "429 for a second",
            Credentials,
            vec![busy("retry-after: 1\r\n"), created(documented())],
        ),
        rows(
            "429 until a date that has passed",
            Credentials,
            vec![
                busy("retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
                created(documented()),
            ],
        ),
        rows(
            "429 until a date by the server's clock",
            Credentials,
            vec![
                busy(
                    "date: Sun, 06 Nov 1994 08:49:36 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
                ),
                created(documented()),
            ],
        ),
        rows(
            "429, and then no answer",
            UNKNOWN,
            vec![busy(""), vec![Step::Reset]],
        ),
        rows(
            "429, and then no credentials",
            CREATED,
            vec![busy(""), created("{}")],
        ),
        rows(
            "503 that is trusted",
            Credentials,
            vec![down.clone(), created(documented())],
        )
        .retry(trusting()),
        rows(
            "503 that is trusted, to the end",
            UNKNOWN,
            vec![down.clone()],
        )
        .calls(3)
        .retry(trusting()),
        rows(
            "503 that is trusted, and then a refusal",
            UNKNOWN,
            vec![down, status("400 Bad Request", "{}")],
        )
        .retry(trusting()),
    ]
}

#[test]
fn no_fault_loses_duplicates_or_leaks() {
    let table: Vec<Row> = [
        whole_bodies(),
        broken_bodies(),
        absent_credentials(),
        unknown_outcomes(),
        refusals(),
        retries(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let (mut wrong, mut lost, mut duplicates, mut leaked) = (Vec::new(), 0, 0, 0);
    for row in &table {
        let server = Server::start(row.plays.clone());
        let mut builder = builder(&server.url());
        if let Some(policy) = row.retry.clone() {
            builder = builder.retry(policy);
        }
        if let Some(limit) = row.body_limit {
            builder = builder.body_limit(limit);
        }
        let client = builder.build().unwrap();
        let (result, text) = call(&client, new_sub_account());
        let got = match &result {
            Ok(_) => Credentials,
            Err(error) => Expected::Fails(error.outcome()),
        };
        let calls = server.requests().len();
        let leaks = leaks(&text);
        let is_pair = found(&result).is_none_or(|found| found == (AUTH_ID, AUTH_TOKEN));
        lost += usize::from(row.expected == Credentials && (got != Credentials || !is_pair));
        duplicates += usize::from(calls > row.calls);
        leaked += usize::from(!leaks.is_empty());
        if got != row.expected || calls != row.calls || !leaks.is_empty() || !is_pair {
            wrong.push(format!(
                "{}: expected {:?} after {} calls, got {got:?} ({is_pair}) after {calls}; leaks {leaks:?}\n    {}",
                row.why,
                row.expected,
                row.calls,
                result.as_ref().map_or_else(ToString::to_string, |created| format!("{:?}", created.warnings())),
            ));
        }
        // One line, whatever the server says.
        if let Err(error) = &result {
            assert!(!error.to_string().contains('\n'), "{}: {error}", row.why);
        }
    }
    println!(
        "{} rows: {lost} credentials lost, {duplicates} duplicates, {leaked} leaks",
        table.len()
    );
    assert!(table.len() >= 80);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
