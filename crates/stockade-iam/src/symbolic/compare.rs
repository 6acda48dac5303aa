//! Whether a policy grants anything beyond another.

use super::boxes::Cube;
use super::budget::Budget;
use super::space::{Failure, Scope, Space};
use super::{Proof, Witness, variables};
use crate::compiled::{CompiledPolicy, CompiledStatement};
use crate::request::Request;
use crate::{Catalogue, PolicyType};

/// Looks for a request that `new` allows and `existing` does not.
#[must_use]
pub fn compare(
    existing: &CompiledPolicy,
    new: &CompiledPolicy,
    policy_type: PolicyType,
    budget: Budget,
) -> Proof {
    let scope = Scope { anyone: policy_type.names_principals(), ..Scope::default() };
    answer(existing, new, &scope, budget)
}

/// As [`compare`], with no other actions than those of a catalogue: `s3:Get*` grants nothing beyond a list of all of them.
/// What the catalogue does not have, an action newer than it among them, counts for nothing.
#[must_use]
pub fn compare_typed(
    existing: &CompiledPolicy,
    new: &CompiledPolicy,
    policy_type: PolicyType,
    catalogue: &Catalogue,
    budget: Budget,
) -> Proof {
    let scope =
        Scope { anyone: policy_type.names_principals(), catalogue: Some(catalogue), ..Scope::default() };
    answer(existing, new, &scope, budget)
}

fn answer(existing: &CompiledPolicy, new: &CompiledPolicy, scope: &Scope, mut budget: Budget) -> Proof {
    if is_part_of(existing, new) {
        return Proof::None;
    }
    let mut aside = budget.put_aside(FOR_EXAMPLES);
    let proof = search(existing, new, scope, &mut budget).unwrap_or_else(Proof::from);
    match proof {
        Proof::Unknown(_) => example(existing, new, scope, &mut aside).unwrap_or(proof),
        proof => proof,
    }
}

/// One step in so many is kept for [`example`].
const FOR_EXAMPLES: u64 = 16;

/// Whether each statement that allows is one of `existing`, which denies nothing that `new` does not.
fn is_part_of(existing: &CompiledPolicy, new: &CompiledPolicy) -> bool {
    let has = |policy: &CompiledPolicy, wanted: &CompiledStatement| {
        policy.statements.iter().any(|statement| statement.says_the_same(wanted))
    };
    let closed = existing.unknown().is_none() && new.unknown().is_none();
    closed
        && new.statements.iter().filter(|statement| statement.allow == Some(true)).all(|it| has(existing, it))
        && existing
            .statements
            .iter()
            .filter(|statement| statement.allow == Some(false))
            .all(|it| has(new, it))
}

/// A request that one statement of `new` allows, looked at alone, and that proves that there is more than in `existing`.
/// It needs none of the classes of all statements together, which may be too many.
fn example(
    existing: &CompiledPolicy,
    new: &CompiledPolicy,
    scope: &Scope,
    budget: &mut Budget,
) -> Option<Proof> {
    let allowing = new.statements.iter().filter(|statement| statement.allow == Some(true));
    let replay = (existing.statements.len() + new.statements.len()) as u64;
    for statement in allowing {
        budget.spend(replay).ok()?;
        let alone = CompiledPolicy { statements: vec![statement.clone()], open: None };
        let Ok(cases) = variables::cases(&[&alone], scope, budget) else { continue };
        for case in &cases.cases {
            let [policy] = case.policies.as_slice() else { continue };
            let scope = Scope { context: case.given.clone(), ..scope.clone() };
            let Ok(space) = Space::new(&[policy], &scope, budget) else { continue };
            let Ok((allow, _)) = space.cubes(policy, budget) else { continue };
            for cube in &allow {
                let Ok(Some(point)) = space.layout.find(cube, &[], budget) else { continue };
                let mut request = space.request(&point);
                variables::complete(&mut request, &case.given);
                if new.allows(&request, None) && !existing.allows(&request, None) {
                    return Some(witness(new, request, None));
                }
            }
        }
    }
    None
}

fn search(
    existing: &CompiledPolicy,
    new: &CompiledPolicy,
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Proof, Failure> {
    let cases = variables::cases(&[existing, new], scope, budget)?;
    let mut gap = cases.gap;
    for case in &cases.cases {
        let [old, candidate] = case.policies.as_slice() else { continue };
        let (old, candidate): (&CompiledPolicy, &CompiledPolicy) = (old, candidate);
        let scope = Scope { context: case.given.clone(), ..scope.clone() };
        let space = Space::new(&[old, candidate], &scope, budget)?;
        gap = gap.or_else(|| space.gap.clone());
        let (old_allow, old_deny) = space.cubes(old, budget)?;
        let (allow, deny) = space.cubes(candidate, budget)?;
        let beyond: Vec<&Cube> = deny.iter().chain(&old_allow).collect();
        let deny: Vec<&Cube> = deny.iter().collect();
        for cube in &allow {
            let mut found = space.layout.find(cube, &beyond, budget)?;
            for denied in &old_deny {
                if found.is_some() {
                    break;
                }
                if let Some(both) = space.layout.and(cube, denied) {
                    found = space.layout.find(&both, &deny, budget)?;
                }
            }
            if let Some(point) = found {
                let mut request = space.request(&point);
                variables::complete(&mut request, &case.given);
                if new.allows(&request, None) && !existing.allows(&request, None) {
                    return Ok(witness(new, request, None));
                }
                gap = Some("the evaluator does not agree with a request that was found".into());
            }
        }
    }
    Ok(gap.map_or(Proof::None, Proof::Unknown))
}

/// The proof that a request is.
pub(super) fn witness(policy: &CompiledPolicy, request: Request, resource_account: Option<&str>) -> Proof {
    let statements = policy.allowing(&request, resource_account);
    Proof::Some(Box::new(Witness { request, statements }))
}
