//! EP-01: a URL that asks for no authentication.

use super::mutator::{Break, Clause, Form, Mutator, resource, subject};
use stockade_model::Outcome;
use stockade_syntax::New;

pub const MUTATOR: Mutator = Mutator {
    control: "EP-01",
    clauses: &[Clause {
        name: "`AuthType` is `NONE`",
        from: Outcome::Pass,
        breaks: |inventory, verdict| {
            let (_, url) = subject(inventory, verdict)?;
            let mut breaks = vec![Break::set(url, "AuthType", "NONE")];
            // A second URL, of an alias that need not be there.
            if let Some(function) = url.properties.get("TargetFunctionArn").to_new() {
                let properties = [
                    ("TargetFunctionArn", function),
                    ("Qualifier", New::string("live")),
                    ("AuthType", New::string("NONE")),
                ];
                breaks.push(Break::add(url, resource("AWS::Lambda::Url", properties)));
            }
            Some(breaks)
        },
        impossible: &[(
            &[Form::Absent],
            "CloudFormation requires `AuthType`; without it the control says unknown",
        )],
    }],
};
