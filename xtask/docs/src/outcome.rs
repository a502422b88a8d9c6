//! What an answer, or its absence, says about the state of the server.
//!
//! The rules are those of the crate `vobiz`, see its `Outcome`.

use crate::api::Operation;
use crate::sample;

/// Whether a call took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did.
    Created,
    /// It did not.
    NotCreated,
    /// That cannot be told.
    Unknown,
}

/// One line of the table.
#[derive(Debug)]
pub struct Case {
    /// What came back.
    pub answer: &'static str,
    /// What it means.
    pub outcome: Outcome,
    /// Whether to send it again.
    pub again: &'static str,
}

const AGAIN_NO: &str = "No: it would be done twice";
const AGAIN_YES: &str = "Yes, once the cause is mended";
const AGAIN_LOOK: &str = "Not before you have looked";

const CASES: &[Case] = &[
    Case {
        answer: "Any 2XX, whatever its body",
        outcome: Outcome::Created,
        again: AGAIN_NO,
    },
    Case {
        answer: "4XX but 408; 307 and 308, if not followed",
        outcome: Outcome::NotCreated,
        again: AGAIN_YES,
    },
    Case {
        answer: "408, any 5XX, 301 to 303",
        outcome: Outcome::Unknown,
        again: AGAIN_LOOK,
    },
    Case {
        answer: "Nothing: no connection was made",
        outcome: Outcome::NotCreated,
        again: "Yes",
    },
    Case {
        answer: "Nothing: time ran out, or the connection broke",
        outcome: Outcome::Unknown,
        again: AGAIN_LOOK,
    },
];

/// The question that a caller of `operation` has, if repeating it does harm.
pub fn question(operation: &Operation<'_>) -> Option<String> {
    operation.repeats().then(|| match sample::makes(operation) {
        Some(noun) => format!("Does the {noun} exist now?"),
        None => "Did the call take effect?".into(),
    })
}

/// Every case there is.
pub fn cases() -> &'static [Case] {
    CASES
}

/// What a response with these statuses answers to the question.
pub fn of_statuses(statuses: &[&str]) -> Option<Outcome> {
    let first = statuses.first()?.as_bytes();
    match first.first()? {
        b'2' => Some(Outcome::Created),
        _ if statuses.contains(&"408") => Some(Outcome::Unknown),
        b'4' => Some(Outcome::NotCreated),
        b'3' if matches!(*statuses, ["307" | "308"]) => Some(Outcome::NotCreated),
        b'3' | b'5' => Some(Outcome::Unknown),
        _ => None,
    }
}

impl Outcome {
    /// The answer in a word.
    pub fn answer(self) -> &'static str {
        match self {
            Self::Created => "Yes",
            Self::NotCreated => "No",
            Self::Unknown => "Perhaps",
        }
    }

    /// The variant of `vobiz::Outcome`.
    pub fn variant(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::NotCreated => "NotCreated",
            Self::Unknown => "Unknown",
        }
    }
}
