//! The deployment as an estate, of which the policy engine knows the ways from one role to another.

use super::possible_policy::{Extent, OWNER, PossiblePolicy};
use super::{IdentityPolicies, PolicyOwner};
use crate::{Inventory, Node, Target};
use foldhash::HashMap;
use smol_str::{SmolStr, format_smolstr};
use stockade_iam::catalogue::Catalogue;
use stockade_iam::{Effect, Estate, PolicyDocument, Statement, Term};
use stockade_model::{Resource, Symbol, Text, Value};

const ROLE: &str = "AWS::IAM::Role";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

/// Types of what runs as a role, with the property that names it.
const RUNS_AS: [(&str, &str); 8] = [
    ("AWS::Lambda::Function", "Role"),
    ("AWS::StepFunctions::StateMachine", "RoleArn"),
    ("AWS::CodeBuild::Project", "ServiceRole"),
    ("AWS::CodePipeline::Pipeline", "RoleArn"),
    ("AWS::ECS::TaskDefinition", "TaskRoleArn"),
    ("AWS::Glue::Job", "Role"),
    ("AWS::SageMaker::NotebookInstance", "RoleArn"),
    ("AWS::CloudFormation::Stack", "RoleARN"),
];

/// What gives a permission in a [`DeploymentEstate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granting {
    /// A statement of [`DeploymentEstate::policies`], by its index.
    Statement(usize),
    /// An attached policy of AWS, by its index in the attachments of [`DeploymentEstate::policies`].
    Attachment(usize),
}

/// The roles of a deployment, with what runs as them, as an estate of an account of which nothing else is known.
#[derive(Debug)]
pub struct DeploymentEstate {
    /// The estate.
    pub estate: Estate,
    /// The policies of all roles of the deployment.
    pub policies: IdentityPolicies,
    /// The role that stands for any of the account that nobody has named.
    pub any: SmolStr,
    arns: HashMap<Node, SmolStr>,
    nodes: HashMap<SmolStr, Node>,
    /// By a statement, what of it is not known.
    open_statements: HashMap<usize, Symbol>,
    /// By a role, what of its trust or its policies is not known.
    open_roles: HashMap<Node, Symbol>,
}

impl DeploymentEstate {
    /// The ARN of a role in it.
    #[must_use]
    pub fn arn(&self, role: Node) -> Option<&str> {
        self.arns.get(&role).map(SmolStr::as_str)
    }

    /// The role of an ARN.
    #[must_use]
    pub fn node(&self, arn: &str) -> Option<Node> {
        self.nodes.get(arn).copied()
    }

    /// What the name of a policy in the engine's answers stands for.
    #[must_use]
    pub fn granting(&self, policy: &str) -> Option<Granting> {
        match policy.strip_prefix('@') {
            Some(at) => at.parse().ok().map(Granting::Attachment),
            None => policy.parse().ok().map(Granting::Statement),
        }
    }

    /// What of a statement is not known.
    #[must_use]
    pub fn open_statement(&self, at: usize) -> Option<&Symbol> {
        self.open_statements.get(&at)
    }

    /// What of a role's trust, boundary or policies is not known.
    #[must_use]
    pub fn open_role(&self, role: Node) -> Option<&Symbol> {
        self.open_roles.get(&role)
    }
}

impl Inventory {
    /// The deployment as an estate in which every role has what it has for certain, and lets in whom it lets in for
    /// certain.
    #[must_use]
    pub fn certain_estate(&self) -> DeploymentEstate {
        self.estate(Extent::Least)
    }

    /// The deployment as an estate in which every role has what it may have, and lets in whom it may let in.
    #[must_use]
    pub fn possible_estate(&self) -> DeploymentEstate {
        self.estate(Extent::Most)
    }

