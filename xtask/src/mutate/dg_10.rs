//! DG-10: a bucket that lets anyone in, or blocks public access in part.

use super::buckets::{granted, unblocked};
use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Impossible, Mutator, subject};
use stockade_model::Outcome;

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for buckets and their policies");

pub const MUTATOR: Mutator = Mutator {
    control: "DG-10",
    clauses: &[
        Clause {
            name: "the access control list is public",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, bucket) = subject(inventory, verdict)?;
                let acl = Break::set(bucket, "AccessControl", "PublicRead");
                Some(vec![acl.also(unblocked(bucket))])
            },
            impossible: &[
                NO_GLOBALS,
                IN_ITS_RESOURCE,
                (&[Form::Absent], "without a list the bucket is its owner's"),
            ],
        },
        Clause {
            name: "the policy is for everyone",
            from: Outcome::Pass,
            breaks: |inventory, verdict| granted(inventory, verdict, "*", |everyone| everyone),
            impossible: &[NO_GLOBALS, (&[Form::Absent], "without a policy nobody else is let in")],
        },
        Clause {
            name: "a part of the block is off",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, bucket) = subject(inventory, verdict)?;
                let path = "PublicAccessBlockConfiguration.IgnorePublicAcls";
                let block = bucket.properties.get("PublicAccessBlockConfiguration");
                if block.is_absent() || !bucket.properties.get("AccessControl").is_absent() {
                    return None;
                }
                let removed = Break::remove(bucket, path).shows_at_place(block.origin.place);
                Some(vec![Break::set(bucket, path, "false"), removed])
            },
            impossible: &[NO_GLOBALS, IN_ITS_RESOURCE],
        },
    ],
};
