//! Which access from outside a resource policy gives, in a few findings that cover it all.
//!
//! A finding is a cell: for the principal and for each key that a condition of the policy asks for, one of the values
//! that the policy writes, or anything. A cell is good if some request in it is allowed that no smaller cell has; the
//! findings are good cells, none within another, that together cover every request from outside that is allowed. Access
//! Analyzer reports all such cells, which are quadratically many where a cover takes as many as there are statements
//! (Zelkova's stratified abstraction; the figures are in the tests).

use super::boxes::Cube;
use super::budget::Budget;
use super::reason;
use super::space::{Failure, OF_PRINCIPAL, PRINCIPAL, Scope, Space, same_key};
use super::variables;
use crate::compiled::{CompiledPolicy, CompiledStatement, PrincipalPattern};
use crate::condition::CompiledCondition;
use crate::document::PolicyDocument;
use crate::operator::Quantifier;
use crate::request::{Context, RequestPrincipal};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Access from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Kind and identifier of the principal, as the policy names it: `AWS` and `*` for anyone.
    pub principal: (SmolStr, SmolStr),
    /// The actions, as the policy writes them.
    pub actions: Vec<SmolStr>,
    /// Keys, as the policy writes them, with the value that requests have.
    pub condition: BTreeMap<SmolStr, SmolStr>,
}

/// What a cell says of one thing: a value that the policy writes, or nothing.
struct Facet {
    /// `None` for the principal.
    key: Option<SmolStr>,
    elements: Vec<Element>,
}

struct Element {
    /// `None` for anything.
    label: Option<(SmolStr, SmolStr)>,
    /// The requests that have it.
    cube: Cube,
    /// Those that no smaller element has.
    core: Cube,
    /// The larger elements.
    above: Vec<usize>,
    /// The statements that write it.
    statements: Vec<usize>,
}

impl Element {
    fn new(label: Option<(SmolStr, SmolStr)>, cube: Cube, statements: Vec<usize>) -> Self {
        Self { label, core: cube.clone(), cube, above: Vec::new(), statements }
    }
}

/// Finds the access from outside the owner's account that a policy gives to a resource.
///
/// # Errors
/// Why it is not known.
pub fn findings(
    document: &PolicyDocument,
    resource: Option<&str>,
    owner: Option<&str>,
    mut budget: Budget,
) -> Result<Vec<Finding>, String> {
    let policy = CompiledPolicy::new(document)?;
    search(document, &policy, resource, owner, &mut budget).map_err(reason)
}

fn search(
    document: &PolicyDocument,
    policy: &CompiledPolicy,
    resource: Option<&str>,
    owner: Option<&str>,
    budget: &mut Budget,
) -> Result<Vec<Finding>, Failure> {
    let mut grants = policy.statements.iter().filter(|statement| statement.allow != Some(false));
    if policy.open.is_none() && grants.all(names_services_only) {
        return Ok(Vec::new());
    }
    let mut scope = Scope {
        anyone: true,
        real: true,
        resource: resource.map(SmolStr::new),
        resource_account: owner.map(SmolStr::new),
        ..Scope::default()
    };
    if let Some(owner) = owner {
        scope.context.insert("aws:resourceaccount".into(), Some(vec![owner.into()]));
    }
    let mut out: Vec<Finding> = Vec::new();
    let cases = variables::cases(&[policy], &scope, budget)?;
    if let Some(gap) = cases.gap {
        return Err(Failure::Unknown(gap));
    }
    for case in &cases.cases {
        let [granting] = case.policies.as_slice() else { continue };
        let granting: &CompiledPolicy = granting;
        let scope = Scope { context: case.given.clone(), ..scope.clone() };
        let space = Space::new(&[granting], &scope, budget)?;
        if let Some(gap) = &space.gap {
            return Err(Failure::Unknown(gap.clone()));
        }
        for finding in cover(document, granting, &space, owner, budget)? {
            if !out.contains(&finding) {
                out.push(finding);
            }
        }
    }
    Ok(out)
}

