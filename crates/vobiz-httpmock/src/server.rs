//! The ready server.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;
use socket2::SockRef;

use crate::account::{created_body, fresh};
use crate::http::{RecordedRequest, read_request, response};

/// A server that behaves as the documentation says, on a loopback port of its own.
///
/// It has its own threads, so it works in any test, with any runtime or with none. It stops when
/// it is dropped.
///
/// | request | answer |
/// |---|---|
/// | `POST /api/v1/accounts/{auth_id}/sub-accounts/` with a `name` | 201, the documented body, a fresh id and token |
/// | the same with other credentials than its own | 401 |
/// | the same without a `name`, or with a body that is not JSON | 400 |
/// | any other path, or the same without the slash at its end | 404 |
/// | another method | 405 |
pub struct MockVobiz {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

/// A sub-account that the server made.
#[derive(Clone)]
#[non_exhaustive]
pub struct MockSubAccount {
    /// The name that was sent.
    pub name: String,
    /// The account in the path of the request.
    pub parent_auth_id: String,
    /// The sub-account's own auth id.
    pub auth_id: String,
    /// The sub-account's own auth token. `Debug` does not show it.
    pub auth_token: String,
}

/// What the server does to one request instead of, or beside, answering as documented.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Answers as documented, but only after this long.
    Slow(Duration),
    /// Makes the sub-account and never answers.
    Stall,
    /// Makes the sub-account, sends this many bytes of the body, and then nothing more.
    StallBody {
        /// How many bytes of the body are sent.
        after: usize,
    },
    /// Makes the sub-account and resets the connection instead of answering.
    Reset,
    /// Makes nothing and answers 429 with this `Retry-After`.
    RateLimited {
        /// The value of the header: seconds or an HTTP date.
        retry_after: String,
    },
    /// Makes the sub-account and then answers with this status, which tells nothing of it.
    FailAfterCreating {
        /// The status, 502 for example.
        status: u16,
    },
    /// Makes the sub-account, sends this many bytes of the body, and closes the connection.
    CutOff {
        /// How many bytes of the body are sent.
        after: usize,
    },
    /// Makes nothing, sends exactly these bytes, and closes the connection.
    Raw(Vec<u8>),
}

impl MockVobiz {
    /// Starts the server; it answers when this returns.
    ///
    /// # Panics
    ///
    /// When no port of the loopback interface can be bound.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .expect("a port of the loopback interface should be free");
        let address = listener
            .local_addr()
            .expect("a bound socket should have an address");
        let shared = Arc::new(Shared {
            auth_id: format!("MA_{}", fresh(12).to_uppercase()),
            auth_token: fresh(40),
            state: Mutex::default(),
            stopped: Condvar::new(),
        });
        let of_thread = Arc::clone(&shared);
        let acceptor = thread::spawn(move || accept(&listener, &of_thread));
        Self {
            shared,
            address,
            acceptor: Some(acceptor),
        }
    }

    /// Where the server listens, without a slash at the end: `http://127.0.0.1:49152`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The auth id that the server accepts.
    pub fn auth_id(&self) -> &str {
        &self.shared.auth_id
    }

    /// The auth token that the server accepts.
    pub fn auth_token(&self) -> &str {
        &self.shared.auth_token
    }

    /// Plays `fault` at the next request that none is waiting for yet.
    ///
    /// Faults are played in the order in which they were given, one for each request; after them
    /// the server behaves again. A request that would be refused anyway uses up a fault as well.
    pub fn next(&self, fault: Fault) {
        self.shared.lock().faults.push_back(fault);
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.lock().requests.clone()
    }

    /// Every sub-account so far, told to the caller or not: more than one for one call is what a
    /// retry must never cause.
    pub fn sub_accounts(&self) -> Vec<MockSubAccount> {
        self.shared.lock().sub_accounts.clone()
    }
}

impl Drop for MockVobiz {
    fn drop(&mut self) {
        self.shared.lock().stopping = true;
        self.shared.stopped.notify_all();
        // `accept` returns for a connection only.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(acceptor) = self.acceptor.take()
            && woken
        {
            let _ = acceptor.join();
        }
    }
}

impl fmt::Debug for MockVobiz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockVobiz")
            .field("base_url", &self.base_url())
            .field("auth_id", &self.auth_id())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for MockSubAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockSubAccount")
            .field("name", &self.name)
            .field("parent_auth_id", &self.parent_auth_id)
            .field("auth_id", &self.auth_id)
            .finish_non_exhaustive()
    }
}

