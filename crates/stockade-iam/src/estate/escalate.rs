//! Where a principal can get to.

use super::access::{Grant, Unanswered};
use super::edges::{Edge, Trusts};
use super::gain::union;
use super::{Estate, GrantingStatement, Principal};
use crate::PolicyType;
use crate::symbolic::{Budget, Proof, compare};
use smol_str::SmolStr;
use std::collections::VecDeque;

/// Where a principal can get to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Escalation {
    /// The ways to principals that have more access.
    pub paths: Vec<Path>,
    /// Ways whose last step takes something that no permission tells, and its `assumes` says; to principals that no path
    /// leads to.
    pub conditional: Vec<Path>,
}

/// A way to a principal that adds access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The ARN of the principal that is reached; the start itself, if it makes itself an administrator; a group, if it
    /// can join one; a user or role that it can make.
    pub to: SmolStr,
    /// Whether it is an administrator, or is made one on the way.
    pub admin: bool,
    /// The steps in order; none if the start is an administrator already.
    pub steps: Vec<Step>,
}

/// A step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id in the escalation catalogue (`docs/policy-batch.md`).
    pub edge: &'static str,
    /// Who takes it.
    pub from: SmolStr,
    /// Whom it gains, or makes an administrator.
    pub to: SmolStr,
    /// What it takes: actions, in the order that they are used.
    pub permissions: Vec<SmolStr>,
    /// The resource of each permission.
    pub resources: Vec<SmolStr>,
    /// The statements that give the permissions, in their order.
    pub statements: Vec<GrantingStatement>,
    /// What it takes that the estate does not tell of.
    pub assumes: Option<String>,
}

/// How a principal was reached.
#[derive(Clone)]
struct Reached {
    steps: Vec<Step>,
    /// Steps by which it also is made an administrator.
    raised: Option<Vec<Step>>,
}

impl Estate {
    /// The ways from a principal to others that have more access, and to administration.
    ///
    /// # Errors
    /// If the principal is not in the estate.
    pub fn escalate(&self, from: &str) -> Result<Escalation, Unanswered> {
        let Some(start) = self.start(from) else {
            return Err(Unanswered(format!("`{from}` is not in the estate")));
        };
        let reached = self.reach(start);
        let mut paths = Vec::new();
        let own = union(&self.principals[start]);
        for (at, reached) in reached.iter().enumerate() {
            let Some(reached) = reached else { continue };
            let who = &self.principals[at];
            let native = self.is_admin(who, &who.set);
            let admin = native || reached.raised.is_some();
            if at == start && !admin {
                continue;
            }
            if !admin && !self.adds_access(&own, who) {
                continue;
            }
            let steps = match &reached.raised {
                Some(raised) if !native => raised.clone(),
                _ => reached.steps.clone(),
            };
            paths.push(Path { to: who.aws.arn.clone(), admin, steps });
        }
        if !paths.iter().any(|path| path.admin) {
            paths.extend(self.to_a_new_administrator(start, &reached));
        }
        paths.extend(self.groups_to_join(start, &own));
        let mut conditional = self.conditional(start, &reached, &own);
        for paths in [&mut paths, &mut conditional] {
            paths.sort_by(|a, b| (!a.admin, a.steps.len(), &a.to).cmp(&(!b.admin, b.steps.len(), &b.to)));
        }
        Ok(Escalation { paths, conditional })
    }

    /// The way to a new principal that is made an administrator, by someone who can be reached.
    fn to_a_new_administrator(&self, start: usize, reached: &[Option<Reached>]) -> Option<Path> {
        let others = (0..reached.len()).filter(|at| *at != start);
        std::iter::once(start).chain(others).find_map(|by| {
            let way = reached[by].as_ref()?;
            let who = &self.principals[by];
            let (new, change) = self.new_administrator(who)?;
            let mut steps = way.steps.clone();
            steps.push(self.step_between(change.edge, who, &new, &change.grants, None));
            Some(Path { to: new.aws.arn, admin: true, steps })
        })
    }

    /// Groups that a user can add itself to and that have more access than it; those that make it an administrator are
    /// found as such.
    fn groups_to_join(&self, start: usize, own: &crate::CompiledPolicy) -> Vec<Path> {
        let who = &self.principals[start];
        if who.trust.is_some() || self.is_admin(who, &who.set) {
            return Vec::new();
        }
        let mut paths = Vec::new();
        for (at, group) in self.groups.iter().enumerate() {
            let policies: Vec<_> = group.policies.iter().map(|(_, policy)| policy.clone()).collect();
            let joins = !who.groups.contains(&at)
                && self.owner_of(&group.arn) == Some(&who.aws.account)
                && !self.is_admin_with(who, &policies)
                && self.may_on(who, "iam:AddUserToGroup", &group.arn);
            let statements = policies.iter().flat_map(|policy| policy.statements.iter().cloned()).collect();
            let theirs = crate::CompiledPolicy { statements, open: None };
            let proof = || compare(own, &theirs, PolicyType::Identity, Budget::default());
            if joins && matches!(proof(), Proof::Some(_)) {
                let grants = [Grant::new("iam:AddUserToGroup", group.arn.clone())];
                let mut step = self.step_between("I13", who, who, &grants, None);
                step.to = group.arn.clone();
                paths.push(Path { to: group.arn.clone(), admin: false, steps: vec![step] });
            }
        }
        paths
    }

