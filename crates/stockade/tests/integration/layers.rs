//! Which crate may use which: the explicit table of edges.

use crate::run::root;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A crate and the workspace crates that it may use. Controls never import a loader; loaders never import controls.
const EDGES: [(&str, &[&str]); 13] = [
    ("stockade-syntax", &[]),
    ("stockade-model", &["stockade-syntax"]),
    ("stockade-iam", &["stockade-model", "stockade-syntax"]),
    ("stockade-cfn", &["stockade-model", "stockade-syntax"]),
    ("stockade-sam", &["stockade-cfn", "stockade-model", "stockade-syntax"]),
    ("stockade-terraform", &["stockade-iam", "stockade-model", "stockade-syntax"]),
    ("stockade-inventory", &["stockade-iam", "stockade-model"]),
    ("stockade-controls", &["stockade-iam", "stockade-inventory", "stockade-model", "stockade-syntax"]),
    (
        "stockade-project",
        &["stockade-cfn", "stockade-model", "stockade-sam", "stockade-syntax", "stockade-terraform"],
    ),
    (
        "stockade-check",
        &[
            "stockade-cfn",
            "stockade-controls",
            "stockade-inventory",
            "stockade-model",
            "stockade-project",
            "stockade-syntax",
        ],
    ),
    (
        "stockade-report",
        &["stockade-check", "stockade-controls", "stockade-model", "stockade-project", "stockade-syntax"],
    ),
    (
        "stockade",
        &[
            "stockade-cfn",
            "stockade-check",
            "stockade-controls",
            "stockade-iam",
            "stockade-model",
            "stockade-project",
            "stockade-report",
            "stockade-syntax",
        ],
    ),
    (
        "xtask",
        &[
            "stockade-cfn",
            "stockade-check",
            "stockade-controls",
            "stockade-iam",
            "stockade-inventory",
            "stockade-model",
            "stockade-project",
            "stockade-sam",
            "stockade-syntax",
            "stockade-terraform",
        ],
    ),
];

#[test]
fn crates_use_only_what_the_table_allows() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Json = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names: BTreeSet<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    let table: BTreeSet<&str> = EDGES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, table, "every crate has a row in the table of edges");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let (_, allowed) = EDGES.iter().find(|(row, _)| *row == name).unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            // Only what is linked counts; tests may reach further.
            if dependency["kind"].is_null() && names.contains(used) {
                assert!(allowed.contains(&used), "`{name}` must not use `{used}`");
            }
        }
    }
}
