//! What holds for every body, not only for those in the table.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};
use vobiz::{Client, Created, Error};

use crate::support::{
    AUTH_ID, AUTH_TOKEN, Server, Step, answer, builder, call, found, json, leaks, new_sub_account,
    pair, partial,
};

/// One server and one client for all cases of a property.
struct Bench {
    server: Server,
    client: Client,
}

impl Bench {
    fn new() -> RefCell<Self> {
        let server = Server::start(vec![vec![]]);
        let client = builder(&server.url()).build().unwrap();
        RefCell::new(Self { server, client })
    }

    fn answers(&self, bytes: Vec<u8>) -> Result<Created, Error> {
        self.server.play(vec![Step::Send(bytes)]);
        let (result, text) = call(&self.client, new_sub_account());
        assert_eq!(leaks(&text), [""; 0]);
        result
    }
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Values that are wrong in some way, and still end where they seem to.
const ODD_VALUES: &[&[u8]] = &[
    b"null", b"NaN", b"-Infinity", b"1e999", b"00", b"undefined", b"True", b"", b"\"\"", b"[]", b"{}",
    b"[1,2,]", b"{\"a\":1,}", b"\"\\x\\u12\"", b"\"\\ud800\"", b"\"\xff\xfe\"", b"\"\0\n\"", b"'it\\'s'",
    b"[[[[[[]]]]]]", b"\"<redacted>\"", b"{\"auth_id\":\"\",\"auth_token\":\"\"}",
    b"\"\\\"},\\\"auth_credentials\\\":{\\\"auth_id\\\":\\\"e\\\",\\\"auth_token\\\":\\\"e\\\"},{\\\"\"",
    b"{\"x\":{\"auth_credentials\":{\"auth_id\":\"e\",\"auth_token\":\"e\"}}}", b"12 34", b"[1}", b"\"a\" \"b\"",
];

const FRAGMENTS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\",
    b":",
    b",",
    b"'",
    b" ",
    b"\"auth_id\":",
    b"\"auth_token\":",
    b"\"auth_credentials\":",
    b"\"sub_account\":",
    b"\"data\":",
    b"\"SA_1\"",
    b"\"tok\"",
    b"\"<redacted>\"",
    b"\"\"",
    b"null",
    b"{\"auth_id\":\"SA_1\",",
];

const NEIGHBOURS: &[&str] = &[
    "message",
    "sub_account",
    "tokens",
    "permissions",
    "extra",
    "status",
];

/// A member beside the credentials.
fn neighbour() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        select(ODD_VALUES).prop_map(<[u8]>::to_vec),
        any::<String>().prop_map(|text| json(&text).into_bytes()),
        any::<f64>().prop_map(|number| number.to_string().into_bytes()),
    ];
    (select(NEIGHBOURS), value).prop_map(|(name, value)| {
        let mut member = format!("\"{name}\":").into_bytes();
        member.extend_from_slice(&value);
        member
    })
}

#[derive(Clone, Debug)]
enum Damage {
    Replace(Index, Vec<u8>),
    Drop(Index),
    Repeat(Index),
    Swap(Index, Index),
    Insert(Index, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), neighbour()).prop_map(|(at, member)| Damage::Replace(at, member)),
        any::<Index>().prop_map(Damage::Drop),
        any::<Index>().prop_map(Damage::Repeat),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Damage::Swap(a, b)),
        (any::<Index>(), neighbour()).prop_map(|(at, member)| Damage::Insert(at, member)),
    ]
}

