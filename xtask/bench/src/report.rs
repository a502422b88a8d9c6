//! `BENCHMARKS.md`: every question with its figure and its goal.

use std::fmt::Write as _;

use crate::calls::Way;
use crate::results::{self, Measures};

const HEAD: &str = include_str!("../report/head.md");
const NOTES: &str = include_str!("../report/notes.md");

/// What is asked, what was measured, and what it should be at most.
struct Row {
    question: String,
    figure: Option<f64>,
    unit: &'static str,
    goal: f64,
}

/// The report of `all` measures, by part and name.
pub fn markdown(all: &Measures, versions: &str) -> String {
    let mut text = HEAD.to_owned();
    table(
        &mut text,
        "What does the wrapper cost per call?",
        &calls(all),
    );
    table(&mut text, "And under load?", &load(all));
    table(&mut text, "What does a big body cost?", &big_bodies(all));
    table(
        &mut text,
        "How long does the salvage path take?",
        &salvage(all),
    );
    table(&mut text, "What does generation cost?", &generation(all));
    table(
        &mut text,
        "What does a fresh clone wait for?",
        &builds(all, "generator"),
    );
    table(
        &mut text,
        "What does a dependent pay?",
        &builds(all, "dependent"),
    );
    text.push_str(NOTES);
    let _ = write!(text, "\n## Versions\n\n{versions}");
    text
}

fn table(text: &mut String, title: &str, rows: &[Row]) {
    let _ = write!(
        text,
        "\n## {title}\n\n| | measured | goal | met |\n|---|---|---|---|\n"
    );
    for row in rows {
        let (figure, met) = match row.figure {
            // An exponent or a ratio is told to two places, a count to none.
            Some(figure) if row.unit.is_empty() => (format!("{figure:.0}"), figure <= row.goal),
            Some(figure) => (format!("{figure:.2}{}", row.unit), figure <= row.goal),
            None => ("not measured".into(), false),
        };
        let goal = if row.goal.is_infinite() {
            "–".to_owned()
        } else {
            format!("≤ {}{}", row.goal, row.unit)
        };
        let met = match (row.figure, row.goal.is_infinite(), met) {
            (None, ..) | (_, true, _) => "",
            (_, _, true) => "yes",
            (_, _, false) => "**no**",
        };
        let _ = writeln!(text, "| {} | {figure} | {goal} | {met} |", row.question);
    }
}

fn ratio(all: &Measures, name: &str, side: &str, baseline: &str) -> Option<f64> {
    all.get(name)?.ratio(side, baseline)
}

/// One row for each of our two crates; the goal is the wrapper's.
fn against_by_hand(all: &Measures, what: &str, name: &str, goal: f64) -> Vec<Row> {
    [(Way::Wrapper, goal), (Way::Api, f64::INFINITY)]
        .into_iter()
        .map(|(way, goal)| Row {
            question: format!("{what}, `{}` : by hand", way.name().replace('_', "-")),
            figure: ratio(all, name, way.name(), Way::ByHand.name()),
            unit: "×",
            goal,
        })
        .collect()
}

/// How much more of something countable the wrapper has than the call by hand.
fn extra(all: &Measures, what: &str, name: &str) -> Row {
    let measure = all.get(name);
    let difference = measure.and_then(|measure| {
        Some(measure.of(Way::Wrapper.name())? - measure.of(Way::ByHand.name())?)
    });
    Row {
        question: format!("{what} more than by hand"),
        figure: difference.map(|difference| difference.max(0.0)),
        unit: "",
        goal: 0.0,
    }
}

fn calls(all: &Measures) -> Vec<Row> {
    let mut rows = against_by_hand(all, "instructions", "instructions/documented", 1.05);
    let cpu = "load/one after the other: cpu";
    rows.extend(against_by_hand(
        all,
        "processor time, kernel included",
        cpu,
        f64::INFINITY,
    ));
    rows.extend(against_by_hand(
        all,
        "allocations",
        "counts/allocations",
        1.2,
    ));
    rows.extend(against_by_hand(
        all,
        "allocated bytes",
        "counts/allocated bytes",
        f64::INFINITY,
    ));
    rows.push(extra(all, "tasks", "load/tasks"));
    rows.push(extra(all, "threads", "load/threads"));
    rows.push(extra(all, "connections", "load/connections"));
    rows
}

fn load(all: &Measures) -> Vec<Row> {
    let mut rows = against_by_hand(
        all,
        "time for 20,000 calls, 64 at once",
        "load/64 at once: wall",
        1.03,
    );
    let cpu = "load/64 at once: cpu";
    rows.extend(against_by_hand(
        all,
        "processor time for the same",
        cpu,
        f64::INFINITY,
    ));
    let connections = all.get("load/connections");
    rows.push(Row {
        question: "connections for all calls of `vobiz`".into(),
        figure: connections.and_then(|measure| measure.of(Way::Wrapper.name())),
        unit: "",
        goal: 64.0,
    });
    rows.push(Row {
        question: "bytes of heap more after 10,000 calls of `vobiz` than after 1,000".into(),
        figure: all
            .get("counts/heap kept after 9 times the calls")
            .and_then(|measure| measure.of(Way::Wrapper.name()))
            .map(|kept| kept.max(0.0)),
        unit: "",
        goal: 0.0,
    });
    rows
}