/// Whether a statement is for no one but services, whose access is no finding.
fn names_services_only(statement: &CompiledStatement) -> bool {
    let is_service = |pattern: &PrincipalPattern| matches!(pattern, PrincipalPattern::Service(_));
    let named = statement.principals.as_ref().filter(|named| !named.except && statement.open.is_none());
    named.is_some_and(|named| named.patterns.iter().all(is_service))
}

fn cover(
    document: &PolicyDocument,
    policy: &CompiledPolicy,
    space: &Space,
    owner: Option<&str>,
    budget: &mut Budget,
) -> Result<Vec<Finding>, Failure> {
    let layout = &space.layout;
    let outside = space.where_in(PRINCIPAL, |at| match &space.principals[at].0 {
        RequestPrincipal::Aws(aws) => owner != Some(aws.account.as_str()),
        // Services are the resource's own business: what they do is another's to judge by its conditions.
        RequestPrincipal::Service(_) => false,
        _ => true,
    });
    let mut allow: Vec<(&CompiledStatement, Cube)> = Vec::new();
    let mut deny = Vec::new();
    for statement in &policy.statements {
        let cube = space.cube(statement, budget)?;
        if statement.allow == Some(true) {
            allow.extend(layout.and(&cube, &outside).map(|cube| (statement, cube)));
        } else if !layout.is_empty(&cube) {
            deny.push(cube);
        }
    }
    let facets = facets(document, policy, space);
    let mut cells: Vec<(Vec<usize>, Cube)> = Vec::new();
    for (statement, cube) in &allow {
        loop {
            let without: Vec<&Cube> = deny.iter().chain(cells.iter().map(|(_, cell)| cell)).collect();
            let Some(point) = layout.find(cube, &without, budget)? else { break };
            let mut cell: Vec<usize> =
                facets.iter().map(|facet| element_of(facet, space, &point, statement)).collect();
            climb(&mut cell, &facets, space, &allow, &deny, budget)?;
            let whole = meet(space, &facets, &cell, |element| &element.cube);
            cells.push((cell, whole));
        }
    }
    drop_superfluous(&mut cells, space, &allow, &deny, budget)?;
    let mut out = Vec::new();
    for (cell, cube) in &cells {
        let mut actions: Vec<SmolStr> = Vec::new();
        for (statement, allowed) in &allow {
            let Some(both) = layout.and(cube, allowed) else { continue };
            let deny: Vec<&Cube> = deny.iter().collect();
            if layout.find(&both, &deny, budget)?.is_some() {
                let written = &document.statements[statement.index];
                for term in written.actions.iter() {
                    let action = SmolStr::new(term.text.to_string());
                    if !actions.contains(&action) {
                        actions.push(action);
                    }
                }
                if !written.not_actions.is_empty() && !actions.contains(&"*".into()) {
                    actions.push("*".into());
                }
            }
        }
        let mut finding =
            Finding { principal: ("AWS".into(), "*".into()), actions, condition: BTreeMap::new() };
        for (facet, at) in facets.iter().zip(cell) {
            let Some((name, value)) = &facet.elements[*at].label else { continue };
            match facet.key {
                None => finding.principal = (name.clone(), value.clone()),
                Some(_) => {
                    finding.condition.insert(name.clone(), value.clone());
                }
            }
        }
        out.push(finding);
    }
    Ok(out)
}

/// The requests that have all the elements of a cell.
fn meet(space: &Space, facets: &[Facet], cell: &[usize], part: impl Fn(&Element) -> &Cube) -> Cube {
    let mut cube = space.everything();
    for (facet, at) in facets.iter().zip(cell) {
        match space.layout.and(&cube, part(&facet.elements[*at])) {
            Some(both) => cube = both,
            None => return space.layout.none(),
        }
    }
    cube
}

