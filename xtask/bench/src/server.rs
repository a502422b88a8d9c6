//! A server in a process of its own, so that what it costs is not counted as the client's.
//!
//! Connections are kept alive. The auth id in the path names the [`Body`] to answer with. It ends
//! when its standard input does: with the process that started it.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::bodies::Body;

/// Where the number of connections so far is told.
const CONNECTIONS: &str = "/connections";

/// A running server; it ends when this is dropped.
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts `program`, which is this package's binary.
    pub fn start(program: impl AsRef<Path>) -> io::Result<Self> {
        let mut child = Command::new(program.as_ref())
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().parse().map_err(io::Error::other)?;
        Ok(Self { child, address })
    }

    /// Where it listens, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were made to it, this one aside.
    pub fn connections(&self) -> io::Result<usize> {
        let mut stream = TcpStream::connect(self.address)?;
        write!(
            stream,
            "GET {CONNECTIONS} HTTP/1.1\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let count: usize = answer
            .lines()
            .last()
            .unwrap_or_default()
            .parse()
            .map_err(io::Error::other)?;
        Ok(count - 1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Default)]
struct State {
    connections: AtomicUsize,
    /// Connections that only asked how many there are.
    questions: AtomicUsize,
    answers: Mutex<HashMap<String, Arc<[u8]>>>,
}

/// Serves until standard input ends.
pub fn serve() -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?);
    let state = Arc::new(State::default());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            state.connections.fetch_add(1, Ordering::Relaxed);
            let state = Arc::clone(&state);
            // A connection that breaks is the client's matter, which sees it.
            thread::spawn(move || drop(answer_all(&stream, &state)));
        }
    });
    io::copy(&mut io::stdin().lock(), &mut io::sink())?;
    Ok(())
}

fn answer_all(stream: &TcpStream, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            if line.trim_end().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
        if path == CONNECTIONS {
            let asked = state.questions.fetch_add(1, Ordering::Relaxed);
            let count = state.connections.load(Ordering::Relaxed) - asked;
            return (&*stream).write_all(&http("200 OK", count.to_string().as_bytes()));
        }
        (&*stream).write_all(&state.answer(&path))?;
    }
}

impl State {
    fn answer(&self, path: &str) -> Arc<[u8]> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(path) {
            return Arc::clone(answer);
        }
        let named = path
            .split('/')
            .nth(4)
            .and_then(|id| id.parse::<Body>().ok());
        let answer = match named {
            Some(body) => http("201 Created", &body.bytes()),
            None => http("404 Not Found", b"no such body"),
        };
        let answer: Arc<[u8]> = answer.into();
        answers.insert(path.to_owned(), Arc::clone(&answer));
        answer
    }
}

fn http(status: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
