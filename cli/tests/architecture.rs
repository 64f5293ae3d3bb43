//! The crates depend on each other in one direction only.

use std::path::Path;

/// Each crate's manifest, and which crates of the workspace it may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("connectors", &[]),
    ("connectors/test-store", &[]),
    ("catalog", &["prismlake-connectors"]),
    ("catalog/glue", &["prismlake-catalog"]),
    ("engine/functions", &[]),
    (
        "engine",
        &[
            "prismlake-catalog",
            "prismlake-connectors",
            "prismlake-functions",
            "prismlake-glue",
        ],
    ),
    ("server", &["prismlake-catalog", "prismlake-engine"]),
    (
        "cli",
        &["prismlake-catalog", "prismlake-engine", "prismlake-server"],
    ),
];

#[test]
fn no_crate_knows_one_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (folder, allowed) in ALLOWED {
        let manifest = std::fs::read_to_string(root.join(folder).join("Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
        let dependencies = dependencies.split("[dev-dependencies]").next().unwrap();
        for line in dependencies
            .lines()
            .filter(|line| line.starts_with("prismlake"))
        {
            let name = line.split('.').next().unwrap();
            assert!(allowed.contains(&name), "{folder} must not use {name}");
        }
    }
}
