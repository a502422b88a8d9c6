//! A server that does exactly what a test says, and the secrets that must not be seen.

use std::error::Error as _;
use std::fmt::{Debug, Write as _};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use socket2::SockRef;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use vobiz::{Client, ClientBuilder, Created, Error, NewSubAccount, RetryPolicy};
use xtask::packages;

/// How a crate of ours calls itself in `user-agent`.
pub fn own_product(krate: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = workspace
        .join(packages::directory(krate))
        .join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let (name, version) = packages::name_and_version(&manifest).unwrap();
    format!("{name}/{version}")
}

/// Each secret has a core that occurs nowhere else, and around it what needs escaping.
pub const PARENT_TOKEN: &str = r#"p"ar3ntCore\/9f"#;
pub const PASSWORD: &str = "p\"assw0rdCore\\/\u{fc}1";
pub const AUTH_TOKEN: &str = r#"s"ubT0kenCore\/5c"#;
pub const ACCESS_TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.acc3ssCore.sig";
pub const REFRESH_TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.refr3shCore.sig";
const CORES: [&str; 5] = [
    "ar3ntCore",
    "assw0rdCore",
    "ubT0kenCore",
    "acc3ssCore",
    "refr3shCore",
];

pub const AUTH_ID: &str = "SA_NEW";
pub const PARENT_ID: &str = "MA_PARENT";
pub const DEADLINE: Duration = Duration::from_millis(1500);
pub const TIMEOUT: Duration = Duration::from_millis(400);

/// What a server does on one connection once it has read a request.
#[derive(Clone, Debug)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Nothing more, with the connection open.
    Stall,
    Reset,
}

/// Steps, after which the connection is closed.
pub type Play = Vec<Step>;

pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    plays: Mutex<Vec<Play>>,
    requests: Mutex<Vec<Vec<u8>>>,
    stopping: AtomicBool,
}

impl Server {
    /// The n-th request gets the n-th play, and further ones get the last.
    pub fn start(plays: Vec<Play>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        Self::on(listener, plays)
    }

    pub fn on(listener: TcpListener, plays: Vec<Play>) -> Self {
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            plays: Mutex::new(plays),
            requests: Mutex::default(),
            stopping: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if of_thread.stopping.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&of_thread);
                thread::spawn(move || drop(shared.serve(&stream.unwrap())));
            }
        });
        Self { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every further request gets this play.
    pub fn play(&self, play: Play) {
        *self.shared.plays.lock().unwrap() = vec![play];
    }

    pub fn requests(&self) -> Vec<Vec<u8>> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn serve(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let request = read_request(stream)?;
        let index = {
            let mut requests = self.requests.lock().unwrap();
            requests.push(request);
            requests.len() - 1
        };
        let play = {
            let plays = self.plays.lock().unwrap();
            plays[index.min(plays.len() - 1)].clone()
        };
        for step in &play {
            match step {
                Step::Send(bytes) => stream.write_all(bytes)?,
                Step::Wait(time) => thread::sleep(*time),
                Step::Stall => {
                    while !self.stopping.load(Ordering::SeqCst) {
                        thread::sleep(Duration::from_millis(20));
                    }
                }
                Step::Reset => {
                    SockRef::from(stream).set_linger(Some(Duration::ZERO))?;
                    return Ok(());
                }
            }
        }
        stream.shutdown(Shutdown::Write)
    }
}

fn read_request(mut stream: &TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&buffer[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            return Ok(bytes);
        }
    }
}

/// A whole answer.
pub fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    partial(status, headers, body.as_ref(), body.as_ref().len())
}

/// An answer that announces all of `body` and has the first `end` bytes of it.
pub fn partial(status: &str, headers: &str, body: &[u8], end: usize) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), &body[..end]].concat()
}

pub fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The pair that every test expects.
pub fn pair() -> String {
    format!(
        r#"{{"auth_id":"{AUTH_ID}","auth_token":{}}}"#,
        json(AUTH_TOKEN)
    )
}

/// The documentation's 201 body, byte for byte but for its placeholders.
pub fn documented() -> String {
    let page = include_str!("../../reference/response-201.json");
    page.replace("\"{auth_token}\"", &json(AUTH_TOKEN))
        .replace(
            "\"auth_id\": \"{auth_id}\"",
            &format!("\"auth_id\": \"{AUTH_ID}\""),
        )
        .replace("{sub_auth_id}", AUTH_ID)
        .replace("{auth_id}", PARENT_ID)
        .replace("{parent_auth_id}", PARENT_ID)
        .replacen("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", ACCESS_TOKEN, 1)
        .replacen("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", REFRESH_TOKEN, 1)
}

pub fn builder(url: &str) -> ClientBuilder {
    Client::builder()
        .base_url(url)
        .credentials(PARENT_ID, PARENT_TOKEN)
        .timeout(TIMEOUT)
        .deadline(DEADLINE)
        .retry(RetryPolicy::default().backoff(Duration::from_millis(20)))
}

pub fn new_sub_account() -> NewSubAccount {
    NewSubAccount::new("Support Team").password(PASSWORD)
}

/// Makes the call, and returns what came of it with every text that was produced.
pub fn call(client: &Client, new: NewSubAccount) -> (Result<Created, Error>, String) {
    let log = Log::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut text = format!("{client:?}{new:?}");
    let result = tracing::subscriber::with_default(log.clone(), || {
        runtime.block_on(client.create_sub_account(new))
    });
    write!(text, "{result:?}{result:#?}").unwrap();
    match &result {
        Ok(created) => {
            let account = &created.sub_account;
            let parts: [&dyn Debug; 6] = [
                &created.credentials,
                account,
                &created.tokens,
                &created.message,
                &created.request_id(),
                &created.warnings(),
            ];
            for part in parts {
                write!(text, "{part:?}{part:#?}").unwrap();
            }
        }
        Err(error) => {
            let words = (
                error.server_code(),
                error.server_message(),
                error.request_id(),
            );
            write!(text, "{error}{error:#}{words:?}").unwrap();
            let mut next = error.source();
            while let Some(source) = next {
                write!(text, "{source}{source:?}{source:#?}").unwrap();
                next = source.source();
            }
        }
    }
    text.push_str(&log.0.lock().unwrap());
    (result, text)
}

/// The secrets that `text` shows.
pub fn leaks(text: &str) -> Vec<&'static str> {
    CORES
        .into_iter()
        .filter(|core| text.contains(core))
        .collect()
}

pub fn found(result: &Result<Created, Error>) -> Option<(&str, &str)> {
    let credentials = &result.as_ref().ok()?.credentials;
    Some((&credentials.auth_id, credentials.auth_token.expose_secret()))
}

/// A subscriber that writes down everything that it is told.
#[derive(Clone, Default)]
pub struct Log(pub Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        write!(self.0.lock().unwrap(), "\nspan {}", span.metadata().name()).unwrap();
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        write!(
            self.0.lock().unwrap(),
            "\nevent {}",
            event.metadata().target()
        )
        .unwrap();
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
