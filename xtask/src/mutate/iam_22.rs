//! IAM-22: a version of a layer that everyone may use.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, resource, subject, without};
use stockade_model::Outcome;
use stockade_syntax::New;

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for permissions");

pub const MUTATOR: Mutator = Mutator {
    control: "IAM-22",
    clauses: &[Clause {
        name: "everyone, without an organisation",
        from: Outcome::Pass,
        breaks: |inventory, verdict| {
            let (_, permission) = subject(inventory, verdict)?;
            let own = Break::set(permission, "Principal", "*").also(without(permission, "OrganizationId"));
            let layer = permission.properties.get("LayerVersionArn").to_new()?;
            let further = Break::add_with(permission, "*", move |anyone| {
                let properties = [
                    ("LayerVersionArn", layer.clone()),
                    ("Action", New::string("lambda:GetLayerVersion")),
                    ("Principal", anyone),
                ];
                resource("AWS::Lambda::LayerVersionPermission", properties)
            });
            Some(vec![own, further])
        },
        impossible: &[NO_GLOBALS, (&[Form::Absent], "CloudFormation requires `Principal`")],
    }],
};
