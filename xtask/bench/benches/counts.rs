//! Allocations and the peak of memory of a call, counted by the allocator. The server is another
//! process, so that its own are not among them.

use tokio::runtime::Builder;
use xtask_bench::bodies::Body;
use xtask_bench::calls::Way;
use xtask_bench::results::{self, Measure, Measures};
use xtask_bench::server::Server;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const BIG: usize = 1 << 20;

fn main() {
    let short = std::env::var_os("VOBIZ_BENCH_SHORT").is_some();
    let calls = if short { 20 } else { 1000 };
    let server = Server::start(env!("CARGO_BIN_EXE_xtask-bench")).unwrap();
    let mut measures = Measures::new();
    let mut add = |measure: &str, way: Way, value: f64| {
        let measure = measures.entry(measure.to_owned()).or_default();
        measure.0.insert(way.name().to_owned(), value);
    };
    for way in Way::ALL {
        let one = counted(&server, way, Body::Documented, calls);
        let ten = counted(&server, way, Body::Documented, 10 * calls);
        add("allocations", way, one.blocks / as_f64(calls));
        add("allocated bytes", way, one.bytes / as_f64(calls));
        add(
            "heap kept after 9 times the calls",
            way,
            ten.kept - one.kept,
        );
        for (name, body) in [
            ("peak, neighbours before", Body::NeighboursBefore(BIG)),
            ("peak, neighbours after", Body::NeighboursAfter(BIG)),
        ] {
            let peak = counted(&server, way, body, 3).peak;
            add(name, way, peak / as_f64(body.bytes().len()));
        }
    }
    for (name, body) in [
        ("peak, deep", Body::Deep(BIG)),
        ("peak, huge", Body::Huge(BIG)),
        ("peak, cut", Body::Cut(BIG)),
    ] {
        let peak = counted(&server, Way::Wrapper, body, 3).peak;
        add(name, Way::Wrapper, peak / as_f64(body.bytes().len()));
    }
    for (name, Measure(sides)) in &measures {
        println!("{name}: {sides:?}");
    }
    results::write("counts", &measures).unwrap();
}

struct Counted {
    blocks: f64,
    bytes: f64,
    /// What is still allocated at the end, of what was allocated since the beginning.
    kept: f64,
    peak: f64,
}

/// Counts what `calls` calls allocate on a connection that is there already.
fn counted(server: &Server, way: Way, body: Body, calls: usize) -> Counted {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let caller = way.client(&server.url());
    let make = |calls: usize| {
        runtime.block_on(async {
            for _ in 0..calls {
                caller.call(body).await;
            }
        });
    };
    make(3);
    let profiler = dhat::Profiler::builder().testing().build();
    make(calls);
    let stats = dhat::HeapStats::get();
    drop(profiler);
    #[allow(clippy::cast_precision_loss)]
    Counted {
        blocks: stats.total_blocks as f64,
        bytes: stats.total_bytes as f64,
        kept: as_f64(stats.curr_bytes),
        peak: as_f64(stats.max_bytes),
    }
}

#[allow(clippy::cast_precision_loss)]
fn as_f64(count: usize) -> f64 {
    count as f64
}