    fn estate(&self, extent: Extent) -> DeploymentEstate {
        let roles: Vec<Node> = self.of_type(ROLE).map(|(node, _)| node).collect();
        let mut out = DeploymentEstate {
            estate: Estate::default(),
            policies: self.identity_policies_on(&roles),
            any: SmolStr::default(),
            arns: HashMap::default(),
            nodes: HashMap::default(),
            open_statements: HashMap::default(),
            open_roles: HashMap::default(),
        };
        let mut identity: HashMap<Node, Vec<(SmolStr, PolicyDocument)>> = HashMap::default();
        for (at, one) in out.policies.statements.iter().enumerate() {
            let (statement, open) = self.fill_statement(one, extent);
            out.open_statements.extend(open.map(|symbol| (at, symbol)));
            let Some(statement) = statement.map(own_account) else { continue };
            let document = document(statement, one.variables);
            for role in &one.roles {
                identity.entry(*role).or_default().push((format_smolstr!("{at}"), document.clone()));
            }
        }
        let mut unknown: HashMap<Node, String> = HashMap::default();
        for (at, attached) in out.policies.attachments.iter().enumerate() {
            match &attached.owner {
                PolicyOwner::Aws(name) => {
                    if let Some(policy) = Catalogue::built_in().managed_policy(name) {
                        let document = PolicyDocument::from_json(&policy.document);
                        identity.entry(attached.role).or_default().push((format_smolstr!("@{at}"), document));
                    }
                }
                PolicyOwner::Deployment(_) => {}
                PolicyOwner::Outside => {
                    unknown.insert(attached.role, attached.arn.to_string());
                }
                PolicyOwner::Unknown(symbol) => {
                    out.open_roles.entry(attached.role).or_insert_with(|| symbol.clone());
                    unknown.insert(attached.role, attached.arn.to_string());
                }
            }
        }
        for policy in &out.policies.unknown {
            for role in &policy.roles {
                out.open_roles.entry(*role).or_insert_with(|| policy.symbol.clone());
                unknown.insert(*role, policy.symbol.name());
            }
        }
        for role in roles {
            let resource = self.resource(role);
            let arn = self.spelled_for_policy(&Text::symbol(Symbol::attribute(resource.id.clone(), "Arn")));
            let trust = PossiblePolicy::read(&resource.properties.get("AssumeRolePolicyDocument"));
            let (filled, open) = trust.fill(self, extent);
            let is_open = trust.document.open.is_some();
            let trust = if is_open && extent == Extent::Most { everyone() } else { filled };
            out.open_roles.extend(open.map(|symbol| (role, symbol)));
            let added = out.estate.add_role(stockade_iam::Role {
                arn: arn.clone(),
                trust,
                identity: identity.remove(&role).unwrap_or_default(),
                boundary: self.boundary(resource, extent, &mut |symbol| {
                    out.open_roles.entry(role).or_insert(symbol);
                }),
                unknown: unknown.remove(&role).filter(|_| extent == Extent::Most),
            });
            if added.is_ok() {
                out.arns.insert(role, arn.clone());
                out.nodes.insert(arn, role);
            }
        }
        for (type_name, property) in RUNS_AS {
            for (_, resource) in self.of_type(type_name) {
                let Target::Node(role) = self.resolve(&resource.properties.get(property), &[ROLE]) else {
                    continue;
                };
                let Some(role) = out.arns.get(&role) else { continue };
                let of_type = Text::symbol(Symbol::attribute(resource.id.clone(), "Arn"));
                out.estate.add_runs_as(type_name, &self.spelled_for_policy(&of_type), role);
            }
        }
        out.any = out.estate.add_any(self.partition(), self.region(), OWNER).unwrap_or_default();
        out
    }

    /// The permissions boundary of a role. One that is not known bounds to nothing or to all.
    fn boundary(
        &self,
        role: &Resource,
        extent: Extent,
        note: &mut dyn FnMut(Symbol),
    ) -> Option<(SmolStr, PolicyDocument)> {
        let value = role.properties.get("PermissionsBoundary");
        if value.is_absent() {
            return None;
        }
        let arn = value.as_text().map(|text| self.spelled_for_policy(&text)).unwrap_or_default();
        if let Some(policy) =
            Catalogue::built_in().managed_policy(&arn).filter(|_| arn.contains(":iam::aws:policy/"))
        {
            return Some((arn, PolicyDocument::from_json(&policy.document)));
        }
        if let Target::Node(node) = self.resolve(&value, &[MANAGED_POLICY]) {
            let document = PossiblePolicy::read(&self.resource(node).properties.get("PolicyDocument"));
            let (filled, open) = document.fill(self, extent);
            open.into_iter().for_each(&mut *note);
            let is_open = document.document.open.is_some() && extent == Extent::Most;
            return (!is_open).then_some((arn, filled));
        }
        note(match value.as_text().and_then(|text| text.symbols().next().cloned()) {
            Some(symbol) => symbol,
            None => {
                Symbol::opaque(value.origin.place, "the permissions boundary lies outside the deployment")
            }
        });
        (extent == Extent::Least).then(|| (arn, PolicyDocument::default()))
    }
}

/// A document of one statement.
fn document(statement: Statement, variables: bool) -> PolicyDocument {
    let version = if variables { "2012-10-17" } else { "2008-10-17" };
    PolicyDocument { version: Some(version.into()), statements: vec![statement], ..PolicyDocument::default() }
}

/// Lets everyone in.
fn everyone() -> PolicyDocument {
    let text =
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Principal": "*"}}"#;
    PolicyDocument::read(&Value::text(
        Text::literal(text),
        stockade_model::Origin::at(stockade_model::Place::default()),
    ))
}

/// With the account that owns the deployment in the ARNs of IAM's resources, whichever they name: nobody can pass the role
/// or change the policies of another account.
fn own_account(mut statement: Statement) -> Statement {
    if statement.effect == Effect::Allow {
        for term in &mut statement.resources {
            if let Some(own) = term.text.as_literal().and_then(of_owner) {
                *term = Term { text: Text::literal(own), place: term.place };
            }
        }
    }
    statement
}

fn of_owner(arn: &str) -> Option<String> {
    let (before, after) = arn.split_once(":iam::")?;
    let (account, rest) = after.split_once(':')?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && account != OWNER).then(|| format!("{before}:iam::{OWNER}:{rest}"))
}
