//! RL-17: a topic or event bus whose policy lets anyone in.

use super::mutator::Mutator;
use super::public_policies::{APART, any_source, everyone, for_any_source, for_everyone};

const TYPES: &[&str] = &["AWS::SNS::Topic", "AWS::Events::EventBus"];

pub const MUTATOR: Mutator = Mutator {
    control: "RL-17",
    clauses: &[
        for_everyone(|inventory, verdict| everyone(inventory, verdict, TYPES, "sns:Publish"), APART),
        for_any_source(|inventory, verdict| any_source(inventory, verdict, TYPES, "sns:Publish"), APART),
    ],
};
