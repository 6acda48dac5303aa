//! SC-01: code that Lambda runs without asking who built it.

use super::mutator::{Break, Clause, Form, IN_ITS_RESOURCE, Mutator, NOTHING, subject};
use stockade_model::Outcome;
use stockade_syntax::New;

pub const MUTATOR: Mutator = Mutator {
    control: "SC-01",
    clauses: &[
        Clause {
            name: "no code signing configuration",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                Some(vec![Break::remove(function, "CodeSigningConfigArn")])
            },
            impossible: &[NOTHING[0], NOTHING[1], IN_ITS_RESOURCE],
        },
        Clause {
            name: "a package in place of inline code",
            from: Outcome::NotApplicable,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                function.properties.get("Code.ZipFile").as_text()?.as_literal()?;
                let package =
                    |bucket: New| New::mapping([("S3Bucket", bucket), ("S3Key", New::string("package.zip"))]);
                let packaged = Break::set(function, "Code", "artifacts").around(package);
                Some(vec![packaged.written_as("AWS::Lambda::Function").shows_at(function)])
            },
            impossible: &[
                (&[Form::Globals], "the inline code of a SAM function goes before what `Globals` gives"),
                IN_ITS_RESOURCE,
                (&[Form::Absent], "a function without code is none"),
            ],
        },
    ],
};
