//! The space of requests that a question is about, cut into finitely many classes.

use super::automaton::{Alphabet, LETTERS};
use super::boxes::{Cube, Layout};
use super::budget::{Budget, Exceeded};
use super::classes::text_classes;
use super::{keys, linked, principals};
use crate::Catalogue;
use crate::arn::{Arn, ArnPattern};
use crate::compiled::{CompiledPolicy, CompiledStatement, Prepared};
use crate::condition::CompiledCondition;
use crate::pattern::{Pattern, Reading};
use crate::request::{Context, Request, RequestPrincipal};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::BTreeMap;
use stockade_model::Text;

/// What of a request is given, and what may vary.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope<'c> {
    /// Whether policies name principals, so that anyone may ask; otherwise a principal of some account does.
    pub(crate) anyone: bool,
    pub(crate) principal: Option<RequestPrincipal>,
    pub(crate) action: Option<SmolStr>,
    pub(crate) resource: Option<SmolStr>,
    /// Keys with their values, `None` for a key that is absent.
    pub(crate) context: BTreeMap<SmolStr, Option<Vec<SmolStr>>>,
    /// Whether keys that `context` does not have are absent.
    pub(crate) closed: bool,
    /// Whether keys that every request has are never absent.
    pub(crate) real: bool,
    /// Whether keys that exclude each other are never both present, and no request is made in the past
    /// ([`super::linked`]).
    pub(crate) linked: bool,
    /// Owner of the resource.
    pub(crate) resource_account: Option<SmolStr>,
    /// The catalogue, if there are no actions but its own.
    pub(crate) catalogue: Option<&'c Catalogue>,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The budget is spent.
    Exceeded,
    /// Something that is not known, or that this procedure does not decide.
    Unknown(String),
}

impl From<Exceeded> for Failure {
    fn from(_: Exceeded) -> Self {
        Self::Exceeded
    }
}

/// Keys that follow from the principal.
pub(crate) const OF_PRINCIPAL: [&str; 6] = [
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:username",
    "aws:principalservicename",
    "aws:principalisawsservice",
];

/// Keys that every request has.
const ALWAYS: [&str; 3] = ["aws:currenttime", "aws:epochtime", "aws:securetransport"];

pub(crate) const PRINCIPAL: usize = 0;
pub(crate) const ACTION: usize = 1;
pub(crate) const RESOURCE: usize = 2;
pub(crate) const KEYS: usize = 3;

/// The space of requests.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) layout: Layout,
    pub(crate) principals: Vec<(RequestPrincipal, Context)>,
    pub(crate) actions: Vec<SmolStr>,
    pub(crate) resources: Vec<SmolStr>,
    /// Each key with the values that stand for all; no value means that the key is absent.
    pub(crate) keys: Vec<(SmolStr, Vec<Vec<SmolStr>>)>,
    /// Requests that nobody can make.
    pub(crate) impossible: Vec<Cube>,
    /// Why a request could escape all classes, if one could.
    pub(crate) gap: Option<String>,
}

/// The two names of the time are one key.
pub(crate) fn same_key(key: &str) -> &str {
    if key == "aws:epochtime" { "aws:currenttime" } else { key }
}

