//! What the server makes up: ids, tokens, times, and the documented body around them.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// Text of `length` hexadecimal digits that no other call returns.
pub(crate) fn fresh(length: usize) -> String {
    let mut text = String::new();
    while text.len() < length {
        // Every `RandomState` has keys of its own.
        text.push_str(&format!(
            "{:016x}",
            RandomState::new().build_hasher().finish()
        ));
    }
    text.truncate(length);
    text
}

/// The body of the documented 201: its properties, in its order, with its repeated key.
pub(crate) fn created_body(sent: &Value, parent: &str, auth_id: &str, auth_token: &str) -> String {
    let field = |name: &str| sent.get(name).cloned().unwrap_or(Value::Null);
    let or = |name: &str, default: Value| match field(name) {
        Value::Null => default,
        value => value,
    };
    let now = Value::from(timestamp(SystemTime::now()));
    let parent_json = Value::from(parent);
    let (id, token) = (Value::from(auth_id), Value::from(auth_token));
    let enabled = or("enabled", true.into());
    let account = format!("/api/v1/accounts/{parent}/");
    let uri = format!("{account}sub-accounts/{auth_id}/");
    let sub_account = object(&[
        ("name", field("name")),
        ("email", field("email")),
        ("phone", field("phone")),
        ("description", field("description")),
        ("permissions", field("permissions")),
        ("rate_limit", or("rate_limit", 1000.into())),
        ("id", id.clone()),
        ("parent_auth_id", parent_json.clone()),
        ("parent_auth_id", parent_json),
        ("auth_id", id.clone()),
        ("auth_token", token.clone()),
        ("api_id", fresh(32).into()),
        ("email_verified", true.into()),
        ("enabled", enabled.clone()),
        ("is_active", enabled),
        ("created", now.clone()),
        ("modified", now.clone()),
        ("created_at", now.clone()),
        ("updated_at", now),
        ("account", account.into()),
        ("resource_uri", uri.into()),
        ("last_used", Value::Null),
    ]);
    let credentials = object(&[("auth_id", id), ("auth_token", token)]);
    let jwt = || {
        format!(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{}.{}",
            fresh(40),
            fresh(43)
        )
    };
    let tokens = object(&[
        ("access_token", jwt().into()),
        ("refresh_token", jwt().into()),
        ("token_type", "bearer".into()),
        ("expires_in", 1800.into()),
    ]);
    format!(
        "{{\"message\":\"Sub-account created successfully\",\"sub_account\":{sub_account},\
         \"auth_credentials\":{credentials},\"tokens\":{tokens}}}"
    )
}

/// An object in this order; a `Value` would sort its keys and drop the repeated one.
fn object(entries: &[(&str, Value)]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    format!("{{{}}}", entries.join(","))
}

/// RFC 3339 with microseconds, as the documentation shows it.
fn timestamp(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    // Days since 0000-03-01, by which leap days come last.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..=9 => (year + era * 400, month + 3),
        _ => (year + era * 400 + 1, month - 9),
    };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let micros = since.subsec_micros();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn timestamps_are_as_documented() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000001Z"),
            (951_782_399, "2000-02-28T23:59:59.000001Z"),
            (951_782_400, "2000-02-29T00:00:00.000001Z"),
            (1_761_105_455, "2025-10-22T03:57:35.000001Z"),
        ] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_micros(1);
            assert_eq!(timestamp(time), text);
        }
    }

    #[test]
    fn fresh_text_is_fresh() {
        assert_ne!(fresh(40), fresh(40));
        assert_eq!(fresh(40).len(), 40);
    }
}
