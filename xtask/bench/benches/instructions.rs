//! Instructions of the whole call, counted by callgrind: the same on a busy machine and on a
//! quiet one. The server is another process, which callgrind does not follow.

use std::hint::black_box;

use gungraun::prelude::*;
use gungraun::{Callgrind, OutputFormat};
use tokio::runtime::{Builder, Runtime};
use xtask_bench::bodies::Body;
use xtask_bench::calls::{Caller, Way};
use xtask_bench::server::Server;

/// How many calls are counted; the first one, which connects, is not.
const CALLS: usize = 10;

struct Ready {
    caller: Caller,
    runtime: Runtime,
    _server: Server,
}

fn ready(way: Way, body: Body) -> (Ready, Body) {
    let server = Server::start(env!("CARGO_BIN_EXE_xtask-bench")).unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let caller = way.client(&server.url());
    runtime.block_on(caller.call(body));
    (
        Ready {
            caller,
            runtime,
            _server: server,
        },
        body,
    )
}

#[library_benchmark]
#[bench::by_hand(args = (Way::ByHand, Body::Documented), setup = ready)]
#[bench::vobiz_api(args = (Way::Api, Body::Documented), setup = ready)]
#[bench::vobiz(args = (Way::Wrapper, Body::Documented), setup = ready)]
fn documented((ready, body): (Ready, Body)) -> Ready {
    for _ in 0..CALLS {
        black_box(ready.runtime.block_on(ready.caller.call(body)));
    }
    ready
}

const BIG: usize = 1 << 20;

#[library_benchmark]
#[bench::by_hand(args = (Way::ByHand, Body::NeighboursBefore(BIG)), setup = ready)]
#[bench::vobiz_api(args = (Way::Api, Body::NeighboursBefore(BIG)), setup = ready)]
#[bench::vobiz(args = (Way::Wrapper, Body::NeighboursBefore(BIG)), setup = ready)]
fn neighbours_before((ready, body): (Ready, Body)) -> Ready {
    black_box(ready.runtime.block_on(ready.caller.call(body)));
    ready
}

#[library_benchmark]
#[bench::by_hand(args = (Way::ByHand, Body::NeighboursAfter(BIG)), setup = ready)]
#[bench::vobiz_api(args = (Way::Api, Body::NeighboursAfter(BIG)), setup = ready)]
#[bench::vobiz(args = (Way::Wrapper, Body::NeighboursAfter(BIG)), setup = ready)]
fn neighbours_after((ready, body): (Ready, Body)) -> Ready {
    black_box(ready.runtime.block_on(ready.caller.call(body)));
    ready
}

// A call whose answer no parser accepts, and the plain one of the same length.
#[library_benchmark]
#[benches::plain(args = [4, 16, 64, 256, 1024, 4096], setup = plain)]
#[benches::deep(args = [4, 16, 64, 256, 1024, 4096], setup = deep)]
#[benches::huge(args = [4, 16, 64, 256, 1024, 4096], setup = huge)]
#[benches::cut(args = [4, 16, 64, 256, 1024, 4096], setup = cut)]
fn salvage((ready, body): (Ready, Body)) -> Ready {
    black_box(ready.runtime.block_on(ready.caller.call(body)));
    ready
}

fn plain(kib: usize) -> (Ready, Body) {
    ready(Way::Wrapper, Body::NeighboursBefore(kib << 10))
}

fn deep(kib: usize) -> (Ready, Body) {
    ready(Way::Wrapper, Body::Deep(kib << 10))
}

fn huge(kib: usize) -> (Ready, Body) {
    ready(Way::Wrapper, Body::Huge(kib << 10))
}

fn cut(kib: usize) -> (Ready, Body) {
    ready(Way::Wrapper, Body::Cut(kib << 10))
}

library_benchmark_group!(
    name = calls,
    benchmarks = [documented, neighbours_before, neighbours_after, salvage]
);
main!(
    config = LibraryBenchmarkConfig::default()
        .valgrind_args(["--trace-children=no"])
        .output_format(OutputFormat::default().truncate_description(None))
        .tool(Callgrind::default()),
    library_benchmark_groups = calls
);
