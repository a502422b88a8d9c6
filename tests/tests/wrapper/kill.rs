//! The documented answer, cut off at every byte.

use vobiz::Outcome;

use crate::support::{
    AUTH_ID, AUTH_TOKEN, Server, Step, builder, call, documented, found, json, leaks,
    new_sub_account, partial,
};

#[test]
fn from_the_end_of_the_first_pair_on_the_credentials_are_returned() {
    let body = documented();
    let token = format!("\"auth_token\": {}", json(AUTH_TOKEN));
    let complete = body.find(&token).unwrap() + token.len();
    let server = Server::start(vec![vec![]]);
    let client = builder(&server.url()).build().unwrap();
    for end in 0..=body.len() {
        server.play(vec![Step::Send(partial(
            "201 Created",
            "",
            body.as_bytes(),
            end,
        ))]);
        let (result, text) = call(&client, new_sub_account());
        match &result {
            Ok(created) => {
                assert!(end >= complete, "cut at {end}");
                assert_eq!(found(&result), Some((AUTH_ID, AUTH_TOKEN)), "cut at {end}");
                let whole = end == body.len();
                assert_eq!(created.warnings().is_empty(), whole, "cut at {end}");
            }
            Err(error) => {
                assert!(end < complete, "cut at {end}: {error}");
                assert_eq!(error.outcome(), Outcome::Created, "cut at {end}");
                assert_eq!(error.body().unwrap().len(), end);
            }
        }
        assert_eq!(leaks(&text), [""; 0], "cut at {end}");
    }
    assert_eq!(server.requests().len(), body.len() + 1, "never twice");
}