/// Does `damage` to the members beside the credentials.
fn apply(damage: Damage, members: &mut Vec<Vec<u8>>) {
    let count = members.len();
    match damage {
        Damage::Insert(at, member) => members.insert(at.index(count + 1), member),
        _ if count == 0 => {}
        Damage::Replace(at, member) => members[at.index(count)] = member,
        Damage::Drop(at) => drop(members.remove(at.index(count))),
        Damage::Repeat(at) => members.push(members[at.index(count)].clone()),
        Damage::Swap(a, b) => members.swap(a.index(count), b.index(count)),
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn damage_around_the_credentials_never_loses_them(
        damages in prop::collection::vec(damage(), 0..8),
        at in any::<Index>(),
        envelope in any::<bool>(),
        bom in any::<bool>(),
        after in prop::option::of(any::<Index>()),
        tail in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        thread_local!(static BENCH: RefCell<Bench> = Bench::new());
        let mut members: Vec<Vec<u8>> = [
            r#""message":"ok""#,
            r#""sub_account":{"name":"a","permissions":{"calls":true},"last_used":null}"#,
            r#""tokens":{"token_type":"bearer","expires_in":1800}"#,
        ]
        .map(|member| member.as_bytes().to_vec())
        .into();
        for damage in damages {
            apply(damage, &mut members);
        }
        let credentials = format!("\"auth_credentials\":{}", pair()).into_bytes();
        members.insert(at.index(members.len() + 1), credentials.clone());

        let mut body = members.join(&b","[..]);
        body = [b"{", &body[..], b"}"].concat();
        if envelope {
            body = [b"{\"data\":", &body[..], b"}"].concat();
        }
        if bom {
            body = [b"\xef\xbb\xbf", &body[..]].concat();
        }
        body.extend_from_slice(&tail);
        // Up to the quote that ends the pair, or further.
        let start = body.windows(credentials.len()).position(|window| window == credentials).unwrap();
        let complete = start + credentials.len() - 1;
        let end = after.map_or(body.len(), |after| complete + after.index(body.len() - complete + 1));
        let bytes = partial("201 Created", "", &body, end);
        let result = BENCH.with_borrow(|bench| bench.answers(bytes));
        prop_assert_eq!(found(&result), Some((AUTH_ID, AUTH_TOKEN)));
    }

    #[test]
    fn pairs_in_strings_are_never_returned(
        parts in prop::collection::vec(select(&[
            "\"", "\\", "{", "}", "[", "]", ":", ",", "'", " ", "\n", "\"auth_id\":\"evil\"",
            "\"auth_token\":\"evil\"", "\"auth_credentials\":{", "auth_id", "auth_token", "evil",
            "\\\"", "\\u0022", "ü",
        ][..]), 0..24),
        key in any::<bool>(),
        before in select(&[
            "", "\"x\":NaN,", "\"x\":\"5\" pipe\",", "\"x\":\"C:\\\",", "\"x\":'y',", "\"x\":[1,", "}},",
            "\"x\":{\"y\":", "\"", "\\", "\"x\":tru\\e,", "'",
        ][..]),
        cut in prop::option::of(any::<Index>()),
    ) {
        thread_local!(static BENCH: RefCell<Bench> = Bench::new());
        let text = json(&parts.concat());
        let body = if key {
            format!("{{{before}\"permissions\":{{{text}:true,{text}:{text}}},\"description\":{text}}}")
        } else {
            format!("{{{before}\"message\":{text},\"sub_account\":{{\"description\":{text},\"name\":{text}}}}}")
        };
        let end = cut.map_or(body.len(), |cut| cut.index(body.len() + 1));
        let bytes = partial("201 Created", "", body.as_bytes(), end);
        let result = BENCH.with_borrow(|bench| bench.answers(bytes));
        prop_assert!(found(&result).is_none(), "{:?} in {body}", found(&result));
    }

    #[test]
    fn any_bytes_at_all_neither_panic_nor_invent(
        parts in prop::collection::vec(prop_oneof![
            4 => select(FRAGMENTS).prop_map(<[u8]>::to_vec),
            1 => prop::collection::vec(any::<u8>(), 0..8),
        ], 0..40),
        status in select(&["200 OK", "201 Created", "400 Bad Request", "500 Oops"][..]),
    ) {
        thread_local!(static BENCH: RefCell<Bench> = Bench::new());
        let body = parts.concat();
        let bytes = answer(status, "", &body);
        let result = BENCH.with_borrow(|bench| bench.answers(bytes));
        if let Some((id, token)) = found(&result) {
            prop_assert!(status.starts_with('2'));
            for (key, value) in [("auth_id", id), ("auth_token", token)] {
                let quoted = [b"\"", value.as_bytes(), b"\""].concat();
                let holds = |text: &[u8]| body.windows(text.len()).any(|window| window == text);
                prop_assert!(holds(key.as_bytes()) && (holds(&quoted) || body.contains(&b'\\')));
                prop_assert!(!value.is_empty() && value != "<redacted>");
            }
        }
    }

    #[test]
    fn the_pair_that_counts_is_the_one_of_the_rule(value in tree()) {
        thread_local!(static BENCH: RefCell<Bench> = Bench::new());
        let body = serde_json::to_vec(&value).unwrap();
        let expected = rule(&value);
        for bytes in [
            answer("201 Created", "", &body),
            // Broken at the end, so that no parser takes it.
            answer("201 Created", "", [&body[..], b"\xff"].concat()),
        ] {
            let result = BENCH.with_borrow(|bench| bench.answers(bytes));
            let got = found(&result).map(|(id, token)| (id.to_owned(), token.to_owned()));
            prop_assert_eq!(got, expected.clone());
        }
    }
}

/// A body of few keys, so that pairs are likely. At most one envelope is in it, since the rule
/// does not rank envelopes.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        select(&["a", "b", "c", "", "<redacted>"][..]).prop_map(Value::from),
        Just(Value::Null),
        Just(Value::from(7)),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let key = select(
            &[
                "auth_id",
                "auth_token",
                "auth_credentials",
                "sub_account",
                "data",
            ][..],
        );
        prop_oneof![
            4 => prop::collection::btree_map(key, inner.clone(), 0..5).prop_map(|members| {
                let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
                Value::Object(members.collect::<Map<_, _>>())
            }),
            1 => prop::collection::vec(inner, 0..3).prop_map(Value::Array),
        ]
    })
    .prop_filter("one envelope", |value| {
        answer_of(value).is_some() || envelopes(value).filter_map(answer_of).count() <= 1
    })
}

fn pair_of(value: &Value) -> Option<(String, String)> {
    let text = |key| {
        let text = value.as_object()?.get(key)?.as_str()?;
        (!text.is_empty() && text != "<redacted>").then(|| text.to_owned())
    };
    Some((text("auth_id")?, text("auth_token")?))
}

/// The first pair of an answer, in an envelope or not.
fn answer_of(answer: &Value) -> Option<(String, String)> {
    pair_of(&answer["auth_credentials"])
        .or_else(|| pair_of(&answer["sub_account"]))
        .or_else(|| pair_of(answer))
}

fn envelopes(body: &Value) -> impl Iterator<Item = &Value> {
    let members = body.as_object().into_iter().flat_map(Map::values);
    members.filter(|value| value.is_object())
}

/// The rule, told over a parsed value.
fn rule(body: &Value) -> Option<(String, String)> {
    answer_of(body).or_else(|| envelopes(body).find_map(answer_of))
}
