//! What the tests talk to on loopback: a static host, and an API that notes what it is asked.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};

use axum::Router;
use tower_http::services::ServeDir;

/// Serves `directory` below `/some/sub-path/`, and nothing else; returns the URL of its index.
pub(crate) fn below_a_path(directory: &Path) -> String {
    let directory = directory.to_owned();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        runtime.expect("a runtime").block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            tell.send(listener.local_addr().expect("an address"))
                .expect("sent");
            let router = Router::new().nest_service("/some/sub-path", ServeDir::new(directory));
            axum::serve(listener, router).await
        })
    });
    format!("http://{}/some/sub-path/", told.recv().expect("an address"))
}

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// An API that answers 201 to everything; returns its URL and what arrives.
pub(crate) fn api() -> (String, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if let Some(request) = answer(stream) {
                let _ = tell.send(request);
            }
        }
    });
    (url, told)
}

fn answer(mut stream: TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let head = loop {
        let length = stream.read(&mut chunk).ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&chunk[..length]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.split("\r\n");
    let mut request = Request {
        line: lines.next()?.to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: bytes.split_off(head + 4),
    };
    let length = request
        .header("content-length")
        .and_then(|length| length.parse().ok());
    while request.body.len() < length.unwrap_or(0) {
        let length = stream.read(&mut chunk).ok().filter(|length| *length > 0)?;
        request.body.extend_from_slice(&chunk[..length]);
    }
    let answer = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    stream.write_all(answer.as_bytes()).ok()?;
    Some(request)
}
