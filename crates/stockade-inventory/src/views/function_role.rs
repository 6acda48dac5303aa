//! The roles of the deployment that functions run as.

use crate::{Inventory, Node, Target};
use stockade_iam::{Effect, PolicyDocument};
use stockade_model::{Kleene, Resource};

const ROLE: &str = "AWS::IAM::Role";
const LAMBDA: &str = "lambda.amazonaws.com";

/// An `AWS::IAM::Role` that functions run as, or may run as because Lambda may assume it.
#[derive(Debug, Clone)]
pub struct FunctionRole {
    /// The role.
    pub node: Node,
    /// The functions and revisions of web functions that run as it.
    pub users: Vec<Node>,
    /// Whether it is a function's: certain if one runs as it or the trust policy lets Lambda in.
    pub certain: bool,
}

impl Inventory {
    /// The roles of the deployment that a function runs as or that trust Lambda, in the order written; those of which
    /// the trust policy is not known too.
    #[must_use]
    pub fn function_roles(&self) -> &[FunctionRole] {
        self.function_roles.get_or_init(|| {
            let functions = self.functions().map(|function| (function.node(), function.role()));
            let revisions = self
                .of_type("AWS::Lambda::WebFunctionRevision")
                .map(|(node, resource)| (node, resource.properties.get("ServiceConfig.ExecutionRoleArn")));
            let users: Vec<(Node, Node)> = functions
                .chain(revisions)
                .filter_map(|(user, role)| match self.resolve(&role, &[ROLE]) {
                    Target::Node(role) => Some((role, user)),
                    _ => None,
                })
                .collect();
            self.of_type(ROLE)
                .filter_map(|(node, role)| {
                    let users: Vec<Node> =
                        users.iter().filter(|(role, _)| *role == node).map(|(_, user)| *user).collect();
                    let own = if users.is_empty() { trusts_lambda(role) } else { Kleene::True };
                    (!own.is_false()).then(|| FunctionRole { node, users, certain: own.is_true() })
                })
                .collect()
        })
    }
}

/// Whether Lambda may assume the role.
fn trusts_lambda(role: &Resource) -> Kleene {
    let document = PolicyDocument::read(&role.properties.get("AssumeRolePolicyDocument"));
    let mut unknown = document.open.is_some();
    for statement in document.statements.iter().filter(|statement| statement.effect != Effect::Deny) {
        for principal in &statement.principals {
            match principal.id.as_literal() {
                Some(LAMBDA) => return Kleene::True,
                Some(_) => {}
                None => unknown |= principal.kind == "Service",
            }
        }
        unknown |= statement.open.is_some() && statement.principals.is_empty();
    }
    if unknown { Kleene::Unknown } else { Kleene::False }
}
