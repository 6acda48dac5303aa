//! IAM-15: a function's role that others than Lambda may assume.

use crate::Context;
use crate::foreign_accounts::{Listed, listed};
use crate::function_policy::because;
use crate::statements::asks_for_values;
use stockade_iam::{Effect, PolicyDocument, Principal, Statement};
use stockade_inventory::{Exposure, FunctionRole, Inventory, OutsideAccess};
use stockade_model::{Applicability, Confidence, Outcome, Piece, Place, Resource, Settings, Severity, Subject, Symbol, Verdict};

const ASSUME: [&str; 3] = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"];

/// The services that run functions: Lambda, and Lambda@Edge at the edge (CloudFront Developer Guide, "Set up IAM
/// permissions and roles for Lambda@Edge").
const LAMBDA: [&str; 2] = ["lambda.", "edgelambda."];

pub(crate) fn judge(inventory: &Inventory, context: &Context, verdicts: &mut Vec<Verdict>) {
    for role in inventory.function_roles() {
        judge_role(inventory, role, context.settings, verdicts);
    }
}

fn judge_role(inventory: &Inventory, role: &FunctionRole, settings: &Settings, verdicts: &mut Vec<Verdict>) {
    let resource = inventory.resource(role.node);
    let trust = resource.properties.get("AssumeRolePolicyDocument");
    let document = PolicyDocument::read(&trust);
    let mut principals = document.statements.iter().flat_map(|statement| &statement.principals);
    let unknown = principals.find_map(|principal| principal.id.symbols().next());
    let unknown = document.statements.iter().find_map(|statement| statement.open.as_ref()).or(unknown);
    if let Some(symbol) = document.open.as_ref().or(unknown.filter(|_| !role.certain)) {
        let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
        let verdict = Verdict::on(subject, Outcome::Unknown, &trust.origin);
        verdicts.push(verdict.with("role", resource.id.to_string()).with("symbol", symbol.name()).because(symbol));
    }
    if !role.certain {
        // Whether it is the role of a function is not known.
        return;
    }
    for (at, statement) in document.statements.iter().enumerate() {
        let assumes = ASSUME.iter().any(|action| statement.covers_action(action)) || statement.open.is_some();
        if statement.effect != Effect::Deny && assumes {
            let judged = Judged { inventory, resource, document: &document, at };
            verdicts.push(judged.judge(&trust, settings));
        }
    }
}

/// A statement of a trust policy.
struct Judged<'a> {
    inventory: &'a Inventory,
    resource: &'a Resource,
    document: &'a PolicyDocument,
    at: usize,
}

impl Judged<'_> {
    fn statement(&self) -> &Statement {
        &self.document.statements[self.at]
    }

    fn on(&self, outcome: Outcome, place: Place) -> Verdict {
        let (resource, statement) = (self.resource, self.statement());
        let name = statement.name_after(self.document.statements[..self.at].iter());
        let subject = Subject::resource(resource.id.clone(), resource.type_name.clone()).part(name.label);
        let mut verdict = Verdict::new(subject, outcome, place);
        verdict.discriminator = name.identity;
        verdict.with("role", resource.id.to_string())
    }

    /// Where the statement names whom it lets in: the first principal that is so, else the first, else the statement.
    fn place_of(&self, is_so: impl Fn(&Principal) -> bool) -> Place {
        let statement = self.statement();
        let principals = &statement.principals;
        let named = principals.iter().find(|principal| is_so(principal)).or(principals.first());
        named.map_or(statement.place, |principal| principal.place)
    }

    fn fail(&self, message: &'static str, place: Place) -> Verdict {
        self.on(Outcome::Fail, place).message(message).fix(
            Applicability::Display,
            "let `lambda.amazonaws.com` alone assume the role, and give others roles of their own",
            Vec::new(),
        )
    }

    fn judge(&self, trust: &stockade_model::Value, settings: &Settings) -> Verdict {
        let statement = self.statement();
        if let Some(symbol) = &statement.open {
            return self.on(Outcome::Unknown, statement.place).with("symbol", symbol.name()).because(symbol);
        }
        let names_external_id = statement.conditions.iter().any(|condition| {
            condition.key.eq_ignore_ascii_case("sts:ExternalId") && asks_for_values(condition)
        });
        let mut open = None;
        match self.inventory.public_statement(trust, self.at) {
            Exposure::Public(access) if !names_external_id => {
                let place = self.place_of(|principal| principal.id.as_literal() == Some("*"));
                return self.fail("fail", place).with("request", access.request);
            }
            Exposure::Unknown(unsettled) => open = Some(unsettled),
            _ => {}
        }
        let outside = self.inventory.outside_access(trust, self.at);
        let mut unknown = None;
        match outside {
            Ok(outside) => {
                for access in outside.iter().filter(|access| !is_bound(access)) {
                    match listed(access, settings) {
                        // A literal account may be the own one, which the template cannot say.
                        Listed::Account(account) => {
                            let place = self.place_of(|principal| principal.id.to_string().contains(account.as_str()));
                            let verdict = self.fail("account", place).with("account", account.as_str());
                            return verdict.confidence(Confidence::Medium);
                        }
                        Listed::Unknown(symbol) => unknown = unknown.or(Some(symbol)),
                        _ => {}
                    }
                }
            }
            Err(unsettled) => open = open.or(Some(unsettled)),
        }
        for principal in &statement.principals {
            match is_lambda(principal) {
                Trusted::Other => {
                    let verdict = self.fail("service", principal.place).severity(Severity::Medium);
                    return verdict.with("service", principal.id.to_string());
                }
                Trusted::Unknown(symbol) => unknown = unknown.or(Some(symbol)),
                Trusted::Lambda => {}
            }
        }
        let unsettled_at = self.place_of(|principal| principal.id.symbols().next().is_some());
        match (open, unknown) {
            (Some(unsettled), _) => because(self.on(Outcome::Unknown, unsettled_at), &unsettled),
            (None, Some(symbol)) => {
                self.on(Outcome::Unknown, unsettled_at).with("symbol", symbol.name()).because(&symbol)
            }
            (None, None) => self.on(Outcome::Pass, statement.place),
        }
    }
}

/// Whether an account is bound by what an outsider does not choose: the external id, its organisation, its principal.
fn is_bound(access: &OutsideAccess) -> bool {
    const BINDING: [&str; 4] =
        ["sts:externalid", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths"];
    access.conditions.iter().any(|(key, value)| {
        BINDING.contains(&key.to_ascii_lowercase().as_str()) && value.as_literal() != Some("*")
    })
}

enum Trusted {
    Lambda,
    Other,
    Unknown(Symbol),
}

/// Whether a service or an identity provider is Lambda; accounts are not asked for here.
fn is_lambda(principal: &Principal) -> Trusted {
    match (principal.kind.as_str(), principal.id.pieces().first()) {
        ("Federated", _) => Trusted::Other,
        ("Service", Some(Piece::Literal(name))) if LAMBDA.iter().any(|own| name.starts_with(own)) => {
            Trusted::Lambda
        }
        ("Service", Some(Piece::Symbol(symbol))) => Trusted::Unknown(symbol.clone()),
        ("Service", _) => Trusted::Other,
        _ => Trusted::Lambda,
    }
}
