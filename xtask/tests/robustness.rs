//! The real document with each line and each node deleted, repeated or swapped, and cut off at
//! every 50th byte: nothing panics or hangs, every refusal has a place, and what is accepted
//! generates code that parses.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use xtask::generate;
use xtask::lint::{self, Allowed};

/// A variant that takes longer than this hangs; the usual one takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/vobiz.yaml");
    std::fs::read_to_string(path).expect("the document")
}

/// How a variant ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Accepted,
    /// With the rules that were broken.
    Refused(Vec<&'static str>),
}

fn judge(name: &str, text: &str) -> Result<End, String> {
    let began = Instant::now();
    let linted = lint::lint(Path::new("api.yaml"), text.into(), &Allowed::house())
        .map_err(|error| format!("{name}: {error}"))?;
    // YAML ends a line at a carriage return, too.
    let lines = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .lines()
        .count()
        .max(1);
    for finding in &linted.findings {
        let start = finding.span.start;
        if start.line == 0 || start.line > lines || start.column == 0 {
            return Err(format!("{name}: no place: {finding:?}"));
        }
    }
    let end = if linted.is_refused() {
        if linted.findings.is_empty() {
            return Err(format!("{name}: refused without a finding"));
        }
        End::Refused(linted.findings.iter().map(|finding| finding.rule).collect())
    } else {
        let document = linted
            .document
            .ok_or_else(|| format!("{name}: no document"))?;
        match generate::client_of(&document) {
            Ok(code) => {
                syn::parse_file(&code).map_err(|error| format!("{name}: {error}"))?;
                End::Accepted
            }
            // A last resort is a rule that is missing.
            Err(findings) => return Err(format!("{name}: {findings:?}")),
        }
    };
    let took = began.elapsed();
    if took > PATIENCE {
        return Err(format!("{name}: took {took:?}"));
    }
    Ok(end)
}