    /// The paths whose last step is conditional.
    fn conditional(
        &self,
        start: usize,
        reached: &[Option<Reached>],
        own: &crate::CompiledPolicy,
    ) -> Vec<Path> {
        let mut taken: Vec<bool> = reached.iter().map(Option::is_some).collect();
        let mut paths = Vec::new();
        let others = (0..reached.len()).filter(|at| *at != start);
        for by in std::iter::once(start).chain(others) {
            let Some(way) = &reached[by] else { continue };
            let who = &self.principals[by];
            if self.is_admin(who, &who.set) {
                continue;
            }
            for edge in self.conditional_edges(by) {
                let target = &self.principals[edge.to];
                let admin = self.is_admin(target, &target.set);
                if taken[edge.to] || (!admin && !self.adds_access(own, target)) {
                    continue;
                }
                taken[edge.to] = true;
                let mut steps = way.steps.clone();
                steps.push(self.step(who, &edge));
                paths.push(Path { to: target.aws.arn.clone(), admin, steps });
            }
        }
        paths
    }

    /// The principals that a principal can become, itself among them.
    pub(super) fn reachable(&self, start: usize) -> Vec<usize> {
        let reached = self.reach(start);
        (0..reached.len()).filter(|at| reached[*at].is_some()).collect()
    }

    /// The index of a principal, or of the role of a workload.
    pub(super) fn start(&self, from: &str) -> Option<usize> {
        self.index(from).or_else(|| {
            self.workloads.iter().find(|workload| workload.arn == from).map(|workload| workload.role)
        })
    }

    fn reach(&self, start: usize) -> Vec<Option<Reached>> {
        let mut trusts = Trusts::default();
        let mut reached: Vec<Option<Reached>> = vec![None; self.principals.len()];
        reached[start] = Some(Reached { steps: Vec::new(), raised: None });
        let mut order = vec![start];
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            let who = &self.principals[at];
            // An administrator can be everyone of the account: that is one path, not as many.
            if self.is_admin(who, &who.set) {
                continue;
            }
            let so_far = reached[at].as_ref().map(|reached| reached.steps.clone()).unwrap_or_default();
            for edge in self.edges(at, &mut trusts) {
                if reached[edge.to].is_some() {
                    continue;
                }
                let to = edge.to;
                let mut steps = so_far.clone();
                steps.push(self.step(who, &edge));
                reached[to] = Some(Reached { steps, raised: None });
                order.push(to);
                queue.push_back(to);
            }
        }
        for by in &order {
            let who = &self.principals[*by];
            if self.is_admin(who, &who.set) {
                continue;
            }
            for of in &order {
                let raised = reached[*of].as_ref().is_some_and(|reached| reached.raised.is_some());
                if raised {
                    continue;
                }
                let Some(change) = self.upgrade(*by, *of) else { continue };
                let target = &self.principals[*of];
                let mut steps =
                    reached[*by].as_ref().map(|reached| reached.steps.clone()).unwrap_or_default();
                steps.push(self.step_between(change.edge, who, target, &change.grants, None));
                if by != of {
                    // The way to the target is taken after it was raised, unless it is the start.
                    let way = reached[*of].as_ref().map(|reached| reached.steps.clone()).unwrap_or_default();
                    let rest = way.into_iter().filter(|step| !steps.contains(step)).collect::<Vec<_>>();
                    steps.extend(rest);
                }
                if let Some(reached) = &mut reached[*of] {
                    reached.raised = Some(steps);
                }
            }
        }
        reached
    }

    fn step(&self, who: &Principal, edge: &Edge) -> Step {
        self.step_between(edge.edge, who, &self.principals[edge.to], &edge.grants, edge.assumes.clone())
    }

    fn step_between(
        &self,
        edge: &'static str,
        from: &Principal,
        to: &Principal,
        grants: &[Grant],
        assumes: Option<String>,
    ) -> Step {
        Step {
            edge,
            from: from.aws.arn.clone(),
            to: to.aws.arn.clone(),
            permissions: grants.iter().map(|grant| SmolStr::new_static(grant.action)).collect(),
            resources: grants.iter().map(|grant| grant.resource.clone()).collect(),
            statements: grants.iter().flat_map(|grant| self.granting(from, to, grant)).collect(),
            assumes,
        }
    }

    /// Whether a principal has access that identity policies, `own`, do not give.
    fn adds_access(&self, own: &crate::CompiledPolicy, who: &Principal) -> bool {
        let named = self.resource_policies.values().flat_map(|policy| &policy.statements).any(|statement| {
            let patterns = statement.principals.iter().flat_map(|named| &named.patterns);
            let principal = crate::RequestPrincipal::Aws(who.aws.clone());
            patterns.into_iter().any(|pattern| {
                pattern.matches(&principal, &crate::Context::default()) == stockade_model::Kleene::True
            })
        });
        let proof = || compare(own, &union(who), PolicyType::Identity, Budget::default());
        named || who.unknown.is_some() || !matches!(proof(), Proof::None)
    }
}