impl Space {
    /// Cuts the space by everything that the policies test.
    pub(crate) fn new(
        policies: &[&CompiledPolicy],
        scope: &Scope,
        budget: &mut Budget,
    ) -> Result<Self, Failure> {
        for policy in policies {
            if let Some(symbol) = policy.unknown() {
                return Err(Failure::Unknown(format!("it depends on {}", symbol.settled_by())));
            }
        }
        let statements: Vec<&CompiledStatement> =
            policies.iter().flat_map(|policy| &policy.statements).collect();
        let conditions = conditions_by_key(&statements);
        let mut gap = None;
        let principals = match &scope.principal {
            Some(principal) => vec![principal.clone()],
            None => principals::classes(&statements, &conditions, scope, budget)?,
        };
        let mut with_context = Vec::with_capacity(principals.len());
        for principal in principals {
            let derived = derived_context(&principal, scope);
            let possible = scope.context.iter().all(|(key, value)| {
                !OF_PRINCIPAL.contains(&key.as_str()) || derived.get(key) == value.as_deref()
            });
            if possible || scope.principal.is_some() {
                with_context.push((principal, derived));
            }
        }
        let actions = match &scope.action {
            Some(action) => vec![action.to_ascii_lowercase().into()],
            None => match scope.catalogue {
                Some(catalogue) => super::typed_actions::classes(&statements, catalogue, budget)?,
                None => action_classes(&statements, budget)?,
            },
        };
        let resources = match &scope.resource {
            Some(resource) => vec![resource.clone()],
            None => {
                let named = statements.iter().filter_map(|statement| statement.resources.as_ref());
                let patterns: Vec<Cow<ArnPattern>> =
                    named.flat_map(|named| &named.patterns).map(ArnPattern::wide).collect();
                let patterns: Vec<&ArnPattern> = patterns.iter().map(|pattern| &**pattern).collect();
                let arns = super::classes::arn_classes(&patterns, &super::classes::ANY_ARN, budget)?;
                arns.into_iter().map(SmolStr::from).collect()
            }
        };
        let mut keys = Vec::new();
        for (key, conditions) in &conditions {
            if OF_PRINCIPAL.contains(key) {
                continue;
            }
            let given = scope.context.get(*key);
            let values = match given {
                Some(value) => vec![value.clone().unwrap_or_default()],
                None if scope.closed => vec![Vec::new()],
                None => {
                    let not_before =
                        if scope.linked && *key == "aws:currenttime" { linked::not_before() } else { None };
                    let classes = keys::classes(key, conditions, not_before, budget)?;
                    gap = gap.or(classes.gap);
                    let absent = !(scope.real && ALWAYS.contains(key));
                    absent.then(Vec::new).into_iter().chain(classes.values).collect()
                }
            };
            keys.push((SmolStr::new(key), values));
        }
        let sizes = [with_context.len(), actions.len(), resources.len()];
        let layout = Layout::new(sizes.into_iter().chain(keys.iter().map(|(_, values)| values.len())));
        let mut space =
            Self { layout, principals: with_context, actions, resources, keys, impossible: Vec::new(), gap };
        if scope.linked {
            space.impossible = linked::impossible(&space, scope);
        }
        Ok(space)
    }

    /// Number of values of each dimension.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        let first = [self.principals.len(), self.actions.len(), self.resources.len()];
        first.into_iter().chain(self.keys.iter().map(|(_, values)| values.len())).collect()
    }

    /// All requests.
    pub(crate) fn everything(&self) -> Cube {
        let mut cube = self.layout.none();
        for (dimension, size) in self.sizes().into_iter().enumerate() {
            (0..size).for_each(|value| self.layout.set(&mut cube, dimension, value));
        }
        cube
    }

    /// The dimension of a key that does not follow from the principal.
    pub(crate) fn dimension(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|(name, _)| name == same_key(key)).map(|at| at + KEYS)
    }

    /// The requests that a statement is for.
    pub(crate) fn cube(&self, statement: &CompiledStatement, budget: &mut Budget) -> Result<Cube, Exceeded> {
        let nothing = |_: &str| None;
        let mut cube = self.layout.none();
        for (at, (principal, context)) in self.principals.iter().enumerate() {
            budget.spend(1)?;
            let mut meets = statement.matches_principal(principal, context).is_true();
            for condition in &statement.conditions {
                if meets && OF_PRINCIPAL.contains(&condition.key.as_str()) {
                    meets = condition.holds(context.get(&condition.key), &nothing).is_true();
                }
            }
            if meets {
                self.layout.set(&mut cube, PRINCIPAL, at);
            }
        }
        for (at, action) in self.actions.iter().enumerate() {
            budget.spend(1)?;
            if statement.matches_action(action).is_true() {
                self.layout.set(&mut cube, ACTION, at);
            }
        }
        for (at, resource) in self.resources.iter().enumerate() {
            budget.spend(1)?;
            if statement.matches_resource(resource, Arn::parse(resource).as_ref(), &nothing).is_true() {
                self.layout.set(&mut cube, RESOURCE, at);
            }
        }
        for (dimension, (key, values)) in self.keys.iter().enumerate() {
            let conditions: Vec<&CompiledCondition> = statement
                .conditions
                .iter()
                .filter(|condition| same_key(&condition.key) == key.as_str())
                .collect();
            for (at, values) in values.iter().enumerate() {
                budget.spend(conditions.len() as u64)?;
                let present = (!values.is_empty()).then_some(values.as_slice());
                if conditions.iter().all(|condition| condition.holds(present, &nothing).is_true()) {
                    self.layout.set(&mut cube, KEYS + dimension, at);
                }
            }
        }
        Ok(cube)
    }

    /// The boxes of the statements that allow, and of those that deny.
    pub(crate) fn cubes(
        &self,
        policy: &CompiledPolicy,
        budget: &mut Budget,
    ) -> Result<(Vec<Cube>, Vec<Cube>), Exceeded> {
        let (mut allow, mut deny) = (Vec::new(), Vec::new());
        for statement in &policy.statements {
            let cube = self.cube(statement, budget)?;
            if !self.layout.is_empty(&cube) {
                if statement.allow == Some(true) { allow.push(cube) } else { deny.push(cube) }
            }
        }
        Ok((allow, deny))
    }

    /// The requests with one of these values in a dimension.
    pub(crate) fn where_in(&self, dimension: usize, test: impl Fn(usize) -> bool) -> Cube {
        let mut cube = self.layout.none();
        for (at, size) in self.sizes().into_iter().enumerate() {
            for value in (0..size).filter(|value| at != dimension || test(*value)) {
                self.layout.set(&mut cube, at, value);
            }
        }
        cube
    }

    /// The request that a point stands for.
    pub(crate) fn request(&self, point: &[usize]) -> Request {
        let mut context = Context::default();
        for (dimension, (key, values)) in self.keys.iter().enumerate() {
            let values = &values[point[KEYS + dimension]];
            if !values.is_empty() {
                context.set(key, values.clone());
                if key == "aws:currenttime" {
                    context.set("aws:epochtime", values.clone());
                }
            }
        }
        Request {
            principal: self.principals[point[PRINCIPAL]].0.clone(),
            action: self.actions[point[ACTION]].clone(),
            resource: self.resources[point[RESOURCE]].clone(),
            context,
        }
    }
}

