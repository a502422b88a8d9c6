//! Many calls: processor time, throughput, connections and threads.
//!
//! The three ways take turns in small rounds, so that a machine that slows down slows them all;
//! the ratios of each round are taken before their median. The server is another process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use cpu_time::ProcessTime;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use xtask_bench::bodies::Body;
use xtask_bench::calls::{Caller, Way};
use xtask_bench::results::{self, Measure, Measures};
use xtask_bench::server::Server;

const CONCURRENT: usize = 64;

struct Side {
    way: Way,
    runtime: Runtime,
    caller: Arc<Caller>,
    server: Server,
}

fn main() {
    let short = std::env::var_os("VOBIZ_BENCH_SHORT").is_some();
    let (rounds, calls) = if short { (3, 128) } else { (50, 400) };
    let sides = Way::ALL.map(side);
    let mut measures = Measures::new();
    measures.extend(rounds_of(&sides, "one after the other", rounds, |side| {
        one_after_the_other(side, calls);
    }));
    measures.extend(rounds_of(&sides, "64 at once", rounds, |side| {
        at_once(side, calls);
    }));
    let connections = sides.iter().map(|side| {
        #[allow(clippy::cast_precision_loss)]
        (side.way.name(), side.server.connections().unwrap() as f64)
    });
    measures.insert("connections".into(), connections.collect());
    let tasks = sides.iter().map(|side| {
        #[allow(clippy::cast_precision_loss)]
        (
            side.way.name(),
            side.runtime.metrics().num_alive_tasks() as f64,
        )
    });
    measures.insert("tasks".into(), tasks.collect());
    measures.insert("threads".into(), threads());
    for (name, measure) in &measures {
        println!("{name}: {:?}", measure.0);
    }
    results::write("load", &measures).unwrap();
}

fn side(way: Way) -> Side {
    let server = Server::start(env!("CARGO_BIN_EXE_xtask-bench")).unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let caller = Arc::new(way.client(&server.url()));
    let side = Side {
        way,
        runtime,
        caller,
        server,
    };
    at_once(&side, CONCURRENT);
    side
}

/// The medians, over all rounds, of what each way takes as a multiple of the first one.
fn rounds_of(sides: &[Side], what: &str, rounds: usize, run: impl Fn(&Side)) -> Measures {
    let mut wall: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut cpu = wall.clone();
    for round in 0..rounds {
        let mut took = BTreeMap::new();
        for turn in 0..sides.len() {
            // Who goes first changes, too.
            let side = &sides[(turn + round) % sides.len()];
            let (started, cpu_started) = (Instant::now(), ProcessTime::now());
            run(side);
            took.insert(
                side.way.name(),
                (
                    started.elapsed().as_secs_f64(),
                    cpu_started.elapsed().as_secs_f64(),
                ),
            );
        }
        let baseline = took[Way::ByHand.name()];
        for (name, (seconds, cpu_seconds)) in took {
            wall.entry(name).or_default().push(seconds / baseline.0);
            cpu.entry(name).or_default().push(cpu_seconds / baseline.1);
        }
    }
    let medians = |values: BTreeMap<&str, Vec<f64>>| -> Measure {
        values
            .into_iter()
            .map(|(name, mut values)| (name, results::median(&mut values)))
            .collect()
    };
    Measures::from([
        (format!("{what}: wall"), medians(wall)),
        (format!("{what}: cpu"), medians(cpu)),
    ])
}

fn one_after_the_other(side: &Side, calls: usize) {
    side.runtime.block_on(async {
        for _ in 0..calls {
            side.caller.call(Body::Documented).await;
        }
    });
}

fn at_once(side: &Side, calls: usize) {
    side.runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..CONCURRENT {
            let caller = Arc::clone(&side.caller);
            tasks.spawn(async move {
                for _ in 0..calls / CONCURRENT {
                    caller.call(Body::Documented).await;
                }
            });
        }
        while let Some(result) = tasks.join_next().await {
            result.unwrap();
        }
    });
}

/// How many threads each way adds, where the system tells.
fn threads() -> Measure {
    let count = || {
        std::fs::read_dir("/proc/self/task")
            .ok()
            .map(Iterator::count)
    };
    let mut added = Vec::new();
    for way in Way::ALL {
        let Some(before) = count() else { break };
        let side = side(way);
        let after = count().unwrap_or(before);
        drop(side);
        #[allow(clippy::cast_precision_loss)]
        added.push((way.name(), after as f64 - before as f64));
    }
    added.into_iter().collect()
}