/// The element with the point in its core; one that the statement itself writes, if there is one.
fn element_of(facet: &Facet, space: &Space, point: &[usize], statement: &CompiledStatement) -> usize {
    let inside = |element: &Element| {
        point.iter().enumerate().all(|(dimension, value)| space.layout.has(&element.core, dimension, *value))
    };
    let written = |element: &Element| element.statements.contains(&statement.index);
    let mut candidates = facet.elements.iter().enumerate().filter(|(_, element)| inside(element));
    let first = candidates.clone().next().map(|(at, _)| at);
    candidates.find(|(_, element)| written(element)).map(|(at, _)| at).or(first).unwrap_or(0)
}

/// Goes up to a good cell that is in no larger good one.
fn climb(
    cell: &mut Vec<usize>,
    facets: &[Facet],
    space: &Space,
    allow: &[(&CompiledStatement, Cube)],
    deny: &[Cube],
    budget: &mut Budget,
) -> Result<(), Failure> {
    let deny: Vec<&Cube> = deny.iter().collect();
    let mut at = 0;
    while at < facets.len() {
        let mut moved = false;
        for above in &facets[at].elements[cell[at]].above {
            let mut larger = cell.clone();
            larger[at] = *above;
            let core = meet(space, facets, &larger, |element| &element.core);
            let mut good = false;
            for (_, allowed) in allow {
                if let Some(both) = space.layout.and(&core, allowed)
                    && space.layout.find(&both, &deny, budget)?.is_some()
                {
                    good = true;
                    break;
                }
            }
            if good {
                *cell = larger;
                moved = true;
                break;
            }
        }
        at = if moved { 0 } else { at + 1 };
    }
    Ok(())
}

/// Leaves out cells whose requests others cover.
fn drop_superfluous(
    cells: &mut Vec<(Vec<usize>, Cube)>,
    space: &Space,
    allow: &[(&CompiledStatement, Cube)],
    deny: &[Cube],
    budget: &mut Budget,
) -> Result<(), Failure> {
    let mut at = 0;
    while at < cells.len() {
        let others: Vec<&Cube> = deny
            .iter()
            .chain(cells.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, (_, cube))| cube))
            .collect();
        let mut needed = false;
        for (_, allowed) in allow {
            if let Some(both) = space.layout.and(&cells[at].1, allowed)
                && space.layout.find(&both, &others, budget)?.is_some()
            {
                needed = true;
                break;
            }
        }
        if needed {
            at += 1;
        } else {
            cells.remove(at);
        }
    }
    Ok(())
}

fn principal_label(pattern: &PrincipalPattern) -> Option<(SmolStr, SmolStr)> {
    Some(match pattern {
        PrincipalPattern::Anyone | PrincipalPattern::Unknown(_) | PrincipalPattern::Service(_) => {
            return None;
        }
        PrincipalPattern::Account(account) => ("AWS".into(), account.clone()),
        PrincipalPattern::Aws(aws) => ("AWS".into(), aws.arn.clone()),
        PrincipalPattern::UniqueId(id) => ("AWS".into(), id.clone()),
        PrincipalPattern::Federated(id) => ("Federated".into(), id.clone()),
        PrincipalPattern::CanonicalUser(id) => ("CanonicalUser".into(), id.clone()),
    })
}

