//! Benchmarks of the scan, plan and write paths. Run one with `cargo bench -p prismlake-benches --profile dist -- NAME`.
