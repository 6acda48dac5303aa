//! Whether a policy grants some of given actions on some of given resources.

use super::budget::Budget;
use super::compare::witness;
use super::space::{Failure, Scope, Space};
use super::{Proof, variables};
use crate::PolicyType;
use crate::arn::ArnPattern;
use crate::compiled::{CompiledPolicy, CompiledStatement, Named};
use crate::pattern::{Pattern, Reading};
use smol_str::SmolStr;
use stockade_model::Text;

/// Looks for a request for one of the actions on one of the resources, which may both be patterns, that the policy
/// allows. No actions, or no resources, means any.
#[must_use]
pub fn grants(
    policy: &CompiledPolicy,
    actions: &[SmolStr],
    resources: &[SmolStr],
    policy_type: PolicyType,
    mut budget: Budget,
) -> Proof {
    let scope =
        Scope { anyone: policy_type.names_principals(), real: true, linked: true, ..Scope::default() };
    let asked = asked(actions, resources);
    match search(policy, &asked, &scope, &mut budget) {
        Ok(proof) => proof,
        Err(failure) => failure.into(),
    }
}

/// A policy that allows what is asked for.
fn asked(actions: &[SmolStr], resources: &[SmolStr]) -> CompiledPolicy {
    let reading = Reading { wildcards: true, variables: false, fold: true };
    let any = [SmolStr::new_static("*")];
    let or_any = |list: &[SmolStr]| -> Vec<Text> {
        let list = if list.is_empty() { &any } else { list };
        list.iter().map(|text| Text::literal(text.clone())).collect()
    };
    let actions = or_any(actions).iter().map(|text| Pattern::new(text, reading)).collect();
    let resources = or_any(resources).iter().map(|text| ArnPattern::of_resources(text, false)).collect();
    let statement = CompiledStatement {
        index: 0,
        sid: None,
        allow: Some(true),
        principals: None,
        actions: Named { except: false, patterns: actions },
        resources: Some(Named { except: false, patterns: resources }),
        conditions: Vec::new(),
        open: None,
    };
    CompiledPolicy { statements: vec![statement], open: None }
}

fn search(
    policy: &CompiledPolicy,
    asked: &CompiledPolicy,
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Proof, Failure> {
    let cases = variables::cases(&[policy, asked], scope, budget)?;
    let mut gap = cases.gap;
    for case in &cases.cases {
        let [granting, asking] = case.policies.as_slice() else { continue };
        let (granting, asking): (&CompiledPolicy, &CompiledPolicy) = (granting, asking);
        let scope = Scope { context: case.given.clone(), ..scope.clone() };
        let space = Space::new(&[granting, asking], &scope, budget)?;
        gap = gap.or_else(|| space.gap.clone());
        let (allow, deny) = space.cubes(granting, budget)?;
        let (asked_for, _) = space.cubes(asking, budget)?;
        let (allow, deny): (Vec<_>, Vec<_>) =
            (allow.iter().collect(), deny.iter().chain(&space.impossible).collect());
        let asked_for: Vec<_> = asked_for.iter().collect();
        if let Some(point) = space.layout.find_in_all(&[&asked_for, &allow], &deny, budget)? {
            let mut request = space.request(&point);
            variables::complete(&mut request, &case.given);
            if policy.allows(&request, None) && asked.allows(&request, None) {
                return Ok(witness(policy, request, None));
            }
            gap = Some("the evaluator does not agree with a request that was found".into());
        }
    }
    Ok(gap.map_or(Proof::None, Proof::Unknown))
}
