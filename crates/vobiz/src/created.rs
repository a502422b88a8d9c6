//! What a successful call returns.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use vobiz_api::reqwest::StatusCode;
use vobiz_api::reqwest::header::{HeaderMap, HeaderName};
use vobiz_api::types::{self, CreateSubAccountResponse, Tokens};
use vobiz_api::{ErrorKind, ResponseValue, Secret};

use crate::error::{Call, Failure};
use crate::redact::Redactor;
use crate::{salvage, time};

/// A longer body is not read leniently, which takes many times its memory.
const MAX_LENIENT: usize = 1024 * 1024;

/// A sub-account that was created. Store its [`credentials`](Self::credentials) first.
///
/// `Debug` shows no secret: neither those of the answer nor those of the request, should the
/// server repeat them.
#[non_exhaustive]
pub struct Created {
    /// The sub-account's auth id and auth token, which no other call returns.
    pub credentials: Credentials,
    /// The sub-account as the server keeps it, as far as the body tells.
    pub sub_account: SubAccount,
    /// Tokens for the provider's console, if there were any. They are not for this API.
    pub tokens: Option<Tokens>,
    /// What the server says, on one line and without secrets.
    pub message: Option<String>,
    status: StatusCode,
    request_id: Option<String>,
    warnings: Vec<String>,
    attempts: u32,
    redactor: Arc<Redactor>,
}

/// The credentials of a sub-account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Credentials {
    /// The auth id, to send as `X-Auth-ID`.
    pub auth_id: String,
    /// The auth token, to send as `X-Auth-Token`. `Debug` shows `[redacted]`.
    pub auth_token: Secret,
}

/// The sub-account as the server keeps it: every property is optional, and times are text.
///
/// ```
/// # fn show(created: vobiz::Created) {
/// let account = &created.sub_account;
/// println!("{:?}, as text {:?}", account.created_time(), account.created);
/// # }
/// ```
#[derive(Clone, Default)]
pub struct SubAccount {
    inner: types::SubAccount,
    redactor: Arc<Redactor>,
}

impl Created {
    /// The status of the answer: 201, as a rule.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// How the server calls the request in its own logs, if it says so.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// What was wrong with the answer; empty, as a rule. Log it: the account is fine.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// How many attempts it took.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// What `result` returns, if there are credentials in it; else why not.
    pub(crate) fn read(
        result: Result<ResponseValue<CreateSubAccountResponse>, vobiz_api::Error>,
        call: &Call<'_>,
    ) -> Result<Self, Box<Failure>> {
        match result {
            Ok(value) => {
                let (parsed, status, headers, body) = value.into_parts();
                let answer = Answer {
                    status,
                    headers,
                    body,
                    call,
                };
                if is_usable(&parsed) {
                    return Ok(answer.parsed(parsed, Vec::new()));
                }
                let why = "`auth_credentials` is empty or redacted";
                answer.salvaged(why).ok_or_else(|| {
                    Box::new(Failure::without_credentials(
                        status,
                        answer.headers,
                        answer.body,
                    ))
                })
            }
            Err(error) => Self::rescue(&error, call).ok_or_else(|| Box::new(error.into())),
        }
    }

    fn rescue(error: &vobiz_api::Error, call: &Call<'_>) -> Option<Self> {
        let status = error.status().filter(StatusCode::is_success)?;
        let answer = Answer {
            status,
            headers: error.headers()?.clone(),
            body: error.body()?.clone(),
            call,
        };
        // A success that the document does not know, with the body that it does.
        if error.kind() == ErrorKind::Status
            && let Some(parsed) = error.body_as()
            && is_usable(&parsed)
        {
            let warning = format!("{error}, which is not documented");
            return Some(answer.parsed(parsed, vec![warning]));
        }
        answer.salvaged(&error.to_string())
    }
}

/// Whether the parsed credentials are some.
fn is_usable(parsed: &CreateSubAccountResponse) -> bool {
    let credentials = &parsed.auth_credentials;
    salvage::is_usable(&credentials.auth_id)
        && salvage::is_usable(credentials.auth_token.expose_secret())
}

/// A success, before its credentials are found.
struct Answer<'a> {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    call: &'a Call<'a>,
}

