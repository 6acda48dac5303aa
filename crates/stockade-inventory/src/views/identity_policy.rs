//! Identity policies: what the roles that functions run as are given, statement by statement.

use crate::{Inventory, Node, Target};
use foldhash::HashMap;
use smol_str::{SmolStr, format_smolstr};
use stockade_iam::{PolicyDocument, Statement};
use stockade_model::{Kind, Origin, Place, Symbol, Text, Value};

const ROLE: &str = "AWS::IAM::Role";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

/// The policies that stand on the roles of functions.
#[derive(Debug, Default)]
pub struct IdentityPolicies {
    /// Their statements; one that stands on several roles once.
    pub statements: Vec<IdentityStatement>,
    /// What `ManagedPolicyArns` of each role names.
    pub attachments: Vec<AttachedPolicy>,
    /// Policies, or parts of them, whose statements are not known.
    pub unknown: Vec<UnknownPolicy>,
}

/// A statement of an identity policy.
#[derive(Debug)]
pub struct IdentityStatement {
    /// The role or policy that it is written in.
    pub written_in: Node,
    /// Which statement of that: its `Sid`, else its actions, with a number behind the second of the same.
    pub part: SmolStr,
    /// What tells it from the others when the list changes: its actions, with a number behind the second of the same.
    pub identity: SmolStr,
    /// The statement.
    pub statement: Statement,
    /// Set if its list of actions may have more than are known.
    pub more_actions: Option<Symbol>,
    /// Set if its list of resources may have more than are known.
    pub more_resources: Option<Symbol>,
    /// Set if its conditions are not all known.
    pub more_conditions: Option<Symbol>,
    /// Whether `${…}` in it are policy variables.
    pub variables: bool,
    /// The roles that it stands on.
    pub roles: Vec<Node>,
}

/// A policy of `ManagedPolicyArns`.
#[derive(Debug)]
pub struct AttachedPolicy {
    /// The role.
    pub role: Node,
    /// The ARN.
    pub arn: Text,
    /// Where it is written.
    pub origin: Origin,
    /// Whose it is.
    pub owner: PolicyOwner,
}

/// Who keeps a managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyOwner {
    /// AWS, under that path and name below `policy/`: `service-role/AWSLambdaBasicExecutionRole`.
    Aws(SmolStr),
    /// The deployment.
    Deployment(Node),
    /// The account, outside the deployment.
    Outside,
    /// It is not known which policy it is.
    Unknown(Symbol),
}

/// A policy, or the rest of one, whose statements are not known.
#[derive(Debug)]
pub struct UnknownPolicy {
    /// The role or policy that it is written in.
    pub written_in: Node,
    /// Which part of that.
    pub part: SmolStr,
    /// Where.
    pub place: Place,
    /// What keeps from knowing it.
    pub symbol: Symbol,
    /// The roles that it stands on.
    pub roles: Vec<Node>,
}

impl Inventory {
    /// The policies on the roles of functions: those of `Policies` and `ManagedPolicyArns`, and the resources
    /// `AWS::IAM::Policy`, `AWS::IAM::RolePolicy` and `AWS::IAM::ManagedPolicy` that name such a role.
    #[must_use]
    pub fn identity_policies(&self) -> &IdentityPolicies {
        self.identity_policies.get_or_init(|| {
            let roles: Vec<Node> = self.function_roles().iter().map(|role| role.node).collect();
            self.identity_policies_on(&roles)
        })
    }

    /// As [`Inventory::identity_policies`], on other roles.
    #[must_use]
    pub fn identity_policies_on(&self, roles: &[Node]) -> IdentityPolicies {
        let mut policies = IdentityPolicies::default();
        if roles.is_empty() {
            return policies;
        }
        let mut standing: HashMap<Node, Vec<Node>> = HashMap::default();
        for role in roles {
            self.read_role(*role, &mut policies, &mut standing);
        }
        for (type_name, property) in
            [("AWS::IAM::Policy", "Roles"), ("AWS::IAM::RolePolicy", "RoleName"), (MANAGED_POLICY, "Roles")]
        {
            for (node, policy) in self.of_type(type_name) {
                let mut on = standing.remove(&node).unwrap_or_default();
                for role in policy.properties.get(property).items() {
                    match self.resolve(role, &[ROLE]) {
                        Target::Node(role) => on.push(role),
                        Target::Ambiguous(possible, _) => on.extend(possible),
                        _ => {}
                    }
                }
                on.retain(|role| roles.contains(role));
                on.sort_unstable();
                on.dedup();
                if !on.is_empty() {
                    policies.read(node, &policy.properties.get("PolicyDocument"), &on);
                }
            }
        }
        policies
    }

