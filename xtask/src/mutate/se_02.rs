//! SE-02: environment, snapshots and images that no key of the customer protects.

use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Mutator, NOTHING, OTHER_CLAUSE, subject};
use stockade_model::Outcome;

const KEY: &str = "KmsKeyArn";

pub const MUTATOR: Mutator = Mutator {
    control: "SE-02",
    clauses: &[
        Clause {
            name: "no key",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, protected) = subject(inventory, verdict)?;
                Some(vec![Break::remove(protected, KEY)])
            },
            impossible: &[NOTHING[0], NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "a key that AWS manages",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, protected) = subject(inventory, verdict)?;
                let managed = "arn:aws:kms:us-east-1:123456789012:alias/aws/lambda";
                Some(vec![Break::set(protected, KEY, managed)])
            },
            impossible: &[IN_ITS_RESOURCE, OTHER_CLAUSE],
        },
        Clause {
            name: "variables, but no key",
            from: Outcome::NotApplicable,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                if !function.properties.get(KEY).is_absent() {
                    return None;
                }
                Some(vec![Break::set(function, "Environment.Variables.TABLE", "orders").shows_at(function)])
            },
            impossible: &[
                IN_ITS_RESOURCE,
                (&[Form::Absent], "without variables there is nothing to encrypt"),
            ],
        },
        Clause {
            name: "a snapshot, but no key",
            from: Outcome::NotApplicable,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                if !function.properties.get(KEY).is_absent() {
                    return None;
                }
                let taken = Break::set(function, "SnapStart.ApplyOn", "PublishedVersions");
                Some(vec![taken.shows_at(function)])
            },
            impossible: &[
                IN_ITS_RESOURCE,
                (&[Form::Absent], "without a snapshot there is nothing to encrypt"),
            ],
        },
    ],
};
