//! What to create.

use vobiz_api::Secret;
use vobiz_api::types::{Permissions, builder};

use crate::salvage;

/// A sub-account to create.
///
/// With the name alone, it sends `name` and `enabled: true`; each setter adds a property.
///
/// ```
/// use vobiz::NewSubAccount;
///
/// let new = NewSubAccount::new("Support Team")
///     .email("support@example.com")
///     .rate_limit(500)
///     .permission("calls", true)
///     .password("S0pport123!");
/// assert!(!format!("{new:?}").contains("S0pport123!"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is created before it is given to `Client::create_sub_account`"]
pub struct NewSubAccount {
    pub(crate) name: String,
    pub(crate) parent: Option<String>,
    pub(crate) password: Option<Secret>,
    email: Option<String>,
    phone: Option<String>,
    description: Option<String>,
    rate_limit: Option<i64>,
    permissions: Option<Permissions>,
    enabled: bool,
}

impl NewSubAccount {
    /// Whether a text that is sent holds `token` as a JSON string.
    pub(crate) fn quotes(&self, token: &str) -> bool {
        let permissions = self.permissions.as_ref().map(serde_json::to_string);
        let permissions = permissions.and_then(Result::ok);
        [&self.email, &self.phone, &self.description, &permissions]
            .into_iter()
            .flatten()
            .chain([&self.name])
            .any(|text| salvage::has_string(text.as_bytes(), token))
    }

    /// A sub-account of this name that can be used at once.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            parent: None,
            password: None,
            email: None,
            phone: None,
            description: None,
            rate_limit: None,
            permissions: None,
            enabled: true,
        }
    }

    /// The auth id of the account to create it under; the credentials' own by default.
    pub fn parent(mut self, auth_id: impl Into<String>) -> Self {
        self.parent = Some(auth_id.into());
        self
    }

    /// The email address of the sub-account.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// The phone number of the sub-account.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// What the sub-account is for.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// How many requests the sub-account may make in a period.
    pub fn rate_limit(mut self, requests: impl Into<i64>) -> Self {
        self.rate_limit = Some(requests.into());
        self
    }

    /// Grants or denies one permission, beside those that were set before: `calls` and `cdr` are
    /// the documented ones, and any other name is sent as it is.
    pub fn permission(mut self, name: impl Into<String>, granted: bool) -> Self {
        let permissions = self
            .permissions
            .take()
            .map_or_else(Permissions::builder, Into::into);
        let name = name.into();
        let permissions = match name.as_str() {
            "calls" => permissions.calls(granted),
            "cdr" => permissions.cdr(granted),
            _ => permissions,
        };
        self.permissions = permissions.try_into().ok().map(|mut all: Permissions| {
            if !matches!(name.as_str(), "calls" | "cdr") {
                all.extra.insert(name, granted.into());
            }
            all
        });
        self
    }

    /// All permissions at once, in place of those that were set before.
    pub fn permissions(mut self, permissions: impl Into<Permissions>) -> Self {
        self.permissions = Some(permissions.into());
        self
    }

    /// The password with which the sub-account's owner signs in.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Whether the sub-account can be used at once; it can by default.
    pub fn enabled(mut self, enabled: impl Into<bool>) -> Self {
        self.enabled = enabled.into();
        self
    }

    /// Fills in the body of a request.
    pub(crate) fn fill(
        &self,
        body: builder::CreateSubAccountRequest,
    ) -> builder::CreateSubAccountRequest {
        body.name(self.name.clone())
            .email(self.email.clone())
            .phone(self.phone.clone())
            .description(self.description.clone())
            .rate_limit(self.rate_limit)
            .permissions(self.permissions.clone())
            .password(self.password.clone())
            .enabled(self.enabled)
    }
}