    fn read_role(
        &self,
        role: Node,
        policies: &mut IdentityPolicies,
        standing: &mut HashMap<Node, Vec<Node>>,
    ) {
        let on = [role];
        let properties = &self.resource(role).properties;
        let inline = properties.get("Policies");
        for policy in inline.items() {
            policies.read(role, &policy.get("PolicyDocument"), &on);
        }
        if let (Kind::List(_), Some(symbol)) = (&inline.kind, inline.open()) {
            policies.more(role, "Policies", inline.origin.place, symbol, &on);
        }
        let managed = properties.get("ManagedPolicyArns");
        for item in managed.items() {
            let Some(arn) = item.as_text() else { continue };
            let owner = self.policy_owner(item, &arn);
            if let PolicyOwner::Deployment(node) = owner {
                standing.entry(node).or_default().push(role);
            }
            policies.attachments.push(AttachedPolicy { role, arn, origin: item.origin.clone(), owner });
        }
        if let (Kind::List(_), Some(symbol)) = (&managed.kind, managed.open()) {
            policies.more(role, "ManagedPolicyArns", managed.origin.place, symbol, &on);
        }
    }

    fn policy_owner(&self, item: &Value, arn: &Text) -> PolicyOwner {
        if let Some((_, name)) = arn.as_literal().and_then(|arn| arn.split_once(":iam::aws:policy/")) {
            return PolicyOwner::Aws(name.into());
        }
        match self.resolve(item, &[MANAGED_POLICY]) {
            Target::Node(node) => PolicyOwner::Deployment(node),
            Target::Unknown(symbol) | Target::Ambiguous(_, symbol) => PolicyOwner::Unknown(symbol),
            Target::External(_) | Target::Nothing => PolicyOwner::Outside,
        }
    }
}

impl IdentityPolicies {
    fn read(&mut self, written_in: Node, document: &Value, roles: &[Node]) {
        let statements = document.get("Statement");
        let read = PolicyDocument::read(document);
        let variables = read.has_variables();
        if matches!(document.kind, Kind::Text(_)) {
            // JSON in a text: its statements have no values of their own.
            for statement in read.statements {
                self.push(written_in, statement, None, variables, roles);
            }
        } else {
            for value in statements.items() {
                match value.unknown() {
                    Some(symbol) => {
                        self.more(written_in, &symbol.name(), value.origin.place, symbol, roles);
                    }
                    None => {
                        let statement = Statement::read(value);
                        self.push(written_in, statement, Some(value), variables, roles);
                    }
                }
            }
        }
        if let Some(symbol) = &read.open
            && (statements.unknown().is_none() || statements.items().is_empty())
        {
            self.more(written_in, "Statement", document.origin.place, symbol, roles);
        }
    }

    fn push(
        &mut self,
        written_in: Node,
        statement: Statement,
        value: Option<&Value>,
        variables: bool,
        roles: &[Node],
    ) {
        // What one symbol stands for is a text of the statement already.
        let more = |keys: [&str; 2]| {
            let value = value?;
            keys.into_iter().find_map(|key| {
                let value = value.get(key);
                match value.kind {
                    Kind::List(_) | Kind::Object(_) => value.open().cloned(),
                    _ => None,
                }
            })
        };
        let (more_actions, more_resources) =
            (more(["Action", "NotAction"]), more(["Resource", "NotResource"]));
        let more_conditions = value.and_then(|value| {
            let conditions = value.get("Condition");
            let operators = conditions.fields().iter().filter_map(|operator| operator.value.open());
            conditions.open().or_else(|| operators.into_iter().next()).cloned()
        });
        let here = self.statements.iter().filter(|other| other.written_in == written_in);
        let name = statement.name_after(here.map(|other| &other.statement));
        self.statements.push(IdentityStatement {
            written_in,
            part: name.label,
            identity: name.identity,
            statement,
            more_actions,
            more_resources,
            more_conditions,
            variables,
            roles: roles.to_vec(),
        });
    }

    fn more(&mut self, written_in: Node, part: &str, place: Place, symbol: &Symbol, roles: &[Node]) {
        let same =
            self.unknown.iter().filter(|other| other.written_in == written_in && other.symbol == *symbol);
        let part = match same.count() {
            0 => part.into(),
            before => format_smolstr!("{part} #{}", before + 1),
        };
        self.unknown.push(UnknownPolicy {
            written_in,
            part,
            place,
            symbol: symbol.clone(),
            roles: roles.to_vec(),
        });
    }
}
