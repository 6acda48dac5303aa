//! EP-02: a function URL exists at all.

use super::mutator::{Break, Clause, Form, Mutator, reference, resource, subject};
use stockade_model::Outcome;
use stockade_syntax::New;

pub const MUTATOR: Mutator = Mutator {
    control: "EP-02",
    clauses: &[Clause {
        name: "the function has a URL",
        from: Outcome::Pass,
        breaks: |inventory, verdict| {
            let (_, function) = subject(inventory, verdict)?;
            let named = reference(function);
            let url = move |auth| {
                resource("AWS::Lambda::Url", [("TargetFunctionArn", named.clone()), ("AuthType", auth)])
            };
            let config = |auth| New::mapping([("AuthType", auth)]);
            let of_sam = Break::set(function, "FunctionUrlConfig", "AWS_IAM").around(config);
            Some(vec![
                // A URL that is there in one branch only is none that SAM makes.
                of_sam.written_as("AWS::Serverless::Function").only(&[
                    Form::Literal,
                    Form::Ref,
                    Form::Sub,
                    Form::Globals,
                ]),
                Break::add_with(function, "AWS_IAM", url),
            ])
        },
        impossible: &[(&[Form::Absent], "a URL that is not there is what passes")],
    }],
};
