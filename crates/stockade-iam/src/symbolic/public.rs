//! Whether a resource policy lets in someone whom it does not single out.
//!
//! The notion is that of S3's "meaning of public": a grant is not public if it is for fixed principals, or for requests
//! from fixed sources. Someone of the public is unsigned or belongs to an account that the policy does not name, is in
//! no organisation that it names, and comes from no network, account or resource that it names; an address range of
//! more than 2^24 IPv4 or 2^96 IPv6 addresses is no place. Every other key may have any value.

use super::boxes::Cube;
use super::budget::Budget;
use super::compare::witness;
use super::space::{Failure, PRINCIPAL, Scope, Space};
use super::{Proof, variables};
use crate::arn::Arn;
use crate::compiled::{CompiledPolicy, PrincipalPattern};
use crate::condition::{CompiledCondition, IpRange, Operand};
use crate::request::RequestPrincipal;
use smol_str::SmolStr;
use std::net::IpAddr;

/// Keys that say who asks or where a request comes from: of these, values that the policy fixes are not the public's.
const SOURCES: [&str; 25] = [
    "aws:ec2instancesourcevpc",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:userid",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "aws:vpcsourceip",
    "ec2:sourceinstancearn",
    "elasticfilesystem:accessedviamounttarget",
    "kms:calleraccount",
    "lambda:eventsourcetoken",
    "lambda:sourcefunctionarn",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

/// Looks for a request of the public that the policy allows.
#[must_use]
pub fn public(
    policy: &CompiledPolicy,
    resource: Option<&str>,
    owner: Option<&str>,
    organization: Option<&str>,
    mut budget: Budget,
) -> Proof {
    let mut scope = Scope {
        anyone: true,
        real: true,
        linked: true,
        resource: resource.map(SmolStr::new),
        resource_account: owner.map(SmolStr::new),
        ..Scope::default()
    };
    if let Some(owner) = owner {
        scope.context.insert("aws:resourceaccount".into(), Some(vec![owner.into()]));
    }
    if let Some(organization) = organization {
        scope.context.insert("aws:resourceorgid".into(), Some(vec![organization.into()]));
    }
    match search(policy, &scope, organization, &mut budget) {
        Ok(proof) => proof,
        Err(failure) => failure.into(),
    }
}

fn search(
    policy: &CompiledPolicy,
    scope: &Scope,
    organization: Option<&str>,
    budget: &mut Budget,
) -> Result<Proof, Failure> {
    let owner = scope.resource_account.as_deref();
    let cases = variables::cases(&[policy], scope, budget)?;
    let mut gap = cases.gap;
    for case in &cases.cases {
        let [granting] = case.policies.as_slice() else { continue };
        let granting: &CompiledPolicy = granting;
        let scope = Scope { context: case.given.clone(), ..scope.clone() };
        let space = Space::new(&[granting], &scope, budget)?;
        gap = gap.or_else(|| space.gap.clone());
        let (allow, deny) = space.cubes(granting, budget)?;
        let deny: Vec<&Cube> = deny.iter().chain(&space.impossible).collect();
        let allow: Vec<&Cube> = allow.iter().collect();
        let the_public = of_the_public(&space, granting, owner, organization);
        if let Some(point) = space.layout.find_in_all(&[&[&the_public], &allow], &deny, budget)? {
            let mut request = space.request(&point);
            variables::complete(&mut request, &case.given);
            if policy.allows(&request, owner) {
                return Ok(witness(policy, request, owner));
            }
            gap = Some("the evaluator does not agree with a request that was found".into());
        }
    }
    Ok(gap.map_or(Proof::None, Proof::Unknown))
}

/// The requests of those whom the policy does not single out.
pub(super) fn of_the_public(
    space: &Space,
    policy: &CompiledPolicy,
    owner: Option<&str>,
    organization: Option<&str>,
) -> Cube {
    let named: Vec<&PrincipalPattern> = policy
        .statements
        .iter()
        .filter(|statement| statement.allow == Some(true))
        .filter_map(|statement| statement.principals.as_ref())
        .flat_map(|named| &named.patterns)
        .collect();
    let accounts = |key: &str, account: &str| {
        conditions(policy, key).any(|condition| {
            !condition.operator.negated
                && condition
                    .patterns()
                    .any(|pattern| pattern.literal().is_some_and(|text| text.contains(account)))
        })
    };
    let mut cube = space.where_in(PRINCIPAL, |at| match &space.principals[at].0 {
        RequestPrincipal::Anonymous => true,
        RequestPrincipal::Aws(aws) => {
            let is_named = named.iter().any(|pattern| match pattern {
                PrincipalPattern::Account(account) => *account == aws.account,
                PrincipalPattern::Aws(named) => named.account == aws.account,
                _ => false,
            });
            owner != Some(aws.account.as_str())
                && !is_named
                && !accounts("aws:principalaccount", &aws.account)
                && !accounts("aws:principalarn", &aws.account)
        }
        _ => false,
    });
    for key in SOURCES {
        let Some(dimension) = space.dimension(key) else { continue };
        let values = &space.keys[dimension - 3].1;
        let fixed = |value: &SmolStr| {
            organization == Some(value.as_str())
                || owner == Some(value.as_str())
                || conditions(policy, key).any(|condition| fixes(condition, value))
        };
        let test = space.where_in(dimension, |at| !values[at].iter().any(fixed));
        match space.layout.and(&cube, &test) {
            Some(both) => cube = both,
            None => return space.layout.none(),
        }
    }
    cube
}

fn conditions<'p>(policy: &'p CompiledPolicy, key: &str) -> impl Iterator<Item = &'p CompiledCondition> {
    let statements = policy.statements.iter();
    statements.flat_map(|statement| &statement.conditions).filter(move |condition| condition.key == key)
}

/// Whether a condition singles out a value: it names it, or an account or organisation in it.
fn fixes(condition: &CompiledCondition, value: &str) -> bool {
    condition.operands.iter().any(|operand| match operand {
        Operand::Text(pattern) => {
            let literal = pattern.literal().is_some();
            let within_organization = value.starts_with("o-") && pattern.tokens.len() > 3;
            let arn = Arn::parse(value).is_some_and(|arn| {
                crate::request::is_account(arn.account()) && arn.account() != "111122223333"
            });
            (literal || within_organization || arn) && pattern.matches(value, &|_| None).is_true()
        }
        Operand::Arn(pattern) => {
            let arn = Arn::parse(value);
            let parts = pattern.parts();
            // A pattern that leaves account and resource open names nobody.
            let names = |at: usize| {
                parts.get(at).is_some_and(|part| part.literal().is_some_and(|text| !text.is_empty()))
            };
            (names(4) || (names(5) && parts.get(4).is_some_and(|account| account.literal() == Some(""))))
                && pattern.matches(value, arn.as_ref(), &|_| None).is_true()
        }
        Operand::Ip(range) => {
            !is_wide(*range) && value.parse::<IpAddr>().is_ok_and(|address| range.contains(address))
        }
        // A file system is mounted from within its VPC (EFS, "Blocking public access", the meaning of public).
        Operand::Bool(true) => value == "true",
        _ => false,
    })
}

fn is_wide(range: IpRange) -> bool {
    match (range.first, range.last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => u32::from(last) - u32::from(first) >= 1 << 24,
        (IpAddr::V6(first), IpAddr::V6(last)) => u128::from(last) - u128::from(first) >= 1 << 96,
        _ => false,
    }
}
