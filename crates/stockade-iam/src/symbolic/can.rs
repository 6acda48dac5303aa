//! Whether a principal can do something under all policies that have a say, in some context.

use super::boxes::Cube;
use super::budget::Budget;
use super::space::{Failure, OF_PRINCIPAL, Scope, Space};
use super::{Proof, Witness, variables};
use crate::arn::Arn;
use crate::compiled::CompiledPolicy;
use crate::evaluate::{
    Answer, HowNamed, PolicySet, bound_by_organization, evaluate, how_named, is_same_account,
};
use crate::request::{AwsPrincipalKind, Request, RequestPrincipal};
use crate::services;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::sync::Arc;

/// Looks for a context in which a request is allowed. The keys that the request has are given; others may have any
/// value unless `closed`.
#[must_use]
pub fn can(
    request: &Request,
    policies: &PolicySet,
    resource_account: Option<&str>,
    closed: bool,
    mut budget: Budget,
) -> Proof {
    let context = request.context.iter();
    let mut scope = Scope {
        catalogue: None,
        principal: Some(request.principal.clone()),
        action: Some(request.action.clone()),
        resource: Some(request.resource.clone()),
        context: context.map(|(key, values)| (key.clone(), Some(values.clone()))).collect(),
        closed,
        real: true,
        linked: true,
        anyone: true,
        resource_account: resource_account.map(SmolStr::new),
    };
    // The principal's own keys count as given, also where variables ask for them.
    let derived = request.clone().with_derived_keys(resource_account).context;
    for (key, values) in derived.iter() {
        scope.context.entry(key.clone()).or_insert_with(|| Some(values.clone()));
    }
    for key in OF_PRINCIPAL {
        scope.context.entry(SmolStr::new_static(key)).or_insert(None);
    }
    match search(request, policies, resource_account, &scope, &mut budget) {
        Ok(proof) => proof,
        Err(failure) => failure.into(),
    }
}

