//! What falls with a principal or a function: all that those may do whom it can become.

use super::Estate;
use super::access::Unanswered;
use crate::arn::ArnPattern;
use crate::pattern::{Pattern, Token};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// What falls with a principal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Radius {
    /// The principals that it can become, itself first.
    pub principals: Vec<SmolStr>,
    /// What they may do, by service; `*` for statements that name none.
    pub services: BTreeMap<SmolStr, ServiceAccess>,
}

/// What may be done with a service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceAccess {
    /// Actions, as the policies write them; with `NotAction`, `*`.
    pub actions: BTreeSet<SmolStr>,
    /// Resources, as the policies write them; with `NotResource`, `*`.
    pub resources: BTreeSet<SmolStr>,
}

impl Estate {
    /// What falls with a principal, or with the function or other workload that runs as one.
    ///
    /// # Errors
    /// If it is not in the estate.
    pub fn blast_radius(&self, from: &str) -> Result<Radius, Unanswered> {
        let Some(start) = self.start(from) else {
            return Err(Unanswered(format!("`{from}` is not in the estate")));
        };
        let mut all = self.reachable(start);
        all.sort_by_key(|at| (*at != start, &self.principals[*at].aws.arn));
        let mut radius = Radius::default();
        for at in all {
            let who = &self.principals[at];
            radius.principals.push(who.aws.arn.clone());
            for statement in who.set.identity.iter().flat_map(|policy| &policy.statements) {
                if statement.allow != Some(true) {
                    continue;
                }
                let resources: Vec<SmolStr> = match &statement.resources {
                    Some(named) if !named.except => named.patterns.iter().map(spell_arn).collect(),
                    _ => vec!["*".into()],
                };
                let actions: Vec<SmolStr> = if statement.actions.except {
                    vec!["*".into()]
                } else {
                    statement.actions.patterns.iter().map(|pattern| spell(pattern).into()).collect()
                };
                for action in actions {
                    if !self.some_allowed(at, &action) {
                        continue;
                    }
                    let service = action.split_once(':').map_or("*", |(service, _)| service);
                    let access = radius.services.entry(service.into()).or_default();
                    access.actions.insert(action.clone());
                    access.resources.extend(resources.iter().cloned());
                }
            }
        }
        Ok(radius)
    }

    /// Whether something of an action pattern is left by what bounds and denies: only a denial or a bound that takes
    /// all of it does.
    fn some_allowed(&self, at: usize, action: &str) -> bool {
        let who = &self.principals[at];
        let asked = crate::CompiledPolicy { statements: super::gain::union(who).statements, open: None };
        !matches!(
            crate::symbolic::grants(
                &asked,
                &[action.into()],
                &[],
                crate::PolicyType::Identity,
                crate::symbolic::Budget::default()
            ),
            crate::symbolic::Proof::None
        )
    }
}

fn spell(pattern: &Pattern) -> String {
    pattern
        .tokens
        .iter()
        .map(|token| match token {
            Token::Char(character) => character.to_string(),
            Token::One => "?".into(),
            Token::Many => "*".into(),
            Token::Variable(variable) => format!("${{{}}}", variable.key),
            Token::Unknown(symbol) => format!("{symbol}"),
        })
        .collect()
}

fn spell_arn(pattern: &ArnPattern) -> SmolStr {
    match pattern {
        ArnPattern::Any => "*".into(),
        ArnPattern::Unknown(symbol) => format!("{symbol}").into(),
        other => other.parts().iter().map(spell).collect::<Vec<_>>().join(":").into(),
    }
}