/// Judges all variants on a few threads with small stacks, and tells the totals.
fn judge_all(kind: &str, variants: &[(String, String)]) {
    let began = Instant::now();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut ends: BTreeMap<End, usize> = BTreeMap::new();
        let mut wrong = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((name, text)) = variants.get(index) else {
                return (ends, wrong);
            };
            match judge(name, text) {
                Ok(end) => *ends.entry(end).or_default() += 1,
                Err(why) => wrong.push(why),
            }
        }
    };
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            let (ends, problems) = worker.join().expect("no panic");
            wrong.extend(problems);
            for (end, count) in ends {
                match end {
                    End::Accepted => accepted += count,
                    End::Refused(broken) => {
                        refused += count;
                        for rule in broken {
                            *rules.entry(rule).or_default() += count;
                        }
                    }
                }
            }
        }
    });
    println!(
        "{kind}: {} variants, {accepted} accepted, {refused} refused, {:.1} s",
        variants.len(),
        began.elapsed().as_secs_f64()
    );
    for (rule, count) in &rules {
        println!("  {count:5} {rule}");
    }
    assert!(
        wrong.is_empty(),
        "{} of {} variants:\n{}",
        wrong.len(),
        variants.len(),
        wrong
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[test]
fn lines() {
    let text = document();
    let lines: Vec<&str> = text.lines().collect();
    let mut variants = Vec::new();
    for index in 0..lines.len() {
        let mut deleted = lines.clone();
        deleted.remove(index);
        variants.push((format!("line {} deleted", index + 1), deleted.join("\n")));
        let mut repeated = lines.clone();
        repeated.insert(index, lines[index]);
        variants.push((format!("line {} repeated", index + 1), repeated.join("\n")));
        if index > 0 {
            let mut swapped = lines.clone();
            swapped.swap(index - 1, index);
            variants.push((
                format!("lines {index} and {} swapped", index + 1),
                swapped.join("\n"),
            ));
        }
    }
    judge_all("lines", &variants);
}

#[test]
fn nodes() {
    let (root, _) = xtask::yaml::parse(&document()).expect("a document");
    let root = root.to_value();
    let mut variants = Vec::new();
    let mut open = vec![String::new()];
    while let Some(pointer) = open.pop() {
        let Some(node) = root.pointer(&pointer) else {
            continue;
        };
        let keys: Vec<String> = match node {
            Value::Object(object) => object
                .keys()
                .map(|key| key.replace('~', "~0").replace('/', "~1"))
                .collect(),
            Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        };
        for (index, key) in keys.iter().enumerate() {
            let at = format!("{pointer}/{key}");
            variants.push((
                format!("{at} deleted"),
                edited(&root, &pointer, index, Edit::Delete),
            ));
            variants.push((
                format!("{at} repeated"),
                edited(&root, &pointer, index, Edit::Repeat),
            ));
            variants.push((
                format!("{at} nulled"),
                edited(&root, &pointer, index, Edit::Null),
            ));
            if index > 0 {
                variants.push((
                    format!("{at} swapped"),
                    edited(&root, &pointer, index, Edit::Swap),
                ));
            }
            open.push(at);
        }
    }
    judge_all("nodes", &variants);
}

#[derive(Clone, Copy)]
enum Edit {
    Delete,
    /// Under another name in a mapping: a second time under its own is a repeated key, which the
    /// lines try.
    Repeat,
    Swap,
    Null,
}

fn edited(root: &Value, pointer: &str, index: usize, edit: Edit) -> String {
    let mut root = root.clone();
    match root.pointer_mut(pointer) {
        Some(Value::Array(items)) => match edit {
            Edit::Delete => drop(items.remove(index)),
            Edit::Repeat => items.insert(index, items[index].clone()),
            Edit::Swap => items.swap(index - 1, index),
            Edit::Null => items[index] = Value::Null,
        },
        Some(Value::Object(object)) => {
            let keys: Vec<String> = object.keys().cloned().collect();
            let key = &keys[index];
            match edit {
                Edit::Delete => drop(object.remove(key)),
                Edit::Repeat => {
                    let value = object[key].clone();
                    object.insert(format!("{key}_again"), value);
                }
                Edit::Swap => {
                    let (a, b) = (object[&keys[index - 1]].clone(), object[key].clone());
                    object.insert(keys[index - 1].clone(), b);
                    object.insert(key.clone(), a);
                }
                Edit::Null => drop(object.insert(key.clone(), Value::Null)),
            }
        }
        _ => {}
    }
    // JSON is YAML; the places are those of the lines of this text.
    format!("{root:#}\n")
}

#[test]
fn cut_off() {
    let text = document();
    let variants: Vec<(String, String)> = (0..text.len())
        .step_by(50)
        .filter_map(|end| {
            Some((
                format!("cut off at byte {end}"),
                text.get(..end)?.to_owned(),
            ))
        })
        .collect();
    judge_all("cut off", &variants);
}

#[test]
fn hostile_texts_are_refused_in_bounded_time() {
    let head = "openapi: 3.0.3\ninfo: { title: T, version: 1.0.0 }\npaths: {}\n";
    let bomb: Vec<String> = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
        .windows(2)
        .map(|pair| {
            format!(
                "x-{1}: &{1} [{0}]\n",
                vec![format!("*{}", pair[0]); 10].join(", "),
                pair[1]
            )
        })
        .collect();
    let chain: Vec<String> = (0..2000)
        .map(|n| {
            format!(
                "    S{n}:\n      $ref: '#/components/schemas/S{}'\n",
                (n + 1) % 2000
            )
        })
        .collect();
    let parts: Vec<String> = (0..40)
        .map(|n| {
            let next = format!("{{ $ref: '#/components/schemas/S{}' }}", n + 1);
            format!("    S{n}: {{ anyOf: [{next}, {next}], example: 1 }}\n")
        })
        .collect();
    let texts = [
        format!("{head}x-a: &a [1]\n{}", bomb.concat()),
        format!("{head}x-deep: {}\n", "[".repeat(100_000)),
        format!(
            "{head}x-deep: {}{}\n",
            "{a: ".repeat(10_000),
            "}".repeat(10_000)
        ),
        format!("{head}components:\n  schemas:\n{}", chain.concat()),
        format!(
            "{head}components:\n  schemas:\n{}    S40: {{ type: string }}\n",
            parts.concat()
        ),
        format!("{head}x-long: '{}'\n", "a".repeat(5_000_000)),
        format!("{head}x-key: {{ ? [a] : b }}\n"),
        "- ".repeat(50_000),
        "\t".repeat(1000),
        "%YAML 9.9\n---\n".to_owned(),
        "&a *a".to_owned(),
        "? ? ? ?".to_owned(),
        "\u{feff}".to_owned(),
        "openapi: 3.0.3\r\rinfo: 1".to_owned(),
        "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"\\ud800\"}}".to_owned(),
    ];
    for (index, text) in texts.iter().enumerate() {
        if let Err(why) = judge(&format!("text {index}"), text) {
            panic!("{why}");
        }
    }
}