fn search(
    request: &Request,
    policies: &PolicySet,
    resource_account: Option<&str>,
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Proof, Failure> {
    let flat = flatten(policies);
    let all: Vec<&CompiledPolicy> = flat.iter().map(|policy| &**policy).collect();
    let cases = variables::cases(&all, scope, budget)?;
    let mut gap = cases.gap;
    for case in cases.cases {
        let scope = Scope { context: case.given.clone(), ..scope.clone() };
        let space =
            Space::new(&case.policies.iter().map(|policy| &**policy).collect::<Vec<_>>(), &scope, budget)?;
        gap = gap.or_else(|| space.gap.clone());
        let set = unflatten(policies, case.policies);
        if let Some(point) = point(request, &set, resource_account, &space, budget)? {
            let mut found = space.request(&point);
            found.action = request.action.clone();
            for (key, values) in request.context.iter() {
                found.context.set(key, values.clone());
            }
            variables::complete(&mut found, &case.given);
            let decision = evaluate(&found, policies, resource_account);
            if decision.answer == Answer::Allowed {
                let statements = decision.statements.iter().map(|statement| statement.statement).collect();
                return Ok(Proof::Some(Box::new(Witness { request: found, statements })));
            }
            gap = Some("the evaluator does not agree with a request that was found".into());
        }
    }
    Ok(gap.map_or(Proof::None, Proof::Unknown))
}

/// All policies in one list.
fn flatten(set: &PolicySet) -> Vec<Arc<CompiledPolicy>> {
    let levels = set.scp.iter().chain(&set.rcp).flatten();
    let single = set.resource.iter().chain(&set.endpoint);
    set.identity
        .iter()
        .chain(&set.boundary)
        .chain(&set.session)
        .chain(levels)
        .chain(single)
        .cloned()
        .collect()
}

/// The list put back into the set.
fn unflatten(set: &PolicySet, policies: Vec<Cow<CompiledPolicy>>) -> PolicySet {
    // Without variables the policies are those of the set.
    if policies.iter().all(|policy| matches!(policy, Cow::Borrowed(_))) {
        return set.clone();
    }
    let mut next = policies.into_iter().map(|policy| Arc::new(policy.into_owned()));
    let mut out = set.clone();
    for policy in out
        .identity
        .iter_mut()
        .chain(&mut out.boundary)
        .chain(&mut out.session)
        .chain(out.scp.iter_mut().chain(&mut out.rcp).flatten())
        .chain(out.resource.iter_mut().chain(&mut out.endpoint))
    {
        if let Some(substituted) = next.next() {
            *policy = substituted;
        }
    }
    out
}

/// A point of the space that the logic of [`evaluate`] allows.
fn point(
    request: &Request,
    set: &PolicySet,
    resource_account: Option<&str>,
    space: &Space,
    budget: &mut Budget,
) -> Result<Option<Vec<usize>>, Failure> {
    let service = request.action.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let (bound_by_scp, bound_by_rcp) = bound_by_organization(&request.principal, &service);
    let mut none: Vec<Cube> = Vec::new();
    let of_list = |list: &[Arc<CompiledPolicy>], none: &mut Vec<Cube>, budget: &mut Budget| {
        let mut allow = Vec::new();
        for policy in list {
            let (allows, denies) = space.cubes(policy, budget)?;
            allow.extend(allows);
            none.extend(denies);
        }
        Ok::<_, Failure>(allow)
    };
    let identity = of_list(&set.identity, &mut none, budget)?;
    let boundary = of_list(&set.boundary, &mut none, budget)?;
    let session = of_list(&set.session, &mut none, budget)?;
    let endpoint = of_list(set.endpoint.as_slice(), &mut none, budget)?;
    let resource = of_list(set.resource.as_slice(), &mut none, budget)?;
    let mut always: Vec<Vec<Cube>> = Vec::new();
    if bound_by_scp {
        for level in &set.scp {
            always.push(of_list(level, &mut none, budget)?);
        }
    }
    if bound_by_rcp {
        for level in &set.rcp {
            of_list(level, &mut none, budget)?;
        }
    }
    if set.endpoint.is_some() {
        always.push(endpoint);
    }
    let everything = vec![space.everything()];
    let aws = match &request.principal {
        RequestPrincipal::Aws(aws) => Some(aws),
        _ => None,
    };
    let root = aws.is_some_and(|aws| aws.kind == AwsPrincipalKind::Root);
    let identity = if root { everything.clone() } else { identity };
    let bounds: Vec<&Vec<Cube>> = [(&set.boundary, &boundary), (&set.session, &session)]
        .into_iter()
        .filter(|(policies, _)| !policies.is_empty())
        .map(|(_, cubes)| cubes)
        .collect();
    let arn = Arn::parse(&request.resource);
    let mut ways: Vec<Vec<&Vec<Cube>>> = Vec::new();
    let (mut direct, mut role, mut account) = (Vec::new(), Vec::new(), Vec::new());
    if aws.is_none() {
        ways.push(vec![&resource]);
    } else if !is_same_account(&request.principal, arn.as_ref(), resource_account) {
        ways.push([vec![&resource, &identity], bounds].concat());
    } else {
        for statement in set.resource.iter().flat_map(|policy| &policy.statements) {
            if statement.allow != Some(true) {
                continue;
            }
            let cube = space.cube(statement, budget)?;
            if !space.layout.is_empty(&cube) {
                match how_named(statement, &request.principal, &space.principals[0].1) {
                    HowNamed::Directly => direct.push(cube),
                    HowNamed::AsRole => role.push(cube),
                    HowNamed::AsAccount => account.push(cube),
                }
            }
        }
        ways.push(vec![&direct]);
        ways.push([vec![&role], bounds.clone()].concat());
        let mut by_identity = [vec![&identity], bounds].concat();
        if services::resource_policy_decides(&request.action.to_ascii_lowercase(), arn.as_ref()) {
            by_identity.push(&account);
        }
        ways.push(by_identity);
    }
    let none: Vec<&Cube> = none.iter().chain(&space.impossible).collect();
    for way in ways {
        let lists: Vec<Vec<&Cube>> =
            way.into_iter().chain(&always).map(|cubes| cubes.iter().collect()).collect();
        let lists: Vec<&[&Cube]> = lists.iter().map(Vec::as_slice).collect();
        if let Some(found) = space.layout.find_in_all(&lists, &none, budget)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
