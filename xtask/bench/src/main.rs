fn main() {
    xtask_bench::server::serve().unwrap();
}
