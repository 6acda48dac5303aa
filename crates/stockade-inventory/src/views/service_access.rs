//! Which services the policy of a function lets in, and on whose behalf.
//!
//! A service acts for all of its customers. What a statement lets a service do is asked of the policy engine as if the
//! statement were for everyone: if someone is let in whom it does not single out, by a source, an account or an
//! organisation, then the service acts for anyone (IAM User Guide, "The confused deputy problem").

use super::exposure::Question;
use super::possible_policy::{OWNER, PossiblePolicy};
use super::resource_policy::{PERMISSION, is_service};
use crate::{Exposure, Inventory, ResourcePolicy, Unsettled};
use stockade_iam::{Effect, Operator, Principal, Statement, StatementName};
use stockade_model::{Kleene, Resource, Symbol, Text};

/// What a statement lets a service do.
#[derive(Debug)]
pub struct ServiceAccess<'a> {
    /// The resource that writes the policy.
    pub resource: &'a Resource,
    /// The statement.
    pub statement: Statement,
    /// Its name among those of the policy.
    pub name: StatementName,
    /// The first service that it names.
    pub service: Text,
    /// On whose behalf.
    pub binding: Binding,
}

/// How far a statement binds the services that it names.
#[derive(Debug, Clone)]
pub enum Binding {
    /// To an account, an organisation, or a source that holds one.
    Account,
    /// To a source that is a name without an account, which another account may take.
    Name,
    /// Not at all.
    Nothing,
    /// Not known.
    Unknown(Unsettled),
}

const SOURCE_ARN: &str = "aws:SourceArn";

impl Inventory {
    /// What the policies of functions let services do, statement by statement.
    #[must_use]
    pub fn service_access(&self) -> Vec<ServiceAccess<'_>> {
        let mut out = Vec::new();
        for policy in self.function_policies() {
            let possible = PossiblePolicy::read(&policy.document);
            for (at, statement) in possible.document.statements.iter().enumerate() {
                let mut services =
                    statement.principals.iter().filter(|one| !service(&policy, one).is_false());
                if let Some(first) = services.next().filter(|_| statement.effect != Effect::Deny) {
                    out.push(ServiceAccess {
                        resource: policy.resource,
                        statement: statement.clone(),
                        name: statement.name_after(possible.document.statements[..at].iter()),
                        service: first.id.clone(),
                        binding: self.binding(&policy, possible.only(at), at, first),
                    });
                }
            }
        }
        out
    }

    fn binding(
        &self,
        policy: &ResourcePolicy,
        mut possible: PossiblePolicy,
        at: usize,
        first: &Principal,
    ) -> Binding {
        for statement in &mut possible.document.statements {
            for_whom_services_act(policy, statement);
        }
        self.read_sources(&mut possible.document.statements[at]);
        let mut without_names = possible.clone();
        let statement = &mut without_names.document.statements[at];
        let written = statement.conditions.len();
        statement.conditions.retain(|condition| {
            let positive = Operator::parse(&condition.operator).is_none_or(|operator| !operator.negated);
            let of_source = positive && condition.key.eq_ignore_ascii_case(SOURCE_ARN);
            !of_source || !condition.values.iter().any(|value| has_no_account(&value.text))
        });
        let names_sources = statement.conditions.len() < written;
        let binding = match self.ask(&without_names, Question::Public) {
            Exposure::NotPublic => Binding::Account,
            Exposure::Unknown(unsettled) => Binding::Unknown(unsettled),
            Exposure::Public(_) if !names_sources => Binding::Nothing,
            Exposure::Public(_) => match self.ask(&possible, Question::Public) {
                Exposure::NotPublic => Binding::Name,
                Exposure::Unknown(unsettled) => Binding::Unknown(unsettled),
                Exposure::Public(_) => Binding::Nothing,
            },
        };
        match (&binding, service(policy, first), first.id.symbols().next()) {
            (Binding::Name | Binding::Nothing, Kleene::Unknown, Some(symbol)) => {
                Binding::Unknown(unsettled_by(symbol, first))
            }
            _ => binding,
        }
    }

    /// Spells the ARNs of sources as far as they are known. A symbol in the frame of an ARN holds no wildcard; one that
    /// the text begins with may be any ARN.
    fn read_sources(&self, statement: &mut Statement) {
        let conditions = statement.conditions.iter_mut();
        for condition in conditions.filter(|condition| condition.key.eq_ignore_ascii_case(SOURCE_ARN)) {
            for value in &mut condition.values {
                let canonical = self.canonical(&value.text);
                let begins = canonical.pieces().first();
                let known =
                    matches!(begins, Some(stockade_model::Piece::Literal(text)) if text.starts_with("arn"));
                if known {
                    let spelled = self.spelled_for_policy(&canonical);
                    value.text = Text::literal(with_account_of_api(&spelled).unwrap_or(spelled.into()));
                }
            }
        }
    }
}

fn unsettled_by(symbol: &Symbol, principal: &Principal) -> Unsettled {
    Unsettled { place: principal.place, symbol: Some(symbol.clone()), phrase: symbol.settled_by() }
}

/// Whether a principal is a service.
fn service(policy: &ResourcePolicy, principal: &Principal) -> Kleene {
    match principal.kind.as_str() {
        "Service" => Kleene::True,
        // `AddPermission` takes services, accounts and ARNs alike.
        _ if policy.resource.type_name == PERMISSION => is_service(&principal.id),
        _ => Kleene::False,
    }
}

/// The statement for those on whose behalf its services may act.
fn for_whom_services_act(policy: &ResourcePolicy, statement: &mut Statement) {
    let anyone =
        |principal: &Principal| Principal { id: Text::literal("*"), kind: "AWS".into(), ..principal.clone() };
    let denies = statement.effect == Effect::Deny;
    let is_for_all = statement.is_for_anyone();
    let served = statement.principals.iter().filter(|one| !service(policy, one).is_false()).map(anyone);
    let mut served: Vec<Principal> = served.collect();
    if denies && is_for_all {
        served = statement.principals.iter().take(1).map(anyone).collect();
    }
    if !served.is_empty() {
        statement.principals = served;
    }
}

fn fields(arn: &str) -> Option<[&str; 6]> {
    arn.splitn(6, ':').collect::<Vec<_>>().try_into().ok()
}

/// An API has one account: its id is one that API Gateway gives, and no other account can take.
fn with_account_of_api(arn: &str) -> Option<String> {
    match fields(arn)? {
        [frame, partition, "execute-api", region, "" | "*", rest] if !rest.starts_with(['*', '?']) => {
            Some(format!("{frame}:{partition}:execute-api:{region}:{OWNER}:{rest}"))
        }
        _ => None,
    }
}

/// Whether a text is an ARN without an account, as that of a bucket is.
fn has_no_account(text: &Text) -> bool {
    text.as_literal().and_then(fields).is_some_and(|fields| fields[0] == "arn" && fields[4].is_empty())
}
