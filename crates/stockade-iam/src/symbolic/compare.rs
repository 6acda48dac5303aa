//! Whether a policy grants anything beyond another.

use super::boxes::Cube;
use super::budget::Budget;
use super::space::{Failure, Scope, Space};
use super::{Proof, Witness, variables};
use crate::PolicyType;
use crate::compiled::CompiledPolicy;
use crate::request::Request;

/// Looks for a request that `new` allows and `existing` does not.
#[must_use]
pub fn compare(
    existing: &CompiledPolicy,
    new: &CompiledPolicy,
    policy_type: PolicyType,
    mut budget: Budget,
) -> Proof {
    let scope = Scope { anyone: policy_type.names_principals(), ..Scope::default() };
    match search(existing, new, &scope, &mut budget) {
        Ok(proof) => proof,
        Err(failure) => failure.into(),
    }
}

/// As [`compare`], with no other actions than those of the catalogue that is compiled in: `s3:Get*` grants nothing beyond
/// a list of all of them. What the catalogue does not have, an action newer than it among them, counts for nothing.
#[must_use]
pub fn compare_typed(
    existing: &CompiledPolicy,
    new: &CompiledPolicy,
    policy_type: PolicyType,
    mut budget: Budget,
) -> Proof {
    let scope = Scope { anyone: policy_type.names_principals(), typed: true, ..Scope::default() };
    match search(existing, new, &scope, &mut budget) {
        Ok(proof) => proof,
        Err(failure) => failure.into(),
    }
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
