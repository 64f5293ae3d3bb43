//! Behaviour as SQL: sqllogictest files by feature under `tests/slt`, and their runner in `tests/runner.rs`.
