//! A copy of the workspace in which a reader does what CONTRIBUTING tells, and what has to be
//! built for it.

use std::collections::BTreeSet;
use std::path::Path;

use xtask::generate::{CLIENT_PATH, MOCK_PATH, SPEC_PATH};

use crate::copy;
use crate::session::{self, Session, Xtask};
use crate::tables::{COMMANDS, Command, Treatment};
use crate::treated;

/// Snapshots that follow from the document; a person accepts them.
const ACCEPTED: [&str; 3] = [
    "tests/tests/snapshots/vobiz_api_surface.snap",
    "xtask/docs/tests/snapshots/site__llms.txt.snap",
    "xtask/docs/tests/snapshots/site__reference.md.snap",
];

pub fn run() {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journey");
    let root = base.join("workspace");
    std::fs::create_dir_all(&root).unwrap();
    copy::copy_to(&root);
    let mut session = Session::new(&root, Xtask::Built(copy::target_of(&base)));

    commands(&mut session);
    assert_eq!(copy::git(&root, &["status", "--short"]), "");
    for (block, _) in treated(|how| how == Treatment::Journey) {
        session.replay(&block.place, &block.text);
    }
    nothing_is_edited_by_hand(&root);
}

/// The commands that compile something, and what is shown of their output.
fn commands(session: &mut Session) {
    let printed = treated(|how| matches!(how, Treatment::PrintedBy(_)));
    for (line, how) in COMMANDS {
        if *how != Command::Built {
            continue;
        }
        let (status, text) = session.run(line);
        assert_eq!(status, 0, "`{line}`: {text}");
        for (block, treatment) in &printed {
            if *treatment == Treatment::PrintedBy(line) {
                let shown = format!("…\n{}", block.text);
                let place = &block.place;
                assert!(session::matches(&shown, &text), "{place}: {text}");
            }
        }
    }
    for (block, treatment) in printed {
        let is_run = matches!(treatment, Treatment::PrintedBy(command)
            if COMMANDS.contains(&(command, Command::Built)));
        assert!(is_run, "{}: nothing prints this", block.place);
    }
}

/// What the addition changed, in its commit, is the document and what follows from it by command.
fn nothing_is_edited_by_hand(root: &Path) {
    let changed = copy::git(root, &["show", "--format=", "--name-only", "HEAD"]);
    let changed: BTreeSet<&str> = changed.lines().collect();
    let follows = [CLIENT_PATH, MOCK_PATH, SPEC_PATH]
        .into_iter()
        .chain(ACCEPTED);
    assert_eq!(changed, follows.collect());
}
