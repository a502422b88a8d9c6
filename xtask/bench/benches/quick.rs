use std::time::Instant;
fn main() {
    std::thread::Builder::new()
        .stack_size(512 << 20)
        .spawn(|| {
            for n in std::env::var("N").map(|n| vec![n.parse().unwrap()]).unwrap_or(vec![0usize,10,100,1000]) {
                let path = std::path::PathBuf::from(if n == 0 {
                    "/work/main/openapi/vobiz.yaml".to_string()
                } else {
                    format!("/tmp/syn-{n}.yaml")
                });
                if n > 0 {
                    std::fs::write(&path, xtask_bench::synthetic::document(n).unwrap()).unwrap();
                }
                let t = Instant::now();
                let g = xtask::generate::generate(&path, &path, &xtask::lint::Allowed::house())
                    .unwrap();
                let ours = t.elapsed();
                let low = xtask_bench::bare::digestible(&g.document).unwrap();
                let t = Instant::now();
                let b = xtask_bench::bare::generate(&low).unwrap();
                let bare = t.elapsed();
                println!(
                    "{n}: ours {ours:?} bare {bare:?} ratio {:.2}; bytes {} vs {}",
                    ours.as_secs_f64() / bare.as_secs_f64(),
                    g.artefacts[0].contents.len(),
                    b.len()
                );
                for s in &g.steps {
                    println!("   {:?} {} {}", s.took, s.name, s.result);
                }
            }
        })
        .unwrap()
        .join()
        .unwrap();
}
