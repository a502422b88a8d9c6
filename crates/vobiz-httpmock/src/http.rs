//! As much of HTTP as a mock needs: one request and one answer for each connection.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::net::TcpStream;

use serde_json::Value;

const MAX_BODY: u64 = 16 * 1024 * 1024;
const MAX_HEAD: u64 = 64 * 1024;

/// A request as it arrived.
///
/// Its `Debug` shows neither headers nor body, which hold credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `POST`, as a rule.
    pub method: String,
    /// The path, percent-encoded as it was sent, and the query if there is one.
    pub path: String,
    /// Names as they were sent, and values, in this order.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl RecordedRequest {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Reads one request; none if the peer went away before it sent one.
pub(crate) fn read_request(stream: &TcpStream) -> io::Result<Option<RecordedRequest>> {
    let mut reader = BufReader::new(stream.take(MAX_HEAD));
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Err(invalid("no request line"));
    };
    let mut request = RecordedRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("no header"))?;
        request
            .headers
            .push((name.to_owned(), value.trim().to_owned()));
    }
    let length = request
        .header("content-length")
        .map_or(Ok(0), str::parse)
        .map_err(|_| invalid("no content length"))?;
    reader.get_mut().set_limit(MAX_BODY);
    reader.take(length).read_to_end(&mut request.body)?;
    Ok(Some(request))
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The bytes of an answer with a JSON body.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        201 => "Created",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    };
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let length = body.len();
    format!(
        "{head}content-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}
