//! The execution role that SAM makes for a function or a state machine without a `Role`
//! (AWS SAM developer guide, "Generated resources").

use crate::policies::{self, Policy, branches_of};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, managed_policies};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::Origin;

/// The role's properties that SAM has words for.
pub(crate) static WORDS: Words = Words {
    rows: &[
        ("AssumeRolePolicyDocument", "AssumeRolePolicyDocument"),
        ("Path", "RolePath"),
        ("PermissionsBoundary", "PermissionsBoundary"),
    ],
};

/// A role being put together.
pub(crate) struct Role {
    /// Its logical id.
    pub id: SmolStr,
    trust: Expr,
    managed: Vec<Expr>,
    inline: Vec<Expr>,
}

impl Role {
    /// The role of a resource, which the service is trusted to assume.
    pub fn of(resource: &SamResource, service: &'static str) -> Self {
        let origin = resource.origin();
        let trust = trust(service, &origin);
        Self { id: format_smolstr!("{}Role", resource.id), trust, managed: Vec::new(), inline: Vec::new() }
    }

    /// Attaches a managed policy, once.
    pub fn attach(&mut self, arn: Expr) {
        let json = arn.to_json();
        if !self.managed.iter().any(|other| other.to_json() == json) {
            self.managed.push(arn);
        }
    }

    /// Attaches the AWS managed policy of that path below `policy/`, once.
    pub fn attach_aws(&mut self, path: &str, context: &Context, origin: &Origin) {
        self.attach(managed_policies::arn(path, context, origin));
    }

    /// Adds an inline policy, an object of `PolicyName` and `PolicyDocument`, once.
    pub fn add_inline(&mut self, policy: Expr) {
        let json = policy.to_json();
        if !self.inline.iter().any(|other| other.to_json() == json) {
            self.inline.push(policy);
        }
    }

    /// Adds what the resource's `Policies` ask for.
    pub fn add_policies(&mut self, resource: &SamResource, context: &Context) -> Result<(), SamError> {
        for (at, policy) in policies::read(resource, context)? {
            match policy {
                Policy::Managed(arn) => self.attach(arn),
                Policy::Document(document) => {
                    let policy = self.named_policy(at, &document);
                    self.inline.push(policy);
                }
            }
        }
        Ok(())
    }

    /// The role's properties.
    pub fn into_properties(self, resource: &SamResource, tags: Expr) -> Expr {
        let origin = resource.origin();
        let mut out = Expr::object(&origin)
            .with("AssumeRolePolicyDocument", self.trust)
            .with("ManagedPolicyArns", Expr::list(self.managed, &origin))
            .with_some("Policies", (!self.inline.is_empty()).then(|| Expr::list(self.inline, &origin)));
        WORDS.lower_into(&resource.properties, &mut out);
        out.with("Tags", tags)
    }

    /// A document as an inline policy; in a `Fn::If`, each of its branches.
    fn named_policy(&self, at: usize, document: &Expr) -> Expr {
        let origin = &document.origin;
        let named = |document: &Expr| inline(format_smolstr!("{}Policy{at}", self.id), document.clone());
        let Some([condition, yes, no]) = branches_of(document) else { return named(document) };
        let branch = |branch: &Expr| if branch.is_no_value() { branch.clone() } else { named(branch) };
        Expr::call("Fn::If", Expr::list(vec![condition.clone(), branch(yes), branch(no)], origin), origin)
    }
}

/// An inline policy.
pub(crate) fn inline(name: impl Into<SmolStr>, document: Expr) -> Expr {
    let origin = document.origin.clone();
    Expr::object(&origin).with("PolicyName", Expr::string(name, &origin)).with("PolicyDocument", document)
}

/// An allowing statement.
pub(crate) fn allow(action: &'static str, resource: Expr) -> Expr {
    let origin = resource.origin.clone();
    Expr::object(&origin)
        .with("Action", Expr::string(action, &origin))
        .with("Effect", Expr::string("Allow", &origin))
        .with("Resource", resource)
}

/// A policy document without a version.
pub(crate) fn document(statements: Vec<Expr>, origin: &Origin) -> Expr {
    Expr::object(origin).with("Statement", Expr::list(statements, origin))
}

/// The trust policy that lets a service assume a role.
pub(crate) fn trust(service: &'static str, origin: &Origin) -> Expr {
    let text = |text: &'static str| Expr::string(text, origin);
    let statement = Expr::object(origin)
        .with("Action", Expr::list(vec![text("sts:AssumeRole")], origin))
        .with("Effect", text("Allow"))
        .with("Principal", Expr::object(origin).with("Service", Expr::list(vec![text(service)], origin)));
    Expr::object(origin)
        .with("Version", text("2012-10-17"))
        .with("Statement", Expr::list(vec![statement], origin))
}

/// The role that a `Role` of the form `Fn::If` makes necessary.
pub(crate) struct Choice {
    /// What takes the place of the user's `Role`.
    pub value: Expr,
    /// The condition under which the role is made, if the choice gives one.
    pub condition: Option<Expr>,
    /// A condition to add to the template.
    pub negated: Option<(SmolStr, Expr)>,
}

/// Reads a `Role` that is a `Fn::If`, its parameters resolved: a branch that is `AWS::NoValue` stands for the
/// implicit role. None if neither branch is.
pub(crate) fn choice(
    role: &Expr,
    implicit: Expr,
    resource: &SamResource,
) -> Result<Option<Choice>, SamError> {
    let Some([condition, yes, no]) = branches_of(role) else {
        return Err(resource.error("the `Fn::If` of `Role` takes three arguments", role.origin.place));
    };
    let choose = |yes: Expr, no: Expr| {
        Expr::call("Fn::If", Expr::list(vec![condition.clone(), yes, no], &role.origin), &role.origin)
    };
    Ok(match (yes.is_no_value(), no.is_no_value()) {
        (false, false) => None,
        (true, true) => Some(Choice { value: implicit, condition: None, negated: None }),
        (true, false) => {
            let value = choose(implicit, no.clone());
            Some(Choice { value, condition: Some(condition.clone()), negated: None })
        }
        (false, true) => {
            let Some(name) = condition.as_str() else {
                return Err(resource.error("the condition of `Role` is not a name", condition.origin.place));
            };
            let negated = format_smolstr!("NOT{name}");
            Some(Choice {
                value: choose(yes.clone(), implicit),
                condition: Some(Expr::string(negated.clone(), &condition.origin)),
                negated: Some((negated, not(condition))),
            })
        }
    })
}

/// The negation of a named condition.
pub(crate) fn not(condition: &Expr) -> Expr {
    let origin = &condition.origin;
    let named = Expr::call("Condition", condition.clone(), origin);
    Expr::call("Fn::Not", Expr::list(vec![named], origin), origin)
}