struct Shared {
    auth_id: String,
    auth_token: String,
    state: Mutex<State>,
    stopped: Condvar,
}

#[derive(Default)]
struct State {
    faults: VecDeque<Fault>,
    requests: Vec<RecordedRequest>,
    sub_accounts: Vec<MockSubAccount>,
    stopping: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for `time`, or for ever, but no longer than the server lives.
    fn wait(&self, time: Option<Duration>) {
        let state = self.lock();
        match time {
            Some(time) => drop(
                self.stopped
                    .wait_timeout_while(state, time, |state| !state.stopping),
            ),
            None => drop(self.stopped.wait_while(state, |state| !state.stopping)),
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.lock().stopping {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        // A client that goes away in the middle is no concern of ours.
        thread::spawn(move || drop(serve(&stream, &shared)));
    }
}

fn serve(mut stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let Some(request) = read_request(stream)? else {
        return Ok(());
    };
    let fault = {
        let mut state = shared.lock();
        state.requests.push(request.clone());
        state.faults.pop_front()
    };
    match fault {
        Some(Fault::RateLimited { retry_after }) => {
            let body = error(429, "Too many requests");
            stream.write_all(&response(429, &[("retry-after", &retry_after)], &body))?;
        }
        Some(Fault::Raw(bytes)) => stream.write_all(&bytes)?,
        Some(Fault::Slow(time)) => {
            shared.wait(Some(time));
            stream.write_all(&answer(&request, shared))?;
        }
        fault => {
            let answer = answer(&request, shared);
            let made = answer.starts_with(b"HTTP/1.1 201");
            match &fault {
                Some(fault) if made => spoil(fault, &answer, stream, shared)?,
                _ => stream.write_all(&answer)?,
            }
        }
    }
    stream.shutdown(Shutdown::Write)
}

/// Does to the answer of a call that made a sub-account what `fault` says.
fn spoil(fault: &Fault, answer: &[u8], mut stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let head = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .map_or(0, |at| at + 4);
    let until = |after: usize| &answer[..answer.len().min(head.saturating_add(after))];
    match fault {
        Fault::Stall => shared.wait(None),
        Fault::StallBody { after } => {
            stream.write_all(until(*after))?;
            shared.wait(None);
        }
        Fault::CutOff { after } => stream.write_all(until(*after))?,
        Fault::FailAfterCreating { status } => {
            stream.write_all(&response(*status, &[], &error(*status, "Something failed")))?;
        }
        Fault::Reset => SockRef::from(stream).set_linger(Some(Duration::ZERO))?,
        Fault::Slow(_) | Fault::RateLimited { .. } | Fault::Raw(_) => stream.write_all(answer)?,
    }
    if *fault == Fault::Reset {
        // Closing it sends the reset; shutting it down first would not.
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    Ok(())
}

/// What the documentation says, and what was made on the way.
fn answer(request: &RecordedRequest, shared: &Shared) -> Vec<u8> {
    let refuse = |status, why| response(status, &[], &error(status, why));
    let Some(parent) = request
        .path
        .strip_prefix("/api/v1/accounts/")
        .and_then(|rest| rest.strip_suffix("/sub-accounts/"))
        .filter(|parent| !parent.is_empty() && !parent.contains('/'))
    else {
        return refuse(404, "Not found");
    };
    if request.method != "POST" {
        return refuse(405, "Method not allowed");
    }
    if request.header("x-auth-id") != Some(&shared.auth_id)
        || request.header("x-auth-token") != Some(&shared.auth_token)
    {
        return refuse(401, "Invalid credentials");
    }
    let sent = request.json().unwrap_or_default();
    let Some(name) = sent.get("name").and_then(Value::as_str) else {
        return refuse(400, "name is required");
    };
    let made = MockSubAccount {
        name: name.to_owned(),
        parent_auth_id: parent.to_owned(),
        auth_id: format!("SA_{}", fresh(12).to_uppercase()),
        auth_token: fresh(40),
    };
    let body = created_body(&sent, parent, &made.auth_id, &made.auth_token);
    shared.lock().sub_accounts.push(made);
    response(
        201,
        &[("x-request-id", &format!("req_{}", fresh(16)))],
        &body,
    )
}

fn error(code: u16, message: &str) -> String {
    serde_json::json!({"error": {"code": code, "message": message}}).to_string()
}
