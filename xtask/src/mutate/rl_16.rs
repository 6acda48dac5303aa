//! RL-16: a queue whose policy lets anyone in.

use super::mutator::Mutator;
use super::public_policies::{APART, any_source, everyone, for_any_source, for_everyone};

const TYPES: &[&str] = &["AWS::SQS::Queue"];

pub const MUTATOR: Mutator = Mutator {
    control: "RL-16",
    clauses: &[
        for_everyone(|inventory, verdict| everyone(inventory, verdict, TYPES, "sqs:SendMessage"), APART),
        for_any_source(|inventory, verdict| any_source(inventory, verdict, TYPES, "sqs:SendMessage"), APART),
    ],
};
