//! What generation takes by the clock: everything that `cargo xtask generate` does before it
//! compares and writes, against progenitor and prettyplease alone in the same process. Both begin on
//! a new thread with a deep stack each time, since either goes as deep as types are nested; its memory
//! is new, too, as it is in a command that runs once.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use criterion::{Criterion, SamplingMode, Throughput};
use xtask::document::Document;
use xtask::generate::{client_of, generate, on_deep_stack};
use xtask::lint::{Allowed, lint};
use xtask_bench::{bare, results, synthetic};

fn main() {
    let short = env::var_os("VOBIZ_BENCH_SHORT").is_some();
    let mut criterion = Criterion::default().without_plots().configure_from_args();
    let sizes: &[usize] = if short { &[10] } else { &[10, 100, 1000, 2000] };
    let today = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/vobiz.yaml");
    compare(&mut criterion, "today", 1, &today);
    for size in sizes {
        let path = written(&synthetic::document(*size).unwrap(), *size);
        compare(&mut criterion, &size.to_string(), *size, &path);
    }
    criterion.final_summary();
}

/// A file of `text`, which both sides read.
fn written(text: &str, size: usize) -> PathBuf {
    let directory = results::directory().unwrap();
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join(format!("synthetic-{size}.yaml"));
    fs::write(&path, text).unwrap();
    path
}

fn compare(criterion: &mut Criterion, name: &str, size: usize, path: &Path) {
    let document = Document::load(path).unwrap();
    let digestible = path.with_extension("digestible.yaml");
    let digestible = results::directory()
        .unwrap()
        .join(digestible.file_name().unwrap());
    fs::write(&digestible, bare::digestible(&document).unwrap()).unwrap();
    let read = |path: &Path| fs::read(path).unwrap();
    let text = || String::from_utf8(read(&digestible)).unwrap();
    let allowed = Allowed::house();

    let short = env::var_os("VOBIZ_BENCH_SHORT").is_some();
    let longest = Duration::from_millis(if short { 50 } else { 1000 });
    let mut group = criterion.benchmark_group(format!("generation-{name}"));
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(longest)
        .measurement_time(longest * 5)
        .throughput(Throughput::Elements(size as u64));
    group.bench_function("bare-client", |bencher| {
        bencher.iter(|| on_deep_stack(|| black_box(bare::client(&text()).unwrap())));
    });
    group.bench_function("our-client", |bencher| {
        bencher.iter(|| {
            let linted = lint(path, read(path), &allowed).unwrap();
            black_box(client_of(&linted.document.unwrap()).unwrap())
        });
    });
    group.bench_function("bare-both", |bencher| {
        bencher.iter(|| {
            on_deep_stack(|| {
                let text = text();
                black_box((bare::client(&text).unwrap(), bare::mock(&text).unwrap()))
            })
        });
    });
    group.bench_function("our-both", |bencher| {
        bencher.iter(|| black_box(generate(path, path, &allowed).unwrap()));
    });
    group.finish();
}
