use std::path::Path;
use xtask_bench::{bodies::Body, calls::Way, server::Server};
#[global_allocator]
static ALLOC: dhat::Alloc = dhat::Alloc;
fn main() {
    let server = Server::start(Path::new(env!("CARGO_BIN_EXE_xtask-bench"))).unwrap();
    let rt = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for body in [
        Body::Documented,
        Body::NeighboursBefore(1 << 20),
        Body::NeighboursAfter(1 << 20),
        Body::Deep(1 << 20),
        Body::Cut(1 << 20),
    ] {
        for way in Way::ALL {
            if way != Way::Wrapper && matches!(body, Body::Deep(_) | Body::Cut(_)) {
                continue;
            }
            let c = way.client(&server.url());
            rt.block_on(async {
                for _ in 0..3 {
                    c.call(body).await;
                }
            });
            let p = dhat::Profiler::builder().testing().build();
            rt.block_on(async {
                for _ in 0..10 {
                    c.call(body).await;
                }
            });
            let s = dhat::HeapStats::get();
            println!(
                "{body} {}: {} allocs {} bytes peak {} live {}",
                way.name(),
                s.total_blocks as f64 / 10.,
                s.total_bytes / 10,
                s.max_bytes,
                s.curr_bytes
            );
            drop(p);
        }
    }
    println!("{}", server.connections().unwrap());
}
