//! CI-04: a role that pipelines of others may assume.

use super::mutator::{Break, Clause, Form, Impossible, Mutator, list, resource, subject};
use stockade_inventory::Inventory;
use stockade_model::{Outcome, Resource, Verdict};
use stockade_syntax::New;

const NO_GLOBALS: Impossible = (&[Form::Globals], "SAM has no `Globals` for roles");
const NOT_ABSENT: Impossible = (&[Form::Absent], "without the condition it is the clause of no claim");

fn github(condition: New) -> New {
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let statement = New::mapping([
        ("Effect", New::string("Allow")),
        ("Principal", New::mapping([("Federated", New::string(provider))])),
        ("Action", New::string("sts:AssumeRoleWithWebIdentity")),
        ("Condition", condition),
    ]);
    New::mapping([("Version", New::string("2012-10-17")), ("Statement", list(statement))])
}

fn condition(operator: &str, claim: &str, value: New) -> New {
    let audience =
        New::mapping([("token.actions.githubusercontent.com:aud", New::string("sts.amazonaws.com"))]);
    let claim = format!("token.actions.githubusercontent.com:{claim}");
    let claim = New::mapping([(claim.as_str(), value)]);
    New::mapping([("StringEquals", audience), (operator, claim)])
}

/// The trust policy of the role of a pass, and of a further role, is that.
fn trust(
    inventory: &Inventory,
    verdict: &Verdict,
    scalar: &'static str,
    document: fn(New) -> New,
) -> Option<Vec<Break>> {
    let (_, role): (_, &Resource) = subject(inventory, verdict)?;
    let own = Break::set(role, "AssumeRolePolicyDocument", scalar).around(document);
    let further = move |scalar| resource("AWS::IAM::Role", [("AssumeRolePolicyDocument", document(scalar))]);
    Some(vec![own, Break::add_with(role, scalar, further)])
}

pub const MUTATOR: Mutator = Mutator {
    control: "CI-04",
    clauses: &[
        Clause {
            name: "a pattern for every owner",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                trust(inventory, verdict, "repo:*", |value| github(condition("StringLike", "sub", value)))
            },
            impossible: &[NO_GLOBALS, NOT_ABSENT],
        },
        Clause {
            name: "a pattern for the beginning of a name",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                trust(inventory, verdict, "acme*", |value| {
                    github(condition("StringLike", "repository", value))
                })
            },
            impossible: &[NO_GLOBALS, NOT_ABSENT],
        },
        Clause {
            name: "a claim that names nobody",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                trust(inventory, verdict, "production", |value| {
                    github(condition("StringLike", "environment", value))
                })
            },
            impossible: &[NO_GLOBALS, NOT_ABSENT],
        },
        Clause {
            name: "met by a token without the claim",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                trust(inventory, verdict, "repo:acme/orders:*", |value| {
                    github(condition("ForAllValues:StringLike", "sub", value))
                })
            },
            impossible: &[NO_GLOBALS, NOT_ABSENT],
        },
        Clause {
            name: "AdministratorAccess",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, role) = subject(inventory, verdict)?;
                let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
                Some(vec![Break::set(role, "ManagedPolicyArns", administrator).around(list)])
            },
            impossible: &[
                NO_GLOBALS,
                (&[Form::Absent], "a role without policies may do nothing"),
                (&[Form::Separate], "a policy of AWS is attached in the role alone"),
            ],
        },
    ],
};