/// The facets of the policy's cells, elements in the order written, anything last.
fn facets(document: &PolicyDocument, policy: &CompiledPolicy, space: &Space) -> Vec<Facet> {
    let layout = &space.layout;
    let mut out = Vec::new();
    let mut principals = Facet { key: None, elements: Vec::new() };
    for statement in policy.statements.iter().filter(|statement| statement.allow == Some(true)) {
        for pattern in statement.principals.iter().flat_map(|named| &named.patterns) {
            let Some(label) = principal_label(pattern) else { continue };
            let same = |element: &&mut Element| element.label.as_ref() == Some(&label);
            if let Some(element) = principals.elements.iter_mut().find(same) {
                element.statements.push(statement.index);
                continue;
            }
            let cube = space.where_in(PRINCIPAL, |at| {
                let (principal, context) = &space.principals[at];
                pattern.matches(principal, context).is_true()
            });
            principals.elements.push(Element::new(Some(label), cube, vec![statement.index]));
        }
    }
    out.push(principals);
    for (statement, written) in policy.statements.iter().zip(&document.statements) {
        for (condition, source) in statement.conditions.iter().zip(&written.conditions) {
            if condition.operator.comparison == crate::Comparison::Null {
                continue;
            }
            let at = out.iter().position(|facet| facet.key.as_deref() == Some(condition.key.as_str()));
            let at = at.unwrap_or_else(|| {
                out.push(Facet { key: Some(condition.key.clone()), elements: Vec::new() });
                out.len() - 1
            });
            for (operand, term) in condition.operands.iter().zip(&source.values) {
                let label = (source.key.clone(), SmolStr::new(term.text.to_string()));
                let same = |element: &&mut Element| {
                    element.label.as_ref().is_some_and(|(_, value)| *value == label.1)
                };
                if let Some(element) = out[at].elements.iter_mut().find(same) {
                    element.statements.push(statement.index);
                    continue;
                }
                let mut positive = condition.clone();
                positive.operator.negated = false;
                positive.operator.if_exists = false;
                // A request without the key has none of its values.
                positive.operator.quantifier = positive.operator.quantifier.map(|_| Quantifier::AnyValue);
                positive.operands = vec![operand.clone()];
                let cube = requests_with(space, &positive);
                if !layout.is_empty(&cube) {
                    out[at].elements.push(Element::new(Some(label), cube, vec![statement.index]));
                }
            }
        }
    }
    for facet in &mut out {
        let cube = space.everything();
        facet.elements.push(Element::new(None, cube, Vec::new()));
        let dimension = match &facet.key {
            None => PRINCIPAL,
            Some(key) if OF_PRINCIPAL.contains(&key.as_str()) => PRINCIPAL,
            Some(key) => space.dimension(key).unwrap_or(PRINCIPAL),
        };
        order(&mut facet.elements, space, dimension);
    }
    out
}

/// The requests whose key meets a condition.
fn requests_with(space: &Space, condition: &CompiledCondition) -> Cube {
    let nothing = |_: &str| None;
    if OF_PRINCIPAL.contains(&condition.key.as_str()) {
        return space.where_in(PRINCIPAL, |at| {
            let context: &Context = &space.principals[at].1;
            condition.holds(context.get(&condition.key), &nothing).is_true()
        });
    }
    let Some(dimension) = space.dimension(same_key(&condition.key)) else { return space.layout.none() };
    let values = &space.keys[dimension - 3].1;
    space.where_in(dimension, |at| {
        let values = &values[at];
        let present = (!values.is_empty()).then_some(values.as_slice());
        condition.holds(present, &nothing).is_true()
    })
}

/// Sets which elements are within which, and what of each is in no smaller one.
fn order(elements: &mut [Element], space: &Space, dimension: usize) {
    let layout = &space.layout;
    let size = space.sizes()[dimension];
    let within = |a: &Element, b: &Element| layout.within(&a.cube, &b.cube, dimension);
    for at in 0..elements.len() {
        let mut smaller = Vec::new();
        let mut above = Vec::new();
        for other in 0..elements.len() {
            if at == other {
                continue;
            }
            match (within(&elements[other], &elements[at]), within(&elements[at], &elements[other])) {
                (true, false) => smaller.push(other),
                (false, true) => above.push(other),
                _ => {}
            }
        }
        let core = space.where_in(dimension, |value| {
            value < size
                && layout.has(&elements[at].cube, dimension, value)
                && !smaller.iter().any(|other| layout.has(&elements[*other].cube, dimension, value))
        });
        elements[at].core = core;
        elements[at].above = above;
    }
}
