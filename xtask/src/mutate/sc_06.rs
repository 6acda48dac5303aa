//! SC-06: a repository or registry whose policy lets anyone in.

use super::mutator::Mutator;
use super::public_policies::{INSIDE, any_source, everyone, for_any_source, for_everyone};

const TYPES: &[&str] = &["AWS::ECR::Repository", "AWS::ECR::RegistryPolicy"];

pub const MUTATOR: Mutator = Mutator {
    control: "SC-06",
    clauses: &[
        for_everyone(|inventory, verdict| everyone(inventory, verdict, TYPES, "ecr:BatchGetImage"), INSIDE),
        for_any_source(
            |inventory, verdict| any_source(inventory, verdict, TYPES, "ecr:BatchGetImage"),
            INSIDE,
        ),
    ],
};