impl Answer<'_> {
    fn parsed(&self, parsed: CreateSubAccountResponse, warnings: Vec<String>) -> Created {
        let credentials = Credentials {
            auth_id: parsed.auth_credentials.auth_id,
            auth_token: parsed.auth_credentials.auth_token,
        };
        let sub_account = parsed.sub_account.unwrap_or_default();
        self.created(
            credentials,
            sub_account,
            parsed.tokens,
            parsed.message,
            warnings,
        )
    }

    /// The credentials read on their own, and of the rest what can be read.
    fn salvaged(&self, why: &str) -> Option<Created> {
        let (auth_id, auth_token, place) = salvage::find(&self.body)?;
        // Whoever chose the description may have planted a pair, for a body to repeat in the open.
        if self.call.new.quotes(auth_token.expose_secret()) {
            return None;
        }
        let mut warnings = vec![format!(
            "{why}; the credentials were read on their own, from {}",
            place.describe(),
        )];
        let mut rest = self.lenient();
        if rest.is_none() {
            warnings.push("nothing else of the body can be read".to_owned());
        }
        let mut take = |key| rest.as_mut().and_then(|rest| rest.remove(key));
        let sub_account = take("sub_account");
        let tokens = take("tokens");
        let message = take("message").and_then(|message| Some(message.as_str()?.to_owned()));
        let sub_account = readable(sub_account, "sub_account", &mut warnings).unwrap_or_default();
        let tokens = readable(tokens, "tokens", &mut warnings);
        let credentials = Credentials {
            auth_id,
            auth_token,
        };
        Some(self.created(credentials, sub_account, tokens, message, warnings))
    }

    /// The object of the answer, out of its envelope if it has one.
    fn lenient(&self) -> Option<Map<String, Value>> {
        const KEYS: [&str; 3] = ["sub_account", "auth_credentials", "tokens"];
        let body = salvage::without_bom(&self.body);
        if body.len() > MAX_LENIENT {
            return None;
        }
        let Value::Object(top) = serde_json::from_slice(body).ok()? else {
            return None;
        };
        let is_answer = |object: &Map<_, _>| KEYS.iter().any(|key| object.contains_key(*key));
        if is_answer(&top) {
            return Some(top);
        }
        let envelope = top
            .values()
            .find_map(|value| value.as_object().filter(|o| is_answer(o)));
        envelope.cloned().or(Some(top))
    }

    fn created(
        &self,
        credentials: Credentials,
        sub_account: types::SubAccount,
        tokens: Option<Tokens>,
        message: Option<String>,
        warnings: Vec<String>,
    ) -> Created {
        let mut redactor = self.call.redactor();
        redactor.add(&credentials.auth_token);
        let of_account = sub_account.auth_token.iter();
        let of_tokens = tokens
            .iter()
            .flat_map(|tokens| tokens.access_token.iter().chain(&tokens.refresh_token));
        for secret in of_account.chain(of_tokens) {
            redactor.add(secret);
        }
        let redactor = Arc::new(redactor);
        Created {
            message: message.and_then(|message| redactor.clean_foreign(message)),
            request_id: request_id(&self.headers, &redactor),
            credentials,
            sub_account: SubAccount {
                inner: sub_account,
                redactor: Arc::clone(&redactor),
            },
            tokens,
            status: self.status,
            warnings,
            attempts: 1,
            redactor,
        }
    }
}

/// The headers by which servers and proxies name a request.
static REQUEST_IDS: [HeaderName; 3] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("request-id"),
    HeaderName::from_static("x-correlation-id"),
];

/// What the server or a proxy calls the request.
pub(crate) fn request_id(headers: &HeaderMap, redactor: &Redactor) -> Option<String> {
    // There are few headers, and to compare names takes less than to hash them.
    let find = |name| headers.iter().find(|(own, _)| *own == name);
    REQUEST_IDS
        .iter()
        .find_map(|name| redactor.clean_foreign(find(name)?.1.to_str().ok()?))
}

/// `value` as a `T`, without those of its properties that are not what the document says.
fn readable<T: DeserializeOwned>(
    value: Option<Value>,
    name: &str,
    warnings: &mut Vec<String>,
) -> Option<T> {
    let properties = match value? {
        Value::Null => return None,
        Value::Object(properties) => properties,
        _ => {
            warnings.push(format!("`{name}` is no object and was left out"));
            return None;
        }
    };
    if let Ok(whole) = T::deserialize(&Value::Object(properties.clone())) {
        return Some(whole);
    }
    let fits = |key: &String, value: &Value| {
        let alone = Map::from_iter([(key.clone(), value.clone())]);
        T::deserialize(&Value::Object(alone)).is_ok()
    };
    let mut kept = Map::new();
    for (key, value) in properties {
        if fits(&key, &value) {
            kept.insert(key, value);
        } else {
            // Only documented properties can fail, so the name is no secret.
            warnings.push(format!(
                "`{name}.{key}` is not what the document says and was left out"
            ));
        }
    }
    T::deserialize(&Value::Object(kept)).ok()
}

impl fmt::Debug for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens = self
            .tokens
            .as_ref()
            .map(|tokens| Shown(tokens, &self.redactor));
        f.debug_struct("Created")
            .field("credentials", &Shown(&self.credentials, &self.redactor))
            .field("sub_account", &self.sub_account)
            .field("tokens", &tokens)
            .field("message", &self.message)
            .field("status", &self.status.as_u16())
            .field("request_id", &self.request_id)
            .field("warnings", &self.warnings)
            .field("attempts", &self.attempts)
            .finish()
    }
}

impl SubAccount {
    /// When it was created, if the server says so in a form that can be read.
    pub fn created_time(&self) -> Option<SystemTime> {
        first_time([&self.created, &self.created_at])
    }

    /// When it was last changed, if the server says so in a form that can be read.
    pub fn modified_time(&self) -> Option<SystemTime> {
        first_time([&self.modified, &self.updated_at])
    }

    /// When its credentials were last used, if they were and the server says so in a form that
    /// can be read.
    pub fn last_used_time(&self) -> Option<SystemTime> {
        first_time([&self.last_used])
    }
}

fn first_time<const N: usize>(texts: [&Option<String>; N]) -> Option<SystemTime> {
    texts
        .into_iter()
        .flatten()
        .find_map(|text| time::parse(text))
}

impl Deref for SubAccount {
    type Target = types::SubAccount;

    fn deref(&self) -> &types::SubAccount {
        &self.inner
    }
}

impl fmt::Debug for SubAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(&self.inner, &self.redactor).fmt(f)
    }
}

/// The `Debug` of a value, without the secrets that a server may have put into it.
struct Shown<'a, T>(&'a T, &'a Redactor);

impl<T: fmt::Debug> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if f.alternate() {
            format!("{:#?}", self.0)
        } else {
            format!("{:?}", self.0)
        };
        f.write_str(&self.1.clean(&text))
    }
}