fn big_bodies(all: &Measures) -> Vec<Row> {
    let mut rows = Vec::new();
    for place in ["before", "after"] {
        let what = format!("instructions, 1 MiB of neighbours {place} the rest");
        let name = format!("instructions/neighbours_{place}");
        rows.extend(against_by_hand(all, &what, &name, 1.3));
    }
    for place in ["before", "after"] {
        let measure = all.get(&format!("counts/peak, neighbours {place}"));
        for (way, goal) in [(Way::Wrapper, 3.0), (Way::ByHand, f64::INFINITY)] {
            rows.push(Row {
                question: format!(
                    "peak of memory, neighbours {place}, `{}` : body",
                    way.name().replace('_', " ")
                ),
                figure: measure.and_then(|measure| measure.of(way.name())),
                unit: "×",
                goal,
            });
        }
    }
    rows
}

/// The lengths of the bodies in the benchmark `salvage`, in KiB, in the order of its cases.
const LENGTHS: [u32; 6] = [4, 16, 64, 256, 1024, 4096];

fn salvage(all: &Measures) -> Vec<Row> {
    let measure = all.get("instructions/salvage");
    let count = |kind: &str, case: usize| measure?.of(&format!("{kind}_{case}"));
    let mut rows = Vec::new();
    for kind in ["deep", "huge", "cut"] {
        let worst = (0..LENGTHS.len())
            .filter_map(|case| Some(count(kind, case)? / count("plain", case)?))
            .reduce(f64::max);
        rows.push(Row {
            question: format!("instructions at worst, {kind} body : parsed body of that length"),
            figure: worst,
            unit: "×",
            goal: 10.0,
        });
        // From where the length of the body is most of it.
        let points: Vec<(f64, f64)> = (2..LENGTHS.len())
            .filter_map(|case| Some((f64::from(LENGTHS[case]), count(kind, case)?)))
            .collect();
        rows.push(Row {
            question: format!("exponent of the growth with the length, {kind} body"),
            figure: (points.len() > 1).then(|| results::exponent(&points)),
            unit: " ",
            goal: 1.05,
        });
        rows.push(Row {
            question: format!("peak of memory, {kind} body : body"),
            figure: all
                .get(&format!("counts/peak, {kind}"))
                .and_then(|measure| measure.of(Way::Wrapper.name())),
            unit: "×",
            goal: f64::INFINITY,
        });
    }
    rows
}

fn generation(all: &Measures) -> Vec<Row> {
    let sizes = ["today", "10", "100", "1000", "2000"];
    let mut rows = Vec::new();
    for (what, side, baseline, goal) in [
        (
            "client and mock, with the lint",
            "our-both",
            "bare-both",
            1.3,
        ),
        (
            "client alone, with the lint",
            "our-client",
            "bare-client",
            f64::INFINITY,
        ),
    ] {
        for size in sizes {
            let name = format!("times/generation-{size}");
            let document = match size {
                "today" => "today's document".to_owned(),
                size => format!("{size} operations"),
            };
            rows.push(Row {
                question: format!("{what}, {document} : bare"),
                figure: ratio(all, &name, side, baseline),
                unit: "×",
                goal,
            });
        }
    }
    for (what, side) in [("ours", "our-both"), ("bare", "bare-both")] {
        let points: Vec<(f64, f64)> = ["10", "100", "1000", "2000"]
            .iter()
            .filter_map(|size| {
                let seconds = all.get(&format!("times/generation-{size}"))?.of(side)?;
                Some((size.parse().ok()?, seconds))
            })
            .collect();
        rows.push(Row {
            question: format!("exponent of the growth with the operations, {what}"),
            figure: (points.len() > 1).then(|| results::exponent(&points)),
            unit: " ",
            goal: if what == "ours" { 1.1 } else { f64::INFINITY },
        });
    }
    rows
}

fn builds(all: &Measures, of: &str) -> Vec<Row> {
    let figure = |what: &str| ratio(all, &format!("builds/{of}: {what}"), "ours", "baseline");
    let crates = all.get(&format!("builds/{of}: crates"));
    let more = crates.and_then(|crates| Some(crates.of("ours")? - crates.of("baseline")?));
    let is_generator = of == "generator";
    let mut rows = vec![Row {
        question: "time of `cargo build`, nothing built before".into(),
        figure: figure("wall"),
        unit: "×",
        goal: if is_generator { 1.3 } else { 1.1 },
    }];
    if is_generator {
        rows.push(Row {
            question: "crates".into(),
            figure: figure("crates"),
            unit: "×",
            goal: 1.3,
        });
    } else {
        rows.push(Row {
            question: "crates more".into(),
            figure: more,
            unit: "",
            goal: 8.0,
        });
        rows.push(Row {
            question: "size of the program, release".into(),
            figure: figure("binary"),
            unit: "×",
            goal: 1.1,
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Measure;

    #[test]
    fn a_goal_is_met_or_missed_by_the_figure_that_is_shown() {
        let sides = |by_hand: f64, vobiz: f64| -> Measure {
            [("by_hand", by_hand), ("vobiz", vobiz)]
                .into_iter()
                .collect()
        };
        let all = Measures::from([
            ("instructions/documented".to_owned(), sides(100.0, 104.0)),
            ("counts/allocations".to_owned(), sides(100.0, 130.0)),
            ("load/tasks".to_owned(), sides(65.0, 66.0)),
        ]);
        let text = markdown(&all, "- none\n");
        for line in [
            "| instructions, `vobiz` : by hand | 1.04× | ≤ 1.05× | yes |",
            "| allocations, `vobiz` : by hand | 1.30× | ≤ 1.2× | **no** |",
            "| tasks more than by hand | 1 | ≤ 0 | **no** |",
            "| threads more than by hand | not measured | ≤ 0 |  |",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