/// The conditions on each key.
pub(crate) fn conditions_by_key<'p>(
    statements: &[&'p CompiledStatement],
) -> BTreeMap<&'p str, Vec<&'p CompiledCondition>> {
    let mut conditions: BTreeMap<&str, Vec<&CompiledCondition>> = BTreeMap::new();
    for condition in statements.iter().flat_map(|statement| &statement.conditions) {
        conditions.entry(same_key(&condition.key)).or_default().push(condition);
    }
    conditions
}

/// The keys that follow from a principal.
pub(crate) fn derived_context(principal: &RequestPrincipal, scope: &Scope) -> Context {
    let mut context = Context::default();
    for (key, value) in &scope.context {
        if scope.principal.is_some()
            && let Some(values) = value
        {
            context.set(key, values.clone());
        }
    }
    let request = Request {
        principal: principal.clone(),
        action: SmolStr::default(),
        resource: SmolStr::default(),
        context,
    };
    request.with_derived_keys(scope.resource_account.as_deref()).context
}

/// Actions: `service:Name`, in lower case.
fn action_classes(statements: &[&CompiledStatement], budget: &mut Budget) -> Result<Vec<SmolStr>, Exceeded> {
    let reading = Reading { wildcards: true, variables: false, fold: true };
    let shape = Pattern::new(&Text::literal("?*:?*"), reading);
    let mut patterns: Vec<&Pattern> =
        statements.iter().flat_map(|statement| &statement.actions.patterns).collect();
    let alphabet = Alphabet { colons: true, preferred: LETTERS };
    let simple = patterns.iter().all(|pattern| super::classes::is_simple(pattern));
    if !simple {
        patterns.push(&shape);
    }
    let found = text_classes(&patterns, alphabet, budget)?;
    let complete = |text: String| -> Option<SmolStr> {
        if shape.matches(&text, &|_| None).is_true() {
            return Some(text.into());
        }
        // Whatever follows the character that no pattern names changes nothing.
        let open = simple && !patterns.iter().any(|pattern| pattern.literal() == Some(text.as_str()));
        match (open, text.contains(':')) {
            (true, false) => Some(format!("{text}:any").into()),
            (true, true) => Some(format!("{text}any").into()),
            _ => None,
        }
    };
    Ok(found.into_iter().filter_map(complete).filter(|text| !text.starts_with(':')).collect())
}

impl CompiledPolicy {
    /// Whether the policy by itself allows a request: some statement does and none denies it.
    pub(crate) fn allows(&self, request: &Request, resource_account: Option<&str>) -> bool {
        self.applying(request, resource_account, Some(false)).is_empty()
            && !self.allowing(request, resource_account).is_empty()
    }

    /// The indexes of the statements that allow a request.
    pub(crate) fn allowing(&self, request: &Request, resource_account: Option<&str>) -> Vec<usize> {
        self.applying(request, resource_account, Some(true))
    }

    fn applying(&self, request: &Request, resource_account: Option<&str>, allow: Option<bool>) -> Vec<usize> {
        let action = request.action.to_ascii_lowercase();
        let prepared = Prepared::new(request, &action, resource_account);
        let statements = self.statements.iter().filter(|statement| statement.allow == allow);
        statements
            .filter(|statement| statement.applies(&prepared).is_true())
            .map(|statement| statement.index)
            .collect()
    }
}
