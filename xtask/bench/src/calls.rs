//! One call in three ways: by hand on `reqwest`, by the generated client, and by the wrapper.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::bodies::Body;

const TOKEN: &str = "parent-auth-token";
const NAME: &str = "Support Team";
const TIMEOUT: Duration = Duration::from_secs(60);

/// A client that makes the call in one of the three ways.
pub enum Caller {
    /// By hand.
    ByHand(ByHand),
    /// With the crate `vobiz-api`.
    Api(vobiz_api::Client),
    /// With the crate `vobiz`.
    Wrapper(vobiz::Client),
}

/// The ways, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By hand, the baseline.
    ByHand,
    /// With the crate `vobiz-api`.
    Api,
    /// With the crate `vobiz`.
    Wrapper,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ByHand, Self::Api, Self::Wrapper];

    /// How reports call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Api => "vobiz_api",
            Self::Wrapper => "vobiz",
        }
    }

    /// A client for the server at `url`.
    ///
    /// # Panics
    ///
    /// If there can be none.
    #[allow(clippy::expect_used)]
    pub fn client(self, url: &str) -> Caller {
        match self {
            Self::ByHand => Caller::ByHand(ByHand::new(url).expect("a client by hand")),
            Self::Api => Caller::Api(
                vobiz_api::Client::builder("MA_BENCH", TOKEN)
                    .base_url(url)
                    .build()
                    .expect("a generated client"),
            ),
            Self::Wrapper => Caller::Wrapper(
                vobiz::Client::builder()
                    .credentials("MA_BENCH", TOKEN)
                    .base_url(url)
                    .build()
                    .expect("a client"),
            ),
        }
    }
}

impl Caller {
    /// Makes the call and returns the length of the token, so that nothing is optimised away.
    ///
    /// # Panics
    ///
    /// If it fails: a benchmark of failures would be another one.
    #[allow(clippy::expect_used)]
    pub async fn call(&self, body: Body) -> usize {
        let parent = body.to_string();
        match self {
            Self::ByHand(client) => {
                let created = client.create_sub_account(&parent).await.expect("an answer");
                created.auth_credentials.auth_token.len()
            }
            Self::Api(client) => {
                let request = vobiz_api::types::CreateSubAccountRequest::builder()
                    .name(NAME)
                    .enabled(true);
                let created = client
                    .create_sub_account()
                    .auth_id(parent)
                    .body(request)
                    .send()
                    .await
                    .expect("an answer");
                created.auth_credentials.auth_token.expose_secret().len()
            }
            Self::Wrapper(client) => {
                let new = vobiz::NewSubAccount::new(NAME).parent(parent);
                let created = client.create_sub_account(new).await.expect("an answer");
                created.credentials.auth_token.expose_secret().len()
            }
        }
    }
}

/// What a careful programmer writes: headers set once, a timeout, every documented property.
pub struct ByHand {
    http: reqwest::Client,
    base_url: String,
}

#[derive(Serialize)]
struct Request<'a> {
    name: &'a str,
    enabled: bool,
}

/// The answer; all of its properties are read, as the other two do.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Response {
    message: Option<String>,
    sub_account: Option<SubAccount>,
    auth_credentials: AuthCredentials,
    tokens: Option<Tokens>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct SubAccount {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    description: Option<String>,
    permissions: Option<Permissions>,
    rate_limit: Option<i64>,
    id: Option<String>,
    parent_account_id: Option<String>,
    parent_auth_id: Option<String>,
    auth_id: Option<String>,
    auth_token: Option<String>,
    api_id: Option<String>,
    email_verified: Option<bool>,
    enabled: Option<bool>,
    is_active: Option<bool>,
    created: Option<String>,
    modified: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    last_used: Option<String>,
    account: Option<String>,
    resource_uri: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Permissions {
    calls: Option<bool>,
    cdr: Option<bool>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct AuthCredentials {
    auth_id: String,
    auth_token: String,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Tokens {
    access_token: Option<String>,
    refresh_token: Option<String>,
    token_type: Option<String>,
    expires_in: Option<i64>,
}

impl ByHand {
    fn new(base_url: &str) -> Result<Self, reqwest::Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-auth-id", "MA_BENCH"), ("x-auth-token", TOKEN)] {
            let mut value = HeaderValue::from_static(value);
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let http = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent("by-hand/1.0")
            .timeout(TIMEOUT)
            .connect_timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            base_url: base_url.to_owned(),
        })
    }

    async fn create_sub_account(&self, parent: &str) -> Result<Response, reqwest::Error> {
        let url = format!("{}/api/v1/accounts/{parent}/sub-accounts/", self.base_url);
        let request = Request {
            name: NAME,
            enabled: true,
        };
        let response = self.http.post(url).json(&request).send().await?;
        response.error_for_status()?.json().await
    }
}
